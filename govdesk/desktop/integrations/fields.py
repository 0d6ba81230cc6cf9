"""The three sorts of fields of a connection: open, reference, private; each with its own mark.

Every one tells the form the same: `text`, `set_text`, `set_read_only`, `fault`, `edited`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.integrations import judging
from govdesk.desktop.integrations.guarded import GuardedBox, GuardedLine
from govdesk.desktop.widgets import FormField, Picture, Words

Check = Callable[[str], str]
"""Says what is wrong with a whole value; nothing if it is right."""
_REQUIRED: Final = "{title} is missing."
_LINES: Final = 4


class SettingField(FormField):
    """Label with its mark, control, help. A fault takes the help's place until it is mended."""

    edited = Signal()
    entered = Signal()
    complained = Signal()

    def __init__(
        self,
        title: str,
        control: QWidget,
        help: str,
        *,
        required: bool,
        check: Check,
        mark: tuple[str, str] = ("", ""),
        parent: QWidget | None = None,
    ):
        super().__init__(title, control, help, parent)
        self.title, self._required, self._check = title, required, check
        self._own_help = help
        self._show_title(is_written=True)
        if mark[1]:
            self._show_mark(*mark)

    def _show_title(self, *, is_written: bool) -> None:
        """That a field may stay empty matters to whoever fills it."""
        may_be_empty = is_written and not self._required
        self._label.setText(f"{self.title} (optional)" if may_be_empty else self.title)

    def _show_mark(self, icon: str, word: str) -> None:
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.removeWidget(self._label)
        row = QHBoxLayout()
        row.setSpacing(theme.GRID)
        row.addWidget(self._label, 1)
        row.addWidget(Picture(icon, "text_secondary", parent=self))
        row.addWidget(Words(word, "secondary", "text_secondary", self))
        column.insertLayout(0, row)

    def set_error(self, sentence: str) -> None:
        """Say what is wrong and what to do, in the place of the help; `complained` follows."""
        super().set_error(sentence)
        self.complained.emit()

    @property
    def text(self) -> str:
        """What is written, without the spaces around it."""
        raise NotImplementedError

    def set_text(self, text: str) -> None:
        """Write something else, which is right."""
        raise NotImplementedError

    def set_read_only(self, read_only: bool) -> None:
        """Let people read and copy only; what helps to fill it is then not said."""
        self._show_title(is_written=not read_only)
        self.set_help("" if read_only else self._own_help)

    def fault(self) -> str:
        """What is wrong with it as it stands; nothing if it could be saved."""
        if not self.text:
            return _REQUIRED.format(title=self.title) if self._required else ""
        return self._check(self.text)

    @Slot()
    def settle(self) -> None:
        """Say what is wrong once the person leaves; that something is missing, Save says."""
        fault = self.fault() if self.text else ""
        if fault and fault != self.error:
            self.set_error(fault)
        elif not fault and self.text:
            self.clear_error()

    @Slot()
    def _on_edited(self) -> None:
        """A fault that is mended goes at once; a new one waits until the person leaves."""
        if self.error:
            self.clear_error()
        self.edited.emit()

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        """Something was not taken; what to enter instead stands there until the next change."""
        self.set_error(sentence)


class LineField(SettingField):
    """A setting of one line."""

    def __init__(
        self,
        name: str,
        title: str,
        help: str,
        *,
        judge: Check = judging.open_text,
        required: bool,
        check: Check,
        example: str = "",
        mark: tuple[str, str] = ("", ""),
        parent: QWidget | None = None,
        control: QWidget | None = None,
        line: GuardedLine | None = None,
    ):
        self.line = line or GuardedLine(name, judge)
        self.line.setPlaceholderText(example)
        super().__init__(
            title, control or self.line, help, required=required, check=check, mark=mark,
            parent=parent,
        )  # fmt: skip
        self.line.textEdited.connect(self._on_edited)
        self.line.editingFinished.connect(self._on_left)
        self.line.returnPressed.connect(self.entered)
        self.line.refused.connect(self._on_refused)

    @property
    def text(self) -> str:
        """What is written, without the spaces around it."""
        return self.line.text().strip()

    def set_text(self, text: str) -> None:
        """Write something else, which is right."""
        self.line.setText(text)
        self.line.setCursorPosition(0)
        self.clear_error()

    def set_read_only(self, read_only: bool) -> None:
        """Let people read and copy only."""
        super().set_read_only(read_only)
        self.line.setReadOnly(read_only)

    @Slot()
    def _on_left(self) -> None:
        # What was refused is said until something else is typed.
        if not self.line.isReadOnly() and not self.error:
            self.settle()


