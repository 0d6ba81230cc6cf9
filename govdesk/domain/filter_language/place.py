"""Where in a filter something stands, and the error that points at it."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_WINDOW: Final = 60
"""Columns of text shown before the place that an error points at."""


class FilterError(ValueError):
    """A filter that cannot be read, and where: `text[position : position + length]`.

    `position` and `length` count code points of the text that was given; `length` is at least 1.
    `str()` is one line; `pointed()` shows the place with carets beneath.
    """

    def __init__(self, text: str, position: int, length: int, sentence: str, remedy: str) -> None:
        super().__init__(text, position, length, sentence, remedy)
        self.text = text
        self.position = position
        self.length = length
        self.sentence = sentence
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}"

    def pointed(self) -> str:
        """Return three lines: the text around the place, carets under it, what to do."""
        first = max(0, self.position - _WINDOW)
        end = min(self.position + self.length, self.position + _WINDOW)
        last = min(len(self.text), end + _WINDOW // 2)
        before = ("…" if first else "") + _printable(self.text[first : self.position])
        place = _printable(self.text[self.position : end])
        after = _printable(self.text[end:last]) + ("…" if last < len(self.text) else "")
        carets = " " * _columns(before) + "^" * max(1, _columns(place))
        return f"{before}{place}{after}\n{carets}\n{self}"


def _printable(text: str) -> str:
    """Return `text` without what could move the cursor, reorder the line or fail to encode."""
    return "".join(
        " " if sign.isspace() else "\ufffd" if unicodedata.category(sign)[0] == "C" else sign
        for sign in text
    )


def _columns(text: str) -> int:
    return sum(
        0 if unicodedata.combining(sign) else 1 + (unicodedata.east_asian_width(sign) in "WF")
        for sign in text
    )


def shown(text: str) -> str:
    """Return what a sentence may quote of `text`: printable, 40 code points at most."""
    return _printable(text if len(text) <= 40 else text[:39] + "…")


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the text that is being read."""

    text: str
    start: int
    end: int

    def __str__(self) -> str:
        return self.text[self.start : self.end]

    def part(self, start: int, end: int) -> Place:
        """Return the place from `start` up to but without `end` in the same text."""
        return Place(self.text, start, end)

    def error(self, sentence: str, remedy: str) -> FilterError:
        """Return the error that points here, at one code point at least, to be raised."""
        length = max(1, self.end - self.start)
        start = min(self.start, len(self.text) - length)
        return FilterError(self.text, start, length, sentence, remedy)


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the one of `names` that was probably meant by `name`, or None."""
    # A long word is near to nothing, and comparing it would be slow.
    found = difflib.get_close_matches(name[:32].lower(), names, n=1, cutoff=0.6)
    return found[0] if found else None
