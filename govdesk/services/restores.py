"""Declaring a restore: two people say from which checkpoint the log goes on, and witnesses accept.

The decision names two checkpoints: the newest that was known before, and the one that the restored
log still holds. Whoever knows something newer than the first is not satisfied by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from govdesk.database import tree
from govdesk.database.connection import Session
from govdesk.database.tree import Restore
from govdesk.domain.problem import Problem
from govdesk.evidence.checkpoints import Tree
from govdesk.services import decisions
from govdesk.services.witness_verdict import Verdict

ACTION: Final = "audit.restore"


def payload_of(known: Tree, found: Tree) -> dict[str, object]:
    """Return what the decision takes: sizes, and roots in hex."""
    return {
        "known": {"size": known.size, "root": known.root.hex()},
        "found": {"size": found.size, "root": found.root.hex()},
    }


def composed(verdict: Verdict) -> dict[str, object]:
    """Return the payload for an alarm; raises `Problem` where no restore would account for it."""
    if not verdict.can_be_declared or verdict.remembered is None or verdict.found.tree is None:
        raise Problem(
            "There is nothing to declare: this computer sees no roll-back of the log.",
            "Give both checkpoints with --payload if another computer does.",
            exit_code=2,
        )
    return payload_of(verdict.remembered.tree, verdict.found.tree)


def sentence(payload: Mapping[str, Any]) -> str:
    """Say what is asked for."""
    known, found = payload["known"]["size"], payload["found"]["size"]
    return f"Declare a restore: the log known with {known:,} events goes on from {found:,}."


def declare(session: Session, payload: Mapping[str, object], reason: str) -> UUID:
    """Ask a second human; returns the id of the decision."""
    return decisions.request(session, ACTION, payload, reason)


def all_of(session: Session) -> list[Restore]:
    """Return the declared restores, the oldest first."""
    return tree.restores(session)
