"""What the answer of a web server means for a delivery, in words."""

from __future__ import annotations

import time
from typing import Final
from urllib.parse import urlsplit

from govdesk.delivery.egress_hosts import shown
from govdesk.delivery.report import Report
from govdesk.delivery.sinks.attempt import Attempt
from govdesk.delivery.wire import Reply
from govdesk.domain.retrying import read_retry_after

_PAGES: Final = (b"<!doctype html", b"<html")
_WHO: Final = (
    "it does not accept who we are",
    "Check that the receiver has this webhook's newest secret, and the token if it wants one.",
)
_WORDS: Final = {
    400: ("it does not understand the request", "See in the receiver's log what it expects."),
    401: _WHO,
    403: _WHO,
    404: ("there is nothing at this path", "Check the path of the URL."),
    405: ("it takes no POST at this path", "Check the path of the URL."),
    407: ("a proxy stands in the way", "Use an address that is reached without a proxy."),
    408: ("it did not wait for all of the request", "See whether the receiver is overloaded."),
    409: ("it says that this contradicts something", "See the receiver's own log."),
    413: ("it finds the message too long", "Let the receiver take messages of 20 kB."),
    415: ("it does not take JSON", "Let the receiver take application/json."),
    422: ("it does not take what the message says", "See the receiver's own log."),
    429: ("it is asked too often", "A lower throttle in this webhook spares it."),
    502: ("what stands in front of it cannot reach it", "See whether the receiver is running."),
    503: ("it is busy or being maintained", "There is nothing to do unless it stays so."),
    504: ("what stands in front of it got no answer", "See whether the receiver is running."),
}
_TROUBLE: Final = ("it has trouble of its own", "See the receiver's own log.")
_REFUSAL: Final = ("it refuses the request", "See in the receiver's log what it expects.")


def judged(attempt: Attempt, reply: Reply, host: str) -> Report:
    """The report of an answer: 2xx is delivered, and every other status is not."""
    if 200 <= reply.status < 300:
        return _taken(attempt, reply, host)
    if 300 <= reply.status < 400:
        return attempt.report(
            "redirect",
            f"{host} answered {reply.status} and sends us on to {_onward(reply)}; that is not"
            " followed.",
            "Enter the address itself.",
            reply=reply,
        )
    if reply.status == 410:
        return attempt.report(
            "gone",
            f"{host} answered 410: it wants no more deliveries.",
            "Enter the receiver's new address, or delete this webhook.",
            reply=reply,
        )
    return refused(attempt, reply, host, *_words(reply.status))


def refused(attempt: Attempt, reply: Reply, host: str, words: str, remedy: str) -> Report:
    """The report of a status that says no, and of what it came with."""
    return attempt.report(
        "http",
        f"{host} answered {reply.status}: {words}.{_manner(reply)}",
        remedy,
        reply=reply,
        retry_after=read_retry_after(reply.headers.get("retry-after", ""), time.time()),
    )


def is_page(reply: Reply) -> bool:
    """Whether it is a web page for people, as a login or an error of a proxy is."""
    return "html" in reply.headers.get("content-type", "").lower() or (
        reply.body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES)
    )


def _taken(attempt: Attempt, reply: Reply, host: str) -> Report:
    """A page may be a login that says 200; only a person at a test can tell."""
    if attempt.is_test and is_page(reply):
        return attempt.report(
            "delivered",
            f"{host} answered with a web page, as pages for people do.",
            "Check that the URL is the receiver's own, not a login page in front of it.",
            reply=reply,
        )
    return attempt.report("delivered", reply=reply)


def _words(status: int) -> tuple[str, str]:
    return _WORDS.get(status, _TROUBLE if status >= 500 else _REFUSAL)


def _manner(reply: Reply) -> str:
    if not reply.body.strip():
        return " It said nothing more."
    return " It answered with a web page." if is_page(reply) else ""


def _onward(reply: Reply) -> str:
    """The host alone: the rest of a redirect may hold what opens a session."""
    try:
        host = urlsplit(reply.headers.get("location", "")).hostname
    except ValueError:
        host = None
    if host:
        return shown(host)
    return "another path" if "location" in reply.headers else "nowhere"
