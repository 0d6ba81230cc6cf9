"""What one connection test is given, and what it finds on its way."""

from __future__ import annotations

import ssl
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from govdesk.delivery.addresses import is_loopback
from govdesk.delivery.egress import Guard
from govdesk.delivery.egress_deadline import Deadline
from govdesk.delivery.egress_line import Line
from govdesk.delivery.egress_tls import Trail, context
from govdesk.delivery.http import Answer, Place, ask, client, read_url, web_context
from govdesk.domain.problem import Problem


@dataclass(slots=True)
class Errand:
    """One test; `notes` become part of the detail line."""

    settings: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    guard: Guard
    deadline: Deadline
    trail: Trail = field(default_factory=Trail)
    notes: list[str] = field(default_factory=list)

    def text(self, name: str, usual: str = "") -> str:
        """A setting, wherever it is kept; one line, without blanks around it."""
        value = (self.secrets.get(name) or self.settings.get(name) or usual).strip()
        if any(unicodedata.category(c) in ("Cc", "Cs") for c in value):
            raise Problem(f"The setting {_title(name)} has a line end or control character in it.")
        return value

    def required(self, name: str) -> str:
        """A setting that must be there."""
        value = self.text(name)
        if not value:
            raise Problem(f"The setting {_title(name)} is missing.", "Enter it and test again.")
        return value

    def header(self, name: str) -> str:
        """A setting that travels in a header, where only ASCII can."""
        value = self.text(name)
        if not value.isascii():
            raise Problem(f"The {_title(name)} has a character that no header can carry.")
        return value

    def port(self, usual: int) -> int:
        """The port, if one is set."""
        text = self.text("port", str(usual))
        if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65536):
            raise Problem("The port is no number from 1 to 65535.", f"The usual one is {usual}.")
        return int(text)

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """One of several words; the first is meant when none is set."""
        value = self.text(name, choices[0]).lower()
        if value not in choices:
            raise Problem(
                f"The setting {_title(name)} is none of {', '.join(choices)}.", "Choose one."
            )
        return value

    @property
    def trust(self) -> ssl.SSLContext:
        """Whom to trust: the system's authorities, or the one in the setting ``ca``."""
        return context(self._ca)

    @property
    def _ca(self) -> str:
        return self.secrets.get("ca") or self.settings.get("ca", "")

    def line(self, host: str, port: int) -> Line:
        """Dial through the guard."""
        return Line.to(self.guard, host, port, self.deadline, self.trail)

    def place(self, *, with_secret: bool, below: str = "") -> Place:
        """The setting ``url`` with a path added; a secret never travels unencrypted."""
        base = read_url(self.required("url"))
        if with_secret and base.scheme == "http" and not is_loopback(base.host):
            raise Problem(
                "The token would travel unencrypted.", "Use a URL that begins with https://."
            )
        return read_url(base.url.rstrip("/") + below) if below else base

    def ask(
        self,
        method: str,
        place: Place,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        *,
        with_body: bool = True,
    ) -> Answer:
        """One request of this test and its answer."""
        trust = web_context(self._ca)
        with client(self.guard, self.deadline, trust=trust, trail=self.trail) as line:
            return ask(
                line, self.deadline, method, place,
                headers=headers, content=content, with_body=with_body,
            )  # fmt: skip


def _title(name: str) -> str:
    return name.replace("_", " ")
