"""What an organisation lays down for its keys: the scopes there are, and how long keys last."""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass
from typing import Final

from govdesk.database.connection import Session
from govdesk.domain.addresses import one_line
from govdesk.domain.problem import Problem
from govdesk.services.changes import Change, sealed, writing
from govdesk.services.meanwhile import ChangedMeanwhile, last_change

INTAKE_SCOPE: Final = "events:write"
"""The scope that sending events to GovDesk needs; the other scopes are the organisation's own."""
LONGEST_LIFE: Final = 365
"""Days that a key lasts at most, whatever the policy says."""
LONGEST_REST: Final = 3650
"""A policy with more days than a key lasts never acts."""
LONGEST_DESCRIPTION: Final = 300
_SCOPE = re.compile(r"[a-z][a-z0-9_-]{0,30}:[a-z][a-z0-9_-]{0,30}")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a key may be good for; `status` is active or retired."""

    id: str
    name: str
    description: str
    status: str

    @property
    def is_active(self) -> bool:
        """Whether new keys may have it."""
        return self.status == "active"


@dataclass(frozen=True, slots=True)
class Policy:
    """In days: unused until warned about, suspended, revoked; the longest life; the last stretch.

    A key that was not used for `warn_days` is shown as stale, one that ends within `expiring_days`
    as expiring.
    """

    warn_days: int = 30
    suspend_days: int = 60
    revoke_days: int = 90
    max_days: int = 365
    expiring_days: int = 30

    @property
    def fault(self) -> str:
        """Why this cannot be a policy, in a sentence; empty when it can."""
        if not 1 <= self.warn_days < self.suspend_days < self.revoke_days <= LONGEST_REST:
            return "Warned, suspended, revoked: at least a day, each later than the one before."
        if not 1 <= self.max_days <= LONGEST_LIFE:
            return f"A key lasts 1 to {LONGEST_LIFE} days."
        if not 1 <= self.expiring_days <= LONGEST_LIFE:
            return f"Expiring begins 1 to {LONGEST_LIFE} days before the end."
        return ""

    @property
    def words(self) -> str:
        """The policy in one line."""
        return (
            f"unused: warned after {self.warn_days}, suspended after {self.suspend_days},"
            f" revoked after {self.revoke_days} days; at most {self.max_days} days;"
            f" expiring in the last {self.expiring_days}"
        )


# Scopes


def scopes(session: Session) -> list[Scope]:
    """Return every scope, those in use first, by name."""
    with session.reading() as connection:
        found = connection.execute(
            "SELECT id::text, name, description, status FROM govdesk.key_scope"
            " ORDER BY status, name"
        ).fetchall()
    return [Scope(*row) for row in found]


def find_scope(session: Session, name: str) -> Scope:
    """Return the scope of this name; raises `Problem` (exit code 2) without one."""
    for one in scopes(session):
        if name in (one.name, one.id):
            return one
    raise Problem(f"There is no scope {name}.", "See govdesk keys scopes list.", exit_code=2)


def add_scope(session: Session, name: str, description: str) -> Change:
    """Add a scope; raises `Problem` for a name that cannot be, or is there already."""
    if not _SCOPE.fullmatch(name):
        raise Problem(
            "A scope is a noun and a verb, such as participant:read.",
            "Use a–z, 0–9, - and _ around one colon.",
            exit_code=2,
        )
    if any(one.name == name for one in scopes(session)):
        raise Problem(f"The scope {name} is there already.", exit_code=2)
    with writing(session) as connection:
        row = connection.execute(
            "INSERT INTO govdesk.key_scope (tenant_id, tenant_path, name, description)"
            " SELECT t.tenant_id, t.tenant_path, %s, %s FROM govdesk.tenant t"
            " WHERE t.tenant_path = %s::ltree RETURNING id::text",
            (name, _description(description), session.tenant_path),
        ).fetchone()
    return sealed(session, row[0] if row else None)


def describe_scope(session: Session, scope_id: str, description: str) -> Change:
    """Say anew what a scope is for."""
    shown = find_scope(session, scope_id)
    return _change_scope(session, shown, _description(description), shown.status)


def retire_scope(session: Session, scope_id: str) -> Change:
    """Take a scope out of use for new keys; keys that have it keep it."""
    shown = find_scope(session, scope_id)
    if shown.name == INTAKE_SCOPE:
        raise Problem(
            f"{INTAKE_SCOPE} is GovDesk's own scope and stays.",
            "Give it to no key if none should send events.",
            exit_code=2,
        )
    return _change_scope(session, shown, shown.description, "retired")


def restore_scope(session: Session, scope_id: str) -> Change:
    """Bring a retired scope back."""
    shown = find_scope(session, scope_id)
    return _change_scope(session, shown, shown.description, "active")


def _change_scope(session: Session, shown: Scope, description: str, status: str) -> Change:
    if (description, status) == (shown.description, shown.status):
        return Change(shown.id, False)
    with writing(session) as connection:
        changed = connection.execute(
            "UPDATE govdesk.key_scope SET description = %s, status = %s"
            " WHERE id = %s::uuid AND description = %s AND status = %s",
            (description, status, shown.id, shown.description, shown.status),
        ).rowcount
    if not changed:
        raise _scope_conflict(session, shown, f"“{description}”, {status}")
    return sealed(session, shown.id)


def _scope_conflict(session: Session, shown: Scope, yours: str) -> Problem:
    now = find_scope(session, shown.id)
    if now == shown:
        return _not_permitted("the scopes of this organization", "an owner or an admin")
    by, at = last_change(session, shown.id, ("key_scope.changed", "key_scope.retired"))
    theirs = f"“{now.description}”, {now.status}"
    what = f"The scope {shown.name}"
    return ChangedMeanwhile(what, theirs=theirs, yours=yours, fresh=now, by=by, at=at)


def _description(text: str) -> str:
    kept = one_line(text)
    if len(kept) > LONGEST_DESCRIPTION:
        raise Problem(f"A description has at most {LONGEST_DESCRIPTION} characters.", exit_code=2)
    return kept


# Policy


def policy(session: Session) -> Policy:
    """Return the organisation's policy."""
    with session.reading() as connection:
        row = connection.execute(
            "SELECT warn_days, suspend_days, revoke_days, max_days, expiring_days"
            " FROM govdesk.key_policy"
        ).fetchone()
    return Policy(*row) if row else Policy()


