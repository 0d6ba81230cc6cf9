"""Notices to a topic of ntfy: a title, a text, how loud.

What a topic shows stands on lock screens, so nothing of an organization belongs into it. The token
travels in the ``Authorization`` header alone: in the URL it would stand in the server's log.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from govdesk.delivery.addresses import is_loopback
from govdesk.delivery.egress import Guard, Lookup, Refused
from govdesk.delivery.egress_deadline import Deadline
from govdesk.delivery.egress_lookup import system_addresses
from govdesk.delivery.http import Answer, Place, ask, client, read_url, web_context
from govdesk.delivery.letters import one_line
from govdesk.domain.problem import Problem

MOST_BYTES: Final = 4096
"""A longer message becomes an attachment, which a lock screen does not show."""
TITLE_LENGTH: Final = 160
SECONDS: Final = 20.0
"""How long one notice may take, every retry included."""
RETRIES: Final = 3
TRY_SECONDS: Final = 10.0
ALLOW: Final = "GOVDESK_NTFY_ALLOW"

_TOPIC: Final = re.compile(r"(?:/[-_.~A-Za-z0-9]+)*/[-_A-Za-z0-9]{1,64}")
_TAG: Final = re.compile(r"[-+_a-z0-9]{1,64}")
_TOKEN: Final = re.compile(r"[\x21-\x7e]{0,512}")
_WORD_BYTES: Final = 45
"""Bytes of one encoded word, which with its frame has at most 75 characters (RFC 2047 §2)."""


class NotPublished(Problem):
    """The server did not take the notice."""


class _Later(NotPublished):
    """It may take it later; `seconds` is when it said so, if it did."""

    def __init__(self, sentence: str, seconds: float | None):
        super().__init__(sentence)
        self.seconds = seconds


class Ntfy:
    """Publishes to the topic at `url`, such as ``https://ntfy.example.com/deploys``.

    `allow` lists ``CIDR:PORT`` of private addresses that may be dialled. By ``http://`` only they
    and this machine are reached, and with a token only this machine. `ca` is PEM text.
    Raises `Problem` (exit code 2) for what cannot be used.
    """

    def __init__(
        self,
        url: str,
        token: str = "",
        allow: Iterable[str] = (),
        ca: str = "",
        *,
        look_up: Lookup = system_addresses,
        wait: Callable[[float], object] = time.sleep,
    ):
        if not _TOKEN.fullmatch(token):
            raise Problem("The token of ntfy has a character that no header can carry.",
                          exit_code=2)  # fmt: skip
        self._place = place = _read_topic(url, has_token=bool(token))
        # Whoever names the server may name its port; unencrypted, only what is opened is dialled.
        ports = () if place.scheme == "http" else (place.port,)
        self._guard = Guard([*allow, *_own(place)], ports=ports, look_up=look_up)
        self._token, self._trust, self._wait = token, web_context(ca), wait

    def __repr__(self) -> str:
        return f"Ntfy({self.host})"

    @property
    def host(self) -> str:
        """The server's name; the topic is as good as a password where no token is needed."""
        return self._place.host

    def publish(self, title: str, text: str, priority: int = 3, tags: Sequence[str] = ()) -> None:
        """Return once the server has taken the notice.

        `priority` is 1 (no sound) to 5 (loud). Raises `NotPublished` or another `Problem` within
        20 seconds; a server that is busy (429, 5xx) is asked up to three times more, when it says.
        """
        headers = _headers(title, priority, tags, self._token)
        content = cut(text or title).encode()
        deadline = Deadline(SECONDS)
        for pause in (1.0, 2.0, 4.0):
            try:
                return self._attempt(headers, content, deadline)
            except _Later as later:
                seconds = max(pause, later.seconds or 0.0)
                if seconds >= SECONDS - deadline.spent_ms / 1000:
                    raise
            self._wait(seconds)
        return self._attempt(headers, content, deadline)

    def _attempt(self, headers: dict[str, str], content: bytes, whole: Deadline) -> None:
        deadline = Deadline(whole.left(TRY_SECONDS))
        try:
            with client(self._guard, deadline, trust=self._trust) as line:
                _expect_taken(
                    ask(line, deadline, "POST", self._place,
                        headers=headers, content=content)
                )  # fmt: skip
        except Refused as refused:
            raise _closed(refused, self._place) from refused


