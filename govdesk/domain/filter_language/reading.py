"""Reading a filter: from what a person wrote to terms, or to an error that points at the place."""

from __future__ import annotations

import unicodedata
from datetime import tzinfo
from typing import Final

from govdesk.domain.filter_language.model import KEYS, Filter, Key, Term
from govdesk.domain.filter_language.place import Place, nearest, shown
from govdesk.domain.filter_language.values import Value, read_match, read_text

MOST_TERMS: Final = 64
LONGEST_VALUE: Final = 512
"""Code points of one value, after NFC."""

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


def parse(text: str, *, zone: tzinfo) -> Filter:
    """Read a filter; times without an offset are times of the clock in `zone`.

    Raises `FilterError`, and nothing else, for a text that is not a filter.
    """
    terms: list[Term] = []
    start = _next(text, 0, blank=False)
    while start < len(text):
        if len(terms) == MOST_TERMS:
            raise Place(text, start, _next(text, start, blank=True)).error(
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
    word = Place(text, first, end)
    if str(word).startswith("-"):
        raise word.part(start, end).error(
            "A term is negated once, with one hyphen.",
            "Leave one out, or put words that begin with a hyphen into quotes.",
        )
    colon = text.find(":", first, end)
    if colon < 0:
        value, end = _value(text, first, Place(text, start, max(end, start + 1)))
        return Term("text", read_text(value), negated), end
    key = _key(word.part(first, colon), colon)
    value, end = _value(text, colon + 1, Place(text, first, colon + 1))
    return Term(key, read_match(key, value, zone), negated), end


def _key(place: Place, colon: int) -> Key:
    name = str(place)
    if name in KEYS:
        return name
    near = _MEANT.get(name.lower()) or nearest(name, KEYS)
    raise place.part(place.start, colon + 1).error(
        f"There is no key “{shown(name)}”.",
        f"Did you mean {near}:? Put words that contain a colon into quotes."
        if near
        else f"The keys are {' '.join(KEYS)}. Put words that contain a colon into quotes.",
    )


def _value(text: str, start: int, term: Place) -> tuple[Value, int]:
    """Read the value at `start`; `term` is what to point at when there is none."""
    if start < len(text) and text[start] == '"':
        return _quoted(text, start)
    end = _next(text, start, blank=True)
    place = Place(text, start, end)
    if start == end:
        raise term.error("A value is missing.", 'Write one, as in actor:user:* or "two words".')
    quote = text.find('"', start, end)
    if quote >= 0:
        raise place.part(quote, quote + 1).error(
            "A quote stands inside a value.",
            'Put the whole value into quotes, and write \\" for a quote inside it.',
        )
    star = text.find("*", start, end)
    if 0 <= star < end - 1:
        raise place.part(star, star + 1).error(
            "A star stands for the rest of a value, so only at its end.",
            "Put the value into quotes to look for the star itself.",
        )
    starred = star >= 0
    return _normal(Value(place, text[start : end - starred], starred=starred)), end


def _quoted(text: str, start: int) -> tuple[Value, int]:
    signs: list[str] = []
    at = start + 1
    while at < len(text) and text[at] != '"':
        if text[at] == "\\":
            if text[at + 1 : at + 2] not in ('"', "\\"):
                raise Place(text, at, at + 1).error(
                    "This backslash escapes nothing.",
                    'Inside quotes write \\\\ for \\ and \\" for ".',
                )
            at += 1
        signs.append(text[at])
        at += 1
    if at == len(text):
        raise Place(text, start, at).error(
            "This quote is not closed.", 'Write another " at its end.'
        )
    end = at + 1
    starred = text[end : end + 1] == "*"
    end += starred
    if end < len(text) and not text[end].isspace():
        raise Place(text, end, _next(text, end, blank=True)).error(
            "Something follows a closing quote.",
            "Put a space between, or all of it into the quotes.",
        )
    if not signs:
        raise Place(text, start, end).error(
            "There is nothing between the quotes.", "Write a value."
        )
    value = Value(Place(text, start, end), "".join(signs), quoted=True, starred=starred)
    return _normal(value), end


def _normal(value: Value) -> Value:
    for at in range(value.place.start, value.place.end):
        sign = value.place.text[at]
        if sign == "\0" or unicodedata.category(sign) == "Cs":
            raise value.place.part(at, at + 1).error(
                "This character cannot stand in a filter.", "Take it out."
            )
    normal = unicodedata.normalize("NFC", value.text)
    if len(normal) > LONGEST_VALUE:
        raise value.place.error(
            f"A value has at most {LONGEST_VALUE} characters.", "Shorten it; a star may end it."
        )
    return Value(value.place, normal, value.quoted, value.starred)
