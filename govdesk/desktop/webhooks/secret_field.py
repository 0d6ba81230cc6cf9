"""The secret that signs what is sent: made here by chance, or the receiver's own pasted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from govdesk.desktop import theme
from govdesk.desktop.integrations.fields import SettingField
from govdesk.desktop.widgets import Covering, announce
from govdesk.domain import webhooks

_HELP: Final = (
    "Signs every delivery, so that the receiver knows who sent it. It is shown once, afterwards."
)
_MISSING: Final = "A secret is missing. Press Auto-generate, or paste one of 24 to 64 bytes."
_GENERATED: Final = "Generated: 32 random bytes"


class SecretLine(QLineEdit):
    """Takes one text and forgets it without a trace: no history, no copy while it is masked."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("webhook_secret")
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setMinimumHeight(theme.CONTROL_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo would bring back what was taken away."""
        if event.matches(QKeySequence.StandardKey.Undo) or event.matches(
            QKeySequence.StandardKey.Redo
        ):
            return
        super().keyPressEvent(event)


class SecretChoice(SettingField):
    """`secret` is what will be handed over; the line never holds one that was generated."""

    generated = Signal()

    def __init__(self, parent: QWidget | None = None):
        self._secret: webhooks.Secret | None = None
        self.line = SecretLine()
        self.line.setPlaceholderText("whsec_…")
        self.show_button = _button("Reveal", "webhook_secret_reveal", self._on_reveal)
        self.make_button = _button("Auto-generate", "webhook_secret_generate", self._on_make)
        self.make_button.setIcon(theme.icon("refresh-cw"))
        whole = _Covered(self.line, self._mask)
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        row.addWidget(self.line, 1)
        row.addWidget(self.show_button)
        row.addWidget(self.make_button)
        super().__init__(
            "Signing secret", whole, _HELP, required=True, check=lambda text: "", parent=parent
        )
        self.control = self.line
        self.line.setAccessibleName("Signing secret")
        self._line.setObjectName("webhook_secret_help")
        self._label.setBuddy(self.line)
        self.line.textEdited.connect(self._on_edited)
        self.line.textChanged.connect(self._show_reveal)
        self.line.editingFinished.connect(self.settle)
        self.line.returnPressed.connect(self.entered)
        self._show_state()

    # Values

    @property
    def is_generated(self) -> bool:
        """Whether it was made here."""
        return self._secret is not None

    @property
    def secret(self) -> webhooks.Secret | None:
        """What was made or pasted; None for neither, and for a text that cannot be one."""
        if self._secret is not None:
            return self._secret
        text = self.line.text().strip()
        return webhooks.read_secret(text) if text and not webhooks.check_secret(text) else None

    @property
    def kept(self) -> tuple[webhooks.Secret | None, str]:
        """What stands here, to be brought back while the form is about something else."""
        return self._secret, self.line.text()

    def bring_back(self, kept: tuple[webhooks.Secret | None, str]) -> None:
        """Show again what `kept` said."""
        self._secret = kept[0]
        self.line.setText(kept[1])
        self._mask(True)
        self._show_state()
        self.clear_error()

    def forget(self) -> None:
        """Empty: nothing made, nothing pasted."""
        self.bring_back((None, ""))

    @property
    def text(self) -> str:
        """A word for each state; never the secret."""
        return "generated" if self._secret is not None else "pasted" if self.line.text() else ""

    def set_text(self, text: str) -> None:
        """A secret is never shown from a text."""
        self.forget()

    def fault(self) -> str:
        """What is wrong with it as it stands."""
        if self._secret is not None:
            return ""
        text = self.line.text().strip()
        return (webhooks.check_secret(text) or "") if text else _MISSING

    # What the person does

    @Slot()
    def _on_make(self) -> None:
        """Make one; or take the one that was made away, to paste one's own."""
        self._secret = None if self._secret is not None else webhooks.new_secret()
        self.line.clear()
        self._show_state()
        self.clear_error()
        if self._secret is not None:
            announce(self.line, _GENERATED)
            self.generated.emit()
        else:
            self.line.setFocus()
        self.edited.emit()

    def _show_state(self) -> None:
        is_made = self._secret is not None
        self.line.setReadOnly(is_made)
        self.line.setPlaceholderText(_GENERATED if is_made else "whsec_…")
        self.line.setToolTip(_GENERATED if is_made else "")
        word = "Paste my own" if is_made else "Auto-generate"
        self.make_button.setText(word)
        self.make_button.setAccessibleName(f"{word}: signing secret")
        self._show_reveal()

    @Slot()
    def _show_reveal(self) -> None:
        self.show_button.setVisible(bool(self.line.text()))

    @Slot()
    def _on_reveal(self) -> None:
        self._mask(self.line.echoMode() is QLineEdit.EchoMode.Normal)

    def _mask(self, masked: bool) -> None:
        mode = QLineEdit.EchoMode.Password if masked else QLineEdit.EchoMode.Normal
        self.line.setEchoMode(mode)
        word = "Reveal" if masked else "Hide"
        self.show_button.setText(word)
        self.show_button.setAccessibleName(f"{word} the signing secret")

    def hide_value(self) -> None:
        """The console locks."""
        self._mask(True)


class _Covered(Covering):
    """The line and its buttons; no picture of the window shows what stands there."""

    def __init__(self, line: QLineEdit, mask: Callable[[bool], None]):
        super().__init__()
        self._line, self._mask = line, mask
        self._was_shown = False

    def cover(self, is_covered: bool) -> None:
        """Dots in the place of the secret, or what was shown before."""
        is_shown = self._line.echoMode() is QLineEdit.EchoMode.Normal
        if is_covered:
            self._was_shown = is_shown
        self._mask(is_covered or not self._was_shown)


def _button(words: str, name: str, run: Callable[[], object]) -> QPushButton:
    made = QPushButton(words)
    made.setObjectName(name)
    made.setAccessibleName(words)
    made.setAutoDefault(False)
    made.clicked.connect(lambda: run())
    return made


__all__ = ["SecretChoice"]
