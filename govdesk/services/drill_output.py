"""The drill's matrix as a table for people, as CSV and as a signed PDF."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from govdesk.domain.problem import Problem
from govdesk.exports.files import WholeFile
from govdesk.exports.pdf.seal import Seal
from govdesk.services.drill import Cell, FoundBy, Matrix
from govdesk.services.drill_operators import COLUMNS, EVENT, OPERATORS

_MARKS: Final[dict[FoundBy, str]] = {
    "the log itself": "found",
    "a checkpoint": "checkpoint",
    "a pinned key": "key",
    "nothing": "MISSED",
    "not tried": "–",
}
LEGEND: Final = (
    "found: the log itself shows it (columns, commitments, chain, numbers). checkpoint: the log"
    " would pass by itself; a signed checkpoint from before shows it. key: log and checkpoint fit"
    " each other; only who knows the right key sees that another one signed. –: there is nothing to"
    " do that to."
)


def table(matrix: Matrix) -> str:
    """The matrix for a terminal, and what the words in it mean."""
    heads, rows = _grid(matrix)
    lines = [heads, *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(heads))]
    text = "\n".join(
        "  ".join(v.ljust(w) for v, w in zip(line, widths, strict=True)).rstrip() for line in lines
    )
    return f"{summary(matrix)}\n\n{text}\n\n{LEGEND}"


def summary(matrix: Matrix) -> str:
    """What was done to what, and what came of it, in sentences."""
    verdict = (
        f"All {matrix.tried} tamperings were found"
        if not matrix.missed
        else f"{matrix.missed} of {matrix.tried} tamperings were NOT found"
    )
    return (
        f"{verdict}: {matrix.by('the log itself')} by the log itself,"
        f" {matrix.by('a checkpoint')} only with a checkpoint,"
        f" {matrix.by('a pinned key')} only with the right key.\n"
        f"Tried on a copy of events {matrix.first:,} to {matrix.last:,} of {matrix.tenant_path} and"
        f" {matrix.made_up} made-up ones behind them; nothing in the database was touched."
    )


def _grid(matrix: Matrix) -> tuple[list[str], list[list[str]]]:
    heads = ["column", *(operator.name for operator in OPERATORS)]
    rows = [
        [_titled(column), *(_MARKS[matrix.cell(one.name, column).by] for one in OPERATORS)]
        for column in COLUMNS
    ]
    return heads, rows


def _titled(column: str) -> str:
    return "whole event" if column == EVENT else column


def csv_bytes(matrix: Matrix) -> bytes:
    """One line for every operator and column."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("operator", "column", "tried", "found", "by", "kinds", "example"))
    for cell in matrix.cells:
        kinds = " ".join(cell.kinds)
        row = (cell.operator, cell.column, cell.tried, cell.found, cell.by, kinds, cell.example)
        writer.writerow(row)
    return out.getvalue().encode()


def write(matrix: Matrix, target: Path, seal: Seal | None, *, force: bool = False) -> str:
    """Write the matrix as ``.csv`` or ``.pdf``, whole or not at all; returns its SHA-256."""
    if target.suffix not in (".csv", ".pdf"):
        raise Problem(
            f"{target.name} is neither .csv nor .pdf.", "Choose one of the two.", exit_code=2
        )
    file = WholeFile(target, {}, force=force)
    try:
        if target.suffix == ".csv":
            file.write(csv_bytes(matrix))
        else:
            _print(matrix, file, seal)
        file.finish()
    except BaseException:
        file.discard()
        raise
    return file.sha256


def _print(matrix: Matrix, file: WholeFile, seal: Seal | None) -> None:
    from govdesk.exports.pdf.grid import Grid, print_grid
    from govdesk.exports.pdf.metadata import Properties

    heads, rows = _grid(matrix)
    verdict, tried_on = summary(matrix).split("\n")
    entries = [
        ("Result", verdict),
        ("Tried on", tried_on),
        ("Made at", f"{matrix.made_at}, with {matrix.generator}"),
        ("Words", LEGEND),
        *((f"Operator {one.name}", f"{one.words}.") for one in OPERATORS),
    ]
    made = datetime.strptime(matrix.made_at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    about = Properties(
        title="Tamper drill",
        author=matrix.tenant_path,
        subject=f"Events {matrix.first} to {matrix.last} of {matrix.tenant_path}",
        creator=matrix.generator,
        created=made,
        identity=str(uuid.uuid4()),
    )
    findings = [(f"{c.operator} · {_titled(c.column)}", _told(c)) for c in matrix.cells if c.tried]
    grid = Grid("Tamper drill", entries, heads, rows, findings, frozenset({"MISSED"}))
    print_grid(grid, about, file.write, seal)


def _told(cell: Cell) -> str:
    return f"{cell.found} of {cell.tried} found by {cell.by}; for example: {cell.example}"
