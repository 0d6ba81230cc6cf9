"""Pictures of the API keys in each of their states, with forms and dialogs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from govdesk.desktop.keys.page import IntegrationPage
from govdesk.desktop.keys.part import KeysPart
from govdesk.desktop.keys.rotate import what_happens
from govdesk.desktop.keys.samples import (
    CLAIMS,
    PORTAL,
    sample_facts,
    sample_key,
    sample_revealed,
    sample_uses,
)
from govdesk.desktop.scene import Scene, Stage
from govdesk.desktop.scene_console import console, is_at_rest, workplace
from govdesk.desktop.workplace import Workplace
from govdesk.domain.problem import Problem
from govdesk.jobs import Task
from govdesk.services.key_settings import Policy
from govdesk.services.meanwhile import ChangedMeanwhile

Act = Callable[[KeysPart], object]
_STATES: Final = {"stale": 3, "rotated": 4, "suspended": 5}


def page_of(window: QWidget) -> IntegrationPage:
    """The page in a window."""
    return workplace(window).integrating.page


def fill(keys: KeysPart) -> None:
    """Show samples in the place of what the demo has."""
    workplace(keys.window()).integrating.page.take_systems([CLAIMS, PORTAL], CLAIMS.node_path)
    keys.panels.hide()
    keys.stage(sample_facts())


def _key(place: int, keys: KeysPart) -> None:
    fill(keys)
    key = sample_key(place)
    keys.select_entity(key.id)
    keys.show_uses(key.id, sample_uses() if place < 5 else [])


def _attention(keys: KeysPart) -> None:
    fill(keys)
    keys.chips.choose("stale")


def _find(keys: KeysPart) -> None:
    fill(keys)
    keys.list.filter.setText("payments events")


def _nothing(keys: KeysPart) -> None:
    fill(keys)
    keys.list.filter.setText("quetzalbird")


def _empty(keys: KeysPart) -> None:
    fill(keys)
    keys.stage(replace(sample_facts(), keys=()))


def _generate(keys: KeysPart) -> None:
    fill(keys)
    keys.begin_generation()
    keys.panels.generate.label.setText("Claims intake, team Payments")


def _generate_faults(keys: KeysPart) -> None:
    fill(keys)
    keys.begin_generation()
    keys.panels.generate.scopes.choose(())
    keys.panels.generate.submit()


def _reveal(keys: KeysPart) -> None:
    fill(keys)
    keys._reveal(sample_revealed(), "")


def _rotated(keys: KeysPart) -> None:
    fill(keys)
    keys._reveal(sample_revealed(), what_happens(sample_key(4).prefix, 2))


def _rotate(keys: KeysPart) -> None:
    _key(2, keys)
    keys._on_rotate(sample_key(2))


def _revoke(keys: KeysPart) -> None:
    _key(0, keys)
    keys._on_revoke(sample_key(0))


def _label_conflict(keys: KeysPart) -> None:
    _key(0, keys)
    panel = keys.panels.key
    panel.label.setText("Claims desk")
    theirs = replace(sample_key(0), owner_label="Claims triage")
    panel._on_refused(
        ChangedMeanwhile("The label", theirs="“Claims triage”", yours="“Claims desk”", fresh=theirs)
    )


def _refused(keys: KeysPart) -> None:
    _key(0, keys)
    keys.panels.key.refuse(
        Problem("You may not change this key.", "Ask somebody who manages keys of this system.")
    )


def _policy(keys: KeysPart) -> None:
    fill(keys)
    keys.show_policy()


def _policy_fault(keys: KeysPart) -> None:
    _policy(keys)
    keys.panels.policy.days["suspend_days"].setValue(20)


def _policy_conflict(keys: KeysPart) -> None:
    _policy(keys)
    panel = keys.panels.policy
    panel.days["max_days"].setValue(180)
    panel._on_refused(
        ChangedMeanwhile("The policy for keys", theirs="other days", yours="180 days",
                         fresh=Policy(max_days=90))
    )  # fmt: skip


def _no_system(keys: KeysPart) -> None:
    page_of(keys.window()).take_systems([], "")


def _forbid(keys: KeysPart) -> None:
    fill(keys)
    page_of(keys.window()).take_permissions(replace(keys._here, permissions={}))


# Waiting, and what went wrong


def _wait_in_line(place: Workplace) -> None:
    def wait(task: Task) -> None:
        task.cancel.wait()

    def on_change() -> None:
        if job.state == "running":
            page = place.integrating.page
            page.take_systems([CLAIMS, PORTAL], CLAIMS.node_path)

    job = place.window.jobs.start(wait, owner=place)
    job.changed.connect(on_change)


def _lose(place: Workplace) -> None:
    page = place.integrating.page
    page.take_systems([CLAIMS, PORTAL], CLAIMS.node_path)


def _is_loading(window: QWidget) -> bool:
    return page_of(window).keys.list.state.shows_placeholders


def _says_error(window: QWidget) -> bool:
    return page_of(window).keys.list.state.state == "error"


def scene(
    name: str,
    state: str,
    act: Act = lambda keys: None,
    *,
    settled: Callable[[QWidget], bool] = is_at_rest,
    **how: Any,
) -> Scene:
    """A picture of the page in the console."""

    def shown(window: QWidget) -> None:
        act(page_of(window).keys)

    return Scene(name, partial(_console, **how), state, shown, settled)


def _console(stage: Stage, **how: Any) -> QWidget:
    return console(stage, **({"role": "owner", "page": "integration"} | how))


def scenes() -> list[Scene]:
    """List, panels, forms and dialogs of the keys; waiting, failing, closed."""
    keys = partial(scene, "keys")
    return [
        keys("", fill),
        keys("key", partial(_key, 0)),
        *(keys(name, partial(_key, place)) for name, place in _STATES.items()),
        keys("chip", _attention),
        keys("find", _find),
        keys("nothing", _nothing),
        keys("empty", _empty),
        keys("generate", _generate),
        keys("generate-faults", _generate_faults),
        keys("reveal", _reveal),
        keys("reveal-rotated", _rotated),
        keys("rotate", _rotate),
        keys("revoke", _revoke),
        keys("label-conflict", _label_conflict),
        keys("refused", _refused),
        keys("policy", _policy),
        keys("policy-fault", _policy_fault),
        keys("policy-conflict", _policy_conflict),
        keys("read-only", partial(_key, 0), role="member"),
        keys("policy-read-only", _policy, role="member"),
        keys("no-system", _no_system),
        keys("not-permitted", _forbid),
        keys("loading", begin=_wait_in_line, settled=_is_loading),
        keys("error", begin=_lose, is_lost=True, settled=_says_error),
    ]
