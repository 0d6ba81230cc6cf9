"""Text as the document's fonts show it: widths, lines that fit, and the operators that draw them.

A character is looked at once; after that, measuring and drawing a text are dictionary look-ups.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from itertools import accumulate, groupby
from typing import NamedTuple

from reportlab.pdfbase.ttfonts import TTFont

from govdesk.exports.pdf.bidi import visual
from govdesk.exports.pdf.characters import code_point, is_joined, is_mark, is_right_to_left, shows
from govdesk.exports.pdf.fonts import MONO, Fonts, has

_BREAKS = "-_./@:,;"
_BOX = "box"
_BOX_SCALE = 0.72
_BOX_PAD = 0.14
_REMEMBERED = 5_000
_REMEMBERED_LENGTH = 1000
_ESCAPES = str.maketrans({"\\": "\\\\", "(": "\\(", ")": "\\)"})


class Line(NamedTuple):
    """One line of text: its operators, its width in points, and frames as offset and width."""

    operators: str
    width: float
    frames: tuple[tuple[float, float], ...] = ()


class _Widths(dict[str, float]):
    """Widths in em; a character that was not seen yet is looked up once."""

    def __init__(self, face: Typeface):
        self._face = face

    def __missing__(self, char: str) -> float:
        width = self[char] = self._face.meet(char)
        return width


class Typeface:
    """One of the document's fonts at one size, with others for what it lacks."""

    def __init__(self, fonts: Fonts, name: str, size: float):
        self.fonts, self.size = fonts, size
        self._font = fonts.bundled(name)
        self._widths = _Widths(self)
        self._places: dict[str, str] = {}
        self._codes: dict[str, str] = {}
        self._marks: set[str] = set()
        self._boxed: set[str] = set()
        self._turned: set[str] = set()
        self._odd: set[str] = set()
        self._base = fonts.written(self._font, " ")[0]
        box = fonts.bundled(MONO)
        self._box_advance: float = box.face.getCharWidth(ord("0")) * _BOX_SCALE / 1000
        self._box_select = f"{fonts.written(box, ' ')[0]} {size * _BOX_SCALE:g} Tf"
        self.select = f"{self._base} {size:g} Tf"
        self._cache: dict[tuple[str, float], tuple[tuple[Line, ...], Counter[str]]] = {}

    # ------------------------------------------------------------ characters

    def meet(self, char: str) -> float:
        """Decide how a new character is printed; returns its width in em."""
        shown = self.fonts.stand_ins.original(char)
        font = self._font_of(char) if shown == char and shows(char) else None
        width = float(font.face.getCharWidth(ord(char))) / 1000 if font else 0.0
        if not width and not is_mark(char):
            font = None  # Letters without a width would lie on top of each other.
        if is_mark(char) or "\ud800" <= char <= "\udfff":
            self._marks.add(char)
        if font is None:
            return self._box(char, code_point(shown))
        self._places[char], self._codes[char] = self.fonts.written(font, char)
        if is_right_to_left(char):
            self._turned.add(char)
        if is_right_to_left(char) or is_joined(char):
            self._odd.add(char)
        return width

    def _font_of(self, char: str) -> TTFont | None:
        return self._font if has(self._font, ord(char)) else self.fonts.fallback(char)

    def _box(self, char: str, label: str) -> float:
        pad = 1000 * _BOX_PAD / _BOX_SCALE
        self._places[char] = _BOX
        self._codes[char] = f"[{-pad:g}({label}){-pad:g}] TJ"
        self._boxed.add(char)
        self._odd.add(char)
        return len(label) * self._box_advance + 2 * _BOX_PAD

    def _guarded(self, text: str) -> str:
        """Return the text with stand-ins for marks that could pile up; most texts are unchanged."""
        if text.isascii():
            return text
        for char in set(text):
            self._widths[char]
        return text if self._marks.isdisjoint(text) else self.fonts.stand_ins.guarded(text)

    # ------------------------------------------------------------ lines

    def lines(self, text: str, room: float, *, remember: bool = True) -> tuple[Line, ...]:
        """Wrap a text to `room` points, at spaces where possible; at least one line.

        Texts that come again are laid out once, if they are worth remembering.
        """
        found = self._cache.get((text, room)) if remember else None
        if found is None:
            found = self._laid_out(text, room / self.size)
            if remember and len(text) < _REMEMBERED_LENGTH:
                if len(self._cache) >= _REMEMBERED:
                    self._cache.clear()
                self._cache[text, room] = found
        lines, odd = found
        if odd:
            self.fonts.count(odd, self._boxed)
        return lines

    def _laid_out(self, text: str, room: float) -> tuple[tuple[Line, ...], Counter[str]]:
        safe = self._guarded(text)
        lines = tuple(self.line(safe[start:end]) for start, end in self._parts(safe, room))
        if self._odd.isdisjoint(safe):
            return lines, Counter()
        return lines, Counter(char for char in safe if char in self._odd)

    def _parts(self, text: str, room: float) -> list[tuple[int, int]]:
        edges = list(accumulate(map(self._widths.__getitem__, text), initial=0.0))
        length = len(text)
        if edges[-1] <= room:
            return [(0, length)]
        parts, start = [], 0
        while start < length:
            end = max(bisect_right(edges, edges[start] + room) - 1, start + 1)
            end = length if end >= length else _break(text, start, end)
            parts.append((start, end))
            start = end
        return parts

    def line(self, text: str) -> Line:
        """Draw a text that fits; the line begins and ends in this typeface's own font."""
        width = sum(map(self._widths.__getitem__, text)) * self.size
        if text.isascii() and text.isprintable():
            return Line(f"({text.translate(_ESCAPES)}) Tj", width)
        if not self._turned.isdisjoint(text):
            text = visual(text, self._boxed)
        operators: list[str] = []
        frames: list[tuple[float, float]] = []
        x, current = 0.0, self._base
        for place, run in groupby(text, self._places.__getitem__):
            chars = "".join(run)
            if place != current:
                operators.append(self._box_select if place == _BOX else f"{place} {self.size:g} Tf")
                current = place
            shown = map(self._codes.__getitem__, chars)
            operators.append(" ".join(shown) if place == _BOX else f"({''.join(shown)}) Tj")
            for char in chars if place == _BOX else ():
                step = self._widths[char] * self.size
                frames.append((x, step))
                x += step
            x += 0.0 if place == _BOX else self._wide(chars)
        if current != self._base:
            operators.append(self.select)
        return Line(" ".join(operators), width, tuple(frames))

    def _wide(self, chars: str) -> float:
        return sum(map(self._widths.__getitem__, chars)) * self.size


def _break(text: str, start: int, end: int) -> int:
    """Where a line that holds ``text[start:end]`` at most ends: behind a space, sign, or letter."""
    space = text.rfind(" ", start, end + 1)
    if space > start:
        return space + 1
    sign = max(text.rfind(mark, start, end) for mark in _BREAKS)
    return sign + 1 if sign > start + (end - start) // 2 else end
