"""The second human in tests: policies and reviewers, requests, the link's page and the console."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import psycopg

from govdesk.database.connection import Session
from tests.doors import Guess, arranged, ask, mails, raw, rows_of, seat, stranger
from tests.people import ACME, OLGA, Cast, Row

Connection = psycopg.Connection[Any]
COUNSEL = "counsel@law.example"
VIEW = "SELECT * FROM govdesk_api.decision_view(%s)"
SEND_CODE = "SELECT govdesk_api.decision_send_code(%s)"
SUBMIT = "SELECT govdesk_api.decision_link_submit(%s, %s, %s, %s)"
REVEAL = "SELECT * FROM govdesk_api.decision_link_reveal(%s, %s, %s, %s)"
REQUEST = "SELECT govdesk_api.request_decision(%s, %s::jsonb, %s)"
CONSOLE_SUBMIT = "SELECT govdesk_api.decide_submit(%s, %s, %s)"
CONSOLE_REVEAL = "SELECT * FROM govdesk_api.decide_reveal(%s)"


def name_reviewer(cast: Cast, *emails: str) -> None:
    """An owner names reviewers, while no policy is on."""
    olga = seat(cast, OLGA.email)
    for email in emails:
        ask(olga, "SELECT govdesk_api.set_reviewer(%s, %s, 'active')", email, email.split("@")[0])
    olga.close()


def need_second_human(cast: Cast, *actions: str, path: str = ACME) -> None:
    """Policies are on, whoever switched them."""
    with arranged(cast, path) as admin:
        for action in actions:
            found = admin.execute(
                "UPDATE govdesk.decision_policy SET enabled = true"
                " WHERE tenant_path = %s::ltree AND action = %s",
                (path, action),
            ).rowcount
            if not found:
                admin.execute(
                    "INSERT INTO govdesk.decision_policy (tenant_id, tenant_path, action, enabled,"
                    " expires_hours) SELECT tenant_id, tenant_path, %s, true, 24"
                    " FROM govdesk.tenant WHERE tenant_path = %s::ltree",
                    (action, path),
                )


def request(
    session: Session, action: str, payload: Mapping[str, object], reason: str = "It is time"
) -> str:
    """Ask for a decision; returns its id."""
    return str(ask(session, REQUEST, action, json.dumps(payload), reason))


def link(cast: Cast, to: str = COUNSEL) -> str:
    """The token in the newest decision mail to an address."""
    token = mails(cast, "decision", to)[-1]["token"]
    assert isinstance(token, str)
    return token


def code(cast: Cast, door: Connection, token: str, to: str = COUNSEL) -> str:
    """Have a code mailed, and read it in the mail."""
    door.execute(SEND_CODE, (token,))
    return str(mails(cast, "decision_code", to)[-1]["facts"]["code"])


def submit(
    door: Connection, token: str, guess: Guess, verdict: str = "approve", reason: str = "Agreed"
) -> Any:
    """Commit to a code and a verdict; returns the attempt."""
    row = door.execute(SUBMIT, (token, verdict, reason, guess.commitment)).fetchone()
    assert row is not None
    return row[0]


def reveal(door: Connection, attempt: object, token: str, guess: Guess) -> tuple[str, str]:
    """Open the commitment; returns status and outcome."""
    row = door.execute(REVEAL, (attempt, token, guess.blind, guess.code)).fetchone()
    assert row is not None
    return row[0], row[1]


def decide_by_link(
    cast: Cast, token: str, verdict: str = "approve", reason: str = "Agreed", to: str = COUNSEL
) -> tuple[str, str]:
    """The whole way of an outside reviewer; returns status and outcome."""
    door = stranger(cast)
    guess = Guess.of(code(cast, door, token, to))
    return reveal(door, submit(door, token, guess, verdict, reason), token, guess)


def decide_in_console(
    session: Session, decision: str, verdict: str = "approve", reason: str = "Agreed"
) -> tuple[str, str]:
    """The whole way of a member; returns status and outcome."""
    attempt = ask(session, CONSOLE_SUBMIT, decision, verdict, reason)
    with raw(session) as connection:
        row = connection.execute(CONSOLE_REVEAL, (attempt,)).fetchone()
    assert row is not None
    return row[0], row[1]


def decision(cast: Cast, identity: str) -> Row:
    """The row, as it stands."""
    (row,) = rows_of(cast.admin, "SELECT * FROM govdesk.decision WHERE id = %s", identity)
    return row
