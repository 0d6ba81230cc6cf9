"""Confirming with password and code, in mid-session, that one is still who one is."""

from __future__ import annotations

from datetime import datetime

from govdesk.database import sign_in
from govdesk.database.connection import Session, explained


def confirm(session: Session, email: str, password: str, code: str) -> datetime:
    """Step the session up; returns when, which holds for five minutes.

    Two transactions, so that no rollback forgets a guess. Raises `Refused` (sign_in_failed,
    throttled) and `SessionEnded`.
    """
    connection = session.connection
    with explained():
        key = sign_in.derive_client_key(password, sign_in.parameters(connection, email))
        return sign_in.step_up(connection, session.token, session.tenant_path, key, code)
