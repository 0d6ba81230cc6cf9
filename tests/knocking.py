"""API keys by raw SQL: what attacks on keys and on the intake begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import psycopg

from govdesk.database.connection import Session
from govdesk.domain.api_keys import ApiKey
from tests.doors import Connection, arranged, ask
from tests.keys import CLAIMS, EVENTS, in_days, system_id
from tests.people import ACME, Cast

CREATE = (
    "SELECT govdesk_api.create_key(%s::uuid, %s::uuid, %s, %s, %s, %s::text[], %s::timestamptz,"
    " %s, %s)"
)
ROTATE = "SELECT govdesk_api.rotate_key(%s::uuid, %s::uuid, %s, %s, %s::timestamptz, %s, %s)"
KNOCK = "SELECT reason FROM govdesk_api.authenticate_key(%s, %s::bytea[])"
STATUS = "UPDATE govdesk.api_key SET status = %s WHERE id = %s"


@dataclass(frozen=True)
class Made:
    """A key that stands in the database, and its text."""

    id: str
    key: ApiKey = field(repr=False)


def order(cast: Cast, key: ApiKey, path: str = CLAIMS, **instead: Any) -> tuple[Any, ...]:
    """What create_key is called with; `instead` names what an attacker says instead."""
    usual = {
        "id": None,
        "system": system_id(cast, path),
        "key_id": key.key_id,
        "environment": key.environment,
        "label": "Claims team",
        "scopes": [EVENTS],
        "expires": in_days(200),
        "version": 0,
        "mac": key.inner,
    }
    assert instead.keys() <= usual.keys()
    return tuple((usual | instead).values())


def make(session: Session, cast: Cast, path: str = CLAIMS, **instead: Any) -> Made:
    """Make a key by raw SQL, in a transaction of its own."""
    key = ApiKey.generate("prod")
    return Made(str(ask(session, CREATE, *order(cast, key, path, **instead))), key)


def renewal(made: Made, key: ApiKey, grace: int = 0) -> tuple[Any, ...]:
    """What rotate_key is called with."""
    return (made.id, None, key.key_id, grace, in_days(200), 0, key.inner)


def rotate(session: Session, made: Made, grace: int = 0) -> Made:
    """Make the successor of a key."""
    key = ApiKey.generate("prod")
    return Made(str(ask(session, ROTATE, *renewal(made, key, grace))), key)


def ended(session: Session, door: Connection, cast: Cast) -> tuple[Made, Made]:
    """A rotated key whose grace is over, and its successor."""
    old = make(session, cast)
    new = rotate(session, old)
    assert knock(door, new) == "ok"
    return old, new


def knock(door: Connection, made: Made, key_id: str | None = None) -> str:
    """Use a key, in the transaction that is open or in one of its own; returns the reason."""
    row = door.execute(KNOCK, (key_id or made.key.key_id, [made.key.inner])).fetchone()
    assert row is not None
    return str(row[0])


def status(cast: Cast, made: Made) -> str:
    """How a key stands, as superuser."""
    return str(cast.one("SELECT status FROM govdesk.api_key WHERE id = %s", made.id))


def put(cast: Cast, made: Made, to: str) -> None:
    """A key stands like this, as if the worker or a use of it had done so."""
    with arranged(cast, ACME) as admin:
        admin.execute(STATUS, (to, made.id))


class Aside:
    """A statement that runs beside the test, on a connection of its own, until it may go on."""

    def __init__(self, connection: Connection, query: str, *parameters: object):
        self.answer = "waiting"
        self.value: Any = None
        self._run = (connection, query, parameters)
        self._thread = Thread(target=self._go, daemon=True)

    def _go(self) -> None:
        connection, query, parameters = self._run
        try:
            row = connection.execute(query, parameters).fetchone()  # type: ignore[arg-type]
            self.answer, self.value = "ok", row and row[0]
        except psycopg.ProgrammingError as error:
            self.answer = error.sqlstate or "ok"
        except psycopg.Error as error:
            self.answer = error.sqlstate or str(error)

    def start(self) -> Aside:
        """Begin."""
        self._thread.start()
        return self

    def wait(self, seconds: float = 20) -> str:
        """How it ended; it must end."""
        self._thread.join(seconds)
        assert not self._thread.is_alive()
        return self.answer


def until_waiting(cast: Cast, connection: Connection) -> None:
    """Return when a connection waits for a lock, or has nothing to do any more."""
    cast.admin.execute(
        "DO $$ BEGIN FOR i IN 1..2000 LOOP PERFORM pg_stat_clear_snapshot();"
        " EXIT WHEN EXISTS (SELECT FROM pg_stat_activity WHERE pid = "
        f"{connection.info.backend_pid} AND wait_event_type = 'Lock');"
        " PERFORM pg_sleep(0.005); END LOOP; END $$"  # type: ignore[arg-type]
    )


def everything(error: psycopg.Error) -> str:
    """All that a client is told of an error."""
    fields = (
        "message_primary", "message_detail", "message_hint", "context", "internal_query",
        "column_name", "constraint_name", "datatype_name",
    )  # fmt: skip
    return " ".join([str(error), *(str(getattr(error.diag, name)) for name in fields)])
