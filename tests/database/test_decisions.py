"""A decision from its request to its execution, by link and in the console."""

from __future__ import annotations

import hashlib
import json

import psycopg
import pytest

from tests.deciding import (
    COUNSEL,
    VIEW,
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
    cooled,
    join,
    key_of,
    later,
    mails,
    member_id,
    raw,
    refusal,
    rows_of,
    seat,
    stranger,
    table,
    worker,
)
from tests.people import ACME, ADA, CARLA, MEI, OLGA, OTIS, Cast

POLICIES = (
    "owner.promote",
    "member.remove",
    "member.demote",
    "organization.legal_entity",
    "platform.enter",
)
DIRECT = {
    "owner.promote": "UPDATE govdesk.member_grant SET role_key = 'owner' WHERE id = '{ada_grant}'",
    "member.remove": "UPDATE govdesk.member SET status = 'removed' WHERE id = '{ada}'",
    "member.demote": "UPDATE govdesk.member_grant SET role_key = 'member' WHERE id = '{ada_grant}'",
    "organization.legal_entity": "INSERT INTO govdesk.organization_metadata (tenant_id,"
    " tenant_path, version, effective_from, legal_entity, country)"
    " SELECT tenant_id, tenant_path, 1, now(),"
    " 'Acme Holdings Ltd', 'AU' FROM govdesk.tenant",
}
PAYLOADS: dict[str, dict[str, object]] = {
    "owner.promote": {"member_id": "{ada}", "node_path": ACME, "role_key": "owner"},
    "member.remove": {"member_id": "{ada}"},
    "member.demote": {"grant_id": "{ada_grant}", "role_key": "member"},
    "organization.legal_entity": {
        "legal_entity": "Acme Holdings Ltd",
        "country": "AU",
        "abn": "51824753556",
        "lei": None,
        "vat": None,
        "effective_from": "2026-07-01T00:00:00Z",
    },
}
EFFECTS = {
    "owner.promote": "SELECT role_key = 'owner' FROM govdesk.member_grant WHERE id = '{ada_grant}'",
    "member.remove": "SELECT status = 'removed' FROM govdesk.member WHERE id = '{ada}'",
    "member.demote": "SELECT role_key = 'member' FROM govdesk.member_grant"
    " WHERE id = '{ada_grant}'",
    "organization.legal_entity": "SELECT EXISTS (SELECT FROM govdesk.organization_metadata"
    " WHERE legal_entity = 'Acme Holdings Ltd' AND abn = '51824753556')",
}


def filled(cast: Cast, text: str) -> str:
    """The text with Ada's ids, also after she lost her grant."""
    grant = cast.one(
        "SELECT g.id::text FROM govdesk.member_grant g JOIN govdesk.member m ON m.id = g.member_id"
        " WHERE m.email = %s",
        ADA.email,
    )
    names = {"ada": member_id(cast, ADA.email), "ada_grant": grant}
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def payload(cast: Cast, action: str) -> dict[str, object]:
    made: dict[str, object] = json.loads(filled(cast, json.dumps(PAYLOADS[action])))
    return made


def removal(cast: Cast) -> str:
    """Olga asks to remove Ada."""
    return request(
        seat(cast, OLGA.email), "member.remove", {"member_id": member_id(cast, ADA.email)}
    )


def test_shipped_policies_are_there_and_off(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    for action in POLICIES:
        assert ask(olga, "SELECT govdesk_api.needs_decision(%s)", action) is False
    kinds = {r["action"] for r in table(olga, "SELECT * FROM govdesk.decision_kind")}
    assert kinds >= {*POLICIES, "policy.change", "factor.reset", "account.recover"}
    for action in ("factor.reset", "account.recover"):
        assert ask(olga, "SELECT govdesk_api.needs_decision(%s)", action) is True


@pytest.mark.parametrize("action", POLICIES)
def test_no_policy_is_switched_on_without_somebody_who_may_decide(cast: Cast, action: str) -> None:
    olga = seat(cast, OLGA.email)
    switch = "SELECT govdesk_api.set_decision_policy(%s, true, 24)"
    assert refusal(olga, switch, action) == "GD021"
    name_reviewer(cast, COUNSEL)
    ask(olga, switch, action)
    assert ask(olga, "SELECT govdesk_api.needs_decision(%s)", action) is True


@pytest.mark.parametrize("action", DIRECT)
def test_under_a_policy_the_direct_write_is_refused_and_names_the_action(
    cast: Cast, action: str
) -> None:
    olga, statement = seat(cast, OLGA.email), filled(cast, DIRECT[action])
    name_reviewer(cast, COUNSEL)
    with raw(olga) as connection:
        assert connection.execute(statement).rowcount == 1  # type: ignore[call-overload]
        raise psycopg.Rollback
    need_second_human(cast, action)
    with pytest.raises(psycopg.Error) as caught, raw(olga) as connection:
        connection.execute(statement)  # type: ignore[call-overload]
    assert (caught.value.sqlstate, caught.value.diag.message_detail) == ("GD018", action)


@pytest.mark.parametrize("action", PAYLOADS)
def test_what_was_approved_by_link_is_done_once_and_names_both_people(
    cast: Cast, action: str
) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, action)
    olga = seat(cast, OLGA.email)
    made = request(olga, action, payload(cast, action))
    assert cast.one(filled(cast, EFFECTS[action])) is False
    before = cast.last_seq()
    assert decide_by_link(cast, link(cast))[0] == "executed"
    assert cast.one(filled(cast, EFFECTS[action])) is True
    rows = cast.rows(before)
    events = [r["action"] for r in rows]
    assert events.count("decision.approved") == 1
    assert events.count("decision.executed") == 1
    for row in rows:
        if row["entity_type"] == "decision":
            assert row["entity_id"] == made
    told = json.dumps([{**r, "at": None, "occurred_at": None} for r in rows], default=str)
    assert OLGA.email in told
    assert COUNSEL in told
    changed = [r for r in rows if not r["action"].startswith(("decision.", "session."))]
    assert changed
    for row in changed:
        assert {row["actor"], row["on_behalf_of"]} & {f"user:{OLGA.email}"}, row
        assert COUNSEL in f"{row['actor']} {row['on_behalf_of']} {row['reason']} {row['diff']}"


