"""Which rows a filter lets through, judged without a database.

It means what ``govdesk_api.audit_condition`` means in SQL; tests hold them against each other,
and a verifier of a filtered export has nothing else. Rows are as on a line of JSONL: text,
integers and objects; a row may come from an untrusted file, so a value of another type or form
simply does not match.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Final
from unicodedata import normalize

from govdesk.domain.events import EVENTS
from govdesk.domain.filter_language.model import (
    Contains,
    Exact,
    Filter,
    Key,
    Network,
    Numbers,
    Prefix,
    Ranks,
    Span,
    Term,
)
from govdesk.domain.filter_language.period import utc_text

COMMITTED: Final = ("actor", "diff", "ip", "on_behalf_of", "reason", "session_id", "summary")
"""The fields that are committed to with a salt, and may therefore be redacted or erased."""

_DENIED: Final = frozenset(event.name for event in EVENTS if event.denied)

_COLUMNS: Final[dict[Key, tuple[str, ...]]] = {
    "actor": ("actor",),
    "for": ("on_behalf_of",),
    "action": ("action",),
    "entity": ("entity_type", "entity_id"),
    "system": ("system", "system_id"),
    "severity": ("severity",),
    "ip": ("ip",),
    "request": ("request_id",),
    "session": ("session_id",),
    "text": ("summary",),
}


def matches(
    wanted: Filter, row: Mapping[str, object], *, redacted: frozenset[str] = frozenset()
) -> bool:
    """Tell whether every term of `wanted` holds of `row`.

    `redacted` are the fields that the export's manifest declares redacted; any other absence
    counts as erased. A term about a value that is absent or null does not hold, so its negation
    does. ``system:`` by name needs a member ``system`` in the row, which JSONL does not carry.
    """
    return all(_holds(term, row, redacted) is not term.negated for term in wanted.terms)


def _holds(term: Term, row: Mapping[str, object], redacted: frozenset[str]) -> bool:
    if term.key == "is" and isinstance(term.match, Exact):
        return _is(term.match.value, row, redacted)
    match term.match:
        case Span():
            return _within(term.match, row.get("at"))
        case Numbers(low, high):
            seq = row.get("seq")
            return (
                type(seq) is int and (low is None or low <= seq) and (high is None or seq <= high)
            )
        case _:
            return any(_value_holds(term, row.get(column)) for column in _COLUMNS[term.key])


def _value_holds(term: Term, value: object) -> bool:
    if not isinstance(value, str):
        return False
    match term.match:
        case Exact(wanted) if term.key == "ip":
            address = _address(value)
            return address is not None and address == _address(wanted)
        case Network(network):
            address = _address(value)
            return address is not None and address in ipaddress.ip_network(network)
        case Exact(wanted):
            return normalize("NFC", value) == wanted
        case Prefix(wanted):
            return normalize("NFC", value).startswith(wanted)
        case Contains(wanted):
            return folded(wanted) in folded(normalize("NFC", value))
        case Ranks():
            return value in term.match.severities()
        case _:
            return False


def folded(text: str) -> str:
    """Return `text` in lower case by Unicode's simple mapping: one code point for one.

    `str.lower` also looks at neighbours (final sigma) and makes two of U+0130; PostgreSQL's
    ILIKE does neither.
    """
    return "".join("i" if sign == "\u0130" else sign.lower() for sign in text)


def _within(span: Span, at: object) -> bool:
    # All times of the log have one form and one length, so their order is that of their text.
    return (
        isinstance(at, str)
        and (span.low is None or utc_text(span.low) <= at)
        and (span.high is None or at < utc_text(span.high))
    )


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _is(state: str, row: Mapping[str, object], redacted: frozenset[str]) -> bool:
    if state == "sealed":
        return row.get("leaf_hash") is not None
    if state == "high":
        return row.get("severity") == "high"
    if state == "denied":
        action = row.get("action")
        return isinstance(action, str) and action in _DENIED
    salts = row.get("salts")
    absent = {field for field in COMMITTED if not isinstance(salts, Mapping) or field not in salts}
    return bool(absent & redacted if state == "redacted" else absent - redacted)
