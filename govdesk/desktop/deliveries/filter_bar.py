"""The filter above the delivery log: endpoint, outcome, event, number or request, period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.deliveries.flow import Flow
from govdesk.desktop.deliveries.wanted import (
    ANY_TIME,
    OUTCOMES,
    PERIODS,
    Wanted,
    read_place,
    read_span,
)
from govdesk.desktop.tables.found import offer_clearing
from govdesk.desktop.widgets import Picture, Words, announce

_SETTLED_MS: Final = 250
_LEAST: Final = 42 * theme.GRID


class DeliveryFilter(QWidget):
    """`changed` carries the `Wanted` once what is typed has settled, and is right."""

    changed = Signal(object)

    def __init__(self, zone: tzinfo, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("deliveries_filter")
        self.zone = zone
        self.system: str | None = None
        """The id of the system that the log is of; None for all of it."""
        self._told = Wanted()
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLED_MS)
        self._settling.timeout.connect(self.apply)
        self._build()
        self._lay_out()

    # Parts

    def _build(self) -> None:
        self.webhook = _box("deliveries_webhook", "Webhook")
        self.webhook.addItem("All webhooks", None)
        self.outcome = _box("deliveries_outcome", "Outcome")
        for key, (title, icon) in OUTCOMES.items():
            if icon:
                self.outcome.addItem(theme.icon(icon), title, key)
            else:
                self.outcome.addItem(title, key)
        self.event_line = _line("deliveries_event", "Event", "Event, such as member.*")
        self._events = QStringListModel(self)
        completer = QCompleter(self._events, self.event_line)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        if (popup := completer.popup()) is not None:
            popup.setObjectName("deliveries_event_offers")
            popup.setAccessibleName("Events")
        self.event_line.setCompleter(completer)
        self.number = _line("deliveries_number", "Number of an event, id of a request, or text",
                            "Number, request id or text")  # fmt: skip
        self.period = _box("deliveries_period", "Period")
        self.period.setEditable(True)
        self.period.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.period.addItems(list(PERIODS))
        self.period.setToolTip("A period, or what you write: 2026-05-03, 2026-05..2026-06")
        self.clear_button = QPushButton(theme.icon("filter-x"), "Clear", self)
        self.clear_button.setObjectName("deliveries_clear")
        self.clear_button.setAccessibleName("Clear the filter")
        self.clear_button.setAutoDefault(False)
        self.clear_button.setEnabled(False)

    def _lay_out(self) -> None:
        self._flow = Flow(self, _LEAST)
        for control in (self.webhook, self.outcome, self.event_line, self.number, self.period):
            self._flow.add(control)
        self._fault_icon = Picture("circle-alert", "state_failed", parent=self)
        self._fault = Words("", "secondary", "state_failed", self, wraps=True)
        self._fault.setObjectName("deliveries_filter_fault")
        self.tools = QHBoxLayout()
        self.tools.setSpacing(theme.INSIDE)
        self.tools.addWidget(self.clear_button)
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        row.addWidget(self._flow, 1)
        row.addLayout(self.tools)
        row.setAlignment(self.tools, Qt.AlignmentFlag.AlignTop)
        wrong = QHBoxLayout()
        wrong.setSpacing(theme.GRID)
        wrong.addWidget(self._fault_icon, 0, Qt.AlignmentFlag.AlignTop)
        wrong.addWidget(self._fault, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addLayout(row)
        column.addLayout(wrong)
        self._say("")
        self._connect()

    def _connect(self) -> None:
        self.webhook.activated.connect(self.apply)
        self.outcome.activated.connect(self.apply)
        self.period.activated.connect(self.apply)
        for line in (self.event_line, self.number, self.period.lineEdit()):
            assert line is not None
            line.textEdited.connect(self._settling.start)
            line.returnPressed.connect(self.apply)
        for line in (self.event_line, self.number):
            # The cross of a line changes it without editing.
            line.textChanged.connect(self._on_emptied)
        completer = self.event_line.completer()
        assert completer is not None
        completer.activated.connect(self._settling.start)
        self.clear_button.clicked.connect(self.clear)

    # What is offered

    def offer_webhooks(self, found: Sequence[tuple[str, str]]) -> None:
        """Offer these endpoints by id and name; the one that is chosen stays."""
        chosen = self.webhook.currentData()
        self.webhook.clear()
        self.webhook.addItem("All webhooks", None)
        for which, name in found:
            self.webhook.addItem(name, which)
        self._choose(chosen)

    def offer_events(self, names: Sequence[str]) -> None:
        """Complete these."""
        self._events.setStringList(list(names))

    # What is wanted

    @property
    def wanted(self) -> Wanted:
        """The filter as it was last applied."""
        return self._told

    def show_webhook(self, which: str | None) -> None:
        """Choose another endpoint, as the person would."""
        self._choose(which)
        self.apply()

    def _choose(self, which: str | None) -> None:
        """One whose name is not known yet, or no longer, is called by its id."""
        if which is not None and self.webhook.findData(which) < 0:
            self.webhook.addItem(f"Webhook {which[:8]}", which)
        self.webhook.setCurrentIndex(max(self.webhook.findData(which), 0))

    @Slot()
    def clear(self) -> None:
        """Let everything through again; the endpoint stays."""
        self.outcome.setCurrentIndex(0)
        self.period.setCurrentIndex(0)
        self.period.setEditText(ANY_TIME)
        for line in (self.event_line, self.number):
            line.clear()
        self.apply()

    @Slot()
    def apply(self) -> None:
        """Tell what is wanted, if it is right and something else than before."""
        self._settling.stop()
        try:
            since, until = read_span(self.period.currentText(), self.zone, datetime.now(UTC))
        except ValueError as error:
            self._say(str(error))
            self.clear_button.setEnabled(True)
            return
        self._say("")
        wanted = Wanted(
            self.webhook.currentData(), self.system, self.outcome.currentData(),
            self.event_line.text().strip(), *read_place(self.number.text()), since, until,
        )  # fmt: skip
        self.clear_button.setEnabled(wanted.is_narrow)
        if wanted != self._told:
            self._told = wanted
            self.changed.emit(wanted)

    @Slot(str)
    def _on_emptied(self, text: str) -> None:
        if not text:
            self._settling.start()

    def _say(self, fault: str) -> None:
        line = self.period.lineEdit()
        assert line is not None
        for part in (self.period, line):
            part.setProperty("faulty", bool(fault))
            part.setAccessibleDescription(fault)
            part.update()
        if fault and fault != self._fault.text():
            announce(line, fault)
        self._fault.setText(fault)
        self._fault.setVisible(bool(fault))
        self._fault_icon.setVisible(bool(fault))


def _box(name: str, title: str) -> QComboBox:
    made = QComboBox()
    made.setObjectName(name)
    made.setAccessibleName(title)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return made


def _line(name: str, title: str, hint: str) -> QLineEdit:
    made = QLineEdit()
    made.setObjectName(name)
    made.setAccessibleName(title)
    made.setPlaceholderText(hint)
    offer_clearing(made)
    return made
