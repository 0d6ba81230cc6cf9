"""Rows of the log for webhooks, their secrets and signing keys; see capture_cases."""

from __future__ import annotations

from tests.database.capture_case import HIDDEN, SOME, TENANT, Case, moved, new
from tests.database.capture_cases_keys import ADD_VAULT

_CLAIMS = "(SELECT id FROM govdesk.node WHERE node_path = 'acme.claims')"
_WEBHOOK = "(SELECT id FROM govdesk.webhook)"
_SECRET = "(SELECT id FROM govdesk.webhook_secret WHERE version = 1)"
_KEY = "(SELECT id FROM govdesk.webhook_signing_key)"
SECRET_ID = "00000000-0000-4000-8000-000000000002"
KEY_ID = "00000000-0000-4000-8000-000000000003"
_INBOX = "substr(sha512('a') || sha512('b'), 1, 80)"
_ENVELOPE = "'\\x474445310100000001'::bytea || sha512('e')"

ADD_WEBHOOK = (
    "INSERT INTO govdesk.webhook (tenant_id, tenant_path, node_path, system_id, description, url,"
    " events, alerts, headers, settings, secret_refs, allow, throttle, created_by)"
    f" VALUES ({TENANT}, 'acme', 'acme.claims', {_CLAIMS}, 'SIEM', 'https://siem.example/',"
    ' \'{member.*}\', true, \'{"X-Source": "acme"}\', \'{"ca": "c"}\','
    " '{\"token\": \"env://TOKEN\"}', '{10.0.0.0/8:443}', 60, '')"
)


def add_secret(version: int, row: str = SECRET_ID) -> str:
    """A secret that still lies in its inbox."""
    return (
        "INSERT INTO govdesk.webhook_secret (id, tenant_id, tenant_path, node_path, webhook_id,"
        f" version, inbox, created_by) VALUES ('{row}', {TENANT}, 'acme', 'acme.claims',"
        f" {_WEBHOOK}, {version}, {_INBOX}, 'somebody')"
    )


ADD_KEY = (
    "INSERT INTO govdesk.webhook_signing_key (id, tenant_id, tenant_path, kid, public_key, inbox)"
    f" VALUES ('{KEY_ID}', {TENANT}, 'acme', '0123456789abcdef', sha256('p'), {_INBOX})"
)
_NEW_SECRET = {
    "created_at": SOME,
    "created_by": "somebody",
    "id": SOME,
    "inbox": HIDDEN,
    "node_path": "acme.claims",
    "status": "current",
    "webhook_id": SOME,
}
_RESEAL = f"inbox = NULL, sealed = {_ENVELOPE}, key_version = 1"
_END = "'2098-06-01T00:00:00Z'"


def _webhook(action: str, severity: str, summary: str, change: str, **columns: object) -> Case:
    return Case(
        "webhook",
        "update",
        f"webhook.{action}",
        severity,
        "webhook",
        _WEBHOOK,
        summary,
        f"UPDATE govdesk.webhook SET {change}",
        moved(**columns),  # type: ignore[arg-type]
        before=(ADD_WEBHOOK,),
        system=_CLAIMS,
    )


def _secret(action: str, severity: str, summary: str, change: str, **columns: object) -> Case:
    return Case(
        "webhook_secret",
        "update",
        f"webhook.{action}",
        severity,
        "webhook_secret",
        _SECRET,
        summary,
        f"UPDATE govdesk.webhook_secret SET {change}",
        moved(**columns),  # type: ignore[arg-type]
        before=(ADD_VAULT, ADD_WEBHOOK, add_secret(1)),
        system=_CLAIMS,
    )


def _key(action: str, severity: str, summary: str, change: str, **columns: object) -> Case:
    return Case(
        "webhook_signing_key",
        "update",
        f"signing_key.{action}",
        severity,
        "signing_key",
        _KEY,
        summary,
        f"UPDATE govdesk.webhook_signing_key SET {change}",
        moved(**columns),  # type: ignore[arg-type]
        before=(ADD_VAULT, ADD_KEY),
    )


