"""What could be written at the cursor: keys, names of events, periods, values seen before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final

from govdesk.domain.filter_language.editing import term_text
from govdesk.domain.filter_language.model import KEYS, Key
from govdesk.domain.filter_language.offers import (
    ACTIONS,
    GROUPS,
    KEY_OFFERS,
    SEVERITY_OFFERS,
    STATE_OFFERS,
    Kind,
    Offer,
    entity_offers,
    periods,
)
from govdesk.domain.filter_language.words import Word, unquoted, words

MOST: Final = 60
"""Suggestions of one list."""
_FROM_EXPLANATION: Final = 3


@dataclass(frozen=True, slots=True)
class Context:
    """What a completion depends on besides the text.

    `values` are values seen recently for actor, entity, system, request, ip and session, the
    latest first; on behalf of takes those of actor.
    """

    now: datetime
    zone: tzinfo
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`replacement` may take the place of `text[start:end]`; `label` and `explanation` are shown.

    A suggestion of kind ``key`` ends in a colon and leaves the value open; all others are whole.
    """

    start: int
    end: int
    replacement: str
    label: str
    explanation: str
    kind: Kind


def suggest(text: str, cursor: int, context: Context) -> list[Suggestion]:
    """Return what may stand at `cursor` (in code points), the best first.

    What begins with the typed part comes first, then what has a word that does, then what has it
    inside. Only the word at the cursor is replaced, its hyphen kept.
    """
    word = _word_at(text, cursor)
    if word.key is None or cursor < word.value:
        return _starting(text, cursor, word, context)
    if word.key not in KEYS:
        return _ranked(word.key, KEY_OFFERS, word.start + word.negated, word.value)
    typed = text[word.value : cursor]
    if ".." in typed:
        return []
    return _ranked(unquoted(typed), _of_key(word.key, typed, context), word.value, word.end)


def _word_at(text: str, cursor: int) -> Word:
    for word in words(text):
        if word.start <= cursor <= word.end:
            return word
    return Word(cursor, cursor, False, None, cursor)


def _starting(text: str, cursor: int, word: Word, context: Context) -> list[Suggestion]:
    start = word.start + word.negated
    typed = text[start:cursor]
    if word.key is not None:
        return _ranked(typed, KEY_OFFERS, start, word.value)
    if not typed:
        return _ranked("", KEY_OFFERS, start, word.end)
    offers = (*KEY_OFFERS, *map(_with_key, _everything(context)))
    return _ranked(unquoted(typed), offers, start, word.end)


def _everything(context: Context) -> Iterator[Offer]:
    yield from SEVERITY_OFFERS
    yield from STATE_OFFERS
    yield from periods(context.now, context.zone)
    yield from (*GROUPS, *ACTIONS)
    for key in ("actor", "entity", "system", "ip", "request"):
        yield from _seen(key, context)


def _with_key(offer: Offer) -> Offer:
    label = offer.label if offer.kind == "period" else f"{offer.key}:{offer.label}"
    also = (offer.label.casefold(), *offer.also)
    return Offer(
        offer.key, f"{offer.key}:{offer.written}", label, offer.explanation, offer.kind, also
    )


def _of_key(key: Key, typed: str, context: Context) -> Iterable[Offer]:
    if key == "action":
        return (*GROUPS, *ACTIONS) if typed else _short(GROUPS, ACTIONS)
    own: dict[Key, Callable[[], Iterable[Offer]]] = {
        "severity": lambda: SEVERITY_OFFERS,
        "is": lambda: STATE_OFFERS,
        "at": lambda: periods(context.now, context.zone),
        "entity": lambda: (*_seen(key, context), *entity_offers()),
        "actor": lambda: (*_seen(key, context), *_KINDS_OF_ACTOR),
        "for": lambda: (*_seen(key, context), *_ON_BEHALF),
    }
    return own.get(key, lambda: _seen(key, context))()


_KINDS_OF_ACTOR: Final = (
    Offer("actor", "user:*", "user:*", "Any person", "value"),
    Offer("actor", "key:*", "key:*", "Any API key", "value"),
    Offer("actor", "worker:*", "worker:*", "Any worker", "value"),
)
_ON_BEHALF: Final = (Offer("for", "*", "*", "Anything done on behalf of somebody", "value"),)


def _short(groups: Iterable[Offer], actions: Iterable[Offer]) -> list[Offer]:
    """Leave out the actions that a group stands for: nothing is typed, and the list is long."""
    nouns = {group.label.removesuffix(".*") for group in groups}
    return [*groups, *(a for a in actions if a.label.partition(".")[0] not in nouns)]


def _seen(key: Key, context: Context) -> Iterator[Offer]:
    for value in context.values.get("actor" if key == "for" else key, ()):
        written = term_text(key, value).partition(":")[2]
        yield Offer(key, written, value, "Seen recently", "value")


def _ranked(typed: str, offers: Iterable[Offer], start: int, end: int) -> list[Suggestion]:
    wanted = typed.casefold()
    found = [
        (rank, Suggestion(start, end, offer.written, offer.label, offer.explanation, offer.kind))
        for offer in offers
        if (rank := _rank(wanted, offer)) is not None
    ]
    found.sort(key=lambda pair: pair[0])
    return [suggestion for _, suggestion in found[:MOST]]


def _rank(wanted: str, offer: Offer) -> int | None:
    if not wanted:
        return 0
    names = [offer.label.casefold(), offer.written.casefold(), *offer.also]
    ranks = [rank for name in names if (rank := _rank_in(wanted, name)) is not None]
    if ranks:
        return min(ranks)
    inside = _rank_in(wanted, offer.explanation.casefold())
    return _FROM_EXPLANATION if inside in (0, 1) and len(wanted) > 2 else None


def _rank_in(wanted: str, name: str) -> int | None:
    """Return 0 where `name` begins with `wanted`, 1 where a word of it does, 2 inside."""
    if name.startswith(wanted):
        return 0
    at = name.find(wanted)
    if at < 0:
        return None
    while at >= 0:
        if not name[at - 1].isalnum():
            return 1
        at = name.find(wanted, at + 1)
    return 2
