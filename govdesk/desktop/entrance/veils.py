"""What covers windows while they are locked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from shiboken6 import isValid

from govdesk.desktop import theme

_COVERED: Final = (Qt.WindowType.Window, Qt.WindowType.Dialog)


class Veil(QLabel):
    """Covers a window as long as it lives."""

    def __init__(self, window: QWidget):
        super().__init__("Locked", window)
        self.setObjectName("veil")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAutoFillBackground(True)
        self.setFont(theme.font("title"))
        window.installEventFilter(self)
        self._cover()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window, and above whatever it shows next."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.ChildAdded):
            self._cover()
        return False

    def _cover(self) -> None:
        window = self.parentWidget()
        if window is not None:
            self.setGeometry(window.rect())
            self.raise_()
            self.show()


class Veils(QObject):
    """Covers each window of this program that `concerns` it, also those that open meanwhile."""

    def __init__(self, parent: QObject, concerns: Callable[[QWidget], bool]):
        super().__init__(parent)
        self._concerns = concerns
        self._veils: list[Veil] = []

    @property
    def are_down(self) -> bool:
        """Whether anything is covered."""
        return bool(self._veils)

    def drop(self) -> None:
        """Cover what is open; menus and the like close."""
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        self._veils = [
            Veil(window)
            for window in QApplication.topLevelWidgets()
            if window.isVisible() and self._concerns(window)
        ]
        _application().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover whatever window opens."""
        if (
            event.type() == QEvent.Type.Show
            and isinstance(watched, QWidget)
            and watched.windowType() in _COVERED
            and watched.findChild(Veil) is None
            and self._concerns(watched)
        ):
            self._veils.append(Veil(watched))
        return False

    def lift(self) -> None:
        """Take the covers away; what was closed meanwhile took its own along."""
        _application().removeEventFilter(self)
        for veil in self._veils:
            if isValid(veil):
                veil.deleteLater()
                veil.hide()
        self._veils = []


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application
