"""HTTP/1.1 over the kept connections of one endpoint: what is asked, and no more than is needed.

Nothing is followed, remembered or unpacked: no redirects, cookies, proxies, encodings, and nothing
of the environment. h11 reads the answers, which may be anything.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

import h11

from govdesk.delivery.egress import Guard
from govdesk.delivery.egress_deadline import Deadline
from govdesk.delivery.egress_hosts import Refused, read_host
from govdesk.delivery.egress_line import Broken, TooLong
from govdesk.delivery.egress_tls import Trail
from govdesk.delivery.http import Place
from govdesk.delivery.wire_lines import Kept, Lines
from govdesk.delivery.wire_tls import Encryption
from govdesk.domain.problem import Problem

HEAD_BYTES: Final = 32 * 1024
KEPT_BYTES: Final = 16 * 1024
READ_BYTES: Final = 256 * 1024
"""So much of a body is read, to be able to keep the connection; of a longer one no more."""
BODY_SECONDS: Final = 5.0
"""How long the rest of an answer is waited for once its status is known."""
_SIGN: Final = b"HTTP/1."
_CHUNK: Final = 16 * 1024
_WIRE_BYTES: Final = HEAD_BYTES + 2 * READ_BYTES
_PRINTABLE: Final = "".join(chr(code) for code in range(33, 127))


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, headers by lower-case name, the first 16 KiB of the body as they came.

    `is_whole` is False where the body was longer than was read, late, or broken.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_whole: bool


class _Unanswered(Exception):
    """The connection ended before a byte of an answer; its cause says how."""


class Wire:
    """One endpoint's wire; safe for several senders, each of whom has a connection."""

    def __init__(self, guard: Guard, place: Place, encryption: Encryption):
        host = str(read_host(place.host))
        self.host, self._encryption = host, encryption
        self._lines = Lines(guard, host, place.port, encryption)
        self._named = _named(host, place.port)
        self.target = _target(place.url)

    def post(
        self,
        headers: Iterable[tuple[str, str]],
        body: bytes,
        deadline: Deadline,
        trail: Trail,
        target: str = "",
    ) -> Reply:
        """Send one request and read its answer, all within `deadline`; `trail` is filled in.

        Raises the guard's problems, `NotTrusted`, `NotAdmitted`, `NoTls`, `TooSlow`, `Broken` or
        `TooLong`. A status that came is returned, whatever becomes of the body behind it.
        """
        head = self._head(headers, len(body), target or self.target)
        try:
            return self._posted(head, body, deadline, trail)
        except TimeoutError as error:
            raise deadline.over() from error
        except OSError as error:
            raise self._hung_up(error) from error

    def _posted(self, head: h11.Request, body: bytes, deadline: Deadline, trail: Trail) -> Reply:
        kept = self._lines.take(deadline, trail, _WIRE_BYTES)
        if kept is not None:
            # Servers end idle connections when they like, which may cross our request on its way.
            # Not a byte of an answer came, yet the receiver may have taken the request before its
            # connection died. Sending once more is right all the same: the schedule would do so
            # five seconds later, and webhook-id tells a receiver that it is the same message.
            with suppress(_Unanswered):
                return self._said(kept, head, body, trail)
        kept = self._lines.dial(deadline, trail, _WIRE_BYTES)
        try:
            return self._said(kept, head, body, trail)
        except _Unanswered as ended:
            raise self._hung_up(ended.__cause__) from ended.__cause__

    def tidy(self) -> None:
        """Close connections that are too old to be used."""
        self._lines.tidy()

    def close(self) -> None:
        """Close every connection, those in use after their answer."""
        self._lines.close()

    def _head(self, headers: Iterable[tuple[str, str]], length: int, target: str) -> h11.Request:
        fixed = [("host", self._named), ("content-length", str(length))]
        rows = [
            (name.encode("utf-8", "replace"), value.encode("utf-8", "replace"))
            for name, value in (*fixed, *headers)
        ]
        try:
            return h11.Request(method="POST", target=target, headers=rows)
        except h11.LocalProtocolError:
            raise Refused(
                "header",
                "A custom header cannot be sent: its name or value holds what no header may.",
                "Edit the headers of this webhook.",
            ) from None

    def _said(self, kept: Kept, head: h11.Request, body: bytes, trail: Trail) -> Reply:
        talk = _Talk(kept, self.host, trail)
        try:
            reply = talk.over(head, body)
        except BaseException:
            kept.line.close()
            raise
        if talk.may_go_on:
            self._lines.keep(kept)
        else:
            kept.line.close()
        return reply

    def _hung_up(self, error: BaseException | None) -> Problem:
        return self._encryption.turned_down(error, self.host) or Broken(
            f"{self.host} ended the connection without an answer.",
            "See in the receiver's own log why it hung up, and check the port.",
        )


