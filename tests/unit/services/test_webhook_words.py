"""What is said about an endpoint: how it fares, what a test met, why something was not sent."""

from __future__ import annotations

from typing import Any

import pytest

from govdesk.domain.problem import Problem
from govdesk.services.deliveries import Place
from govdesk.services.redelivery import Rehearsal, duration
from govdesk.services.webhook_reasons import explained
from govdesk.services.webhook_testing import accepted, conversation, verdict
from govdesk.services.webhooks import STATE_TITLES, Health
from tests.made_webhooks import AT, DELIVERY_ID, attempt, endpoint

VERDICTS = (
    "no_row", "not_readable", "itself", "other_system", "not_subscribed", "not_subscribed_then",
    "before", "skipped",
    "behind", "no_secret", "pending", "delivered", "sent", "failed", "cancelled", "disabled",
)  # fmt: skip


# How it fares


@pytest.mark.parametrize(
    ("health", "changed", "state", "words"),
    [
        ({}, {}, "healthy", "Deliveries arrive"),
        ({"last_success_at": None}, {}, "new", "Nothing was sent yet"),
        ({"failures": 1}, {}, "failing", "The last try failed"),
        ({"failures": 12, "breaker": "open"}, {}, "resting", "12 tries failed"),
        ({"failures": 12, "breaker": "half_open"}, {}, "resting", "one delivery is tried"),
        ({"has_secret": False}, {}, "no_secret", "no secret yet"),
        ({"failures": 3}, {"status": "disabled", "disabled_reason": "gone"}, "disabled", "410"),
        ({}, {"status": "disabled", "disabled_reason": "person"}, "disabled", "Somebody"),
        ({"has_secret": False}, {"kind": "syslog"}, "healthy", "confirms nothing"),
        ({"last_success_at": None, "pending": 2, "last_outcome": "ours"}, {}, "new", "on our side"),
        ({"pending": 0, "last_outcome": "ours"}, {}, "healthy", "Deliveries arrive"),
    ],
)
def test_the_gravest_thing_is_the_state(
    health: dict[str, Any], changed: dict[str, Any], state: str, words: str
) -> None:
    one = endpoint(health, **changed)
    assert one.state == state
    assert words in one.state_words
    assert one.state_title == STATE_TITLES[one.state]


def test_success_is_a_share_and_unknown_without_deliveries() -> None:
    assert Health(ok_24h=3, failed_24h=1).success_24h == 0.75
    assert Health().success_24h is None


# What a test met


def test_a_good_conversation_shows_every_stage_and_what_it_did_not_check() -> None:
    found = conversation(endpoint(), attempt())
    assert found.ok
    assert [stage.ms for stage in found.stages] == [1.5, 2.5, 9.0, 20.0, 21.0]
    assert found.request[0] == "POST https://siem.example.com/hooks/govdesk"
    assert "webhook-id: msg_1" in found.request
    assert (found.body, found.response) == ('{"a":1}', "thanks")
    assert "204" in found.sentence
    said = " ".join(found.not_checked)
    for words in ("Check receiver", "worker-1", "many events"):
        assert words in said


def test_a_failed_conversation_repeats_what_the_worker_said() -> None:
    failed = attempt(
        outcome="tls", status=None, error="The certificate has expired on 2026-05-01.",
        remedy="Renew it.", tls_ms=None, first_byte_ms=None, response=None, request=None,
    )  # fmt: skip
    found = conversation(endpoint(), failed)
    assert not found.ok
    assert (found.sentence, found.remedy) == (failed.error, "Renew it.")
    assert (found.request, found.body, found.response) == ((), "", "")
    assert found.stages[2].ms is None


@pytest.mark.parametrize(
    ("response", "is_page"),
    [(" <!DOCTYPE html><p>Hi", True), ("<html>", True), ("", False), ('{"a": "<html>"}', False)],
)
def test_a_page_for_people_is_not_taken_for_a_receiver(response: str, is_page: bool) -> None:
    found = conversation(endpoint(), attempt(response=response))
    assert ("a page for people" in found.not_checked[0]) is is_page


