"""Claims: whatever breaks, the window says so, keeps what was typed, and goes on where it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QMessageBox

from govdesk.database import migrate
from govdesk.database.embedded import EmbeddedServer
from govdesk.jobs import Job, Jobs
from govdesk.services import audit
from govdesk.services.audit import Export
from tests.databases import APP_PASSWORD, WORKER_PASSWORD, Database, server_folder
from tests.desktop.driving import find, opened, press, settle, wait_for
from tests.desktop.office import Desk, Form, Office
from tests.desktop.slowly import Slowly, full_disk
from tests.people import Cast, move_in

EVENTS = 1500
"""Several pages of the list, and of a slow export."""
ENDED = "Your session has ended."
AWAY = "The server does not answer."


@pytest.fixture
def desk(office: Office) -> Desk:
    return office.desk(events=EVENTS)


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Slowly:
    return Slowly(monkeypatch, tmp_path / "gate")


def read(desk: Desk, seq: int) -> tuple[int, int]:
    """Go to an event; returns what must not move."""
    desk.timeline.go_to_seq(seq)
    desk.settle()
    assert desk.seq() == seq
    return place(desk)


def place(desk: Desk) -> tuple[int, int]:
    """Which event one is on, counted from the oldest, and where it stands on the screen."""
    row, table = desk.table.current_row(), desk.table
    return desk.timeline.model.rowCount() - row, table.visualRect(table.currentIndex()).top()


def act(desk: Desk) -> None:
    """Press the banner's button, by keyboard."""
    press(find(desk.place.window.banner, "banner_action_1"), "Space")


def begin(desk: Desk, action: str = "export.csv") -> Job:
    """Begin an export by its menu."""
    desk.export(action)
    (job,) = desk.exports()
    return job


def hears(desk: Desk, words: str) -> None:
    """Wait until the banner says it."""
    wait_for(lambda: desk.banner().startswith(words), what=f"the banner to say {words!r}")


def is_back(desk: Desk) -> None:
    """Wait until everything is as before: connected, no banner, rows there."""
    wait_for(lambda: desk.status("connection") == "connected", what="the connection")
    wait_for(lambda: desk.timeline.model.is_settled, what="the rows")
    assert desk.banner() == ""


def whole(office: Office, file: Path) -> bool:
    """Whether a file is what one export in one go writes of the same events."""
    newest = int(file.read_bytes().splitlines()[-1].split(b",")[0])
    other = office.folder.parent / "in-one-go.csv"
    session = office.cast.sign_in(office.person)
    audit.export(session, Export(other, "csv", last=newest, force=True))
    return file.read_bytes() == other.read_bytes() and newest >= EVENTS


def names(office: Office) -> list[str]:
    """Every file in the folder of the exports, hidden ones too."""
    return sorted(path.name for path in office.folder.iterdir())


# The connection is cut


def test_a_cut_connection_is_said_and_made_again_with_row_and_text_kept(
    office: Office, desk: Desk
) -> None:
    read(desk, 1400)
    desk.press("Ctrl+F")
    desk.write("actor:user")
    assert office.cut() > 0
    desk.table.setFocus()
    desk.press("End")
    hears(desk, AWAY)
    assert desk.status("connection").startswith("offline since ")
    assert find(desk.window, "filter_field", QLineEdit).text() == "actor:user"
    act(desk)
    is_back(desk)


def test_rows_one_was_going_to_are_there_once_the_server_is_back(
    office: Office, desk: Desk
) -> None:
    read(desk, 1400)
    assert office.cut() > 0
    desk.press("End")
    hears(desk, AWAY)
    where = place(desk)
    assert not desk.place.actions.qaction("export.csv").isEnabled()
    act(desk)
    is_back(desk)
    assert place(desk) == where
    assert desk.seq() == 1
    assert desk.place.actions.qaction("export.csv").isEnabled()


