"""The row of chips above the keys: all, or only those of one state, with how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QToolButton, QWidget

from govdesk.desktop import theme
from govdesk.services.api_keys import Key

GROUPS: Final = {
    "all": ("All", "", ("active", "expiring", "stale", "rotated", "suspended", "revoked",
                        "expired")),
    "expiring": ("Expiring", "calendar", ("expiring",)),
    "stale": ("Stale", "clock", ("stale",)),
    "suspended": ("Suspended", "lock", ("suspended",)),
    "ended": ("Ended", "minus", ("revoked", "expired")),
}  # fmt: skip
"""Word, icon and states of each chip; stale, expiring and suspended ones want somebody."""
_URGENT: Final = {"expiring": "state_attention", "stale": "state_attention",
                  "suspended": "state_failed"}  # fmt: skip


class StateChips(QWidget):
    """One chip is always down. `changed` carries its name; one without keys cannot be chosen.

    They take a second line where there is no room for one.
    """

    changed = Signal(str)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("key_chips")
        self.chosen = "all"
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.chips: dict[str, QToolButton] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for name in GROUPS:
            self.chips[name] = chip = self._chip(name)
            self._group.addButton(chip)
        self.chips["all"].setChecked(True)
        self._group.buttonClicked.connect(self._on_clicked)

    def _chip(self, name: str) -> QToolButton:
        title, icon, _ = GROUPS[name]
        chip = QToolButton(self)
        chip.setText(title)
        chip.setObjectName(f"key_chip_{name}")
        chip.setCheckable(True)
        # Tab stops at the chip that is down; the arrow keys go to the others.
        is_first = name == "all"
        chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_first else Qt.FocusPolicy.ClickFocus)
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        if icon:
            chip.setIcon(theme.icon(icon))
        else:
            chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        return chip

    def choose(self, name: str) -> None:
        """Put another chip down."""
        self.chips[name].setChecked(True)
        if name != self.chosen:
            self.chosen = name
            self.changed.emit(name)

    def count(self, keys: Sequence[Key]) -> None:
        """Say how many keys are in each state; from a state that is empty one goes back to all."""
        for name, (title, icon, states) in GROUPS.items():
            many = sum(key.status in states for key in keys)
            chip = self.chips[name]
            chip.setText(f"{title} {many:,}" if many else title)
            chip.setAccessibleName(f"Show {title.lower()} keys, {many:,}")
            chip.setEnabled(bool(many) or name == "all")
            chip.setToolTip("" if chip.isEnabled() else f"No key is {title.lower()}.")
            if icon:
                chip.setIcon(theme.icon(icon, _URGENT.get(name, "") if many else ""))
        self._place()
        self.updateGeometry()
        if not self.chips[self.chosen].isEnabled():
            self.choose("all")

    def pick(self, keys: Sequence[Key]) -> list[Key]:
        """Return the keys that the chosen chip lets through."""
        states = GROUPS[self.chosen][2]
        return [key for key in keys if key.status in states]

    @Slot(QAbstractButton)
    def _on_clicked(self, chip: QAbstractButton) -> None:
        name = next(name for name, one in self.chips.items() if one is chip)
        if name != self.chosen:
            self.chosen = name
            self.changed.emit(name)

    # Places

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines at `width`."""
        return self._places(width)[-1].bottom() + 1

    def sizeHint(self) -> QSize:
        """One line, where nothing is known of the width."""
        width = sum(chip.sizeHint().width() + theme.INSIDE for chip in self.chips.values())
        return QSize(width, self.heightForWidth(max(self.width(), width)))

    def minimumSizeHint(self) -> QSize:
        """Room for one chip."""
        widest = max(chip.sizeHint().width() for chip in self.chips.values())
        return QSize(widest, self.heightForWidth(max(self.width(), widest)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the chips anew."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        places = self._places(self.width())
        for chip, place in zip(self.chips.values(), places, strict=True):
            chip.setGeometry(place)

    def _places(self, width: int) -> list[QRect]:
        found: list[QRect] = []
        corner = QPoint(0, 0)
        for chip in self.chips.values():
            size = chip.sizeHint()
            if corner.x() and corner.x() + size.width() > width:
                corner = QPoint(0, corner.y() + size.height() + theme.GRID)
            found.append(QRect(corner, size))
            corner = QPoint(corner.x() + size.width() + theme.INSIDE, corner.y())
        return found
