"""Connections of an organization that is not there, for the pictures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from govdesk.services.integration_drafts import Status
from govdesk.services.integrations import Integration, Outcome
from govdesk.services.nodes import Node

NOW: Final = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
_ID: Final = "7c1f3a52-8f6e-4c1c-9a55-0d3f6d1e3c{:02d}"
NODE: Final = Node("5f0c3a52-8f6e-4c1c-9a55-0d3f6d1e3c01", "acme.claims", "system",
                   "Claims triage", "active")  # fmt: skip


def sample(
    place: int,
    kind: str,
    name: str,
    settings: dict[str, str],
    refs: dict[str, str] | None = None,
    *,
    sealed: bool = False,
    allow: tuple[str, ...] = (),
    status: Status = "active",
    ok: bool | None = True,
    detail: str = "",
) -> Integration:
    """One connection."""
    return Integration(
        id=_ID.format(place),
        node_path=NODE.node_path,
        kind=kind,
        name=name,
        settings=settings,
        secret_refs=refs or {},
        key_version=2 if sealed else None,
        allow=allow,
        status=status,
        created_at=NOW - timedelta(days=40 - place),
        created_by="user:ada@acme.example",
        tested_at=None if ok is None else NOW - timedelta(hours=place),
        test_ok=ok,
        test_detail=detail or None,
        test_ms=None if ok is None else 41 * (place + 1),
    )


def connections() -> list[Integration]:
    """Five connections: they answer, fail, rest, and were never tested."""
    return [
        sample(
            1, "smtp", "Mail",
            {"host": "mail.acme.example", "port": "587", "encryption": "starttls"},
            {"password": "env://SMTP_PASSWORD"}, sealed=True, detail=ANSWERED.detail,
        ),
        sample(
            2, "splunk", "Splunk of the security team",
            {"url": "https://splunk.acme.example:8088"}, {"token": "vault://soc/splunk#token"},
            ok=False, detail=FAILED.sentence,
        ),
        sample(
            3, "database", "Billing, read replica",
            {"host": "10.20.4.11", "port": "5432", "database": "billing", "encryption": "tls"},
            {"password": "awssm://billing/replica#password"}, sealed=True,
            allow=("10.20.0.0/16:5432",), status="disabled", ok=None,
        ),
        sample(
            4, "tsa", "Time stamps", {"url": "https://tsa.example.net/tsr"},
            detail="93.184.216.34:443 · TLS 1.3 · certificate valid for 61 more days",
        ),
        sample(
            5, "ntfy", "On call", {"url": "https://ntfy.acme.example"}, sealed=True, ok=None
        ),
    ]  # fmt: skip


ANSWERED: Final = Outcome(
    ok=True,
    sentence="The mail server answers and takes mail.",
    detail="203.0.113.25:587 · TLS 1.3 · certificate valid for 61 more days",
    ms=183,
)
FAILED: Final = Outcome(
    ok=False,
    sentence="The server's certificate ended on 1 November 2026. Renew it there, then test again.",
    detail="203.0.113.80:8088 · TLS 1.3",
    ms=94,
)
