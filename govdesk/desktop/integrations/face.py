"""What the side panel of a connection consists of, and which of it each mode shows."""

from __future__ import annotations

from datetime import tzinfo
from functools import partial
from typing import Final, Literal

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.conflict import ConflictPanel
from govdesk.desktop.editing.section import button, button_row
from govdesk.desktop.editing.writing import Writing
from govdesk.desktop.integrations import columns, drafts
from govdesk.desktop.integrations.choosing import KindChooser
from govdesk.desktop.integrations.form import SettingsForm
from govdesk.desktop.integrations.kinds import look_of
from govdesk.desktop.integrations.trying import TestLine
from govdesk.desktop.members.parts import SidePanel, note
from govdesk.desktop.members.parts import say as say_words
from govdesk.desktop.widgets import Pill
from govdesk.jobs import Jobs
from govdesk.services.integrations import Integration
from govdesk.services.link import Link

Mode = Literal["", "choose", "new", "view", "edit"]
_LEAST: Final = 92 * theme.GRID
_LOW: Final = 110 * theme.GRID


class PanelFace(SidePanel):
    """The parts and their state; what the buttons do is told by signals.

    `mode_changed` follows whatever is shown otherwise than before.
    """

    delete_wanted = Signal()
    toggle_wanted = Signal()
    history_asked = Signal()
    edit_wanted = Signal()
    cancel_wanted = Signal()
    save_wanted = Signal()
    mode_changed = Signal()

    def __init__(self, link: Link, jobs: Jobs, zone: tzinfo, parent: QWidget | None = None):
        super().__init__("connection_panel", "Connection", parent)
        self.setMinimumWidth(_LEAST)
        self._link, self._jobs, self.zone = link, jobs, zone
        self.writing = Writing(self, link, jobs)
        self.shown: Integration | None = None
        self.mode: Mode = ""
        self.is_dirty = False
        self.is_lost = False
        self._is_low = False
        self._build()
        self._lay_out()
        self.writing.busy.connect(self.show_buttons)

    # Parts

    def _build(self) -> None:
        inner = self.inner
        self.kind_pill = Pill("state_neutral", "", inner)
        self.kind_pill.setObjectName("connection_kind_shown")
        self.status_pill = Pill("state_ok", "active", inner)
        self.status_pill.setObjectName("connection_status")
        self.chooser = KindChooser("connection_new", 1, inner)
        self.form = SettingsForm(inner)
        self.form.unfolded.connect(self.bring_into_sight)
        self.facts = note("connection_facts", inner)
        self.conflict = ConflictPanel("connection_conflict", inner)
        self.test = TestLine(self._jobs, self)
        self.message = note("connection_message", self, "state_failed")
        self.delete = button("Delete", "connection_delete", self.delete_wanted.emit, self)
        self.toggle = button("Disable", "connection_toggle", self.toggle_wanted.emit, self)
        self.history = button("History", "connection_history", self.history_asked.emit, self)
        self.edit_button = button("Edit", "connection_edit", self.edit_wanted.emit, self)
        self.cancel = button("Cancel", "connection_cancel", self.cancel_wanted.emit, self)
        self.save_button = button(
            "Save changes", "connection_save", self.save_wanted.emit, self, primary=True
        )

    def _lay_out(self) -> None:
        pills = QHBoxLayout()
        pills.setSpacing(theme.INSIDE)
        pills.addWidget(self.kind_pill)
        pills.addWidget(self.status_pill)
        pills.addStretch(1)
        self.column.addLayout(pills)
        for part in (self.chooser, self.form, self.facts, self.conflict):
            self.column.addWidget(part)
        self.column.addStretch(1)
        acts = button_row(
            self.delete, self.toggle, self.history, self.edit_button, self.cancel, self.save_button
        )
        self.keep_in_sight(self.test, self.message, acts)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little height, the test scrolls with the form."""
        super().resizeEvent(event)
        is_low = self.height() < _LOW
        if is_low is not self._is_low:
            self._is_low = is_low
            if is_low:
                self.column.insertWidget(self.column.count() - 1, self.test)
            else:
                self.foot.insertWidget(0, self.test)
            self.order_tabs()

    # State

    @property
    def can_test(self) -> bool:
        """Whether a connection is shown, stored or as a draft."""
        return self.mode in ("view", "edit", "new")

    def settle_parts(self) -> None:
        """Show what belongs to the mode, and have Tab go through it in order."""
        one, is_choice = self.shown, self.mode == "choose"
        kind = self.form.kind
        self.chooser.setVisible(is_choice)
        self.form.setVisible(not is_choice)
        self.test.setVisible(not is_choice)
        self.kind_pill.setVisible(not is_choice)
        if kind is not None:
            self.kind_pill.set_meaning("state_neutral", kind.title, icon=look_of(kind.name).icon)
        self.status_pill.setVisible(one is not None)
        if one is not None:
            word, meaning = columns.STATUS[one.status]
            self.status_pill.set_meaning(meaning, word)
        say_words(self.facts, drafts.facts(one, self.zone) if one is not None else "")
        self.show_buttons()
        self.order_tabs()
        self.mode_changed.emit()

    def show_last_test(self, one: Integration) -> None:
        if one.tested_at is None:
            return
        at = f"{one.tested_at.astimezone(self.zone):%Y-%m-%d %H:%M}"
        took = f" · {one.test_ms:,} ms" if one.test_ms else ""
        self.test.show_last(
            columns.test_meaning(one), columns.test_word(one), one.test_detail or "",
            f"Tested at {at}{took}",
        )  # fmt: skip

    @Slot()
    def show_buttons(self) -> None:
        views, writes = self.mode == "view", self.mode in ("new", "edit")
        is_free = not self.writing.is_busy
        for one in (self.delete, self.toggle, self.history, self.edit_button):
            one.setVisible(views)
            one.setEnabled(is_free)
        for one in (self.cancel, self.save_button):
            one.setVisible(writes and self.conflict.isHidden())
        self.save_button.setEnabled(is_free and (self.is_dirty or self.mode == "new"))
        self.cancel.setEnabled(is_free)
        if self.shown is not None:
            word = "Disable" if self.shown.status == "active" else "Enable"
            self.toggle.setText(word)
            self.toggle.setAccessibleName(f"{word} {self.shown.name}")

    def say(self, sentence: str) -> None:
        self.is_lost = False
        say_words(self.message, sentence)

    def begin_anew(self) -> None:
        self.test.clear()
        self.area.verticalScrollBar().setValue(0)

    @Slot(QWidget)
    def bring_into_sight(self, part: QWidget) -> None:
        """Scroll there once it has its room."""
        QTimer.singleShot(0, part, partial(self.area.ensureWidgetVisible, part))
