"""Events over the wire: what is sealed, who is let in, and what a repetition gets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from govdesk.domain.api_keys import ApiKey, checksum
from govdesk.services import key_changes
from govdesk.services.snippets import first_event
from tests import keys
from tests.people import Cast
from tests.web.sending import EVENT, JSON, PATH, Office, faults, office, problem, sent
from tests.web.visiting import Answer


@pytest.fixture
def desk(cast: Cast, tmp_path: Path) -> Iterator[Office]:
    """An organisation of this test's own whose system has a key."""
    with office(cast, tmp_path) as made:
        yield made


def _said(answer: Answer) -> dict[str, Any]:
    assert answer.status == 201, answer
    return dict(json.loads(answer.text))


# What is sealed


def test_an_event_is_sealed_as_it_was_sent(desk: Office) -> None:
    event = {
        "action": "x.probe.failed", "severity": "warning", "entity_type": "probe",
        "entity_id": "p-1", "occurred_at": "2026-01-02T03:04:05.5+01:00", "summary": "It failed",
        "data": {"n": 1, "ratio": 0.25, "text": "é"}, "reason": "Test", "request_id": "mine",
    }  # fmt: skip
    assert _said(desk.sender.send(event))["accepted"] == 1
    (row,) = sent(desk.cast)
    assert row["actor"] == f"key:{ApiKey.parse(desk.sender.raw).prefix}"
    assert str(row["system_id"]) == keys.system_id(desk.cast)
    assert row["occurred_at"] == datetime(2026, 1, 2, 2, 4, 5, 500_000, UTC)
    assert row["diff"] == {"data": {"new": {"n": 1, "ratio": "0.25", "text": "é"}}}
    assert row["ip"] == "127.0.0.1"
    kept = ("action", "severity", "entity_type", "entity_id", "summary", "reason", "request_id")
    assert {name: row[name] for name in kept} == {name: event[name] for name in kept}


def test_the_answer_names_what_finds_the_events(desk: Office) -> None:
    said = _said(desk.sender.send([EVENT, {**EVENT, "request_id": "own"}, EVENT]))
    assert said["accepted"] == 3
    assert [row["request_id"] for row in sent(desk.cast)] == [
        said["request_id"], "own", said["request_id"],
    ]  # fmt: skip


def test_reserved_names_and_the_guides_event_are_taken(desk: Office) -> None:
    names = ["system.alert", "system.block", "system.event"]
    assert _said(desk.sender.send([{"action": name} for name in names]))["accepted"] == 3
    assert _said(desk.sender.send(first_event()))["accepted"] == 1
    rows = [row for row in desk.cast.rows(0) if row["action"].startswith("system.")]
    assert [row["action"] for row in rows] == [*names, "system.event"]


def test_a_thousand_events_are_sealed_in_order(desk: Office) -> None:
    events = [{**EVENT, "entity_id": f"e{at}"} for at in range(1000)]
    assert _said(desk.sender.send(events))["accepted"] == 1000
    assert [row["entity_id"] for row in sent(desk.cast)] == [f"e{at}" for at in range(1000)]


def test_of_a_request_with_a_fault_nothing_is_written(desk: Office) -> None:
    good: dict[str, Any] = dict(EVENT)
    answer = desk.sender.send([good, {**good, "severity": "bad"}, {**good, "who": 1}, good])
    assert answer.status == 422
    assert faults(answer) == [(1, "severity"), (2, "who")]
    assert not sent(desk.cast)


def test_the_future_is_refused_with_a_sentence(desk: Office) -> None:
    ahead = (datetime.now(UTC) + timedelta(hours=3)).isoformat()
    answer = desk.sender.send([EVENT, {**EVENT, "occurred_at": ahead}])
    assert answer.status == 409
    assert faults(answer) == [(1, "occurred_at")]
    assert "in the future" in problem(answer)["errors"][0]["sentence"]
    assert not sent(desk.cast)
    soon = (datetime.now(UTC) + timedelta(minutes=4)).isoformat()
    long_ago = "1999-01-01T00:00:00Z"
    for time_said in (soon, long_ago):
        assert desk.sender.send({**EVENT, "occurred_at": time_said}).status == 201


# Who is let in


@pytest.mark.parametrize(
    "said",
    [
        "Basic Z2Q6eA==", "Bearer", "Bearer ", "Bearer gd_prod_x", "Bearer a b", "{raw}",
        "Bearer {raw} {raw}", "Bearer {raw},{raw}", 'Bearer "{raw}"', "Token {raw}",
        "Bearer {raw}=", "Bearer {upper}",
    ],
)  # fmt: skip
def test_what_is_no_key_is_invalid(desk: Office, said: str) -> None:
    raw = desk.sender.raw
    answer = desk.sender.send(EVENT, Authorization=said.format(raw=raw, upper=raw.upper()))
    assert answer.status == 401
    assert problem(answer)["reason"] == "invalid"
    assert answer.headers["www-authenticate"].startswith('Bearer realm="govdesk", error="inv')
    assert raw not in answer.text + str(answer.headers)
    assert not sent(desk.cast)


def test_without_a_key_there_is_only_a_challenge(desk: Office) -> None:
    answer = desk.sender.send(EVENT, Authorization="", Cookie=f"key={desk.sender.raw}")
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="govdesk"'
    path = f"{PATH}?access_token={desk.sender.raw}&key={desk.sender.raw}"
    asked = desk.sender.visitor.ask("POST", path, json.dumps(EVENT).encode(), Content_Type=JSON)
    assert asked.status == 401


