"""What one try of a delivery came to, as the worker notes it in the log of attempts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Outcome = Literal[
    "delivered", "sent", "http", "redirect", "gone", "timeout", "refused", "dns", "tcp", "tls",
    "protocol", "ack", "too_long", "ours",
]  # fmt: skip
"""`lost` is missing here: only the database finds out that a worker never came back."""

Blame = Literal["endpoint", "ours"]

GOOD: Final[frozenset[str]] = frozenset({"delivered", "sent"})


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one try, its sentence and remedy, and what was met on the way.

    Milliseconds are None where a kept connection needed nothing of the kind. `retry_after` is in
    seconds from now, as the receiver asked. `blame` is None when all went well. `request` is what
    was sent: method, address and headers of every try, the body of tests only. No field holds a
    secret.
    """

    outcome: Outcome
    status: int | None = None
    error: str | None = None
    remedy: str | None = None
    response: str | None = None
    address: str | None = None
    tls: str | None = None
    dns_ms: float | None = None
    tcp_ms: float | None = None
    tls_ms: float | None = None
    first_byte_ms: float | None = None
    total_ms: float | None = None
    retry_after: float | None = None
    blame: Blame | None = None
    request: Mapping[str, Any] | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing is left to do."""
        return self.outcome in GOOD
