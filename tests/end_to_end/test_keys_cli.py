"""Claims: a key's whole life has commands that answer as the contract says."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from govdesk.database.connection import connect
from govdesk.database.embedded import EmbeddedServer
from govdesk.domain.api_keys import ApiKey
from govdesk.services.verifying_keys import Verifier
from govdesk.vault.peppers import PepperFile
from tests.databases import WORKER_PASSWORD
from tests.end_to_end.conftest import Answer, Office

Inside = Callable[..., Answer]
CHANGE = {"id", "changed", "seq", "decision"}


@pytest.fixture(autouse=True)
def just_confirmed(office: Office) -> None:
    """The office is as old as the run; what needs a fresh confirmation needs it now."""
    office.admin(
        "UPDATE govdesk_private.session SET stepped_up_at = clock_timestamp()"
        " WHERE tenant_path = 'office'"
        " AND stepped_up_at < clock_timestamp() - interval '1 minute'"
    )


@pytest.fixture
def system(inside: Inside) -> str:
    """Path of the system that has the keys."""
    found = document(inside("nodes", "list", "--json"))["items"]
    if not any(one["node_path"] == "office.intake" for one in found):
        document(inside("nodes", "create", "Intake", "--json"))
    return "office.intake"


@pytest.fixture(scope="module")
def worker_s_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the installation's files, one for all tests here as the office is one."""
    return tmp_path_factory.mktemp("installation")


