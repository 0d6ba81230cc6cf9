"""Private addresses that a connection may reach: a list of CIDR:PORT, and why it is asked for."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from govdesk.desktop.integrations.fields import TextField
from govdesk.domain import setting_checks

TITLE: Final = "Allow private addresses"
HELP: Final = (
    "GovDesk connects to public addresses only, so that nobody can look around inside your network"
    " with it. List the few private ones that this connection may reach, one a line, each with its"
    " port, such as {example}."
)
_PORT: Final = "443"
_MOST: Final = 20


def entries(text: str) -> tuple[str, ...]:
    """What is listed, one entry a line or between commas, each once."""
    found = (one.strip() for one in text.replace(",", "\n").splitlines())
    return tuple(dict.fromkeys(one for one in found if one))


def fault(text: str) -> str:
    """Why a list cannot be saved; nothing if it can."""
    found = entries(text)
    if len(found) > _MOST:
        return f"These are {len(found)} entries; a connection has at most {_MOST}."
    faults = ((one, setting_checks.opening(one)) for one in found)
    return next((f"“{one}”: {sentence}" for one, sentence in faults if sentence), "")


class AllowField(TextField):
    """The list as lines of text; `port` is the usual one of the service, for the example."""

    def __init__(self, port: str = "", parent: QWidget | None = None):
        example = f"10.20.0.0/16:{port or _PORT}"
        super().__init__(
            "connection_allow", TITLE, HELP.format(example=example), required=False, check=fault,
            example=example, lines=3, parent=parent,
        )  # fmt: skip

    @property
    def entries(self) -> tuple[str, ...]:
        """What is listed."""
        return entries(self.text)

    def show_entries(self, found: tuple[str, ...]) -> None:
        """List something else."""
        self.set_text("\n".join(found))
