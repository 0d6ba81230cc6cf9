"""``webhooks`` as a script sees it, with a real worker and a real receiver that verifies."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.hooks import Desk, Post, desk, here, post, until
from tests.end_to_end.receivers import Heard, Receiver

__all__ = ["desk", "here", "post"]

CHANGE = {"id", "changed", "seq", "decision"}
PASTED = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def types(heard: list[Heard]) -> list[str]:
    return [str(json.loads(one.body)["type"]) for one in heard]


def test_a_webhook_is_added_shown_changed_and_removed(desk: Desk, here: Receiver) -> None:
    made = desk.add(here, "--alert", "--throttle", "600", "--header", "X-Env=test")
    assert set(made) == CHANGE | {"secret"}
    assert made["secret"].startswith("whsec_")
    listed = desk("list")
    assert listed["next"] is None
    (one,) = listed["items"]
    assert (one["id"], one["url"], one["kind"]) == (made["id"], here.url, "webhook")
    assert one["allow"] == [here.opening]
    assert (one["alerts"], one["throttle"], one["headers"]) == (True, 600, {"X-Env": "test"})
    assert {"pending", "behind", "ok_24h", "failed_24h", "state", "state_words"} <= set(one)
    assert made["secret"] not in json.dumps(listed)
    shown = desk("show", one["id"])
    assert [(v["version"], v["status"]) for v in shown["secrets"]] == [(1, "current")]
    done = desk(
        "set", one["id"], "--description", "SOC", "--events", "member.*, audit.row", "--no-alert",
        "--throttle", "0", "--header", "X-Env=", "--format", "ocsf",
    )  # fmt: skip
    assert set(done) == CHANGE
    assert done["seq"]
    now = desk("show", "SOC")
    assert now["events"] == ["audit.row", "member.*"]
    assert (now["alerts"], now["throttle"], now["headers"]) == (False, None, {})
    assert (now["format"], now["settings"], now["allow"]) == ("ocsf", one["settings"], one["allow"])
    assert not desk("set", "SOC", "--description", "SOC")["changed"]
    assert desk("disable", "SOC")["changed"]
    assert desk("show", "SOC")["state"] == "disabled"
    assert desk("resume", "SOC", "--missed", "skip")["changed"]
    assert desk("remove", "SOC")["changed"]
    assert desk("list")["items"] == []
    gone = desk.answer("webhooks", "show", "SOC")
    assert (gone.code, gone.out) == (2, "")
    assert "no such webhook" in gone.err


def test_people_are_told_what_follows_and_the_secret_stands_alone(
    desk: Desk, here: Receiver
) -> None:
    said = desk.answer(
        "webhooks", "add", here.url, "--secret", "auto", "--events", "site.*",
        "--ca", str(here.ca), "--allow", here.opening,
    )  # fmt: skip
    assert said.code == 0, said.err
    assert said.out.strip().startswith("whsec_")
    assert len(said.out.splitlines()) == 1
    assert "nobody can see it again" in said.err
    assert "Next: govdesk webhooks test" in said.err
    assert said.out.strip() not in said.err
    for command in (["list"], ["show", here.url]):
        shown = desk.answer("webhooks", *command)
        assert shown.code == 0, shown.err
        assert said.out.strip() not in shown.out


def test_a_secret_of_ones_own_comes_by_standard_input_and_is_not_printed(
    desk: Desk, here: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASTED + "\n"))
    made = desk(
        "add", here.url, "--secret", "-", "--events", "site.*", "--ca", str(here.ca), "--allow",
        here.opening,
    )  # fmt: skip
    assert made["secret"] is None
    here.secret = PASTED
    assert desk("test", made["id"])["ok"]


# Testing


def test_a_test_shows_the_whole_conversation_and_what_it_did_not_check(
    desk: Desk, here: Receiver
) -> None:
    made = desk.add(here)
    here.secret = made["secret"]
    found = desk("test", made["id"])
    assert (found["ok"], found["attempt"]["outcome"], found["attempt"]["status"]) == (
        True, "delivered", 204,
    )  # fmt: skip
    stages = {one["name"]: one["ms"] for one in found["stages"]}
    assert set(stages) == {"dns", "tcp", "tls", "first_byte", "total"}
    for name in ("tcp", "tls", "first_byte", "total"):
        assert stages[name] > 0
    assert found["attempt"]["host"] == "worker-1"
    assert found["attempt"]["address"] == f"127.0.0.1:{here.port}"
    assert any("Check receiver" in words for words in found["not_checked"])
    (heard,) = here.heard
    assert heard.body.decode() == found["body"]
    assert types([heard]) == ["webhook.test"]
    assert any(heard.headers["webhook-signature"] in line for line in found["request"])
    assert made["secret"] not in json.dumps(found)
    told = desk.answer("webhooks", "test", made["id"])
    assert told.code == 0
    assert "Not checked:" in told.out


def test_a_test_that_failed_leaves_with_one_and_says_why(desk: Desk, here: Receiver) -> None:
    made = desk.add(here)
    here.status = 500
    bad = desk("test", made["id"], code=1)
    assert (bad["ok"], bad["attempt"]["status"]) == (False, 500)
    desk("set", made["id"], "--ca", "none")
    untrusted = desk("test", made["id"], code=1)
    assert untrusted["attempt"]["outcome"] == "tls"
    assert untrusted["sentence"]
    assert len(here.heard) == 1, "what is not trusted is told nothing"
    desk("disable", made["id"])


def test_a_private_address_that_is_not_open_is_not_contacted(desk: Desk, here: Receiver) -> None:
    refused = desk.answer(
        "webhooks", "add", here.url, "--events", "site.*", "--secret", "auto",
        "--ca", str(here.ca),
    )  # fmt: skip
    assert (refused.code, refused.out) == (2, "")
    assert f"127.0.0.1/32:{here.port} with --allow" in refused.err
    # A name is looked up by the worker, and judged there.
    made = desk(
        "add", f"https://localhost:{here.port}/", "--events", "site.*", "--ca", str(here.ca)
    )
    found = desk("test", made["id"], code=1)
    assert found["attempt"]["outcome"] == "refused"
    assert "not contacted" in found["sentence"]
    assert here.heard == []


@pytest.mark.parametrize("verifies", [True, False])
def test_a_check_finds_out_whether_the_receiver_really_verifies(
    desk: Desk, here: Receiver, verifies: bool
) -> None:
    made = desk.add(here)
    here.secret = made["secret"] if verifies else ""
    found = desk("check", made["id"], code=0 if verifies else 1)
    assert (found["verifies"], found["accepts_new"], found["rejects_forged"]) == (
        verifies, True, verifies,
    )  # fmt: skip
    assert len(here.heard) == 2
    assert ("accepted a delivery with a wrong signature" in found["sentence"]) is not verifies


def test_a_check_shows_that_a_receiver_was_not_given_the_newest_secret(
    desk: Desk, here: Receiver
) -> None:
    made = desk.add(here)
    here.secret = made["secret"]
    rotated = desk("rotate-secret", made["id"], "--grace", "24")
    assert (rotated["version"], rotated["secret"] != made["secret"]) == (2, True)
    assert desk("test", made["id"])["ok"], "the one before signs along"
    found = desk("check", made["id"], code=1)
    assert (found["accepts_new"], found["rejects_forged"]) == (False, True)
    assert "newest secret" in found["sentence"]
    here.secret = rotated["secret"]
    assert desk("check", made["id"])["verifies"]
    here.secret = made["secret"]
    assert desk("rotate-secret", made["id"], "--end-previous")["changed"]
    assert desk("test", made["id"], code=1)["attempt"]["status"] == 401


# Deliveries


def test_what_happens_is_delivered_and_stands_in_the_log(desk: Desk, here: Receiver) -> None:
    made = desk.add(here)
    here.secret = made["secret"]
    seq = desk.happen("Harbour")
    here.wait(lambda heard: "site.created" in types(heard))
    found = desk.became(made["id"], seq, "delivered")
    assert found["was_sent"] is True
    (row,) = desk("log", "--seq", str(seq))["items"]
    assert (row["event"], row["outcome"], row["delivery_id"]) == (
        "site.created", "delivered", found["delivery_id"],
    )  # fmt: skip
    whole = desk("log", "--delivery", row["delivery_id"])
    assert [one["outcome"] for one in whole["tries"]] == ["delivered"]
    assert desk("log", "--outcome", "failed")["items"] == []
    assert desk("log", "--event", "site.*", "--since", "1h")["items"] == [row]
    (one,) = desk("list")["items"]
    assert (one["state"], one["ok_24h"], one["failed_24h"]) == ("healthy", 1, 0)


def test_the_log_goes_on_where_a_page_ended(desk: Desk, here: Receiver) -> None:
    made = desk.add(here)
    last = [desk.happen(f"Site {number}") for number in range(5)][-1]
    desk.became(made["id"], last, "delivered")
    until(lambda: len(desk("log")["items"]) == 5 or None)
    whole = desk("log")["items"]
    first = desk("log", "--limit", "3")
    rest = desk("log", "--limit", "3", "--before", first["next"])
    assert first["items"] + rest["items"] == whole
    assert rest["next"] is None


def test_what_was_missed_while_disabled_is_rehearsed_and_sent(desk: Desk, here: Receiver) -> None:
    made = desk.add(here)
    desk("disable", made["id"])
    seqs = [desk.happen(f"Quay {number}") for number in range(3)]
    assert desk("explain", made["id"], str(seqs[0]))["verdict"] == "disabled"
    assert desk("resume", made["id"], "--rehearse")["deliveries"] == 3
    assert desk("show", made["id"])["status"] == "disabled", "a rehearsal changes nothing"
    assert desk("resume", made["id"], "--missed", "skip")["changed"]
    assert desk("explain", made["id"], str(seqs[0]))["verdict"] == "skipped"
    planned = desk("redeliver", made["id"], "--missed", "--rehearse")
    assert planned["deliveries"] == 3
    assert here.heard == []
    done = desk("redeliver", made["id"], "--missed")
    assert done["deliveries"] == 3
    here.wait(lambda heard: len(heard) >= 3)
    for seq in seqs:
        desk.became(made["id"], seq, "delivered")


def test_a_delivery_is_sent_again_with_the_same_id_and_the_same_bytes(
    desk: Desk, here: Receiver
) -> None:
    made = desk.add(here)
    here.status = 410
    seq = desk.happen("Pier")
    found = desk.became(made["id"], seq, "failed")
    here.status = 204
    until(lambda: desk("show", made["id"])["status"] == "disabled" or None)
    desk("resume", made["id"], "--missed", "skip")
    again = desk("redeliver", made["id"], "--delivery", found["delivery_id"])
    assert (again["deliveries"], again["changed"]) == (1, True)
    first, second = here.wait(lambda heard: len(heard) >= 2)
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    desk.became(made["id"], seq, "delivered")


def test_the_kit_is_verified_without_a_network(desk: Desk, here: Receiver, tmp_path: Path) -> None:
    made = desk.add(here)
    seq = desk.happen("Jetty")
    found = desk.became(made["id"], seq, "delivered")
    target = tmp_path / "kit.zip"
    done = desk("kit", found["delivery_id"], "--output", str(target))
    assert done["path"] == str(target)
    again = desk.answer("webhooks", "kit", found["delivery_id"], "--output", str(target))
    assert (again.code, again.out) == (2, "")
    with zipfile.ZipFile(target) as archive:
        archive.extractall(tmp_path / "kit")
    heard = here.heard[-1]
    assert (tmp_path / "kit" / "delivery.json").read_bytes() == heard.body
    assert verified(tmp_path / "kit", made["secret"]) == 0
    (tmp_path / "kit" / "delivery.json").write_bytes(heard.body.replace(b"Jetty", b"Jelly"))
    assert verified(tmp_path / "kit", made["secret"]) == 1


def verified(folder: Path, secret: str) -> int:
    """The exit code of the kit's own verifier, in a process without anything of ours."""
    return subprocess.run(
        [sys.executable, "-s", "verify.py"],
        cwd=folder,
        env={"WEBHOOK_SECRET": secret, "PATH": "/usr/bin:/bin"},
        timeout=60,
        capture_output=True,
    ).returncode


