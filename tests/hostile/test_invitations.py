"""Attacks on invitations: twice, for another, after it should be over, and guessing who is here."""

from __future__ import annotations

import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.doors import (
    Connection,
    answer,
    arranged,
    ask,
    join,
    later,
    mails,
    member_id,
    ratio_of_times,
    refusal,
    rows_of,
    seat,
    stranger,
)
from tests.inviting import (
    ACCEPT,
    INVITE,
    VIEW,
    Newcomer,
    accept,
    accept_known,
    invite,
    link,
    outcome,
)
from tests.people import ACME, ADA, BEA, MEI, OLGA, Cast

NORA = "nora@new.example"


def joined(cast: Cast, email: str = NORA) -> int:
    return int(
        cast.one(
            "SELECT count(*) FROM govdesk.member WHERE email = %s AND status = 'active'", email
        )
    )


def test_of_a_hundred_acceptances_at_once_one_succeeds(cast: Cast) -> None:
    invite(seat(cast, ADA.email))
    token, url = link(cast), cast.database.app_url

    def use(_: int) -> str:
        with psycopg.connect(url, autocommit=True) as own:
            return outcome(own, token, Newcomer())

    with ThreadPoolExecutor(20) as pool:
        answers = Counter(pool.map(use, range(100)))
    assert answers["ok"] == 1, answers
    assert set(answers) <= {"ok", "GD020"}, answers
    assert joined(cast) == 1
    assert [r["action"] for r in cast.rows(0)].count("member.accepted") == 1


def test_looking_accepts_nothing(cast: Cast) -> None:
    invite(seat(cast, ADA.email))
    token, door = link(cast), stranger(cast)
    before = cast.last_seq()
    for _ in range(50):
        assert answer(door, VIEW, token) == "ok"
    assert (cast.last_seq(), joined(cast)) == (before, 0)
    accept(door, token, Newcomer())


def test_a_wrong_code_or_half_an_acceptance_leaves_nothing_and_spends_nothing(cast: Cast) -> None:
    invite(seat(cast, ADA.email))
    token, door, nora = link(cast), stranger(cast), Newcomer()
    good = (nora.name, nora.salt, nora.client_key(door), nora.seed, nora.code, nora.hashes)
    wrong: list[tuple[object, ...]] = [
        (*good[:4], "000000", good[5]),
        (*good[:4], "", good[5]),
        (*good[:5], good[5][:9]),
        (*good[:5], [good[5][0]] * 10),
        (*good[:5], [b"x"] * 10),
        (*good[:3], b"short", *good[4:]),
        (*good[:2], b"short", *good[3:]),
        (good[0], b"short", *good[2:]),
        ("x" * 1_000_000, *good[1:]),
        (good[0], None, None, None, None, None),
        *[(*good[:i], None, *good[i + 1 :]) for i in range(1, 6)],
    ]
    for number, attempt in enumerate(wrong):
        assert answer(door, ACCEPT, token, *attempt) != "ok", number
    assert joined(cast) == 0
    assert cast.one("SELECT count(*) FROM govdesk_private.person WHERE email = %s", NORA) == 0
    accept(door, token, nora)


def test_whoever_has_an_account_does_not_get_a_new_password_by_invitation(cast: Cast) -> None:
    invite(seat(cast, ADA.email), BEA.email, "member")
    token, door, thief = link(cast, BEA.email), stranger(cast), Newcomer()
    key = cast.client_key(BEA)
    outcome(door, token, thief)
    cast.sign_in(BEA)
    assert cast.client_key(BEA) == key
    stored = cast.one(
        "SELECT count(*) FROM govdesk_private.factor f JOIN govdesk_private.person p"
        " ON p.id = f.person_id WHERE p.email = %s",
        BEA.email,
    )
    assert stored == 1


DEATHS = {
    "revoked": "SELECT govdesk_api.revoke_invitation('{id}')",
    "expired": "",
    "role deleted": "UPDATE govdesk.role SET status = 'deleted' WHERE key = 'helper'",
    "node retired": "UPDATE govdesk.node SET status = 'retired' WHERE node_path = 'acme.portal'",
    "inviter removed": "UPDATE govdesk.member SET status = 'removed' WHERE id = '{inviter}'",
    "inviter suspended": "UPDATE govdesk.member SET status = 'suspended' WHERE id = '{inviter}'",
    "inviter demoted": "UPDATE govdesk.member_grant SET role_key = 'member'"
    " WHERE member_id = '{inviter}'",
}


