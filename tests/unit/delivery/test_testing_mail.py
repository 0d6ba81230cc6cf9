"""Claims: a test of a mail server encrypts, signs in and sends no mail; it ends in time."""

from __future__ import annotations

import socket
import threading
import time
import tracemalloc
from pathlib import Path

import pytest

from govdesk.delivery import testing
from tests.certificates import Authority
from tests.mail_servers import PASSWORD, USER, mail_server
from tests.unit.delivery.servers import serving


class Shown:
    """An authority and the folders of its certificates."""

    def __init__(self, folder: Path):
        authority = Authority.named("Mail CA")
        self.ca = authority.pem.decode()
        for name, host, last_day in (("good", "localhost", 30), ("other", "mx.example", 30)):
            authority.issue(host, folder / name, last_day=last_day)
        authority.issue("localhost", folder / "expired", last_day=-3)
        self.folder = folder


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return Shown(tmp_path_factory.mktemp("certificates"))


def tried(
    port: int, encryption: str, ca: str = "", user: str = "", password: str = "", seconds: float = 8
) -> testing.TestOutcome:
    settings = {
        "host": "localhost", "port": str(port), "encryption": encryption, "ca": ca, "user": user,
    }  # fmt: skip
    allow = [f"127.0.0.1/32:{port}", f"[::1/128]:{port}"]
    got = testing.test("smtp", settings, {"password": password}, allow, seconds)
    assert not password or password not in f"{got}"
    return got


@pytest.mark.parametrize(("kind", "word"), [("smtp+starttls", "starttls"), ("smtps", "tls")])
def test_encryption_and_login_are_shown_and_no_mail_is_sent(
    kind: str, word: str, shown: Shown
) -> None:
    with mail_server(kind, shown.folder / "good", login=True) as server:
        got = tried(server.port, word, shown.ca, USER, PASSWORD)
        wrong = tried(server.port, word, shown.ca, USER, "another password")
    assert got.ok, got
    assert got.sentence == "The mail server accepts the login."
    assert f"127.0.0.1:{server.port} · TLS 1.3 · certificate good for 29 more days" in got.detail
    assert "no mail was sent" in got.detail
    assert wrong.sentence.startswith("The mail server does not accept its user or password.")
    assert server.envelopes == []


@pytest.mark.parametrize(("kind", "word"), [("smtp+starttls", "starttls"), ("smtps", "tls")])
@pytest.mark.parametrize(
    ("name", "words"), [("other", "not made out to localhost"), ("expired", "has expired")]
)
def test_a_certificate_that_does_not_fit_comes_before_the_password(
    kind: str, word: str, name: str, words: str, shown: Shown
) -> None:
    with mail_server(kind, shown.folder / name, login=True) as server:
        got = tried(server.port, word, shown.ca, USER, PASSWORD)
    assert words in got.sentence
    assert server.logins == []


def test_a_password_is_not_sent_unencrypted_and_a_missing_starttls_is_said() -> None:
    settings = {"host": "mx.example.com", "encryption": "none", "user": USER}
    got = testing.test("smtp", settings, {"password": PASSWORD}, [], 5)
    assert got.sentence.startswith("The mail server's password would travel unencrypted.")
    with mail_server() as server:
        plain = tried(server.port, "none")
        without = tried(server.port, "starttls", user=USER, password=PASSWORD)
    assert plain.sentence == "The mail server answers."
    assert without.sentence.startswith("The mail server offers no encryption (STARTTLS).")


def test_the_wrong_encryption_or_service_is_said(shown: Shown) -> None:
    with mail_server() as server:
        assert "does not answer with TLS" in tried(server.port, "tls", shown.ca, seconds=5).sentence
    with serving(lambda line: line.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")) as other:
        assert "mail server" in tried(other.port, "none").sentence


def test_a_server_that_talks_without_end_is_cut_short() -> None:
    def chatter(line: socket.socket) -> None:
        while True:
            line.sendall(b"220-welcome\r\n" * 1000)

    tracemalloc.start()
    with serving(chatter) as server:
        got = tried(server.port, "none")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "says more than is read" in got.sentence
    assert peak < 1_500_000


def test_a_server_that_drips_ends_in_time() -> None:
    def drip(line: socket.socket) -> None:
        ending = threading.Event()
        for _ in range(100):
            line.sendall(b"220-a\r\n")
            ending.wait(0.1)

    with serving(drip) as server:
        began = time.monotonic()
        got = tried(server.port, "none", seconds=1.0)
    assert time.monotonic() - began < 1.5
    assert got.sentence.startswith("It took longer than 1 second.")
