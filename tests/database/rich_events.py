"""Random events with everything a leaf can hold, and what must be sealed of them."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

Event = dict[str, Any]

_EDGES = (
    "",
    "plain",
    "e\u0301 and \u00e9: NFD and NFC",
    "\U0001f511\U0010ffff",
    "\u2028\u2029\ufeff\ufffd\uffff\ud7ff\ue000",
    "\x01\x08\x09\x0a\x0b\x0c\x0d\x1b\x1f\x7f\x80\x9f",
    'quote " backslash \\ slash / \\u0041 <&>',
    "null",
    "=cmd|' /C calc'!A0",
)
_NUMBERS = (
    *(str(sign * (2**53 + off)) for sign in (1, -1) for off in (-1, 0, 1)),
    *("0", "-0", "1e2", "1E-7", "1.50", "-0.0", "1e400", "123456789012345678901234567890"),
    *("0.1", "999999999999999", "9999999999999999", "5e-324", "1.7976931348623157e308"),
)


class Number(str):
    """A JSON number as it is written."""


def text(low: int = 0, high: int = 60) -> st.SearchStrategy[str]:
    """Any text that PostgreSQL can hold: no NUL, no lone surrogates.

    Nor what this Python's Unicode does not know yet: PostgreSQL's may, and normalise it.
    """
    whole = st.text(
        st.characters(exclude_characters="\0", exclude_categories=["Cs", "Cn"]),
        min_size=low,
        max_size=high,
    )
    both = whole.map(lambda s: unicodedata.normalize("NFD", s)[:high])
    edges = st.sampled_from([edge for edge in _EDGES if len(edge) >= low])
    return whole | both.filter(lambda s: len(s) >= low) | edges


CLEAR = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters='"\\'),
    min_size=1,
    max_size=128,
)
NUMBER = (
    st.sampled_from(_NUMBERS)
    | st.integers().map(str)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str)
).map(Number)
KEY = st.text(st.characters(min_codepoint=1, max_codepoint=0x7F), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBER | text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEY, inner, max_size=4),
    max_leaves=12,
)
MOMENT = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(
    lambda at: at.replace(tzinfo=UTC)
)
MOMENT = MOMENT | MOMENT.map(lambda at: at.replace(microsecond=0))
_V6 = st.ip_addresses(v=6).filter(lambda a: any(a.packed[:10]))
"""Without those that carry an IPv4 address: PostgreSQL and Python write them differently."""
IP = (st.ip_addresses(v=4) | _V6).map(str)
SEVERITY = st.sampled_from(["info", "notice", "warning", "high"])


def events(system: str) -> st.SearchStrategy[Event]:
    """Events as `record_events` takes them from a demo's administrator; absent means null."""
    return st.fixed_dictionaries(
        {
            "action": st.sampled_from(
                ["system.event", "x.a", "x.deploy.started", "member.removed"]
            ),
            "severity": SEVERITY,
            "entity_type": st.from_regex(r"[a-z][a-z0-9_]{0,62}", fullmatch=True),
            "actor": text(1),
            "summary": text(1),
        },
        optional={
            "entity_id": CLEAR,
            "request_id": CLEAR,
            "system_id": st.just(system),
            "occurred_at": MOMENT.map(written),
            "on_behalf_of": text(1),
            "reason": text(),
            "session_id": st.uuids().map(str),
            "ip": IP,
            "data": JSON.filter(lambda value: value is not None),
        },
    )


def written(at: datetime) -> str:
    """The leaf's form of a time."""
    return at.strftime("%Y").rjust(4, "0") + at.strftime("-%m-%dT%H:%M:%S.%fZ")


def as_json(value: Any) -> str:
    """Write a value with its numbers as they are."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        inner = (f"{json.dumps(k)}:{as_json(v)}" for k, v in value.items())
        return "{" + ",".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(as_json, value)) + "]"
    return json.dumps(value)


def sealed(value: Any) -> Any:
    """What the spec says of a value: integers below 2^53 as such, other numbers as their text."""
    if isinstance(value, Number):
        digits = format(Decimal(value), "f")
        if not Decimal(value):
            digits = digits.lstrip("-")
        if re.fullmatch(r"-?\d+", digits) and abs(int(digits)) < 2**53:
            return int(digits)
        return digits
    if isinstance(value, dict):
        return {k: sealed(v) for k, v in value.items()}
    return [sealed(v) for v in value] if isinstance(value, list) else value
