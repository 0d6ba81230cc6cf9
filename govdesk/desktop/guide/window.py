"""The setup guide: three pages with Back, Next and Finish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.editing.section import PageArea, button
from govdesk.desktop.guide.arrival import ArrivalStep
from govdesk.desktop.guide.need import NeedStep
from govdesk.desktop.guide.snippet import SnippetStep
from govdesk.desktop.guide.step import Step
from govdesk.desktop.keys.reveal import JustRevealed
from govdesk.desktop.widgets import Words, announce
from govdesk.jobs import Jobs
from govdesk.services.api_keys import Key
from govdesk.services.link import Link
from govdesk.services.nodes import Node


class SetupGuide(QDialog):
    """Leads from a key to its first event; Esc and Cancel leave it at any time.

    `generate_wanted` follows the wish for a new key, `arrived` the first event, `event_asked`
    carries its number; both wishes close the guide.
    """

    generate_wanted = Signal()
    event_asked = Signal(object)
    arrived = Signal()

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        preferences: Preferences,
        zone: tzinfo,
        system: Node,
        keys: Sequence[Key],
        recent: JustRevealed,
        chosen: Key | None = None,
        *,
        may_generate: bool = False,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.setObjectName("setup_guide")
        self.setWindowTitle(f"Setup guide · {system.name}")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.need = NeedStep(
            preferences, keys, recent, chosen, may_generate=may_generate, parent=self
        )
        self.snippet = SnippetStep(self)
        self.arrival = ArrivalStep(link, jobs, zone, self)
        self.steps: tuple[Step, ...] = (self.need, self.snippet, self.arrival)
        self._build(system)
        self._connect()
        self._show(0)

    def _build(self, system: Node) -> None:
        self.where = Words("", "secondary", "text_secondary", self, wraps=True)
        self.where.setObjectName("guide_where")
        self.title = Words("", "title", parent=self, wraps=True)
        self.title.setObjectName("guide_title")
        self.pages = QStackedWidget(self)
        for step in self.steps:
            self.pages.addWidget(PageArea(step, f"{step.objectName()}_area", self))
        self.cancel = button("Cancel", "guide_cancel", self.reject, self)
        self.back = button("Back", "guide_back", self.go_back, self)
        self.next = button("Next", "guide_next", self.go_on, self, primary=True)
        self.finish = button("Finish", "guide_finish", self.accept, self, primary=True)
        self._system = system
        foot = QHBoxLayout()
        foot.setSpacing(theme.INSIDE)
        foot.addWidget(self.cancel)
        foot.addStretch(1)
        for one in (self.back, self.next, self.finish):
            foot.addWidget(one)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.GAP)
        column.setSpacing(theme.GAP)
        head = QVBoxLayout()
        head.setSpacing(theme.GRID)
        head.addWidget(self.where)
        head.addWidget(self.title)
        column.addLayout(head)
        column.addWidget(self.pages, 1)
        column.addLayout(foot)
        self.setMinimumSize(theme.READING_WIDTH, 100 * theme.GRID)
        self.resize(180 * theme.GRID, 130 * theme.GRID)

    def _connect(self) -> None:
        for step in self.steps:
            step.changed.connect(self._show_buttons)
        self.need.generate_wanted.connect(self._on_generate)
        self.arrival.arrived.connect(self._on_arrived)
        self.arrival.event_asked.connect(self._on_event)
        self.finished.connect(self._on_finished)

    # Pages

    @property
    def place(self) -> int:
        """Which page is shown, from 0."""
        return self.pages.currentIndex()

    @property
    def step(self) -> Step:
        """The page that is shown."""
        return self.steps[self.place]

    @Slot()
    def go_on(self) -> None:
        """Go to the next page, or say what is missing on this one."""
        faulty = self.step.check()
        if faulty is not None:
            faulty.setFocus()
            return
        if self.place + 1 < len(self.steps) and self.step.is_done:
            self._go_to(self.place + 1)

    @Slot()
    def go_back(self) -> None:
        """Go to the page before; what was written there stands."""
        if self.place:
            self._go_to(self.place - 1)

    def _go_to(self, place: int) -> None:
        self.step.leave()
        key = self.need.key
        if key is not None:
            self.snippet.show_for(self.need.url, key.prefix, self.need.raw)
            self.arrival.wait_for(self.need.url, key.prefix)
        self._show(place)
        self.step.begin()
        if self.step is self.arrival:
            self._arrival_keyboard()
        else:
            self.step.take_keyboard()

    def _show(self, place: int) -> None:
        self.pages.setCurrentIndex(place)
        self.where.setText(f"Step {place + 1} of {len(self.steps)} · {self._system.name}")
        self.title.setText(self.step.title)
        self._show_buttons()
        announce(self, f"{self.where.text()}. {self.step.title}")

    @Slot()
    def _show_buttons(self) -> None:
        is_last = self.place == len(self.steps) - 1
        self.back.setEnabled(self.place > 0)
        # Once the event is there, nothing is left to be cancelled.
        self.cancel.setVisible(not (is_last and self.step.is_done))
        self.next.setVisible(not is_last)
        self.finish.setVisible(is_last)
        self.next.setEnabled(self.step.is_done)
        self.finish.setEnabled(self.step.is_done)
        self.next.setDefault(not is_last)
        self.finish.setDefault(is_last)

    def _arrival_keyboard(self) -> None:
        """While one waits there is only one way on: leaving."""
        (self.finish if self.arrival.is_done else self.cancel).setFocus()

    # What follows

    @Slot(object)
    def _on_arrived(self, event: object) -> None:
        self.arrived.emit()
        self._show_buttons()
        self._arrival_keyboard()

    @Slot(object)
    def _on_event(self, seq: int) -> None:
        self.accept()
        self.event_asked.emit(seq)

    @Slot()
    def _on_generate(self) -> None:
        self.reject()
        self.generate_wanted.emit()

    @Slot()
    def _on_finished(self) -> None:
        self.arrival.leave()
        self.need.forget()
        self.snippet.forget()
