"""What one signed-in person has open: the main window, its pages, exports, seals, connection."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import platformdirs
from PySide6.QtCore import QObject, Signal, Slot

from govdesk.config.preferences import Preferences
from govdesk.desktop import crash, theme, trouble, zones
from govdesk.desktop.access.question import Preselected
from govdesk.desktop.actions import Actions
from govdesk.desktop.approvals.commands import Approving
from govdesk.desktop.evidence.commands import Evidencing
from govdesk.desktop.exporting import ChooseFile, Exporter, choose_file, open_path
from govdesk.desktop.home.commands import Homing
from govdesk.desktop.idle import IdleWatch
from govdesk.desktop.keys.commands import Integrating
from govdesk.desktop.later import Later
from govdesk.desktop.main_window import MainWindow
from govdesk.desktop.members.commands import TeamMembers
from govdesk.desktop.organization.commands import Organizing
from govdesk.desktop.palette import Palette
from govdesk.desktop.part import Part
from govdesk.desktop.sealing import Seals
from govdesk.desktop.sessions import Presence
from govdesk.desktop.settings import LivePreferences, SettingsPage
from govdesk.desktop.timeline.commands import TimelineCommands
from govdesk.desktop.timeline.page import TimelinePage
from govdesk.desktop.webhooks.commands import Webhooking
from govdesk.desktop.witness.part import Witnessing
from govdesk.jobs import Jobs
from govdesk.services.audit import Exported
from govdesk.services.entrance import Entry, PasswordCheck
from govdesk.services.link import Link
from govdesk.services.log_reading import ServerLog
from govdesk.services.organization import Here
from govdesk.services.witness import Witness
from govdesk.services.witness_memory import folder_of, identity


class Workplace(QObject):
    """Joins the parts of one session: each has its pages, which it builds when they are shown.

    Only the timeline is built at once: its log is read before anybody looks, and other parts ask
    it for the zone and the event that the keyboard is on.

    `left` comes when its window has closed, `sign_in_asked` when the session is over,
    `lock_asked` when nobody is there or the person wants it, `snapshot_asked` when a sealed file is
    to be opened.
    """

    left = Signal()
    sign_in_asked = Signal()
    lock_asked = Signal()
    entry_changed = Signal(object)
    snapshot_asked = Signal()

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
        witness = Witness(
            folder_of(state_folder), identity(entry.profile.name, link.url), here.tenant_path
        )
        zone = zones.zone_of(preferences.get("time_zone"))
        self.seals = Seals(link, jobs, folder / "seals", entry.profile.name, self, witness=witness)
        self.exporter = Exporter(link, jobs, self)
        self.exporter.verified = self.seals.sentence
        self.actions = Actions(window, preferences)
        self.palette = Palette(self.actions, preferences, window)
        self.idle = IdleWatch(preferences.get("idle_lock_minutes"), self)
        self.timeline = TimelinePage(
            ServerLog(link), jobs, preferences, zone, self.seals.seal_of, window,
            seal_state=lambda: self.seals.state,
        )  # fmt: skip
        self.parts = self._make_parts(link, zone, witness, choose)
        self.settings = Later(window.stack, lambda: SettingsPage(self._live, self.actions, window))
        self._add_pages()
        self.witnessing = Witnessing(
            link, jobs, here, window, witness, lambda: self.timeline.zone, choose, self
        )
        self.commands = TimelineCommands(
            self.timeline, self.actions, self.exporter, here.tenant_path, choose=choose
        )
        self.palette.add_provider(self.commands.entries)
        self._bind()
        first = preferences.get("start_page")
        window.show_page(first if window.has_page(first) else "home")
        self._connect()
        self.actions.update(page=window.page, permissions=frozenset(here.permissions))

    # Parts

    def _make_parts(
        self, link: Link, zone: tzinfo, witness: Witness, choose: ChooseFile
    ) -> tuple[Part, ...]:
        jobs, keep, here, window = self._jobs, self._preferences, self.here, self.window
        self.homing = Homing(link, jobs, here, zone, lambda: self.seals.state, window, self)
        self.presence = Presence(link, jobs, here, zone, self.entry.last_code, window, self)
        self.approving = Approving(link, jobs, here, zone, window, self)
        self.organizing = Organizing(link, jobs, here, lambda: self.timeline.zone, window, self)
        self.integrating = Integrating(link, jobs, keep, here, zone, window, self.organizing, self)
        self.webhooking = Webhooking(
            link, jobs, keep, here, zone, window, self.organizing, self.timeline.current_seq, self
        )
        self.team = TeamMembers(link, jobs, keep, here, zone, window, self)
        self.evidencing = Evidencing(
            link, jobs, keep, here, self.timeline, window, choose, witness.accepted, self
        )
        return (
            self.homing, self.presence, self.approving, self.organizing, self.integrating,
            self.webhooking, self.team, self.evidencing,
        )  # fmt: skip

    def _add_pages(self) -> None:
        window = self.window
        self.homing.add_page()
        window.navigation.add_section("Organization")
        window.add_page("timeline", "Audit timeline", "history", self.timeline)
        self.evidencing.add_page()
        self.approving.add_pages()
        self.organizing.add_pages()
        self.team.add_page()
        self.webhooking.add_pages()
        self.presence.add_pages()
        self.organizing.add_systems()
        self.integrating.add_page()
        window.navigation.add_section("This computer")
        window.add_page("settings", "Settings", "settings", self.settings)
        window.set_status("zone", zones.words(self.timeline.zone))

    def _bind(self) -> None:
        window, bind = self.window, self.actions.bind
        bind("palette.open", self.palette.open)
        bind("settings.open", partial(self._open_settings, False))
        bind("help.shortcuts", partial(self._open_settings, True))
        bind("help.reports", self._open_reports)
        bind("session.lock", self.lock_asked.emit)
        bind("session.sign_out", self._sign_out)
        bind("session.switch", self._sign_out)
        bind("snapshot.open", self.snapshot_asked.emit)
        bind("app.quit", window.close)
        bind("page.timeline", partial(window.show_page, "timeline"))
        for part in self.parts:
            part.bind(self.actions)
        bind("view.refresh", self._refresh)
        bind("view.jobs", window.show_jobs)
        bind("log.verify", self.seals.verify_anew)
        self.witnessing.bind(self.actions)
        bind("view.theme", self._switch_theme)
        bind("view.compact", self._switch_compact)
        own = ("page.sessions", "account.password", "account.factor", "")
        person = (*own, "settings.open", "help.shortcuts", "", "session.lock", "session.sign_out")
        window.set_person_menu(self.actions.menu("Person", (*person, "", "app.quit"), window))
        entries = ("session.switch", "snapshot.open")
        organization = self.actions.menu("Organization", entries, window)
        window.band.set_organization_menu(organization)
        self.actions.set_fact("compact", self._preferences.get("compact_rows"))

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
        for part in self.parts:
            part.trouble.connect(self.trouble)
            part.noted.connect(window.say)
            part.timeline_asked.connect(self.show_filtered)
            part.event_asked.connect(self.show_event)
            self.lock_asked.connect(part.forget)
        self.homing.opened.connect(self.open_page)
        self.presence.account.password_changed.connect(self._take_password)
        self.approving.person_asked.connect(self._show_person)
        self.organizing.approvals_wanted.connect(partial(window.show_page, "approvals"))
        self.organizing.bundle_wanted.connect(self.evidencing.order_of_system)
        self.team.explain_wanted.connect(self._explain)
        self.team.sessions_wanted.connect(self._show_sessions)
        self.timeline.trouble.connect(self.trouble)
        self.timeline.said.connect(partial(window.set_status, "page"))
        self.timeline.noted.connect(window.say)
        self.exporter.failed.connect(self.trouble)
        self.exporter.written.connect(self._on_written)
        self.seals.changed.connect(self._on_seals)
        self.seals.found.connect(self._on_faults)
        self.seals.failed.connect(self.trouble)
        self.witnessing.changed.connect(self._on_witness)
        self.witnessing.trouble.connect(self.trouble)
        self.witnessing.noted.connect(window.say)

    def show(self) -> None:
        """Show the window, read the log, and begin to verify it."""
        self.window.show()
        self.begin()

    @Slot()
    def begin(self) -> None:
        """Read the log, put the keyboard on it, and begin to verify it."""
        for part in self.parts:
            part.begin()
        self.timeline.apply(None)
        if self.window.page == "timeline":
            self.timeline.table.setFocus()
        self.witnessing.begin()
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
    def _take_password(self, check: PasswordCheck) -> None:
        """From now on the locked screen asks for the new one."""
        self.entry = replace(self.entry, check=check)
        self.entry_changed.emit(self.entry)

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
        for part in self.parts:
            part.go_on()
        self._remind()
        self.exporter.go_on()
        self.witnessing.go_on()
        self.seals.verify()

    @Slot()
    def _on_seals(self) -> None:
        self._on_witness()
        self.timeline.seals_changed()
        self.homing.seals_changed()

    @Slot()
    def _on_witness(self) -> None:
        words = (self.seals.words, self.witnessing.words)
        self.window.set_status("seal", " · ".join(part for part in words if part))

    @Slot(object)
    def _on_faults(self, first: int) -> None:
        self.window.banner.say(
            "error",
            f"The log does not verify. {self.seals.state.faults[0].sentence()} Do not rely on what"
            " is shown from there on; keep this computer as it is and tell whoever answers for"
            " the database.",
            [("Show the event", partial(self.show_event, first))],
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
            for part in self.parts:
                part.set_zone(self.timeline.zone)
            self.window.set_status("zone", zones.words(self.timeline.zone))
        elif key == "compact_rows":
            self.timeline.table.set_compact(value)
            for part in self.parts:
                part.set_compact(value)
            self.actions.set_fact("compact", value)
        elif key == "idle_lock_minutes":
            self.idle.set_minutes(value)

    # What the person does

    @Slot(str, str)
    def open_page(self, page: str, about: str = "") -> None:
        """Go to a page and select there what is asked for; a page that is absent says so."""
        if not self.window.has_page(page):
            self.window.say("This page is not part of this release.")
            return
        self.window.show_page(page)
        select = getattr(self.window.stack.currentWidget(), "select_entity", None)
        if about and select is not None:
            select(about)

    @Slot(object)
    def show_event(self, seq: int) -> None:
        """Show one event in the timeline, with its detail; a filter that hides it is cleared."""
        self.window.show_page("timeline")
        self.timeline.open_event(seq)

    @Slot(str)
    def show_filtered(self, query: str) -> None:
        """Show the events that a filter lets through."""
        self.window.show_page("timeline")
        self.timeline.filter_bar.set_text(query, remember=False)

    @Slot(object)
    def _show_person(self, member: object) -> None:
        self.open_page("members", str(member))

    @Slot(str)
    def _explain(self, member: str) -> None:
        self.approving.explain(Preselected(UUID(member)))

    @Slot(str)
    def _show_sessions(self, member: str) -> None:
        self.open_page("sessions", member)

    @Slot()
    def _refresh(self) -> None:
        """Read the page that is shown anew."""
        refresh = getattr(self.window.stack.currentWidget(), "refresh", None)
        if refresh is not None:
            refresh()

    @Slot()
    def _open_palette(self) -> None:
        self.palette.open()

    def _open_settings(self, shortcuts: bool) -> None:
        self.window.show_page("settings")
        if shortcuts:
            self.settings().show_shortcuts()
        else:
            self.settings().show_general()

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
