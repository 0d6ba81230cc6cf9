"""Claims: where a month was pruned, the timeline shows what is left, each row in its place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from govdesk.database.connection import Session
from govdesk.desktop.tables import WindowedModel, WindowedTable
from govdesk.desktop.timeline.columns import columns, sentence
from govdesk.desktop.timeline.reader import LogReader, Shrunk
from govdesk.domain.filter_language import parse
from govdesk.jobs import Jobs
from govdesk.services import timeline
from govdesk.services.link import Link
from govdesk.services.log_reading import ServerLog
from govdesk.services.windowing import Dense, Spans
from tests.deciding import COUNSEL, name_reviewer
from tests.desktop import driving
from tests.desktop.driving import show, wait_for
from tests.doors import ask, seat
from tests.evidences import approve, fill, hold, put, sealed_bundle, segments
from tests.people import OLGA, Cast


def cut(first: datetime, last: datetime) -> Sequence[datetime]:
    """Ten spans, the last one beyond the end."""
    step = (last - first) / 9
    return [first + n * step for n in range(11)]


class Log:
    """A log of which the oldest month can be pruned, but for twenty rows in two places."""

    def __init__(self, cast: Cast):
        self.cast = cast
        # The people came first: their rows are as old as the events behind them.
        cast.admin.execute("ALTER TABLE govdesk.audit_log DISABLE TRIGGER ALL")
        cast.admin.execute("UPDATE govdesk.audit_log SET at = at - interval '90 days'")
        cast.admin.execute("ALTER TABLE govdesk.audit_log ENABLE TRIGGER ALL")
        cast.admin.execute("ALTER TABLE govdesk.audit_log ENABLE ALWAYS TRIGGER _100_immutable")
        fill(cast, 800, age="60 days")
        name_reviewer(cast, COUNSEL)
        fill(cast, 600)
        self.olga = seat(cast, OLGA.email)
        month = max(
            (one for one in segments(self.olga) if one["state"] == "whole"),
            key=lambda one: one["rows"],
        )
        self.day, self.first, self.last = str(month["month"]), month["first"], month["last"]

    def prune(self) -> None:
        """Archive the month, hold a part of it, and have the rest pruned."""
        export = sealed_bundle(self.olga, self.first, self.last)
        assert put(self.cast) == "signed"
        ask(self.olga, "SELECT govdesk_api.archive_segment(%s::date, %s)", self.day, export)
        hold(self.olga, f"seq:{self.first + 30}..{self.first + 39}", "Case 7")
        hold(self.olga, f"seq:{self.last - 9}..{self.last}", "Case 8")
        assert approve(self.cast, self.olga, "audit.prune", {"month": self.day})[0] == "executed"

    def numbers(self, query: str = "") -> list[int]:
        """What the database says, newest first."""
        terms = parse(query, zone=UTC).to_terms() if query else []
        return [event.seq for event in timeline.page(self.olga, terms, limit=100_000)]


class List:
    """A table over the log."""

    def __init__(self, log: Log, jobs: Jobs):
        session: Session = log.olga
        link = Link(log.cast.database.app_url, session.token, session.tenant_path)
        driving.ending.callback(link.close)
        self.log, self.jobs = log, jobs
        seal = lambda seq: "not_yet"  # noqa: E731
        self.model = WindowedModel(columns(UTC, seal), jobs, sentence(UTC, seal))
        self.view = show(WindowedTable(self.model, "log"), 1000, 600)
        self.view.setAccessibleName("log")
        self.reader = LogReader(ServerLog(link), jobs, self.model, cut, self.view)
        self.errors: list[Exception] = []
        self.model.failed.connect(self.errors.append)
        self.reader.failed.connect(self.errors.append)

    def open(self, query: str = "") -> None:
        self.reader.open(parse(query, zone=UTC).to_terms() if query else [], (None, None))
        wait_for(lambda: not self.reader.is_opening, what="the log")
        self.settle()

    def settle(self) -> None:
        wait_for(
            lambda: self.reader.counting is not None and self.reader.counting.is_done,
            what="the counting",
        )
        wait_for(lambda: self.model.is_settled, what="the rows")

    def shown(self) -> list[int]:
        """The number of each row, by going there."""
        found = []
        for row in range(self.model.rowCount()):
            if self.model.line(row) is None:
                self.view.go_to(row)
                wait_for(lambda: self.model.is_settled, what=f"row {row}")
            line = self.model.line(row)
            assert line is not None
            found.append(int(line.item.seq))
        return found


@pytest.fixture
def log(cast: Cast) -> Log:
    return Log(cast)


def test_every_row_that_is_left_is_where_the_scroll_bar_says(log: Log, jobs: Jobs) -> None:
    log.prune()
    table = List(log, jobs)
    table.open()
    numbers = log.numbers()
    assert isinstance(table.reader.layout, Spans)
    assert table.reader.layout.exact
    assert table.reader.extent is not None
    assert table.reader.extent.gaps == ((log.first, log.last),)
    assert not set(range(log.first, log.first + 30)) & set(numbers)
    assert set(range(log.first + 30, log.first + 40)) <= set(numbers)
    assert table.shown() == numbers
    counting = table.reader.counting
    assert counting is not None
    assert sum(count.events for count in counting.counts) == len(numbers)
    assert table.errors == []


def test_going_to_a_number_that_is_gone_leads_to_the_next_older_one(log: Log, jobs: Jobs) -> None:
    log.prune()
    table = List(log, jobs)
    table.open()
    numbers = log.numbers()
    for seq in (log.last - 10, log.first + 35, log.last + 1, log.first + 5):
        found: list[int] = []
        table.reader.locate(seq, found.append)
        wait_for(lambda f=found: f, what="the row")  # type: ignore[misc]
        wanted = next(number for number in numbers if number <= seq)
        assert numbers[found[0]] == wanted


def test_a_filter_finds_what_is_left_and_the_end_is_still_followed(log: Log, jobs: Jobs) -> None:
    log.prune()
    table = List(log, jobs)
    table.open("action:system.event")
    assert table.shown() == log.numbers("action:system.event")
    table.open()
    before = table.model.rowCount()
    fill(log.cast, 3)
    table.reader.follow()
    wait_for(lambda: table.model.rowCount() == before + 3, what="three new events")


def test_pruning_while_one_reads_says_so_and_reads_anew(log: Log, jobs: Jobs) -> None:
    table = List(log, jobs)
    table.open()
    assert isinstance(table.reader.layout, Dense)
    log.prune()
    table.model._pages.clear()
    table.view.go_to(table.model.rowCount() - log.first - 5)
    wait_for(lambda: isinstance(table.reader.layout, Spans), what="the list to be read anew")
    table.settle()
    assert [type(error) for error in table.errors] == [Shrunk] * len(table.errors) != []
    assert table.shown() == log.numbers()


def test_following_the_end_notices_that_a_month_is_gone(log: Log, jobs: Jobs) -> None:
    table = List(log, jobs)
    table.open()
    log.prune()
    table.reader.follow()
    wait_for(lambda: isinstance(table.reader.layout, Spans), what="the list to be read anew")
    table.settle()
    assert table.shown() == log.numbers()
    assert not table.errors
