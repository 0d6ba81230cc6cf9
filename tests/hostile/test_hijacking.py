"""One person in several organisations: what one of them does must not open another."""

from __future__ import annotations

import json

import psycopg

from govdesk.database import sign_in
from govdesk.database.errors import Refused
from govdesk.services.accounts import built_in_roles
from tests.deciding import COUNSEL, decide_by_link, name_reviewer, request
from tests.deciding import link as decision_link
from tests.doors import (
    answer,
    arranged,
    ask,
    join,
    mails,
    member_id,
    rows_of,
    seat,
    stranger,
)
from tests.inviting import ACCEPT, VIEW, Newcomer, invite, link, outcome
from tests.people import ADA, BEA, MEI, OLGA, Cast
from tests.recovering import recovered

FOUNDER, VICTIM = "founder@gamma.example", "victim@gamma.example"
COPY = "SELECT govdesk_api.copy_invitation_link(%s)"


def found_gamma(cast: Cast) -> None:
    """A new organisation whose owner has not set a password yet."""
    cast.admin.execute(
        "SELECT govdesk_private.create_tenant('gamma', 'Gamma', 'production', %s, 'Founder',"
        " 'test', 'a set-up code', %s)",
        (FOUNDER, json.dumps(built_in_roles())),
    )


def opens(cast: Cast, email: str, path: str, who: Newcomer) -> bool:
    """Whether these credentials give a session of an organisation."""
    door = cast.open(cast.database.app_url)
    cast.admin.execute("UPDATE govdesk_private.factor SET last_step = 0")
    try:
        return sign_in.sign_in(door, email, path, who.client_key(door), who.code).mfa
    except Refused:
        return False


def test_a_copied_link_gives_nobody_the_account_of_another_tenants_owner(cast: Cast) -> None:
    found_gamma(cast)
    ada, door, thief = seat(cast, ADA.email), stranger(cast), Newcomer()
    copied = ask(ada, COPY, invite(ada, FOUNDER))
    outcome(door, copied, thief)
    assert not opens(cast, FOUNDER, "gamma", thief)
    owner, stored = Newcomer(), "SELECT govdesk_api.set_password_by_code(%s, %s, %s)"
    key = sign_in.stored_key(owner.client_key(door))
    assert answer(door, stored, "a set-up code", owner.salt, key) == "ok"


def test_an_account_made_with_a_copied_link_opens_no_organisation_joined_later(cast: Cast) -> None:
    ada, door, thief = seat(cast, ADA.email), stranger(cast), Newcomer()
    copied = ask(ada, COPY, invite(ada, VICTIM))
    assert outcome(door, copied, thief) == "ok"
    bea = seat(cast, BEA.email, "beta")
    invite(bea, VICTIM, "admin", "beta")
    mailed = link(cast, VICTIM)
    (shown,) = rows_of(door, VIEW, mailed)
    if shown["has_account"]:
        answer(door, ACCEPT, mailed, "Victim", None, None, None, None, None)
    else:
        outcome(door, mailed, Newcomer())
    assert not opens(cast, VICTIM, "beta", thief)


def test_two_people_of_one_organisation_do_not_open_another_for_a_mailbox(cast: Cast) -> None:
    """Whoever reads Bea's mail and has friends in Acme is not an owner of Beta for it."""
    join(cast, BEA.email, "member")
    name_reviewer(cast, COUNSEL)
    door, thief = stranger(cast), Newcomer()
    try:
        request(
            seat(cast, OLGA.email),
            "account.recover",
            {"member_id": member_id(cast, BEA.email)},
            "Says she forgot it",
        )
        decide_by_link(cast, decision_link(cast))
        token = mails(cast, "recover", BEA.email)[-1]["token"]
        recovered(door, token, None, thief)
    except (psycopg.Error, IndexError):
        assert cast.sign_in(BEA).tenant_path == "beta"
    assert not opens(cast, BEA.email, "beta", thief)


def test_two_people_of_one_organisation_do_not_shut_an_owner_out_of_another(cast: Cast) -> None:
    join(cast, BEA.email, "member")
    name_reviewer(cast, COUNSEL)
    there = seat(cast, BEA.email, "beta")
    payload = {"member_id": member_id(cast, BEA.email)}
    try:
        request(seat(cast, OLGA.email), "factor.reset", payload, "Says she lost it")
        decide_by_link(cast, decision_link(cast))
    except psycopg.Error:
        pass
    assert ask(there, "SELECT count(*) FROM govdesk.tenant") == 1
    assert cast.sign_in(BEA).tenant_path == "beta"


def test_removal_here_changes_nothing_there(cast: Cast) -> None:
    join(cast, BEA.email, "member")
    there = seat(cast, BEA.email, "beta")
    with arranged(cast) as admin:
        admin.execute(
            "UPDATE govdesk.member SET status = 'removed' WHERE email = %s"
            " AND tenant_path = 'acme'",
            (BEA.email,),
        )
    assert ask(there, "SELECT count(*) FROM govdesk.tenant") == 1
    assert cast.sign_in(BEA).tenant_path == "beta"


def test_inviting_a_member_of_another_tenant_tells_nobody_there(cast: Cast) -> None:
    before = cast.last_seq("beta")
    invite(seat(cast, ADA.email), BEA.email, "member")
    assert cast.last_seq("beta") == before
    assert ask(seat(cast, MEI.email), "SELECT count(*) FROM govdesk.member") == 5
    assert link(cast, BEA.email)
