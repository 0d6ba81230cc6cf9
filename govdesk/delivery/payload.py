"""What goes out: the bytes of an event, and the headers that are signed with them.

The bytes follow from the sealed row and the endpoint's settings alone, so every try of a delivery
sends the same: nothing that may be renamed or upgraded between two tries stands in them. Nothing
here is kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, cast

from govdesk.delivery import signing
from govdesk.delivery.endpoint import Endpoint, Event
from govdesk.domain.ocsf import PERSONAL, ocsf_event
from govdesk.domain.problem import Problem
from govdesk.domain.webhook_checks import is_forbidden_header

Json = dict[str, Any]

MOST_BYTES: Final = 20_000
"""A longer body loses its diff, then its summary (Standard Webhooks 1.0.0: keep below 20 kB)."""

CONTENT_TYPE: Final = "application/json"
TEST_TYPE: Final = "webhook.test"

_CUTS: Final[tuple[tuple[str, ...], ...]] = ((), ("diff",), ("diff", "summary"))
_CLEAR: Final = (
    "action", "seq", "severity", "entity_type", "entity_id", "system_id", "request_id",
    "occurred_at", "tenant_path", "leaf_hash",
)  # fmt: skip
TEST_WORDS: Final = "This is a test from GovDesk. Nothing happened, and nothing needs to be done."
_WORDS: Final = {
    "test": TEST_WORDS,
    "new": (
        "This is a check from GovDesk, signed with the newest secret only. A receiver that knows"
        " the newest secret accepts it."
    ),
    "forged": (
        "This is a check from GovDesk with a wrong signature. A receiver that verifies signatures"
        " refuses it."
    ),
}


def body(
    endpoint: Endpoint,
    event: Event,
    most: int = MOST_BYTES,
    form: Callable[[bytes], bytes] = bytes,
) -> bytes:
    """The bytes to send: UTF-8, keys in order, no blanks; the same for every try.

    Beyond `most` bytes it is cut as far as it can be, which is not below some 8 kB in the worst
    case: a reason of 2,000 characters stays. `form` wraps it; `most` counts what that adds.
    """
    for cut in _CUTS:
        data = form(encoded(document(endpoint, event, cut)))
        if len(data) <= most:
            break
    return data


def encoded(value: Json) -> bytes:
    """JSON in the one form that is sent."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def document(endpoint: Endpoint, event: Event, cut: Iterable[str] = ()) -> Json:
    """What the body says, without the fields named by `cut`, which it then names itself."""
    if event.row is None:
        return _test(endpoint, event)
    row = _row(event.row)
    diff = None if event.diff is None else _parsed(event.diff)
    lost = [name for name in cut if (diff if name == "diff" else row.get(name)) is not None]
    row = {name: value for name, value in row.items() if name not in lost}
    diff = None if "diff" in lost else diff
    if endpoint.detail == "thin":
        row = {name: value for name, value in row.items() if name not in PERSONAL}
        diff, lost = None, []
    if endpoint.format == "ocsf":
        return _ocsf(endpoint, event, row, diff, lost)
    said: Json = {
        "type": event.type,
        "timestamp": row.get("at"),
        "data": _data(endpoint, event, row, diff, lost),
        "stream": _stream(endpoint, event),
    }
    return {**said, "cut": lost} if lost else said


def _data(endpoint: Endpoint, event: Event, row: Json, diff: object, lost: list[str]) -> Json:
    names = _CLEAR if endpoint.detail == "thin" else (*_CLEAR, *PERSONAL)
    found = {name: row.get(name) for name in names if name not in lost}
    if endpoint.detail == "full" and "diff" not in lost:
        found["diff"] = diff
    return found


def _ocsf(endpoint: Endpoint, event: Event, row: Json, diff: object, lost: list[str]) -> Json:
    more: Json = {"stream": _stream(endpoint, event)}
    if lost:
        more["cut"] = lost
    said = ocsf_event(row, diff, more=more)
    if lost:
        said["metadata"]["is_truncated"] = True
    return said


