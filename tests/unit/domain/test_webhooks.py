"""Claims about endpoints: what is entered wrongly is told exactly, and nothing secret is shown."""

from __future__ import annotations

import copy
import ipaddress
import json
import pickle
import random
from base64 import b64encode
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govdesk.delivery.egress_table import judge
from govdesk.delivery.http import read_url
from govdesk.domain.raw_secrets import find
from govdesk.domain.webhook_checks import (
    FORBIDDEN_HEADERS,
    LONGEST_URL,
    address_kind,
    closed_address,
    is_openable,
)
from govdesk.domain.webhooks import (
    BY_NAME,
    KINDS,
    OUTCOMES,
    Field,
    Kind,
    KindName,
    OutcomeName,
    Secret,
    check_allow,
    check_description,
    check_field,
    check_header,
    check_headers,
    check_secret,
    check_settings,
    check_throttle,
    check_url,
    new_secret,
    read_secret,
)
from tests.secret_corpora import secrets

FIELDS = [(kind, field) for kind in KINDS for field in kind.fields]
CORPUS = json.loads((Path(__file__).parents[2] / "vectors/hostile_addresses.json").read_text())
TOKEN = next(one.text for one in secrets() if not one.layers and one.text.isascii())
GOOD = {
    "webhook": "https://siem.example.com/hooks?tenant=7",
    "splunk": "https://splunk.example.com:8088",
    "syslog": "syslog+tls://logs.example.com:6514",
    "ntfy": "https://ntfy.example.com/on-call_7",
}


def said(fault: str | None) -> str:
    assert fault is not None
    assert fault.endswith(".")
    return fault


def test_the_four_kinds_are_there() -> None:
    assert tuple(BY_NAME) == get_args(KindName)
    for kind in KINDS:
        assert kind.purpose.endswith(".")
        assert kind.url_hint.endswith(".")
        assert check_url(kind.name, kind.url_example) is None
        assert len({one.name for one in kind.fields}) == len(kind.fields)
        assert kind.field("no such") is None
        assert check_settings(kind.name, kind.defaults, {}) == {
            one.name: f"{one.title} is needed." for one in kind.fields if one.required
        }


@pytest.mark.parametrize(("kind", "field"), FIELDS, ids=lambda one: str(one.name))
def test_defaults_and_examples_pass_their_own_check(kind: Kind, field: Field) -> None:
    assert field.title
    assert field.help.endswith(".")
    for text in {field.default, field.example} - {""}:
        assert find(text) is None
        assert field.multiline or check_field(field, text) is None
    for value, words in field.choices:
        assert words
        assert check_field(field, value) is None


def test_what_is_secret_can_only_be_referred_to() -> None:
    for kind, field in FIELDS:
        if any(word in field.name for word in ("token", "key", "client", "secret")):
            assert field.column == "ref", (kind.name, field.name)
            assert all(check_field(field, one.text) for one in secrets())


def test_settings_are_judged_together() -> None:
    alone = check_settings("webhook", {}, {"client_key": "env://KEY"})
    assert "belong together" in alone["client_certificate"]
    assert check_settings("webhook", {"index": "a"}, {}) == {
        "index": "This kind of endpoint has no such setting."
    }
    assert "token" in check_settings("webhook", {"token": "env://A"}, {})
    found = check_settings("splunk", {"index": TOKEN}, {"token": "env://HEC"})
    assert "looks like" in found["index"]
    assert TOKEN not in str(found)
    assert check_settings("splunk", {"ack": "maybe"}, {"token": "env://HEC"})["ack"]
    assert check_settings("ntfy", {"tags": "a b"}, {})["tags"]
    assert check_settings("syslog", {"app_name": "two words"}, {})["app_name"]
    assert check_settings("webhook", {"server_name": "10.0.0.1"}, {})["server_name"]


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_address_is_taken(kind: str) -> None:
    assert check_url(kind, GOOD[kind]) is None


