"""Pictures of Team Members in each of its states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QWidget

from govdesk.desktop.members.changes import ChangeDialog, Intention
from govdesk.desktop.members.intentions import People
from govdesk.desktop.members.page import MembersPage
from govdesk.desktop.members.samples import (
    NOW,
    OFFERS,
    sample_invitations,
    sample_portrait,
    sample_radius,
    sample_rights,
    sample_roles,
    sample_team,
)
from govdesk.desktop.members.sending import Sent
from govdesk.desktop.scene import Scene, Stage
from govdesk.desktop.scene_console import Begin, console, is_at_rest, workplace
from govdesk.desktop.workplace import Workplace
from govdesk.domain.problem import Problem
from govdesk.jobs import Task
from govdesk.services.access import MayChange, Offer
from govdesk.services.invitations import Invite
from govdesk.services.meanwhile import ChangedMeanwhile
from govdesk.services.members import Portrait, Waiting

# Acts


Act = Callable[[QWidget], object]
_WANTED: Final = People(lambda said: None, lambda: None, lambda said: None)


def page_of(window: QWidget) -> MembersPage:
    """The page in a window."""
    return workplace(window).team.page


def fill(page: MembersPage, count: int = 16) -> None:
    """Show samples in all three lists."""
    team, invited, roles = sample_team(count), sample_invitations(), sample_roles()
    page.people.hold(page.people.prepared(team.members))
    page.take_team(team)
    page.invited.hold(page.invited.prepared(invited))
    page.take_invitations(invited)
    page.roles.hold(page.roles.prepared(roles))
    page.take_roles((roles, sample_rights()))


def _people(window: QWidget) -> None:
    fill(page_of(window), 200)


def _filtered(window: QWidget) -> None:
    _people(window)
    page_of(window).people.filter.setText("ŻAK oper")


def _no_match(window: QWidget) -> None:
    _people(window)
    page_of(window).people.filter.setText("quetzalbird")


def _show(window: QWidget, portrait: Portrait) -> None:
    page = page_of(window)
    page.stage_person(portrait)


def _selected(window: QWidget) -> None:
    fill(page_of(window))
    _show(window, sample_portrait(sample_team().members[3]))


def _greyed(window: QWidget) -> None:
    fill(page_of(window))
    why = "This person holds a higher role than yours."
    offers = [Offer(one.role_key, one.title, False, why) for one in OFFERS]
    _show(window, sample_portrait(sample_team().members[0], offers, MayChange(False, why, None)))


def _suspended(window: QWidget) -> None:
    fill(page_of(window))
    _show(window, sample_portrait(sample_team().members[5]))


def _waits(window: QWidget) -> None:
    fill(page_of(window))
    member = sample_team().members[1]
    waiting = Waiting("d", "member.demote", "Make Zoë Ångström an operator", NOW,
                      member.grants[0].id)  # fmt: skip
    _show(window, sample_portrait(member, waiting=(waiting,)))


def _change(
    window: QWidget, conflict: ChangedMeanwhile | None = None, *, decision: bool = False
) -> None:
    page = page_of(window)
    fill(page)
    member = sample_team().members[6]
    made = _WANTED.another_role(member, member.grants[0], "admin", "Admin")
    if decision:
        made = _WANTED.removal(member, "member.remove")
    _open(page, made, conflict)


def _open(page: MembersPage, intention: Intention, conflict: ChangedMeanwhile | None) -> None:
    dialog = page.ask(intention)
    dialog.show_preview(sample_radius())
    if conflict is not None:
        dialog.show_conflict(conflict)


def _conflict(window: QWidget) -> None:
    grant = sample_team().members[6].grants[0]
    _change(
        window,
        ChangedMeanwhile(
            "The role of Nguyễn Thị Minh on Northside",
            theirs="Member",
            yours="Admin",
            fresh=grant,
            by="olga@acme.example",
            at=NOW,
        ),
    )


def _decision(window: QWidget) -> None:
    _change(window, decision=True)


def _invite(window: QWidget) -> None:
    page = page_of(window)
    fill(page)
    page.begin_invitation()
    page.invite.offer(OFFERS)


def _invite_faulty(window: QWidget) -> None:
    _invite(window)
    form = page_of(window).invite
    form.emails.setPlainText("grüße@exämple.com\nMei Tan <person9@acme.example>, not an address")
    form.message.setPlainText("Lorem ipsum dolor sit amet. " * 90)
    form.submit()


def _invite_report(window: QWidget) -> None:
    _invite(window)
    form = page_of(window).invite
    invites = [Invite(f"new{n}@example.com", f"New {n}", "member", "acme") for n in (11, 12)]
    refused = Problem("The role is deleted.", "Choose another role.")
    form.show_sent([Sent(invites[0], "x"), Sent(invites[1], error=refused)])
    page_of(window).begin_invitation()


def _invitations(window: QWidget, row: int | None = None) -> None:
    page = page_of(window)
    fill(page)
    page.show_tab("invitations")
    if row is not None:
        page.invited.table.go_to(row)


def _invitation(window: QWidget) -> None:
    _invitations(window, 3)


def _no_invitations(window: QWidget) -> None:
    _invitations(window)
    page = page_of(window)
    page.invited.hold(page.invited.prepared([]))


def _roles(window: QWidget, key: str = "auditor") -> None:
    page = page_of(window)
    fill(page)
    page.show_tab("roles")
    role = next(one for one in sample_roles() if one.key == key)
    page.roles.go_to(role.id)


def _built_in(window: QWidget) -> None:
    _roles(window, "operator")


def _new_role(window: QWidget) -> None:
    page = page_of(window)
    fill(page)
    page.begin_role()
    page.role.name.setText("Nachtschicht – مناوبة ليلية")


# Waiting, and what went wrong


def _begin_waiting(place: Workplace) -> None:
    def wait(task: Task) -> None:
        task.cancel.wait()

    def on_change() -> None:
        if job.state == "running":
            place.window.show_page("members")

    job = place.window.jobs.start(wait, owner=place)
    job.changed.connect(on_change)


def _is_loading(window: QWidget) -> bool:
    return page_of(window).people.state.shows_placeholders


def _says_error(window: QWidget) -> bool:
    return page_of(window).people.state.state == "error"


def _nothing(window: QWidget) -> None:
    """It is there once it is read."""


def _scene(
    state: str,
    act: Act = _nothing,
    *,
    role: str = "owner",
    begin: Begin = Workplace.begin,
    settled: Callable[[QWidget], bool] = is_at_rest,
    is_lost: bool = False,
    page: str = "members",
) -> Scene:
    def build(stage: Stage) -> QWidget:
        return console(stage, role=role, begin=begin, is_lost=is_lost, page=page)

    return Scene("members", build, state, act, settled)


def _close(window: QWidget) -> None:
    """As it is for somebody who may not even read who is a member."""
    page_of(window).forbid()


def dialog_of(window: QWidget) -> ChangeDialog:
    """The dialog that is open over a window."""
    found = window.findChild(ChangeDialog)
    assert found is not None
    return found


def scenes() -> list[Scene]:
    """People, invitations, roles; each panel; what is refused, waits, fails."""
    return [
        _scene("", _people),
        _scene("filter", _filtered),
        _scene("no-match", _no_match),
        _scene("person", _selected),
        _scene("greyed", _greyed),
        _scene("suspended", _suspended),
        _scene("decision-waits", _waits),
        _scene("change", _change),
        _scene("conflict", _conflict),
        _scene("decision", _decision),
        _scene("invite", _invite),
        _scene("invite-faults", _invite_faulty),
        _scene("invite-report", _invite_report),
        _scene("invitations", _invitations),
        _scene("invitation", _invitation),
        _scene("no-invitations", _no_invitations),
        _scene("roles", _roles),
        _scene("role-built-in", _built_in),
        _scene("role-new", _new_role),
        _scene("read-only", _selected, role="member"),
        _scene("not-permitted", _close, role="member"),
        _scene("loading", begin=_begin_waiting, settled=_is_loading, page="settings"),
        _scene("error", settled=_says_error, is_lost=True),
    ]
