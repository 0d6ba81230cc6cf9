"""The menu of a row of the log: its detail, the tries that are like it, copies."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from govdesk.desktop import theme
from govdesk.services.deliveries import Attempt

Act = Callable[[], object]


def row_menu(
    attempt: Attempt,
    parent: QWidget,
    *,
    detail: Act,
    only: Callable[[str], object],
    why: Act,
    copy: Act,
) -> QMenu:
    """Return the menu; `only` gets what the list is to be narrowed to: webhook, event or seq."""
    menu = QMenu("Try", parent)
    menu.setObjectName("delivery_menu")
    _add(menu, "panel-right", "Show the detail", "delivery_menu_detail", detail)
    menu.addSeparator()
    for name, title in (
        ("webhook", "Everything to this webhook"),
        ("event", f"Everything of {attempt.event}"),
        ("seq", "Every try of this event"),
    ):
        one = _add(menu, "filter", title, f"delivery_menu_{name}", partial(only, name))
        one.setEnabled(name != "seq" or attempt.seq is not None)
    menu.addSeparator()
    asked = _add(
        menu, "circle-question-mark", "Why was this sent, or not?", "delivery_menu_why", why
    )
    asked.setEnabled(attempt.seq is not None)
    _add(menu, "copy", "Copy rows", "delivery_menu_copy", copy)
    return menu


def _add(menu: QMenu, icon: str, title: str, name: str, run: Act) -> QAction:
    made = menu.addAction(theme.icon(icon), title)
    made.setObjectName(name)
    made.triggered.connect(lambda: run())
    return made
