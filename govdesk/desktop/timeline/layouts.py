"""Layouts whose content changes: emptying them, and the way of the Tab key through them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget


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


def in_order(layout: QLayout | None) -> Iterator[QWidget]:
    """Yield the controls of a layout in the order in which it holds them."""
    for place in range(layout.count() if layout is not None else 0):
        item = layout.itemAt(place) if layout is not None else None
        widget = item.widget() if item is not None else None
        if widget is None:
            yield from in_order(item.layout() if item is not None else None)
            continue
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            yield widget
        yield from in_order(widget.layout())


def chain(controls: Sequence[QWidget]) -> None:
    """Have the Tab key go through the controls in this order."""
    for first, second in pairwise(controls):
        QWidget.setTabOrder(first, second)
