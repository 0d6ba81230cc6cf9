"""Work that a person waits for on a small form: busy after 300 ms, with Cancel, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLayout,
    QProgressBar,
    QPushButton,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.jobs import Job, Jobs, Task

T = TypeVar("T")
PATIENCE_MS: Final = 300


class Waiting(QWidget):
    """A busy bar with a sentence and Cancel."""

    def __init__(self, place: QLayout):
        super().__init__()
        self.setObjectName("waiting")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._text = QLabel(self)
        self.stop = QPushButton("Cancel", self)
        self.stop.setObjectName("stop_waiting")
        self.stop.setAccessibleName("Cancel what is under way")
        row.addWidget(self._text)
        row.addWidget(self._bar, 1)
        row.addWidget(self.stop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PATIENCE_MS)
        self._timer.timeout.connect(self.show)
        self.hide()
        place.addWidget(self)

    def begin(self, text: str) -> None:
        """Appear in a moment, unless `end` comes first."""
        self._text.setText(text)
        self._bar.setAccessibleName(text)
        self._timer.start()

    def end(self) -> None:
        """Disappear."""
        self._timer.stop()
        self.hide()


class Errand(QObject):
    """One piece of work at a time for a form; `inputs` rest while it runs.

    Cancel gives the form back at once. What a cancelled errand still brings goes to `on_late`,
    never to `on_result`.
    """

    changed = Signal(bool)

    def __init__(
        self,
        page: QWidget,
        jobs: Jobs,
        place: QLayout,
        inputs: list[QWidget],
        lane: str = "network",
    ):
        super().__init__(page)
        self._lane = lane
        self._page, self._jobs, self._inputs = page, jobs, inputs
        self.waiting = Waiting(place)
        self.waiting.stop.clicked.connect(self.cancel)
        self._job: Job | None = None
        self._number = 0
        self._focus: QWidget | None = None
        self._rested: list[QWidget] = []

    @property
    def is_running(self) -> bool:
        """Whether somebody waits."""
        return self._job is not None

    def run(
        self,
        title: str,
        fn: Callable[[Task], T],
        on_result: Callable[[T], object],
        on_error: Callable[[Exception], object],
        *,
        on_late: Callable[[T], object] | None = None,
    ) -> None:
        """Start it, unless one is running."""
        if self._job is not None:
            return
        self._number += 1
        number = self._number
        self._rest(title)

        def through(answer: Callable[[Any], object], value: Any) -> None:
            if number == self._number and self._job is not None:
                self._wake()
                answer(value)
            elif answer is on_result and on_late is not None:
                on_late(value)

        self._job = self._jobs.start(
            fn,
            owner=self._page,
            on_result=lambda value: through(on_result, value),
            on_error=lambda error: through(on_error, error),
            on_cancelled=self._was_cancelled,
            lane=self._lane,
            title=title,
        )

    @Slot()
    def cancel(self) -> None:
        """Stop waiting; the work itself ends when it can."""
        if self._job is not None:
            self._job.cancel()
            self._wake()

    def _was_cancelled(self) -> None:
        """Nothing to do: whoever cancelled has the form back already."""

    def _rest(self, title: str) -> None:
        self._focus = self._page.window().focusWidget()
        self._rested = [widget for widget in self._inputs if widget.isEnabled()]
        self.waiting.begin(title)
        if self._focus is not None and self._page.isAncestorOf(self._focus):
            # Else it goes on to Cancel, and the Enter after the last digit presses that.
            self._page.setFocus()
        for widget in self._rested:
            widget.setEnabled(False)
        self.changed.emit(True)

    def _wake(self) -> None:
        self._job = None
        self.waiting.end()
        for widget in self._rested:
            widget.setEnabled(True)
        if self._focus is not None and self._page.isAncestorOf(self._focus):
            self._focus.setFocus()
        self._focus = None
        self.changed.emit(False)
