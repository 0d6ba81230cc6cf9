"""An invitation from the mail to the first sign-in."""

from __future__ import annotations

import pytest

from tests.doors import (
    answer,
    ask,
    later,
    mails,
    member_id,
    refusal,
    rows_of,
    seat,
    stranger,
    table,
    worker,
)
from tests.inviting import INVITE, VIEW, Newcomer, accept, accept_known, enters, invite, link
from tests.people import ACME, ADA, BEA, MEI, OLGA, Cast

NORA = "nora@new.example"


def state(cast: Cast, identity: str) -> str:
    return str(cast.one("SELECT status FROM govdesk.invitation WHERE id = %s", identity))


def test_an_accepted_invitation_makes_a_member_who_signs_in_with_two_factors(cast: Cast) -> None:
    made, door, nora = invite(seat(cast, ADA.email)), stranger(cast), Newcomer()
    token = link(cast)
    (shown,) = rows_of(door, VIEW, token)
    assert (shown["email"], shown["organization"]) == (NORA, "Acme Ltd")
    assert (shown["role_title"], shown["has_account"]) == ("Operator", False)
    before = cast.last_seq()
    assert accept(door, token, nora) == (NORA, ACME)
    assert state(cast, made) == "accepted"
    assert enters(cast, NORA, ACME, nora)
    events = [r["action"] for r in cast.rows(before)]
    assert events.count("member.accepted") == 1
    assert "mfa.enabled" in events
    role = cast.one(
        "SELECT role_key || ' ' || node_path::text FROM govdesk.member_grant WHERE member_id = %s",
        member_id(cast, NORA),
    )
    assert role == f"operator {ACME}"
    (row,) = table(seat(cast, ADA.email), "SELECT * FROM govdesk.invitation")
    assert str(row["member_id"]) == member_id(cast, NORA)
    assert row["accepted_at"]


def test_the_mail_goes_to_the_invited_and_says_who_what_and_until_when(cast: Cast) -> None:
    invite(seat(cast, ADA.email), node="acme.claims", days=3)
    (mail,) = mails(cast)
    assert (mail["kind"], mail["to_address"]) == ("invitation", NORA)
    facts = mail["facts"]
    assert set(facts) >= {"organization", "inviter", "role", "node", "message", "expires_at"}
    assert (facts["organization"], facts["role"]) == ("Acme Ltd", "Operator")
    assert facts["link_path"].startswith("/invitation/")
    assert mail["token"] not in str(facts)


def test_somebody_with_an_account_keeps_password_and_factor(cast: Cast) -> None:
    invite(seat(cast, ADA.email), BEA.email, "member")
    token, door = link(cast, BEA.email), stranger(cast)
    (shown,) = rows_of(door, VIEW, token)
    assert shown["has_account"] is True
    assert accept_known(door, token) == (BEA.email, ACME)
    assert cast.sign_in(BEA).tenant_path == "beta"
    assert ask(seat(cast, BEA.email), "SELECT tenant_path::text FROM govdesk.tenant") == ACME


def test_sending_again_kills_the_earlier_link_and_copying_adds_one(cast: Cast) -> None:
    ada, door = seat(cast, ADA.email), stranger(cast)
    made = invite(ada)
    first = link(cast)
    before = cast.last_seq()
    ask(ada, "SELECT govdesk_api.resend_invitation(%s)", made)
    second = link(cast)
    assert answer(door, VIEW, first) == "GD020"
    assert answer(door, VIEW, second) == "ok"
    copied = ask(ada, "SELECT govdesk_api.copy_invitation_link(%s)", made)
    assert answer(door, VIEW, copied) == answer(door, VIEW, second) == "ok"
    events = [r["action"] for r in cast.rows(before)]
    assert events.count("invitation.resent") == events.count("invitation.link_copied") == 1
    assert cast.one("SELECT sent FROM govdesk.invitation WHERE id = %s", made) == 2
    accept(door, copied, Newcomer())
    assert answer(door, VIEW, second) == "GD020"


def test_a_revoked_invitation_is_dead_and_can_be_made_anew(cast: Cast) -> None:
    ada, door = seat(cast, ADA.email), stranger(cast)
    made = invite(ada)
    token = link(cast)
    ask(ada, "SELECT govdesk_api.revoke_invitation(%s)", made)
    assert state(cast, made) == "revoked"
    assert answer(door, VIEW, token) == "GD020"
    invite(ada)
    assert answer(door, VIEW, link(cast)) == "ok"


