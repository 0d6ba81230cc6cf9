"""A connection profile: filled in, tried, saved."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from govdesk.config.passwords import PasswordSafe
from govdesk.config.profiles import ENVIRONMENTS, Profile, ProfileStore
from govdesk.config.tls import BY_KEY, TLS_MODES
from govdesk.desktop.entrance.dressing import Dressing, Help, reveal, say
from govdesk.desktop.entrance.keeping import KeepingChoice
from govdesk.desktop.entrance.waiting import Errand
from govdesk.desktop.entrance.words import described
from govdesk.desktop.forms.ui_profile import Ui_ProfileForm
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs
from govdesk.services import connecting, logins
from govdesk.services.connecting import Server

_FIELDS = (
    "name",
    "environment",
    "host",
    "port",
    "database",
    "user",
    "tls",
    "ca_file",
    "tenant_path",
)
_OF_KEY = {
    "login_password": "login_password",
    "no_database": "database",
    "host_unknown": "host",
    "refused": "host",
    "timeout": "host",
    "ca_file": "ca_file",
    "no_tls": "tls",
}


class ProfilePage(QWidget):
    """Edits one profile. `saved` brings it, `removed` took it away, `left` changed nothing."""

    saved = Signal(object)
    removed = Signal()
    left = Signal()

    def __init__(self, store: ProfileStore, jobs: Jobs, parent: QWidget | None = None):
        super().__init__(parent)
        self._store, self._safe = store, PasswordSafe(None)
        self._before: Profile | None = None
        self.form = form = Ui_ProfileForm()
        form.setupUi(self)
        for key, title in ENVIRONMENTS.items():
            form.environment.addItem(title, key)
        for mode in TLS_MODES:
            form.tls.addItem(mode.title, mode.key)
        Dressing(self)
        self._help = {name: Help(self, name) for name in (*_FIELDS, "login_password")}
        self._keeping = KeepingChoice(form.keep_in, form.keep_in_help, self)
        inputs: list[QWidget] = [form.save, form.test, form.name, form.host, form.login_password]
        self._errand = Errand(self, jobs, form.waiting_place, inputs)
        form.tls.currentIndexChanged.connect(self._explain_tls)
        form.host.textChanged.connect(self._explain_tls)
        form.browse.clicked.connect(self._browse)
        form.test.clicked.connect(self._test)
        form.save.clicked.connect(self._save)
        form.remove.clicked.connect(self._ask_to_remove)
        form.cancel.clicked.connect(self._leave)

    def edit(self, profile: Profile | None, safe: PasswordSafe, login_password: str = "") -> None:
        """Begin with a profile, or with an empty one."""
        self._before, self._safe = profile, safe
        self._keeping.offer(safe)
        shown = profile or Profile("", "")
        form = self.form
        form.title.setText("Edit the profile" if profile else "Connect to a server")
        for name in ("name", "host", "database", "user", "ca_file", "tenant_path"):
            getattr(form, name).setText(getattr(shown, name))
        form.port.setValue(shown.port)
        form.environment.setCurrentIndex(form.environment.findData(shown.environment))
        form.tls.setCurrentIndex(form.tls.findData(shown.tls))
        form.login_password.setText(login_password)
        form.remove.setVisible(profile is not None)
        self._show_faults({})
        say(form.message, "")
        self._explain_tls()
        form.name.setFocus()

    def submit(self) -> None:
        """What Enter does."""
        self._save()

    def profile(self) -> Profile:
        """What the fields say."""
        form, before = self.form, self._before
        return Profile(
            form.name.text().strip(),
            form.host.text().strip(),
            form.port.value(),
            form.database.text().strip(),
            form.user.text().strip(),
            str(form.tls.currentData()),
            form.ca_file.text().strip(),
            str(form.environment.currentData()),
            form.tenant_path.text().strip(),
            before.email if before else "",
        )

    @Slot()
    def _explain_tls(self) -> None:
        host = Profile("x", self.form.host.text().strip(), tls=str(self.form.tls.currentData()))
        if host.gives_up:
            self._help["tls"].fault(host.gives_up)
        else:
            mode = BY_KEY[host.tls]
            self._help["tls"].hint(
                "Only this computer is involved." if mode.gives_up else "The safe choice."
            )

    @Slot()
    def _browse(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, "CA file", str(Path.home()), "Certificates (*.pem *.crt *.cer);;All files (*)"
        )
        if path:
            self.form.ca_file.setText(path)

    def _checked(self) -> Profile | None:
        profile = self.profile()
        faults = self._store.faults(profile, self._before.name if self._before else None)
        self._show_faults(faults)
        say(self.form.message, "")
        if not faults:
            return profile
        first = next(name for name in _FIELDS if name in faults)
        getattr(self.form, first).setFocus()
        return None

    def _show_faults(self, faults: dict[str, str]) -> None:
        for name, line in self._help.items():
            if name != "tls" or name in faults:
                line.fault(faults.get(name, ""))

    @Slot()
    def _test(self) -> None:
        profile = self._checked()
        if profile is None:
            return
        password = self.form.login_password.text()
        self._errand.run(
            f"Connecting to {profile.host} …",
            lambda task: connecting.check(profile, password),
            self._worked,
            self.failed,
        )

    def _worked(self, server: Server) -> None:
        say(self.form.message, server.sentence, "state_ok")

    def failed(self, error: Exception) -> None:
        """Say what went wrong where it belongs; raises what nobody expected."""
        if not isinstance(error, Problem):
            raise error
        field = _OF_KEY.get(connecting.key_of(error))
        if field is not None:
            self._help[field].fault(str(error))
            getattr(self.form, field).setFocus()
        say(self.form.message, described(error), "state_failed")
        reveal(self.form.message)

    @Slot()
    def _save(self) -> None:
        profile = self._checked()
        if profile is None:
            return
        password, where, safe = self.form.login_password.text(), self._keeping.where, self._safe
        if not password:
            self._keep(profile)
            return
        self._errand.run(
            "Keeping the password …",
            lambda task: logins.keep(safe, profile, password, where),
            lambda _: self._keep(profile),
            self.failed,
        )

    def _keep(self, profile: Profile) -> None:
        try:
            self._store.save(profile, self._before.name if self._before else None)
        except (OSError, ValueError) as error:
            say(self.form.message, f"The profile was not saved: {error}", "state_failed")
            return
        self.saved.emit(profile)

    @Slot()
    def _ask_to_remove(self) -> None:
        assert self._before is not None
        box = QMessageBox(
            QMessageBox.Icon.Question,
            "Remove the profile",
            f"Remove {self._before.name} and the password of its login from this computer?"
            " Nothing changes on the server.",
            QMessageBox.StandardButton.Cancel,
            self,
        )
        box.setObjectName("remove_profile")
        box.addButton("Remove", QMessageBox.ButtonRole.DestructiveRole).clicked.connect(
            self._remove
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    @Slot()
    def _remove(self) -> None:
        profile, safe = self._before, self._safe
        assert profile is not None
        if any(p.login == profile.login and p != profile for p in self._store.all()):
            self._drop(profile)
            return
        self._errand.run(
            "Removing the password …",
            lambda task: logins.forget(safe, profile),
            lambda _: self._drop(profile),
            self.failed,
        )

    def _drop(self, profile: Profile) -> None:
        try:
            self._store.remove(profile.name)
        except OSError as error:
            say(self.form.message, f"The profile was not removed: {error}", "state_failed")
            return
        self.removed.emit()

    @Slot()
    def _leave(self) -> None:
        self._errand.cancel()
        self.left.emit()