def test_the_scheme_is_read_in_any_case(desk: Office) -> None:
    for scheme in ("bearer", "BEARER", "Bearer  "):
        said = f"{scheme} {desk.sender.raw}"
        assert desk.sender.send(EVENT, Authorization=said).status == 201


def test_a_key_that_was_never_made_is_invalid(desk: Office) -> None:
    forged = ApiKey.generate("prod").raw
    own = ApiKey.parse(desk.sender.raw)
    twisted = ApiKey.generate("prod").raw.split("_")
    body = f"{own.prefix}_{twisted[3]}"
    for raw in (forged, f"{body}_{checksum(body)}"):
        answer = desk.with_key(raw).send(EVENT)
        assert (answer.status, problem(answer)["reason"]) == (401, "invalid")


def test_a_revoked_key_is_out_at_once(desk: Office) -> None:
    assert desk.sender.send(EVENT).status == 201
    made = keys.generate(desk.cast, desk.session, environment="dev")
    other = desk.with_key(made.raw)
    assert other.send(EVENT).status == 201
    key_changes.revoke(desk.session, made.key.id, "It leaked")
    answer = other.send(EVENT)
    assert (answer.status, problem(answer)["reason"]) == (401, "revoked")
    assert 'error_description="revoked"' in answer.headers["www-authenticate"]
    assert other.send({}).status == 401
    assert len(sent(desk.cast)) == 2
    assert desk.sender.send(EVENT).status == 201


def test_an_expired_key_says_so(desk: Office) -> None:
    keys.days_pass(desk.cast, 300)
    answer = desk.sender.send(EVENT)
    assert (answer.status, problem(answer)["reason"]) == (401, "expired")


def test_a_rotated_key_works_until_its_grace_is_over(desk: Office) -> None:
    assert desk.sender.send(EVENT).status == 201
    key_id = str(desk.cast.one("SELECT id FROM govdesk.api_key"))
    made = key_changes.rotate(desk.session, key_id, 1, keys.in_days(100))
    successor = desk.with_key(made.raw)
    assert desk.sender.send(EVENT).status == 201
    assert successor.send(EVENT).status == 201
    keys.days_pass(desk.cast, 2)
    answer = desk.sender.send(EVENT)
    assert (answer.status, problem(answer)["reason"]) == (401, "revoked")
    assert "api_key.reused" in keys.actions(desk.cast, 0)
    assert successor.send(EVENT).status == 401


def test_another_scope_does_not_do(desk: Office) -> None:
    answer = desk.with_key(desk.key(scopes=("document:read",))).send(EVENT)
    assert answer.status == 403
    assert problem(answer)["scope"] == "events:write"
    assert 'error="insufficient_scope", scope="events:write"' in answer.headers["www-authenticate"]
    assert not sent(desk.cast)


def test_a_new_pepper_is_taken_up_without_a_failure(desk: Office) -> None:
    assert desk.sender.send(EVENT).status == 201
    door = keys.Door.of(desk.cast, desk.folder)
    assert door.meter() == {1: 1}
    door.rotate()
    assert desk.sender.send(EVENT).status == 201
    assert door.meter() == {2: 1}
    assert desk.sender.send(EVENT).status == 201


# Idempotency


def test_a_repetition_is_answered_and_not_written(desk: Office) -> None:
    first = desk.sender.send([EVENT, EVENT], Idempotency_Key='"8e03978e-40d5"')
    again = desk.sender.send([EVENT, EVENT], Idempotency_Key="8e03978e-40d5")
    assert first.text == again.text
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert len(sent(desk.cast)) == 2


def test_another_body_under_the_same_name_is_a_conflict(desk: Office) -> None:
    assert desk.sender.send(EVENT, Idempotency_Key="a").status == 201
    answer = desk.sender.send({**EVENT, "summary": "Other"}, Idempotency_Key="a")
    assert answer.status == 409
    assert problem(answer)["type"].endswith(":idempotency-key")
    assert desk.sender.send(EVENT, Idempotency_Key="b").status == 201
    assert len(sent(desk.cast)) == 2


def test_a_refused_request_does_not_use_its_name_up(desk: Office) -> None:
    assert desk.sender.send({}, Idempotency_Key="a").status == 422
    assert desk.sender.send(EVENT, Idempotency_Key="a").status == 201


def test_names_belong_to_the_key_and_its_successor(desk: Office) -> None:
    assert desk.sender.send(EVENT, Idempotency_Key="a").status == 201
    other = desk.with_key(desk.key(environment="dev"))
    assert "idempotency-replayed" not in other.send(EVENT, Idempotency_Key="a").headers
    key_id = str(desk.cast.one("SELECT id FROM govdesk.api_key WHERE environment = 'prod'"))
    successor = key_changes.rotate(desk.session, key_id, 1, keys.in_days(100))
    again = desk.with_key(successor.raw).send(EVENT, Idempotency_Key="a")
    assert again.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize("name", ["a b", "a,b", '"a', "a\\", '""', "x" * 129, "é", "\t"])
def test_a_name_that_is_none_is_refused(desk: Office, name: str) -> None:
    answer = desk.sender.send(EVENT, Idempotency_Key=name)
    # A comma is a plain character of a name that came in one header.
    assert answer.status == (201 if name == "a,b" else 400)
