"""Errors of the intake as RFC 9457 documents; each says what happened and what to do.

No sentence shows what was sent: neither a key nor a value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from starlette.responses import Response

from govdesk.web.intake_models import MOST_BYTES, Fault, ProblemDocument

KIND: Final = "application/problem+json"
REALM: Final = 'Bearer realm="govdesk"'
_TYPES: Final = "urn:govdesk:problem:"
CROWDED_SECONDS: Final = 5
Reason = Literal["invalid", "expired", "revoked"]

_REASONS: Final[dict[Reason, str]] = {
    "invalid": "This is no key of this installation. Copy it again as a whole, without spaces.",
    "expired": "This key has expired. Generate a new one under System, Integration.",
    "revoked": "This key was revoked, suspended or replaced. Ask who manages the system's keys.",
}


def answer(
    status: int,
    name: str,
    title: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """One problem; `name` ends its type."""
    document = ProblemDocument(
        type=_TYPES + name, title=title, status=status, detail=detail, **more
    )
    return Response(
        document.model_dump_json(exclude_unset=True),
        status,
        dict(headers or {}),
        KIND,
    )


def no_key() -> Response:
    """401 without an error code, as RFC 6750 §3.1 asks where no key was sent."""
    return answer(
        401, "key", "A key is needed",
        "Send it as Authorization: Bearer gd_…; no other place is read.",
        {"WWW-Authenticate": REALM}, reason="invalid",
    )  # fmt: skip


def bad_key(reason: Reason) -> Response:
    """401 with the class of the reason and nothing more."""
    said = f'{REALM}, error="invalid_token", error_description="{reason}"'
    return answer(
        401, "key", "The key is not let in", _REASONS[reason], {"WWW-Authenticate": said},
        reason=reason,
    )  # fmt: skip


def no_scope(scope: str) -> Response:
    """403: a key that is right, for something else."""
    said = f'{REALM}, error="insufficient_scope", scope="{scope}"'
    return answer(
        403, "scope", "The key lacks a scope",
        f"This key does not have the scope {scope}. Generate one that has it.",
        {"WWW-Authenticate": said}, scope=scope,
    )  # fmt: skip


def too_many(seconds: int) -> Response:
    """429 for a key that sends too fast."""
    return answer(
        429, "too-many-requests", "Too many requests",
        f"This key sends too fast. Wait {seconds} s, and send several events in one request.",
        {"Retry-After": str(seconds)},
    )  # fmt: skip


def too_many_failures(seconds: int) -> Response:
    """429 for an address from which too many wrong keys came."""
    return answer(
        429, "too-many-keys", "Too many wrong keys",
        f"Too many keys from this address were not let in. Wait {seconds} s and check the key.",
        {"Retry-After": str(seconds)},
    )  # fmt: skip


def not_json(sentence: str) -> Response:
    """400: a body that cannot be read."""
    return answer(400, "not-json", "Not JSON", sentence)


def bad_header(sentence: str) -> Response:
    """400: a header that cannot be read."""
    return answer(400, "header", "A header cannot be read", sentence)


def incomplete() -> Response:
    """400: the sender went away, or sent less than it said."""
    return _closing(answer(400, "incomplete", "Incomplete", "The body did not come whole."))


def too_slow() -> Response:
    """408."""
    return _closing(answer(408, "too-slow", "Too slow", "The body came too slowly. Send it again."))


def too_large() -> Response:
    """413; what is left of the body is not read."""
    return _closing(
        answer(
            413, "too-large", "Too large",
            f"A request has at most {MOST_BYTES:,} bytes. Send the events in several.",
        )
    )  # fmt: skip


def wrong_kind() -> Response:
    """415 for another media type."""
    return _closing(
        answer(
            415, "media-type", "Not a form that is read",
            "Send JSON in UTF-8 with Content-Type: application/json.",
            {"Accept": "application/json"},
        )
    )  # fmt: skip


def wrong_coding() -> Response:
    """415 for a compressed body (RFC 9110 §15.5.16)."""
    return _closing(
        answer(
            415, "content-coding", "Compressed", "Send the body as it is, without compression.",
            {"Accept-Encoding": "identity"},
        )
    )  # fmt: skip


def malformed(faults: Sequence[Fault]) -> Response:
    """422: nothing was written; each fault with its event."""
    return answer(
        422, "malformed", "Events that cannot be taken",
        "Nothing was written. Mend what is listed and send the whole request again.",
        errors=list(faults),
    )  # fmt: skip


def ahead_of_time(faults: Sequence[Fault]) -> Response:
    """409: well-formed, but not yet true by the clock here."""
    return answer(
        409, "clock", "The clocks do not agree",
        "Nothing was written: events lie more than five minutes in the future.",
        errors=list(faults),
    )  # fmt: skip


def other_request() -> Response:
    """409: an Idempotency-Key that belongs to another body."""
    return answer(
        409, "idempotency-key", "This Idempotency-Key was used for something else",
        "Nothing was written. Use a new Idempotency-Key for each request that is not a repetition.",
    )  # fmt: skip


def unavailable(seconds: int) -> Response:
    """503: nobody can say whether it was written; a repetition with the same key is safe."""
    return answer(
        503, "unavailable", "The database does not answer",
        f"Send it again in {seconds} s with the same Idempotency-Key: nothing is written twice.",
        {"Retry-After": str(seconds)},
    )  # fmt: skip


def crowded() -> Response:
    """503: more connections than one process takes."""
    return _closing(
        answer(
            503, "crowded", "Too many at once",
            f"Nothing was used. Send it again in {CROWDED_SECONDS} s.",
            {"Retry-After": str(CROWDED_SECONDS)},
        )
    )  # fmt: skip


def broken() -> Response:
    """500: our own fault."""
    return answer(
        500, "broken", "Something went wrong here",
        "It is not your request. Send it again later with the same Idempotency-Key.",
    )  # fmt: skip


def not_found() -> Response:
    """404 below /v1/."""
    return answer(
        404, "not-found", "Nothing is here", "Events go to /v1/events; see /openapi.json."
    )


def wrong_method(allow: str) -> Response:
    """405."""
    return answer(405, "method", "Another method", f"Use {allow}.", {"Allow": allow})


def only_https() -> Response:
    """403: what came over plain HTTP is not used, and its key was seen on the way."""
    return answer(
        403, "https", "HTTPS only",
        "Nothing was used. A key that came over plain HTTP was readable on the way: rotate it.",
    )  # fmt: skip


def wrong_host() -> Response:
    """421."""
    return answer(421, "host", "Another host", "This host is not served here.")


def _closing(response: Response) -> Response:
    # What is left of the body must not be taken for another request.
    response.headers["Connection"] = "close"
    return response
