"""API keys, the vault, and connections to other services."""

from __future__ import annotations

from typing import Final

from govdesk.domain.captured_table import ROW, CapturedTable, Rule, became

TABLES: Final[tuple[CapturedTable, ...]] = (
    CapturedTable(
        "govdesk",
        "api_key",
        {
            "id": "uuid",
            "node_path": "path",
            "system_id": "uuid",
            "key_id": "text",
            "environment": "text",
            "owner_label": "text",
            "scopes": "texts",
            "status": "text",
            "family": "uuid",
            "replaces": "uuid",
            "grace_days": "int",
            "created_by": "text",
            "expires_at": "time",
            "first_used_at": "time",
            "ends_at": "time",
            "stale_at": "time",
            "reactivated_at": "time",
            "ended_at": "time",
            **ROW,
        },
        (
            Rule("insert", "api_key.created"),
            Rule("update", "api_key.rotated", became("rotated") + " AND o.status = 'active'"),
            Rule("update", "api_key.revoked", became("revoked")),
            Rule("update", "api_key.expired", became("expired")),
            Rule("update", "api_key.suspended", became("suspended")),
            Rule("update", "api_key.reactivated", "n.status IS DISTINCT FROM o.status"),
            Rule(
                "update", "api_key.first_used", "n.first_used_at IS DISTINCT FROM o.first_used_at"
            ),
            Rule("update", "api_key.ending", "n.ends_at IS DISTINCT FROM o.ends_at"),
            Rule("update", "api_key.stale", "n.stale_at IS NOT NULL AND o.stale_at IS NULL"),
            Rule("update", "api_key.changed"),
        ),
        node_path="{row}.node_path",
        observed={"prefix": "made of environment and key_id"},
    ),
    CapturedTable(
        "govdesk",
        "key_scope",
        {"id": "uuid", "name": "text", "description": "text", "status": "text", **ROW},
        (
            Rule("insert", "key_scope.created"),
            Rule("update", "key_scope.retired", became("retired")),
            Rule("update", "key_scope.changed"),
        ),
    ),
    CapturedTable(
        "govdesk",
        "key_policy",
        {
            "id": "uuid",
            "warn_days": "int",
            "suspend_days": "int",
            "revoke_days": "int",
            "max_days": "int",
            "expiring_days": "int",
        },
        (Rule("insert", "key_policy.set"), Rule("update", "key_policy.changed")),
    ),
    CapturedTable(
        "govdesk",
        "pepper",
        {
            "id": "uuid",
            "version": "int",
            "fingerprint": "text",
            "status": "text",
            "retired_at": "time",
            **ROW,
        },
        (
            Rule("insert", "pepper.registered"),
            Rule("update", "pepper.retired", became("retired")),
            Rule("update", "pepper.rotated"),
        ),
    ),
    CapturedTable(
        "govdesk",
        "vault_key",
        {
            "id": "uuid",
            "version": "int",
            "provider": "text",
            "key_ref": "text",
            "commitment": "secret",
            "status": "text",
            "retired_at": "time",
            **ROW,
        },
        (
            Rule("insert", "vault.key_created"),
            Rule("update", "vault.key_retired", became("retired")),
            Rule("update", "vault.key_rotated"),
        ),
    ),
    CapturedTable(
        "govdesk_private",
        "vault_copy",
        {
            "id": "uuid",
            "version": "int",
            "member_id": "uuid",
            "public_key": "secret",
            "sealed": "secret",
            **ROW,
        },
        (Rule("insert", "vault.key_shared"), Rule("update", "vault.key_shared")),
    ),
    CapturedTable(
        "govdesk_private",
        "person_key",
        {
            "id": "uuid",
            "person_id": "uuid",
            "public_key": "secret",
            "wrapped": "secret",
            **ROW,
        },
        (
            Rule("insert", "vault_identity.created"),
            Rule(
                "update",
                "vault_identity.replaced",
                "n.public_key IS DISTINCT FROM o.public_key",
            ),
            Rule("update", "vault_identity.rewrapped"),
        ),
        entity_id="{row}.person_id",
        key="person_id",
        tenant=False,
    ),
    CapturedTable(
        "govdesk",
        "integration",
        {
            "id": "uuid",
            "node_path": "path",
            "kind": "text",
            "name": "text",
            "settings": "json",
            "secret_refs": "json",
            "sealed": "secret",
            "key_version": "int",
            "allow": "texts",
            "status": "text",
            "created_by": "text",
            **ROW,
        },
        (
            Rule("insert", "integration.created"),
            Rule("update", "integration.removed", became("removed")),
            Rule(
                "update",
                "integration.resealed",
                "n.key_version > o.key_version AND (n.name, n.settings, n.secret_refs, n.allow,"
                " n.status) IS NOT DISTINCT FROM (o.name, o.settings, o.secret_refs, o.allow,"
                " o.status)",
            ),
            Rule("update", "integration.changed"),
        ),
        node_path="{row}.node_path",
        observed={
            "tested_at": "sealed as integration.tested",
            "test_ok": "sealed as integration.tested",
            "test_detail": "sealed as integration.tested",
            "test_ms": "sealed as integration.tested",
        },
    ),
)
