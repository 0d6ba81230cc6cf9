"""One captured table: its columns, and which action a change of it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

ColumnKind = Literal[
    "text", "uuid", "bool", "int", "time", "path", "texts", "json", "bytes", "secret"
]
"""How a value is written in a diff; `secret` values appear as "[redacted]"."""

Operation = Literal["insert", "update", "delete"]


@dataclass(frozen=True, slots=True)
class Rule:
    """`action` holds when `condition` (SQL over ``n`` and ``o``) does; the first one wins."""

    operation: Operation
    action: str
    condition: str = "true"


@dataclass(frozen=True, slots=True)
class CapturedTable:
    """One table whose every change becomes a row of the log.

    `observed` columns change without one: they are observations, not decisions. `node_path` is
    the SQL expression of the node a row belongs to; null for rows of the whole organisation.
    """

    schema: str
    name: str
    columns: dict[str, ColumnKind]
    rules: tuple[Rule, ...]
    entity_id: str = "{row}.id"
    key: str = "id"
    node_path: str | None = None
    observed: dict[str, str] = field(default_factory=dict)
    tenant: bool = True


ROW: Final[dict[str, ColumnKind]] = {"created_at": "time"}


def became(status: str) -> str:
    return f"n.status IS DISTINCT FROM o.status AND n.status = '{status}'"
