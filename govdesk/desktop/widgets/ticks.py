"""Tick boxes of lists and trees."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
)

from govdesk.desktop import theme

_STATE = QStyle.StateFlag
_MARKS: Final = {
    Qt.CheckState.Checked: _STATE.State_On,
    Qt.CheckState.PartiallyChecked: _STATE.State_NoChange,
    Qt.CheckState.Unchecked: _STATE.State_Off,
}


class Ticks(QStyledItemDelegate):
    """Draws the theme's own box over that of a plain list, which cannot be seen in the dark.

    For every list whose rows can be ticked; its parent is the view.
    """

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """A row, then its box if it has one."""
        super().paint(painter, option, index)
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        if not own.features & QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator:
            return
        view = self.parent()
        assert isinstance(view, QAbstractItemView)
        place = QStyle.SubElement.SE_ItemViewItemCheckIndicator
        box = QStyleOptionButton()
        box.rect = view.style().subElementRect(place, own, view)
        box.state = _MARKS[own.checkState] | (own.state & _STATE.State_Enabled)
        if not own.state & _STATE.State_Selected:
            painter.fillRect(box.rect, theme.colour("base"))
        element = QStyle.PrimitiveElement.PE_IndicatorCheckBox
        QApplication.style().drawPrimitive(element, box, painter)
