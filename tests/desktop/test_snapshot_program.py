"""Claims: a double-click on a sealed file opens it and nothing else: no entrance, no server; the
desktop knows the kind of file by its name; every picture of it comes to rest.
"""

from __future__ import annotations

import configparser
import os
import shutil
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from govdesk.cli.window import snapshots_in
from govdesk.desktop import screens
from govdesk.desktop.scene import Scene, Stage
from govdesk.desktop.snapshot import scenes
from govdesk.desktop.snapshot.passphrase import PassphraseDialog
from govdesk.desktop.snapshot.place import SnapshotPlace
from tests.desktop.driving import keep
from tests.desktop.snapshot_files import Sealed

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "packaging/desktop"
PROGRAM = Path(sys.executable).with_name("govdesk")
SCENES = {scene.file_name: scene for scene in scenes.scenes()}
TYPE = "application/vnd.govdesk.snapshot"


# The program


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A person's own, with nothing in it, and no server anywhere."""
    home = tmp_path / "own"
    home.mkdir(mode=0o700)
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    places = ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR")
    return kept | dict.fromkeys(places, str(home))


@pytest.fixture
def started(tmp_path: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    path = Sealed(20).write(tmp_path / "acme.govsnap")
    process = subprocess.Popen(
        [PROGRAM, str(path)],
        env=environment | {"QT_QPA_PLATFORM": "offscreen", "GOVDESK_ANNOUNCE": "1"},
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    yield process
    process.kill()
    process.wait()
    assert process.stderr is not None
    process.stderr.close()


def test_a_file_on_the_command_line_is_asked_about_at_once_and_ends_cleanly(
    started: subprocess.Popen[str],
) -> None:
    assert started.stderr is not None
    said = next((line for line in started.stderr if line.startswith("usable")), "")
    assert said == "usable passphrase\n"
    started.send_signal(signal.SIGTERM)
    assert started.wait(20) == 0


def test_without_a_display_it_says_so(tmp_path: Path, environment: dict[str, str]) -> None:
    ran = subprocess.run(
        [PROGRAM, str(tmp_path / "acme.govsnap")],
        env=environment,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )
    assert (ran.returncode, "no display" in ran.stderr) == (3, True)


@pytest.mark.parametrize(
    ("arguments", "files"),
    [
        (["a.govsnap"], ["a.govsnap"]),
        (["a.GOVSNAP", "/b c/ü.govsnap"], ["a.GOVSNAP", "/b c/ü.govsnap"]),
        ([], []),
        (["verify", "a.govsnap"], []),
        (["--version"], []),
        (["-x.govsnap"], []),
    ],
)
def test_only_a_line_of_sealed_files_is_taken_for_one(
    arguments: list[str], files: list[str]
) -> None:
    assert [str(path) for path in snapshots_in(arguments)] == files


# The desktop


def entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(FOLDER / "govdesk.desktop", encoding="utf-8")
    return parser["Desktop Entry"]


def test_the_desktop_entry_takes_files_of_the_type_that_the_xml_declares() -> None:
    said = entry()
    assert said["Exec"] == "govdesk %F"
    assert said["MimeType"].split(";")[0] == TYPE
    # What `run.application` calls itself: the desktop joins window and entry by it.
    assert said["StartupWMClass"] == "govdesk"


def test_the_type_is_known_by_the_ending_of_its_name(tmp_path: Path) -> None:
    root = ElementTree.parse(FOLDER / "govdesk.xml").getroot()
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    (kind,) = root.findall(f"{space}mime-type")
    assert kind.get("type") == TYPE
    assert [glob.get("pattern") for glob in kind.findall(f"{space}glob")] == ["*.govsnap"]
    program = shutil.which("update-mime-database")
    if program is None:
        pytest.skip("shared-mime-info is not installed")
    packages = tmp_path / "mime" / "packages"
    packages.mkdir(parents=True)
    shutil.copy(FOLDER / "govdesk.xml", packages)
    subprocess.run([program, str(tmp_path / "mime")], check=True, timeout=60)
    assert f"{TYPE}:*.govsnap" in (tmp_path / "mime" / "globs").read_text(encoding="utf-8")


# Pictures


@pytest.mark.parametrize("name", sorted(SCENES))
def test_every_picture_comes_to_rest_and_shows_a_sealed_file(name: str, stage: Stage) -> None:
    scene: Scene = SCENES[name]
    window: QWidget = scene.build(stage)
    keep(window)
    screens.show(window, scene, stage)
    if isinstance(window, PassphraseDialog):
        return
    place = window.findChild(SnapshotPlace)
    assert place is not None
    assert place.timeline.count > 0
    assert "Read-only snapshot" in place.window.band_words


def test_the_pictures_are_among_those_of_the_console() -> None:
    assert set(SCENES) <= {scene.file_name for scene in screens.scenes()}
