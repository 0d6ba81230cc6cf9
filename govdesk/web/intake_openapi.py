"""``/openapi.json``: OpenAPI 3.1, made of the forms that also check requests."""

from __future__ import annotations

import json
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from govdesk import __version__
from govdesk.services.snippets import INTAKE_PATH, first_event
from govdesk.web import intake_problems
from govdesk.web.intake_models import (
    IDEMPOTENCY_KEY,
    MOST_EVENTS,
    VALUE,
    Accepted,
    Event,
    Fault,
    ProblemDocument,
)

_REFERENCE: Final = "#/components/schemas/{model}"
_PROBLEMS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "400": ("The body is not JSON, or a header cannot be read.", ()),
    "401": ("The key is missing, or not let in; `reason` says why.", ("WWW-Authenticate",)),
    "403": ("The key lacks the scope events:write.", ()),
    "408": ("The body came too slowly.", ()),
    "409": (
        "The Idempotency-Key belongs to another body, or an event lies in the future. Nothing was"
        " written.",
        (),
    ),
    "413": ("More than 1 MiB.", ()),
    "415": ("Not JSON by its Content-Type, or compressed.", ()),
    "422": ("Some events cannot be taken; `errors` lists them. Nothing was written.", ()),
    "429": ("Too many requests of this key, or wrong keys from this address.", ("Retry-After",)),
    "503": (
        "The database does not answer, or there is no room for another connection. Repeat with the"
        " same Idempotency-Key.",
        ("Retry-After",),
    ),
}
_HEADERS: Final[dict[str, dict[str, Any]]] = {
    "WWW-Authenticate": {
        "description": "As RFC 6750 says.",
        "required": True,
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "In how many seconds to send it again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
}


def document(server: str) -> dict[str, Any]:
    """The whole document, for the pages at `server`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "GovDesk event intake",
            "version": __version__,
            "description": (
                "Systems send what happened to them; it becomes sealed rows of the organization's"
                " audit log. One API key belongs to one system."
            ),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server}],
        "security": [{"key": []}],
        "paths": {INTAKE_PATH: {"post": _operation()}},
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "gd_<environment>_<id>_<secret>_<checksum>",
                    "description": "An API key of the system, with the scope events:write.",
                }
            },
        },
    }


def text(server: str) -> str:
    """The document as JSON."""
    return json.dumps(document(server), ensure_ascii=False, indent=1) + "\n"


def _operation() -> dict[str, Any]:
    return {
        "operationId": "sendEvents",
        "summary": "Send one event, or up to 1,000",
        "description": (
            "All events of a request are sealed or none. 201 is sent after the database committed."
        ),
        "parameters": [_idempotency_key()],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _body(), "examples": _examples()}},
        },
        "responses": {"201": _accepted()} | {s: _problem(*facts) for s, facts in _PROBLEMS.items()},
    }


def _body() -> dict[str, Any]:
    one = {"$ref": _REFERENCE.format(model="Event")}
    many = {"type": "array", "items": one, "minItems": 1, "maxItems": MOST_EVENTS}
    return {"oneOf": [one, many]}


def _idempotency_key() -> dict[str, Any]:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": (
            "Your own name for this request, kept for 24 hours: a repetition gets the same answer"
            " and writes nothing (draft-ietf-httpapi-idempotency-key-header)."
        ),
        "schema": {"type": "string", "pattern": IDEMPOTENCY_KEY},
        "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
    }


def _examples() -> dict[str, Any]:
    alert = {
        "action": "system.alert",
        "severity": "high",
        "entity_type": "host",
        "entity_id": "web-3",
        "occurred_at": "2026-03-02T09:14:07Z",
        "summary": "Five failed sign-ins in a minute",
        "data": {"attempts": 5, "address": "192.0.2.17"},
    }
    block = {"action": "system.block", "summary": "The address was blocked", "reason": "Rule 12"}
    return {
        "one": {"summary": "One event", "value": first_event()},
        "several": {"summary": "Several events", "value": [alert, block]},
        "own": {"summary": "A name of your own", "value": {"action": "x.backup.failed"}},
    }


def _accepted() -> dict[str, Any]:
    replayed = {
        "description": "true if this is the answer to an earlier request of the same key.",
        "schema": {"type": "string", "enum": ["true"]},
    }
    schema = {"$ref": _REFERENCE.format(model="Accepted")}
    return {
        "description": "Every event is sealed.",
        "headers": {"Idempotency-Replayed": replayed},
        "content": {"application/json": {"schema": schema}},
    }


def _problem(description: str, headers: tuple[str, ...]) -> dict[str, Any]:
    schema = {"$ref": _REFERENCE.format(model="Problem")}
    return {
        "description": description,
        "headers": {name: _HEADERS[name] for name in headers},
        "content": {intake_problems.KIND: {"schema": schema}},
    }


def _schemas() -> dict[str, Any]:
    models = (Event, Accepted, Fault, ProblemDocument)
    _, found = models_json_schema(
        [(model, "validation") for model in models], ref_template=_REFERENCE
    )
    made: dict[str, Any] = found["$defs"]
    made["Problem"] = made.pop("ProblemDocument")
    return made | {"Value": VALUE}
