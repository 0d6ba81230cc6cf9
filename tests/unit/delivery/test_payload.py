"""Claims: every try sends the same bytes, with headers that nobody's setting can change."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govdesk import __version__
from govdesk.delivery import signing
from govdesk.delivery.endpoint import Endpoint, Event
from govdesk.delivery.payload import MOST_BYTES, body, document, headers
from govdesk.domain.ocsf import PERSONAL
from govdesk.domain.problem import Problem
from govdesk.domain.webhook_checks import FORBIDDEN_HEADERS
from tests.ocsf_schema import faults_by
from tests.unit.delivery.webhook_cases import (
    DIFF,
    NEW,
    NEW_KEY,
    OLD,
    OLD_KEY,
    ROW,
    WEBHOOK,
    endpoint,
    event,
    probe,
)

NOW = 1_793_300_000.9


def said(to: Endpoint, what: Event) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body(to, what))
    return found


def sent(to: Endpoint, what: Event, probe: str | None = None) -> dict[str, str]:
    pairs = headers(to, what, body(to, what), NOW, probe)
    assert len({name.lower() for name, _ in pairs}) == len(pairs)
    return dict(pairs)


def test_the_body_is_exactly_this() -> None:
    assert body(endpoint(), event()).decode() == (
        '{"data":{"action":"member.invited","actor":"user:ada@meridian.example","diff":'
        '{"email":{"new":"bo@meridian.example"},"role_key":{"new":"member"}},"entity_id":"7a1d",'
        '"entity_type":"invitation","ip":"192.0.2.17","leaf_hash":"' + "ab" * 32 + '",'
        '"occurred_at":null,"on_behalf_of":null,"reason":"Covers for Cy","request_id":"req-4f1c",'
        '"seq":42,"session_id":"b3f5c9a2-7d0e-4a8b-9c66-11e2d3f4a5b6","severity":"notice",'
        '"summary":"Ada Obi invited bo@meridian.example as member — José 李",'
        '"system_id":null,"tenant_path":"meridian_bank"},'
        f'"stream":{{"id":"{WEBHOOK}","prev_id":"msg_4fK2mX9QeR7tYb1NcV6wZaH3sC","seq":7}},'
        '"timestamp":"2026-03-02T09:14:07.482900Z","type":"member.invited"}'
    )


def test_salts_and_the_leaf_itself_stay_at_home() -> None:
    text = body(endpoint(), event()).decode()
    for kept in ("salts", '"leaf"', "tenant_id", "a-token"):
        assert kept not in text


@pytest.mark.parametrize("form", ["govdesk", "ocsf"])
@pytest.mark.parametrize("detail", ["full", "thin"])
def test_every_try_sends_the_same_bytes(form: str, detail: str) -> None:
    to = endpoint(format=form, detail=detail)
    first = body(to, event())
    assert {body(to, event(number=number)) for number in range(1, 11)} == {first}
    assert body(to, event(system="Renamed meanwhile")) == first
    assert __version__.encode() not in first
    shuffled = dict(reversed(list(ROW.items())))
    assert body(to, event(row=shuffled)) == first
    assert body(endpoint(format=form, detail=detail, secrets=(b"x" * 24,)), event()) == first


def test_who_listens_to_everything_is_told_so_and_which_event_it_was() -> None:
    found = said(endpoint(), event(type="audit.row"))
    assert (found["type"], found["data"]["action"]) == ("audit.row", "member.invited")
    assert sent(endpoint(), event(type="audit.row"))["govdesk-event"] == "audit.row"


def test_a_thin_body_has_nothing_personal() -> None:
    for form in ("govdesk", "ocsf"):
        text = body(endpoint(detail="thin", format=form), event()).decode()
        for personal in ("ada@", "bo@", "Ada Obi", "192.0.2.17", "Covers for Cy", "b3f5c9a2"):
            assert personal not in text
        assert "req-4f1c" in text
    assert not set(PERSONAL) & set(said(endpoint(detail="thin"), event())["data"])


@pytest.mark.parametrize("form", ["govdesk", "ocsf"])
def test_a_long_body_loses_its_diff_and_then_its_summary_and_says_so(form: str) -> None:
    long = '{"note":{"new":"' + "x" * MOST_BYTES + '"}}'
    to = endpoint(format=form)
    without_diff = said(to, event(diff=long))
    without_both = said(to, event(diff=long, row={**ROW, "summary": "y" * MOST_BYTES}))
    without_summary = said(to, event(diff=None, row={**ROW, "summary": "y" * MOST_BYTES}))
    place = "unmapped" if form == "ocsf" else None
    cuts = [(one[place] if place else one).get("cut") for one in
            (said(to, event()), without_diff, without_both, without_summary)]  # fmt: skip
    assert cuts == [None, ["diff"], ["diff", "summary"], ["summary"]]
    text = json.dumps([without_diff, without_both, without_summary])
    assert "xxx" not in text
    assert "yyy" not in text
    assert "Ada Obi invited" in json.dumps(without_diff)
    if form == "ocsf":
        assert [faults_by()(one) for one in (without_diff, without_both)] == [[], []]
        assert without_diff["metadata"]["is_truncated"] is True
    else:
        assert "diff" not in without_diff["data"]
        assert "summary" not in without_both["data"]


def test_a_body_of_exactly_the_limit_is_whole() -> None:
    room = MOST_BYTES - len(body(endpoint(), event(diff='{"a":{"new":""}}')))
    exact = event(diff='{"a":{"new":"' + "x" * room + '"}}')
    assert len(body(endpoint(), exact)) == MOST_BYTES
    assert "cut" not in said(endpoint(), exact)
    longer = event(diff='{"a":{"new":"' + "x" * (room + 1) + '"}}')
    assert said(endpoint(), longer)["cut"] == ["diff"]


def test_a_receiver_of_short_messages_gets_a_shorter_body() -> None:
    what = event(diff='{"note":{"new":"' + "x" * 9_000 + '"}}')
    assert len(body(endpoint(), what)) > 8_000
    short = body(endpoint(), what, 8_000)
    assert len(short) <= 8_000
    assert json.loads(short)["cut"] == ["diff"]


def test_a_thin_body_says_nothing_of_what_it_never_had() -> None:
    long = '{"note":{"new":"' + "x" * MOST_BYTES + '"}}'
    assert "cut" not in said(endpoint(detail="thin"), event(diff=long))


@pytest.mark.parametrize("form", ["govdesk", "ocsf"])
@pytest.mark.parametrize("origin", ["test", "new", "forged"])
def test_a_test_says_that_it_is_one(form: str, origin: str) -> None:
    text = body(endpoint(format=form), probe(origin)).decode()
    assert "webhook.test" in text
    assert f'"origin":"{origin}"' in text
    assert "from GovDesk" in text
    if form == "ocsf":
        assert faults_by()(json.loads(text)) == []
    else:
        found = json.loads(text)
        assert found["type"] == "webhook.test"
        assert found["timestamp"] == "2026-03-02T09:14:08.000005Z"
        assert found["data"]["message"].endswith(".")
        assert found["stream"] == {"id": WEBHOOK, "seq": None, "prev_id": None}


def test_the_headers_are_exactly_these() -> None:
    found = sent(endpoint(headers={"X-Team": "soc"}), event())
    signatures = found.pop("webhook-signature").split(" ")
    assert found == {
        "content-type": "application/json",
        "webhook-id": "msg_4fK2mX9QeR7tYb1NcV6wZaH3sD",
        "webhook-timestamp": "1793300000",
        "govdesk-event": "member.invited",
        "govdesk-request-id": "req-4f1c",
        "X-Team": "soc",
    }
    message = signing.signed_bytes(found["webhook-id"], 1793300000, body(endpoint(), event()))
    assert signatures == [
        signing.v1(NEW, message), signing.v1(OLD, message),
        signing.v1a(NEW_KEY, message), signing.v1a(OLD_KEY, message),
    ]  # fmt: skip


def test_a_probe_is_signed_with_the_newest_only_or_with_nothing_that_is_right() -> None:
    to, message = endpoint(), b""
    for origin, asked in (("new", None), ("event", "new")):
        what = probe(origin) if asked is None else event()
        found = sent(to, what, asked)
        message = signing.signed_bytes(found["webhook-id"], int(NOW), body(to, what))
        assert found["webhook-signature"] == (
            f"{signing.v1(NEW, message)} {signing.v1a(NEW_KEY, message)}"
        )
    forged = sent(to, probe("forged"))
    message = signing.signed_bytes(forged["webhook-id"], int(NOW), body(to, probe("forged")))
    parts = forged["webhook-signature"]
    assert [one.partition(",")[0] for one in parts.split(" ")] == ["v1", "v1a"]
    for secret, key in ((NEW, NEW_KEY), (OLD, OLD_KEY)):
        assert not signing.is_signed_v1(secret, message, parts)
        assert not signing.is_signed_v1a(key.public, message, parts)
    test = sent(to, probe("test"))["webhook-signature"]
    assert len(test.split(" ")) == 4


def test_a_setting_overrides_no_header_of_ours() -> None:
    """The database refuses such names; if one stood there all the same, it would not be sent."""
    names = [one.replace("*", "id") for one in FORBIDDEN_HEADERS]
    evil = {name.title(): "evil" for name in names} | {"Webhook-Signature": "evil", "X-Good": "1"}
    found = sent(endpoint(headers=evil), event())
    assert "evil" not in found.values()
    assert found["X-Good"] == "1"


@pytest.mark.parametrize("request_id", [None, "", "ünï", "a\r\nEvil: y"])
def test_a_request_id_that_is_none_is_absent(request_id: str | None) -> None:
    assert "govdesk-request-id" not in sent(
        endpoint(), event(row={**ROW, "request_id": request_id})
    )


def test_blanks_around_a_request_id_make_no_header_that_cannot_be_sent() -> None:
    found = sent(endpoint(), event(row={**ROW, "request_id": " req-1 "}))
    assert found["govdesk-request-id"] == "req-1"
    assert "govdesk-request-id" not in sent(endpoint(), event(row={**ROW, "request_id": "  "}))


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ("2026-10-25T02:30:00.5+01:00", "2026-10-25T01:30:00.500000Z"),
        ("0007-03-02T09:14:07+00:00", "0007-03-02T09:14:07.000000Z"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00"),
        ("9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59-14:00"),
    ],
)
def test_a_time_has_one_form_and_none_stops_a_delivery(at: str, shown: str) -> None:
    for form in ("govdesk", "ocsf"):
        found = said(endpoint(format=form), event(row={**ROW, "occurred_at": at}))
        assert shown == (found["data"]["occurred_at"] if form == "govdesk" else
                         found["metadata"]["original_time"])  # fmt: skip


def test_without_a_secret_nothing_is_signed_but_without_a_key_something_is() -> None:
    with pytest.raises(Problem, match="no secret"):
        headers(endpoint(secrets=()), event(), b"{}", NOW)
    found = sent(endpoint(signing_keys=()), event())["webhook-signature"]
    assert [one[:3] for one in found.split(" ")] == ["v1,", "v1,"]
    forged = sent(endpoint(signing_keys=()), probe("forged"))["webhook-signature"]
    assert forged.count(",") == 1


def test_neither_endpoint_nor_event_shows_what_is_private() -> None:
    to = endpoint(client_key="-----BEGIN PRIVATE KEY-----", headers={"X-Key": "in-a-header"},
                  url="https://siem.example.com/in?key=in-a-query")  # fmt: skip
    shown = repr(to) + repr(event())
    for private in ("a-token", "BEGIN PRIVATE", "in-a-header", "in-a-query"):
        assert private not in shown
    for private in (repr(NEW)[2:20], "Ada Obi", "bo@meridian"):
        assert private not in shown


LINE = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@given(
    st.fixed_dictionaries(
        {},
        optional={name: LINE | st.none() for name in
                  ("summary", "reason", "actor", "entity_id", "request_id", "occurred_at", "ip")},
    ),
    st.none() | st.dictionaries(LINE, LINE),
    st.sampled_from(["govdesk", "ocsf"]),
    st.sampled_from(["full", "thin"]),
)  # fmt: skip
def test_whatever_a_row_says_it_goes_out_as_json_with_whole_headers(
    columns: dict[str, object], diff: dict[str, str] | None, form: str, detail: str
) -> None:
    to = endpoint(format=form, detail=detail)
    what = event(row={**ROW, **columns}, diff=None if diff is None else json.dumps(diff))
    data = body(to, what)
    assert json.loads(data)
    assert data == body(to, what)
    for name, value in headers(to, what, data, NOW):
        assert (name + value).isascii()
        assert value.isprintable()


def test_the_document_can_be_had_before_it_is_bytes() -> None:
    assert json.loads(body(endpoint(), event())) == document(endpoint(), event())
    assert json.loads(DIFF) == document(endpoint(), event())["data"]["diff"]
