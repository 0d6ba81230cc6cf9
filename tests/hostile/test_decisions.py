"""Attacks on the second human: his link, his code, himself, and what he approved."""

from __future__ import annotations

import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.deciding import (
    COUNSEL,
    REVEAL,
    SEND_CODE,
    SUBMIT,
    VIEW,
    code,
    decide_by_link,
    decision,
    link,
    name_reviewer,
    need_second_human,
    request,
    reveal,
    submit,
)
from tests.doors import (
    Connection,
    Guess,
    answer,
    arranged,
    later,
    logins,
    mails,
    member_id,
    rows_of,
    seat,
    stranger,
    worker,
)
from tests.people import ADA, MEI, OLGA, Cast

DEAD = ("GD020", "42501")
"""What a link that opens nothing ends with."""


@pytest.fixture
def pending(cast: Cast) -> str:
    """Olga asks to remove Ada; counsel may decide."""
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "member.remove", "member.demote", "owner.promote")
    return removal(cast)


def removal(cast: Cast, email: str = ADA.email) -> str:
    return request(seat(cast, OLGA.email), "member.remove", {"member_id": member_id(cast, email)})


def still_there(cast: Cast, email: str = ADA.email) -> bool:
    return bool(cast.one("SELECT status = 'active' FROM govdesk.member WHERE email = %s", email))


def outcome(door: Connection, attempt: object, token: str, guess: Guess) -> str:
    try:
        return reveal(door, attempt, token, guess)[0]
    except psycopg.Error as error:
        return error.sqlstate or ""


def test_of_a_hundred_uses_at_once_one_decides(cast: Cast, pending: str) -> None:
    token = link(cast)
    guess = Guess.of(code(cast, stranger(cast), token))
    with logins(cast, 20) as doors, ThreadPoolExecutor(20) as pool:

        def use(number: int) -> str:
            door = doors[number % 20]
            return answer(door, "SELECT 1") and once(door)

        def once(door: Connection) -> str:
            with psycopg.connect(cast.database.app_url, autocommit=True) as own:
                try:
                    return outcome(own, submit(own, token, guess), token, guess)
                except psycopg.Error as error:
                    return error.sqlstate or ""

        answers = Counter(pool.map(use, range(100)))
    assert answers["executed"] == 1, answers
    rows = [r["action"] for r in cast.rows(0)]
    assert rows.count("decision.executed") == rows.count("member.removed") == 1


def test_looking_decides_nothing_and_spends_nothing(cast: Cast, pending: str) -> None:
    token, door = link(cast), stranger(cast)
    before = cast.last_seq()
    for _ in range(20):
        (shown,) = rows_of(door, VIEW, token)
        assert shown["status"] == "pending"
    assert (cast.last_seq(), decision(cast, pending)["status"]) == (before, "pending")
    assert decide_by_link(cast, token)[0] == "executed"


def test_a_scanner_that_submits_everything_gets_one_code_mailed_and_decides_nothing(
    cast: Cast, pending: str
) -> None:
    token, door = link(cast), stranger(cast)
    door.execute(SEND_CODE, (token,))
    for verdict in ("approve", "reject"):
        for typed in ("", "0", "12345678", token):
            guess = Guess.of(typed)
            try:
                attempt = submit(door, token, guess, verdict)
            except psycopg.Error:
                continue
            assert outcome(door, attempt, token, guess) in ("GD022", "GD003")
    assert len(mails(cast, "decision_code")) == 1
    assert decision(cast, pending)["status"] == "pending"


def test_a_link_is_dead_after_use_expiry_and_cancelling(cast: Cast, pending: str) -> None:
    door, used = stranger(cast), link(cast)
    decide_by_link(cast, used, "reject")
    removal(cast)
    late = link(cast)
    guess = Guess.of(code(cast, door, late))
    attempt = submit(door, late, guess)
    later(cast, "govdesk.decision", "expires_at", "25 hours", "status = 'pending'")
    assert outcome(door, attempt, late, guess) not in ("approved", "executed", "rejected")
    assert still_there(cast)
    for token in (used, late):
        assert answer(door, SEND_CODE, token) in DEAD
    assert answer(door, SUBMIT, used, "approve", "x", guess.commitment) in DEAD


