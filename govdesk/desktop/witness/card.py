"""One checkpoint as it is read to somebody on the telephone: size, root, time, key."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.snapshot.fingerprint import Fingerprint
from govdesk.desktop.timeline.columns import time_text
from govdesk.desktop.widgets import Words
from govdesk.evidence.checkpoints import Tree
from govdesk.evidence.notes import VerifierKey


class CheckpointCard(QWidget):
    """A frame with a title; `name` begins the object names of its parts."""

    def __init__(self, name: str, title: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName(f"{name}_card")
        self._size = Words("", "section", parent=self, wraps=True)
        self._size.setObjectName(f"{name}_size")
        self._when = Words("", "body", "text_secondary", self, wraps=True)
        self._when.setObjectName(f"{name}_time")
        self.root = Fingerprint(self, what="Root", small=True)
        self.root.setObjectName(f"{name}_root")
        self.key = Fingerprint(self, what="Fingerprint of the key", small=True)
        self.key.setObjectName(f"{name}_key")
        rows = QFormLayout()
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.INSIDE)
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignVCenter)
        rows.addRow(Words("Root", "body", "text_secondary", self), self.root)
        rows.addRow(Words("Key", "body", "text_secondary", self), self.key)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        column.setSpacing(theme.INSIDE)
        column.addWidget(Words(title, "strong", "text_secondary", self, wraps=True))
        column.addWidget(self._size)
        column.addWidget(self._when)
        column.addLayout(rows)
        column.addStretch(1)
        theme.signals.changed.connect(self.update)

    def show_checkpoint(
        self,
        tree: Tree | None,
        at: datetime | None,
        keys: tuple[VerifierKey, ...],
        zone: tzinfo,
        note: str = "",
    ) -> None:
        """Show one; without a tree say that there is none. `note` stands below its time."""
        if tree is None:
            self._size.setText("No checkpoint")
            self._when.setText(note)
            self.root.show_key()
            self.key.show_key()
            return
        self._size.setText("1 event" if tree.size == 1 else f"{tree.size:,} events")
        when = "" if at is None else time_text(at, zone)
        self._when.setText(" · ".join(part for part in (when, note) if part))
        self.root.show_key(tree.root.hex())
        self.key.show_key(*(key.fingerprint for key in keys))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A quiet panel."""
        painter = QPainter(self)
        theme.panel(painter, self.rect(), theme.colour("raised"), theme.colour("line"))
        painter.end()
