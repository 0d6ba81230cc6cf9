"""One cell of the comparison: text laid out for a width, with its marks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption

from govdesk.desktop import theme
from govdesk.desktop.timeline.diff_pieces import Side

_NOTHING = "No value"


class DiffCell:
    """A side of a line. Marks are a ground and a stroke: struck out before, underlined after."""

    def __init__(self, side: Side, mark: str):
        self._side, self._mark = side, mark
        self._layout = QTextLayout()
        option = QTextOption(Qt.AlignmentFlag.AlignLeft)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._layout.setTextOption(option)
        self._width = -1
        self.height = 0.0

    @property
    def is_all_marked(self) -> bool:
        """Whether the whole value is on this side only, so that the cell itself is its mark."""
        side = self._side
        return side.kind == "null" or (
            side.kind == "value" and all(piece.is_marked for piece in side.pieces)
        )

    def lay_out(self, width: int) -> float:
        """Break the text into lines of at most `width`; returns its height."""
        if width == self._width:
            return self.height
        text, formats = self._dressed()
        self._width = width
        self._layout.setFont(theme.font("body"))
        self._layout.setText(text)
        self._layout.setFormats(formats)
        self._layout.beginLayout()
        top = 0.0
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(max(width, 1))
            line.setPosition(QPointF(0, top))
            top += line.height()
        self._layout.endLayout()
        self.height = top
        return top

    def forget(self) -> None:
        """Lay out anew next time: font or colours have changed."""
        self._width = -1

    def draw(self, painter: QPainter, x: int, y: int) -> None:
        """Draw what was laid out."""
        painter.setPen(theme.colour("text"))
        self._layout.draw(painter, QPointF(x, y))

    def _dressed(self) -> tuple[str, Sequence[QTextLayout.FormatRange]]:
        """Text and formats; line breaks become the layout's own."""
        parts: list[str] = []
        formats: list[QTextLayout.FormatRange] = []
        at = 0

        def add(text: str, look: QTextCharFormat | None) -> None:
            nonlocal at
            # Qt counts UTF-16 units.
            length = len(text.encode("utf-16-le", "surrogatepass")) // 2
            if look is not None:
                span = QTextLayout.FormatRange()
                span.start, span.length, span.format = at, length, look
                formats.append(span)
            parts.append(text)
            at += length

        for text, look in self._stretches():
            add(text.replace("\r", "").replace("\n", "\u2028"), look)
        return "".join(parts), formats

    def _stretches(self) -> list[tuple[str, QTextCharFormat | None]]:
        side = self._side
        if side.kind != "value":
            return [("null" if side.kind == "null" else _NOTHING, _aside())]
        found: list[tuple[str, QTextCharFormat | None]] = []
        if side.skipped:
            found.append((f"{side.skipped:,} same characters … ", _aside()))
        has_marks = not self.is_all_marked and any(piece.is_marked for piece in side.pieces)
        marked = _marked(self._mark) if has_marks else None
        found += [(p.text, marked if p.is_marked else None) for p in side.pieces]
        if side.left:
            found.append((f" … {side.left:,} more characters", _aside()))
        return found


def _aside() -> QTextCharFormat:
    look = QTextCharFormat()
    look.setForeground(theme.colour("text_secondary"))
    look.setFontItalic(True)
    return look


def _marked(mark: str) -> QTextCharFormat:
    look = QTextCharFormat()
    look.setBackground(theme.colour(mark))
    font = QFont(theme.font("body"))
    font.setStrikeOut(mark == "removed")
    font.setUnderline(mark == "added")
    look.setFont(font, QTextCharFormat.FontPropertiesInheritanceBehavior.FontPropertiesAll)
    return look
