"""Pictures of Home in each of its states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from PySide6.QtWidgets import QWidget

from govdesk.desktop.home.page import HomePage
from govdesk.desktop.scene import Scene, Stage
from govdesk.desktop.scene_console import Begin, console, is_at_rest, workplace
from govdesk.desktop.workplace import Workplace
from govdesk.jobs import Task
from govdesk.services.attention import Home, Need
from govdesk.services.seals import SealFault, SealState
from govdesk.services.timeline import Event

_AT: Final = datetime(2026, 6, 30, 9, 12, tzinfo=UTC)
_BROKEN_AT: Final = 1_204
_MEMBERS_WITHOUT: Final = 7


def scenes() -> list[Scene]:
    """Home as the server has it, with every kind of need, without any, and where there is none."""
    return [
        _scene("", "owner"),
        _scene("needs", "owner", _show(full_house())),
        _scene("empty", "owner", _show(Home((), ()))),
        _scene("broken", "owner", _break),
        _scene("loading", "owner", begin=_begin_waiting, settled=_is_loading),
        _scene("error", "owner", settled=_says_error, is_lost=True),
        _scene("no-events", "owner", _show(replace(full_house(), events=None))),
        _scene("not-permitted", "member", _take_away),
    ]


def _scene(
    state: str,
    role: str,
    act: Callable[[QWidget], object] = lambda window: None,
    *,
    begin: Begin = Workplace.begin,
    settled: Callable[[QWidget], bool] = is_at_rest,
    is_lost: bool = False,
) -> Scene:
    def build(stage: Stage) -> QWidget:
        return console(stage, role=role, begin=begin, is_lost=is_lost, page="home")

    return Scene("home", build, state, act, settled)


def _page(window: QWidget) -> HomePage:
    return workplace(window).homing.page


def _show(home: Home) -> Callable[[QWidget], object]:
    return lambda window: _page(window).show_home(home)


def full_house() -> Home:
    """Every kind of need, and events of both severities."""
    needs = [
        Need("audit_fault", "9130", "The worker refuses to sign the log: it was rolled back from"
             " 9,412 events to 9,120", _AT),
        Need("owner_recovered", "1", "The owner imran@example.com was recovered at the server:"
             " the phone was lost and the recovery codes with it.", _AT),
        Need("staff_inside", "2", "Sam Staff of the platform is inside: ticket 4711, index"
             " rebuild.", _AT),
        Need("worker_silent", None, "The worker has not been heard of for 12 minutes; mails wait.",
             _AT),
        Need("deploy_failed", None, "The deploy of GovDesk 0.1.0 failed at revision 0004: relation"
             " \"govdesk.node\" does not exist.", _AT),
        Need("checkpoint_late", None, "No checkpoint was signed for 15 minutes although events were"
             " sealed", _AT),
        Need("decision_waits", "3", "Ada Admin asks to make Mei Member an owner.", _AT),
        Need("key_suspended", "5", "The key gd_prod_4kTq0ZbX81mN (Claims platform team) is"
             " suspended", _AT),
        Need("webhook_disabled", "8", "The webhook SIEM of the security team was disabled: its"
             " receiver says it is gone", _AT),
        Need("webhook_no_secret", "9", "The webhook Ticketing has no secret: nothing is sent", _AT),
        Need("webhook_failing", "10", "The webhook On call fails", _AT),
        Need("key_expiring", "6", "The key gd_dev_9sLm2VcR07qa (Dana Developer) expires", _AT),
        Need("key_by_staff", "11", "The key gd_prod_7hJw3NqE52sd (Migration) was made by"
             " sam@govdesk.example of the platform's staff, who saw it", _AT),
        Need("key_stale", "7", "The key gd_dev_2bXe6HtW45zu (Paul, summer trial) is not used any"
             " more", None),
        Need("vault_rewrap", None, "3 sealed fields wait to be sealed with the new key", _AT),
        Need("invitation_expires", "4", "The invitation of coordinator@example.com expires in 2"
             " days.", _AT),
    ]  # fmt: skip
    needs += [
        Need("no_mfa", f"m{n}", f"Person {n} has no second factor.", None)
        for n in range(_MEMBERS_WITHOUT)
    ]
    events = (
        _event(9_412, "high", "session.failed", "A sign-in as imran@example.com failed"),
        _event(9_387, "warning", "member.removed", "user:ada@example.com removed Noor Newcomer"),
        _event(9_120, "high", "system.block", "Claims assistant: blocked: unknown caller"),
    )
    return Home(tuple(needs), events)


def _event(seq: int, severity: str, action: str, summary: str) -> Event:
    return Event(
        seq, _AT, None, severity, action, "worker:demo", None, "session", None, None, None,
        summary, None, None, None, None, "",
    )  # fmt: skip


def _break(window: QWidget) -> None:
    fault = SealFault(_BROKEN_AT, _BROKEN_AT, "altered", "its summary is not what was sealed")
    place = workplace(window)
    place.seals.pretend(SealState.of([fault], verified_to=_BROKEN_AT - 1, newest=2_000))
    _page(window).show_home(full_house())


def _begin_waiting(place: Workplace) -> None:
    """The server takes its time: nothing is answered."""

    def wait(task: Task) -> None:
        task.cancel.wait()

    def on_change() -> None:
        if job.state == "running":
            place.homing.page.refresh()

    job = place.window.jobs.start(wait, owner=place)
    job.changed.connect(on_change)


def _is_loading(window: QWidget) -> bool:
    return _page(window).state.shows_placeholders


def _says_error(window: QWidget) -> bool:
    return _page(window).state.state == "error"


def _take_away(window: QWidget) -> None:
    page = _page(window)
    page.take_permissions({})
