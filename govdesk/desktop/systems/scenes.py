"""Pictures of Systems and customers in each of its states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from govdesk.desktop.scene import Scene, Stage
from govdesk.desktop.scene_console import console, is_at_rest, workplace
from govdesk.desktop.systems.page import SystemsPage
from govdesk.desktop.systems.tree import Forest
from govdesk.desktop.workplace import Workplace
from govdesk.jobs import Task
from govdesk.services.access import Ending
from govdesk.services.meanwhile import ChangedMeanwhile
from govdesk.services.nodes import Node

Act = Callable[[SystemsPage], object]
_ID: Final = "5f0c3a52-8f6e-4c1c-9a55-0d3f6d1e3c{:02d}"
_ACME: Final = Node(_ID.format(0), "acme", "organization", "Acme Ltd", "active")
_CLAIMS: Final = Node(_ID.format(1), "acme.claims", "system", "Claims assistant", "active")
_NODES: Final = [
    _ACME,
    _CLAIMS,
    Node(_ID.format(2), "acme.claims.northside", "customer", "Northside", "active"),
    Node(_ID.format(3), "acme.claims.southside", "customer", "Southside clinics", "active"),
    Node(_ID.format(4), "acme.portal", "system", "Participant portal", "active"),
    Node(_ID.format(5), "acme.billing", "system", "Old billing", "retired"),
]
_ENDINGS: Final = [
    Ending("node", "Northside", "customer"),
    Ending("node", "Southside clinics", "customer"),
    Ending("grant", "Otis Operator", "Operator on Claims assistant"),
    Ending("invitation", "new@acme.example", "Member"),
]


def _page(window: QWidget) -> SystemsPage:
    return workplace(window).organizing.systems


def _fill(page: SystemsPage) -> None:
    page.reader.take(Forest(_NODES))
    page.retired.setChecked(True)
    page.select("acme.claims.northside")


def _retired(page: SystemsPage) -> None:
    _fill(page)
    page.select("acme.billing")


def _create(page: SystemsPage) -> None:
    _fill(page)
    page.select("acme.claims")
    page.begin()
    page.form.name.line.setText("Räksmörgås Ltd")
    page.form._show_path()


def _retire(page: SystemsPage) -> None:
    _fill(page)
    page._say_endings(_CLAIMS, _ENDINGS)


def _conflict(page: SystemsPage) -> None:
    _fill(page)
    page.select("acme.claims")
    page.panel.name.line.setText("Claims desk")
    theirs = replace(_CLAIMS, name="Claims triage")
    page.panel._on_refused(
        "Claims desk",
        ChangedMeanwhile(
            "The name “Claims assistant”",
            theirs="“Claims triage”",
            yours="“Claims desk”",
            fresh=theirs,
        ),
    )


def _find(page: SystemsPage) -> None:
    _fill(page)
    page.finder.setText("side")
    page.finder.setFocus()


def _nothing(page: SystemsPage) -> None:
    _fill(page)
    page.finder.setText("qqqq")


def _empty(page: SystemsPage) -> None:
    page.reader.take(Forest([_ACME]))


def _large(page: SystemsPage) -> None:
    many = [Node(f"n{n}", f"acme.s{n}", "system", f"System {n}", "active") for n in range(10_000)]
    page.reader.take(Forest([_ACME, *many]))


def _forbid(page: SystemsPage) -> None:
    page.take_permissions(replace(page._here, permissions={}))


def _wait_in_line(place: Workplace) -> None:
    def wait(task: Task) -> None:
        task.cancel.wait()

    def on_change() -> None:
        if job.state == "running":
            place.organizing.forests.forget()
            place.organizing.systems.refresh()

    job = place.window.jobs.start(wait, owner=place)
    job.changed.connect(on_change)


def _is_loading(window: QWidget) -> bool:
    return _page(window).states.shows_placeholders


def _says_error(window: QWidget) -> bool:
    return _page(window).states.state == "error"


def _scene(
    state: str,
    act: Act = lambda page: None,
    *,
    settled: Callable[[QWidget], bool] = is_at_rest,
    **how: Any,
) -> Scene:
    def shown(window: QWidget) -> None:
        act(_page(window))

    return Scene("systems", partial(_console, **how), state, shown, settled)


def _console(stage: Stage, **how: Any) -> QWidget:
    return console(stage, **({"role": "owner", "page": "systems"} | how))


def scenes() -> list[Scene]:
    """The page filled, searched, edited, empty, large, read only, waiting, failing, closed."""
    return [
        _scene("", _fill),
        _scene("retired", _retired),
        _scene("create", _create),
        _scene("retire", _retire),
        _scene("conflict", _conflict),
        _scene("find", _find),
        _scene("nothing", _nothing),
        _scene("empty", _empty),
        _scene("large", _large),
        _scene("read-only", _fill, role="member"),
        _scene("loading", begin=_wait_in_line, settled=_is_loading),
        _scene("error", is_lost=True, settled=_says_error),
        _scene("not-permitted", _forbid),
    ]
