"""Telling the people who run this installation: over ntfy, and by mail where that fails.

The mail goes straight to the mail server, because the outbox may be what is broken. Telling never
raises: what is told is more important than that it was told.
"""

from __future__ import annotations

import logging
import re
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import getaddresses
from functools import cached_property
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from govdesk.delivery import letters
from govdesk.delivery.addresses import Recipient, recipient
from govdesk.delivery.letters import Letter
from govdesk.delivery.messages import compose
from govdesk.delivery.senders import NotSent, Sender, open_sender
from govdesk.diagnostics.reports import scrub
from govdesk.domain import secret_references
from govdesk.domain.problem import Problem
from govdesk.services.keepers import keepers_of

logger = logging.getLogger(__name__)

LOUD, QUIET = 5, 1
"""ntfy's highest priority, which breaks through "do not disturb", and its lowest, without sound."""
SUCCESSES: Final = ("quiet", "silent")
_LINE_LENGTH: Final = 300
_VALUES: Final = re.compile(r'(: |\bvalue )"(?:[^"]|"")*"')
"""Where PostgreSQL repeats what stood in a row."""
_SERVER: Final = re.compile(r' at (?:"[^"]*"(?: \([^)]*\))?|\S+), port \d+')


@dataclass(frozen=True, slots=True)
class Notice:
    """A title of one line and a text of a few; `is_loud` where somebody must get up.

    What `ends_alarm` is told without sound, and also where successes are not.
    """

    title: str
    text: str
    is_loud: bool = False
    ends_alarm: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """By what it went, ``ntfy``, ``mail`` or nothing, and what did not work, in sentences."""

    by: str = ""
    troubles: tuple[str, ...] = ()


class Operators:
    """How the environment says that operators are told; see docs/worker.md for its variables.

    `secrets` are texts that no notice may repeat, beside the passwords of the environment's URLs.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        secrets: Iterable[str] = (),
        wait: Callable[[float], object] = time.sleep,
    ):
        self._environment, self._wait = environment, wait
        self._secrets = [*secrets, *_passwords(environment)]

    @property
    def are_named(self) -> bool:
        """Whether anybody is to be told at all."""
        return any(self._said(name) for name in ("GOVDESK_NTFY_URL", "GOVDESK_OPERATORS"))

    @cached_property
    def where(self) -> str:
        """This machine, and the installation if it has a name."""
        site = _host_of(self._said("GOVDESK_WEB_URL"))
        own = socket.gethostname()
        return f"{own} ({site})" if site else own

    def tell(self, notice: Notice) -> Told:
        """Tell it; within about twenty seconds over ntfy, and what a mail server takes after."""
        clean = replace(notice, title=self.clean(notice.title), text=self.clean(notice.text))
        try:
            return self._told(clean)
        except Exception:
            logger.exception("a notice to the operators failed")
            return Told("", ("The notice failed because of a fault; the log says which.",))

    def clean(self, text: str) -> str:
        """A text without secrets, mail addresses, values of rows and places of databases."""
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return _SERVER.sub("", _VALUES.sub(r'\1"…"', scrub(text)))

    def _told(self, notice: Notice) -> Told:
        troubles: list[str] = []
        has_ntfy = bool(self._said("GOVDESK_NTFY_URL"))
        is_success = not (notice.is_loud or notice.ends_alarm)
        if is_success and (not has_ntfy or self._success(troubles) == "silent"):
            return Told("", tuple(troubles))
        if has_ntfy:
            try:
                self._publish(notice)
                return Told("ntfy", tuple(troubles))
            except Problem as problem:
                troubles.append(f"ntfy did not take the notice: {self.clean(str(problem))}")
        if not self.are_named:
            return Told()
        by = self._mail(notice, troubles)
        return Told(by, tuple(troubles))

    def _success(self, troubles: list[str]) -> str:
        wanted = self._said("GOVDESK_NTFY_SUCCESS") or SUCCESSES[0]
        if wanted not in SUCCESSES:
            troubles.append("GOVDESK_NTFY_SUCCESS is neither quiet nor silent; quiet is meant.")
        return wanted

    def _publish(self, notice: Notice) -> None:
        # The way to the network takes a while to load, and most programs say nothing.
        from govdesk.delivery.ntfy import Ntfy

        allow = self._said("GOVDESK_NTFY_ALLOW").replace(",", " ").split()
        topic = Ntfy(
            self._said("GOVDESK_NTFY_URL"), self._token(), allow, self._ca(), wait=self._wait
        )
        tag = "rotating_light" if notice.is_loud else "white_check_mark"
        priority = LOUD if notice.is_loud else QUIET
        topic.publish(notice.title, notice.text, priority, [tag])

    def _token(self) -> str:
        said = self._said("GOVDESK_NTFY_TOKEN")
        if "://" not in said:
            return said
        reference = secret_references.parse(said)
        return keepers_of(self._environment).resolve(reference).reveal()

    def _ca(self) -> str:
        name = self._said("GOVDESK_NTFY_CA")
        if not name:
            return ""
        try:
            return Path(name).read_text(encoding="ascii")
        except (OSError, ValueError):
            raise Problem(f"The CA file {name} cannot be read.", "Give a PEM file.") from None

    def _mail(self, notice: Notice, troubles: list[str]) -> str:
        """Mail it to everybody; ``mail`` if a mail server took one."""
        facts = {"title": notice.title, "message": notice.text, "why": " ".join(troubles)}
        letter, sent = letters.write("notice", facts, ""), ""
        try:
            sender, people = self._post()
        except Problem as problem:
            troubles.append(f"No mail went: {self.clean(str(problem))}")
            return ""
        for name, address in people:
            try:
                _send(sender, letter, recipient(name, address))
                sent = "mail"
            except Problem as problem:
                troubles.append(f"The mail did not go: {self.clean(str(problem))}")
                if isinstance(problem, NotSent) and not problem.is_final:
                    break
        return sent

    def _post(self) -> tuple[Sender, list[tuple[str, str]]]:
        people = getaddresses([self._said("GOVDESK_OPERATORS")])
        sender = open_sender(self._said("GOVDESK_SMTP_URL"), self._said("GOVDESK_SMTP_FROM"))
        if sender is None or not people:
            raise Problem("There is no way by mail.", "Set GOVDESK_OPERATORS and GOVDESK_SMTP_URL.")
        return sender, people

    def _said(self, name: str) -> str:
        return self._environment.get(name, "").strip()


def _send(sender: Sender, letter: Letter, to: Recipient) -> None:
    mail = uuid4()
    message = compose(letter, mail, sender.from_address, to, datetime.now(UTC))
    sender.send(message, to, f"notice-{mail}")


def first_line(error: BaseException) -> str:
    """What an error says, in one line without its remedy."""
    if isinstance(error, Problem):
        text = error.sentence
    else:
        lines = str(error).strip().splitlines()
        text = f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
    return letters.one_line(text, _LINE_LENGTH)


def _passwords(environment: Mapping[str, str]) -> list[str]:
    """The secrets that settings of ours hold, as written and as meant."""
    found = [environment.get("GOVDESK_NTFY_TOKEN", "")]
    for name, value in environment.items():
        if name.startswith("GOVDESK_") and "://" in value:
            found += passwords_of(value)
        elif name.startswith("GOVDESK_") and name.endswith(("PASSWORD", "SECRET")):
            found.append(value)
    return [one for one in found if len(one) > 3]


def passwords_of(url: str) -> list[str]:
    """The password in a URL, as it stands there and decoded."""
    try:
        password = urlsplit(url).password or ""
    except ValueError:
        return []
    return [password, unquote(password)] if len(password) > 3 else []


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