def test_a_changed_payload_voids_the_decision(cast: Cast, pending: str) -> None:
    token, door = link(cast), stranger(cast)
    guess = Guess.of(code(cast, door, token))
    attempt = submit(door, token, guess)
    with arranged(cast) as admin:
        admin.execute(
            "UPDATE govdesk.decision SET payload = replace(payload::text, %s, %s)::json"
            " WHERE id = %s",
            (member_id(cast, ADA.email), member_id(cast, MEI.email), pending),
        )
    assert outcome(door, attempt, token, guess) in ("voided", "GD020")
    assert still_there(cast)
    assert still_there(cast, MEI.email)
    assert decision(cast, pending)["status"] == "voided"


def test_a_link_is_no_session_no_set_up_code_and_no_other_kind_of_link(
    cast: Cast, pending: str
) -> None:
    token, door, key = link(cast), stranger(cast), secrets.token_bytes(32)
    hashes = [secrets.token_bytes(32) for _ in range(10)]
    attacks: list[tuple[str, tuple[object, ...]]] = [
        ("SELECT govdesk_api.bind(%s, 'acme')", (token,)),
        ("SELECT govdesk_api.set_password_by_code(%s, %s, %s)", (token, key[:16], key)),
        (
            "SELECT govdesk_api.enrol_totp(%s, %s, %s, '123456', %s)",
            (token, key, key[:20], hashes),
        ),
        ("SELECT * FROM govdesk_api.invitation_view(%s)", (token,)),
        (
            "SELECT govdesk_api.accept_invitation(%s, 'X', %s, %s, %s, '123456', %s)",
            (token, key[:16], key, key[:20], hashes),
        ),
        ("SELECT * FROM govdesk_api.account_link_view(%s)", (token,)),
        ("SELECT govdesk_api.recover_submit(%s, %s)", (token, key)),
        (
            "SELECT govdesk_api.recover_account(gen_random_uuid(), %s, %s, NULL, %s, %s, %s,"
            " '123456', %s)",
            (token, key, key[:16], key, key[:20], hashes),
        ),
    ]
    for statement, parameters in attacks:
        assert answer(door, statement, *parameters) not in ("ok", "42883", "42P01"), statement
    assert answer(door, "SELECT govdesk_api.end_session(%s)", token) == "ok"
    assert (door.execute("SELECT govdesk_api.tenant_of(%s)", (token,)).fetchone()) == (None,)
    assert decide_by_link(cast, token)[0] == "executed"


def test_a_forged_link_opens_nothing(cast: Cast, pending: str) -> None:
    token, door = link(cast), stranger(cast)
    forged = {token[:-1] + ("A" if token[-1] != "A" else "B"), token + "A", token[1:], token[:-4]}
    forged |= {token.swapcase(), token[::-1], "", "x" * 200, pending, f"{token}\n"}
    for number in range(0, len(token), 5):
        other = "Q" if token[number] != "Q" else "R"
        forged.add(token[:number] + other + token[number + 1 :])
    for wrong in forged - {token}:
        assert answer(door, VIEW, wrong) in DEAD, wrong
        assert answer(door, SEND_CODE, wrong) in DEAD, wrong
        commitment = Guess.of("1").commitment
        assert answer(door, SUBMIT, wrong, "approve", "x", commitment) in DEAD, wrong
    assert answer(door, VIEW, token) == "ok"


def test_one_requests_link_does_not_decide_another(cast: Cast, pending: str) -> None:
    door, mine = stranger(cast), link(cast)
    other = removal(cast, MEI.email)
    theirs = link(cast)
    guess = Guess.of(code(cast, door, mine))
    attempt = submit(door, mine, guess)
    assert outcome(door, attempt, theirs, guess) not in ("executed", "approved", "rejected")
    foreign = submit(door, theirs, guess)
    assert outcome(door, foreign, theirs, guess) in ("GD022", "GD003")
    assert decision(cast, other)["status"] == "pending"


