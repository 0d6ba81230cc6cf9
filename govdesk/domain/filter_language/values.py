"""What a value means under its key: a name, a prefix, a range, a time, an address."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, cast

from govdesk.domain.events import SEVERITIES, Severity
from govdesk.domain.filter_language.model import (
    STATES,
    Contains,
    Exact,
    Key,
    Match,
    Network,
    Numbers,
    Prefix,
    Ranks,
    Span,
)
from govdesk.domain.filter_language.period import (
    NotAPeriod,
    end_instant,
    first_instant,
    read_period,
)
from govdesk.domain.filter_language.place import FilterError, Place, nearest, shown

SHORTEST_TEXT: Final = 3
"""Code points of a bare word or phrase: below three, no index can help."""
_LARGEST_SEQ: Final = 2**63 - 1
_RANGED: Final[tuple[Key, ...]] = ("at", "seq", "severity")


@dataclass(frozen=True, slots=True)
class Value:
    """A value as written: its place, its text after NFC, without quotes and the final star."""

    place: Place
    text: str
    quoted: bool = False
    starred: bool = False


def read_text(value: Value) -> Contains:
    """Return what a bare word or phrase looks for. Raises `FilterError`."""
    if value.starred:
        raise value.place.part(value.place.end - 1, value.place.end).error(
            "A word is found anywhere in the summary, so it takes no star.",
            "Leave the star out, or put it into the quotes to look for the star itself.",
        )
    if len(value.text) < SHORTEST_TEXT:
        raise value.place.error(
            f"A word to look for has {SHORTEST_TEXT} characters or more.", "Write a longer one."
        )
    return Contains(value.text)


def read_match(key: Key, value: Value, zone: tzinfo) -> Match:
    """Return what `value` asks of `key`; `zone` is for times. Raises `FilterError`."""
    dots = -1 if value.quoted else value.place.text.find("..", value.place.start, value.place.end)
    if dots >= 0 and key not in _RANGED:
        raise value.place.part(dots, dots + 2).error(
            f"A range is for {', '.join(_RANGED)} only.",
            "Put the value into quotes to look for the dots themselves.",
        )
    if value.starred and (key in ("at", "seq", "is") or dots >= 0):
        raise value.place.part(value.place.end - 1, value.place.end).error(
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
    if key == "session":
        return _session(value)
    return Prefix(value.text) if value.starred else Exact(value.text)


def _range(key: Key, place: Place, dots: int, zone: tzinfo) -> Match:
    low, high = place.part(place.start, dots), place.part(dots + 2, place.end)
    if not (str(low) or str(high)):
        raise place.error("This range has no end at all.", "Write at least one, as in 5.. or ..5.")
    if key == "at":
        return _span(low, str(low), high, str(high), zone)
    if key == "seq":
        numbers = Numbers(*(_number(end, str(end)) if str(end) else None for end in (low, high)))
        if numbers.low is not None and numbers.high is not None and numbers.low > numbers.high:
            raise _backwards(place)
        return numbers
    ranks = Ranks(*(_rank(end, str(end)) if str(end) else None for end in (low, high)))
    if not ranks.severities():
        raise _backwards(place)
    return ranks


def _backwards(place: Place) -> FilterError:
    return place.error("This range ends before it begins.", "Exchange its ends.")


def _span(low: Place, first: str, high: Place, last: str, zone: tzinfo) -> Span:
    at = low if first else high
    try:
        start = first_instant(read_period(first, zone)) if first else None
        at = high if last else low
        end = end_instant(read_period(last, zone)) if last else None
    except NotAPeriod as problem:
        raise at.error(
            str(problem),
            "Write 2026, 2026-05, 2026-05-03, 2026-05-03T14:05 or 2026-05-03T14:05:06Z.",
        ) from problem
    if start is not None and end is not None and start >= end:
        if low == high:
            raise low.error(
                "The clock is put forward over this time, so it never was.",
                "Write another time, or add its offset from UTC.",
            )
        raise low.part(low.start, high.end).error(
            "This range holds no time at all.", "Exchange its ends if they are the wrong way round."
        )
    return Span(start, end)


def _number(place: Place, text: str) -> int:
    if not re.fullmatch("[0-9]{1,19}", text) or int(text) > _LARGEST_SEQ:
        raise place.error(
            "This is not a sequence number.", "Write digits, as in seq:120 or seq:100..199."
        )
    return int(text)


def _severity(value: Value) -> Match:
    if not value.starred:
        return Exact(_rank(value.place, value.text))
    if not any(severity.startswith(value.text) for severity in SEVERITIES):
        _one_of(value.place, value.text, "severity", SEVERITIES)
    return Prefix(value.text)


def _rank(place: Place, text: str) -> Severity:
    return cast(Severity, _one_of(place, text, "severity", SEVERITIES))


def _one_of(place: Place, text: str, noun: str, names: tuple[str, ...]) -> str:
    if text in names:
        return text
    near = nearest(text, names)
    raise place.error(
        f"There is no {noun} “{shown(text)}”.",
        f"Did you mean {near}?" if near else f"Write one of {', '.join(names)}.",
    )


def _session(value: Value) -> Match:
    text = value.text.lower()
    if value.starred and re.fullmatch("[0-9a-f-]*", text):
        return Prefix(text)
    if not value.starred and re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text):
        return Exact(text)
    raise value.place.error(
        "This is not the id of a session.", "Write all of it, or its beginning and a star."
    )


def _address(value: Value) -> Match:
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
    raise value.place.error(
        "This is not an IP address.", "Write an address, 10.0.* or a network such as 10.0.0.0/8."
    )


def _written(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    # Python 3.13 changed how it writes these; a canonical text must not depend on that.
    mapped = getattr(address, "ipv4_mapped", None)
    return str(address) if mapped is None else f"::ffff:{mapped}"
