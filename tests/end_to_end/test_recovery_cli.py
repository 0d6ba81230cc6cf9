"""Coming back in by commands; what ends with it, and what the log keeps of it."""

from __future__ import annotations

import itertools

import psycopg
import pytest

from tests.databases import WORKER_PASSWORD
from tests.end_to_end.commands import Shell, Someone, enrolled, founded, fresh_secret, shell
from tests.end_to_end.conftest import Office

__all__ = ["shell"]

NEW = "three quite unrelated words"
_numbers = itertools.count(1)


@pytest.fixture
def rita(office: Office) -> Someone:
    """The only owner of an organisation of this test's own."""
    number = next(_numbers)
    return founded(office, f"rescue{number}", f"rita{number}@rescue.example")


def rows(office: Office, path: str) -> list[str]:
    return [
        row[0]
        for row in office.admin(
            "SELECT action FROM govdesk.audit_log WHERE tenant_path = %s::ltree ORDER BY seq", path
        )
    ]


def mailed(office: Office, kind: str, email: str) -> str:
    """The link of the newest mail of a kind, as the worker sends it."""
    parts = psycopg.conninfo.conninfo_to_dict(office.admin_url)
    parts |= {"user": "govdesk_worker", "password": WORKER_PASSWORD}
    found = ""
    with psycopg.connect(**parts, autocommit=True) as worker:  # type: ignore[arg-type]
        for _ in range(20):
            worker.execute("SELECT govdesk_api.expire_due('tests')")
            batch = worker.execute(
                "SELECT id, kind, to_address, facts, token FROM"
                " govdesk_api.mail_claim('tests', 100)"
            ).fetchall()
            for identity, what, to, facts, token in batch:
                worker.execute("SELECT govdesk_api.mail_done(%s)", (identity,))
                if (what, to) == (kind, email):
                    found = f"https://govdesk.example{facts['link_path']}{token}"
            if found and not batch:
                break
    assert found, f"no {kind} mail to {email}"
    return found


# Sessions


def test_sessions_are_listed_with_their_kind_and_revoked_together(
    office: Office, shell: Shell, rita: Someone
) -> None:
    own = {"GOVDESK_SESSION": rita.token}
    more = [
        shell(rita.environment(office), "session", "start", "--json").document["token"]
        for _ in range(2)
    ]
    items = shell(own, "session", "list", "--json").document["items"]
    assert [item["kind"] for item in items] == ["member"] * 3
    assert [item["current"] for item in items].count(True) == 1
    answer = shell(own, "session", "revoke", "--all", "--json")
    assert (answer.code, answer.document["count"]) == (0, 2)
    assert answer.document["seq"] is not None
    for token in more:
        assert shell({"GOVDESK_SESSION": token}, "session", "list").code == 3
    again = shell(own, "session", "revoke", "--all", "--json")
    assert (again.document["changed"], again.document["count"]) == (False, 0)


def test_all_sessions_of_a_member_are_revoked_by_address(
    office: Office, shell: Shell, rita: Someone
) -> None:
    own = {"GOVDESK_SESSION": rita.token}
    shell(rita.environment(office), "session", "start", "--json")
    answer = shell(own, "session", "revoke", "--member", rita.email.upper(), "--json")
    assert (answer.code, answer.document["count"]) == (0, 1)
    unknown = shell(own, "session", "revoke", "--member", "nobody@rescue.example")
    assert unknown.code == 2
    assert "Nobody here" in unknown.err


@pytest.mark.parametrize("wrong", [(), ("--all", "--member", "x@x.example"), ("no-id",)])
def test_what_is_to_be_revoked_is_named_once(
    shell: Shell, rita: Someone, wrong: tuple[str, ...]
) -> None:
    assert shell({"GOVDESK_SESSION": rita.token}, "session", "revoke", *wrong).code == 2


# One's own account


def test_a_changed_password_ends_the_other_sessions(
    office: Office, shell: Shell, rita: Someone
) -> None:
    other = shell(rita.environment(office), "session", "start", "--json").document["token"]
    given = {"GOVDESK_SESSION": rita.token, "GOVDESK_NEW_PASSWORD": NEW}
    answer = shell(given | rita.environment(office), "account", "password", "--json")
    assert answer.code == 0, answer.err
    assert "password.changed" in rows(office, rita.tenant_path)
    assert shell({"GOVDESK_SESSION": other}, "session", "list").code == 3
    assert shell({"GOVDESK_SESSION": rita.token}, "session", "list").code == 0
    rita.password = NEW
    assert shell(rita.environment(office), "session", "start").code == 0


def test_a_short_password_is_refused_before_anything_is_sent(
    office: Office, shell: Shell, rita: Someone
) -> None:
    given = {"GOVDESK_NEW_PASSWORD": "short"} | rita.environment(office)
    answer = shell(given, "account", "password")
    assert answer.code == 2
    assert "12 characters or more" in answer.err


