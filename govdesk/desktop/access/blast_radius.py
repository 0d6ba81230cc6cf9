"""Blast radius: what somebody gains and loses by a change, before anybody makes it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.timeline.layouts import let_go
from govdesk.desktop.widgets import Picture, Words
from govdesk.services.access import Change
from govdesk.services.access_words import NOTHING, Line, lines

_SIDES: Final = {
    "gained": ("Gains", "plus", "state_ok", "weak_ok"),
    "lost": ("Loses", "minus", "state_failed", "weak_high"),
}
MOST_LINES: Final = 60


class _Part(QWidget):
    """What is gained, or what is lost: a word, and a line for each node and kind of thing."""

    def __init__(self, change: str, found: Sequence[Line], who: str, parent: QWidget):
        super().__init__(parent)
        word, icon, tone, self._ground = _SIDES[change]
        self.setObjectName(f"blast_{change}")
        title = Words(f"{who} {word.lower()}" if who else word, "strong", tone, self, wraps=True)
        title.setObjectName(f"blast_{change}_title")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, theme.INSIDE, theme.GAP, theme.INSIDE)
        column.setSpacing(theme.GRID)
        column.addWidget(title)
        for place, line in enumerate(found[:MOST_LINES]):
            column.addLayout(self._row(line, icon, tone, f"blast_{change}_{place}"))
        left = len(found) - MOST_LINES
        if left > 0:
            more = Words(f"and {left:,} more lines of this kind", "secondary", parent=self)
            more.setObjectName(f"blast_{change}_more")
            column.addWidget(more)
        theme.signals.changed.connect(self.update)

    def _row(self, line: Line, icon: str, tone: str, name: str) -> QHBoxLayout:
        words = Words(line.sentence, parent=self, wraps=True)
        words.setObjectName(name)
        words.setToolTip(line.node_path)
        words.setAlignment(Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        row.addWidget(Picture(icon, tone, parent=self), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(words, 1)
        return row

    def paintEvent(self, event: QPaintEvent) -> None:
        """A quiet ground; the words alone say what it means."""
        painter = QPainter(self)
        theme.panel(painter, self.rect(), theme.colour(self._ground), radius=theme.RADIUS)
        painter.end()


class BlastRadius(QWidget):
    """A list of what is gained and what is lost, readable without its colours.

    Empty until `show_changes`; `show_words` says one sentence instead, such as an error.
    """

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("blast_radius")
        self._parts: list[QWidget] = []
        self._words = Words("", "body", "text_secondary", self, wraps=True)
        self._words.setObjectName("blast_words")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.INSIDE)
        self._column.addWidget(self._words)
        self.show_words("")

    @property
    def text(self) -> str:
        """All that it says, as plain text."""
        return self.accessibleName()

    def show_changes(self, rows: Sequence[Change], who: str = "") -> None:
        """Show what changes; `who` names the person in front of "gains" and "loses"."""
        found = lines(rows)
        if not found:
            self.show_words(NOTHING)
            return
        self._clear()
        said = []
        for change, part in groupby(found, key=lambda line: line.change):
            group = list(part)
            self._add(_Part(change, group, who, self))
            said.append(f"{_SIDES[change][0]}: " + "; ".join(line.sentence for line in group))
        self.setAccessibleName(". ".join(said))

    @Slot(str)
    def show_words(self, sentence: str) -> None:
        """Say a sentence in the place of the list."""
        self._clear()
        self._words.setText(sentence)
        self._words.setVisible(bool(sentence))
        self.setAccessibleName(sentence)

    def show_loading(self) -> None:
        """Say that the answer is on its way."""
        self.show_words("Working out what changes …")

    def _add(self, part: QWidget) -> None:
        self._parts.append(part)
        self._column.addWidget(part)
        part.show()

    def _clear(self) -> None:
        self._words.hide()
        for part in self._parts:
            self._column.removeWidget(part)
            let_go(part)
        self._parts = []
