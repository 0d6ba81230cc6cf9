"""Claims: the drill tries every operator on every column, finds all of it, and says by what."""

from __future__ import annotations

from collections import Counter

import pytest

from govdesk.evidence.leaf import Row
from govdesk.evidence.merkle import Frontier
from govdesk.services import drill, drill_operators
from govdesk.services.drill import NotWhole, Scratch, tamper
from govdesk.services.drill_operators import COLUMNS, EVENT, NULLABLE, OPERATORS
from tests.unit.evidence import logs

LOG = logs.rows(logs.log(40, seed=11))
SEAL = {"leaf", "leaf_hash"}


@pytest.fixture(scope="module")
def cells() -> tuple[drill.Cell, ...]:
    """The matrix over forty events."""
    return tamper(Scratch.of(LOG))


def test_there_is_a_cell_for_every_operator_and_every_column(cells: tuple[drill.Cell, ...]) -> None:
    assert set(COLUMNS) == {EVENT, *Row._fields}
    names = {(cell.operator, cell.column) for cell in cells}
    assert names == {(operator.name, column) for operator in OPERATORS for column in COLUMNS}
    assert [operator.name for operator in OPERATORS] == [
        "edit", "delete", "insert", "swap", "cut", "restore", "fork", "re-chain", "key swap",
    ]  # fmt: skip


def test_everything_that_was_tried_is_found(cells: tuple[drill.Cell, ...]) -> None:
    assert [cell for cell in cells if cell.found < cell.tried] == []
    assert all(cell.example for cell in cells if cell.tried)
    assert sum(cell.tried for cell in cells) > 500


def test_only_what_makes_no_sense_is_left_out(cells: tuple[drill.Cell, ...]) -> None:
    untried = {(cell.operator, cell.column) for cell in cells if not cell.tried}
    whole = {"restore", "fork", "re-chain", "key swap"}
    expected = {(operator, column) for operator in whole for column in SEAL}
    expected |= {("insert", c) for c in Row._fields if c not in NULLABLE}
    expected |= {("insert", c) for c in ("actor", "summary")}
    expected |= {("delete", "seq"), ("cut", "seq"), ("fork", "seq"), ("edit", EVENT)}
    expected |= {("swap", "tenant_path")}
    assert untried == expected


def test_what_a_chain_cannot_see_is_said_to_need_a_checkpoint_or_a_key(
    cells: tuple[drill.Cell, ...],
) -> None:
    by = {(cell.operator, cell.column): cell.by for cell in cells if cell.tried}
    for column in set(COLUMNS) - SEAL - {"at", "tenant_path"}:
        assert by["re-chain", column] == "a checkpoint", column
        assert by["key swap", column] == "a pinned key", column
    for column in set(COLUMNS) - SEAL - {"seq", "at", "tenant_path"}:
        assert by["restore", column] == "a checkpoint", column
    assert by["cut", EVENT] == "a checkpoint"
    assert {by[operator, "actor"] for operator in ("edit", "delete", "swap", "cut", "fork")} == {
        "the log itself"
    }


def test_a_copy_from_the_middle_of_a_log_is_judged_alike() -> None:
    before = Frontier()
    for row in LOG[:17]:
        before.push(bytes.fromhex(row.leaf_hash))
    cells = tamper(Scratch.of(LOG[17:], before))
    assert [cell for cell in cells if cell.found < cell.tried] == []
    assert Counter(cell.by for cell in cells)["a checkpoint"] > 30


def test_a_copy_with_faults_is_no_ground_for_a_drill() -> None:
    rows = [*LOG[:9], LOG[9]._replace(summary="Nothing happened"), *LOG[10:]]
    with pytest.raises(NotWhole, match="altered at event 10"):
        Scratch.of(rows)


def test_a_hole_in_the_verification_would_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """The drill is no use if it cannot fail."""
    scratch = Scratch.of(LOG[:8])
    monkeypatch.setattr(Scratch, "judged", lambda *_: drill.Report(ok=True))
    cells = tamper(scratch)
    edits = [cell for cell in cells if cell.operator == "edit" and cell.tried]
    assert all((cell.found, cell.by) == (0, "nothing") for cell in edits)


def test_a_single_event_is_enough(cells: tuple[drill.Cell, ...]) -> None:
    short = tamper(Scratch.of(LOG[:1]))
    assert [cell for cell in short if cell.found < cell.tried] == []
    tried = {(c.operator, c.column) for c in short if c.tried}
    assert tried == {(c.operator, c.column) for c in cells if c.tried} - {("swap", "at")}


def test_a_new_column_would_be_tried_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drill_operators.COLUMNS[1:] == Row._fields
    hints = {name for name in Row._fields if "None" in str(Row.__annotations__[name])}
    assert hints == NULLABLE