def test_an_export_whose_connection_is_cut_is_completed_by_itself(
    office: Office, desk: Desk, slowly: Slowly
) -> None:
    begin(desk)
    slowly.stands()
    assert office.cut() > 0
    slowly.go()
    hears(desk, AWAY)
    assert names(office) == [".acme-audit.csv.part", ".acme-audit.csv.part.json"]
    act(desk)
    wait_for((office.folder / "acme-audit.csv").exists, what="the file")
    assert names(office) == ["acme-audit.csv"]
    assert whole(office, office.folder / "acme-audit.csv")


def test_leaving_while_an_export_waits_for_the_server_leaves_no_partial_file(
    office: Office, desk: Desk, slowly: Slowly
) -> None:
    begin(desk)
    slowly.stands()
    office.cut()
    slowly.go()
    hears(desk, AWAY)
    assert desk.place.exporter.count_waiting == 1
    desk.press("Ctrl+Q")
    wait_for(lambda: desk.console.workplace is None, what="the window to close")
    assert names(office) == []


# The session ends


def test_a_session_that_ends_in_mid_scroll_goes_on_at_the_same_row(
    office: Office, desk: Desk
) -> None:
    read(desk, 1400)
    office.end_sessions()
    desk.press("End")
    hears(desk, ENDED)
    assert desk.status("connection").startswith("signed out since ")
    where = place(desk)
    act(desk)
    desk.sign_in_again()
    is_back(desk)
    assert place(desk) == where
    assert desk.seq() == 1


def test_what_the_ended_session_still_answers_does_not_end_the_next_one(
    office: Office, desk: Desk, slowly: Slowly
) -> None:
    begin(desk)
    slowly.stands()
    office.end_sessions()
    desk.press("F5")
    hears(desk, ENDED)
    act(desk)
    desk.sign_in_again()
    is_back(desk)
    slowly.go()
    wait_for((office.folder / "acme-audit.csv").exists, what="the file")
    assert whole(office, office.folder / "acme-audit.csv")
    is_back(desk)


def test_a_refresh_that_finds_the_session_ended_keeps_the_rows_on_the_screen(
    office: Office, desk: Desk
) -> None:
    where = read(desk, 1400)
    office.end_sessions()
    desk.press("F5")
    hears(desk, ENDED)
    assert desk.table.isVisible()
    assert place(desk) == where


def test_signing_in_again_can_be_put_off_and_taken_up(office: Office, desk: Desk) -> None:
    office.end_sessions()
    desk.press("F5")
    hears(desk, ENDED)
    act(desk)
    Form(opened("SignInAgainForm", QDialog)).press("Escape")
    settle()
    assert desk.banner().startswith(ENDED)
    act(desk)
    desk.sign_in_again()
    is_back(desk)


def test_a_filter_typed_while_signed_out_holds_afterwards(office: Office, desk: Desk) -> None:
    office.end_sessions()
    desk.filter("action:member.*")
    hears(desk, ENDED)
    assert find(desk.window, "filter_field", QLineEdit).text() == "action:member.*"
    act(desk)
    desk.sign_in_again()
    is_back(desk)
    desk.settle()
    assert desk.timeline.count == len(desk.expected("action:member.*"))


def test_an_export_whose_session_ends_is_completed_after_signing_in(
    office: Office, desk: Desk, slowly: Slowly
) -> None:
    begin(desk)
    slowly.stands()
    office.end_sessions()
    slowly.go()
    hears(desk, ENDED)
    act(desk)
    desk.sign_in_again()
    wait_for((office.folder / "acme-audit.csv").exists, what="the file")
    assert names(office) == ["acme-audit.csv"]
    assert whole(office, office.folder / "acme-audit.csv")


# The screen is locked


