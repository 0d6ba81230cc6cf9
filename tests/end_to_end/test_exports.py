"""Exports by real processes: whole files or none, whatever happens in between."""

from __future__ import annotations

import csv
import json
import os
import random
import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.end_to_end.conftest import EVENTS, OWNER, PASSWORD, Office, Program

KILLS = int(os.environ.get("GOVDESK_TEST_KILLS", "5"))


def sidecar(target: Path) -> Path:
    return target.with_name(target.name + ".manifest")


def export(target: Path, *more: str) -> list[str]:
    return ["audit", "export", "--output", str(target), "--json", *more]


def left_behind(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_whole_export_verifies_offline(govdesk: Program, bare: Program, tmp_path: Path) -> None:
    target = tmp_path / "log.jsonl"
    done = govdesk(*export(target))
    assert done.code == 0, done.err
    assert done.document["rows"] == done.document["last_seq"] > EVENTS
    assert done.document["first_seq"] == 1
    assert left_behind(tmp_path) == ["log.jsonl", "log.jsonl.manifest"]
    judged = bare("verify", str(target), "--json")
    assert judged.code == 0
    assert judged.document["rows"] == done.document["rows"]
    assert (judged.document["ok"], judged.document["complete"]) == (True, True)
    manifest = json.loads(sidecar(target).read_bytes())
    assert manifest["root"] == judged.document["root"]
    assert manifest["sha256"] == done.document["sha256"]


def test_csv_json_and_a_redacted_export_hold_the_same_events(
    govdesk: Program, bare: Program, tmp_path: Path
) -> None:
    paths = {form: tmp_path / f"log.{form}" for form in ("csv", "json", "jsonl")}
    for form, path in paths.items():
        answer = govdesk(*export(path, "--format", form, "--query", "seq:1..200"))
        assert answer.code == 0, answer.err
        assert answer.document["rows"] == 200
    with open(paths["csv"], newline="", encoding="utf-8") as file:
        listed = list(csv.DictReader(file))
    array = json.loads(paths["json"].read_bytes())
    lines = [json.loads(line) for line in paths["jsonl"].read_bytes().splitlines()]
    assert array == lines
    assert [int(row["seq"]) for row in listed] == [line["seq"] for line in lines]
    assert [row["leaf_hash"] for row in listed] == [line["leaf_hash"] for line in lines]
    redacted = tmp_path / "redacted.jsonl"
    answer = govdesk(*export(redacted, "--to", "50", "--redact", "actor", "--redact", "ip"))
    assert answer.code == 0
    first = json.loads(redacted.read_bytes().splitlines()[0])
    assert {"actor", "ip"} & {*first, *first["salts"]} == set()
    judged = bare("verify", str(redacted), "--json")
    assert (judged.code, judged.document["redacted"]) == (0, 100)


def test_a_changed_line_is_found_offline(govdesk: Program, bare: Program, tmp_path: Path) -> None:
    target = tmp_path / "log.jsonl"
    assert govdesk(*export(target, "--to", "40")).code == 0
    lines = target.read_bytes().splitlines(keepends=True)
    place = next(i for i, line in enumerate(lines) if b"thing" in line)
    lines[place] = lines[place].replace(b"thing", b"thong")
    target.write_bytes(b"".join(lines))
    judged = bare("verify", str(target), "--json")
    assert judged.code == 1
    kinds = {(f["kind"], f["seq"]) for f in judged.document["faults"]}
    assert ("altered", place + 1) in kinds


def test_an_existing_file_is_kept_without_force(govdesk: Program, tmp_path: Path) -> None:
    target = tmp_path / "log.csv"
    target.write_text("mine")
    refused = govdesk(*export(target, "--format", "csv", "--to", "5"))
    assert refused.code == 2
    assert "--force" in refused.err
    assert (target.read_text(), left_behind(tmp_path)) == ("mine", ["log.csv"])
    forced = govdesk(*export(target, "--format", "csv", "--to", "5", "--force"))
    assert forced.code == 0
    assert target.read_text().startswith("seq,at,")


def test_an_export_that_cannot_be_written_leaves_one_line(govdesk: Program, tmp_path: Path) -> None:
    answer = govdesk(*export(tmp_path / "no such folder" / "log.jsonl"))
    assert (answer.code, answer.out) == (2, "")
    assert "cannot be written" in answer.err


def test_nothing_to_resume_is_said(govdesk: Program, tmp_path: Path) -> None:
    answer = govdesk(*export(tmp_path / "log.jsonl", "--resume"))
    assert answer.code == 2
    assert "nothing to resume" in answer.err


@contextmanager
def stopped_midway(
    program: Program, target: Path, *arguments: str
) -> Iterator[subprocess.Popen[str]]:
    """An export of `target`, frozen after it noted a page and before it finished.

    On a busy machine an export may end before it could be frozen; then another one is tried.
    """
    for _ in range(10):
        with program.start(*arguments) as process:
            if frozen(process, target):
                yield process
                return
        target.unlink(missing_ok=True)
        sidecar(target).unlink(missing_ok=True)
    pytest.fail("no export could be frozen in the middle")


def frozen(process: subprocess.Popen[str], target: Path) -> bool:
    """Whether the process was stopped with a page noted and the file unfinished."""
    progress = target.with_name(f".{target.name}.part.json")
    deadline = time.monotonic() + 60
    while not progress.exists():
        assert time.monotonic() < deadline
        if process.poll() is not None:
            return False
        os.sched_yield()
    process.send_signal(signal.SIGSTOP)
    return process.poll() is None and not target.exists()


@pytest.mark.parametrize("form", ["jsonl", "csv", "json"])
def test_a_session_revoked_midway_ends_the_export_and_resume_completes_it(
    office: Office, stranger: Program, govdesk: Program, bare: Program, tmp_path: Path, form: str
) -> None:
    target, whole = tmp_path / f"log.{form}", tmp_path / f"whole.{form}"
    person = stranger.given(GOVDESK_EMAIL=OWNER, GOVDESK_PASSWORD=PASSWORD)
    started = person.given(GOVDESK_TOTP=office.fresh_code())("session", "start", "--json")
    token = started.document["token"]
    arguments = export(target, "--format", form, "--to", str(EVENTS))
    with stopped_midway(stranger.given(GOVDESK_SESSION=token), target, *arguments) as process:
        office.admin(
            "INSERT INTO govdesk_private.session_end (tenant_id, session_id)"
            " SELECT tenant_id, id FROM govdesk_private.session"
            " WHERE token_hash = sha256(convert_to(%s, 'UTF8'))",
            token,
        )
        process.send_signal(signal.SIGCONT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "--resume" in err
    assert "Traceback" not in err
    assert out == ""
    assert not target.exists()
    assert not sidecar(target).exists()
    resumed = govdesk(*arguments, "--resume")
    assert resumed.code == 0, resumed.err
    assert govdesk(*export(whole, "--format", form, "--to", str(EVENTS))).code == 0
    assert target.read_bytes() == whole.read_bytes()
    if form == "jsonl":
        assert bare("verify", str(target), "--json").document["ok"] is True
        assert json.loads(sidecar(target).read_bytes())["rows"] == EVENTS
    assert not [name for name in left_behind(tmp_path) if name.startswith(".")]


def test_an_export_killed_at_random_moments_leaves_nothing_under_the_name(
    govdesk: Program, bare: Program, tmp_path: Path
) -> None:
    begun = time.monotonic()
    assert govdesk(*export(tmp_path / "timed.jsonl", "--to", "40000")).code == 0
    length = time.monotonic() - begun
    rng, cut = random.Random(), 0
    for number in range(KILLS):
        folder = tmp_path / f"run{number}"
        folder.mkdir()
        target = folder / "log.jsonl"
        with govdesk.start(*export(target, "--to", "40000")) as process:
            try:
                process.communicate(timeout=length * rng.uniform(0.2, 1.0))
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                cut += 1
        if target.exists():
            assert bare("verify", str(target), "--json").document["complete"] is True
    assert cut > 0, "no export was caught in the middle"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_cancelled_export_leaves_nothing_at_all(
    govdesk: Program, tmp_path: Path, number: signal.Signals
) -> None:
    target = tmp_path / "log.jsonl"
    with stopped_midway(govdesk, target, *export(target)) as process:
        process.send_signal(number)
        process.send_signal(signal.SIGCONT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (3, "")
    assert "cancelled" in err
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("room", [100, 100_000, 20_000_000])
def test_a_disk_that_fills_up_is_a_sentence_and_leaves_nothing(
    govdesk: Program, tmp_path: Path, room: int
) -> None:
    target = tmp_path / "log.jsonl"
    answer = govdesk(
        *export(target), preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    )
    assert (answer.code, answer.out) == (3, "")
    assert "cannot be written: File too large" in answer.err
    assert len(answer.err.strip().splitlines()) == 1
    assert left_behind(tmp_path) == []
