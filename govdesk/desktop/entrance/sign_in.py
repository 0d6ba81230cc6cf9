"""Signing in: server, address, password, code."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from govdesk.config.passwords import PasswordSafe
from govdesk.config.profiles import ENVIRONMENTS, Profile, ProfileStore
from govdesk.desktop.entrance.caps_lock import CapsLock
from govdesk.desktop.entrance.code_clock import CodeClock
from govdesk.desktop.entrance.dressing import Dressing, Help, reveal, say
from govdesk.desktop.entrance.keeping import KeepingChoice
from govdesk.desktop.entrance.waiting import Errand
from govdesk.desktop.entrance.words import ONLY_ONCE, described
from govdesk.desktop.forms.ui_sign_in import Ui_SignInForm
from govdesk.domain import codes
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs, Task
from govdesk.services import accounts, connecting, entrance, logins
from govdesk.services.entrance import Entry
from govdesk.services.recovery import Account

_SEVERAL: Final = " If you belong to several organizations, name one in the profile."


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody whom the demo lets one be."""

    title: str
    email: str
    password: str = field(repr=False)
    totp_secret: str = field(repr=False)


class SignInPage(QWidget):
    """`entered` brings an Entry with a second factor, `factor_needed` one without."""

    entered = Signal(object)
    factor_needed = Signal(object)
    set_up_asked = Signal()
    edit_asked = Signal(object)
    new_asked = Signal()
    invited_asked = Signal()
    forgotten_asked = Signal()
    profile_chosen = Signal(object)

    def __init__(
        self,
        store: ProfileStore,
        jobs: Jobs,
        device: Callable[[], bytes | None],
        may_use: Callable[[Profile], bool],
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self._store, self._jobs, self._device, self._may_use = store, jobs, device, may_use
        self._safe = PasswordSafe(None)
        self._login_password = ""
        self._made_code = ""
        self._used: set[tuple[str, str]] = set()
        self._places: dict[str, str] = {}
        self.form = form = Ui_SignInForm()
        form.setupUi(self)
        Dressing(self)
        form.persona_box.hide()
        form.login_box.hide()
        self._login_help = Help(self, "login_password")
        self._clock = CodeClock(Help(self, "code"), self)
        self._keeping = KeepingChoice(form.keep_in, form.keep_in_help, self)
        CapsLock(form.caps_lock, form.password, form.login_password)
        self._errand = Errand(self, jobs, form.waiting_place, self._inputs())
        self._connect()

    def _inputs(self) -> list[QWidget]:
        form = self.form
        return [
            form.profile, form.edit_profile, form.new_profile, form.persona, form.login_password,
            form.keep_in, form.email, form.password, form.code, form.no_code, form.set_up,
            form.invited, form.forgotten, form.sign_in,
        ]  # fmt: skip

    def _connect(self) -> None:
        form = self.form
        form.profile.activated.connect(self._profile_picked)
        form.persona.activated.connect(self._persona_picked)
        form.edit_profile.clicked.connect(self._edit)
        form.new_profile.clicked.connect(self.new_asked)
        form.set_up.clicked.connect(self.set_up_asked)
        form.invited.clicked.connect(self.invited_asked)
        form.forgotten.clicked.connect(self.forgotten_asked)
        form.no_code.clicked.connect(self._without_code)
        form.sign_in.clicked.connect(self.submit)
        form.code.textEdited.connect(self._code_edited)

    # What the window asks for

    def offer(self, safe: PasswordSafe) -> None:
        """Use this safe from now on."""
        self._safe = safe
        self._keeping.offer(safe)
        if self.form.profile.count() and not self._login_password:
            self._look_up(self.profile)

    def show_profile(self, profile: Profile, login_password: str = "") -> None:
        """Show a profile, saved or not; the password of its login is looked up if not given."""
        form = self.form
        known = self._store.all()
        saved = self._store.get(profile.name)
        profile = saved or profile
        if saved is None:
            known.append(profile)
        form.edit_profile.setVisible(saved is not None)
        form.profile.clear()
        for one in known:
            form.profile.addItem(one.name, one)
        form.profile.setCurrentIndex([one.name for one in known].index(profile.name))
        self._show_persons(())
        self._began(profile, login_password)

    def show_persons(self, persons: tuple[Persona, ...]) -> None:
        """Offer the people of a demo."""
        self._show_persons(persons)
        if persons:
            self._persona_picked()

    def show_person(self, email: str, password: str = "") -> None:
        """Fill in who it is."""
        self.form.email.setText(email)
        self.form.password.setText(password)
        self._focus_first()

    def show_arrival(self, account: Account, password: str, sentence: str) -> None:
        """Fill in somebody who can sign in now, to the organization that made it so."""
        self._places[account.email] = account.tenant_path
        self.form.password.clear()
        self.form.code.clear()
        self.show_person(account.email, password)
        say(self.form.message, sentence, "state_ok")

    def reopen(self) -> None:
        """Show the sentence of an ended try no longer, and take up where it was left."""
        self._focus_first()

    @property
    def profile(self) -> Profile:
        """The chosen one."""
        chosen: Profile = self.form.profile.currentData()
        return chosen

    def login_password(self) -> Callable[[], str]:
        """The database login's password: typed, known, or looked up by a job that calls this."""
        known = self.form.login_password.text() or self._login_password
        safe, profile = self._safe, self.profile
        return lambda: known or logins.find(safe, profile) or ""

    # What the person does

    @Slot()
    def submit(self) -> None:
        """Sign in with what is typed, or go to the first field that is empty."""
        if self._errand.is_running:
            return
        empty = self._first_empty()
        if empty is not None:
            empty.setFocus()
            return
        self._refresh_code()
        code = codes.normal(self.form.code.text())
        if (self.email, code) in self._used:
            self._refuse_code(ONLY_ONCE)
            return
        self._come_in(code)

    @Slot()
    def _without_code(self) -> None:
        empty = self._first_empty(but_code=True)
        if empty is not None:
            say(self.form.message, "Give your address and password first.", "text_secondary")
            empty.setFocus()
            return
        self._come_in("")

    @Slot(str)
    def _code_edited(self, text: str) -> None:
        if codes.is_whole(text) and self._first_empty(but_code=True) is None:
            self.submit()

    @Slot()
    def _profile_picked(self) -> None:
        self._began(self.profile, "")

    @Slot()
    def _persona_picked(self) -> None:
        person: Persona = self.form.persona.currentData()
        self.form.email.setText(person.email)
        self.form.password.setText(person.password)
        self.form.code.setText(self._code_of(person))
        self._made_code = self.form.code.text()
        self.form.sign_in.setFocus()

    def _code_of(self, person: Persona) -> str:
        """A code that is good now; the server takes the next one early if this one is used."""
        now = time.time()
        code = accounts.totp(person.totp_secret, now)
        if (person.email, code) in self._used:
            return accounts.totp(person.totp_secret, now + codes.STEP_SECONDS)
        return code

    def _refresh_code(self) -> None:
        """Somebody who thought for a minute before choosing the demo's person gets a new code."""
        person: Persona | None = self.form.persona.currentData()
        if person is not None and self.form.code.text() == self._made_code:
            self._persona_picked()

    @Slot()
    def _edit(self) -> None:
        self.edit_asked.emit(self.profile)

    # How it goes

    def _come_in(self, code: str) -> None:
        profile = self.profile
        if not self._may_use(profile):
            return
        profile = replace(profile, tenant_path=self._places.get(self.email, profile.tenant_path))
        form = self.form
        say(form.message, "")
        self._clock.stop()
        self._login_help.fault("")
        login, email, password = self.login_password(), self.email, form.password.text()
        typed, where, safe = form.login_password.text(), self._keeping.where, self._safe
        device = self._device

        def work(task: Task) -> tuple[Entry, str]:
            entry = entrance.come_in(
                profile, login(), email, password, code,
                device=device(), is_cancelled=task.cancel.is_set,
            )  # fmt: skip
            note = ""
            if typed:
                try:
                    logins.keep(safe, profile, typed, where)
                except Problem as problem:
                    note = problem.sentence
            return entry, note

        self._errand.run(
            f"Signing in to {profile.name} …",
            work,
            lambda got: self._came_in(got[0], code),
            self.failed,
            on_late=lambda got: self._leave(got[0]),
        )

    def _came_in(self, entry: Entry, code: str) -> None:
        self._used.add((entry.email, code))
        self.form.code.clear()
        if not entry.has_factor:
            self.factor_needed.emit(entry)
            return
        self.finish(entry)

    def finish(self, entry: Entry) -> None:
        """Remember who came in, and say so."""
        self.form.password.clear()
        self._remember(entry)
        self.entered.emit(entry)

    def _remember(self, entry: Entry) -> None:
        try:
            self._store.note_use(entry.profile.name, entry.email)
        except OSError as error:
            say(self.form.message, f"The profile was not updated: {error}", "state_attention")

    def _leave(self, entry: Entry) -> None:
        """Somebody who cancelled meanwhile is not signed in."""
        self._jobs.start(
            lambda task: entrance.leave(entry),
            owner=self,
            on_error=self._not_left,
            lane="network",
        )

    def _not_left(self, error: Exception) -> None:
        """The session that nobody has the token of idles out by itself."""
        if not isinstance(error, Problem):
            raise error

    def failed(self, error: Exception) -> None:
        """Say what went wrong where it belongs; raises what nobody expected."""
        if not isinstance(error, Problem):
            raise error
        key = connecting.key_of(error)
        form = self.form
        if key == "login_password":
            form.login_box.show()
            self._login_help.fault(error.sentence)
            form.login_password.setFocus()
            form.login_password.selectAll()
        elif key == "sign_in_failed":
            self._refuse_code("")
        several = key == "sign_in_failed" and not self.profile.tenant_path
        say(form.message, described(error) + (_SEVERAL if several else ""), "state_failed")
        reveal(form.message)

    def _refuse_code(self, before: str) -> None:
        if self.form.code.text():
            self._clock.start(before)
        self.form.code.setFocus()
        self.form.code.selectAll()

    # The rest

    @property
    def email(self) -> str:
        """The address that is typed."""
        return self.form.email.text().strip()

    def _first_empty(self, *, but_code: bool = False) -> QWidget | None:
        form = self.form
        fields = [form.email, form.password] + ([] if but_code else [form.code])
        if not form.login_box.isHidden():
            fields.insert(0, form.login_password)
        return next((one for one in fields if not one.text().strip()), None)

    def _focus_first(self) -> None:
        empty = self._first_empty()
        (empty or self.form.code).setFocus()

    def _show_persons(self, persons: tuple[Persona, ...]) -> None:
        self.form.persona.clear()
        for person in persons:
            self.form.persona.addItem(f"{person.title} ({person.email})", person)
        self.form.persona_box.setVisible(bool(persons))

    def _began(self, profile: Profile, login_password: str) -> None:
        form = self.form
        environment = ENVIRONMENTS[profile.environment]
        say(
            form.profile_help,
            f"{environment} · {profile.host}, port {profile.port}. {profile.gives_up}".strip(),
            "state_attention" if profile.gives_up else "text_secondary",
        )
        say(form.message, "")
        form.email.setText(profile.email)
        form.login_password.clear()
        self._login_password = login_password
        form.login_box.hide()
        self.profile_chosen.emit(profile)
        self._focus_first()
        if not login_password:
            self._look_up(profile)

    def _look_up(self, profile: Profile) -> None:
        safe = self._safe
        self._jobs.start(
            lambda task: logins.find(safe, profile),
            owner=self,
            on_result=lambda found: self._looked_up(profile, found),
            on_error=self._not_found,
            lane="background",
        )

    def _looked_up(self, profile: Profile, found: str | None) -> None:
        if profile != self.profile:
            return
        self._login_password = found or ""
        self.form.login_box.setVisible(found is None)
        if found is None:
            self._focus_first()

    def _not_found(self, error: Exception) -> None:
        if not isinstance(error, Problem):
            raise error
        self.form.login_box.show()
        self._login_help.fault(f"{error.sentence} {error.remedy}")
