"""Test webhook, Check receiver and the kit, with a real worker and a real receiver over TLS."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPlainTextEdit

from govdesk.desktop.deliveries.part import DeliveriesPart
from govdesk.desktop.deliveries.stages_of import STAGES
from govdesk.desktop.deliveries.testing import CheckDialog, TestDialog
from govdesk.jobs import Jobs
from tests.desktop.delivery_parts import OpenedLog, alive, opened_log
from tests.desktop.driving import find, press, wait_for
from tests.desktop.governed import opened_page, settle, words_of
from tests.people import Cast
from tests.receivers import Receiver, receiver
from tests.worker.dispatching.outgoing import Outgoing

__all__ = ["opened_log", "opened_page"]


@pytest.fixture
def office() -> Iterator[Receiver]:
    """An HTTPS receiver of this test's own; what it answers is said by the path."""
    with receiver() as made:
        yield made


@pytest.fixture
def outgoing(cast: Cast, office: Receiver, tmp_path: Path) -> Outgoing:
    """Acme, whose endpoints lead to `office`."""
    alive(cast)
    return Outgoing.at(cast, office, tmp_path)


def run_through(
    part: DeliveriesPart, webhook: str, kind: type[TestDialog | CheckDialog] = TestDialog
) -> TestDialog | CheckDialog:
    """Open a dialog and wait for its end."""
    dialog = kind(part._link, part._jobs, webhook, "SIEM", part)
    dialog.open()
    wait_for(lambda: not dialog.is_running, 30, "the worker")
    return dialog


def test_a_test_goes_the_way_of_every_delivery(
    outgoing: Outgoing, office: Receiver, opened_log: OpenedLog, jobs: Jobs
) -> None:
    webhook = outgoing.hook("/in?key=1")
    part = opened_log()
    with outgoing.dispatching():
        dialog = run_through(part, webhook)
    assert dialog.pill.word == "delivered"
    states = dialog.stages.states
    assert [states[key] for key, _ in STAGES] == ["done"] * 6
    sent = find(dialog, "webhook_test_conversation_request_text", QPlainTextEdit).toPlainText()
    assert f"https://127.0.0.1:{office.port}/in" in sent
    assert "key=1" not in sent
    body = find(dialog, "webhook_test_conversation_body_text", QPlainTextEdit).toPlainText()
    assert body.encode() == office.messages[0].body
    answer = find(dialog, "webhook_test_conversation_answer_text", QPlainTextEdit)
    assert answer.toPlainText() == "ok"
    settle(jobs)


def test_a_receiver_that_answers_503_fails_at_its_answer(
    outgoing: Outgoing, opened_log: OpenedLog, jobs: Jobs
) -> None:
    webhook = outgoing.hook("/status/503")
    part = opened_log()
    with outgoing.dispatching():
        dialog = run_through(part, webhook)
    assert dialog.pill.word == "failed"
    assert dialog.stages.states["answered"] == "failed"
    assert words_of(dialog, "webhook_test_sentence").startswith("In the answer: ")
    assert "503" in words_of(dialog, "webhook_test_sentence")
    settle(jobs)


def test_a_certificate_nobody_vouches_for_fails_at_encrypting(
    outgoing: Outgoing, opened_log: OpenedLog, jobs: Jobs
) -> None:
    webhook = outgoing.hook(settings={})
    part = opened_log()
    with outgoing.dispatching():
        dialog = run_through(part, webhook)
    assert dialog.stages.states["tls"] == "failed"
    assert words_of(dialog, "webhook_test_sentence").startswith("While encrypting: ")
    assert words_of(dialog, "webhook_test_remedy")
    settle(jobs)


def test_a_receiver_that_is_slow_can_be_left_alone(
    outgoing: Outgoing, office: Receiver, opened_log: OpenedLog, jobs: Jobs
) -> None:
    webhook = outgoing.hook("/delay/1500")
    part = opened_log()
    with outgoing.dispatching():
        dialog = TestDialog(part._link, part._jobs, webhook, "SIEM", part)
        dialog.open()
        wait_for(lambda: office.messages, what="the receiver")
        assert dialog.is_running
        find(dialog, "webhook_test_cancel").setFocus()
        press(dialog, "Space")
        settle(jobs)
        assert dialog.pill.word == "cancelled"


def test_a_receiver_that_takes_everything_does_not_verify(
    outgoing: Outgoing, office: Receiver, opened_log: OpenedLog, jobs: Jobs
) -> None:
    webhook = outgoing.hook()
    part = opened_log()
    with outgoing.dispatching():
        dialog = run_through(part, webhook, CheckDialog)
    assert len(office.messages) == 2
    assert dialog.pill.word == "does not verify"
    assert "accepted a forged signature" in words_of(dialog, "webhook_check_sentence")
    settle(jobs)


def test_the_kit_of_a_delivery_holds_what_was_sent(
    outgoing: Outgoing, office: Receiver, opened_log: OpenedLog, jobs: Jobs, tmp_path: Path
) -> None:
    outgoing.hook()
    with outgoing.dispatching():
        outgoing.happen()
        outgoing.wait_for("delivered", 1)
    part = opened_log()
    part.table.setFocus()
    part.table.go_to(0)
    press(part.table, "Return")
    wait_for(lambda: part.detail.story is not None, what="the detail")
    settle(jobs)
    noted: list[str] = []
    part.noted.connect(noted.append)
    find(part.detail, "delivery_kit").setFocus()
    press(part, "Space")
    settle(jobs)
    assert noted, "nothing was written"
    (written,) = tmp_path.glob("govdesk-delivery-*.zip")
    with zipfile.ZipFile(written) as kit:
        assert office.messages[0].body in [kit.read(name) for name in kit.namelist()]
