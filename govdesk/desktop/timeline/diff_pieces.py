"""The change of an event, field by field, cut and marked so that it can be shown at once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final, Literal

Change = Literal["added", "removed", "changed"]
MOST_CHARACTERS: Final = 1500
"""Of one value; what is beyond can be copied."""
MOST_LINES: Final = 100
_LEAD: Final = 120
_MOST_TOKENS: Final = 600
_ALIKE: Final = 0.3
"""Texts that share less are marked whole: marks on every second word help nobody."""
_TOKEN: Final = re.compile(r"\w+|\s+|[^\w\s]")
_EDGES: Final = re.compile(r"(\A\s+|\s*\n\s*|\s+\Z)")
_LOOKS_LIKE_ANOTHER_KIND: Final = re.compile(r"\s*|null|true|false|-?\d+(\.\d+)?|[\[{\"].*", re.S)
# What would reorder or hide the text around it is shown by its number.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; a marked one is not on the other side."""

    text: str
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """A value before or after. `kind` "absent" is no value at all, which is not the value null.

    `whole` is all of its text; `skipped` and `left` count the characters that are not shown
    before and after the pieces.
    """

    kind: Literal["value", "null", "absent"]
    pieces: tuple[Piece, ...] = ()
    whole: str = ""
    skipped: int = 0
    left: int = 0

    @property
    def shown(self) -> str:
        """The text that is shown."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Line:
    """One field that changed."""

    field: str
    change: Change
    before: Side
    after: Side

    def sentence(self, most: int = 160) -> str:
        """Say the line as a sentence."""
        before, after = (_said(side, most) for side in (self.before, self.after))
        if self.change == "added":
            return f"{self.field}, added: {after}"
        if self.change == "removed":
            return f"{self.field}, removed: it was {before}"
        return f"{self.field}, changed from {before} to {after}"


def compared(diff: Mapping[str, Any]) -> list[Line]:
    """Return a line for each field, in the diff's order; takes milliseconds for megabytes."""
    return [_line(str(field), entry) for field, entry in diff.items()]


def _line(field: str, entry: object) -> Line:
    if not isinstance(entry, dict) or not entry or not set(entry) <= {"new", "old"}:
        entry = {"new": entry}
    change: Change = "changed"
    if "old" not in entry:
        change = "added"
    elif "new" not in entry:
        change = "removed"
    before, after = (_text(entry, name) for name in ("old", "new"))
    if before is None or after is None or change != "changed":
        return Line(field, change, _alone(entry, "old", before), _alone(entry, "new", after))
    return Line(field, change, *_together(before, after))


def _text(entry: Mapping[str, object], name: str) -> str | None:
    """The value as text; None for null and for no value."""
    value = entry.get(name)
    if value is None:
        return None
    if isinstance(value, str) and not _LOOKS_LIKE_ANOTHER_KIND.fullmatch(value[:64]):
        return value
    return json.dumps(value, ensure_ascii=False, indent=2)


def _alone(entry: Mapping[str, object], name: str, text: str | None) -> Side:
    if text is None:
        return Side("null" if name in entry else "absent")
    return _cut(text, 0, marked=True)


def _cut(text: str, start: int, *, marked: bool) -> Side:
    shown = text[start : start + MOST_CHARACTERS]
    piece = Piece(_visible(shown), marked)
    return Side("value", (piece,), text, start, len(text) - start - len(shown))


def _together(before: str, after: str) -> tuple[Side, Side]:
    start = _start(before, after)
    sides = [_cut(text, start, marked=True) for text in (before, after)]
    tokens: list[list[str]] = [_TOKEN.findall(side.shown) for side in sides]
    if max(len(t) for t in tokens) > _MOST_TOKENS or min(len(t) for t in tokens) < 2:
        return sides[0], sides[1]
    matcher = SequenceMatcher(None, tokens[0], tokens[1], autojunk=False)
    if matcher.ratio() < _ALIKE:
        return sides[0], sides[1]
    marked: list[list[Piece]] = [[], []]
    for tag, a, b, c, d in matcher.get_opcodes():
        for pieces, words in zip(marked, (tokens[0][a:b], tokens[1][c:d]), strict=True):
            pieces += _pieces("".join(words), tag != "equal")
    first, second = (
        Side("value", tuple(pieces), side.whole, side.skipped, side.left)
        for pieces, side in zip(marked, sides, strict=True)
    )
    return first, second


def _pieces(text: str, is_marked: bool) -> list[Piece]:
    """Marks on blanks at the edge of words and lines would only be noise."""
    if not is_marked or not text.strip():
        return [Piece(text, is_marked)] if text else []
    parts = [part for part in _EDGES.split(text) if part]
    return [Piece(part, bool(part.strip())) for part in parts]


def _start(before: str, after: str) -> int:
    """Where to begin to show two values: at the first, unless they first differ far on."""
    if max(len(before), len(after)) <= MOST_CHARACTERS:
        return 0
    low, high = 0, min(len(before), len(after))
    while low < high:
        middle = (low + high + 1) // 2
        if before[low:middle] == after[low:middle]:
            low = middle
        else:
            high = middle - 1
    return 0 if low < MOST_CHARACTERS // 2 else low - _LEAD


def _visible(text: str) -> str:
    return _UNSEEN.sub(lambda found: f"‹U+{ord(found[0]):04X}›", text)


def _said(side: Side, most: int) -> str:
    if side.kind != "value":
        return "null" if side.kind == "null" else "nothing"
    shown = side.shown
    if len(side.whole) <= most:
        return shown
    return f"{shown[:most]} and so on, {len(side.whole):,} characters"
