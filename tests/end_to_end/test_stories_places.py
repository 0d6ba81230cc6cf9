"""Claims: staff, the organisation's identity, its systems, an owner lost and a mail server lost.

Told from outside: by commands, raw HTTP and the mails alone.
"""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from govdesk.database.embedded import EmbeddedServer
from tests.databases import APP_PASSWORD, WORKER_PASSWORD
from tests.end_to_end.conftest import PASSWORD, SECRET, Program
from tests.end_to_end.town import Citizen, Town, fresh_password, fresh_secret, one_line
from tests.web.visiting import Visitor

OWNER, ADMIN, STAFF = "owner@example.com", "admin@example.com", "staff@govdesk.example"
WRONG_ABN, RIGHT_ABN = "51824753557", "83 914 571 673"


# Staff


def test_staff_come_in_with_a_reason_are_seen_and_sent_out(town: Town) -> None:
    staff = town.citizen(STAFF)
    outside = town.by(staff, "members", "list", "--tenant", "acme", "--json")
    assert "owner@example.com" not in outside.out
    began = town.audit("action:platform.*")
    entry = town.done(
        staff, "platform", "enter", "acme", "--reason", "Ticket 4711: mails.", "--minutes", "30"
    )
    assert entry["tenant_path"] == "acme"
    inside = Citizen(STAFF, "", "", "acme", entry["token"])
    seen = town.done(OWNER, "platform", "inside")["items"]
    assert [(one["email"], one["reason"]) for one in seen] == [(STAFF, "Ticket 4711: mails.")]
    needs = town.done(OWNER, "attention")["items"]
    assert [n["entity_id"] for n in needs if n["kind"] == "staff_inside"] == [seen[0]["session_id"]]
    read = town.done(inside, "members", "list")["items"]
    assert {OWNER, ADMIN} <= {one["email"] for one in read}
    for forbidden in (
        ("members", "invite", "friend@govdesk.example"),
        ("members", "suspend", "member@example.com"),
        ("organization", "set", "--name", "Ours"),
    ):
        refused = town.by(inside, *forbidden, "--json")
        assert refused.code == 4, refused.err
        assert one_line(refused)
    ended = town.done(OWNER, "session", "revoke", seen[0]["session_id"])
    assert ended["changed"] is True
    after = town.by(inside, "members", "list", "--json")
    assert after.code in (3, 4)
    assert one_line(after)
    assert town.done(OWNER, "platform", "inside")["items"] == []
    rows = [r for r in town.audit("action:platform.*") if r not in began]
    assert rows[-1]["action"] == "platform.entered"
    assert STAFF in rows[-1]["actor"]
    assert "Ticket 4711" in json.dumps(rows[-1])


def test_staff_for_longer_than_an_hour_wait_for_a_second_person(town: Town) -> None:
    staff = town.citizen(STAFF)
    long = ("platform", "enter", "acme", "--reason", "Ticket 4712: restore.", "--minutes", "120")
    waiting = town.done(staff, *long)
    assert (waiting["token"], bool(waiting["decision"])) == (None, True)
    agreed = ("decisions", "approve", waiting["decision"], "--reason", "We asked for it.")
    assert town.done(ADMIN, *agreed)["changed"] is True
    entry = town.done(staff, *long)
    inside = Citizen(STAFF, "", "", "acme", entry["token"])
    assert town.by(inside, "audit", "list", "--limit", "1").code == 0
    left = town.by(inside, "platform", "leave", "--json")
    assert left.document["changed"] is True
    assert town.by(inside, "audit", "list", "--limit", "1").code in (3, 4)


# Who we are


def test_the_legal_identity_is_checked_decided_and_kept_as_history(town: Town) -> None:
    before = town.done(OWNER, "organization", "history")["items"]
    wrong = town.by(OWNER, "organization", "set", "--abn", WRONG_ABN, "--json")
    assert wrong.code == 2
    assert re.search(r"--abn: .*check digits", one_line(wrong))
    for bad in (("--country", "Atlantis"), ("--lei", "X" * 20), ("--vat", "DE1")):
        refused = town.by(OWNER, "organization", "set", *bad, "--json")
        assert refused.code == 2
        assert bad[0] in one_line(refused)
    assert town.done(OWNER, "organization", "history")["items"] == before

    right = ("organization", "set", "--abn", RIGHT_ABN, "--legal-entity", "Acme Care Pty Ltd")
    alone = town.by(OWNER, *right, "--json")
    assert alone.code == 4
    assert "--reason" in one_line(alone)
    made = town.done(OWNER, *right, "--reason", "We merged.")
    assert made["changed"] is False
    town.done(ADMIN, "decisions", "approve", made["decision"], "--reason", "I saw the deed.")
    now, *past = town.done("member@example.com", "organization", "history")["items"]
    assert (now["legal_entity"], now["abn"], now["standing"]) == (
        "Acme Care Pty Ltd",
        RIGHT_ABN.replace(" ", ""),
        "in force",
    )
    assert [one["version"] for one in past] == [one["version"] for one in before]
    assert past[0]["standing"] == "past"
    assert town.done(OWNER, "organization", "show")["metadata"]["version"] == now["version"]


