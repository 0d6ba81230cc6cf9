"""The scopes that a key may have, to be ticked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.timeline.layouts import empty
from govdesk.desktop.widgets import Words
from govdesk.services.key_settings import INTAKE_SCOPE, Scope


class ScopeChecks(QWidget):
    """One box a scope with its description below; retired ones are not offered."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("key_scopes")
        self.boxes: dict[str, QCheckBox] = {}
        self._offered: tuple[Scope, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.GRID)

    def offer(self, scopes: Iterable[Scope]) -> bool:
        """Offer what is in use; what is ticked stays ticked. True if the boxes are new."""
        active = (one for one in scopes if one.is_active)
        # What nearly every key is for comes first.
        offered = tuple(sorted(active, key=lambda one: one.name != INTAKE_SCOPE))
        if offered == self._offered:
            return False
        ticked = self.chosen if self.boxes else (INTAKE_SCOPE,)
        self._offered = offered
        empty(self._column)
        self.boxes = {}
        for one in offered:
            self._add(one, one.name in ticked)
        return True

    def _add(self, scope: Scope, is_ticked: bool) -> None:
        box = QCheckBox(scope.name, self)
        box.setObjectName(f"key_scope_{scope.name}")
        box.setAccessibleDescription(scope.description)
        box.setChecked(is_ticked)
        box.toggled.connect(self.edited)
        self.boxes[scope.name] = box
        self._column.addWidget(box)
        if scope.description:
            sentence = f"{scope.description[:1].upper()}{scope.description[1:]}"
            below = Words(sentence, "secondary", "text_secondary", self, wraps=True)
            below.setContentsMargins(theme.ICON + theme.INSIDE, 0, 0, theme.GRID)
            self._column.addWidget(below)

    @property
    def chosen(self) -> tuple[str, ...]:
        """Names of what is ticked."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())

    def choose(self, names: Sequence[str]) -> None:
        """Tick these and no others."""
        for name, box in self.boxes.items():
            box.setChecked(name in names)

    @property
    def controls(self) -> list[QCheckBox]:
        """The boxes from the top."""
        return list(self.boxes.values())
