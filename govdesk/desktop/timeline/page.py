"""The audit timeline: histogram, filter, table, detail, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.tables import WindowedModel, WindowedTable
from govdesk.desktop.tables.copying import MOST_ROWS, Copier
from govdesk.desktop.tables.header import ColumnKeeper
from govdesk.desktop.timeline.columns import columns, sentence
from govdesk.desktop.timeline.detail import EventDetail
from govdesk.desktop.timeline.details import DetailReader
from govdesk.desktop.timeline.filter_bar import FilterBar
from govdesk.desktop.timeline.histogram import Histogram
from govdesk.desktop.timeline.histogram_buckets import Bucket, buckets_for
from govdesk.desktop.timeline.periods import period_of
from govdesk.desktop.timeline.reader import Counting, LogReader
from govdesk.desktop.widgets import PageHeader, StatePage
from govdesk.domain.filter_language import Filter
from govdesk.domain.filter_language.model import Key
from govdesk.jobs import Jobs
from govdesk.services.log_reading import Log
from govdesk.services.seals import SealState
from govdesk.services.timeline import Detail, Event, Extent

FOLLOW_SECONDS = 5
_COMPLETED = {
    "actor": "actor",
    "entity": "entity_id",
    "system": "system",
    "request": "request_id",
    "ip": "ip",
    "session": "session_id",
}
Seal = Callable[[int], str]


def _unknown() -> SealState | None:
    """Nothing is verified yet."""
    return None


class TimelinePage(QWidget):
    """The page, over the log of a server or of a sealed file.

    `trouble` carries errors that need a word, `said` what the status bar says all the time,
    `noted` what it says for a moment. `seal_state` is asked for what verification knows. A log
    that no longer grows is not `is_live`.
    """

    trouble = Signal(object)
    said = Signal(str)
    noted = Signal(str)
    opened = Signal()

    def __init__(
        self,
        log: Log,
        jobs: Jobs,
        preferences: Preferences,
        zone: tzinfo,
        seal: Seal,
        parent: QWidget | None = None,
        *,
        seal_state: Callable[[], SealState | None] = _unknown,
        is_live: bool = True,
        purpose: str = "Every change of the organization, sealed and in order.",
        when_empty: str = "Every change of the organization appears here the moment it happens.",
    ):
        super().__init__(parent)
        self.setObjectName("timeline_page")
        self._log, self._jobs, self._preferences = log, jobs, preferences
        self._zone, self._seal, self.seal_state = zone, seal, seal_state
        self.filter: Filter | None = None
        self.is_live = is_live
        self._has_rows = False
        self._wanted: int | None = None
        self._when_empty = when_empty
        self._build(purpose)
        self._connect()

    # Parts

    def _build(self, purpose: str) -> None:
        self.header = PageHeader("Audit timeline", purpose, parent=self)
        self.histogram = Histogram(self._zone, self)
        self.filter_bar = FilterBar(
            self._zone, self._preferences, values=self._seen_values, parent=self
        )
        self.model = WindowedModel(
            columns(self._zone, self._seal), self._jobs, sentence(self._zone, self._seal), self
        )
        self.table = WindowedTable(self.model, "timeline_table", self)
        self.table.setAccessibleName("Events, newest first")
        self.table.set_compact(self._preferences.get("compact_rows"))
        self.columns = ColumnKeeper(self.table, self._preferences)
        self.detail = EventDetail(self._zone, self._jobs, self)
        self.detail.hide()
        self.empty = StatePage(self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setObjectName("timeline_splitter")
        self.splitter.addWidget(self.stack)
        self.splitter.addWidget(self.detail)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setChildrenCollapsible(False)
        self._lay_out()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.INSIDE)
        layout.setSpacing(theme.INSIDE)
        for part in (self.header, self.histogram, self.filter_bar):
            layout.addWidget(part)
        layout.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        self.reader = LogReader(self._log, self._jobs, self.model, self._bucket_times, self)
        self.reader.opened.connect(self._on_opened)
        self.reader.counted.connect(self._on_counted)
        self.reader.grown.connect(self._on_grown)
        self.reader.failed.connect(self._on_failed)
        self.details = DetailReader(self._log, self._jobs, self)
        self.details.asked.connect(self.detail.show_loading)
        self.details.arrived.connect(self._on_detail)
        self.details.related.connect(self.detail.set_related)
        self.details.failed.connect(self.detail.show_error)
        self.details.failed.connect(self.trouble)
        self.detail.retry_requested.connect(self.details.read)
        self.copier = Copier(self.model, self.table, self._jobs, self)
        self.copier.failed.connect(self.trouble)
        self.model.failed.connect(self.trouble)
        self.model.page_arrived.connect(self._on_page)
        self.filter_bar.applied.connect(self.apply)
        self.histogram.period_chosen.connect(self.filter_bar.set_period)
        self.histogram.cleared.connect(self._on_period_cleared)
        self.table.opened.connect(self._on_row_opened)
        self.table.current_changed.connect(self._on_current)
        self.detail.closed.connect(self.close_detail)
        self.detail.filter_requested.connect(self._on_filter_requested)
        self.copier.too_many.connect(self._on_too_many)
        self.copier.copied.connect(self._on_copied)
        self._loading = QTimer(self)
        self._loading.setSingleShot(True)
        self._loading.setInterval(theme.LOADING_SHOWS_AFTER_MS)
        self._loading.timeout.connect(self._show_loading)
        self._following = QTimer(self)
        self._following.setInterval(FOLLOW_SECONDS * 1000)
        self._following.timeout.connect(self.reader.follow)

    # What the person does

    @Slot(object)
    def apply(self, filter: Filter | None) -> None:
        """Show the events that a filter lets through; None for every event."""
        self.filter = filter if filter is not None and filter.terms else None
        terms = self.filter.to_terms() if self.filter else []
        self._has_rows = False
        self._loading.start()
        self.reader.open(terms, period_of(self.filter))
        self._say()

    def refresh(self) -> None:
        """Read anew: F5."""
        self._loading.start()
        self.reader.reopen()

    def go_on(self) -> None:
        """The connection is back: ask for what is missing, and for what is new."""
        if self.reader.extent is None:
            self.reader.reopen()
        else:
            self.model.retry()
            self.reader.go_on()
            self.details.read()

    def seals_changed(self) -> None:
        """Draw the seals anew."""
        self.table.viewport().update()
        if self.detail.isVisible() and self.detail.seq is not None:
            self.detail.set_seal(self._seal(self.detail.seq), self.seal_state())

    def add_term(self, key: Key, value: str | None, negated: bool = False) -> None:
        """Narrow the filter by one term."""
        self.filter_bar.add_term(key, value, negated=negated)

    def show_only(self, key: Key, value: str | None) -> None:
        """Show everything that has this value, and nothing else of the filter."""
        self.filter_bar.clear()
        self.filter_bar.add_term(key, value)

    def copy(self) -> None:
        """Copy the selected rows."""
        self.copier.copy()

    def go_to_newest(self) -> None:
        """Show the newest event."""
        self.table.go_to(0)

    def toggle_detail(self) -> None:
        """Show the event the keyboard is on, or close the detail."""
        if self.detail.isVisible():
            self.close_detail()
        elif self.table.current_row() >= 0:
            self._on_row_opened(self.table.current_row())

    def toggle_live(self) -> None:
        """Follow new events, or stop."""
        self.is_live = not self.is_live
        self._follow()
        self._say()

    @property
    def zone(self) -> tzinfo:
        """The zone that times are shown in."""
        return self._zone

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone; the place in the log stays."""
        self._zone = zone
        self.histogram.zone = zone
        self.filter_bar.zone = zone
        self.detail.set_zone(zone)
        self.model.redeclare(columns(zone, self._seal), sentence(zone, self._seal))

    @Slot(object)
    def go_to_seq(self, seq: int) -> None:
        """Show event `seq`, or the next older one that the filter lets through."""
        self.reader.locate(seq, self.table.go_to)

    @Slot(object)
    def open_event(self, seq: int) -> None:
        """Show event `seq` with its detail once the log is read; without any filter."""
        self._wanted = seq
        if self.filter is not None:
            self.filter_bar.clear()
        self._open_wanted()

    def _open_wanted(self) -> None:
        if self._wanted is None or self.reader.is_opening or self.reader.layout is None:
            return
        seq, self._wanted = self._wanted, None
        self.detail.show()
        self.details.want(seq)
        self.go_to_seq(seq)
        self.detail.take_keyboard()

    @Slot(object)
    def go_to_time(self, at: datetime) -> None:
        """Show the first event at or after a time."""
        self.reader.locate_time(at, self.table.go_to)

    @Slot()
    def close_detail(self) -> None:
        """Close the detail; the keyboard is back on the table."""
        self.detail.hide()
        self.details.want(None)
        self.table.setFocus()

    def current_seq(self) -> int | None:
        """The number of the event the keyboard is on, once it is there."""
        event = self.current_event()
        return None if event is None else event.seq

    def current_event(self) -> Event | None:
        """The event the keyboard is on, once it is there."""
        line = self.model.line(self.table.current_row())
        return None if line is None else line.item

    @property
    def is_exact(self) -> bool:
        """Whether the number of events under the filter is known."""
        return self.reader.layout is not None and self.reader.layout.exact

    @property
    def count(self) -> int:
        """How many events are known to pass the filter."""
        return self.reader.layout.rows if self.reader.layout is not None else 0

    # What the log answers

    def _bucket_times(self, first: datetime, last: datetime) -> Sequence[datetime]:
        return buckets_for(first, last, max(self.histogram.width(), 400), self._zone)

    @Slot(object)
    def _on_opened(self, extent: Extent) -> None:
        self._loading.stop()
        self.histogram.show()
        self._has_rows = self.count > 0
        if self.count:
            self.stack.setCurrentWidget(self.table)
        else:
            self._show_empty(extent)
        self._say()
        self._open_wanted()
        self.opened.emit()

    @Slot()
    def _show_loading(self) -> None:
        self.empty.show_loading("Reading the log")
        self.stack.setCurrentWidget(self.empty)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        """Rows that are there stay; without any, the page itself says what happened."""
        self._loading.stop()
        if self.reader.is_opening and self._has_rows:
            self.stack.setCurrentWidget(self.table)
        elif self.reader.is_opening:
            self.histogram.hide()
            self.empty.show_error("The log cannot be read now", str(error), self.refresh)
            self.stack.setCurrentWidget(self.empty)
        self.trouble.emit(error)

    def _show_empty(self, extent: Extent) -> None:
        if self.filter is not None:
            self.empty.show_empty(
                "No event passes this filter",
                "Remove a term, or look at every event.",
                "Clear the filter",
                self.filter_bar.clear,
            )
        else:
            title = "No events yet" if self.is_live else "No events"
            self.empty.show_empty(title, self._when_empty)
        self.stack.setCurrentWidget(self.empty)

    @Slot(object)
    def _on_counted(self, counting: Counting) -> None:
        counts = counting.counts[::-1]
        missing: list[None] = [None] * (len(counting.times) - 1 - len(counts))
        known = [*missing, *counts]
        self.histogram.set_period(counting.times[0], counting.times[-1])
        self.histogram.set_buckets(
            [
                Bucket(start, end, count.events if count else None, count.high if count else 0)
                for start, end, count in zip(
                    counting.times, counting.times[1:], known, strict=False
                )
            ]
        )
        self.histogram.set_brush(*period_of(self.filter))
        self._say()

    @Slot(object)
    def _on_grown(self, count: int) -> None:
        if count and self.stack.currentWidget() is self.empty:
            self.stack.setCurrentWidget(self.table)
        self._say()

    @property
    def count_words(self) -> str:
        """How many events are known to pass the filter, in words."""
        about = "" if self.is_exact else "about "
        return f"{about}{self.count:,} {'event' if self.count == 1 else 'events'}"

    def _say(self) -> None:
        if not self.isVisible():
            # The status bar is another page's, and nothing counts on meanwhile.
            self.said.emit("")
        elif self.reader.is_opening:
            self.said.emit("reading …")
        else:
            passing = " pass the filter" if self.filter else ""
            self.said.emit(f"{self.count_words}{passing}")

    @Slot(int)
    def _on_row_opened(self, row: int) -> None:
        self.detail.show()
        self._on_current(row)
        self.detail.take_keyboard()

    @Slot(int)
    def _on_current(self, row: int) -> None:
        line = self.model.line(row)
        if line is not None and self.detail.isVisible():
            self.details.want(line.item.seq)

    @Slot(int, int)
    def _on_page(self, first: int, last: int) -> None:
        """A row that was opened while it was still on its way can be read now."""
        event = self.current_event()
        if event is not None and self.detail.isVisible() and event.seq != self.details.seq:
            self.details.want(event.seq)

    @Slot(object)
    def _on_detail(self, detail: Detail) -> None:
        self.detail.show_event(detail, self._seal(detail.event.seq), self.seal_state())

    @Slot(str, object, bool)
    def _on_filter_requested(self, key: Key, value: str | None, negated: bool) -> None:
        if negated:
            self.add_term(key, value, negated=True)
        else:
            self.show_only(key, value)

    @Slot(object)
    def _on_copied(self, count: int) -> None:
        self.noted.emit("1 row copied" if count == 1 else f"{count:,} rows copied")

    @Slot(object)
    def _on_too_many(self, count: int) -> None:
        self.noted.emit(
            f"{count:,} rows are too many for the clipboard (up to {MOST_ROWS:,}). Export them."
        )

    @Slot()
    def _on_period_cleared(self) -> None:
        self.filter_bar.set_period(None, None)

    def _seen_values(self) -> Mapping[str, Sequence[str]]:
        """Values of the events on the screen and near it, for completion."""
        first, last = self.table.visible_rows()
        rows = (self.model.line(row) for row in range(max(first - 200, 0), last + 200))
        events = [line.item for line in rows if line is not None]
        return {
            key: list(dict.fromkeys(value for event in events if (value := getattr(event, name))))
            for key, name in _COMPLETED.items()
        }

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the log while it is looked at."""
        super().showEvent(event)
        self._say()
        self._follow()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nobody asks."""
        super().hideEvent(event)
        self._following.stop()
        self._say()

    def _follow(self) -> None:
        if self.is_live and self.isVisible():
            self._following.start()
        else:
            self._following.stop()
