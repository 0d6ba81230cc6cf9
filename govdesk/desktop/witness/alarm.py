"""The alarm over the whole window: the log is not the one that was signed before."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.evidence.foot import Foot
from govdesk.desktop.widgets import Picture, Words, announce
from govdesk.desktop.witness.card import CheckpointCard
from govdesk.services.witness_verdict import STEPS, Verdict

NOT_PERMITTED: Final = (
    "Whoever may manage the policy (policy.manage, as an owner does) can declare a restore."
)
GO_ON_WORDS: Final = (
    "Going on changes nothing about it: a band stays above every page, and this computer keeps"
    " what it saw before."
)


class AlarmScreen(QWidget):
    """Covers its window and keeps the keyboard until the person decides.

    `restore_asked`, `save_asked` and `check_asked` keep it open; `went_on` closes it.
    """

    restore_asked = Signal()
    save_asked = Signal()
    check_asked = Signal()
    went_on = Signal()

    def __init__(self, window: QMainWindow):
        super().__init__(window)
        self._window = window
        self.setObjectName("witness_alarm")
        self.setAutoFillBackground(True)
        self._heading = Words("", "title", parent=self, wraps=True)
        self._heading.setObjectName("alarm_title")
        self._sentence = Words("", "body", parent=self, wraps=True)
        self._sentence.setObjectName("alarm_sentence")
        self._detail = Words("", "strong", parent=self, wraps=True)
        self._detail.setObjectName("alarm_detail")
        self.before = CheckpointCard("known", "Seen and proven on this computer before", self)
        self.now = CheckpointCard("found", "Shown by the server now", self)
        self._good = Words("", "body", parent=self, wraps=True)
        self._good.setObjectName("alarm_last_good")
        self._steps = [Words("", "body", parent=self, wraps=True) for _ in STEPS]
        self._build()
        self._hide_behind(hidden=True)
        window.installEventFilter(self)
        theme.signals.changed.connect(self.update)
        self._cover()

    def _build(self) -> None:
        body = QWidget(self)
        body.setObjectName("alarm_body")
        column = QVBoxLayout(body)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        column.setSpacing(theme.GAP)
        head = QHBoxLayout()
        head.setSpacing(theme.GAP)
        icon = Picture("octagon-alert", "state_failed", theme.ICON_LARGE, self)
        head.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._heading, 1)
        column.addLayout(head)
        for part in (self._sentence, self._detail):
            column.addWidget(part)
        self._cards = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._cards.setSpacing(theme.GAP)
        self._cards.addWidget(self.before, 1)
        self._cards.addWidget(self.now, 1)
        column.addLayout(self._cards)
        column.addWidget(self._good)
        column.addWidget(Words("What to do", "section", parent=self))
        for number, (words, step) in enumerate(zip(self._steps, STEPS, strict=True), 1):
            words.setText(f"{number}.  {step}")
            words.setObjectName(f"alarm_step_{number}")
            column.addWidget(words)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setObjectName("alarm_scroll")
        scroll.setAccessibleName("What was found, and what to do")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, theme.GRID, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        whole.addWidget(self._foot())
        self._watch_keys()

    def _foot(self) -> QWidget:
        foot = Foot(self)
        self.declare = self._button("alarm_declare", "Declare a restore")
        self.save = self._button("alarm_save", "Save both checkpoints")
        self.save.setProperty("primary", True)
        self.again = self._button("alarm_again", "Check again")
        self.go_on = self._button("alarm_go_on", "Go on all the same")
        self.declare.clicked.connect(self.restore_asked)
        self.save.clicked.connect(self.save_asked)
        self.again.clicked.connect(self.check_asked)
        self.go_on.clicked.connect(self._on_go_on)
        self._why = Words(GO_ON_WORDS, "secondary", "text_secondary", foot, wraps=True)
        self._why.setObjectName("alarm_foot_words")
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        for button in (self.save, self.declare, self.again):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.go_on)
        foot.column.addWidget(self._why)
        foot.column.addLayout(row)
        return foot

    def _button(self, name: str, words: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(name)
        button.setAccessibleName(words)
        button.setAutoDefault(False)
        return button

    def show_verdict(self, verdict: Verdict, zone: tzinfo, *, may_declare: bool) -> None:
        """Show what was found; `may_declare` says whether the person may ask for a restore."""
        self._heading.setText(verdict.title)
        self._sentence.setText(f"{verdict.sentence} Organization: {verdict.tenant_path}.")
        detail = verdict.detail
        self._detail.setText(f"{detail[:1].upper()}{detail[1:]}." if detail else "")
        self._detail.setVisible(bool(detail))
        known, found = verdict.remembered, verdict.found
        self.before.show_checkpoint(
            None if known is None else known.tree,
            None if known is None else known.at,
            () if known is None else (known.signed_by,),
            zone,
            "This computer had not seen one." if known is None else "this computer's clock",
        )
        self.now.show_checkpoint(
            found.tree,
            found.at,
            found.signed_by,
            zone,
            "" if found.tree else "The server shows none.",
        )
        good = verdict.last_good
        self._good.setVisible(good is not None)
        if good is not None:
            self._good.setText(f"Up to event {good.tree.size:,} the log is the one seen before.")
        self.declare.setVisible(verdict.can_be_declared)
        self.declare.setEnabled(may_declare)
        why_not = NOT_PERMITTED if verdict.can_be_declared and not may_declare else ""
        self._why.setText(f"{GO_ON_WORDS} {why_not}".strip())
        self.declare.setToolTip("" if may_declare else NOT_PERMITTED)
        self.declare.setAccessibleDescription("" if may_declare else NOT_PERMITTED)
        self.setAccessibleName(f"Alarm: {verdict.title}. {verdict.sentence}")
        self.show()
        self.raise_()
        self.save.setFocus()
        announce(self, self.accessibleName())

    def lift(self) -> None:
        """Take the alarm away."""
        self._window.removeEventFilter(self)
        self._hide_behind(hidden=False)
        self.hide()
        self.deleteLater()

    @Slot()
    def _on_go_on(self) -> None:
        self.lift()
        self.went_on.emit()

    # Over everything

    def _hide_behind(self, *, hidden: bool) -> None:
        """What lies behind takes no keys: the centre and the status bar."""
        for part in (self._window.centralWidget(), self._window.statusBar()):
            if part is not None:
                part.setEnabled(not hidden)

    def _watch_keys(self) -> None:
        for child in (self, *self.findChildren(QWidget)):
            child.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window; the window's shortcuts do nothing meanwhile."""
        if watched is self._window:
            if event.type() in (QEvent.Type.Resize, QEvent.Type.ChildAdded):
                self._cover()
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return False

    def _cover(self) -> None:
        self.setGeometry(self._window.rect())
        self.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow windows show one checkpoint below the other."""
        super().resizeEvent(event)
        needed = sum(one.minimumSizeHint().width() for one in (self.before, self.now))
        wide = self.width() >= needed + theme.GAP + 2 * theme.MARGIN
        directions = QBoxLayout.Direction
        self._cards.setDirection(directions.LeftToRight if wide else directions.TopToBottom)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The page's own ground below a line in the colour of danger."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("window"))
        painter.fillRect(0, 0, self.width(), theme.GRID, theme.colour("danger"))
        painter.end()
