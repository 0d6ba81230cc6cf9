"""What a witness found, as values and in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from govdesk.evidence.checkpoints import Tree
from govdesk.evidence.notes import VerifierKey
from govdesk.services.witness_memory import Known

State = Literal[
    "none_yet",
    "first_seen",
    "consistent",
    "restored",
    "unsigned_key",
    "bad_signature",
    "rolled_back",
    "forked",
    "rechained",
    "unproven",
]

ALARMS: Final = frozenset(
    {"unsigned_key", "bad_signature", "rolled_back", "forked", "rechained", "unproven"}
)
HISTORY: Final = frozenset({"rolled_back", "forked", "rechained"})
"""Alarms that a declared restore can account for."""

TITLES: Final[dict[State, str]] = {
    "none_yet": "No checkpoint yet",
    "first_seen": "First checkpoint seen here",
    "consistent": "The log continues what was seen before",
    "restored": "The log was restored, as two people declared",
    "unsigned_key": "The log is signed with another key",
    "bad_signature": "The checkpoint is not signed as it should be",
    "rolled_back": "The log was rolled back",
    "forked": "The log was split in two",
    "rechained": "The log was rewritten",
    "unproven": "The server does not prove its log",
}

SENTENCES: Final[dict[State, str]] = {
    "none_yet": "The worker of this log has not signed a checkpoint yet.",
    "first_seen": "Its key counts here from now on. Compare the fingerprint once with whoever runs"
    " the worker.",
    "consistent": "Nothing that this computer saw signed before was changed or lost.",
    "restored": "This computer goes on from the checkpoint that was declared.",
    "unsigned_key": "Whoever signs it now, it is not the one who signed before.",
    "bad_signature": "What stands in the database as the newest checkpoint was not signed by the"
    " key that counts here.",
    "rolled_back": "The database no longer holds events that were there and signed before."
    " An old copy may have been restored, or the end cut off.",
    "forked": "There are two different logs of the same length: this computer saw one of them,"
    " the server now shows the other.",
    "rechained": "Events that were there and signed before are not the ones that stand there now.",
    "unproven": "It withholds or garbles what would show that its log continues the one seen"
    " before. A server in order always can.",
}

STEPS: Final[tuple[str, ...]] = (
    "Do not sign off work that relies on this log, and do not change anything in it.",
    "Save both checkpoints; they prove what was there before. Keep this computer as it is.",
    "Call whoever answers for the database and the person in charge of compliance, and read both"
    " checkpoints to them.",
    "If a backup was restored on purpose, ask for Declare a restore; a second person decides."
    " Every computer then goes on by itself.",
)


@dataclass(frozen=True, slots=True)
class Found:
    """What the server shows now; without a `note` it shows no checkpoint."""

    tree: Tree | None
    note: str = ""
    at: datetime | None = None
    signed_by: tuple[VerifierKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """Who declared a restore, and why."""

    id: str
    known: Tree
    found: Tree
    declared_at: datetime
    requester: str
    reviewer: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check: `remembered` is what was known before it, `found` what the server shows.

    `last_good` is the newest remembered checkpoint that the log still holds, after an alarm.
    `new_keys` also signed what was found, and do not count here yet.
    """

    state: State
    tenant_path: str
    remembered: Known | None = None
    found: Found = field(default_factory=lambda: Found(None))
    detail: str = ""
    last_good: Known | None = None
    new_keys: tuple[VerifierKey, ...] = ()
    restored: tuple[Restored, ...] = ()

    @property
    def is_alarm(self) -> bool:
        """Whether nobody should rely on the log before this is cleared up."""
        return self.state in ALARMS

    @property
    def is_notice(self) -> bool:
        """Whether a person should read it although nothing is wrong."""
        return self.state in ("first_seen", "restored") or bool(self.new_keys)

    @property
    def witnessed_to(self) -> int:
        """Up to which event the log is known to be the one seen before."""
        trees = (
            self.remembered.tree if self.remembered is not None else None,
            self.found.tree if not self.is_alarm and self.state != "none_yet" else None,
        )
        if self.state == "restored":
            trees = (None, self.found.tree)
        return max((tree.size for tree in trees if tree is not None), default=0)

    @property
    def title(self) -> str:
        """A headline."""
        return TITLES[self.state]

    @property
    def sentence(self) -> str:
        """What it means."""
        return SENTENCES[self.state]

    @property
    def can_be_declared(self) -> bool:
        """Whether a declared restore would account for it."""
        return self.state in HISTORY and self.remembered is not None and self.found.tree is not None

    def facts(self) -> dict[str, object]:
        """What is sealed about an alarm: the same for everybody who finds the same."""
        known = self.remembered
        found = self.found.tree
        return {
            "kind": self.state,
            "known_size": None if known is None else known.tree.size,
            "known_root": None if known is None else known.tree.root.hex(),
            "found_size": None if found is None else found.size,
            "found_root": None if found is None else found.root.hex(),
        }


def told(tree: Tree | None, at: datetime | None, keys: tuple[VerifierKey, ...]) -> str:
    """One checkpoint in a few lines, whole, for a terminal."""
    if tree is None:
        return "none"
    when = f", {at:%Y-%m-%d %H:%M:%S} UTC" if at is not None else ""
    signers = ", ".join(key.fingerprint[:16] + "…" for key in keys) or "nobody known here"
    return f"{tree.size} events{when}\n    root {tree.root.hex()}\n    signed by {signers}"


def report(verdict: Verdict) -> str:
    """An alarm in full, for a terminal: both checkpoints and what to do."""
    known = verdict.remembered
    before = (
        told(known.tree, known.at, (known.signed_by,))
        if known is not None
        else told(None, None, ())
    )
    now = told(verdict.found.tree, verdict.found.at, verdict.found.signed_by)
    lines = [
        f"ALARM: {verdict.title}. {verdict.sentence}",
        *([f"  {verdict.detail[:1].upper()}{verdict.detail[1:]}."] if verdict.detail else []),
        f"  seen here before: {before}",
        f"  shown now: {now}",
    ]
    if verdict.last_good is not None:
        size = verdict.last_good.tree.size
        lines.append(f"  Up to event {size} the log is the one seen before.")
    lines += [f"  {number}. {step}" for number, step in enumerate(STEPS, 1)]
    return "\n".join(lines)