def test_a_host_may_be_written_as_the_dns_knows_it() -> None:
    assert check_url("webhook", "https://xn--bcher-kva.example/a") is None
    assert check_url("webhook", "https://[2001:4860::7]:8443/a") is None
    assert check_url("splunk", "https://proxy.example.com/splunk") is None


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("webhook", "", "Enter the receiver's address"),
        ("webhook", "http://siem.example.com", "begins with https://"),
        ("webhook", "http://127.0.0.1:9000/", "begins with https://"),
        ("webhook", "https://jane:hunter2@siem.example.com/", "name or password"),
        ("webhook", "https://jane@siem.example.com/", "name or password"),
        ("webhook", "https://siem.example.com/#top", "#"),
        ("webhook", "https://siem.example.com/#", "#"),
        ("webhook", " https://siem.example.com", "blank"),
        ("webhook", "https://siem.example.com/a b", "%20"),
        ("webhook", "https://siem.example.com/\n", "blank"),
        ("webhook", "https://siem.example.com/a\tb", "blanks"),
        ("webhook", "https://siem.example.com\\@evil.example", "\\"),
        ("webhook", "https://", "no host"),
        ("webhook", "https:///path", "no host"),
        ("webhook", "https://:443/", "no host"),
        ("webhook", "https://siem.example.com:0/", "not a port"),
        ("webhook", "https://siem.example.com:70000/", "cannot be read"),
        ("webhook", "https://[::1", "cannot be read"),
        ("webhook", "https://0x7f.1/", "not the name of a host"),
        ("webhook", "https://127.1/", "not the name of a host"),
        ("webhook", "https://2130706433/", "not the name of a host"),
        ("webhook", "https://siem.example.com/ü", "percent-encoded"),
        ("webhook", "HTTPS://siem.example.com", "small letters"),
        ("webhook", "https://bücher.example/", "xn--bcher-kva.example"),
        ("webhook", "https://siem\u200b.example/", "blanks"),
        ("webhook", "https://xn--a.example/", "not the name of a host"),
        ("webhook", "ftp://siem.example.com/", "begins with https://"),
        ("webhook", "siem.example.com", "begins with https://"),
        ("webhook", "javascript:alert(1)", "begins with https://"),
        ("webhook", "https://siem.example.com/" + "a" * LONGEST_URL, "2,000"),
        ("webhook", f"https://siem.example.com/?token={TOKEN}", "looks like"),
        ("splunk", "https://splunk.example.com:8088/services/collector", "Leave out /services"),
        ("ntfy", "https://ntfy.example.com", "one topic"),
        ("ntfy", "https://ntfy.example.com/a/b", "one topic"),
        ("syslog", "logs.example.com:6514", "syslog+tls://"),
        ("syslog", "syslog://logs.example.com:514", "Without TLS"),
        ("syslog", "syslog+tls://logs.example.com", "6514"),
        ("syslog", "syslog+tls://logs.example.com:6514/x", "ends with its port"),
        ("syslog", "https://logs.example.com:6514", "syslog+tls://"),
    ],
)
def test_a_bad_address_is_told_what_is_wrong(kind: str, text: str, words: str) -> None:
    fault = said(check_url(kind, text))
    assert words in fault
    assert "hunter2" not in fault
    assert TOKEN not in fault


def test_a_private_address_names_the_rule_and_who_may_open_it() -> None:
    url = "https://10.20.4.11:8088/hooks"
    fault = said(check_url("webhook", url))
    for words in ("private network", "rule for private addresses", "manage webhooks",
                  "10.20.4.11/32:8088", "“Allow private addresses”", "second person"):  # fmt: skip
        assert words in fault
    assert check_url("webhook", url, ["10.20.0.0/16:8088"]) is None
    assert check_url("webhook", url, ["10.20.0.0/16:443", "10.21.0.0/16:8088", "nonsense"])
    six = said(check_url("webhook", "https://[fd12::7]/"))
    assert "[fd12::7/128]:443" in six
    assert check_url("webhook", "https://[fd12::7]/", ["[fd12::/64]:443"]) is None
    assert check_url("syslog", "syslog+tls://127.0.0.1:6514", ["127.0.0.1/32:6514"]) is None


@pytest.mark.parametrize("host", ["169.254.169.254", "[fd00:ec2::254]", "168.63.129.16"])
def test_a_metadata_service_is_opened_by_nobody(host: str) -> None:
    bare = host.strip("[]")
    bits = 128 if ":" in bare else 32
    entry = f"[{bare}/{bits}]:443" if bits == 128 else f"{bare}/{bits}:443"
    fault = said(check_url("webhook", f"https://{host}/", [entry]))
    assert "never contacted" in fault
    assert "nobody" in said(check_allow(entry))


