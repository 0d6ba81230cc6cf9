"""Ways back in, in tests: links from mails, new passwords and factors, changed passwords."""

from __future__ import annotations

import hashlib
from typing import Any

import psycopg

from govdesk.database import demo, sign_in
from govdesk.database.connection import Session
from govdesk.database.errors import Refused
from tests.deciding import decide_by_link, name_reviewer, request
from tests.deciding import link as decision_link
from tests.doors import Connection, Guess, arranged, ask, mails, member_id, seat, worker
from tests.inviting import Newcomer
from tests.people import ACME, OLGA, PASSWORD, Cast, Row

REQUEST = "SELECT govdesk_api.recovery_request(%s)"
VIEW = "SELECT * FROM govdesk_api.account_link_view(%s)"
SUBMIT = "SELECT govdesk_api.recover_submit(%s, %s)"
RECOVER = "SELECT * FROM govdesk_api.recover_account(%s, %s, %s, %s, %s, %s, %s, %s, %s)"
ENROL = "SELECT govdesk_api.enrol_totp(%s, %s, %s, %s, %s, %s)"
ACCOUNT = "SELECT govdesk_api.account_submit(%s, %s)"
CHANGE = "SELECT govdesk_api.change_password(%s, %s, %s, %s, %s)"
REPLACE = "SELECT govdesk_api.replace_factor(%s, %s, %s, %s, %s, %s)"


def give_recovery_codes(cast: Cast, person: demo.Person) -> list[str]:
    """Ten recovery codes, as at enrolment."""
    codes = [sign_in.new_recovery_code() for _ in range(10)]
    with arranged(cast) as admin:
        for code in codes:
            admin.execute(
                "INSERT INTO govdesk_private.recovery_code (person_id, code_hash)"
                " SELECT id, sha256(convert_to(%s, 'UTF8')) FROM govdesk_private.person"
                " WHERE email = %s",
                (code.replace("-", ""), person.email),
            )
    return codes


def recovery_link(cast: Cast, door: Connection, email: str) -> str:
    """Ask for a way back in, and read the mail."""
    door.execute(REQUEST, (email,))
    return str(served(cast, email)[-1]["token"])


def served(cast: Cast, email: str) -> list[Row]:
    """What the worker mails to who asked for a way back in."""
    door = worker(cast)
    while door.execute("SELECT govdesk_api.expire_due('tests')").fetchone() != (0,):
        pass
    return mails(cast, "recover", email)


def decided_link(cast: Cast, action: str, email: str, kind: str) -> str:
    """The link mailed after a decision of two; Olga asks, counsel approves."""
    name_reviewer(cast, "counsel@law.example")
    request(seat(cast, OLGA.email), action, {"member_id": member_id(cast, email)}, "Phone lost")
    assert decide_by_link(cast, decision_link(cast))[0] == "executed"
    return str(mails(cast, kind, email)[-1]["token"])


def recovered(door: Connection, token: str, code: str | None, who: Newcomer) -> tuple[str, str]:
    """Set password and factor anew; returns address and tenant path."""
    attempt, blind = submitted(door, token, code)
    fresh = (who.salt, who.client_key(door), who.seed, who.code, who.hashes)
    row = door.execute(RECOVER, (attempt, token, blind, code, *fresh)).fetchone()
    assert row is not None
    return row[0], str(row[1])


def submitted(door: Connection, token: str, code: str | None) -> tuple[object, bytes]:
    """Write a recovery down; returns the attempt and what opens it."""
    guess = Guess.of(code or "")
    row = door.execute(SUBMIT, (token, guess.commitment)).fetchone()
    assert row is not None
    return row[0], guess.blind


def begun(session: Session, purpose: str, key: bytes | None) -> tuple[object, bytes]:
    """Write down that password or factor is to change; returns the attempt and what opens it."""
    guess = Guess.of("")
    bound = hashlib.sha256(guess.blind + (key or b"")).digest()
    return ask(session, ACCOUNT, purpose, bound), guess.blind


def changed(session: Session, old: bytes | None, salt: bytes | None, new: bytes | None) -> str:
    """Change the password in two transactions: "ok", or the SQLSTATE of the refusal."""
    return _answered(session, "change_password", CHANGE, old, salt, new)


def replaced(session: Session, key: bytes, *factor: object) -> str:
    """Replace the factor in two transactions: "ok", or the SQLSTATE of the refusal."""
    return _answered(session, "replace_factor", REPLACE, key, *factor)


def _answered(session: Session, purpose: str, act: str, key: bytes | None, *rest: object) -> str:
    try:
        ask(session, act, *begun(session, purpose, key), key, *rest)
    except psycopg.Error as error:
        return error.sqlstate or ""
    return "ok"


def outcome(door: Connection, token: str, code: str | None, who: Newcomer) -> str:
    """ "ok", or the SQLSTATE of the refusal."""
    try:
        recovered(door, token, code, who)
    except psycopg.Error as error:
        return error.sqlstate or ""
    return "ok"


def password_only(cast: Cast, email: str, path: str = ACME) -> str:
    """Sign in by password while no factor is enrolled; returns the token, good for enrolling."""
    door: psycopg.Connection[Any] = cast.open(cast.database.app_url)
    key = sign_in.derive_client_key(PASSWORD, sign_in.parameters(door, email))
    signed = sign_in.sign_in(door, email, path, key, "")
    assert not signed.mfa
    return signed.token


def forget(cast: Cast, email: str) -> None:
    """Ten minutes later: no attempts lie behind."""
    cast.admin.execute("DELETE FROM govdesk_private.attempt WHERE email = %s", (email,))


def signs_in(cast: Cast, person: demo.Person) -> bool:
    """Whether password and code of the cast still open a session."""
    try:
        cast.sign_in(person)
    except Refused:
        return False
    return True


def reads(session: Session) -> bool:
    """Whether a session still sees anything."""
    with session.connection.transaction():
        session.connection.execute(
            "SELECT set_config('app.session_token', %s, true),"
            " set_config('app.current_tenant_path', %s, true)",
            (session.token, session.tenant_path),
        )
        row = session.connection.execute("SELECT count(*) FROM govdesk.tenant").fetchone()
    return row == (1,)