@pytest.mark.parametrize("undo", ["ROLLBACK", "SAVEPOINT"])
def test_undoing_each_guess_forgets_none(cast: Cast, pending: str, undo: str) -> None:
    token, door = link(cast), stranger(cast)
    right = code(cast, door, token)
    answers = []
    for number in range(12):
        guess = Guess.of(f"{number:08d}")
        attempt = submit(door, token, guess) if still_open(door, token) else None
        if attempt is None:
            break
        with door.transaction(force_rollback=True):
            if undo == "SAVEPOINT":
                door.execute("SAVEPOINT s")
            answers.append(outcome(door, attempt, token, guess))
    assert Counter(answers)["GD022"] <= 5
    guess = Guess.of(right)
    try:
        result = outcome(door, submit(door, token, guess), token, guess)
    except psycopg.Error as error:
        result = error.sqlstate or ""
    assert result in ("GD003", "GD022")
    assert still_there(cast)


def still_open(door: Connection, token: str) -> bool:
    return answer(door, SUBMIT, token, "approve", "x", Guess.of("0").commitment) == "ok"


def test_fifty_hands_have_five_guesses_together(cast: Cast, pending: str) -> None:
    token = link(cast)
    code(cast, stranger(cast), token)
    with logins(cast, 50) as doors, ThreadPoolExecutor(50) as pool:

        def guess_one(door: Connection) -> str:
            guess = Guess.of(f"{secrets.randbelow(10**8):08d}")
            try:
                return outcome(door, submit(door, token, guess), token, guess)
            except psycopg.Error as error:
                return error.sqlstate or ""

        answers = Counter(pool.map(guess_one, doors))
    assert answers["GD022"] <= 5, answers
    assert still_there(cast)


def test_nothing_is_judged_in_the_transaction_that_submits(cast: Cast, pending: str) -> None:
    token, door = link(cast), stranger(cast)
    guess = Guess.of(code(cast, door, token))
    with door.transaction(force_rollback=True):
        attempt = submit(door, token, guess)
        door.execute("SAVEPOINT s")
        assert answer(door, REVEAL, attempt, token, guess.blind, guess.code) == "GD007"
    assert outcome(door, submit(door, token, guess), token, guess) == "executed"


def test_a_committed_guess_cannot_be_changed(cast: Cast, pending: str) -> None:
    token, door = link(cast), stranger(cast)
    right = code(cast, door, token)
    attempt = submit(door, token, wrong := Guess.of("00000000"))
    assert outcome(door, attempt, token, Guess(wrong.blind, right)) in ("GD022", "GD008")
    assert still_there(cast)


def test_five_codes_are_mailed_a_day_and_only_the_newest_counts(cast: Cast, pending: str) -> None:
    token, door = link(cast), stranger(cast)
    answers = [answer(door, SEND_CODE, token) for _ in range(7)]
    assert answers == ["ok"] * 5 + ["GD003"] * 2
    codes = [m["facts"]["code"] for m in mails(cast, "decision_code", COUNSEL)]
    assert len(codes) == 5
    assert all(len(c) == 8 and c.isdigit() for c in codes)


def test_a_code_is_over_after_ten_minutes(cast: Cast, pending: str) -> None:
    token, door = link(cast), stranger(cast)
    guess = Guess.of(code(cast, door, token))
    later(cast, "govdesk_private.link_code", "expires_at", "11 minutes")
    assert outcome(door, submit(door, token, guess), token, guess) == "GD022"
    assert still_there(cast)


def test_wrong_codes_are_sealed_as_failed(cast: Cast, pending: str) -> None:
    token, door = link(cast), stranger(cast)
    code(cast, door, token)
    guess = Guess.of("00000000")
    assert outcome(door, submit(door, token, guess), token, guess) == "GD022"
    later(cast, "govdesk_private.attempt", "submitted_at", "61 seconds")
    before = cast.last_seq()
    assert worker(cast).execute("SELECT govdesk_api.note_failed_sign_ins('w')").fetchone() == (1,)
    (row,) = cast.rows(before)
    assert row["action"] == "session.failed"
    assert COUNSEL in f"{row['summary']} {row['diff']}"
