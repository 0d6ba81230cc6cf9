"""Attacks on each way back in: none skips the second factor or the log."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.deciding import name_reviewer
from tests.doors import (
    Connection,
    Guess,
    answer,
    arranged,
    ask,
    cooled,
    later,
    mails,
    member_id,
    ratio_of_times,
    raw,
    refusal,
    seat,
    stranger,
    worker,
)
from tests.inviting import Newcomer
from tests.people import ADA, BEA, MEI, OLGA, OTIS, Cast
from tests.recovering import (
    ACCOUNT,
    CHANGE,
    ENROL,
    RECOVER,
    REPLACE,
    REQUEST,
    SUBMIT,
    VIEW,
    begun,
    changed,
    decided_link,
    forget,
    give_recovery_codes,
    outcome,
    password_only,
    reads,
    recovery_link,
    replaced,
    served,
    signs_in,
    submitted,
)

REFUSED = ("GD001", "GD002", "GD003", "GD012", "GD014", "GD015", "GD020", "GD022", "42501")


def test_the_mailed_link_alone_opens_nothing(cast: Cast) -> None:
    give_recovery_codes(cast, MEI)
    door = stranger(cast)
    token = recovery_link(cast, door, MEI.email)
    for code in (None, "", "0", "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA", "x" * 1_000_000):
        assert outcome(door, token, code, Newcomer()) in REFUSED
    assert signs_in(cast, MEI)


def test_another_persons_recovery_code_opens_nothing(cast: Cast) -> None:
    theirs = give_recovery_codes(cast, ADA)[0]
    give_recovery_codes(cast, MEI)
    door = stranger(cast)
    assert outcome(door, recovery_link(cast, door, MEI.email), theirs, Newcomer()) in REFUSED
    assert signs_in(cast, MEI)
    assert signs_in(cast, ADA)


def test_a_recovery_link_works_once_of_twenty_at_once(cast: Cast) -> None:
    codes, door = give_recovery_codes(cast, MEI), stranger(cast)
    token, url = recovery_link(cast, door, MEI.email), cast.database.app_url

    def use(code: str) -> str:
        with psycopg.connect(url, autocommit=True) as own:
            return outcome(own, token, code, Newcomer())

    with ThreadPoolExecutor(10) as pool:
        answers = Counter(pool.map(use, codes * 2))
    assert answers["ok"] == 1, answers
    assert set(answers) - {"ok"} <= set(REFUSED)


def test_an_expired_link_and_an_earlier_one_open_nothing(cast: Cast) -> None:
    codes, door = give_recovery_codes(cast, MEI), stranger(cast)
    token = recovery_link(cast, door, MEI.email)
    later(cast, "govdesk_private.link", "expires_at", "2 hours")
    assert answer(door, VIEW, token) == "GD020"
    assert outcome(door, token, codes[0], Newcomer()) == "GD020"
    assert signs_in(cast, MEI)


def test_guesses_of_the_recovery_code_are_counted_though_rolled_back(cast: Cast) -> None:
    right, door = give_recovery_codes(cast, MEI)[0], stranger(cast)
    token, answers = recovery_link(cast, door, MEI.email), []
    for _ in range(8):
        guess = secrets.token_hex(12).upper()
        attempt, blind = submitted(door, token, guess)
        with door.transaction(force_rollback=True):
            answers.append(revealed(door, attempt, token, blind, guess))
    assert answers == ["GD022"] * 5 + ["GD003"] * 3
    assert outcome(door, token, right, Newcomer()) == "GD003"
    assert len(sealed_failures(cast)) == 9
    later(cast, "govdesk_private.attempt", "submitted_at", "10 minutes")
    assert outcome(door, token, right, Newcomer()) == "ok"


def test_no_recovery_code_is_judged_in_the_transaction_that_submits(cast: Cast) -> None:
    right, door = give_recovery_codes(cast, MEI)[0], stranger(cast)
    token = recovery_link(cast, door, MEI.email)
    for code in (right, "A" * 24):
        with door.transaction(force_rollback=True):
            attempt, blind = submitted(door, token, code)
            assert revealed(door, attempt, token, blind, code) == "GD007"
        assert revealed(door, attempt, token, blind, code) == "GD008"


def test_a_recovery_that_is_written_down_cannot_become_another(cast: Cast) -> None:
    codes, door = give_recovery_codes(cast, MEI), stranger(cast)
    give_recovery_codes(cast, OTIS)
    token, other = recovery_link(cast, door, MEI.email), recovery_link(cast, door, OTIS.email)
    attempt, blind = submitted(door, token, "A" * 24)
    assert revealed(door, attempt, token, blind, codes[0]) == "GD022"
    attempt, blind = submitted(door, other, codes[0])
    assert revealed(door, attempt, token, blind, codes[0]) == "GD008"
    attempt, blind = submitted(door, token, codes[0])
    later(cast, "govdesk_private.attempt", "submitted_at", "61 seconds")
    assert revealed(door, attempt, token, blind, codes[0]) == "GD008"
    assert signs_in(cast, MEI)


def test_of_fifty_hands_with_a_link_five_guess(cast: Cast) -> None:
    give_recovery_codes(cast, MEI)
    token, url = recovery_link(cast, stranger(cast), MEI.email), cast.database.app_url

    def guess(number: int) -> str:
        with psycopg.connect(url, autocommit=True) as own:
            code = f"{number:024d}"
            return revealed(own, *_turned(submitted(own, token, code), token), code)

    with ThreadPoolExecutor(25) as pool:
        answers = Counter(pool.map(guess, range(50)))
    assert answers["GD022"] <= 5
    assert set(answers) <= {"GD022", "GD003"}


def _turned(made: tuple[object, bytes], token: str) -> tuple[object, str, bytes]:
    return made[0], token, made[1]


def revealed(door: Connection, attempt: object, token: str, blind: bytes, code: str) -> str:
    """Use a link with everything new; "ok", or the SQLSTATE of the refusal."""
    who = Newcomer()
    fresh = (who.salt, who.client_key(door), who.seed, who.code, who.hashes)
    return answer(door, RECOVER, attempt, token, blind, code, *fresh)


def sealed_failures(cast: Cast) -> list[dict[str, object]]:
    """What the worker seals of attempts without a good end, a minute later."""
    before, door = cast.last_seq(), worker(cast)
    later(cast, "govdesk_private.attempt", "submitted_at", "61 seconds")
    while door.execute("SELECT govdesk_api.note_failed_sign_ins('w1')").fetchone() != (0,):
        pass
    return [r for r in cast.rows(before) if r["action"] == "session.failed"]


@pytest.mark.parametrize("purpose", ["change_password", "replace_factor"])
def test_guesses_of_ones_password_are_counted_and_sealed_though_rolled_back(
    cast: Cast, purpose: str
) -> None:
    mei, fresh = cast.sign_in(MEI), Newcomer()
    key, rest = proofs_of(cast, purpose, fresh)
    answers = []
    for _ in range(7):
        attempt = begun(mei, purpose, b"x" * 32)
        with pytest.raises(psycopg.Error) as refused, raw(mei) as connection:
            connection.execute("SAVEPOINT s")
            connection.execute(STATEMENTS[purpose], (*attempt, b"x" * 32, *rest))
        answers.append(refused.value.sqlstate)
    assert answers == ["GD002"] * 5 + ["GD003"] * 2
    assert refusal(mei, STATEMENTS[purpose], *begun(mei, purpose, key), key, *rest) == "GD003"
    # The same five as everywhere: what was guessed here is not guessed at the door any more.
    assert not signs_in(cast, MEI)
    failed = sealed_failures(cast)
    assert len(failed) == 9
    whats = {"change_password": "password", "replace_factor": "second factor"}
    said = f"A change of the {whats[purpose]} by {MEI.email} failed"
    assert sum(row["summary"] == said for row in failed) == 8


@pytest.mark.parametrize("purpose", ["change_password", "replace_factor"])
def test_a_change_of_the_account_is_judged_later_once_and_for_its_own_session(
    cast: Cast, purpose: str
) -> None:
    mei, other, fresh = cast.sign_in(MEI), cast.sign_in(MEI), Newcomer()
    key, rest = proofs_of(cast, purpose, fresh)
    act, another = STATEMENTS[purpose], {"change_password": REPLACE, "replace_factor": CHANGE}
    with pytest.raises(psycopg.Error) as refused, raw(mei) as connection:
        guess = Guess(secrets.token_bytes(32), "")
        bound = hashlib.sha256(guess.blind + key).digest()
        (attempt,) = connection.execute(ACCOUNT, (purpose, bound)).fetchone() or ("",)
        connection.execute(act, (attempt, guess.blind, key, *rest))
    assert refused.value.sqlstate == "GD007"
    made = begun(mei, purpose, key)
    assert refusal(other, act, *made, key, *rest) == "GD001"
    foreign = proofs_of(cast, "replace_factor" if purpose == "change_password" else
                        "change_password", fresh)[1]  # fmt: skip
    assert refusal(mei, another[purpose], *made, key, *foreign) == "GD008"
    assert refusal(mei, act, made[0], b"y" * 32, key, *rest) == "GD002"
    ask(mei, act, *made, key, *rest)
    assert refusal(mei, act, *made, key, *rest) == "GD008"


STATEMENTS = {"change_password": CHANGE, "replace_factor": REPLACE}


def proofs_of(cast: Cast, purpose: str, fresh: Newcomer) -> tuple[bytes, tuple[object, ...]]:
    """One's own key, and what is to be put in place."""
    key = cast.client_key(MEI)
    if purpose == "change_password":
        return key, (fresh.salt, fresh.client_key(stranger(cast)))
    return key, (fresh.seed, fresh.code, fresh.hashes)


