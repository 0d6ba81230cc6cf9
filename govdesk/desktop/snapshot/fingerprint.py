"""A key's fingerprint as people compare it, and the question whether they have."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets import Picture, Words, announce
from govdesk.services import trust


class Fingerprint(QWidget):
    """Two lines of eight groups of four digits, and Copy; `what` is what it is, as one says it.

    `small` leaves the word beside the icon of Copy away, where several stand in a narrow place.
    """

    def __init__(
        self, parent: QWidget | None = None, *, what: str = "Fingerprint", small: bool = False
    ):
        super().__init__(parent)
        self._what, self._whole = what, ""
        self.text = ""
        self._digits = Words("", "mono", parent=self)
        self._digits.setObjectName("fingerprint_small" if small else "fingerprint")
        self._digits.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._copy = QToolButton(self) if small else QPushButton("Copy", self)
        self._copy.setIcon(theme.icon("copy"))
        self._copy.setObjectName("fingerprint_copy")
        words = f"Copy the {what[:1].lower()}{what[1:]}"
        self._copy.setAccessibleName(words)
        self._copy.setToolTip(words)
        if isinstance(self._copy, QPushButton):
            self._copy.setAutoDefault(False)
        else:
            self._copy.setAutoRaise(True)
        self._copy.clicked.connect(self._on_copy)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE if small else theme.GAP)
        row.addWidget(self._digits)
        row.addWidget(self._copy, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)

    def show_key(self, *digits: str) -> None:
        """Show another one, or several, each given in plain hex; none shows a dash."""
        self.text = ", ".join(digits)
        self._whole = "\n".join(trust.grouped(one) for one in digits)
        self._digits.setText(self._whole or "–")
        self._digits.setAccessibleName(f"{self._what}: {self._whole or 'none'}")
        self._copy.setEnabled(bool(digits))

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._whole)
        announce(self, f"The {self._what[:1].lower()}{self._what[1:]} is copied")


class KeyQuestion(QWidget):
    """Asks, above the page, whether the key that signed a snapshot is the right one."""

    trusted = Signal()
    put_off = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("key_question")
        self._icon = Picture("key-round", "severity_warning", parent=self)
        self._title = Words("", "strong", parent=self, wraps=True)
        self._title.setObjectName("key_question_title")
        self._what = Words("", parent=self, wraps=True)
        self._what.setObjectName("key_question_text")
        self.fingerprint = Fingerprint(self)
        self._trust = QPushButton("Trust this key", self)
        self._trust.setObjectName("trust_key")
        self._trust.setAutoDefault(False)
        self._trust.clicked.connect(self.trusted)
        self._later = QPushButton("Not now", self)
        self._later.setObjectName("trust_later")
        self._later.setAutoDefault(False)
        self._later.clicked.connect(self.put_off)
        self._lay_out()
        theme.signals.changed.connect(self.update)
        self.hide()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(theme.GRID)
        for part in (self._title, self._what, self.fingerprint):
            words.addWidget(part)
        buttons = QVBoxLayout()
        buttons.setSpacing(theme.INSIDE)
        buttons.addWidget(self._trust)
        buttons.addWidget(self._later)
        buttons.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, theme.INSIDE, theme.GAP, theme.INSIDE)
        row.setSpacing(theme.GAP)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addLayout(buttons)

    def ask(self, organization: str, log: str, fingerprint: str, *, knows_another: bool) -> None:
        """Show the question; `knows_another` if another key of this log is trusted already."""
        if knows_another:
            self._title.setText(f"This is not the key that you trust for {organization}.")
            self._what.setText(
                "Another key of this log is trusted on this computer. Unless you were told that it"
                " was replaced, somebody else may have made this snapshot. Compare the fingerprint"
                " with what the organization tells you in another way than with the file."
            )
        else:
            self._title.setText("This computer does not know the key of this snapshot yet.")
            self._what.setText(
                f"Ask {organization} for the fingerprint of the key of its log {log} in another way"
                " than with the file, such as by phone, and compare all of it. Until you trust the"
                " key the snapshot counts as not verified."
            )
        self.fingerprint.show_key(fingerprint)
        self.show()
        announce(self, f"{self._title.text()} {self._what.text()}")

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground of a warning, and a line below."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("weak_warning"))
        below = self.rect().adjusted(0, self.height() - theme.HAIRLINE, 0, 0)
        painter.fillRect(below, theme.colour("line"))
        painter.end()
