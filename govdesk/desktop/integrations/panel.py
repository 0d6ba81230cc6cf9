"""The side panel: a connection to read, the same to edit, or the choice of a kind for a new one."""

from __future__ import annotations

from datetime import tzinfo
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from govdesk.desktop.confirming import confirm
from govdesk.desktop.editing.writing import Act
from govdesk.desktop.integrations import columns, drafts
from govdesk.desktop.integrations.deleting import delete_dialog
from govdesk.desktop.integrations.drafts import Kept
from govdesk.desktop.integrations.face import Mode, PanelFace
from govdesk.desktop.integrations.form import Values
from govdesk.desktop.widgets import announce
from govdesk.domain import integrations as kinds
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs, Task
from govdesk.services import connecting, integrations
from govdesk.services.changes import Change
from govdesk.services.integrations import Integration, Misfilled, Outcome
from govdesk.services.link import Link, SessionEnded, Unreachable
from govdesk.services.meanwhile import ChangedMeanwhile
from govdesk.services.nodes import Node

_WHY: Final = "A connection decides where data of the organization go."
_WHY_REVEAL: Final = "Private values are sealed for the members."


class ConnectionPanel(PanelFace):
    """Hidden until something is shown in it.

    `changed` carries what was done, in words, and the id of what it was done to; `history_wanted`
    the id of a connection; `trouble` an error that needs a word. What is typed stays typed until
    it is saved or cancelled, also while another connection is looked at.
    """

    changed = Signal(str, str)
    history_wanted = Signal(str)
    tested = Signal()
    trouble = Signal(object)

    def __init__(self, link: Link, jobs: Jobs, zone: tzinfo, parent: QWidget | None = None):
        super().__init__(link, jobs, zone, parent)
        self.node: Node | None = None
        self._mine: Values | None = None
        self._kept: dict[tuple[str, str], Kept] = {}
        self._connect()

    def _connect(self) -> None:
        self.chooser.chosen.connect(self.begin)
        self.form.edited.connect(self._on_edited)
        self.form.entered.connect(self.save)
        self.form.reveal_wanted.connect(self.reveal)
        self.form.complained.connect(self._on_complained)
        self.conflict.mine.connect(self._save_over)
        self.conflict.theirs.connect(self._take_theirs)
        self.test.wanted.connect(self.try_it)
        self.test.done.connect(self._on_tested)
        self.test.trouble.connect(self.trouble)
        self.delete_wanted.connect(self._on_delete)
        self.toggle_wanted.connect(self._on_toggle)
        self.history_asked.connect(self._on_history)
        self.edit_wanted.connect(self.edit)
        self.cancel_wanted.connect(self.give_up)
        self.save_wanted.connect(self.save)
        self.writing.trouble.connect(self.trouble)

    # What is shown

    def set_node(self, node: Node) -> None:
        """Be about another system; what was typed for the one before is kept."""
        self._keep()
        self._mine, self.shown, self.mode = None, None, ""
        self.test.clear()
        self.node = node

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self.zone = zone
        if self.shown is not None:
            self.settle_parts()

    def choose_kind(self) -> None:
        """Offer the kinds for a new connection; one that is being written comes back."""
        self._keep()
        if self._bring_back(None):
            return
        self._show_mode("choose", None)
        self.title.setText("Add connection")
        self.settle_parts()

    @Slot(str)
    def begin(self, kind: str) -> None:
        """Open the form for a new connection of a kind."""
        self._keep()
        self._show_mode("new", None)
        self.form.begin(kinds.BY_NAME[kind])
        self.form.show_new()
        self.is_dirty = False
        self.title.setText(f"New connection: {columns.kind_title(kind)}")
        self.settle_parts()
        self.form.take_keyboard()

    def show_connection(self, one: Integration) -> None:
        """Show a connection; of the same one, what is being typed stays."""
        is_same = self.shown is not None and self.shown.id == one.id and self.mode != "new"
        if is_same and (self.is_dirty or self.mode == "edit"):
            self.message_is_over()
            return
        if is_same and drafts.is_as_before(self.shown, one):
            # Only what is known about it is newer: what is open and revealed stays so.
            self.shown = one
            self.settle_parts()
            return
        if not is_same:
            self._keep()
            if self._bring_back(one):
                return
        self._show_stored(one, keeps_test=is_same)

    def _show_stored(self, one: Integration, *, keeps_test: bool = False) -> None:
        self._show_mode("view", one, keeps_test=keeps_test)
        self.form.begin(kinds.BY_NAME[one.kind])
        self.form.show_values(drafts.values_of(one), has_sealed=one.has_sealed)
        self.form.set_read_only(True)
        self.title.setText(one.name)
        if not keeps_test:
            self.show_last_test(one)
        self.settle_parts()

    def _show_mode(self, mode: Mode, one: Integration | None, *, keeps_test: bool = False) -> None:
        self.mode, self.shown = mode, one
        self.is_dirty = False
        self.say("")
        self.conflict.clear()
        if not keeps_test:
            self.begin_anew()

    def forget(self) -> None:
        """Mask every private value; what was only revealed is locked again."""
        if self.mode == "view" and self.shown is not None and self.shown.has_sealed:
            self.form.lock()
        else:
            self.form.hide_private()

    # What is typed elsewhere meanwhile

    def _keep(self) -> None:
        """Remember what is typed and not saved."""
        if self.is_dirty and self.mode in ("new", "edit") and self.form.kind is not None:
            kept = Kept(self.form.kind.name, self.form.values(), self.shown)
            self._kept[self._key(self.shown)] = kept
        self.is_dirty = False

    def _key(self, one: Integration | None) -> tuple[str, str]:
        return (self.node.id if self.node is not None else "", one.id if one is not None else "")

    def _bring_back(self, one: Integration | None) -> bool:
        """Show what was typed about a connection before, if something was."""
        kept = self._kept.pop(self._key(one), None)
        if kept is None:
            return False
        self._show_mode("new" if kept.before is None else "edit", kept.before)
        self.form.begin(kinds.BY_NAME[kept.kind])
        has_sealed = kept.before is not None and kept.before.has_sealed
        self.form.show_values(kept.values, has_sealed=has_sealed)
        self.form.set_read_only(False)
        self.is_dirty = True
        title = columns.kind_title(kept.kind)
        self.title.setText(kept.before.name if kept.before else f"New connection: {title}")
        self.settle_parts()
        return True

    def message_is_over(self) -> None:
        """The server answers again; that it did not would be an old story."""
        if self.is_lost:
            self.say("")

    # Private values

    @Slot()
    def reveal(self) -> None:
        """Show what is sealed, if this session can open it."""
        one = self.shown
        if one is None or self.writing.is_busy:
            return

        def work(task: Task) -> dict[str, str]:
            return drafts.opened(self._link, task, one.id)

        self.say("")
        self._jobs.start(
            work,
            owner=self,
            on_result=partial(self._on_revealed, one.id),
            on_error=partial(self._on_sealed, one.id),
        )

    def _on_revealed(self, which: str, values: dict[str, str]) -> None:
        if self.shown is None or self.shown.id != which:
            return
        self.form.reveal(values)
        self.form.set_read_only(self.mode == "view")
        announce(self, "The private values are shown.")

    def _on_sealed(self, which: str, error: Exception) -> None:
        if not isinstance(error, Problem):
            raise error
        if connecting.key_of(error) == "step_up_needed":
            confirm(self, self._jobs, self._link, _WHY_REVEAL, self.reveal)
            return
        if self.shown is not None and self.shown.id == which:
            for field in self.form.private_fields.values():
                if field.is_locked:
                    field.set_error(drafts.why_sealed(error))
        if isinstance(error, SessionEnded | Unreachable):
            self.trouble.emit(error)

    # Editing and saving

    @Slot()
    def edit(self) -> None:
        """Let the person change what is shown."""
        if self.mode != "view":
            return
        self.mode = "edit"
        self.form.set_read_only(False)
        self.say("")
        self.show_buttons()
        self.form.take_keyboard()

    @Slot()
    def give_up(self) -> None:
        """Forget what is typed."""
        self.is_dirty = False
        self.conflict.clear()
        if self.shown is None:
            self.mode = ""
            self.closed.emit()
        else:
            self._show_stored(self.shown)
            self.edit_button.setFocus()

    @Slot()
    def save(self) -> None:
        """Save what is typed, if it is right."""
        if self.mode not in ("new", "edit") or self.writing.is_busy:
            return
        values = self.form.judged()
        if values is not None:
            self._write(values, self.shown)

    def _write(self, values: Values, before: Integration | None) -> None:
        if self.node is None or self.form.kind is None:
            return
        draft = drafts.draft_of(self.node, self.form.kind.name, values, before)
        self._mine = values
        self.say("")
        self.conflict.clear()
        self.writing.run(
            Act(
                lambda session: integrations.save(session, draft),
                _WHY,
                partial(self._on_saved, values.name, before),
                partial(self._on_refused, before),
            )
        )

    def _on_saved(self, name: str, before: Integration | None, done: Change) -> None:
        self._kept.pop(self._key(before), None)
        is_shown = self._is_about(before)
        if is_shown:
            self.is_dirty, self.mode = False, "view"
            self.show_buttons()
        words = f"“{name}” is saved." if done.changed else "It says so already."
        self.changed.emit(words, done.id if is_shown and done.id else "")

    def _is_about(self, before: Integration | None) -> bool:
        """Whether what was written is still what is shown."""
        shown = self.shown.id if self.shown is not None else ""
        return self.mode != "choose" and shown == (before.id if before is not None else "")

    def _on_refused(self, before: Integration | None, error: Problem) -> None:
        if not self._is_about(before):
            # It is told above the page; what was typed comes back with its connection.
            self.trouble.emit(error)
            return
        if isinstance(error, ChangedMeanwhile) and isinstance(error.fresh, Integration):
            self._theirs = error.fresh
            mine = self._mine or self.form.values()
            self.conflict.show_both(error.sentence, drafts.difference(error.fresh, mine))
            self.show_buttons()
            self.bring_into_sight(self.conflict)
            return
        faults = error.faults if isinstance(error, Misfilled) else {}
        if not self.form.complain(faults):
            self.say(str(error))
            self.is_lost = isinstance(error, Unreachable | SessionEnded)

    @Slot()
    def _save_over(self) -> None:
        values = self.form.judged()
        if values is not None:
            self.shown = self._theirs
            self._write(values, self._theirs)

    @Slot()
    def _take_theirs(self) -> None:
        self._show_stored(self._theirs)
        self.changed.emit("", self._theirs.id)

    # Enabling, deleting, history

    @Slot()
    def _on_toggle(self) -> None:
        one = self.shown
        if one is None:
            return
        turn: Any = integrations.disable if one.status == "active" else integrations.enable
        word = "disabled" if one.status == "active" else "enabled"
        self._turn(one, lambda session: turn(session, one.id), f"“{one.name}” is {word}.")

    @Slot()
    def _on_delete(self) -> None:
        one = self.shown
        if one is not None:
            delete_dialog(one, partial(self._remove, one), self.window()).open()

    def _remove(self, one: Integration) -> None:
        self._turn(
            one, lambda session: integrations.remove(session, one.id), f"“{one.name}” is deleted.",
            gone=True,
        )  # fmt: skip

    def _turn(self, one: Integration, write: Any, words: str, *, gone: bool = False) -> None:
        self.say("")

        def done(_: Change) -> None:
            if gone:
                self.shown, self.mode = None, ""
                self.closed.emit()
            self.changed.emit(words, "" if gone else one.id)

        self.writing.run(Act(write, _WHY, done, partial(self._on_refused, one)))

    @Slot()
    def _on_history(self) -> None:
        if self.shown is not None:
            self.history_wanted.emit(self.shown.id)

    # Testing

    @Slot()
    def try_it(self) -> None:
        """Test what is shown: the stored connection, or the draft as it is typed now."""
        if self.mode == "view" and self.shown is not None:
            self._try(self.shown.name, self.shown.id)
            return
        values = self.form.judged()
        if values is not None and self.node is not None and self.form.kind is not None:
            draft = drafts.draft_of(self.node, self.form.kind.name, values, self.shown)
            self._try(values.name, draft)

    def _try(self, name: str, what: Any) -> None:
        self.say("")

        def work(task: Task) -> Outcome:
            return drafts.tried(self._link, task, what)

        self.test.run(name, work)
        self.bring_into_sight(self.test)

    @Slot(QWidget)
    def _on_complained(self, field: QWidget) -> None:
        """Of several the first counts, which has the keyboard."""
        if field.isAncestorOf(self.focusWidget() or self):
            self.bring_into_sight(field)

    @Slot(object)
    def _on_tested(self, outcome: Outcome) -> None:
        """A reference that leads nowhere is said at its field, too."""
        if outcome.field:
            self.form.complain({outcome.field: outcome.sentence})
        else:
            self.bring_into_sight(self.test)
        self.tested.emit()

    # The form's state

    @Slot()
    def _on_edited(self) -> None:
        self.is_dirty = True
        self.say("")
        self.show_buttons()
