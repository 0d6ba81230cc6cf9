"""`govdesk demo --no-window`: its one line of JSON, one owner a folder, no process left behind."""

from __future__ import annotations

import json
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from govdesk import __version__
from tests.end_to_end.conftest import Program

FACTS = {
    "admin_url", "app_url", "worker_url", "web_url", "data_dir", "mail_dir", "clock", "version",
    "tenant_path", "other_tenant_path", "checkpoint_public_key", "accounts", "api_keys",
}  # fmt: skip
ROLES = {"owner", "admin", "operator", "member", "compliance_officer"}


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that PostgreSQL's user may enter; pytest's own is closed to it when we are root."""
    folder = Path(tempfile.mkdtemp(prefix="govdesk-demo-"))
    folder.chmod(0o711)
    yield folder / "demo"
    shutil.rmtree(folder)


def processes_in(folder: Path) -> list[str]:
    """Command lines that name the folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # It ended while we looked.
        if str(folder) in line:
            found.append(line)
    return found


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_demo_prints_its_facts_serves_and_leaves_no_process(
    bare: Program, home: Path, ending: signal.Signals
) -> None:
    arguments = ["demo", "--no-window", "--data-dir", str(home), "--events", "60"]
    with bare.start(*arguments) as demo:
        assert demo.stdout is not None
        facts = json.loads(demo.stdout.readline())
        second = bare(*arguments)
        owner = next(a for a in facts["accounts"] if a["role"] == "owner")
        person = bare.given(
            GOVDESK_DATABASE_URL=facts["app_url"],
            GOVDESK_EMAIL=owner["email"],
            GOVDESK_PASSWORD=owner["password"],
            GOVDESK_TOTP_SECRET=owner["totp_secret"],
            GOVDESK_TENANT=owner["tenant_path"],
        )
        verified = person("audit", "verify", "--json")
        status = bare("server", "status", "--admin-url", facts["admin_url"], "--json")
        demo.send_signal(ending)
        rest, err = demo.communicate(timeout=60)
    assert (demo.returncode, rest) == (0, ""), err
    assert set(facts) == FACTS
    assert (facts["data_dir"], facts["version"]) == (str(home), __version__)
    assert {
        a["role"] for a in facts["accounts"] if a["tenant_path"] == facts["tenant_path"]
    } >= ROLES
    assert {a["tenant_path"] for a in facts["accounts"]} == {
        facts["tenant_path"],
        facts["other_tenant_path"],
    }
    assert second.code == 3
    assert second.out == ""
    assert len(second.err.strip().splitlines()) <= 2
    assert verified.code == 0, verified.err
    assert verified.document["rows"] >= 60
    assert status.document["demo_clock"] is True
    assert processes_in(home) == []


def test_without_a_display_what_can_be_done_instead_is_said(bare: Program) -> None:
    answer = bare.given(QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="")("demo")
    assert answer.code == 3
    assert "--no-window" in answer.err


def test_the_window_ends_with_a_signal_and_leaves_nothing_running(
    bare: Program, home: Path
) -> None:
    watched = bare.given(QT_QPA_PLATFORM="offscreen", GOVDESK_ANNOUNCE="1")
    with watched.start("demo", "--data-dir", str(home), "--events", "50") as window:
        assert window.stderr is not None
        for line in window.stderr:
            if line.startswith("usable demo"):
                break
        window.send_signal(signal.SIGTERM)
        _, err = window.communicate(timeout=60)
    assert window.returncode == 0, err
    assert processes_in(home) == []