def test_an_attempt_that_needs_a_confirmation_first_is_none(cast: Cast) -> None:
    mei = cast.sign_in(MEI)
    cooled(cast)
    assert refusal(mei, ACCOUNT, "change_password", b"x" * 32) == "GD009"
    for purpose in ("sign_in", "step_up", "decide", "recover", "", None):
        assert refusal(cast.sign_in(MEI), ACCOUNT, purpose, b"x" * 32) == "GD008"
    assert sealed_failures(cast) == []


def test_a_reset_factor_is_enrolled_with_the_mailed_link_only(cast: Cast) -> None:
    token = decided_link(cast, "factor.reset", MEI.email, "factor")
    door, thief, key = stranger(cast), Newcomer(), cast.client_key(MEI)
    pre = password_only(cast, MEI.email)
    for wrong in (None, "", token + "A", token[::-1], "x" * 1_000_000):
        assert answer(door, ENROL, pre, key, thief.seed, thief.code, thief.hashes, wrong) in REFUSED
    five = "SELECT govdesk_api.enrol_totp(%s, %s, %s, %s, %s)"
    assert answer(door, five, pre, key, thief.seed, thief.code, thief.hashes) in REFUSED
    with door.transaction():
        door.execute(
            "SELECT set_config('app.session_token', %s, true),"
            " set_config('app.current_tenant_path', 'acme', true)",
            (pre,),
        )
        assert door.execute("SELECT count(*) FROM govdesk.member").fetchone() == (0,)
    assert answer(door, ENROL, pre, key, thief.seed, thief.code, thief.hashes, token) == "ok"


