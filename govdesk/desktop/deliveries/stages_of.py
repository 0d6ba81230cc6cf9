"""The stages of a test: asked the worker, looked up, connected, encrypted, sent, answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from govdesk.desktop.deliveries.stages import State
from govdesk.desktop.deliveries.words import milliseconds
from govdesk.services.deliveries import Attempt

STAGES: Final = (
    ("asked", "Asked the worker"),
    ("dns", "Looked up"),
    ("tcp", "Connected"),
    ("tls", "Encrypted"),
    ("sent", "Sent"),
    ("answered", "Answered"),
)
Mark = tuple[str, State, str]
_WHERE: Final = {
    "dns": "dns", "refused": "tcp", "tcp": "tcp", "tls": "tls", "http": "answered",
    "redirect": "answered", "gone": "answered", "protocol": "answered", "ack": "answered",
    "too_long": "answered", "lost": "asked",
}  # fmt: skip
"""The stage that an outcome is about; of the others the times tell."""


def marks(attempt: Attempt) -> list[Mark]:
    """State and words of each stage, as the log of the try tells them."""
    failed = "" if attempt.is_good else where(attempt)
    keys = [key for key, _ in STAGES]
    end = keys.index(failed) if failed else len(keys)
    done = dict(_details(attempt))
    found: list[Mark] = []
    for place, key in enumerate(keys):
        if place > end:
            found.append((key, "waiting", "not reached"))
        elif key == failed:
            found.append((key, "failed", _fault(attempt)))
        else:
            found.append((key, *done[key]))
    return found


def where(attempt: Attempt) -> str:
    """The stage at which a try failed."""
    if attempt.outcome in _WHERE:
        return _WHERE[attempt.outcome]
    if attempt.first_byte_ms is not None:
        return "answered"
    if attempt.tls_ms is not None:
        return "answered" if attempt.outcome == "timeout" else "sent"
    if attempt.tcp_ms is not None:
        return "tls"
    if attempt.dns_ms is not None:
        return "tcp"
    return "asked" if attempt.outcome == "ours" else "dns"


def _fault(attempt: Attempt) -> str:
    status = f"status {attempt.status}" if attempt.status else ""
    times = {
        "dns": attempt.dns_ms, "tcp": attempt.tcp_ms, "tls": attempt.tls_ms,
        "answered": attempt.first_byte_ms,
    }  # fmt: skip
    alone = times.get(where(attempt))
    took = milliseconds(attempt.total_ms if alone is None else alone)
    return " · ".join(part for part in ("failed", status, took) if part)


def _details(attempt: Attempt) -> Iterator[tuple[str, tuple[State, str]]]:
    """What is said of each stage that was passed."""
    yield "asked", ("done", f"{attempt.host} took it")
    is_kept = attempt.tcp_ms is None and attempt.first_byte_ms is not None
    for key, time, more in (
        ("dns", attempt.dns_ms, ""),
        ("tcp", attempt.tcp_ms, attempt.address or ""),
        ("tls", attempt.tls_ms, attempt.tls or ""),
    ):
        if time is None:
            why = "an open connection was used again" if is_kept else "not needed"
            yield key, ("skipped", why)
        else:
            yield key, ("done", _joined(milliseconds(time), more))
    yield "sent", ("done", "")
    status = f"status {attempt.status}" if attempt.status else "nobody acknowledges here"
    yield "answered", ("done", _joined(milliseconds(attempt.first_byte_ms), status))


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