def test_a_member_decides_in_the_console_with_a_fresh_confirmation(cast: Cast) -> None:
    name_reviewer(cast, CARLA.email)
    need_second_human(cast, "member.remove")
    olga, carla = seat(cast, OLGA.email), seat(cast, CARLA.email)
    made = request(olga, "member.remove", {"member_id": member_id(cast, ADA.email)})
    (waiting,) = table(carla, "SELECT * FROM govdesk_api.decisions_waiting()")
    assert str(waiting["id"]) == made
    assert table(olga, "SELECT * FROM govdesk_api.decisions_waiting()") == []
    attempt = ask(carla, "SELECT govdesk_api.decide_submit(%s, 'approve', 'Yes')", made)
    cooled(cast)
    assert refusal(carla, "SELECT * FROM govdesk_api.decide_reveal(%s)", attempt) == "GD009"
    carla = seat(cast, CARLA.email)
    assert decide_in_console(carla, made)[0] == "executed"
    assert cast.one("SELECT status FROM govdesk.member WHERE email = %s", ADA.email) == "removed"
    row = decision(cast, made)
    assert (row["status"], row["decision_reason"]) == ("executed", "Agreed")
    assert CARLA.email in row["decided_by"]


def test_the_stored_change_is_its_digest(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "member.remove")
    made = request(
        seat(cast, OLGA.email), "member.remove", {"member_id": member_id(cast, ADA.email)}
    )
    row = decision(cast, made)
    text = cast.one("SELECT payload::text FROM govdesk.decision WHERE id = %s", made)
    assert hashlib.sha256(text.encode()).hexdigest() == row["digest"]
    (shown,) = rows_of(stranger(cast), VIEW, link(cast))
    assert shown["digest"] == row["digest"]
    assert (shown["payload"], shown["status"]) == (text, "pending")
    assert shown["reviewer_email"] == COUNSEL
    assert shown["requester"].endswith(OLGA.email)
    assert shown["blast"]


def test_a_rejected_decision_does_nothing_and_says_why(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "member.remove")
    made = request(
        seat(cast, OLGA.email), "member.remove", {"member_id": member_id(cast, ADA.email)}
    )
    before = cast.last_seq()
    assert decide_by_link(cast, link(cast), "reject", "Not this year")[0] == "rejected"
    row = decision(cast, made)
    assert (row["status"], row["decision_reason"]) == ("rejected", "Not this year")
    assert cast.one("SELECT status FROM govdesk.member WHERE email = %s", ADA.email) == "active"
    assert [r["action"] for r in cast.rows(before)] == ["decision.rejected"]


def test_a_request_and_a_rejection_need_a_reason(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "member.remove")
    olga, change = seat(cast, OLGA.email), {"member_id": member_id(cast, ADA.email)}
    for reason in ("", "   ", "x"):
        with pytest.raises(psycopg.Error):
            request(olga, "member.remove", change, reason)
    request(olga, "member.remove", change)
    token = link(cast)
    for reason in ("", "   ", "x"):
        with pytest.raises(psycopg.Error):
            decide_by_link(cast, token, "reject", reason)
    assert decide_by_link(cast, token, "reject", "No longer")[0] == "rejected"


def test_the_requester_takes_a_decision_back_and_nobody_else_does(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "member.remove")
    olga, ada = seat(cast, OLGA.email), seat(cast, ADA.email)
    made = request(olga, "member.remove", {"member_id": member_id(cast, ADA.email)})
    token = link(cast)
    cancel = "SELECT govdesk_api.cancel_decision(%s)"
    assert refusal(seat(cast, MEI.email), cancel, made) == "42501"
    assert refusal(ada, cancel, made) == "42501"
    ask(olga, cancel, made)
    assert decision(cast, made)["status"] == "cancelled"
    with pytest.raises(psycopg.Error):
        decide_by_link(cast, token)


