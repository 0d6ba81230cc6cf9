"""Fault reports: everything that helps, nothing that is secret, in files of their owner only."""

from __future__ import annotations

import logging
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

from govdesk.diagnostics import environment, reports

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def fault(value: str) -> ValueError:
    try:
        raise ValueError(value)
    except ValueError as error:
        return error


def other_fault() -> ValueError:
    try:
        raise ValueError("elsewhere")
    except ValueError as error:
        return error


def report(error: BaseException, at: datetime = NOW, records: list[str] | None = None) -> str:
    made = reports.make(
        error, thread="main", environment={"Qt": "6"}, records=records or [], now=at
    )
    return made.text


def test_a_report_says_what_where_when_and_on_what() -> None:
    text = report(fault("no such row"), records=["WARNING govdesk: odd"])
    for part in ("ValueError: no such row", "in fault", "2026-06-01 12:00:00Z", "Qt: 6", "odd"):
        assert part in text
    assert "Thread: main" in text


def test_causes_are_part_of_the_report() -> None:
    try:
        try:
            raise KeyError("inner")
        except KeyError as inner:
            raise RuntimeError("outer") from inner
    except RuntimeError as error:
        text = report(error)
    assert text.index("KeyError: 'inner'") < text.index("RuntimeError: outer")


def test_no_secret_address_or_home_is_in_it() -> None:
    home = str(Path.home())
    text = report(
        fault(f"password=hunter2 for carla@acme.example in {home}/x"),
        records=["DEBUG db: postgresql://app:s3cret@db/x token=abc123"],
    )
    for secret in ("hunter2", "carla@acme.example", "s3cret", "abc123", f"{home}/x"):
        assert secret not in text


def test_the_same_fault_is_one_group_whatever_its_values() -> None:
    errors = [fault(str(number)) for number in range(3)]
    assert len({reports.group_of(error) for error in errors}) == 1
    assert reports.group_of(errors[0]) != reports.group_of(other_fault())


def test_it_is_saved_whole_for_its_owner_only(tmp_path: Path) -> None:
    made = reports.make(fault("x"), thread="main", environment={}, now=NOW)
    path = reports.save(tmp_path / "log", made)
    assert path.read_text(encoding="utf-8") == made.text
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    for minute in range(reports.KEPT + 5):
        at = NOW + timedelta(minutes=minute)
        made = reports.make(fault("x"), thread="main", environment={}, now=at)
        newest = reports.save(tmp_path, made)
    kept = reports.saved(tmp_path)
    assert len(kept) == reports.KEPT
    assert kept[0] == newest


def test_the_newest_records_are_remembered_without_secrets() -> None:
    records = reports.RecentRecords(most=3)
    log = logging.getLogger("govdesk.test_reports")
    log.addHandler(records)
    log.setLevel(logging.INFO)
    for number in range(5):
        log.info("number %d password=%s", number, "hunter2")
    log.removeHandler(records)
    assert [line.split("number ")[1][0] for line in records.lines] == ["2", "3", "4"]
    assert "hunter2" not in "".join(records.lines)


def test_the_environment_names_versions_and_no_person_or_host() -> None:
    facts = environment.describe({"Qt": "6.11"})
    assert list(facts)[:2] == ["GovDesk", "Qt"]
    whole = " ".join(facts.values())
    assert os.uname().nodename not in whole
