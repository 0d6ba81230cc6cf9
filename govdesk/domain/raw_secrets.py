"""Finding raw secrets in text that is stored in the open: names, labels, settings, URLs, headers.

It finds what is recognisable, also where it was encoded without thought; it stops accidents, not
somebody who hides a secret on purpose. ``govdesk_private.find_raw_secret_value`` is the same in
SQL, and a test compares the two. The steps:

1. Level 0 is the set that holds the text alone.
2. At each level try all patterns on all its texts: a pattern is tried on a text when its hint
   stands in the text with A to Z lowered; the value is its only group at its leftmost match. If
   there are matches, the answer is the one of the least (place of the pattern, value by code
   points). Done.
3. After level 3: nothing was found. Otherwise the next level is the set of all views of this
   level's texts, without the texts that a level has had already:

   a. percent-decoded, if ``%hh`` occurs: each ``%hh`` becomes the character of that code if it is
      9, 10, 13 or 32 to 126, else a space;
   b. unescaped as in JSON, if a backslash occurs, from left to right: ``\\uhhhh`` as in a;
      ``\\n``, ``\\r``, ``\\t`` become a line feed; a backslash before any other character goes;
   c. decoded from base64: the maximal runs of 20 and more of ``[A-Za-z0-9+/]`` and those of
      ``[A-Za-z0-9_-]``, both in the text and in the text without its carriage returns and line
      feeds. A run changes ``-_`` to ``+/``, loses its last character if its length is 4n + 1, and
      is filled up with ``=``. Of the decoded bytes, those that are 0 go (so UTF-16 is read too),
      9, 10, 13 and 32 to 126 stay characters, and every other becomes a space.

Texts are bounded by those who store them; nothing here is.
"""

from __future__ import annotations

import re
from binascii import a2b_base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Final

from govdesk.domain.problem import Problem
from govdesk.domain.raw_secret_patterns import PATTERNS, Pattern

__all__ = ["DEEPEST", "PATTERNS", "Found", "Pattern", "RawSecret", "find", "fingerprint", "refuse"]

DEEPEST: Final = 3
"""So many layers of encoding are taken off."""

_PERCENT: Final = re.compile("%([0-9A-Fa-f]{2})")
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|([^\0]))")
_RUNS: Final = (re.compile("[A-Za-z0-9+/]{20,}"), re.compile("[A-Za-z0-9_-]{20,}"))
_URL_SAFE: Final = str.maketrans("-_", "+/")
_KEPT: Final = frozenset((9, 10, 13, *range(32, 127)))
_BYTES: Final = bytes(code if code in _KEPT else 32 for code in range(256))


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: its kind and fingerprint. The value itself is not kept."""

    pattern: Pattern
    fingerprint: str

    @property
    def name(self) -> str:
        """The name of the kind, the same as in the database."""
        return self.pattern.name

    @property
    def title(self) -> str:
        """The kind in words: "a GitHub token"."""
        return self.pattern.title


class RawSecret(Problem):
    """A raw secret stands where everybody with access could read it."""

    def __init__(self, found: Found, field: str = "This text"):
        super().__init__(
            f"{field} contains what looks like {found.title} (fingerprint {found.fingerprint}).",
            "Enter where the secret is kept instead, for example vault://billing/smtp#password or"
            " env://BILLING_SMTP_PASSWORD. If it was in use, replace it: it was shown here.",
            exit_code=2,
        )
        self.found = found


def find(text: str) -> Found | None:
    """The raw secret in `text`, if there is one; how is described above."""
    seen = {text}
    level = {text}
    for depth in range(DEEPEST + 1):
        match = min(_matches(level), default=None)
        if match is not None:
            place, value = match
            return Found(PATTERNS[place], fingerprint(value))
        if depth < DEEPEST:
            level = {view for one in level for view in _views(one)} - seen
            seen |= level
    return None


def refuse(text: str, field: str = "This text") -> None:
    """Raise `RawSecret` if `text` holds one; `field` is the title of the field it stands in."""
    found = find(text)
    if found is not None:
        raise RawSecret(found, field)


def fingerprint(value: str) -> str:
    """The first 12 hex digits of SHA-256: enough to recognise a secret that one knows."""
    return sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _matches(texts: Iterable[str]) -> Iterator[tuple[int, str]]:
    for text in texts:
        lower = text.lower()
        for place, pattern in enumerate(PATTERNS):
            if pattern.hint in lower:
                match = _expression(place).search(text)
                if match is not None:
                    yield place, match[1]


@cache
def _expression(place: int) -> re.Pattern[str]:
    return re.compile(PATTERNS[place].pattern)


def _views(text: str) -> Iterator[str]:
    if _PERCENT.search(text):
        yield _PERCENT.sub(lambda match: _character(match[1]), text)
    if "\\" in text:
        yield _ESCAPE.sub(_unescaped, text)
    for whole in {text, text.replace("\r", "").replace("\n", "")}:
        for runs in _RUNS:
            yield from map(_decoded, runs.findall(whole))


def _character(digits: str) -> str:
    code = int(digits, 16)
    return chr(code) if code in _KEPT else " "


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        return _character(match[1])
    return "\n" if match[2] in "nrt" else match[2]


def _decoded(run: str) -> str:
    whole = run[:-1] if len(run) % 4 == 1 else run
    filled = whole.translate(_URL_SAFE) + "=" * (-len(whole) % 4)
    return a2b_base64(filled).translate(_BYTES, b"\0").decode("ascii")
