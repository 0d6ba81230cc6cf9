"""Claims: ntfy can take each notice, the token stays in its header, busy servers are waited for."""

from __future__ import annotations

import logging
import string
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govdesk.delivery.letters import one_line
from govdesk.delivery.ntfy import MOST_BYTES, TITLE_LENGTH, Ntfy, cut, encoded
from govdesk.domain.problem import Problem
from tests.unit.delivery.ntfy_server import NtfyServer, ntfy_server, read_title
from tests.unit.delivery.servers import Certificates, answer

TOKEN = "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2"
TITLES = [
    "plain",
    "Größe: 3 ✓",
    "=?UTF-8?B?forged?=",
    "株式会社 検証" * 20,
    "🦉" * 200,
    "a\r\nPriority: 5",
]


@pytest.fixture
def shelf() -> Iterator[NtfyServer]:
    with ntfy_server(token=TOKEN) as made:
        yield made


class Waits(list[float]):
    """How long it would have been waited."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def test_a_notice_arrives_with_its_title_loudness_and_tags(shelf: NtfyServer) -> None:
    topic = Ntfy(shelf.url(), TOKEN)
    topic.publish("Größe ✓", "Zeile 1\nZeile 2 🦉", 5, ["rotating_light", "x"])
    (came,) = shelf.published
    assert (came.topic, came.title, came.message) == ("deploys", "Größe ✓", "Zeile 1\nZeile 2 🦉")
    assert (came.priority, came.tags) == (5, ("rotating_light", "x"))


def test_the_token_stands_in_its_header_and_nowhere_else(shelf: NtfyServer) -> None:
    topic = Ntfy(shelf.url(), TOKEN)
    topic.publish("Title", "Text")
    (asked,) = shelf.requests
    assert asked.headers.pop("authorization") == f"Bearer {TOKEN}"
    assert TOKEN not in repr((asked.path, asked.headers, asked.body, topic))


def test_no_log_names_the_topic_which_is_as_good_as_a_password(
    shelf: NtfyServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        Ntfy(shelf.url(topic="kept-to-ourselves"), TOKEN).publish("Title", "Text")
    assert len(shelf.published) == 1
    assert "kept-to-ourselves" not in caplog.text


@pytest.mark.parametrize("title", TITLES)
def test_a_title_in_any_script_is_one_line_that_the_server_can_read(
    shelf: NtfyServer, title: str
) -> None:
    Ntfy(shelf.url(), TOKEN).publish(title, "Text")
    (came,) = shelf.published
    assert came.title == one_line(title, TITLE_LENGTH)
    assert came.priority == 3


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_every_title_is_encoded_words_of_whole_characters(title: str) -> None:
    line = encoded(title)
    assert line.isprintable()
    assert read_title(line) == one_line(title, TITLE_LENGTH)


@given(st.text(st.characters(codec="utf-8"), min_size=1), st.integers(10, 60))
def test_a_cut_text_fits_and_ends_between_characters(text: str, most: int) -> None:
    short = cut(text, most)
    assert len(short.encode()) <= most
    assert short == text or short.endswith("…")
    assert text.startswith(short.removesuffix("…"))


@pytest.mark.parametrize("text", ["x" * 4096, "x" * 4097, "é" * 4096, "x" + "🦉" * 2000])
def test_a_message_has_at_most_4096_bytes(shelf: NtfyServer, text: str) -> None:
    Ntfy(shelf.url(), TOKEN).publish("Title", text)
    (came,) = shelf.published
    assert MOST_BYTES - 4 < len(came.message.encode()) <= MOST_BYTES
    assert text.startswith(came.message.removesuffix("…"))


def test_after_a_burst_it_is_tried_three_times_more_and_then_said(shelf: NtfyServer) -> None:
    shelf.burst = 1
    waits = Waits()
    topic = Ntfy(shelf.url(), TOKEN, wait=waits)
    topic.publish("1", "x")
    with pytest.raises(Problem, match="too many notices"):
        topic.publish("2", "x")
    assert len(shelf.requests) == 1 + 4
    assert waits == [1, 2, 4]
    assert [came.title for came in shelf.published] == ["1"]


def test_what_the_server_says_about_when_is_kept(shelf: NtfyServer) -> None:
    shelf.replies = [answer(429, retry_after="6"), answer(503, retry_after="nonsense")]
    waits = Waits()
    Ntfy(shelf.url(), TOKEN, wait=waits).publish("1", "x")
    assert waits == [6, 2]
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=10), usegmt=True)
    shelf.replies = [answer(503, retry_after=date)]
    Ntfy(shelf.url(), TOKEN, wait=waits).publish("2", "x")
    assert 7 < waits[-1] <= 10
    assert len(shelf.published) == 2


@pytest.mark.parametrize("asked", ["21", "86400", "999999999999"])
def test_who_says_later_than_there_is_time_is_not_waited_for(shelf: NtfyServer, asked: str) -> None:
    shelf.replies = [answer(429, retry_after=asked)]
    waits = Waits()
    with pytest.raises(Problem, match="429"):
        Ntfy(shelf.url(), TOKEN, wait=waits).publish("1", "x")
    assert waits == []


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (answer(401), "does not let us publish"),
        (answer(403), "does not let us publish"),
        (answer(404), "no ntfy at this address"),
        (answer(413), "too long"),
        (answer(302, location="https://login.example.com/"), "refuses the notice"),
        (answer(200, b"<html>Sign in</html>"), "not ntfy"),
        (answer(200, b"[1]"), "not ntfy"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "does not answer in HTTP"),
    ],
)
def test_every_other_answer_is_a_sentence_at_once(
    shelf: NtfyServer, reply: bytes, words: str
) -> None:
    shelf.replies = [reply]
    with pytest.raises(Problem, match=words) as caught:
        Ntfy(shelf.url(), TOKEN).publish("1", "x")
    assert len(shelf.requests) == 1
    assert TOKEN not in str(caught.value)


def test_over_tls_the_certificate_is_checked_against_the_name() -> None:
    certificates = Certificates()
    with ntfy_server(certificates.server("localhost"), token=TOKEN) as server:
        Ntfy(server.url("https"), TOKEN, ca=certificates.pem).publish("1", "x")
        with pytest.raises(Problem, match="cannot be verified"):
            Ntfy(server.url("https"), TOKEN).publish("2", "x")
    with (
        ntfy_server(certificates.server("other.example")) as server,
        pytest.raises(Problem, match="not made out to localhost"),
    ):
        Ntfy(server.url("https"), ca=certificates.pem).publish("3", "x")


@pytest.mark.parametrize(
    ("url", "token"),
    [
        ("", ""),
        ("ntfy.example.com/deploys", ""),
        ("ftp://ntfy.example.com/deploys", ""),
        ("https://ntfy.example.com", ""),
        ("https://ntfy.example.com/", ""),
        ("https://ntfy.example.com/deploys?auth=QmVhcmVy", ""),
        ("https://user:hunter2@ntfy.example.com/deploys", ""),
        ("https://ntfy.example.com/deploys#x", ""),
        ("https://ntfy.example.com/" + "x" * 65, ""),
        ("http://ntfy.example.com/deploys", TOKEN),
        ("https://ntfy.example.com/deploys", "tk_a\r\nTitle: forged"),
        ("https://ntfy.example.com/deploys", "tk_ä"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_without_repeating_it(
    url: str, token: str
) -> None:
    with pytest.raises(Problem) as caught:
        Ntfy(url, token)
    assert caught.value.exit_code == 2
    assert "hunter2" not in str(caught.value)
    assert "QmVhcmVy" not in str(caught.value)
    assert not token or token not in str(caught.value)


def looking_up(*addresses: str) -> object:
    return lambda *_: list(addresses)


@pytest.mark.parametrize(
    ("url", "allow", "address", "words"),
    [
        ("https://ntfy.corp/deploys", [], "10.1.2.3", "GOVDESK_NTFY_ALLOW"),
        ("http://ntfy.corp/deploys", [], "10.1.2.3", "GOVDESK_NTFY_ALLOW"),
        ("http://ntfy.example.com/deploys", [], "203.0.114.7", "readable on the way"),
        ("http://ntfy.corp/deploys", ["10.0.0.0/8:443"], "10.1.2.3", "GOVDESK_NTFY_ALLOW"),
        ("https://ntfy.corp/deploys", [], "169.254.169.254", "never contacted"),
    ],
)
def test_private_addresses_need_opening_and_public_ones_https(
    url: str, allow: list[str], address: str, words: str
) -> None:
    topic = Ntfy(url, allow=allow, look_up=looking_up(address))  # type: ignore[arg-type]
    with pytest.raises(Problem, match=words):
        topic.publish("1", "x")


def test_an_opened_address_is_reached_without_tls(shelf: NtfyServer) -> None:
    shelf.token = ""
    url = shelf.url().replace("localhost", "ntfy.corp")
    allow = [f"127.0.0.0/8:{shelf.server.port}"]
    Ntfy(url, allow=allow, look_up=looking_up("127.0.0.1")).publish("1", "x")  # type: ignore[arg-type]
    assert len(shelf.published) == 1
    with pytest.raises(Problem, match="GOVDESK_NTFY_ALLOW"):
        Ntfy(url, look_up=looking_up("127.0.0.1")).publish("1", "x")  # type: ignore[arg-type]


def test_nonsense_of_ours_is_a_fault_not_a_notice(shelf: NtfyServer) -> None:
    topic = Ntfy(shelf.url(), TOKEN)
    with pytest.raises(ValueError, match="priority"):
        topic.publish("1", "x", 6)
    for tag in ("two words", "a,b", string.ascii_uppercase, "x\r\ny"):
        with pytest.raises(ValueError, match="tag"):
            topic.publish("1", "x", 3, [tag])
    assert shelf.requests == []
