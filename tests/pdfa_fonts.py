"""The rules of PDF/A-3b about fonts; see ``tests/pdfa.py``."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Any

import pikepdf

from tests.pdfa_file import File


def fonts_embedded(file: File) -> Iterator[str]:
    """6.2.11.4: every font's program is in the file, as a subset."""
    for font in file.fonts():
        descriptor = font.get("/FontDescriptor")
        if descriptor is None or "/FontFile2" not in descriptor:
            yield f"{font.BaseFont} is not embedded"
        if not re.match(r"/[A-Z]{6}\+", str(font.BaseFont)):
            yield f"{font.BaseFont} is no subset"


def fonts_symbolic(file: File) -> Iterator[str]:
    """6.2.11.6: a symbolic TrueType font has no Encoding and one cmap."""
    for font in file.fonts():
        symbolic = int(font.FontDescriptor.Flags) & 36 == 4
        if not symbolic or "/Encoding" in font:
            yield f"{font.BaseFont} is not symbolic, or has an encoding"
        elif _Face(font).cmaps != 1:
            yield f"{font.BaseFont} has {_Face(font).cmaps} cmaps"


def fonts_widths(file: File) -> Iterator[str]:
    """6.2.11.5: widths in the dictionary are those of the program, to a thousandth."""
    for font in file.fonts():
        face, first = _Face(font), int(font.FirstChar)
        for code, width in enumerate(font.Widths, first):
            glyph = face.glyph(code)
            if glyph and abs(float(width) - face.width(glyph)) > 1:
                yield f"{font.BaseFont}: code {code} is {width} wide, not {face.width(glyph)}"


def glyphs_there(file: File) -> Iterator[str]:
    """6.2.11.4.1, 6.2.11.8: every code that is shown has a glyph, and it is not .notdef."""
    for font, codes in _shown(file):
        face = _Face(font)
        yield from (f"{font.BaseFont}: no glyph for {c}" for c in codes if not face.glyph(c))


def glyphs_named(file: File) -> Iterator[str]:
    """6.2.11.7 (level U, and met here): every code that is shown maps to Unicode."""
    for font, codes in _shown(file):
        text = font.ToUnicode.read_bytes().decode("ascii")
        pairs = dict(re.findall(r"^<(\w\w)> <(\w{4,})>$", text, re.MULTILINE))
        for code in codes:
            if int(pairs.get(f"{code:02X}", "0"), 16) in (0, 0xFEFF, 0xFFFE):
                yield f"{font.BaseFont}: code {code} is no character"


def _shown(file: File) -> Iterator[tuple[Any, set[int]]]:
    used: dict[Any, tuple[Any, set[int]]] = {}
    for resources, instructions in file.contents():
        codes: set[int] = set()
        for operands, operator in instructions:
            if str(operator) == "Tf":
                font = resources.Font[str(operands[0])]
                codes = used.setdefault(font.objgen, (font, set()))[1]
            elif str(operator) in ("Tj", "TJ"):
                first = operands[0]
                parts = first if isinstance(first, pikepdf.Array) else [first]
                for part in parts:
                    if isinstance(part, pikepdf.String):
                        codes.update(bytes(part))
    yield from used.values()


class _Face:
    """The tables of an embedded TrueType program that the rules ask for."""

    def __init__(self, font: Any):
        self._data = bytes(font.FontDescriptor.FontFile2.read_bytes())
        (count,) = struct.unpack_from(">H", self._data, 4)
        rows = (struct.unpack_from(">4s4xLL", self._data, 12 + 16 * i) for i in range(count))
        self._tables = {tag: (at, length) for tag, at, length in rows}
        cmap = self._tables[b"cmap"][0]
        self.cmaps = struct.unpack_from(">H", self._data, cmap + 2)[0]
        at = cmap + struct.unpack_from(">4xL", self._data, cmap + 4)[0]
        form, _, _, first, number = struct.unpack_from(">5H", self._data, at)
        assert form == 6
        glyphs = struct.unpack_from(f">{number}H", self._data, at + 10)
        self._glyphs = dict(enumerate(glyphs, first))
        self._em = struct.unpack_from(">H", self._data, self._tables[b"head"][0] + 18)[0]
        self._long = struct.unpack_from(">H", self._data, self._tables[b"hhea"][0] + 34)[0]

    def glyph(self, code: int) -> int:
        return self._glyphs.get(code, 0)

    def width(self, glyph: int) -> float:
        at = self._tables[b"hmtx"][0] + 4 * min(glyph, self._long - 1)
        return struct.unpack_from(">H", self._data, at)[0] * 1000 / self._em
