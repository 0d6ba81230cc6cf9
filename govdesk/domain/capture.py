"""What is captured: every table, its columns, and which action a change of it is.

``govdesk.database.capture_sql`` prints the capture triggers from this list; a database test
compares it with the catalogue, so a new column that is neither captured nor excused fails.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

ColumnKind = Literal["text", "uuid", "bool", "int", "time", "path", "texts", "secret"]
"""How a value is written in a diff; `secret` values appear as "[redacted]"."""

Operation = Literal["insert", "update", "delete"]


@dataclass(frozen=True, slots=True)
class Rule:
    """`action` holds when `condition` (SQL over ``n`` and ``o``) does; the first one wins."""

    operation: Operation
    action: str
    condition: str = "true"


@dataclass(frozen=True, slots=True)
class CapturedTable:
    """One table whose every change becomes a row of the log.

    `observed` columns change without one: they are observations, not decisions. `node_path` is
    the SQL expression of the node a row belongs to; null for rows of the whole organisation.
    """

    schema: str
    name: str
    columns: dict[str, ColumnKind]
    rules: tuple[Rule, ...]
    entity_id: str = "{row}.id"
    key: str = "id"
    node_path: str | None = None
    observed: dict[str, str] = field(default_factory=dict)
    tenant: bool = True


_ROW: Final[dict[str, ColumnKind]] = {"created_at": "time"}

CAPTURED: Final[tuple[CapturedTable, ...]] = (
    CapturedTable(
        "govdesk",
        "tenant",
        {"tenant_path": "path", "name": "text", "environment": "text", **_ROW},
        (
            Rule("insert", "organization.created"),
            Rule("update", "organization.renamed", "n.name IS DISTINCT FROM o.name"),
            Rule("update", "organization.metadata_changed"),
        ),
        entity_id="{row}.tenant_id",
        key="tenant_id",
    ),
    CapturedTable(
        "govdesk",
        "node",
        {
            "id": "uuid",
            "node_path": "path",
            "kind": "text",
            "name": "text",
            "status": "text",
            **_ROW,
        },
        (
            Rule("insert", "node.created"),
            Rule(
                "update",
                "node.retired",
                "n.status IS DISTINCT FROM o.status AND n.status = 'retired'",
            ),
            Rule("update", "node.restored", "n.status IS DISTINCT FROM o.status"),
            Rule("update", "node.renamed"),
        ),
        node_path="{row}.node_path",
    ),
    CapturedTable(
        "govdesk",
        "role",
        {
            "id": "uuid",
            "key": "text",
            "title": "text",
            "base": "text",
            "permissions": "texts",
            "builtin": "bool",
            "status": "text",
            **_ROW,
        },
        (
            Rule("insert", "role.defined"),
            Rule(
                "update",
                "role.deleted",
                "n.status IS DISTINCT FROM o.status AND n.status <> 'active'",
            ),
            Rule("update", "role.changed"),
        ),
    ),
    CapturedTable(
        "govdesk",
        "member",
        {
            "id": "uuid",
            "person_id": "uuid",
            "email": "text",
            "display_name": "text",
            "title": "text",
            "status": "text",
            "mfa_at": "time",
            **_ROW,
        },
        (
            Rule("insert", "member.created"),
            Rule(
                "update",
                "member.removed",
                "n.status IS DISTINCT FROM o.status AND n.status = 'removed'",
            ),
            Rule(
                "update",
                "member.suspended",
                "n.status IS DISTINCT FROM o.status AND n.status = 'suspended'",
            ),
            Rule("update", "member.reactivated", "n.status IS DISTINCT FROM o.status"),
            Rule("update", "member.changed"),
        ),
        observed={
            "last_seen_at": "when a member was last active is an observation",
            "epoch": "follows from grants, roles and status, which are captured",
        },
    ),
    CapturedTable(
        "govdesk",
        "member_grant",
        {
            "id": "uuid",
            "member_id": "uuid",
            "node_path": "path",
            "role_key": "text",
            "status": "text",
            **_ROW,
        },
        (
            Rule("insert", "grant.added"),
            Rule(
                "update",
                "grant.removed",
                "n.status IS DISTINCT FROM o.status AND n.status = 'removed'",
            ),
            Rule("update", "grant.added", "n.status IS DISTINCT FROM o.status"),
            Rule("update", "member.role_changed"),
        ),
        entity_id="{row}.member_id",
        node_path="{row}.node_path",
    ),
    CapturedTable(
        "govdesk_private",
        "person",
        {"id": "uuid", "email": "text", **_ROW},
        (Rule("insert", "person.created"),),
        tenant=False,
    ),
    CapturedTable(
        "govdesk_private",
        "credential",
        {
            "id": "uuid",
            "person_id": "uuid",
            "salt": "secret",
            "stored_key": "secret",
            "changed_at": "time",
        },
        (Rule("insert", "credential.created"), Rule("update", "password.changed")),
        entity_id="{row}.person_id",
        tenant=False,
    ),
    CapturedTable(
        "govdesk_private",
        "factor",
        {
            "id": "uuid",
            "person_id": "uuid",
            "nonce": "secret",
            "wrapped": "secret",
            "tag": "secret",
            "verified_at": "time",
        },
        (
            Rule("insert", "mfa.enabled"),
            Rule("update", "mfa.reset"),
            Rule("delete", "mfa.reset"),
        ),
        entity_id="{row}.person_id",
        observed={"last_step": "moves with every accepted code; the sign-in itself is captured"},
        tenant=False,
    ),
    CapturedTable(
        "govdesk_private",
        "recovery_code",
        {"id": "uuid", "person_id": "uuid", "code_hash": "secret", "used_at": "time"},
        (Rule("insert", "recovery_code.created"), Rule("update", "recovery_code.used")),
        entity_id="{row}.person_id",
        tenant=False,
    ),
    CapturedTable(
        "govdesk_private",
        "setup_code",
        {
            "id": "uuid",
            "member_id": "uuid",
            "code_hash": "secret",
            "expires_at": "time",
            "used_at": "time",
        },
        (Rule("insert", "setup_code.created"), Rule("update", "setup_code.used")),
        entity_id="{row}.member_id",
    ),
    CapturedTable(
        "govdesk_private",
        "session",
        {
            "id": "uuid",
            "member_id": "uuid",
            "person_id": "uuid",
            "token_hash": "secret",
            "mfa": "bool",
            "created_at": "time",
            "stepped_up_at": "time",
            "expires_at": "time",
            "revoked_at": "time",
        },
        (
            Rule("insert", "session.started"),
            Rule(
                "update",
                "session.ended",
                "n.revoked_at IS DISTINCT FROM o.revoked_at AND n.id = v.session_id",
            ),
            Rule("update", "session.revoked", "n.revoked_at IS DISTINCT FROM o.revoked_at"),
            Rule("update", "session.stepped_up"),
        ),
        observed={
            "seen_at": "touched by every use",
            "client_addr": "stands in the row's own ip",
            "tenant_path": "follows from tenant_id",
        },
    ),
)

EXCUSED: Final[dict[str, str]] = {
    "govdesk.audit_log": "the log itself",
    "govdesk.audit_checkpoint": "signatures over the log; signing seals its own event",
    "govdesk.event_kind": "facts of the release, replaced by every migrate",
    "govdesk.permission": "facts of the release, replaced by every migrate",
    "govdesk_private.acting": "lives for one transaction",
    "govdesk_private.attempt": "failed sign-ins are sealed as session.failed",
    "govdesk_private.device": "an observation: which devices have signed in before",
    "govdesk_private.head": "a lock, never updated",
    "govdesk_private.installation": "facts of the installation, set by an administrator",
    "govdesk_private.pending": "what was captured and is not sealed yet",
    "govdesk_private.ticket": "lives for one transaction",
}
"""Tables without capture, and why."""
