"""Claims: every act of Team Members has a command that answers as the contract says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.end_to_end.conftest import OWNER, Answer, Office

Inside = Callable[..., Answer]
MEI = "mei@office.example"


@pytest.fixture(autouse=True)
def just_confirmed(office: Office) -> None:
    """The office is as old as the run; what needs a fresh confirmation needs it now."""
    office.admin(
        "UPDATE govdesk_private.session SET stepped_up_at = clock_timestamp()"
        " WHERE tenant_path = 'office'"
        " AND stepped_up_at < clock_timestamp() - interval '1 minute'"
    )


@pytest.fixture
def mei(office: Office) -> str:
    """A second member, who is the same at the beginning of each test."""
    office.admin(
        "WITH p AS (INSERT INTO govdesk_private.person (email) VALUES (%s)"
        " ON CONFLICT DO NOTHING RETURNING id)"
        " INSERT INTO govdesk.member (tenant_id, tenant_path, person_id, email, display_name)"
        " SELECT t.tenant_id, t.tenant_path, p.id, %s, 'Mei 梅 Tan' FROM p, govdesk.tenant t"
        " WHERE t.tenant_path = 'office'",
        MEI,
        MEI,
    )
    office.admin("UPDATE govdesk.member SET status = 'active' WHERE email = %s", MEI)
    office.admin(
        "INSERT INTO govdesk.member_grant (tenant_id, tenant_path, member_id, node_path, role_key)"
        " SELECT tenant_id, tenant_path, id, tenant_path, 'member' FROM govdesk.member"
        " WHERE email = %s ON CONFLICT DO NOTHING",
        MEI,
    )
    office.admin(
        "UPDATE govdesk.member_grant g SET role_key = 'member' FROM govdesk.member m"
        " WHERE m.id = g.member_id AND m.email = %s AND g.status = 'active'"
        " AND g.role_key <> 'member'",
        MEI,
    )
    return MEI


def document(answer: Answer) -> Any:
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def change(answer: Answer, *, changed: bool = True) -> Any:
    """The answer of a change, with the contract's members and no other."""
    made = document(answer)
    assert set(made) == {"id", "changed", "seq", "decision"}
    assert made["changed"] is changed
    return made


def action_of(inside: Inside, seq: int) -> str:
    found = document(inside("audit", "list", "--query", f"seq:{seq}", "--json"))["items"]
    return str(found[0]["action"])


def test_people_are_listed_with_roles_and_found_in_any_case(inside: Inside, mei: str) -> None:
    everybody = document(inside("members", "list", "--json"))
    assert everybody["next"] is None
    assert {one["email"] for one in everybody["items"]} >= {OWNER, mei}
    found = document(inside("members", "list", "--find", "梅 MEMBER", "--json"))["items"]
    assert [one["email"] for one in found] == [mei]
    assert found[0]["grants"][0]["role_key"] == "member"
    assert found[0]["seen_at"] is None
    text = inside("members", "list").out
    assert "Mei 梅 Tan" in text


def test_one_person_is_shown_with_what_may_be_granted(inside: Inside, mei: str) -> None:
    shown = document(inside("members", "show", mei, "--json"))
    assert shown["may_remove"] is True
    offers = {one["role_key"]: one["allowed"] for one in shown["offers"]["office"]}
    assert offers["owner"] is True
    assert shown["waiting"] == []
    own = document(inside("members", "show", OWNER, "--json"))
    assert own["may_remove"] is False
    assert own["why_not"]


def test_what_an_invitation_would_give_is_said_without_inviting(inside: Inside) -> None:
    before = document(inside("members", "invitations", "list", "--json"))["items"]
    rows = document(
        inside("members", "invite", "new@x.example", "--role", "owner", "--preview", "--json")
    )["items"]
    assert {row["change"] for row in rows} == {"gained"}
    assert "owner.manage" in {row["permission"] for row in rows}
    assert document(inside("members", "invitations", "list", "--json"))["items"] == before


def test_a_role_is_given_once_and_the_log_has_the_row(inside: Inside, mei: str) -> None:
    preview = document(inside("members", "role", mei, "operator", "--preview", "--json"))["items"]
    assert {row["change"] for row in preview} == {"gained"}
    made = change(inside("members", "role", mei, "operator", "--json"))
    assert action_of(inside, made["seq"]) == "member.role_changed"
    again = change(inside("members", "role", mei, "operator", "--json"), changed=False)
    assert again["seq"] is None