def encoded(title: str) -> str:
    """A title as one line that a header can carry: ASCII as it is, else encoded words (RFC 2047).

    No encoded word cuts a character in two.
    """
    line = one_line(title, TITLE_LENGTH)
    if line.isascii() and "=?" not in line:
        return line
    words, word = [], b""
    for character in line:
        data = character.encode()
        if len(word) + len(data) > _WORD_BYTES:
            words.append(word)
            word = b""
        word += data
    return " ".join(f"=?UTF-8?B?{base64.b64encode(one).decode()}?=" for one in [*words, word])


def cut(text: str, most: int = MOST_BYTES) -> str:
    """A text of at most so many bytes of UTF-8, ended between two characters."""
    data = text.encode("utf-8", "replace")
    if len(data) <= most:
        return data.decode()
    return data[: most - len("…".encode())].decode("utf-8", "ignore") + "…"


def _headers(title: str, priority: int, tags: Sequence[str], token: str) -> dict[str, str]:
    if not 1 <= priority <= 5:
        raise ValueError(f"{priority} is no priority of ntfy")
    if not all(_TAG.fullmatch(tag) for tag in tags):
        raise ValueError("a tag of ntfy has small letters, digits, +, - and _")
    made = {"Title": encoded(title), "Priority": str(priority), "Content-Type": "text/plain"}
    if tags:
        made["Tags"] = ",".join(tags)
    if token:
        made["Authorization"] = f"Bearer {token}"
    return made


def _read_topic(url: str, *, has_token: bool) -> Place:
    try:
        place = read_url(url.strip())
    except Refused as refused:
        raise Problem(
            refused.sentence.replace("The URL", "The URL of the ntfy topic", 1),
            "It looks like https://ntfy.example.com/deploys.",
            exit_code=2,
        ) from None
    parts = urlsplit(place.url)
    if parts.query or not _TOPIC.fullmatch(parts.path):
        raise Problem(
            "The URL of the ntfy topic does not end in the name of a topic.",
            "It looks like https://ntfy.example.com/deploys; a token has a setting of its own.",
            exit_code=2,
        )
    if place.scheme == "http" and has_token and not is_loopback(place.host):
        raise Problem("The token of ntfy would travel unencrypted.", "Use https://.", exit_code=2)
    return place


def _own(place: Place) -> list[str]:
    """This machine needs no opening where it is what is named."""
    if not is_loopback(place.host):
        return []
    return [f"127.0.0.0/8:{place.port}", f"[::1/128]:{place.port}"]


def _closed(refused: Refused, place: Place) -> Problem:
    if refused.reason == "port" and place.scheme == "http":
        return NotPublished(
            f"{place.host} is a public address, where the notice would be readable on the way.",
            f"Use https://, or open the address in {ALLOW}.",
        )
    remedy = refused.remedy.replace("under “Allow private addresses”", f"in {ALLOW}")
    return NotPublished(refused.sentence, remedy)


def _expect_taken(answer: Answer) -> None:
    """Raise unless ntfy itself says that it has the notice; its words are shown to nobody."""
    if 200 <= answer.status < 300:
        if _has_id(answer.body):
            return
        raise NotPublished("A server answers that is not ntfy.", "Check the URL of the topic.")
    if answer.status == 429 or answer.status >= 500:
        said = "has had too many notices" if answer.status == 429 else "has trouble of its own"
        raise _Later(
            f"The ntfy server {said} ({answer.status}).",
            _seconds(answer.headers.get("retry-after")),
        )
    sentence, remedy = _BY_STATUS.get(
        answer.status, ("The ntfy server refuses the notice", "Check the URL of the topic.")
    )
    raise NotPublished(f"{sentence} ({answer.status}).", remedy)


_NO_ENTRY: Final = (
    "The ntfy server does not let us publish",
    "Check GOVDESK_NTFY_TOKEN, and that it may write to the topic.",
)
_BY_STATUS: Final = {
    401: _NO_ENTRY,
    403: _NO_ENTRY,
    404: ("There is no ntfy at this address", "Check the URL of the topic."),
    413: ("The ntfy server finds the notice too long", "Ask who runs it."),
}


def _has_id(body: bytes) -> bool:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and "id" in found


def _seconds(text: str | None) -> float | None:
    """``Retry-After``: seconds, or a date (RFC 9110 §10.2.3)."""
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())
