"""One row of the policy (an action and whether it needs a second human), one row of a reviewer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.widgets import Pill, Words
from govdesk.services.decisions import Kind, Reviewer

MOST_HOURS = 24 * 14
NO_REVIEWER = (
    "Nobody but you could decide yet. Add a reviewer below; then an action can be switched on."
)
ALWAYS = "This always needs a second human."
BY_ITSELF = "This needs a second human as soon as anything else here does."


class PolicyRow(QWidget):
    """`save_asked` carries the action; `kind` is what stands on the server."""

    save_asked = Signal(str)

    def __init__(self, kind: Kind, parent: QWidget | None = None):
        super().__init__(parent)
        self.kind = kind
        name = kind.action.replace(".", "_")
        self.setObjectName(f"policy_{name}")
        self.switch = QCheckBox(kind.title.replace("&", "&&"), self)
        self.switch.setObjectName(f"policy_{name}_on")
        self.hours = QSpinBox(self)
        self.hours.setObjectName(f"policy_{name}_hours")
        self.hours.setAccessibleName(f"Hours until a request expires: {kind.title}")
        self.hours.setRange(1, MOST_HOURS)
        self.hours.setPrefix("expires after ")
        self.hours.setSuffix(" h")
        self.hours.setMinimumHeight(theme.CONTROL_HEIGHT)
        self.save = QPushButton("Save", self)
        self.save.setObjectName(f"policy_{name}_save")
        self.save.setAccessibleName(f"Save: {kind.title}")
        self.save.setAutoDefault(False)
        self.words = Words(kind.sentence, "secondary", "text_secondary", self, wraps=True)
        self.words.setObjectName(f"policy_{name}_words")
        self._lay_out()
        self.switch.setChecked(kind.enabled)
        self.hours.setValue(kind.expires_hours)
        self.switch.toggled.connect(self._on_edited)
        self.hours.valueChanged.connect(self._on_edited)
        self.save.clicked.connect(self._on_save)
        self._on_edited()

    def _lay_out(self) -> None:
        upper = QHBoxLayout()
        upper.setSpacing(theme.INSIDE)
        upper.addWidget(self.switch, 1)
        upper.addWidget(self.hours)
        upper.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.GRID, 0, theme.INSIDE)
        column.setSpacing(0)
        column.addLayout(upper)
        column.addWidget(self.words)

    @property
    def is_changed(self) -> bool:
        """Whether something here is not what stands on the server."""
        wanted = (self.switch.isChecked(), self.hours.value())
        return wanted != (self.kind.enabled, self.kind.expires_hours)

    def take(self, kind: Kind) -> None:
        """Show what stands on the server now; what the person has changed and not saved stays."""
        keeps = self.is_changed and kind == self.kind
        self.kind = kind
        if not keeps:
            self.switch.setChecked(kind.enabled)
            self.hours.setValue(kind.expires_hours)
        self._on_edited()

    def allow(self, may_manage: str, has_reviewer: bool) -> None:
        """Grey what cannot be done now and say why; `may_manage` is empty when it can."""
        why = may_manage
        if self.kind.is_fixed:
            why = may_manage = ALWAYS if self.kind.always else BY_ITSELF
            self.hours.hide()
            self.save.hide()
            self.words.setText(f"{self.kind.sentence} {why}")
        if not why and not has_reviewer and not self.kind.enabled:
            why = NO_REVIEWER
        self.switch.setEnabled(not why)
        self.hours.setEnabled(not may_manage)
        for control in (self.switch, self.hours):
            control.setToolTip(why)
        self.switch.setAccessibleDescription(why or self.kind.sentence)
        self._on_edited()

    def say(self, sentence: str) -> None:
        """Say what went wrong below the row, or its own sentence again."""
        if self.kind.is_fixed:
            return
        self.words.setText(sentence or self.kind.sentence)
        self.words.set_tone("state_failed" if sentence else "text_secondary")

    @Slot()
    def _on_edited(self) -> None:
        self.save.setEnabled(self.is_changed and self.hours.isEnabled())

    @Slot()
    def _on_save(self) -> None:
        self.save_asked.emit(self.kind.action)


class ReviewerRow(QWidget):
    """`remove_asked` carries the address."""

    remove_asked = Signal(str)

    def __init__(self, reviewer: Reviewer, place: int, parent: QWidget | None = None):
        super().__init__(parent)
        self.reviewer = reviewer
        name = Words(reviewer.display_name or reviewer.email, parent=self, wraps=True)
        name.setObjectName(f"reviewer_{place}_name")
        address = Words(reviewer.email, "secondary", "text_secondary", self, wraps=True)
        kind = "member" if reviewer.member_id is not None else "outside"
        pill = Pill("state_neutral", kind, self, icon="user")
        self.remove = QPushButton("Remove", self)
        self.remove.setObjectName(f"reviewer_{place}_remove")
        self.remove.setAccessibleName(f"Remove the reviewer {reviewer.email}")
        self.remove.setAutoDefault(False)
        self.remove.clicked.connect(self._on_remove)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(name)
        words.addWidget(address)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.GRID, 0, theme.GRID)
        row.setSpacing(theme.INSIDE)
        row.addLayout(words, 1)
        row.addWidget(pill, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignVCenter)

    @Slot()
    def _on_remove(self) -> None:
        self.remove_asked.emit(self.reviewer.email)
