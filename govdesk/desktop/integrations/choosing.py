"""The eight kinds of connections, each with what it is for."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.editing.section import PageArea
from govdesk.desktop.integrations.kinds import look_of
from govdesk.desktop.timeline.layouts import chain
from govdesk.desktop.widgets import LineButton, Picture, Words
from govdesk.domain.integrations import KINDS, Kind


class KindButton(LineButton):
    """One kind: icon, title, purpose. Enter, Space and a click choose it, arrow keys go on."""

    def __init__(self, kind: Kind, name: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.kind = kind
        look = look_of(kind.name)
        self.setObjectName(name)
        self.setAccessibleName(f"{kind.title}: {kind.purpose}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        icon = Picture(look.icon, "accent", parent=self)
        title = Words(kind.title, "strong", parent=self, wraps=True)
        purpose = Words(kind.purpose, "secondary", "text_secondary", self, wraps=True)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(title)
        words.addWidget(purpose)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, theme.INSIDE, theme.GAP, theme.INSIDE)
        row.setSpacing(theme.GAP)
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        for part in (icon, title, purpose):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A card: its ground, its edge, and the ring of the keyboard."""
        painter = QPainter(self)
        try:
            theme.panel(painter, self.rect(), theme.colour("raised"), theme.colour("line"))
            if self.isDown() or self.underMouse():
                tone = "pressed" if self.isDown() else "hover"
                theme.panel(painter, self.rect(), theme.colour(tone))
            if self.hasFocus():
                theme.ring(painter, self.rect())
        finally:
            painter.end()


class KindChooser(QWidget):
    """Every kind, in as many columns as one wants; `chosen` carries the name of one."""

    chosen = Signal(str)

    def __init__(self, name: str, columns: int, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName(name)
        self.buttons = [KindButton(kind, f"{name}_{kind.name}", self) for kind in KINDS]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.INSIDE)
        for place, one in enumerate(self.buttons):
            grid.addWidget(one, place // columns, place % columns)
            one.clicked.connect(self._on_clicked)
            one.stepped.connect(self._on_stepped)
        for column in range(columns):
            grid.setColumnStretch(column, 1)
        chain(self.buttons)

    @Slot()
    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, KindButton):
            self.chosen.emit(button.kind.name)

    @Slot(int)
    def _on_stepped(self, step: int) -> None:
        if step > 0:
            self.focusNextChild()
        else:
            self.focusPreviousChild()


class Offering(QWidget):
    """What stands in the place of the list while there is nothing: what for, and the kinds."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("connections_empty")
        content = QWidget(self)
        self.title = Words("No connections yet", "section", parent=content, wraps=True)
        self.title.setObjectName("connections_empty_title")
        self.sentence = Words(
            "A connection says where a service of yours is and where its secret is kept, so that"
            " GovDesk can reach it. The secret itself is never stored here. Choose what to"
            " connect.",
            "body", "text_secondary", content, wraps=True,
        )  # fmt: skip
        self.kinds = KindChooser("connection_kind", 2, content)
        self.kinds.chosen.connect(self.chosen)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, theme.GAP, theme.GAP, theme.GAP)
        column.setSpacing(theme.GAP)
        for part in (self.title, self.sentence, self.kinds):
            column.addWidget(part)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(PageArea(content, "connections_empty_scroll", self))
