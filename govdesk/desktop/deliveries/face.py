"""The face of the delivery log: filter, table, detail, and what stands there without rows."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.deliveries.columns import columns, sentence
from govdesk.desktop.deliveries.detail import DeliveryDetail
from govdesk.desktop.deliveries.filter_bar import DeliveryFilter
from govdesk.desktop.deliveries.flow import Flow
from govdesk.desktop.deliveries.model import LogModel
from govdesk.desktop.editing.section import button
from govdesk.desktop.tables import WindowedTable
from govdesk.desktop.tables.header import ColumnKeeper
from govdesk.desktop.widgets import StatePage, Words
from govdesk.domain import webhook_events
from govdesk.jobs import Jobs
from govdesk.services.deliveries import Attempt

_NAMES: Final = tuple(
    dict.fromkeys(pattern for group in webhook_events.PATTERNS for pattern in group.patterns)
)


class LogFace(QWidget):
    """What one sees. `redeliver_asked`, `why_asked` and `newest_asked` follow buttons."""

    redeliver_asked = Signal()
    why_asked = Signal()
    newest_asked = Signal()

    def __init__(
        self, jobs: Jobs, preferences: Preferences, zone: tzinfo, parent: QWidget | None = None
    ):
        super().__init__(parent)
        self.setObjectName("deliveries_part")
        self._build(jobs, preferences, zone)

    def _build(self, jobs: Jobs, preferences: Preferences, zone: tzinfo) -> None:
        self.filter = DeliveryFilter(zone, self)
        self.filter.offer_events(_NAMES)
        self.model = LogModel(columns(zone), jobs, sentence(zone), self)
        self.table = WindowedTable(self.model, "deliveries_table", self)
        self.table.setAccessibleName("Tries of deliveries, newest first")
        self.table.set_compact(preferences.get("compact_rows"))
        self.table.horizontalHeader().setStretchLastSection(True)
        self.columns = ColumnKeeper(self.table, preferences)
        self.detail = DeliveryDetail(zone, self)
        self.detail.hide()
        self.states = StatePage(self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.states)
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addLayout(self._news())
        column.addWidget(self.stack, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setObjectName("deliveries_splitter")
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.detail)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setChildrenCollapsible(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.INSIDE)
        whole.addLayout(self._acts())
        whole.addWidget(self.filter)
        whole.addWidget(self.splitter, 1)
        self.model.rowsInserted.connect(self._on_inserted)

    def _acts(self) -> QHBoxLayout:
        acts = Flow(self)
        self.redeliver_button = button(
            "Redeliver…", "deliveries_redeliver", self.redeliver_asked.emit, self,
            icon="refresh-cw",
        )  # fmt: skip
        self.why_button = button(
            "Why was this not sent?", "deliveries_why", self.why_asked.emit, self,
            icon="circle-question-mark",
        )  # fmt: skip
        acts.add(self.redeliver_button)
        acts.add(self.why_button)
        self.why_not = Words("", "secondary", "text_secondary", self, wraps=True)
        self.why_not.setObjectName("deliveries_why_not")
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        row.addWidget(acts)
        row.addWidget(self.why_not, 1)
        return row

    def _news(self) -> QHBoxLayout:
        self.news = Words("", "secondary", "text_secondary", self, wraps=True)
        self.news.setObjectName("deliveries_news")
        self.newest = button("Show the newest", "deliveries_newest", self.newest_asked.emit, self,
                             icon="arrow-up")  # fmt: skip
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        row.addWidget(self.news, 1)
        row.addWidget(self.newest)
        self.show_news("")
        return row

    # What is asked of it

    def set_compact(self, compact: bool) -> None:
        """Use the lower row height."""
        self.table.set_compact(compact)

    def go_to_filter(self) -> None:
        """Put the keyboard into the filter."""
        self.filter.number.setFocus()
        self.filter.number.selectAll()

    def current(self) -> Attempt | None:
        """The try the keyboard is on, once it is there."""
        line = self.model.line(self.table.current_row())
        return None if line is None else line.item

    def narrow(self, attempt: Attempt, what: str) -> None:
        """Show only what shares this try's webhook, event or seq."""
        if what == "webhook":
            self.filter.show_webhook(attempt.webhook_id)
        elif what == "event":
            self.filter.event_line.setText(attempt.event)
        else:
            self.filter.number.setText(f"{attempt.seq:,}")
        self.filter.apply()

    # What stands there without rows

    def show_empty(self, is_narrow: bool) -> None:
        """Nothing was sent, or nothing that the filter lets through."""
        if is_narrow:
            self.states.show_empty(
                "No try passes this filter",
                "Take something out of it, or look at every try.",
                "Clear the filter",
                self.filter.clear,
            )
        else:
            self.states.show_empty(
                "Nothing was sent yet",
                "Every try to deliver an event stands here the moment it ends, for 90 days.",
                icon="inbox",
            )
        self.stack.setCurrentWidget(self.states)

    @Slot()
    def show_loading(self) -> None:
        """Placeholders in the place of the rows."""
        self.states.show_loading("Reading the delivery log")
        self.stack.setCurrentWidget(self.states)

    def show_news(self, words: str) -> None:
        """Say something above the table, with a way to the newest; nothing hides both."""
        self.news.setText(words)
        self.news.setVisible(bool(words))
        self.newest.setVisible(bool(words))

    # Keeping still

    @Slot(QModelIndex, int, int)
    def _on_inserted(self, parent: QModelIndex, first: int, last: int) -> None:
        """A late try stands above what one reads: that stays where it is."""
        bar = self.table.verticalScrollBar()
        if 0 < first <= self.table.visible_rows()[0] and bar.value() > 0:
            high = self.table.verticalHeader().defaultSectionSize()
            bar.setValue(bar.value() + (last - first + 1) * high)