def test_openings_are_networks_with_a_port() -> None:
    assert check_allow("10.20.0.0/16:6514") is None
    assert check_allow("[fd12::/64]:443") is None
    assert check_allow("10.20.0.0/16")
    assert check_allow("0.0.0.0/0:443")
    assert check_allow("169.254.0.0/16:80")


def test_this_judgement_of_addresses_is_the_guards() -> None:
    """What the guard calls private, this does too; the rest is left to it."""
    known = {"metadata", "link-local", "loopback", "private", "shared"}
    source = random.Random(7)
    texts = [row["host"].strip("[]") for row in CORPUS["hosts"]]
    texts += [str(ipaddress.IPv4Address(source.getrandbits(32))) for _ in range(20_000)]
    for one in ("fd00:ec2::", "fc00::", "fe80::", "fd20:ce::254", "::1"):
        base = int(ipaddress.IPv6Address(one))
        texts += [
            str(ipaddress.IPv6Address(base + source.getrandbits(64) % 99)) for _ in range(200)
        ]
    judged = 0
    for text in texts:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            continue
        verdict = judge(address)
        kind = verdict.kind if verdict.kind in known else None
        assert address_kind(address) == kind, text
        assert kind is None or is_openable(kind) == verdict.is_openable
        judged += 1
    assert judged > 20_000


def test_every_hostile_url_of_the_corpus_is_refused_here_as_by_the_guard() -> None:
    assert len(CORPUS["urls"]) >= 30
    for row in CORPUS["urls"]:
        assert check_url("webhook", row["url"]), row
        encrypted = row["url"].replace("http:", "https:", 1).replace("HTTP:", "https:", 1)
        assert check_url("webhook", encrypted), row


@given(st.text(max_size=40), st.from_regex(r"[a-z0-9.:\[\]_-]{1,30}", fullmatch=True))
def test_what_is_taken_here_the_guard_can_read(path: str, host: str) -> None:
    for url in (f"https://{host}/{path}", f"https://{path}", f"https://{host}"):
        if check_url("webhook", url) is None:
            assert read_url(url).scheme == "https"


@given(st.text(max_size=80), st.sampled_from([kind.name for kind in KINDS]))
def test_no_text_breaks_the_check_of_an_address(text: str, kind: str) -> None:
    for one in (text, f"https://{text}", f"https://a.example/{text}", f"https://{text}@b.example"):
        fault = check_url(kind, one)
        assert fault is None or fault.endswith(".")
    assert closed_address(text, 443) is None or text[0] in "0123456789:af"


@pytest.mark.parametrize(
    "name",
    ["webhook-id", "Webhook-Signature", "GOVDESK-EVENT", "host", "Content-Type", "content-length",
     "Transfer-Encoding", "connection", "TE", "trailer", "Upgrade", "expect", "Cookie",
     "Authorization", "proxy-authorization", "User-Agent", "Keep-Alive", "X-Forwarded-For",
     "Sec-Fetch-Mode", "Via", "Forwarded", "Accept-Encoding"],
)  # fmt: skip
def test_headers_of_ours_and_dangerous_ones_cannot_be_set(name: str) -> None:
    fault = said(check_header(name, "x"))
    assert name in fault or "Authorization" in fault


@pytest.mark.parametrize("name", ["X-Environment", "x-team", "Hosted", "Tea", "Authorizations"])
def test_other_headers_can(name: str) -> None:
    assert check_header(name, "prod; team=7") is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("", "x"), ("a b", "x"), ("a:b", "x"), ("a\r\nb", "x"), ("ü", "x"), ("a" * 65, "x"),
     ("X-A", ""), ("X-A", " x"), ("X-A", "x\r\nEvil: y"), ("X-A", "x\x00"), ("X-A", "ü"),
     ("X-A", "x" * 1001), ("X-A", TOKEN)],
)  # fmt: skip
def test_headers_that_would_break_a_request_or_show_a_secret_are_refused(
    name: str, value: str
) -> None:
    fault = said(check_header(name, value))
    assert TOKEN not in fault


def test_headers_are_judged_together() -> None:
    assert check_headers({"X-A": "1", "X-B": "2"}) is None
    assert "twice" in said(check_headers({"X-A": "1", "x-a": "2"}))
    assert "20" in said(check_headers({f"X-{number}": "1" for number in range(21)}))
    assert "Host" in said(check_headers({"Host": "a.example"}))
    assert list(FORBIDDEN_HEADERS) == sorted(FORBIDDEN_HEADERS)


