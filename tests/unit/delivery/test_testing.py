"""Claims: a test of a web service, ntfy, Splunk, syslog or a time-stamp authority says what it
found, in one sentence, within its time, and without any secret."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from govdesk.delivery import testing
from govdesk.delivery.sinks.syslog_message import frame
from govdesk.delivery.testing_syslog import message
from govdesk.delivery.testing_tsa import query, stamped
from govdesk.domain.integrations import BY_NAME, KINDS
from govdesk.domain.problem import Problem
from tests.unit.delivery.servers import Asked, Certificates, Server, answer, serving, web

TOKEN = "tk_the/secret+token=of~this.test"


@pytest.fixture(scope="module")
def certificates() -> Certificates:
    return Certificates()


def tried(
    kind: str, server: Server, settings: Mapping[str, str], seconds: float = 5.0, **secrets: str
) -> testing.TestOutcome:
    outcome = testing.test(kind, settings, secrets, server.allow, seconds)
    assert "\n" not in outcome.sentence + outcome.detail
    for secret in secrets.values():
        assert secret not in f"{outcome}"
    return outcome


def test_a_web_service_is_ok_with_address_tls_and_certificate(
    certificates: Certificates,
) -> None:
    with web(lambda _: answer(204), certificates.server("localhost")) as (server, requests):
        url = f"https://localhost:{server.port}/in"
        got = tried("http", server, {"url": url, "ca": certificates.pem}, token=TOKEN)
    assert got.ok
    assert got.sentence == "The service at localhost answers."
    assert re.fullmatch(
        rf"127\.0\.0\.1:{server.port} · TLS 1\.3 · certificate good for 90 more days"
        r" · answered 204",
        got.detail,
    )
    assert [one.method for one in requests] == ["HEAD"]
    assert requests[0].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (301, "sends us on to another address, which is not followed"),
        (401, "asks for a valid token"),
        (403, "does not let this token in"),
        (404, "nothing at this path"),
        (418, "refuses the request"),
        (429, "asked too often"),
        (503, "trouble of its own"),
    ],
)
def test_each_refusal_of_a_web_service_has_its_sentence(status: int, words: str) -> None:
    reply = answer(status, TOKEN.encode(), location=f"http://10.0.0.1/{TOKEN}")
    with web(lambda _: reply) as (server, requests):
        got = tried("http", server, {"url": f"http://localhost:{server.port}/"}, token=TOKEN)
    assert not got.ok
    assert words in got.sentence
    assert f"answered {status}" in got.detail
    assert len(requests) == 1


def test_a_service_without_head_is_asked_with_get() -> None:
    with web(lambda one: answer(405 if one.method == "HEAD" else 200)) as (server, requests):
        assert tried("http", server, {"url": f"http://127.0.0.1:{server.port}/"}).ok
    assert [one.method for one in requests] == ["HEAD", "GET"]


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("http", {"url": "http://siem.example.com/"}),
        ("ntfy", {"url": "http://ntfy.example.com", "topic": "a"}),
        ("splunk", {"url": "http://hec.example.com:8088"}),
    ],
)
def test_a_token_never_travels_unencrypted(kind: str, settings: dict[str, str]) -> None:
    got = testing.test(kind, settings, {"token": TOKEN}, ["10.0.0.0/8:80"], 5)
    assert not got.ok
    assert got.sentence.startswith("The token would travel unencrypted.")


@pytest.mark.parametrize("kind", testing.KINDS)
@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("127.0.0.1", "this machine itself"),
        ("169.254.169.254", "a cloud's credentials service"),
        ("0x7f.1", "an address in an unusual form"),
        ("localhost", "this machine itself"),
    ],
)
def test_every_kind_goes_through_the_guard(kind: str, host: str, words: str) -> None:
    settings = {
        "host": host, "url": f"https://{host}/", "user": "me", "database": "d", "topic": "t",
        "bucket": "bucket",
    }  # fmt: skip
    secrets = {
        "password": "pw12",
        "token": TOKEN,
        "access_key_id": "AKIA",
        "secret_access_key": "sk12",
    }
    got = testing.test(kind, settings, secrets, [], 5)
    assert not got.ok
    assert words in got.sentence


@pytest.mark.parametrize("kind", testing.KINDS)
def test_missing_settings_are_named_and_nothing_is_raised(kind: str) -> None:
    got = testing.test(kind, {}, {}, [], 5)
    assert not got.ok
    assert re.match(r"The setting (host|url|topic|token|bucket) is missing\.", got.sentence)


@pytest.mark.parametrize("kind", testing.KINDS)
@pytest.mark.parametrize("allow", ["nonsense", "0.0.0.0/0:80"])
def test_a_wrong_opening_is_an_outcome(kind: str, allow: str) -> None:
    got = testing.test(kind, {}, {}, [allow], 5)
    assert not got.ok
    assert "10.1.0.0/16:6514" in got.sentence or "cannot be opened" in got.sentence


def test_there_is_a_test_for_each_kind_that_can_be_entered() -> None:
    assert set(testing.KINDS) == set(BY_NAME)
    for kind in KINDS:
        usual = kind.field("port")
        assert usual is None or int(usual.default) in testing.ports(kind.name)


def test_an_unknown_kind_is_a_problem() -> None:
    with pytest.raises(Problem, match="no connection of the kind telnet"):
        testing.test("telnet", {}, {}, [], 5)


def test_a_secret_that_a_server_repeats_is_left_out() -> None:
    """By the net: here a secret stands in the host itself."""
    for form in (TOKEN, TOKEN.replace("/", "%2F")):
        got = testing.test("http", {"url": f"https://{form}.example/"}, {"token": TOKEN}, [], 5)
        assert TOKEN not in f"{got}"
    got = testing.test("syslog", {"host": "s3cr3t-value"}, {"token": "s3cr3t-value"}, [], 2)
    assert not got.ok
    assert "s3cr3t" not in f"{got}"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("token", "line\nend"),
        ("token", "naïve"),
        ("url", "https://localhost:1/\r\nX: y"),
        ("ca", "no certificate"),
    ],
)
def test_what_no_header_and_no_url_can_carry_is_an_outcome(field: str, value: str) -> None:
    settings = {"url": "https://localhost:1/", field: value}
    got = testing.test("http", settings, {"token": settings.get("token", "")}, [], 2)
    assert not got.ok


def test_ntfy_publishes_one_quiet_message() -> None:
    with web(lambda _: answer(200, b'{"id":"x","event":"message"}')) as (server, requests):
        settings = {"url": f"http://localhost:{server.port}/", "topic": "deploys"}
        got = tried("ntfy", server, settings, token=TOKEN)
    assert got.ok, got
    assert "one message of the lowest priority was published" in got.detail
    (one,) = requests
    assert (one.method, one.path) == ("POST", "/deploys")
    assert one.headers["priority"] == "1"
    assert one.headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b"[" * 9000, b"\xff"])
def test_what_answers_otherwise_is_no_ntfy(body: bytes) -> None:
    with web(lambda _: answer(200, body)) as (server, _):
        settings = {"url": f"http://localhost:{server.port}", "topic": "deploys"}
        got = tried("ntfy", server, settings)
    assert got.sentence == "The server took the message but does not answer as ntfy does."


@pytest.mark.parametrize("topic", ["a/b", "a b", "../x", "ü", "a" * 65, "a?x=1"])
def test_a_topic_that_ntfy_does_not_have_is_refused(topic: str) -> None:
    got = testing.test("ntfy", {"url": "https://ntfy.example", "topic": topic}, {}, [], 2)
    assert got.sentence.startswith("The topic is not one that ntfy has.")


def collector(health: int, status: int, code: int) -> Callable[[Asked], bytes]:
    """Splunk's event collector, by its documented answers."""

    def reply(one: Asked) -> bytes:
        if one.path == "/services/collector/health":
            return answer(health, b'{"text":"HEC is healthy","code":17}')
        if one.headers.get("authorization") != f"Splunk {TOKEN}":
            return answer(403, b'{"text":"Invalid token","code":4}')
        return answer(status, b'{"text":"x","code":%d}' % code)

    return reply


