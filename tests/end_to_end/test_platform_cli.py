"""Staff by commands: an account, a reason, a visit that both sides can see, the way out."""

from __future__ import annotations

import psycopg
import pytest

from govdesk.database.migrate import claim_setup
from tests.end_to_end.commands import Shell, Someone, enrolled, founded, shell
from tests.end_to_end.conftest import Office

__all__ = ["shell"]

WHY = "Ticket 4711: imports hang"


@pytest.fixture
def sam(office: Office, shell: Shell) -> Someone:
    """One of the staff; the first founds their organisation."""
    number = office.admin("SELECT count(*) FROM govdesk.member WHERE tenant_path = 'platform'")
    email = f"sam{number[0][0]}@staff.example"
    answer = shell({}, "platform", "add-staff", email, "--name", "Sam Staff", "--admin-url",
                   office.admin_url, "--json")  # fmt: skip
    assert answer.code == 0, answer.err
    assert answer.document["tenant_path"] == "platform"
    return enrolled(office, answer.document["setup_code"])


def log(office: Office, path: str, after: int = 0) -> list[tuple[str, str, str | None]]:
    return office.admin(
        "SELECT action, actor, reason FROM govdesk.audit_log WHERE tenant_path = %s::ltree"
        " AND seq > %s ORDER BY seq",
        path,
        after,
    )


def newest(office: Office, path: str) -> int:
    return int(
        office.admin("SELECT max(seq) FROM govdesk.audit_log WHERE tenant_path = %s::ltree", path)[
            0
        ][0]
    )


def test_staff_enter_read_and_leave_and_the_log_names_the_person(
    office: Office, shell: Shell, sam: Someone
) -> None:
    owner = founded(office, f"visited{sam.email[3]}", f"vera{sam.email[3]}@visited.example")
    path = owner.tenant_path
    before = newest(office, path)
    listed = shell({"GOVDESK_SESSION": sam.token}, "platform", "list-tenants", "--json")
    assert {"tenant_path": path, "name": path.title()} in listed.document["items"]
    assert all(set(item) == {"tenant_path", "name"} for item in listed.document["items"])
    entered = shell({"GOVDESK_SESSION": sam.token}, "platform", "enter", path, "--reason", WHY,
                    "--minutes", "30", "--json")  # fmt: skip
    assert entered.code == 0, entered.err
    assert set(entered.document) == {"token", "expires_at", "tenant_path", "decision"}
    assert entered.document["decision"] is None
    visit = {"GOVDESK_SESSION": entered.document["token"]}
    assert shell(visit, "audit", "list", "--json").document["items"]
    seen = shell({"GOVDESK_SESSION": owner.token}, "platform", "inside", "--json").document
    (one,) = seen["items"]
    assert (one["email"], one["reason"]) == (sam.email, WHY)
    export = shell(visit, "audit", "export", "--format", "csv", "--output", "/dev/null", "--force")
    assert export.code == 4, "staff export nothing"
    left = shell(visit, "platform", "leave", "--json")
    assert (left.code, left.document["changed"]) == (0, True)
    assert shell(visit, "audit", "list", "--json").code == 3
    assert shell(visit, "platform", "leave", "--json").document["changed"] is False
    told = [row for row in log(office, path, before) if row[0].startswith("platform.")]
    assert [row[:2] for row in told] == [
        ("platform.entered", f"staff:{sam.email}"),
        ("platform.left", f"staff:{sam.email}"),
    ]
    assert told[0][2] == WHY


@pytest.mark.parametrize(
    ("reason", "minutes", "code", "words"),
    [
        ("  ", "30", 2, "reason is missing"),
        (WHY, "0", 2, "1 to 480 minutes"),
        (WHY, "481", 2, "1 to 480 minutes"),
    ],
)
def test_what_an_entry_lacks_is_named(
    shell: Shell, sam: Someone, reason: str, minutes: str, code: int, words: str
) -> None:
    answer = shell({"GOVDESK_SESSION": sam.token}, "platform", "enter", "office", "--reason",
                   reason, "--minutes", minutes)  # fmt: skip
    assert answer.code == code
    assert words in answer.err


def test_a_visit_outlives_the_command_and_ends_with_the_session_it_was_made_from(
    office: Office, shell: Shell, sam: Someone
) -> None:
    alone = sam.environment(office)
    entered = shell(alone, "platform", "enter", "office", "--reason", WHY, "--json")
    assert entered.code == 0, entered.err
    visit = {"GOVDESK_SESSION": entered.document["token"]}
    assert shell(visit, "audit", "list", "--json").code == 0
    own = {"GOVDESK_SESSION": sam.token}
    seats = shell(own, "session", "list", "--json").document["items"]
    home = max((seat for seat in seats if not seat["current"]), key=lambda s: s["created_at"])
    assert shell(own, "session", "revoke", home["id"], "--json").document["changed"] is True
    assert shell(visit, "audit", "list", "--json").code == 3


def test_an_owner_is_no_staff(office: Office, shell: Shell) -> None:
    own = {"GOVDESK_SESSION": office.token}
    assert shell(own, "platform", "list-tenants").code == 4
    assert shell(own, "platform", "enter", "office", "--reason", WHY).code == 4
    assert shell({}, "platform", "leave").code == 2


def test_an_old_confirmation_is_renewed_by_password_and_code(
    office: Office, shell: Shell, sam: Someone
) -> None:
    with psycopg.connect(office.admin_url) as admin:
        claim_setup(admin, "platform")
        admin.execute(
            "UPDATE govdesk_private.session SET stepped_up_at = now() - interval '6 minutes'"
            " WHERE tenant_path = 'platform'"
        )
    started = {"GOVDESK_SESSION": sam.token} | sam.environment(office)
    answer = shell(started, "platform", "enter", "office", "--reason", WHY, "--json")
    assert answer.code == 0, answer.err
    token = answer.document["token"]
    assert token
    assert shell({"GOVDESK_SESSION": token}, "platform", "leave").code == 0