def test_an_expired_invitation_is_dead_before_and_after_the_worker_says_so(cast: Cast) -> None:
    ada, door = seat(cast, ADA.email), stranger(cast)
    made = invite(ada)
    token, before = link(cast), cast.last_seq()
    later(cast, "govdesk.invitation", "expires_at", "8 days")
    assert answer(door, VIEW, token) == "GD020"
    assert worker(cast).execute("SELECT govdesk_api.expire_due('w1')").fetchone() == (1,)
    assert state(cast, made) == "expired"
    assert [r["action"] for r in cast.rows(before)] == ["invitation.expired"]
    assert refusal(ada, "SELECT govdesk_api.resend_invitation(%s)", made) == "GD020"
    invite(ada)
    assert answer(door, VIEW, link(cast)) == "ok"


def test_members_and_the_invited_are_not_invited_again(cast: Cast) -> None:
    ada = seat(cast, ADA.email)
    assert refusal(ada, INVITE, MEI.email, "Mei", "member", ACME, "", 7) == "GD017"
    invite(ada)
    for email in (NORA, NORA.upper(), f"  {NORA} "):
        assert refusal(ada, INVITE, email, "Nora", "member", ACME, "", 7) == "GD019", email


@pytest.mark.parametrize(
    "email",
    [
        *("", "nobody", "@x.example", "a@", "a b@x.example", "a@b@c.example", f"a@{'x' * 300}"),
        *("a\n@x.example", "a@x.example\r\nBcc: b@x.example"),
    ],
)
def test_what_is_no_address_is_refused_and_nothing_is_mailed(cast: Cast, email: str) -> None:
    state_ = refusal(seat(cast, ADA.email), INVITE, email, "X", "member", ACME, "", 7)
    assert state_.startswith(("23", "22", "GD"))
    assert mails(cast) == []


@pytest.mark.parametrize(
    "email", ["jürgen@bücher.example", "用户@例子.example", "o'hara@x.example"]
)
def test_addresses_and_names_in_any_script_are_invited(cast: Cast, email: str) -> None:
    made = ask(seat(cast, ADA.email), INVITE, email, "Ἀγαθή 寧", "member", ACME, "¡Hola! 🎉", 7)
    assert state(cast, str(made)) == "pending"
    assert rows_of(stranger(cast), VIEW, link(cast, email))[0]["display_name"] == "Ἀγαθή 寧"


@pytest.mark.parametrize("days", [0, -1, 31, 100000])
def test_an_invitation_lasts_a_sensible_while(cast: Cast, days: int) -> None:
    made = invite(seat(cast, ADA.email), days=days)
    lasts = "SELECT extract(day FROM expires_at - created_at) FROM govdesk.invitation WHERE id = %s"
    assert 0 <= cast.one(lasts, made) <= 60


def test_who_may_not_manage_members_sees_invitations_no_further_than_members(cast: Cast) -> None:
    invite(seat(cast, ADA.email))
    mei = seat(cast, MEI.email)
    rows = table(mei, "SELECT * FROM govdesk.invitation")
    assert all("token" not in column for row in rows for column in row)
    for statement in (
        "SELECT govdesk_api.resend_invitation(id) FROM govdesk.invitation",
        "SELECT govdesk_api.copy_invitation_link(id) FROM govdesk.invitation",
        "SELECT govdesk_api.revoke_invitation(id) FROM govdesk.invitation",
    ):
        if rows:
            assert refusal(mei, statement) == "42501"
    assert table(seat(cast, BEA.email, "beta"), "SELECT * FROM govdesk.invitation") == []


def test_removing_a_member_revokes_what_is_pending_for_the_address(cast: Cast) -> None:
    ada, olga, door = seat(cast, ADA.email), seat(cast, OLGA.email), stranger(cast)
    invite(ada)
    accept(door, link(cast), Newcomer())
    identity = member_id(cast, NORA)
    ask(olga, "UPDATE govdesk.member SET status = 'removed' WHERE id = %s RETURNING 1", identity)
    grants = cast.one(
        "SELECT count(*) FROM govdesk.member_grant WHERE member_id = %s AND status = 'active'",
        identity,
    )
    assert grants == 0


def test_a_removed_member_is_invited_back_and_keeps_his_account(cast: Cast) -> None:
    ada, olga, door, nora = (
        seat(cast, ADA.email),
        seat(cast, OLGA.email),
        stranger(cast),
        Newcomer(),
    )
    invite(ada)
    accept(door, link(cast), nora)
    first = member_id(cast, NORA)
    ask(olga, "UPDATE govdesk.member SET status = 'removed' WHERE id = %s RETURNING 1", first)
    invite(ada, role="member")
    assert accept_known(door, link(cast)) == (NORA, ACME)
    assert enters(cast, NORA, ACME, nora)
    role = cast.one(
        "SELECT string_agg(role_key, ' ') FROM govdesk.member_grant g JOIN govdesk.member m"
        " ON m.id = g.member_id WHERE m.email = %s AND g.status = 'active'",
        NORA,
    )
    assert role == "member"
