"""Which events an endpoint asks for: patterns of names, and the two flags for alerts and blocks.

A pattern is the name of an event, a prefix such as ``member.*``, or ``audit.row``, which is every
row of the log. The database decides by the same rules; a test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from govdesk.domain.events import BY_NAME, INTAKE_PREFIX

EVERYTHING: Final = "audit.row"
ALERT: Final = "system.alert"
BLOCK: Final = "system.block"
ALWAYS: Final = ("audit.row", "discovery.completed", "member.invited", "verdict.changed")
"""The fixed vocabulary: valid whether or not such an event exists yet."""

MOST_PATTERNS: Final = 100
LONGEST_PATTERN: Final = 128

NAMES: Final[tuple[str, ...]] = tuple(sorted({*BY_NAME, *ALWAYS}))
NOUNS: Final[tuple[str, ...]] = tuple(sorted({name.partition(".")[0] for name in NAMES}))

_OWN: Final = re.compile(r"x(?:\.[a-z][a-z0-9_]*)+")
_CLOSE: Final = 0.6


@dataclass(frozen=True, slots=True)
class Group:
    """The patterns of one noun, for completion: its prefix first, then its events.

    `count` is how many kinds of events the prefix covers; 0 if that is not known beforehand.
    """

    noun: str
    title: str
    patterns: tuple[str, ...]
    count: int


def _group(noun: str) -> Group:
    names = tuple(name for name in NAMES if name.partition(".")[0] == noun and name != EVERYTHING)
    return Group(noun, noun.replace("_", " ").capitalize(), (f"{noun}.*", *names), len(names))


PATTERNS: Final[tuple[Group, ...]] = (
    Group("", "Everything", (EVERYTHING,), 0),
    *(_group(noun) for noun in NOUNS),
    Group("x", "Events of your own systems", ("x.*",), 0),
)


def matches(patterns: Iterable[str], alerts: bool, blocks: bool, action: str) -> str | None:
    """The type under which an endpoint is sent an event, or None if it does not ask for it.

    The type is the action; only if nothing but ``audit.row`` asks for it, it is ``audit.row``.
    """
    asked = frozenset(patterns)
    if any(_covers(one, action) for one in asked):
        return action
    if (alerts and action == ALERT) or (blocks and action == BLOCK):
        return action
    return EVERYTHING if EVERYTHING in asked else None


def _covers(pattern: str, action: str) -> bool:
    """``audit.*`` covers ``audit.exported`` and ``x.door.*`` covers ``x.door.opened.late``."""
    return pattern == action or (pattern.endswith(".*") and action.startswith(pattern[:-1]))


def check(pattern: str) -> str | None:
    """What is wrong with a pattern and what to write instead, or None."""
    if is_pattern(pattern):
        return None
    if not pattern.strip():
        return "Enter the name of an event, for example member.invited or member.*."
    if pattern in ("*", "*.*", "all"):
        return "For every event enter audit.row."
    if len(pattern) > LONGEST_PATTERN:
        return f"The name of an event has at most {LONGEST_PATTERN} characters."
    nearest = suggest(pattern)
    said = f"There is no event {pattern}." if pattern.isprintable() else "There is no such event."
    if nearest is not None:
        return f"{said} Did you mean {nearest}?"
    return f"{said} Choose one from the list; names of your own begin with x."


def is_pattern(text: str) -> bool:
    """Whether an endpoint may ask for this."""
    if len(text) > LONGEST_PATTERN:
        return False
    stem = text.removesuffix(".*")
    if stem == text:
        return text in NAMES or _OWN.fullmatch(text) is not None
    return stem in NOUNS or stem + "." == INTAKE_PREFIX or _OWN.fullmatch(stem) is not None


def suggest(pattern: str) -> str | None:
    """The pattern that was probably meant; None for a good one, and if nothing is near."""
    if is_pattern(pattern) or len(pattern) > LONGEST_PATTERN:
        return None
    plain = re.sub(r"[\s:/.-]+", ".", pattern.strip().lower()).strip(".")
    if plain in ("*", "", "all", "everything"):
        return EVERYTHING if plain else None
    if is_pattern(plain):
        return plain
    if plain in NOUNS or plain == INTAKE_PREFIX.rstrip("."):
        return f"{plain}.*"
    if plain.startswith(INTAKE_PREFIX):
        return None
    known = [*NAMES, *(f"{noun}.*" for noun in NOUNS)]
    return next(iter(get_close_matches(plain, known, 1, _CLOSE)), None)


def check_patterns(patterns: Iterable[str], alerts: bool, blocks: bool) -> str | None:
    """Judge a whole subscription: something is asked for, not too much, and each name exists."""
    asked = list(patterns)
    if not asked and not alerts and not blocks:
        return "Choose at least one event, or route alerts or blocks here."
    if len(asked) > MOST_PATTERNS:
        return f"At most {MOST_PATTERNS} names can be entered; prefixes such as member.* help."
    return next(filter(None, map(check, asked)), None)


def tidied(patterns: Iterable[str]) -> list[str]:
    """Each pattern once, in order of name, without blanks around it."""
    return sorted({one.strip() for one in patterns if one.strip()})
