"""Pictures of staff: the organisations, the question before entering, inside, and from inside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from PySide6.QtWidgets import QWidget

from govdesk.desktop.scene import Scene, Stage
from govdesk.desktop.scene_console import console, is_at_rest, workplace
from govdesk.desktop.staff.band import StaffBand
from govdesk.desktop.staff.entering import EnterDialog
from govdesk.desktop.staff.organizations import OrganizationsPage
from govdesk.desktop.staff.visiting import NEARLY
from govdesk.desktop.tables.held import prepare
from govdesk.services.platform import Tenant, Visit

_WHY: Final = "Ticket 4711: imports into Claims triage hang since the update"
_ACME: Final = Tenant("acme", "Acme Ltd")
_SINCE: Final = datetime(2026, 6, 30, 14, 2, tzinfo=UTC)


def scenes() -> list[Scene]:
    """Each state of each side."""
    return [
        Scene("organizations", _organizations, "", _list, is_drawn),
        Scene("organizations", _organizations, "empty", _none, is_drawn),
        Scene("organizations", _organizations, "not-staff", settled=is_drawn),
        Scene("organizations", _no_server, "error", settled=is_drawn),
        Scene("enter-organization", _enter),
        Scene("enter-organization", _enter, "faults", _faulty),
        Scene("staff-inside", _inside, "", settled=is_at_rest),
        Scene("staff-inside", _inside, "nearly-over", _nearly, is_at_rest),
        Scene("staff-notice", _console, "", _notice(1), is_at_rest),
        Scene("staff-notice", _console, "many", _notice(5), is_at_rest),
    ]


def is_drawn(window: QWidget) -> bool:
    """Whether the page shows something that stays."""
    assert isinstance(window, OrganizationsPage)
    return window.state.state != "loading"


def _organizations(stage: Stage) -> QWidget:
    return OrganizationsPage(stage.link("owner"), stage.jobs)


def _no_server(stage: Stage) -> QWidget:
    return OrganizationsPage(stage.lost_link(), stage.jobs)


def _none(window: QWidget) -> None:
    assert isinstance(window, OrganizationsPage)
    window.show_list(prepare((), lambda t: (t.name,), lambda t: t.name))


def _list(window: QWidget) -> None:
    assert isinstance(window, OrganizationsPage)
    names = ("Acme Ltd", "Beta Pty Ltd", "Gamma Health Cooperative", "Northside City Council")
    tenants = [Tenant(name.split()[0].lower(), name) for name in names]
    window.show_list(prepare(tenants, lambda t: (t.name,), lambda t: t.name))


def _enter(stage: Stage) -> QWidget:
    return EnterDialog(stage.jobs, stage.link("owner"), _ACME, (_WHY, 30))


def _faulty(window: QWidget) -> None:
    assert isinstance(window, EnterDialog)
    window.form.reason.setPlainText(" ")
    window.form.minutes.setValue(120)
    window.submit()


def _console(stage: Stage) -> QWidget:
    return console(stage, role="owner")


def _inside(stage: Stage) -> QWidget:
    window = console(stage, role="member")
    window.add_band(StaffBand(_ACME.name, _WHY, 27 * 60))
    return window


def _nearly(window: QWidget) -> None:
    workplace(window).window.banner.say("warning", NEARLY)


def _notice(count: int) -> Callable[[QWidget], None]:
    visits = [
        Visit(
            UUID(int=number),
            f"{name}@staff.govdesk.example",
            _WHY if number == 1 else "Yearly review of the connector, agreed with Olga",
            _SINCE + timedelta(minutes=number),
            _SINCE + timedelta(minutes=30 + number),
        )
        for number, name in enumerate(("ada", "sam", "kim", "lee", "max")[:count], start=1)
    ]
    return lambda window: workplace(window).presence.watch.notice.show_visits(visits, UTC)