def _stream(endpoint: Endpoint, event: Event) -> Json:
    return {"id": endpoint.id, "seq": event.stream_seq, "prev_id": event.prev_id}


def _test(endpoint: Endpoint, event: Event) -> Json:
    at, words = _instant(event.at), _WORDS.get(event.origin, TEST_WORDS)
    if endpoint.format == "ocsf":
        row = {"action": TEST_TYPE, "at": at, "severity": "info", "summary": words,
               "entity_type": "webhook", "entity_id": endpoint.id, "tenant_path":
               endpoint.tenant_path}  # fmt: skip
        more = {"stream": _stream(endpoint, event), "origin": event.origin}
        return ocsf_event(row, more=more)
    return {
        "type": TEST_TYPE,
        "timestamp": at,
        "data": {
            "action": TEST_TYPE,
            "origin": event.origin,
            "message": words,
            "tenant_path": endpoint.tenant_path,
        },
        "stream": _stream(endpoint, event),
    }


def _row(row: Mapping[str, object]) -> Json:
    """The columns as the contract writes them, whatever the database's own spelling."""
    found: Json = dict(row)
    for name in ("at", "occurred_at"):
        if found.get(name) is not None:
            found[name] = _instant(found[name])
    if found.get("leaf_hash") is not None:
        found["leaf_hash"] = str(found["leaf_hash"]).removeprefix("\\x")
    if found.get("ip") is not None:
        found["ip"] = str(found["ip"]).partition("/")[0]
    return found


def _instant(value: object) -> str:
    """RFC 3339 in UTC with microseconds; an unreadable time of a source's stays as it is."""
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        whole = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return str(value)
    # Not strftime: whether its %Y has four digits before the year 1000 is the system's affair.
    return whole.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _parsed(diff: str) -> object:
    return cast(object, json.loads(diff))


def headers(
    endpoint: Endpoint, event: Event, body: bytes, now: float, probe: str | None = None
) -> list[tuple[str, str]]:
    """The headers of one try, signed; `now` is seconds since 1970, the time of the try.

    `probe` is ``new`` (newest secret and current key only), ``forged`` (signatures that nothing
    makes) or None: then the event's origin decides. Raises `Problem` for an endpoint of a kind
    that is signed and has no secret.
    """
    timestamp = int(now)
    message = signing.signed_bytes(event.message_id, timestamp, body)
    ours = [
        ("content-type", CONTENT_TYPE),
        ("webhook-id", event.message_id),
        ("webhook-timestamp", str(timestamp)),
        ("webhook-signature", _signatures(endpoint, message, probe or event.origin)),
        ("govdesk-event", TEST_TYPE if event.row is None else event.type),
    ]
    if request := _request_id(event):
        ours.append(("govdesk-request-id", request))
    return [*ours, *custom_headers(endpoint)]


def _signatures(endpoint: Endpoint, message: bytes, probe: str) -> str:
    if not endpoint.secrets:
        raise Problem("This webhook has no secret, so nothing can be signed.", "Give it one.")
    if probe == "forged":
        return signing.forged_header(message, with_key=bool(endpoint.signing_keys))
    if probe == "new":
        return signing.signature_header(message, endpoint.secrets[:1], endpoint.signing_keys[:1])
    return signing.signature_header(message, endpoint.secrets, endpoint.signing_keys)


def _request_id(event: Event) -> str:
    """As a header can carry it (RFC 9110 §5.5); whoever sends an event in chooses it."""
    found = "" if event.row is None else str(event.row.get("request_id") or "").strip()
    return found if found.isascii() and found.isprintable() else ""


def custom_headers(endpoint: Endpoint, ours: Container[str] = frozenset()) -> list[tuple[str, str]]:
    """The headers that somebody entered, without `ours`: names in lower case.

    Names of our own are refused when they are entered; here they are left out once more.
    """
    return [
        (name, value)
        for name, value in endpoint.headers.items()
        if not is_forbidden_header(name) and name.lower() not in ours
    ]
