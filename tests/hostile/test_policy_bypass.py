"""Ways round the second human that keep within the rank: roles of one's own, edited and deleted."""

from __future__ import annotations

import pytest

from govdesk.database.connection import Session
from tests.deciding import COUNSEL, decide_by_link, link, name_reviewer, need_second_human, request
from tests.doors import ask, grant_id, join, member_id, raw, refusal, seat
from tests.people import ACME, ADA, CARLA, OLGA, Cast

DEFINE = (
    "INSERT INTO govdesk.role (tenant_id, tenant_path, key, title, base, permissions)"
    " SELECT tenant_id, tenant_path, %s, %s, %s, %s FROM govdesk.tenant RETURNING 1"
)
SET_ROLE = "UPDATE govdesk.member_grant SET role_key = %s WHERE id = %s"
ALL = "(SELECT permissions FROM govdesk.role WHERE key = 'owner')"


@pytest.fixture
def olga(cast: Cast) -> Session:
    """An owner where everything needs the second human; co-owners may read the log, no more."""
    name_reviewer(cast, COUNSEL)
    session = seat(cast, OLGA.email)
    ask(session, DEFINE, "co_owner", "Co-owner", "owner", ["audit.read"])
    need_second_human(cast, "owner.promote", "member.remove", "member.demote", "role.change")
    return session


@pytest.mark.parametrize("role", ["auditor", "compliance_officer", "operator", "member"])
def test_an_admin_loses_what_he_may_do_by_two_only(cast: Cast, olga: Session, role: str) -> None:
    assert refusal(olga, SET_ROLE, role, grant_id(cast, ADA.email)) == "GD018"


def test_an_owner_is_not_hollowed_out_by_a_role_of_the_same_rank(cast: Cast, olga: Session) -> None:
    join(cast, "second@acme.example", "owner")
    assert refusal(olga, SET_ROLE, "co_owner", grant_id(cast, "second@acme.example")) == "GD018"


def test_a_harmless_co_owner_does_not_become_a_whole_owner_alone(cast: Cast, olga: Session) -> None:
    join(cast, "second@acme.example", "co_owner")
    grant = grant_id(cast, "second@acme.example")
    assert refusal(olga, SET_ROLE, "owner", grant) == "GD018"
    change = {"member_id": member_id(cast, "second@acme.example"), "node_path": ACME}
    request(olga, "owner.promote", {**change, "role_key": "owner"})
    assert decide_by_link(cast, link(cast))[0] == "executed"


EDITS = {
    "more for co-owners": f"UPDATE govdesk.role SET permissions = {ALL} WHERE key = 'co_owner'",
    "less for officers": "UPDATE govdesk.role SET permissions = '{{audit.read}}'"
    " WHERE key = 'compliance_officer'",
    "no officers": "UPDATE govdesk.role SET status = 'deleted' WHERE key = 'compliance_officer'",
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_role_that_people_hold_is_not_edited_past_the_second_human(
    cast: Cast, olga: Session, edit: str
) -> None:
    join(cast, "second@acme.example", "co_owner")
    assert grant_id(cast, CARLA.email)
    statement = EDITS[edit].replace("{{", "{").replace("}}", "}")
    assert refusal(olga, statement) == "GD018"


def test_a_role_that_nobody_holds_is_edited_alone(cast: Cast, olga: Session) -> None:
    with raw(olga) as connection:
        edited = connection.execute(
            "UPDATE govdesk.role SET permissions = '{audit.read}' WHERE key = 'auditor'"
        )
        assert edited.rowcount == 1


def test_a_second_invitation_does_not_raise_a_removed_owner_alone(
    cast: Cast, olga: Session
) -> None:
    for role in ("owner", "co_owner"):
        assert (
            refusal(
                olga,
                "SELECT govdesk_api.invite('new@new.example', 'N', %s, 'acme', '', 7)",
                role,
            )
            == "GD018"
        ), role
