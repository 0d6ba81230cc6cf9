"""The list of webhooks, and the side panel with one of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from PySide6.QtCore import QPoint, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop.tables.held import Held
from govdesk.desktop.webhooks.form import WHOLE
from govdesk.desktop.webhooks.frame import MANAGE, READ, WebhooksFrame
from govdesk.desktop.webhooks.reading import Found
from govdesk.jobs import Jobs
from govdesk.services.link import Link
from govdesk.services.nodes import Node
from govdesk.services.organization import Here
from govdesk.services.webhooks import SecretVersion, Webhook


class WebhooksPart(WebhooksFrame):
    """All webhooks of the organization, or those of the system that `show_system` names."""

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        preferences: Preferences,
        here: Here,
        zone: tzinfo,
        parent: QWidget | None = None,
        *,
        of_system: bool = False,
    ):
        super().__init__(link, jobs, preferences, here, zone, parent, of_system=of_system)
        self._connect()

    def _connect(self) -> None:
        self.list.opened.connect(self._on_opened)
        self.list.selected.connect(self._on_selected)
        self.list.copied.connect(self._on_copied)
        self.list.counted.connect(self._on_counted)
        self.list.retry.connect(self.refresh)
        self.list.table.menu_wanted.connect(self._on_menu)
        self.reader.arrived.connect(self.show_found)
        self.reader.secrets_arrived.connect(self.show_secrets)
        self.reader.failed.connect(self._on_unread)
        panel, view = self.panel, self.panel.view
        panel.closed.connect(self.close_panel)
        panel.changed.connect(self._on_changed)
        panel.added.connect(self.acting.show_added)
        panel.trouble.connect(self.trouble)
        panel.mode_changed.connect(self.selected)
        panel.resume_wanted.connect(self.acting.resume)
        panel.rotate_wanted.connect(self._on_rotate)
        panel.test_wanted.connect(self.acting.test)
        view.check_wanted.connect(self.check)
        view.redeliver_wanted.connect(self.redeliver)
        view.log_wanted.connect(self.show_log)
        view.history_wanted.connect(self._on_history)
        self.acting.done.connect(self._on_changed)
        self.acting.trouble.connect(self.trouble)

    # Rights

    def take_permissions(self, here: Here) -> None:
        """What this person may do has changed."""
        self._here = self.acting.here = here
        if self._is_begun:
            self.refresh()

    # What the page says

    def show_system(self, node: Node) -> None:
        """Show the webhooks of another system; what is typed for this one is kept."""
        if self.system is not None and node.id == self.system.id:
            return
        self.panel.set_aside()
        self.panel.hide()
        self.system, self.found, self._is_read = node, Found(), False
        self.reader.turn_to(node.id)
        self.list.filter.clear()
        self.list.forget()
        self.panel.offer_systems(((node.id, node.name),), node.id)
        if self.isVisible():
            self.refresh()

    def offer_places(self, systems: Sequence[Node]) -> None:
        """Know where a new webhook may stand; only of interest where all are shown."""
        offered = [(one.id, one.name) for one in systems if self.may(MANAGE, one.node_path)]
        if self.may(MANAGE, self._here.tenant_path):
            offered.insert(0, (WHOLE, f"All of {self._here.tenant_name}"))
        first = offered[0][0] if offered else WHOLE
        self.panel.offer_systems(offered, None if first == WHOLE else first)

    def go_on(self) -> None:
        """The connection to the server is back."""
        if self._is_begun:
            self.refresh()

    def forget(self) -> None:
        """The console locks: what is being pasted is masked."""
        self.panel.forget()

    def select_entity(self, entity_id: str) -> bool:
        """Open a webhook by its id, now or as soon as the list is read."""
        one = self._of(entity_id)
        if one is None:
            self._wanted = entity_id
            return False
        self._wanted = ""
        if self.list.model.row_of(entity_id) < 0:
            self.list.filter.clear()
        self.list.go_to(entity_id)
        self._show(one)
        return True

    # Reading

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the first time it is looked at, and now and then while somebody looks."""
        super().showEvent(event)
        if not self._is_begun:
            self.refresh()
        elif self._is_read and self.may(READ):
            self.reader.read_quietly()
        self.reader.watch(self.may(READ))

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nobody asks."""
        super().hideEvent(event)
        self.reader.watch(False)

    @Slot()
    def refresh(self) -> None:
        """Read anew: F5. What is open and typed stays."""
        if self.of_system and self.system is None:
            return
        self._is_begun = True
        if not self.may(READ):
            self._forbid()
            return
        if not self._is_read:
            self.list.begin()
        self._show_empty()
        self.stack.setCurrentWidget(self.list)
        self.reader.read()

    def stage(self, found: Found) -> None:
        """Show what was read elsewhere, and from now on read nothing."""
        self.reader.stop()
        self.reader.is_staged = True
        self._show_empty()
        self.stack.setCurrentWidget(self.list)
        self.show_found(found)

    @Slot(object, object)
    def show_found(self, found: Found, held: Held | None = None) -> None:
        """Show what the database says; what is being typed stays."""
        self.found, self._is_read = found, True
        self.list.hold(held or self.list.prepared(found.webhooks))
        self._say_silence()
        self.counted.emit(len(found.webhooks))
        self.found_changed.emit(found.webhooks)
        shown = self.panel.shown
        again = self._of(shown.id) if shown is not None else None
        if again is not None and not self.panel.isHidden():
            self._show(again)
        self.panel.message_is_over()
        if self._wanted:
            wanted, self._wanted = self._wanted, ""
            self.select_entity(wanted)
            self._wanted = ""
        if self._takes_keyboard:
            self._takes_keyboard = False
            self.list.table.setFocus()
        self.selected.emit()

    @Slot(object)
    def _on_unread(self, error: Exception) -> None:
        self.list.fail(error)
        self.trouble.emit(error)

    # What the person does

    @Slot()
    def begin_new(self) -> None:
        """Open the form for a new webhook."""
        if self.may(MANAGE):
            self.panel.may_manage = True
            self.panel.show()
            self.panel.begin()
            self.selected.emit()

    @Slot()
    def close_panel(self) -> None:
        """Close the side panel; the keyboard is back on the list. What is typed is kept."""
        self.panel.hide()
        self.selected.emit()
        self.list.table.setFocus()

    def edit(self) -> None:
        """Edit the webhook that is selected."""
        if self._open_selected():
            self.panel.edit()

    def delete(self) -> None:
        """Ask whether the webhook that is selected is to be deleted."""
        if self._open_selected():
            self.panel.ask_to_delete()

    def rotate(self) -> None:
        """Begin to rotate the secret of the webhook that is selected."""
        if self._open_selected():
            self.panel.ask_to_rotate()

    def resume(self) -> None:
        """Resume the webhook that is selected."""
        one = self.webhook
        if one is not None and one.status == "disabled":
            self.acting.resume(one)

    @Slot()
    def test(self) -> None:
        """Test the webhook that is selected."""
        if (one := self.webhook) is not None:
            self.acting.test(one)

    @Slot()
    def check(self) -> None:
        """See whether the receiver of the selected one verifies."""
        if (one := self.webhook) is not None:
            self.acting.check(one)

    @Slot()
    def redeliver(self) -> None:
        """Offer to send again."""
        if (one := self.webhook) is not None:
            self.acting.redeliver(one)

    @Slot()
    def show_log(self) -> None:
        """Show the delivery log of the selected one."""
        if (one := self.webhook) is not None:
            self.log_asked.emit(one.id)

    def _open_selected(self) -> bool:
        """Have the selected one in the panel; a new one that is being written is kept."""
        one, shown = self.webhook, self.panel.shown
        if one is not None and (self.panel.isHidden() or shown is None):
            self._show(one)
        return one is not None

    @Slot(object)
    def _on_opened(self, one: Any) -> None:
        """Enter: the panel has the keyboard, and Esc gives it back."""
        if one is not None:
            self._show(one)
            self.panel.take_keyboard()

    @Slot(object)
    def _on_selected(self, one: Any) -> None:
        """Selecting opens the panel; the keyboard stays on the list."""
        if one is not None:
            self._show(one)

    def _show(self, one: Webhook) -> None:
        self.panel.show_webhook(one, may_manage=self.may(MANAGE, one.node_path))
        self.panel.show()
        self.selected.emit()
        if one.needs_secret:
            self.reader.read_secrets(one.id)

    @Slot(str, object)
    def show_secrets(self, which: str, versions: Sequence[SecretVersion]) -> None:
        """Show which secrets sign."""
        self._versions = (which, max((one.version for one in versions), default=0))
        self.panel.show_secrets(which, versions)

    @Slot(object)
    def _on_rotate(self, one: Webhook) -> None:
        which, version = self._versions
        self.acting.rotate(one, version if which == one.id else 0)

    @Slot(QPoint, int, int)
    def _on_menu(self, at: QPoint, row: int, column: int) -> None:
        if self.menu is not None and row >= 0:
            self.menu.popup(at)

    # What happened

    @Slot(str, str)
    def _on_changed(self, words: str, which: str) -> None:
        if words:
            self.noted.emit(words)
            self._takes_keyboard = True
        self._wanted = which
        self.refresh()

    @Slot()
    def _on_history(self) -> None:
        if self.panel.shown is not None:
            self.timeline_asked.emit(f"entity:{self.panel.shown.id}")


__all__ = ["MANAGE", "READ", "WebhooksPart"]
