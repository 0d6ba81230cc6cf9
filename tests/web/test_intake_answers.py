"""What a request must be, how many there may be, and what the surface shows of keys: nothing."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from govdesk.domain.api_keys import ApiKey, checksum
from govdesk.web import intake as endpoint
from govdesk.web.intake_limits import Rate
from tests import keys
from tests.people import ADA, OTIS, Cast
from tests.web.conftest import served
from tests.web.sending import EVENT, JSON, PATH, Office, Sender, begun, office, problem, sent

_NOWHERE = "postgresql://govdesk_worker:x@127.0.0.1:1/none?connect_timeout=2"


@pytest.fixture
def desk(cast: Cast, tmp_path: Path) -> Iterator[Office]:
    """An organisation of this test's own whose system has a key."""
    with office(cast, tmp_path) as made:
        yield made


# What a request must be


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (JSON, 201), ("application/json; charset=utf-8", 201),
        ("Application/Json;charset=UTF-8", 201),
        ("application/json; charset=latin-1", 415), ("text/json", 415), ("", 415),
        ("application/x-www-form-urlencoded", 415), ("application/json, text/plain", 415),
    ],
)  # fmt: skip
def test_only_json_is_read(desk: Office, kind: str, status: int) -> None:
    assert desk.sender.send(EVENT, Content_Type=kind).status == status


def test_a_compressed_body_is_refused(desk: Office) -> None:
    answer = desk.sender.send(EVENT, Content_Encoding="gzip")
    assert answer.status == 415
    assert answer.headers["accept-encoding"] == "identity"


def test_what_is_not_json_is_400(desk: Office) -> None:
    answer = desk.sender.send_bytes(b"{'a': 1}")
    assert answer.status == 400
    assert problem(answer)["type"].endswith(":not-json")


def test_a_mebibyte_is_the_most(desk: Office) -> None:
    event = json.dumps({**EVENT, "data": {"t": ""}}).encode()
    room = 1024 * 1024 - len(event)
    full = event.replace(b'"t": ""', b'"t": "%s"' % (b"a" * room))
    assert len(full) == 1024 * 1024
    assert desk.sender.send_bytes(full).status == 201
    assert desk.sender.send_bytes(full + b" ").status == 413


def _raw_request(desk: Office, head: str, *parts: bytes) -> bytes:
    """Send a head and parts as they are; return what comes before the server closes."""
    with begun(desk.sender, head) as connection:
        read = b""
        try:
            for part in parts:
                connection.sendall(part)
            while more := connection.recv(65536):
                read += more
        except ConnectionError:
            pass
    return read


def test_too_much_is_cut_off_while_it_is_read(desk: Office) -> None:
    sized = _raw_request(desk, "Content-Length: 999999999999")
    assert sized.startswith(b"HTTP/1.1 413")
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    begun = time.monotonic()
    chunked = _raw_request(desk, "Transfer-Encoding: chunked", *[chunk] * 17)
    assert chunked.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in chunked.lower()
    # It did not wait for the end, which never came.
    assert time.monotonic() - begun < endpoint.BODY_SECONDS / 2


def test_a_body_that_comes_too_slowly_is_given_up(
    desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "BODY_SECONDS", 0.3)
    assert _raw_request(desk, "Content-Length: 10", b"{").startswith(b"HTTP/1.1 408")


def test_a_rich_event_is_sealed_before_its_time_is_up(desk: Office) -> None:
    body = b'{"action": "x.rich", "data": {"v": [%s1]}}' % (b"1," * 500_000)
    assert desk.sender.send_bytes(body).status == 201


def test_a_stranger_is_refused_before_anything_is_read(desk: Office) -> None:
    stranger = desk.with_key(ApiKey.generate("prod").raw)
    assert stranger.send_bytes(b"a" * 2_000_000).status == 401
    assert stranger.send_bytes(b"{", Content_Type="text/plain").status == 401


# Limits


def test_a_key_that_sends_too_fast_is_told_when_to_come_back(cast: Cast, tmp_path: Path) -> None:
    with office(cast, tmp_path, per_key=Rate(0.01, 3)) as desk:
        assert [desk.sender.send(EVENT).status for _ in range(3)] == [201] * 3
        answer = desk.sender.send(EVENT)
        assert answer.status == 429
        assert problem(answer)["type"].endswith(":too-many-requests")
        assert 1 <= int(answer.headers["retry-after"]) <= 100
        other = desk.with_key(desk.key(environment="dev"))
        assert other.send(EVENT).status == 201
        assert len(sent(cast)) == 4


def test_wrong_keys_of_an_address_are_limited_and_right_ones_are_not(
    cast: Cast, tmp_path: Path
) -> None:
    with office(cast, tmp_path, failed=Rate(0.01, 3)) as desk:
        assert desk.sender.send(EVENT).status == 201
        strangers = [desk.with_key(ApiKey.generate("prod").raw) for _ in range(5)]
        answers = [stranger.send(EVENT) for stranger in strangers]
        assert [answer.status for answer in answers] == [401, 401, 401, 429, 429]
        assert int(answers[-1].headers["retry-after"]) >= 1
        typo = desk.sender.raw[:-1] + ("a" if desk.sender.raw[-1] != "a" else "b")
        assert desk.with_key(typo).send(EVENT).status == 429
        assert desk.sender.send(EVENT).status == 201


