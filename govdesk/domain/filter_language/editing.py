"""Edits of a filter's text that keep what a person wrote: a term added, removed, turned round."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Final

from govdesk.domain.filter_language.model import Contains, Exact, Key, Term
from govdesk.domain.filter_language.place import FilterError
from govdesk.domain.filter_language.reading import MOST_TERMS, parse
from govdesk.domain.filter_language.words import Word, words
from govdesk.domain.filter_language.writing import period_text

_OWN_SYNTAX: Final[frozenset[Key]] = frozenset({"at", "seq", "severity", "is"})
"""Keys whose values are written as they stand: none needs quotes, and quotes would end a range."""
_ONE_RANGE: Final[frozenset[Key]] = frozenset({"at", "seq"})
"""Keys of which a filter keeps one range: a new one takes the place of the old."""


@dataclass(frozen=True, slots=True)
class WrittenTerm:
    """A term and where it is written: `text[start:end]` is `written`."""

    start: int
    end: int
    written: str
    term: Term


def terms_with_spans(text: str, *, zone: tzinfo = UTC) -> list[WrittenTerm]:
    """Return the terms of `text` in order, each with its place. Raises `FilterError`."""
    terms = parse(text, zone=zone).terms
    return [
        WrittenTerm(word.start, word.end, text[word.start : word.end], term)
        for word, term in zip(words(text), terms, strict=True)
    ]


def term_text(key: Key, value: str | None, *, negated: bool = False) -> str:
    """Return a term as it is written, in quotes where its value needs them.

    `value` is taken literally, except that at, seq, severity and is have a syntax of their own;
    None asks for what has no value there. The result need not be readable: `add_term` judges.
    """
    if value is None:
        return f"{'' if negated else '-'}{key}:*"
    if key in _OWN_SYNTAX:
        return f"{'-' if negated else ''}{key}:{value}"
    return str(Term(key, Contains(value) if key == "text" else Exact(value), negated))


def add_term(
    text: str, key: Key, value: str | None, *, negated: bool = False, zone: tzinfo = UTC
) -> str:
    """Return `text` with one more term, which is `term_text` of `key` and `value`.

    A term that is there already is not doubled, its opposite is taken out, and a range of at or
    seq takes the place of the one before. A text that cannot be read yet keeps all its words.
    Raises `FilterError` for a value no filter can hold, or one term too many.
    """
    written = term_text(key, value, negated=negated)
    (term,) = parse(written, zone=zone).terms
    kept = [(word, old) for word, old in _read(text, zone) if not _gives_way(old, term)]
    parts = [text[word.start : word.end] for word, _ in kept]
    if not any(old == term for _, old in kept):
        open_end = bool(kept) and not kept[-1][0].closed
        parts.insert(len(parts) - open_end, written)
    return _joined(parts, zone)


def remove_term(text: str, index: int) -> str:
    """Return `text` without its word number `index`, counted from 0."""
    return " ".join(
        text[word.start : word.end] for at, word in enumerate(words(text)) if at != index
    )


def negate_term(text: str, index: int) -> str:
    """Return `text` with its word number `index` turned into its opposite."""
    word = words(text)[index]
    sign = "" if word.negated else "-"
    return text[: word.start] + sign + text[word.start + word.negated :]


def set_period(text: str, low: datetime | None, high: datetime | None, zone: tzinfo) -> str:
    """Return `text` asking for `low` <= at < `high`, written for the zone shown.

    Takes the place of the period there was; None is open, and two None take it out.
    """
    if low is None and high is None:
        kept = [word for word, term in _read(text, zone) if not _is_period(word, term)]
        return " ".join(text[word.start : word.end] for word in kept)
    return add_term(text, "at", period_text(low, high, zone), zone=zone)


def _read(text: str, zone: tzinfo) -> Iterable[tuple[Word, Term | None]]:
    for word in words(text):
        try:
            yield word, parse(text[word.start : word.end], zone=zone).terms[0]
        except FilterError:
            yield word, None


def _gives_way(old: Term | None, new: Term) -> bool:
    if old is None or old == new:
        return False
    if old == replace(new, negated=not new.negated):
        return True
    return new.key in _ONE_RANGE and old.key == new.key and not (old.negated or new.negated)


def _is_period(word: Word, term: Term | None) -> bool:
    return term is not None and term.key == "at" and not word.negated


def _joined(parts: list[str], zone: tzinfo) -> str:
    text = " ".join(parts)
    if len(parts) > MOST_TERMS:
        parse(text, zone=zone)
    return text
