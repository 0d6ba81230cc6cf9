"""The keys of one system: the list, its panels, and what a person does with a key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, tzinfo
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.editing.writing import Writing
from govdesk.desktop.keys import reading
from govdesk.desktop.keys.acting import KeyActs
from govdesk.desktop.keys.leading import Leading
from govdesk.desktop.keys.listing import KeyList
from govdesk.desktop.keys.panels import KeyPanels
from govdesk.desktop.keys.reading import Facts
from govdesk.desktop.keys.revoking import RevokeDialog, what_follows
from govdesk.desktop.tables.held import Held
from govdesk.desktop.widgets import StatePage
from govdesk.jobs import Job, Jobs, Task
from govdesk.services import api_keys
from govdesk.services.api_keys import Key
from govdesk.services.key_changes import Revealed
from govdesk.services.link import Link
from govdesk.services.nodes import Node
from govdesk.services.organization import Here

READ: Final = "key.read"
MANAGE: Final = "key.manage"
_WHAT_FOR: Final = (
    "A key lets a program of this system send events, alerts and blocks, which become sealed rows"
    " of the audit log. Give each program its own."
)


class KeysPart(QWidget):
    """`noted` is what the status bar says for a moment, `counted` how many keys there are.

    `timeline_asked` carries a filter, `event_asked` the number of an event, `selected` follows
    every other key.
    """

    trouble = Signal(object)
    counted = Signal(object)
    noted = Signal(str)
    timeline_asked = Signal(str)
    event_asked = Signal(object)
    selected = Signal()

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        preferences: Preferences,
        here: Here,
        zone: tzinfo,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.setObjectName("keys_part")
        self._link, self._jobs = link, jobs
        self._here, self._zone = here, zone
        self.system: Node | None = None
        self.facts: Facts | None = None
        self._reading: Job | None = None
        self._is_staged = False
        self._uses: tuple[str, Sequence[tuple[date, int]]] = ("", ())
        self.writing = Writing(self, link, jobs)
        self.acts = KeyActs(self.writing, self)
        self.leading = Leading(link, jobs, preferences, self)
        self.recent = self.leading.recent
        self._wants_guide = False
        self._build(preferences)
        self._connect()

    # Parts

    def _build(self, preferences: Preferences) -> None:
        self.list = KeyList(self._jobs, preferences, self._zone, self)
        self.chips, self.meter = self.list.chips, self.list.meter
        self.panels = KeyPanels(self.writing, self._here, self._zone, self)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setObjectName("keys_splitter")
        self.splitter.addWidget(self.list)
        self.splitter.addWidget(self.panels)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setChildrenCollapsible(False)
        self.state = StatePage(self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.splitter)
        self.stack.addWidget(self.state)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.INSIDE)
        whole.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.list.opened.connect(self._on_opened)
        self.list.selected.connect(self._on_selected)
        self.list.copied.connect(self._on_copied)
        self.list.retry.connect(self.refresh)
        self.list.policy_wanted.connect(self.show_policy)
        self.writing.trouble.connect(self.trouble)
        panels, key = self.panels, self.panels.key
        panels.closed.connect(self.close_panel)
        panels.generate.made.connect(partial(self._reveal, also=""))
        panels.rotate.made.connect(self._reveal)
        panels.policy.saved.connect(self._on_changed)
        key.rotate_wanted.connect(self._on_rotate)
        key.revoke_wanted.connect(self._on_revoke)
        key.reactivate_wanted.connect(self.acts.reactivate)
        self.acts.done.connect(self._on_changed)
        self.acts.refused.connect(key.refuse)
        key.relabelled.connect(self._on_changed)
        key.key_wanted.connect(self.select_entity)
        key.events_wanted.connect(self.timeline_asked)
        key.guide_wanted.connect(self.open_guide)
        self.leading.guide_wanted.connect(self.open_guide)
        self.leading.generate_wanted.connect(self.begin_generation)
        self.leading.event_asked.connect(self.event_asked)
        self.leading.arrived.connect(self.refresh)

    # Rights

    def may(self, permission: str) -> bool:
        """Whether this person may do that with the keys of the system."""
        path = self.system.node_path if self.system is not None else ""
        held = self._here.permissions.get(permission, [])
        return bool(path) and any(f"{path}.".startswith(f"{one}.") for one in held)

    def take_permissions(self, here: Here) -> None:
        """What this person may do has changed."""
        self._here = here
        self.panels.take_permissions(here)
        self.refresh()

    # Reading

    def show_system(self, system: Node) -> None:
        """Show the keys of another system; a form keeps what is typed."""
        if self.system is not None and self.system.id == system.id:
            self.system = system
            return
        self.system, self.facts = system, None
        self.panels.show_system(system)
        self.list.forget()
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read anew: F5. What is open and typed stays."""
        system = self.system
        if system is None:
            return
        may_see = self.may(READ)
        self.stack.setCurrentWidget(self.splitter if may_see else self.state)
        if not may_see:
            self.state.show_not_permitted(
                f"the API keys of {system.name}", READ, "An owner or an admin"
            )
            return
        if self._is_staged:
            return
        act = ("Generate Key", self.begin_generation) if self.may(MANAGE) else ("", None)
        self.list.when_empty(f"{system.name} has no API key", _WHAT_FOR, *act)
        self.list.begin()
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._jobs.start(
            partial(self._read, system.id),
            owner=self,
            on_result=partial(self._on_read, system.id),
            on_error=self._on_unread,
        )

    def _read(self, system_id: str, task: Task) -> tuple[Facts, Held]:
        with borrowed(self._link, "interactive", task) as session:
            facts = reading.read(session, system_id)
        return facts, self.list.prepared(facts.keys)

    def _on_read(self, system_id: str, answer: tuple[Facts, Held]) -> None:
        # An answer that was on its way when it was cancelled arrives all the same.
        if self.system is not None and self.system.id == system_id:
            self._reading = None
            self.show_facts(*answer)

    def stage(self, facts: Facts) -> None:
        """Show what was read elsewhere, and from now on read nothing."""
        self._is_staged = True
        if self._reading is not None:
            self._reading.cancel()
        self.show_facts(facts)

    def show_facts(self, facts: Facts, held: Held | None = None) -> None:
        """Show what was read."""
        self.facts = facts
        self.panels.know(facts)
        self.list.show_facts(facts, held)
        self._show_open_key()
        self.counted.emit(len(facts.keys))
        self.selected.emit()
        if self._wants_guide:
            self.open_guide_here()

    def _on_unread(self, error: Exception) -> None:
        self._reading = None
        self.list.fail(error)
        self.trouble.emit(error)

    def _show_open_key(self) -> None:
        """The panel shows the same key as it is now."""
        shown = self.panels.key.key
        again = self._key_of(shown.id) if shown is not None else None
        if again is not None and not self.panels.isHidden():
            self._show_key(again)

    def _key_of(self, key_id: str) -> Key | None:
        keys = self.facts.keys if self.facts is not None else ()
        return next((key for key in keys if key.id == key_id), None)

    # Showing a key

    def _show_key(self, key: Key) -> None:
        assert self.facts is not None
        family = reading.family_of(key, self.facts.keys)
        self.panels.key.show_key(key, family, self.facts.policy, may_manage=self.may(MANAGE))
        if self._uses[0] == key.id:
            self.panels.key.show_uses(*self._uses)
        if self._is_staged:
            return

        def work(task: Task) -> Sequence[tuple[date, int]]:
            with borrowed(self._link, "interactive", task) as session:
                return reading.use_of(key.id, session)

        self._jobs.start(
            work, owner=self, on_result=partial(self.show_uses, key.id), on_error=self.trouble.emit
        )

    def show_uses(self, key_id: str, days: Sequence[tuple[date, int]]) -> None:
        """Show how often a key was used, if its panel is open."""
        self._uses = (key_id, days)
        self.panels.key.show_uses(key_id, days)

    @property
    def key(self) -> Key | None:
        """The key that the keyboard is on."""
        item: Key | None = self.list.item()
        return item

    @Slot(object)
    def _on_selected(self, key: Any) -> None:
        if key is not None and self.facts is not None:
            self._show_key(key)
            self.panels.show_panel(self.panels.key)
        self.selected.emit()

    @Slot(object)
    def _on_opened(self, key: Any) -> None:
        """Enter: the panel has the keyboard, and Esc gives it back."""
        if key is not None:
            self._on_selected(key)
            self.panels.key.take_keyboard()

    @Slot(str)
    def select_entity(self, key_id: str) -> bool:
        """Put the keyboard on a key, now or once the list is read; True if it is there."""
        if self._key_of(key_id) is not None and self.list.model.row_of(key_id) < 0:
            self.list.show_all()
        return self.list.go_to(key_id)

    @Slot()
    def close_panel(self) -> None:
        """Close the side panel; the keyboard is back on the list. What is typed stays in it."""
        self.panels.hide()
        self.list.table.setFocus()

    # What the person does

    @Slot()
    def begin_generation(self) -> None:
        """Open the form that orders a key."""
        if self.may(MANAGE):
            self.panels.show_panel(self.panels.generate)
            self.panels.generate.take_keyboard()

    @Slot()
    def show_policy(self) -> None:
        """Open policy and scopes."""
        if self.may(READ):
            self.panels.show_panel(self.panels.policy)
            self.panels.policy.take_keyboard()

    def rotate_current(self) -> None:
        """Begin to rotate the key that the keyboard is on."""
        self._on_rotate(self.key)

    def revoke_current(self) -> None:
        """Ask whether the key that the keyboard is on is to be revoked."""
        self._on_revoke(self.key)

    @Slot(object)
    def _on_rotate(self, key: Key | None) -> None:
        if key is not None and self.facts is not None and self.may(MANAGE):
            retired = {one.name for one in self.facts.scopes if one.status == "retired"}
            self.panels.rotate.show_key(key, self.facts.policy, retired)
            self.panels.show_panel(self.panels.rotate)
            self.panels.rotate.take_keyboard()

    @Slot(object)
    def _on_revoke(self, key: Key | None) -> None:
        if key is None or not self.may(MANAGE):
            return
        keys = self.facts.keys if self.facts is not None else ()
        heir = next((one for one in keys if one.replaces == key.id and one.is_live), None)
        uses = self._uses[1] if self._uses[0] == key.id else ()
        revoke = partial(self.acts.revoke, key)
        later = what_follows(heir, api_keys.called_off_by(key, keys))
        RevokeDialog(key, uses, later, self._zone, revoke, self.window()).open()

    @Slot(str)
    def _on_changed(self, words: str) -> None:
        self.noted.emit(words)
        self.refresh()

    # The new key, and the guide

    @Slot(object, str)
    def _reveal(self, revealed: Revealed, also: str) -> None:
        self.panels.hide()
        self.list.show_all()
        self.list.go_to(revealed.key.id)
        self.refresh()
        self.leading.reveal(revealed, also)

    @Slot(object)
    def open_guide(self, key: Key | None = None) -> None:
        """Open the guide for a key, or with the choice of one, as soon as the keys are read."""
        if self.system is None or not self.may(READ):
            return
        self._wants_guide = self.facts is None
        if self.facts is not None:
            may = self.may(MANAGE)
            keys = self.facts.keys
            self.leading.open_guide(self.system, keys, key, self._zone, may_generate=may)

    def forget(self) -> None:
        """The console locks: the key that was just shown is at hand no longer."""
        self.recent.forget()

    def copy(self) -> None:
        """Copy the selected rows."""
        self.list.copy()

    def open_guide_here(self) -> None:
        """Open the guide for the key the keyboard is on; else for the one just shown, if any."""
        key = self.key
        self.open_guide(key if key is not None and key.is_live else None)

    # What happened

    def go_on(self) -> None:
        """The connection is back."""
        self.refresh()

    def set_compact(self, compact: bool) -> None:
        """Use the lower row height."""
        self.list.table.set_compact(compact)

    @Slot(object)
    def _on_copied(self, count: int) -> None:
        self.noted.emit("1 row copied" if count == 1 else f"{count:,} rows copied")

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self._zone = zone
        self.panels.set_zone(zone)
        self.list.set_zone(zone)
        self._show_open_key()
