"""Claims about the histogram: its buckets, its axis, and the period one chooses on it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableWidget, QToolTip, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.timeline.histogram import Histogram
from govdesk.desktop.timeline.histogram_axis import axis_labels
from govdesk.desktop.timeline.histogram_buckets import FEWEST, MOST, Bucket, buckets_for
from govdesk.domain.filter_language.writing import period_text
from tests.desktop.driving import find, opened, press, show

SYDNEY = ZoneInfo("Australia/Sydney")
BERLIN = ZoneInfo("Europe/Berlin")
HALF_HOUR = ZoneInfo("Australia/Lord_Howe")
DAY_SKIPPED = ZoneInfo("Pacific/Apia")
ZONES: tuple[tzinfo, ...] = (UTC, SYDNEY, BERLIN, HALF_HOUR, DAY_SKIPPED)
MAY = datetime(2026, 5, 1, tzinfo=UTC)
COUNTS = (5, 0, 12, 40, 7, 3, 0, 9, 1, 2)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


# Buckets


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),
    st.floats(3, 10).map(lambda power: timedelta(seconds=10**power)),
    st.integers(200, 3000),
    st.sampled_from(ZONES),
)
def test_a_period_is_cut_into_a_fair_number_of_buckets_without_holes(
    first: datetime, length: timedelta, width: int, zone: tzinfo
) -> None:
    start = first.replace(tzinfo=UTC)
    times = buckets_for(start, start + length, width, zone)
    assert FEWEST <= len(times) - 1 <= MOST
    assert times[0] <= start < times[1]
    assert times[-2] < start + length <= times[-1]
    assert all(before < after for before, after in pairwise(times))


@pytest.mark.parametrize(
    ("length", "width", "step"),
    [
        (timedelta(hours=6), 400, timedelta(minutes=5)),
        (timedelta(days=4), 500, timedelta(hours=1)),
        (timedelta(days=90), 500, timedelta(days=1)),
        (timedelta(days=600), 500, timedelta(days=7)),
    ],
)
def test_buckets_are_units_one_knows(length: timedelta, width: int, step: timedelta) -> None:
    times = buckets_for(MAY, MAY + length, width, UTC)
    assert {after - before for before, after in pairwise(times)} == {step}


def test_months_and_days_begin_at_midnight_of_the_zone_shown() -> None:
    for length in (timedelta(days=90), timedelta(days=365 * 8)):
        for zone in (SYDNEY, BERLIN):
            local = [at.astimezone(zone) for at in buckets_for(MAY, MAY + length, 600, zone)]
            assert {(at.hour, at.minute) for at in local} == {(0, 0)}
    assert {at.day for at in local} == {1}


@pytest.mark.parametrize(
    ("zone", "night"),
    [
        (SYDNEY, utc(2026, 4, 4, 13)),
        (SYDNEY, utc(2026, 10, 3, 13)),
        (BERLIN, utc(2026, 3, 28, 23)),
        (BERLIN, utc(2026, 10, 24, 22)),
    ],
)
def test_in_the_nights_of_the_clock_change_every_hour_has_its_bucket(
    zone: tzinfo, night: datetime
) -> None:
    times = buckets_for(night - timedelta(days=1), night + timedelta(days=2), 400, zone)
    assert {after - before for before, after in pairwise(times)} == {timedelta(hours=1)}


@pytest.mark.parametrize(
    ("zone", "change", "hours"),
    [
        (SYDNEY, utc(2026, 4, 4, 16), 25),
        (SYDNEY, utc(2026, 10, 3, 16), 23),
        (BERLIN, utc(2026, 3, 29, 1), 23),
        (BERLIN, utc(2026, 10, 25, 1), 25),
    ],
)
def test_the_day_of_the_clock_change_is_one_bucket_of_its_own_length(
    zone: tzinfo, change: datetime, hours: int
) -> None:
    times = buckets_for(change - timedelta(days=40), change + timedelta(days=40), 400, zone)
    (day,) = (pair for pair in pairwise(times) if pair[0] <= change < pair[1])
    assert day[1] - day[0] == timedelta(hours=hours)
    assert period_text(*day, zone) == f"{change.astimezone(zone):%Y-%m-%d}"


@pytest.mark.parametrize("zone", ZONES)
def test_half_days_stay_on_the_clock_over_a_change(zone: tzinfo) -> None:
    times = buckets_for(utc(2026, 3, 1), utc(2026, 4, 10), 400, zone)
    assert {at.astimezone(zone).hour for at in times} == {0, 12}


# The axis


@pytest.mark.parametrize("width", [120, 400, 900, 2500])
@pytest.mark.parametrize("days", [0.002, 0.04, 1, 6, 40, 300, 4000])
def test_labels_never_overlap_and_stay_inside(width: int, days: float) -> None:
    labels = axis_labels(
        MAY,
        MAY + timedelta(days=days),
        width,
        SYDNEY,
        measured=lambda text: 7.0 * len(text),
        gap=10,
    )
    assert all(left.x + 7 * len(left.text) + 10 <= right.x for left, right in pairwise(labels))
    assert all(label.x + 7 * len(label.text) <= width for label in labels)
    assert labels or width < 200


def test_the_unit_of_the_labels_follows_the_span() -> None:
    def texts(length: timedelta) -> list[str]:
        found = axis_labels(
            MAY, MAY + length, 900, UTC, measured=lambda text: 7.0 * len(text), gap=12
        )
        return [label.text for label in found]

    assert texts(timedelta(hours=6))[:3] == ["1 May 2026, 00:00", "01:00", "01:30"]
    assert "2 May, 00:00" in texts(timedelta(hours=40))
    assert texts(timedelta(days=10))[:2] == ["1 May 2026", "2 May"]
    assert texts(timedelta(days=240))[:2] == ["May 2026", "Jun"]
    assert texts(timedelta(days=365 * 7))[:2] == ["2027", "2028"]


# The widget


class Scene:
    """A histogram of ten days in a window, and what it said."""

    def __init__(self, counts: tuple[int | None, ...] = COUNTS) -> None:
        self.chart = Histogram(UTC)
        self.window = QWidget()
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.chart)
        self.chosen: list[tuple[datetime, datetime]] = []
        self.cleared = 0
        self.chart.period_chosen.connect(self._on_chosen)
        self.chart.cleared.connect(self._on_cleared)
        show(self.window, 700, 160)
        self.chart.set_period(MAY, MAY + timedelta(days=len(counts)))
        self.fill(counts)
        self.chart.setFocus()

    def fill(self, counts: tuple[int | None, ...]) -> None:
        self.chart.set_buckets(
            [
                Bucket(day(at), day(at + 1), count, high=2 if count == 40 else 0)
                for at, count in enumerate(counts)
            ]
        )

    def _on_chosen(self, low: datetime, high: datetime) -> None:
        self.chosen.append((low, high))

    def _on_cleared(self) -> None:
        self.cleared += 1

    def x(self, index: int) -> int:
        left, right = self.chart.bucket_rect(index)
        return (left.x() + right.x()) // 2

    def drag(self, start: int, end: int) -> None:
        y = self.chart.height() // 3
        QTest.mousePress(self.chart, Qt.MouseButton.LeftButton, pos=QPoint(start, y))
        for x in (start + (1 if end > start else -1) * 15, (start + end) // 2, end):
            QTest.mouseMove(self.chart, QPoint(x, y))
        QTest.mouseRelease(self.chart, Qt.MouseButton.LeftButton, pos=QPoint(end, y))


def day(index: int) -> datetime:
    return MAY + timedelta(days=index)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_drag_chooses_the_buckets_it_covers(scene: Scene) -> None:
    scene.drag(scene.x(2), scene.x(5))
    assert scene.chosen == [(day(2), day(6))]
    assert scene.chart.brush == (day(2), day(6))


def test_a_drag_to_the_left_is_the_same(scene: Scene) -> None:
    scene.drag(scene.x(5), scene.x(2))
    assert scene.chosen == [(day(2), day(6))]


def test_an_end_can_be_taken_and_moved(scene: Scene) -> None:
    scene.drag(scene.x(2), scene.x(5))
    edge = scene.chart.bucket_rect(5)[1].x()
    scene.drag(edge, scene.x(8))
    assert scene.chosen[-1] == (day(2), day(9))
    edge = scene.chart.bucket_rect(2)[0].x()
    scene.drag(edge, scene.x(1))
    assert scene.chosen[-1] == (day(1), day(9))


def test_the_whole_period_can_be_moved_as_far_as_there_is_log(scene: Scene) -> None:
    scene.drag(scene.x(2), scene.x(4))
    scene.drag(scene.x(3), scene.x(5))
    assert scene.chosen[-1] == (day(4), day(7))
    scene.drag(scene.x(5), scene.x(9))
    assert scene.chosen[-1] == (day(7), day(10))


def test_a_click_chooses_nothing_and_loses_nothing(scene: Scene) -> None:
    scene.drag(scene.x(2), scene.x(4))
    QTest.mouseClick(scene.chart, Qt.MouseButton.LeftButton, pos=QPoint(scene.x(7), 20))
    assert scene.chosen == [(day(2), day(5))]
    assert scene.chart.brush == (day(2), day(5))


def test_a_double_click_chooses_one_bucket(scene: Scene) -> None:
    QTest.mouseDClick(scene.chart, Qt.MouseButton.LeftButton, pos=QPoint(scene.x(3), 20))
    assert scene.chosen == [(day(3), day(4))]


def test_keys_move_extend_apply_and_clear(scene: Scene) -> None:
    press(scene.chart, "End")
    press(scene.chart, "Left")
    press(scene.chart, "Shift+Left")
    press(scene.chart, "Shift+Left")
    assert scene.chosen == []
    press(scene.chart, "Return")
    assert scene.chosen == [(day(6), day(9))]
    press(scene.chart, "Escape")
    assert scene.cleared == 1
    assert scene.chart.brush is None


def test_escape_first_takes_back_what_was_not_applied(scene: Scene) -> None:
    scene.chart.set_brush(day(1), day(3))
    press(scene.chart, "Home")
    assert scene.chart.brush == (day(0), day(1))
    press(scene.chart, "Escape")
    assert scene.chart.brush == (day(1), day(3))
    assert scene.cleared == 0


def test_what_the_filter_says_is_shown_without_an_answer(scene: Scene) -> None:
    scene.chart.set_brush(day(2) + timedelta(hours=3), None)
    assert scene.chart.brush == (day(2) + timedelta(hours=3), day(10))
    scene.chart.set_brush(None, None)
    assert scene.chart.brush is None
    assert (scene.chosen, scene.cleared) == ([], 0)


def test_counts_that_come_in_do_not_stop_a_drag(scene: Scene) -> None:
    QTest.mousePress(scene.chart, Qt.MouseButton.LeftButton, pos=QPoint(scene.x(2), 20))
    QTest.mouseMove(scene.chart, QPoint(scene.x(4), 20))
    scene.fill((*COUNTS[:9], None))
    QTest.mouseMove(scene.chart, QPoint(scene.x(5), 20))
    QTest.mouseRelease(scene.chart, Qt.MouseButton.LeftButton, pos=QPoint(scene.x(5), 20))
    assert scene.chosen == [(day(2), day(6))]


def test_an_open_end_follows_the_axis(scene: Scene) -> None:
    scene.chart.set_brush(day(2), None)
    scene.chart.set_period(MAY, day(20))
    assert scene.chart.brush == (day(2), day(20))


def test_a_period_that_fills_the_axis_can_be_narrowed_and_cleared(scene: Scene) -> None:
    scene.chart.set_brush(MAY, day(10))
    scene.drag(scene.x(3), scene.x(4))
    assert scene.chosen == [(day(3), day(5))]
    press(scene.chart, "Escape")
    assert scene.cleared == 1


def test_the_period_and_the_cursor_stay_while_counts_come_in(scene: Scene) -> None:
    scene.chart.set_brush(day(2), day(4))
    scene.fill((*COUNTS[:9], None))
    scene.fill(COUNTS)
    assert scene.chart.brush == (day(2), day(4))
    assert scene.chosen == []


def test_the_mouse_is_told_what_it_points_at(scene: Scene) -> None:
    QTest.mouseMove(scene.chart, QPoint(scene.x(3), 20))
    assert QToolTip.text() == "4 May 2026 · 40 events, 2 high"
    QTest.mouseMove(scene.chart, QPoint(scene.x(8), 20))
    assert QToolTip.text() == "9 May 2026 · 1 event"
    QToolTip.hideText()


def test_the_wheel_is_left_to_what_scrolls(scene: Scene) -> None:
    wheel = QWheelEvent(
        QPointF(100, 20),
        QPointF(100, 20),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(scene.chart, wheel)
    assert not wheel.isAccepted()


def test_the_description_says_what_the_chart_shows(scene: Scene) -> None:
    scene.chart.set_brush(day(2), day(4))
    said = scene.chart.accessibleDescription()
    assert "1–10 May 2026: 79 events, 2 of them high." in said
    assert "The most in one part: 4 May 2026 · 40 events, 2 high." in said
    assert "Chosen: 3–4 May 2026." in said
    assert scene.chart.accessibleName() == "Events over time"


def test_the_description_says_how_far_counting_has_come() -> None:
    scene = Scene((None, None, 3, 4))
    assert "2 of 4 parts are counted so far." in scene.chart.accessibleDescription()


def test_the_same_numbers_are_there_as_a_table(scene: Scene) -> None:
    scene.chart.show_table()
    table = find(opened("histogram_table_dialog"), "histogram_table", QTableWidget)
    row = [table.model().index(6, column).data() for column in range(3)]
    assert table.rowCount() == 10
    assert row == ["4 May 2026", "40", "2"]


def test_the_menu_offers_the_same_by_words(scene: Scene) -> None:
    press(scene.chart, "End")
    menu = scene.chart._menu()
    by_text = {action.text(): action for action in menu.actions()}
    assert not by_text["Show all periods"].isEnabled()
    by_text["Show only this part"].trigger()
    assert scene.chosen == [(day(9), day(10))]


# The picture


def column_of(image: QImage, scene: Scene, index: int) -> set[int]:
    x, top = scene.x(index), scene.chart.bucket_rect(index)[0].y()
    return {image.pixel(x, y) for y in range(top, scene.chart.bucket_rect(index)[1].y())}


def test_bars_are_as_high_as_their_counts(scene: Scene) -> None:
    image = scene.chart.grab().toImage()
    bar = theme.colour("histogram").rgb()
    heights = [
        sum(image.pixel(scene.x(at), y) == bar for y in range(scene.chart.height()))
        for at in (2, 4, 7)
    ]
    top, bottom = (corner.y() for corner in scene.chart.bucket_rect(0))
    wanted = [count / 40 * (bottom - top + 1) for count in (12, 7, 9)]
    assert heights == pytest.approx(wanted, abs=1)


def test_what_is_not_counted_looks_different_from_nothing() -> None:
    scene = Scene((None, 0, 40, 4))
    image = scene.chart.grab().toImage()
    assert column_of(image, scene, 0) != column_of(image, scene, 1)


def test_high_events_have_a_mark_of_their_own_below(scene: Scene) -> None:
    image = scene.chart.grab().toImage()
    red = theme.colour("severity_high").rgb()
    bottom = scene.chart.bucket_rect(3)[1].y() + 2
    marked = {
        at
        for at in range(10)
        if any(image.pixel(scene.x(at), y) == red for y in range(bottom, bottom + 8))
    }
    assert marked == {3}


def test_it_follows_the_theme(scene: Scene) -> None:
    light = scene.chart.grab().toImage()
    theme.apply(QApplication.instance(), "dark")  # type: ignore[arg-type]
    assert scene.chart.grab().toImage() != light


def test_two_hundred_buckets_are_painted_in_five_milliseconds(scene: Scene) -> None:
    times = [MAY + timedelta(hours=at) for at in range(201)]
    scene.chart.set_period(times[0], times[-1])
    scene.chart.set_buckets(
        [Bucket(a, b, 7 * at % 90, at % 3) for at, (a, b) in enumerate(pairwise(times))]
    )
    scene.chart.set_brush(times[20], times[90])
    image = QImage(scene.chart.size(), QImage.Format.Format_ARGB32_Premultiplied)
    took = []
    for _ in range(20):
        begun = time.perf_counter()
        scene.chart.render(image)
        took.append(time.perf_counter() - begun)
    assert sorted(took)[10] < 0.005


def test_an_empty_log_says_so_and_takes_no_harm() -> None:
    scene = Scene(())
    press(scene.chart, "Left")
    press(scene.chart, "Return")
    assert scene.chosen == []
    assert "Nothing is counted yet" in scene.chart.accessibleDescription()