def test_a_compliance_contact_is_confirmed_by_the_mailed_code(town: Town) -> None:
    since, email = time.time(), "dpo@example.com"
    town.done(OWNER, "organization", "contact", "propose", email, "--name", "Dora DPO")
    wrong = town.by(OWNER, "organization", "contact", "confirm", "AAAA-BBBB-CCCC", "--json")
    assert wrong.code in (2, 4)
    assert one_line(wrong)
    code = town.mail(email, "contact_code", since).code
    assert code not in json.dumps(town.audit("action:contact.*"))
    town.done(OWNER, "organization", "contact", "confirm", code)
    contacts = town.done(OWNER, "organization", "show")["contacts"]
    assert [c["email"] for c in contacts if c["status"] == "confirmed"] == [email]
    again = town.by(OWNER, "organization", "contact", "confirm", code, "--json")
    assert again.code in (2, 4)


# What we run


def test_a_system_lives_and_ends_and_access_answers_follow(town: Town) -> None:
    made = town.done(OWNER, "nodes", "create", "Triage 梅")
    path = made["node_path"]
    below = town.done(OWNER, "nodes", "create", "Ward 7", "--kind", "customer", "--below", path)
    email = "operator@example.com"
    asked = ("access", "explain", email, "member.manage", below["node_path"])
    no = town.done(OWNER, *asked)
    assert (no["allowed"], no["missing"]) == (False, "no_permission")
    assert OWNER in no["menders"]
    town.done(OWNER, "members", "role", email, "admin", "--node", path)
    yes = town.done(OWNER, *asked)
    assert [(p["node_path"], p["role_key"]) for p in yes["paths"]] == [(path, "admin")]
    who = ("access", "who", "member.manage", path)
    assert email in {h["email"] for h in town.done(OWNER, *who)["items"]}

    town.done(OWNER, "nodes", "rename", path, "Triage West")
    told = town.by(OWNER, *asked).out
    assert "Triage West" in told
    said = town.done(OWNER, "nodes", "retire", path)
    assert said["changed"] is False
    assert "Ward 7" in json.dumps(said["ends"])
    assert town.done(OWNER, "nodes", "retire", path, "--yes")["changed"] is True
    statuses = {n["node_path"]: n["status"] for n in town.done(OWNER, "nodes", "list")["items"]}
    assert (statuses[path], statuses[below["node_path"]]) == ("retired", "retired")
    after = town.done(OWNER, *asked)
    assert (after["allowed"], after["missing"]) == (False, "node_retired")
    assert email not in {h["email"] for h in town.done(OWNER, *who)["items"]}
    actions = [row["action"] for row in town.audit(f"entity:{made['id']}")]
    assert actions == ["node.retired", "node.renamed", "node.created"]


# The last way in


def test_a_last_owner_is_let_in_by_the_server_and_home_says_so(town: Town) -> None:
    email, admin_url = "owner@beta.example", town.facts["admin_url"]
    lost = town.citizen(email)
    named = ("server", "recover", "--owner", email, "--admin-url", admin_url, "--json")
    assert town.by(None, *named, "--reason", "oops").code == 2
    made = town.by(None, *named, "--reason", "Lost in the flood of 2026.").document
    assert town.by(lost, "audit", "list", "--limit", "1").code in (3, 4)
    new = Citizen(email, fresh_password(), fresh_secret(), "beta")
    entered = town.by(
        None, "mfa", "enrol", "--json",
        GOVDESK_SETUP_CODE=made["setup_code"],
        GOVDESK_PASSWORD=new.password,
        GOVDESK_TOTP_SECRET=new.secret,
    )  # fmt: skip
    assert entered.code == 0, entered.err
    new.token = entered.document["token"]
    needs = town.done(new, "attention")["items"]
    (told,) = [need for need in needs if need["kind"] == "owner_recovered"]
    assert email in told["sentence"] or "Bea" in told["sentence"]
    (row,) = town.done(new, "audit", "list", "--query", "action:owner.recovered")["items"]
    assert "Lost in the flood of 2026." in json.dumps(row)
    assert town.done(new, "audit", "verify")["ok"] is True
    again = town.by(
        None, "mfa", "enrol", "--json",
        GOVDESK_SETUP_CODE=made["setup_code"],
        GOVDESK_PASSWORD=fresh_password(),
        GOVDESK_TOTP_SECRET=fresh_secret(),
    )  # fmt: skip
    assert again.code in (2, 3, 4)


