"""Password and, where the last confirmation is too old, a code: what mending an account needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.confirming import WINDOW, WRONG
from govdesk.desktop.entrance.code_clock import CodeClock
from govdesk.desktop.entrance.dressing import Help, say
from govdesk.desktop.entrance.words import ONLY_ONCE, described
from govdesk.domain import codes
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs, Task
from govdesk.services import connecting, stepping_up
from govdesk.services.link import Link, Session, SessionEnded, Unreachable

T = TypeVar("T")
PATIENCE: Final = 40.0
"""Who mends an account confirms in the same minute; some of it goes by while one types."""


class Proving(QObject):
    """Watches the box `code_box` of a form: it is there only when a code is needed."""

    def __init__(self, form: Any, jobs: Jobs, link: Link, password: QLineEdit, parent: QWidget):
        super().__init__(parent)
        self._form, self._jobs, self._link, self._password = form, jobs, link, password
        self._sent_code = False
        self._clock = CodeClock(Help(parent, "code"), self)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Ask for a code only where the server would."""
        self._form.code_box.setVisible(self._needs_code)

    @property
    def _needs_code(self) -> bool:
        return not self._link.is_fresh_within(PATIENCE)

    def first_empty(self) -> QWidget | None:
        """The first field that still lacks something."""
        if not self._password.text():
            return self._password
        self.refresh()
        return self._form.code if self._needs_code and not self.code else None

    @property
    def code(self) -> str:
        """The code as the server takes it."""
        return codes.normal(self._form.code.text())

    def is_used(self) -> bool:
        """Say so where a code was used already."""
        if not self._needs_code or self.code != self._link.last_code:
            return False
        self._refuse_code(ONLY_ONCE)
        return True

    def work(self, act: Callable[[Session], T]) -> Callable[[Task], T]:
        """Return a job that confirms if need be, and then acts."""
        link, password, code = self._link, self._password.text(), self.code
        needs_code = self._sent_code = self._needs_code
        self._clock.stop()

        def run(task: Task) -> T:
            with borrowed(link, "writes", task) as session:
                if needs_code:
                    stepping_up.confirm(session, link.email, password, code)
                    link.confirmed(code)
                return act(session)

        return run

    def failed(self, error: Exception, message: QLabel) -> bool:
        """Say what went wrong; True if the session is over and there is nothing more to do here."""
        if not isinstance(error, Problem):
            raise error
        key = connecting.key_of(error)
        if isinstance(error, SessionEnded | Unreachable):
            self._jobs.unhandled.emit(error)
        self.refresh()
        if key == "sign_in_failed":
            self._say_wrong(message)
        elif key == "throttled":
            until = datetime.now() + WINDOW
            say(message, f"{error.sentence} Try again at {until:%H:%M}.", "state_failed")
        else:
            say(message, described(error), "state_failed")
        if key == "step_up_needed":
            self._form.code.setFocus()
        return isinstance(error, SessionEnded)

    def _say_wrong(self, message: QLabel) -> None:
        if not self._sent_code or self._link.is_fresh:
            say(message, "This is not your present password.", "state_failed")
            self._password.setFocus()
            self._password.selectAll()
        else:
            say(message, WRONG, "state_failed")
            self._refuse_code("")

    def _refuse_code(self, before: str) -> None:
        self._clock.start(before)
        self._form.code.setFocus()
        self._form.code.selectAll()
