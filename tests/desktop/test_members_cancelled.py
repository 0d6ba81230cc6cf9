"""Claim: wherever a cancellation hits the reading of one person, the next one is shown."""

from __future__ import annotations

import threading
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from govdesk.desktop.members.person import PersonPanel
from govdesk.jobs import Jobs
from govdesk.services import members
from govdesk.services.link import Link
from govdesk.services.members import Member
from tests.desktop.conftest import Linked
from tests.desktop.driving import show, wait_for
from tests.people import OLGA

_WAIT = b"SELECT pg_sleep(60)"
_STATEMENTS = 30
"""More than reading a person takes."""


class Waiting:
    """Puts a wait into the place of one statement of the next job, and of the ROLLBACK after it."""

    def __init__(self, patch: pytest.MonkeyPatch):
        self._place = self._count = self._number = -1
        self._current = 0
        self.waits = threading.Event()
        work = Jobs._work
        command, execute = psycopg.Connection._exec_command, psycopg.Cursor.execute

        def noted(jobs: Jobs, number: int, *more: Any) -> None:
            self._current = number
            work(jobs, number, *more)

        def carry_out(connection: Any, query: Any, *more: Any) -> Any:
            return command(connection, _WAIT if self._is_meant() else query, *more)

        def run(cursor: Any, query: Any, *more: Any, **named: Any) -> Any:
            if self._is_meant():
                return execute(cursor, _WAIT)
            return execute(cursor, query, *more, **named)

        patch.setattr(Jobs, "_work", noted)
        patch.setattr(psycopg.Connection, "_exec_command", carry_out)
        patch.setattr(psycopg.Cursor, "execute", run)

    def at(self, place: int) -> None:
        """From now on the next job waits at its statement number `place`."""
        self._number, self._count, self._place = -1, -1, place
        self.waits.clear()

    def _is_meant(self) -> bool:
        if threading.current_thread().name != "lane interactive":
            return False
        if self._number < 0:
            self._number = self._current
        if self._number != self._current:
            return False
        self._count += 1
        is_meant = self._place in (self._count, self._count - 1)
        if is_meant:
            self.waits.set()
        return is_meant


class Open:
    """The panel, the people there are, and the errors that it told of."""

    def __init__(self, link: Link, jobs: Jobs):
        with link.session("background") as session:
            self.team = members.team(session).members
        self.panel = PersonPanel(link, jobs, ZoneInfo("UTC"), may_manage=True)
        self.troubles: list[Exception] = []
        self.panel.trouble.connect(self.troubles.append)
        jobs.unhandled.connect(self.troubles.append)
        show(self.panel, 500, 800)

    def shows(self, member: Member) -> bool:
        """Whether the panel shows this person, and nothing else."""
        portrait = self.panel.portrait
        is_there = self.panel.body.isVisible() and not self.panel.state.isVisible()
        return is_there and portrait is not None and portrait.member.id == member.id


@pytest.fixture
def here(linked: Linked, jobs: Jobs) -> Open:
    return Open(linked(OLGA), jobs)


def test_wherever_a_cancellation_hits_the_next_person_is_shown(
    here: Open, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, waiting, hit = here.panel, Waiting(monkeypatch), 0
    for place in range(_STATEMENTS):
        first, second = here.team[place % 2], here.team[place % 2 + 1]
        waiting.at(place)
        panel.show_person(first)
        wait_for(lambda: waiting.waits.is_set() or not jobs.running, what="the wait, or the end")
        if not waiting.waits.is_set():
            break
        hit += 1
        panel.show_person(second)
        wait_for(lambda: not jobs.running, what=f"the next person, after statement {place}")
        assert here.shows(second)
    assert hit > 10
    assert here.troubles == []


def test_another_person_does_not_wait_for_what_the_last_may_be_given(
    here: Open, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, (first, second, *_) = here.panel, here.team
    panel.show_person(first)
    wait_for(lambda: not jobs.running, what="the first person")
    waiting = Waiting(monkeypatch)
    waiting.at(2)
    panel.place.currentIndexChanged.emit(panel.place.currentIndex())
    wait_for(waiting.waits.is_set, what="the question for roles")
    panel.show_person(second)
    wait_for(lambda: here.shows(second), what="the next person")
    assert here.troubles == []