def test_a_person_is_suspended_comes_back_and_is_removed(inside: Inside, mei: str) -> None:
    for command, action in (
        ("suspend", "member.suspended"),
        ("reactivate", "member.reactivated"),
        ("remove", "member.removed"),
    ):
        made = change(inside("members", command, mei, "--json"))
        # The removal takes the grants along; the last row is one of them.
        assert action_of(inside, made["seq"]) in (action, "grant.removed")
    gone = inside("members", "show", mei)
    assert gone.code == 2
    assert mei in gone.err


def test_who_lost_everything_is_let_back_in_by_two(inside: Inside, mei: str) -> None:
    counsel = "counsel@law.example"
    assert inside("decisions", "reviewers", "add", counsel, "--name", "Counsel").code == 0
    made = document(inside("members", "recover", mei, "--reason", "She lost both", "--json"))
    assert (made["changed"], made["seq"]) == (False, None)
    shown = document(inside("decisions", "show", made["decision"], "--json"))
    assert (shown["action"], shown["mail"]["words"]) == ("account.recover", "queued")
    change(inside("decisions", "cancel", made["decision"], "--json"))
    assert inside("decisions", "reviewers", "remove", counsel).code == 0


def test_an_invitation_goes_its_way_by_commands(inside: Inside) -> None:
    address = "grüße@exämple.com"
    made = change(
        inside("members", "invite", "Grüße@Exämple.COM", "--name", "Zoë", "--days", "3", "--json")
    )
    assert action_of(inside, made["seq"]) == "member.invited"
    listed = document(inside("members", "invitations", "list", "--waiting", "--json"))["items"]
    mine = next(one for one in listed if one["id"] == made["id"])
    assert (mine["email"], mine["display_name"], mine["mail"]["words"]) == (
        address,
        "Zoë",
        "queued",
    )
    twice = inside("members", "invite", address)
    assert twice.code == 2
    assert "already" in twice.err
    assert inside("members", "invitations", "resend", address, "--json").code == 0
    link = document(
        inside(
            "members", "invitations", "link", made["id"], "--web-url", "https://d.example", "--json"
        )
    )
    assert link["link"].startswith("https://d.example/invitation/")
    assert link["link"].rpartition("/")[2] not in inside("audit", "list", "--json").out
    change(inside("members", "invitations", "revoke", address, "--json"))
    over = inside("members", "invitations", "revoke", made["id"])
    assert over.code == 4
    assert over.without_traceback()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("invite", "nonsense"), 2, "name@example.com"),
        (("invite", "a@x.example", "--name", "x" * 300), 2, "at most 200"),
        (("invite", "a@x.example", "--message", "x" * 2001), 2, "at most 2,000"),
        (("invite", OWNER), 2, "member already"),
        (("invite", "b@x.example", "--role", "emperor"), 4, ""),
        (("invite", "b@x.example", "--node", "beta.intake"), 4, ""),
        (("show", "nobody@x.example"), 2, "govdesk members list"),
        (("role", OWNER, "member"), 4, "last owner"),
        (("remove", OWNER), 4, ""),
        (("invitations", "link", "x", "--web-url", "ftp://x"), 2, "https://"),
        (("invitations", "resend", "nobody@x.example"), 2, "invitations list"),
        (("roles", "define", "X", "--may", "fly"), 2, "fly"),
        (("roles", "define", "X", "--may", "member.manage"), 2, "higher base"),
        (("roles", "define", "", "--may", "audit.read"), 2, "A title"),
        (("roles", "change", "owner", "--title", "King"), 4, ""),
        (("roles", "delete", "nothing"), 2, "roles list"),
    ],
)
def test_bad_input_ends_with_one_line_and_a_code(
    inside: Inside, arguments: tuple[str, ...], code: int, words: str
) -> None:
    answer = inside("members", *arguments).without_traceback()
    assert answer.code == code, answer.err
    assert words in answer.err
    assert answer.out == ""


def test_a_role_is_defined_changed_and_deleted(inside: Inside) -> None:
    made = change(
        inside("members", "roles", "define", "Night Shift", "--base", "operator",
               "--may", "audit.read", "--may", "key.manage", "--json")
    )  # fmt: skip
    assert made["id"] == "night_shift"
    assert action_of(inside, made["seq"]) == "role.defined"
    change(inside("members", "roles", "change", "night_shift", "--may", "audit.read", "--json"))
    shown = document(inside("members", "roles", "show", "night_shift", "--json"))
    assert (shown["permissions"], shown["holders"]) == (["audit.read"], [])
    change(inside("members", "roles", "delete", "night_shift", "--json"))
    keys = [one["key"] for one in document(inside("members", "roles", "list", "--json"))["items"]]
    assert keys[:4] == ["owner", "admin", "operator", "member"]
    assert "night_shift" not in keys
