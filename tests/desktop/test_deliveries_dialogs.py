"""Test webhook, Check receiver, Redeliver, Why was this not sent: against a real queue."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from govdesk.desktop import theme
from govdesk.desktop.deliveries import samples, stages_of
from govdesk.desktop.deliveries.detail import DeliveryDetail
from govdesk.desktop.deliveries.part import DeliveriesPart
from govdesk.desktop.deliveries.redelivering import RedeliverDialog, facts_words
from govdesk.desktop.deliveries.testing import CheckDialog, TestDialog
from govdesk.desktop.deliveries.waiting import WaitingDialog
from govdesk.desktop.deliveries.why_not import WhyDialog
from govdesk.desktop.deliveries.words import NO_EVENT, NOT_MANAGED, NOTHING_TRIED
from govdesk.jobs import Jobs
from govdesk.services import webhook_testing
from govdesk.services.redelivery import Rehearsal
from tests.desktop.delivery_parts import Log, OpenedLog, log, opened_log
from tests.desktop.driving import find, opened, press, show, wait_for, write
from tests.desktop.governed import opened_page, settle, words_of
from tests.doors import raw, worker
from tests.endpoints import claim, finish, result

__all__ = ["log", "opened_log", "opened_page"]

Answer = Callable[[dict[str, Any]], dict[str, Any]]
DELIVERED: dict[str, Any] = {
    "address": "203.0.113.9:443", "tls": "TLS 1.3", "dns_ms": 2.0, "tcp_ms": 9.0, "tls_ms": 21.0,
    "first_byte_ms": 40.0, "response": "<b>thank you</b>",
    "request": {"method": "POST", "url": "https://siem.example.com/hook",
                "headers": [["webhook-id", "msg_1"]], "body": '{"type":"webhook.test"}'},
}  # fmt: skip


def delivered(row: dict[str, Any]) -> dict[str, Any]:
    """What a good receiver answers."""
    return DELIVERED


@contextmanager
def working(log: Log, answer: Answer = delivered) -> Iterator[None]:
    """A worker without a network: takes tests off the queue and reports what `answer` says."""
    log.alive()
    ended = threading.Event()

    def work() -> None:
        door = worker(log.cast)
        while not ended.wait(0.02):
            for row in claim(log.cast, "test", door=door):
                facts = answer(row)
                good = facts.get("outcome", "delivered") == "delivered"
                finish(log.cast, result(row, "delivered" if good else "failed", **facts))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def begun(
    part: DeliveriesPart, log: Log, kind: type[TestDialog | CheckDialog] = TestDialog
) -> WaitingDialog:
    """Open a dialog about the endpoint."""
    dialog = kind(part._link, part._jobs, str(log.webhook), "SIEM", part)
    dialog.open()
    return dialog


def said(dialog: QWidget, name: str) -> tuple[str, str]:
    """State and words of a stage."""
    stages: Any = dialog.stages  # type: ignore[attr-defined]
    label: Any = find(dialog, f"{stages.objectName()}_{name}")
    return stages.states[name], label.text()


# Test webhook


def test_without_a_worker_the_test_says_so_at_once(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    part = opened_log()
    dialog = begun(part, log)
    settle(jobs)
    assert not dialog.is_running
    assert dialog.pill.word == "not tested"
    assert "worker" in words_of(dialog, "webhook_test_sentence")
    assert said(dialog, "asked")[0] == "failed"
    assert find(dialog, "webhook_test_again").isVisible()


def test_the_test_shows_every_stage_the_conversation_and_what_it_leaves_open(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    part = opened_log()
    with working(log):
        dialog = begun(part, log)
        wait_for(lambda: not dialog.is_running, what="the test")
    assert dialog.pill.word == "delivered"
    keys = [key for key, _ in stages_of.STAGES]
    assert [said(dialog, key)[0] for key in keys] == ["done"] * 6
    assert said(dialog, "tcp")[1] == "9 ms · 203.0.113.9:443"
    request = find(dialog, "webhook_test_conversation_request_text", QPlainTextEdit)
    assert request.toPlainText().splitlines()[0] == "POST https://siem.example.com/hook"
    answer = find(dialog, "webhook_test_conversation_answer_text", QPlainTextEdit)
    assert answer.toPlainText() == "<b>thank you</b>"
    assert find(dialog, "webhook_test_open").isVisible()
    settle(jobs)


@pytest.mark.parametrize(
    ("facts", "stage", "words"),
    [
        ({"outcome": "dns", "error": "There is no such host."}, "dns", "looking up the name"),
        ({"outcome": "tcp", "dns_ms": 2.0, "error": "Nobody listens."}, "tcp", "connecting"),
        ({"outcome": "tls", "dns_ms": 2.0, "tcp_ms": 8.0,
          "error": "The certificate ended on 1 May 2026.",
          "remedy": "Renew it there."}, "tls", "encrypting"),
        ({"outcome": "http", "status": 500, "dns_ms": 2.0, "tcp_ms": 8.0, "tls_ms": 9.0,
          "first_byte_ms": 5.0, "error": "The receiver answered 500."}, "answered", "the answer"),
    ],
)  # fmt: skip
def test_a_failed_test_says_which_stage_and_why(
    facts: dict[str, Any], stage: str, words: str, log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    part = opened_log()
    whole = {"status": None} | facts
    with working(log, lambda row: whole):
        dialog = begun(part, log)
        wait_for(lambda: not dialog.is_running, what="the test")
    assert dialog.pill.word == "failed"
    assert said(dialog, stage)[0] == "failed"
    sentence = words_of(dialog, "webhook_test_sentence")
    assert words in sentence
    assert facts["error"] in sentence
    assert words_of(dialog, "webhook_test_remedy") == facts.get("remedy", "")
    settle(jobs)


def test_while_it_waits_the_window_lives_the_theme_changes_and_cancel_ends_it(
    log: Log, opened_log: OpenedLog, jobs: Jobs, qapp: QApplication
) -> None:
    log.alive()
    part = opened_log()
    dialog = begun(part, log)
    turns: list[int] = []
    clock = QTimer(part)
    clock.timeout.connect(lambda: turns.append(1))
    clock.start(5)
    wait_for(lambda: "Waiting for a worker" in said(dialog, "asked")[1], what="the queue")
    theme.apply(qapp, "dark")
    dialog.grab()
    wait_for(lambda: len(turns) >= 40, what="the event loop")
    assert dialog.is_running
    find(dialog, "webhook_test_cancel").setFocus()
    press(dialog, "Space")
    assert not dialog.is_running
    assert dialog.pill.word == "cancelled"
    assert "may still go out" in words_of(dialog, "webhook_test_remedy")
    settle(jobs)
    assert dialog.pill.word == "cancelled"


def test_that_a_worker_took_it_is_said_before_it_ends(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    log.alive()
    part = opened_log()
    dialog = begun(part, log)
    wait_for(lambda: "Waiting for a worker" in said(dialog, "asked")[1], what="the queue")
    (taken,) = claim(log.cast, "test")
    wait_for(lambda: said(dialog, "asked")[0] == "done", what="the worker")
    assert said(dialog, "asked")[1].startswith("A worker took it")
    assert dialog.is_running
    finish(log.cast, result(taken))
    wait_for(lambda: dialog.pill.word == "delivered", what="the answer")


def test_closing_the_dialog_ends_the_wait(log: Log, opened_log: OpenedLog, jobs: Jobs) -> None:
    log.alive()
    part = opened_log()
    dialog = begun(part, log)
    wait_for(lambda: "Waiting for a worker" in said(dialog, "asked")[1], what="the queue")
    press(dialog, "Escape")
    settle(jobs)
    with part._link.session("network") as session:
        assert not session.connection.closed


def test_a_test_that_is_repeated_shows_the_second_answer_only(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    answers = [DELIVERED | {"outcome": "http", "status": 500, "error": "No."}, DELIVERED]
    part = opened_log()
    with working(log, lambda row: answers.pop(0)):
        dialog = begun(part, log)
        wait_for(lambda: dialog.pill.word == "failed", what="the first answer")
        find(dialog, "webhook_test_again").setFocus()
        press(dialog, "Space")
        wait_for(lambda: dialog.pill.word == "delivered", what="the second answer")
    assert said(dialog, "answered")[0] == "done"
    settle(jobs)


def test_an_open_connection_needs_no_stage_of_its_own() -> None:
    kept = samples.attempt(0, dns_ms=None, tcp_ms=None, tls_ms=None)
    found = {key: (state, words) for key, state, words in stages_of.marks(kept)}
    assert found["tcp"] == ("skipped", "an open connection was used again")
    assert found["answered"][0] == "done"
    literal = samples.attempt(0, dns_ms=None)
    assert stages_of.marks(literal)[1] == ("dns", "skipped", "not needed")


# Check receiver


def test_a_receiver_that_refuses_a_forgery_verifies(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    refused = DELIVERED | {"outcome": "http", "status": 401, "error": "401"}
    part = opened_log()
    with working(log, lambda row: refused if row["origin"] == "forged" else DELIVERED):
        dialog = begun(part, log, CheckDialog)
        wait_for(lambda: not dialog.is_running, what="the check")
    assert dialog.pill.word == "verifies"
    words = "Accepts the new secret · Refuses a forged signature"
    assert words_of(dialog, "webhook_check_sentence") == words
    settle(jobs)


def test_a_receiver_that_accepts_a_forgery_is_told_apart(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    part = opened_log()
    with working(log):
        dialog = begun(part, log, CheckDialog)
        wait_for(lambda: not dialog.is_running, what="the check")
    assert dialog.pill.word == "does not verify"
    assert words_of(dialog, "webhook_check_sentence") == (
        "Your receiver accepted a forged signature: it does not verify."
    )
    assert said(dialog, "new")[0] == "done"
    assert said(dialog, "forged") == ("failed", "Accepts a forged signature")
    settle(jobs)


def test_a_receiver_that_is_away_is_not_judged(log: Log, opened_log: OpenedLog, jobs: Jobs) -> None:
    part = opened_log()
    away = {"outcome": "tcp", "status": None, "error": "Nobody listens there."}
    with working(log, lambda row: away):
        dialog = begun(part, log, CheckDialog)
        wait_for(lambda: not dialog.is_running, what="the check")
    assert dialog.pill.word == "not judged"
    assert "Nobody listens there." in words_of(dialog, "webhook_check_sentence")
    assert said(dialog, "forged") == ("waiting", "could not be judged")
    settle(jobs)


# Redeliver


def test_the_button_works_once_it_is_known_how_many_and_how_long(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    log.change(4)
    log.send("failed")
    part = opened_log()
    find(part, "deliveries_redeliver").setFocus()
    press(part, "Space")
    dialog = opened("redeliver", RedeliverDialog)
    go = find(dialog, "redeliver_go", QPushButton)
    assert not go.isEnabled()
    settle(jobs)
    assert words_of(dialog, "redeliver_count") == "4 deliveries"
    assert "About" in words_of(dialog, "redeliver_facts")
    assert go.text() == "Redeliver 4"
    noted: list[str] = []
    part.noted.connect(noted.append)
    go.setFocus()
    press(dialog, "Space")
    wait_for(lambda: noted, what="the word")
    settle(jobs)
    assert noted == ["4 deliveries are queued again."]
    assert log.statuses() == ["pending"] * 4
    actions = [row["action"] for row in log.cast.rows(0)]
    assert actions.count("webhook.redelivered") == 1


def test_another_since_needs_another_rehearsal(log: Log, opened_log: OpenedLog, jobs: Jobs) -> None:
    log.change()
    log.send("failed")
    part = opened_log()
    part.redeliver("failed")
    dialog = opened("redeliver", RedeliverDialog)
    settle(jobs)
    go = find(dialog, "redeliver_go", QPushButton)
    assert go.isEnabled()
    line = dialog.since.lineEdit()
    assert line is not None
    line.setFocus()
    press(line, "Ctrl+A")
    write(line, "never")
    assert not go.isEnabled()
    wait_for(lambda: "not a period" in words_of(dialog, "redeliver_since_help"), what="the fault")
    press(line, "Ctrl+A")
    write(line, "2099-01-01")
    wait_for(
        lambda: words_of(dialog, "redeliver_count") == "There is nothing to send again.",
        what="an empty rehearsal",
    )
    assert not go.isEnabled()


def test_one_delivery_is_sent_again_from_its_detail(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    log.change(2)
    log.send("failed")
    part = opened_log()
    part.table.setFocus()
    part.table.go_to(0)
    press(part.table, "Return")
    wait_for(lambda: part.detail.story is not None, what="the detail")
    settle(jobs)
    find(part.detail, "delivery_redeliver").setFocus()
    press(part, "Space")
    dialog = opened("redeliver", RedeliverDialog)
    settle(jobs)
    assert dialog.what == "one"
    assert words_of(dialog, "redeliver_count") == "1 delivery"
    find(dialog, "redeliver_go").setFocus()
    press(dialog, "Space")
    wait_for(lambda: "pending" in log.statuses(), what="the delivery")
    settle(jobs)
    assert sorted(log.statuses()) == ["failed", "pending"]


def test_the_rehearsal_says_from_when_to_when_and_how_long() -> None:
    first = samples.NOW
    words = facts_words(Rehearsal(3, first, first.replace(hour=11), 130), UTC)
    assert words == (
        "From 2026-11-21 09:30:00 UTC to 2026-11-21 11:30:00 UTC. About 2 minutes at this"
        " webhook's limit and speed."
    )


# Why not


def asked(part: DeliveriesPart, jobs: Jobs, number: str) -> WhyDialog:
    """Ask by keyboard."""
    find(part, "deliveries_why").setFocus()
    press(part, "Space")
    dialog = opened("why_not_sent", WhyDialog)
    write(dialog, number)
    press(dialog, "Return")
    settle(jobs)
    return dialog


def test_why_an_event_was_not_sent_is_answered_with_a_sentence(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    with raw(log.session) as connection:
        connection.execute(
            "UPDATE govdesk.webhook SET events = '{member.*}' WHERE id = %s", (log.webhook,)
        )
    log.change()
    seq = log.cast.last_seq()
    dialog = asked(opened_log(), jobs, f"{seq:,}")
    assert dialog.pill.word == "not sent"
    assert "not among what this webhook subscribes to" in words_of(dialog, "why_sentence")
    assert "Subscribe" in words_of(dialog, "why_remedy")
    assert not find(dialog, "why_show").isVisible()


def test_a_number_that_is_none_is_named_and_asks_nobody(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    dialog = asked(opened_log(), jobs, "twelve")
    assert "not an event number" in words_of(dialog, "why_number_help")
    assert dialog.explanation is None


def test_what_failed_leads_to_its_delivery(log: Log, opened_log: OpenedLog, jobs: Jobs) -> None:
    log.change()
    log.send("failed")
    seq = log.cast.last_seq()
    part = opened_log()
    dialog = asked(part, jobs, str(seq))
    assert "given up" in words_of(dialog, "why_sentence")
    assert words_of(dialog, "why_remedy") == "Redeliver sends it once more."
    find(dialog, "why_show").setFocus()
    press(dialog, "Space")
    wait_for(lambda: part.detail.story is not None, what="the detail")
    settle(jobs)
    assert part.detail.story is not None
    assert part.detail.story.delivery.seq == seq


def test_another_number_takes_the_old_answer_away(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    dialog = asked(opened_log(), jobs, "999999")
    assert "no event" in words_of(dialog, "why_sentence")
    line = find(dialog, "why_number", QLineEdit)
    line.setFocus()
    write(line, "1")
    assert words_of(dialog, "why_sentence") == ""


# The kit


def test_the_verifier_kit_is_written_beside_the_window(
    log: Log, opened_log: OpenedLog, jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.change()
    log.send()
    part = opened_log()
    written: list[Path] = []

    def kit(session: object, which: str, path: Path, *, overwrite: bool = False) -> Path:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("id", which)
        written.append(path)
        return path

    monkeypatch.setattr("govdesk.services.webhook_kit.kit", kit)
    part.table.go_to(0)
    press(part.table, "Return")
    wait_for(lambda: part.detail.story is not None, what="the detail")
    noted: list[str] = []
    part.noted.connect(noted.append)
    find(part.detail, "delivery_kit").setFocus()
    press(part, "Space")
    settle(jobs)
    assert written[0].parent == tmp_path
    assert noted == [f"{written[0].name} is written. It checks the signature without GovDesk."]


# Every outcome


@pytest.mark.parametrize("outcome", ["delivered", "http", "tls", "timeout"])
def test_every_conversation_names_one_stage_or_none(outcome: str) -> None:
    found = samples.conversation(outcome)
    failed = [key for key, state, _ in stages_of.marks(found.attempt) if state == "failed"]
    assert len(failed) == (0 if found.ok else 1)


def test_the_stage_that_failed_says_how_long_it_took_itself() -> None:
    found = samples.conversation("tls").attempt
    marks = {key: words for key, _, words in stages_of.marks(found)}
    assert marks["tls"] == "failed · 24 ms"
    slow = samples.conversation("timeout").attempt
    marks = {key: words for key, _, words in stages_of.marks(slow)}
    assert marks[stages_of.where(slow)] == "failed · 15.0 s"


def test_why_a_delivery_cannot_be_sent_again_stands_below_the_buttons() -> None:
    detail = show(DeliveryDetail(UTC), 420, 600)
    found = samples.story()
    detail.allow_sending(True)
    detail.show_story(found)
    assert words_of(detail, "delivery_why_not") == ""
    detail.allow_sending(False)
    assert words_of(detail, "delivery_why_not") == NOT_MANAGED
    detail.allow_sending(True)
    untried = replace(found.delivery, origin="test", attempts=0)
    detail.show_story(replace(found, delivery=untried, attempts=()))
    assert words_of(detail, "delivery_why_not") == f"{NO_EVENT} {NOTHING_TRIED}"
    assert find(detail, "delivery_redeliver").toolTip() == NO_EVENT


def test_a_test_that_nobody_took_is_no_fault_of_the_receiver() -> None:
    ours = replace(samples.attempt(5), dns_ms=None, total_ms=None)
    assert stages_of.where(ours) == "asked"
    assert webhook_testing.WAIT_SECONDS >= 15
