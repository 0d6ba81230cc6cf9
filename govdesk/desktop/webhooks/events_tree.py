"""The tree of events to be ticked."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeWidget, QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets import Ticks

_LINES: Final = 9


class EventsTree(QTreeWidget):
    """Groups with their events, each to be ticked; Enter ticks, too, and adds nothing."""

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self.setObjectName("webhook_events_tree")
        self.setAccessibleName("Events")
        self.setHeaderHidden(True)
        self.setTabKeyNavigation(False)
        self.setUniformRowHeights(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(Ticks(self))
        self.setFixedHeight(_LINES * theme.ROW_COMPACT + theme.GRID)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Enter turn the tick of the row that the keyboard is on."""
        item = self.currentItem()
        if item is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            is_on = item.checkState(0) is Qt.CheckState.Checked
            item.setCheckState(0, Qt.CheckState.Unchecked if is_on else Qt.CheckState.Checked)
            return
        super().keyPressEvent(event)
