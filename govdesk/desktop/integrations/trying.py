"""Test connection: one at a time, on a thread of its own, with Cancel and a line that says it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.section import button
from govdesk.desktop.widgets import Pill, Words, announce
from govdesk.domain.problem import Problem
from govdesk.jobs import Job, Jobs, Task
from govdesk.services.integrations import Outcome
from govdesk.services.link import SessionEnded, Unreachable

Try = Callable[[Task], Outcome]
_LANE = "network"
_TICK_MS = 1000


class TestLine(QWidget):
    """The button, Cancel while it runs, and what became of it.

    `wanted` follows the button: whoever answers calls `run` with what is to be tested. `done`
    comes after a test that ran to its end, `trouble` carries a lost server.
    """

    __test__ = False
    wanted = Signal()
    done = Signal(object)
    trouble = Signal(object)

    def __init__(self, jobs: Jobs, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("connection_test")
        self._jobs = jobs
        self._job: Job | None = None
        self.start = button(
            "Test connection", "connection_test_start", self.wanted.emit, self, icon="plug"
        )
        self.cancel = button("Cancel test", "connection_test_cancel", self.stop, self)
        self.pill = Pill("state_neutral", "not tested", self)
        self.pill.setObjectName("connection_test_state")
        self.sentence = Words("", "body", parent=self, wraps=True)
        self.sentence.setObjectName("connection_test_sentence")
        self.detail = Words("", "secondary", "text_secondary", self, wraps=True)
        self.detail.setObjectName("connection_test_detail")
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._tick)
        self._seconds = self._number = 0
        self._lay_out()
        self.clear()

    def _lay_out(self) -> None:
        acts = QHBoxLayout()
        acts.setSpacing(theme.INSIDE)
        acts.addWidget(self.start)
        acts.addWidget(self.cancel)
        acts.addStretch(1)
        acts.addWidget(self.pill, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addLayout(acts)
        column.addWidget(self.sentence)
        column.addWidget(self.detail)

    @property
    def is_running(self) -> bool:
        """Whether a test is under way."""
        return self._job is not None

    # Running

    def run(self, name: str, what: Try) -> None:
        """Test; a second one while the first is under way is ignored, as a second click is."""
        if self._job is not None:
            return
        self._seconds, self._number = 0, self._number + 1
        number = self._number
        self._show("state_neutral", "testing", "Testing …", icon="clock")
        self._show_running(True)
        self._job = self._jobs.start(
            what,
            owner=self,
            on_result=partial(self._on_result, number),
            on_error=partial(self._on_error, number),
            lane=_LANE,
            title=f"Test of the connection {name}".rstrip(),
            visible=True,
        )
        self._clock.start()

    @Slot()
    def stop(self) -> None:
        """Give up the test that is under way; what it still brings is not looked at."""
        if self._job is not None:
            self._job.cancel()
            self._end()
            self._show("state_neutral", "cancelled", "The test was cancelled.")

    @Slot()
    def _tick(self) -> None:
        self._seconds += 1
        self.sentence.setText(f"Testing … {self._seconds} s")

    # What became of it

    def show_outcome(self, outcome: Outcome) -> None:
        """Say what a test found."""
        self._end()
        took = f"{outcome.ms:,} ms" if outcome.ms else ""
        meaning, word = ("state_ok", "answered") if outcome.ok else ("state_failed", "failed")
        detail = " · ".join(part for part in (outcome.detail, took) if part)
        self._show(meaning, word, outcome.sentence, detail)
        self.done.emit(outcome)

    def show_last(self, meaning: str, word: str, sentence: str, detail: str = "") -> None:
        """Say what is known of an earlier test."""
        if self._job is None:
            self._show(meaning, word, sentence, detail, aloud=False)

    def clear(self) -> None:
        """Say nothing; a test that is under way is about something else, and ends."""
        self.stop()
        self._end()
        self._show("state_neutral", "not tested", "", aloud=False)

    def _on_result(self, number: int, outcome: Outcome) -> None:
        if self._job is not None and number == self._number:
            self.show_outcome(outcome)

    def _on_error(self, number: int, error: Exception) -> None:
        if not isinstance(error, Problem):
            self._end()
            raise error
        if self._job is not None and number == self._number:
            self._end()
            self._show("state_failed", "not tested", error.sentence, error.remedy)
            if isinstance(error, SessionEnded | Unreachable):
                self.trouble.emit(error)

    def _end(self) -> None:
        self._clock.stop()
        self._job = None
        self._show_running(False)

    def _show_running(self, runs: bool) -> None:
        had_keyboard = (self.cancel if not runs else self.start).hasFocus()
        self.start.setVisible(not runs)
        self.cancel.setVisible(runs)
        self.cancel.setEnabled(runs)
        if had_keyboard:
            (self.cancel if runs else self.start).setFocus()

    def _show(
        self,
        meaning: str,
        word: str,
        sentence: str,
        detail: str = "",
        *,
        icon: str = "",
        aloud: bool = True,
    ) -> None:
        self.pill.set_meaning(meaning, word, icon=icon)
        for words, text in ((self.sentence, sentence), (self.detail, detail)):
            words.setText(text)
            words.setVisible(bool(text))
        self.pill.setVisible(bool(sentence))
        if aloud:
            announce(self, f"{word}. {sentence} {detail}".strip())
