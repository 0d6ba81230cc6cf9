"""Claims about ``packaging/dev.py`` and what it installs."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "packaging" / "dev.py"
FIFTEEN = "postgresql-15"
LOCK = (ROOT / "packaging" / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture
def dev(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The program as a module; those beside it are found as when it runs."""
    monkeypatch.syspath_prepend(str(PROGRAM.parent))
    spec = importlib.util.spec_from_file_location("dev", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    for name in ("debian", "places", "testing"):
        sys.modules.pop(name, None)


class Pytest:
    """Stands for pytest in `dev.testing`: notes what it was to run, answers exit codes in turn."""

    def __init__(self, *codes: int):
        self.codes = list(codes)
        self.runs: list[tuple[list[str], list[str], str]] = []

    def __call__(
        self, places: list[str], options: list[str], more: dict[str, str] | None = None
    ) -> int:
        self.runs.append((places, options, (more or {}).get("GOVDESK_TEST_POSTGRES", "")))
        return self.codes.pop(0)


@pytest.fixture
def fifteen(dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PostgreSQL 15 that is installed, as far as `dev.testing` looks."""
    (tmp_path / "initdb").touch()
    monkeypatch.setattr(dev.testing, "FIFTEEN", tmp_path)
    monkeypatch.delenv("GOVDESK_TEST_POSTGRES", raising=False)
    return tmp_path


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


# The tests run twice


def test_three_layers_run_again_on_fifteen(
    dev: ModuleType, fifteen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest_ = Pytest(0, 0)
    monkeypatch.setattr(dev.testing, "pytest", pytest_)
    assert dev.testing.run("tests", ["-x"]) == 0
    layers = [layer for layer in dev.testing.AGAIN if (ROOT / layer).exists()]
    assert {"tests/database", "tests/hostile"} <= set(layers)
    assert pytest_.runs == [(["tests"], ["-x"], ""), (layers, ["-x"], str(fifteen))]


@pytest.mark.parametrize(
    ("codes", "combined"), [((0, 1), 1), ((1, 0), 1), ((1, 1), 1), ((0, 5), 0), ((0, 3), 3)]
)
def test_exit_code_is_of_both_runs(
    dev: ModuleType,
    fifteen: Path,
    monkeypatch: pytest.MonkeyPatch,
    codes: tuple[int, int],
    combined: int,
) -> None:
    monkeypatch.setattr(dev.testing, "pytest", Pytest(*codes))
    assert dev.testing.run("tests", []) == combined


@pytest.mark.parametrize("ended", [2, 3, 4, -15])
def test_an_interrupted_first_run_is_not_followed_by_a_second(
    dev: ModuleType, fifteen: Path, monkeypatch: pytest.MonkeyPatch, ended: int
) -> None:
    pytest_ = Pytest(ended)
    monkeypatch.setattr(dev.testing, "pytest", pytest_)
    assert dev.testing.run("tests", []) == ended
    assert len(pytest_.runs) == 1


def test_named_tests_run_again_where_their_layer_does(
    dev: ModuleType, fifteen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest_ = Pytest(0, 0, 0)
    monkeypatch.setattr(dev.testing, "pytest", pytest_)
    dev.testing.run("tests", ["tests/unit/test_set_up.py"])
    dev.testing.run("tests", ["tests/unit", "tests/database/test_seal.py::test_x", "-k", "x"])
    assert [run[0] for run in pytest_.runs] == [
        ["tests/unit/test_set_up.py"],
        ["tests/unit", "tests/database/test_seal.py::test_x"],
        ["tests/database/test_seal.py::test_x"],
    ]


@pytest.mark.parametrize(
    ("offered", "ci", "code"),
    [(True, "true", 1), (True, "", 0), (False, "true", 0), (False, "", 0)],
)
def test_without_fifteen_the_second_run_is_skipped_loudly_and_fails_in_ci(
    dev: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    offered: bool,
    ci: str,
    code: int,
) -> None:
    monkeypatch.setattr(dev.testing, "FIFTEEN", tmp_path / "absent")
    monkeypatch.setattr(dev.testing, "pytest", Pytest(0))
    monkeypatch.setattr(dev.debian, "offered", lambda names: names if offered else [])
    monkeypatch.setenv("CI", ci)
    monkeypatch.delenv("GOVDESK_TEST_POSTGRES", raising=False)
    assert dev.testing.run("tests", []) == code
    err = capsys.readouterr().err
    assert "SKIPPED: tests/database tests/hostile" in err
    assert ("apt-get install --yes --no-install-recommends postgresql-15" in err) is offered


# System packages


def test_a_package_the_distribution_lacks_does_not_hinder_the_others(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps: list[list[str]] = []
    monkeypatch.setattr(dev.debian, "missing", lambda: ["xvfb", "of-yesterday"])
    monkeypatch.setattr(dev.debian, "offered", lambda names: ["xvfb"])
    monkeypatch.setattr(dev.debian.os, "geteuid", lambda: 0)
    monkeypatch.setattr(dev.debian.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(dev.debian, "_run", lambda step: not steps.append(step))
    dev.debian.install_missing()
    assert [step[-1] for step in steps] == ["--quiet", "xvfb"]
    assert "no package of-yesterday" in capsys.readouterr().err


def test_installing_a_server_makes_no_cluster_and_leaves_the_setting_as_it_was(
    dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "createcluster.conf"
    seen: list[tuple[list[str], str]] = []

    def install(step: list[str]) -> bool:
        seen.append((step[4:], settings.read_text() if settings.exists() else ""))
        if step[-1] == "postgresql-common":
            settings.write_text("ssl = on\n")
        return True

    monkeypatch.setattr(dev.debian, "CLUSTER_SETTINGS", settings)
    monkeypatch.setattr(dev.debian, "_run", install)
    assert dev.debian._install_server([FIFTEEN, "xvfb"])
    assert seen[0] == (["postgresql-common"], "")
    assert seen[1] == ([FIFTEEN, "xvfb"], "ssl = on\n\ncreate_main_cluster = false\n")
    assert settings.read_text() == "ssl = on\n"


@pytest.mark.skipif(not shutil.which("apt-get"), reason="no apt here")
def test_apt_says_which_packages_there_are(dev: ModuleType) -> None:
    assert dev.debian.offered(["no-such-package-a", "bash", "no-such-package-b"]) == ["bash"]