@pytest.mark.parametrize(
    ("health", "status", "code", "words"),
    [
        (200, 400, 5, "is healthy and accepts the token"),
        (200, 400, 10, "is healthy and accepts the token"),
        (503, 400, 5, "cannot take events now"),
        (404, 400, 5, "No event collector answers"),
        (200, 403, 1, "disabled in Splunk"),
        (200, 403, 4, "does not accept the token"),
        (200, 400, 6, "does not answer as expected"),
    ],
)
def test_the_event_collector_and_the_token(health: int, status: int, code: int, words: str) -> None:
    with web(collector(health, status, code)) as (server, requests):
        url = f"http://localhost:{server.port}"
        got = tried("splunk", server, {"url": url}, token=TOKEN)
        wrong = tried("splunk", server, {"url": url}, token="another token")
    assert words in got.sentence
    assert got.ok is ("accepts" in words and "not" not in words)
    assert not wrong.ok
    assert all(one.body == b"" for one in requests)


def take(line: socket.socket, into: list[bytes]) -> None:
    into.append(line.recv(4096))
    line.recv(1)


def test_syslog_sends_one_framed_message_over_tls(certificates: Certificates) -> None:
    taken: list[bytes] = []
    tls = certificates.server("localhost")
    with serving(lambda line: take(line, taken), tls) as server:
        settings = {"host": "localhost", "port": str(server.port), "ca": certificates.pem}
        got = tried("syslog", server, settings)
    assert got.ok, got
    assert "does not acknowledge" in got.detail
    size, _, rest = taken[0].partition(b" ")
    assert int(size) == len(rest)
    assert re.match(
        rb"<110>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z - govdesk - connection-test"
        rb" - \xef\xbb\xbfThe",
        rest,
    )


