"""A dialog that waits for a worker: on a thread of its own, with Cancel and a clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QMargins, QTimer, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.deliveries.asking import Asking
from govdesk.desktop.editing.section import PageArea
from govdesk.desktop.widgets import Pill, Words, announce
from govdesk.domain.problem import Problem
from govdesk.jobs import Job, Jobs, Task
from govdesk.services.link import Link, Session, SessionEnded, Unreachable

LANE: Final = "network"
_TICK_MS: Final = 1000
Say = Callable[[str], object]
Stop = Callable[[], bool]


class WaitingDialog(Asking):
    """Begins once it is opened, again at its button. Closing it gives the wait up.

    `ended` carries what was found; `trouble` a lost server or session.
    """

    purpose = ""
    """What is being done, in a sentence."""
    ended = Signal(object)
    trouble = Signal(object)

    def __init__(
        self, name: str, title: str, heading: str, link: Link, jobs: Jobs, parent: QWidget
    ):
        super().__init__(name, title, heading, parent)
        self._link, self._jobs, self._name = link, jobs, name
        self._job: Job | None = None
        self._number = self._seconds = 0
        self._said = ""
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._tick)
        self._build()
        self.resize(168 * theme.GRID, 148 * theme.GRID)

    # Parts

    def _build(self) -> None:
        content = QWidget()
        content.setObjectName(f"{self._name}_content")
        self.inner = QVBoxLayout(content)
        self.inner.setContentsMargins(0, 0, theme.INSIDE, 0)
        self.inner.setSpacing(theme.GAP)
        self.area = PageArea(content, f"{self._name}_area", self)
        self.column.addWidget(self.area, 1)
        self.pill = Pill("state_neutral", "under way", self, icon="clock")
        self.pill.setObjectName(f"{self._name}_state")
        self.sentence = Words("", "body", parent=content, wraps=True)
        self.sentence.setObjectName(f"{self._name}_sentence")
        self.remedy = Words("", "body", "text_secondary", content, wraps=True)
        self.remedy.setObjectName(f"{self._name}_remedy")
        self.again = self.add_button("Try again", f"{self._name}_again")
        self.stop_button = self.add_button("Cancel", f"{self._name}_cancel")
        self.close_button = self.add_button("Close", f"{self._name}_close", primary=True)
        self.again.clicked.connect(self.begin)
        self.stop_button.clicked.connect(self.stop)
        self.close_button.clicked.connect(self.accept)
        self.finished.connect(self._give_up)

    def open(self) -> None:
        """Show it and begin."""
        room = self.screen().availableGeometry().size()
        self.resize(self.size().boundedTo(room.shrunkBy(QMargins(*4 * (theme.MARGIN,)))))
        super().open()
        self.begin()

    # What it waits for

    def work(self, session: Session, stop: Stop, say: Say) -> Any:
        """On the lane's thread: what is waited for. Raises `Problem`."""
        raise NotImplementedError

    def clear(self) -> None:
        """Show that nothing has been found yet."""

    def hear(self, words: str, seconds: int) -> None:
        """It is under way, and has been for so long."""

    def show_found(self, found: Any) -> None:
        """Show what was found."""

    def show_fault(self, problem: Problem) -> None:
        """Show why nothing was found."""

    # Running

    @property
    def is_running(self) -> bool:
        """Whether somebody waits."""
        return self._job is not None

    @Slot()
    def begin(self) -> None:
        """Wait; a second time while one is under way is ignored, as a second click is."""
        if self._job is not None:
            return
        self._number += 1
        self._seconds, self._said = 0, ""
        number = self._number
        self.clear()
        self.conclude("state_neutral", "under way", self.purpose, icon="clock")
        self._show_running(True)
        self._job = self._jobs.start(
            self._work,
            owner=self,
            on_result=lambda found: self._on_found(number, found),
            on_error=lambda error: self._on_error(number, error),
            on_progress=lambda done, total, text: self._on_said(number, text),
            lane=LANE,
            title=self.windowTitle(),
        )
        self._clock.start()

    def _work(self, task: Task) -> Any:
        with borrowed(self._link, LANE, task) as session:
            return self.work(session, task.cancel.is_set, lambda text: task.progress(0, None, text))

    @Slot()
    def stop(self) -> None:
        """Wait no longer; what it still brings is not looked at."""
        if self._job is None:
            return
        self._end()
        self.conclude(
            "state_neutral", "cancelled", "You stopped waiting.",
            "The test may still go out; the delivery log shows it.",
        )  # fmt: skip
        self.again.setFocus()

    @Slot()
    def _give_up(self) -> None:
        if self._job is not None:
            self._end()

    def _end(self) -> None:
        self._clock.stop()
        if self._job is not None and not self._job.has_ended:
            self._job.cancel()
        self._job = None
        self._number += 1
        self._show_running(False)

    @Slot()
    def _tick(self) -> None:
        self._seconds += 1
        self.hear(self._said, self._seconds)

    def _on_said(self, number: int, text: str) -> None:
        if number == self._number:
            self._said = text
            self.hear(text, self._seconds)

    def _on_found(self, number: int, found: Any) -> None:
        if number == self._number:
            self.end_with(found)
            self.ended.emit(found)

    def _on_error(self, number: int, error: Exception) -> None:
        if not isinstance(error, Problem):
            self._end()
            raise error
        if number != self._number:
            return
        self.end_with(error)
        if isinstance(error, SessionEnded | Unreachable):
            self.trouble.emit(error)

    def end_with(self, found: Any) -> None:
        """Show what was found, or the `Problem` in its place."""
        self._end()
        if isinstance(found, Problem):
            self.show_fault(found)
            self.conclude("state_failed", "not tested", found.sentence, found.remedy)
            self.again.setFocus()
        else:
            self.show_found(found)
            self.close_button.setFocus()

    # Looks

    def conclude(
        self, meaning: str, word: str, sentence: str, remedy: str = "", *, icon: str = ""
    ) -> None:
        """Say how it stands."""
        self.pill.set_meaning(meaning, word, icon=icon)
        for words, text in ((self.sentence, sentence), (self.remedy, remedy)):
            words.setText(text)
            words.setVisible(bool(text))
        announce(self, f"{word}. {sentence} {remedy}".strip())

    def _show_running(self, runs: bool) -> None:
        self.stop_button.setVisible(runs)
        self.again.setVisible(not runs)
        if runs:
            self.stop_button.setFocus()
