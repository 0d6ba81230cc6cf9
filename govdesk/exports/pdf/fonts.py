"""The fonts of one document: the bundled ones, and found ones for what those lack."""

from __future__ import annotations

import struct
from collections import Counter
from pathlib import Path
from typing import Any

from reportlab.pdfbase.ttfonts import TTFError, TTFont

from govdesk.exports.pdf.characters import StandIns, is_joined, is_right_to_left
from govdesk.exports.pdf.found_fonts import FontShelf

REGULAR, BOLD, MONO = "NotoSans-Regular", "NotoSans-Bold", "DejaVuSansMono"
_SYMBOLS = "DejaVuSansCondensed"
"""Stands in for what the three lack: arrows, signs, more scripts."""

_UNREADABLE = (TTFError, struct.error, ValueError, LookupError, OSError, TypeError)


def fonts_folder() -> Path:
    """Return the folder with the bundled fonts, in an installed wheel or in a checkout."""
    package = Path(__file__).parents[2]
    installed = package / "_resources" / "fonts"
    return installed if installed.is_dir() else package.parent / "resources" / "fonts"


def has(font: TTFont, code: int) -> bool:
    """Whether a font has a glyph for a code point, and one that can be seen, unless it is a space.

    There are fonts that map everything to an empty glyph.
    """
    face = font.face
    glyph = face.charToGlyph.get(code, 0)
    if not glyph or glyph + 1 >= len(face.glyphPos):
        return False
    return chr(code).isspace() or bool(face.glyphPos[glyph + 1] > face.glyphPos[glyph])


class Fonts:
    """Loads fonts once, embeds what is used, and counts the characters that need a word about them.

    `boxed` counts code points printed in boxes.
    """

    def __init__(self, document: Any, shelf: FontShelf | None = None):
        self._document = document
        self._shelf = shelf or FontShelf()
        self._loaded: dict[tuple[str, int], TTFont | None] = {}
        self._names: set[bytes] = set()
        self._fallback: dict[str, TTFont | None] = {}
        self.stand_ins = StandIns()
        self.boxed: Counter[str] = Counter()
        self.right_to_left = 0
        self.joined = 0

    def bundled(self, name: str) -> TTFont:
        """Load one of the fonts that come with the program."""
        font = self._load(str(fonts_folder() / f"{name}.ttf"), 0, 0x20)
        if font is None:
            raise FileNotFoundError(f"the bundled font {name} is missing or damaged")
        return font

    def fallback(self, char: str) -> TTFont | None:
        """The bundled or found font that has a character, or None."""
        if char not in self._fallback:
            self._fallback[char] = self._search(ord(char))
        return self._fallback[char]

    def _search(self, code: int) -> TTFont | None:
        symbols = self.bundled(_SYMBOLS)
        if has(symbols, code):
            return symbols
        for found in self._shelf.having(code):
            font = self._load(found.path, found.index, code)
            if font is not None and has(font, code):
                return font
        return None

    def _load(self, path: str, index: int, sample: int) -> TTFont | None:
        """Load a font once; None for one that is damaged, forbids embedding, or is a double."""
        key = path, index
        if key not in self._loaded:
            self._loaded[key] = self._opened(path, index, sample)
        return self._loaded[key]

    def _opened(self, path: str, index: int, sample: int) -> TTFont | None:
        try:
            font = TTFont(
                f"G{len(self._loaded)}", path,
                subfontIndex=index, asciiReadable=True, shapable=False,
            )  # fmt: skip
            _mend_widths(font.face)
            font.face.makeSubset([sample])
        except _UNREADABLE:
            return None
        name = bytes(font.face.name) + bytes(font.face.subfontNameX)
        if name in self._names:
            return None
        self._names.add(name)
        return font

    def written(self, font: TTFont, char: str) -> tuple[str, str]:
        """Assign a character its place in a subset; returns the subset's name and the code."""
        [(subset, data)] = font.splitString(char, self._document)
        return str(font.getSubsetInternalName(subset, self._document)), _literal(data[0])

    def count(self, odd: Counter[str], boxed: set[str]) -> None:
        """Count characters that the cover speaks of."""
        for char, times in odd.items():
            if char in boxed:
                self.boxed[self.stand_ins.original(char)] += times
            else:
                self.right_to_left += times * is_right_to_left(char)
                self.joined += times * is_joined(char)


def _mend_widths(face: Any) -> None:
    """Give glyphs behind the last full metric its width in the font's own units.

    reportlab scales it to thousandths there, so that a subset would disagree with its widths.
    """
    (full,) = struct.unpack_from(">H", face.get_table("hhea"), 34)
    width = face.hmetrics[full - 1][0]
    face.hmetrics[full:] = [(width, bearing) for _, bearing in face.hmetrics[full:]]


def _literal(code: int) -> str:
    """A byte inside a PDF string, as printable ASCII."""
    if code in (0x28, 0x29, 0x5C) or not 0x20 <= code < 0x7F:
        return f"\\{code:03o}"
    return chr(code)
