"""The table's columns: what stands where on a page, in the timeline's order."""

from __future__ import annotations

from dataclasses import dataclass

MARGIN = 36.0
"""White on all four sides, in points."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the timeline: its title, place, width with the gap behind it, and typeface.

    `repeats` is whether the same value is likely to come again; `upper`, which deck it is in.
    """

    key: str
    title: str
    x: float
    width: float
    face: str = "small"
    repeats: bool = True
    upper: bool = True


UPPER = (
    Column("seq", "Event", 36, 42, "strong", repeats=False),
    Column("at", "Time (UTC)", 78, 106, repeats=False),
    Column("severity", "Severity", 184, 44),
    Column("action", "Action", 228, 112),
    Column("actor", "Actor", 340, 118),
    Column("on_behalf_of", "On behalf of", 458, 76),
    Column("entity_type", "Entity type", 534, 58),
    Column("entity_id", "Entity id", 592, 142, "mono"),
    Column("system", "System", 734, 78),
)
LOWER = (
    Column("summary", "Summary", 78, 317, "body", repeats=False, upper=False),
    Column("ip", "IP address", 395, 63, "mono", upper=False),
    Column("request_id", "Request id", 458, 134, "mono", repeats=False, upper=False),
    Column("leaf_hash", "Leaf hash (SHA-256)", 592, 220, "mono", repeats=False, upper=False),
)
"""A row has two decks: who did what to what, and below it what it was about and its seal."""

TIMELINE = tuple(column.key for column in UPPER + LOWER)
"""Names of the cells of a row, in order."""

SEVERITY_COLOURS = {
    "info": "0.60 0.64 0.69",
    "notice": "0.17 0.45 0.70",
    "warning": "0.80 0.53 0.00",
    "high": "0.75 0.11 0.13",
}
"""Red, green and blue of the mark before the word."""
