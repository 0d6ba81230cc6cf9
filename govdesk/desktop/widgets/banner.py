"""A sentence across the page: what happened, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets.announcing import announce
from govdesk.desktop.widgets.picture import Picture
from govdesk.desktop.widgets.words import Words

Kind = Literal["info", "warning", "error"]
Act = tuple[str, Callable[[], object]]

# Icon and its colour, ground, and the word a screen reader says first.
_KINDS: Final = {
    "info": ("info", "severity_info", "weak_info", "Information"),
    "warning": ("triangle-alert", "severity_warning", "weak_warning", "Warning"),
    "error": ("octagon-alert", "severity_high", "weak_high", "Error"),
}
_MOST_ACTS: Final = 2


class Banner(QWidget):
    """Hidden until `say`; wraps as far as it needs. `dismissed` follows its cross."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("banner")
        self._kind: Kind = "info"
        self._acts: Sequence[Act] = ()
        self._icon = Picture(parent=self)
        self._icon.setObjectName("banner_icon")
        self._sentence = Words("", parent=self, wraps=True)
        self._sentence.setObjectName("banner_sentence")
        self._buttons = [self._act_button(place) for place in range(_MOST_ACTS)]
        self._cross = self._make_cross()
        self._lay_out()
        theme.signals.changed.connect(self.update)
        self.hide()

    def _act_button(self, place: int) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(f"banner_action_{place + 1}")
        button.setAutoDefault(False)
        button.hide()
        return button

    def _make_cross(self) -> QToolButton:
        cross = QToolButton(self)
        cross.setObjectName("banner_dismiss")
        cross.setText("Dismiss")
        cross.setAccessibleName("Dismiss")
        cross.setToolTip("Dismiss")
        cross.setIcon(theme.icon("x"))
        cross.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        cross.setAutoRaise(True)
        cross.clicked.connect(self._on_dismissed)
        return cross

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, theme.GRID, theme.INSIDE, theme.GRID)
        row.setSpacing(theme.INSIDE)
        row.addWidget(self._icon)
        row.addWidget(self._sentence, 1)
        first, second = self._buttons
        first.clicked.connect(self._on_first)
        second.clicked.connect(self._on_second)
        row.addWidget(first)
        row.addWidget(second)
        row.addWidget(self._cross)

    @property
    def kind(self) -> Kind:
        """Information, warning or error."""
        return self._kind

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._sentence.text()

    def say(
        self, kind: Kind, sentence: str, acts: Sequence[Act] = (), *, can_dismiss: bool = True
    ) -> None:
        """Show a sentence with up to two acts (words, function); a screen reader says it at once.

        Raises ValueError for more acts.
        """
        if len(acts) > _MOST_ACTS:
            raise ValueError(f"A banner offers at most {_MOST_ACTS} acts, not {len(acts)}.")
        self._kind, self._acts = kind, tuple(acts)
        self._sentence.setText(sentence)
        for place, button in enumerate(self._buttons):
            button.setVisible(place < len(acts))
            words = acts[place][0] if place < len(acts) else ""
            button.setText(words)
            button.setAccessibleName(words.replace("&", ""))
        self._cross.setVisible(can_dismiss)
        self.setAccessibleName(f"{_KINDS[kind][3]}: {sentence}")
        self._icon.set_icon(*_KINDS[kind][:2])
        self.update()
        self.show()
        announce(self, self.accessibleName())

    @Slot()
    def clear(self) -> None:
        """Take the banner away."""
        self._acts = ()
        self.hide()

    @Slot()
    def _on_dismissed(self) -> None:
        self.clear()
        self.dismissed.emit()

    @Slot()
    def _on_first(self) -> None:
        self._acts[0][1]()

    @Slot()
    def _on_second(self) -> None:
        self._acts[1][1]()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A quiet ground and a line below."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour(_KINDS[self._kind][2]))
        below = self.rect().adjusted(0, self.height() - theme.HAIRLINE, 0, 0)
        painter.fillRect(below, theme.colour("line"))
        painter.end()
