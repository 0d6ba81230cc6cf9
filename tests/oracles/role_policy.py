"""Who may make whom what: ranks and matrix of the contract, written without looking at the SQL.

The words of the contract that stand behind each rule are quoted where the rule is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

RANK: Final = {"owner": 4, "admin": 3, "operator": 2, "member": 1}

_READS: Final = (
    "audit.read posture.read member.read organization.read node.read key.read webhook.read"
    " register.read report.read discovery.read"
)
_BY_LINE: Final = {
    _READS: "owner admin operator member",
    "audit.export evidence.create": "owner admin",
    "key.manage webhook.manage integration.manage discovery.run"
    " security_event.acknowledge": "owner admin operator",
    "member.manage session.manage node.manage organization.manage register.manage report.manage"
    " decision.request": "owner admin",
    "owner.manage policy.manage role.manage erasure.request": "owner",
}
MATRIX: Final = {
    permission: frozenset(bases.split())
    for line, bases in _BY_LINE.items()
    for permission in line.split()
}
"""Permission → base roles that hold it, line by line as in contract.md."""


@dataclass(frozen=True)
class Role:
    """A role: its rank is its base's."""

    key: str
    base: str
    permissions: frozenset[str]
    builtin: bool = True

    @property
    def rank(self) -> int:
        return RANK[self.base]


def built_in(base: str) -> Role:
    """One of the four roles that every tenant has."""
    return Role(base, base, frozenset(p for p, bases in MATRIX.items() if base in bases))


OWNER, ADMIN, OPERATOR, MEMBER = (built_in(base) for base in RANK)
AUDITOR: Final = Role(
    "auditor", "admin", frozenset(_READS.split()) | {"audit.export", "evidence.create"}, False
)
"""Tenant-defined, base admin: reads and exports."""
STEWARD: Final = Role("steward", "admin", frozenset({"member.read", "member.manage"}), False)
"""Tenant-defined, base admin: cares for members and nothing else."""
CHAIR: Final = Role(
    "chair", "owner", frozenset(_READS.split()) | {"member.manage", "role.manage"}, False
)
"""Tenant-defined, base owner, who may not make or unmake owners."""
ROLES: Final = {r.key: r for r in (OWNER, ADMIN, OPERATOR, MEMBER, AUDITOR, STEWARD, CHAIR)}


@dataclass(frozen=True)
class Person:
    """A member of one tenant; `grants` maps nodes to roles."""

    name: str
    grants: tuple[tuple[str, Role], ...] = ()
    status: str = "active"

    def __str__(self) -> str:
        held = ", ".join(f"{role.key}@{node}" for node, role in self.grants)
        return f"{self.name} ({held or 'nothing'}; {self.status})"

    def role_on(self, node: str) -> Role | None:
        """The role held on exactly this node."""
        return dict(self.grants).get(node)

    def rank_with(self, permission: str, node: str) -> int:
        """Highest rank among the grants that give a permission on a node, or above it."""
        return max(
            (r.rank for n, r in self.grants if covers(n, node) and permission in r.permissions),
            default=0,
        )

    def holds_somewhere(self, permission: str) -> bool:
        return any(permission in role.permissions for _, role in self.grants)

    def sees(self, node: str) -> bool:
        """Whether grants on this node are visible: member.read at or above it."""
        return self.rank_with("member.read", node) > 0

    def rank_along(self, node: str) -> int:
        """Highest rank anywhere above or below a node."""
        return max(
            (r.rank for n, r in self.grants if covers(n, node) or covers(node, n)), default=0
        )

    @property
    def top(self) -> int:
        """Highest rank anywhere."""
        return max((r.rank for _, r in self.grants), default=0)


def covers(above: str, below: str) -> bool:
    """Whether a grant on `above` reaches `below`."""
    return below == above or below.startswith(above + ".")


DENIED, UNSEEN, DONE, LAST = "denied", "unseen", "done", "last owner"
"""Refused with 42501; 0 rows because the row is not visible; done; refused with GD010."""


def may_set(actor: Person, target: Person, node: str, new: Role | None) -> bool:
    """ "Nobody grants above his own rank, only owners make owners, an operator manages nobody".

    `new` is None where a grant is taken away. Whoever outranks the actor on that line is not his
    to change, and nobody gives what he does not hold there himself.
    """
    rank = actor.rank_with("member.manage", node)
    was = target.role_on(node)
    if new is not None and not all(actor.rank_with(p, node) for p in new.permissions):
        return False
    ranks = [r.rank for r in (was, new) if r is not None]
    if rank == 0 or max([*ranks, target.rank_along(node)]) > rank:
        return False
    return max(ranks) < 4 or actor.rank_with("owner.manage", node) > 0


def grant(actor: Person, target: Person, node: str, new: Role) -> str:
    """Answer to a new grant; a second one on the same node is a duplicate, not a policy matter."""
    if target.status == "removed":
        return DENIED
    return DONE if may_set(actor, target, node, new) else DENIED


def change(actor: Person, target: Person, node: str, new: Role | None, owners: set[str]) -> str:
    """Answer to a changed (for None, removed) grant; `owners` are the active ones at the top."""
    if not actor.holds_somewhere("member.manage"):
        return DENIED
    if not actor.sees(node):
        return UNSEEN
    if not may_set(actor, target, node, new):
        return DENIED
    return LAST if owners <= {target.name} and _unmakes(target, node, new) else DONE


def _unmakes(target: Person, node: str, new: Role | None) -> bool:
    was = target.role_on(node)
    return "." not in node and was == OWNER and new != OWNER


def standing(actor: Person, target: Person, status: str, root: str, owners: set[str]) -> str:
    """Answer to suspending, reactivating or removing a member: one who manages members everywhere,
    is not outranked, is not himself, and for an owner one who makes and unmakes owners."""
    rank = actor.rank_with("member.manage", root)
    if rank == 0 or actor.name == target.name or target.top > rank:
        return DENIED
    if target.top == 4 and actor.rank_with("owner.manage", root) == 0:
        return DENIED
    return LAST if status != "active" and owners <= {target.name} else DONE


def define(
    actor: Person, base: str, permissions: frozenset[str], root: str, before: frozenset[str]
) -> str:
    """Answer to a role of the tenant's own: a subset of its base's, by who holds role.manage, who
    adds only what he holds himself; `before` is what the role had."""
    if actor.rank_with("role.manage", root) == 0 or not permissions <= built_in(base).permissions:
        return DENIED
    return DONE if all(actor.rank_with(p, root) for p in permissions - before) else DENIED
