"""Claims: a test of a PostgreSQL signs in by SCRAM over verified TLS, and runs no statement."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
import struct
from collections.abc import Callable

import psycopg
import pytest

from govdesk.delivery import testing
from govdesk.delivery.testing_scram import Scram, prepared
from govdesk.domain.problem import Problem
from tests.certificates import Secure
from tests.unit.delivery.servers import serving

USER, PASSWORD = "tested", "pässword of the tésts’ user ½"


@pytest.fixture(scope="module")
def reader(secure: Secure) -> Secure:
    """A server with a login that may connect to one database only."""
    with psycopg.connect(secure.server.admin_url, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'")
        admin.execute("CREATE DATABASE closed")
        admin.execute("REVOKE CONNECT ON DATABASE closed FROM public")
    return secure


def tried(port: int, ca: str = "", **other: str) -> testing.TestOutcome:
    usual = {"host": "localhost", "port": str(port), "database": "postgres", "user": USER}
    secrets = {"password": other.pop("password", PASSWORD)}
    allow = [f"127.0.0.1/32:{port}", f"[::1/128]:{port}"]
    got = testing.test("database", {**usual, "ca": ca, **other}, secrets, allow, 8)
    assert secrets["password"] not in f"{got}"
    return got


def test_the_login_is_accepted_over_verified_tls(reader: Secure) -> None:
    profile = reader.show("good")
    ca = reader.ca_file.read_text()
    got = tried(profile.port, ca)
    assert got.ok, got
    assert got.sentence == "The database accepts the login."
    assert f":{profile.port} · TLS 1.3 · certificate good for 29 more days" in got.detail
    assert "PostgreSQL 1" in got.detail
    assert "no statement was run" in got.detail


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "another password"}, "does not accept its user or password"),
        ({"user": "nobody-of-this-name"}, "does not accept its user or password"),
        ({"database": "nothing"}, "no database of this name"),
        ({"database": "closed"}, "may not connect to the database"),
        ({"encryption": "none"}, "accepts the login"),
    ],
)
def test_each_refusal_has_its_sentence(reader: Secure, change: dict[str, str], words: str) -> None:
    profile = reader.show("good")
    got = tried(profile.port, reader.ca_file.read_text(), **change)
    assert words in got.sentence
    assert got.ok is (words == "accepts the login")


@pytest.mark.parametrize(
    ("name", "words"),
    [("other_host", "not made out to localhost"), ("expired", "expired"), ("not_yet", "not valid")],
)
def test_a_certificate_that_does_not_fit_comes_before_the_login(
    reader: Secure, name: str, words: str
) -> None:
    profile = reader.show(name)
    got = tried(profile.port, reader.ca_file.read_text())
    assert words in got.sentence


def test_only_this_machine_may_be_asked_without_encryption() -> None:
    got = testing.test("database", {"host": "db.example.com", "encryption": "none"}, {}, [], 2)
    assert got.sentence.startswith("The connection to the database would not be encrypted.")


def message(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("!I", len(content) + 4) + content


def playing(*answers: bytes) -> Callable[[socket.socket], None]:
    """A server that says these things one after another, whatever it is told."""

    def handler(line: socket.socket) -> None:
        for one in answers:
            line.recv(4096)
            line.sendall(one)
        while line.recv(4096):
            pass

    return handler


SASL = message(b"R", struct.pack("!I", 10) + b"SCRAM-SHA-256\0\0")
OK = message(b"R", struct.pack("!I", 0)) + message(b"Z", b"I")


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ((message(b"R", struct.pack("!I", 3)),), "in a way that is not safe"),
        ((message(b"R", struct.pack("!I", 5) + b"salt"),), "in a way that is not safe"),
        ((message(b"R", struct.pack("!I", 7)),), "in a way that is not safe"),
        ((message(b"R", struct.pack("!I", 10) + b"PLAIN\0\0"),), "no sign-in with SCRAM-SHA-256"),
        ((SASL, OK), "No PostgreSQL answers there"),
        ((SASL, message(b"R", struct.pack("!I", 11) + b"r=x,s=AAAA,i=4096")), "No PostgreSQL"),
        ((SASL, message(b"R", struct.pack("!I", 12) + b"v=AAAA")), "does not prove"),
        ((b"HTTP/1.1 400 Bad Request\r\n\r\n",), "No PostgreSQL answers there"),
        ((b"R\xff\xff\xff\xff",), "No PostgreSQL answers there"),
        ((b"R\0\0\0\4",), "No PostgreSQL answers there"),
        ((message(b"E", b"SFATAL\0CXX000\0Mpassword: hunter2\0\0"),), "(code XX000)"),
        ((message(b"N", b"x" * 30_000) * 4,), "longer than 64 kB"),
    ],
)
def test_what_a_hostile_server_says_is_an_outcome(answers: tuple[bytes, ...], words: str) -> None:
    with serving(playing(*answers)) as server:
        got = tried(server.port, encryption="none")
    assert not got.ok
    assert words in got.sentence, got
    assert "hunter2" not in f"{got}"


def test_a_server_without_encryption_is_said_and_gets_no_name() -> None:
    heard: list[bytes] = []

    def handler(line: socket.socket) -> None:
        heard.append(line.recv(4096))
        line.sendall(b"N")
        heard.append(line.recv(4096))

    with serving(handler) as server:
        got = tried(server.port)
    assert got.sentence.startswith("The database offers no encryption.")
    assert heard == [bytes.fromhex("0000000804d2162f"), b""]


def test_scram_makes_the_proof_of_rfc_7677() -> None:
    """Section 3; PostgreSQL sends no user name, so the proof is computed over ours."""
    scram = Scram("pencil", "rOprNGfwEbeRWgbNEkqO")
    assert scram.first == b"n,,n=,r=rOprNGfwEbeRWgbNEkqO"
    challenge = (
        b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
    )
    end = b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    text = b"n=,r=rOprNGfwEbeRWgbNEkqO," + challenge + b"," + end
    final = scram.final(challenge)
    assert final.startswith(end + b",p=")
    # The salted password of the RFC's example, from its published stored and server key.
    salt = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
    salted = hashlib.pbkdf2_hmac("sha256", b"pencil", salt, 4096)
    key = hmac.digest(salted, b"Client Key", "sha256")
    assert hashlib.sha256(key).digest() == base64.b64decode(
        "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
    )
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    assert server_key == base64.b64decode("wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=")
    proof = base64.b64decode(final.partition(b",p=")[2])
    signature = hmac.digest(hashlib.sha256(key).digest(), text, "sha256")
    assert bytes(a ^ b for a, b in zip(proof, signature, strict=True)) == key
    scram.check(b"v=" + base64.b64encode(hmac.digest(server_key, text, "sha256")))
    with pytest.raises(Problem, match="does not prove"):
        scram.check(b"v=" + base64.b64encode(bytes(32)))


@pytest.mark.parametrize("rounds", ["0", "-1", "500001", "1000000000000"])
def test_a_server_cannot_keep_this_machine_busy(rounds: str) -> None:
    scram = Scram("pencil", "abc")
    with pytest.raises(Problem, match="more work"):
        scram.final(f"r=abcdef,s=AAAA,i={rounds}".encode())


@pytest.mark.parametrize(
    ("password", "plain"),
    [("I\u00adX", "IX"), ("\u00aa", "a"), ("\u2168", "IX"), ("a\u00a0b", "a b"), ("user", "user"),
     ("\u00ad", "\u00ad"), ("a\u200eé", "a\u200eé")],
)  # fmt: skip
def test_passwords_are_prepared_as_rfc_4013_says(password: str, plain: str) -> None:
    assert prepared(password) == plain.encode()
