"""Claims: an erasure takes value and salt of what two people decided, from a person everything that
names him, and nothing else; holds prevent it; a dump taken afterwards has no byte of his.
"""

from __future__ import annotations

import json
import subprocess

import psycopg
import pytest

from govdesk.database.embedded_binaries import find_binaries
from govdesk.services import audit
from tests.deciding import COUNSEL, name_reviewer, request
from tests.doors import ask, join, member_id, refusal, seat, table
from tests.evidences import approve, fill, hold
from tests.people import ACME, ADA, MEI, OLGA, Cast

IGOR = "igor.petrov@acme.example"
NAMES = ("igor.petrov", "Igor Petrov", "igor")


def dump(cast: Cast) -> str:
    return subprocess.run(
        [str(find_binaries() / "pg_dump"), "--dbname", cast.database.admin_url],
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def lived(cast: Cast) -> str:
    """Igor was here, did things, was changed by others, and was removed; returns his id."""
    join(cast, IGOR, "admin")
    which = member_id(cast, IGOR)
    igor = seat(cast, IGOR)
    with igor.transaction() as connection:
        connection.execute("SELECT set_config('app.reason', 'Igor wanted it', true)")
        connection.execute(
            "UPDATE govdesk.node SET name = 'Portal of Igor Petrov' WHERE kind = 'system'"
        )
    olga = cast.sign_in(OLGA)
    with olga.transaction() as connection:
        connection.execute(
            "UPDATE govdesk.member SET display_name = 'Igor Petrov' WHERE id = %s", (which,)
        )
    with olga.transaction() as connection:
        connection.execute("UPDATE govdesk.member SET status = 'removed' WHERE id = %s", (which,))
    return which


def erased_report(cast: Cast) -> audit.Report:
    return audit.verify(cast.sign_in(OLGA), cast.database.app_url)


def test_a_person_leaves_no_byte_in_a_dump_and_the_log_verifies(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    which = lived(cast)
    assert IGOR in dump(cast)
    olga = seat(cast, OLGA.email)
    (preview,) = table(
        olga,
        "SELECT * FROM govdesk_api.erasure_preview(%s::jsonb)",
        json.dumps({"member_id": which}),
    )
    assert preview["rows"] > 3
    assert preview["fields"] > preview["rows"]
    assert approve(cast, olga, "audit.erase", {"member_id": which}) == ("executed", "Done.")
    text = dump(cast).lower()
    for name in NAMES:
        assert name.lower() not in text, text[max(0, text.index(name.lower()) - 300) :][:600]
    report = erased_report(cast)
    assert (report.ok, report.faults) == (True, [])
    assert report.erased >= preview["fields"]
    status = cast.one("SELECT status FROM govdesk.member WHERE id = %s", which)
    assert status == "removed"


def test_who_is_a_member_of_two_organizations_keeps_the_other_and_the_way_in(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    which = lived(cast)
    join(cast, IGOR, "admin", "beta", "beta")
    olga = seat(cast, OLGA.email)
    assert approve(cast, olga, "audit.erase", {"member_id": which})[0] == "executed"
    assert cast.one("SELECT count(*) FROM govdesk.member WHERE email = %s", IGOR) == 1
    assert cast.one("SELECT count(*) FROM govdesk_private.person WHERE email = %s", IGOR) == 1


@pytest.mark.parametrize("name", ["active", "Li", "Mr | Ed (x.*)", 'Ann "Q" O\\B', "Owner"])
def test_odd_names_prevent_no_erasure_and_take_no_words_of_ours(cast: Cast, name: str) -> None:
    name_reviewer(cast, COUNSEL)
    join(cast, IGOR, "admin")
    which = member_id(cast, IGOR)
    olga = seat(cast, OLGA.email)
    for change in ("display_name = %s", "status = 'removed'"):
        with olga.transaction() as connection:
            values = (name, which) if "%s" in change else (which,)
            connection.execute(f"UPDATE govdesk.member SET {change} WHERE id = %s", values)
    before = cast.one("SELECT count(*) FROM govdesk.member WHERE status = 'active'")
    assert approve(cast, olga, "audit.erase", {"member_id": which}) == ("executed", "Done.")
    assert cast.one("SELECT count(*) FROM govdesk.member WHERE status = 'active'") == before
    shown = cast.admin.execute(
        "SELECT display_name, title, email FROM govdesk.member WHERE id = %s", (which,)
    ).fetchone()
    assert shown is not None
    assert shown[:2] == ("Erased person", "")
    assert str(shown[2]).endswith("@erased.invalid")
    assert IGOR not in dump(cast)
    assert erased_report(cast).ok is True


def test_named_fields_go_and_an_absence_without_its_event_is_a_fault(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    olga = seat(cast, OLGA.email)
    seq = cast.last_seq()
    payload = {"fields": [{"seq": seq, "fields": ["ip", "actor"]}]}
    assert approve(cast, olga, "audit.erase", payload)[0] == "executed"
    row = cast.admin.execute(
        "SELECT l.actor, l.ip, l.salts FROM govdesk.audit_log l JOIN govdesk.tenant t"
        " USING (tenant_id) WHERE t.tenant_path = %s AND l.seq = %s",
        (ACME, seq),
    ).fetchone()
    assert row is not None
    assert row[:2] == (None, None)
    assert set(row[2]) == {"diff", "on_behalf_of", "reason", "session_id", "summary"}
    (event,) = [r for r in cast.rows(seq) if r["action"] == "audit.erased"]
    assert event["entity_id"] == f"{seq}:actor,ip"
    report = erased_report(cast)
    assert (report.ok, report.erased) == (True, 2)
    cast.admin.execute("ALTER TABLE govdesk.audit_log DISABLE TRIGGER ALL")
    cast.admin.execute(
        "UPDATE govdesk.audit_log SET summary = NULL, salts = salts - 'summary' WHERE seq = %s",
        (seq,),
    )
    report = erased_report(cast)
    assert report.ok is False
    assert (report.faults[0].first, report.faults[0].kind) == (seq, "altered")


def test_a_hold_prevents_erasure_also_when_it_is_placed_after_the_request(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    which = lived(cast)
    olga = seat(cast, OLGA.email)
    payload = {"member_id": which}
    held = hold(olga, f"actor:user:{IGOR}")
    with pytest.raises(psycopg.Error) as caught:
        request(olga, "audit.erase", payload)
    assert (caught.value.sqlstate, caught.value.diag.message_detail) == ("GD044", "Case 7")
    ask(olga, "SELECT govdesk_api.lift_hold(%s, 'The case is closed')", held)
    fill(cast, 1)
    assert approve(cast, olga, "audit.erase", payload)[0] == "executed"


def test_who_may_not_erase_cannot_and_members_are_removed_first(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    which = lived(cast)
    payload = json.dumps({"member_id": which})
    query = "SELECT govdesk_api.request_decision('audit.erase', %s::jsonb, 'It is time')"
    for person in (ADA, MEI):
        assert refusal(seat(cast, person.email), query, payload) == "42501"
    active = json.dumps({"member_id": member_id(cast, MEI.email)})
    assert refusal(seat(cast, OLGA.email), query, active) == "GD047"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE govdesk.audit_log SET actor = NULL, salts = salts - 'actor'",
        "UPDATE govdesk.audit_log SET leaf = '\\x00'",
        "DELETE FROM govdesk.audit_log",
        "TRUNCATE govdesk.audit_log",
    ],
)
def test_nobody_erases_by_hand_not_even_the_kernel(cast: Cast, change: str) -> None:
    for role in ("govdesk_kernel", "postgres"):
        cast.admin.execute(f"SET ROLE {role}")  # type: ignore[arg-type]
        with pytest.raises(psycopg.Error) as caught:
            cast.admin.execute(change)  # type: ignore[arg-type]
        cast.admin.execute("RESET ROLE")
        assert caught.value.sqlstate == "42501"