def test_a_generated_secret_is_good_and_never_the_same() -> None:
    made = {new_secret().text for _ in range(100)}
    assert len(made) == 100
    for text in made:
        assert text.startswith("whsec_")
        assert check_secret(text) is None
        assert len(read_secret(text).raw) == 32
        assert read_secret(text).text == text


@pytest.mark.parametrize("length", [24, 32, 64])
def test_a_pasted_secret_may_be_base64_or_plain(length: int) -> None:
    raw = bytes(range(50, 50 + length))
    plain = raw.decode("ascii")
    encoded = "whsec_" + b64encode(raw).decode()
    assert read_secret(encoded) == read_secret(encoded.rstrip("=")) == Secret(raw)
    assert read_secret(encoded.removeprefix("whsec_")) == Secret(raw)
    assert read_secret(encoded.removeprefix("whsec_").rstrip("=")) == Secret(raw)
    assert read_secret(plain.replace(plain[-1], "z")).text.startswith("whsec_")
    assert read_secret("correct horse battery staple").raw == b"correct horse battery staple"
    assert read_secret("26-signs_and-no-base64-url").raw == b"26-signs_and-no-base64-url"
    assert read_secret("abcdefghijklmnopqrstuvwxyz").raw == b"abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Auto-generate"),
        ("whsec_", "Nothing follows"),
        ("whsec_" + b64encode(bytes(range(23))).decode(), "23 bytes; it needs at least 24"),
        ("whsec_" + b64encode(bytes(range(65))).decode(), "65 bytes; it may have at most 64"),
        ("a1b2c3d4e5f6g7h8i9j0k1l", "23 bytes; it needs at least 24"),
        ("x", "1 byte; it needs"),
        ("abcdefghijklm nopqrstuvwxyz" * 3, "81 bytes; it may have at most 64"),
        ("ünïcödé-ünïcödé-ünïcödé-ünïcödé-ünïcödé-ünïcödé", "at most 64"),
        (" whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "blank or line end"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", "blank or line end"),
        ("whsec_MfKQ9r8GKYqrTwjU\nPD8ILPZIo2LaLaSw", "invisible"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_", "not with - and _"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!", "base64 does not have"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwM", "not whole"),
        ("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "private signing key"),
        ("whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "public key"),
        ("a" * 40, "repeats"),
        ("whsec_" + "A" * 32, "repeats"),
    ],
)
def test_a_bad_secret_is_told_exactly_and_never_repeated(text: str, words: str) -> None:
    fault = said(check_secret(text))
    assert words in fault
    assert len(text) < 7 or text not in fault
    with pytest.raises(ValueError, match=r"\."):
        read_secret(text)


@given(st.text(max_size=100), st.sampled_from(["", "whsec_"]))
def test_no_text_breaks_the_check_of_a_secret(text: str, head: str) -> None:
    fault = check_secret(head + text)
    if fault is None:
        assert 24 <= len(read_secret(head + text).raw) <= 64
    else:
        assert fault.endswith(".")


def test_a_secret_shows_itself_to_nobody() -> None:
    secret = new_secret()
    digits = secret.text.removeprefix("whsec_")
    for shown in (repr(secret), str(secret), f"{secret}", repr([secret]), repr({"a": secret})):
        assert digits not in shown
        assert secret.raw.hex() not in shown
    for write in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            write(secret)
    assert secret == Secret(secret.raw)
    assert secret != new_secret()
    with pytest.raises(TypeError):
        hash(secret)


def test_the_smaller_checks() -> None:
    assert [check_throttle(text) for text in ("", "1", "6000")] == [None] * 3
    assert all(map(check_throttle, ("0", "6001", "-1", "1.5", "٣", "many", " 1")))
    assert check_description("Security team's Splunk") is None
    assert all(map(check_description, ("", "  ", "a\nb", "a" * 201, f"is {TOKEN}")))


def test_every_outcome_has_its_words() -> None:
    assert tuple(one.name for one in OUTCOMES) == get_args(OutcomeName)
    for one in OUTCOMES:
        assert one.title
        assert one.sentence.endswith(".")
