"""What is written about a key that is there: it ends, or works again."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from govdesk.desktop.editing.writing import Act, Writing
from govdesk.services import key_changes
from govdesk.services.api_keys import Key
from govdesk.services.changes import Change


class KeyActs(QObject):
    """`done` follows a change with its sentence, `refused` carries the `Problem`."""

    done = Signal(str)
    refused = Signal(object)

    def __init__(self, writing: Writing, parent: QObject):
        super().__init__(parent)
        self._writing = writing

    def revoke(self, key: Key, reason: str) -> None:
        """End a key; what stops has been said."""
        self._writing.run(
            Act(
                lambda session: key_changes.revoke(session, key.id, reason),
                f"Revoking {key.prefix} stops what uses it.",
                partial(self._on_done, f"{key.prefix} is revoked."),
                self.refused.emit,
            )
        )

    @Slot(object)
    def reactivate(self, key: Key) -> None:
        """Let a suspended key work again."""
        self._writing.run(
            Act(
                lambda session: key_changes.reactivate(session, key.id),
                f"Reactivating {key.prefix} lets programs use it again.",
                partial(self._on_done, f"{key.prefix} works again."),
                self.refused.emit,
            )
        )

    def _on_done(self, words: str, change: Change) -> None:
        self.done.emit(words if change.changed else "It is so already.")
