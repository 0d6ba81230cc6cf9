"""The offline verifier kit of one delivery: its body built anew from the sealed row, as it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from govdesk.database import delivery_log as stored
from govdesk.database.connection import Session
from govdesk.delivery import payload, signing
from govdesk.delivery.endpoint import Endpoint, Event
from govdesk.delivery.kit import Delivery as Sent
from govdesk.delivery.kit import write_kit
from govdesk.domain.problem import Problem
from govdesk.domain.webhooks import OUTCOME_BY_NAME
from govdesk.services import deliveries, webhooks
from govdesk.services.deliveries import Attempt, Delivery
from govdesk.services.webhooks import Webhook


def kit(session: Session, delivery_id: str, path: Path, *, overwrite: bool = False) -> Path:
    """Write the kit of a delivery's last try and return its path.

    Raises `Problem` where the file exists (exit code 2), nothing was sent yet, the receiver takes
    no signatures, this person may not see the event (exit code 4), or no key confirms it.
    """
    if path.exists() and not overwrite:
        raise Problem(f"{path} exists already.", "Choose another name, or replace it.", exit_code=2)
    found = deliveries.find(session, delivery_id)
    one = _webhook(session, found)
    attempt = _last(session, found)
    headers = _headers(attempt.request or {})
    body = _body(session, one, found, attempt)
    keys = [
        signing.jwk(key.kid, signing.read_public(key.public), key.created_at, key.ends_at)
        for key in webhooks.signing_keys(session)
    ]
    outcome = OUTCOME_BY_NAME[attempt.outcome].title if attempt.outcome in OUTCOME_BY_NAME else ""
    sent = Sent(body, headers, keys, session.tenant_path, one.description, one.url, outcome)
    write_kit(path, sent)
    return path


def _webhook(session: Session, found: Delivery) -> Webhook:
    every = webhooks.list_webhooks(session)
    one = next((w for w in every if w.id == found.webhook_id), None)
    if one is None:
        raise Problem("The webhook of this delivery was deleted.", "Nothing is made of it.")
    if not one.needs_secret:
        raise Problem(
            "Only deliveries of kind webhook are signed.", "Choose one of those.", exit_code=2
        )
    return one


def _last(session: Session, found: Delivery) -> Attempt:
    sent = [one for one in deliveries.attempts_of(session, found.id) if one.request]
    if not sent:
        raise Problem(
            "Nothing of this delivery was sent yet, so there is nothing to check.",
            "Wait for its first try.",
            exit_code=3,
        )
    return sent[-1]


def _headers(request: Mapping[str, Any]) -> dict[str, str]:
    headers = request.get("headers") or []
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return {str(name): str(value) for name, value in pairs}


def _body(session: Session, one: Webhook, found: Delivery, attempt: Attempt) -> bytes:
    if attempt.request and isinstance(attempt.request.get("body"), str):
        return str(attempt.request["body"]).encode()
    with session.reading() as connection:
        row = None if found.seq is None else stored.sealed_row(connection, found.seq)
    if row is None:
        raise Problem(
            "You may not see the event of this delivery, so its body cannot be built.",
            "Ask somebody who sees it in the audit log.",
            exit_code=4,
        )
    columns, diff, system = row
    return payload.body(
        _endpoint(session, one),
        Event(
            found.event, found.message_id, found.stream_seq, found.prev_id, attempt.number,
            cast(Any, found.origin), json.loads(columns), diff, system, found.created_at,
        ),
    )  # fmt: skip


def _endpoint(session: Session, one: Webhook) -> Endpoint:
    """The endpoint without a secret: a body needs none."""
    return Endpoint(
        one.id, str(session.tenant_id), session.tenant_path, cast(Any, one.kind), one.url,
        cast(Any, one.format), cast(Any, one.detail),
    )  # fmt: skip
