"""The forms on the wire, once: they check requests, and ``/openapi.json`` is made of them."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

MOST_EVENTS: Final = 1_000
MOST_BYTES: Final = 1024 * 1024
MOST_DEPTH: Final = 30
"""Levels of `data`; two more are above it where it is sealed (docs/spec/leaf-v1.md §3)."""
AHEAD_SECONDS: Final = 300
MOST_ERRORS: Final = 100

CLEAR: Final = r"^[ !#-\[\]-~]{1,128}$"
TEXT: Final = r"^[^\u0000]*$"
INSTANT: Final = (
    r"^[1-9][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]{1,12})?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$"
)
IDEMPOTENCY_KEY: Final = r'^(?:[!#-\[\]-~]{1,128}|"[!#-\[\]-~]{1,128}")$'

_DATA: Final[dict[str, Any]] = {
    "type": "object",
    "propertyNames": {"pattern": r"^[\u0001-\u007f]*$"},
    "additionalProperties": {"$ref": "#/components/schemas/Value"},
}
VALUE: Final[dict[str, Any]] = {
    "description": (
        "Any JSON value, at most 30 levels deep. A number that is not an integer below 2^53 is "
        "kept as its text."
    ),
    "anyOf": [
        {"type": ["null", "boolean", "number"]},
        {"type": "string", "pattern": TEXT},
        {"type": "array", "items": {"$ref": "#/components/schemas/Value"}},
        _DATA,
    ],
}


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Event(_Form):
    """What happened in a system. Who sent it, and when it was sealed, the event cannot say."""

    action: Annotated[
        str,
        Field(
            pattern=r"^(?:system\.alert|system\.block|system\.event|x(?:\.[a-z][a-z0-9_]*)+)$",
            max_length=128,
            description="system.alert, system.block, system.event, or a name of your own below x.,"
            " such as x.backup.failed.",
            examples=["system.alert"],
        ),
    ]
    severity: Literal["info", "notice", "warning", "high"] | None = Field(
        None, description="info, notice, warning or high; without it what the action implies."
    )
    entity_type: (
        Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$", examples=["host"])] | None
    ) = Field(
        None,
        description="What kind of thing it is about: up to 63 lower-case letters, digits and"
        " underscores, beginning with a letter.",
    )
    entity_id: Annotated[str, Field(pattern=CLEAR, examples=["web-3"])] | None = Field(
        None,
        description="Which one: up to 128 printable ASCII characters without quotes and"
        " backslashes. It can never be erased, so no name and no address of a person.",
    )
    occurred_at: (
        Annotated[
            str,
            Field(pattern=INSTANT, examples=["2026-03-02T09:14:07Z"]),
            WithJsonSchema({"type": "string", "format": "date-time", "pattern": INSTANT}),
        ]
        | None
    ) = Field(
        None,
        description="When it happened, by the sender's clock: RFC 3339 with an offset or Z. Long"
        " past is accepted, more than five minutes ahead is not.",
    )
    summary: Annotated[str, Field(pattern=TEXT, min_length=1, max_length=1000)] | None = Field(
        None,
        description="One sentence, 1 to 1,000 characters.",
        examples=["Five failed sign-ins in a minute"],
    )
    data: Annotated[dict[str, Any], WithJsonSchema(_DATA)] | None = Field(
        None,
        description="Facts, as a JSON object with ASCII names, at most 30 levels deep.",
        examples=[{"attempts": 5, "address": "192.0.2.17"}],
    )
    reason: Annotated[str, Field(pattern=TEXT, max_length=2000)] | None = Field(
        None, description="Why, in up to 2,000 characters."
    )
    request_id: Annotated[str, Field(pattern=CLEAR)] | None = Field(
        None,
        description="Your name for what caused it: up to 128 printable ASCII characters without"
        " quotes and backslashes; without it the request_id of the answer.",
    )


class Accepted(_Form):
    """Every event of the request is sealed. Sent after the database committed, never before."""

    accepted: int = Field(ge=1, le=MOST_EVENTS, description="How many events.", examples=[1])
    request_id: str = Field(
        description="Finds them in the timeline (request:…), unless they brought their own.",
        examples=["5f0d0c1e-6f5c-4f0e-9d0b-0b7d3c0a4c11"],
    )


class Fault(_Form):
    """What is wrong with one event."""

    index: int | None = Field(description="Which event, from 0; null for the request as a whole.")
    field: str | None = Field(description="Which member of it; null for the event as a whole.")
    sentence: str = Field(description="What is wrong, and what would be right.")


class ProblemDocument(BaseModel):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(extra="forbid", title="Problem")

    type: str = Field(description="Names the kind of problem.", examples=["urn:govdesk:problem:x"])
    title: str = Field(description="The kind of problem in words.")
    status: int = Field(ge=400, le=599, description="The status code.")
    detail: str = Field(description="What happened this time, and what to do.")
    reason: Literal["invalid", "expired", "revoked"] | None = Field(
        None, description="With 401: why the key is not let in."
    )
    scope: str | None = Field(None, description="With 403: the scope that the key lacks.")
    errors: list[Fault] | None = Field(
        None, description="With 422 and 409: what is wrong with which event; the first 100."
    )
