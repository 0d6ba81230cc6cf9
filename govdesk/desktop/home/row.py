"""One line of Home as a control: what it means, what it says, and a way to where it leads."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.home.lines import Line
from govdesk.desktop.widgets import LineButton, Picture, Pill, Words


class Row(LineButton):
    """Shows a `Line`; Enter, Space and a click are `clicked`, the arrow keys `stepped`.

    A line that leads nowhere stays readable and cannot have the keyboard.
    """

    def __init__(self, line: Line, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("home_row")
        self._pill = Pill("state_neutral", "", self)
        self._sentence = Words("", parent=self, wraps=True)
        self._when = Words("", "secondary", "text_secondary", self)
        self._place = Words("", "body", "accent", self)
        self._arrow = Picture("chevron-right", "accent", parent=self)
        self._lay_out()
        self.show_line(line)

    def _lay_out(self) -> None:
        # The first line of words stands level with the word in the pill.
        level = (self._pill.sizeHint().height() - self.fontMetrics().height()) // 2
        words = QVBoxLayout()
        words.setContentsMargins(0, level, 0, 0)
        words.setSpacing(0)
        words.addWidget(self._sentence)
        words.addWidget(self._when)
        words.addStretch(1)
        where = QHBoxLayout()
        where.setContentsMargins(0, level, 0, 0)
        where.setSpacing(theme.INSIDE)
        where.addWidget(self._place, 0, Qt.AlignmentFlag.AlignTop)
        where.addWidget(self._arrow, 0, Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.INSIDE, theme.INSIDE, theme.INSIDE, theme.INSIDE)
        row.setSpacing(theme.GAP)
        row.addWidget(self._pill, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addLayout(where)
        for part in (self._pill, self._sentence, self._when, self._place, self._arrow):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_line(self, line: Line) -> None:
        """Show another line."""
        self.line = line
        self._pill.set_meaning(line.meaning, line.word)
        self._sentence.setText(line.sentence)
        self._when.setText(line.when)
        self._when.setVisible(bool(line.when))
        self._place.setText(line.place)
        leads = bool(line.page)
        self._place.setVisible(leads and line.names_place)
        self._arrow.setVisible(leads)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if leads else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if leads else Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(line.spoken)

    @property
    def pill_width(self) -> int:
        """Room that its word asks for."""
        return self._pill.sizeHint().width()

    def set_pill_width(self, width: int) -> None:
        """Begin the sentence where the other lines' begin."""
        self._pill.setFixedWidth(width)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, hairline below, and the ring of the keyboard."""
        painter = QPainter(self)
        try:
            self._paint(painter, self.rect())
        finally:
            painter.end()

    def _paint(self, painter: QPainter, rect: QRect) -> None:
        line = QRect(rect.left(), rect.bottom(), rect.width(), theme.HAIRLINE)
        painter.fillRect(line, theme.colour("line"))
        if self.line.page and (self.isDown() or self.underMouse()):
            tone = "pressed" if self.isDown() else "hover"
            theme.panel(painter, rect, theme.colour(tone), radius=theme.RADIUS_SMALL)
        if self.hasFocus():
            theme.ring(painter, rect, radius=theme.RADIUS_SMALL)
