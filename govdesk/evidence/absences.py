"""Fields that are not there: declared redacted, erased by a later sealed event, or a fault."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from govdesk.evidence.leaf import COMMITTED, Row
from govdesk.evidence.prunings import PRUNED
from govdesk.evidence.report import Report

ERASED: Final = "audit.erased"
"""The action of an event that accounts for an absence."""

ACCOUNTING: Final = (ERASED, PRUNED)
"""What accounts for others: their own fields cannot be erased."""

_NAMED: Final = re.compile(r"([1-9][0-9]{0,18}):([a-z_]+(?:,[a-z_]+)*)")


def parse_erasure(text: str | None) -> tuple[int, tuple[str, ...]] | None:
    """Read ``<seq>:<field>[,<field>…]``, fields in ascending order; None for anything else."""
    found = _NAMED.fullmatch(text or "")
    if found is None:
        return None
    fields = tuple(found[2].split(","))
    if fields != tuple(name for name in COMMITTED if name in fields):
        return None
    return int(found[1]), fields


@dataclass(slots=True)
class Absences:
    """Absences that wait for a later ``audit.erased`` event; memory grows with those only.

    `redactable` are the fields that a manifest declares redacted: such an absence is settled at
    once, and so is one that is `declared` erased. `erasures` name what was not pending here.
    """

    redactable: frozenset[str] = frozenset()
    declared: frozenset[tuple[int, str]] = frozenset()
    pending: dict[tuple[int, str], None] = field(default_factory=dict)
    erasures: list[tuple[int, str]] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    redacted: int = 0
    erased: int = 0

    def note(self, seq: int, fields: Iterable[str], action: str) -> None:
        """Remember that event `seq` lacks these fields."""
        for name in fields:
            if name in self.redactable:
                self.redacted += 1
            elif (seq, name) in self.declared and action not in ACCOUNTING:
                self.erased += 1
            elif action in ACCOUNTING:
                self.refused.append((seq, name))
            else:
                self.pending[(seq, name)] = None

    def account(self, row: Row) -> None:
        """Settle what an ``audit.erased`` event names: entity_id ``<seq>:<field>[,<field>…]``."""
        named = parse_erasure(row.entity_id) if row.entity_type == "audit_event" else None
        if named is not None:
            for name in named[1]:
                self._settle((named[0], name))

    def _settle(self, absence: tuple[int, str]) -> None:
        if absence in self.pending:
            del self.pending[absence]
            self.erased += 1
        else:
            self.erasures.append(absence)

    def join(self, later: Absences) -> None:
        """Add what was seen in the events after these."""
        for absence in later.erasures:
            self._settle(absence)
        self.pending |= later.pending
        self.refused += later.refused
        self.redacted += later.redacted
        self.erased += later.erased

    def report(self, report: Report, *, to_end: bool) -> None:
        """Count what is accounted for and name the rest: altered, or not judged before the end."""
        report.redacted, report.erased = self.redacted, self.erased
        unaccounted = [*self.refused]
        if to_end:
            unaccounted += self.pending
        elif self.pending:
            report.undecided = True
            report.not_judged.append(
                f"whether {len(self.pending)} absent fields were erased: the events that would"
                " account for them need not be among these"
            )
        for seq, name in sorted(unaccounted, key=lambda absence: (absence[1], absence[0])):
            report.add(seq, seq, "altered", f"{name} is absent and nothing accounts for it")
