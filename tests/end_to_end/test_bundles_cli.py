"""Bundles by real processes: written, checked by three programs, killed, cancelled, refused."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Program

KILLS = int(os.environ.get("GOVDESK_TEST_KILLS", "5"))
BUNDLE = ("bundles", "create", "--unsigned", "--wait", "0", "--json", "--output")


def left_behind(folder: Path) -> list[str]:
    """Names in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_a_bundle_without_a_key_is_never_called_whole(
    govdesk: Program, bare: Program, tmp_path: Path
) -> None:
    target = tmp_path / "evidence.zip"
    done = govdesk(*BUNDLE, str(target), "--query", "severity:notice..", "--to", "500")
    assert done.code == 0, done.err
    assert done.document["provable"] is True
    assert "events in full" in done.err
    judged = bare("verify", str(target), "--json")
    assert (judged.code, judged.document["ok"]) == (3, None)
    assert judged.document["faults"] == []
    with zipfile.ZipFile(target) as archive:
        archive.extractall(tmp_path / "unpacked")
    run = [sys.executable, "-S", "-I", str(tmp_path / "unpacked" / "verify.py"), "--json"]
    alone = subprocess.run(run, capture_output=True, text=True, check=False)
    assert alone.returncode == 3
    theirs = json.loads(alone.stdout)
    for name in ("ok", "complete", "rows", "left_out", "root", "filter", "from", "to"):
        assert theirs[name] == judged.document[name]


def test_a_preview_writes_nothing(govdesk: Program, tmp_path: Path) -> None:
    target = tmp_path / "evidence.zip"
    said = govdesk(*BUNDLE, str(target), "--preview", "--query", "actor:user:* severity:high")
    assert said.code == 0, said.err
    assert said.document["opens"] == ["actor"]
    assert left_behind(tmp_path) == []


def test_bad_input_gets_a_sentence(govdesk: Program, bare: Program, tmp_path: Path) -> None:
    target = tmp_path / "evidence.zip"
    for more, code, words in (
        (("--redact", "seq"), 2, "--redact takes"),
        (("--query", "nix:1"), 2, "no key"),
        (("--system", "acme.nowhere"), 2, "no system"),
        (("--from", "99999999"), 2, "no events"),
    ):
        answer = govdesk(*BUNDLE, str(target), *more)
        assert (answer.code, answer.out) == (code, ""), answer.err
        assert words in answer.err
    assert left_behind(tmp_path) == []
    target.write_bytes(b"PK\x03\x04 and nothing else")
    for arguments, code, words in (
        ((str(target),), 2, "no whole ZIP"),
        ((str(target), "--key", "nonsense"), 2, "no key"),
        ((str(tmp_path),), 2, "is a folder"),
        ((str(tmp_path / "gone.zip"),), 2, "does not exist"),
    ):
        answer = bare("verify", *arguments)
        assert (answer.code, answer.out) == (code, ""), answer.err
        assert words in answer.err


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (BUNDLE, "evidence.zip"),
        (("audit", "export", "--json", "--format", "jsonl", "--output"), "log.jsonl"),
        (("audit", "export", "--json", "--format", "csv", "--output"), "log.csv"),
    ],
)
def test_what_is_killed_at_random_moments_leaves_nothing_after_the_next_start(
    govdesk: Program, bare: Program, tmp_path: Path, arguments: tuple[str, ...], name: str
) -> None:
    begun = time.monotonic()
    assert govdesk(*arguments, str(tmp_path / name), "--to", "8000").code == 0
    length, cut = time.monotonic() - begun, 0
    rng = random.Random()
    for turn in range(KILLS):
        folder = tmp_path / f"run-{turn}"
        folder.mkdir()
        target = folder / name
        with govdesk.start(*arguments, str(target), "--to", "8000") as process:
            try:
                process.communicate(timeout=length * rng.uniform(0.2, 1.0))
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                cut += 1
        bare("--version")
        left = left_behind(folder)
        assert not [one for one in left if one.startswith(".")], left
        assert left == [] or target.exists(), left
        if target.exists() and name == "log.jsonl":
            assert bare("verify", str(target), "--json").document["complete"] is True
    assert cut > 0, f"no {name} was caught in the middle"
