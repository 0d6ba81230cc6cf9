"""What the worker knows about one endpoint and one event while it delivers.

Whatever is or may be secret in here is left out of reprs, the address with its query too; neither
is written to a file or another process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from govdesk.delivery.signing import SigningKey
from govdesk.domain.webhooks import KindName

__all__ = ["Detail", "Endpoint", "Event", "Format", "KindName", "Origin", "SigningKey"]

Format = Literal["govdesk", "ocsf"]
Detail = Literal["full", "thin"]
Origin = Literal["event", "test", "new", "forged"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to deliver, how, and with what to sign: an endpoint with its secrets opened.

    `secrets` and `signing_keys` begin with the current one; those before it follow while they
    live. `throttle` is deliveries a minute. `token`, `client_certificate` and `client_key` (PEM)
    are what the references led to; empty where there is none. `allow` is what counts of the
    openings: with `is_ruled` as far as whoever runs the worker named them for this organization.
    `is_shared` is whether several organizations share the worker.
    """

    id: str
    tenant_id: str
    tenant_path: str
    kind: KindName
    url: str = field(repr=False)
    format: Format = "govdesk"
    detail: Detail = "full"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    settings: Mapping[str, str] = field(default_factory=dict)
    allow: tuple[str, ...] = ()
    throttle: int | None = None
    version: int = 1
    secrets: tuple[bytes, ...] = field(default=(), repr=False)
    signing_keys: tuple[SigningKey, ...] = field(default=(), repr=False)
    token: str = field(default="", repr=False)
    client_certificate: str = field(default="", repr=False)
    client_key: str = field(default="", repr=False)
    is_shared: bool = False
    is_ruled: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One message of an endpoint's stream, and which try of it this is.

    `type` is what the endpoint asked for: the action, or ``audit.row``. `row` holds the audit
    row's columns without diff, `diff` its canonical JSON; a test has neither. `system` is what the
    row's system is called now, for notices that people read: it may be renamed between two tries,
    so nothing that is signed says it. `at` is when the delivery was made: the same for every try.
    `number` counts the tries from 1.
    """

    type: str
    message_id: str
    stream_seq: int | None
    prev_id: str | None
    number: int
    origin: Origin
    row: Mapping[str, object] | None = field(repr=False)
    diff: str | None = field(repr=False)
    system: str | None
    at: datetime
