"""Platform staff inside a customer's tenant: announced before anything is readable, and named."""

from __future__ import annotations

import json

from tests.deciding import COUNSEL, decide_by_link, link, name_reviewer, need_second_human
from tests.doors import ask, cooled, later, raw, refusal, seat, table, worker
from tests.people import ACME, BEA, MEI, OLGA, Cast
from tests.staffing import (
    INSIDE,
    KIM,
    SAM,
    at_work,
    count,
    employ,
    enter,
    kept_out,
    reveal,
    submit,
)

READS = {
    "audit.read posture.read member.read organization.read node.read key.read webhook.read"
    " register.read report.read discovery.read"
}
STAFF_MAY = {
    *" ".join(READS).split(),
    "node.manage",
    "key.manage",
    "webhook.manage",
    "integration.manage",
}
RENAME = "UPDATE govdesk.node SET name = 'Renamed' WHERE node_path = 'acme.claims'"


def test_entry_is_in_the_tenants_log_before_anything_can_be_read(cast: Cast) -> None:
    employ(cast)
    before = cast.last_seq()
    inside = enter(cast, at_work(cast))
    entered = cast.rows(before)
    assert [r["action"] for r in entered if r["action"] == "platform.entered"]
    row = next(r for r in entered if r["action"] == "platform.entered")
    assert row["actor"] == f"staff:{SAM}"
    assert "Ticket 4711" in json.dumps({"r": row["reason"], "d": row["diff"], "s": row["summary"]})
    with raw(inside) as connection:
        assert count(connection) > 0


def test_staff_hold_what_the_table_of_permissions_gives_them_and_no_more(cast: Cast) -> None:
    employ(cast)
    inside = enter(cast, at_work(cast))
    held = ask(inside, "SELECT permissions FROM govdesk_api.whoami()")
    assert set(held) == STAFF_MAY
    assert all(nodes == [ACME] for nodes in held.values())
    for statement in (
        "UPDATE govdesk.member SET status = 'suspended' WHERE email = 'mei@acme.example'",
        "UPDATE govdesk.member_grant SET role_key = 'owner'",
        "UPDATE govdesk.tenant SET name = 'x'",
        "SELECT govdesk_api.invite('x@staff.example', 'X', 'member', 'acme', '', 7)",
        "SELECT govdesk_api.request_decision('member.remove', '{}', 'x')",
        "SELECT govdesk_api.set_decision_policy('platform.enter', false, 24)",
    ):
        assert refusal(inside, statement) == "42501", statement


def test_every_row_that_staff_cause_names_the_person(cast: Cast) -> None:
    employ(cast)
    inside = enter(cast, at_work(cast))
    before = cast.last_seq()
    with raw(inside) as connection:
        assert connection.execute(RENAME).rowcount == 1
    ask(inside, "SELECT govdesk_api.end_session(%s)", inside.token)
    rows = cast.rows(before)
    assert {r["action"] for r in rows} >= {"node.renamed", "platform.left"}
    assert {r["actor"] for r in rows} == {f"staff:{SAM}"}
    assert {r["on_behalf_of"] for r in rows} == {None}


def test_the_tenant_sees_who_is_inside_and_its_owner_throws_them_out(cast: Cast) -> None:
    employ(cast)
    inside = enter(cast, at_work(cast))
    (seen,) = table(seat(cast, MEI.email), INSIDE)
    assert (seen["email"], seen["reason"]) == (SAM, "Ticket 4711")
    assert table(seat(cast, BEA.email, "beta"), INSIDE) == []
    olga = seat(cast, OLGA.email)
    kinds = table(olga, "SELECT id, kind FROM govdesk_api.sessions() WHERE kind = 'staff'")
    assert [str(k["id"]) for k in kinds] == [str(seen["session_id"])]
    assert ask(olga, "SELECT govdesk_api.revoke_session(%s)", seen["session_id"]) is True
    with raw(inside) as connection:
        assert count(connection) == 0
    assert table(olga, INSIDE) == []


def test_past_its_window_an_entry_reads_nothing_and_the_worker_says_it_is_over(cast: Cast) -> None:
    employ(cast)
    inside, before = enter(cast, at_work(cast), minutes=5), cast.last_seq()
    later(
        cast,
        "govdesk_private.session",
        "expires_at",
        "6 minutes",
        f"token_hash = sha256(convert_to('{inside.token}', 'UTF8'))",
    )
    with raw(inside) as connection:
        assert count(connection) == 0
    door = worker(cast)
    while door.execute("SELECT govdesk_api.expire_due('w1')").fetchone() != (0,):
        pass
    assert "platform.left" in [r["action"] for r in cast.rows(before)]


def test_an_entry_longer_than_an_hour_needs_the_tenants_second_human(cast: Cast) -> None:
    employ(cast)
    name_reviewer(cast, COUNSEL)
    sam = at_work(cast)
    assert reveal(sam, submit(sam, minutes=120))[0]
    need_second_human(cast, "platform.enter")
    token, _, _, asked = reveal(sam, submit(sam, minutes=120))
    assert token is None
    assert asked is not None
    assert reveal(sam, submit(sam, minutes=60))[0]
    assert decide_by_link(cast, link(cast))[0] == "approved"
    token, _, path, _ = reveal(sam, submit(sam, minutes=120))
    assert token
    assert str(path) == ACME
    status = cast.one("SELECT status FROM govdesk.decision WHERE id = %s", asked)
    assert status == "executed"


def test_an_approved_entry_serves_the_one_who_asked_once(cast: Cast) -> None:
    employ(cast)
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "platform.enter")
    sam, kim = at_work(cast), at_work(cast, KIM)
    assert reveal(sam, submit(sam, minutes=120))[0] is None
    decide_by_link(cast, link(cast))
    assert reveal(kim, submit(kim, minutes=120))[0] is None
    assert reveal(sam, submit(sam, minutes=480))[0] is None
    assert reveal(sam, submit(sam, minutes=120))[0]
    assert reveal(sam, submit(sam, minutes=120))[0] is None


def test_staff_learn_paths_and_names_of_customers_and_nothing_across_them(cast: Cast) -> None:
    employ(cast)
    sam = at_work(cast)
    rows = table(sam, "SELECT * FROM govdesk_api.platform_tenants()")
    assert {str(r["tenant_path"]) for r in rows} >= {ACME, "beta"}
    assert set(rows[0]) == {"tenant_path", "name"}
    with raw(sam) as connection:
        for name in ("audit_log", "member", "node", "member_grant", "role", "invitation"):
            row = connection.execute(
                f"SELECT count(*) FROM govdesk.{name} WHERE tenant_path <> 'platform'"  # type: ignore[call-overload]
            ).fetchone()
            assert row == (0,), name


def test_an_entry_needs_a_reason_and_a_sensible_length(cast: Cast) -> None:
    employ(cast)
    sam = at_work(cast)
    for reason in ("", "   ", None):
        assert kept_out(sam, ACME, reason, 30) == "GD012", reason
    for minutes in (0, -5, None, 481, 100_000):
        assert kept_out(sam, ACME, "Ticket", minutes) == "GD012", minutes
    for path in ("nowhere", "platform", ""):
        assert kept_out(sam, path, "Ticket", 30) == "42501", path
    assert submit(sam)


def test_staff_without_a_fresh_confirmation_do_not_enter(cast: Cast) -> None:
    employ(cast)
    sam = at_work(cast)
    cooled(cast)
    assert kept_out(sam, ACME, "Ticket", 30) == "GD009"
    assert enter(cast, at_work(cast)).token