def set_policy(session: Session, wanted: Policy, shown: Policy | None = None) -> Change:
    """Lay down another policy; needs policy.manage and a fresh confirmation.

    With what was `shown`, raises `ChangedMeanwhile` when another policy stands there by now.
    """
    if wanted.fault:
        raise Problem(wanted.fault, exit_code=2)
    before = shown or policy(session)
    if wanted == before:
        return Change(None, False)
    with writing(session) as connection:
        row = connection.execute(
            "UPDATE govdesk.key_policy SET (warn_days, suspend_days, revoke_days, max_days,"
            " expiring_days) = (%s, %s, %s, %s, %s) WHERE (warn_days, suspend_days, revoke_days,"
            " max_days, expiring_days) = (%s, %s, %s, %s, %s) RETURNING id::text",
            (*astuple(wanted), *astuple(before)),
        ).fetchone()
    if row is None:
        raise _policy_conflict(session, before, wanted)
    return sealed(session, row[0])


def _policy_conflict(session: Session, shown: Policy, wanted: Policy) -> Problem:
    now = policy(session)
    if now == shown:
        return _not_permitted("the policy for keys", "an owner")
    by, at = last_change(session, "", ("key_policy.changed",))
    what = "The policy for keys"
    return ChangedMeanwhile(what, theirs=now.words, yours=wanted.words, fresh=now, by=by, at=at)


def _not_permitted(what: str, who: str) -> Problem:
    return Problem(f"You may not change {what}.", f"Ask {who} of it.", exit_code=4)
