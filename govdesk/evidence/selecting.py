"""Re-running an order's filter over rows of which some fields are not shown.

A term is True, False, or None: not known, because the field that it reads is not there to be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from govdesk.domain.filter_language import Filter, FilterError, Term, matches, parse
from govdesk.domain.filter_language.model import (
    Contains,
    Exact,
    Match,
    Network,
    Numbers,
    Prefix,
    Ranks,
    Span,
)
from govdesk.domain.filter_language.reading import MOST_TERMS
from govdesk.evidence.evidence_file import READS, opened_fields, reads


class BadOrder(ValueError):
    """The order is not one that GovDesk writes; the message says why, as a clause."""


class Selecting:
    """The filter of an order, as it was understood when the order was made."""

    def __init__(self, order: Mapping[str, object]):
        self.filter = _filter(order)
        self.says_the_same = _says(order["filter"], self.filter)
        self.terms = self.filter.to_terms()
        self.redact = frozenset(_texts(order["redact"]))
        opened = opened_fields(self.terms, self.redact)
        self.provable = opened is not None
        self.opened = opened or frozenset()
        self._systems = _systems(order["systems"], self.filter)
        self.asks_denied = any((t["key"], t["value"]) == ("is", "denied") for t in self.terms)
        self._denied = frozenset(_denied(order["denied"], self.asks_denied))
        self._plain = [
            (place, Filter((Term(term.key, term.match),)), term)
            for place, term in enumerate(self.filter.terms)
        ]
        self._clear = [one for one in self._plain if one[2].key not in READS]

    def selects(self, row: Mapping[str, object], *, whole: bool) -> bool | None:
        """Whether the filter selects an event; `whole` if all its fields should be there."""
        known: bool | None = True
        for place, plain, term in self._plain:
            found = self._judged(place, plain, term, row, whole)
            if found is False:
                return False
            if found is None:
                known = None
        return known

    def clear_holds(self, row: Mapping[str, object]) -> bool:
        """Whether the terms that the leaf alone answers leave it open; else nothing is opened."""
        return all(
            self._judged(place, plain, term, row, False) for place, plain, term in self._clear
        )

    def _judged(
        self, place: int, plain: Filter, term: Term, row: Mapping[str, object], whole: bool
    ) -> bool | None:
        found = self._holds(place, plain, term, row, whole)
        return None if found is None else found is not term.negated

    def _holds(
        self, place: int, plain: Filter, term: Term, row: Mapping[str, object], whole: bool
    ) -> bool | None:
        if term.key == "is" and isinstance(term.match, Exact):
            return self._state(term.match.value, row, whole)
        if term.key == "system":
            return row["system_id"] in self._systems[place]
        field = reads({"key": term.key})
        if field is not None and row.get(field) is None and self._is_shut(field, row, whole):
            return None
        return matches(plain, row)

    def _is_shut(self, field: str, row: Mapping[str, object], whole: bool) -> bool:
        """Whether a field that is not there could have been, had it not been kept back."""
        salts = row["salts"]
        if isinstance(salts, Mapping) and field in salts:
            return False
        return field in self.redact or (not whole and field not in self.opened)

    def _state(self, state: str, row: Mapping[str, object], whole: bool) -> bool | None:
        if state in ("sealed", "redacted"):
            return state == "sealed"
        if state == "denied":
            return row["action"] in self._denied
        if state == "high":
            return row["severity"] == "high"
        if not whole:
            return None
        erased = matches(_ERASED, row, redacted=self.redact)
        return True if erased else None if self.redact else False


_ERASED = parse("is:erased", zone=UTC)


def _filter(order: Mapping[str, object]) -> Filter:
    """Build the filter from its terms; they, not the text, are what was run."""
    terms = order["terms"]
    try:
        found = Filter(tuple(_term(one) for one in terms))  # type: ignore[attr-defined]
        sound = found.to_terms() == terms and len(found.terms) <= MOST_TERMS
        sound = sound and all(type(term.negated) is bool for term in found.terms)
        # What can be written can be read again; what cannot was never a filter.
        sound = sound and parse(str(found), zone=UTC).to_terms() == terms
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
        raise BadOrder("the order's filter cannot be read") from error
    if not sound:
        raise BadOrder("the order's filter cannot be read")
    return found


def _term(one: Mapping[str, Any]) -> Term:
    op, value, low, high = one["op"], one["value"], one["low"], one["high"]
    kind: dict[str, type[Exact | Prefix | Contains | Network]] = {
        "eq": Exact,
        "prefix": Prefix,
        "contains": Contains,
        "cidr": Network,
    }
    match: Match
    if op in kind:
        match = kind[op](value)
    elif op == "any":
        match = Ranks(one["values"][0], one["values"][-1])
    elif one["key"] == "seq":
        match = Numbers(low, high)
    else:
        match = Span(_instant(low), _instant(high))
    return Term(one["key"], match, one["not"])


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def _says(text: object, filter_: Filter) -> bool:
    """Whether the order's text is a canonical text of its terms."""
    try:
        read = parse(str(text or ""), zone=UTC)
    except FilterError:
        return False
    return str(read) == (text or "") and read.to_terms() == filter_.to_terms()


def _systems(value: object, filter_: Filter) -> dict[int, frozenset[str]]:
    places = {str(n): n for n, term in enumerate(filter_.terms) if term.key == "system"}
    if not isinstance(value, dict) or set(value) != set(places):
        raise BadOrder("the order does not say which systems are meant")
    return {places[name]: frozenset(_texts(ids)) for name, ids in value.items()}


def _denied(value: object, asks: bool) -> Sequence[str]:
    """What ``is:denied`` meant; whoever asks for it must say."""
    if value is None and not asks:
        return ()
    return _texts(value)


def _texts(value: object) -> Sequence[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadOrder("the order has a list that is none")
    return value
