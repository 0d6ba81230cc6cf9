"""What a picture of the console shows: a view, one of its states, and how it is built."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QWidget

from govdesk.jobs import Jobs
from govdesk.services.link import Link


@dataclass(frozen=True, slots=True)
class Ticket:
    """A session that somebody started for the pictures; `role` is the key of her role."""

    role: str
    url: str = field(repr=False)
    token: str = field(repr=False)
    tenant_path: str
    email: str
    expires_at: datetime | None = None


class Stage:
    """What a scene is built from: jobs, a private folder, links of people who are signed in.

    One for each scene. `play` opens it and ends what the scene began.
    """

    def __init__(self, folder: Path, tickets: tuple[Ticket, ...] = ()):
        self.folder = folder
        """For profiles, preferences and files; empty at first."""
        self.jobs = Jobs()
        self._tickets = {ticket.role: ticket for ticket in tickets}
        self._links: list[Link] = []

    def link(self, role: str = "compliance_officer") -> Link:
        """Return a new link of the person with that role; raises KeyError if nobody has it."""
        ticket = self._tickets[role]
        self._links.append(
            Link(
                ticket.url,
                ticket.token,
                ticket.tenant_path,
                email=ticket.email,
                expires_at=ticket.expires_at,
            )
        )
        return self._links[-1]

    def lost_link(self) -> Link:
        """Return a link to a server that is not there."""
        return Link("host=127.0.0.1 port=1 dbname=govdesk", "none", "acme", email="x@example.com")

    def close(self) -> None:
        """End jobs and links; the scene's widgets are gone by then."""
        self.jobs.close()
        for link in self._links:
            link.close()


@contextmanager
def play(folder: Path, tickets: tuple[Ticket, ...] = ()) -> Iterator[Stage]:
    """Lend a stage."""
    stage = Stage(folder, tickets)
    try:
        yield stage
    finally:
        stage.close()


def _nothing(widget: QWidget) -> None:
    """Most scenes are there once they are built."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture. `name` is the view, `state` empty for the normal one; both are file names.

    `build` returns a window that is not shown yet. `act` comes once it is on the screen and
    settled: opens a menu, a dialog, types. A scene is settled when `settled` says so; without one,
    when no job runs. A scene that shows waiting therefore says itself what it waits for.
    """

    name: str
    build: Callable[[Stage], QWidget]
    state: str = ""
    act: Callable[[QWidget], object] = _nothing
    settled: Callable[[QWidget], bool] | None = None
    size: tuple[int, int] | None = None
    """In device-independent pixels; 1280 × 800 for a window and what a dialog asks for."""

    @property
    def file_name(self) -> str:
        """Name of its pictures, without the ending."""
        return f"{self.name}-{self.state}" if self.state else self.name
