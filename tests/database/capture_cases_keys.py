"""Rows of the log for API keys, the vault and connections; see capture_cases."""

from __future__ import annotations

from typing import Any

from tests.database.capture_case import HIDDEN, MEI, SOME, TENANT, Case, moved, new

_CLAIMS = "(SELECT id FROM govdesk.node WHERE node_path = 'acme.claims')"
_PERSON = "(SELECT person_id FROM govdesk.member WHERE email = 'mei@acme.example')"
_KEY = "(SELECT id FROM govdesk.api_key)"
_SCOPE = "(SELECT id FROM govdesk.key_scope WHERE name = 'x:y')"
_POLICY = "(SELECT id FROM govdesk.key_policy WHERE tenant_path = 'acme')"
_PEPPER = "(SELECT id FROM govdesk.pepper)"
_VAULT = "(SELECT id FROM govdesk.vault_key)"
_COPY = "(SELECT id FROM govdesk_private.vault_copy)"
_INTEGRATION = "(SELECT id FROM govdesk.integration)"
FAMILY = "00000000-0000-4000-8000-000000000001"

ADD_KEY = (
    "INSERT INTO govdesk.api_key (tenant_id, tenant_path, node_path, system_id, key_id,"
    " environment, owner_label, scopes, family, created_by, created_at, expires_at)"
    f" VALUES ({TENANT}, 'acme', 'acme.claims', {_CLAIMS}, 'abcdefghijkl', 'prod', 'Claims team',"
    f" '{{events:write}}', '{FAMILY}', 'setup', '2098-06-01T00:00:00Z', '2099-01-01T00:00:00Z')"
)
ADD_SCOPE = (
    "INSERT INTO govdesk.key_scope (tenant_id, tenant_path, name, description)"
    f" VALUES ({TENANT}, 'acme', 'x:y', 'does y')"
)
ADD_PEPPER = (
    "INSERT INTO govdesk.pepper (tenant_id, tenant_path, version, fingerprint)"
    f" VALUES ({TENANT}, 'acme', 1, '0123456789abcdef')"
)
ADD_VAULT = (
    "INSERT INTO govdesk.vault_key (tenant_id, tenant_path, version, provider, commitment)"
    f" VALUES ({TENANT}, 'acme', 1, 'members', sha256('c'))"
)
ADD_COPY = (
    "INSERT INTO govdesk_private.vault_copy (tenant_id, version, member_id, public_key, sealed)"
    f" VALUES ({TENANT}, 1, {MEI}, sha256('p'), sha512('s'))"
)
ADD_IDENTITY = (
    "INSERT INTO govdesk_private.person_key (person_id, public_key, wrapped)"
    f" VALUES ({_PERSON}, sha256('p'), sha512('w'))"
)
_ENVELOPE = "'\\x474445310100000001'::bytea || sha512('e')"
ADD_INTEGRATION = (
    "INSERT INTO govdesk.integration (tenant_id, tenant_path, node_path, kind, name, settings,"
    " secret_refs, sealed, key_version, allow, created_by)"
    f" VALUES ({TENANT}, 'acme', 'acme.claims', 'smtp', 'Mail', '{{\"host\": \"mail.example\"}}',"
    f" '{{\"password\": \"env://SMTP_PASSWORD\"}}', {_ENVELOPE}, 1, '{{10.0.0.0/8:25}}', '')"
)
NEXT_VAULT = (
    "UPDATE govdesk.vault_key SET status = 'live'",
    "INSERT INTO govdesk.vault_key (tenant_id, tenant_path, version, provider, commitment)"
    f" VALUES ({TENANT}, 'acme', 2, 'members', sha256('d'))",
)


def _key(
    action: str, severity: str, words: str, change: str, diff: dict[str, Any], *before: str
) -> Case:
    return Case(
        "api_key",
        "update",
        f"api_key.{action}",
        severity,
        "api_key",
        _KEY,
        words,
        f"UPDATE govdesk.api_key SET {change}",
        diff,
        before=(ADD_KEY, *before),
        system=_CLAIMS,
    )


