"""Webhooks, their secrets and signing keys."""

from __future__ import annotations

from typing import Final

from govdesk.domain.captured_table import ROW, CapturedTable, Rule, became

TABLES: Final[tuple[CapturedTable, ...]] = (
    CapturedTable(
        "govdesk",
        "webhook",
        {
            "id": "uuid",
            "node_path": "path",
            "system_id": "uuid",
            "kind": "text",
            "description": "text",
            "url": "text",
            "events": "texts",
            "alerts": "bool",
            "blocks": "bool",
            "format": "text",
            "detail": "text",
            "headers": "json",
            "settings": "json",
            "secret_refs": "json",
            "allow": "texts",
            "throttle": "int",
            "status": "text",
            "disabled_reason": "text",
            "disabled_at": "time",
            "created_by": "text",
            **ROW,
        },
        (
            Rule("insert", "webhook.created"),
            Rule("update", "webhook.deleted", became("deleted")),
            Rule("update", "webhook.disabled", became("disabled")),
            Rule("update", "webhook.resumed", became("active")),
            Rule("update", "webhook.changed"),
        ),
        node_path="{row}.node_path",
        observed={"version": "counts changes for the workers' caches"},
    ),
    CapturedTable(
        "govdesk",
        "webhook_secret",
        {
            "id": "uuid",
            "node_path": "path",
            "webhook_id": "uuid",
            "version": "int",
            "status": "text",
            "inbox": "secret",
            "sealed": "secret",
            "key_version": "int",
            "created_by": "text",
            "ends_at": "time",
            **ROW,
        },
        (
            Rule("insert", "webhook.secret_rotated", "n.version > 1"),
            Rule("insert", "webhook.secret_created"),
            Rule("update", "webhook.secret_retired", became("retired")),
            Rule("update", "webhook.secret_ending", became("previous")),
            Rule("update", "webhook.resealed"),
        ),
        node_path="{row}.node_path",
    ),
    CapturedTable(
        "govdesk",
        "webhook_signing_key",
        {
            "id": "uuid",
            "kid": "text",
            "public_key": "secret",
            "status": "text",
            "grace_days": "int",
            "inbox": "secret",
            "sealed": "secret",
            "key_version": "int",
            "ends_at": "time",
            **ROW,
        },
        (
            Rule("insert", "signing_key.created"),
            Rule("update", "signing_key.retired", became("retired")),
            Rule("update", "signing_key.changed", became("previous")),
            Rule("update", "signing_key.rotated", "n.grace_days IS DISTINCT FROM o.grace_days"),
            Rule("update", "signing_key.resealed"),
        ),
    ),
)
