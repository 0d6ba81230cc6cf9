"""What a second person may have to decide: one table of facts.

The database seed (``govdesk.decision_kind``), the policy page and the docs are printed from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class DecisionKind:
    """One action; asking takes `permission`, and no policy lifts what needs two `always`."""

    action: str
    title: str
    sentence: str
    permission: str
    always: bool = False


DECISION_KINDS: Final[tuple[DecisionKind, ...]] = (
    DecisionKind(
        "account.recover",
        "Forgotten password",
        "A person replaces password and second factor together, by a mailed link.",
        "member.manage",
        True,
    ),
    DecisionKind(
        "audit.erase",
        "Erasure of personal data",
        "What names a removed person, or a field of the log, is destroyed for good.",
        "erasure.request",
        True,
    ),
    DecisionKind(
        "audit.prune",
        "Pruning of an archived month",
        "The rows of a month that was archived are dropped; their hashes stay.",
        "policy.manage",
        True,
    ),
    DecisionKind(
        "audit.restore",
        "Declaration of a restore",
        "The log goes on from an older state, and witnesses may accept it.",
        "policy.manage",
        True,
    ),
    DecisionKind(
        "factor.reset",
        "Lost phone",
        "A person's second factor is reset; a new one needs the password and a mailed link.",
        "member.manage",
        True,
    ),
    DecisionKind(
        "member.demote",
        "An owner or admin loses the role",
        "A role of an owner or admin is lowered or taken away.",
        "member.manage",
    ),
    DecisionKind(
        "member.remove",
        "Removal of an owner, admin or reviewer",
        "An owner, an admin or a reviewer is removed from the organization.",
        "member.manage",
    ),
    DecisionKind(
        "organization.legal_entity",
        "Change of the legal entity",
        "The registered name, the country or a registration number of the organization changes.",
        "organization.manage",
    ),
    DecisionKind(
        "owner.promote",
        "A new owner",
        "Somebody is made an owner, or invited as one.",
        "owner.manage",
    ),
    DecisionKind(
        "platform.enter",
        "Platform staff for more than an hour",
        "Staff of the platform are let inside for longer than an hour.",
        "member.read",
    ),
    DecisionKind(
        "policy.change",
        "Reviewers and policies",
        "Reviewers change, or a second person is no longer asked for something.",
        "policy.manage",
    ),
    DecisionKind(
        "role.change",
        "A role of owners or admins",
        "A role that an owner or admin holds is given other permissions, or is deleted.",
        "role.manage",
    ),
    DecisionKind(
        "webhook.open",
        "A private network for a webhook",
        "A webhook is let into a private network or to another port.",
        "webhook.manage",
    ),
)

BY_ACTION: Final[dict[str, DecisionKind]] = {kind.action: kind for kind in DECISION_KINDS}
