"""The dead-man alarm: `govdesk web` looks whether a worker lives, because a worker that is gone
cannot say so.

One loud notice for each silence, whichever web process sees it first, and a quiet one when a worker
is back. A notice that nobody took is tried again at the next look.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from govdesk.database import installation
from govdesk.database.connection import Connection, connect
from govdesk.database.errors import Refused, Unreachable
from govdesk.database.installation import Workers
from govdesk.domain.problem import Problem
from govdesk.services.doctor import Check
from govdesk.services.operators import Notice, Operators, first_line

logger = logging.getLogger(__name__)

LOOK_SECONDS = 30.0
SILENT: Final = timedelta(minutes=5)
GRACE_SECONDS = 60.0
"""After a start of everything a worker may need a moment longer than the pages."""
REMEDY: Final = "Start it: systemctl start govdesk-worker, or govdesk worker."


class Watch:
    """Looks once at each `look`; keeps what has not been told yet."""

    def __init__(self, url: str, operators: Operators, clock: Callable[[], float] = time.monotonic):
        self._url, self._operators, self._clock = url, operators, clock
        self._begun = clock()
        self._blind_since: float | None = None
        self._is_blindness_told = False
        self._untold: Notice | None = None

    def look(self) -> None:
        """See whether a worker is alive, and tell when that has changed; never raises `Problem`."""
        notice = self._seen()
        if notice is not None:
            self._untold = notice
        if self._untold is not None and self._tell(self._untold):
            self._untold = None

    def _seen(self) -> Notice | None:
        try:
            with connect(self._url) as connection:
                notice = self._judged(connection)
        except Unreachable as problem:
            return self._blind(problem)
        except Problem as problem:
            logger.error("the workers cannot be watched: %s", problem)
            return None
        was_told, self._is_blindness_told, self._blind_since = self._is_blindness_told, False, None
        if notice is None and was_told:
            return Notice(
                "GovDesk: the database answers again",
                f"On {self._operators.where}.",
                ends_alarm=True,
            )
        return notice

    def _judged(self, connection: Connection) -> Notice | None:
        state = installation.workers(connection)
        if is_silent(state):
            rested = self._clock() - self._begun >= GRACE_SECONDS
            if rested and installation.note_worker_lost(connection, state.last_at):
                return self._lost(state)
            return None
        since = installation.note_worker_back(connection) if state.lost_at is not None else None
        return None if since is None else self._back(state, since)

    def _blind(self, problem: Problem) -> Notice | None:
        """Nobody can tell a silent worker from a silent database; neither is well."""
        logger.warning("the workers cannot be watched: %s", problem)
        now = self._clock()
        self._blind_since = now if self._blind_since is None else self._blind_since
        if self._is_blindness_told or now - self._blind_since < SILENT.total_seconds():
            return None
        self._is_blindness_told = True
        return Notice(
            "GovDesk: no database for 5 minutes",
            f"{first_line(problem)}\nWhether a worker lives cannot be seen, and nothing works"
            f" without the database.\nOn {self._operators.where}.",
            is_loud=True,
        )

    def _lost(self, state: Workers) -> Notice:
        logger.error("no worker has been heard of since %s", state.last_at)
        return Notice(
            "GovDesk: no worker for 5 minutes", _words(state, self._operators.where), True
        )

    def _back(self, state: Workers, since: datetime) -> Notice:
        logger.info("a worker is back")
        return Notice(
            "GovDesk: a worker is back",
            f"Alive: {_alive(state)}. The alarm was at {_moment(since)}.\n"
            f"On {self._operators.where}.",
            ends_alarm=True,
        )

    def _tell(self, notice: Notice) -> bool:
        """Whether it was taken, or need not be."""
        told = self._operators.tell(notice)
        for trouble in told.troubles:
            logger.error("%s", trouble)
        return bool(told.by) or not self._operators.are_named


def is_silent(state: Workers) -> bool:
    """Whether no worker has been heard of for five minutes, or ever."""
    return state.silence is None or state.silence > SILENT


def check(url: str) -> Check:
    """Whether a worker lives, as `govdesk doctor --worker` says it; raises `Problem`."""
    try:
        with connect(url) as connection:
            state = installation.workers(connection)
    except Refused as refused:
        raise Problem(
            "This database login may not ask about workers.",
            "Use the login govdesk_worker: set GOVDESK_WORKER_URL to its address.",
            exit_code=4,
        ) from refused
    if state.last_at is None:
        return Check("worker", False, "no worker has ever been here", REMEDY)
    if is_silent(state):
        return Check("worker", False, f"no worker since {_moment(state.last_at)}", REMEDY)
    sentence = f"heard of {_seconds(state)} s ago: {_alive(state)}"
    if state.started_at is not None:
        sentence += f"; last started at {_moment(state.started_at)}"
    return Check("worker", True, sentence)


@contextmanager
def watching(url: str, operators: Operators) -> Iterator[None]:
    """Watch from a thread of its own while the block runs."""
    ending = threading.Event()
    watch = Watch(url, operators)

    def run() -> None:
        while not ending.wait(LOOK_SECONDS):
            try:
                watch.look()
            except Exception:
                # The watch must outlive whatever is wrong with one look.
                logger.exception("a look at the workers failed")

    thread = threading.Thread(target=run, name="worker watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        # A notice in hand may take half a minute; the end of the pages does not wait for that.
        thread.join(1.0)


def _words(state: Workers, where: str) -> str:
    heard = (
        "No worker has ever been here."
        if state.last_at is None
        else f"Last heard of at {_moment(state.last_at)}: {state.heard[0][0]}."
    )
    return f"{heard}\nMail, webhooks and everything with a time limit wait. {REMEDY}\nOn {where}."


def _alive(state: Workers) -> str:
    return ", ".join(state.heard_within(SILENT))


def _seconds(state: Workers) -> int:
    return 0 if state.silence is None else max(0, round(state.silence.total_seconds()))


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
