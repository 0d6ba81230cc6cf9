"""The side panel: a webhook to read, the same to edit, or a new one to fill in."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import tzinfo
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from govdesk.desktop.editing.writing import Act
from govdesk.desktop.webhooks import values as made
from govdesk.desktop.webhooks.columns import place
from govdesk.desktop.webhooks.deleting import delete_dialog
from govdesk.desktop.webhooks.face import Mode, WebhookFace
from govdesk.desktop.webhooks.opening import AskToOpen
from govdesk.desktop.webhooks.values import Kept, Values
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs
from govdesk.services import webhook_changes
from govdesk.services.changes import Change
from govdesk.services.integration_drafts import Misfilled
from govdesk.services.link import Link, Session, SessionEnded, Unreachable
from govdesk.services.meanwhile import ChangedMeanwhile
from govdesk.services.webhook_changes import Added
from govdesk.services.webhooks import SecretVersion, Webhook

_WHY: Final = "A webhook decides where data of the organization go."
_AGAIN: Final = "Press Save changes again then: it is not saved twice."
_ASKED: Final = "A second human is asked to open its private addresses; until then they are closed."


class WebhookPanel(WebhookFace):
    """Hidden until something is shown in it.

    `changed` carries what was done, in words, and the id of what it was done to; `added` the
    answer for a new one, whose secret is to be shown; `resume_wanted` and `rotate_wanted` the
    webhook. What is typed stays typed until it is saved or cancelled, also while another one is
    looked at.
    """

    changed = Signal(str, str)
    added = Signal(object)
    resume_wanted = Signal(object)
    rotate_wanted = Signal(object)
    trouble = Signal(object)

    def __init__(self, link: Link, jobs: Jobs, zone: tzinfo, parent: QWidget | None = None):
        super().__init__(link, jobs, zone, parent)
        self.system_id: str | None = None
        self._mine: Values | None = None
        self._kept: dict[str, Kept] = {}
        self._theirs: Webhook | None = None
        self._connect()

    def _connect(self) -> None:
        self.form.edited.connect(self._on_edited)
        self.form.entered.connect(self.save)
        self.form.complained.connect(self._on_complained)
        self.conflict.mine.connect(self._save_over)
        self.conflict.theirs.connect(self._take_theirs)
        self.delete_wanted.connect(self.ask_to_delete)
        self.toggle_wanted.connect(self._on_toggle)
        self.edit_wanted.connect(self.edit)
        self.cancel_wanted.connect(self.give_up)
        self.save_wanted.connect(self.save)
        self.view.rotate_wanted.connect(self.ask_to_rotate)
        self.view.retire_wanted.connect(self._on_retire)
        self.writing.trouble.connect(self.trouble)

    # What is shown

    def offer_systems(self, systems: Sequence[tuple[str, str]], system_id: str | None) -> None:
        """Where a new webhook may stand, and where one that is begun stands at first."""
        self.form.offer_systems(systems)
        self.system_id = system_id

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self.zone = self.view.zone = zone
        if self.shown is not None and self.mode == "view":
            self._show_view(self.shown, is_new=False)

    def set_aside(self) -> None:
        """The page is about another place: what is typed is kept, and nothing is shown."""
        self._keep()
        self.mode, self.shown = "", None

    def begin(self, kind: str = "webhook") -> None:
        """Open the form for a new webhook; one that is being written comes back."""
        self._keep()
        if self._bring_back(None):
            return
        self._show_mode("new", None)
        draft = made.fresh(kind, self.system_id, str(uuid.uuid4()))
        self._fill(Values(draft), None)
        self.title.setText("Add webhook")
        self.settle_parts()
        self.form.take_keyboard()

    def show_webhook(self, one: Webhook, *, may_manage: bool) -> None:
        """Show a webhook; of the same one, what is being typed stays."""
        is_same = self.shown is not None and self.shown.id == one.id and self.mode != "new"
        if is_same and self.mode == "edit":
            self.message_is_over()
            return
        is_quiet = is_same and self.may_manage == may_manage
        self.may_manage = may_manage
        if not is_same:
            self._keep()
        if may_manage and self._bring_back(one):
            return
        if is_quiet and made.is_as_before(self.shown, one):
            # Only how it fares is newer: what was said about it stays.
            self.shown = one
            self._show_view(one, is_new=False)
            self.message_is_over()
            return
        self._show_stored(one, is_new=not is_same)

    def _show_stored(self, one: Webhook, *, is_new: bool = True) -> None:
        self._show_mode("view", one, is_new=is_new)
        self._show_view(one, is_new=is_new)
        self.title.setText(one.description)
        self.settle_parts()

    def _show_view(self, one: Webhook, *, is_new: bool) -> None:
        self.view.show_webhook(one, may_manage=self.may_manage, is_new=is_new)

    def show_secrets(self, which: str, versions: Sequence[SecretVersion]) -> None:
        """Say which secrets sign, if it is still about this webhook."""
        if self.shown is not None and self.shown.id == which:
            self.view.show_secrets(versions)

    def _show_mode(self, mode: Mode, one: Webhook | None, *, is_new: bool = True) -> None:
        self.mode, self.shown = mode, one
        self.is_dirty = False
        self.say("")
        self.conflict.clear()
        if is_new:
            self.begin_anew()

    def _fill(self, values: Values, before: Webhook | None) -> None:
        is_new = before is None
        self.form.show_values(values, is_new=is_new, place="" if before is None else place(before))

    def forget(self) -> None:
        """The console locks: a secret that is being pasted is masked."""
        self.form.secret.hide_value()

    # What is typed elsewhere meanwhile

    def _keep(self) -> None:
        """Remember what is typed and not saved."""
        if self.is_dirty and self.mode in ("new", "edit"):
            self._kept[self._key(self.shown)] = Kept(self.form.values(), self.shown)
        self.is_dirty = False

    def _key(self, one: Webhook | None) -> str:
        return f"new {self.system_id}" if one is None else one.id

    def _bring_back(self, one: Webhook | None) -> bool:
        """Show what was typed about a webhook before, if something was."""
        kept = self._kept.pop(self._key(one), None)
        if kept is None:
            return False
        before = kept.before or one
        self._show_mode("new" if before is None else "edit", before)
        self._fill(kept.values, before)
        self.is_dirty = True
        self.title.setText(before.description if before else "Add webhook")
        self.settle_parts()
        return True

    def message_is_over(self) -> None:
        """The server answers again; that it did not would be an old story."""
        if self.is_lost:
            self.say("")

    # Editing and saving

    @Slot()
    def edit(self) -> None:
        """Let the person change what is shown."""
        if self.mode != "view" or self.shown is None or not self.may_manage:
            return
        self.mode = "edit"
        self._fill(made.of_stored(self.shown), self.shown)
        self.is_dirty = False
        self.say("")
        self.begin_anew()
        self.settle_parts()
        self.form.take_keyboard()

    @Slot()
    def give_up(self) -> None:
        """Forget what is typed."""
        self.is_dirty = False
        self.conflict.clear()
        self.form.secret.forget()
        if self.shown is None:
            self.mode = ""
            self.closed.emit()
        else:
            self._show_stored(self.shown)
            self.changed.emit("", self.shown.id)
            self.edit_button.setFocus()

    @Slot()
    def save(self) -> None:
        """Save what is typed, if it is right."""
        if self.mode not in ("new", "edit") or self.writing.is_busy:
            return
        values = self.form.judged()
        if values is not None:
            self._write(values, self.shown)

    def _write(self, values: Values, before: Webhook | None) -> None:
        draft = replace(values.draft, before=before)
        secret = self.form.secret.secret if before is None and self._is_signed else None
        text = None if secret is None else secret.text
        self._mine = values
        self.say("")
        self.conflict.clear()
        write: Callable[[Session], Any]
        if before is None:
            write = partial(webhook_changes.add, draft=draft, secret=text)
        else:
            write = partial(webhook_changes.save, draft=draft)
        self.writing.run(
            Act(
                write,
                _WHY,
                partial(self._on_written, before),
                partial(self._on_refused, before),
                lambda _: self._ask(draft, text),
            )
        )

    @property
    def _is_signed(self) -> bool:
        return not self.form.secret.isHidden()

    def _ask(self, draft: Any, secret: str | None) -> None:
        """Two people decide about private addresses; the form stays as it is until then."""
        AskToOpen(
            self._jobs, self._link, draft, secret, partial(self._on_written, draft.before),
            self.window(),
        ).open()  # fmt: skip

    def _on_written(self, before: Webhook | None, done: Added | Change) -> None:
        change = done.change if isinstance(done, Added) else done
        self._kept.pop(self._key(before), None)
        is_shown = self._is_about(before)
        if is_shown:
            self._keep_later(change.id or self._key(before))
            self.is_dirty, self.mode = False, "view"
            self.form.secret.forget()
            self.show_buttons()
        name = self._mine.draft.description if self._mine is not None else ""
        self.changed.emit(_words(name, change), change.id if is_shown and change.id else "")
        if isinstance(done, Added):
            if done.not_asked is not None:
                self.trouble.emit(done.not_asked)
            self.added.emit(done)

    def _keep_later(self, which: str) -> None:
        """What was typed while it was being written is about what is stored now."""
        later = replace(self.form.values(), secret=(None, ""))
        if self._mine is not None and later != replace(self._mine, secret=(None, "")):
            self._kept[which] = Kept(later, None)

    def _is_about(self, before: Webhook | None) -> bool:
        """Whether what was written is still what is shown."""
        shown = self.shown.id if self.shown is not None else ""
        return shown == (before.id if before is not None else "")

    def _on_refused(self, before: Webhook | None, error: Problem) -> None:
        if not self._is_about(before):
            # It is told above the page; what was typed comes back with its webhook.
            self.trouble.emit(error)
            return
        if isinstance(error, ChangedMeanwhile) and isinstance(error.fresh, Webhook):
            self._show_conflict(before, error, error.fresh)
            return
        faults = error.faults if isinstance(error, Misfilled) else {}
        if not self.form.complain(faults):
            is_lost = isinstance(error, Unreachable | SessionEnded)
            self.say(f"{error} {_AGAIN}" if is_lost else str(error))
            self.is_lost = is_lost

    def _show_conflict(self, before: Webhook | None, error: Problem, fresh: Webhook) -> None:
        mine = (self._mine or self.form.values()).draft
        both = made.difference(fresh, mine)
        if not both:
            # It was saved the time before, and only the answer got lost.
            self._on_written(before, Change(fresh.id, True))
            return
        self._theirs = fresh
        self.conflict.show_both(error.sentence, both)
        self.show_buttons()
        self.bring_into_sight(self.conflict)

    @Slot()
    def _save_over(self) -> None:
        values = self.form.judged()
        if values is not None and self._theirs is not None:
            self.shown = self._theirs
            self._write(values, self._theirs)

    @Slot()
    def _take_theirs(self) -> None:
        if self._theirs is not None:
            self._show_stored(self._theirs)
            self.changed.emit("", self._theirs.id)

    # Disabling, deleting, secrets

    @Slot()
    def _on_toggle(self) -> None:
        one = self.shown
        if one is None:
            return
        if one.status == "disabled":
            self.resume_wanted.emit(one)
            return
        words = f"“{one.description}” is disabled. Nothing is sent to it."
        self._turn(one, lambda session: webhook_changes.disable(session, one.id), words)

    @Slot()
    def ask_to_delete(self) -> None:
        """Say what ends, and delete it after a yes."""
        one = self.shown
        if one is not None and self.may_manage:
            delete_dialog(one, partial(self._remove, one), self.window()).open()

    def _remove(self, one: Webhook) -> None:
        self._turn(
            one, lambda session: webhook_changes.remove(session, one.id),
            f"“{one.description}” is deleted.", gone=True,
        )  # fmt: skip

    @Slot()
    def ask_to_rotate(self) -> None:
        """Have its secret rotated."""
        one = self.shown
        if one is not None and self.may_manage and one.needs_secret:
            self.rotate_wanted.emit(one)

    @Slot()
    def _on_retire(self) -> None:
        one = self.shown
        if one is not None:
            words = f"Only the newest secret of “{one.description}” signs now."
            self._turn(
                one, lambda session: webhook_changes.retire_previous_secret(session, one.id), words
            )

    def _turn(self, one: Webhook, write: Any, words: str, *, gone: bool = False) -> None:
        self.say("")

        def done(change: Change) -> None:
            if gone:
                self._kept.pop(one.id, None)
                self.shown, self.mode = None, ""
                self.closed.emit()
            self.changed.emit(words if change.changed else "It is so already.",
                              "" if gone else one.id)  # fmt: skip

        self.writing.run(Act(write, _WHY, done, partial(self._on_refused, one)))

    # The form's state

    @Slot(QWidget)
    def _on_complained(self, field: QWidget) -> None:
        """Of several the first counts, which has the keyboard."""
        if field.isAncestorOf(self.focusWidget() or self):
            self.bring_into_sight(field)

    @Slot()
    def _on_edited(self) -> None:
        self.is_dirty = True
        self.say("")
        self.show_buttons()


def _words(name: str, change: Change) -> str:
    if change.decision:
        return f"“{name}” is saved. {_ASKED}"
    return f"“{name}” is saved." if change.changed else "It says so already."
