"""Webhooks of an organization that is not there, for the pictures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from govdesk.desktop.webhooks.reading import Found
from govdesk.services.changes import Change
from govdesk.services.nodes import Node
from govdesk.services.redelivery import Rehearsal
from govdesk.services.webhook_changes import Added
from govdesk.services.webhooks import Health, SecretVersion, SigningKey, Webhook, Worker

NOW: Final = datetime.now(UTC).replace(second=0, microsecond=0)
SYSTEM: Final = Node("5f0c3a52-8f6e-4c1c-9a55-0d3f6d1e3c01", "acme.claims", "system",
                     "Claims triage", "active")  # fmt: skip
_ID: Final = "9a1f3a52-8f6e-4c1c-9a55-0d3f6d1e3c{:02d}"
# Made up for the pictures; in the form of Standard Webhooks.
SECRET: Final = "whsec_" + "R292RGVzayBwaWN0dXJlcyBvbmx5LCBubyBzZWNyZXQ="
_GOOD: Final = Health(0, 0, 412, 3, NOW - timedelta(minutes=2), NOW - timedelta(hours=9),
                      "delivered", 204, None, 0, "closed", None, True, 84.0)  # fmt: skip


def _webhook(place: int, kind: str, description: str, url: str, **more: Any) -> Webhook:
    given: dict[str, Any] = {
        "node_path": "acme", "system_id": None, "system": None, "events": ("audit.row",),
        "alerts": False, "blocks": False, "format": "govdesk", "detail": "full", "headers": {},
        "settings": {}, "secret_refs": {}, "allow": (), "throttle": None, "status": "active",
        "disabled_reason": None, "disabled_at": None, "health": _GOOD,
    }  # fmt: skip
    return Webhook(
        id=_ID.format(place),
        kind=kind,
        description=description,
        url=url,
        created_at=NOW - timedelta(days=40 - place),
        created_by="user:ada@acme.example",
        version=place,
        **(given | more),
    )


def _claims() -> dict[str, Any]:
    return {"node_path": SYSTEM.node_path, "system_id": SYSTEM.id, "system": SYSTEM.name}


def webhooks() -> tuple[Webhook, ...]:
    """One of each state and of each kind."""
    bad = replace(_GOOD, last_outcome="tls", last_status=None, ok_24h=31, failed_24h=204,
                  last_success_at=NOW - timedelta(hours=7), last_failure_at=NOW)  # fmt: skip
    failing = replace(bad, pending=57, failing_since=NOW - timedelta(hours=6), failures=7)
    resting = replace(bad, last_outcome="timeout", pending=1_204, failures=23,
                      failing_since=NOW - timedelta(days=2), breaker="open",
                      breaker_until=NOW + timedelta(minutes=11))  # fmt: skip
    gone = replace(bad, last_outcome="gone", last_status=410, ok_24h=0, failed_24h=1, pending=3)
    return (
        _webhook(
            1, "webhook", "Security operations", "https://siem.acme.example/hooks/govdesk?team=4",
            events=("audit.row",), alerts=True, blocks=True, headers={"X-Source": "govdesk"},
            allow=("10.20.0.0/16:443",), throttle=600,
        ),
        _webhook(
            2, "splunk", "Splunk of the security team", "https://splunk.acme.example:8088",
            secret_refs={"token": "vault://siem/splunk#token"}, format="ocsf", health=failing,
            settings={"ack": "auto", "index": "governance"},
        ),
        _webhook(
            3, "syslog", "Log collector", "syslog+tls://logs.acme.example:6514",
            events=("member.*", "grant.*", "session.failed", "role.*"), health=resting,
            settings={"facility": "13", "app_name": "govdesk"},
        ),
        _webhook(
            4, "webhook", "Claims triage, incidents", "https://claims.acme.example/govdesk",
            events=("system.*", "x.claims.*"), detail="thin", **_claims(),
            health=replace(_GOOD, ok_24h=18, failed_24h=0),
        ),
        _webhook(
            5, "ntfy", "On call", "https://ntfy.acme.example/on-call-7f3k", events=(),
            alerts=True, blocks=True, health=Health(),
        ),
        _webhook(
            6, "webhook", "Old ticket system", "https://tickets.example.net/in", health=gone,
            status="disabled", disabled_reason="gone", disabled_at=NOW - timedelta(days=1),
        ),
        _webhook(
            7, "webhook", "Payments, new receiver", "https://pay.acme.example/hooks",
            events=("api_key.*", "decision.*"), health=replace(Health(), pending=12),
        ),
    )  # fmt: skip


def workers(silent: timedelta = timedelta(seconds=9)) -> tuple[Worker, ...]:
    """Two workers; `silent` is how long the later one has said nothing."""
    return (
        Worker("worker-1.acme.example", "1.4.0", NOW - silent, silent < timedelta(seconds=90)),
        Worker("worker-2.acme.example", "1.4.0", NOW - timedelta(days=3), False),
    )


def found(silent: timedelta = timedelta(seconds=9)) -> Found:
    """Everything that the page reads."""
    return Found(webhooks(), workers(silent))


def secrets() -> list[SecretVersion]:
    """A secret that was rotated this morning."""
    ends = NOW + timedelta(hours=21)
    return [
        SecretVersion(_ID.format(31), 3, "current", True, NOW - timedelta(hours=3),
                      "user:ada@acme.example", None),
        SecretVersion(_ID.format(30), 2, "previous", True, NOW - timedelta(days=200),
                      "user:ada@acme.example", ends),
    ]  # fmt: skip


def signing_keys() -> list[SigningKey]:
    """The key that signs, and the one before."""
    public = "whpk_" + 10 * "xYz4" + "abc="
    return [
        SigningKey(_ID.format(41), "2026-11-21-a", public, "current", True,
                   NOW - timedelta(days=1), None),
        SigningKey(_ID.format(40), "2026-03-02-a", public.swapcase(), "previous", True,
                   NOW - timedelta(days=260), NOW + timedelta(days=6)),
    ]  # fmt: skip


def added() -> Added:
    """The answer for a new webhook."""
    one = webhooks()[0]
    return Added(Change(one.id, True, 4711), one, SECRET)


MISSED: Final = Rehearsal(412, NOW - timedelta(days=1), NOW, 170)
