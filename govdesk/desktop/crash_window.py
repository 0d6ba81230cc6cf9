"""The window that says plainly that GovDesk has a bug, and shows everything it wrote down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.widgets import MonoField, Picture, Words
from govdesk.diagnostics.reports import Report, scrub

_PLAIN = (
    "This is a fault of the program, not of what you did. Changes that the server has confirmed"
    " are safe. You can continue; if something looks wrong, quit and start GovDesk again."
)
_SAVED = "The report below is saved on this computer. Nothing is sent anywhere."
_NOT_SAVED = "The report could not be saved. Copy it if you want to keep it. Nothing is sent."


class CrashWindow(QDialog):
    """One fault: what happened, the whole report, and the choice to go on or to quit."""

    quit_asked = Signal()

    def __init__(
        self,
        report: Report,
        path: Path | None,
        parent: QWidget | None = None,
        *,
        show_folder: Callable[[Path], object] | None = None,
    ):
        super().__init__(parent)
        self.setObjectName("crash_window")
        self.setWindowTitle("GovDesk · Fault")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._report, self._path = report, path
        self._show_folder = show_folder or _open_folder
        self._build()
        self.resize(theme.READING_WIDTH + 40 * theme.GRID, 120 * theme.GRID)
        self._continue.setFocus()

    def set_count(self, count: int) -> None:
        """Say how often it has happened."""
        times = "" if count < 2 else f"It has happened {count:,} times."
        self._count.setText(times)
        self._count.setVisible(bool(times))

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        column.setSpacing(theme.GAP)
        column.addLayout(self._head())
        column.addLayout(self._about_report(), 1)
        column.addLayout(self._buttons())

    def _head(self) -> QHBoxLayout:
        picture = Picture("bug", "state_failed", theme.ICON_LARGE, self)
        self._count = Words("", "strong", "text", self, wraps=True)
        self._count.setObjectName("crash_count")
        self._count.hide()
        words = QVBoxLayout()
        words.setSpacing(theme.GRID)
        words.addWidget(Words("Something in GovDesk went wrong", "title", "text", self, wraps=True))
        words.addWidget(Words(_PLAIN, "body", "text", self, wraps=True))
        words.addWidget(self._count)
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        return row

    def _about_report(self) -> QVBoxLayout:
        text = QPlainTextEdit(self._report.text, self)
        text.setObjectName("crash_report")
        text.setAccessibleName("Report")
        text.setReadOnly(True)
        text.setTabChangesFocus(True)
        text.setFont(theme.font("mono"))
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        part = QVBoxLayout()
        part.setSpacing(theme.INSIDE)
        words = _SAVED if self._path is not None else _NOT_SAVED
        part.addWidget(Words(words, "body", "text_secondary", self, wraps=True))
        if self._path is not None:
            place = MonoField("Report file", scrub(str(self._path)), self)
            place.setObjectName("crash_path")
            part.addWidget(place)
        part.addWidget(text, 1)
        return part

    def _buttons(self) -> QHBoxLayout:
        copy = self._button("crash_copy", "&Copy", self._copy, "copy")
        find = self._button("crash_folder", "&Show in folder", self._find, "folder-open")
        find.setVisible(self._path is not None)
        leave = self._button("crash_quit", "&Quit", self._quit)
        self._continue = self._button("crash_continue", "C&ontinue", self.accept)
        self._continue.setDefault(True)
        self._continue.setProperty("primary", True)
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        row.addWidget(copy)
        row.addWidget(find)
        row.addStretch(1)
        row.addWidget(leave)
        row.addWidget(self._continue)
        return row

    def _button(
        self, name: str, words: str, run: Callable[[], object], icon: str = ""
    ) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(name)
        button.setAccessibleName(words.replace("&", ""))
        button.setAutoDefault(False)
        if icon:
            button.setIcon(theme.icon(icon))
        button.clicked.connect(run)
        return button

    @Slot()
    def _copy(self) -> None:
        QApplication.clipboard().setText(self._report.text)

    @Slot()
    def _find(self) -> None:
        if self._path is not None:
            self._show_folder(self._path.parent)

    @Slot()
    def _quit(self) -> None:
        self.quit_asked.emit()
        self.accept()


def _open_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
