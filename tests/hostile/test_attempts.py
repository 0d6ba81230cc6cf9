"""Every attempt without a good end stands in the log, also when it is rolled back."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import psycopg
import pytest

from govdesk.database import sign_in
from govdesk.database.errors import Refused
from govdesk.services import accounts, recovery
from tests.deciding import (
    CONSOLE_REVEAL,
    CONSOLE_SUBMIT,
    COUNSEL,
    code,
    link,
    name_reviewer,
    need_second_human,
    request,
    reveal,
    submit,
)
from tests.doors import (
    Guess,
    arranged,
    ask,
    claim,
    cooled,
    later,
    member_id,
    raw,
    seat,
    stranger,
    worker,
)
from tests.inviting import Newcomer
from tests.people import ACME, ADA, CARLA, MEI, OLGA, Cast
from tests.recovering import (
    RECOVER,
    give_recovery_codes,
    outcome,
    recovery_link,
    submitted,
)
from tests.staffing import REVEAL as ENTER
from tests.staffing import SAM, at_work, employ
from tests.staffing import submit as submit_entry

ATTEMPTS: dict[str, Callable[[Cast], str]] = {}
"""By name: makes the attempt fail and returns whose it was."""


def attempts(function: Callable[[Cast], str]) -> Callable[[Cast], str]:
    ATTEMPTS[function.__name__] = function
    return function


@attempts
def a_sign_in_with_a_wrong_password(cast: Cast) -> str:
    with pytest.raises(Exception, match="not right"):
        sign_in.sign_in(cast.open(cast.database.app_url), MEI.email, ACME, b"x" * 32, "123456")
    return MEI.email


@attempts
def a_confirmation_with_a_wrong_code(cast: Cast) -> str:
    session = cast.sign_in(ADA)
    with pytest.raises(Exception, match="not right"):
        sign_in.step_up(session.connection, session.token, ACME, cast.client_key(ADA), "000000")
    return ADA.email


@attempts
def a_confirmation_that_was_never_revealed(cast: Cast) -> str:
    ask(cast.sign_in(ADA), "SELECT attempt_id FROM govdesk_api.step_up_submit(%s)", b"x" * 32)
    return ADA.email


@attempts
def a_decision_without_a_fresh_confirmation(cast: Cast) -> str:
    made = asked(cast, CARLA.email)
    carla = seat(cast, CARLA.email)
    attempt = ask(carla, CONSOLE_SUBMIT, made, "approve", "Yes")
    cooled(cast)
    with pytest.raises(psycopg.Error), raw(carla) as connection:
        connection.execute(CONSOLE_REVEAL, (attempt,))
    return CARLA.email


@attempts
def a_decision_by_who_may_not_decide(cast: Cast) -> str:
    made, mei = asked(cast, COUNSEL), seat(cast, MEI.email)
    attempt = ask(mei, CONSOLE_SUBMIT, made, "approve", "Yes")
    with pytest.raises(psycopg.Error), raw(mei) as connection:
        connection.execute(CONSOLE_REVEAL, (attempt,))
    return MEI.email


@attempts
def a_decision_that_was_rolled_back(cast: Cast) -> str:
    made, carla = asked(cast, CARLA.email), seat(cast, CARLA.email)
    attempt = ask(carla, CONSOLE_SUBMIT, made, "approve", "Yes")
    with carla.connection.transaction(force_rollback=True):
        claim(carla.connection, carla)
        carla.connection.execute(CONSOLE_REVEAL, (attempt,))
    return CARLA.email


@attempts
def a_decision_by_link_with_a_wrong_code(cast: Cast) -> str:
    asked(cast, COUNSEL)
    token, door, guess = link(cast), stranger(cast), Guess(secrets.token_bytes(32), "00000000")
    code(cast, door, token)
    with pytest.raises(psycopg.Error):
        reveal(door, submit(door, token, guess), token, guess)
    return COUNSEL


@attempts
def a_platform_entry_by_a_customer(cast: Cast) -> str:
    olga = seat(cast, OLGA.email)
    attempt = submit_entry(olga, ACME)
    with pytest.raises(psycopg.Error), raw(olga) as connection:
        connection.execute(ENTER, (attempt,))
    return OLGA.email


@attempts
def a_platform_entry_that_was_rolled_back(cast: Cast) -> str:
    employ(cast)
    sam = at_work(cast)
    attempt = submit_entry(sam)
    with sam.connection.transaction(force_rollback=True):
        claim(sam.connection, sam)
        sam.connection.execute(ENTER, (attempt,))
    return SAM


@attempts
def a_new_password_without_the_old_one(cast: Cast) -> str:
    session = cast.sign_in(MEI)
    with pytest.raises(Refused):
        recovery.change_password(session, MEI.email, "guess", "another long enough password")
    forget_sign_ins(cast)
    return f"change of the password by {MEI.email}"


@attempts
def a_new_factor_without_the_password(cast: Cast) -> str:
    session, secret = cast.sign_in(MEI), accounts.new_seed()
    with pytest.raises(Refused):
        recovery.replace_factor(session, MEI.email, "guess", secret, accounts.totp(secret))
    forget_sign_ins(cast)
    return f"change of the second factor by {MEI.email}"


@attempts
def a_recovery_by_link_with_a_wrong_code(cast: Cast) -> str:
    codes, door = give_recovery_codes(cast, MEI), stranger(cast)
    token = recovery_link(cast, door, MEI.email)
    assert outcome(door, token, codes[0][::-1], Newcomer()) == "GD022"
    return f"recovery of the account of {MEI.email}"


@attempts
def a_recovery_by_link_that_was_rolled_back(cast: Cast) -> str:
    codes, door, who = give_recovery_codes(cast, MEI), stranger(cast), Newcomer()
    token = recovery_link(cast, door, MEI.email)
    attempt, blind = submitted(door, token, codes[0])
    fresh = (who.salt, who.client_key(door), who.seed, who.code, who.hashes)
    with door.transaction(force_rollback=True):
        door.execute(RECOVER, (attempt, token, blind, codes[0], *fresh))
    return f"recovery of the account of {MEI.email}"


def forget_sign_ins(cast: Cast) -> None:
    """What is left is the attempt itself, which is not to be hidden behind one at the door."""
    cast.admin.execute("DELETE FROM govdesk_private.attempt WHERE purpose = 'sign_in'")


def asked(cast: Cast, reviewer: str) -> str:
    """A decision that waits for a reviewer."""
    name_reviewer(cast, reviewer)
    need_second_human(cast, "member.remove")
    payload = {"member_id": member_id(cast, ADA.email)}
    return request(seat(cast, OLGA.email), "member.remove", payload)


@pytest.mark.parametrize("name", ATTEMPTS)
def test_a_failed_attempt_is_sealed_with_whose_it_was(cast: Cast, name: str) -> None:
    with arranged(cast) as admin:
        admin.execute("DELETE FROM govdesk_private.attempt")
    who = ATTEMPTS[name](cast)
    later(cast, "govdesk_private.attempt", "submitted_at", "61 seconds")
    before, door = cast.last_seq(), worker(cast)
    while door.execute("SELECT govdesk_api.note_failed_sign_ins('w1')").fetchone() != (0,):
        pass
    failed = [r for r in cast.rows(before) if r["action"] == "session.failed"]
    assert len(failed) == 1
    assert who in failed[0]["summary"]
    assert failed[0]["actor"] == "worker:w1"