CASES: tuple[Case, ...] = (
    Case(
        "webhook",
        "insert",
        "webhook.created",
        "notice",
        "webhook",
        _WEBHOOK,
        "added the webhook SIEM",
        ADD_WEBHOOK,
        new(
            alerts=True,
            allow=["10.0.0.0/8:443"],
            blocks=False,
            created_at=SOME,
            created_by=SOME,
            description="SIEM",
            detail="full",
            disabled_at=None,
            disabled_reason=None,
            events=["member.*"],
            format="govdesk",
            headers={"X-Source": "acme"},
            id=SOME,
            kind="webhook",
            node_path="acme.claims",
            secret_refs={"token": "env://TOKEN"},
            settings={"ca": "c"},
            status="active",
            system_id=SOME,
            throttle=60,
            url="https://siem.example/",
        ),
        system=_CLAIMS,
    ),
    _webhook(
        "changed",
        "notice",
        "changed the webhook Logs",
        "description = 'Logs', events = '{audit.row}'",
        description=("SIEM", "Logs"),
        events=(["member.*"], ["audit.row"]),
    ),
    _webhook(
        "disabled",
        "warning",
        "disabled the webhook SIEM",
        "status = 'disabled', disabled_reason = 'gone'",
        status=("active", "disabled"),
        disabled_reason=(None, "gone"),
        disabled_at=(None, SOME),
    ),
    _webhook(
        "deleted",
        "warning",
        "deleted the webhook SIEM",
        "status = 'deleted', disabled_reason = 'person'",
        status=("active", "deleted"),
        disabled_reason=(None, "person"),
        disabled_at=(None, SOME),
    ),
    Case(
        "webhook",
        "update",
        "webhook.resumed",
        "notice",
        "webhook",
        _WEBHOOK,
        "resumed the webhook SIEM",
        "UPDATE govdesk.webhook SET status = 'active'",
        moved(
            status=("disabled", "active"),
            disabled_reason=("gone", None),
            disabled_at=(SOME, None),
        ),
        before=(
            ADD_WEBHOOK,
            "UPDATE govdesk.webhook SET status = 'disabled', disabled_reason = 'gone'",
        ),
        system=_CLAIMS,
    ),
    Case(
        "webhook_secret",
        "insert",
        "webhook.secret_created",
        "notice",
        "webhook_secret",
        _SECRET,
        "gave a webhook its secret",
        add_secret(1),
        new(**_NEW_SECRET, version=1, ends_at=None, key_version=None, sealed=None),
        before=(ADD_WEBHOOK,),
        system=_CLAIMS,
    ),
    Case(
        "webhook_secret",
        "insert",
        "webhook.secret_rotated",
        "notice",
        "webhook_secret",
        "(SELECT id FROM govdesk.webhook_secret)",
        "rotated a webhook's secret",
        add_secret(2),
        new(**_NEW_SECRET, version=2, ends_at=None, key_version=None, sealed=None),
        before=(ADD_WEBHOOK,),
        system=_CLAIMS,
    ),
    _secret(
        "secret_ending",
        "info",
        "A webhook's secret before ends 2098-06-01 00:00:00+00",
        f"status = 'previous', ends_at = {_END}",
        status=("current", "previous"),
        ends_at=(None, "2098-06-01T00:00:00.000000Z"),
    ),
    _secret(
        "secret_retired",
        "notice",
        "A webhook's secret ended",
        "status = 'retired', inbox = NULL",
        status=("current", "retired"),
        inbox=(HIDDEN, None),
    ),
    _secret(
        "resealed",
        "info",
        "sealed a webhook's secret",
        _RESEAL,
        inbox=(HIDDEN, None),
        sealed=(None, HIDDEN),
        key_version=(None, 1),
    ),
    Case(
        "webhook_signing_key",
        "insert",
        "signing_key.created",
        "notice",
        "signing_key",
        _KEY,
        "made the signing key 0123456789abcdef",
        ADD_KEY,
        new(
            created_at=SOME,
            ends_at=None,
            grace_days=None,
            id=SOME,
            inbox=HIDDEN,
            key_version=None,
            kid="0123456789abcdef",
            public_key=HIDDEN,
            sealed=None,
            status="current",
        ),
    ),
    _key(
        "changed",
        "notice",
        "The key 0123456789abcdef signs beside its successor",
        f"status = 'previous', ends_at = {_END}",
        status=("current", "previous"),
        ends_at=(None, "2098-06-01T00:00:00.000000Z"),
    ),
    _key(
        "retired",
        "notice",
        "The signing key 0123456789abcdef ended",
        "status = 'retired', inbox = NULL",
        status=("current", "retired"),
        inbox=(HIDDEN, None),
    ),
    _key(
        "rotated",
        "notice",
        "asked for a new signing key",
        "grace_days = 7",
        grace_days=(None, 7),
    ),
    _key(
        "resealed",
        "info",
        "sealed the signing key 0123456789abcdef",
        _RESEAL,
        inbox=(HIDDEN, None),
        sealed=(None, HIDDEN),
        key_version=(None, 1),
    ),
)

NO_OPS = {
    "webhook": "UPDATE govdesk.webhook SET throttle = throttle",
    "webhook_secret": "UPDATE govdesk.webhook_secret SET status = status",
    "webhook_signing_key": "UPDATE govdesk.webhook_signing_key SET status = status",
}

OBSERVED = {"webhook.version": "UPDATE govdesk.webhook SET version = version + 1"}

ROWS = (ADD_WEBHOOK, add_secret(1), ADD_KEY)
"""One row of each table, for what must be refused or must change nothing."""