@pytest.mark.parametrize("death", DEATHS)
def test_an_invitation_dies_with_what_it_stands_on(cast: Cast, death: str) -> None:
    olga, door = seat(cast, OLGA.email), stranger(cast)
    ask(
        olga,
        "INSERT INTO govdesk.role (tenant_id, tenant_path, key, title, base, permissions)"
        " SELECT tenant_id, tenant_path, 'helper', 'Helper', 'member', '{node.read}'"
        " FROM govdesk.tenant RETURNING 1",
    )
    made = invite(seat(cast, ADA.email), role="helper", node="acme.portal")
    token = link(cast)
    assert answer(door, VIEW, token) == "ok"
    if death == "expired":
        later(cast, "govdesk.invitation", "expires_at", "8 days")
    else:
        statement = DEATHS[death].format(id=made, inviter=member_id(cast, ADA.email))
        returning = "" if statement.startswith("SELECT") else " RETURNING 1"
        ask(olga, statement + returning)
    assert outcome(door, token, Newcomer()) != "ok"
    assert joined(cast) == 0


def test_an_invitation_made_before_a_removal_does_not_bring_the_person_back(cast: Cast) -> None:
    ada, olga, door = seat(cast, ADA.email), seat(cast, OLGA.email), stranger(cast)
    made = invite(ada)
    copied = ask(ada, "SELECT govdesk_api.copy_invitation_link(%s)", made)
    first = link(cast)
    accept(door, first, Newcomer())
    ask(
        olga,
        "UPDATE govdesk.member SET status = 'removed' WHERE id = %s RETURNING 1",
        member_id(cast, NORA),
    )
    for token in (first, copied):
        assert answer(door, VIEW, token) == "GD020"
        assert answer(door, ACCEPT, token, "N", None, None, None, None, None) == "GD020"
    assert joined(cast) == 0


def test_a_forged_link_opens_nothing_and_says_the_same_each_time(cast: Cast) -> None:
    made = invite(seat(cast, ADA.email))
    token, door = link(cast), stranger(cast)
    forged = {token + "A", token[1:], token[:-1], token[::-1], made, "", "x" * 200, "x" * 1_000_000}
    for number in range(0, len(token), 4):
        other = "Q" if token[number] != "Q" else "R"
        forged.add(token[:number] + other + token[number + 1 :])
    for wrong in forged:
        assert answer(door, VIEW, wrong) == "GD020", wrong[:80]
        assert outcome(door, wrong, Newcomer()) == "GD020", wrong[:80]
    assert answer(door, VIEW, token) == "ok"


def test_a_link_is_no_session_and_no_other_kind_of_link(cast: Cast) -> None:
    invite(seat(cast, ADA.email))
    token, door, key = link(cast), stranger(cast), secrets.token_bytes(32)
    hashes = [secrets.token_bytes(32) for _ in range(10)]
    attacks: list[tuple[str, tuple[object, ...]]] = [
        ("SELECT govdesk_api.bind(%s, 'acme')", (token,)),
        ("SELECT govdesk_api.set_password_by_code(%s, %s, %s)", (token, key[:16], key)),
        ("SELECT govdesk_api.enrol_totp(%s, %s, %s, '1', %s)", (token, key, key[:20], hashes)),
        ("SELECT * FROM govdesk_api.decision_view(%s)", (token,)),
        ("SELECT govdesk_api.decision_send_code(%s)", (token,)),
        ("SELECT * FROM govdesk_api.account_link_view(%s)", (token,)),
        ("SELECT govdesk_api.recover_submit(%s, %s)", (token, key)),
        (
            "SELECT govdesk_api.recover_account(gen_random_uuid(), %s, %s, NULL, %s, %s, %s,"
            " '1', %s)",
            (token, key, key[:16], key, key[:20], hashes),
        ),
    ]
    for statement, parameters in attacks:
        assert answer(door, statement, *parameters) not in ("ok", "42883", "42P01"), statement
    accept(door, token, Newcomer())


