"""Time zones to choose from: each with its present offset, found by any part of its name."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from govdesk.config.preference_rows import zone_names
from govdesk.desktop import zones

SYSTEM: Final = "system"
_ROOT: Final = QModelIndex()


class ZoneList(QAbstractListModel):
    """The system's own zone first, then every other; offsets are looked up as rows are seen."""

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._names = (SYSTEM, *zone_names())

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        """How many zones there are."""
        return 0 if parent.isValid() else len(self._names)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Name with offset to read, name alone to edit, the preference's value as user data."""
        if not index.isValid():
            return None
        name = self._names[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{written(name)}  ·  {offset(name)}"
        if role == Qt.ItemDataRole.EditRole:
            return written(name)
        return name if role == Qt.ItemDataRole.UserRole else None


def written(name: str) -> str:
    """A preference's value as the field shows it."""
    return f"As the system ({zones.system_zone()})" if name == SYSTEM else name


def understood(text: str) -> str:
    """The value that a person means: any case, spaces for underscores, the system by its words."""
    wanted = text.strip().casefold().replace(" ", "_")
    if wanted in (SYSTEM, written(SYSTEM).casefold().replace(" ", "_"), "as_the_system"):
        return SYSTEM
    return _by_folded_name().get(wanted, text.strip())


def offset(name: str) -> str:
    """The present offset, such as ``UTC+10:00``."""
    found = f"{datetime.now(zones.zone_of(name)):%z}"
    return f"UTC{found[:3]}:{found[3:5]}"


@lru_cache(maxsize=1)
def _by_folded_name() -> dict[str, str]:
    return {name.casefold(): name for name in zone_names()}
