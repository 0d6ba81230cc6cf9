"""Testing a log collector: syslog over TLS (RFC 5424, RFC 5425)."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from typing import Final

from govdesk.delivery.egress_line import Line
from govdesk.delivery.sinks.syslog_message import frame
from govdesk.delivery.testing_errand import Errand
from govdesk.domain.problem import Problem

_LOG_AUDIT, _INFORMATIONAL = 13, 6
_LISTENING_SECONDS: Final = 0.5


def try_syslog(errand: Errand) -> str:
    """Send one message and listen shortly whether the collector turns us away.

    Syslog acknowledges nothing, and TLS 1.3 refuses a client only after its handshake.
    """
    host = errand.required("host")
    with errand.line(host, errand.port(6514)) as line:
        line.encrypt(host, errand.trust)
        try:
            line.write(frame(message(datetime.now(UTC))))
            is_silent = _listen(line)
        except ssl.SSLError:
            raise Problem(
                "The collector ended the encryption: it may ask for a certificate of ours.",
                "Let it accept clients without a certificate.",
            ) from None
    if not is_silent:
        raise Problem(
            "The collector hung up when it had the message.", "Look into the collector's own log."
        )
    errand.notes.append("one message was sent; syslog does not acknowledge")
    return "The collector takes encrypted messages."


def message(now: datetime) -> bytes:
    """The test's message in RFC 5424's form, its text in UTF-8 with the mark that says so."""
    head = f"<{_LOG_AUDIT * 8 + _INFORMATIONAL}>1 {now:%Y-%m-%dT%H:%M:%S.%fZ}"
    text = "\ufeffThe connection from GovDesk works. There is nothing to do."
    return f"{head} - govdesk - connection-test - {text}".encode()


def _listen(line: Line) -> bool:
    """Whether the other side keeps the connection and says nothing."""
    try:
        return line.read(1, _LISTENING_SECONDS) != b""
    except TimeoutError:
        return True
    except ConnectionError:
        return False