def test_the_factor_link_of_one_person_enrols_nobody_else(cast: Cast) -> None:
    decided_link(cast, "factor.reset", OTIS.email, "factor")
    token = decided_link(cast, "factor.reset", MEI.email, "factor")
    thief, door = Newcomer(), stranger(cast)
    pre, key = password_only(cast, OTIS.email), cast.client_key(OTIS)
    proofs = (thief.seed, thief.code, thief.hashes)
    assert answer(door, ENROL, pre, key, *proofs, token) == "GD020"
    attempt = secrets.token_bytes(32)
    assert answer(door, SUBMIT, token, attempt) == "GD020"


def test_a_reset_factor_does_not_let_the_password_alone_in(cast: Cast) -> None:
    decided_link(cast, "factor.reset", MEI.email, "factor")
    pre = password_only(cast, MEI.email)
    door = stranger(cast)
    assert answer(door, "SELECT govdesk_api.bind(%s, 'acme')", pre) == "GD001"


def test_a_password_is_not_changed_by_a_wrong_one_or_without_a_fresh_confirmation(
    cast: Cast,
) -> None:
    mei, fresh = cast.sign_in(MEI), Newcomer()
    door, key = stranger(cast), cast.client_key(MEI)
    new = fresh.client_key(door)
    for old in (b"x" * 32, cast.client_key(ADA), b"", None, new, b"x" * 1_000_000):
        assert changed(mei, old, fresh.salt, new) in REFUSED
        forget(cast, MEI.email)
    for salt, other in ((b"", new), (fresh.salt, b"short"), (None, new), (fresh.salt, None)):
        assert changed(mei, key, salt, other) in REFUSED
        forget(cast, MEI.email)
    cooled(cast)
    assert changed(mei, key, fresh.salt, new) == "GD009"
    assert replaced(mei, key, fresh.seed, fresh.code, fresh.hashes) == "GD009"
    assert signs_in(cast, MEI)


def test_a_factor_is_not_replaced_with_another_key_or_a_wrong_code(cast: Cast) -> None:
    mei, fresh, key = cast.sign_in(MEI), Newcomer(), cast.client_key(MEI)
    good = [key, fresh.seed, fresh.code, fresh.hashes]
    for place, wrong in ((0, cast.client_key(ADA)), (2, "000000"), (2, None), (1, b"x"), (3, [])):
        args = [*good]
        args[place] = wrong
        assert replaced(mei, *args) in REFUSED, place
        forget(cast, MEI.email)
    assert signs_in(cast, MEI)


