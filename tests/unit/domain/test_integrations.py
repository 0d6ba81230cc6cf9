"""Claims about the kinds of connections: nowhere a secret, defaults that hold, checks that help."""

from __future__ import annotations

import pytest

from govdesk.domain import setting_checks as checks
from govdesk.domain.integrations import BY_NAME, KINDS, Field, Kind
from govdesk.domain.raw_secrets import find
from tests.secret_corpora import secrets

FIELDS = [(kind, field) for kind in KINDS for field in kind.fields]
HOSTS = (
    *("db.example.com", "localhost", "a", "10.20.4.11", "::1", "2001:db8::7", "bücher.example"),
    *("x_y.example.", "xn--bcher-kva.example"),
)
NO_HOSTS = (
    *("", " ", "a b", "-a.example", "a-.example", "a..b", ".a", "db:5432", "[::1]", "fe80::1%1"),
    *("https://a", "a/b", "user@a", "127.1", "0x7f.0x1", "10.0.0.256", "a" * 64, "a.b" * 90),
    *("ex\tample", "db.example.com\n"),
)
OPENINGS = ("10.20.0.0/16:5432", "127.0.0.1/32:1", "[fd12::/64]:65535", "fd12::/64:443")
NO_OPENINGS = (
    *("", "10.20.0.0/16", "10.20.0.1/16:1", "10.0.0.0/8:0", "10.0.0.0/8:65536", "host/8:1"),
    *("0.0.0.0/0:443", "10.0.0.0/7:443", "10.0.0.0/33:1", "10.0.0.0/8:1 "),
)


def test_the_eight_kinds_are_there() -> None:
    assert list(BY_NAME) == [
        "database", "smtp", "splunk", "syslog", "ntfy", "object-storage", "tsa", "http"
    ]  # fmt: skip
    for kind in KINDS:
        assert len({field.name for field in kind.fields}) == len(kind.fields)
        assert kind.field("no such") is None
        assert all(kind.field(one.name) is one for one in kind.fields)


def test_what_is_secret_can_only_be_referred_to() -> None:
    words = ("password", "token", "secret", "key")
    for kind, field in FIELDS:
        if any(word in field.name for word in words):
            assert field.column == "ref", (kind.name, field.name)
        if field.column == "ref":
            assert field.check is not None
            assert all(field.check(secret.text) for secret in secrets())
            assert "not the secret" in field.help


@pytest.mark.parametrize(("kind", "field"), FIELDS, ids=lambda one: str(one.name))
def test_defaults_and_examples_pass_their_own_check(kind: Kind, field: Field) -> None:
    for text in {field.default, field.example} - {""}:
        assert find(text) is None
        if field.check and not field.multiline:
            assert field.check(text) == ""
    assert field.title
    assert field.help.endswith(".")
    for value, words in field.choices:
        assert words
        assert field.check is not None
        assert field.check(value) == ""


@pytest.mark.parametrize("text", HOSTS)
def test_a_host_is_a_name_or_an_address(text: str) -> None:
    assert checks.host(text) == ""


@pytest.mark.parametrize("text", NO_HOSTS)
def test_what_is_no_host_is_told_with_an_example(text: str) -> None:
    assert "db.example.com" in checks.host(text)


def test_ports_and_openings() -> None:
    assert [checks.port(text) for text in ("1", "65535", "0443")] == ["", "", ""]
    assert all(map(checks.port, ("", "0", "65536", "-1", "1.0", "٣", " 1", "1" * 5_000)))
    assert [checks.opening(text) for text in OPENINGS] == [""] * len(OPENINGS)
    assert all(map(checks.opening, NO_OPENINGS))


def test_an_address_is_encrypted_or_local_and_carries_no_login() -> None:
    for good in ("https://a.example", "https://a.example:8088/x?y=1", "http://localhost:1/",
                 "http://127.0.0.1:9000", "https://[2001:db8::1]:6514/"):  # fmt: skip
        assert checks.https(good) == ""
    assert "unencrypted" in checks.https("http://a.example")
    assert checks.http("http://a.example") == ""
    assert "before the @" in checks.https("https://jane:hunter2@a.example")
    assert "before the @" in checks.https("https://jane@a.example")
    assert "#" in checks.https("https://a.example/#x")
    for bad in ("", "a.example", "ftp://a.example", "https://", "https:///x", "https://a b",
                "https://a.example\\@b", "https://a.example:0", "https://a.example:99999",
                "https://a.example/\n", "https://[::1", "javascript:alert(1)"):  # fmt: skip
        assert checks.https(bad)
        assert checks.http(bad)


def test_the_smaller_checks() -> None:
    assert checks.topic("on-call_1") == ""
    assert checks.topic("on call")
    assert checks.bucket("acme-audit") == ""
    assert checks.bucket("Acme")
    assert checks.bucket("a..b")
    assert checks.region("eu-central-1") == ""
    assert checks.region("EU")
    assert checks.sender("a@b.example") == ""
    assert checks.sender("a@b")
    assert checks.line("billing") == ""
    assert checks.line("a\nb")
    pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    assert checks.certificate(pem * 2) == ""
    assert checks.certificate(pem + "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----")
    assert checks.certificate("MIIB")
    assert checks.reference("env://A") == ""
    assert checks.one_of("tls", "none")("ssl") == "Use one of tls, none."
