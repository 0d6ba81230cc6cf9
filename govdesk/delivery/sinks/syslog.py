"""A log collector: syslog over TLS (RFC 5424, RFC 5425), which acknowledges nothing.

So a message is reported as sent. A collector that hangs up is noticed before the next message; what
it had taken from the line and not yet read, nobody can know.
"""

from __future__ import annotations

import ssl
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from govdesk.delivery import payload
from govdesk.delivery.egress import Guard
from govdesk.delivery.egress_hosts import Refused, read_host
from govdesk.delivery.egress_line import Broken
from govdesk.delivery.endpoint import Endpoint, Event
from govdesk.delivery.report import Report
from govdesk.delivery.sinks import facts
from govdesk.delivery.sinks.attempt import Attempt
from govdesk.delivery.sinks.dialling import encryption_of
from govdesk.delivery.sinks.syslog_message import SEVERITIES, frame, message
from govdesk.delivery.wire_lines import Kept, Lines
from govdesk.delivery.wire_tls import NotAdmitted
from govdesk.domain.problem import Problem

MOST_BYTES: Final = 8_000
"""Of a message: below rsyslog's usual limit of 8 KiB, beyond which it is cut off."""
_AUDIT: Final = 13
_LISTENING_SECONDS: Final = 0.25
_READ_BYTES: Final = 1024
_COLUMNS: Final = (
    "seq", "action", "severity", "entity_type", "entity_id", "system_id", "request_id",
    "tenant_path", "leaf_hash",
)  # fmt: skip


class Syslog:
    """Each sender has a connection, kept for its next message."""

    def __init__(self, endpoint: Endpoint, guard: Guard):
        self._endpoint, self._encryption = endpoint, encryption_of(endpoint)
        self._host, port = _place(endpoint.url)
        self._lines = Lines(guard, self._host, port, self._encryption, is_one_way=True)
        self._facility = _facility(endpoint.settings.get("facility", ""))

    def send(self, event: Event, seconds: float) -> Report:
        """Try once; on a new connection listen a quarter of a second whether it is refused."""
        attempt = Attempt(self._endpoint, event, seconds)
        try:
            data = self.message(event)
            attempt.asks((), data, "SYSLOG")
            self._sent(frame(data), attempt)
        except Problem as problem:
            return attempt.failed(problem)
        except TimeoutError:
            return attempt.failed(attempt.deadline.over())
        except OSError as error:
            return attempt.failed(self._hung_up(error))
        return attempt.report("sent")

    def message(self, event: Event) -> bytes:
        """The message of an event, shorter where it would be cut off.

        Every try has the same text; the host and release in its header are those of the worker
        that sends it.
        """
        return payload.body(self._endpoint, event, MOST_BYTES, partial(self._formed, event))

    def _formed(self, event: Event, body: bytes) -> bytes:
        ids = [("id", event.message_id), ("stream_seq", str(event.stream_seq or "")),
               ("prev_id", event.prev_id or "")]  # fmt: skip
        columns = [(name, facts.value(event, name).removeprefix("\\x")) for name in _COLUMNS]
        return message(
            facility=self._facility,
            severity=SEVERITIES.get(facts.severity(event), SEVERITIES["notice"]),
            at=facts.moment(event),
            program=self._endpoint.settings.get("app_name", "") or "govdesk",
            name=facts.kind(event),
            data=[*ids, *columns],
            text=body.decode(),
        )

    def tidy(self) -> None:
        """Close kept connections that are too old to be used."""
        self._lines.tidy()

    def close(self) -> None:
        """Take leave of the collector on every connection."""
        self._lines.close()

    def _sent(self, data: bytes, attempt: Attempt) -> None:
        kept = self._lines.take(attempt.deadline, attempt.trail, _READ_BYTES)
        # A kept connection that breaks while it is written to has not taken the message whole.
        if kept is None or not self._written(kept, data):
            kept = self._lines.dial(attempt.deadline, attempt.trail, _READ_BYTES)
            self._first(kept, data)
        self._lines.keep(kept)

    def _written(self, kept: Kept, data: bytes) -> bool:
        try:
            is_whole = self._poured(kept, data)
        except BaseException:
            kept.line.close()
            raise
        if not is_whole:
            kept.line.close()
        return is_whole

    def _poured(self, kept: Kept, data: bytes) -> bool:
        """Whether all of it went; who hung up may have said why, which is read afterwards."""
        try:
            kept.line.write(data)
        except (ConnectionError, ssl.SSLError):
            return False
        return True

    def _first(self, kept: Kept, data: bytes) -> None:
        """TLS 1.3 refuses a client only after its handshake, so a new line is listened to."""
        try:
            is_whole = self._poured(kept, data)
            self._expect_silence(kept)
            if not is_whole:
                raise ConnectionAbortedError("hung up")
        except (ConnectionError, ssl.SSLError) as error:
            kept.line.close()
            raise self._hung_up(error) from error
        except BaseException:
            kept.line.close()
            raise

    def _expect_silence(self, kept: Kept) -> None:
        """Silence is all that a collector ever says."""
        try:
            said = kept.line.read(1, _LISTENING_SECONDS)
        except TimeoutError:
            return
        if not said:
            raise ConnectionAbortedError("hung up")
        raise Broken(
            f"{self._host} answers, which no collector of syslog does.", "Check host and port."
        )

    def _hung_up(self, error: OSError) -> NotAdmitted | Broken:
        return self._encryption.turned_down(error, self._host) or Broken(
            f"{self._host} hung up when it had the message.",
            "See in the collector's own log why it does.",
        )


def _place(url: str) -> tuple[str, int]:
    """Host and port of ``syslog+tls://host:port``; raises `Refused`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme != "syslog+tls" or not parts.hostname or "@" in parts.netloc:
        raise Refused(
            "url",
            "The address does not begin with syslog+tls:// and a host.",
            "Enter it like syslog+tls://logs.example.com:6514.",
        )
    return str(read_host(parts.hostname)), 6514 if port is None else port


def _facility(text: str) -> int:
    number = int(text[:9]) if text.isascii() and text.isdigit() else _AUDIT
    return number if number < 24 else _AUDIT
