"""Claims: a lane never meets what a cancellation left, and a link closes under nobody's hands.

``Slow`` puts a wait into the place of a statement, so that a cancellation hits exactly that one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from govdesk.database.connection import Connection, DatabaseProblem, Session, transaction
from govdesk.database.errors import Unreachable
from govdesk.services import timeline
from govdesk.services.link import Link, SessionEnded
from tests.database.conftest import ACME, OLGA, Cast

LANE = "interactive"
_WAIT = "SELECT pg_sleep(60)"


@pytest.fixture
def link(module_cast: Cast) -> Iterator[Link]:
    session = module_cast.sign_in(OLGA)
    link = Link(module_cast.database.app_url, session.token, ACME)
    yield link
    link.close()


class Slow:
    """Commands that wait for a minute instead of being carried out, each once."""

    def __init__(self, patch: pytest.MonkeyPatch, *commands: str):
        self._commands = list(commands)
        self.waits = threading.Event()
        command, execute = psycopg.Connection._exec_command, psycopg.Cursor.execute

        def carry_out(connection: Any, query: bytes, *more: Any) -> Any:
            return command(connection, self._instead(query.decode()).encode(), *more)

        def run(cursor: Any, query: Any, *more: Any, **named: Any) -> Any:
            return execute(cursor, self._instead(query), *more, **named)

        patch.setattr(psycopg.Connection, "_exec_command", carry_out)
        patch.setattr(psycopg.Cursor, "execute", run)

    def _instead(self, query: str) -> str:
        if query in self._commands:
            self._commands.remove(query)
            query = _WAIT
        if query == _WAIT:
            self.waits.set()
        return query


def cancelled(link: Link, slow: Slow, work: Callable[[Session], object]) -> BaseException | None:
    """What ends `work` on a thread of its own, cancelled again and again from the first wait on."""
    ended: list[BaseException | None] = []

    def run() -> None:
        try:
            with link.session(LANE) as session:
                work(session)
        except BaseException as error:  # noqa: BLE001 (given to the caller)
            ended.append(error)
        else:
            ended.append(None)

    thread = threading.Thread(target=run)
    thread.start()
    assert slow.waits.wait(5)
    until = time.monotonic() + 10
    while thread.is_alive() and time.monotonic() < until:
        # So seldom that it meets the waits alone, and neither is too early for one.
        thread.join(0.1)
        link.cancel(LANE)
        thread.join(0.4)
    assert not thread.is_alive(), "no cancellation ended it"
    return ended[0]


def wait(session: Session) -> None:
    with session.transaction() as connection:
        connection.execute(_WAIT)


def ask(session: Session) -> None:
    with session.transaction() as connection:
        connection.execute("SELECT 1")


def ask_inside(session: Session) -> None:
    with session.transaction(), session.transaction() as connection:
        connection.execute("SELECT 1")


def wait_inside(session: Session) -> None:
    with session.transaction(), session.transaction() as connection:
        connection.execute(_WAIT)


def answers(session: Session) -> bool:
    """Whether a question is answered, in a transaction of its own."""
    return timeline.extent(session).newest > 0


@pytest.mark.parametrize(
    ("work", "commands"),
    [
        (wait, ()),
        (wait, ("ROLLBACK",)),
        (ask, ("COMMIT",)),
        (ask, ("COMMIT", "ROLLBACK")),
        (ask_inside, ("SAVEPOINT inner_one",)),
        (ask_inside, ("SAVEPOINT inner_one", "ROLLBACK")),
        (wait_inside, ()),
        (wait_inside, ("ROLLBACK TO inner_one; RELEASE inner_one",)),
    ],
    ids=lambda given: " and ".join(given) or "question" if isinstance(given, tuple) else None,
)
def test_wherever_a_cancellation_hits_the_next_question_is_answered(
    link: Link,
    monkeypatch: pytest.MonkeyPatch,
    work: Callable[[Session], object],
    commands: tuple[str, ...],
) -> None:
    with link.session(LANE) as before:
        pass
    error = cancelled(link, Slow(monkeypatch, *commands), work)
    assert isinstance(error, DatabaseProblem)
    assert error.sentence == "The question was cancelled."
    # Only what could not be rolled back costs another connection.
    assert before.connection.closed == any(one.startswith("ROLLBACK") for one in commands)
    with link.session(LANE) as session:
        assert answers(session)


def test_what_could_not_be_rolled_back_is_not_met_by_who_goes_on_with_the_same_session(
    link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def go_on(session: Session) -> None:
        with pytest.raises(DatabaseProblem):
            wait(session)
        with pytest.raises(Unreachable) as caught:
            answers(session)
        told.append(caught.value.sentence)

    assert cancelled(link, Slow(monkeypatch, "ROLLBACK"), go_on) is None
    assert told == ["The database cannot be reached: the connection is closed."]
    with link.session(LANE) as session:
        assert answers(session)


def test_a_rollback_on_a_connection_that_is_gone_hides_nothing_and_logs_nothing(
    link: Link, module_cast: Cast
) -> None:
    def fail(session: Session) -> None:
        with session.transaction():
            pid = session.connection.info.backend_pid
            module_cast.admin.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
            raise ZeroDivisionError

    with link.session(LANE) as session, pytest.raises(ZeroDivisionError):
        fail(session)
    assert session.connection.closed
    with link.session(LANE) as session:
        assert answers(session)


def test_a_transaction_inside_another_is_undone_alone(link: Link) -> None:
    def reason(connection: Connection, words: str = "") -> str:
        """The reason that stands after it was written, if it is to be."""
        write = "SELECT set_config('app.reason', %s, true)"
        row = connection.execute(
            *((write, (words,)) if words else ("SELECT current_setting('app.reason')",))
        ).fetchone()
        assert row is not None
        return str(row[0])

    def fail(connection: Connection) -> None:
        with transaction(connection):
            reason(connection, "lost")
            with transaction(connection):
                connection.execute("SELECT 1/0")

    with link.session(LANE) as session, session.transaction() as connection:
        reason(connection, "kept")
        with pytest.raises(psycopg.errors.DivisionByZero):
            fail(connection)
        assert reason(connection) == "kept"
        with transaction(connection):
            reason(connection, "added")
        assert reason(connection) == "added"


# Closing


class Reading:
    """A lane that waits for the server, on a thread of its own."""

    def __init__(self, link: Link):
        self._link = link
        self._waits = threading.Event()
        self.error: BaseException | None = None
        self.closers: list[threading.Thread] = []
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        assert self._waits.wait(5)

    def _run(self) -> None:
        try:
            with self._link.session(LANE) as session:
                self.session, self.pid = session, session.connection.info.backend_pid
                self._watch(session)
                with session.transaction() as connection:
                    self._waits.set()
                    connection.execute(_WAIT)
        except BaseException as error:  # noqa: BLE001 (looked at by the test)
            self.error = error

    def _watch(self, session: Session) -> None:
        close = session.connection.close

        def closing() -> None:
            self.closers.append(threading.current_thread())
            close()

        session.connection.close = closing  # type: ignore[method-assign]


def test_closing_waits_for_nobody_and_the_lane_closes_what_it_reads_from(
    link: Link, module_cast: Cast
) -> None:
    reading = Reading(link)
    began = time.monotonic()
    link.close()
    took = time.monotonic() - began
    reading.thread.join(5)
    # The server notices only when it answers.
    module_cast.admin.execute("SELECT pg_terminate_backend(%s, 5000)", (reading.pid,))
    assert not reading.thread.is_alive()
    assert took < 1
    assert isinstance(reading.error, Unreachable)
    assert reading.closers
    assert set(reading.closers) == {reading.thread}
    assert reading.session.connection.closed
    with pytest.raises(SessionEnded), link.session(LANE):
        pass


def test_closing_ends_what_rests_at_once(link: Link) -> None:
    with link.session(LANE) as one, link.session("background") as other:
        pass
    link.close()
    assert one.connection.closed
    assert other.connection.closed


def test_a_session_that_is_lent_when_the_link_closes_is_not_kept(link: Link) -> None:
    with link.session(LANE) as session:
        link.close()
        assert not session.connection.closed
    assert session.connection.closed
