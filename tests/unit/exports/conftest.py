"""Prints rows to a file and reads it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from govdesk.exports.pdf.facts import Counted, Facts
from govdesk.exports.pdf.found_fonts import FontShelf
from govdesk.exports.pdf.printing import Row, print_log
from tests.printed import Printed

FACTS = Facts(
    tenant_path="north",
    organization="North",
    made_by="olga@north.example",
    made_at=datetime(2026, 5, 4, 3, 2, 1, 7, tzinfo=UTC),
    generator="GovDesk 1",
    export_id="2f1c7a3e",
    first=1,
    last=9,
)

Print = Callable[..., tuple[Printed, Counted]]


def event(seq: int = 1, **cells: str | None) -> Row:
    """A row of the timeline; `erased` names fields that the log no longer has."""
    usual: dict[str, str | None] = {
        "seq": str(seq),
        "at": "2026-05-04T03:02:01.000007Z",
        "severity": "notice",
        "action": "member.invited",
        "actor": "olga@north.example",
        "on_behalf_of": None,
        "entity_type": "member",
        "entity_id": "7",
        "system": "Pricing",
        "summary": "Olga invited Petr",
        "ip": "192.0.2.7",
        "request_id": "r7",
        "leaf_hash": "ab" * 32,
        "erased": "",
    }
    return tuple((usual | cells).values())


@pytest.fixture
def print_rows(tmp_path: Path) -> Print:
    """Print rows with the bundled fonts alone, or with those of `shelf`."""

    def make(
        rows: Iterable[Row], shelf: FontShelf | None = None, **facts: object
    ) -> tuple[Printed, Counted]:
        target = tmp_path / "log.pdf"
        with open(target, "wb") as file:
            counted = print_log(
                rows, replace(FACTS, **facts), file.write, shelf=shelf or FontShelf([])
            )
        return Printed(target), counted

    return make
