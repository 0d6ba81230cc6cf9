"""The table: rows of two decks, a heading on every page, rows split only where they must be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from govdesk.exports.pdf.columns import LOWER, MARGIN, SEVERITY_COLOURS, UPPER, Column
from govdesk.exports.pdf.document import PAGE_HEIGHT, PAGE_WIDTH, Bookmark, Document
from govdesk.exports.pdf.fonts import BOLD, MONO, REGULAR, Fonts
from govdesk.exports.pdf.typefaces import Line, Typeface

_TOP, _BOTTOM = PAGE_HEIGHT - MARGIN - 31, MARGIN + 16
_UPPER_STEP, _LOWER_STEP = 8.8, 9.6
_PAD = 3.4
_GAP = 6.0
_KEEP_TOGETHER = (_TOP - _BOTTOM) / 3
_WORTH_BEGINNING = 60.0
_DARK, _SOFT, _HAIR = "0.10 g", "0.33 g", "0.78 G"
_RIGHT = PAGE_WIDTH - MARGIN
_EVENTS_IN_A_BOOKMARK = 1000


class _Deck(NamedTuple):
    """Half a row: points from line to line, how many lines there are, and each cell's."""

    step: float
    height: int
    cells: list[tuple[Column, tuple[Line, ...]]]

    @classmethod
    def of(cls, step: float, cells: list[tuple[Column, tuple[Line, ...]]]) -> _Deck:
        """As many lines as the longest cell has."""
        return cls(step, max((len(lines) for _, lines in cells), default=0), cells)


@dataclass(frozen=True, slots=True)
class Faces:
    """The typefaces of the table and its edges."""

    small: Typeface
    strong: Typeface
    body: Typeface
    mono: Typeface
    title: Typeface

    @classmethod
    def of(cls, fonts: Fonts) -> Faces:
        """Load them."""
        return cls(
            small=Typeface(fonts, REGULAR, 7),
            strong=Typeface(fonts, BOLD, 7),
            body=Typeface(fonts, REGULAR, 7.6),
            mono=Typeface(fonts, MONO, 5.5),
            title=Typeface(fonts, BOLD, 6.4),
        )


