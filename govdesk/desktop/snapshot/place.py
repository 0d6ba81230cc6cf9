"""What one sealed file has open: its window, its two pages, its verification and its exports."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from govdesk.config.preferences import Preferences
from govdesk.desktop import crash, theme, trouble, zones
from govdesk.desktop.actions import Actions
from govdesk.desktop.exporting import ChooseFile, choose_file, open_path
from govdesk.desktop.idle import IdleWatch
from govdesk.desktop.palette import Palette
from govdesk.desktop.settings import LivePreferences
from govdesk.desktop.snapshot.about import AboutPage
from govdesk.desktop.snapshot.actions import declared
from govdesk.desktop.snapshot.exporting import SnapshotExporter
from govdesk.desktop.snapshot.lock import SnapshotLock
from govdesk.desktop.snapshot.verifying import Verification
from govdesk.desktop.snapshot.window import SnapshotWindow
from govdesk.desktop.timeline.commands import TimelineCommands
from govdesk.desktop.timeline.page import TimelinePage
from govdesk.jobs import Jobs
from govdesk.services.audit import Exported
from govdesk.services.snapshot_link import SnapshotLink
from govdesk.services.trust import Trust


class SnapshotPlace(QObject):
    """Joins pages and services of one sealed file. There is no service in it that writes.

    `left` comes when its window has closed, `open_asked` when another file is wanted, `lock_asked`
    when the person goes away.
    """

    left = Signal()
    open_asked = Signal()
    lock_asked = Signal()
    quit_asked = Signal()

    def __init__(
        self,
        link: SnapshotLink,
        jobs: Jobs,
        preferences: Preferences,
        *,
        trust: Trust | None = None,
        choose: ChooseFile = choose_file,
        parent: QObject | None = None,
    ):
        super().__init__(parent)
        self.link, self.jobs, self._preferences = link, jobs, preferences
        self._live = LivePreferences(preferences, self)
        self.verification = Verification(link, jobs, trust or Trust(), self)
        self.window = SnapshotWindow(link.facts, self.verification, jobs, preferences)
        self.exporter = SnapshotExporter(link, jobs, self)
        self.exporter.verified = self.verification.sentence
        self.actions = Actions(self.window, preferences, declared())
        self.palette = Palette(self.actions, preferences, self.window)
        self._add_pages()
        self.commands = TimelineCommands(
            self.timeline, self.actions, self.exporter, link.facts.tenant_path, choose=choose
        )
        self.palette.add_provider(self.commands.entries)
        self.lock = SnapshotLock(self.window, link, jobs, self)
        self._keeps_watch = True
        self.idle = IdleWatch(preferences.get("idle_lock_minutes"), self)
        self._bind()
        self._connect()

    # Parts

    def _add_pages(self) -> None:
        window, link = self.window, self.link
        self.timeline = TimelinePage(
            link,
            self.jobs,
            self._preferences,
            zones.zone_of(self._preferences.get("time_zone")),
            self.verification.seal_of,
            window,
            seal_state=lambda: self.verification.seals,
            is_live=False,
            purpose="What the snapshot holds of the log, in order.",
            when_empty="Nothing in the log passed the filter and range of this snapshot.",
        )
        self.about = AboutPage(link, self.verification, self.timeline.zone, window)
        window.add_page("timeline", "Audit timeline", "history", self.timeline)
        window.add_page("about", "About this snapshot", "info", self.about)
        window.set_status("zone", zones.words(self.timeline.zone))
        window.show_page("timeline")

    def _bind(self) -> None:
        window, bind = self.window, self.actions.bind
        bind("palette.open", self.palette.open)
        bind("snapshot.open", self.open_asked.emit)
        bind("snapshot.close", window.close)
        bind("snapshot.verify", self.verification.begin)
        bind("snapshot.trust", self._show_question)
        bind("snapshot.lock", self.lock_asked.emit)
        bind("app.quit", self.quit_asked.emit)
        bind("page.timeline", partial(window.show_page, "timeline"))
        bind("page.about_snapshot", self.show_about)
        bind("help.reports", partial(open_path, crash.folder()))
        bind("view.refresh", self._refresh)
        bind("view.jobs", window.show_jobs)
        bind("view.theme", self._switch_theme)
        bind("view.compact", self._switch_compact)
        self.actions.set_fact("compact", self._preferences.get("compact_rows"))
        self.actions.update(page=window.page)
        file = self.window.band.add_button("file_button", "File", "file-text")
        ids = ("snapshot.open", "", "snapshot.verify", "snapshot.trust", "", "view.theme")
        leaving = ("snapshot.lock", "snapshot.close", "app.quit")
        menu = self.actions.menu("File", (*ids, "", *leaving), window)
        window.band.set_menu(file, menu)

    def _connect(self) -> None:
        window = self.window
        window.left.connect(self.left)
        self.idle.idle.connect(self.lock.lock)
        self.lock.unlocked.connect(self.idle.restart)
        self.lock.unlocked.connect(self._take_keyboard)
        window.state_pressed.connect(self.show_about)
        window.search_button.clicked.connect(self._open_palette)
        window.page_changed.connect(self._on_page)
        window.question.trusted.connect(self._trust)
        window.question.put_off.connect(self._put_off)
        self.about.trust_asked.connect(self._show_question)
        self.about.event_asked.connect(self.show_event)
        self._live.changed.connect(self._on_preference)
        self._live.failed.connect(self.trouble)
        self.jobs.unhandled.connect(self.trouble)
        self.timeline.trouble.connect(self.trouble)
        self.timeline.said.connect(partial(window.set_status, "page"))
        self.timeline.noted.connect(window.say)
        self.exporter.failed.connect(self.trouble)
        self.exporter.written.connect(self._on_written)
        self.verification.changed.connect(self._on_verification)
        self.verification.asked.connect(self._show_question)
        self.verification.failed.connect(self._on_unverified)
        self.verification.noticed.connect(self._on_notice)

    def show(self) -> None:
        """Show the window and read the first page; verify once that is on its way."""
        self.window.show()
        self.begin()

    @Slot()
    def begin(self) -> None:
        """Read, put the keyboard on the rows, and begin to verify."""
        self.timeline.apply(None)
        self.timeline.table.setFocus()
        # Rows are there before the first of them is judged.
        self.timeline.opened.connect(self._verify_once)

    @Slot()
    def _verify_once(self) -> None:
        self.timeline.opened.disconnect(self._verify_once)
        self.verification.begin()

    # What happens

    @Slot(object)
    def trouble(self, error: Exception) -> None:
        """Say an expected error above the page; a bug is raised, for the crash window."""
        trouble.show(self.window.banner, error)

    @Slot(object)
    def _on_unverified(self, error: Exception) -> None:
        known = trouble.explain(error)
        if known is None:
            raise error
        self.window.banner.say(
            "error",
            f"The snapshot could not be verified. {known.words}",
            [("Verify again", self.verification.begin)],
        )

    @Slot(str)
    def _on_notice(self, sentence: str) -> None:
        self.window.banner.say("warning", sentence)

    @Slot()
    def _on_verification(self) -> None:
        found = self.verification
        is_asked = found.is_key_unknown and not found.is_faulty
        self.actions.set_fact("unknown key", is_asked)
        if not is_asked:
            self.window.question.hide()
        if found.share is None:
            self.timeline.seals_changed()
            self._say_verdict()

    def _say_verdict(self) -> None:
        verdict = self.verification.verdict
        if verdict is None or verdict.standing != "faulty":
            return
        first = verdict.seals.faults[0].sentence() if verdict.seals.faults else ""
        self.window.banner.say(
            "error",
            f"This snapshot is not what was signed. {first} Do not rely on it; keep it as it is"
            " and ask whoever sent it for another copy.",
            [("Show all faults", self.show_about)],
            can_dismiss=False,
        )

    @Slot()
    def _show_question(self) -> None:
        key = self.link.facts.key
        if key is not None:
            self.window.question.ask(
                self.link.facts.organization,
                self.link.facts.origin,
                key.fingerprint,
                knows_another=bool(self.verification.trusted),
            )

    @Slot()
    def _trust(self) -> None:
        self.window.question.hide()
        self.verification.trust(f"asked about when {self.link.path.name} was opened")

    @Slot()
    def _put_off(self) -> None:
        self.window.question.hide()
        self.timeline.table.setFocus()

    @Slot(object)
    def _on_written(self, done: Exported) -> None:
        events = "1 event" if done.rows == 1 else f"{done.rows:,} events"
        self.window.say(f"{events} written to {done.path}")

    @Slot(str)
    def _on_page(self, page: str) -> None:
        self.actions.update(page=page)

    @Slot(str, object)
    def _on_preference(self, key: str, value: object) -> None:
        if key == "time_zone":
            self.timeline.set_zone(zones.zone_of(str(value)))
            self.about.set_zone(self.timeline.zone)
            self.window.set_status("zone", zones.words(self.timeline.zone))
        elif key == "idle_lock_minutes":
            self.keep_watch(self._keeps_watch)
        elif key == "compact_rows":
            self.timeline.table.set_compact(bool(value))
            self.actions.set_fact("compact", bool(value))

    # What the person does

    @Slot()
    def show_about(self) -> None:
        """Show what the file says of itself and what was found."""
        self.window.show_page("about")
        self.about.take_keyboard()

    @Slot(object)
    def show_event(self, seq: int) -> None:
        """Show one event in the timeline, with its detail."""
        self.window.show_page("timeline")
        self.timeline.open_event(seq)

    @Slot()
    def _refresh(self) -> None:
        refresh = getattr(self.window.stack.currentWidget(), "refresh", None)
        if refresh is not None:
            refresh()

    @Slot()
    def _open_palette(self) -> None:
        self.palette.open()

    def keep_watch(self, is_own: bool) -> None:
        """Lock by itself when nobody is there; not while the lock of a session covers it, too."""
        self._keeps_watch = is_own
        self.idle.set_minutes(self._preferences.get("idle_lock_minutes") if is_own else 0)

    @Slot()
    def _take_keyboard(self) -> None:
        self.window.activateWindow()

    def _switch_theme(self) -> None:
        self._preferences.set("theme", "light" if theme.current() == "dark" else "dark")

    def _switch_compact(self) -> None:
        self._preferences.set("compact_rows", not self._preferences.get("compact_rows"))

    def close(self) -> None:
        """Close every handle of the file, once no thread reads it any more."""
        self.lock.lift()
        self.link.close()
        self._preferences.close()
