"""The tamper drill: every operator on every column of a scratch copy, and what was found.

The live tables are read and never touched. What only a checkpoint or a pinned key can find is
said so: it is not claimed for the chain alone.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal

from govdesk import __version__
from govdesk.database import rows as reading
from govdesk.database.connection import Session
from govdesk.database.tree import SessionHashes
from govdesk.domain.problem import Problem
from govdesk.evidence import checkpoints, notes, proofs
from govdesk.evidence.checkpoints import SignedCheckpoint, Tree
from govdesk.evidence.leaf import GENESIS, Row
from govdesk.evidence.merkle import Frontier
from govdesk.evidence.report import Checkpoint, Report
from govdesk.evidence.state import State
from govdesk.evidence.verification import Verifier
from govdesk.services.drill_operators import COLUMNS, OPERATORS, Operator, made_up

EVENTS: Final = 200
MOST: Final = 5000
FoundBy = Literal["the log itself", "a checkpoint", "a pinned key", "nothing", "not tried"]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Cell:
    """One operator on one column: how often it was tried and found, by what, and one example.

    `by` is the weakest means that sufficed every time.
    """

    operator: str
    column: str
    tried: int
    found: int
    by: FoundBy
    kinds: tuple[str, ...] = ()
    example: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """The outcome: `first` to `last` are real events, `made_up` more were put behind them."""

    tenant_path: str
    first: int
    last: int
    events: int
    made_up: int
    made_at: str
    generator: str
    cells: tuple[Cell, ...] = field(repr=False)

    @property
    def tried(self) -> int:
        """How many times something was tampered with."""
        return sum(cell.tried for cell in self.cells)

    @property
    def missed(self) -> int:
        """How many of those were not found; 0, or the verification has a hole."""
        return sum(cell.tried - cell.found for cell in self.cells)

    def by(self, means: FoundBy) -> int:
        """How many tamperings are in cells that this means sufficed for."""
        return sum(cell.tried for cell in self.cells if cell.by == means)

    def cell(self, operator: str, column: str) -> Cell:
        """One cell."""
        return next(c for c in self.cells if (c.operator, c.column) == (operator, column))

    def as_json(self) -> dict[str, object]:
        """The document that ``--json`` prints."""
        return {
            "ok": not self.missed,
            "tried": self.tried,
            "found": self.tried - self.missed,
            **{name: value for name, value in asdict(self).items() if name != "cells"},
            "operators": {one.name: one.words for one in OPERATORS},
            "cells": [asdict(cell) for cell in self.cells],
        }


class NotWhole(Problem):
    """The copy has faults before anything was done to it."""


# ---------------------------------------------------------------- the copy


@dataclass(frozen=True, slots=True)
class Scratch:
    """Whole rows from memory, the tree before them, and a checkpoint of a key made for the drill.

    `real` is how many of them come from the log; the rest was made up behind those.
    """

    rows: tuple[Row, ...]
    real: int
    prev: str
    before: Frontier
    note: str
    key: notes.VerifierKey

    @classmethod
    def of(cls, rows: Sequence[Row], before: Frontier | None = None) -> Scratch:
        """Copy contiguous rows; `before` is the tree of all events before the first.

        Raises `NotWhole`.
        """
        real = list(rows)
        prev = _prev_of(real[0])
        whole = (*real, *made_up(real[-1]))
        start = before or Frontier()
        pair = notes.KeyPair.generate()
        note = _signed(whole, start, pair)
        key = pair.vkey(checkpoints.origin(whole[0].tenant_path))
        scratch = cls(whole, len(real), prev, start, note, key)
        report = scratch.judged(whole, note)
        if report.faults:
            fault = report.faults[0]
            raise NotWhole(
                f"The copy has faults already: {fault.kind} at event {fault.first}.",
                "Verify the log first: govdesk audit verify.",
                exit_code=1,
            )
        return scratch

    def judged(self, rows: Sequence[Row], note: str = "") -> Report:
        """Verify rows as they would be read; with a note, against its tree."""
        known = None
        if note:
            tree = SignedCheckpoint.parse(note).tree
            known = Checkpoint(tree.size, tree.root.hex())
        verifier = Verifier(self._state(), checkpoint=known)
        verifier.feed(sorted(rows, key=lambda row: row.seq))
        return verifier.finish()

    def _state(self) -> State:
        first = self.rows[0].seq
        tree = copy.deepcopy(self.before)
        return State(first - 1, self.prev, tree=tree, tenant_path=self.rows[0].tenant_path)

    def forged_note(self, rows: Sequence[Row]) -> str:
        """A checkpoint over other rows, signed by somebody else."""
        return _signed(rows, self.before, notes.KeyPair.generate())

    def is_pinned(self, note: str) -> bool:
        """Whether the key that the drill knows signed a checkpoint."""
        return bool(SignedCheckpoint.parse(note).verified_by([self.key]))


def _prev_of(row: Row) -> str:
    from govdesk.evidence.leaf import parse

    members = parse(row.leaf)
    return str(members["prev"]) if members else GENESIS


def _signed(rows: Sequence[Row], before: Frontier, pair: notes.KeyPair) -> str:
    tree = copy.deepcopy(before)
    for row in rows:
        tree.push(bytes.fromhex(row.leaf_hash))
    origin = checkpoints.origin(rows[0].tenant_path)
    return notes.sign(checkpoints.body(origin, Tree(tree.size, tree.root())), origin, [pair])


# ---------------------------------------------------------------- the drill


def tamper(scratch: Scratch, progress: Progress = lambda done, total: None) -> tuple[Cell, ...]:
    """Try every operator on every column, each at several events, and return the matrix."""
    jobs = [(operator, column) for operator in OPERATORS for column in COLUMNS]
    cells = []
    for done, (operator, column) in enumerate(jobs, 1):
        cells.append(_cell(scratch, operator, column))
        progress(done, len(jobs))
    return tuple(cells)


def _cell(scratch: Scratch, operator: Operator, column: str) -> Cell:
    tried = [_found(scratch, operator, rows) for rows in _tampered(scratch, operator, column)]
    if not tried:
        return Cell(operator.name, column, 0, 0, "not tried")
    order = ("the log itself", "a checkpoint", "a pinned key", "nothing")
    by = max((means for means, _, _ in tried), key=order.index)
    kinds = tuple(sorted({kind for _, kinds, _ in tried for kind in kinds}))
    found = sum(means != "nothing" for means, _, _ in tried)
    return Cell(operator.name, column, len(tried), found, by, kinds, tried[0][2])


def _tampered(scratch: Scratch, operator: Operator, column: str) -> Iterator[list[Row]]:
    rows = scratch.rows
    for place in _places(scratch):
        changed = operator.change(rows, place, column)
        if changed is not None and tuple(changed) != rows:
            yield changed


def _places(scratch: Scratch) -> list[int]:
    """Where it is tried: early, in the middle and late in the real events, and in made-up ones."""
    real, total = scratch.real, len(scratch.rows)
    real_ones = {place for place in (1, real // 2, real - 1) if 0 < place < real}
    return sorted({*real_ones, total - 4, total - 3, total - 2} - {0})


def _found(
    scratch: Scratch, operator: Operator, rows: list[Row]
) -> tuple[FoundBy, tuple[str, ...], str]:
    """By what it is found, as which kinds, and the first fault in words."""
    report = scratch.judged(rows)
    if report.faults and not operator.swaps_key:
        return "the log itself", *_words(report)
    if not operator.swaps_key:
        report = scratch.judged(rows, scratch.note)
        return ("a checkpoint" if report.faults else "nothing"), *_words(report)
    forged = scratch.forged_note(rows)
    if scratch.judged(rows, forged).faults:
        return "the log itself", *_words(scratch.judged(rows, forged))
    if scratch.is_pinned(forged):
        return "nothing", (), ""
    return "a pinned key", ("signature",), "signature: another key than the known one signed"


def _words(report: Report) -> tuple[tuple[str, ...], str]:
    if not report.faults:
        return (), ""
    kinds = tuple(sorted({fault.kind for fault in report.faults}))
    first = report.faults[0]
    where = f"{first.first}" if first.first == first.last else f"{first.first}–{first.last}"
    return kinds, f"{first.kind} {where}: {first.detail}"


def drill(
    session: Session, events: int = EVENTS, progress: Progress = lambda done, total: None
) -> Matrix:
    """Run the drill on a copy of the newest events; the tables are only read.

    Raises `NotWhole` if the copy has faults, and Problem if there is nothing to copy.
    """
    newest = reading.head(session)
    if newest is None or not reading.sees_everything(session):
        raise Problem(
            "The drill needs the log of the whole organization, and there is none to read here.",
            "Ask somebody who may read the whole log to run it.",
            exit_code=4 if newest else 2,
        )
    first = max(1, newest.seq - min(events, MOST) + 1)
    real = [row for row in reading.stream(session, first, newest.seq) if isinstance(row, Row)]
    real = _dense(real)
    before = _tree_before(session, real[0].seq, newest.seq)
    scratch = Scratch.of(real, before)
    made_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    cells = tamper(scratch, progress)
    return Matrix(
        session.tenant_path, real[0].seq, real[-1].seq, len(real),
        len(scratch.rows) - len(real), made_at, f"GovDesk {__version__}", cells,
    )  # fmt: skip


def _dense(rows: list[Row]) -> list[Row]:
    """The end of the rows that has no gaps: behind what was archived and pruned."""
    start = len(rows) - 1
    while start and rows[start - 1].seq == rows[start].seq - 1:
        start -= 1
    return rows[start:]


def _tree_before(session: Session, first: int, size: int) -> Frontier:
    if first == 1:
        return Frontier()
    edges = proofs.edges(SessionHashes(session), first - 1, size, size)
    return proofs.begin_range(first - 1, edges)
