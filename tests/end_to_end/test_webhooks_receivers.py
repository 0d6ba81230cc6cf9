"""Receivers as they are: what a test says of each, in a sentence, and what is never sent twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.end_to_end.hooks import Desk, desk, here, post, until
from tests.end_to_end.receivers import Receiver, receiver

__all__ = ["desk", "here", "post"]

PAGE = "<html><body><h1>Welcome</h1><p>Please sign in to go on.</p></body></html>"


def test_an_expired_certificate_is_named_with_its_date_and_nothing_is_sent(
    desk: Desk, tmp_path: Path
) -> None:
    with receiver(tmp_path, expired=True) as other:
        made = desk.add(other)
        found = desk("test", made["id"], code=1)
        assert found["attempt"]["outcome"] == "tls"
        said = f"{found['sentence']} {found['remedy']}"
        assert "expired" in said
        ended = datetime.now(UTC) - timedelta(days=2)
        assert f"{ended:%Y-%m-%d}" in said
        assert other.heard == []


@pytest.mark.parametrize(("status", "words"), [(200, "HTML"), (404, "404"), (302, "302")])
def test_a_receiver_that_answers_with_a_page_for_people_is_shown_as_it_answered(
    desk: Desk, here: Receiver, status: int, words: str
) -> None:
    made = desk.add(here)
    here.status, here.page = status, PAGE
    found = desk("test", made["id"], code=0 if status == 200 else 1)
    assert "Please sign in" in found["response"]
    said = found["not_checked"][0] if status == 200 else found["sentence"]
    assert words in said


def test_a_receiver_that_says_nothing_is_said_to(desk: Desk, here: Receiver) -> None:
    made = desk.add(here)
    here.status = 0
    found = desk("test", made["id"], code=1)
    assert not found["ok"]
    assert found["attempt"]["status"] is None
    assert found["sentence"].endswith(".")
    assert "Traceback" not in found["sentence"]


def test_nobody_there_is_not_reachable(desk: Desk, tmp_path: Path) -> None:
    with receiver(tmp_path) as gone:
        made = desk.add(gone)
    found = desk("test", made["id"], code=1)
    assert found["attempt"]["outcome"] == "tcp"
    assert f"127.0.0.1:{gone.port}" in found["sentence"]


def test_who_answers_410_is_disabled_and_it_is_said_everywhere(desk: Desk, here: Receiver) -> None:
    made = desk.add(here)
    here.status = 410
    desk.happen("Wharf")
    shown = until(lambda: disabled(desk, made["id"]))
    assert (shown["state"], shown["disabled_reason"]) == ("disabled", "gone")
    assert "410" in shown["state_words"]
    needs = desk.answer("attention", "--json").document["items"]
    assert "webhook_disabled" in {need["kind"] for need in needs}
    log = desk.answer("audit", "list", "--query", "action:webhook.disabled", "--json").document
    assert len(log["items"]) == 1
    missed = desk.happen("Slip")
    here.status = 204
    resumed = desk("resume", made["id"], "--missed", "send")
    assert resumed["rows"] >= 1
    desk.became(made["id"], missed, "delivered")


def disabled(desk: Desk, which: str) -> dict[str, object] | None:
    shown: dict[str, object] = desk("show", which)
    return shown if shown["status"] == "disabled" else None