class Table:
    """Takes rows and writes pages; `bookmarks` lead to months and every thousandth event."""

    def __init__(self, document: Document, fonts: Fonts, footer: str, redacted: frozenset[str]):
        self._document = document
        self._faces = Faces.of(fonts)
        self._by_name = {c: getattr(self._faces, c.face) for c in UPPER + LOWER}
        self._footer = footer
        self._places = [
            (column, self._by_name[column], column.width - _GAP - _indent(column))
            for column in UPPER + LOWER
        ]
        self._redacted = dict.fromkeys(redacted, "redacted")
        self._words = {
            (word, face): _framed(face, word)
            for word in ("redacted", "erased")
            for face in self._by_name.values()
        }
        self._heading = self._make_heading()
        self._text: list[str] = []
        self._drawing: list[str] = []
        self._face, self._ink = "", ""
        self._y = _TOP
        self._waiting: list[tuple[list[Bookmark], str, float]] = []
        self._month = ""
        self.bookmarks: list[Bookmark] = []
        self.rows = 0
        self._begin()

    # ------------------------------------------------------------ rows

    def add(self, row: Sequence[str | None], erased: str = "") -> None:
        """Lay out one row; `erased` names the fields whose values the log no longer has."""
        decks = self._decks(row, erased)
        height = sum(deck.step * deck.height for deck in decks) + 2 * _PAD
        room = self._y - _BOTTOM
        if height > room and (height <= _KEEP_TOGETHER or room < _WORTH_BEGINNING):
            self._turn()
        self._note(row)
        self._mark(row[2] or "")
        self._y -= _PAD
        for deck in decks:
            self._place(deck, row[0] or "")
        self._y -= _PAD
        self._rule(self._y)
        self.rows += 1

    def _decks(self, row: Sequence[str | None], erased: str) -> tuple[_Deck, _Deck]:
        gone = dict.fromkeys(erased.split(), "erased") | self._redacted
        cells: list[tuple[Column, tuple[Line, ...]]] = []
        for value, (column, face, room) in zip(row, self._places, strict=True):
            if column.key in gone:
                cells.append((column, self._words[gone[column.key], face]))
            elif value is not None:
                cells.append((column, face.lines(value, room, remember=column.repeats)))
        cut = sum(column.upper for column, _ in cells)
        return _Deck.of(_UPPER_STEP, cells[:cut]), _Deck.of(_LOWER_STEP, cells[cut:])

    def _place(self, deck: _Deck, seq: str) -> None:
        """Draw cell by cell, on as many pages as it takes."""
        begin = 0
        while begin < deck.height:
            fit = int((self._y - _BOTTOM) / deck.step)
            if fit == 0:
                self._turn()
                self._continued(seq)
                continue
            end = min(begin + fit, deck.height)
            for column, lines in deck.cells:
                for place, line in enumerate(lines[begin:end], 1):
                    self._cell(column, line, self._y - place * deck.step)
            self._y -= (end - begin) * deck.step
            begin = end

    def _cell(self, column: Column, line: Line, bottom: float) -> None:
        y = bottom + 2.4
        if column.face != self._face:
            self._face = column.face
            self._text.append(self._by_name[column].select)
        ink = _SOFT if column.face == "mono" else _DARK
        if ink != self._ink:
            self._ink = ink
            self._text.append(ink)
        x = column.x + _indent(column)
        self._text.append(f"1 0 0 1 {x:g} {y:.2f} Tm {line.operators}")
        size = self._by_name[column].size
        for start, width in line.frames:
            self._frame(x + start, y, width, size)

    def _frame(self, x: float, y: float, width: float, size: float) -> None:
        self._drawing.append(
            f"0.4 w 0.45 G {x + 0.4:.2f} {y - 0.24 * size:.2f} {width - 0.8:.2f} {size:.2f} re S"
        )

    def _mark(self, severity: str) -> None:
        colour = SEVERITY_COLOURS.get(severity, SEVERITY_COLOURS["info"])
        y = self._y - _PAD - _UPPER_STEP + 2.6
        self._drawing.append(f"{colour} rg {UPPER[2].x:g} {y:.2f} 4.6 4.6 re f")

    def _rule(self, y: float) -> None:
        self._drawing.append(f"0.35 w {_HAIR} {MARGIN:g} {y:.2f} m {_RIGHT:.2f} {y:.2f} l S")

    # ------------------------------------------------------------ bookmarks

    def _note(self, row: Sequence[str | None]) -> None:
        month = (row[1] or "")[:7]
        if month != self._month:
            self._month = month
            self._waiting.append((self.bookmarks, month, self._y))
        elif self.rows % _EVENTS_IN_A_BOOKMARK == 0:
            self._waiting.append(([], f"from event {row[0]}", self._y))

    def _bookmark(self, page: int) -> None:
        """A page's number is known once it is written."""
        for level, title, y in self._waiting:
            if level is self.bookmarks:
                self.bookmarks.append(Bookmark(title, page, y))
            else:
                self.bookmarks[-1].inner.append(Bookmark(title, page, y))
        self._waiting.clear()

    # ------------------------------------------------------------ pages

    def _begin(self) -> None:
        self._text, self._drawing = [], []
        self._face = self._ink = ""
        self._y = _TOP

    def _turn(self) -> None:
        """Write the page and begin another."""
        self._bookmark(self._document.page(self._content()))
        self._begin()

    def _content(self) -> str:
        drawing, text = "\n".join(self._drawing), "\n".join(self._text)
        return f"{self._heading}\n{drawing}\nBT\n{text}\nET\n{self._footer}"

    def _continued(self, seq: str) -> None:
        self._y -= _UPPER_STEP + 2
        self._ink, self._face = _SOFT, "small"
        line = self._faces.small.line(f"Event {seq}, continued")
        self._text.append(f"{self._faces.small.select} {_SOFT}")
        self._text.append(f"1 0 0 1 {LOWER[0].x:g} {self._y + 3:.2f} Tm {line.operators}")

    def _make_heading(self) -> str:
        face = self._faces.title
        parts = [f"0.945 g {MARGIN:g} {_TOP:.2f} {_RIGHT - MARGIN:.2f} 25 re f"]
        parts.append(f"0.8 w 0.25 G {MARGIN:g} {_TOP:.2f} m {_RIGHT:.2f} {_TOP:.2f} l S")
        parts.append(f"BT 0.25 g {face.select}")
        for deck, y in ((UPPER, _TOP + 15.5), (LOWER, _TOP + 5)):
            parts += [
                f"1 0 0 1 {column.x:g} {y:.2f} Tm {face.line(column.title).operators}"
                for column in deck
            ]
        return " ".join(parts) + " ET"

    def close(self) -> None:
        """Write the last page."""
        if self._text or not self.rows:
            if not self.rows:
                self._nothing()
            self._turn()

    def _nothing(self) -> None:
        face = self._faces.body
        line = face.line("No event matches.")
        self._text.append(f"{face.select} {_DARK} 1 0 0 1 82 {_TOP - 20:.2f} Tm {line.operators}")


def _framed(face: Typeface, word: str) -> tuple[Line, ...]:
    """A word in a frame, which no event's text can have."""
    line = face.line(word)
    return (line._replace(frames=((-1.5, line.width + 3),)),)


def _indent(column: Column) -> float:
    """Room for the mark before a severity."""
    return 7.0 if column.key == "severity" else 0.0
