"""Pictures of the way in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, Literal

from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from govdesk.config.passwords import PasswordSafe
from govdesk.config.profiles import Profile, ProfileStore
from govdesk.desktop.entrance.again import SignInAgain
from govdesk.desktop.entrance.locked import LockedScreen
from govdesk.desktop.entrance.sign_in import Persona
from govdesk.desktop.entrance.window import EntranceWindow
from govdesk.desktop.scene import Scene, Stage
from govdesk.domain.problem import Problem
from govdesk.domain.refusals import BY_KEY
from govdesk.services import entrance, recovery
from govdesk.services.certificates import Certificate, Finding
from govdesk.services.connecting import CertificateProblem
from govdesk.services.recovery import Account, AccountLink, Invitation

_SIZE: Final = (680, 800)
_ACME: Final = Profile("Acme Ltd", "db.acme.example", email="olga@acme.example")
_DEMO: Final = Profile("Demo", "127.0.0.1", 54321, tls="disable", environment="dev")
_OLGA: Final = entrance.nobody(_ACME, "olga@acme.example", "acme")
_UNTIL: Final = datetime(2026, 7, 7, 9, 0, tzinfo=UTC)
_OFFER: Final = Invitation(
    "Acme Ltd",
    "acme",
    "imran@acme.example",
    "Imran Shah",
    "Operator",
    "Claims triage",
    "Olga Owner",
    "Welcome. You look after the claims connector from Monday.",
    _UNTIL,
    False,
)
_MADE_UP: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def scenes() -> list[Scene]:
    """First run, profile, sign-in, enrolment, the locked screen."""
    return [
        Scene("first-run", _first, size=_SIZE),
        Scene("first-run", _first, "starting", _start_demo, _is_waiting, _SIZE),
        Scene("profile", _first, "", _new_profile, size=_SIZE),
        Scene("profile", _first, "faults", _faulty_profile, size=_SIZE),
        Scene("profile", _known, "certificate", _untrusted_profile, size=_SIZE),
        Scene("sign-in", _known, size=_SIZE),
        Scene("sign-in", _weak, "login-password", size=_SIZE),
        Scene("sign-in", _known, "refused", _refused, size=_SIZE),
        Scene("sign-in", _first, "demo", _demo, size=_SIZE),
        Scene("first-password", _known, "", _first_password, size=_SIZE),
        Scene("second-factor", _known, "", _second_factor, size=_SIZE),
        Scene("recovery-codes", _known, "", _recovery_codes, size=_SIZE),
        Scene("invited", _known, "", _invited(False), size=_SIZE),
        Scene("invited", _known, "account", _invited(True), size=_SIZE),
        Scene("invited", _known, "refused", _not_invited, size=_SIZE),
        Scene("forgotten-password", _known, "", _forgotten, size=_SIZE),
        Scene("forgotten-password", _known, "sent", _link_sent, size=_SIZE),
        Scene("recover", _known, "", _mending("recover", True), size=_SIZE),
        Scene("recover", _known, "decided", _mending("recover", False), size=_SIZE),
        Scene("recover", _known, "factor", _mending("factor", False), size=_SIZE),
        Scene("recover", _known, "refused", _refused_code, size=_SIZE),
        Scene("sign-in", _known, "arrived", _arrived, size=_SIZE),
        Scene("sign-in-again", _again),
        Scene("locked", _desk, "", _lock, size=_SIZE),
    ]


def _window(stage: Stage, *profiles: Profile, password: str = "") -> EntranceWindow:
    store = ProfileStore(stage.folder)
    safe = PasswordSafe(None, stage.folder)
    for profile in profiles:
        store.save(profile)
        if password:
            safe.keep(profile.login, password, "file")
    window = EntranceWindow(store, stage.jobs, safe=safe, device=lambda: None)
    window.begin()
    return window


def _first(stage: Stage) -> QWidget:
    return _window(stage)


def _known(stage: Stage) -> QWidget:
    return _window(stage, _ACME, password="kept")


def _weak(stage: Stage) -> QWidget:
    return _window(stage, Profile("Acme Ltd", "db.acme.example", tls="require"))


def _entrance(window: QWidget) -> EntranceWindow:
    assert isinstance(window, EntranceWindow)
    return window


def _start_demo(window: QWidget) -> None:
    _entrance(window).demo_progress("Recording eighteen months of events … 40 %")


def _is_waiting(window: QWidget) -> bool:
    """Before it acts it is settled as it is."""
    page = _entrance(window).first_run
    bar = page.findChild(QWidget, "waiting")
    return page.form.open_demo.isEnabled() or (bar is not None and bar.isVisible())


def _new_profile(window: QWidget) -> None:
    _entrance(window).first_run.form.connect_to_server.click()


def _faulty_profile(window: QWidget) -> None:
    _new_profile(window)
    form = _entrance(window).profile_page.form
    form.host.setText("db acme")
    form.tls.setCurrentIndex(2)
    form.save.click()


def _untrusted_profile(window: QWidget) -> None:
    _entrance(window).sign_in_page.form.edit_profile.click()
    shown = Certificate(
        "db.acme.example",
        "Acme Internal CA",
        ("db.acme.example",),
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
        "9f2b64a81c" * 6 + "9f2b",
    )
    _entrance(window).profile_page.failed(CertificateProblem(_ACME, Finding("issuer", shown)))


def _refused(window: QWidget) -> None:
    page = _entrance(window).sign_in_page
    page.show_person("olga@acme.example", "not her password")
    page.form.code.setText("123456")
    refusal = BY_KEY["sign_in_failed"]
    page.failed(Problem(refusal.sentence, refusal.remedy))


def _demo(window: QWidget) -> None:
    person = Persona("Compliance Officer", "compliance@example.com", "made up", _MADE_UP)
    _entrance(window).show_demo(_DEMO, "made up", (person,))


def _first_password(window: QWidget) -> None:
    _entrance(window).sign_in_page.form.set_up.click()
    form = _entrance(window).set_up_page.form
    form.one_time_code.setText("sV3kQ-made-up")
    form.password.setText("three unrelated words")
    form.password.textEdited.emit(form.password.text())


def _second_factor(window: QWidget) -> None:
    _entrance(window).sign_in_page.factor_needed.emit(_OLGA)


def _recovery_codes(window: QWidget) -> None:
    codes = [f"MADE-UPXX-CODE-{number:04}-JKMN-PQRS" for number in range(1, 11)]
    _entrance(window).factor_page.enrolled.emit(_OLGA, codes)


def _invited(has_account: bool) -> Callable[[QWidget], None]:
    def act(window: QWidget) -> None:
        _entrance(window).sign_in_page.form.invited.click()
        page = _entrance(window).other_ways.invited
        page.form.link.setText("https://govdesk.acme.example/invitation/i1.made-up")
        page.show_offer("", replace(_OFFER, has_account=has_account))

    return act


def _not_invited(window: QWidget) -> None:
    _entrance(window).sign_in_page.form.invited.click()
    page = _entrance(window).other_ways.invited
    page.form.link.setText("https://govdesk.acme.example/invi")
    page.form.look.click()


def _forgotten(window: QWidget) -> None:
    _entrance(window).sign_in_page.form.forgotten.click()


def _link_sent(window: QWidget) -> None:
    _forgotten(window)
    _entrance(window).other_ways.forgotten.sent()


def _mending(kind: Literal["recover", "factor"], needs_code: bool) -> Callable[[QWidget], None]:
    def act(window: QWidget) -> None:
        _forgotten(window)
        link = AccountLink("olga@acme.example", kind, needs_code, _UNTIL, "acme")
        page = _entrance(window).other_ways.forgotten
        page.found.emit(recovery.door_at(""), "made up", link)

    return act


def _refused_code(window: QWidget) -> None:
    _mending("recover", True)(window)
    page = _entrance(window).other_ways.mending
    page.form.recovery_code.setText("MADE-UPXX-CODE-0001-JKMN-PQRS")
    page.refuse("The recovery code is not right, or it was used already.")


def _arrived(window: QWidget) -> None:
    ways = _entrance(window).other_ways
    ways.invited.joined.emit(Account("olga@acme.example", "acme"))


def _again(stage: Stage) -> QDialog:
    return SignInAgain(_OLGA, stage.jobs, device=lambda: None)


def _desk(stage: Stage) -> QWidget:
    window = QWidget()
    QVBoxLayout(window).addWidget(QPlainTextEdit("a text that nobody may see"))
    LockedScreen(window, _OLGA, stage.jobs, device=lambda: None)
    return window


def _lock(window: QWidget) -> None:
    screen = window.findChild(LockedScreen)
    assert screen is not None
    screen.lock()