@pytest.fixture
def peppered(
    office: Office,
    server: EmbeddedServer,
    worker_s_files: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> PepperFile:
    """The installation's side: the worker's login and a file of peppers; no key of another test."""
    name = str(conninfo_to_dict(office.app_url)["dbname"])
    url = server.url("govdesk_worker", WORKER_PASSWORD, name)
    monkeypatch.setenv("GOVDESK_WORKER_URL", url)
    monkeypatch.setenv("GOVDESK_PEPPER_FILE", str(worker_s_files / "peppers.json"))
    monkeypatch.setenv("GOVDESK_WORKER_KEY_FILE", str(worker_s_files / "worker-key.json"))
    monkeypatch.setenv("GOVDESK_CHECKPOINT_KEY", "none")
    office.admin("UPDATE govdesk.api_key SET status = 'revoked' WHERE status <> 'revoked'")
    return PepperFile(worker_s_files / "peppers.json")


def document(answer: Answer) -> Any:
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def made(inside: Inside, system: str, *more: str) -> Any:
    """Generate a key; the document of the command."""
    return document(inside("keys", "generate", system, "--label", "Night team", *more, "--json"))


def shown(inside: Inside, which: str) -> Any:
    return document(inside("keys", "show", which, "--json"))


def test_a_key_is_printed_once_and_never_again(inside: Inside, system: str) -> None:
    answer = inside("keys", "generate", system, "--label", "Night team", "--environment", "prod")
    raw = answer.out.strip()
    assert answer.code == 0, answer.err
    assert answer.out.count(raw) == 1
    key = ApiKey.parse(raw)
    assert key.raw not in answer.err
    assert key.environment == "prod"
    for arguments in (
        ("keys", "list", "--json"),
        ("keys", "list"),
        ("keys", "show", key.prefix, "--json"),
        ("keys", "show", key.key_id),
        ("audit", "list", "--query", "action:api_key.*", "--json"),
    ):
        again = inside(*arguments)
        assert key.prefix in again.out
        assert raw not in again.out + again.err
        assert raw.split("_")[3] not in again.out + again.err


def test_a_key_answers_as_a_change_with_the_key_and_stands_in_the_list(
    inside: Inside, system: str
) -> None:
    one = made(
        inside, system, "--environment", "staging", "--scope", "events:write",
        "--scope", "document:read", "--days", "10",
    )  # fmt: skip
    assert set(one) == CHANGE | {"key", "prefix", "expires_at"}
    assert (one["changed"], one["decision"]) == (True, None)
    row = document(inside("audit", "list", "--query", f"seq:{one['seq']}", "--json"))["items"][0]
    assert (row["action"], row["entity_id"]) == ("api_key.created", one["id"])
    listed = document(inside("keys", "list", "--system", system, "--json"))
    assert listed["next"] is None
    mine = next(key for key in listed["items"] if key["id"] == one["id"])
    assert (mine["prefix"], mine["environment"], mine["status"]) == (
        one["prefix"],
        "staging",
        "expiring",
    )
    assert sorted(mine["scopes"]) == ["document:read", "events:write"]
    ends = datetime.fromisoformat(mine["expires_at"])
    assert timedelta(days=9) < ends - datetime.now(UTC) < timedelta(days=11)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", mine["created_at"])
    assert mine["last_used_at"] is None
    filtered = document(inside("keys", "list", "--status", "revoked", "--json"))["items"]
    assert one["id"] not in {key["id"] for key in filtered}
    assert len(shown(inside, one["prefix"])["uses"]) == 30


def test_a_key_is_rotated_labelled_and_revoked(inside: Inside, system: str) -> None:
    old = made(inside, system)
    new = document(inside("keys", "rotate", old["prefix"], "--grace", "3", "--json"))
    assert new["key"] != old["key"]
    before, after = shown(inside, old["id"]), shown(inside, new["id"])
    assert (before["status"], before["grace_days"], before["ends_at"]) == ("rotated", 3, None)
    assert (after["replaces"], after["family"]) == (old["id"], before["family"])
    assert "until its successor is used" in inside("keys", "show", old["id"]).out
    changed = document(inside("keys", "label", new["id"], "Day team", "--json"))
    assert set(changed) == CHANGE
    assert shown(inside, new["id"])["owner_label"] == "Day team"
    assert new["left_out"] == []
    done = document(inside("keys", "revoke", new["id"], "--reason", "Leaked", "--json"))
    assert (set(done), done["changed"]) == (CHANGE, True)
    assert shown(inside, new["id"])["status"] == "revoked"
    assert document(inside("keys", "revoke", new["id"], "--json"))["changed"] is False
    assert shown(inside, old["id"])["status"] == "active"
    again = document(inside("keys", "rotate", old["id"], "--json"))
    told = inside("keys", "revoke", again["id"])
    assert f"{old['prefix']}, which it was to replace, is active again." in told.out


def test_a_retired_scope_is_left_out_of_a_successor_and_said(inside: Inside, system: str) -> None:
    document(inside("keys", "scopes", "add", "shift:read", "--json"))
    old = document(inside("keys", "generate", system, "--label", "Team", "--scope", "events:write",
                          "--scope", "shift:read", "--json"))  # fmt: skip
    alone = document(inside("keys", "generate", system, "--label", "Team", "--scope",
                            "shift:read", "--json"))  # fmt: skip
    document(inside("keys", "scopes", "retire", "shift:read", "--json"))
    new = inside("keys", "rotate", old["prefix"], "--json")
    assert document(new)["left_out"] == ["shift:read"]
    assert "It lacks what is retired meanwhile: shift:read." in new.err
    assert shown(inside, document(new)["id"])["scopes"] == ["events:write"]
    refused = inside("keys", "rotate", alone["prefix"])
    assert refused.code == 2
    assert "Every scope of" in refused.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("generate", "office", "--label", "x"), 2, "no system"),
        (("generate", "office.nowhere", "--label", "x"), 2, "nodes list"),
        (("generate", "{system}", "--label", " "), 2, "label is missing"),
        (("generate", "{system}"), 2, "--label"),
        (("generate", "{system}", "--label", "x", "--environment", "live"), 2, "dev, staging"),
        (("generate", "{system}", "--label", "x", "--scope", "a:fly"), 2, "scope"),
        (("generate", "{system}", "--label", "x", "--days", "366"), 2, "365"),
        (("rotate", "gd_dev_nothing"), 2, "keys list"),
        (("rotate", "{key}", "--grace", "8"), 2, "7"),
        (("revoke", "{raw}"), 2, "keys list"),
        (("reactivate", "{revoked}"), 2, "revoked"),
        (("label", "{key}", ""), 2, "label is missing"),
        (("list", "--status", "lost"), 2, "lost"),
        (("scopes", "add", "Fly"), 2, "noun and a verb"),
        (("scopes", "retire", "events:write"), 2, "own scope"),
        (("scopes", "retire", "a:fly"), 2, "scopes list"),
        (("policy", "set"), 2, "--max-days"),
        (("policy", "set", "--warn-days", "400"), 2, "later than"),
        (("policy", "set", "--max-days", "366"), 2, "365"),
    ],
)
def test_bad_input_ends_with_one_line_and_a_code(
    inside: Inside, system: str, arguments: tuple[str, ...], code: int, words: str
) -> None:
    one, gone = made(inside, system), made(inside, system)
    document(inside("keys", "revoke", gone["id"], "--json"))
    names = {"system": system, "key": one["id"], "raw": one["key"], "revoked": gone["id"]}
    answer = inside("keys", *(word.format(**names) for word in arguments)).without_traceback()
    assert answer.code == code, answer.err
    assert words in answer.err
    assert answer.out == ""
    assert one["key"] not in answer.err