# The organization's keys, and nobody at work


def test_the_signing_keys_are_listed_and_rotated(desk: Desk, here: Receiver) -> None:
    desk.add(here)
    (first,) = until(lambda: desk("signing-key")["items"] or None)
    assert (first["status"], first["public"][:5]) == ("current", "whpk_")
    assert desk("signing-key", "--rotate", "--grace", "7")["changed"]
    newest, before = until(lambda: two(desk("signing-key")["items"]), 60)
    assert (newest["status"], before["status"], before["kid"]) == (
        "current", "previous", first["kid"],
    )  # fmt: skip


def two(items: list[Any]) -> list[Any] | None:
    return items if len(items) == 2 else None


def test_without_a_worker_a_test_says_so_at_once(desk: Desk, here: Receiver, post: Post) -> None:
    made = desk.add(here)
    post.stop()
    try:
        post.office.admin(
            "UPDATE govdesk_private.worker_seen SET seen_at = now() - interval '10 minutes'"
        )
        refused = desk.answer("webhooks", "test", made["id"])
        assert (refused.code, refused.out) == (3, "")
        assert "No worker is running" in refused.err
        assert "govdesk worker" in refused.err
    finally:
        post.start()
        until(lambda: desk.answer("webhooks", "test", made["id"]).code == 0 or None, 60)
