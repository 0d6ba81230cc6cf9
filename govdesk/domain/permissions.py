"""Permissions and the four base roles: one table of facts.

The database seed (``govdesk.permission``), the built-in roles of a new tenant and the docs are
printed from here; policies name permissions, and a test compares every name on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

BaseRole = Literal["owner", "admin", "operator", "member"]

RANKS: Final[dict[BaseRole, int]] = {"owner": 4, "admin": 3, "operator": 2, "member": 1}
"""Nobody grants above his own rank."""

_ALL: Final[tuple[BaseRole, ...]] = ("owner", "admin", "operator", "member")
_OPERATORS: Final[tuple[BaseRole, ...]] = ("owner", "admin", "operator")
_ADMINS: Final[tuple[BaseRole, ...]] = ("owner", "admin")
_OWNERS: Final[tuple[BaseRole, ...]] = ("owner",)


@dataclass(frozen=True, slots=True)
class Permission:
    """What a role may hold; `sentence` completes "lets a person …"."""

    name: str
    noun: str
    sentence: str
    bases: tuple[BaseRole, ...]
    step_up: bool = False

    @property
    def staff(self) -> bool:
        """Whether staff of the platform hold it inside an organization: reading and set-up only."""
        return self.name.endswith(".read") or self.name in STAFF_MANAGE


STAFF_MANAGE: Final[frozenset[str]] = frozenset(
    {"integration.manage", "key.manage", "node.manage", "webhook.manage"}
)
"""What staff may set up besides reading. Never members, policies, exports or evidence."""

PERMISSIONS: Final[tuple[Permission, ...]] = (
    Permission("audit.export", "audit log", "write the log to a file", _ADMINS),
    Permission("audit.read", "audit log", "browse and search the log", _ALL),
    Permission("decision.request", "decisions", "ask a second person to decide", _ADMINS),
    Permission("discovery.read", "discovery", "see what discovery found", _ALL),
    Permission("discovery.run", "discovery", "start a discovery", _OPERATORS),
    Permission("erasure.request", "audit log", "ask for personal data to be erased", _OWNERS, True),
    Permission("evidence.create", "evidence", "make bundles and snapshots", _ADMINS),
    Permission("integration.manage", "integrations", "connect outside services", _OPERATORS),
    Permission("key.manage", "API keys", "generate, rotate and revoke keys", _OPERATORS),
    Permission("key.read", "API keys", "see which keys exist", _ALL),
    Permission("member.manage", "members", "invite, change and remove members", _ADMINS),
    Permission("member.read", "members", "see who is a member", _ALL),
    Permission("node.manage", "systems", "create, rename and retire systems", _ADMINS),
    Permission("node.read", "systems", "see systems and customers", _ALL),
    Permission("organization.manage", "organization", "change the organization", _ADMINS),
    Permission("organization.read", "organization", "see the organization", _ALL),
    Permission("owner.manage", "members", "make and unmake owners", _OWNERS, True),
    Permission("policy.manage", "policies", "set second human, MFA and retention", _OWNERS, True),
    Permission("posture.read", "posture", "see the security posture", _ALL),
    Permission("register.manage", "register", "change the configuration register", _ADMINS),
    Permission("register.read", "register", "see the configuration register", _ALL),
    Permission("report.manage", "reports", "generate reports", _ADMINS),
    Permission("report.read", "reports", "read reports", _ALL),
    Permission("role.manage", "roles", "define roles of the tenant", _OWNERS, True),
    Permission(
        "security_event.acknowledge", "security events", "acknowledge security events", _OPERATORS
    ),
    Permission("session.manage", "sessions", "list and revoke sessions of others", _ADMINS),
    Permission("webhook.manage", "webhooks", "add, change and delete webhooks", _OPERATORS),
    Permission("webhook.read", "webhooks", "see webhooks and deliveries", _ALL),
)


def held_by(base: BaseRole) -> tuple[str, ...]:
    """Return the names of the permissions that a base role holds, in order of name."""
    return tuple(p.name for p in PERMISSIONS if base in p.bases)


COMPLIANCE_PERMISSIONS: Final[tuple[str, ...]] = (
    *(p.name for p in PERMISSIONS if p.name.endswith(".read")),
    "audit.export",
    "evidence.create",
)
"""What the tenant-defined roles *Auditor* and *Compliance Officer* hold (base admin)."""
