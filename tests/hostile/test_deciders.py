"""Attacks on the second human by choosing him, being him, or outliving what he approved."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from govdesk.database.connection import Session
from tests.deciding import (
    CONSOLE_REVEAL,
    CONSOLE_SUBMIT,
    COUNSEL,
    REQUEST,
    decide_by_link,
    decide_in_console,
    decision,
    link,
    name_reviewer,
    need_second_human,
    request,
)
from tests.doors import (
    answer,
    arranged,
    ask,
    grant_id,
    join,
    mails,
    member_id,
    raw,
    refusal,
    seat,
    stranger,
    table,
)
from tests.people import ACME, ADA, CARLA, MEI, OLGA, OTIS, Cast

PROMOTE = {"node_path": ACME, "role_key": "owner"}
REFUSED = ("42501", "GD020")


def promotion(cast: Cast, email: str) -> dict[str, object]:
    return {"member_id": member_id(cast, email), **PROMOTE}


def role(cast: Cast, email: str) -> str:
    return str(
        cast.one("SELECT role_key FROM govdesk.member_grant WHERE id = %s", grant_id(cast, email))
    )


def console(session: Session, made: str) -> str:
    """SQLSTATE with which an approval in the console ends."""
    with pytest.raises(psycopg.Error) as caught:
        decide_in_console(session, made)
    return caught.value.sqlstate or ""


def test_nobody_approves_his_own_request(cast: Cast) -> None:
    name_reviewer(cast, OLGA.email, CARLA.email)
    need_second_human(cast, "owner.promote")
    olga = seat(cast, OLGA.email)
    made = request(olga, "owner.promote", promotion(cast, ADA.email))
    assert console(olga, made) in REFUSED
    assert mails(cast, "decision", OLGA.email) == []
    assert table(olga, "SELECT * FROM govdesk_api.decisions_waiting()") == []
    assert decision(cast, made)["status"] == "pending"


def test_nobody_approves_what_is_about_himself(cast: Cast) -> None:
    name_reviewer(cast, ADA.email, CARLA.email)
    need_second_human(cast, "owner.promote")
    made = request(seat(cast, OLGA.email), "owner.promote", promotion(cast, ADA.email))
    ada = seat(cast, ADA.email)
    assert console(ada, made) in REFUSED
    assert mails(cast, "decision", ADA.email) == []
    assert table(ada, "SELECT * FROM govdesk_api.decisions_waiting()") == []
    assert decide_in_console(seat(cast, CARLA.email), made)[0] == "executed"


ALIASES = ("{0}+second@{1}", "{0}+@{1}", "{0}+a+b@{1}")


@pytest.mark.parametrize("alias", ALIASES)
@pytest.mark.parametrize("person", [OLGA.email, ADA.email])
def test_an_alias_of_requester_or_subject_is_no_second_human(
    cast: Cast, alias: str, person: str
) -> None:
    address = alias.format(*person.split("@"))
    name_reviewer(cast, address, COUNSEL)
    need_second_human(cast, "owner.promote")
    request(seat(cast, OLGA.email), "owner.promote", promotion(cast, ADA.email))
    assert {m["to_address"] for m in mails(cast, "decision")} == {COUNSEL}


@pytest.mark.parametrize("email", [OLGA.email.upper(), f" {OLGA.email} ", "Olga@ACME.example"])
def test_case_and_blanks_make_no_second_human(cast: Cast, email: str) -> None:
    name_reviewer(cast, email, COUNSEL)
    need_second_human(cast, "owner.promote")
    request(seat(cast, OLGA.email), "owner.promote", promotion(cast, ADA.email))
    assert {m["to_address"] for m in mails(cast, "decision")} == {COUNSEL}


def test_without_anybody_eligible_a_request_is_refused(cast: Cast) -> None:
    name_reviewer(cast, OLGA.email)
    need_second_human(cast, "owner.promote")
    change = json.dumps(promotion(cast, ADA.email))
    assert refusal(seat(cast, OLGA.email), REQUEST, "owner.promote", change, "Please") == "GD021"
    assert cast.one("SELECT count(*) FROM govdesk.decision") == 0


def test_whoever_is_no_reviewer_decides_nothing(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "owner.promote")
    join(cast, "second@acme.example", "owner")
    made = request(seat(cast, OLGA.email), "owner.promote", promotion(cast, ADA.email))
    for email in ("second@acme.example", OTIS.email, MEI.email, CARLA.email):
        assert console(seat(cast, email), made) in REFUSED
    bea = seat(cast, "bea@beta.example", "beta")
    assert console(bea, made) in REFUSED
    assert answer(stranger(cast), CONSOLE_SUBMIT, made, "approve", "x") in ("42501", "GD001")


def test_the_attempt_of_one_reviewer_is_not_anothers(cast: Cast) -> None:
    name_reviewer(cast, CARLA.email, OTIS.email)
    need_second_human(cast, "owner.promote")
    made = request(seat(cast, OLGA.email), "owner.promote", promotion(cast, ADA.email))
    attempt = ask(seat(cast, CARLA.email), CONSOLE_SUBMIT, made, "approve", "x")
    assert refusal(seat(cast, OTIS.email), CONSOLE_REVEAL, attempt).startswith(("GD0", "425"))
    assert refusal(seat(cast, OLGA.email), CONSOLE_REVEAL, attempt).startswith(("GD0", "425"))
    assert role(cast, ADA.email) == "admin"


def test_an_approved_decision_is_executed_once_by_however_many_hands(cast: Cast) -> None:
    name_reviewer(cast, CARLA.email)
    need_second_human(cast, "owner.promote")
    made = request(seat(cast, OLGA.email), "owner.promote", promotion(cast, ADA.email))
    seats = [seat(cast, CARLA.email) for _ in range(8)]
    attempts = [ask(s, CONSOLE_SUBMIT, made, "approve", "x") for s in seats]
    with ThreadPoolExecutor(8) as pool:
        answers = Counter(
            pool.map(
                lambda pair: answer_in(pair[0], CONSOLE_REVEAL, pair[1]),
                zip(seats, attempts, strict=True),
            )
        )
    assert answers["executed"] == 1, answers
    events = [r["action"] for r in cast.rows(0)]
    assert events.count("decision.executed") == events.count("decision.approved") == 1


def answer_in(session: object, query: str, *parameters: object) -> str:
    try:
        with raw(session) as connection:  # type: ignore[arg-type]
            row = connection.execute(query, parameters).fetchone()  # type: ignore[arg-type]
    except psycopg.Error as error:
        return error.sqlstate or ""
    assert row is not None
    return str(row[0])


FALLS = {
    "removed": "UPDATE govdesk.member SET status = 'removed' WHERE email = %s",
    "suspended": "UPDATE govdesk.member SET status = 'suspended' WHERE email = %s",
    "no reviewer any more": "UPDATE govdesk.reviewer SET status = 'removed' WHERE email = %s",
}


@pytest.mark.parametrize("fall", FALLS)
def test_the_link_of_a_fallen_reviewer_is_dead(cast: Cast, fall: str) -> None:
    name_reviewer(cast, CARLA.email, COUNSEL)
    need_second_human(cast, "owner.promote")
    made = request(seat(cast, OLGA.email), "owner.promote", promotion(cast, ADA.email))
    by_address = {m["to_address"]: m["token"] for m in mails(cast, "decision")}
    carla = seat(cast, CARLA.email)
    with arranged(cast) as admin:
        admin.execute(FALLS[fall], (CARLA.email,))  # type: ignore[call-overload]
    with pytest.raises(psycopg.Error):
        decide_by_link(cast, by_address[CARLA.email], to=CARLA.email)
    assert console(carla, made).startswith(("425", "GD0"))
    assert decision(cast, made)["status"] == "pending"
    assert decide_by_link(cast, by_address[COUNSEL])[0] == "executed"


REQUESTER_FALLS = {
    "demoted": "UPDATE govdesk.member_grant SET role_key = 'member' WHERE member_id = {0}",
    "removed": "UPDATE govdesk.member SET status = 'removed' WHERE id = {0}",
    "suspended": "UPDATE govdesk.member SET status = 'suspended' WHERE id = {0}",
}


@pytest.mark.parametrize("fall", REQUESTER_FALLS)
def test_what_the_requester_may_no_longer_do_is_not_done_for_him(cast: Cast, fall: str) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "owner.promote")
    join(cast, "boss@acme.example", "owner")
    made = request(seat(cast, "boss@acme.example"), "owner.promote", promotion(cast, ADA.email))
    token, boss = link(cast), member_id(cast, "boss@acme.example")
    with arranged(cast) as admin:
        admin.execute(REQUESTER_FALLS[fall].format(f"'{boss}'"))  # type: ignore[call-overload]
    try:
        status = decide_by_link(cast, token)[0]
    except psycopg.Error:
        status = "refused"
    assert status in ("voided", "refused")
    assert role(cast, ADA.email) == "admin"
    assert decision(cast, made)["status"] in ("voided", "cancelled", "pending")


def test_an_approval_does_not_unmake_the_last_owner(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "member.demote")
    olga = seat(cast, OLGA.email)
    payload = json.dumps({"grant_id": grant_id(cast, OLGA.email), "role_key": "member"})
    try:
        ask(olga, REQUEST, "member.demote", payload, "Tired")
    except psycopg.Error as error:
        assert error.sqlstate in ("GD010", "42501", "GD021")
    else:
        assert decide_by_link(cast, link(cast))[0] == "voided"
    assert role(cast, OLGA.email) == "owner"


def test_two_approvals_leave_an_owner(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "member.demote")
    join(cast, "boss@acme.example", "owner")
    olga, boss = seat(cast, OLGA.email), seat(cast, "boss@acme.example")
    tokens = []
    for asker, target in ((olga, "boss@acme.example"), (boss, OLGA.email)):
        request(asker, "member.demote", {"grant_id": grant_id(cast, target), "role_key": None})
        tokens.append(link(cast))
    results = [decide_by_link(cast, tokens[0])[0]]
    try:
        results.append(decide_by_link(cast, tokens[1])[0])
    except psycopg.Error:
        results.append("refused")
    assert results[0] == "executed"
    assert results[1] in ("voided", "refused")
    assert (
        cast.one(
            "SELECT count(*) FROM govdesk.member_grant WHERE role_key = 'owner'"
            " AND status = 'active' AND tenant_path = 'acme'"
        )
        == 1
    )


SMUGGLED = {
    "the executor's mark by setting": "SELECT set_config('app.decision', '{0}', true),"
    " set_config('app.executing', 'on', true), set_config('app.decision_id', '{0}', true)",
    "no mark": "SELECT 1",
}


@pytest.mark.parametrize("means", SMUGGLED)
def test_no_setting_of_the_client_passes_for_an_approval(cast: Cast, means: str) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "owner.promote")
    olga = seat(cast, OLGA.email)
    made = request(olga, "owner.promote", promotion(cast, ADA.email))
    with pytest.raises(psycopg.Error) as caught, raw(olga) as connection:
        connection.execute(SMUGGLED[means].format(made))  # type: ignore[call-overload]
        connection.execute(
            "UPDATE govdesk.member_grant SET role_key = 'owner' WHERE id = %s",
            (grant_id(cast, ADA.email),),
        )
    assert caught.value.sqlstate == "GD018"


def test_a_forbidden_thing_is_not_reached_by_harmless_steps(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "owner.promote", "member.remove", "member.demote")
    olga = seat(cast, OLGA.email)
    ada, grant = member_id(cast, ADA.email), grant_id(cast, ADA.email)
    steps = {
        "a second grant of owner": (
            "INSERT INTO govdesk.member_grant (tenant_id, tenant_path, member_id, node_path,"
            " role_key) SELECT tenant_id, tenant_path, %s, 'acme.portal', 'owner'"
            " FROM govdesk.tenant",
            ada,
        ),
        "taking the grant": (
            "UPDATE govdesk.member_grant SET status = 'removed' WHERE id = %s",
            grant,
        ),
        "suspending for ever": (
            "UPDATE govdesk.member SET status = 'removed' WHERE id = %s AND status = 'active'",
            ada,
        ),
    }
    for name, (statement, identity) in steps.items():
        assert refusal(olga, statement, identity) == "GD018", name


def test_a_role_redefined_does_not_promote_past_the_policy(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "owner.promote")
    olga = seat(cast, OLGA.email)
    with raw(olga) as connection:
        connection.execute(
            "INSERT INTO govdesk.role (tenant_id, tenant_path, key, title, base, permissions)"
            " SELECT tenant_id, tenant_path, 'co_owner', 'Co-owner', 'owner', permissions"
            " FROM govdesk.role WHERE key = 'owner'"
        )
    assert (
        refusal(
            olga,
            "UPDATE govdesk.member_grant SET role_key = 'co_owner' WHERE id = %s",
            grant_id(cast, ADA.email),
        )
        == "GD018"
    )
