"""How a case of capture is written; the cases stand in capture_cases and capture_cases_members."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

TENANT = "(SELECT tenant_id FROM govdesk.tenant WHERE tenant_path = 'acme')"
MEI = "(SELECT id FROM govdesk.member WHERE email = 'mei@acme.example')"
OLGA = "(SELECT id FROM govdesk.member WHERE email = 'olga@acme.example')"


class Anything:
    """Equal to every value but null: ids and times that the database makes."""

    def __eq__(self, other: object) -> bool:
        return other is not None

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "…"


SOME = Anything()
HIDDEN = "[redacted]"


def new(**values: Any) -> dict[str, Any]:
    """The diff of an inserted row."""
    return {name: {"new": value} for name, value in values.items()}


def moved(**values: tuple[Any, Any]) -> dict[str, Any]:
    """The diff of a changed row: old and new value of each column."""
    return {name: {"old": old, "new": now} for name, (old, now) in values.items()}


@dataclass(frozen=True)
class Case:
    """One statement by `setup:<release>`, and its row; `summary` follows the actor's name."""

    table: str
    operation: str
    action: str
    severity: str
    entity_type: str
    entity: str
    summary: str
    statement: str
    diff: dict[str, Any]
    before: tuple[str, ...] = ()
    system: str = "NULL"
    name: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.table}-{self.operation}-{self.action}"