_NAME = "key gd_prod_abcdefghijkl"
_SUSPEND = "UPDATE govdesk.api_key SET status = 'suspended'"

CASES: tuple[Case, ...] = (
    Case(
        "api_key",
        "insert",
        "api_key.created",
        "warning",
        "api_key",
        _KEY,
        f"generated the {_NAME} for Claims team",
        ADD_KEY,
        new(
            created_at="2098-06-01T00:00:00.000000Z",
            created_by="setup",
            ended_at=None,
            ends_at=None,
            environment="prod",
            expires_at="2099-01-01T00:00:00.000000Z",
            family=FAMILY,
            first_used_at=None,
            grace_days=None,
            id=SOME,
            key_id="abcdefghijkl",
            node_path="acme.claims",
            owner_label="Claims team",
            reactivated_at=None,
            replaces=None,
            scopes=["events:write"],
            stale_at=None,
            status="active",
            system_id=SOME,
        ),
        system=_CLAIMS,
    ),
    _key(
        "rotated",
        "notice",
        f"rotated the {_NAME}",
        "status = 'rotated', grace_days = 2",
        moved(status=("active", "rotated"), grace_days=(None, 2)),
    ),
    _key(
        "revoked",
        "warning",
        f"revoked the {_NAME}",
        "status = 'revoked'",
        moved(status=("active", "revoked"), ended_at=(None, SOME)),
    ),
    _key(
        "expired",
        "notice",
        f"The {_NAME} expired",
        "status = 'expired'",
        moved(status=("active", "expired"), ended_at=(None, SOME)),
    ),
    _key(
        "suspended",
        "high",
        f"suspended the {_NAME}",
        "status = 'suspended'",
        moved(status=("active", "suspended")),
    ),
    _key(
        "reactivated",
        "high",
        f"brought the {_NAME} back",
        "status = 'active'",
        moved(status=("suspended", "active"), reactivated_at=(None, SOME)),
        _SUSPEND,
    ),
    _key(
        "first_used",
        "notice",
        f"The {_NAME} was used for the first time",
        "first_used_at = '2098-07-01T00:00:00Z'",
        moved(first_used_at=(None, "2098-07-01T00:00:00.000000Z")),
    ),
    _key(
        "ending",
        "notice",
        f"The rotated {_NAME} ends 2098-07-01 00:00:00+00",
        "ends_at = '2098-07-01T00:00:00Z'",
        moved(ends_at=(None, "2098-07-01T00:00:00.000000Z")),
    ),
    _key(
        "stale",
        "warning",
        f"The {_NAME} is not used any more",
        "stale_at = '2098-07-01T00:00:00Z'",
        moved(stale_at=(None, "2098-07-01T00:00:00.000000Z")),
    ),
    _key(
        "changed",
        "info",
        f"changed the label of the {_NAME}",
        "owner_label = 'Payments'",
        moved(owner_label=("Claims team", "Payments")),
    ),
    Case(
        "key_scope",
        "insert",
        "key_scope.created",
        "info",
        "key_scope",
        _SCOPE,
        "added the scope x:y",
        ADD_SCOPE,
        new(created_at=SOME, description="does y", id=SOME, name="x:y", status="active"),
    ),
    Case(
        "key_scope",
        "update",
        "key_scope.retired",
        "notice",
        "key_scope",
        _SCOPE,
        "retired the scope x:y",
        "UPDATE govdesk.key_scope SET status = 'retired' WHERE name = 'x:y'",
        moved(status=("active", "retired")),
        before=(ADD_SCOPE,),
    ),
    Case(
        "key_scope",
        "update",
        "key_scope.changed",
        "notice",
        "key_scope",
        _SCOPE,
        "changed the scope x:y",
        "UPDATE govdesk.key_scope SET description = 'does z' WHERE name = 'x:y'",
        moved(description=("does y", "does z")),
        before=(ADD_SCOPE,),
    ),
    Case(
        "key_policy",
        "update",
        "key_policy.changed",
        "high",
        "key_policy",
        _POLICY,
        "changed the policy for API keys",
        "UPDATE govdesk.key_policy SET warn_days = 20 WHERE tenant_path = 'acme'",
        moved(warn_days=(30, 20)),
    ),
    Case(
        "pepper",
        "insert",
        "pepper.registered",
        "notice",
        "pepper",
        _PEPPER,
        "put pepper 1 to use",
        ADD_PEPPER,
        new(
            created_at=SOME,
            fingerprint="0123456789abcdef",
            id=SOME,
            retired_at=None,
            status="current",
            version=1,
        ),
    ),
    Case(
        "pepper",
        "update",
        "pepper.rotated",
        "info",
        "pepper",
        _PEPPER,
        "replaced pepper 1",
        "UPDATE govdesk.pepper SET status = 'live'",
        moved(status=("current", "live")),
        before=(ADD_PEPPER,),
    ),
    Case(
        "pepper",
        "update",
        "pepper.retired",
        "notice",
        "pepper",
        _PEPPER,
        "retired pepper 1",
        "UPDATE govdesk.pepper SET status = 'retired'",
        moved(status=("current", "retired")),
        before=(ADD_PEPPER,),
    ),
    Case(
        "vault_key",
        "insert",
        "vault.key_created",
        "warning",
        "vault_key",
        _VAULT,
        "made version 1 of the vault's key",
        ADD_VAULT,
        new(
            commitment=HIDDEN,
            created_at=SOME,
            id=SOME,
            key_ref=None,
            provider="members",
            retired_at=None,
            status="current",
            version=1,
        ),
    ),
    Case(
        "vault_key",
        "update",
        "vault.key_rotated",
        "info",
        "vault_key",
        _VAULT,
        "replaced version 1 of the vault's key",
        "UPDATE govdesk.vault_key SET status = 'live'",
        moved(status=("current", "live")),
        before=(ADD_VAULT,),
    ),
    Case(
        "vault_key",
        "update",
        "vault.key_retired",
        "notice",
        "vault_key",
        _VAULT,
        "retired version 1 of the vault's key",
        "UPDATE govdesk.vault_key SET status = 'retired'",
        moved(status=("current", "retired")),
        before=(ADD_VAULT,),
    ),
    Case(
        "vault_copy",
        "insert",
        "vault.key_shared",
        "notice",
        "vault_key",
        _COPY,
        "sealed version 1 of the vault's key to a recipient",
        ADD_COPY,
        new(created_at=SOME, id=SOME, member_id=SOME, public_key=HIDDEN, sealed=HIDDEN, version=1),
        before=(ADD_VAULT,),
    ),
    Case(
        "vault_copy",
        "update",
        "vault.key_shared",
        "notice",
        "vault_key",
        _COPY,
        "sealed version 1 of the vault's key to a recipient",
        "UPDATE govdesk_private.vault_copy SET sealed = sha512('t')",
        moved(sealed=(HIDDEN, HIDDEN)),
        before=(ADD_VAULT, ADD_COPY),
    ),
    Case(
        "person_key",
        "insert",
        "vault_identity.created",
        "notice",
        "person",
        _PERSON,
        "made a vault identity",
        ADD_IDENTITY,
        new(created_at=SOME, id=SOME, person_id=SOME, public_key=HIDDEN, wrapped=HIDDEN),
    ),
    Case(
        "person_key",
        "update",
        "vault_identity.replaced",
        "warning",
        "person",
        _PERSON,
        "replaced a vault identity",
        "UPDATE govdesk_private.person_key SET public_key = sha256('q'), wrapped = sha512('v')",
        moved(public_key=(HIDDEN, HIDDEN), wrapped=(HIDDEN, HIDDEN)),
        before=(ADD_IDENTITY,),
    ),
    Case(
        "person_key",
        "update",
        "vault_identity.rewrapped",
        "info",
        "person",
        _PERSON,
        "wrapped a vault identity anew",
        "UPDATE govdesk_private.person_key SET wrapped = sha512('v')",
        moved(wrapped=(HIDDEN, HIDDEN)),
        before=(ADD_IDENTITY,),
    ),
    Case(
        "integration",
        "insert",
        "integration.created",
        "notice",
        "integration",
        _INTEGRATION,
        "added the connection Mail",
        ADD_INTEGRATION,
        new(
            allow=["10.0.0.0/8:25"],
            created_at=SOME,
            created_by=SOME,
            id=SOME,
            key_version=1,
            kind="smtp",
            name="Mail",
            node_path="acme.claims",
            sealed=HIDDEN,
            secret_refs={"password": "env://SMTP_PASSWORD"},
            settings={"host": "mail.example"},
            status="active",
        ),
        before=(ADD_VAULT,),
        system=_CLAIMS,
    ),
    Case(
        "integration",
        "update",
        "integration.changed",
        "notice",
        "integration",
        _INTEGRATION,
        "changed the connection Post",
        "UPDATE govdesk.integration SET name = 'Post', settings = '{\"host\": \"post.example\"}'",
        moved(name=("Mail", "Post"), settings=({"host": "mail.example"}, {"host": "post.example"})),
        before=(ADD_VAULT, ADD_INTEGRATION),
        system=_CLAIMS,
    ),
    Case(
        "integration",
        "update",
        "integration.removed",
        "warning",
        "integration",
        _INTEGRATION,
        "removed the connection Mail",
        "UPDATE govdesk.integration SET status = 'removed'",
        moved(status=("active", "removed"), sealed=(HIDDEN, None), key_version=(1, None)),
        before=(ADD_VAULT, ADD_INTEGRATION),
        system=_CLAIMS,
    ),
    Case(
        "integration",
        "update",
        "integration.resealed",
        "info",
        "integration",
        _INTEGRATION,
        "sealed the connection Mail with a newer key",
        "UPDATE govdesk.integration SET key_version = 2,"
        " sealed = '\\x474445310100000002'::bytea || sha512('f')",
        moved(key_version=(1, 2), sealed=(HIDDEN, HIDDEN)),
        before=(ADD_VAULT, ADD_INTEGRATION, *NEXT_VAULT),
        system=_CLAIMS,
    ),
)

