"""Test webhook and Check receiver: the very way of a delivery, watched stage by stage."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.deliveries import stages_of
from govdesk.desktop.deliveries.conversation import ConversationView
from govdesk.desktop.deliveries.stages import StageList, State
from govdesk.desktop.deliveries.waiting import Say, Stop, WaitingDialog
from govdesk.desktop.widgets import Picture, Words
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs
from govdesk.services import webhook_testing
from govdesk.services.link import Link, Session
from govdesk.services.webhook_testing import Conversation, Verdict

_OF_CHECK: Final = (
    ("new", "Signed with the new secret"),
    ("forged", "Signed wrongly"),
)


class TestDialog(WaitingDialog):
    """Sends one test event and shows what it met, and what that does not prove."""

    __test__ = False
    purpose = "A worker sends one test event, the way of every delivery."

    def __init__(self, link: Link, jobs: Jobs, webhook_id: str, name: str, parent: QWidget):
        super().__init__("webhook_test", "Test webhook", f"Test of “{name}”", link, jobs, parent)
        self._webhook_id = webhook_id
        self.again.setText("Test again")
        self.again.setAccessibleName("Test again")
        self.stages = StageList(stages_of.STAGES, "webhook_test_stages", self)
        self.conversation = ConversationView("webhook_test_conversation", parent=self)
        self.open_questions = _NotChecked(self)
        for part in (
            _with_pill(self.pill, self.sentence), self.remedy, self.stages, self.open_questions,
            self.conversation,
        ):  # fmt: skip
            _put(self.inner, part)
        self.inner.addStretch(1)

    def work(self, session: Session, stop: Stop, say: Say) -> Conversation:
        """Have a worker send it."""
        return webhook_testing.test(session, self._webhook_id, stop, say)

    def clear(self) -> None:
        """All stages wait, the first is under way."""
        self.stages.begin()
        self.stages.mark("asked", "running", "asking …")
        self.conversation.hide()
        self.open_questions.hide()

    def hear(self, words: str, seconds: int) -> None:
        """A worker has been asked, or has taken it; what it met it says when the try has ended."""
        said = words.removesuffix(".") or "asking …"
        state: State = "done" if words == webhook_testing.TAKEN else "running"
        self.stages.mark("asked", state, f"{said} · {seconds} s" if seconds else said)

    def show_found(self, found: Conversation) -> None:
        """Every stage, the conversation, and what is left open."""
        for key, state, detail in stages_of.marks(found.attempt):
            self.stages.mark(key, state, detail)
        meaning, word = ("state_ok", "delivered") if found.ok else ("state_failed", "failed")
        self.conclude(meaning, word, _where(found) + found.sentence, found.remedy)
        self.conversation.show_conversation(found)
        self.open_questions.show_sentences(found.not_checked)

    def show_fault(self, problem: Problem) -> None:
        """Nothing was sent, or nobody knows."""
        self.stages.mark("asked", "failed", "nothing was sent")

    def stop(self) -> None:
        """Wait no longer."""
        if self.is_running:
            self.stages.mark("asked", "skipped", "you stopped waiting")
        super().stop()


def _where(found: Conversation) -> str:
    """The stage that failed, by its name, before the sentence that says why."""
    if found.ok:
        return ""
    titles = {
        "asked": "Before it went out: ",
        "dns": "While looking up the name: ",
        "tcp": "While connecting: ",
        "tls": "While encrypting: ",
        "sent": "While sending: ",
        "answered": "While waiting for the answer: ",
    }
    if found.attempt.status is not None:
        return "In the answer: "
    return titles[stages_of.where(found.attempt)]


class CheckDialog(WaitingDialog):
    """Sends one delivery signed with the new secret only and one signed wrongly, and judges."""

    purpose = "A worker sends two test events; the second one should be refused."

    def __init__(self, link: Link, jobs: Jobs, webhook_id: str, name: str, parent: QWidget):
        super().__init__(
            "webhook_check", "Check receiver", f"Check of the receiver of “{name}”", link, jobs,
            parent,
        )  # fmt: skip
        self._webhook_id = webhook_id
        self.again.setText("Check again")
        self.again.setAccessibleName("Check again")
        self.stages = StageList(_OF_CHECK, "webhook_check_stages", self)
        self.new = ConversationView("webhook_check_new", "Signed with the new secret", self)
        self.forged = ConversationView("webhook_check_forged", "Signed wrongly", self)
        for part in (
            _with_pill(self.pill, self.sentence), self.remedy, self.stages, self.new, self.forged,
        ):  # fmt: skip
            _put(self.inner, part)
        self.inner.addStretch(1)

    def work(self, session: Session, stop: Stop, say: Say) -> Verdict:
        """Have a worker send both."""
        which = "new"

        def tell(words: str) -> None:
            nonlocal which
            # Only the newest word reaches the window: each says which of both it is about.
            which = "forged" if "wrong" in words else which
            say(which)

        return webhook_testing.check_receiver(session, self._webhook_id, stop, tell)

    def clear(self) -> None:
        """Both wait, the first is under way."""
        self.stages.begin()
        self.stages.mark("new", "running", "asking the worker …")
        self.new.hide()
        self.forged.hide()

    def hear(self, words: str, seconds: int) -> None:
        """How long it has been; the second one begins once the first is answered."""
        if words == "forged":
            self._begin_second()
        now = "forged" if self.stages.states["forged"] == "running" else "new"
        self.stages.mark(now, "running", f"waiting for the receiver · {seconds} s")

    def _begin_second(self) -> None:
        if self.stages.states["forged"] == "waiting":
            self.stages.mark("new", "done", "answered")
            self.stages.mark("forged", "running", "asking the worker …")

    def show_found(self, found: Verdict) -> None:
        """The verdict, then both conversations."""
        self.stages.mark("new", *_judged(found.accepts_new, "Accepts the new secret",
                                         "Refuses the new secret"))  # fmt: skip
        self.stages.mark("forged", *_judged(found.rejects_forged, "Refuses a forged signature",
                                            "Accepts a forged signature"))  # fmt: skip
        if found.verifies:
            words = "Accepts the new secret · Refuses a forged signature"
            self.conclude("state_ok", "verifies", words, found.remedy)
        elif found.verifies is None:
            self.conclude("state_attention", "not judged", found.sentence, found.remedy)
        else:
            self.conclude("state_failed", "does not verify", _wrong(found), found.remedy)
        self.new.show_conversation(found.new)
        if found.forged is not None:
            self.forged.show_conversation(found.forged)

    def show_fault(self, problem: Problem) -> None:
        """Nothing was found out."""
        for key, state in self.stages.states.items():
            if state == "running":
                self.stages.mark(key, "failed", "no answer")

    def stop(self) -> None:
        """Wait no longer."""
        if self.is_running:
            for key, state in self.stages.states.items():
                if state == "running":
                    self.stages.mark(key, "skipped", "you stopped waiting")
        super().stop()


def _wrong(found: Verdict) -> str:
    if found.accepts_new and found.rejects_forged is False:
        return "Your receiver accepted a forged signature: it does not verify."
    return found.sentence


def _judged(good: bool | None, yes: str, no: str) -> tuple[State, str]:
    if good is None:
        return "waiting", "could not be judged"
    return ("done", yes) if good else ("failed", no)


class _NotChecked(QWidget):
    """What a test leaves open, sentence by sentence."""

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self.setObjectName("webhook_test_open")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.GRID)
        self._column.addWidget(Words("What this test did not check", "strong", parent=self))
        self._lines: list[QWidget] = []
        self.hide()

    def show_sentences(self, sentences: tuple[str, ...]) -> None:
        """Show other ones."""
        for line in self._lines:
            self._column.removeWidget(line)
            line.deleteLater()
        self._lines = [_line(sentence, self) for sentence in sentences]
        for line in self._lines:
            self._column.addWidget(line)
        self.setVisible(bool(sentences))


def _line(sentence: str, parent: QWidget) -> QWidget:
    made = QWidget(parent)
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.INSIDE)
    row.addWidget(Picture("minus", "text_secondary", parent=made), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Words(sentence, "body", "text_secondary", made, wraps=True), 1)
    return made


def _with_pill(pill: QWidget, sentence: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.INSIDE)
    row.addWidget(pill, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(sentence, 1)
    return row


def _put(column: QVBoxLayout, part: Any) -> None:
    if isinstance(part, QHBoxLayout):
        column.addLayout(part)
    else:
        column.addWidget(part)
