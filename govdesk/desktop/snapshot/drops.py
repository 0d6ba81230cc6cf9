"""Files that are dragged onto a window: snapshots among them are opened."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from govdesk.services.snapshot_link import SUFFIX


class SnapshotDrops(QObject):
    """Lets one window take snapshots; `dropped` carries the path of each."""

    dropped = Signal(object)

    def __init__(self, window: QWidget):
        super().__init__(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what is dragged only if a snapshot is in it; all else is left to the window."""
        kind = event.type()
        if kind not in (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop):
            return False
        assert isinstance(event, QDropEvent)
        found = snapshots_in(event.mimeData())
        if not found:
            return False
        event.acceptProposedAction()
        if kind == QEvent.Type.Drop:
            for path in found:
                self.dropped.emit(path)
        return True


def snapshots_in(data: QMimeData) -> list[Path]:
    """Return the files of this computer that are called like snapshots."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() == SUFFIX]
