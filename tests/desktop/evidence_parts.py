"""How tests drive the Evidence page: going there, waiting for lists, dropping files on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog
from shiboken6 import isValid

from govdesk.desktop.evidence.page import EvidencePage
from tests.desktop.driving import wait_for
from tests.desktop.office import Desk

SECONDS = 60.0


def evidence(desk: Desk, tab: str = "Checkpoints") -> EvidencePage:
    """Go to a tab of the page."""
    desk.place.window.show_page("evidence")
    page = desk.place.evidencing.page
    page.show_tab(tab)
    return page


def read(part: Any) -> Any:
    """Wait until a tab has its list."""
    wait_for(lambda: part.list._is_read and part._reading is None, what="the list")
    return part


def is_gone(dialog: QDialog) -> bool:
    """Whether it is closed; it is deleted then, too."""
    return not isValid(dialog) or not dialog.isVisible()


def banner(desk: Desk, beginning: str) -> str:
    """Wait until that stands above the page, and return all of it."""
    wait_for(lambda: beginning in desk.banner(), SECONDS, f"{beginning!r} above the page")
    return desk.banner()


def drop(area: Any, path: Path) -> None:
    """Let a file fall onto the area, as the desktop does."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    about = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
             Qt.KeyboardModifier.NoModifier)  # fmt: skip
    enter = QDragEnterEvent(QPoint(5, 5), *about)
    QApplication.sendEvent(area, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(area, QDropEvent(QPointF(5, 5), *about))
