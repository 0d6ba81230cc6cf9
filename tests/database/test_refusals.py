"""Each refusal of the facts can be provoked, and SQL raises no other."""

from __future__ import annotations

import base64
import json
import re
import secrets
import time
import uuid
from collections.abc import Callable

import psycopg
import pyotp
import pytest

from govdesk.database import sign_in
from govdesk.database.connection import Session, explained
from govdesk.database.errors import Refused
from govdesk.database.migrate import claim_setup, migrations_folder
from govdesk.domain.refusals import BY_SQLSTATE, REFUSALS
from tests.database.conftest import ADA, BEA, MEI, OLGA, Cast, seed_of

SQL = "\n".join(
    path.read_text(encoding="utf-8") for path in sorted(migrations_folder().glob("sql/**/*.sql"))
)


def test_every_code_that_sql_raises_is_in_the_facts_and_the_reverse() -> None:
    raised = set(re.findall(r"ERRCODE\s*=\s*'(GD...)'", SQL))
    assert raised == set(BY_SQLSTATE)
    assert set(re.findall(r"'(GD\d\d\d)'", SQL)) == raised


def test_every_constraint_that_sql_names_with_42501_is_in_the_facts_and_the_reverse() -> None:
    raised = re.findall(r"ERRCODE\s*=\s*'42501'(?:,\s*CONSTRAINT\s*=\s*'(\w+)')?", SQL)
    assert "" not in raised, "a 42501 without a key"
    assert set(raised) == {r.key for r in REFUSALS if r.sqlstate == "42501"}


def test_every_refusal_says_what_happened_and_how_to_mend_it() -> None:
    for refusal in REFUSALS:
        assert refusal.sentence.endswith(".")
        assert refusal.remedy.endswith(".")
        assert refusal.exit_code in (2, 3, 4)
        assert 400 <= refusal.http_status < 500
    assert len({r.key for r in REFUSALS}) == len(REFUSALS)


RENAME = "UPDATE govdesk.node SET name = 'New' WHERE node_path = 'acme.claims'"
PROVOCATIONS: dict[str, Callable[[Cast], object]] = {}


def provokes(function: Callable[[Cast], object]) -> Callable[[Cast], object]:
    PROVOCATIONS[function.__name__] = function
    return function


def code_of(email: str) -> str:
    return pyotp.TOTP(base64.b32encode(seed_of(email)).decode()).at(int(time.time()))


def guess(cast: Cast, email: str, password_key: bytes = b"x" * 32, code: str = "") -> None:
    sign_in.sign_in(cast.open(cast.database.app_url), email, "acme", password_key, code)


@provokes
def session_ended(cast: Cast) -> None:
    with Session(cast.open(cast.database.app_url), "no such token", "acme").transaction():
        pass


@provokes
def sign_in_failed(cast: Cast) -> None:
    guess(cast, MEI.email, code=code_of(MEI.email))


@provokes
def throttled(cast: Cast) -> None:
    for _ in range(5):
        with pytest.raises(Refused) as caught:
            guess(cast, MEI.email)
        assert caught.value.key == "sign_in_failed"
    guess(cast, MEI.email, cast.client_key(MEI), code_of(MEI.email))


@provokes
def isolation(cast: Cast) -> None:
    session = cast.sign_in(ADA)
    session.connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    with session.transaction() as connection:
        connection.execute(RENAME)


@provokes
def second_principal(cast: Cast) -> None:
    ada, olga = cast.sign_in(ADA), cast.sign_in(OLGA)
    with ada.transaction() as connection:
        connection.execute(RENAME)
        sign_in.bind(connection, olga.token, "acme")


@provokes
def no_principal(cast: Cast) -> None:
    with explained():
        cast.open(cast.database.app_url).execute(RENAME)


@provokes
def foreign_row(cast: Cast) -> None:
    with explained(), cast.admin.transaction():
        claim_setup(cast.admin, "beta")
        cast.admin.execute(RENAME)


@provokes
def pending_cap(cast: Cast) -> None:
    cast.admin.execute("UPDATE govdesk_private.installation SET pending_cap = 1")
    with explained(), cast.admin.transaction():
        claim_setup(cast.admin, "acme")
        cast.admin.execute("UPDATE govdesk.node SET name = name || '!' WHERE tenant_path = 'acme'")


@provokes
def same_transaction(cast: Cast) -> None:
    connection = cast.open(cast.database.app_url)
    with connection.transaction():
        guess_in_one_transaction(connection)


