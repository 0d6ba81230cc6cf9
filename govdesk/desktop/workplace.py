"""What one signed-in person has open: the main window, its pages, exports, seals, connection."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import platformdirs
from PySide6.QtCore import QObject, Signal, Slot

from govdesk.config.preferences import Preferences
from govdesk.desktop import crash, theme, trouble, zones
from govdesk.desktop.actions import Actions
from govdesk.desktop.exporting import ChooseFile, Exporter, choose_file, open_path
from govdesk.desktop.idle import IdleWatch
from govdesk.desktop.main_window import MainWindow
from govdesk.desktop.palette import Palette
from govdesk.desktop.sealing import Seals
from govdesk.desktop.settings import LivePreferences, SettingsPage
from govdesk.desktop.timeline.commands import TimelineCommands
from govdesk.desktop.timeline.page import TimelinePage
from govdesk.jobs import Jobs
from govdesk.services.audit import Exported
from govdesk.services.entrance import Entry
from govdesk.services.link import Link
from govdesk.services.organization import Here


class Workplace(QObject):
    """Joins pages and services of one session.

    `left` comes when its window has closed, `sign_in_asked` when the session is over,
    `lock_asked` when nobody is there or the person wants it.
    """

    left = Signal()
    sign_in_asked = Signal()
    lock_asked = Signal()

    def __init__(
        self,
        entry: Entry,
        link: Link,
        here: Here,
        jobs: Jobs,
        preferences: Preferences,
        *,
        state_folder: Path | None = None,
        choose: ChooseFile = choose_file,
    ):
        super().__init__()
        self.entry, self.here = entry, here
        self.wants_another_person = False
        self._jobs, self._preferences = jobs, preferences
        self._live = LivePreferences(preferences, self)
        window = self.window = MainWindow(link, here, jobs, preferences, mark=entry.profile.mark)
        folder = state_folder or platformdirs.user_state_path("govdesk", appauthor=False)
        self.seals = Seals(link, jobs, folder / "seals", entry.profile.name, self)
        self.exporter = Exporter(link, jobs, self)
        self.exporter.verified = self.seals.sentence
        self.actions = Actions(window, preferences)
        self.palette = Palette(self.actions, preferences, window)
        self.idle = IdleWatch(preferences.get("idle_lock_minutes"), self)
        self._add_pages(link)
        self.commands = TimelineCommands(
            self.timeline, self.actions, self.exporter, here.tenant_path, choose=choose
        )
        self.palette.add_provider(self.commands.entries)
        self._bind()
        self._connect()
        self._take_permissions()

    # Parts

    def _add_pages(self, link: Link) -> None:
        window = self.window
        self.timeline = TimelinePage(
            link,
            self._jobs,
            self._preferences,
            zones.zone_of(self._preferences.get("time_zone")),
            self.seals.seal_of,
            window,
            seal_state=lambda: self.seals.state,
        )
        self.settings = SettingsPage(self._live, self.actions, window)
        window.navigation.add_section("Organization")
        window.add_page("timeline", "Audit timeline", "history", self.timeline)
        window.navigation.add_section("This computer")
        window.add_page("settings", "Settings", "settings", self.settings)
        window.set_status("zone", zones.words(self.timeline.zone))
        window.show_page("timeline")
        window.show_page(self._preferences.get("start_page"))

    def _bind(self) -> None:
        window, bind = self.window, self.actions.bind
        bind("palette.open", self.palette.open)
        bind("settings.open", partial(self._open_settings, False))
        bind("help.shortcuts", partial(self._open_settings, True))
        bind("help.reports", self._open_reports)
        bind("session.lock", self.lock_asked.emit)
        bind("session.sign_out", self._sign_out)
        bind("session.switch", self._sign_out)
        bind("app.quit", window.close)
        bind("page.timeline", partial(window.show_page, "timeline"))
        bind("view.refresh", self.timeline.refresh)
        bind("view.jobs", window.show_jobs)
        bind("log.verify", self.seals.verify_anew)
        bind("view.theme", self._switch_theme)
        bind("view.compact", self._switch_compact)
        person = ("settings.open", "help.shortcuts", "", "session.lock", "session.sign_out")
        window.set_person_menu(self.actions.menu("Person", (*person, "", "app.quit"), window))
        organization = self.actions.menu("Organization", ("session.switch",), window)
        window.band.set_organization_menu(organization)
        self.actions.set_fact("compact", self._preferences.get("compact_rows"))
        self.actions.update(page=window.page)

    def _connect(self) -> None:
        window = self.window
        window.left.connect(self._on_left)
        window.sign_in_asked.connect(self.sign_in_asked)
        window.search_button.clicked.connect(self._open_palette)
        window.page_changed.connect(self._on_page)
        window.connection.changed.connect(self._on_connection)
        window.connection.came_back.connect(self._on_back)
        window.stayed.connect(self._on_stayed)
        window.banner.dismissed.connect(self._remind)
        self.idle.idle.connect(self.lock_asked)
        self.idle.alive.connect(window.connection.ask)
        self._live.changed.connect(self._on_preference)
        self._live.failed.connect(self.trouble)
        self._jobs.unhandled.connect(self.trouble)
        self.timeline.trouble.connect(self.trouble)
        self.timeline.said.connect(partial(window.set_status, "page"))
        self.timeline.noted.connect(window.say)
        self.exporter.failed.connect(self.trouble)
        self.exporter.written.connect(self._on_written)
        self.seals.changed.connect(self._on_seals)
        self.seals.found.connect(self._on_faults)
        self.seals.failed.connect(self.trouble)

    def _take_permissions(self) -> None:
        self.actions.update(permissions=frozenset(self.here.permissions))

    def show(self) -> None:
        """Show the window, read the log, and begin to verify it."""
        self.window.show()
        self.begin()

    @Slot()
    def begin(self) -> None:
        """Read the log, put the keyboard on it, and begin to verify it."""
        self.timeline.apply(None)
        if self.window.page == "timeline":
            self.timeline.table.setFocus()
        self.seals.verify()

    def tell_of_sudden_end(self, report: Path) -> None:
        """Say that GovDesk did not end by itself last time."""
        self.window.banner.say(
            "warning",
            "GovDesk ended unexpectedly last time. The report is on this computer; nothing was"
            " sent.",
            [("Show in folder", partial(open_path, report.parent))],
        )

    def signed_in_again(self, entry: Entry) -> None:
        """Go on with another session of the same person."""
        self.entry = entry
        self.window.connection.signed_in_again()

    # What happens

    @Slot(object)
    def trouble(self, error: Exception) -> None:
        """Say an expected error above the page; a bug is raised, for the crash window."""
        if not self.window.connection.heard(error):
            trouble.show(self.window.banner, error)

    @Slot()
    def _on_connection(self) -> None:
        self.actions.update(online=self.window.connection.state == "connected")

    @Slot()
    def _on_back(self) -> None:
        """The connection is back: what was asked is asked again, what was interrupted goes on."""
        self.timeline.go_on()
        self._remind()
        self.exporter.go_on()
        self.seals.verify()

    @Slot()
    def _on_seals(self) -> None:
        self.window.set_status("seal", self.seals.words)
        self.timeline.seals_changed()

    @Slot(object)
    def _on_faults(self, first: int) -> None:
        self.window.banner.say(
            "error",
            f"The log does not verify. {self.seals.state.faults[0].sentence()} Do not rely on what"
            " is shown from there on; keep this computer as it is and tell whoever answers for"
            " the database.",
            [("Show the event", partial(self.timeline.go_to_seq, first))],
            can_dismiss=False,
        )

    @Slot()
    def _remind(self) -> None:
        """What else there was to say is over; that the log does not verify is not."""
        faults = self.seals.state.faults
        if faults:
            self._on_faults(max(faults[0].first, 1))

    @Slot(object)
    def _on_written(self, done: Exported) -> None:
        events = "1 event" if done.rows == 1 else f"{done.rows:,} events"
        self.window.say(f"{events} written to {done.path}")

    @Slot(str)
    def _on_page(self, page: str) -> None:
        self.actions.update(page=page)
        self._preferences.set("start_page", page)

    @Slot(str, object)
    def _on_preference(self, key: str, value: Any) -> None:
        if key == "time_zone":
            self.timeline.set_zone(zones.zone_of(value))
            self.window.set_status("zone", zones.words(self.timeline.zone))
        elif key == "compact_rows":
            self.timeline.table.set_compact(value)
            self.actions.set_fact("compact", value)
        elif key == "idle_lock_minutes":
            self.idle.set_minutes(value)

    # What the person does

    @Slot()
    def _open_palette(self) -> None:
        self.palette.open()

    def _open_settings(self, shortcuts: bool) -> None:
        self.window.show_page("settings")
        if shortcuts:
            self.settings.show_shortcuts()
        else:
            self.settings.show_general()

    def _open_reports(self) -> None:
        open_path(crash.folder())

    def _switch_theme(self) -> None:
        self._preferences.set("theme", "light" if theme.current() == "dark" else "dark")

    def _switch_compact(self) -> None:
        self._preferences.set("compact_rows", not self._preferences.get("compact_rows"))

    def _sign_out(self) -> None:
        self.wants_another_person = True
        self.window.close()

    @Slot()
    def _on_stayed(self) -> None:
        """Closing the window later then means leaving."""
        self.wants_another_person = False

    @Slot()
    def _on_left(self) -> None:
        self.give_up()
        self.left.emit()

    def give_up(self) -> None:
        """Let nothing stand half written: exports that wait, preferences."""
        self.exporter.discard_waiting()
        self._preferences.close()