def test_what_was_being_typed_is_there_after_the_lock(office: Office, desk: Desk) -> None:
    where = read(desk, 700)
    desk.press("Ctrl+F")
    desk.write("severity:wa")
    desk.press("Ctrl+L")
    dialog = opened("UnlockForm", QDialog)
    assert find(desk.window, "veil", QLabel).geometry() == desk.window.rect()
    desk.unlock("not her password")
    wait_for(lambda: "4 tries" in find(dialog, "message", QLabel).text(), what="the refusal")
    desk.unlock()
    wait_for(lambda: desk.window.findChild(QLabel, "veil") is None, what="the window to open")
    assert find(desk.window, "filter_field", QLineEdit).text() == "severity:wa"
    assert place(desk) == where
    desk.press("Ctrl+F")
    assert desk.focus() == "filter_field"


def test_nobody_at_the_keyboard_locks_the_window_and_an_open_dialog(desk: Desk) -> None:
    desk.press("Ctrl+G")
    dialog = opened("go_to_date", QDialog)
    Form(dialog).write("2026-05")
    desk.place.idle.set_minutes(0.0005)
    wait_for(lambda: desk.window.findChild(QLabel, "veil") is not None, what="the lock")
    assert dialog.findChild(QLabel, "veil") is not None
    desk.place.idle.set_minutes(15)
    desk.unlock()
    wait_for(lambda: dialog.findChild(QLabel, "veil") is None, what="the window to open")
    assert find(dialog, "go_to_field", QLineEdit).text() == "2026-05"
    Form(dialog).press("Escape")


def test_a_session_that_ends_behind_the_lock_is_taken_up_after_it(
    office: Office, desk: Desk
) -> None:
    where = read(desk, 700)
    desk.press("Ctrl+L")
    opened("UnlockForm", QDialog)
    office.end_sessions()
    desk.timeline.reader.follow()
    hears(desk, ENDED)
    desk.unlock()
    wait_for(lambda: desk.window.findChild(QLabel, "veil") is None, what="the window to open")
    act(desk)
    desk.sign_in_again()
    is_back(desk)
    assert place(desk) == where


# The window is closed in mid-export


def test_keep_working_writes_the_whole_file(office: Office, desk: Desk, slowly: Slowly) -> None:
    job = begin(desk)
    slowly.stands()
    desk.press("Ctrl+Q")
    press(opened("leave_question", QMessageBox), "Return")
    slowly.go()
    wait_for(lambda: job.has_ended, what="the export")
    assert names(office) == ["acme-audit.csv"]
    assert whole(office, office.folder / "acme-audit.csv")


@pytest.mark.parametrize("keys", ["Ctrl+Q", "Ctrl+Shift+Q"])
def test_leaving_cancels_and_no_partial_file_remains(
    office: Office, desk: Desk, slowly: Slowly, keys: str
) -> None:
    job = begin(desk)
    slowly.stands()
    assert names(office) == [".acme-audit.csv.part", ".acme-audit.csv.part.json"]
    desk.press(keys)
    Form(opened("leave_question", QMessageBox)).push("leave_and_cancel")
    wait_for(lambda: desk.console.workplace is None, what="the window to close")
    wait_for(lambda: job.has_ended, what="the export to end")
    assert job.state == "cancelled"
    assert names(office) == []
    assert desk.console.entrance.isVisible() is (keys == "Ctrl+Shift+Q")


def test_the_programs_end_waits_until_the_partial_file_is_gone(
    office: Office, desk: Desk, slowly: Slowly
) -> None:
    begin(desk)
    slowly.stands()
    console = desk.console
    console.end()
    assert names(office) == []


# The disk is full, the filter is wrong


