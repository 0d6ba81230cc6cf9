"""The witness in the main window: its rounds, its alarm, its notices, its dialog."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot

from govdesk.desktop.approvals.asking import ask_for_decision
from govdesk.desktop.exporting import ChooseFile
from govdesk.desktop.widgets import Banner
from govdesk.desktop.witness.alarm import AlarmScreen
from govdesk.desktop.witness.dialog import WitnessDialog
from govdesk.desktop.witness.watching import LANE, Watching
from govdesk.jobs import Jobs, Task
from govdesk.services import restores
from govdesk.services.link import Link
from govdesk.services.organization import Here
from govdesk.services.trust import in_line
from govdesk.services.witness import Witness, write_text
from govdesk.services.witness_verdict import Verdict, report

if TYPE_CHECKING:
    from govdesk.desktop.actions import Actions
    from govdesk.desktop.main_window import MainWindow

FIRST: Final = (
    "This computer has seen a checkpoint of this log for the first time. Its key counts from now"
    " on; compare the fingerprint once with whoever runs the worker."
)
NEW_KEY: Final = (
    "A new key signs the log beside the one that counts here. Compare its fingerprint before the"
    " old one ends, or this computer will raise an alarm then."
)


class Witnessing(QObject):
    """Joins rounds, alarm, band and dialog.

    `changed` follows news for the status bar, `trouble` carries an error, `noted` a sentence.
    """

    changed = Signal()
    trouble = Signal(object)
    noted = Signal(str)

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        here: Here,
        window: MainWindow,
        witness: Witness,
        zone: Callable[[], tzinfo],
        choose: ChooseFile,
        parent: QObject | None = None,
    ):
        super().__init__(parent)
        self._link, self._jobs, self._here, self._window = link, jobs, here, window
        self._zone, self._choose = zone, choose
        self.watching = Watching(link, jobs, witness, self)
        self.screen: AlarmScreen | None = None
        self.band = Banner(window)
        self.band.setObjectName("witness_band")
        window.add_notice(self.band)
        window.log_status.offer("Show the witness", self.open)
        self.watching.changed.connect(self._on_changed)
        self.watching.judged.connect(self.show_verdict)
        self.watching.failed.connect(self.trouble)

    @property
    def words(self) -> str:
        """What the status bar says."""
        return self.watching.words

    def bind(self, actions: Actions) -> None:
        """Bind the actions of the catalogue."""
        actions.bind("witness.show", self.open)

    @Slot()
    def begin(self) -> None:
        """Compare now, and from time to time."""
        self.watching.check()

    @Slot()
    def go_on(self) -> None:
        """The connection is back."""
        self.watching.check()

    @Slot()
    def open(self) -> None:
        """Show what this computer saw signed."""
        already = self._window.findChild(WitnessDialog, "witness_dialog")
        if already is not None:
            already.activateWindow()
            return
        dialog = WitnessDialog(
            self.watching, self._link, self._jobs, self._zone(), self._choose, self._window
        )
        dialog.noted.connect(self.noted)
        self.watching.changed.connect(dialog.refresh)
        dialog.open()

    @Slot(object)
    def show_verdict(self, verdict: Verdict) -> None:
        """Show an alarm over the whole window, or a notice; what is in order clears both."""
        if verdict.is_alarm:
            self._alarm(verdict)
            return
        self._lift()
        if verdict.state == "first_seen":
            self.band.say("info", FIRST, [("Compare the key", self.open)])
        elif verdict.state == "restored":
            one = verdict.restored[-1]
            self.band.say(
                "warning",
                f"The log was restored: from {one.known.size:,} events it goes on from"
                f" {one.found.size:,}. Declared by {_person(one.requester)}, approved by"
                f" {_person(one.reviewer)}: {one.reason}",
                [("Show the witness", self.open)],
            )
        elif verdict.new_keys:
            self.band.say("warning", NEW_KEY, [("Compare the key", self.open)])
        else:
            self.band.clear()

    def _alarm(self, verdict: Verdict) -> None:
        if self.screen is None:
            screen = self.screen = AlarmScreen(self._window)
            screen.restore_asked.connect(self._declare)
            screen.save_asked.connect(self._save)
            screen.check_asked.connect(self.watching.check)
            screen.went_on.connect(self._on_gone_on)
        may = "policy.manage" in self._here.permissions
        self.screen.show_verdict(verdict, self._zone(), may_declare=may)
        self._say_alarm(verdict)

    def _say_alarm(self, verdict: Verdict) -> None:
        self.band.say(
            "error",
            f"{verdict.title}. {_sizes(verdict)} Do not sign off work that relies on this log.",
            [("Show the alarm", self._show_again), ("Show the witness", self.open)],
            can_dismiss=False,
        )

    @Slot()
    def _show_again(self) -> None:
        if self.watching.verdict is not None and self.watching.verdict.is_alarm:
            self._alarm(self.watching.verdict)

    @Slot()
    def _on_gone_on(self) -> None:
        self.screen = None

    def _lift(self) -> None:
        if self.screen is not None:
            self.screen.lift()
            self.screen = None

    # What an alarm offers

    @Slot()
    def _declare(self) -> None:
        verdict = self.watching.verdict
        if verdict is None or self.screen is None or not verdict.can_be_declared:
            return
        payload = restores.composed(verdict)
        ask_for_decision(
            self.screen,
            self._jobs,
            self._link,
            restores.ACTION,
            payload,
            f"{restores.sentence(payload)} Roots: {payload_words(verdict)}.",
            lambda decision: self.noted.emit("A second human has been asked. See Approvals."),
        )

    @Slot()
    def _save(self) -> None:
        verdict = self.watching.verdict
        if verdict is None or self.screen is None:
            return
        name = f"{verdict.tenant_path.replace('.', '-')}-alarm.txt"
        path = self._choose(self.screen, "Save both checkpoints", name, "Text (*.txt)")
        if not path:
            return

        def work(task: Task) -> None:
            write_text(Path(path), evidence(verdict))

        self._jobs.start(
            work,
            owner=self,
            on_result=lambda done: self.noted.emit(f"Both checkpoints written to {path}"),
            on_error=self.trouble.emit,
            lane=LANE,
        )

    @Slot()
    def _on_changed(self) -> None:
        verdict = self.watching.verdict
        if verdict is not None and not verdict.is_alarm and self.screen is not None:
            self._lift()
            self.band.clear()
        self.changed.emit()


def evidence(verdict: Verdict) -> str:
    """Both checkpoints as text: what was found, and the signed notes word for word."""
    parts = [report(verdict), ""]
    notes = {
        "seen on this computer before": ""
        if verdict.remembered is None
        else verdict.remembered.note,
        "shown by the server now": verdict.found.note,
    }
    for title, note in notes.items():
        parts += [f"--- checkpoint {title} ---", note or "none", ""]
    return "\n".join(parts)


def payload_words(verdict: Verdict) -> str:
    """Both roots in full and in groups, to be compared."""
    known, found = verdict.remembered, verdict.found.tree
    before = "none" if known is None else in_line(known.tree.root.hex())
    now = "none" if found is None else in_line(found.root.hex())
    return f"known {before}, found {now}"


def _sizes(verdict: Verdict) -> str:
    known, found = verdict.remembered, verdict.found.tree
    if known is None or found is None:
        return ""
    return (
        f"This computer saw {known.tree.size:,} events signed; the server shows a checkpoint of"
        f" {found.size:,}."
    )


def _person(actor: str) -> str:
    return actor.partition(":")[2] or actor
