"""What a member of a world may do where: the rules of scopes in Python, without the SQL.

Grants are inherited downwards. A grant counts while it, its role and its node are active, and
for a member who is active and has a second factor.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.oracles.role_policy import MATRIX, covers


@dataclass(frozen=True)
class Node:
    path: str
    active: bool = True

    @property
    def kind(self) -> str:
        return ("organization", "system", "customer")[min(self.path.count("."), 2)]


@dataclass(frozen=True)
class Defined:
    """A role of the tenant, built-in or its own."""

    key: str
    base: str
    permissions: frozenset[str]
    active: bool = True


@dataclass(frozen=True)
class Member:
    name: str
    status: str = "active"
    mfa: bool = True


@dataclass(frozen=True)
class Held:
    """One row of member_grant."""

    id: str
    member: str
    node: str
    role: str
    active: bool = True


@dataclass
class World:
    """One tenant; its root is the first node."""

    nodes: dict[str, Node] = field(default_factory=dict)
    roles: dict[str, Defined] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    grants: list[Held] = field(default_factory=list)

    @property
    def root(self) -> str:
        return next(iter(self.nodes))

    def of(self, member: str) -> list[Held]:
        """Grants that a member holds, whether they count or not."""
        return [g for g in self.grants if g.member == member and g.active]

    def counts(self, grant: Held, permission: str) -> bool:
        """Whether a grant gives a permission where it stands."""
        role = self.roles[grant.role]
        return (
            grant.active
            and role.active
            and self.nodes[grant.node].active
            and permission in role.permissions
        )

    def granted(self, member: str, permission: str) -> set[str]:
        """The nodes on which somebody holds a permission; nothing for who is not active."""
        if self.members[member].status != "active":
            return set()
        return {g.node for g in self.of(member) if self.counts(g, permission)}

    def everything(self, member: str) -> dict[str, set[str]]:
        """Every permission that is held anywhere, with its nodes."""
        held = {permission: self.granted(member, permission) for permission in MATRIX}
        return {permission: nodes for permission, nodes in held.items() if nodes}

    def suffices(self, member: str, permission: str, node: str) -> set[str]:
        """The grants of which each alone allows it."""
        person = self.members[member]
        if person.status != "active" or not person.mfa:
            return set()
        return {
            g.id for g in self.of(member) if self.counts(g, permission) and covers(g.node, node)
        }

    def who_can(self, permission: str, node: str) -> set[str]:
        """All grants, of anybody, of which each alone allows it."""
        return {g for m in self.members for g in self.suffices(m, permission, node)}

    def missing(self, member: str, permission: str, node: str) -> set[str]:
        """What is truly missing, where it is not allowed; any one of them is a right answer."""
        person, held, true = self.members[member], self.of(member), set()
        if person.status != "active":
            true.add(person.status)
        if not person.mfa:
            true.add("no_mfa")
        above = [g for g in held if covers(g.node, node)]
        able = [g for g in held if permission in self.roles[g.role].permissions]
        reaching = [g for g in able if g in above]
        if not held:
            true.add("no_grant")
        if above and not reaching:
            true.add("no_permission")
        if held and not able:
            true.add("no_permission")
        if held and not above:
            true.add("out_of_scope")
        if able and not reaching:
            true.add("out_of_scope")
        if any(not self.roles[g.role].active for g in reaching):
            true.add("role_deleted")
        if any(not self.nodes[g.node].active for g in reaching):
            true.add("node_retired")
        return true

    def sees_nodes(self, member: str) -> set[str]:
        return self._below(self.granted(member, "node.read"))

    def sees_grants(self, member: str) -> set[str]:
        reach = self.granted(member, "member.read")
        return {g.id for g in self.grants if any(covers(n, g.node) for n in reach)}

    def sees_members(self, member: str) -> set[str]:
        """Everyone for who reads members everywhere; else himself and who is granted below him."""
        if self.members[member].status != "active":
            return set()
        reach = self.granted(member, "member.read")
        if self.root in reach:
            return set(self.members)
        below = {
            g.member for g in self.grants if g.active and any(covers(n, g.node) for n in reach)
        }
        return below | {member}

    def _below(self, reach: set[str]) -> set[str]:
        return {n for n in self.nodes if any(covers(above, n) for above in reach)}
