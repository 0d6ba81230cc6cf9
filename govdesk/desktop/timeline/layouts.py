"""Layouts whose content changes: emptying them, and the way of the Tab key through them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QWidget

from govdesk.desktop.deliveries.flow import Flow


def empty(layout: QLayout) -> None:
    """Take every widget out of the layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            let_go(widget)


def let_go(widget: QWidget) -> None:
    """Hide a widget and have it deleted; its parent no longer knows it."""
    widget.hide()
    widget.setParent(None)
    widget.deleteLater()


def controls(part: QWidget) -> Iterator[QWidget]:
    """Yield the controls in a part, itself among them, in the order in which one reads them.

    Areas that scroll and controls that flow over several lines are walked through as well.
    """
    if part.focusPolicy() != Qt.FocusPolicy.NoFocus:
        yield part
    if isinstance(part, Flow):
        for one in part.controls:
            yield from controls(one)
    elif isinstance(part, QScrollArea) and (inner := part.widget()) is not None:
        yield from controls(inner)
    else:
        yield from in_order(part.layout())


def in_order(layout: QLayout | None) -> Iterator[QWidget]:
    """Yield the controls of a layout in the order in which it holds them."""
    for place in range(layout.count() if layout is not None else 0):
        item = layout.itemAt(place) if layout is not None else None
        widget = item.widget() if item is not None else None
        if widget is not None:
            yield from controls(widget)
        elif item is not None:
            yield from in_order(item.layout())


def chain(order: Sequence[QWidget]) -> None:
    """Have the Tab key go through the controls in this order."""
    for first, second in pairwise(order):
        QWidget.setTabOrder(first, second)
