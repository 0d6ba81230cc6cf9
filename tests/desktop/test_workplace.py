"""Claims: the frame says where one is, leads everywhere by keyboard, and comes back as it was."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QMessageBox

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.log_status import LogStatus
from govdesk.jobs import Job, Task
from tests.desktop import accessibility
from tests.desktop.driving import find, opened, press, settle, wait_for, write
from tests.desktop.entering import ACME
from tests.desktop.logs import fill
from tests.desktop.office import Desk, Form, Office
from tests.people import OLGA

LONG = 700
"""Events of more than two pages."""


@pytest.fixture
def desk(office: Office) -> Desk:
    return office.desk()


class Gate:
    """Holds up the lane of the exports until it is opened."""

    def __init__(self, office: Office):
        self._open = threading.Event()
        self.job = office.jobs.start(self._wait, owner=office.app, lane="export")

    def _wait(self, task: Task) -> None:
        while not self._open.wait(0.01):
            task.check()

    def open(self) -> None:
        self._open.set()


def exporting(desk: Desk) -> Job:
    """Begin an export that waits behind a gate."""
    desk.export("export.csv")
    return desk.exports()[-1]


def questions() -> list[QMessageBox]:
    """What is asked about leaving."""
    tops = QApplication.topLevelWidgets()
    return [box for box in tops if isinstance(box, QMessageBox) and box.isVisible()]


# Where one is


def test_the_window_says_who_where_how_much_and_how_sure(office: Office, desk: Desk) -> None:
    newest = office.cast.last_seq()
    assert desk.window.windowTitle() == "Acme Ltd"
    assert find(desk.window, "person_button").text() == "Carla Compliance"  # type: ignore[attr-defined]
    assert desk.status("page") == f"{newest:,} events"
    wait_for(lambda: desk.status("seal") == f"verified to {newest:,}", what="the seals")
    assert desk.status("zone") == "UTC"
    assert desk.status("connection") == "connected"
    assert desk.banner() == ""
    assert desk.focus() == "timeline_table"


def test_pages_that_do_not_work_yet_are_absent_and_the_others_have_keys(desk: Desk) -> None:
    window = desk.place.window
    pages = window.navigation.pages()
    assert (pages[:2], pages[-1]) == (["home", "timeline"], "settings")
    assert {"approvals", "members", "organization", "sessions"} <= set(pages)
    desk.press("Ctrl+,")
    assert window.page == "settings"
    assert desk.focus() == "theme"
    desk.press("Ctrl+2")
    assert window.page == "timeline"
    press(window.navigation, "End")
    assert window.page == "settings"
    desk.press("Ctrl+Shift+K")
    assert desk.focus() == "shortcuts_find"


def test_what_belongs_to_the_timeline_rests_on_other_pages(desk: Desk) -> None:
    actions = desk.place.actions
    assert actions.qaction("timeline.filter").isEnabled()
    desk.press("Ctrl+,")
    assert not actions.qaction("timeline.filter").isEnabled()
    assert actions.reason("timeline.filter") == "Go to the audit timeline first."
    desk.press("Ctrl+2")
    assert actions.qaction("timeline.filter").isEnabled()


def test_every_declared_action_does_something(desk: Desk) -> None:
    assert desk.place.actions.unbound() == []


def built(desk: Desk) -> set[str]:
    """Names of the pages that are there."""
    stack = desk.place.window.stack
    return {stack.widget(place).objectName() for place in range(stack.count())}


def test_a_window_builds_the_pages_that_somebody_looked_at(desk: Desk) -> None:
    window = desk.place.window
    assert built(desk) == {"home_page", "timeline_page"}
    window.show_page("webhooks")
    assert built(desk) == {"home_page", "timeline_page", "webhooks_page"}
    for page in [*window.navigation.pages(), "siem", "integration"]:
        window.show_page(page)
        assert window.stack.currentWidget().isVisible()
    assert window.stack.count() == len(window._pages)


def test_no_page_is_seen_but_the_one_that_is_shown(desk: Desk) -> None:
    pages = [desk.place.team.page, desk.place.organizing.systems, desk.place.approving.policy]
    assert desk.place.window.page == "timeline"
    assert [page.objectName() for page in pages if page.isVisible()] == []


def test_a_page_that_is_built_late_shows_what_was_chosen_and_read_before(desk: Desk) -> None:
    preferences = desk.place._preferences
    preferences.set("time_zone", "Asia/Tokyo")
    preferences.set("compact_rows", True)
    wait_for(lambda: desk.place.organizing.system, what="the tree")
    desk.place.organizing.choose_system("acme.portal")
    page = desk.place.integrating.page
    assert page.system is not None
    assert page.system.name == "Portal"
    rows = desk.place.team.page.people.table.verticalHeader()
    assert rows.defaultSectionSize() == theme.ROW_COMPACT
    assert str(desk.place.team.page._zone) == "Asia/Tokyo"
    assert desk.place.webhooking.siem.system == page.system
    assert desk.place.organizing.systems.forest is not None


def test_an_action_runs_on_a_page_that_nobody_has_seen(office: Office) -> None:
    desk = office.desk(OLGA)
    wait_for(lambda: desk.place.organizing.system, what="the tree")
    assert desk.place.actions.run("keys.generate")
    assert find(desk.window, "generate_label").isVisible()
    assert desk.place.actions.run("members.invite")
    assert desk.place.team.page.invite.isVisible()


def test_the_persons_menu_opens_by_keyboard_and_leads_to_the_settings(desk: Desk) -> None:
    button = find(desk.window, "person_button")
    said = desk.choose(lambda: press(button, "Space"), "settings.open")
    assert said[-5:] == ["Open settings", "Show shortcuts", "Lock now", "Sign out", "Quit GovDesk"]
    assert desk.place.window.page == "settings"


def test_the_export_menu_says_how_many_rows_it_would_write(office: Office, desk: Desk) -> None:
    newest = office.cast.last_seq()
    texts = [desk.place.actions.qaction(f"export.{form}").text() for form in ("csv", "json", "pdf")]
    assert texts == [
        f"Export as CSV ({newest:,} events)…",
        f"Export as JSON ({newest:,} events)…",
        f"Download PDF ({newest:,} events)…",
    ]
    desk.filter("action:system.block")
    desk.settle()
    count = len(desk.expected("action:system.block"))
    assert 0 < count < newest
    wait_for(
        lambda: f"({count:,} events)" in desk.place.actions.qaction("export.csv").text(),
        what="the number of the filtered events",
    )


def test_the_palette_leads_to_an_event_and_to_a_filter(desk: Desk) -> None:
    desk.press("Ctrl+K")
    desk.write("120")
    desk.press("Return")
    assert desk.seq() == 120
    desk.press("Ctrl+K")
    desk.write("action:member.*")
    desk.press("Return")
    desk.settle()
    assert find(desk.window, "filter_field").text() == "action:member.*"  # type: ignore[attr-defined]
    assert desk.timeline.count == len(desk.expected("action:member.*"))


def test_following_new_events_can_be_switched_off_and_refresh_shows_them(
    office: Office, desk: Desk
) -> None:
    live = desk.place.actions.qaction("timeline.live")
    assert live.isChecked()
    desk.press("Ctrl+Shift+L")
    assert not live.isChecked()
    assert not desk.timeline.is_live
    newest = fill(office.cast, 3)
    desk.press("F5")
    wait_for(lambda: desk.status("page") == f"{newest:,} events", what="the new events")
    desk.settle()
    desk.press("Ctrl+Home")
    assert desk.seq() == newest


def test_enter_on_a_row_that_is_still_on_its_way_opens_it_once_it_is_there(
    office: Office,
) -> None:
    desk = office.desk(events=LONG)
    desk.settle()
    admin = office.cast.admin
    with admin.transaction():
        admin.execute("LOCK TABLE govdesk.audit_log IN ACCESS EXCLUSIVE MODE")
        # What was read ahead, as in a log of more pages than are kept.
        desk.timeline.model._pages.clear()
        desk.press("End")
        assert desk.timeline.current_event() is None
        desk.press("Return")
    wait_for(lambda: desk.timeline.detail.seq == 1, what="the detail of the oldest event")


# What changes under one's hands


def test_the_theme_changes_under_an_open_dialog_and_keeps_what_is_typed(desk: Desk) -> None:
    desk.press("Ctrl+Shift+G")
    dialog = opened("go_to_number", QDialog)
    form = Form(dialog)
    form.write("12")
    before = dialog.grab().toImage().pixelColor(2, 2)
    assert before == theme.colour("window")
    desk.place.actions.run("view.theme")
    assert theme.current() == "dark"
    settle()
    after = dialog.grab().toImage().pixelColor(2, 2)
    assert after == theme.colour("window")
    assert after.lightness() < before.lightness()
    assert find(dialog, "go_to_field", QLineEdit).text() == "12"
    form.press("Return")
    assert desk.seq() == 12


def test_another_time_zone_shows_other_times_at_the_same_place(office: Office) -> None:
    desk = office.desk(events=LONG)
    desk.timeline.go_to_seq(300)
    desk.settle()
    bar = desk.table.verticalScrollBar()
    place, row = bar.value(), desk.table.current_row()
    assert place > 0
    assert desk.timeline.model.line(row).texts[1].endswith(" UTC")
    desk.press("Ctrl+,")
    zone = find(desk.window, "time_zone_text", QLineEdit)
    zone.setFocus()
    zone.selectAll()
    write(zone, "Asia/Tokyo")
    press(zone, "Return")
    assert desk.status("zone") == "Asia/Tokyo (UTC+09:00)"
    desk.press("Ctrl+2")
    assert (bar.value(), desk.table.current_row()) == (place, row)
    assert desk.seq() == 300
    assert desk.timeline.model.line(row).texts[1].endswith(" +09:00")


def test_rows_become_compact_and_stay_so(office: Office, desk: Desk) -> None:
    high = desk.table.rowHeight(0)
    desk.place.actions.run("view.compact")
    assert desk.table.rowHeight(0) < high
    assert desk.place.actions.qaction("view.compact").isChecked()


# As it was left


def leave(office: Office, desk: Desk) -> None:
    """Close the window and wait until the console has let go of it."""
    console = desk.console
    desk.press("Ctrl+Q")
    wait_for(lambda: console.workplace is None, what="the window to close")
    console.end()


def test_window_columns_and_filters_come_back_as_they_were_left(office: Office) -> None:
    desk = office.desk()
    desk.window.resize(720, 610)
    desk.place.window.splitter.setSizes([240, 480])
    titles = desk.table.horizontalHeader()
    titles.moveSection(titles.visualIndex(3), 0)
    titles.resizeSection(4, 177)
    desk.timeline.columns.show_column(10, True)
    desk.filter("action:member.*")
    desk.press("Ctrl+D")
    dialog = Form(opened("save_filter", QDialog))
    dialog.write("Members")
    dialog.press("Return")
    desk.settle()
    widths = desk.place.window.splitter.sizes()
    leave(office, desk)
    again = Office(office.cast, office.fresh_jobs(), office.app, office.folder).desk()
    assert again.window.size() == QSize(720, 610)
    assert again.place.window.splitter.sizes() == widths
    titles = again.table.horizontalHeader()
    assert titles.visualIndex(3) == 0
    assert again.table.columnWidth(4) == 177
    assert not again.table.isColumnHidden(10)
    kept = Preferences.of_profile(ACME).get("timeline.filters")
    assert kept["saved"] == {"Members": "action:member.*"}
    assert "action:member.*" in kept["recent"]


def test_the_page_that_was_open_is_open_again(office: Office) -> None:
    desk = office.desk()
    desk.press("Ctrl+,")
    leave(office, desk)
    again = Office(office.cast, office.fresh_jobs(), office.app, office.folder).desk()
    assert again.place.window.page == "settings"
    assert again.focus() != "timeline_table"


def test_what_another_screen_left_does_not_put_the_window_out_of_sight(office: Office) -> None:
    desk = office.desk()
    room = QGuiApplication.primaryScreen().availableGeometry()
    desk.window.setGeometry(QRect(room.right() + 4000, 50, 900, 600))
    leave(office, desk)
    again = Office(office.cast, office.fresh_jobs(), office.app, office.folder).desk()
    assert room.intersects(again.window.frameGeometry())


# Long work


def test_the_jobs_panel_shows_what_runs_and_where_the_file_is(office: Office, desk: Desk) -> None:
    window = desk.place.window
    desk.press("Ctrl+J")
    panel = window.jobs_panel
    assert panel.isVisible()
    assert any(
        label.isVisible() and label.text() == "Exports and other long work appear here."
        for label in panel.findChildren(QLabel)
    )
    press(panel, "Escape")
    assert not panel.isVisible()
    gate = Gate(office)
    job = exporting(desk)
    assert window.jobs_button.text() == "Jobs 1"
    desk.press("Ctrl+J")
    assert find(panel, "job_cancel").isVisible()
    gate.open()
    wait_for(lambda: job.has_ended, what="the export")
    assert job.state == "done"
    assert window.jobs_button.text() == "Jobs"
    words = find(panel, "job_words", QLabel).text()
    assert words.startswith(f"{job.result.rows:,} events, ")
    assert find(panel, "job_open").isVisible()
    assert find(panel, "job_folder").isVisible()
    assert not find(panel, "job_cancel").isVisible()
    press(panel, "Escape")
    desk.press("Ctrl+,")
    desk.press("Ctrl+J")
    assert find(panel, "job_row").isVisible()
    assert list(accessibility.unnamed(panel)) == []


def test_a_job_is_cancelled_from_its_row_and_leaves_no_file(office: Office, desk: Desk) -> None:
    gate = Gate(office)
    job = exporting(desk)
    desk.press("Ctrl+J")
    panel = desk.place.window.jobs_panel
    press(find(panel, "job_cancel"), "Space")
    gate.open()
    wait_for(lambda: job.has_ended, what="the cancellation")
    assert job.state == "cancelled"
    assert list(office.folder.iterdir()) == []
    press(panel, "Escape")


def test_closing_in_mid_work_asks_once_and_keep_working_goes_on(office: Office, desk: Desk) -> None:
    gate = Gate(office)
    job = exporting(desk)
    desk.press("Ctrl+Q")
    desk.window.close()
    assert len(questions()) == 1
    question = opened("leave_question", QMessageBox)
    assert question.text().startswith("1 job is still running.")
    press(question, "Return")
    wait_for(lambda: not questions(), what="the question to go")
    assert desk.window.isVisible()
    gate.open()
    wait_for(lambda: job.has_ended, what="the export")
    assert job.state == "done"
    assert [path.name for path in office.folder.iterdir()] == ["acme-audit.csv"]


@pytest.mark.parametrize("how", ["Escape", "cross"])
def test_a_question_that_is_waved_away_means_stay(office: Office, desk: Desk, how: str) -> None:
    gate = Gate(office)
    exporting(desk)
    desk.press("Ctrl+Shift+Q")
    question = opened("leave_question", QMessageBox)
    if how == "cross":
        question.close()
    else:
        press(question, "Escape")
    wait_for(lambda: not questions(), what="the question to go")
    assert desk.window.isVisible()
    assert not desk.place.wants_another_person
    gate.open()
    wait_for(lambda: not desk.exports(), what="the export")


def test_saving_a_filter_by_two_quick_enters_saves_one(office: Office, desk: Desk) -> None:
    desk.filter("action:member.*")
    desk.press("Ctrl+D")
    dialog = Form(opened("save_filter", QDialog))
    dialog.write("Members")
    dialog.press("Return")
    dialog.press("Return")
    wait_for(lambda: not dialog.window.isVisible(), what="the dialog to close")
    leave(office, desk)
    assert Preferences.of_profile(ACME).get("timeline.filters")["saved"] == {
        "Members": "action:member.*"
    }


def test_two_quick_exports_to_one_name_leave_one_whole_file(office: Office, desk: Desk) -> None:
    desk.export("export.csv")
    desk.export("export.csv")
    jobs = desk.exports()
    wait_for(lambda: all(job.has_ended for job in jobs), what="both exports")
    assert [job.state for job in jobs] == ["done", "done"]
    (file,) = office.folder.iterdir()
    assert len(file.read_text().splitlines()) == jobs[-1].result.rows + 1


# For everybody


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (960, 540)])
@pytest.mark.parametrize("what", ["timeline", "detail", "filtered", "settings", "shortcuts"])
def test_everything_is_named_reached_by_tab_and_not_cut(
    desk: Desk, what: str, width: int, height: int
) -> None:
    desk.window.resize(width, height)
    if what == "detail":
        desk.timeline.go_to_seq(42)
        desk.press("Return")
        wait_for(lambda: desk.timeline.detail.seq == 42, what="the detail")
    elif what == "filtered":
        desk.filter("action:member.* severity:notice..")
        desk.settle()
    elif what != "timeline":
        desk.press("Ctrl+," if what == "settings" else "Ctrl+Shift+K")
    settle()
    desk.window.grab()
    assert accessibility.faults(desk.window) == []


def test_new_events_above_leave_what_one_waits_for_in_its_place(office: Office) -> None:
    desk = office.desk(events=LONG)
    desk.press("End")
    fill(office.cast, 5)
    before = desk.timeline.model.rowCount()
    desk.timeline.reader.follow()
    wait_for(lambda: desk.timeline.model.rowCount() > before, what="the new events")
    desk.settle()
    assert desk.seq() == 1
    assert desk.table.visible_rows()[1] == desk.timeline.model.rowCount() - 1


def test_what_the_status_bar_says_has_a_place_for_screen_readers(desk: Desk) -> None:
    for part in ("page", "zone", "connection"):
        label = find(desk.window, f"status_{part}", QLabel)
        assert accessibility.spoken(label) == label.text()
        assert label.textFormat() is not Qt.TextFormat.RichText
    seal = find(desk.window, "status_seal", LogStatus)
    assert accessibility.spoken(seal) == seal.text() != ""