def test_scopes_and_the_policy_have_commands(inside: Inside, system: str) -> None:
    added = document(inside("keys", "scopes", "add", "roster:read", "--description", "See rosters",
                            "--json"))  # fmt: skip
    assert set(added) == CHANGE
    names = {
        one["name"]: one for one in document(inside("keys", "scopes", "list", "--json"))["items"]
    }
    assert names["roster:read"]["description"] == "See rosters"
    assert {"events:write", "participant:read", "document:write"} <= set(names)
    for command in ("retire", "restore", "retire"):
        document(inside("keys", "scopes", command, "roster:read", "--json"))
    refused = inside("keys", "generate", system, "--label", "x", "--scope", "roster:read")
    assert refused.code == 2, refused.err
    before = document(inside("keys", "policy", "show", "--json"))
    assert before == {
        "warn_days": 30,
        "suspend_days": 60,
        "revoke_days": 90,
        "max_days": 365,
        "expiring_days": 30,
    }
    done = document(inside("keys", "policy", "set", "--max-days", "100", "--json"))
    assert set(done) == CHANGE
    too_long = inside("keys", "generate", system, "--label", "x", "--days", "101")
    assert (too_long.code, "100 days" in too_long.err) == (2, True), too_long.err
    document(inside("keys", "policy", "set", "--max-days", "365", "--json"))
    assert document(inside("keys", "policy", "show", "--json")) == before


def test_a_pepper_is_rotated_metered_and_retired_by_commands(
    inside: Inside,
    system: str,
    peppered: PepperFile,
    office: Office,
    expected_log: Callable[[str], None],
) -> None:
    expected_log("no mail server")
    raw = made(inside, system)["key"]
    assert document(inside("worker", "--once", "--json")) == {"mails_not_sent": 0}
    before = document(inside("keys", "rotate-pepper", "--meter", "--json"))
    old = before["version"]
    assert (before["changed"], counted(before)[old]) == (False, 1)
    done = document(inside("keys", "rotate-pepper", "--json"))
    assert (done["changed"], done["version"], done["tenants"]) == (True, old + 1, ["office"])
    assert (counted(done)[old], counted(done)[old + 1]) == (1, 0)
    early = inside("keys", "rotate-pepper", "--retire", str(old), "--json")
    assert (early.code, early.out) == (2, "")
    assert "1 key" in early.err
    with connect(os.environ["GOVDESK_WORKER_URL"]) as connection, connection.transaction():
        assert Verifier(peppered).verify(connection, raw).is_ok
    retired = document(inside("keys", "rotate-pepper", "--retire", str(old), "--json"))
    assert (retired["version"], retired["tenants"]) == (old, ["office"])
    assert peppered.ring().versions == [old + 1]
    text = inside("keys", "rotate-pepper", "--meter").out
    assert f"Pepper {old + 1} is current" in text
    for held in json.loads(peppered.path.read_text())["peppers"].values():
        assert held not in text + json.dumps(done) + json.dumps(retired)
    under = made(inside, system)
    ((digest,),) = office.admin(
        "SELECT digest FROM govdesk_private.api_key_mac WHERE id = %s", under["id"]
    )
    assert digest.startswith(f"hmac-sha256:p{old + 1}:"), "where the file is, nothing waits"


def counted(document: Any) -> dict[int, int]:
    """Live keys by version."""
    return {one["version"]: one["keys"] for one in document["meter"]}


def test_peppers_without_an_address_or_a_file_are_one_line_each(
    inside: Inside,
    system: str,
    peppered: PepperFile,
    monkeypatch: pytest.MonkeyPatch,
    expected_log: Callable[[str], None],
) -> None:
    expected_log("no mail server")
    expected_log("keys wait for their pepper.* is missing")
    made(inside, system)
    assert inside("worker", "--once").code == 0
    aside = peppered.path.rename(peppered.path.with_suffix(".aside"))
    lost = inside("keys", "rotate-pepper").without_traceback()
    assert (lost.code, lost.out) == (3, "")
    assert "backup" in lost.err
    assert not peppered.path.exists(), "a second pepper 1 would shut out every key"
    assert inside("worker", "--once").code == 0, "mails go all the same"
    aside.rename(peppered.path).chmod(0o644)
    assert "read by others" in inside("keys", "rotate-pepper", "--meter").err
    peppered.path.chmod(0o600)
    monkeypatch.delenv("GOVDESK_WORKER_URL")
    nowhere = inside("keys", "rotate-pepper")
    assert (nowhere.code, nowhere.out) == (2, "")
