"""Claims about ``packaging/dev.py`` and what it installs."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "packaging" / "dev.py"
LOCK = (ROOT / "packaging" / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture
def dev() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dev", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, PROGRAM, *arguments], capture_output=True, text=True)


def locked_names() -> set[str]:
    return set(re.findall(r"^([a-z0-9.-]+)==", LOCK, re.MULTILINE))


def test_lock_names_no_place_to_download_from() -> None:
    assert not re.search(r"://|^\s*--(?!hash=)|@ ", LOCK, re.MULTILINE)


def test_every_locked_version_has_hashes() -> None:
    pins = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert len(pins) == len(locked_names())
    assert all("--hash=sha256:" in pin for pin in pins)


def test_every_declared_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.match(r"[A-Za-z0-9.-]+", one)[0].lower() for one in declared}  # type: ignore[index]
    assert names <= locked_names()


def test_second_set_up_starts_no_program(
    dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*command: object, **options: object) -> None:
        raise AssertionError(f"set-up ran {command}")

    monkeypatch.setattr(dev, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(dev, "BIN", tmp_path)
    (tmp_path / "govdesk").touch()
    (tmp_path / "stamp").write_text(dev.fingerprint())
    monkeypatch.setattr(dev.subprocess, "run", forbidden)
    dev.set_up()
    (tmp_path / "stamp").write_text("of another lock")
    with pytest.raises(AssertionError, match="set-up ran"):
        dev.make_venv()


def test_changed_lock_asks_for_a_new_set_up(
    dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dev.fingerprint()
    changed = tmp_path / "requirements.lock"
    changed.write_text(LOCK + "\n")
    monkeypatch.setattr(dev, "LOCK", changed)
    assert dev.fingerprint() != before


def test_unknown_verb_is_wrong_usage_and_leaves_standard_output_alone() -> None:
    done = run("dance")
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage:" in done.stderr


def test_screens_without_a_folder_says_what_is_missing() -> None:
    done = run("screens")
    assert (done.returncode, done.stdout) == (2, "")
    assert "name the folder" in done.stderr


@pytest.mark.parametrize(
    ("release", "older"), [("2.31", True), ("2.34", False), ("2.36", False), ("", True)]
)
def test_c_library_older_than_the_wheel_needs_is_recognized(
    dev: ModuleType, release: str, older: bool
) -> None:
    assert dev.below(release, 2, 34) is older


def test_python_without_venv_is_told_what_to_install(dev: ModuleType) -> None:
    sentence = dev.why_set_up_failed([sys.executable, "-m", "venv", "--clear", ".venv"])
    assert "python3-venv" in sentence
