"""What stops when a key is revoked, said before it happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, tzinfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.keys.columns import environment_word, when
from govdesk.desktop.widgets import FormField, Words
from govdesk.services.api_keys import Key


def what_stops(key: Key, uses: Sequence[tuple[date, int]], zone: tzinfo) -> str:
    """Who is refused from then on, and how much that key was used lately."""
    whole = sum(count for _, count in uses)
    if key.last_used_at is None:
        used = "Nothing has used it so far."
    else:
        place = f" from {key.last_ip}" if key.last_ip else ""
        used = f"It was last used {when(key.last_used_at, zone)}{place}"
        used += f", {whole:,} times in {len(uses)} days." if whole else "."
    return (
        f"Every program that uses it for {key.system} ({environment_word(key)}) is refused at"
        f" once. {used}"
    )


def what_follows(heir: Key | None, back: Key | None) -> str:
    """What goes on working: the successor, or the key before one that nobody has used."""
    if heir is not None:
        return f"Its successor {heir.prefix} goes on working."
    if back is not None:
        return f"{back.prefix}, which it was to replace, is active again and can be rotated anew."
    return (
        "It cannot be brought back. To replace a key that is in use without an interruption, rotate"
        " it instead."
    )


class RevokeDialog(QDialog):
    """Revoke calls `then` with the reason; anything else changes nothing."""

    def __init__(
        self,
        key: Key,
        uses: Sequence[tuple[date, int]],
        follows: str,
        zone: tzinfo,
        then: Callable[[str], object],
        parent: QWidget,
    ):
        super().__init__(parent)
        self.setObjectName("revoke_dialog")
        self.setWindowTitle(f"Revoke {key.prefix}")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        what = Words(f"Revoke the key of {key.owner_label}?", "section", parent=self, wraps=True)
        which = Words(key.prefix, "mono", "text_secondary", self, wraps=True)
        stops = Words(what_stops(key, uses, zone), parent=self, wraps=True)
        stops.setObjectName("revoke_sentence")
        later = Words(follows, "secondary", "text_secondary", self, wraps=True)
        later.setObjectName("revoke_later")
        self.reason = QLineEdit(self)
        self.reason.setObjectName("revoke_reason")
        field = FormField("&Reason", self.reason, "Optional. It stays in the log.", self)
        buttons = QDialogButtonBox(self)
        revoke = buttons.addButton("Revoke", QDialogButtonBox.ButtonRole.AcceptRole)
        revoke.setObjectName("revoke_confirm")
        revoke.setProperty("danger", True)
        revoke.setAutoDefault(False)
        cancel = buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setObjectName("revoke_cancel")
        cancel.setDefault(True)
        cancel.setProperty("primary", False)
        revoke.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        self.accepted.connect(lambda: then(self.reason.text()))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.GAP)
        column.setSpacing(theme.GAP)
        for part in (what, which, stops, later, field, buttons):
            column.addWidget(part)
        self.setMinimumWidth(theme.READING_WIDTH)
        self.resize(theme.READING_WIDTH, column.totalHeightForWidth(theme.READING_WIDTH))
        cancel.setFocus()
