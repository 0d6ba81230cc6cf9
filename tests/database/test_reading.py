"""Claims: a page is whole or refused, also when the session ends in the middle of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from govdesk.database import copying, rows
from govdesk.database.connection import Session
from govdesk.database.errors import SessionEnded
from govdesk.database.migrate import claim_setup
from govdesk.services.audit import list_events
from tests.database.conftest import ACME, OLGA, Cast


class Watched(Session):
    """Counts transactions, and runs `at_last` inside the one numbered `last`, once it is bound."""

    def __init__(self, session: Session, last: int, at_last: Callable[[], object]):
        super().__init__(session.connection, session.token, session.tenant_path)
        self._tenant_id = session.tenant_id
        self.count, self._last, self._at_last = 0, last, at_last

    @contextmanager
    def transaction(self) -> Iterator[psycopg.Connection[Any]]:
        with super().transaction() as connection:
            self.count += 1
            if self.count == self._last:
                self._at_last()
            yield connection


READINGS: dict[str, Callable[[Session], object]] = {
    "list": list_events,
    "head": rows.head,
    "verification": lambda session: list(rows.stream(session, 1, 10)),
    "export": lambda session: list(copying.csv_pieces(session, copying.Selection(1, 10))),
}


@pytest.mark.parametrize("name", READINGS)
def test_a_session_revoked_under_a_page_ends_the_reading_instead_of_emptying_it(
    module_cast: Cast, name: str
) -> None:
    session = module_cast.sign_in(OLGA)
    whole = Watched(session, 0, int)
    READINGS[name](whole)

    def revoke() -> None:
        with module_cast.admin.transaction():
            claim_setup(module_cast.admin, ACME)
            module_cast.admin.execute(
                "INSERT INTO govdesk_private.session_end (tenant_id, session_id)"
                " SELECT tenant_id, id FROM govdesk_private.session"
                " WHERE token_hash = sha256(convert_to(%s, 'UTF8'))",
                (session.token,),
            )

    with pytest.raises(SessionEnded):
        READINGS[name](Watched(session, whole.count, revoke))


def test_a_claim_attached_to_the_login_is_not_taken_over(cast: Cast) -> None:
    victim = cast.sign_in(OLGA)
    name = cast.database.name
    with psycopg.connect(cast.database.admin_url, autocommit=True) as admin:
        for setting, value in (
            ("app.session_token", victim.token),
            ("app.current_tenant_path", ACME),
            ("app.reason", "planted"),
        ):
            admin.execute(f"ALTER ROLE govdesk_app IN DATABASE {name} SET {setting} = '{value}'")
    with cast.open(cast.database.app_url) as connection:
        assert connection.execute("SELECT count(*) FROM govdesk.audit_log").fetchone() == (0,)
        assert connection.execute("SHOW app.reason").fetchone() == ("",)
