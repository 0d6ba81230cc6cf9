"""Claims: what stays of an answer is text, short, and without secrets, however it is dressed."""

from __future__ import annotations

import base64
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govdesk.delivery.response_text import MOST_BYTES, REDACTED, kept
from govdesk.domain.raw_secrets import find

TOKEN = 'tok"en_with/odd+signs=='


def test_plain_words_stay_as_they_are() -> None:
    text = '{"ok": true, "text": "Größe\tgut\n"}'
    assert kept(text.encode(), "application/json", []) == text


def test_sixteen_kib_are_kept_and_a_cut_character_is_no_error() -> None:
    assert len(kept(b"x" * 50_000, "", [])) == MOST_BYTES
    assert kept(b"x" * (MOST_BYTES - 1) + "ü".encode(), "", []).endswith("x\ufffd")


@pytest.mark.parametrize(
    ("data", "content_type", "text"),
    [
        ("Grüße".encode("latin-1"), "text/plain; charset=ISO-8859-1", "Grüße"),
        ("Grüße".encode("utf-16"), 'text/plain; charset="utf-16"', "Grüße"),
        ("Grüße".encode(), "text/plain; charset=zip", "Grüße"),
        ("Grüße".encode(), "text/plain; charset=unicode_escape", "Grüße"),
        ("Grüße".encode(), "", "Grüße"),
        (b"\xff\xfe\xfa", "text/plain; charset=utf-8", "\ufffd\ufffd\ufffd"),
    ],
)
def test_it_is_decoded_as_it_says_if_that_is_harmless(
    data: bytes, content_type: str, text: str
) -> None:
    assert kept(data, content_type, []) == text


def test_control_characters_go() -> None:
    assert kept(b"a\x00b\x1b[31mc\x7f\r\n\td", "", []) == "ab[31mc\n\td"
    assert kept("a\u202eb\u2066c\ufeff".encode(), "", []) == "abc"


@pytest.mark.parametrize(
    "coat",
    [
        TOKEN,
        quote(TOKEN, safe=""),
        base64.b64encode(TOKEN.encode()).decode(),
        TOKEN.replace('"', '\\"'),
        TOKEN.replace('"', '\\"').replace("/", "\\/"),
        TOKEN.replace('"', "&quot;"),
        TOKEN.rstrip("="),
        TOKEN.encode().hex(),
        base64.b64encode(TOKEN.encode()).decode().rstrip("="),
        f"x{TOKEN}y{TOKEN}",
    ],
)
def test_a_secret_of_ours_goes_in_every_coat(coat: str) -> None:
    text = kept(f"before {coat} after".encode(), "", [TOKEN])
    assert coat not in text
    assert TOKEN not in text
    assert REDACTED in text
    assert text.startswith("before ")
    assert text.endswith(" after")


@pytest.mark.parametrize("shown", [8, 15, len(TOKEN) - 1])
def test_a_secret_that_the_cut_goes_through_leaves_no_beginning(shown: int) -> None:
    begun = "x" * (MOST_BYTES - shown) + TOKEN
    for body in (begun.encode(), begun.encode()[:MOST_BYTES]):
        text = kept(body, "", [TOKEN])
        assert TOKEN[:8] not in text
        assert text.rstrip("=").endswith("x" + REDACTED)


def test_a_word_is_no_secret() -> None:
    assert kept(b"the admin said no", "", ["admin", ""]) == "the admin said no"


@pytest.mark.parametrize(
    "text",
    [
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8A==",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicM",
        "Authorization: Splunk 0b8a1c2d-1111-4222-8333-123456789abc",
        "Bearer abcdefghijklmnop",
    ],
)
def test_what_looks_like_our_signatures_and_credentials_goes(text: str) -> None:
    found = kept(f'{{"got": "{text}"}}'.encode(), "", [])
    assert text.split()[-1] not in found
    assert REDACTED in found


@pytest.mark.parametrize("dressed", [False, True])
def test_what_looks_like_a_raw_secret_goes_and_the_rest_stays(dressed: bool) -> None:
    raw = "AKIA" + "QX3EZVJ7LBNW5UTC"
    pem = "-----BEGIN PRIVATE KEY-----\n" + "MIIEvQIBADANBgkq" * 8 + "\n-----END PRIVATE KEY-----"
    for secret in (raw, f"ghp_{'aB3dE6gH9j' * 3}K2mN5p", pem):
        if find(secret) is None:
            continue
        shown = base64.b64encode(secret.encode()).decode() if dressed else secret
        found = kept(f"error at 7: {shown} <- here".encode(), "", [])
        assert find(found) is None
        assert "error at 7" in found
        assert secret not in found
    assert any(find(one) for one in (raw, pem))


@given(st.binary(max_size=400), st.text(max_size=30))
def test_whatever_comes_is_text_that_a_database_takes(data: bytes, content_type: str) -> None:
    text = kept(data, content_type, ["a-secret-of-ours"])
    assert "\x00" not in text
    text.encode()


def test_the_worst_of_answers_takes_no_time_to_speak_of() -> None:
    """Sixteen KiB of what the search for secrets likes least."""
    for body in (
        base64.b64encode(bytes(range(256)) * 48),
        b"%41" * 5400,
        b"\\u0041" * 2700,
        b"v1," + b"A" * 16_000,
        b"password=" * 1800,
    ):
        began = time.perf_counter()
        kept(body, "", ["a-secret-of-ours"])
        assert time.perf_counter() - began < 1
