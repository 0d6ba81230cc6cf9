"""A process that ends by a fault leaves its stacks for the next start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from govdesk.diagnostics.sudden_end import SuddenEnd

CRASH = """
import faulthandler, pathlib, sys
from govdesk.diagnostics.sudden_end import SuddenEnd
end = SuddenEnd(pathlib.Path(sys.argv[1]))
print(end.start())
if sys.argv[2] == "crash":
    faulthandler._sigsegv()
end.stop()
"""


def run(folder: Path, how: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", CRASH, str(folder), how]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_the_next_start_finds_the_stacks_once(tmp_path: Path) -> None:
    assert run(tmp_path, "crash").returncode != 0
    found = Path(run(tmp_path, "well").stdout.strip())
    assert "Segmentation fault" in found.read_text()
    assert run(tmp_path, "well").stdout.strip() == "None"


def test_a_good_end_leaves_nothing(tmp_path: Path) -> None:
    assert run(tmp_path, "well").stdout.strip() == "None"
    assert list(tmp_path.iterdir()) == []


def test_a_second_console_leaves_the_first_one_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import faulthandler

    monkeypatch.setattr(faulthandler, "enable", lambda *a, **k: None)
    monkeypatch.setattr(faulthandler, "disable", lambda: None)
    first = SuddenEnd(tmp_path)
    assert first.start() is None
    mine = list(tmp_path.iterdir())
    assert run(tmp_path, "well").stdout.strip() == "None"
    assert list(tmp_path.iterdir()) == mine
    first.stop()
