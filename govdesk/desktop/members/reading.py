"""Reads the lists of Team Members; of several questions about a list the newest counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.members.list_tab import ListTab
from govdesk.desktop.tables.held import Held
from govdesk.jobs import Job, Jobs, Task
from govdesk.services import invitations, members, roles
from govdesk.services.link import Link, Session


class ListReader(QObject):
    """Fills the three lists. `team`, `invited` and `roles` bring what was read, after that.

    `trouble` carries an error, once its list has said it where it has nothing to show.
    """

    team = Signal(object)
    invited = Signal(object)
    roles = Signal(object)
    trouble = Signal(object)

    def __init__(self, link: Link, jobs: Jobs, lists: dict[str, ListTab], parent: QObject):
        super().__init__(parent)
        self._link, self._jobs, self._lists = link, jobs, lists
        self._reading: dict[str, Job] = {}

    def read_people(self) -> None:
        """Read who is here."""
        self._read("people", members.team, lambda team: team.members, self.team.emit)

    def read_invitations(self) -> None:
        """Read who is invited."""
        self._read("invitations", invitations.invitations, lambda found: found, self.invited.emit)

    def read_roles(self) -> None:
        """Read the roles, and the permissions there are."""

        def both(session: Session) -> tuple[list[roles.Role], list[roles.Right]]:
            return roles.roles(session), roles.rights(session)

        self._read("roles", both, lambda found: found[0], self.roles.emit)

    def _read(
        self,
        name: str,
        ask: Callable[[Session], Any],
        items: Callable[[Any], Any],
        then: Callable[[Any], object],
    ) -> None:
        tab = self._lists[name]
        before = self._reading.pop(name, None)
        if before is not None:
            before.cancel()
        lane = "interactive" if name == "people" else "background"

        def work(task: Task) -> tuple[Any, Held]:
            with borrowed(self._link, lane, task) as session:
                found = ask(session)
            return found, tab.prepared(items(found))

        def arrived(answer: tuple[Any, Held]) -> None:
            self._reading.pop(name, None)
            tab.hold(answer[1])
            then(answer[0])

        def failed(error: Exception) -> None:
            self._reading.pop(name, None)
            tab.fail(error)
            self.trouble.emit(error)

        tab.begin()
        self._reading[name] = self._jobs.start(
            work, owner=self, on_result=arrived, on_error=failed, lane=lane
        )
