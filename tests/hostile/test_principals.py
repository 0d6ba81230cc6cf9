"""What a transaction does with the principal that a function of ours lent it."""

from __future__ import annotations

import secrets

import psycopg
import pytest

from govdesk.database import sign_in
from tests.deciding import (
    CONSOLE_REVEAL,
    CONSOLE_SUBMIT,
    COUNSEL,
    REVEAL,
    code,
    link,
    name_reviewer,
    need_second_human,
    request,
    submit,
)
from tests.doors import (
    Connection,
    Guess,
    answer,
    arranged,
    ask,
    claim,
    grant_id,
    member_id,
    seat,
    stranger,
)
from tests.inviting import ACCEPT, Newcomer, invite
from tests.inviting import link as invitation_link
from tests.people import ACME, ADA, MEI, OLGA, OTIS, PASSWORD, Cast
from tests.staffing import REVEAL as ENTER
from tests.staffing import at_work, employ
from tests.staffing import submit as submit_entry

PROMOTE = "UPDATE govdesk.member_grant SET role_key = 'owner' WHERE id = '{grant}'"
WRITES = {
    "invite": "SELECT govdesk_api.invite('friend@new.example', 'F', 'operator', 'acme', '', 7)",
    "rename": "UPDATE govdesk.node SET name = 'Stolen' WHERE node_path = 'acme.claims'",
    "grant": "UPDATE govdesk.member_grant SET role_key = 'operator' WHERE id = '{mei}'",
    "sessions": "SELECT govdesk_api.revoke_sessions_of('{olga}')",
    "contact": "SELECT govdesk_api.propose_contact('friend@new.example', 'F')",
    "site": "INSERT INTO govdesk.site (tenant_id, tenant_path, name, address)"
    " SELECT tenant_id, tenant_path, 'x', 'x' FROM govdesk.tenant",
    "decision": "SELECT govdesk_api.request_decision('factor.reset',"
    " jsonb_build_object('member_id', '{mei_id}'), 'Lost it')",
    "export": "SELECT govdesk_api.note_export('started', gen_random_uuid(), '{{}}')",
}


def attack(cast: Cast, connection: Connection) -> list[str]:
    """The writes that are accepted now."""
    names = {
        "mei": grant_id(cast, MEI.email),
        "mei_id": member_id(cast, MEI.email),
        "olga": member_id(cast, OLGA.email),
    }
    accepted = []
    for name, statement in WRITES.items():
        before = changed(connection, cast)
        state = answer(connection, statement.format(**names))
        if state == "ok" and changed(connection, cast) > before:
            accepted.append(name)
    return accepted


def changed(connection: Connection, cast: Cast) -> int:
    """How many rows of the log are in the making, of whatever transaction."""
    counted = cast.admin.info.backend_pid  # the count below must not be this connection's own
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    assert row is not None
    assert row[0] != counted
    return int(cast.one("SELECT last_value FROM govdesk_private.pending_ordinal_seq"))


@pytest.mark.parametrize("how", ["console", "link"])
def test_a_reviewer_does_nothing_else_on_the_requesters_rights(cast: Cast, how: str) -> None:
    reviewer = ADA.email if how == "console" else COUNSEL
    name_reviewer(cast, reviewer)
    need_second_human(cast, "owner.promote")
    made = request(
        seat(cast, OLGA.email),
        "owner.promote",
        {"member_id": member_id(cast, MEI.email), "node_path": ACME, "role_key": "owner"},
    )
    ada, token, door = seat(cast, ADA.email), link(cast, reviewer), stranger(cast)
    statement, arguments = CONSOLE_REVEAL, (ask(ada, CONSOLE_SUBMIT, made, "approve", "Yes"),)
    if how == "link":
        guess = Guess.of(code(cast, door, token))
        statement, arguments = REVEAL, (submit(door, token, guess), token, guess.blind, guess.code)
    accepted = []
    with door.transaction():
        if how == "console":
            claim(door, ada)
        row = door.execute(statement, arguments).fetchone()
        assert row is not None
        assert row[0] == "executed"
        for claimed in (False, True):
            if claimed:
                claim(door, ada)
            accepted += attack(cast, door)
            grant = grant_id(cast, OTIS.email)
            accepted += [n for n, rows in promoted(door, grant) if rows]
    assert accepted == []
    assert cast.one("SELECT role_key FROM govdesk.member_grant WHERE id = %s", grant) == "operator"


