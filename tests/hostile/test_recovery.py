"""Attacks on each way back in: none skips the second factor or the log."""

from __future__ import annotations

import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.deciding import name_reviewer
from tests.doors import (
    Connection,
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
)
from tests.inviting import Newcomer
from tests.people import ADA, BEA, MEI, OLGA, OTIS, Cast
from tests.recovering import (
    CHANGE,
    ENROL,
    RECOVER,
    REPLACE,
    REQUEST,
    VIEW,
    decided_link,
    give_recovery_codes,
    outcome,
    password_only,
    reads,
    recovered,
    recovery_link,
    served,
    signs_in,
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
    for _ in range(15):
        with door.transaction(force_rollback=True):
            answers.append(outcome(door, token, secrets.token_hex(12).upper(), Newcomer()))
    assert set(answers) <= set(REFUSED)
    # 120 random bits need no counter; what must not be is a success by guessing.
    assert "ok" not in answers
    assert outcome(door, token, right, Newcomer()) in ("ok", "GD003", "GD020")


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
    assert answer(door, RECOVER, token, None, b"s" * 16, key, *proofs) == "GD020"


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
        assert refusal(mei, CHANGE, old, fresh.salt, new) in REFUSED
    for salt, changed in ((b"", new), (fresh.salt, b"short"), (None, new), (fresh.salt, None)):
        assert refusal(mei, CHANGE, key, salt, changed)
    cooled(cast)
    assert refusal(mei, CHANGE, key, fresh.salt, new) == "GD009"
    args = (key, fresh.seed, fresh.code, fresh.hashes)
    assert refusal(mei, REPLACE, *args) == "GD009"
    assert signs_in(cast, MEI)


def test_a_factor_is_not_replaced_with_another_key_or_a_wrong_code(cast: Cast) -> None:
    mei, fresh, key = cast.sign_in(MEI), Newcomer(), cast.client_key(MEI)
    good = [key, fresh.seed, fresh.code, fresh.hashes]
    for place, wrong in ((0, cast.client_key(ADA)), (2, "000000"), (2, None), (1, b"x"), (3, [])):
        args = [*good]
        args[place] = wrong
        assert refusal(mei, REPLACE, *args) in REFUSED, place
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
    ask(here, CHANGE, cast.client_key(MEI), fresh.salt, fresh.client_key(stranger(cast)))
    assert not reads(there)


def test_a_changed_password_kills_links_that_were_mailed_before(cast: Cast) -> None:
    codes, door, fresh = give_recovery_codes(cast, MEI), stranger(cast), Newcomer()
    token, here = recovery_link(cast, door, MEI.email), cast.sign_in(MEI)
    ask(here, CHANGE, cast.client_key(MEI), fresh.salt, fresh.client_key(door))
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
    with door.transaction(force_rollback=True):
        recovered(door, token, codes[0], Newcomer())
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
