"""The histogram's numbers as a table, for whoever reads rather than looks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.timeline.histogram_buckets import Bucket
from govdesk.domain.filter_language.writing import period_words


class HistogramTable(QDialog):
    """One row a bucket, the latest first; what is not counted yet is an ellipsis."""

    def __init__(self, buckets: Sequence[Bucket], zone: tzinfo, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("histogram_table_dialog")
        self.setWindowTitle("Events over time")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._table = _table(buckets, zone)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.setObjectName("histogram_table_buttons")
        buttons.rejected.connect(self.reject)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[theme.MARGIN] * 4)
        layout.setSpacing(theme.GAP)
        layout.addWidget(self._table)
        layout.addWidget(buttons)
        self.resize(theme.GRID * 140, theme.GRID * 120)


def _table(buckets: Sequence[Bucket], zone: tzinfo) -> QTableWidget:
    table = QTableWidget(len(buckets), 3)
    table.setObjectName("histogram_table")
    table.setAccessibleName("Events over time")
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    for column, (name, side) in enumerate((("Period", left), ("Events", right), ("High", right))):
        header = QTableWidgetItem(name)
        header.setTextAlignment(side)
        table.setHorizontalHeaderItem(column, header)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.verticalHeader().setVisible(False)
    table.verticalHeader().setDefaultSectionSize(theme.ROW_HEIGHT)
    table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    for row, bucket in enumerate(reversed(buckets)):
        table.setItem(row, 0, QTableWidgetItem(period_words(bucket.start, bucket.end, zone)))
        is_counted = bucket.count is not None
        for column, number in ((1, bucket.count), (2, bucket.high)):
            item = QTableWidgetItem(f"{number:,}" if is_counted else "…")
            item.setTextAlignment(right)
            table.setItem(row, column, item)
    table.setCurrentCell(0, 0)
    return table
