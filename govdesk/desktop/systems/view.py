"""The view of the tree: names stay readable at any width."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTreeView

_LEAST_CHARACTERS: Final = 28
"""Room for a name two levels down, with what indents it and its icon."""


class NodeView(QTreeView):
    """The first column takes the room that is left; without enough of it the tree scrolls."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width leaves another room."""
        super().resizeEvent(event)
        titles = self.header()
        least = _LEAST_CHARACTERS * self.fontMetrics().averageCharWidth()
        others = sum(titles.sectionSize(place) for place in range(1, titles.count()))
        has_room = self.viewport().width() - others >= least
        mode = QHeaderView.ResizeMode.Stretch if has_room else QHeaderView.ResizeMode.Interactive
        if titles.sectionResizeMode(0) != mode:
            titles.setSectionResizeMode(0, mode)
        if not has_room:
            titles.resizeSection(0, least)
