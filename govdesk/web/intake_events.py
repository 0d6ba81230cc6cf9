"""From the bytes of a request to events that can be sealed, or to what is wrong with them.

Pure: nothing is written while anything is wrong. Over the grammar of docs/spec/leaf-v1.md §3.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from pydantic import ValidationError

from govdesk.web.intake_models import (
    AHEAD_SECONDS,
    MOST_DEPTH,
    MOST_ERRORS,
    MOST_EVENTS,
    Event,
    Fault,
)

_BIG: Final = 2**53
_KEY: Final = re.compile(r"gd_(?:dev|staging|prod)_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}")
_PLAIN_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,40}")
_AHEAD: Final = timedelta(seconds=AHEAD_SECONDS)
_MEMBERS: Final = ", ".join(Event.model_fields)


class NotJson(Exception):
    """The body is no JSON document; `sentence` says why, without showing it."""

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.sentence = sentence


class Malformed(Exception):
    """Something is wrong with some events; `faults` has the first hundred."""

    def __init__(self, faults: list[Fault]):
        super().__init__(f"{len(faults)} faults")
        self.faults = faults[:MOST_ERRORS]


class AheadOfTime(Malformed):
    """All that is wrong is that events lie in the future: what the clocks will mend."""


@dataclass(frozen=True, slots=True)
class _Number:
    """A number that is no integer below 2^53, as it was written."""

    text: str


@dataclass(frozen=True, slots=True)
class _Wrong(Exception):
    field: str | None
    sentence: str
    is_clock: bool = False


def holds_key(text: str) -> bool:
    """Whether an API key stands in a text."""
    return _KEY.search(text) is not None


def read(body: bytes, request_id: str, now: datetime | None = None) -> list[dict[str, Any]]:
    """Return the events of a request as the database takes them.

    Raises `NotJson`, `Malformed`, or `AheadOfTime`. `request_id` is for those without their own.
    """
    clock = now or datetime.now(UTC)
    sent = _events(_parsed(body))
    events: list[dict[str, Any]] = []
    faults: list[Fault] = []
    is_clock = True
    may_hold_key = b"gd_" in body or b"\\u" in body
    for index, one in enumerate(sent):
        for wrong in _take(one, clock, may_hold_key, events):
            faults.append(Fault(index=index, field=wrong.field, sentence=wrong.sentence))
            is_clock = is_clock and wrong.is_clock
        if len(faults) >= MOST_ERRORS:
            break
    if faults:
        raise (AheadOfTime if is_clock else Malformed)(faults)
    for event in events:
        event.setdefault("request_id", request_id)
    return events


def _take(
    one: object, clock: datetime, may_hold_key: bool, events: list[dict[str, Any]]
) -> Iterator[_Wrong]:
    """Add an event, or say what is wrong with it."""
    if not isinstance(one, dict):
        yield _Wrong(None, "An event is a JSON object.")
        return
    try:
        Event.model_validate(one)
    except ValidationError as error:
        yield from _said(error)
        return
    event = {name: value for name, value in one.items() if value is not None}
    for name, mend in (("occurred_at", clock), ("data", None)):
        if name in event:
            try:
                event[name] = _instant(event[name], mend) if mend else _level(event[name], 1)
            except _Wrong as wrong:
                yield wrong
    for name in ("summary", "reason"):
        if name in event and _has_surrogate(event[name]):
            yield _Wrong(name, f'"{name}" holds half a character (a lone surrogate).')
    # What was found wrong above still stands as it came, with numbers that JSON does not know.
    if may_hold_key and holds_key(json.dumps(event, ensure_ascii=False, default=str)):
        yield _Wrong(
            None, "This event holds an API key. What is sealed stays; leave the key out of it."
        )
    events.append(event)


# The document


def _parsed(body: bytes) -> object:
    try:
        return json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_Number,
            parse_int=_integer,
            parse_constant=_no_constant,
        )
    except UnicodeDecodeError:
        raise NotJson("The body is not UTF-8.") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise NotJson(f"The body is not JSON: see {where}.") from None
    except RecursionError:
        raise NotJson("The body is nested too deep.") from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotJson("An object has two members of the same name.")
    return found


def _integer(text: str) -> int | _Number:
    if len(text) > 17:
        return _Number(text)
    number = int(text)
    return number if -_BIG < number < _BIG else _Number(text)


def _no_constant(text: str) -> object:
    raise NotJson(f"{text} is not JSON.")


def _events(document: object) -> list[object]:
    if not isinstance(document, list):
        return [document]
    if not 1 <= len(document) <= MOST_EVENTS:
        sentence = f"An array holds 1 to {MOST_EVENTS:,} events; this one holds {len(document):,}."
        raise Malformed([Fault(index=None, field=None, sentence=sentence)])
    return cast(list[object], document)


# One event


def _said(error: ValidationError) -> Iterator[_Wrong]:
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(fault["loc"][0]) if fault["loc"] else ""
        if fault["type"] == "missing":
            yield _Wrong(name, f'"{name}" is missing. {_rule(name)}')
        elif fault["type"] == "extra_forbidden":
            shown = name if _PLAIN_NAME.fullmatch(name) else None
            yield _Wrong(shown, f"An event has no such member. It has: {_MEMBERS}.")
        else:
            yield _Wrong(name, f'"{name}" cannot be taken. {_rule(name)}')


def _rule(name: str) -> str:
    return Event.model_fields[name].description or ""


def _instant(text: str, clock: datetime) -> str:
    """A time of RFC 3339 in UTC with six digits; a leap second is the second after it."""
    said = text.upper()
    is_leap = said[17:19] == "60"
    try:
        at = datetime.fromisoformat(f"{said[:17]}59{said[19:]}" if is_leap else said)
        at = at.astimezone(UTC) + timedelta(seconds=is_leap)
    except (ValueError, OverflowError):
        raise _Wrong(
            "occurred_at", f'"occurred_at" is no such day. {_rule("occurred_at")}'
        ) from None
    if at > clock + _AHEAD:
        sentence = f"The event lies {_span(at - clock)} in the future. Check the sender's clock."
        raise _Wrong("occurred_at", sentence, is_clock=True)
    return at.isoformat(timespec="microseconds")[:26] + "Z"


def _span(ahead: timedelta) -> str:
    minutes = round(ahead.total_seconds() / 60)
    for unit, size in (("day", 1440), ("hour", 60)):
        if minutes >= 2 * size:
            return f"{minutes // size:,} {unit}s"
    return f"{minutes} minutes"


def _level(value: object, depth: int) -> object:
    """The value with every number that cannot be sealed as such written as text."""
    if depth > MOST_DEPTH:
        raise _Wrong("data", f'"data" is deeper than {MOST_DEPTH} levels.')
    kind = type(value)
    if kind is str:
        _check_text(cast(str, value))
        return value
    if kind is int or kind is bool or value is None:
        return value
    if kind is _Number:
        return cast(_Number, value).text
    below = depth + 1
    if kind is list:
        return [_level(item, below) for item in cast(list[object], value)]
    return {_name(key): _level(item, below) for key, item in cast(dict[str, object], value).items()}


def _name(key: str) -> str:
    if not key.isascii() or "\0" in key:
        raise _Wrong("data", 'A name in "data" is not ASCII text.')
    return key


def _check_text(text: str) -> None:
    if "\0" in text:
        raise _Wrong("data", 'A text in "data" holds U+0000, which cannot be kept.')
    if _has_surrogate(text):
        raise _Wrong("data", 'A text in "data" holds half a character (a lone surrogate).')


def _has_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
