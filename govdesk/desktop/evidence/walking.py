"""The way of the Tab key: as one reads, also through controls that flow over several lines."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QWidget

from govdesk.desktop.deliveries.flow import Flow
from govdesk.desktop.timeline.layouts import chain

__all__ = ["chain", "controls"]


def controls(part: QWidget) -> Iterator[QWidget]:
    """Yield the controls in a part, itself among them, in the order in which one reads them."""
    if part.focusPolicy() != Qt.FocusPolicy.NoFocus:
        yield part
    if isinstance(part, Flow):
        for one in part.controls:
            yield from controls(one)
    elif isinstance(part, QScrollArea) and (inner := part.widget()) is not None:
        yield from controls(inner)
    else:
        yield from _of(part.layout())


def _of(layout: QLayout | None) -> Iterator[QWidget]:
    for place in range(layout.count() if layout is not None else 0):
        item = layout.itemAt(place) if layout is not None else None
        widget = item.widget() if item is not None else None
        if widget is not None:
            yield from controls(widget)
        elif item is not None:
            yield from _of(item.layout())
