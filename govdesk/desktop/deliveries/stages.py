"""The stages of a test below one another: what is done, what is under way, where it failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets import Picture, Words, announce

State = Literal["waiting", "running", "done", "failed", "skipped"]
_LOOKS: Final[dict[State, tuple[str, str, str]]] = {
    "waiting": ("circle-dashed", "state_neutral", "not yet"),
    "running": ("clock", "accent", "under way"),
    "done": ("circle-check", "state_ok", "done"),
    "failed": ("circle-alert", "state_failed", "failed"),
    "skipped": ("minus", "state_neutral", "not needed"),
}
"""Icon, colour and word of each state."""


class StageList(QWidget):
    """`stages` are keys with titles; all of them wait at first."""

    def __init__(self, stages: Sequence[tuple[str, str]], name: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName(name)
        self.titles = dict(stages)
        self.states: dict[str, State] = {}
        self._icons: dict[str, Picture] = {}
        self._details: dict[str, Words] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.INSIDE)
        grid.setVerticalSpacing(theme.GRID)
        grid.setColumnStretch(2, 1)
        for row, (key, title) in enumerate(stages):
            self._add(grid, row, key, title)
        self.begin()

    def _add(self, grid: QGridLayout, row: int, key: str, title: str) -> None:
        top = Qt.AlignmentFlag.AlignTop
        self._icons[key] = Picture(parent=self)
        self._details[key] = detail = Words("", "body", "text_secondary", self, wraps=True)
        detail.setObjectName(f"{self.objectName()}_{key}")
        grid.addWidget(self._icons[key], row, 0, top)
        grid.addWidget(Words(title, parent=self), row, 1, top)
        grid.addWidget(detail, row, 2)

    def begin(self) -> None:
        """Nothing has happened yet."""
        for key in self.titles:
            self._put(key, "waiting", "")

    def mark(self, key: str, state: State, detail: str = "") -> None:
        """Put a stage into another state; a screen reader hears it."""
        if self.states[key] == state and self._details[key].text() == (detail or _LOOKS[state][2]):
            return
        self._put(key, state, detail)
        announce(self, f"{self.titles[key]}: {detail or _LOOKS[state][2]}")

    def _put(self, key: str, state: State, detail: str) -> None:
        icon, colour, word = _LOOKS[state]
        self.states[key] = state
        self._icons[key].set_icon(icon, colour)
        self._details[key].setText(detail or word)
        self._details[key].set_tone("state_failed" if state == "failed" else "text_secondary")
        self._details[key].setAccessibleName(f"{self.titles[key]}: {detail or word}")