def test_a_changed_password_ends_the_sessions_in_every_tenant(cast: Cast) -> None:
    with arranged(cast, "beta") as admin:
        admin.execute(
            "SELECT govdesk_private.add_member(tenant_id, tenant_path, %s, 'Mei', '', 'member',"
            " tenant_path) FROM govdesk.tenant WHERE tenant_path = 'beta'",
            (MEI.email,),
        )
    there, here, fresh = seat(cast, MEI.email, "beta"), cast.sign_in(MEI), Newcomer()
    assert reads(there)
    key = fresh.client_key(stranger(cast))
    assert changed(here, cast.client_key(MEI), fresh.salt, key) == "ok"
    assert not reads(there)


def test_a_changed_password_kills_links_that_were_mailed_before(cast: Cast) -> None:
    codes, door, fresh = give_recovery_codes(cast, MEI), stranger(cast), Newcomer()
    token, here = recovery_link(cast, door, MEI.email), cast.sign_in(MEI)
    assert changed(here, cast.client_key(MEI), fresh.salt, fresh.client_key(door)) == "ok"
    assert outcome(door, token, codes[0], Newcomer()) == "GD020"


def test_asking_says_and_takes_the_same_for_known_and_unknown_addresses(cast: Cast) -> None:
    door = stranger(cast)
    with arranged(cast) as admin:
        for number in range(100):
            admin.execute(
                "SELECT govdesk_private.add_member(tenant_id, tenant_path, %s, 'K', '', 'member',"
                " tenant_path) FROM govdesk.tenant WHERE tenant_path = 'acme'",
                (f"known{number}@acme.example",),
            )

    def asked(kind: str, number: int) -> None:
        row = door.execute(REQUEST, (f"{kind}{number}@acme.example",)).fetchone()
        assert row is not None
        assert not row[0]

    assert 0.7 < ratio_of_times(asked, 100) < 1.43


@pytest.mark.parametrize("email", ["", None, "x", "x" * 1_000_000, f" {MEI.email.upper()} "])
def test_asking_with_anything_at_all_gives_no_error_that_tells(
    cast: Cast, email: str | None
) -> None:
    found = answer(stranger(cast), REQUEST, email)
    assert found in ("ok", "GD003", "GD024")


def test_nobody_asks_for_a_decision_to_take_over_somebody_above_himself(cast: Cast) -> None:
    ask_for = "SELECT govdesk_api.request_decision(%s, format(%s, %s::text)::jsonb, 'Please')"
    about = '{"member_id": "%s"}'
    name_reviewer(cast, "counsel@law.example")
    olga, mei = member_id(cast, OLGA.email), member_id(cast, MEI.email)
    for action in ("factor.reset", "account.recover"):
        assert refusal(seat(cast, ADA.email), ask_for, action, about, olga) == "42501"
        assert refusal(seat(cast, "otis@acme.example"), ask_for, action, about, mei) == "42501"
        assert refusal(seat(cast, BEA.email, "beta"), ask_for, action, about, mei).startswith(
            ("42501", "GD", "23")
        )
    assert mails(cast, "recover") == mails(cast, "factor") == []


def test_a_removed_person_gets_no_mail_and_no_way_in(cast: Cast) -> None:
    codes, door = give_recovery_codes(cast, MEI), stranger(cast)
    token = recovery_link(cast, door, MEI.email)
    with arranged(cast) as admin:
        admin.execute("UPDATE govdesk.member SET status = 'removed' WHERE email = %s", (MEI.email,))
    assert outcome(door, token, codes[0], Newcomer()) == "GD020"
    door.execute(REQUEST, (MEI.email,))
    assert served(cast, MEI.email) == []


def test_a_recovery_that_is_rolled_back_changes_nothing(cast: Cast) -> None:
    codes, door = give_recovery_codes(cast, MEI), stranger(cast)
    token = recovery_link(cast, door, MEI.email)
    attempt, blind = submitted(door, token, codes[0])
    with door.transaction(force_rollback=True):
        assert revealed(door, attempt, token, blind, codes[0]) == "ok"
    assert signs_in(cast, MEI)


def test_links_of_recovery_are_no_session(cast: Cast) -> None:
    door: Connection = stranger(cast)
    token = recovery_link(cast, door, MEI.email)
    assert answer(door, "SELECT govdesk_api.bind(%s, 'acme')", token) == "GD001"
    assert answer(door, "SELECT * FROM govdesk_api.invitation_view(%s)", token) == "GD020"
    assert answer(door, "SELECT * FROM govdesk_api.decision_view(%s)", token) == "GD020"
    with raw(seat(cast, MEI.email)) as connection:
        row = connection.execute("SELECT count(*) FROM govdesk.tenant").fetchone()
    assert row == (1,)
