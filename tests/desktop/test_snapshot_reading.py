"""Claims: the timeline over a sealed file shows the rows in it, filtered, counted, in detail,
and exported as a server's log would be; nothing in its window can write to a log.
"""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from govdesk.desktop.actions.catalogue import ACTIONS
from govdesk.desktop.snapshot.actions import declared
from govdesk.desktop.snapshot.place import SnapshotPlace
from govdesk.domain.filter_language import matches, parse
from govdesk.services.proof import instant
from tests.desktop.driving import find, press, wait_for, write
from tests.desktop.snapshot_files import Reader, Sealed, reader
from tests.printed import Printed

__all__ = ["reader"]
SIZE = 700
QUERIES = (
    "severity:high",
    "actor:user:ada@*",
    "-action:session.started",
    "astral",
    "ip:2001:db8::/32 severity:notice..",
    "seq:100..200",
    "at:2026-01-01T00:10..2026-01-01T00:20",
)


@pytest.fixture(scope="module")
def sealed() -> Sealed:
    return Sealed(SIZE)


@pytest.fixture(scope="module")
def path(sealed: Sealed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sealed.write(tmp_path_factory.mktemp("sealed") / "acme.govsnap")


@pytest.fixture
def place(reader: Reader, path: Path) -> SnapshotPlace:
    found = reader.open(path)
    reader.settle(found)
    find(found.window, "trust_later").click()  # type: ignore[attr-defined]
    return found


def expected(sealed: Sealed, query: str) -> list[int]:
    """What the filter language's own judge says, newest first."""
    wanted = parse(query, zone=UTC) if query else None
    lines = sealed.lines if wanted is None else [x for x in sealed.lines if matches(wanted, x)]
    return [int(line["seq"]) for line in lines[::-1]]


def apply(reader: Reader, place: SnapshotPlace, query: str) -> None:
    press(place.window, "Ctrl+F")
    field = find(place.window, "filter_field")
    press(field, "Ctrl+A")
    write(field, query)
    if place.timeline.filter_bar.completion.is_open:
        press(field, "Escape")
    press(field, "Return")
    wait_for(lambda: not place.timeline.reader.is_opening, what="the filter")
    reader.settle(place)


def shown(reader: Reader, place: SnapshotPlace) -> list[int]:
    """The numbers of every row, by going there."""
    found = []
    for row in range(0, place.timeline.model.rowCount()):
        if place.timeline.model.line(row) is None:
            place.timeline.table.go_to(row)
            wait_for(lambda r=row: place.timeline.model.line(r) is not None, what="a row")  # type: ignore[misc]
        line = place.timeline.model.line(row)
        assert line is not None
        found.append(line.item.seq)
    return found


# Reading


def test_every_row_is_where_the_scroll_bar_says(
    reader: Reader, place: SnapshotPlace, sealed: Sealed
) -> None:
    assert shown(reader, place) == expected(sealed, "")
    assert find(place.window, "status_page").text() == f"{SIZE} events"  # type: ignore[attr-defined]


@pytest.mark.parametrize("query", QUERIES)
def test_a_filter_shows_what_the_filter_language_says(
    reader: Reader, place: SnapshotPlace, sealed: Sealed, query: str
) -> None:
    apply(reader, place, query)
    wanted = expected(sealed, query)
    assert 0 < len(wanted) < SIZE
    assert shown(reader, place) == wanted
    counted = place.timeline.reader.counting
    assert counted is not None
    assert sum(count.events for count in counted.counts) == len(wanted)


def test_the_histogram_counts_every_event_once(place: SnapshotPlace, sealed: Sealed) -> None:
    counting = place.timeline.reader.counting
    assert counting is not None
    assert sum(count.events for count in counting.counts) == SIZE
    high = sum(line["severity"] == "high" for line in sealed.lines)
    assert sum(count.high for count in counting.counts) == high


def test_the_detail_proves_its_row(reader: Reader, place: SnapshotPlace, sealed: Sealed) -> None:
    place.timeline.open_event(123)
    wait_for(lambda: place.timeline.detail.seq == 123, what="the detail")
    check = find(place.timeline.detail, "row_check")
    assert check.accessibleName() == "Recomputed here: this row matches its leaf hash."
    line = sealed.lines[122]
    assert find(place.timeline.detail, "leaf_hash").text == line["leaf_hash"]  # type: ignore[attr-defined]


def test_it_goes_to_a_number_and_to_a_time(
    reader: Reader, place: SnapshotPlace, sealed: Sealed
) -> None:
    place.timeline.go_to_seq(77)
    wait_for(lambda: place.timeline.current_seq() == 77, what="event 77")
    at = parse(f"at:{sealed.lines[300]['at'][:19]}", zone=UTC).to_terms()[0]["low"]
    place.timeline.go_to_time(datetime.fromisoformat(str(at)))
    wait_for(
        lambda: (
            place.timeline.current_event() is not None
            and instant(place.timeline.current_event().at)[:19] >= sealed.lines[300]["at"][:19]
        ),  # type: ignore[union-attr]
        what="the time",
    )


def test_rows_are_copied_as_text(reader: Reader, place: SnapshotPlace, sealed: Sealed) -> None:
    apply(reader, place, "seq:10..19")
    place.timeline.table.setFocus()
    press(place.window, "Ctrl+A")
    press(place.window, "Ctrl+C")
    wait_for(lambda: QGuiApplication.clipboard().text(), what="the clipboard")
    lines = QGuiApplication.clipboard().text().splitlines()
    assert next(line.split("\t")[0] for line in lines[1:]).replace(",", "") == "19"
    assert len(lines) >= 11


def test_a_narrow_lane_is_told_to_stop(reader: Reader, place: SnapshotPlace) -> None:
    """A question that is no longer wanted gives its lane back."""
    for query in ("astral", "backslash", "quote", "severity:high", ""):
        place.timeline.filter_bar.set_text(query, remember=False)
    reader.settle(place)
    wait_for(lambda: place.timeline.count == SIZE, what="the last question's answer")


# Exporting


def export(reader: Reader, place: SnapshotPlace, action: str, suffix: str) -> Path:
    done: list[Any] = []
    place.exporter.written.connect(done.append)
    failed: list[Exception] = []
    place.exporter.failed.connect(failed.append)
    assert place.actions.run(action)
    wait_for(lambda: done or failed, seconds=60, what="the file")
    assert not failed
    found = Path(done[0].path)
    assert found.suffix == suffix
    assert [entry.name for entry in reader.written.iterdir()] == [found.name]
    return found


def test_csv_holds_the_rows_of_the_filter_oldest_first_and_no_formula(
    reader: Reader, place: SnapshotPlace, sealed: Sealed
) -> None:
    apply(reader, place, "severity:high")
    file = export(reader, place, "export.csv", ".csv")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    wanted = expected(sealed, "severity:high")[::-1]
    assert [int(row["seq"]) for row in rows] == wanted
    for row, seq in zip(rows, wanted, strict=True):
        line = sealed.lines[seq - 1]
        for name in ("at", "action", "leaf_hash"):
            assert row[name] == line[name]
        assert row["actor"] == (line["actor"] or "")
        assert row["summary"].lstrip("'") == (line["summary"] or "")


def test_json_holds_the_exact_objects_of_json_lines(
    reader: Reader, place: SnapshotPlace, sealed: Sealed
) -> None:
    apply(reader, place, "actor:user:ada@*")
    found = json.loads(export(reader, place, "export.json", ".json").read_bytes())
    wanted = [sealed.lines[seq - 1] for seq in expected(sealed, "actor:user:ada@*")[::-1]]
    assert [{k: v for k, v in one.items() if k != "system"} for one in found] == wanted


def test_one_event_is_exported_as_json(
    reader: Reader, place: SnapshotPlace, sealed: Sealed
) -> None:
    place.timeline.go_to_seq(42)
    wait_for(lambda: place.timeline.current_seq() == 42, what="event 42")
    (found,) = json.loads(export(reader, place, "export.event", ".json").read_bytes())
    assert found["leaf"] == sealed.lines[41]["leaf"]


def test_a_pdf_says_that_it_was_made_from_a_snapshot_and_is_sealed_in_no_log(
    reader: Reader, place: SnapshotPlace
) -> None:
    apply(reader, place, "seq:1..30")
    file = Printed(export(reader, place, "export.pdf", ".pdf"))
    flat = " ".join(" ".join(file.texts).split())
    assert "Not sealed in a log" in flat
    assert "from the snapshot acme.govsnap" in flat
    assert "Meridian Bank" in flat


def test_a_cancelled_export_leaves_nothing(reader: Reader, place: SnapshotPlace) -> None:
    job = place.exporter.start(reader.written / "all.csv", "csv", None)
    job.cancel()
    wait_for(lambda: job.has_ended, what="the end")
    reader.settle(place)
    assert list(reader.written.iterdir()) == []


# Nothing that writes

WRITES = ("Save", "Invite", "Remove", "Revoke", "Rotate", "Generate", "Delete", "Approve", "Reject")


def test_no_write_action_exists_in_the_window_however_it_is_looked_for(
    place: SnapshotPlace,
) -> None:
    known = {row.id for row in declared()}
    ids = {action.data() for action in place.window.findChildren(QAction) if action.data()}
    assert ids <= known
    words = ("member", "key", "webhook", "approval", "session", "connection", "staff", "account")
    assert not [one for one in ids if str(one).split(".")[0].rstrip("s") in words]
    write_like = [row.id for row in ACTIONS if "manage" in repr(row.when)]
    assert not ids & set(write_like)


def test_two_pages_and_no_more(place: SnapshotPlace) -> None:
    assert place.window.navigation.pages() == ["timeline", "about"]
    press(place.window, "Ctrl+3")
    assert place.window.page == "about"
    press(place.window, "Ctrl+2")
    assert place.window.page == "timeline"


def test_every_bound_action_runs_and_every_declared_one_is_bound(place: SnapshotPlace) -> None:
    assert place.actions.unbound() == []


def test_the_palette_offers_nothing_else(place: SnapshotPlace) -> None:
    titles = {row.title for row in declared()}
    for word in ("invite", "rotate", "approve", "sign out", "webhook"):
        place.palette.open(word)
        found = place.palette.findChildren(QWidget)
        assert found
        entries = place.palette._model
        for at in range(entries.rowCount()):
            entry = entries.entry(at)
            assert entry is not None
            assert entry.title in titles or entry.title.startswith(("Filter by", "Go to"))
        press(place.window, "Escape")


def test_every_control_has_a_name(place: SnapshotPlace) -> None:
    place.show_about()
    nameless = [
        f"{type(one).__name__} {one.objectName()}"
        for one in place.window.findChildren(QAbstractButton)
        if one.isVisible() and not (one.accessibleName() or one.text())
    ]
    assert nameless == []
    assert QApplication.focusWidget() is not None
