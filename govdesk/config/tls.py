"""How a connection is protected, and what each weaker way gives up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class TlsMode:
    """One of libpq's `sslmode`s that a profile may have.

    `mark` is for the band and `gives_up` a sentence; both are empty for the full one.
    """

    key: str
    title: str
    mark: str
    gives_up: str


TLS_MODES: Final[tuple[TlsMode, ...]] = (
    TlsMode("verify-full", "Verify certificate and host name", "", ""),
    TlsMode(
        "verify-ca",
        "Verify certificate, not the host name",
        "host name not verified",
        "Any server with a certificate of the same authority can pose as this one,"
        " read everything and change everything.",
    ),
    TlsMode(
        "require",
        "Encrypt, but verify nothing",
        "server not verified",
        "The server proves nothing: anyone on the way can pose as it,"
        " read everything and change everything.",
    ),
    TlsMode(
        "disable",
        "No encryption",
        "not encrypted",
        "Nothing is encrypted: anyone on the way can read everything and change everything.",
    ),
)
BY_KEY: Final = {mode.key: mode for mode in TLS_MODES}
