"""Pictures of the webhooks in each of their states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from functools import partial
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop.scene import Scene, Stage
from govdesk.desktop.webhooks import samples
from govdesk.desktop.webhooks.opening import AskToOpen
from govdesk.desktop.webhooks.page import WebhooksPage
from govdesk.desktop.webhooks.part import MANAGE, READ
from govdesk.desktop.webhooks.resuming import ResumeDialog
from govdesk.desktop.webhooks.reveal import SecretDialog
from govdesk.desktop.webhooks.rotating import RotateDialog
from govdesk.desktop.webhooks.signing import SigningKeysDialog
from govdesk.services.link import Link
from govdesk.services.meanwhile import ChangedMeanwhile
from govdesk.services.organization import Here
from govdesk.services.webhook_drafts import draft_of

Act = Callable[[WebhooksPage], object]
_HERE: Final = Here("Acme Ltd", "acme", "production", "ada@acme.example", "Ada Admin",
                    "user:ada@acme.example", {READ: ["acme"], MANAGE: ["acme"]})  # fmt: skip
_READER: Final = replace(_HERE, permissions={READ: ["acme"]})
_FORBIDDEN: Final = replace(_HERE, permissions={})
_WHICH: Final = "webhooks"


def _build(
    stage: Stage, here: Here = _HERE, begin: Act | None = None, of_system: bool = False
) -> QWidget:
    window = QWidget()
    window.setObjectName("webhooks_window")
    window.setWindowTitle("Webhooks")
    kept = Preferences(stage.folder / "preferences.json", policy=stage.folder / "policy.json")
    kept.set("web_url", "https://govdesk.acme.example")
    link: Link = stage.lost_link()
    page = WebhooksPage(link, stage.jobs, kept, here, UTC, window, of_system=of_system)
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(page)
    window.destroyed.connect(kept.close)
    window.destroyed.connect(link.close)
    window.resize(1280, 800)
    page.take_systems([samples.SYSTEM], samples.SYSTEM.node_path)
    if begin is not None:
        begin(page)
    return window


def page_of(window: QWidget) -> WebhooksPage:
    """The page in its window."""
    found = window.findChild(WebhooksPage)
    assert found is not None
    return found


def _fill(page: WebhooksPage) -> None:
    page.webhooks.stage(samples.found())


def _open(page: WebhooksPage, place: int = 0) -> None:
    one = samples.webhooks()[place]
    page.webhooks.select_entity(one.id)
    page.webhooks.show_secrets(one.id, samples.secrets())


def _edit(page: WebhooksPage, place: int = 0) -> None:
    _open(page, place)
    page.webhooks.panel.edit()


def _fill_system(page: WebhooksPage) -> None:
    found = samples.found()
    here = tuple(one for one in found.webhooks if one.system_id is not None)
    page.webhooks.stage(replace(found, webhooks=here))


def _edit_more(page: WebhooksPage) -> None:
    _edit(page)
    panel = page.webhooks.panel
    QTimer.singleShot(0, panel, partial(panel.area.ensureWidgetVisible, panel.form.allow))


def _new(page: WebhooksPage, kind: str = "webhook") -> None:
    page.add()
    form = page.webhooks.panel.form
    if kind != "webhook":
        form.kind.set_text(kind)
        form.kind.edited.emit()


def _faulty(page: WebhooksPage) -> None:
    _new(page)
    form = page.webhooks.panel.form
    form.url.line.setText("http://siem.acme.example/hooks")
    page.webhooks.panel.save()


def _typo(page: WebhooksPage) -> None:
    _new(page)
    panel = page.webhooks.panel
    picker = panel.form.events.picker
    picker.set_patterns(("grant.*", "x.claims.*"))
    picker.line.setText("member.invted")
    picker.take()
    panel.bring_into_sight(panel.form.events)


def _conflict(page: WebhooksPage) -> None:
    _edit(page)
    theirs = replace(samples.webhooks()[0], events=("member.*",), throttle=None)
    panel = page.webhooks.panel
    panel.form.description.set_text("Security operations, night shift")
    error = ChangedMeanwhile("The webhook “Security operations”", theirs="other events",
                             yours="another name", fresh=theirs, by="mei@acme.example")  # fmt: skip
    panel._on_refused(panel.shown, error)


def _delete(page: WebhooksPage) -> None:
    _open(page, 2)
    page.webhooks.panel.ask_to_delete()


def _resume(page: WebhooksPage) -> None:
    _open(page, 5)
    part = page.webhooks
    dialog = ResumeDialog(part._link, part._jobs, samples.webhooks()[5], print, page.window())
    dialog.open()
    dialog.show_missed(samples.MISSED)


def _rotate(page: WebhooksPage) -> None:
    _open(page)
    part = page.webhooks
    RotateDialog(part._link, part._jobs, samples.webhooks()[0], print, page.window()).open()


def _reveal(page: WebhooksPage) -> None:
    _open(page)
    added = samples.added()
    SecretDialog(
        "The secret of Security operations", "It signs what “Security operations” is sent.",
        added.secret or "", page.window(), offers_check=True,
    ).open()  # fmt: skip


def _signing(page: WebhooksPage) -> None:
    part = page.webhooks
    dialog = SigningKeysDialog(
        part._link, part._jobs, "https://govdesk.acme.example", "acme", UTC, page.window(),
        may_rotate=True,
    )  # fmt: skip
    dialog.open()
    dialog.show_keys(samples.signing_keys())


def _ask(page: WebhooksPage) -> None:
    _edit(page)
    part = page.webhooks
    draft = draft_of(samples.webhooks()[0])
    AskToOpen(part._jobs, part._link, draft, None, print, page.window()).open()


def _empty(page: WebhooksPage) -> None:
    page.webhooks.stage(replace(samples.found(), webhooks=()))


def _silent(page: WebhooksPage) -> None:
    page.webhooks.stage(samples.found(timedelta(hours=2)))


def _no_match(page: WebhooksPage) -> None:
    page.webhooks.list.filter.setText("quetzalbird")


def _load(page: WebhooksPage) -> None:
    part = page.webhooks
    part.reader.is_staged = True
    part.list.forget()


def _is_loading(window: QWidget) -> bool:
    return page_of(window).webhooks.list.state.shows_placeholders


def _says_error(window: QWidget) -> bool:
    return page_of(window).webhooks.list.state.state == "error"


def _scene(
    state: str,
    act: Act = lambda page: None,
    *,
    here: Here = _HERE,
    begin: Act | None = _fill,
    of_system: bool = False,
    settled: Callable[[QWidget], bool] | None = None,
) -> Scene:
    def shown(window: QWidget) -> None:
        act(page_of(window))

    name = "siem" if of_system else _WHICH
    build = partial(_build, here=here, begin=begin, of_system=of_system)
    return Scene(name, build, state, shown, settled)


def scenes() -> list[Scene]:
    """The list, a webhook read and edited, its dialogs, refusals, and the five states."""
    return [
        _scene("", _open),
        _scene("list"),
        _scene("failing", partial(_open, place=1)),
        _scene("disabled", partial(_open, place=5)),
        _scene("no-worker", begin=_silent),
        _scene("new", _new),
        _scene("new-splunk", partial(_new, kind="splunk")),
        _scene("faulty", _faulty),
        _scene("typo", _typo),
        _scene("edit", _edit),
        _scene("edit-more", _edit_more),
        _scene("conflict", _conflict),
        _scene("delete", _delete),
        _scene("resume", _resume),
        _scene("rotate", _rotate),
        _scene("reveal", _reveal),
        _scene("signing-key", _signing),
        _scene("ask", _ask),
        _scene("no-match", _no_match),
        _scene("empty", begin=_empty),
        _scene("loading", begin=_load, settled=_is_loading),
        _scene("error", begin=None, settled=_says_error),
        _scene("read-only", _open, here=_READER),
        _scene("not-permitted", here=_FORBIDDEN, begin=None),
        _scene("", partial(_open, place=3), of_system=True, begin=_fill_system),
    ]