def test_a_disabled_webhook_says_that_a_test_is_no_event() -> None:
    found = conversation(endpoint(status="disabled", disabled_reason="person"), attempt())
    assert any("disabled" in words for words in found.not_checked)


def answer(outcome: str, status: int | None) -> Any:
    return conversation(endpoint(), attempt(outcome=outcome, status=status))


GOOD, DENIED, BROKEN, AWAY = (
    ("delivered", 204), ("http", 401), ("http", 503), ("timeout", None),
)  # fmt: skip


@pytest.mark.parametrize(
    ("new", "forged", "verifies", "words"),
    [
        (GOOD, DENIED, True, "The receiver verifies"),
        (GOOD, GOOD, False, "accepted a delivery with a wrong signature"),
        (DENIED, DENIED, False, "does not know the newest secret"),
        (DENIED, GOOD, False, "accepted what was signed wrongly"),
        (AWAY, None, None, "could not be judged"),
        (BROKEN, None, None, "could not be judged"),
        (GOOD, AWAY, None, "Half of it"),
        (GOOD, BROKEN, None, "Half of it"),
    ],
)
def test_a_receiver_is_judged_by_both_answers(
    new: tuple[str, int | None], forged: tuple[str, int | None] | None, verifies: bool, words: str
) -> None:
    first = answer(*new)
    found = verdict(first, None if forged is None else answer(*forged))
    assert found.verifies is verifies
    assert words in found.sentence
    assert (accepted(first) is None) == (forged is None)


# Why something was not sent


@pytest.mark.parametrize("name", VERDICTS)
def test_every_verdict_has_a_sentence_of_its_own(name: str) -> None:
    facts = {"verdict": name, "action": "member.invited", "attempts": 3, "delivery_id": DELIVERY_ID,
             "last_outcome": "timeout", "due_at": AT.isoformat(), "from": 3, "to": 9,
             "created_at": AT.isoformat(), "reason": "failing"}  # fmt: skip
    found = explained(endpoint(), 7, facts)
    assert "The database says" not in found.sentence
    assert found.sentence.endswith(".")
    assert "None" not in found.sentence + found.remedy
    assert found.delivery_id == DELIVERY_ID
    bare = explained(endpoint(), 7, {"verdict": name})
    assert "None" not in bare.sentence + bare.remedy
    assert "  " not in bare.sentence


def test_what_is_on_its_way_is_neither_sent_nor_not() -> None:
    sent = {name: explained(endpoint(), 7, {"verdict": name}).was_sent for name in VERDICTS}
    assert {name for name, was in sent.items() if was is None} == {"pending", "behind"}
    assert {name for name, was in sent.items() if was} == {"delivered", "sent"}


def test_a_pending_delivery_says_how_often_and_when_next() -> None:
    facts = {"verdict": "pending", "attempts": 2, "last_outcome": "http", "due_at": AT.isoformat()}
    sentence = explained(endpoint(), 7, facts).sentence
    assert "tried 2 times" in sentence
    assert "2026-05-04 12:00:00 UTC" in sentence
    assert "Refused by the receiver" in sentence


def test_a_verdict_of_a_newer_database_is_told_as_it_is() -> None:
    assert "“eclipsed”" in explained(endpoint(), 7, {"verdict": "eclipsed"}).sentence


# Sending again, and places in the log


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "1 second"), (59, "59 seconds"), (61, "1 minute"), (7200, "2 hours"), (90_000, "1 day")],
)
def test_a_length_of_time_is_told_in_one_unit(seconds: int, words: str) -> None:
    assert duration(seconds) == words


def test_a_rehearsal_says_how_many_and_how_long() -> None:
    assert Rehearsal(1200, AT, AT, 600).sentence == (
        "1,200 deliveries would be sent, in about 10 minutes."
    )
    assert "nothing" in Rehearsal(0, None, None, 0).sentence


def test_a_place_is_read_as_it_was_written() -> None:
    place = attempt().place
    assert Place.read(str(place)) == place
    for text in ("", "now/1", "2026-05-04/x", "/"):
        with pytest.raises(Problem) as caught:
            Place.read(text)
        assert caught.value.exit_code == 2