def test_another_app_voids_the_old_one(office: Office, shell: Shell, rita: Someone) -> None:
    secret = fresh_secret()
    given = {"GOVDESK_SESSION": rita.token, "GOVDESK_NEW_TOTP_SECRET": secret}
    answer = shell(given | rita.environment(office), "mfa", "reset", "--json")
    assert answer.code == 0, answer.err
    assert len(answer.document["recovery_codes"]) == 10
    old = shell(rita.environment(office) | {"GOVDESK_TOTP": rita.code()}, "session", "start")
    assert old.code == 4
    rita.secret = secret
    assert shell(rita.environment(office), "session", "start").code == 0


def test_a_forgotten_password_needs_link_and_recovery_code(
    office: Office, shell: Shell, rita: Someone
) -> None:
    asked = [
        shell({}, "account", "forgot", email, "--json").out
        for email in (rita.email, "nobody@nowhere.example")
    ]
    assert asked[0] == asked[1]
    link = mailed(office, "recover", rita.email)
    secret = fresh_secret()
    given = {"GOVDESK_NEW_PASSWORD": NEW, "GOVDESK_NEW_TOTP_SECRET": secret}
    wrong = given | {"GOVDESK_RECOVERY_CODE": "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF"}
    before = rows(office, rita.tenant_path)
    assert shell(wrong, "account", "recover", link).code == 4
    assert rows(office, rita.tenant_path) == before
    right = given | {"GOVDESK_RECOVERY_CODE": rita.codes[3].lower()}
    answer = shell(right, "account", "recover", link, "--json")
    assert answer.code == 0, answer.err
    assert answer.document["email"] == rita.email
    done = rows(office, rita.tenant_path)[len(before) :]
    for action in ("password.changed", "recovery_code.used"):
        assert action in done, done
    assert shell(right, "account", "recover", link).code == 4, "good once"
    assert shell({"GOVDESK_SESSION": rita.token}, "session", "list").code == 3
    rita.secret, rita.password = secret, NEW
    assert shell(rita.environment(office), "session", "start").code == 0


def test_an_invitation_is_accepted_by_its_link(office: Office, shell: Shell, rita: Someone) -> None:
    email = f"noa.{rita.email}"
    connection = psycopg.connect(office.app_url)
    with connection:
        connection.execute("SELECT govdesk_api.bind(%s, %s)", (rita.token, rita.tenant_path))
        connection.execute(
            "SELECT govdesk_api.invite(%s, 'Noa', 'operator', %s::ltree, '')",
            (email, rita.tenant_path),
        )
    connection.close()
    link = mailed(office, "invitation", email)
    secret = fresh_secret()
    given = {"GOVDESK_NEW_PASSWORD": NEW, "GOVDESK_NEW_TOTP_SECRET": secret}
    given |= {"GOVDESK_LINK": link}
    answer = shell(given, "account", "accept", "--name", "Noa New", "--json")
    assert answer.code == 0, answer.err
    assert answer.document["tenant_path"] == rita.tenant_path
    assert shell(given, "account", "accept", link).code == 4, "good once"
    noa = Someone(email, rita.tenant_path, secret, "", [], NEW)
    assert shell(noa.environment(office), "session", "start").code == 0
    other = shell({}, "account", "accept", "https://x.example/decision/" + "d" * 60)
    assert other.code == 2
    assert "for a decision" in other.err


# The last owner


def test_the_last_owner_comes_back_by_a_sealed_set_up_code(
    office: Office, shell: Shell, rita: Someone
) -> None:
    before = rows(office, rita.tenant_path)
    answer = shell({}, "server", "recover", "--owner", rita.email, "--reason",
                   "Rita lost phone and codes", "--json", "--admin-url",
                   office.admin_url)  # fmt: skip
    assert answer.code == 0, answer.err
    assert answer.document["tenant_path"] == rita.tenant_path
    assert "owner.recovered" in rows(office, rita.tenant_path)[len(before) :]
    assert shell({"GOVDESK_SESSION": rita.token}, "session", "list").code == 3
    back = enrolled(office, answer.document["setup_code"])
    assert back.email == rita.email
    with psycopg.connect(office.app_url) as connection:
        connection.execute("SELECT govdesk_api.bind(%s, %s)", (back.token, rita.tenant_path))
        told = connection.execute(
            "SELECT sentence FROM govdesk_api.attention() WHERE kind = 'owner_recovered'"
        ).fetchall()
    assert len(told) == 1
    assert "Rita lost phone and codes" in told[0][0]
    old = {"GOVDESK_TOTP": rita.code()}
    assert shell(rita.environment(office) | old, "session", "start").code == 4, "the old app"


def test_a_recovery_of_an_owner_needs_a_reason_and_an_owner(
    office: Office, shell: Shell, rita: Someone
) -> None:
    short = shell({}, "server", "recover", "--owner", rita.email, "--reason", "lost",
                  "--admin-url", office.admin_url)  # fmt: skip
    assert short.code == 2
    assert "10 characters" in short.err
    nobody = shell({}, "server", "recover", "--owner", "nobody@nowhere.example", "--reason",
                   "lost everything", "--admin-url", office.admin_url)  # fmt: skip
    assert nobody.code == 2
    assert "as an active owner" in nobody.err