@pytest.mark.parametrize("action", ["export.csv", "export.json"])
def test_a_full_disk_is_said_and_leaves_the_file_of_that_name_as_it_was(
    office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    full_disk(monkeypatch)
    office.chosen.name = "trail"
    suffix = action.removeprefix("export.")
    before = office.folder / f"trail.{suffix}"
    before.write_text("last month's")
    job = begin(desk, action)
    wait_for(lambda: job.has_ended, what="the export")
    assert job.state == "failed"
    assert "No space left on device" in desk.banner()
    assert "Free some room and try again." in desk.banner()
    assert names(office) == [before.name]
    assert before.read_text() == "last month's"
    words = find(desk.place.window.jobs_panel, "job_words", QLabel).text()
    assert "No space left on device" in words
    assert desk.status("connection") == "connected"


def test_a_filter_that_does_not_parse_keeps_its_text_and_the_list(desk: Desk) -> None:
    desk.filter("action:member.*")
    desk.settle()
    shown = [desk.timeline.model.line(row).item.seq for row in range(5)]
    count = desk.timeline.count
    desk.press("Ctrl+F")
    desk.write("action:member.* severity:purple")
    desk.press("Escape")
    desk.press("Return")
    field = find(desk.window, "filter_field", QLineEdit)
    assert field.text() == "action:member.* severity:purple"
    assert field.selectedText() == "purple"
    assert "purple" in field.accessibleDescription()
    assert desk.timeline.count == count
    assert [desk.timeline.model.line(row).item.seq for row in range(5)] == shown
    desk.write("notice")
    desk.press("Return")
    desk.settle()
    assert desk.timeline.count == len(desk.expected("action:member.* severity:notice"))


# The server is stopped and started


@dataclass
class Own:
    """A server that may be stopped: nobody else uses it."""

    home: Path
    server: EmbeddedServer

    @property
    def database(self) -> Database:
        server = self.server
        return Database(
            "own",
            server.admin_url_of("own"),
            server.url("govdesk_app", APP_PASSWORD, "own"),
            server.url("govdesk_worker", WORKER_PASSWORD, "own"),
        )

    def start(self) -> None:
        """Start it on the port that it had."""
        self.server = EmbeddedServer.start(self.home, port=self.server.port, fast_tests=True)


@pytest.fixture(scope="module")
def own() -> Iterator[Own]:
    with server_folder() as folder:
        made = Own(folder / "server", EmbeddedServer.start(folder / "server", fast_tests=True))
        try:
            url = made.database.admin_url
            migrate.install(url, app_password=APP_PASSWORD, worker_password=WORKER_PASSWORD)
            move_in(url)
            yield made
        finally:
            made.server.stop()


@pytest.fixture
def far(own: Own, jobs: Jobs, qapp: QApplication, tmp_path: Path) -> Office:
    folder = tmp_path / "office"
    folder.mkdir()
    return Office(Cast(own.database), jobs, qapp, folder)


def test_a_server_that_was_stopped_and_started_is_taken_up_where_one_was(
    own: Own, far: Office, slowly: Slowly
) -> None:
    desk = far.desk(events=EVENTS)
    read(desk, 700)
    begin(desk)
    slowly.stands()
    far.cast.close()
    own.server.stop()
    slowly.go()
    hears(desk, AWAY)
    desk.filter("action:member.*")
    settle()
    assert find(desk.window, "filter_field", QLineEdit).text() == "action:member.*"
    own.start()
    far.cast = Cast(own.database)
    act(desk)
    is_back(desk)
    desk.settle()
    assert desk.timeline.count == len(desk.expected("action:member.*"))
    wait_for((far.folder / "acme-audit.csv").exists, what="the file")
    assert names(far) == ["acme-audit.csv"]
    assert whole(far, far.folder / "acme-audit.csv")
    desk.press("Ctrl+Alt+F")
    desk.settle()
    assert read(desk, 700)[0] == 700
    far.cast.close()


def test_a_server_that_goes_away_is_noticed_though_nobody_asks_anything(
    own: Own, far: Office
) -> None:
    desk = far.desk(events=EVENTS)
    far.cast.close()
    own.server.stop()
    desk.timeline.reader.follow()
    hears(desk, AWAY)
    own.start()
    wait_for(lambda: desk.status("connection") == "connected", what="the next try")
    assert desk.banner() == ""
    far.cast.close()
