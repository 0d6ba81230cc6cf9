"""Pictures of the delivery log and its dialogs in each of their states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from functools import partial
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.deliveries import samples
from govdesk.desktop.deliveries.part import MANAGE, READ, DeliveriesPart
from govdesk.desktop.deliveries.redelivering import RedeliverDialog
from govdesk.desktop.deliveries.testing import CheckDialog, TestDialog
from govdesk.desktop.deliveries.why_not import WhyDialog
from govdesk.desktop.scene import Scene, Stage
from govdesk.domain.problem import Problem
from govdesk.jobs import Task
from govdesk.services.deliveries import Page
from govdesk.services.link import Link
from govdesk.services.organization import Here
from govdesk.services.redelivery import Rehearsal
from govdesk.services.webhook_reasons import Explanation

Act = Callable[[DeliveriesPart], object]
_HERE: Final = Here("Acme Ltd", "acme", "production", "ada@acme.example", "Ada Admin",
                    "user:ada@acme.example", {READ: ["acme"], MANAGE: ["acme"]})  # fmt: skip
_FORBIDDEN: Final = replace(_HERE, permissions={})


class _Still(DeliveriesPart):
    """Asks nobody."""

    def refresh(self) -> None:
        self._is_begun = True


def _build(stage: Stage, here: Here = _HERE, begin: Act | None = None) -> QWidget:
    window = QWidget()
    window.setObjectName("deliveries_window")
    window.setWindowTitle("Deliveries")
    kept = Preferences(stage.folder / "preferences.json", policy=stage.folder / "policy.json")
    link: Link = stage.lost_link()
    kind = DeliveriesPart if begin is None else _Still
    part = kind(link, stage.jobs, kept, here, UTC, window)
    column = QVBoxLayout(window)
    column.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.INSIDE)
    column.addWidget(part)
    window.destroyed.connect(kept.close)
    window.destroyed.connect(link.close)
    window.resize(1280, 800)
    if begin is not None:
        QTimer.singleShot(0, part, partial(begin, part))
    return window


def part_of(window: QWidget) -> DeliveriesPart:
    """The part in its window."""
    found = window.findChild(DeliveriesPart)
    assert found is not None
    return found


def fill(part: DeliveriesPart) -> None:
    """A log of sixty tries at two endpoints."""
    part.take_webhooks([samples.webhook(0), samples.webhook(1)])
    part.reader.show_page(Page(tuple(samples.attempts()), None))


def open_story(part: DeliveriesPart) -> None:
    """The detail of the third one."""
    fill(part)
    part.table.go_to(2)
    part.detail.show()
    part.detail.show_story(samples.story())


def _empty(part: DeliveriesPart) -> None:
    part.reader.show_page(Page((), None))


def _no_match(part: DeliveriesPart) -> None:
    part.filter.event_line.setText("member.*")
    part.reader.wanted = replace(part.reader.wanted, event="member.*")
    _empty(part)


def _faulty(part: DeliveriesPart) -> None:
    fill(part)
    part.filter.period.setEditText("next thursday")
    part.filter.apply()


def _news(part: DeliveriesPart) -> None:
    fill(part)
    part.reader.grown.emit(None)


def _load(part: DeliveriesPart) -> None:
    part.states.show_loading("Reading the delivery log")
    part.stack.setCurrentWidget(part.states)


def _is_loading(window: QWidget) -> bool:
    return part_of(window).states.shows_placeholders


def _says_error(window: QWidget) -> bool:
    return part_of(window).states.state == "error"


def _scene(
    state: str,
    act: Act = lambda part: None,
    *,
    here: Here = _HERE,
    begin: Act | None = None,
    settled: Callable[[QWidget], bool] | None = None,
) -> Scene:
    def shown(window: QWidget) -> None:
        act(part_of(window))

    return Scene("deliveries", partial(_build, here=here, begin=begin), state, shown, settled)


# Dialogs: over the log, without asking anybody


class _Waiting(TestDialog):
    """No worker ever answers."""

    def _work(self, task: Task) -> None:
        task.cancel.wait()


def _test(part: DeliveriesPart, outcome: str = "delivered") -> None:
    fill(part)
    one = samples.webhook()
    kind = _Waiting if outcome == "waiting" else TestDialog
    dialog = kind(part._link, part._jobs, one.id, one.name, part.window())
    dialog.open()
    if outcome == "waiting":
        dialog.hear("Waiting for a worker to send it.", 3)
    elif outcome == "nobody":
        problem = Problem(
            "No worker is alive, so nothing is delivered and nothing can be tested.",
            "Start one: govdesk worker. On a server: systemctl start govdesk-worker.",
        )
        dialog.end_with(problem)
    else:
        dialog.end_with(samples.conversation(outcome))


def _check(part: DeliveriesPart, rejects: bool = True) -> None:
    fill(part)
    one = samples.webhook()
    dialog = CheckDialog(part._link, part._jobs, one.id, one.name, part.window())
    dialog.open()
    dialog.end_with(samples.verdict(rejects_forged=rejects))


def _redeliver(part: DeliveriesPart, count: int = 1_204) -> None:
    fill(part)
    one = samples.webhook()
    dialog = RedeliverDialog(part._link, part._jobs, one.id, one.name, UTC, part.window())
    dialog.open()
    found = Rehearsal(
        count, samples.NOW - timedelta(hours=21), samples.NOW - timedelta(minutes=4), 1_260
    )
    QTimer.singleShot(0, dialog, partial(dialog.show_rehearsal, found if count else
                                         Rehearsal(0, None, None, 0)))  # fmt: skip


def _why(part: DeliveriesPart) -> None:
    fill(part)
    ends = [(one.id, one.name) for one in (samples.webhook(0), samples.webhook(1))]
    dialog = WhyDialog(part._link, part._jobs, ends, ends[0][0], part.window())
    dialog.open()
    dialog.line.setText("998,377")
    dialog.show_explanation(
        Explanation(
            "not_subscribed",
            "Event 998,377 (peer.connected) is not among what this webhook subscribes to.",
            "Subscribe to it under Edit, if it should have been sent.",
        )
    )


def scenes() -> list[Scene]:
    """The log and its detail, the five states, and each dialog in its states."""
    return [
        _scene("", fill),
        _scene("detail", open_story),
        _scene("filter-fault", _faulty),
        _scene("news", _news),
        _scene("empty", _empty),
        _scene("no-match", _no_match),
        _scene("loading", begin=_load, settled=_is_loading),
        _scene("error", settled=_says_error),
        _scene("not-permitted", here=_FORBIDDEN),
        _scene("test", _test),
        _scene("test-failed", partial(_test, outcome="tls")),
        _scene("test-refused", partial(_test, outcome="http")),
        _scene("test-waiting", partial(_test, outcome="waiting"), settled=lambda window: True),
        _scene("test-nobody", partial(_test, outcome="nobody")),
        _scene("check", _check),
        _scene("check-forged", partial(_check, rejects=False)),
        _scene("redeliver", _redeliver),
        _scene("redeliver-nothing", partial(_redeliver, count=0)),
        _scene("why", _why),
    ]
