"""Asks why and for how long before an organisation is entered, and says what will be recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QWidget

from govdesk.desktop import theme
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.confirming import confirm
from govdesk.desktop.entrance.dressing import Dressing, Help, say
from govdesk.desktop.entrance.waiting import Errand
from govdesk.desktop.entrance.words import described
from govdesk.desktop.forms.ui_enter_tenant import Ui_EnterTenantForm
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs, Task
from govdesk.services import connecting, platform
from govdesk.services.link import Link, SessionEnded, Unreachable
from govdesk.services.platform import ALONE_MINUTES, MOST_MINUTES, SHORTEST_REASON, Entry, Tenant

PURPOSE: Final = "Enter only as long as you need, and for one thing. You can leave at any time."
RECORDED: Final = (
    "Recorded in their log before you can read anything: your address, this reason, from when and"
    " for how long; then every change you make, with your address. Their owners and admins see a"
    " notice while you are inside, and can end the visit."
)
_SHORT: Final = "1 to 60 minutes need nobody else."
_LONG: Final = (
    "More than 60 minutes is their decision: somebody there approves first, then you enter again."
)
_MISSING: Final = "Say why; it stands in their log and above their window."
_LEAST: Final = 30


class EnterDialog(QDialog):
    """`entered` brings tenant, reason, minutes and the `Entry`, which may wait for a decision."""

    entered = Signal(object, str, int, object)

    def __init__(
        self,
        jobs: Jobs,
        link: Link,
        tenant: Tenant,
        before: tuple[str, int] | None = None,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self._jobs, self._link, self._tenant = jobs, link, tenant
        self.form = form = Ui_EnterTenantForm()
        form.setupUi(self)
        form.title.setText(f"Enter {tenant.name}")
        form.purpose.setText(PURPOSE)
        form.recorded.setText(RECORDED)
        Dressing(self)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.reason.setFixedHeight(3 * theme.CONTROL_HEIGHT)
        form.minutes.setRange(1, MOST_MINUTES)
        self._reason_help, self._minutes_help = Help(self, "reason"), Help(self, "minutes")
        inputs: list[QWidget] = [form.reason, form.minutes, form.enter]
        self._errand = Errand(self, jobs, form.waiting_place, inputs, "writes")
        form.minutes.valueChanged.connect(self._explain)
        form.reason.textChanged.connect(self._reason_edited)
        form.enter.clicked.connect(self.submit)
        form.cancel.clicked.connect(self.reject)
        reason, minutes = before or ("", _LEAST)
        form.reason.setPlainText(reason)
        form.minutes.setValue(minutes)
        self._explain()
        form.reason.setFocus()

    @Slot()
    def submit(self) -> None:
        """Confirm if need be, then enter; without a reason nothing happens."""
        if self._errand.is_running:
            return
        if len(self._reason) < SHORTEST_REASON:
            self._reason_help.fault(_MISSING)
            self.form.reason.setFocus()
            return
        confirm(self, self._jobs, self._link, f"You enter {self._tenant.name}.", self._enter)

    def reject(self) -> None:
        """Stay outside."""
        self._errand.cancel()
        super().reject()

    @Slot()
    def _enter(self) -> None:
        link, path = self._link, self._tenant.tenant_path
        reason, minutes = self._reason, self.form.minutes.value()
        say(self.form.message, "")

        def work(task: Task) -> Entry:
            with borrowed(link, "writes", task) as session:
                return platform.enter(session, path, reason, minutes)

        self._errand.run(
            f"Entering {self._tenant.name} …",
            work,
            lambda entry: self._entered(reason, minutes, entry),
            self._failed,
            on_late=self._too_late,
        )

    def _entered(self, reason: str, minutes: int, entry: Entry) -> None:
        tenant = self._tenant
        self.accept()
        self.entered.emit(tenant, reason, minutes, entry)

    def _too_late(self, entry: Entry) -> None:
        """Somebody who cancelled meanwhile is not inside."""
        token, url = entry.token, self._link.url
        if token is not None:
            leave: Callable[[Task], bool] = lambda task: platform.leave(url, token)  # noqa: E731
            self._jobs.start(leave, owner=self._jobs, on_error=_not_left, lane="network")

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, Problem):
            raise error
        if connecting.key_of(error) == "step_up_needed":
            self.submit()
            return
        say(self.form.message, described(error), "state_failed")
        if isinstance(error, SessionEnded | Unreachable):
            self._jobs.unhandled.emit(error)

    @property
    def _reason(self) -> str:
        return " ".join(self.form.reason.toPlainText().split())

    @Slot()
    def _explain(self) -> None:
        self._minutes_help.hint(_LONG if self.form.minutes.value() > ALONE_MINUTES else _SHORT)

    @Slot()
    def _reason_edited(self) -> None:
        self._reason_help.fault("")


def _not_left(error: Exception) -> None:
    """The visit that nobody has the token of ends by itself."""
    if not isinstance(error, Problem):
        raise error
