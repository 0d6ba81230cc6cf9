"""Stories of webhooks: who may, what two decide, what is never sent, and what leaks nowhere."""

from __future__ import annotations

import base64
import itertools
import json
import secrets
from pathlib import Path

import psycopg
import pytest

from govdesk.database.migrate import claim_setup
from tests.end_to_end.hooks import Desk, Post, desk, here, post, until
from tests.end_to_end.receivers import Receiver

__all__ = ["desk", "here", "post"]


def audit(desk: Desk, query: str) -> list[str]:
    """Actions of the log that a filter finds, the newest first."""
    found = desk.answer("audit", "list", "--query", query, "--json").document
    return [str(row["action"]) for row in found["items"]]


def test_where_two_decide_a_network_opens_only_after_the_second_said_yes(
    desk: Desk, here: Receiver, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = desk.owner.tenant_path
    token = session_of_a_member(post, name)
    for setting in (
        ("decisions", "reviewers", "add", f"mei@{name}.example", "--name", "Mei"),
        ("decisions", "policy", "set", "webhook.open", "--on", "--hours", "24"),
    ):
        answer = desk.answer(*setting)
        assert answer.code == 0, answer.err
    order = (
        here.url, "--secret", "auto", "--events", "site.*", "--ca", str(here.ca), "--allow",
        here.opening,
    )  # fmt: skip
    refused = desk.answer("webhooks", "add", *order)
    assert (refused.code, refused.out) == (4, "")
    assert len(refused.err.strip().splitlines()) == 1
    assert "--ask REASON" in refused.err
    assert desk("list")["items"] == []
    made = desk("add", *order, "--ask", "The receiver stands on this machine")
    assert made["decision"] is not None
    assert made["secret"].startswith("whsec_")
    assert desk("show", made["id"])["allow"] == []
    closed = desk("test", made["id"], code=1)
    assert closed["attempt"]["outcome"] == "refused"
    assert here.heard == []
    with monkeypatch.context() as patch:
        patch.setenv("GOVDESK_SESSION", token)
        said = desk.answer("decisions", "approve", made["decision"], "--reason", "It is ours")
        assert said.code == 0, said.err
    assert desk("show", made["id"])["allow"] == [here.opening]
    assert desk("test", made["id"])["ok"]


def test_who_may_not_manage_webhooks_reads_them_and_changes_nothing(
    desk: Desk, here: Receiver, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = desk.add(here)
    token = session_of_a_member(post, desk.owner.tenant_path)
    monkeypatch.setenv("GOVDESK_SESSION", token)
    assert [one["id"] for one in desk("list")["items"]] == [made["id"]]
    for arguments in (
        ("set", made["id"], "--description", "Mine"),
        ("disable", made["id"]),
        ("remove", made["id"]),
        ("test", made["id"]),
        ("redeliver", made["id"], "--missed"),
        ("rotate-secret", made["id"]),
    ):
        answer = desk.answer("webhooks", *arguments)
        assert answer.code == 4, (arguments, answer)
        assert answer.out == ""
    assert here.heard == []


def session_of_a_member(post: Post, path: str) -> str:
    """Somebody is a member and nothing more; returns the token of a session just confirmed."""
    token = secrets.token_hex(32)
    with psycopg.connect(post.office.admin_url) as admin:
        claim_setup(admin, path)
        admin.execute(
            "SELECT govdesk_private.add_member(tenant_id, tenant_path, %s, 'Mei', '', 'member',"
            " tenant_path) FROM govdesk.tenant WHERE tenant_path = %s::ltree",
            (f"mei@{path}.example", path),
        )
        made = admin.execute(
            "INSERT INTO govdesk_private.session (tenant_id, tenant_path, member_id, person_id,"
            " token_hash, mfa, stepped_up_at, expires_at, credential_version)"
            " SELECT tenant_id, tenant_path::text, id, person_id, sha256(convert_to(%s, 'UTF8')),"
            " true, clock_timestamp(), clock_timestamp() + interval '12 hours', 1"
            " FROM govdesk.member WHERE email = %s",
            (token, f"mei@{path}.example"),
        ).rowcount
    assert made == 1
    return token


def test_what_is_about_a_webhook_is_never_sent_to_it_so_nothing_goes_round(
    desk: Desk, here: Receiver
) -> None:
    made = desk.add(here, "--events", "audit.row")
    here.secret = made["secret"]
    assert desk("test", made["id"])["ok"]
    desk("set", made["id"], "--description", "Round and round")
    last = desk.happen("Breakwater")
    desk.became(made["id"], last, "delivered")
    seen = [json.loads(one.body) for one in here.heard]
    actions = [one["data"]["action"] for one in seen]
    assert "site.created" in actions
    assert not [one for one in seen if one["data"].get("entity_id") == made["id"]]
    count = len(here.heard)
    again = desk.happen("Mole")
    desk.became(made["id"], again, "delivered")
    assert len(here.heard) == count + 1, "one event, one delivery, and nothing about it"
    assert "webhook.tested" in audit(desk, "action:webhook.*")


def test_the_stream_of_a_webhook_has_no_gap_and_names_what_came_before(
    desk: Desk, here: Receiver
) -> None:
    made = desk.add(here)
    last = [desk.happen(f"Berth {number}") for number in range(4)][-1]
    desk.became(made["id"], last, "delivered")
    streams = sorted(
        (json.loads(one.body)["stream"]["seq"], one.headers["webhook-id"],
         json.loads(one.body)["stream"]["prev_id"])
        for one in here.heard
    )  # fmt: skip
    assert [seq for seq, _, _ in streams] == list(range(streams[0][0], streams[0][0] + 4))
    for (_, before, _), (_, _, named) in itertools.pairwise(streams):
        assert named == before


def test_no_secret_stands_in_the_database_the_log_or_anything_printed(
    desk: Desk, here: Receiver, post: Post, tmp_path: Path
) -> None:
    made = desk.add(here)
    rotated = desk("rotate-secret", made["id"])
    assert desk("test", made["id"])["ok"]
    until(lambda: all(one["in_vault"] for one in desk("show", made["id"])["secrets"]) or None, 60)
    printed = [
        desk.answer("webhooks", *arguments, "--json").out
        for arguments in (["list"], ["show", made["id"]], ["log"], ["test", made["id"]])
    ]
    dump = tmp_path / "dump.sql"
    dumped(post, dump)
    text = dump.read_bytes()
    assert made["id"].encode() in text
    for secret in (made["secret"], rotated["secret"]):
        raw = base64.b64decode(secret.removeprefix("whsec_"))
        forms = (secret.encode(), raw.hex().encode(), raw, base64.b64encode(raw))
        for where in (text, post.log.encode(), *(one.encode() for one in printed)):
            assert not [form for form in forms if form in where]


def dumped(post: Post, target: Path) -> None:
    """Everything that the database holds, as text: every row of every table."""
    with psycopg.connect(post.office.admin_url) as admin, target.open("wb") as file:
        tables = admin.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname LIKE 'govdesk%' OR schemaname LIKE 'procrastinate%'"
        ).fetchall()
        assert len(tables) > 40
        for (table,) in tables:
            for (row,) in admin.execute(f"SELECT t::text FROM {table} t"):  # type: ignore[arg-type]
                file.write(row.encode() + b"\n")


def test_a_third_secret_says_which_others_sign_along(desk: Desk, here: Receiver) -> None:
    made = desk.add(here)
    first = desk.answer("webhooks", "rotate-secret", made["id"])
    assert "ended" not in first.err
    assert "The one before signs along for 24 hours." in first.err
    second = desk.answer("webhooks", "rotate-secret", made["id"])
    assert "Secret 1 signs along as long as it was promised" in second.err


def test_what_is_not_signed_gets_no_secret(desk: Desk) -> None:
    made = desk(
        "add", "syslog+tls://logs.example.com:6514", "--events", "audit.row",
        "--description", "Collector",
    )  # fmt: skip
    answer = desk.answer("webhooks", "rotate-secret", made["id"])
    assert (answer.code, answer.out) == (2, "")
    assert "not signed" in answer.err
    assert desk("show", made["id"])["secrets"] == []


def test_advice_names_the_option_where_there_is_no_form(desk: Desk, here: Receiver) -> None:
    made = desk.add(here)
    desk("set", made["id"], "--url", "https://localhost:9/", "--allow", "none")
    answer = desk.answer("webhooks", "test", made["id"])
    assert answer.code == 1
    assert "with --allow" in answer.out
    assert "Allow private addresses" not in answer.out


def test_what_is_sent_again_waits_while_the_webhook_is_disabled(desk: Desk, here: Receiver) -> None:
    made = desk.add(here)
    seq = desk.happen("Wharf")
    done = desk.became(made["id"], seq, "delivered")
    assert "is active already." in desk.answer(
        "webhooks", "resume", made["id"], "--missed", "skip"
    ).out  # fmt: skip
    desk("disable", made["id"])
    answer = desk.answer(
        "webhooks", "redeliver", made["id"], "--delivery", str(done["delivery_id"])
    )
    assert "is disabled: they wait until govdesk webhooks resume" in answer.err
