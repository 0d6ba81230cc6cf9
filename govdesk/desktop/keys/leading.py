"""Leads from a new key to the guide, and from the guide to the form and the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop.guide.window import SetupGuide
from govdesk.desktop.keys.reveal import JustRevealed, RevealDialog
from govdesk.jobs import Jobs
from govdesk.services.api_keys import Key
from govdesk.services.key_changes import Revealed
from govdesk.services.link import Link
from govdesk.services.nodes import Node


class Leading(QWidget):
    """Opens both windows over the page; it is itself never seen.

    `guide_wanted` carries the key whose dialog asks for the guide. The guide's own wishes are
    `generate_wanted`, `event_asked` with the number of an event, and `arrived`.
    """

    guide_wanted = Signal(object)
    generate_wanted = Signal()
    event_asked = Signal(object)
    arrived = Signal()

    def __init__(self, link: Link, jobs: Jobs, preferences: Preferences, parent: QWidget):
        super().__init__(parent)
        self.hide()
        self._link, self._jobs, self._preferences = link, jobs, preferences
        self.recent = JustRevealed(self)

    def reveal(self, revealed: Revealed, also: str) -> None:
        """Show a key once, with what else there is to say."""
        self.recent.keep(revealed)
        dialog = RevealDialog(revealed, also, self.window())
        dialog.guide_wanted.connect(partial(self.guide_wanted.emit, revealed.key))
        dialog.open()

    def open_guide(
        self,
        system: Node,
        keys: Sequence[Key],
        chosen: Key | None,
        zone: tzinfo,
        *,
        may_generate: bool,
    ) -> None:
        """Open the guide for a key of the system, or with the choice of one."""
        if chosen is not None and all(one.id != chosen.id for one in keys):
            keys = (chosen, *keys)
        guide = SetupGuide(
            self._link, self._jobs, self._preferences, zone, system, keys, self.recent, chosen,
            may_generate=may_generate, parent=self.window(),
        )  # fmt: skip
        guide.generate_wanted.connect(self.generate_wanted)
        guide.event_asked.connect(self.event_asked)
        guide.arrived.connect(self.arrived)
        guide.open()
