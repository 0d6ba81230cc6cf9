"""A filter of the audit log that was read: its terms, its canonical text, its form as JSON.

docs/spec/filter-language.md defines all three. A filter holds UTC instants, not a zone, so its
canonical text means the same rows wherever it is read again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias, get_args

from govdesk.domain.events import SEVERITIES, Severity
from govdesk.domain.filter_language.period import utc_text

Key: TypeAlias = Literal[
    "actor",
    "for",
    "action",
    "entity",
    "system",
    "severity",
    "ip",
    "request",
    "session",
    "at",
    "seq",
    "is",
    "text",
]
KEYS: Final[tuple[Key, ...]] = tuple(key for key in get_args(Key) if key != "text")
"""The keys a person can write; ``text`` is the key of a bare word or phrase."""

STATES: Final[tuple[str, ...]] = ("sealed", "redacted", "erased", "high", "denied")
"""What ``is:`` may ask for."""


@dataclass(frozen=True, slots=True)
class Exact:
    """The column is this value, by code point; for ``ip``, the same address."""

    value: str

    def members(self) -> dict[str, object]:
        """Return ``op`` and the members of the JSON form that it uses."""
        return {"op": "eq", "value": self.value}


@dataclass(frozen=True, slots=True)
class Prefix:
    """The column begins with this; an empty prefix asks for any value at all."""

    value: str

    def members(self) -> dict[str, object]:
        """Return ``op`` and the members of the JSON form that it uses."""
        return {"op": "prefix", "value": self.value}


@dataclass(frozen=True, slots=True)
class Contains:
    """The summary contains this, upper and lower case alike."""

    value: str

    def members(self) -> dict[str, object]:
        """Return ``op`` and the members of the JSON form that it uses."""
        return {"op": "contains", "value": self.value}


@dataclass(frozen=True, slots=True)
class Network:
    """The address lies in this network, in CIDR form without host bits."""

    value: str

    def members(self) -> dict[str, object]:
        """Return ``op`` and the members of the JSON form that it uses."""
        return {"op": "cidr", "value": self.value}


@dataclass(frozen=True, slots=True)
class Span:
    """`low` <= at < `high`, both UTC; None is open."""

    low: datetime | None
    high: datetime | None

    def members(self) -> dict[str, object]:
        """Return ``op`` and the members of the JSON form that it uses."""
        return {
            "op": "range",
            "low": None if self.low is None else utc_text(self.low),
            "high": None if self.high is None else utc_text(self.high),
        }


@dataclass(frozen=True, slots=True)
class Numbers:
    """`low` <= seq <= `high`; None is open."""

    low: int | None
    high: int | None

    def members(self) -> dict[str, object]:
        """Return ``op`` and the members of the JSON form that it uses."""
        return {"op": "range", "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class Ranks:
    """A severity from `low` to `high`, both included, in the order of SEVERITIES; None is open."""

    low: Severity | None
    high: Severity | None

    def severities(self) -> tuple[Severity, ...]:
        """Return the severities in the range, the least first."""
        first = 0 if self.low is None else SEVERITIES.index(self.low)
        last = len(SEVERITIES) if self.high is None else SEVERITIES.index(self.high) + 1
        return SEVERITIES[first:last]

    def members(self) -> dict[str, object]:
        """Return ``op`` and the members of the JSON form that it uses."""
        return {"op": "any", "values": list(self.severities())}


Match: TypeAlias = Exact | Prefix | Contains | Network | Span | Numbers | Ranks


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that must hold of a row or, `negated`, must not."""

    key: Key
    match: Match
    negated: bool = False

    def __str__(self) -> str:
        value = _canonical(self.key, self.match)
        return ("-" if self.negated else "") + (
            value if self.key == "text" else f"{self.key}:{value}"
        )

    def to_json(self) -> dict[str, object]:
        """Return the term in the closed JSON form of the spec: always the same seven members."""
        members = self.match.members()
        named = ("op", "value", "values", "low", "high")
        return {"key": self.key, "not": self.negated, **{name: members.get(name) for name in named}}


@dataclass(frozen=True, slots=True)
class Filter:
    """Terms that must all hold; without any, every row is let through."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        """Return the canonical text; reading it, in any zone, gives an equal filter."""
        return " ".join(map(str, self.terms))

    def to_terms(self) -> list[dict[str, object]]:
        """Return what ``govdesk_api.audit_condition`` takes."""
        return [term.to_json() for term in self.terms]


def _canonical(key: Key, match: Match) -> str:
    match match:
        case Span(low, high):
            return _span(low, high)
        case Numbers(low, high) if low is not None and low == high:
            return str(low)
        case Numbers(low, high) | Ranks(low, high):
            return f"{'' if low is None else low}..{'' if high is None else high}"
        case Prefix(value):
            return (_quoted(key, value) if value else "") + "*"
        case Exact(value) | Contains(value) | Network(value):
            return _quoted(key, value)


def _quoted(key: Key, value: str) -> str:
    plain = not any(sign.isspace() or sign in '"*\\' for sign in value) and ".." not in value
    if key == "text":
        plain = plain and ":" not in value and not value.startswith("-")
    if plain:
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _span(low: datetime | None, high: datetime | None) -> str:
    first = "" if low is None else _written(low, _unit(low))
    last = ""
    if high is not None:
        unit = _unit(high)
        last = _written(high - unit, unit)
    return first if first == last else f"{first}..{last}"


_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)
_SECOND: Final = timedelta(seconds=1)
_MICROSECOND: Final = timedelta(microseconds=1)


def _unit(instant: datetime) -> timedelta:
    """Return the coarsest unit that `instant` is a whole number of, an hour at most."""
    if instant.microsecond:
        return _MICROSECOND
    if instant.second:
        return _SECOND
    return _MINUTE if instant.minute else _HOUR


_DIGITS: Final = {_HOUR: 13, _MINUTE: 16, _SECOND: 19, _MICROSECOND: 26}


def _written(instant: datetime, unit: timedelta) -> str:
    return utc_text(instant)[: _DIGITS[unit]] + "Z"
