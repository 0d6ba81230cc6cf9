"""The small parts: they say all they know, at any width, to any reader, in both themes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.environment import ENVIRONMENTS, EnvironmentBand
from govdesk.desktop.theme.tokens import contrast
from govdesk.desktop.widgets import (
    Banner,
    ElidedLabel,
    FormField,
    JobRow,
    MonoField,
    PageHeader,
    SecretField,
    StatePage,
    Ticks,
)
from tests.desktop.accessibility import faults
from tests.desktop.driving import find, press, show, wait_for

LONG = "Rechtsschutzversicherungsgesellschaft · Εταιρεία ασφαλίσεων νομικής προστασίας"
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def _nothing() -> None:
    """An act that does nothing."""


def _around(*parts: QWidget) -> QWidget:
    window = QWidget()
    window.setObjectName("window")
    column = QVBoxLayout(window)
    for part in parts:
        column.addWidget(part)
    return window


# Every part


def _banner() -> QWidget:
    banner = Banner()
    banner.say("error", LONG, [("Choose another folder", _nothing), ("Retry", _nothing)])
    return banner


def _empty() -> QWidget:
    page = StatePage()
    page.show_empty(LONG, LONG, "Invite User", _nothing)
    return page


def _error() -> QWidget:
    page = StatePage()
    page.show_error("The log could not be read", LONG, _nothing)
    return page


def _secret() -> QWidget:
    field = SecretField("API key")
    field.set_secret("gdk_live_7fJ2kQ9dPz0x")
    return field


def _form_field() -> QWidget:
    control = QLineEdit()
    control.setObjectName("port")
    field = FormField(LONG, control, LONG)
    field.set_error(LONG)
    return field


def _combo_field() -> QWidget:
    control = QComboBox()
    control.setObjectName("mode")
    control.addItem("verify-full")
    return FormField("TLS", control, "What the server must prove.")


def _header() -> QWidget:
    header = PageHeader(LONG, LONG)
    header.set_primary("Invite User", _nothing, "plus")
    header.set_menu(QMenu(header))
    return header


def _job(state: str) -> QWidget:
    row = JobRow()
    row.set_title(LONG)
    row.set_state(state)
    row.set_progress(182_344, 400_000, "312,000 a second, 1 s left")
    if state == "done":
        row.set_result("400,000 events, 112 MB")
    return row


def _band() -> QWidget:
    band = EnvironmentBand()
    band.set_organization(LONG, "production")
    band.set_organization_menu(QMenu(band))
    for name, words in (("search_button", "Search"), ("jobs_button", "2 jobs")):
        band.add_button(name, words, "search")
    return band


PARTS: dict[str, Callable[[], QWidget]] = {
    "banner": _banner,
    "empty": _empty,
    "error": _error,
    "secret": _secret,
    "form field": _form_field,
    "combo field": _combo_field,
    "header": _header,
    "running job": lambda: _job("running"),
    "done job": lambda: _job("done"),
    "failed job": lambda: _job("failed"),
    "band": _band,
    "mono": lambda: MonoField("Leaf hash", HASH),
    "elided": lambda: ElidedLabel(LONG),
}


@pytest.mark.parametrize("width", [640, 1280])
@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_named_reachable_and_uncut(part: str, width: int) -> None:
    window = show(_around(PARTS[part]()), width, 400)

    assert window.width() == width
    assert faults(window) == []


@pytest.mark.usefixtures("_larger_type")
@pytest.mark.parametrize("part", PARTS)
def test_a_part_grows_with_larger_type(part: str) -> None:
    window = show(_around(PARTS[part]()), 900, 500)

    assert faults(window) == []


@pytest.fixture
def _larger_type(qapp: QApplication) -> Iterator[None]:
    own = qapp.font()
    large = qapp.font()
    large.setPointSizeF(1.6 * own.pointSizeF())
    qapp.setFont(large)
    theme.apply(qapp, "light")
    yield
    qapp.setFont(own)
    theme.apply(qapp, "light")


@pytest.mark.parametrize("part", PARTS)
def test_a_part_follows_the_theme_while_it_is_shown(part: str, qapp: QApplication) -> None:
    window = show(_around(PARTS[part]()), 900, 300)
    light = window.grab().toImage()

    theme.apply(qapp, "dark")

    wait_for(lambda: window.palette().window().color() == theme.colour("window"))
    dark = window.grab().toImage()
    corner = dark.pixelColor(1, dark.height() - 2)
    assert light != dark
    assert corner == theme.colour("window")


# States of a page


def test_loading_stays_blank_until_its_time_and_shows_placeholders_after() -> None:
    page = show(StatePage(loading_after_ms=30), 400, 300)

    page.show_loading()
    at_once = page.shows_placeholders
    blank = page.grab().toImage()

    wait_for(lambda: page.shows_placeholders)
    assert at_once is False
    assert page.grab().toImage() != blank
    assert page.accessibleName() == "Loading"


def test_what_arrives_in_time_never_shows_placeholders() -> None:
    page = show(StatePage(loading_after_ms=30), 400, 300)
    other = StatePage(loading_after_ms=60)
    other.show_loading()
    page.show_loading()

    page.show_empty("No events yet", "They appear here.")

    wait_for(lambda: other.shows_placeholders)
    other.deleteLater()
    assert page.shows_placeholders is False


def test_loading_waits_150_milliseconds() -> None:
    assert theme.LOADING_SHOWS_AFTER_MS == 150


def test_an_empty_page_offers_the_first_action() -> None:
    done: list[str] = []
    page = StatePage()
    page.show_empty(
        "No members yet", "Invite the first one.", "Invite User", lambda: done.append("x")
    )
    show(page, 500, 400)

    find(page, "state_action", QPushButton).click()

    assert done == ["x"]
    assert find(page, "state_title", QLabel).text() == "No members yet"


def test_a_failed_page_says_what_happened_and_retries() -> None:
    done: list[str] = []
    page = StatePage()
    page.show_error("The log could not be read", "The server is silent.", lambda: done.append("x"))
    show(page, 500, 400)

    button = find(page, "state_action", QPushButton)
    button.click()

    assert (button.text(), done) == ("Retry", ["x"])


def test_a_closed_page_names_the_permission_and_who_grants_it() -> None:
    page = StatePage()
    page.show_not_permitted("the audit timeline", "audit.read", "An organization admin")
    show(page, 500, 400)

    assert find(page, "state_title", QLabel).text() == "You may not see the audit timeline"
    assert find(page, "state_sentence", QLabel).text() == (
        "This needs the permission audit.read. An organization admin can grant it."
    )
    assert not find(page, "state_action", QPushButton).isVisible()


# Banner


def test_a_banner_wraps_instead_of_cutting() -> None:
    banner = Banner()
    window = show(_around(banner), 900, 300)
    banner.say("warning", "Short.")
    wait_for(lambda: banner.height() > 0)
    one_line = banner.sizeHint().height()

    banner.say("warning", " ".join([LONG] * 4))

    sentence = find(window, "banner_sentence", QLabel)
    wait_for(lambda: sentence.height() >= sentence.heightForWidth(sentence.width()))
    assert sentence.height() > one_line


def test_a_banner_runs_its_acts_and_goes_when_it_is_dismissed() -> None:
    done: list[str] = []
    banner = Banner()
    window = show(_around(banner), 700, 200)
    banner.say("error", "The disk is full.", [("Retry", lambda: done.append("retry"))])
    dismissed = QSignalSpy(banner.dismissed)

    find(window, "banner_action_1", QPushButton).click()
    second = find(window, "banner_action_2", QPushButton).isVisible()
    spoken = banner.accessibleName()
    find(window, "banner_dismiss", QToolButton).click()

    assert (done, second, spoken) == (["retry"], False, "Error: The disk is full.")
    assert dismissed.count() == 1
    assert not banner.isVisible()


def test_a_banner_offers_two_acts_at_most() -> None:
    banner = show(Banner())

    with pytest.raises(ValueError, match="at most 2"):
        banner.say("info", "So many.", [("One", _nothing)] * 3)


# Header


def test_a_page_has_one_primary_action_left_of_its_menu() -> None:
    done: list[str] = []
    header = PageHeader("Audit timeline", "Every change, sealed and in order.")
    more = header.set_menu(QMenu(header))
    primary = header.set_primary("Invite User", lambda: done.append("x"), "plus")
    show(header, 800, 80)

    primary.click()

    assert done == ["x"]
    assert primary.x() + primary.width() <= more.x()
    assert find(header, "page_title", QLabel).font().pointSizeF() == pytest.approx(
        1.5 * QApplication.font().pointSizeF()
    )


# Jobs


def test_a_jobs_progress_may_count_beyond_31_bits() -> None:
    row = JobRow()
    row.set_title("Export as CSV")
    row.set_state("running")
    show(row, 500, 120)

    row.set_progress(3_000_000_000, 6_000_000_000, "1 h left")

    bar = find(row, "job_bar", QProgressBar)
    assert bar.value() * 2 == bar.maximum()
    assert find(row, "job_words", QLabel).text() == "3,000,000,000 of 6,000,000,000 · 1 h left"


def test_a_running_job_can_be_cancelled_once() -> None:
    row = JobRow()
    row.set_title("Export as CSV")
    row.set_state("running")
    show(row, 500, 120)
    asked = QSignalSpy(row.cancel_clicked)

    row.cancel_button.click()
    row.cancel_button.click()

    assert asked.count() == 1
    assert row.cancel_button.accessibleName() == "Cancel: Export as CSV"


@pytest.mark.parametrize("state", ["waiting", "running", "done", "failed", "cancelled"])
def test_only_a_done_job_with_a_file_offers_to_open_it(state: str) -> None:
    row = show(JobRow(), 500, 120)

    row.set_state(state)
    row.set_result("400,000 events")

    done = state == "done"
    assert (row.open_button.isVisible(), row.folder_button.isVisible()) == (done, done)
    assert row.cancel_button.isVisible() == (state in ("waiting", "running"))
    row.set_result("Verified", has_file=False)
    assert not row.open_button.isVisible()


# Band


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_band_says_the_environment_by_colour_and_word(
    environment: str, qapp: QApplication
) -> None:
    band = EnvironmentBand()
    band.set_organization("Acme Ltd", environment)
    show(band, 900, 44)

    for choice in ("light", "dark"):
        theme.apply(qapp, "dark" if choice == "dark" else "light")
        ground = band.grab().toImage().pixelColor(band.width() // 2, 2)
        assert ground == QColor(theme.colour(f"environment_{environment}"))
    words = find(band, "environment_words", QLabel)
    assert words.text() == environment.capitalize()
    assert words.accessibleName() == f"Environment: {environment.capitalize()}"


def test_the_band_refuses_an_environment_without_a_colour() -> None:
    band = show(EnvironmentBand())

    with pytest.raises(ValueError, match="test is no environment"):
        band.set_organization("Acme Ltd", "test")


def test_buttons_of_the_band_show_focus_in_its_own_ink() -> None:
    band = EnvironmentBand()
    band.set_organization("Acme Ltd", "production")
    search = band.add_button("search_button", "Search", "search")
    window = show(_around(band), 900, 100)
    band.organization_button.setFocus(Qt.FocusReason.TabFocusReason)
    before = search.grab().toImage()

    press(window, "Tab")

    assert search.hasFocus()
    corner = search.grab().toImage().pixelColor(search.width() // 2, 0)
    assert before.pixelColor(search.width() // 2, 0) != corner
    assert corner == theme.colour("on_environment_production")


@pytest.mark.parametrize("name", ["light", "dark"])
def test_ticks_of_a_list_can_be_seen_and_told_apart(qapp: QApplication, name: str) -> None:
    theme.apply(qapp, name)  # type: ignore[arg-type]
    ticked = QListWidget()
    ticked.setObjectName("ticked")
    ticked.setItemDelegate(Ticks(ticked))
    for state in Qt.CheckState:
        QListWidgetItem("", ticked).setCheckState(state)
    QListWidgetItem("", ticked)
    show(ticked, 200, 200)
    pictures = [
        ticked.viewport().grab(ticked.visualItemRect(ticked.item(row))).toImage()
        for row in range(ticked.count())
    ]
    base = theme.colour("base")
    strongest = [
        max(
            contrast(shown.pixelColor(x, y), base)
            for x in range(shown.width())
            for y in range(shown.height())
        )
        for shown in pictures
    ]
    assert all(one >= 3 for one in strongest[:3])
    assert strongest[3] == 1
    assert pictures[0] != pictures[1] != pictures[2] != pictures[0]
    theme.apply(qapp, "light")


def test_a_state_without_room_says_less_and_cuts_nothing() -> None:
    page = StatePage()
    page.show_empty(
        "No webhooks yet", 4 * "A webhook sends events as they happen. ", "Add", _nothing
    )
    show(page, 640, 480)
    icon, sentence = page._icon, find(page, "state_sentence", QWidget)
    assert icon.isVisible()
    assert sentence.isVisible()
    narrow = 250
    page.resize(narrow, 260)
    wait_for(icon.isHidden, what="the picture to go")
    assert sentence.isVisible()
    wait_for(
        lambda: sentence.height() >= sentence.heightForWidth(sentence.width()),
        what="all the words to have room",
    )
    page.resize(narrow, 150)
    wait_for(sentence.isHidden, what="the sentence to go")
    assert page.toolTip().startswith("A webhook sends")
    assert find(page, "state_action").isVisible()
    page.resize(640, 480)
    assert icon.isVisible()
    assert sentence.isVisible()
    assert page.toolTip() == ""
