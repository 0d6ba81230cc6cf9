"""Redeliver: first how many, from when to when and how long; then the button works."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Final

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QRadioButton, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.deliveries.asking import Asking, Endpoints, endpoint_box
from govdesk.desktop.deliveries.wanted import PERIODS, read_span
from govdesk.desktop.deliveries.words import lasting
from govdesk.desktop.editing.writing import Act, Writing
from govdesk.desktop.timeline.columns import time_text
from govdesk.desktop.widgets import FormField, Picture, Words, announce
from govdesk.domain.problem import Problem
from govdesk.jobs import Job, Jobs, Task
from govdesk.services import redelivery
from govdesk.services.deliveries import Delivery
from govdesk.services.link import Link, Session, SessionEnded, Unreachable
from govdesk.services.redelivery import Redelivered, Rehearsal, What

_SETTLED_MS: Final = 250
_TITLES: Final[dict[What, str]] = {
    "one": "This delivery",
    "failed": "What failed since",
    "missed": "What was never sent",
}
_PURPOSES: Final[dict[What, str]] = {
    "one": "It is sent once more, with the id and the bytes it had: the receiver can tell that it"
    " is the same.",
    "failed": "Deliveries that were given up, with the ids and the bytes they had.",
    "missed": "Events that this webhook asks for and that were skipped, such as while it was"
    " disabled.",
}
_SINCE: Final = "Last 24 hours"


class RedeliverDialog(Asking):
    """Rehearses whatever is chosen. `redelivered` carries what was queued, in words.

    `trouble` carries a lost server or session. Give `delivery` to offer that one.
    """

    redelivered = Signal(str)
    trouble = Signal(object)

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        webhook_id: str | None,
        name: str,
        zone: tzinfo,
        parent: QWidget,
        *,
        what: What = "failed",
        delivery: Delivery | None = None,
        endpoints: Endpoints = (),
    ):
        heading = f"Redeliver to “{name}”" if name else "Redeliver"
        super().__init__("redeliver", "Redeliver", heading, parent)
        self._link, self._jobs, self._zone = link, jobs, zone
        self._webhook_id, self._delivery = webhook_id, delivery
        self._rehearsing: Job | None = None
        self._number = 0
        self.rehearsal: Rehearsal | None = None
        self._rehearsed_since: datetime | None = None
        self.writing = Writing(self, link, jobs)
        self.writing.busy.connect(self._on_busy)
        self.writing.trouble.connect(self.trouble)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLED_MS)
        self._settling.timeout.connect(self.rehearse)
        self._build(endpoints if webhook_id is None else ())
        self.choices[what if what != "one" or delivery else "failed"].setChecked(True)
        for choice in self.choices.values():
            choice.toggled.connect(self._on_chosen)
        self._show_choice()

    # Parts

    def _build(self, endpoints: Endpoints) -> None:
        self.endpoint = endpoint_box("redeliver_endpoint", endpoints, None)
        self._endpoint_field = FormField("&Webhook", self.endpoint, "", self)
        self._endpoint_field.setVisible(bool(endpoints))
        self.endpoint.activated.connect(self.rehearse)
        self.column.addWidget(self._endpoint_field)
        self.choices: dict[What, QRadioButton] = {}
        group = QVBoxLayout()
        group.setSpacing(theme.GRID)
        for what, title in _TITLES.items():
            self.choices[what] = choice = QRadioButton(title, self)
            choice.setObjectName(f"redeliver_{what}")
            choice.setVisible(what != "one" or self._delivery is not None)
            group.addWidget(choice)
        self.column.addLayout(group)
        self.purpose = Words("", "secondary", "text_secondary", self, wraps=True)
        self.purpose.setObjectName("redeliver_purpose")
        self.column.addWidget(self.purpose)
        self.since = QComboBox()
        self.since.setObjectName("redeliver_since")
        self.since.setMinimumHeight(theme.CONTROL_HEIGHT)
        self.since.setEditable(True)
        self.since.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.since.addItems([title for title, length in PERIODS.items() if length is not None])
        self.since.setCurrentText(_SINCE)
        self.since_field = FormField("&Since", self.since, "Or a day or time: 2026-05-03", self)
        self.since.editTextChanged.connect(self._on_since)
        self.column.addWidget(self.since_field)
        self._build_answer()

    def _build_answer(self) -> None:
        self.count = Words("", "section", parent=self, wraps=True)
        self.count.setObjectName("redeliver_count")
        self.facts = Words("", "body", "text_secondary", self, wraps=True)
        self.facts.setObjectName("redeliver_facts")
        self.icon = Picture("circle-alert", "state_failed", parent=self)
        self.icon.hide()
        for part in (self.icon, self.count, self.facts):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self.cancel = self.add_button("Cancel", "redeliver_cancel")
        self.go = self.add_button("Redeliver", "redeliver_go", primary=True)
        self.go.setEnabled(False)
        self.cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._on_go)

    def open(self) -> None:
        """Show it and rehearse."""
        super().open()
        self.rehearse()
        self.choices[self.what].setFocus()

    # What is chosen

    @property
    def what(self) -> What:
        """One, failed or missed."""
        return next(what for what, choice in self.choices.items() if choice.isChecked())

    @property
    def webhook_id(self) -> str:
        """The endpoint that it is for."""
        return self._webhook_id or str(self.endpoint.currentData())

    def _since(self) -> datetime | None:
        """Since when; raises ValueError with a sentence."""
        if self.what != "failed":
            return None
        first, _ = read_span(self.since.currentText(), self._zone, datetime.now(UTC))
        if first is None:
            raise ValueError("Write since when, such as 2026-05-03 or Last 24 hours.")
        return first

    @Slot(bool)
    def _on_chosen(self, is_down: bool) -> None:
        if is_down:
            self._show_choice()
            self.rehearse()

    def _show_choice(self) -> None:
        self.since_field.setVisible(self.what == "failed")
        self.purpose.setText(_PURPOSES[self.what])
        self.make_room()

    @Slot(str)
    def _on_since(self, text: str) -> None:
        self._forget()
        self._settling.start()

    # The rehearsal

    def _forget(self) -> None:
        """What was rehearsed is not what is chosen now."""
        self._number += 1
        self.rehearsal = None
        self.go.setEnabled(False)
        if self._rehearsing is not None:
            self._rehearsing.cancel()
            self._rehearsing = None

    @Slot()
    def rehearse(self) -> None:
        """Ask how many there would be; answers to an earlier question are dropped."""
        self._settling.stop()
        self._forget()
        try:
            since = self._since()
        except ValueError as error:
            self.since_field.set_error(str(error))
            self._say("", "")
            return
        self.since_field.clear_error()
        self._say("Counting …", "")
        number, which, what = self._number, self.webhook_id, self.what

        def work(task: Task) -> Rehearsal:
            with borrowed(self._link, "interactive", task) as session:
                return redelivery.rehearse(session, which, what, since)

        self._rehearsing = self._jobs.start(
            work,
            owner=self,
            on_result=lambda found: self._on_rehearsed(number, since, found),
            on_error=lambda error: self._on_error(number, error),
        )

    def _on_rehearsed(self, number: int, since: datetime | None, found: Rehearsal) -> None:
        if number == self._number:
            self._rehearsed_since = since
            self.show_rehearsal(found)

    def show_rehearsal(self, found: Rehearsal) -> None:
        """Say what it would be; from now on the button works, if there is anything."""
        self._number += 1
        self._rehearsing, self.rehearsal = None, found
        self._say(count_words(found), self._facts_of(found))
        self.go.setText(_verb(found))
        self.go.setAccessibleName(_verb(found))
        self.go.setEnabled(found.deliveries > 0)
        announce(self, f"{self.count.text()} {self.facts.text()}")

    def _facts_of(self, found: Rehearsal) -> str:
        if self.what == "one" and self._delivery is not None:
            one = self._delivery
            if one.is_open:
                return f"{one.event}. It waits for its next try, which is brought forward."
            return f"{one.event}, made {time_text(one.created_at, self._zone)}."
        return facts_words(found, self._zone)

    def _on_error(self, number: int, error: Exception) -> None:
        if not isinstance(error, Problem):
            raise error
        if number == self._number:
            self._rehearsing = None
            self._fail(error)

    def _fail(self, error: Problem) -> None:
        self.icon.show()
        self._say(error.sentence, error.remedy, failed=True)
        announce(self, str(error))
        if isinstance(error, SessionEnded | Unreachable):
            self.trouble.emit(error)

    def _say(self, count: str, facts: str, *, failed: bool = False) -> None:
        self.icon.setVisible(failed)
        for words, text in ((self.count, count), (self.facts, facts)):
            words.setText(text)
            words.setVisible(bool(text))
        self.make_room()

    # Doing it

    @Slot()
    def _on_go(self) -> None:
        if self.rehearsal is None:
            return
        which, what, since = self.webhook_id, self.what, self._rehearsed_since
        delivery = self._delivery.id if self._delivery and what == "one" else None

        def write(session: Session) -> Redelivered:
            return redelivery.redeliver(session, which, what, delivery_id=delivery, since=since)

        self.writing.run(
            Act(write, "Redelivering sends data of the organization out.", self._on_done,
                self._on_refused)
        )  # fmt: skip

    def _on_done(self, result: Redelivered) -> None:
        many = result.deliveries
        words = (
            "1 delivery is queued again." if many == 1 else f"{many:,} deliveries are queued again."
        )
        self.redelivered.emit(words if many else "There was nothing to send again.")
        self.accept()

    def _on_refused(self, error: Problem) -> None:
        self._fail(error)

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:
        self.go.setEnabled(not busy and self.rehearsal is not None)


def count_words(found: Rehearsal) -> str:
    """How many."""
    if not found.deliveries:
        return "There is nothing to send again."
    return "1 delivery" if found.deliveries == 1 else f"{found.deliveries:,} deliveries"


def facts_words(found: Rehearsal, zone: tzinfo) -> str:
    """From when to when, and about how long it takes."""
    if not found.deliveries:
        return ""
    parts = []
    if found.oldest is not None and found.newest is not None:
        first, last = time_text(found.oldest, zone), time_text(found.newest, zone)
        parts.append(f"Of {first}." if first == last else f"From {first} to {last}.")
    parts.append(f"About {lasting(found.seconds)} at this webhook's limit and speed.")
    return " ".join(parts)


def _verb(found: Rehearsal) -> str:
    return f"Redeliver {found.deliveries:,}" if found.deliveries > 1 else "Redeliver"
