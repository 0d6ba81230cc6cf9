"""What a worker is told: which database, which mail server, where the web pages are."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from govdesk.delivery.addresses import web_base
from govdesk.delivery.senders import Sender, open_sender
from govdesk.domain.problem import Problem
from govdesk.services import checkpoint_keys, peppers, vault_tick
from govdesk.services.mail import Post
from govdesk.vault.peppers import PepperFile
from govdesk.worker.dispatching.limits import LEASE_SECONDS, SENDERS, Limits
from govdesk.worker.signing.signer import EVERY_SECONDS, SigningSettings

HOST_LENGTH = 64
_SENDERS: Final = range(8, 513)
_LEASE_SECONDS: Final = range(3, 601)
_CHECKPOINT_SECONDS: Final = range(1, 3601)


@dataclass(frozen=True, slots=True)
class Settings:
    """A worker's settings; `host` is how it signs in the logs, ``worker:<host>``."""

    url: str = field(repr=False)
    host: str
    sender: Sender | None
    web_url: str
    pepper_file: PepperFile
    key_file: Path
    limits: Limits = field(default_factory=Limits)
    signing: SigningSettings = field(default_factory=SigningSettings)

    @property
    def post(self) -> Post:
        """The post office of this worker."""
        return Post(self.sender, self.web_url, self.host)


NEARBY: Final = "http://127.0.0.1:8420"
"""Where `govdesk web` answers when nobody says otherwise: good for people on this machine."""


def settings(url: str, host: str, environment: Mapping[str, str]) -> Settings:
    """Read the environment; raises `Problem` (exit code 2) for what cannot be understood."""
    name = host or socket.gethostname()
    if not name.isprintable() or " " in name or not 1 <= len(name) <= HOST_LENGTH:
        raise Problem(
            f"A worker's name has 1 to {HOST_LENGTH} letters and no spaces.",
            "Choose one with --host.",
            exit_code=2,
        )
    sender = open_sender(
        environment.get("GOVDESK_SMTP_URL", ""), environment.get("GOVDESK_SMTP_FROM", "")
    )
    return Settings(
        url,
        name,
        sender,
        _web_url(environment, sender),
        PepperFile(peppers.path_of(environment)),
        vault_tick.path_of(environment),
        Limits(
            _number(environment, "GOVDESK_SENDERS", SENDERS, _SENDERS),
            _number(environment, "GOVDESK_LEASE_SECONDS", LEASE_SECONDS, _LEASE_SECONDS),
        ),
        _signing(environment),
    )


def _signing(environment: Mapping[str, str]) -> SigningSettings:
    folder = environment.get("GOVDESK_CHECKPOINT_FOLDER", "").strip()
    every = _number(environment, "GOVDESK_CHECKPOINT_SECONDS", EVERY_SECONDS, _CHECKPOINT_SECONDS)
    return SigningSettings(
        checkpoint_keys.path_of(environment),
        Path(folder) if folder else None,
        every,
        checkpoint_keys.reference_of(environment),
    )


def _number(environment: Mapping[str, str], name: str, usual: int, allowed: range) -> int:
    text = environment.get(name, "").strip() or str(usual)
    if not (text.isascii() and text.isdigit() and int(text[:9]) in allowed):
        raise Problem(
            f"{name} is a number from {allowed.start} to {allowed.stop - 1}.",
            f"Leave it out for the usual {usual}.",
            exit_code=2,
        )
    return int(text)


def _web_url(environment: Mapping[str, str], sender: Sender | None) -> str:
    given = environment.get("GOVDESK_WEB_URL", "")
    if not given:
        return "" if sender is None else web_base(NEARBY)
    return web_base(given)