def promoted(door: Connection, grant: str) -> list[tuple[str, int]]:
    """How many rows a promotion to owner changed."""
    try:
        with door.transaction():
            return [("promote", door.execute(PROMOTE.format(grant=grant)).rowcount)]  # type: ignore[call-overload]
    except psycopg.Error:
        return []


def test_who_signs_in_by_password_alone_writes_nothing_in_that_transaction(cast: Cast) -> None:
    with arranged(cast) as admin:
        admin.execute(
            "DELETE FROM govdesk_private.factor WHERE person_id ="
            " (SELECT person_id FROM govdesk.member WHERE email = %s)",
            (ADA.email,),
        )
    door, blind = stranger(cast), secrets.token_bytes(32)
    key = sign_in.derive_client_key(PASSWORD, sign_in.parameters(door, ADA.email))
    row = door.execute(
        "SELECT * FROM govdesk_api.sign_in_submit(%s, 'acme', %s, NULL)",
        (ADA.email, sign_in.commitment(blind, key, "")),
    ).fetchone()
    assert row is not None
    with door.transaction():
        signed = door.execute(
            "SELECT token, mfa FROM govdesk_api.sign_in_reveal(%s, %s, %s, '')",
            (row[0], blind, sign_in.proof(key, row[0], row[1])),
        ).fetchone()
        assert signed is not None
        assert signed[1] is False
        assert attack(cast, door) == []


def test_a_session_that_ended_itself_writes_nothing_more_in_that_transaction(cast: Cast) -> None:
    ada = seat(cast, ADA.email)
    for end in (
        "SELECT govdesk_api.end_session(%s)",
        "SELECT govdesk_api.revoke_session((SELECT session_id FROM govdesk_api.whoami())), %s",
    ):
        ada = seat(cast, ADA.email)
        with ada.connection.transaction():
            claim(ada.connection, ada)
            ada.connection.execute(end, (ada.token,))  # type: ignore[arg-type]
            assert attack(cast, ada.connection) == []


def test_who_ends_somebodys_session_by_its_token_gets_no_principal(cast: Cast) -> None:
    ada, door = seat(cast, ADA.email), stranger(cast)
    with door.transaction():
        door.execute("SELECT govdesk_api.end_session(%s)", (ada.token,))
        assert attack(cast, door) == []


def test_who_accepts_an_invitation_does_nothing_else_on_the_inviters_rights(cast: Cast) -> None:
    invite(seat(cast, OLGA.email), role="member")
    token, door, nora = invitation_link(cast), stranger(cast), Newcomer()
    mei = seat(cast, MEI.email)
    args = (nora.name, nora.salt, nora.client_key(door), nora.seed, nora.code, nora.hashes)
    with door.transaction():
        door.execute(ACCEPT, (token, *args))
        assert attack(cast, door) == []
        claim(door, mei)
        assert attack(cast, door) == []


def test_who_enters_as_staff_does_nothing_else_in_that_transaction(cast: Cast) -> None:
    employ(cast)
    sam = at_work(cast)
    attempt = submit_entry(sam)
    with sam.connection.transaction():
        claim(sam.connection, sam)
        entered = sam.connection.execute(ENTER, (attempt,)).fetchone()
        assert entered is not None
        assert attack(cast, sam.connection) == []
        sam.connection.execute(
            "SELECT set_config('app.session_token', %s, true),"
            " set_config('app.current_tenant_path', 'acme', true)",
            (entered[0],),
        )
        assert attack(cast, sam.connection) == []
