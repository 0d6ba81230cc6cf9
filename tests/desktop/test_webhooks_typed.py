"""Claims: what is typed about a webhook outlives a theme, a closed panel, another page, Esc."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from shiboken6 import isValid

from govdesk.desktop import theme
from govdesk.desktop.deliveries.testing import TestDialog
from govdesk.desktop.webhooks.panel import WebhookPanel
from tests.desktop.driving import find, opened, press, settle, wait_for, write
from tests.desktop.office import Desk, Office
from tests.doors import seat
from tests.endpoints import ready
from tests.people import OLGA

ESSAY = "Whom this tells what, and why we wanted it, at length. "


@pytest.fixture
def desk(office: Office) -> Desk:
    return office.desk(OLGA, page="webhooks")


def panel_of(desk: Desk) -> WebhookPanel:
    panel: WebhookPanel = desk.place.webhooking.page.webhooks.panel
    return panel


def begin(desk: Desk) -> WebhookPanel:
    """Press Add webhook, and unfold all of the form."""
    page = desk.place.webhooking.page
    wait_for(lambda: page.webhooks._is_read, what="the webhooks")
    find(page, "webhooks_add").setFocus()
    desk.press("Space")
    panel = panel_of(desk)
    panel.form.more.button.setChecked(True)
    settle()
    return panel


def type_essays(panel: WebhookPanel) -> dict[str, str]:
    """Write into every field that takes text; returns what each holds then."""
    found: list[QLineEdit | QPlainTextEdit] = [
        *panel.form.findChildren(QLineEdit),
        *panel.form.findChildren(QPlainTextEdit),
    ]
    fields = [
        one
        for one in found
        if one.isVisibleTo(panel.form)
        and not one.isReadOnly()
        and not one.objectName().startswith("qt_")
    ]
    for one in fields:
        one.setFocus()
        press(one, "Ctrl+A")
        write(one, ESSAY + one.objectName())
    return held(panel, [one.objectName() for one in fields])


def held(panel: WebhookPanel, names: list[str]) -> dict[str, str]:
    return {name: text_of(find(panel.form, name)) for name in names}


def text_of(one: QWidget) -> str:
    return one.toPlainText() if isinstance(one, QPlainTextEdit) else one.text()  # type: ignore[attr-defined]


def come_back(panel: WebhookPanel, desk: Desk) -> None:
    """Press Add webhook once more."""
    find(desk.place.webhooking.page, "webhooks_add").setFocus()
    desk.press("Space")
    wait_for(panel.isVisible, what="the form")


def test_what_is_typed_outlives_themes_two_saves_esc_and_another_page(
    desk: Desk, qapp: QApplication
) -> None:
    panel = begin(desk)
    before = type_essays(panel)
    assert len(before) > 8
    for name in ("dark", "light"):
        theme.apply(qapp, name)
        settle()
        assert held(panel, list(before)) == before
    save = find(panel, "webhook_save", QPushButton)
    save.setFocus()
    press(save, "Space")
    press(save, "Space")
    settle()
    assert held(panel, list(before)) == before
    assert panel.form.url.error
    press(panel.form.url.line, "Escape")
    assert panel.isHidden()
    come_back(panel, desk)
    told = {name: text.split() for name, text in before.items()}
    same = {name: text.replace("\n", ", ") for name, text in held(panel, list(before)).items()}
    assert {name: text.split() for name, text in same.items()} == told
    desk.place.window.show_page("timeline")
    desk.place.window.show_page("webhooks")
    assert held(panel, list(before))["webhook_events"] == before["webhook_events"]


def test_the_theme_changes_under_an_open_test(desk: Desk, qapp: QApplication) -> None:
    cast = desk.office.cast
    webhook = ready(cast, seat(cast, OLGA.email), description="Event store")
    part = desk.place.webhooking.page.webhooks
    part.refresh()
    part.select_entity(str(webhook))
    wait_for(lambda: part.panel.mode == "view", what="the webhook")
    find(part.panel, "webhook_begin_test").setFocus()
    desk.press("Space")
    dialog = opened("webhook_test", TestDialog)
    wait_for(lambda: dialog.pill.word != "under way", what="the end of the test")
    said = dialog.pill.word
    for name in ("dark", "light"):
        theme.apply(qapp, name)
        settle()
        back = dialog.grab().toImage().pixelColor(theme.GRID, theme.GRID)
        assert back == dialog.palette().window().color()
        assert dialog.pill.word == said == "not tested"
    press(dialog, "Escape")
    wait_for(lambda: not isValid(dialog) or dialog.isHidden(), what="the dialog to close")
    assert part.panel.isVisible()
