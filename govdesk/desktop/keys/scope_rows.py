"""The scopes of an organization: what they are for, taken out of use and back, and new ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.writing import Act, Writing
from govdesk.desktop.members.parts import button, note, row, say
from govdesk.desktop.timeline.layouts import empty
from govdesk.desktop.widgets import FormField, Words, announce
from govdesk.domain.problem import Problem
from govdesk.services import key_settings
from govdesk.services.changes import Change
from govdesk.services.key_settings import INTAKE_SCOPE, Scope
from govdesk.services.link import Session

_READ_ONLY: Final = "Changing scopes needs the permission to manage keys of the whole organization."


class ScopeRow(QWidget):
    """Name, description, and one button."""

    def __init__(self, scope: Scope, run: Callable[[], object], may: bool, parent: QWidget):
        super().__init__(parent)
        state = "" if scope.is_active else " · retired"
        name = Words(f"{scope.name}{state}", "body", "text" if scope.is_active else
                     "text_secondary", self, wraps=True)  # fmt: skip
        sentence = f"{scope.description[:1].upper()}{scope.description[1:]}"
        below = Words(sentence, "secondary", "text_secondary", self, wraps=True)
        below.setVisible(bool(scope.description))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(name)
        words.addWidget(below)
        line = row(stretch=False)
        line.setContentsMargins(0, 0, 0, 0)
        line.addLayout(words, 1)
        if may and scope.name != INTAKE_SCOPE:
            act = "Retire" if scope.is_active else "Restore"
            line.addWidget(
                button(f"scope_turn_{scope.name}", act, run, self, said=f"{act} {scope.name}")
            )
        self.setLayout(line)


class ScopeEditor(QWidget):
    """`saved` follows a change, with a sentence; what is typed stays until it is saved."""

    saved = Signal(str)

    def __init__(self, writing: Writing, parent: QWidget):
        super().__init__(parent)
        self._writing = writing
        self._scopes: tuple[Scope, ...] = ()
        self._may = False
        self._rows = QVBoxLayout()
        self._rows.setSpacing(theme.INSIDE)
        self.name = QLineEdit(self)
        self.name.setObjectName("scope_name")
        self.name.setPlaceholderText("participant:read")
        self.name_field = FormField("New s&cope", self.name, "A noun and a verb.", self)
        self.description = QLineEdit(self)
        self.description.setObjectName("scope_description")
        self.described = FormField(
            "&Description", self.description, "What a key with it may do.", self
        )
        self.add = button("scope_add", "Add scope", self.save, self, icon="plus")
        self.fault = note("scope_fault", self, "state_failed")
        self.why_not = note("scope_why_not", self)
        self.name.textEdited.connect(self._on_edited)
        self.name.returnPressed.connect(self.save)
        self.description.returnPressed.connect(self.save)
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(Words("Scopes", "strong", parent=self))
        column.addLayout(self._rows)
        column.addWidget(self.fault)
        column.addWidget(self.why_not)
        column.addWidget(self.name_field)
        column.addWidget(self.described)
        column.addLayout(row(self.add))

    def allow(self, may: bool) -> None:
        """Say whether this person may change scopes."""
        if may != self._may:
            self._may = may
            self._show_rows()
        for part in (self.name_field, self.described, self.add):
            part.setVisible(may)
        say(self.why_not, "" if may else _READ_ONLY)

    def show_scopes(self, scopes: Sequence[Scope]) -> None:
        """Show what there is now."""
        if tuple(scopes) != self._scopes:
            self._scopes = tuple(scopes)
            self._show_rows()

    def _show_rows(self) -> None:
        empty(self._rows)
        for one in self._scopes:
            self._rows.addWidget(ScopeRow(one, partial(self._turn, one), self._may, self))

    @Slot()
    def _on_edited(self) -> None:
        self.name_field.clear_error()

    @Slot()
    def save(self) -> None:
        """Add what is typed."""
        name, description = self.name.text().strip(), self.description.text()
        if not name:
            self.name_field.set_error("A name is missing, such as participant:read.")
            self.name.setFocus()
            return
        self._write(
            lambda session: key_settings.add_scope(session, name, description),
            f"The scope {name} is there; new keys may have it.",
            is_new=True,
        )

    def _turn(self, scope: Scope) -> None:
        if scope.is_active:
            done = f"The scope {scope.name} is retired; keys that have it keep it."
            self._write(lambda session: key_settings.retire_scope(session, scope.id), done)
        else:
            done = f"The scope {scope.name} is back."
            self._write(lambda session: key_settings.restore_scope(session, scope.id), done)

    def _write(
        self, write: Callable[[Session], Change], done: str, *, is_new: bool = False
    ) -> None:
        say(self.fault, "")
        self._writing.run(
            Act(
                write,
                "Scopes say what keys of the organization may do.",
                lambda change: self._on_saved(done, is_new),
                partial(self._on_refused, is_new),
            )
        )

    def _on_saved(self, done: str, is_new: bool) -> None:
        if is_new:
            self.name.clear()
            self.description.clear()
        self.saved.emit(done)

    def _on_refused(self, is_new: bool, error: Problem) -> None:
        words = f"{error.sentence} {error.remedy}".strip()
        if is_new:
            self.name_field.set_error(words)
        else:
            say(self.fault, words)
            announce(self, words)
