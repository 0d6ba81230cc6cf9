"""What the side panel of a webhook consists of, and which of it each mode shows."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final, Literal

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.conflict import ConflictPanel
from govdesk.desktop.editing.section import button, button_row
from govdesk.desktop.editing.writing import Writing
from govdesk.desktop.members.parts import SidePanel, note
from govdesk.desktop.members.parts import say as say_words
from govdesk.desktop.webhooks.form import WebhookForm
from govdesk.desktop.webhooks.viewing import WebhookView
from govdesk.jobs import Jobs
from govdesk.services.link import Link
from govdesk.services.webhooks import Webhook

Mode = Literal["", "new", "view", "edit"]
READ_ONLY: Final = (
    "You may read this webhook. To change anything you need the permission webhook.manage here,"
    " which an owner or an admin can grant."
)
_LEAST: Final = 110 * theme.GRID


class WebhookFace(SidePanel):
    """The parts and their state; what the buttons do is told by signals.

    `mode_changed` follows whatever is shown otherwise than before.
    """

    edit_wanted = Signal()
    test_wanted = Signal(object)
    delete_wanted = Signal()
    toggle_wanted = Signal()
    cancel_wanted = Signal()
    save_wanted = Signal()
    mode_changed = Signal()

    def __init__(self, link: Link, jobs: Jobs, zone: tzinfo, parent: QWidget | None = None):
        super().__init__("webhook_panel", "Webhook", parent)
        self.setMinimumWidth(_LEAST)
        self._link, self._jobs, self.zone = link, jobs, zone
        self.writing = Writing(self, link, jobs)
        self.shown: Webhook | None = None
        self.mode: Mode = ""
        self.is_dirty = False
        self.is_lost = False
        self.may_manage = False
        self._build()
        self._lay_out()
        self.writing.busy.connect(self.show_buttons)
        self.writing.busy.connect(self.view.set_busy)

    # Parts

    def _build(self) -> None:
        self.view = WebhookView(self.zone, self.inner)
        self.form = WebhookForm(self._jobs, self.inner)
        self.form.reshaped.connect(self._on_reshaped)
        self.why_not = note("webhook_why_not", self.inner)
        self.conflict = ConflictPanel("webhook_conflict", self.inner)
        self.message = note("webhook_message", self, "state_failed")
        self.delete = button("Delete", "webhook_delete", self.delete_wanted.emit, self)
        self.toggle = button("Disable", "webhook_toggle", self.toggle_wanted.emit, self)
        self.edit_button = button("Edit", "webhook_edit", self.edit_wanted.emit, self)
        self.test = button("Test webhook", "webhook_begin_test", self._on_test, self, icon="play")
        self.cancel = button("Cancel", "webhook_cancel", self.cancel_wanted.emit, self)
        self.save_button = button(
            "Save changes", "webhook_save", self.save_wanted.emit, self, primary=True
        )

    def _lay_out(self) -> None:
        for part in (self.view, self.form, self.why_not, self.conflict):
            self.column.addWidget(part)
        self.column.addStretch(1)
        acts = button_row(
            self.delete, self.toggle, self.edit_button, self.test, self.cancel, self.save_button
        )
        self.keep_in_sight(self.message, acts)

    # State

    def settle_parts(self) -> None:
        """Show what belongs to the mode, and have Tab go through it in order."""
        views = self.mode == "view"
        self.view.setVisible(views)
        self.form.setVisible(not views)
        say_words(self.why_not, "" if self.may_manage or not views else READ_ONLY)
        self.show_buttons()
        self.order_tabs()
        self.mode_changed.emit()

    @Slot()
    def show_buttons(self) -> None:
        """Offer what can be done now."""
        views, writes = self.mode == "view", self.mode in ("new", "edit")
        is_free, one = not self.writing.is_busy, self.shown
        is_retired = one is not None and one.disabled_reason == "retired"
        for made in (self.delete, self.toggle, self.edit_button, self.test):
            made.setVisible(views and self.may_manage)
            made.setEnabled(is_free)
        self.toggle.setEnabled(is_free and not is_retired)
        for made in (self.cancel, self.save_button):
            made.setVisible(writes and self.conflict.isHidden())
        self.save_button.setEnabled(is_free and (self.is_dirty or self.mode == "new"))
        self.cancel.setEnabled(is_free)
        if one is not None:
            is_active = one.status == "active"
            word = "Disable" if is_active else "Resume"
            self.toggle.setText(word)
            self.toggle.setAccessibleName(f"{word} {one.description}")

    @Slot()
    def _on_test(self) -> None:
        if self.shown is not None:
            self.test_wanted.emit(self.shown)

    @Slot()
    def _on_reshaped(self) -> None:
        self.order_tabs()

    def say(self, sentence: str) -> None:
        """Say what went wrong, or nothing."""
        self.is_lost = False
        say_words(self.message, sentence)

    def begin_anew(self) -> None:
        """Begin at the top."""
        self.area.verticalScrollBar().setValue(0)

    @Slot(QWidget)
    def bring_into_sight(self, part: QWidget) -> None:
        """Scroll there once it has its room."""
        QTimer.singleShot(0, part, lambda: self.area.ensureWidgetVisible(part, 0, theme.GAP))