NO_OPS = {
    "api_key": "UPDATE govdesk.api_key SET owner_label = owner_label",
    "key_scope": "UPDATE govdesk.key_scope SET status = status WHERE tenant_path = 'acme'",
    "key_policy": "UPDATE govdesk.key_policy SET max_days = max_days WHERE tenant_path = 'acme'",
    "pepper": "UPDATE govdesk.pepper SET status = status",
    "vault_key": "UPDATE govdesk.vault_key SET status = status",
    "vault_copy": "UPDATE govdesk_private.vault_copy SET sealed = sealed",
    "person_key": "UPDATE govdesk_private.person_key SET wrapped = wrapped",
    "integration": "UPDATE govdesk.integration SET name = name",
}

OBSERVED = {
    "api_key.prefix": "UPDATE govdesk.api_key SET prefix = DEFAULT",
    "integration.tested_at": "UPDATE govdesk.integration SET tested_at = clock_timestamp()",
    "integration.test_ok": "UPDATE govdesk.integration SET test_ok = true",
    "integration.test_detail": "UPDATE govdesk.integration SET test_detail = 'it answers'",
    "integration.test_ms": "UPDATE govdesk.integration SET test_ms = 12",
}

ROWS = (ADD_KEY, ADD_PEPPER, ADD_VAULT, ADD_COPY, ADD_IDENTITY, ADD_INTEGRATION)
"""One row of each table, for what must be refused or must change nothing."""
