"""The bar in which the timeline's filter is written, judged while it is typed, and applied."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.timeline.completion import Completion
from govdesk.desktop.timeline.filter_bar_chips import ChipRow
from govdesk.desktop.timeline.filter_bar_field import FilterField
from govdesk.desktop.timeline.filter_bar_help import HelpLine
from govdesk.desktop.timeline.saved_filters import SavedFilters, Store
from govdesk.desktop.timeline.saved_filters_menu import SavedFiltersButton
from govdesk.domain.filter_language import Filter, FilterError, Key, parse
from govdesk.domain.filter_language.completing import Context
from govdesk.domain.filter_language.editing import (
    add_term,
    negate_term,
    remove_term,
    set_period,
    terms_with_spans,
)

TYPING_MS: Final = 250
"""A pause in typing after which the text is applied."""
PATIENCE_MS: Final = 900
"""A longer one, after which an error in the word just being written is shown."""
_PLACEHOLDER: Final = "Words, or key:value such as severity:warning.. actor:user:anna@*"

Values = Callable[[], Mapping[str, Sequence[str]]]


def _now() -> datetime:
    return datetime.now(UTC)


def _nothing_seen() -> Mapping[str, Sequence[str]]:
    return {}


class FilterBar(QWidget):
    """A line to write a filter in, its terms as chips, and filters saved and recent.

    `applied` carries each new `Filter`; `applied_text` is what it was written as. `problem`
    carries the `FilterError` that is shown, then None once it is gone; the filter before it stays
    applied, and the text is kept.
    """

    applied = Signal(object)
    problem = Signal(object)

    def __init__(
        self,
        zone: tzinfo,
        store: Store,
        *,
        values: Values = _nothing_seen,
        now: Callable[[], datetime] = _now,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.setObjectName("filter_bar")
        self._zone, self._values, self._now = zone, values, now
        self._filters = SavedFilters(store)
        self._filter = Filter()
        self._applied_text = ""
        self._problem: FilterError | None = None
        self.field = FilterField()
        self._chips = ChipRow()
        self._help = HelpLine()
        self._clear = QPushButton()
        self._saved = SavedFiltersButton(self._filters)
        self._last: QWidget = self._saved
        self._typing = self._timer(TYPING_MS, self._on_pause)
        self._patience = self._timer(PATIENCE_MS, self._on_patience_over)
        self._dress()
        self._lay_out()
        self.completion = Completion(self.field, self._context)
        self._connect()
        self._show_applied()

    def _timer(self, milliseconds: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(slot)
        return timer

    def _dress(self) -> None:
        self.field.setObjectName("filter_field")
        self.field.setAccessibleName("Filter")
        self.field.setPlaceholderText(_PLACEHOLDER)
        glass = self.field.addAction(theme.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        glass.setText("Write a filter")
        glass.triggered.connect(self.focus_field)
        self.field.setMinimumHeight(theme.CONTROL_HEIGHT)
        self._clear.setObjectName("clear_filter")
        self._clear.setText("Clear")
        self._clear.setAccessibleName("Clear the filter")
        self._clear.setIcon(theme.icon("x"))
        self._clear.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for button in (self._clear, self._saved):
            button.setMinimumHeight(theme.CONTROL_HEIGHT)
            button.setIconSize(QSize(theme.ICON, theme.ICON))

    def _lay_out(self) -> None:
        self._line = QHBoxLayout()
        self._line.setSpacing(theme.INSIDE)
        self._line.addWidget(self.field, 1)
        self._line.addWidget(self._clear)
        self._line.addWidget(self._saved)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addLayout(self._line)
        column.addWidget(self._chips)
        column.addWidget(self._help)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._on_text)
        self.field.returnPressed.connect(self._on_enter)
        self.field.installEventFilter(self)
        self.completion.announced.connect(self._announce)
        self._clear.clicked.connect(self.clear)
        self._saved.chosen.connect(self._on_chosen)
        self._chips.removed.connect(self._on_removed)
        self._chips.turned.connect(self._on_turned)

    # What the page asks

    @property
    def zone(self) -> tzinfo:
        """The zone whose clock times without an offset are read on."""
        return self._zone

    @zone.setter
    def zone(self, zone: tzinfo) -> None:
        self._zone = zone
        self._judge()

    @property
    def text(self) -> str:
        """What stands in the line, be it a filter or not."""
        return self.field.text()

    @property
    def applied_filter(self) -> Filter:
        """The filter that holds now."""
        return self._filter

    @property
    def applied_text(self) -> str:
        """What the filter that holds now was written as."""
        return self._applied_text

    def set_text(self, text: str, *, remember: bool = False) -> None:
        """Write `text` and apply it at once; `remember` it among those used lately."""
        self.completion.close()
        if text != self.text:
            # As if typed, so that it can be undone.
            with self.completion.quiet():
                self.field.replace_points(0, len(self.text), text)
        self._judge()
        if remember and self._problem is None:
            self._filters.remember(text)

    def add_term(self, key: Key, value: str | None, *, negated: bool = False) -> None:
        """Ask for rows with `value` under `key`, or for others; None is a row without one.

        Raises `FilterError` for what no filter can hold.
        """
        text = add_term(self.text, key, value, negated=negated, zone=self._zone)
        self.set_text(text, remember=True)

    @Slot(object, object)
    def set_period(self, low: datetime | None, high: datetime | None) -> None:
        """Ask for rows from `low` up to `high`; two None take the period out."""
        self.set_text(set_period(self.text, low, high, self._zone))

    @Slot()
    def clear(self) -> None:
        """Let every event through, and go on writing."""
        self.set_text("")
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def save(self) -> None:
        """Ask for a name and keep the filter under it."""
        self._saved.save()

    @Slot()
    def focus_field(self) -> None:
        """Begin to write: everything is selected, as for Ctrl+F."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def add_tool(self, widget: QWidget) -> None:
        """Put a control of the page's own at the right end of the line."""
        QWidget.setTabOrder(self._last, widget)
        self._line.addWidget(widget)
        self._last = widget

    # Typing

    def _context(self) -> Context:
        return Context(self._now(), self._zone, self._values())

    @Slot(str)
    def _on_text(self, text: str) -> None:
        self._clear.setEnabled(bool(text))
        self.field.unmark()
        self._patience.stop()
        self._typing.start()

    @Slot()
    def _on_pause(self) -> None:
        """Apply what can be read; wait longer with an error in the word being written."""
        error = self._error()
        if error is not None and self._problem is None and self._is_being_written(error):
            self._patience.start()
        else:
            self._judge()

    @Slot()
    def _on_patience_over(self) -> None:
        """Judge, unless one is still looking at what could be written."""
        if self.completion.is_open:
            self._patience.start()
        else:
            self._judge()

    def _is_being_written(self, error: FilterError) -> bool:
        end = error.position + error.length
        return self.completion.is_open or self.field.point >= end >= len(self.text.rstrip())

    @Slot()
    def _on_enter(self) -> None:
        self._judge()
        if self._problem is not None:
            self.field.select_points(self._problem.position, self._problem.length)
        else:
            self._filters.remember(self.text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Judge what was typed when the line is left, and remember it if it holds."""
        if event.type() == QEvent.Type.FocusOut and watched is self.field:
            self._judge()
            if self._problem is None:
                self._filters.remember(self.text)
        return False

    # Judging

    def _error(self) -> FilterError | None:
        try:
            parse(self.text, zone=self._zone)
        except FilterError as error:
            return error
        return None

    @Slot()
    def _judge(self) -> None:
        """Apply the text if it is a filter, else show what is wrong with it."""
        self._typing.stop()
        self._patience.stop()
        try:
            found = parse(self.text, zone=self._zone)
        except FilterError as error:
            self._show_problem(error)
            return
        self._show_problem(None)
        self._applied_text = self.text.strip()
        changed, self._filter = found != self._filter, found
        self._show_applied()
        if changed:
            self.applied.emit(found)

    def _show_problem(self, error: FilterError | None) -> None:
        before, self._problem = self._problem, error
        if error is None:
            self.field.unmark()
            self.field.setAccessibleDescription("")
        else:
            self.field.mark(error.position, error.length)
            self.field.setAccessibleDescription(str(error))
        self._show_below()
        if str(before or "") != str(error or ""):
            self.problem.emit(error)
            if error is not None:
                self._announce(str(error))

    def _show_applied(self) -> None:
        self._clear.setEnabled(bool(self.text))
        self._saved.set_text(self._applied_text)
        self._chips.show_terms(terms_with_spans(self._applied_text, zone=self._zone))
        self._show_below()

    def _show_below(self) -> None:
        """Beneath the line stand the chips, or what is wrong, or a hint where there is neither."""
        error = self._problem
        self._chips.setVisible(error is None and bool(self._filter.terms))
        self._help.setVisible(error is not None or not self._filter.terms)
        if error is not None:
            self._help.show_error(error, self._applied_text)
        else:
            self._help.show_hint()

    @Slot(str)
    def _announce(self, text: str) -> None:
        """Let a screen reader say what only the eye would see."""
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.field, text))

    # Chips and menu

    @Slot(int)
    def _on_removed(self, index: int) -> None:
        self._edit(remove_term(self._applied_text, index))

    @Slot(int)
    def _on_turned(self, index: int) -> None:
        self._edit(negate_term(self._applied_text, index))

    def _edit(self, text: str) -> None:
        self.set_text(text, remember=True)
        if not text:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _on_chosen(self, text: str) -> None:
        self.set_text(text, remember=True)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