def test_an_expired_decision_is_sealed_as_expired_by_the_worker(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "member.remove")
    made = request(
        seat(cast, OLGA.email), "member.remove", {"member_id": member_id(cast, ADA.email)}
    )
    door, before = worker(cast), cast.last_seq()
    expire = "SELECT govdesk_api.expire_due('w1')"
    assert door.execute(expire).fetchone() == (0,)
    later(cast, "govdesk.decision", "expires_at", "25 hours")
    assert door.execute(expire).fetchone() == (1,)
    assert door.execute(expire).fetchone() == (0,)
    assert decision(cast, made)["status"] == "expired"
    (row,) = cast.rows(before)
    assert (row["action"], row["actor"]) == ("decision.expired", "worker:w1")


MOVES = {
    "the grant changed": "UPDATE govdesk.member_grant SET role_key = 'operator' WHERE id ="
    " '{ada_grant}'",
    "the person was suspended": "UPDATE govdesk.member SET status = 'suspended' WHERE id = '{ada}'",
    "the person was removed": "UPDATE govdesk.member SET status = 'removed' WHERE id = '{ada}'",
}


@pytest.mark.parametrize("move", MOVES)
def test_what_was_approved_for_a_world_that_has_moved_is_voided(cast: Cast, move: str) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "owner.promote")
    made = request(seat(cast, OLGA.email), "owner.promote", payload(cast, "owner.promote"))
    token, statement = link(cast), filled(cast, MOVES[move])
    with arranged(cast) as admin:
        admin.execute(statement)  # type: ignore[call-overload]
    status, outcome = decide_by_link(cast, token)
    assert status == "voided"
    assert outcome
    assert decision(cast, made)["status"] == "voided"
    assert cast.one(filled(cast, EFFECTS["owner.promote"])) is not True


def test_an_owner_is_invited_only_after_the_second_human(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "owner.promote")
    olga = seat(cast, OLGA.email)
    direct = "SELECT govdesk_api.invite('new@acme.example', 'New', 'owner', 'acme', '', 7)"
    assert refusal(olga, direct) == "GD018"
    invite = {
        "email": "new@acme.example",
        "display_name": "New",
        "role_key": "owner",
        "node_path": ACME,
        "message": "",
        "days": 7,
    }
    request(olga, "owner.promote", {"invite": invite})
    assert mails(cast, "invitation") == []
    need = cast.one("SELECT count(*) FROM govdesk.invitation")
    assert need == 0


def test_an_approved_invitation_of_an_owner_is_mailed_to_the_invited(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "owner.promote")
    invite = {
        "email": "new@acme.example",
        "display_name": "New",
        "role_key": "owner",
        "node_path": ACME,
        "message": "",
        "days": 7,
    }
    request(seat(cast, OLGA.email), "owner.promote", {"invite": invite})
    assert decide_by_link(cast, link(cast))[0] == "executed"
    (mail,) = mails(cast, "invitation")
    assert mail["to_address"] == "new@acme.example"


def test_once_a_policy_is_on_policies_and_reviewers_change_by_decision_only(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "member.remove")
    olga = seat(cast, OLGA.email)
    for statement in (
        "SELECT govdesk_api.set_decision_policy('member.remove', false, 24)",
        "SELECT govdesk_api.set_reviewer('friend@acme.example', 'Friend', 'active')",
        f"SELECT govdesk_api.set_reviewer('{COUNSEL}', 'Counsel', 'removed')",
    ):
        assert refusal(olga, statement) == "GD018", statement
    ask(olga, "SELECT govdesk_api.set_decision_policy('member.demote', true, 24)")
    request(olga, "policy.change", {"policy": "member.remove", "enabled": False})
    assert decide_by_link(cast, link(cast))[0] == "executed"
    assert ask(olga, "SELECT govdesk_api.needs_decision('member.remove')") is False


def test_who_may_not_do_it_may_not_ask_for_it(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, *POLICIES)
    ada_payload = json.dumps(payload(cast, "owner.promote"))
    ask_for = "SELECT govdesk_api.request_decision('owner.promote', %s::jsonb, 'Please')"
    for email in (OTIS.email, MEI.email, CARLA.email):
        assert refusal(seat(cast, email), ask_for, ada_payload) == "42501"
    assert answer(stranger(cast), ask_for, ada_payload) in ("42501", "GD001")
    assert key_of(seat(cast, MEI.email), ask_for, ada_payload)[1] != ""


def test_a_scoped_admin_asks_for_nothing_outside_his_scope(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "member.remove", "member.demote", "owner.promote")
    join(cast, "scoped@acme.example", "admin", "acme.portal")
    scoped = seat(cast, "scoped@acme.example")
    for action in ("owner.promote", "member.remove", "member.demote"):
        text = json.dumps(payload(cast, action))
        statement = "SELECT govdesk_api.request_decision(%s, %s::jsonb, 'Please')"
        assert refusal(scoped, statement, action, text) == "42501"
    assert cast.one("SELECT count(*) FROM govdesk.decision") == 0
