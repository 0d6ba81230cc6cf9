"""Reads a PDF as another program would: text by the fonts' own maps, in the order it is drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf


@dataclass(frozen=True)
class Piece:
    """One drawn string: where, how large, in which font."""

    x: float
    y: float
    size: float
    font: str
    text: str


class Printed:
    """A PDF that is read whole; a file with damaged structure is an error."""

    def __init__(self, file: Path | BytesIO):
        self.pdf = pikepdf.open(file, attempt_recovery=False)
        assert self.pdf.check_pdf_syntax() == []

    @cached_property
    def pages(self) -> list[list[Piece]]:
        """The strings of every page."""
        return [self._pieces(page) for page in self.pdf.pages]

    @cached_property
    def texts(self) -> list[str]:
        """The text of every page; what is drawn apart is a line apart."""
        return [self.text(page) for page in range(len(self.pdf.pages))]

    def text(self, page: int) -> str:
        """The text of one page."""
        return "\n".join(piece.text for piece in self._pieces(self.pdf.pages[page]))

    def solid(self, *pages: int) -> str:
        """The text of pages, or of all, without any white space: where lines broke is no matter."""
        chosen = [self.texts[page] for page in pages] if pages else self.texts
        return "".join("".join(chosen).split())

    @cached_property
    def fonts(self) -> dict[str, Any]:
        """The fonts by the names that pages use."""
        return dict(self.pdf.pages[0].Resources.Font.items())

    @cached_property
    def _maps(self) -> dict[str, dict[int, str]]:
        return {name: _to_unicode(font) for name, font in self.fonts.items()}

    def _pieces(self, page: Any) -> list[Piece]:
        pieces: list[Piece] = []
        font, size, x, y, fresh = "", 0.0, 0.0, 0.0, True
        for operands, operator in pikepdf.parse_content_stream(page):
            match str(operator):
                case "Tf":
                    font, size = str(operands[0]), float(operands[1])
                case "Tm":
                    x, y, fresh = float(operands[4]), float(operands[5]), True
                case "Tj" | "TJ":
                    text = self._text(operands[0], font)
                    if fresh:
                        pieces.append(Piece(x, y, size, font, text))
                    else:
                        last = pieces[-1]
                        pieces[-1] = Piece(last.x, last.y, last.size, last.font, last.text + text)
                    fresh = False
        return pieces

    def _text(self, operand: Any, font: str) -> str:
        strings = operand if isinstance(operand, pikepdf.Array) else [operand]
        codes = b"".join(bytes(s) for s in strings if isinstance(s, pikepdf.String))
        return "".join(self._maps[font][code] for code in codes)


def _to_unicode(font: Any) -> dict[int, str]:
    cmap = font.ToUnicode.read_bytes().decode("ascii")
    pairs = re.findall(r"^<(\w\w)> <(\w{4,})>$", cmap, re.MULTILINE)
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}
