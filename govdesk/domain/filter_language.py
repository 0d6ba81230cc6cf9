"""The filter language: ``actor:user:anna@* severity:warning.. at:2026-05 -is:denied "new key"``.

docs/spec/filter-language.md is its definition. `parse` reads what a person wrote and either
returns a `Filter` or raises a `FilterError` that points at the place.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, NoReturn, cast

from govdesk.domain.events import SEVERITIES, Severity
from govdesk.domain.filter_matching import matches
from govdesk.domain.filter_model import (
    KEYS,
    STATES,
    Contains,
    Exact,
    Filter,
    Key,
    Match,
    Network,
    Numbers,
    Prefix,
    Ranks,
    Span,
    Term,
)
from govdesk.domain.filter_period import NotAPeriod, end_instant, first_instant, read_period

__all__ = ["KEYS", "Filter", "FilterError", "Term", "matches", "parse"]

MOST_TERMS: Final = 64
LONGEST_VALUE: Final = 512
"""Code points of one value, after NFC."""
SHORTEST_TEXT: Final = 3
"""Code points of a bare word or phrase: below three, no index can help."""
_LARGEST_SEQ: Final = 2**63 - 1
_RANGED: Final[tuple[Key, ...]] = ("at", "seq", "severity")
_WINDOW: Final = 60

_MEANT: Final[dict[str, Key]] = {
    "date": "at",
    "time": "at",
    "user": "actor",
    "on_behalf_of": "for",
    "entity_type": "entity",
    "entity_id": "entity",
    "system_id": "system",
    "request_id": "request",
    "session_id": "session",
}


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


def _shown(text: str) -> str:
    return _printable(text if len(text) <= 40 else text[:39] + "…")


@dataclass(frozen=True, slots=True)
class _Place:
    """A part of the text that is being read."""

    text: str
    start: int
    end: int

    def __str__(self) -> str:
        return self.text[self.start : self.end]

    def part(self, start: int, end: int) -> _Place:
        return _Place(self.text, start, end)

    def refuse(self, sentence: str, remedy: str) -> NoReturn:
        length = max(1, self.end - self.start)
        start = min(self.start, len(self.text) - length)
        raise FilterError(self.text, start, length, sentence, remedy) from None


@dataclass(frozen=True, slots=True)
class _Value:
    """A value as written: its place, its text after NFC, without quotes and the final star."""

    place: _Place
    text: str
    quoted: bool = False
    starred: bool = False


def parse(text: str, *, zone: tzinfo) -> Filter:
    """Read a filter; times without an offset are times of the clock in `zone`.

    Raises `FilterError`, and nothing else, for a text that is not a filter.
    """
    terms: list[Term] = []
    start = _next(text, 0, blank=False)
    while start < len(text):
        if len(terms) == MOST_TERMS:
            _Place(text, start, _next(text, start, blank=True)).refuse(
                f"A filter has at most {MOST_TERMS} terms.", "Leave some out."
            )
        term, end = _term(text, start, zone)
        terms.append(term)
        start = _next(text, end, blank=False)
    return Filter(tuple(terms))


def _next(text: str, start: int, *, blank: bool, stops: str = "") -> int:
    """Return where the next white space is (`blank`) or ends, or one of `stops` stands."""
    while start < len(text) and text[start].isspace() is not blank and text[start] not in stops:
        start += 1
    return start


def _term(text: str, start: int, zone: tzinfo) -> tuple[Term, int]:
    negated = text[start] == "-"
    first = start + negated
    end = _next(text, first, blank=True, stops='"')
    word = _Place(text, first, end)
    if str(word).startswith("-"):
        word.part(start, end).refuse(
            "A term is negated once, with one hyphen.",
            "Leave one out, or put words that begin with a hyphen into quotes.",
        )
    colon = text.find(":", first, end)
    if colon < 0:
        value, end = _value(text, first, _Place(text, start, max(end, start + 1)))
        return Term("text", _text(value), negated), end
    key = _key(word.part(first, colon), colon)
    value, end = _value(text, colon + 1, _Place(text, first, colon + 1))
    return Term(key, _match(key, value, zone), negated), end


def _key(place: _Place, colon: int) -> Key:
    name = str(place)
    if name in KEYS:
        return cast(Key, name)
    near = _MEANT.get(name.lower()) or _nearest(name, KEYS)
    place.part(place.start, colon + 1).refuse(
        f"There is no key “{_shown(name)}”.",
        f"Did you mean {near}:? Put words that contain a colon into quotes."
        if near
        else f"The keys are {' '.join(KEYS)}. Put words that contain a colon into quotes.",
    )


def _nearest(name: str, names: Iterable[str]) -> str | None:
    # A long word is near to nothing, and comparing it would be slow.
    found = difflib.get_close_matches(name[:32].lower(), names, n=1, cutoff=0.6)
    return found[0] if found else None


def _value(text: str, start: int, term: _Place) -> tuple[_Value, int]:
    """Read the value at `start`; `term` is what to point at when there is none."""
    if start < len(text) and text[start] == '"':
        return _quoted(text, start)
    end = _next(text, start, blank=True)
    place = _Place(text, start, end)
    if start == end:
        term.refuse("A value is missing.", 'Write one, as in actor:user:* or "two words".')
    quote = text.find('"', start, end)
    if quote >= 0:
        place.part(quote, quote + 1).refuse(
            "A quote stands inside a value.",
            'Put the whole value into quotes, and write \\" for a quote inside it.',
        )
    star = text.find("*", start, end)
    if 0 <= star < end - 1:
        place.part(star, star + 1).refuse(
            "A star stands for the rest of a value, so only at its end.",
            "Put the value into quotes to look for the star itself.",
        )
    starred = star >= 0
    return _normal(_Value(place, text[start : end - starred], starred=starred)), end


def _quoted(text: str, start: int) -> tuple[_Value, int]:
    signs: list[str] = []
    at = start + 1
    while at < len(text) and text[at] != '"':
        if text[at] == "\\":
            if text[at + 1 : at + 2] not in ('"', "\\"):
                _Place(text, at, at + 1).refuse(
                    "This backslash escapes nothing.",
                    'Inside quotes write \\\\ for \\ and \\" for ".',
                )
            at += 1
        signs.append(text[at])
        at += 1
    if at == len(text):
        _Place(text, start, at).refuse("This quote is not closed.", 'Write another " at its end.')
    end = at + 1
    starred = text[end : end + 1] == "*"
    end += starred
    if end < len(text) and not text[end].isspace():
        _Place(text, end, _next(text, end, blank=True)).refuse(
            "Something follows a closing quote.",
            "Put a space between, or all of it into the quotes.",
        )
    if not signs:
        _Place(text, start, end).refuse("There is nothing between the quotes.", "Write a value.")
    value = _Value(_Place(text, start, end), "".join(signs), quoted=True, starred=starred)
    return _normal(value), end


def _normal(value: _Value) -> _Value:
    for at in range(value.place.start, value.place.end):
        sign = value.place.text[at]
        if sign == "\0" or unicodedata.category(sign) == "Cs":
            value.place.part(at, at + 1).refuse(
                "This character cannot stand in a filter.", "Take it out."
            )
    normal = unicodedata.normalize("NFC", value.text)
    if len(normal) > LONGEST_VALUE:
        value.place.refuse(
            f"A value has at most {LONGEST_VALUE} characters.", "Shorten it; a star may end it."
        )
    return _Value(value.place, normal, value.quoted, value.starred)


def _text(value: _Value) -> Contains:
    if value.starred:
        value.place.part(value.place.end - 1, value.place.end).refuse(
            "A word is found anywhere in the summary, so it takes no star.",
            "Leave the star out, or put it into the quotes to look for the star itself.",
        )
    if len(value.text) < SHORTEST_TEXT:
        value.place.refuse(
            f"A word to look for has {SHORTEST_TEXT} characters or more.", "Write a longer one."
        )
    return Contains(value.text)


def _match(key: Key, value: _Value, zone: tzinfo) -> Match:
    dots = -1 if value.quoted else value.place.text.find("..", value.place.start, value.place.end)
    if dots >= 0 and key not in _RANGED:
        value.place.part(dots, dots + 2).refuse(
            f"A range is for {', '.join(_RANGED)} only.",
            "Put the value into quotes to look for the dots themselves.",
        )
    if value.starred and (key in ("at", "seq", "is") or dots >= 0):
        value.place.part(value.place.end - 1, value.place.end).refuse(
            "A star cannot end this value.", "Leave it out; a range may be open, as in 5.. or ..5."
        )
    if dots >= 0:
        return _range(key, value.place, dots, zone)
    if key == "at":
        return _span(value.place, value.text, value.place, value.text, zone)
    if key == "seq":
        number = _number(value.place, value.text)
        return Numbers(number, number)
    if key == "ip":
        return _address(value)
    if key == "severity":
        return _severity(value)
    if key == "is":
        return Exact(_one_of(value.place, value.text, "state", STATES))
    text = value.text.lower() if key == "session" else value.text
    return Prefix(text) if value.starred else Exact(text)


def _range(key: Key, place: _Place, dots: int, zone: tzinfo) -> Match:
    low, high = place.part(place.start, dots), place.part(dots + 2, place.end)
    if not (str(low) or str(high)):
        place.refuse("This range has no end at all.", "Write at least one, as in 5.. or ..5.")
    if key == "at":
        return _span(low, str(low), high, str(high), zone)
    if key == "seq":
        numbers = Numbers(*(_number(end, str(end)) if str(end) else None for end in (low, high)))
        if numbers.low is not None and numbers.high is not None and numbers.low > numbers.high:
            _backwards(place)
        return numbers
    ranks = Ranks(*(_rank(end, str(end)) if str(end) else None for end in (low, high)))
    if not ranks.severities():
        _backwards(place)
    return ranks


def _backwards(place: _Place) -> NoReturn:
    place.refuse("This range ends before it begins.", "Exchange its ends.")


def _span(low: _Place, first: str, high: _Place, last: str, zone: tzinfo) -> Span:
    at = low if first else high
    try:
        start = first_instant(read_period(first, zone)) if first else None
        at = high if last else low
        end = end_instant(read_period(last, zone)) if last else None
    except NotAPeriod as problem:
        at.refuse(
            str(problem),
            "Write 2026, 2026-05, 2026-05-03, 2026-05-03T14:05 or 2026-05-03T14:05:06Z.",
        )
    if start is not None and end is not None and start >= end:
        if low == high:
            low.refuse(
                "The clock is put forward over this time, so it never was.",
                "Write another time, or add its offset from UTC.",
            )
        _backwards(low.part(low.start, high.end))
    return Span(start, end)


def _number(place: _Place, text: str) -> int:
    if not re.fullmatch("[0-9]{1,19}", text) or int(text) > _LARGEST_SEQ:
        place.refuse(
            "This is not a sequence number.", "Write digits, as in seq:120 or seq:100..199."
        )
    return int(text)


def _severity(value: _Value) -> Match:
    if not value.starred:
        return Exact(_rank(value.place, value.text))
    if not any(severity.startswith(value.text) for severity in SEVERITIES):
        _one_of(value.place, value.text, "severity", SEVERITIES)
    return Prefix(value.text)


def _rank(place: _Place, text: str) -> Severity:
    return cast(Severity, _one_of(place, text, "severity", SEVERITIES))


def _one_of(place: _Place, text: str, noun: str, names: tuple[str, ...]) -> str:
    if text in names:
        return text
    near = _nearest(text, names)
    place.refuse(
        f"There is no {noun} “{_shown(text)}”.",
        f"Did you mean {near}?" if near else f"Write one of {', '.join(names)}.",
    )


def _address(value: _Value) -> Match:
    text = value.text.lower()
    if value.starred and re.fullmatch("[0-9a-f:.]*", text):
        return Prefix(text)
    try:
        if not value.starred and re.fullmatch("[0-9a-f:.]+/[0-9]{1,3}", text):
            network = ipaddress.ip_network(text, strict=False)
            return Network(f"{_written(network.network_address)}/{network.prefixlen}")
        if not value.starred and re.fullmatch("[0-9a-f:.]+", text):
            return Exact(_written(ipaddress.ip_address(text)))
    except ValueError:
        pass
    value.place.refuse(
        "This is not an IP address.", "Write an address, 10.0.* or a network such as 10.0.0.0/8."
    )


def _written(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    # Python 3.13 changed how it writes these; a canonical text must not depend on that.
    mapped = getattr(address, "ipv4_mapped", None)
    return str(address) if mapped is None else f"::ffff:{mapped}"
