"""Pictures of the questions about access: why, what is missing, who can."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from govdesk.desktop.access.explain import ExplainDialog
from govdesk.desktop.access.question import QuestionDialog
from govdesk.desktop.access.who_can import WhoCanDialog
from govdesk.desktop.scene import Scene, Stage
from govdesk.services.link import Link

_SIZE = (640, 480)


def _explain(*, about: str = "", permission: str = "member.manage") -> Callable[[Stage], QWidget]:
    """Ask about whoever holds a role; nobody without one."""

    def build(stage: Stage) -> QWidget:
        dialog = ExplainDialog(_link(stage), stage.jobs)
        dialog.permission.choose(permission)
        if about:
            email = stage.link(about).email
            dialog.answered_choices.connect(lambda: dialog.person.setText(email))
        return dialog

    return build


def _who(permission: str) -> Callable[[Stage], QWidget]:
    def build(stage: Stage) -> QWidget:
        dialog = WhoCanDialog(_link(stage), stage.jobs)
        dialog.permission.choose(permission)
        return dialog

    return build


def _lost(stage: Stage) -> QWidget:
    return WhoCanDialog(stage.lost_link(), stage.jobs)


def _link(stage: Stage) -> Link:
    return stage.link("owner")


def _is_answered(window: QWidget) -> bool:
    return isinstance(window, QuestionDialog) and window.is_settled


def scenes() -> list[Scene]:
    """Each question before and after its answer."""
    return [
        Scene("explain-access", _explain(), "", settled=_is_answered, size=_SIZE),
        Scene("explain-access", _explain(about="admin"), "yes", settled=_is_answered, size=_SIZE),
        Scene("explain-access", _explain(about="member"), "no", settled=_is_answered, size=_SIZE),
        Scene("who-can", _who("key.manage"), "", settled=_is_answered, size=_SIZE),
        Scene("who-can", _lost, "error", settled=_is_answered, size=_SIZE),
    ]
