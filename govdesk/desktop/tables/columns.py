"""Columns, declared once: for the table, its copies and what a screen reader says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Column:
    """One column: as wide as `sample`, or `width` average characters of the body font.

    `stretch` takes what is left.
    """

    key: str
    title: str
    text: Callable[[Any], str]
    width: int = 16
    sample: str = ""
    right: bool = False
    mono: bool = False
    visible: bool = True
    stretch: bool = False
    icon: Callable[[Any], tuple[str, str]] | None = None
    """Name and colour of an icon that repeats what the text says."""
    tip: Callable[[Any], str] | None = None
    """What the tool tip says where the text leaves something out."""


class Line(NamedTuple):
    """One row: the thing itself, and its texts in the order of the columns."""

    item: Any
    texts: tuple[str, ...]


def lines(items: list[Any], columns: tuple[Column, ...]) -> list[Line]:
    """Make rows; done where the page is read, so that drawing only looks up."""
    return [Line(item, tuple(column.text(item) for column in columns)) for item in items]
