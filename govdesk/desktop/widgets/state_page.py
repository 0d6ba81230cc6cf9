"""What stands where a page's content is not: loading, empty, failed, not permitted."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Final, Literal

from PySide6.QtCore import QRect, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets.announcing import announce
from govdesk.desktop.widgets.picture import Picture
from govdesk.desktop.widgets.words import Words

State = Literal["", "loading", "empty", "error", "not permitted"]
_DRAWINGS: Final = {
    "empty": ("inbox", "text_secondary"),
    "error": ("circle-alert", "state_failed"),
    "not permitted": ("lock", "text_secondary"),
}
_MOST: Final = 100
# Lengths of the placeholder bars, as shares of the width; again and again to the bottom.
_BARS: Final = (0.38, 0.92, 0.84, 0.9, 0.62, 0.88, 0.8)


class StatePage(QWidget):
    """One of four states, each with what to do next.

    Loading stays blank for `loading_after_ms`, so that what comes at once does not flicker.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        loading_after_ms: int = theme.LOADING_SHOWS_AFTER_MS,
    ):
        super().__init__(parent)
        self.setObjectName("state_page")
        self.state: State = ""
        self.shows_placeholders = False
        self._run: Callable[[], object] | None = None
        self._icon = Picture(side=theme.ICON_LARGE, parent=self)
        self._title = Words("", "section", parent=self, wraps=True)
        self._title.setObjectName("state_title")
        self._sentence = Words("", "body", "text_secondary", self, wraps=True)
        self._sentence.setObjectName("state_sentence")
        self._button = QPushButton(self)
        self._button.setObjectName("state_action")
        self._button.setAutoDefault(False)
        self._button.clicked.connect(self._on_pressed)
        self._lay_out()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(loading_after_ms)
        self._patience.timeout.connect(self._show_placeholders)
        self._set("", "", "")
        theme.signals.changed.connect(self.update)

    def _lay_out(self) -> None:
        centre = Qt.AlignmentFlag.AlignHCenter
        # The bound on the width is the column's: on a label, Qt would count its lines as if there
        # were none and cut the last one.
        middle = QWidget(self)
        middle.setMaximumWidth(theme.READING_WIDTH)
        self._inner = inner = QVBoxLayout(middle)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.INSIDE)
        inner.addWidget(self._icon, 0, centre)
        for words in (self._title, self._sentence):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
            inner.addWidget(words)
        inner.addSpacing(theme.INSIDE)
        inner.addWidget(self._button, 0, centre)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addStretch(1)
        row.addWidget(middle, _MOST)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        column.setSpacing(0)
        # A little above the middle, where the eye looks for it.
        column.addStretch(2)
        column.addLayout(row)
        column.addStretch(3)

    # States

    def show_loading(self, words: str = "Loading") -> None:
        """Blank at first, then placeholders; a screen reader hears `words`."""
        self._set("loading", "", "")
        self.setAccessibleName(words)
        self._patience.start()

    def show_empty(
        self,
        title: str,
        sentence: str,
        action: str = "",
        run: Callable[[], object] | None = None,
        *,
        icon: str = "",
    ) -> None:
        """Say what belongs here, and offer the first action."""
        self._set("empty", title, sentence, action, run, icon)

    def show_error(
        self,
        title: str,
        sentence: str,
        retry: Callable[[], object] | None = None,
        action: str = "Retry",
    ) -> None:
        """Say what happened and what to do; Retry if there is something to retry."""
        self._set("error", title, sentence, action if retry else "", retry)

    def show_not_permitted(self, what: str, permission: str, grantor: str) -> None:
        """Name what is closed ("the audit timeline"), the permission missing, and who grants it."""
        self._set(
            "not permitted",
            f"You may not see {what}",
            f"This needs the permission {permission}. {grantor} can grant it.",
        )

    def _set(
        self,
        state: State,
        title: str,
        sentence: str,
        action: str = "",
        run: Callable[[], object] | None = None,
        icon: str = "",
    ) -> None:
        self._patience.stop()
        self.shows_placeholders = False
        self.state, self._run, self._drawing = state, run, icon
        for words, text in ((self._title, title), (self._sentence, sentence)):
            words.setText(text)
            words.setVisible(bool(text))
        self._button.setText(action)
        self._button.setAccessibleName(action.replace("&", ""))
        self._button.setVisible(bool(action))
        self._button.setProperty("primary", state == "empty")
        self.setAccessibleName(f"{title}. {sentence}" if title else "")
        self._draw_icon()
        self._fit()
        announce(self, self.accessibleName())

    @Slot()
    def _on_pressed(self) -> None:
        if self._run is not None:
            self._run()

    # Room

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size may have no room for all of it."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Without room for all the picture goes, then the sentence: into the tool tip."""
        sentence = self._sentence.text()
        self._icon.setVisible(self.state in _DRAWINGS)
        self._sentence.setVisible(bool(sentence))
        self.setToolTip("")
        if self._is_too_high():
            self._icon.hide()
        if self._is_too_high() and self._button.text():
            self._sentence.hide()
            self.setToolTip(sentence)

    def _is_too_high(self) -> bool:
        # As the stretches beside it leave it.
        room = (self.width() - 2 * theme.MARGIN) * _MOST // (_MOST + 2)
        width = min(room, theme.READING_WIDTH)
        return self._inner.totalHeightForWidth(width) > self.height() - 2 * theme.MARGIN

    # Looks

    @Slot()
    def _show_placeholders(self) -> None:
        self.shows_placeholders = True
        announce(self, self.accessibleName())
        self.update()

    def _draw_icon(self) -> None:
        has_drawing = self.state in _DRAWINGS
        self._icon.setVisible(has_drawing)
        if has_drawing:
            name, colour = _DRAWINGS[self.state]
            self._icon.set_icon(self._drawing or name, colour)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Bars where the words will be."""
        if not self.shows_placeholders:
            return
        painter = QPainter(self)
        room = self.width() - 2 * theme.MARGIN
        top = theme.MARGIN
        for share in itertools.cycle(_BARS):
            if top + theme.GAP + theme.MARGIN > self.height():
                break
            bar = QRect(theme.MARGIN, top, round(room * share), theme.GAP)
            theme.panel(painter, bar, theme.colour("placeholder"), radius=theme.RADIUS_SMALL)
            top += theme.ROW_HEIGHT
        painter.end()
