"""Pictures of Approvals and of the policy of the second human in each of their states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from PySide6.QtWidgets import QWidget

from govdesk.desktop.approvals.asking import ask_for_decision
from govdesk.desktop.approvals.page import ApprovalsPage
from govdesk.desktop.approvals.policy_page import Policy
from govdesk.desktop.approvals.reader import shown
from govdesk.desktop.scene import Scene, Stage
from govdesk.desktop.scene_console import console, is_at_rest, workplace
from govdesk.desktop.workplace import Workplace
from govdesk.domain.decisions import DECISION_KINDS
from govdesk.domain.permissions import held_by
from govdesk.services import decision_words
from govdesk.services.access import Change
from govdesk.services.decisions import Decision, Kind, Reviewer

Act = Callable[[QWidget], object]
_OLGA: Final = "olga@acme.example"
_LOST: Final = tuple(
    Change(name, "acme", "Acme Ltd", "lost", 2, 5, 10_000, True) for name in held_by("admin")
)
_GAINED: Final = tuple(
    Change(name, "acme", "Acme Ltd", "gained", 2, 5, 10_000, True) for name in held_by("owner")
)


def _decision(number: int, summary: str, hours: float, **more: Any) -> Decision:
    """What nobody has asked for; times are near, for ages are told from now."""
    now = datetime.now(UTC)
    kinds = {kind.action: kind for kind in DECISION_KINDS}
    kind = kinds[str(more.setdefault("action", "member.remove"))]
    given: dict[str, Any] = {
        "entity_type": "member",
        "entity_id": str(UUID(int=7)),
        "payload": {"member_id": str(UUID(int=7))},
        "digest": "00",
        "before": {},
        "reason": "She leaves on Friday; the handover is done.",
        "requested_by": UUID(int=9),
        "requester": f"user:{_OLGA}",
        "subject_email": None,
        "status": "pending",
        "decided_at": None,
        "decided_by": None,
        "decision_reason": None,
        "outcome": None,
    }
    return Decision(
        id=UUID(int=number),
        title=kind.title,
        sentence=kind.sentence,
        summary=summary,
        created_at=now - timedelta(hours=hours, minutes=5),
        expires_at=now + timedelta(hours=72 - hours, minutes=5),
        **(given | more),
    )


def _some() -> list[Decision]:
    held = {"status": "active", "grants": [{"node_path": "acme", "role_key": "admin"}]}
    end = {"decided_at": datetime.now(UTC) - timedelta(hours=2), "decided_by": "reviewer:n@firm.ex"}
    return [
        _decision(1, "Remove ada@acme.example", 3, before=held, blast=_LOST,
                  subject_email="ada@acme.example", waits_for_me=True),
        _decision(2, "Make bertrand.featherstonehaugh@acme.example Owner of Acme Ltd", 68,
                  action="owner.promote", blast=_GAINED, waits_for_me=True,
                  payload={"node_path": "acme", "role_key": "owner"}, before=held),
        _decision(3, "Change the legal entity to Acme Pty Ltd", 1, is_mine=True,
                  action="organization.legal_entity",
                  payload={"legal_entity": "Acme Pty Ltd", "abn": "51824753556"},
                  before={"legal_entity": "Acme Ltd", "abn": None}),
        _decision(4, "Let sam@platform.example of the platform's staff inside for 240 minutes", 30,
                  action="platform.enter", status="approved", **end),
        _decision(5, "Add the reviewer counsel@firm.example", 40, action="policy.change",
                  status="executed", decision_reason="Met in person.", **end),
        _decision(6, "Take admin from otis@acme.example", 90, action="member.demote",
                  status="rejected", decision_reason="Not before the audit ends.", **end),
        _decision(7, "Remove mei@acme.example", 100, status="voided", before=held,
                  outcome="What it is about has changed since it was asked for.", **end),
        _decision(8, "Reset the second factor of ada@acme.example", 200, action="factor.reset",
                  status="expired"),
    ]  # fmt: skip


def _page(window: QWidget) -> ApprovalsPage:
    return workplace(window).approving.page


def _with(found: list[Decision]) -> Callable[[Workplace], object]:
    """Begin with decisions that are made up: nobody asks for any for a picture."""

    def begin(place: Workplace) -> None:
        place.approving.page.reader.pretend([shown(one) for one in found])
        place.approving.page.refresh()
        place.begin()

    return begin


def _choose(number: int, then: Act = lambda window: None) -> Act:
    def act(window: QWidget) -> None:
        page = _page(window)
        page.list.choose(UUID(int=number))
        page.list.setFocus()
        then(window)

    return act


def _is_chosen(number: int) -> Callable[[QWidget], bool]:
    def settled(window: QWidget) -> bool:
        decision = _page(window).detail.decision
        return is_at_rest(window) and decision is not None and decision.id.int in (1, number)

    return settled


def _say_meanwhile(window: QWidget) -> None:
    """Somebody else was quicker while a reason was typed."""
    page = _page(window)
    quicker = replace(_some()[0], status="rejected", decided_by="user:carla@acme.example")
    page.detail.bar.reason.setText("Handover checked with Mei.")
    page.detail.bar.say(decision_words.meanwhile(quicker), "state_attention")


def _wait(place: Workplace) -> None:
    """The server takes its time."""
    place.approving.page.reader.pretend([], waits=True)
    place.approving.page.start_over()


def _is_loading(window: QWidget) -> bool:
    return _page(window).states.shows_placeholders


def _says_error(window: QWidget) -> bool:
    return _page(window).states.state == "error"


def _ask(window: QWidget) -> None:
    place = workplace(window)
    ask_for_decision(
        window, place.window.jobs, place.window.link, "member.remove", {}, "Remove Mei Member.",
        lambda decision: None,
    )  # fmt: skip


# The policy

_PEOPLE: Final = (
    Reviewer(UUID(int=1), "carla@acme.example", "Carla Compliance", UUID(int=2), "active",
             datetime(2026, 6, 1, tzinfo=UTC)),
    Reviewer(UUID(int=3), "counsel@firm.example", "Nina Counsel", None, "active",
             datetime(2026, 6, 1, tzinfo=UTC)),
)  # fmt: skip


def _policy(on: bool, reviewers: tuple[Reviewer, ...] = _PEOPLE) -> Callable[[Workplace], object]:
    ordered = sorted(DECISION_KINDS, key=lambda kind: (kind.always, kind.action))
    kinds = tuple(
        Kind(k.action, k.title, k.sentence, k.permission, k.always, k.always or on, 72)
        for k in ordered
    )

    def begin(place: Workplace) -> None:
        place.approving.policy.pretend(Policy(kinds, reviewers, ()))
        place.begin()

    return begin


def _spoil(window: QWidget) -> None:
    page = workplace(window).approving.policy
    page.email.setText("nina at firm.example")
    page.name.setText("Nina Counsel")
    page.add_reviewer()


def _scene(
    name: str,
    state: str,
    begin: Callable[[Workplace], object],
    act: Act = lambda window: None,
    settled: Callable[[QWidget], bool] = is_at_rest,
    *,
    role: str = "owner",
    is_lost: bool = False,
) -> Scene:
    def build(stage: Stage) -> QWidget:
        return console(stage, role=role, begin=begin, page=name, is_lost=is_lost)

    return Scene(name, build, state, act, settled)


def scenes() -> list[Scene]:
    """Both pages in every state, and the question that a refused write becomes."""
    some = _with(_some())
    chosen = {"mine": 3, "approved": 4, "done": 5, "rejected": 6, "void": 7, "expired": 8}
    return [
        _scene("approvals", "", some, _choose(1), _is_chosen(1)),
        _scene("approvals", "owner", some, _choose(2), _is_chosen(2)),
        *(
            _scene("approvals", state, some, _choose(number), _is_chosen(number))
            for state, number in chosen.items()
        ),
        _scene("approvals", "meanwhile", some, _choose(1, _say_meanwhile), _is_chosen(1)),
        _scene("approvals", "empty", _with([])),
        _scene("approvals", "loading", _wait, settled=_is_loading),
        _scene("approvals", "error", Workplace.begin, settled=_says_error, is_lost=True),
        _scene("approvals", "ask", some, _ask),
        _scene("policy", "", _policy(True)),
        _scene("policy", "nobody", _policy(False, ())),
        _scene("policy", "wrong", _policy(True), _spoil),
        _scene("policy", "member", _policy(True), role="member"),
    ]
