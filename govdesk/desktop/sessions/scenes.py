"""Pictures of the sessions, of the question before they end, and of one's own account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from PySide6.QtWidgets import QWidget

from govdesk.desktop.account import ChangePasswordDialog, ReplaceFactorDialog
from govdesk.desktop.confirming import ConfirmDialog
from govdesk.desktop.scene import Scene, Stage
from govdesk.desktop.scene_console import console, is_at_rest, workplace
from govdesk.desktop.sessions import columns, ending
from govdesk.desktop.tables.held import prepare
from govdesk.desktop.workplace import Workplace
from govdesk.services.sessions import Seat

_NOW: Final = datetime(2026, 6, 30, 9, 40, tzinfo=UTC)
_LOST: Final = "MADE-UPXX-CODE-0001-JKMN-PQRS"


def scenes() -> list[Scene]:
    """Each state of each."""
    return [
        Scene("sessions", _console("owner"), "", _sessions, is_at_rest),
        Scene("sessions", _console("operator"), "own", _own, is_at_rest),
        Scene("sessions", _console("owner"), "revoke", _revoke, is_at_rest),
        Scene("sessions", _console("owner"), "nothing-found", _find_nothing, is_at_rest),
        Scene("sessions", _lost, "error", _go, is_at_rest),
        Scene("recovery-code-used", _console("operator"), "", _came_by_code, is_at_rest),
        Scene("confirm", _confirm),
        Scene("confirm", _confirm, "refused", _refuse),
        Scene("change-password", _password),
        Scene("change-password", _password, "faults", _faulty_password),
        Scene("replace-factor", _factor),
        Scene("replace-factor", _factor, "key", _key),
    ]


def _console(role: str) -> Callable[[Stage], QWidget]:
    return lambda stage: console(stage, role=role, begin=_begin)


def _begin(place: Workplace) -> None:
    place.window.show_page("sessions")


def _lost(stage: Stage) -> QWidget:
    return console(stage, role="owner", begin=_begin, is_lost=True)


def _seat(number: int, email: str, ip: str, **more: object) -> Seat:
    since = _NOW - timedelta(minutes=37 * number + 4)
    values: dict[str, object] = {"mfa": True, "current": False, "kind": "member"} | more
    return Seat(
        f"00000000-0000-0000-0000-00000000000{number}",
        f"member of {email}",
        email,
        since,
        _NOW - timedelta(minutes=number),
        since + timedelta(hours=12),
        ip,
        **values,  # type: ignore[arg-type]
    )


def _seats() -> list[Seat]:
    return [
        _seat(1, "olga@acme.example", "203.0.113.9", current=True),
        _seat(2, "olga@acme.example", "198.51.100.77"),
        _seat(3, "ada@acme.example", "203.0.113.21"),
        _seat(4, "imran@acme.example", "2001:db8:85a3::8a2e:370:7334"),
        _seat(5, "mei@acme.example", "203.0.113.40", mfa=False),
        _seat(6, "ada@staff.govdesk.example", "192.0.2.15", kind="staff"),
    ]


def _fill(window: QWidget, seats: list[Seat]) -> None:
    page = workplace(window).presence.page
    page.show_list(prepare(seats, columns.words, columns.order))
    page.table.go_to(1)
    page.table.setFocus()


def _sessions(window: QWidget) -> None:
    _fill(window, _seats())


def _own(window: QWidget) -> None:
    _fill(window, _seats()[:2])


def _revoke(window: QWidget) -> None:
    seats = _seats()
    _fill(window, seats)
    ending.ask(window, seats[:2], _nothing)


def _find_nothing(window: QWidget) -> None:
    _fill(window, _seats())
    workplace(window).presence.page.finder.setText("somebody else")


def _go(window: QWidget) -> None:
    workplace(window).presence.page.refresh()


def _came_by_code(window: QWidget) -> None:
    workplace(window).presence.account.begin(_LOST)


def _nothing() -> None:
    """Nothing follows in a picture."""


def _confirm(stage: Stage) -> QWidget:
    why = "Removing Mei Member ends her two sessions and takes Claims triage from her."
    return ConfirmDialog(stage.jobs, stage.link("admin"), why, _nothing, None)


def _refuse(window: QWidget) -> None:
    assert isinstance(window, ConfirmDialog)
    window.form.password.setText("not the password")
    window.form.code.setText("123456")
    window.refuse()


def _password(stage: Stage) -> QWidget:
    link = stage.link("admin")
    link.needs_confirmation()
    return ChangePasswordDialog(stage.jobs, link)


def _faulty_password(window: QWidget) -> None:
    assert isinstance(window, ChangePasswordDialog)
    window.form.old.setText("the one I have")
    window.form.password.setText("three unrelated words")
    window.form.again.setText("three unrelated wordz")
    window.submit()


def _factor(stage: Stage) -> QWidget:
    link = stage.link("admin")
    link.needs_confirmation()
    return ReplaceFactorDialog(stage.jobs, link)


def _key(window: QWidget) -> None:
    assert isinstance(window, ReplaceFactorDialog)
    window.prove.proven.emit("made up")
