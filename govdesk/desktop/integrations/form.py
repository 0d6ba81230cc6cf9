"""The typed form of a connection, generated from what its kind declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.integrations.allowing import AllowField
from govdesk.desktop.integrations.fields import LineField, SettingField
from govdesk.desktop.integrations.making import made
from govdesk.desktop.integrations.private import PrivateField
from govdesk.desktop.timeline.layouts import empty
from govdesk.desktop.widgets import Words
from govdesk.domain.integrations import Kind
from govdesk.domain.secret_references import SCHEMES

NAME: Final = "name"
ALLOW: Final = "allow"


@dataclass(frozen=True, slots=True)
class Values:
    """What stands in a form. `private` is None while nobody has revealed what is sealed."""

    name: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    secret_refs: Mapping[str, str] = field(default_factory=dict)
    private: Mapping[str, str] | None = field(default=None, repr=False)
    allow: tuple[str, ...] = ()


def _name_fault(name: str) -> str:
    return "A name has at most 100 characters." if len(name) > 100 else ""


class ReferencesHelp(QWidget):
    """A small button that unfolds how references work; `unfolded` follows."""

    unfolded = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.button = QToolButton(self)
        self.button.setObjectName("connection_references")
        self.button.setText("How references work")
        self.button.setAccessibleName("How references work")
        self.button.setIcon(theme.icon("circle-question-mark"))
        self.button.setToolButtonStyle(self.button.toolButtonStyle().ToolButtonTextBesideIcon)
        self.button.setAutoRaise(True)
        self.button.setCheckable(True)
        lines = [f"{one.example}\n{one.keeper[:1].upper()}{one.keeper[1:]}" for one in SCHEMES]
        self.words = Words(
            "A field marked Reference says where a secret is kept. Whoever makes the connection"
            " fetches the secret from there each time; GovDesk stores only where it is.\n\n"
            + "\n\n".join(lines),
            "secondary", "text_secondary", self, wraps=True,
        )  # fmt: skip
        self.words.setObjectName("connection_references_words")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addWidget(self.button)
        column.addWidget(self.words)
        self.words.hide()
        self.button.toggled.connect(self._on_toggled)

    @Slot(bool)
    def _on_toggled(self, is_open: bool) -> None:
        self.words.setVisible(is_open)
        if is_open:
            self.unfolded.emit()


class SettingsForm(QWidget):
    """Name, the fields of one kind, and the private addresses it may reach.

    `edited` follows every change by the person, `entered` Enter in a line, `reveal_wanted` the
    wish to see what is sealed. `complained` carries a field that says what is wrong with it,
    `unfolded` what has just become longer.
    """

    edited = Signal()
    entered = Signal()
    reveal_wanted = Signal()
    complained = Signal(QWidget)
    unfolded = Signal(QWidget)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("connection_form")
        self.kind: Kind | None = None
        self._help: ReferencesHelp | None = None
        self.fields: dict[str, SettingField] = {}
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.GAP)

    # Parts

    def begin(self, kind: Kind) -> None:
        """Make the fields of a kind, empty but for what it proposes."""
        empty(self.column)
        self.kind, self._help = kind, None
        self.name = LineField(
            "connection_name", "Name", "As people call it here.", required=True,
            check=_name_fault, parent=self,
        )  # fmt: skip
        self.allow = AllowField(kind.defaults.get("port", ""), self)
        # A certificate is seldom needed and takes much room: what every connection needs is above.
        shown = sorted(kind.fields, key=lambda one: one.multiline)
        own = {one.name: made(one, self) for one in shown}
        self.fields = {NAME: self.name, **own, ALLOW: self.allow}
        help_follows = [one.name for one in kind.fields if one.column == "ref"][-1:]
        for name, one in self.fields.items():
            self.column.addWidget(one)
            one.edited.connect(self.edited)
            one.entered.connect(self.entered)
            one.complained.connect(partial(self.complained.emit, one))
            if isinstance(one, PrivateField):
                one.reveal_wanted.connect(self.reveal_wanted)
            if name in help_follows:
                self._help = ReferencesHelp(self)
                self._help.unfolded.connect(partial(self.unfolded.emit, self._help))
                self.column.addWidget(self._help)

    # Values

    def show_new(self) -> None:
        """Propose what the kind proposes."""
        assert self.kind is not None
        for one in self.kind.fields:
            self._show_field(one.name, one.default)

    def show_values(self, values: Values, *, has_sealed: bool) -> None:
        """Fill the fields; what is sealed stays locked unless its values are given."""
        assert self.kind is not None
        self.name.set_text(values.name)
        self.allow.show_entries(values.allow)
        given = {**values.settings, **values.secret_refs}
        for one in self.kind.fields:
            if one.column != "sealed":
                self._show_field(one.name, given.get(one.name, ""))
        if values.private is not None:
            self.reveal(values.private, masked=True)
        elif has_sealed:
            self.lock()
        else:
            self.reveal({}, masked=True)

    def _show_field(self, name: str, text: str) -> None:
        shown = self.fields[name]
        if isinstance(shown, PrivateField):
            shown.open_with(text, masked=True)
        else:
            shown.set_text(text)

    @property
    def private_fields(self) -> dict[str, PrivateField]:
        """The fields whose values are sealed."""
        return {name: one for name, one in self.fields.items() if isinstance(one, PrivateField)}

    def reveal(self, values: Mapping[str, str], *, masked: bool = False) -> None:
        """Show what was sealed."""
        for name, one in self.private_fields.items():
            one.open_with(values.get(name, ""), masked=masked)

    def lock(self) -> None:
        """Forget what was revealed."""
        for one in self.private_fields.values():
            one.lock()

    def hide_private(self) -> None:
        """Show of private values only that there are some."""
        for one in self.private_fields.values():
            one.hide_value()

    def values(self) -> Values:
        """What is typed. An optional field that is empty is not there."""
        assert self.kind is not None
        by_column: dict[str, dict[str, str]] = {"open": {}, "ref": {}, "sealed": {}}
        for one in self.kind.fields:
            if text := self.fields[one.name].text:
                by_column[one.column][one.name] = text
        private = self.private_fields.values()
        is_locked = any(one.is_locked for one in private)
        return Values(
            " ".join(self.name.text.split()),
            by_column["open"],
            by_column["ref"],
            None if is_locked else by_column["sealed"],
            self.allow.entries,
        )

    def judged(self) -> Values | None:
        """What is typed, if all of it is right; else every fault is said, the first has focus."""
        faults = {name: fault for name, one in self.fields.items() if (fault := one.fault())}
        for name, one in self.fields.items():
            if name not in faults:
                one.clear_error()
        return None if self.complain(faults) else self.values()

    def complain(self, faults: Mapping[str, str]) -> bool:
        """Say next to each field what the server refuses; False if none of it is here."""
        known = [name for name in self.fields if name in faults]
        if known:
            self.fields[known[0]].control.setFocus()
        for name in known:
            self.fields[name].set_error(faults[name])
        return bool(known)

    def set_read_only(self, read_only: bool) -> None:
        """Let people read and copy only; what is empty is then not shown."""
        for one in self.fields.values():
            one.set_read_only(read_only)
            is_there = bool(one.text) or (isinstance(one, PrivateField) and one.is_locked)
            one.setVisible(is_there or not read_only)
        if self._help is not None:
            self._help.setVisible(not read_only)

    @Slot()
    def take_keyboard(self) -> None:
        """Begin at the top."""
        self.name.line.setFocus()
