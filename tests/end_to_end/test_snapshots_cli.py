"""``govdesk snapshots`` by real processes: made with a server, read and verified without."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import time
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Program
from tests.snapshots import PASSPHRASE

KILLS = int(os.environ.get("GOVDESK_TEST_KILLS", "5"))
LONG = 6_000
"""Events of a snapshot that takes long enough to be caught in the making."""


@pytest.fixture
def sealing(govdesk: Program) -> Program:
    """The owner's program that knows a passphrase."""
    return govdesk.given(GOVDESK_SNAPSHOT_PASSPHRASE=PASSPHRASE)


@pytest.fixture
def reading(bare: Program) -> Program:
    """A program without any server that knows it, too."""
    return bare.given(GOVDESK_SNAPSHOT_PASSPHRASE=PASSPHRASE)


def create(target: Path, *more: str) -> list[str]:
    return ["snapshots", "create", "--output", str(target), "--json", "--unsigned", *more]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_is_made_with_a_server_and_read_without(
    sealing: Program, reading: Program, bare: Program, tmp_path: Path
) -> None:
    target = tmp_path / "events.govsnap"
    done = sealing(*create(target, "--to", "3000"))
    assert done.code == 0, done.err
    assert (done.document["rows"], done.document["last"]) == (3000, 3000)
    before = hashlib.sha256(target.read_bytes()).hexdigest()
    assert done.document["sha256"] == before
    assert names(tmp_path) == ["events.govsnap"]
    shown = reading("snapshots", "show", str(target), "--json")
    assert (shown.document["rows"], shown.document["newest"]) == (3000, 3000)
    page = reading("snapshots", "list", str(target), "--limit", "2", "--json").document
    assert ([item["seq"] for item in page["items"]], page["next"]) == ([3000, 2999], 2999)
    server = sealing("audit", "list", "--query", "seq:2999..3000", "--json").document["items"]
    for ours, theirs in zip(page["items"], server, strict=True):
        assert {name: theirs[name] for name in ours} == ours
    word = str(page["items"][0]["summary"]).split()[0]
    found = reading("snapshots", "search", str(target), word.upper(), "--json").document["items"]
    assert 3000 in [item["seq"] for item in found]
    judged = reading("verify", str(target), "--json")
    assert judged.code == 3
    assert (judged.document["ok"], judged.document["rows"]) == (None, 3000)
    wrong = bare.given(GOVDESK_SNAPSHOT_PASSPHRASE="another one")
    for arguments in (["snapshots", "list", str(target)], ["verify", str(target)]):
        refused = wrong(*arguments)
        assert (refused.code, refused.out) == (2, "")
        assert "passphrase does not open" in refused.err
        assert "another one" not in refused.err
    assert hashlib.sha256(target.read_bytes()).hexdigest() == before
    assert names(tmp_path) == ["events.govsnap"]


def test_a_filter_and_a_redaction_hold_in_the_file(
    sealing: Program, reading: Program, tmp_path: Path
) -> None:
    target = tmp_path / "some.govsnap"
    query = "severity:notice.. seq:1..2000"
    done = sealing(*create(target, "--query", query, "--redact", "actor"))
    assert done.code == 0, done.err
    listed = sealing("audit", "list", "--query", query, "--limit", "1000", "--json").document
    page = reading("snapshots", "list", str(target), "--limit", "1000", "--json").document
    assert [i["seq"] for i in page["items"]] == [i["seq"] for i in listed["items"]]
    assert {item["actor"] for item in page["items"]} == {None}
    assert done.document["left_out"] == 2000 - done.document["rows"]


def test_bad_input_gets_a_sentence(sealing: Program, bare: Program, tmp_path: Path) -> None:
    target = tmp_path / "one.govsnap"
    for program, arguments, words in (
        (sealing, create(target, "--redact", "seq"), "--redact takes"),
        (sealing.given(GOVDESK_SNAPSHOT_PASSPHRASE="short"), create(target), "12 characters"),
        (bare, ["snapshots", "show", str(target)], "is not there"),
        (bare, ["snapshots", "list", str(tmp_path)], "is a folder"),
        (sealing, create(tmp_path / "no" / "x.govsnap"), "folder is not there"),
    ):
        refused = program(*arguments)
        assert (refused.code, refused.out) == (2, ""), refused.err
        assert words in refused.err
        assert "Traceback" not in refused.err
    assert names(tmp_path) == []


def test_a_generated_passphrase_is_shown_once_and_opens_it(
    govdesk: Program, bare: Program, tmp_path: Path
) -> None:
    target = tmp_path / "one.govsnap"
    done = govdesk(*create(target, "--to", "5", "--generate"))
    assert done.code == 0, done.err
    key = bare.given(GOVDESK_SNAPSHOT_PASSPHRASE=done.document["passphrase"])
    assert key("snapshots", "show", str(target), "--json").document["rows"] == 5


def test_one_killed_at_random_moments_leaves_nothing_under_the_name(
    sealing: Program, reading: Program, tmp_path: Path
) -> None:
    begun = time.monotonic()
    assert sealing(*create(tmp_path / "timed.govsnap", "--to", str(LONG))).code == 0
    length, rng, cut = time.monotonic() - begun, random.Random(), 0
    for number in range(KILLS):
        folder = tmp_path / f"run{number}"
        folder.mkdir()
        target = folder / "log.govsnap"
        with sealing.start(*create(target, "--to", str(LONG))) as process:
            try:
                process.communicate(timeout=length * rng.uniform(0.3, 1.0))
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                cut += 1
        if target.exists():
            assert reading("snapshots", "show", str(target), "--json").document["rows"] == LONG
        for left in folder.glob(".*"):
            assert PASSPHRASE.encode() not in left.read_bytes()
            assert b"SQLite format" not in left.read_bytes()
        again = sealing(*create(target, "--to", "10", "--force"))
        assert again.code == 0, again.err
        assert names(folder) == ["log.govsnap"]
    assert cut > 0, "no snapshot was caught in the making"
