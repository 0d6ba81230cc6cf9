"""Pictures of the connections in each of their states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from functools import partial
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.integrations import samples
from govdesk.desktop.integrations.part import MANAGE, IntegrationsPart
from govdesk.desktop.scene import Scene, Stage
from govdesk.domain.problem import Problem
from govdesk.jobs import Task
from govdesk.services.link import Link
from govdesk.services.meanwhile import ChangedMeanwhile
from govdesk.services.organization import Here

Act = Callable[[IntegrationsPart], object]
_HERE: Final = Here("Acme Ltd", "acme", "production", "ada@acme.example", "Ada Admin",
                    "user:ada@acme.example", {MANAGE: ["acme"]})  # fmt: skip
_FORBIDDEN: Final = replace(_HERE, permissions={})
_SECRET: Final = "ghp_" + 4 * "x7Gq2Lm9R"


def _build(stage: Stage, here: Here = _HERE, begin: Act | None = None) -> QWidget:
    window = QWidget()
    window.setObjectName("connections_window")
    window.setWindowTitle("Connections")
    kept = Preferences(stage.folder / "preferences.json", policy=stage.folder / "policy.json")
    link: Link = stage.lost_link()
    part = IntegrationsPart(link, stage.jobs, kept, here, UTC, window)
    column = QVBoxLayout(window)
    column.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.INSIDE)
    column.addWidget(part)
    window.destroyed.connect(kept.close)
    window.destroyed.connect(link.close)
    window.resize(1280, 800)
    if begin is None:
        part.show_system(samples.NODE)
    else:
        QTimer.singleShot(0, part, partial(begin, part))
    return window


def part_of(window: QWidget) -> IntegrationsPart:
    """The part in its window."""
    found = window.findChild(IntegrationsPart)
    assert found is not None
    return found


def _fill(part: IntegrationsPart) -> None:
    part.show_list(samples.connections())


def _open(part: IntegrationsPart, place: int = 0) -> None:
    _fill(part)
    part.select_entity(samples.connections()[place].id)


def _edit(part: IntegrationsPart, place: int = 0) -> None:
    _open(part, place)
    part.panel.edit()


def _empty(part: IntegrationsPart) -> None:
    part.show_list([])


def _choose(part: IntegrationsPart) -> None:
    _fill(part)
    part.begin_new()


def _new(part: IntegrationsPart, kind: str = "database") -> None:
    _choose(part)
    part.panel.begin(kind)


def _faulty(part: IntegrationsPart) -> None:
    _new(part, "smtp")
    part.panel.form.allow.set_text("10.0.0.0/8")
    part.panel.save()


def _raw(part: IntegrationsPart) -> None:
    _new(part, "splunk")
    line = part.panel.form.fields["token"].control
    part.panel.area.ensureWidgetVisible(line)
    line.setFocus()
    line.insert(_SECRET)  # type: ignore[attr-defined]


def _references(part: IntegrationsPart) -> None:
    _edit(part, 1)
    button = part.panel.findChild(QToolButton, "connection_references")
    assert button is not None
    button.setChecked(True)


def _revealed(part: IntegrationsPart) -> None:
    _open(part)
    one = samples.connections()[0]
    part.panel._on_revealed(one.id, {"user": "mailer@acme.example"})


def _sealed(part: IntegrationsPart) -> None:
    _open(part)
    refused = Problem(
        "The vault is closed in this session, because you came in by a recovery code.",
        "Sign out and sign in with your password, then reveal it again.",
    )
    part.panel._on_sealed(samples.connections()[0].id, refused)


def _tested(part: IntegrationsPart) -> None:
    _edit(part)
    part.panel.test.show_outcome(samples.ANSWERED)


def _failed(part: IntegrationsPart) -> None:
    _edit(part)
    part.panel.test.show_outcome(samples.FAILED)


def _testing(part: IntegrationsPart) -> None:
    _open(part)

    def wait(task: Task) -> None:
        task.cancel.wait()

    part.panel.test.run("Mail", wait)  # type: ignore[arg-type]


def _conflict(part: IntegrationsPart) -> None:
    _edit(part)
    theirs = samples.connections()[0]
    fresh = replace(theirs, settings={**theirs.settings, "port": "465"})
    part.panel.form.name.set_text("Mail of the clinic")
    part.panel._on_refused(
        part.panel.shown,
        ChangedMeanwhile(
            "The connection “Mail”", theirs="port 465", yours="another name", fresh=fresh
        ),
    )


def _delete(part: IntegrationsPart) -> None:
    _open(part)
    part.panel.delete.click()


def _no_match(part: IntegrationsPart) -> None:
    _fill(part)
    part.list.filter.setText("quetzalbird")


def _load(part: IntegrationsPart) -> None:
    part.states.show_loading("Reading the connections")
    part.stack.setCurrentWidget(part.states)


def _is_loading(window: QWidget) -> bool:
    return part_of(window).states.shows_placeholders


def _says_error(window: QWidget) -> bool:
    return part_of(window).states.state == "error"


def _is_testing(window: QWidget) -> bool:
    return part_of(window).panel.test.is_running


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

    return Scene("connections", partial(_build, here=here, begin=begin), state, shown, settled)


def scenes() -> list[Scene]:
    """The list, a connection read and edited, its test, refusals, and the five states."""
    return [
        _scene("", _open),
        _scene("empty", _empty),
        _scene("choose", _choose),
        _scene("new", _new),
        _scene("faulty", _faulty),
        _scene("raw-secret", _raw),
        _scene("edit", partial(_edit, place=2)),
        _scene("references", _references),
        _scene("revealed", _revealed),
        _scene("sealed", _sealed),
        _scene("tested", _tested),
        _scene("failed", _failed),
        _scene("testing", begin=_testing, settled=_is_testing),
        _scene("conflict", _conflict),
        _scene("delete", _delete),
        _scene("no-match", _no_match),
        _scene("loading", begin=_load, settled=_is_loading),
        _scene("error", settled=_says_error),
        _scene("not-permitted", here=_FORBIDDEN),
    ]