class ReferenceField(LineField):
    """Where a secret is kept. Nothing else can be typed or pasted, above all not the secret.

    Below it stands in words what the reference means, as soon as it is one.
    """

    def __init__(
        self,
        name: str,
        title: str,
        help: str,
        *,
        example: str,
        required: bool,
        check: Check,
        parent: QWidget | None = None,
    ):
        self._example = example
        line = GuardedLine(name, lambda text: judging.reference(text, example))
        super().__init__(
            name, title, help, required=required, check=check, example=example,
            mark=("key-round", "Reference"), parent=parent, line=line,
        )  # fmt: skip
        self._restyle()
        theme.signals.changed.connect(self._restyle)
        line.textChanged.connect(self._tell)

    def set_read_only(self, read_only: bool) -> None:
        """Let people read and copy only; where it points is said all the same."""
        super().set_read_only(read_only)
        self._tell()

    def fault(self) -> str:
        """What is wrong with it as it stands; nothing if it could be saved."""
        return judging.unfinished(self.text, self._example) or super().fault()

    @Slot()
    def _tell(self) -> None:
        """Say in words where this points, as soon as it points anywhere."""
        is_whole = bool(self.text) and not self.fault()
        words = f"Points to {judging.told(self.text)}." if is_whole else self._own_help
        self.set_help(words)

    @Slot()
    def _restyle(self) -> None:
        self.line.setFont(theme.font("mono"))


class ChoiceField(SettingField):
    """A setting with a few values."""

    def __init__(
        self,
        name: str,
        title: str,
        help: str,
        choices: dict[str, str],
        *,
        check: Check,
        parent: QWidget | None = None,
    ):
        self.box = QComboBox()
        self.box.setObjectName(name)
        self.box.setMinimumHeight(theme.CONTROL_HEIGHT)
        for value, words in choices.items():
            self.box.addItem(words, value)
        # One value is always chosen, so that none is optional.
        super().__init__(title, self.box, help, required=True, check=check, parent=parent)
        self.box.activated.connect(self._on_edited)
        self._shown = self._read_only_line(name, title)

    @property
    def text(self) -> str:
        """The value that is chosen."""
        return str(self.box.currentData() or "")

    def set_text(self, text: str) -> None:
        """Choose another; one that this console does not know is offered as it is called."""
        place = self.box.findData(text)
        if place < 0:
            self.box.addItem(text, text)
            place = self.box.count() - 1
        self.box.setCurrentIndex(place)
        self._shown.setText(self.box.currentText())
        self.clear_error()

    def set_read_only(self, read_only: bool) -> None:
        """Let people read and copy only: the words of what is chosen, as in the other fields."""
        super().set_read_only(read_only)
        self._shown.setText(self.box.currentText())
        self._shown.setVisible(read_only)
        self.box.setVisible(not read_only)

    def _read_only_line(self, name: str, title: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setObjectName(f"{name}_shown")
        line.setAccessibleName(title)
        line.setMinimumHeight(theme.CONTROL_HEIGHT)
        line.setReadOnly(True)
        line.hide()
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.indexOf(self.box) + 1, line)
        return line


class TextField(SettingField):
    """A setting of several lines, such as a certificate."""

    def __init__(
        self,
        name: str,
        title: str,
        help: str,
        *,
        required: bool,
        check: Check,
        example: str = "",
        lines: int = _LINES,
        parent: QWidget | None = None,
    ):
        self.box = GuardedBox(name, judging.open_text, lines)
        self.box.setPlaceholderText(example)
        super().__init__(title, self.box, help, required=required, check=check, parent=parent)
        self._restyle()
        theme.signals.changed.connect(self._restyle)
        self.box.edited.connect(self._on_edited)
        self.box.refused.connect(self._on_refused)

    @property
    def text(self) -> str:
        """What is written, without the spaces around it."""
        return self.box.toPlainText().strip()

    def set_text(self, text: str) -> None:
        """Write something else, which is right."""
        self.box.set_text(text)
        self.clear_error()

    def set_read_only(self, read_only: bool) -> None:
        """Let people read and copy only."""
        super().set_read_only(read_only)
        self.box.setReadOnly(read_only)
        ground = QPalette.ColorRole.Window if read_only else QPalette.ColorRole.Base
        self.box.viewport().setBackgroundRole(ground)

    @Slot()
    def _restyle(self) -> None:
        self.box.setFont(theme.font("mono"))
