"""Second page of the guide: a small program in one of three languages, to copy and run."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QTabBar, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.section import button
from govdesk.desktop.guide.step import Step
from govdesk.desktop.members.parts import note, say
from govdesk.desktop.widgets import Covering, SecretClipboard, announce
from govdesk.services.snippets import KEY_VARIABLE, snippets

_LEAD: Final = (
    "This program sends one harmless event. Choose a language, copy it, and run it where your"
    " system runs."
)
_LINES: Final = 17


class SnippetView(Covering):
    """The text in a monospace; covered, the key in it is dots."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.edit = QPlainTextEdit(self)
        self.edit.setObjectName("guide_snippet")
        self.edit.setReadOnly(True)
        self.edit.setTabChangesFocus(True)
        self.edit.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text = self._secret = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.edit)
        self._restyle()
        theme.signals.changed.connect(self._restyle)

    def show_text(self, title: str, text: str, secret: str) -> None:
        """Show another program; `secret` is the key in it, if it has one."""
        self._text, self._secret = text, secret
        self.edit.setAccessibleName(f"Program for {title}")
        self.edit.setPlainText(text)

    def cover(self, is_covered: bool) -> None:
        """Show dots in the place of the key, or the key again."""
        if self._secret:
            dots = "•" * 12
            text = self._text.replace(self._secret, dots) if is_covered else self._text
            self.edit.setPlainText(text)

    @Slot()
    def _restyle(self) -> None:
        self.edit.setFont(theme.font("mono"))
        self.edit.setMinimumHeight(_LINES // 2 * self.edit.fontMetrics().lineSpacing())


class SnippetStep(Step):
    """Holds the key only while the guide is open."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__("guide_copy", "Send a first event", _LEAD, parent)
        self._found: list[tuple[str, str, str]] = []
        self._secret = ""
        self._clipboard = SecretClipboard()
        self.destroyed.connect(self._clipboard.leave)
        self.tabs = QTabBar(self)
        self.tabs.setObjectName("guide_languages")
        self.tabs.setAccessibleName("Language")
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.view = SnippetView(self)
        self.copy_button = button("Copy", "guide_copy_snippet", self.copy, self, icon="copy")
        self.about = note("guide_key_note", self)
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        row.addWidget(self.tabs)
        row.addStretch(1)
        row.addWidget(self.copy_button)
        self.column.setSpacing(theme.INSIDE)
        self.column.addLayout(row)
        self.column.addWidget(self.view, 1)
        self.column.addWidget(self.about)
        self.tabs.currentChanged.connect(self._on_tab)

    def show_for(self, url: str, prefix: str, raw: str) -> None:
        """Make the programs for this address and key."""
        self._secret = raw
        self._found = snippets(url, raw or f"{prefix}_…")
        place = max(self.tabs.currentIndex(), 0)
        if not self.tabs.count():
            for title, _, _ in self._found:
                self.tabs.addTab(title)
        self.tabs.setCurrentIndex(place)
        self._on_tab(place)
        say(
            self.about,
            "The key is in it: keep it where secrets belong, not in source code. A copy leaves the"
            " clipboard after 60 seconds."
            if raw
            else f"Put the whole key where {prefix}_… stands, or into the environment variable"
            f" {KEY_VARIABLE}.",
        )

    def forget(self) -> None:
        """Let go of the key."""
        self._secret, self._found = "", []
        self.view.show_text("", "", "")

    @property
    def text(self) -> str:
        """The program that is shown."""
        return self._found[self.tabs.currentIndex()][2] if self._found else ""

    @Slot(int)
    def _on_tab(self, place: int) -> None:
        if 0 <= place < len(self._found):
            title, _, text = self._found[place]
            self.view.show_text(title, text, self._secret)

    @Slot()
    def copy(self) -> None:
        """Put the program on the clipboard; with a key in it, for a minute only."""
        if self._secret:
            self._clipboard.copy(self.text)
            words = "Copied. The clipboard is cleared in 60 seconds."
        else:
            QGuiApplication.clipboard().setText(self.text)
            words = "Copied."
        say(self.about, words)
        announce(self, words)
