"""The window before the main window: first run, profile, sign-in, enrolment."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from govdesk.config import device as this_device
from govdesk.config.passwords import PasswordSafe
from govdesk.config.profiles import ENVIRONMENTS, Profile, ProfileStore
from govdesk.desktop import theme
from govdesk.desktop.entrance.dressing import say
from govdesk.desktop.entrance.factor import FactorPage
from govdesk.desktop.entrance.first_run import FirstRunPage
from govdesk.desktop.entrance.instance import OneConsole
from govdesk.desktop.entrance.other_ways import OtherWays
from govdesk.desktop.entrance.profile_form import ProfilePage
from govdesk.desktop.entrance.recovery import RecoveryPage
from govdesk.desktop.entrance.set_up import SetUpPage
from govdesk.desktop.entrance.sign_in import Persona, SignInPage
from govdesk.desktop.entrance.words import described
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs
from govdesk.services import logins
from govdesk.services.entrance import Entry
from govdesk.services.recovery import Account


class EntranceWindow(QWidget):
    """`entered` brings an `Entry` whose session has a second factor; the window stays as it is.

    `demo_asked` and `demo_cancelled` are answered by `show_demo` or `demo_failed`;
    `snapshot_asked` by a window of its own. `already_open` names a profile that another console
    has, which was asked to raise itself.
    """

    entered = Signal(object)
    demo_asked = Signal()
    demo_cancelled = Signal()
    snapshot_asked = Signal()
    already_open = Signal(str)
    closed = Signal()

    def __init__(
        self,
        store: ProfileStore,
        jobs: Jobs,
        *,
        safe: PasswordSafe | None = None,
        console: OneConsole | None = None,
        device: Callable[[], bytes | None] = this_device.secret,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self._store, self.jobs, self._console = store, jobs, console
        self._safe = safe
        self._entry: Entry | Account | None = None
        self.setObjectName("entrance")
        self.setWindowTitle("GovDesk")
        self._band = QLabel(self)
        self._band.setObjectName("environment_band")
        self._band.setAutoFillBackground(True)
        self._band.setMargin(theme.INSIDE)
        self._band.setIndent(theme.MARGIN - theme.INSIDE)
        self._pages = QStackedWidget(self)
        self.first_run = FirstRunPage()
        self.profile_page = ProfilePage(store, jobs)
        self.sign_in_page = SignInPage(store, jobs, device, self._may_use)
        self.set_up_page = SetUpPage(jobs, device)
        self.factor_page = FactorPage(jobs)
        self.recovery_page = RecoveryPage()
        self.other_ways = OtherWays(jobs, self.factor_page, self)
        self._frames = {page: self._framed(page) for page in self._all_pages()}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._band)
        column.addWidget(self._pages, 1)
        self._connect()
        self._fit()
        self._find_keyring()

    def _all_pages(self) -> tuple[QWidget, ...]:
        return (
            self.first_run, self.profile_page, self.sign_in_page, self.set_up_page,
            self.factor_page, self.recovery_page, *self.other_ways.pages,
        )  # fmt: skip

    def _framed(self, page: QWidget) -> QScrollArea:
        """A page in the middle that scrolls where the screen is small."""
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(page, 1000)
        row.addStretch()
        column.addStretch(1)
        column.addLayout(row)
        column.addStretch(2)
        page.setMaximumWidth(theme.READING_WIDTH + 2 * theme.MARGIN)
        area = QScrollArea()
        area.setObjectName(f"{page.objectName()}_area")
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(middle)
        self._pages.addWidget(area)
        return area

    def _connect(self) -> None:
        self.first_run.demo_chosen.connect(self._demo_chosen)
        self.first_run.demo_cancelled.connect(self._demo_cancelled)
        self.first_run.connect_chosen.connect(self._new_profile)
        self.first_run.snapshot_chosen.connect(self.snapshot_asked)
        self.first_run.left.connect(self._back_to_sign_in)
        self.profile_page.saved.connect(self._saved)
        self.profile_page.left.connect(self._left_profile)
        self.profile_page.removed.connect(self._removed)
        page = self.sign_in_page
        page.entered.connect(self.entered)
        page.factor_needed.connect(self._enrol)
        page.set_up_asked.connect(self._set_up)
        page.edit_asked.connect(self._edit_profile)
        page.new_asked.connect(self.show_first_run)
        page.profile_chosen.connect(self._show_environment)
        self.set_up_page.factor_needed.connect(self._enrol)
        self.set_up_page.left.connect(self._back_to_sign_in)
        self.factor_page.enrolled.connect(self._enrolled)
        self.factor_page.left.connect(self._back_to_sign_in)
        self.factor_page.ended.connect(self._enrolment_ended)
        self.recovery_page.kept.connect(self._codes_kept)
        page.invited_asked.connect(self._invited)
        page.forgotten_asked.connect(self._forgotten)
        self.other_ways.shown.connect(self._show)
        self.other_ways.left.connect(self._back_to_sign_in)
        self.other_ways.arrived.connect(self._arrived)
        theme.signals.changed.connect(self._colour_band)

    def _fit(self) -> None:
        """As large as the longest page, as far as the screen goes."""
        wide = theme.READING_WIDTH + 4 * theme.MARGIN
        high = self.profile_page.heightForWidth(wide) + 2 * theme.BAND_HEIGHT
        room = self.screen().availableSize()
        self.resize(min(wide, room.width()), min(high, room.height()))

    # What the program asks for

    def begin(self, profile_name: str = "") -> None:
        """Show the sign-in of a profile, else of the last one, else the doors."""
        chosen = self._store.get(profile_name) if profile_name else self._store.last
        chosen = chosen or self._store.last
        if chosen is None:
            self.show_first_run()
        else:
            self._show_sign_in(chosen)
        if self._store.notice:
            form = self.first_run.form if chosen is None else self.sign_in_page.form
            say(form.message, self._store.notice, "state_attention")

    @Slot()
    def show_first_run(self) -> None:
        """Show the doors."""
        self.first_run.begin(can_go_back=bool(self._store.all()))
        self._show(self.first_run)

    def show_demo(
        self, profile: Profile, login_password: str, persons: tuple[Persona, ...]
    ) -> None:
        """Offer the people of a demo that runs now; its profile is not kept."""
        self.first_run.stop_waiting()
        self._show_sign_in(profile, login_password)
        self.sign_in_page.show_persons(persons)

    def demo_failed(self, problem: Problem | None) -> None:
        """Say why there is no demo; None after a cancellation."""
        self.first_run.stop_waiting(problem)

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong after `entered`, on the page of the sign-in."""
        self._show(self.sign_in_page)
        self.sign_in_page.failed(problem)

    def demo_progress(self, text: str) -> None:
        """Say what the start of the demo is at."""
        self.first_run.wait(text)

    # What the pages bring

    @Slot()
    def _demo_chosen(self) -> None:
        self.first_run.wait("Starting the demo …")
        self.demo_asked.emit()

    @Slot()
    def _demo_cancelled(self) -> None:
        self.first_run.stop_waiting()
        self.demo_cancelled.emit()

    @Slot()
    def _new_profile(self) -> None:
        self._edit(None)

    @Slot(object)
    def _edit_profile(self, profile: Profile) -> None:
        self._edit(profile)

    def _edit(self, profile: Profile | None) -> None:
        saved = self._store.get(profile.name) if profile else None
        self.profile_page.edit(saved, self._current_safe)
        self._show(self.profile_page)

    @Slot(object)
    def _saved(self, profile: Profile) -> None:
        self._show_sign_in(profile, self.profile_page.form.login_password.text())

    @Slot()
    def _removed(self) -> None:
        last = self._store.last
        if last is None:
            self.show_first_run()
        else:
            self._show_sign_in(last)

    @Slot()
    def _left_profile(self) -> None:
        if self._store.all():
            self._back_to_sign_in()
        else:
            self.show_first_run()

    @Slot()
    def _invited(self) -> None:
        page = self.sign_in_page
        self.other_ways.begin_invited(page.profile, page.login_password())

    @Slot()
    def _forgotten(self) -> None:
        page = self.sign_in_page
        self.other_ways.begin_forgotten(page.profile, page.login_password(), page.email)

    @Slot(object, str, str)
    def _arrived(self, account: Account, password: str, sentence: str) -> None:
        self._back_to_sign_in()
        self.sign_in_page.show_arrival(account, password, sentence)

    @Slot()
    def _back_to_sign_in(self) -> None:
        self.other_ways.forget()
        self._show(self.sign_in_page)
        self.sign_in_page.reopen()

    @Slot()
    def _set_up(self) -> None:
        self.set_up_page.begin(self.sign_in_page.profile, self.sign_in_page.login_password())
        self._show(self.set_up_page)

    @Slot(object)
    def _enrol(self, entry: Entry) -> None:
        self._show(self.factor_page)
        self.factor_page.begin(entry)

    @Slot(object)
    def _enrolment_ended(self, problem: Problem) -> None:
        self._back_to_sign_in()
        say(self.sign_in_page.form.message, described(problem), "state_failed")

    @Slot(object, object)
    def _enrolled(self, entry: Entry | Account, codes: Sequence[str]) -> None:
        self._entry = entry
        self.recovery_page.begin(entry.email, entry.tenant_path, codes)
        self._show(self.recovery_page)

    @Slot()
    def _codes_kept(self) -> None:
        entry, self._entry = self._entry, None
        if isinstance(entry, Account):
            self.other_ways.finish(entry)
        elif entry is not None:
            self.sign_in_page.finish(entry)

    # The rest

    @property
    def _current_safe(self) -> PasswordSafe:
        return self._safe or PasswordSafe(None)

    def _find_keyring(self) -> None:
        if self._safe is not None:
            self._use(self._safe)
            return
        self.jobs.start(
            lambda task: logins.system_safe(),
            owner=self,
            on_result=self._use,
            lane="background",
            title="Looking for a keyring",
        )

    def _use(self, safe: PasswordSafe) -> None:
        self._safe = safe
        self.sign_in_page.offer(safe)

    def _may_use(self, profile: Profile) -> bool:
        if self._console is None or self._console.claim(profile.name):
            return True
        sentence = f"{profile.name} is open in another window, which was asked to come forward."
        say(self.sign_in_page.form.message, sentence, "state_attention")
        self.already_open.emit(profile.name)
        return False

    def _show_sign_in(self, profile: Profile, login_password: str = "") -> None:
        self._show(self.sign_in_page)
        self.sign_in_page.show_profile(profile, login_password)

    @Slot(object)
    def _show(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(self._frames[page])
        self._band.setVisible(page not in (self.first_run, self.profile_page))

    @Slot(object)
    def _show_environment(self, profile: Profile) -> None:
        words = (ENVIRONMENTS[profile.environment], profile.name, profile.mark)
        self._band.setText(" · ".join(word for word in words if word))
        self._band.setProperty("environment", profile.environment)
        self._colour_band()

    @Slot()
    def _colour_band(self) -> None:
        environment = str(self._band.property("environment") or "dev")
        palette = self._band.palette()
        ground, text = QPalette.ColorRole.Window, QPalette.ColorRole.WindowText
        palette.setColor(ground, theme.colour(f"environment_{environment}"))
        palette.setColor(text, theme.colour(f"on_environment_{environment}"))
        self._band.setPalette(palette)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The person leaves without having come in."""
        super().closeEvent(event)
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the focused button, else the page's primary one."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        focused = QApplication.focusWidget()
        if isinstance(focused, QAbstractButton):
            focused.click()
            return
        for page, frame in self._frames.items():
            if frame is self._pages.currentWidget() and not isinstance(page, FirstRunPage):
                page.submit()  # type: ignore[attr-defined]


__all__ = ["EntranceWindow", "Persona"]