def test_a_forged_key_cannot_use_up_the_allowance_of_a_right_one(
    cast: Cast, tmp_path: Path
) -> None:
    with office(cast, tmp_path, per_key=Rate(0.01, 2)) as desk:
        prefix = ApiKey.parse(desk.sender.raw).prefix
        body = f"{prefix}_{ApiKey.generate('prod').raw.split('_')[3]}"
        forged = desk.with_key(f"{body}_{checksum(body)}")
        assert {forged.send(EVENT).status for _ in range(5)} == {401}
        assert desk.sender.send(EVENT).status == 201


# The surface


def test_other_methods_and_places_get_problems(desk: Office) -> None:
    visitor = desk.sender.visitor
    for method in ("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        answer = visitor.ask(method, PATH)
        assert answer.status == 405
        assert answer.headers["allow"] == "POST"
        assert problem(answer)
    assert problem(visitor.get("/v1/nothing"))["status"] == 404
    assert visitor.ask("POST", f"{PATH}/", b"{}").status == 404


def test_no_other_site_may_send(desk: Office) -> None:
    origin = {"Origin": "https://evil.example"}
    preflight = desk.sender.visitor.ask(
        "OPTIONS", PATH, Access_Control_Request_Method="POST", **origin
    )
    answer = desk.sender.send(EVENT, **origin)
    for one in (preflight, answer):
        assert not [name for name in one.headers if name.startswith("access-control-")]
        assert "set-cookie" not in one.headers
    assert preflight.status == 405


def test_over_plain_http_a_key_is_not_used(cast: Cast, tmp_path: Path) -> None:
    raw = keys.generate(cast, cast.sign_in(OTIS)).raw
    with served(
        cast.database.worker_url, "https://gov.example.com", ("127.0.0.1/32",),
        pepper_file=tmp_path / "peppers.json",
    ) as visitor:  # fmt: skip
        sender = Sender(visitor, raw)
        answer = sender.send(EVENT)
        assert answer.status == 403
        assert "rotate it" in problem(answer)["detail"]
        assert not sent(cast)
        tls = {"X_Forwarded_Proto": "https", "X_Forwarded_For": "198.51.100.7"}
        assert sender.send(EVENT, **tls).status == 201
        assert [row["ip"] for row in sent(cast)] == ["198.51.100.7"]
        visitor.host = "evil.example"
        assert sender.send(EVENT, **tls).status == 421


def test_without_a_database_it_says_when_to_come_back(tmp_path: Path) -> None:
    with served(_NOWHERE, pepper_file=tmp_path / "peppers.json") as visitor:
        answer = Sender(visitor, ApiKey.generate("prod").raw).send(EVENT)
        assert answer.status == 503
        assert int(answer.headers["retry-after"]) >= 1
        assert problem(answer)["type"].endswith(":unavailable")


def test_uses_are_written_down_when_it_stops(cast: Cast, tmp_path: Path) -> None:
    with office(cast, tmp_path) as desk:
        for _ in range(3):
            assert desk.sender.send(EVENT).status == 201
        assert desk.sender.send({}).status == 422
        assert desk.with_key(ApiKey.generate("prod").raw).send(EVENT).status == 401
        assert not cast.one("SELECT count(*) FROM govdesk.api_key_use")
    assert cast.one("SELECT uses FROM govdesk.api_key_use") == 4
    assert cast.one("SELECT last_ip FROM govdesk.api_key_seen") == "127.0.0.1"


def test_neither_logs_nor_answers_show_a_key(
    desk: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    raw = desk.sender.raw
    secret = raw.split("_")[3]
    answers = [
        desk.sender.send(EVENT),
        desk.sender.send({**EVENT, raw: 1}),
        desk.sender.send({**EVENT, "summary": raw}),
        desk.sender.send({**EVENT, "entity_id": raw}),
        desk.sender.send(EVENT, Idempotency_Key=f"{raw} {raw}"),
        desk.sender.send(EVENT, Idempotency_Key=f"of {raw}"),
        desk.sender.send_bytes(raw.encode()),
        desk.sender.send(EVENT, Authorization=f"Basic {raw}"),
        desk.sender.visitor.get(f"/v1/{raw}"),
        desk.sender.visitor.get(f"{PATH}?key={raw}"),
        desk.with_key(raw[:-1]).send(EVENT),
    ]
    assert [answer.status for answer in answers] == [
        201, 422, 422, 422, 400, 400, 400, 401, 404, 405, 401,
    ]  # fmt: skip
    for answer in answers:
        assert secret not in answer.text + str(answer.headers)
    assert "POST /v1/events 201" in caplog.text
    assert secret not in caplog.text
    assert not [row for row in desk.cast.rows(0) if secret in str(row)]


def test_the_person_who_makes_keys_sends_no_events(desk: Office) -> None:
    token = desk.cast.sign_in(ADA).token
    answer = desk.sender.send(EVENT, Authorization=f"Bearer {token}")
    assert answer.status == 401
