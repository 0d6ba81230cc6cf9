"""Asks the catalogue the questions of ``migrations/lint``: every answer is a hole, none is health.

Each file is one query with the columns `name`, `level`, `object`, `sentence`, `remedy`. A test
plants the fault that each of them must find.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from govdesk.database.migrate import migrations_folder
from govdesk.domain.capture import CAPTURED, EXCUSED

STRUCTURAL: Final = ("tenant_id", "tenant_path")
"""Columns that place a row in its tenant; the log's own row says the same."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One hole: which question found it, in which object, and how to close it."""

    name: str
    level: str
    object: str
    sentence: str
    remedy: str


def questions() -> list[Path]:
    """The files of ``migrations/lint`` in their order."""
    return sorted((migrations_folder() / "lint").glob("*.sql"))


def known_columns() -> list[str]:
    """Every column that is captured, observed or structural, as ``schema.table.column``."""
    return [
        f"{table.schema}.{table.name}.{column}"
        for table in CAPTURED
        for column in {*table.columns, *table.observed, *(STRUCTURAL if table.tenant else ())}
    ]


def lint(connection: psycopg.Connection[Any]) -> list[Finding]:
    """Return every finding; an administrator's connection is needed to see all of the catalogue."""
    parameters = {"excused": list(EXCUSED), "known_columns": known_columns()}
    found = []
    for path in questions():
        answers = connection.execute(path.read_bytes(), parameters).fetchall()
        found += [Finding(*row) for row in answers]
    return found
