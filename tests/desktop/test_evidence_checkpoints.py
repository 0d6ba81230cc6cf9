"""The list of checkpoints goes on: older ones are read as one scrolls, or by a button."""

from __future__ import annotations

import pytest

from govdesk.desktop.evidence import checkpoints
from govdesk.desktop.evidence.checkpoints import CheckpointsPart
from tests.desktop.driving import wait_for
from tests.desktop.evidence_parts import evidence, read
from tests.desktop.governed import words_of
from tests.desktop.office import Office
from tests.evidence_signing import sign
from tests.evidences import fill
from tests.people import OLGA

COUNT = 7
PAGE = 3


@pytest.fixture
def part(office: Office, monkeypatch: pytest.MonkeyPatch) -> CheckpointsPart:
    """The tab over seven checkpoints, read three at a time."""
    monkeypatch.setattr(checkpoints, "MOST", PAGE)
    for _ in range(COUNT):
        fill(office.cast, 1)
        sign(office.cast)
    shown: CheckpointsPart = read(evidence(office.desk(OLGA)).checkpoints)
    return shown


def sizes(part: CheckpointsPart) -> list[int]:
    return [row.size for row in part.found.rows]


def longer(part: CheckpointsPart, than: int) -> None:
    wait_for(lambda: len(part.found.rows) > than and part._reading is None, what="older ones")


def test_older_checkpoints_follow_at_the_end_of_the_list(part: CheckpointsPart) -> None:
    bar = part.list.table.verticalScrollBar()
    while part.has_more:
        count = len(part.found.rows)
        part._on_scrolled(bar.maximum())
        longer(part, count)
    assert len(sizes(part)) >= COUNT
    assert sizes(part) == sorted(set(sizes(part)), reverse=True)
    assert part.list.model.rowCount() == len(sizes(part))
    assert not part.older.isVisible()
    assert words_of(part, "checkpoint_more") == ""


def test_it_is_said_that_the_list_goes_on_and_a_button_reads_on(part: CheckpointsPart) -> None:
    said: list[str] = []
    part.said.connect(said.append)
    assert words_of(part, "checkpoint_more").startswith("The newest 3 are listed")
    part.list.filter.setText("nothing has this in it")
    part.older.click()
    longer(part, PAGE)
    part.list.clear_filter()
    assert part.list.model.rowCount() == 2 * PAGE
    assert said[-1] == "more than 6 checkpoints"
    # What is listed stays listed when it is read anew.
    newest = sizes(part)
    part.refresh()
    wait_for(lambda: part._reading is None, what="the list")
    assert sizes(part) == newest


def test_the_oldest_first_are_not_read_on_by_scrolling(part: CheckpointsPart) -> None:
    part.list.sort(0)
    part._on_scrolled(part.list.table.verticalScrollBar().maximum())
    assert part._reading is None
    assert part.older.isVisible()
