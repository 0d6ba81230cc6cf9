"""A transaction that is held open holds nobody off: revoking its session takes no longer for it."""

from __future__ import annotations

import time

import psycopg
import pytest

from govdesk.database import sign_in
from govdesk.database.connection import Session
from tests.deciding import COUNSEL, name_reviewer, need_second_human, request
from tests.doors import (
    Guess,
    answer,
    arranged,
    ask,
    cooled,
    grant_id,
    member_id,
    raw,
    seat,
    stranger,
)
from tests.inviting import Newcomer, invite
from tests.people import ADA, CARLA, MEI, OLGA, Cast
from tests.recovering import CHANGE, SUBMIT, begun, changed, give_recovery_codes, recovery_link
from tests.staffing import at_work, employ, enter

PATIENCE = 1.0
"""Seconds that ending somebody's session may take, whatever he holds open."""

HELD = {
    "touch": "SELECT govdesk_api.touch()",
    "rename a system": "UPDATE govdesk.node SET name = 'x' WHERE node_path = 'acme.claims'",
    "rename oneself": "UPDATE govdesk.member SET display_name = 'x' WHERE email = '{me}'",
    "suspend somebody": "UPDATE govdesk.member SET status = 'suspended' WHERE email = '{mei}'",
    "change a grant": "UPDATE govdesk.member_grant SET role_key = 'operator'"
    " WHERE id = '{mei_grant}'",
    "give up one's own grant": "UPDATE govdesk.member_grant SET role_key = 'member'"
    " WHERE id = '{my_grant}'",
    "invite": "SELECT govdesk_api.invite('held@new.example', 'H', 'member', 'acme', '', 7)",
    "resend an invitation": "SELECT govdesk_api.resend_invitation('{invitation}')",
    "copy a link": "SELECT govdesk_api.copy_invitation_link('{invitation}')",
    "revoke an invitation": "SELECT govdesk_api.revoke_invitation('{invitation}')",
    "ask for a decision": "SELECT govdesk_api.request_decision('member.remove',"
    " jsonb_build_object('member_id', '{mei_id}'), 'x')",
    "take a decision back": "SELECT govdesk_api.cancel_decision('{decision}')",
    "propose a contact": "SELECT govdesk_api.propose_contact('c@c.example', 'C')",
    "confirm a contact": "SELECT govdesk_api.confirm_contact('AAAA-AAAA-AAAA')",
    "step up": "SELECT * FROM govdesk_api.step_up_submit(sha256('x'))",
    "end one's own session": "SELECT govdesk_api.revoke_session('{session}')",
    "end all one's sessions": "SELECT govdesk_api.revoke_sessions_of(NULL)",
    "end the session by token": "SELECT govdesk_api.end_session('{token}')",
    "add a site": "INSERT INTO govdesk.site (tenant_id, tenant_path, name, address)"
    " SELECT tenant_id, tenant_path, 'x', 'x' FROM govdesk.tenant",
    "change the metadata": "INSERT INTO govdesk.organization_metadata (tenant_id, tenant_path,"
    " version, effective_from, legal_entity, country) SELECT tenant_id, tenant_path,"
    " (SELECT coalesce(max(version), 0) + 1 FROM govdesk.organization_metadata), now(), 'x', 'AU'"
    " FROM govdesk.tenant",
    "lock what can be locked": "SELECT 1 FROM govdesk.member FOR UPDATE",
    "lock grants": "SELECT 1 FROM govdesk.member_grant FOR UPDATE",
    "note an export": "SELECT govdesk_api.note_export('started', gen_random_uuid(), '{{}}')",
    "seal early": "SET CONSTRAINTS ALL IMMEDIATE",
}
"""What Ada, an admin, leaves open; the names in braces are filled in."""


def filled(cast: Cast, statement: str) -> tuple[Session, str]:
    """Ada's session, and the statement about things that are there."""
    ada = seat(cast, ADA.email)
    values = {
        "me": ADA.email,
        "mei": MEI.email,
        "mei_id": member_id(cast, MEI.email),
        "mei_grant": grant_id(cast, MEI.email),
        "my_grant": grant_id(cast, ADA.email),
        "session": ask(ada, "SELECT session_id FROM govdesk_api.whoami()"),
        "token": ada.token,
    }
    if "{invitation}" in statement:
        values["invitation"] = invite(ada)
    if "{decision}" in statement or "request_decision" in statement:
        name_reviewer(cast, COUNSEL, CARLA.email)
        need_second_human(cast, "member.remove")
        payload = {"member_id": member_id(cast, "otis@acme.example")}
        if "{decision}" in statement:
            values["decision"] = request(ada, "factor.reset", payload)
    return ada, statement.format(**values)


@pytest.mark.parametrize("what", HELD)
def test_revoking_is_not_held_off_by_an_open_transaction(cast: Cast, what: str) -> None:
    ada, statement = filled(cast, HELD[what])
    olga = seat(cast, OLGA.email)
    identity = ask(ada, "SELECT session_id FROM govdesk_api.whoami()")
    answers = []
    try:
        with raw(ada) as connection:
            answers.append(answer_held(connection, statement))
            began = time.monotonic()
            assert ask(olga, "SELECT govdesk_api.revoke_session(%s)", identity) is not None
            assert time.monotonic() - began < PATIENCE
    except psycopg.Error as error:
        answers.append(error.sqlstate or "")
    assert "42501" not in answers[:1], answers
    assert cast.one(
        "SELECT count(*) > 0 FROM govdesk_private.session_end WHERE session_id = %s", identity
    )