def guess_in_one_transaction(connection: psycopg.Connection[object]) -> None:
    sign_in.sign_in(connection, MEI.email, "acme", b"x" * 32)


@provokes
def attempt_stale(cast: Cast) -> None:
    with explained():
        cast.open(cast.database.app_url).execute(
            "SELECT govdesk_api.sign_in_reveal(%s, %s, %s, '')",
            (uuid.uuid4(), secrets.token_bytes(32), secrets.token_bytes(32)),
        )


@provokes
def step_up_needed(cast: Cast) -> None:
    olga = cast.sign_in(OLGA)
    with cast.admin.transaction():
        claim_setup(cast.admin, "acme")
        cast.admin.execute(
            "UPDATE govdesk_private.session SET stepped_up_at = now() - interval '6 minutes'"
        )
    with olga.transaction() as connection:
        connection.execute("UPDATE govdesk.role SET title = 'A' WHERE key = 'auditor'")


@provokes
def role_ceiling(cast: Cast) -> None:
    with cast.sign_in(ADA).transaction() as connection:
        connection.execute(
            "UPDATE govdesk.member_grant SET role_key = 'owner' WHERE member_id ="
            " (SELECT id FROM govdesk.member WHERE email = 'mei@acme.example')"
        )


@provokes
def last_owner(cast: Cast) -> None:
    with cast.sign_in(BEA).transaction() as connection:
        connection.execute("UPDATE govdesk.member_grant SET status = 'removed'")


@provokes
def immutable_evidence(cast: Cast) -> None:
    with explained():
        cast.admin.execute("UPDATE govdesk.audit_log SET summary = 'nothing' WHERE seq = 1")


def send(cast: Cast, **event: object) -> None:
    with explained(), cast.admin.transaction():
        claim_setup(cast.admin, "acme")
        cast.admin.execute("SELECT govdesk_api.record_events(%s)", (json.dumps([event]),))


@provokes
def reserved_name(cast: Cast) -> None:
    send(cast, action="member.removed")


@provokes
def bad_event(cast: Cast) -> None:
    send(cast, action="system.event", severity="apocalyptic")


@provokes
def bad_filter(cast: Cast) -> None:
    with cast.sign_in(MEI).transaction() as connection:
        connection.execute('SELECT govdesk_api.audit_condition(\'[{"key": "moon"}]\')')


@provokes
def setup_code_unknown(cast: Cast) -> None:
    connection = cast.open(cast.database.app_url)
    kdf = sign_in.parameters(connection, "")
    sign_in.set_password_by_code(connection, "no such code", "a password of mine", kdf)


@provokes
def already_enrolled(cast: Cast) -> None:
    session = cast.sign_in(MEI)
    sign_in.enrol_totp(
        session.connection, session.token, cast.client_key(MEI), b"s" * 20, code_of(MEI.email)
    )


@provokes
def bad_claim(cast: Cast) -> None:
    session = cast.sign_in(ADA)
    session.request_id = '"'
    with session.transaction() as connection:
        connection.execute(RENAME)


@provokes
def not_permitted(cast: Cast) -> None:
    with cast.sign_in(MEI).transaction() as connection:
        connection.execute(RENAME)


@pytest.mark.parametrize("key", sorted(PROVOCATIONS))
def test_a_refusal_is_raised_by_what_it_forbids_and_gives_its_sentence(
    cast: Cast, key: str
) -> None:
    refusal = next(r for r in REFUSALS if r.key == key)
    with pytest.raises(Refused) as caught:
        PROVOCATIONS[key](cast)
    assert caught.value.key == key
    assert caught.value.exit_code == refusal.exit_code
    assert refusal.sentence.rstrip(".") in caught.value.sentence


def test_every_refusal_has_a_provocation() -> None:
    assert set(PROVOCATIONS) == {r.key for r in REFUSALS}


def test_after_a_refusal_the_log_is_as_before(cast: Cast) -> None:
    before = cast.one("SELECT count(*) FROM govdesk.audit_log")
    for key in ("no_principal", "foreign_row", "reserved_name", "bad_event", "immutable_evidence"):
        with pytest.raises(Refused):
            PROVOCATIONS[key](cast)
    assert cast.one("SELECT count(*) FROM govdesk.audit_log") == before
    assert cast.one("SELECT count(*) FROM govdesk_private.pending") == 0