class _Talk:
    """One request and its answer on one line."""

    def __init__(self, kept: Kept, host: str, trail: Trail):
        self._line, self._host, self._trail = kept.line, host, trail
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_BYTES)
        self._is_new = kept.uses == 0
        self._heard = b""
        self._began = 0.0
        self._failure: OSError | None = None

    @property
    def may_go_on(self) -> bool:
        """Whether the line is where a next request may begin."""
        http = self._http
        is_done = http.our_state is h11.DONE and http.their_state is h11.DONE
        return is_done and http.trailing_data == (b"", False)

    def over(self, head: h11.Request, body: bytes) -> Reply:
        """Say it all and listen; raises `_Unanswered` besides what `Wire.post` does."""
        parts = [self._http.send(one) for one in (head, h11.Data(data=body), h11.EndOfMessage())]
        self._began = time.perf_counter()
        try:
            self._line.write(b"".join(part or b"" for part in parts))
        except TimeoutError:
            raise
        except OSError as error:
            # Who answers without listening to the end is still heard.
            self._failure = error
        if self._is_new:
            self._line.hurry()
        response = self._response()
        kept, is_whole = self._body()
        headers = {name.decode(): value.decode("latin-1") for name, value in response.headers}
        return Reply(response.status_code, headers, kept, is_whole)

    def _response(self) -> h11.Response:
        try:
            while not isinstance(event := self._event(), h11.Response):
                if not isinstance(event, h11.InformationalResponse):
                    raise self._no_http()
        except h11.RemoteProtocolError as error:
            if error.error_status_hint == 431:
                raise TooLong(
                    f"The headers of the answer are longer than {HEAD_BYTES // 1024} KiB.",
                    "Check the URL.",
                ) from error
            raise self._no_http() from error
        return event

    def _body(self) -> tuple[bytes, bool]:
        """The status is known by now, so whatever happens here does not change it."""
        kept, seen, patience = bytearray(), 0, Deadline(BODY_SECONDS)
        with suppress(h11.RemoteProtocolError, OSError, Problem):
            while seen <= READ_BYTES:
                event = self._event(patience)
                if not isinstance(event, h11.Data):
                    return bytes(kept), isinstance(event, h11.EndOfMessage)
                seen += len(event.data)
                kept += event.data[: KEPT_BYTES - len(kept)]
        return bytes(kept), False

    def _event(self, patience: Deadline | None = None) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(self._read(patience))
        return event

    def _read(self, patience: Deadline | None) -> bytes:
        try:
            data = self._line.read(_CHUNK, None if patience is None else patience.left())
        except TimeoutError:
            raise
        except OSError as error:
            raise self._ended() from error
        if not data and patience is None:
            raise self._ended() from self._failure
        if not self._heard:
            self._trail.first_byte_ms = (time.perf_counter() - self._began) * 1000
        self._heard += data[: len(_SIGN) - len(self._heard)]
        return data

    def _ended(self) -> Exception:
        if not self._heard:
            return _Unanswered()
        if not self._heard.startswith(_SIGN[: len(self._heard)]):
            return self._no_http()
        return Broken(f"{self._host} ended the connection amid its answer.", "Check the receiver.")

    def _no_http(self) -> Broken:
        return Broken(
            f"{self._host} answers something that is not HTTP.",
            "Check the port: another kind of service listens there.",
        )


def _named(host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return shown if port == 443 else f"{shown}:{port}"


def _target(url: str) -> str:
    """The path and query as they stand, what is not ASCII encoded (RFC 3987 §3.1)."""
    parts = urlsplit(url)
    path = parts.path or "/"
    return quote(f"{path}?{parts.query}" if parts.query else path, safe=_PRINTABLE)
