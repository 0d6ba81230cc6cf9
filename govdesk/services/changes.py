"""What a change of the organisation answers, and one name for everything that it causes."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from govdesk.database.connection import Connection, Session
from govdesk.database.errors import DatabaseProblem
from govdesk.database.nudging import nudge
from govdesk.domain.problem import Problem


@dataclass(frozen=True, slots=True)
class Change:
    """A change as the contract prints it: `seq` is its row in the log, if that may be seen."""

    id: str | None
    changed: bool
    seq: int | None = None
    decision: str | None = None


class Conflict(Problem):
    """Somebody else saved meanwhile; nothing was written. `theirs` is what stands there now."""

    def __init__(self, sentence: str, theirs: object):
        super().__init__(
            sentence, "Look at both, then save again or take what is there.", exit_code=2
        )
        self.theirs = theirs


@contextmanager
def writing(session: Session) -> Iterator[Connection]:
    """One transaction under a request id of its own, which stands in every row it causes.

    Once it is committed, the workers are told that there may be something to deliver.
    """
    session.request_id = f"{session.request_id.split('.')[0] or 'change'}.{secrets.token_hex(6)}"
    with session.transaction() as connection:
        yield connection
    nudge(session.connection)


def sealed(session: Session, identity: object, *, changed: bool = True) -> Change:
    """Answer for the last `writing` of this session: the last row of the log that it caused."""
    return Change(
        None if identity is None else str(identity), changed, _seq(session) if changed else None
    )


def _seq(session: Session) -> int | None:
    """What is written is written: a connection that is lost now only leaves the number open."""
    with suppress(DatabaseProblem):
        tenant = session.tenant_id
        with session.transaction() as connection:
            row = connection.execute(
                "SELECT max(seq) FROM govdesk.audit_log WHERE tenant_id = %s AND request_id = %s",
                (tenant, session.request_id),
            ).fetchone()
        return None if row is None else row[0]
    return None
