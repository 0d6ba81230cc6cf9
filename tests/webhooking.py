"""Webhooks in tests: added as a person would, opened as a worker would."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from govdesk.database.connection import Session
from govdesk.delivery.endpoint import Endpoint
from govdesk.delivery.signing import read_secret
from govdesk.services import webhook_changes
from govdesk.services.webhook_drafts import Draft
from govdesk.services.webhook_keys import EndpointOpener
from tests.doors import worker
from tests.people import Cast

URL = "https://siem.acme.example/in"


@dataclass(frozen=True)
class Hook:
    """A webhook with its secret as it was shown once."""

    id: str
    raw: bytes = field(repr=False)


def add_webhook(session: Session, description: str = "Event store", **more: Any) -> Hook:
    """Add one as a person does."""
    draft = Draft(**{"description": description, "url": URL, "events": ("audit.row",), **more})
    added = webhook_changes.add(session, draft)
    assert added.secret is not None
    return Hook(added.webhook.id, read_secret(added.secret))


def document(cast: Cast, which: str) -> dict[str, Any]:
    """What the database tells a worker of an endpoint."""
    row = (
        worker(cast).execute("SELECT govdesk_api.delivery_endpoint(%s::uuid)", (which,)).fetchone()
    )
    assert row is not None
    return dict(row[0])


def open_endpoint(cast: Cast, which: str, key_file: Path) -> Endpoint:
    """The endpoint with its secrets opened by the worker of this key file."""
    return EndpointOpener(key_file, {}).open(document(cast, which))
