"""The doors of a first run."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from govdesk.desktop import theme
from govdesk.desktop.entrance.dressing import Dressing, say
from govdesk.desktop.entrance.waiting import Waiting
from govdesk.desktop.entrance.words import described
from govdesk.desktop.forms.ui_first_run import Ui_FirstRunForm
from govdesk.domain.problem import Problem


class FirstRunPage(QWidget):
    """Offers the demo and a server; waits while the demo starts."""

    demo_chosen = Signal()
    demo_cancelled = Signal()
    connect_chosen = Signal()
    snapshot_chosen = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.form = form = Ui_FirstRunForm()
        form.setupUi(self)
        Dressing(self)
        doors = (form.open_demo, form.connect_to_server, form.open_snapshot)
        for door, icon in zip(doors, ("play", "server", "folder-open"), strict=True):
            door.setIcon(theme.icon(icon))
            door.setIconSize(QSize(theme.ICON_LARGE, theme.ICON_LARGE))
        self._waiting = Waiting(form.waiting_place)
        self._waiting.stop.clicked.connect(self.demo_cancelled)
        form.open_demo.clicked.connect(self.demo_chosen)
        form.connect_to_server.clicked.connect(self.connect_chosen)
        form.open_snapshot.clicked.connect(self.snapshot_chosen)
        form.back.clicked.connect(self.left)

    def begin(self, *, can_go_back: bool) -> None:
        """Show the doors."""
        self.form.back.setVisible(can_go_back)
        say(self.form.message, "")
        self.form.open_demo.setFocus()

    def wait(self, text: str) -> None:
        """Say that the demo is starting; the doors rest."""
        self._rest(True)
        say(self.form.message, "")
        self._waiting.begin(text)

    def stop_waiting(self, problem: Problem | None = None) -> None:
        """Offer the doors again, with what went wrong."""
        self._rest(False)
        self._waiting.end()
        say(self.form.message, described(problem) if problem else "", "state_failed")

    def _rest(self, rests: bool) -> None:
        form = self.form
        for door in (form.open_demo, form.connect_to_server, form.open_snapshot, form.back):
            door.setEnabled(not rests)
