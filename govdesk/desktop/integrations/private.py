"""A private setting: sealed for the members of the vault, masked until somebody reveals it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from govdesk.desktop import theme
from govdesk.desktop.integrations import judging
from govdesk.desktop.integrations.fields import Check, LineField
from govdesk.desktop.integrations.guarded import GuardedLine
from govdesk.desktop.widgets import Covering


class PrivateField(LineField):
    """A private setting: sealed for the members, masked until Reveal.

    While it is locked it holds nothing, not even how long the value is. `reveal_wanted` asks
    for the values of the whole form.
    """

    reveal_wanted = Signal()

    def __init__(
        self,
        name: str,
        title: str,
        help: str,
        *,
        required: bool,
        check: Check,
        parent: QWidget | None = None,
    ):
        line = GuardedLine(name, judging.private_text)
        line.setAccessibleName(title)
        self.reveal = _reveal_button(name, title)
        control = _Covered(line, self.reveal, self._cover)
        super().__init__(
            name, title, help, required=required, check=check, mark=("lock", "Private"),
            parent=parent, control=control, line=line,
        )  # fmt: skip
        self.control = line
        self._line.setObjectName(f"{name}_help")
        self._label.setBuddy(line)
        self._show()
        self._is_locked, self._is_read_only, self._was_shown = False, False, False
        self.reveal.clicked.connect(self._on_reveal)
        self._show_masked(True)

    @property
    def is_locked(self) -> bool:
        """Whether a value is sealed that has not been revealed here."""
        return self._is_locked

    def lock(self) -> None:
        """There is a sealed value, and nobody has asked to see it."""
        self._is_locked = True
        self.line.clear()
        self.line.setPlaceholderText("Sealed. Reveal opens it.")
        self._show_masked(True)
        self._show_state()

    def open_with(self, text: str, *, masked: bool) -> None:
        """Show a value, or an empty field for a new one, in which one sees what one types."""
        self._is_locked = False
        self.line.setPlaceholderText("")
        self.set_text(text)
        self._show_masked(masked and bool(text))
        self._show_state()

    def hide_value(self) -> None:
        """Show only that there is a value."""
        self._show_masked(True)

    def _cover(self, is_covered: bool) -> None:
        is_shown = self.line.echoMode() is QLineEdit.EchoMode.Normal
        if is_covered:
            self._was_shown = is_shown
        self._show_masked(is_covered or not self._was_shown)

    def set_read_only(self, read_only: bool) -> None:
        """Let people read and copy only; what is locked is read-only in any case."""
        super().set_read_only(read_only)
        self._is_read_only = read_only
        self._show_state()

    def fault(self) -> str:
        """What is wrong with it as it stands; what is locked is right."""
        return "" if self._is_locked else super().fault()

    def _show_state(self) -> None:
        self.line.setReadOnly(self._is_read_only or self._is_locked)

    @Slot()
    def _on_reveal(self) -> None:
        if self._is_locked:
            self.reveal_wanted.emit()
        else:
            self._show_masked(self.line.echoMode() is QLineEdit.EchoMode.Normal)

    def _show_masked(self, masked: bool) -> None:
        mode = QLineEdit.EchoMode.Password if masked else QLineEdit.EchoMode.Normal
        self.line.setEchoMode(mode)
        word = "Reveal" if masked else "Hide"
        self.reveal.setText(word)
        self.reveal.setIcon(theme.icon("eye" if masked else "eye-off"))
        self.reveal.setAccessibleName(f"{word} {self.title}")


class _Covered(Covering):
    """The line and its button; no picture of the window shows what stands there."""

    def __init__(self, line: QLineEdit, reveal: QPushButton, cover: Callable[[bool], None]):
        super().__init__()
        self._cover = cover
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        row.addWidget(line, 1)
        row.addWidget(reveal)

    def cover(self, is_covered: bool) -> None:
        """Show dots in the place of the value, or what was shown before."""
        self._cover(is_covered)


def _reveal_button(name: str, title: str) -> QPushButton:
    made = QPushButton("Reveal")
    made.setObjectName(f"{name}_reveal")
    made.setAccessibleName(f"Reveal {title}")
    made.setAutoDefault(False)
    return made
