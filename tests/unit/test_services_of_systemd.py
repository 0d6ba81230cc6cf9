"""The units that systemd reads: hardened, alike, and what the documents say they are."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from govdesk.cli.program import program
from govdesk.services import checkpoint_keys
from govdesk.web import serving
from govdesk.worker import run

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "packaging/systemd"
NAMES = ("worker", "web")
PROGRAM = "/opt/govdesk/bin/govdesk"
SWITCHED_ON = (
    "DynamicUser", "LockPersonality", "NoNewPrivileges", "PrivateDevices", "PrivateTmp",
    "ProtectClock", "ProtectControlGroups", "ProtectHome", "ProtectHostname", "ProtectKernelLogs",
    "ProtectKernelModules", "ProtectKernelTunables", "RemoveIPC", "RestrictNamespaces",
    "RestrictRealtime", "RestrictSUIDSGID",
)  # fmt: skip


class Unit:
    """One file; a key that is written twice adds to its list, as systemd has it."""

    def __init__(self, name: str):
        self.file = FOLDER / f"govdesk-{name}.service"
        self.text = self.file.read_text(encoding="ascii")
        parser = configparser.ConfigParser(strict=False, interpolation=None)
        parser.optionxform = str  # type: ignore[assignment,method-assign]
        parser.read_string(self.text)
        self.sections = {name: dict(parser[name]) for name in parser.sections()}
        self.service = self.sections["Service"]


@pytest.fixture(params=NAMES)
def unit(request: pytest.FixtureRequest) -> Unit:
    return Unit(request.param)


def test_it_has_the_three_parts_and_starts_at_boot(unit: Unit) -> None:
    assert set(unit.sections) == {"Unit", "Service", "Install"}
    assert unit.sections["Install"] == {"WantedBy": "multi-user.target"}
    assert unit.sections["Unit"]["After"] == "network-online.target"
    assert unit.service["Restart"] == "always"
    assert unit.service["RestartPreventExitStatus"] == "2"
    # A database that is away for an hour must not end the service for good.
    assert unit.sections["Unit"]["StartLimitIntervalSec"] == "0"


def test_it_may_do_nothing_that_it_does_not_need(unit: Unit) -> None:
    assert {name: unit.service.get(name) for name in SWITCHED_ON} == dict.fromkeys(
        SWITCHED_ON, "yes"
    )
    assert unit.service["CapabilityBoundingSet"] == unit.service["AmbientCapabilities"] == ""
    assert unit.service["ProtectSystem"] == "strict"
    assert unit.service["RestrictAddressFamilies"] == "AF_INET AF_INET6 AF_UNIX"
    assert unit.service["UMask"] == "0077"
    filters = re.findall(r"^SystemCallFilter=(.*)$", unit.text, re.MULTILINE)
    assert filters == ["@system-service", "~@privileged @resources"]


def test_no_secret_stands_in_it(unit: Unit) -> None:
    assert "Environment" not in unit.service
    assert unit.service["EnvironmentFile"].startswith("/etc/govdesk/")
    assert "://" not in unit.text


def test_both_share_the_user_and_the_folder_with_the_peppers() -> None:
    worker, web = (Unit(name).service for name in NAMES)
    for name in ("User", "DynamicUser", "StateDirectory", "StateDirectoryMode"):
        assert worker[name] == web[name]


def test_they_differ_in_nothing_but_what_they_run() -> None:
    worker, web = (Unit(name).service for name in NAMES)
    assert {name for name in worker | web if worker.get(name) != web.get(name)} == {
        "ExecStart",
        "EnvironmentFile",
        "TimeoutStopSec",
        "InaccessiblePaths",
    }


def test_the_web_pages_cannot_see_what_the_worker_signs_with() -> None:
    web = Unit("web").service
    home = Path("/var/lib/private") / web["StateDirectory"]
    path = checkpoint_keys.path_of({"STATE_DIRECTORY": str(home)})
    assert path is not None
    assert web["InaccessiblePaths"] == f"-{path.parent}"


def test_what_they_start_is_a_command_with_these_options(unit: Unit) -> None:
    started, command, *options = unit.service["ExecStart"].split()
    assert started == PROGRAM
    import typer.main

    known = typer.main.get_command(program()).commands[command].params  # type: ignore[attr-defined]
    names = {name for parameter in known for name in parameter.opts}
    assert {option for option in options if option.startswith("--")} <= names


def test_systemd_waits_longer_than_each_needs_to_end() -> None:
    worker, web = (int(Unit(name).service["TimeoutStopSec"]) for name in NAMES)
    assert worker > run.STOP_SECONDS
    limit = serving.server(lambda *_: None).config.timeout_graceful_shutdown  # type: ignore[arg-type]
    assert limit is not None
    assert web > limit


def test_systemd_takes_them_where_there_is_one(unit: Unit, tmp_path: Path) -> None:
    """Where there is none, what `configparser` read is all that was looked at."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        assert unit.sections
        return
    copy = tmp_path / unit.file.name
    copy.write_text(unit.text.replace(PROGRAM, shutil.which("true") or "/bin/true"))
    for wanted in (
        ["verify", str(copy)],
        ["security", "--offline=yes", "--threshold=20", str(copy)],
    ):
        done = subprocess.run([analyze, *wanted], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "govdesk" not in done.stderr, done.stderr


@pytest.mark.parametrize("page", ["docs/worker.md", "docs/web.md"])
def test_the_documents_name_the_file_instead_of_repeating_it(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert f"packaging/systemd/govdesk-{Path(page).stem}.service" in text
    assert "ExecStart" not in text
