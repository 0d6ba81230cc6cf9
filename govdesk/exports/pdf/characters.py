"""Which characters may be printed as themselves, and which only as their code point in a box."""

from __future__ import annotations

import unicodedata

MARKS_ON_A_LETTER = 3
"""More combining marks than this on one letter would pile up over other text."""

_BOXED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANK = frozenset(map(ord, "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")).union(
    range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0)
)
"""Letters and marks that show nothing, with which text could be hidden."""

_MARKS = frozenset({"Mn", "Me"})
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_JOINED = (range(0x0600, 0x0900), range(0x0900, 0x0E00), range(0x0F00, 0x10A0),
           range(0x1780, 0x1800))  # fmt: skip
"""Arabic, Syriac and their kin; the scripts of India; Tibetan and Burmese; Khmer."""


def shows(char: str) -> bool:
    """Whether a character may stand as a glyph: nothing invisible, nothing that reorders."""
    if ord(char) in _BLANK:
        return False
    return unicodedata.category(char) not in _BOXED_CATEGORIES


def is_mark(char: str) -> bool:
    """Whether a character is drawn over the one before it."""
    return unicodedata.category(char) in _MARKS


def is_right_to_left(char: str) -> bool:
    """Whether a character belongs to a script written from right to left."""
    return unicodedata.bidirectional(char) in _RIGHT_TO_LEFT


def is_joined(char: str) -> bool:
    """Whether a character belongs to a script whose letters join or stack; here they do not."""
    return any(ord(char) in letters for letters in _JOINED)


def code_point(char: str) -> str:
    """``U+0041``: at least four hexadecimal digits, as the Unicode Standard writes them."""
    return f"U+{ord(char):04X}"


class StandIns:
    """Characters that this place of a text may only show as boxes, under stand-ins.

    A mark without a letter, or one mark too many, is boxed though others like it are not. Its
    stand-in is a lone surrogate, which no text from the database can hold.
    """

    def __init__(self) -> None:
        self._by_char: dict[str, str] = {}
        self._chars: list[str] = []

    def of(self, char: str) -> str:
        """Return the stand-in of a character; beyond 2,048 of them, a replacement character."""
        found = self._by_char.get(char)
        if found is None:
            if len(self._chars) == 0x800:
                return "\ufffd"
            found = self._by_char[char] = chr(0xD800 + len(self._chars))
            self._chars.append(char)
        return found

    def original(self, char: str) -> str:
        """Return what a stand-in stands for; any other character is its own."""
        index = ord(char) - 0xD800
        return self._chars[index] if 0 <= index < len(self._chars) else char

    def guarded(self, text: str) -> str:
        """Return the text composed (NFC), and every mark boxed without a letter or one too many."""
        kept, marks = [], MARKS_ON_A_LETTER
        for char in unicodedata.normalize("NFC", text):
            if is_mark(char):
                marks += 1
                kept.append(char if marks <= MARKS_ON_A_LETTER else self.of(char))
                continue
            marks = 0 if shows(char) and not char.isspace() else MARKS_ON_A_LETTER
            kept.append(self.of(char) if "\ud800" <= char <= "\udfff" else char)
        return "".join(kept)
