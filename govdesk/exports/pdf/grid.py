"""A small document: facts with labels, a grid of short cells, and numbered findings below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from govdesk.exports.pdf import signing
from govdesk.exports.pdf.columns import MARGIN
from govdesk.exports.pdf.document import PAGE_HEIGHT, PAGE_WIDTH, Bookmark, Box, Document
from govdesk.exports.pdf.fonts import BOLD, REGULAR, Fonts
from govdesk.exports.pdf.found_fonts import FontShelf
from govdesk.exports.pdf.metadata import Properties
from govdesk.exports.pdf.seal import Seal
from govdesk.exports.pdf.typefaces import Typeface

_BOX_WIDTH, _BOX_HEIGHT = 262.0, 50.0
_LABEL_X, _VALUE_X = MARGIN, MARGIN + 110
_FIRST_WIDTH = 92.0
_ROW_STEP, _LINE_STEP = 13.2, 11.0
_RIGHT = PAGE_WIDTH - MARGIN
_TOP, _BOTTOM = PAGE_HEIGHT - MARGIN, MARGIN + 22
_INK, _SOFT, _ACCENT = "0.10 g", "0.33 g", "0.10 0.20 0.33 rg"


@dataclass(frozen=True, slots=True)
class Grid:
    """What to print. Cells of `strong` words stand out; `findings` are (place, words)."""

    title: str
    entries: Sequence[tuple[str, str]]
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    findings: Sequence[tuple[str, str]]
    strong: frozenset[str] = frozenset()


def print_grid(
    grid: Grid, properties: Properties, write: Callable[[bytes], None], seal: Seal | None = None
) -> None:
    """Print a grid through `write`, as PDF/A-3b, signed if there is a seal."""
    document = Document(write, properties, seal=seal)
    page = _Pages(document, Fonts(document.fonts, FontShelf([])))
    page.head(grid, signing.words(seal, properties.created) if seal else None)
    page.table(grid)
    page.findings(grid)
    first = page.close()
    foot = page.small
    document.close(
        lambda number, pages: _foot(foot, f"{grid.title} · page {number} of {pages}"),
        [Bookmark(grid.title, first, _TOP)],
    )


def _foot(face: Typeface, text: str) -> str:
    line = face.line(text)
    return f"BT {_SOFT} {face.select} 1 0 0 1 {MARGIN:g} {MARGIN - 6:g} Tm {line.operators} ET"


class _Pages:
    """Lays text out from the top; what does not fit goes on on the next page."""

    def __init__(self, document: Document, fonts: Fonts):
        self._document = document
        self._title = Typeface(fonts, BOLD, 22)
        self._strong = Typeface(fonts, BOLD, 7.6)
        self._body = Typeface(fonts, REGULAR, 7.6)
        self.small = Typeface(fonts, REGULAR, 6.6)
        self._out: list[str] = []
        self._box: Box | None = None
        self._numbers: list[int] = []
        self._y = _TOP - 24

    def head(self, grid: Grid, seal: tuple[str, str, str] | None) -> None:
        """The title, the signature's box, and the facts."""
        if seal is not None:
            self._box = self._seal_box(seal)
        self._show(self._title, MARGIN, grid.title, _ACCENT)
        self._y -= 34
        for label, value in grid.entries:
            room = _RIGHT - _VALUE_X - (_BOX_WIDTH if self._y > _TOP - 70 else 0)
            for place, line in enumerate(self._body.lines(value, room)):
                if place == 0:
                    self._show(self._strong, _LABEL_X, label, _SOFT)
                self._put(self._body, _VALUE_X, line.operators, _INK)
                self._step(_LINE_STEP)
            self._y -= 2
        self._y -= 6

    def table(self, grid: Grid) -> None:
        """The grid, its heads again on every page."""
        width = (_RIGHT - MARGIN - _FIRST_WIDTH) / (len(grid.heads) - 1)
        places = [MARGIN, *(MARGIN + _FIRST_WIDTH + n * width for n in range(len(grid.heads) - 1))]
        self._row(grid.heads, places, frozenset(grid.heads))
        for row in grid.rows:
            if self._y < _BOTTOM + _ROW_STEP:
                self._turn()
                self._row(grid.heads, places, frozenset(grid.heads))
            self._row(row, places, grid.strong | {row[0]})

    def _row(self, cells: Sequence[str], places: Sequence[float], strong: frozenset[str]) -> None:
        for x, cell in zip(places, cells, strict=True):
            self._show(self._strong if cell in strong else self._body, x, cell, _INK)
        self._out.append(
            f"0.35 w 0.80 G {MARGIN:g} {self._y - 3.6:.2f} m {_RIGHT:.2f} {self._y - 3.6:.2f} l S"
        )
        self._step(_ROW_STEP)

    def findings(self, grid: Grid) -> None:
        """What was found where, one below the other."""
        self._y -= 10
        for place, words in grid.findings:
            for number, line in enumerate(self._body.lines(words, _RIGHT - MARGIN - 150)):
                if number == 0:
                    self._show(self._strong, MARGIN, place, _INK)
                self._put(self._body, MARGIN + 150, line.operators, _INK)
                self._step(_LINE_STEP)

    def close(self) -> int:
        """Write the last page and return the number of the first page's object."""
        self._turn()
        return self._numbers[0]

    def _seal_box(self, lines: tuple[str, str, str]) -> Box:
        parts = [f"0.8 w 0.10 0.20 0.33 RG 0.5 0.5 {_BOX_WIDTH - 1:g} {_BOX_HEIGHT - 1:g} re S"]
        for place, text in enumerate(lines):
            face = self._strong if place == 0 else self._body
            line = face.lines(text, _BOX_WIDTH - 20)[0]
            y = _BOX_HEIGHT - 15 - 14 * place
            parts.append(f"BT {_INK} {face.select} 1 0 0 1 10 {y:g} Tm {line.operators} ET")
        x, y = _RIGHT - _BOX_WIDTH, _TOP - _BOX_HEIGHT
        return Box(x, y, _BOX_WIDTH, _BOX_HEIGHT, "\n".join(parts))

    def _show(self, face: Typeface, x: float, text: str, ink: str) -> None:
        self._put(face, x, face.line(text).operators, ink)

    def _put(self, face: Typeface, x: float, operators: str, ink: str) -> None:
        self._out.append(f"BT {ink} {face.select} 1 0 0 1 {x:.2f} {self._y:.2f} Tm {operators} ET")

    def _step(self, down: float) -> None:
        self._y -= down
        if self._y < _BOTTOM:
            self._turn()

    def _turn(self) -> None:
        if not self._out and self._numbers:
            return
        self._numbers.append(self._document.front_page("\n".join(self._out), self._box))
        self._out, self._box, self._y = [], None, _TOP - 14
