"""Another authenticator app: prove who one is, scan, prove the app, keep ten new codes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.account.proving import Proving
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.confirming import confirm
from govdesk.desktop.entrance.caps_lock import CapsLock
from govdesk.desktop.entrance.dressing import Dressing, say
from govdesk.desktop.entrance.factor import FactorPage
from govdesk.desktop.entrance.recovery import RecoveryPage
from govdesk.desktop.entrance.waiting import Errand
from govdesk.desktop.forms.ui_replace_factor import Ui_ReplaceFactorForm
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs, Task
from govdesk.services import recovery
from govdesk.services.link import Link, Session


class ProvePage(QWidget):
    """`proven` follows once the database knows who it is; the password is right then."""

    proven = Signal(str)
    left = Signal()
    over = Signal()

    def __init__(self, jobs: Jobs, link: Link, parent: QWidget | None = None):
        super().__init__(parent)
        self.form = form = Ui_ReplaceFactorForm()
        form.setupUi(self)
        Dressing(self)
        self._link = link
        self._proving = Proving(form, jobs, link, form.password, self)
        CapsLock(form.caps_lock, form.password)
        inputs: list[QWidget] = [form.password, form.code, form.next]
        self._errand = Errand(self, jobs, form.waiting_place, inputs, "writes")
        form.next.clicked.connect(self.submit)
        form.cancel.clicked.connect(self.left)

    @Slot()
    def submit(self) -> None:
        """Go on, or go to what is missing."""
        if self._errand.is_running:
            return
        empty = self._proving.first_empty()
        if empty is not None:
            empty.setFocus()
            return
        if self._proving.is_used():
            return
        say(self.form.message, "")
        password = self.form.password.text()

        def nothing(session: Session) -> None:
            """The confirmation is all."""

        self._errand.run(
            "Confirming …",
            self._proving.work(nothing),
            lambda none: self.proven.emit(password),
            self._failed,
        )

    def refuse(self, error: Exception) -> None:
        """Say what the database refused later."""
        self._proving.failed(error, self.form.message)

    def cancel(self) -> None:
        """Stop waiting."""
        self._errand.cancel()

    def _failed(self, error: Exception) -> None:
        if self._proving.failed(error, self.form.message):
            self.over.emit()


class ReplaceFactorDialog(QDialog):
    """`replaced` follows once the new codes are kept."""

    replaced = Signal()

    def __init__(self, jobs: Jobs, link: Link, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("replace_factor_dialog")
        self.setWindowTitle("Replace the authenticator app")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._jobs, self._link = jobs, link
        self._is_done = False
        self.prove = ProvePage(jobs, link)
        self.factor = FactorPage(jobs, lane="writes")
        self.codes = RecoveryPage()
        self._pages = QStackedWidget(self)
        for page in (self.prove, self.factor, self.codes):
            self._pages.addWidget(_scrolled(page))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        # The whole key is in sight: it may have to be typed into the phone by hand.
        self.setMinimumWidth(theme.READING_WIDTH + 4 * theme.MARGIN)
        self.resize(theme.READING_WIDTH + 5 * theme.MARGIN, theme.READING_WIDTH + 4 * theme.MARGIN)
        self.prove.proven.connect(self._show_key)
        self.prove.left.connect(self.reject)
        self.prove.over.connect(self.reject)
        self.factor.enrolled.connect(self._show_codes)
        self.factor.left.connect(self.reject)
        self.factor.refused.connect(self._refused)
        self.factor.ended.connect(self._refused)
        self.factor.unconfirmed.connect(self._confirm_again)
        self.codes.kept.connect(self._done)
        self.prove.form.password.setFocus()

    @Slot(str)
    def _show_key(self, password: str) -> None:
        link = self._link

        def prove(task: Task, secret: str, code: str) -> tuple[None, Sequence[str]]:
            with borrowed(link, "writes", task) as session:
                made = recovery.replace_factor(session, link.email, password, secret, code)
            link.confirmed(code)
            return None, made

        self.factor.show_key(link.email, link.tenant_path, prove, is_part=True)
        self._pages.setCurrentIndex(1)
        self.factor.form.code.setFocus()

    @Slot(object, object)
    def _show_codes(self, nothing: None, made: Sequence[str]) -> None:
        self._is_done = True
        self.codes.begin(self._link.email, self._link.tenant_path, made)
        self._pages.setCurrentIndex(2)

    @Slot(object)
    def _refused(self, error: Problem) -> None:
        """The app's code is right: what was given before it is not, or is too old by now."""
        self._pages.setCurrentIndex(0)
        self.prove.refuse(error)

    @Slot()
    def _confirm_again(self) -> None:
        """Scanning took longer than a confirmation holds; the old app says once more who it is."""
        why = "The new app is about to replace the old one. Confirm with the old one once more."
        confirm(self, self._jobs, self._link, why, self.factor.submit)

    @Slot()
    def _done(self) -> None:
        self.accept()
        self.replaced.emit()

    def reject(self) -> None:
        """Leave it as it is; new codes stay until the person says that they are kept."""
        if self._is_done:
            say(self.codes.form.done_note, "Keep the codes first; the old ones are void.",
                "state_attention")  # fmt: skip
            return
        self.prove.cancel()
        self.factor.forget()
        super().reject()


def _scrolled(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setObjectName(f"{page.objectName()}_area")
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    inner = QWidget()
    column = QVBoxLayout(inner)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(page)
    column.addStretch()
    area.setWidget(inner)
    return area