def test_a_frame_counts_octets_so_that_a_line_end_begins_no_second_message() -> None:
    assert frame(b"one\n<14>forged second record") == b"28 one\n<14>forged second record"
    assert frame(message(datetime.now(UTC))).endswith(b"nothing to do.")


def test_a_collector_that_hangs_up_or_asks_for_our_certificate_is_not_ok(
    certificates: Certificates,
) -> None:
    strict = certificates.server("localhost")
    strict.verify_mode = __import__("ssl").CERT_REQUIRED
    strict.load_verify_locations(cadata=certificates.pem)
    sentences = []
    for tls, handler in (
        (certificates.server("localhost"), lambda line: line.recv(4096)),
        (strict, lambda line: line.recv(4096)),
        (certificates.server("other.example"), lambda line: line.recv(4096)),
        (None, lambda line: line.recv(4096)),
    ):
        with serving(handler, tls) as server:
            settings = {"host": "localhost", "port": str(server.port), "ca": certificates.pem}
            sentences.append(tried("syslog", server, settings).sentence)
    assert "hung up when it had the message" in sentences[0]
    assert "may ask for a certificate of ours" in sentences[1]
    assert "not made out to localhost" in sentences[2]
    assert "does not answer with TLS" in sentences[3]


@pytest.mark.parametrize("kind", testing.KINDS)
def test_a_service_that_says_nothing_ends_in_time(kind: str, certificates: Certificates) -> None:
    def silent(line: socket.socket) -> None:
        while line.recv(4096):
            pass

    with serving(silent) as server:
        settings = {
            "host": "localhost", "port": str(server.port), "user": "me", "database": "d",
            "url": f"http://localhost:{server.port}", "topic": "t", "bucket": "bucket",
        }  # fmt: skip
        secrets = {"password": "pw12", "token": TOKEN, "access_key_id": "AKIA",
                   "secret_access_key": "sk12"}  # fmt: skip
        began = time.monotonic()
        got = tried(kind, server, settings, 1.0, **secrets)
    assert time.monotonic() - began < 1.5
    assert not got.ok
    assert "longer than 1 second." in got.sentence, got


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], bytes]:
    """OpenSSL as a time-stamp authority."""
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(
        "[tsa]\ndefault_tsa = one\n[one]\nserial = serial\nsigner_cert = tsa.pem\n"
        "signer_key = tsa.key\nsigner_digest = sha256\ndefault_policy = 1.2.3.4.1\n"
        "digests = sha256\ncerts = tsa.pem\n"
    )

    def run(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    run(
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.pem",
        "-subj", "/CN=tsa", "-days", "9", "-addext", "extendedKeyUsage=critical,timeStamping",
    )  # fmt: skip

    def stamp(asked: bytes) -> bytes:
        Path(folder / "q.tsq").write_bytes(asked)
        run("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "q.tsq", "-out", "r.tsr")
        return (folder / "r.tsr").read_bytes()

    return stamp


def test_a_real_authority_stamps(authority: Callable[[bytes], bytes]) -> None:
    with web(lambda one: answer(200, authority(one.body))) as (server, requests):
        got = tried("tsa", server, {"url": f"http://localhost:{server.port}/tsr"})
    assert got.ok, got
    assert "the stamp's signature was not checked" in got.detail
    assert f"stamped {datetime.now(UTC):%Y%m%d}" in got.detail
    assert requests[0].headers["content-type"] == "application/timestamp-query"


def test_a_stamp_about_something_else_and_a_refusal_are_found(
    authority: Callable[[bytes], bytes],
) -> None:
    mine, other = bytes(32), bytes([1]) * 32
    real = authority(query(mine, 2**62 + 1))
    assert stamped(real, mine, 2**62 + 1).endswith("Z")
    for imprint, nonce in ((other, 2**62 + 1), (mine, 7)):
        with pytest.raises(Problem, match="about something else"):
            stamped(real, imprint, nonce)
    refused = authority(query(mine, 5).replace(bytes.fromhex("608648016503040201"),
                                               bytes.fromhex("608648016503040203")))  # fmt: skip
    with pytest.raises(Problem, match="refuses"):
        stamped(refused, mine, 5)


def test_a_damaged_stamp_is_never_more_than_an_outcome(
    authority: Callable[[bytes], bytes],
) -> None:
    real = authority(query(bytes(32), 5))
    for at in range(len(real)):
        for damaged in (real[:at], real[:at] + bytes([real[at] ^ 0xFF]) + real[at + 1 :]):
            with suppress(Problem, ValueError, IndexError):
                stamped(damaged, bytes(32), 5)
