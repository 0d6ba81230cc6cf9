"""Which events: a filter with completion, and its period as two days."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.evidence.periods import end_moment, end_words, first_moment, first_words
from govdesk.desktop.timeline.completion import Completion
from govdesk.desktop.timeline.filter_bar_field import FilterField
from govdesk.desktop.timeline.periods import period_of
from govdesk.desktop.widgets import FormField
from govdesk.domain.filter_language import Filter, FilterError, parse
from govdesk.domain.filter_language.completing import Context
from govdesk.domain.filter_language.editing import set_period

SETTLED_MS = 300
_HELP = "Empty takes every event. The words are those of the timeline's filter."


class _BadDay(ValueError):
    """What is written in a field is no day."""

    def __init__(self, field: FormField, sentence: str):
        super().__init__(sentence)
        self.field = field


class ScopePart(QWidget):
    """The filter is what counts; the days write into it, and follow it.

    `changed` follows what is typed once it has settled; `filter` is None while it is not one.
    """

    changed = Signal()

    def __init__(
        self,
        name: str,
        zone: tzinfo,
        parent: QWidget | None = None,
        *,
        has_period: bool = True,
        help: str = _HELP,
    ):
        super().__init__(parent)
        self._zone, self._has_period = zone, has_period
        self.field = FilterField(self)
        self.field.setObjectName(f"{name}_filter")
        self.field.setMinimumHeight(theme.CONTROL_HEIGHT)
        self.field.setPlaceholderText("Every event")
        self.completion = Completion(self.field, self._context)
        self.filter_field = FormField("&Filter", self.field, help, self)
        self.first, self.last = (self._day(f"{name}_{end}") for end in ("from", "to"))
        self.first_field = FormField("F&rom the day", self.first, "", self)
        self.last_field = FormField("&To the day, included", self.last, "", self)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLED_MS)
        self._settling.timeout.connect(self._settle)
        self._lay_out()
        self._connect()

    def _day(self, name: str) -> QLineEdit:
        made = QLineEdit(self)
        made.setObjectName(name)
        made.setMinimumHeight(theme.CONTROL_HEIGHT)
        made.setPlaceholderText("2026-05-31")
        return made

    def _lay_out(self) -> None:
        days = QHBoxLayout()
        days.setSpacing(theme.GAP)
        for field in (self.first_field, self.last_field):
            field.setVisible(self._has_period)
            days.addWidget(field, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.filter_field)
        column.addLayout(days)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._on_text)
        self.completion.accepted.connect(self._settle)
        self.first.textEdited.connect(self._settling.start)
        self.last.textEdited.connect(self._settling.start)
        for line, field in ((self.first, self.first_field), (self.last, self.last_field)):
            line.textEdited.connect(field.clear_error)
            line.editingFinished.connect(self._on_day)

    def _context(self) -> Context:
        return Context(datetime.now(UTC), self._zone, {})

    # What is asked of it

    @property
    def text(self) -> str:
        """The filter as it is written."""
        return self.field.text().strip()

    @property
    def filter(self) -> Filter | None:
        """The filter that is written; None while it cannot be read."""
        try:
            return parse(self.text, zone=self._zone) if self.text else Filter()
        except FilterError:
            return None

    @property
    def is_settled(self) -> bool:
        """Whether nothing of what was typed still waits to be heard."""
        return not self._settling.isActive()

    def set_text(self, text: str) -> None:
        """Write a filter."""
        with self.completion.quiet():
            self.field.setText(text)
        self._settle()

    def judge(self) -> bool:
        """Take over the days, and say what is wrong; whether nothing is."""
        if not self._take_days():
            return False
        try:
            parse(self.text, zone=self._zone)
        except FilterError as error:
            self.filter_field.set_error(str(error))
            self.field.mark(error.position, error.length)
            self.field.setFocus()
            return False
        return True

    # What happens

    @Slot(str)
    def _on_text(self, text: str) -> None:
        self.field.unmark()
        self.filter_field.clear_error()
        self._settling.start()

    @Slot()
    def _on_day(self) -> None:
        if self._take_days():
            self._settle()

    def _take_days(self) -> bool:
        """Write the days into the filter, unless they say what it says already."""
        if not self._has_period or self._days() == self._days_of_filter():
            return True
        try:
            low, high = self._moments()
        except _BadDay as error:
            error.field.set_error(str(error))
            return False
        if low is not None and high is not None and low >= high:
            self.last_field.set_error("This is before the first day.")
            return False
        with self.completion.quiet():
            self.field.setText(set_period(self.text, low, high, self._zone))
        return True

    def _moments(self) -> tuple[datetime | None, datetime | None]:
        """What the days mean; an end that nobody touched stays to the second."""
        before = period_of(self.filter)
        ends = []
        for line, field, read, at, written in zip(
            (self.first, self.last), (self.first_field, self.last_field),
            (first_moment, end_moment), before, self._days_of_filter(), strict=True,
        ):  # fmt: skip
            try:
                is_same = line.text().strip() == written
                ends.append(at if is_same else read(line.text(), self._zone))
            except ValueError as error:
                raise _BadDay(field, str(error)) from None
        return ends[0], ends[1]

    def _days(self) -> tuple[str, str]:
        return self.first.text().strip(), self.last.text().strip()

    def _days_of_filter(self) -> tuple[str, str]:
        found = self.filter
        if found is None:
            return self._days()
        low, high = period_of(found)
        return first_words(low, self._zone), end_words(high, self._zone)

    @Slot()
    def _settle(self) -> None:
        self._settling.stop()
        faulty = self.first_field.error or self.last_field.error
        typing = self.first.hasFocus() or self.last.hasFocus()
        if self.filter is not None and not (faulty or typing):
            for line, words in zip((self.first, self.last), self._days_of_filter(), strict=True):
                line.setText(words)
        self.changed.emit()