# Without a mail server


@dataclass(frozen=True)
class Hamlet:
    """A second, small installation: its owner's commands, and the worker's login."""

    owner: Program
    worker_url: str


@pytest.fixture
def hamlet(server: EmbeddedServer, init: Program, fresh_url: Callable[[], str]) -> Hamlet:
    admin_url = fresh_url()
    assert init("server", "init", "--admin-url", admin_url).code == 0
    name = str(psycopg.conninfo.conninfo_to_dict(admin_url)["dbname"])
    app_url = server.url("govdesk_app", APP_PASSWORD, name)
    made = init(
        "tenants", "create", "Hamlet", "--owner", "o@hamlet.example", "--admin-url", admin_url,
        "--json",
    )  # fmt: skip
    entered = init.given(
        GOVDESK_DATABASE_URL=app_url,
        GOVDESK_SETUP_CODE=made.document["setup_code"],
        GOVDESK_PASSWORD=PASSWORD,
        GOVDESK_TOTP_SECRET=SECRET,
    )("mfa", "enrol", "--json")
    own = {"GOVDESK_DATABASE_URL": app_url, "GOVDESK_SESSION": entered.document["token"]}
    return Hamlet(init.given(**own), server.url("govdesk_worker", WORKER_PASSWORD, name))


@contextmanager
def web_pages(program: Program) -> Iterator[str]:
    """The pages as a process; gives their address."""
    with program.start("web", "--listen", "127.0.0.1:0", "--json") as process:
        assert process.stdout is not None
        yield str(json.loads(process.stdout.readline())["web_url"])


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_without_a_mail_server_it_says_why_and_the_copied_link_works(hamlet: Hamlet) -> None:
    invited = hamlet.owner("members", "invite", "neighbour@example.com", "--json")
    assert invited.code == 0, invited.err
    with web_pages(hamlet.owner.given(GOVDESK_WORKER_URL=hamlet.worker_url)) as web_url:
        tried = hamlet.owner.given(
            GOVDESK_WORKER_URL=hamlet.worker_url,
            GOVDESK_SMTP_URL=f"smtp://127.0.0.1:{closed_port()}",
            GOVDESK_SMTP_FROM="desk@hamlet.example",
            GOVDESK_WEB_URL=web_url,
            GOVDESK_CHECKPOINT_KEY="none",
        )("worker", "--once", "--json")
        assert (tried.code, tried.document) == (1, {"mails_not_sent": 1})
        mail = waiting(hamlet)["mail"]
        assert (mail["status"], mail["attempts"]) == ("queued", 1)
        assert re.fullmatch(r"queued, not sent: .*mail server.*", mail["words"])
        made = hamlet.owner(
            "members", "invitations", "link", "neighbour@example.com",
            "--web-url", web_url, "--json",
        )  # fmt: skip
        link = made.document["link"]
        assert link.startswith(f"{web_url}/invitation/")
        pages, path = Visitor(web_url), link.removeprefix(web_url)
        form = pages.get(path).form
        person = Citizen("neighbour@example.com", PASSWORD, form.fields["secret"], "hamlet")
        keys = {"password": PASSWORD, "again": PASSWORD, "code": person.code()}
        assert pages.press(form, form.buttons[-1].label, **keys).status == 200
        assert pages.get(path).status == 410
    listed = hamlet.owner("members", "list", "--json").document["items"]
    assert person.email in {one["email"] for one in listed}


def waiting(hamlet: Hamlet) -> dict[str, Any]:
    (one,) = hamlet.owner("members", "invitations", "list", "--waiting", "--json").document["items"]
    return dict(one)