def answer_held(connection: psycopg.Connection[object], statement: str) -> str:
    """Run it without a savepoint, so that its locks stay; what it refused holds nothing."""
    connection.execute("SAVEPOINT before")
    try:
        connection.execute(statement)  # type: ignore[call-overload]
    except psycopg.Error as error:
        connection.execute("ROLLBACK TO before")
        return error.sqlstate or ""
    return "ok"


@pytest.mark.parametrize("what", ["rename a system", "invite", "touch", "change a grant"])
def test_removing_and_demoting_are_not_held_off_either(cast: Cast, what: str) -> None:
    for change in (
        "UPDATE govdesk.member_grant SET role_key = 'member' WHERE id = '{grant}' RETURNING 1",
        "UPDATE govdesk.member SET status = 'suspended' WHERE id = '{member}' RETURNING 1",
    ):
        ada, statement = filled(cast, HELD[what])
        olga = seat(cast, OLGA.email)
        change = change.format(grant=grant_id(cast, ADA.email), member=member_id(cast, ADA.email))
        try:
            with raw(ada) as connection:
                answer_held(connection, statement)
                began = time.monotonic()
                assert ask(olga, change) == 1
                assert time.monotonic() - began < PATIENCE
        except psycopg.Error as error:
            assert error.sqlstate == "GD001"
        with arranged(cast) as admin:
            admin.execute(
                "UPDATE govdesk.member_grant SET role_key = 'admin' WHERE id = %s",
                (grant_id(cast, ADA.email),),
            )


def test_staff_are_thrown_out_whatever_they_hold_open(cast: Cast) -> None:
    employ(cast)
    inside, olga = enter(cast, at_work(cast)), seat(cast, OLGA.email)
    identity = ask(inside, "SELECT session_id FROM govdesk_api.whoami()")
    with pytest.raises(psycopg.Error) as caught, raw(inside) as connection:
        connection.execute("UPDATE govdesk.node SET name = 'x' WHERE node_path = 'acme.claims'")
        connection.execute("SELECT govdesk_api.touch()")
        began = time.monotonic()
        assert ask(olga, "SELECT govdesk_api.revoke_session(%s)", identity) is True
        assert time.monotonic() - began < PATIENCE
    assert caught.value.sqlstate == "GD001"
    assert cast.one("SELECT name FROM govdesk.node WHERE node_path = 'acme.claims'") != "x"


def test_a_confirmation_held_open_holds_nobody_off(cast: Cast) -> None:
    """A step-up writes the session's own row; a revocation does not wait for it."""
    ada, olga = cast.sign_in(ADA), seat(cast, OLGA.email)
    key, code = cast.client_key(ADA), cast.fresh_code(ADA)
    cooled(cast)
    guess, connection = Guess.of(code), ada.connection
    with raw(ada):
        row = connection.execute(
            "SELECT * FROM govdesk_api.step_up_submit(%s)",
            (sign_in.commitment(guess.blind, key, code),),
        ).fetchone()
    assert row is not None
    identity = ask(ada, "SELECT session_id FROM govdesk_api.whoami()")
    state = ""
    try:
        with raw(ada):
            state = answer(
                connection,
                "SELECT govdesk_api.step_up_reveal(%s, %s, %s, %s)",
                row[0],
                guess.blind,
                sign_in.proof(key, row[0], row[1]),
                code,
            )
            began = time.monotonic()
            assert ask(olga, "SELECT govdesk_api.revoke_session(%s)", identity) is True
            assert time.monotonic() - began < PATIENCE
    except psycopg.Error as error:
        assert error.sqlstate == "GD001"
    assert state == "ok"


def test_changing_a_password_held_open_holds_nobody_off(cast: Cast) -> None:
    ada, olga, fresh = cast.sign_in(ADA), seat(cast, OLGA.email), Newcomer()
    key = cast.client_key(ADA)
    identity = ask(ada, "SELECT session_id FROM govdesk_api.whoami()")
    new = fresh.client_key(cast.open(cast.database.app_url))
    attempt = begun(ada, "change_password", key)
    try:
        with raw(ada) as connection:
            connection.execute(CHANGE, (*attempt, key, fresh.salt, new))
            began = time.monotonic()
            assert ask(olga, "SELECT govdesk_api.revoke_session(%s)", identity) is not None
            assert time.monotonic() - began < PATIENCE
    except psycopg.Error as error:
        assert error.sqlstate == "GD001"


def test_a_recovery_held_open_does_not_keep_the_owner_from_ending_it(cast: Cast) -> None:
    """Whoever reads a mailbox submits and waits; a new password, which ends the link, does not."""
    give_recovery_codes(cast, MEI)
    thief, mei, fresh = stranger(cast), cast.sign_in(MEI), Newcomer()
    token = recovery_link(cast, thief, MEI.email)
    new = fresh.client_key(mei.connection)
    with thief.transaction(force_rollback=True):
        thief.execute(SUBMIT, (token, b"x" * 32))
        began = time.monotonic()
        assert changed(mei, cast.client_key(MEI), fresh.salt, new) == "ok"
        assert time.monotonic() - began < PATIENCE
