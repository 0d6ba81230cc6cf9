"""Filter terms as SQL over a snapshot, with the meaning that the server's SQL gives them.

Every value travels as a parameter. ``docs/spec/filter-language.md`` says what terms mean; tests
hold this against `govdesk.domain.filter_language.matching`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from govdesk.database.snapshot_format import SnapshotProblem, searchable
from govdesk.domain.events import EVENTS
from govdesk.domain.filter_language.matching import COMMITTED

Term = Mapping[str, object]
Terms = Sequence[Term]

_COLUMNS: Final = {
    "actor": ("e.actor",),
    "for": ("e.on_behalf_of",),
    "action": ("e.action",),
    "severity": ("e.severity",),
    "request": ("e.request_id",),
    "session": ("e.session_id",),
    "entity": ("e.entity_type", "e.entity_id"),
    "system": ("e.system", "e.system_id"),
}
_DENIED: Final = tuple(sorted(event.name for event in EVENTS if event.denied))
_TRIGRAM: Final = 3
_MOST: Final = 64

Piece = tuple[str, list[Any]]
"""A condition and its parameters."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter over ``event e``. `match` is what the search index is asked; None needs none.

    `reads_rows` says that the index of facts does not answer it.
    """

    sql: str
    parameters: tuple[Any, ...]
    match: str | None
    reads_rows: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked of the event itself."""
        return not self.sql


def condition(terms: Terms, redacted: Collection[str] = ()) -> Condition:
    """Return the condition of a filter in its JSON form; `redacted` are the file's own fields.

    Raises `SnapshotProblem` for terms that are none.
    """
    if len(terms) > _MOST:
        raise _unreadable()
    pieces: list[Piece] = []
    phrases: list[str] = []
    for term in terms:
        if _is_searched(term):
            phrases.append('"' + searchable(_value(term)).replace('"', '""') + '"')
            continue
        sql, parameters = _piece(term, frozenset(redacted))
        pieces.append((f"({sql}) IS NOT TRUE" if term.get("not") else f"({sql})", parameters))
    return Condition(
        " AND ".join(sql for sql, _ in pieces),
        tuple(value for _, values in pieces for value in values),
        " AND ".join(phrases) if phrases else None,
        any(term.get("key") == "is" and term.get("value") in _OF_ROWS for term in terms),
    )


_OF_ROWS: Final = ("erased", "redacted", "sealed")


def _unreadable() -> SnapshotProblem:
    return SnapshotProblem(
        "filter", "This filter cannot be read.", "Write it once more.", exit_code=2
    )


def _value(term: Term) -> str:
    value = term.get("value")
    if not isinstance(value, str):
        raise _unreadable()
    return value


def _is_searched(term: Term) -> bool:
    """Whether the search index finds it: a word that must be there, of three characters or more."""
    return (
        term.get("key") == "text"
        and not term.get("not")
        and len(searchable(_value(term))) >= _TRIGRAM
    )


def _piece(term: Term, redacted: frozenset[str]) -> Piece:
    key = term.get("key")
    if key == "text":
        return _contains(term)
    if key == "at":
        return _range(term, "e.at", str, "<")
    if key == "seq":
        return _range(term, "e.seq", int, "<=")
    if key == "ip":
        return _ip(term)
    if key == "is":
        return _state(_value(term), redacted)
    if key not in _COLUMNS:
        raise _unreadable()
    pieces = [_text(column, term) for column in _COLUMNS[str(key)]]
    return " OR ".join(sql for sql, _ in pieces), [v for _, values in pieces for v in values]


def _plain(column: str) -> str:
    """A column in NFC; what is ASCII is that already, and most is."""
    return (
        f"CASE WHEN octet_length({column}) > length({column}) THEN nfc({column}) ELSE {column} END"
    )


def _text(column: str, term: Term) -> Piece:
    if term.get("op") == "any":
        values = term.get("values")
        if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            raise _unreadable()
        return f"{column} IN ({', '.join('?' * len(values))})", list(values)
    value = _value(term)
    if term.get("op") == "eq":
        return f"{_plain(column)} = ?", [value]
    if term.get("op") != "prefix":
        raise _unreadable()
    if not value:
        return f"{column} IS NOT NULL", []
    return f"substr({_plain(column)}, 1, ?) = ?", [len(value), value]


def _contains(term: Term) -> Piece:
    """Asked of the index's own text, which is folded already."""
    return (
        "(SELECT instr(c.c0, ?) FROM event_text_content c WHERE c.id = e.seq) > 0",
        [searchable(_value(term))],
    )


def _range(term: Term, column: str, kind: type, above: str) -> Piece:
    parts, values = [], []
    for name, sign in (("low", ">="), ("high", above)):
        bound = term.get(name)
        if bound is not None:
            if type(bound) is not kind:
                raise _unreadable()
            parts.append(f"{column} {sign} ?")
            values.append(bound)
    return " AND ".join(parts) or "true", values


def _ip(term: Term) -> Piece:
    value, op = _value(term), term.get("op")
    if op == "eq":
        return "same_address(e.ip, ?)", [value]
    if op == "cidr":
        return "in_network(e.ip, ?)", [value]
    return _text("e.ip", term)


def _state(state: str, redacted: frozenset[str]) -> Piece:
    if state == "sealed":
        return "e.leaf_hash IS NOT NULL", []
    if state == "high":
        return "e.severity = 'high'", []
    if state == "denied":
        return f"e.action IN ({', '.join('?' * len(_DENIED))})", list(_DENIED)
    if state not in ("erased", "redacted"):
        raise _unreadable()
    asked = [name for name in COMMITTED if (name in redacted) == (state == "redacted")]
    return "lacks(e.salts, ?)", [" ".join(asked)]