def test_nobody_invites_above_himself_outside_his_scope_or_into_another_tenant(cast: Cast) -> None:
    join(cast, "scoped@acme.example", "admin", "acme.claims")
    ada, scoped = seat(cast, ADA.email), seat(cast, "scoped@acme.example")
    for session, role, node in (
        (ada, "owner", ACME),
        (ada, "owner", "acme.portal"),
        (ada, "member", "beta"),
        (ada, "member", "beta.intake"),
        (scoped, "member", ACME),
        (scoped, "member", "acme.portal"),
        (scoped, "owner", "acme.claims"),
        (seat(cast, "otis@acme.example"), "member", ACME),
        (seat(cast, MEI.email), "member", ACME),
    ):
        found = refusal(session, INVITE, NORA, "N", role, node, "", 7)
        assert found in ("42501", "23503", "GD012"), (role, node)
    invite(scoped, node="acme.claims.northside")
    assert mails(cast, "invitation", NORA)


@pytest.mark.parametrize("role", ["nonsense", "", None, "x" * 1_000_000])
def test_an_invitation_to_no_role_is_refused(cast: Cast, role: str | None) -> None:
    ada = seat(cast, ADA.email)
    assert refusal(ada, INVITE, NORA, "N", role, ACME, "", 7)
    assert refusal(ada, INVITE, NORA, "N", "member", "acme.nowhere", "", 7)
    assert refusal(ada, INVITE, NORA, "N", "member", None, "", 7)
    assert refusal(ada, INVITE, None, "N", "member", ACME, "", 7)
    assert refusal(ada, INVITE, NORA, "x" * 1_000_000, "member", ACME, "", 7)
    assert refusal(ada, INVITE, NORA, "N", "member", ACME, "x" * 1_000_000, 7)
    assert cast.one("SELECT count(*) FROM govdesk.invitation") == 0


def test_an_admin_of_one_tenant_does_not_learn_who_has_an_account_in_another(cast: Cast) -> None:
    ada = seat(cast, ADA.email)
    for email in (BEA.email, "who@nowhere.example"):
        assert ask(ada, INVITE, email, "X", "member", ACME, "", 7)
    rows = rows_of(
        cast.admin, "SELECT * FROM govdesk.invitation WHERE tenant_path = 'acme' ORDER BY email"
    )
    hidden = {"id", "email", "created_at", "expires_at", "links_from"}
    known, unknown = ({k: v for k, v in r.items() if k not in hidden} for r in rows)
    assert known == unknown


def test_inviting_takes_as_long_for_a_known_address_as_for_an_unknown_one(cast: Cast) -> None:
    ada = seat(cast, ADA.email)
    for number in range(60):
        join(cast, f"known{number}@beta.example", "member", "beta", "beta")

    def invited(kind: str, number: int) -> None:
        ask(ada, INVITE, f"{kind}{number}@beta.example", "X", "member", ACME, "", 7)

    assert 0.7 < ratio_of_times(invited, 60) < 1.43


def test_accepting_as_known_needs_an_account_and_keeps_suspended_people_out(cast: Cast) -> None:
    ada, door = seat(cast, ADA.email), stranger(cast)
    invite(ada)
    with pytest.raises(psycopg.Error):
        accept_known(door, link(cast))
    with arranged(cast) as admin:
        admin.execute(
            "UPDATE govdesk.member SET status = 'suspended' WHERE email = %s", (MEI.email,)
        )
    assert refusal(ada, INVITE, MEI.email, "Mei", "member", ACME, "", 7) == "GD017"


def test_an_acceptance_that_is_rolled_back_never_was(cast: Cast) -> None:
    invite(seat(cast, ADA.email))
    token, door, nora = link(cast), stranger(cast), Newcomer()
    with door.transaction(force_rollback=True):
        accept(door, token, nora)
    assert joined(cast) == 0
    assert link_is_open(door, token)
    accept(door, token, nora)


def link_is_open(door: Connection, token: str) -> bool:
    return answer(door, VIEW, token) == "ok"
