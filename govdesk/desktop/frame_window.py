"""The frame that every page stands in: band, navigation, pages, banner, jobs, status."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QByteArray, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QLabel,
    QMainWindow,
    QMessageBox,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.environment import EnvironmentBand
from govdesk.desktop.jobs_panel import JobsPanel
from govdesk.desktop.log_status import LogStatus
from govdesk.desktop.navigation import Navigation
from govdesk.desktop.widgets import Banner
from govdesk.jobs import Jobs

_MESSAGE_MS: Final = 8000


class FrameWindow(QMainWindow):
    """Shows pages. `left` comes when it has really closed, `stayed` when a person thought again."""

    left = Signal()
    stayed = Signal()
    page_changed = Signal(str)

    def __init__(self, jobs: Jobs, preferences: Preferences, parent: QWidget | None = None):
        super().__init__(parent)
        self.jobs, self.preferences = jobs, preferences
        self._pages: dict[str, QWidget | Callable[[], QWidget]] = {}
        self._page = ""
        self._may_close = False
        self._build_frame()

    def _build_frame(self) -> None:
        self.setMinimumSize(160 * theme.GRID, 100 * theme.GRID)
        self.band = EnvironmentBand(self)
        self.search_button = self.band.add_button("search_button", "Search  Ctrl+K", "search")
        self.jobs_button = self.band.add_button("jobs_button", "Jobs", "activity")
        self.banner = Banner(self)
        self.navigation = Navigation(self)
        self.navigation.chosen.connect(self.show_page)
        self.stack = QStackedWidget(self)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setObjectName("main_splitter")
        self.splitter.addWidget(self.navigation)
        self.splitter.addWidget(self.stack)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setChildrenCollapsible(False)
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.band, self.banner):
            column.addWidget(part)
        column.addWidget(self.splitter, 1)
        self._column = column
        self.setCentralWidget(middle)
        self.jobs_panel = JobsPanel(self.jobs, self)
        self.jobs_panel.count_changed.connect(self._on_jobs)
        self.jobs_button.clicked.connect(self.show_jobs)
        self._build_status()

    def _build_status(self) -> None:
        self.log_status = LogStatus(self)
        self.status: dict[str, QLabel | LogStatus] = {
            "page": QLabel(self), "seal": self.log_status, "zone": QLabel(self),
            "connection": QLabel(self),
        }  # fmt: skip
        for name, label in self.status.items():
            label.setObjectName(f"status_{name}")
            label.setContentsMargins(theme.INSIDE, theme.GRID, theme.INSIDE, theme.GRID)
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.setContentsMargins(theme.INSIDE, theme.HAIRLINE, theme.INSIDE, 0)
        for name in ("page", "seal"):
            bar.addWidget(self.status[name])
        for name in ("zone", "connection"):
            bar.addPermanentWidget(self.status[name])

    def add_band(self, band: QWidget) -> None:
        """Put a band above everything else in the window."""
        self._column.insertWidget(0, band)

    def add_notice(self, notice: QWidget) -> None:
        """Put a notice below the bands; the banner of the page stands below it."""
        self._column.insertWidget(self._column.indexOf(self.banner), notice)

    # Pages

    def add_page(
        self, page: str, title: str, icon: str, widget: QWidget | Callable[[], QWidget]
    ) -> None:
        """Add a page to the navigation; one that is built `Later` is asked for when it is shown."""
        self.add_inner_page(page, widget)
        self.navigation.add_page(page, title, icon)

    def add_inner_page(self, page: str, widget: QWidget | Callable[[], QWidget]) -> None:
        """Add a page that one reaches by places below another."""
        if isinstance(widget, QWidget):
            self.stack.addWidget(widget)
        self._pages[page] = widget

    def has_page(self, page: str) -> bool:
        """Whether there is such a page."""
        return page in self._pages

    @Slot(str)
    def show_page(self, page: str) -> None:
        """Go to a page."""
        if page not in self._pages:
            return
        widget = self._pages[page]
        if not isinstance(widget, QWidget):
            widget = widget()
        before, self._page = self._page, page
        self.stack.setCurrentWidget(widget)
        self.navigation.go_to(page)
        if page != before:
            self.page_changed.emit(page)

    @property
    def page(self) -> str:
        """Id of the page that is shown; empty until one was."""
        return self._page

    @Slot()
    def show_jobs(self) -> None:
        """Open the panel of long work below its button."""
        button = self.jobs_button
        panel = self.jobs_panel
        panel.resize(panel.sizeHint().boundedTo(self.size() * 3 / 4))
        below = self.band.mapToGlobal(self.band.rect().bottomLeft())
        right = button.mapToGlobal(button.rect().topRight())
        corner = QPoint(max(right.x(), below.x() + panel.width() + theme.INSIDE), below.y() + 1)
        self.jobs_panel.move(corner - QPoint(self.jobs_panel.width(), 0))
        self.jobs_panel.show()

    # Words

    @Slot(str)
    def say(self, text: str) -> None:
        """Say what happened in the status bar, for a while."""
        self.statusBar().showMessage(text, _MESSAGE_MS)

    def set_status(self, part: str, words: str) -> None:
        """Keep words in a part of the status bar: page, seal, zone or connection."""
        self.status[part].setText(words)
        side = theme.INSIDE if words else 0
        self.status[part].setContentsMargins(side, theme.GRID, side, theme.GRID)

    @Slot(int)
    def _on_jobs(self, count: int) -> None:
        words = f"Jobs {count}" if count else "Jobs"
        self.jobs_button.setText(words)
        self.jobs_button.setAccessibleName(f"{count} jobs are running" if count else "Jobs")

    # Leaving

    def restore(self) -> None:
        """Stand as it stood when it was last closed; called once, when it is built."""
        geometry = self.preferences.get("window_geometry")
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(str(geometry).encode()))
        else:
            self.resize(320 * theme.GRID, 200 * theme.GRID)
        sizes = self.preferences.get("splitters").get("main", [])
        self.splitter.setSizes(sizes or [46 * theme.GRID, 274 * theme.GRID])

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask once while work is running; remember how the window stood."""
        running = self.jobs_panel.running
        if running and not self._may_close:
            event.ignore()
            self._ask_to_leave(len(running))
            return
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self.preferences.set("window_geometry", geometry)
        splitters = self.preferences.get("splitters")
        self.preferences.set("splitters", splitters | {"main": self.splitter.sizes()})
        event.accept()
        self.left.emit()

    def _ask_to_leave(self, count: int) -> None:
        if self.findChild(QMessageBox, "leave_question") is not None:
            return
        work = "1 job is" if count == 1 else f"{count} jobs are"
        question = QMessageBox(
            QMessageBox.Icon.Question,
            "Work is running",
            f"{work} still running. Leaving cancels them; unfinished files are removed.",
            parent=self,
        )
        question.setObjectName("leave_question")
        leave = question.addButton("Leave and cancel", QMessageBox.ButtonRole.DestructiveRole)
        leave.setObjectName("leave_and_cancel")
        stay = question.addButton("Keep working", QMessageBox.ButtonRole.RejectRole)
        stay.setObjectName("keep_working")
        question.setDefaultButton(stay)
        question.setEscapeButton(stay)
        question.finished.connect(self._on_answered)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.open()

    @Slot()
    def _on_answered(self) -> None:
        """However the question was waved away, other than by leaving, means staying."""
        question = self.sender()
        assert isinstance(question, QMessageBox)
        button = question.clickedButton()
        if button is not None and button.objectName() == "leave_and_cancel":
            self.leave()
        else:
            self.stayed.emit()

    @Slot()
    def leave(self) -> None:
        """Close without a question; work that runs is cancelled."""
        self._may_close = True
        for job in self.jobs_panel.running:
            job.cancel()
        self.close()
