"""What a body must be: read whole, refused with the place of each fault, sealed as it came."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from govdesk.domain.api_keys import ApiKey
from govdesk.evidence.canonical import canonical
from govdesk.web.intake_events import AheadOfTime, Malformed, NotJson, read

_NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_DEEP = 30


def _read(document: Any) -> list[dict[str, Any]]:
    return read(json.dumps(document).encode(), "answer", _NOW)


def _faults(document: Any) -> list[tuple[int | None, str | None]]:
    with pytest.raises(Malformed) as raised:
        _read(document)
    assert all(fault.sentence.endswith(".") for fault in raised.value.faults)
    return [(fault.index, fault.field) for fault in raised.value.faults]


def _nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = {"a": value}
    return value


def test_one_event_and_many_are_read_alike() -> None:
    event = {"action": "system.alert"}
    assert _read(event) == _read([event]) == [{"action": "system.alert", "request_id": "answer"}]
    assert len(_read([event] * 1000)) == 1000


def test_an_event_keeps_its_own_request_id_and_drops_nulls() -> None:
    event = {"action": "x.a", "request_id": "mine", "summary": None, "data": None}
    assert _read(event) == [{"action": "x.a", "request_id": "mine"}]


@pytest.mark.parametrize(
    "name", ["system.alert", "system.block", "system.event", "x.a", "x.backup_2.failed"]
)
def test_names_that_may_be_sent(name: str) -> None:
    assert _read({"action": name})[0]["action"] == name


@pytest.mark.parametrize(
    "name",
    [
        "member.removed", "api_key.created", "system.other", "system", "x", "x.", "X.a", "x.A",
        "x.a.", "x..a", "x.1", "x.a b", "x.a\n", " x.a", "x.é", "x." + "a" * 127, "", 7, None,
        ["x.a"], True,
    ],
)  # fmt: skip
def test_names_that_may_not(name: object) -> None:
    assert _faults({"action": name}) == [(0, "action")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("severity", "critical"), ("severity", "INFO"), ("severity", 1), ("severity", ""),
        ("entity_type", "Host"), ("entity_type", "a" * 64), ("entity_type", "a-b"),
        ("entity_id", ""), ("entity_id", "a" * 129), ("entity_id", 'a"b'), ("entity_id", "a\\b"),
        ("entity_id", "é"), ("entity_id", "a\n"), ("entity_id", "\x7f"), ("entity_id", 5),
        ("request_id", "a\tb"), ("request_id", ""), ("summary", ""), ("summary", "a" * 1001),
        ("summary", "a\0b"), ("summary", 1.5), ("summary", "\ud800"), ("summary", {}),
        ("reason", "a" * 2001), ("reason", "\0"), ("reason", "\udfff"), ("data", []),
        ("data", "text"), ("data", 5), ("data", {"é": 1}), ("data", {"a": "\0"}),
        ("data", {"a\0": 1}), ("data", {"a": ["\ud800"]}), ("data", _nested(_DEEP)),
        ("occurred_at", "2026-03-02"), ("occurred_at", "2026-03-02 09:14:07Z"),
        ("occurred_at", "2026-03-02T09:14:07"), ("occurred_at", "2026-02-30T09:14:07Z"),
        ("occurred_at", "2026-03-02T24:00:00Z"), ("occurred_at", "2026-03-02T09:14Z"),
        ("occurred_at", "20260302T091407Z"), ("occurred_at", "2026-W10-1T09:14:07Z"),
        ("occurred_at", 1772442847), ("occurred_at", "2026-03-02T09:14:07+25:00"),
        ("occurred_at", "0000-01-01T00:00:00Z"), ("occurred_at", "２026-03-02T09:14:07Z"),
    ],
)  # fmt: skip
def test_a_member_that_is_not_right_is_named(field: str, value: object) -> None:
    assert _faults({"action": "x.a", field: value}) == [(0, field)]


def test_every_fault_is_named_with_its_event() -> None:
    good: dict[str, Any] = {"action": "x.a"}
    document = [good, {**good, "severity": "bad", "summary": ""}, 5, good, {}, {**good, "who": 1}]
    assert _faults(document) == [
        (1, "severity"), (1, "summary"), (2, None), (4, "action"), (5, "who"),
    ]  # fmt: skip


def test_the_list_of_faults_ends_at_a_hundred() -> None:
    assert len(_faults([{}] * 1000)) == 100


def test_what_only_the_server_says_cannot_be_sent() -> None:
    for name in ("actor", "at", "seq", "system_id", "tenant_id", "ip", "on_behalf_of", "diff",
                 "session_id", "leaf"):  # fmt: skip
        assert _faults({"action": "x.a", name: "1"}) == [(0, name)]


def test_an_unknown_name_that_is_no_word_is_not_repeated() -> None:
    raw = ApiKey.generate("prod").raw
    with pytest.raises(Malformed) as raised:
        _read({"action": "x.a", raw: 1})
    assert raw not in str(raised.value.faults)
    assert [fault.field for fault in raised.value.faults] == [None]


@pytest.mark.parametrize("place", ["summary", "reason", "value", "name", "deep"])
def test_an_event_with_an_api_key_in_it_is_refused(place: str) -> None:
    raw = ApiKey.generate("dev").raw
    more: dict[str, Any] = {
        "summary": {"summary": f"used {raw}"},
        "reason": {"reason": raw},
        "value": {"data": {"header": f"Bearer {raw}"}},
        "name": {"data": {raw: 1}},
        "deep": {"data": {"a": [{"b": raw}]}},
    }
    with pytest.raises(Malformed) as raised:
        _read([{"action": "x.a"}, {"action": "x.a", **more[place]}])
    assert [fault.index for fault in raised.value.faults] == [1]
    assert raw not in str(raised.value.faults)


def test_a_key_is_found_behind_escapes_and_beside_other_faults() -> None:
    raw = ApiKey.generate("prod").raw
    escaped = json.dumps({"action": "x.a", "summary": raw}).replace("gd_", "\\u0067d_")
    assert raw not in escaped
    with pytest.raises(Malformed, match="1 faults"):
        read(escaped.encode(), "r")
    with pytest.raises(Malformed) as raised:
        read(json.dumps({"action": "x.a", "summary": raw, "data": {"é": 1.5}}).encode(), "r")
    assert [fault.field for fault in raised.value.faults] == ["data", None]


@pytest.mark.parametrize("count", [0, 1001])
def test_an_array_has_one_to_a_thousand(count: int) -> None:
    assert _faults([{"action": "x.a"}] * count) == [(None, None)]


@pytest.mark.parametrize("document", [None, 5, "x", True])
def test_a_document_is_an_object_or_an_array(document: object) -> None:
    assert _faults(document) == [(0, None)]


@pytest.mark.parametrize(
    "body",
    [
        b"", b" ", b"{", b"{}x", b"[1,]", b"{'a': 1}", b"\xff", b"\xef\xbb\xbf{}", b"NaN",
        b'{"data": {"a": Infinity}}', b'{"action": "x.a", "action": "x.b"}',
        b'{"data": {"a": 1, "\\u0061": 2}}', b"[" * 100_000, b'{"a":' * 100_000, b"\0",
        '{"action": "x.a"}'.encode("utf-16"),
    ],
)  # fmt: skip
def test_what_is_not_json_is_said_without_showing_it(body: bytes) -> None:
    with pytest.raises(NotJson) as raised:
        read(body, "answer", _NOW)
    assert raised.value.sentence.endswith(".")
    assert "x.a" not in raised.value.sentence


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00.000000Z"),
        ("2026-03-02t09:00:00z", "2026-03-02T09:00:00.000000Z"),
        ("2026-03-02T09:00:00+02:00", "2026-03-02T07:00:00.000000Z"),
        ("2026-03-02T09:00:00.5-00:00", "2026-03-02T09:00:00.500000Z"),
        ("2026-03-02T08:59:59.123456789Z", "2026-03-02T08:59:59.123456Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"),
        ("1000-01-01T00:00:00Z", "1000-01-01T00:00:00.000000Z"),
    ],
)
def test_a_time_is_kept_in_utc(said: str, kept: str) -> None:
    assert _read({"action": "x.a", "occurred_at": said})[0]["occurred_at"] == kept


def test_a_clock_may_be_five_minutes_ahead() -> None:
    def event(seconds: float) -> dict[str, str]:
        return {"action": "x.a", "occurred_at": (_NOW + timedelta(seconds=seconds)).isoformat()}

    assert _read([event(0), event(300)])
    with pytest.raises(AheadOfTime) as raised:
        _read([event(0), event(300.001), event(7200)])
    assert [(fault.index, fault.field) for fault in raised.value.faults] == [
        (1, "occurred_at"), (2, "occurred_at"),
    ]  # fmt: skip
    assert "2 hours in the future" in raised.value.faults[1].sentence


def test_a_fault_beside_a_clock_is_a_fault() -> None:
    with pytest.raises(Malformed) as raised:
        _read([{"action": "x.a", "occurred_at": "2030-01-01T00:00:00Z"}, {}])
    assert not isinstance(raised.value, AheadOfTime)


def test_the_end_of_time_is_in_the_future() -> None:
    for last in ("9999-12-31T23:59:60Z", "9999-12-31T23:59:59-23:59"):
        assert _faults({"action": "x.a", "occurred_at": last}) == [(0, "occurred_at")]


def test_numbers_are_kept_exactly() -> None:
    numbers = b"[1, -0, 1.50, 1e400, 9007199254740991, 9007199254740992, " + b"9" * 5000 + b"]"
    (event,) = read(b'{"action": "x.a", "data": {"n": %s}}' % numbers, "answer", _NOW)
    assert event["data"]["n"] == [
        1, 0, "1.50", "1e400", 2**53 - 1, "9007199254740992", "9" * 5000,
    ]  # fmt: skip
    assert canonical(event["data"])


def test_what_is_accepted_is_canonical() -> None:
    document = {"action": "x.a", "data": {"deep": _nested(_DEEP - 2), "text": "é\u2028\x01\t"}}
    (event,) = _read(document)
    assert canonical({"data": {"new": event["data"]}})
    assert event["data"]["text"] == "é\u2028\x01\t"
