"""What ends when a system or customer retires, said before it happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets import Words
from govdesk.domain import integrations
from govdesk.services.access import Ending
from govdesk.services.nodes import Node

_NOUNS: Final = {
    "grant": ("role that somebody holds there", "roles that people hold there"),
    "node": ("system or customer below it", "systems and customers below it"),
    "invitation": ("invitation that waits", "invitations that wait"),
    "key": ("API key", "API keys"),
    "integration": ("connection to an outside service", "connections to outside services"),
    "webhook": ("webhook", "webhooks"),
}
_NAMED_MOST: Final = 1000


def counted(endings: Sequence[Ending]) -> str:
    """Say how much ends, by kind."""
    counts = Counter(one.kind for one in endings)
    parts = []
    for kind, count in counts.items():
        one, many = _NOUNS.get(kind, (kind, f"{kind}s"))
        parts.append(f"{count:,} {one if count == 1 else many}")
    if not parts:
        return "Nothing else ends with it."
    *first, last = parts
    return (
        f"This ends with it: {', '.join(first)} and {last}."
        if first
        else (f"This ends with it: {last}.")
    )


def _detail(one: Ending) -> str:
    """Kinds of connections have words of their own."""
    kind = integrations.BY_NAME.get(one.detail) if one.kind == "integration" else None
    return kind.title if kind is not None else one.detail


class RetireDialog(QDialog):
    """Names what ends; Retire calls `then`, anything else changes nothing."""

    def __init__(
        self,
        node: Node,
        endings: Sequence[Ending],
        then: Callable[[], object],
        parent: QWidget,
    ):
        super().__init__(parent)
        self.setObjectName("retire_dialog")
        self.setWindowTitle(f"Retire {node.name}")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        what = Words(f"Retire “{node.name}”?", "section", parent=self, wraps=True)
        sentence = Words(counted(endings), "body", parent=self, wraps=True)
        sentence.setObjectName("retire_sentence")
        later = Words(
            f"The {node.kind} and its history stay in the log, and it can be restored: roles on it"
            " rest until then and hold again, without anybody's decision; the rest is given anew.",
            "secondary", "text_secondary", self, wraps=True,
        )  # fmt: skip
        buttons = QDialogButtonBox(self)
        retire = buttons.addButton("Retire", QDialogButtonBox.ButtonRole.AcceptRole)
        retire.setObjectName("retire_confirm")
        retire.setProperty("danger", True)
        retire.setAutoDefault(False)
        cancel = buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setObjectName("retire_cancel")
        cancel.setDefault(True)
        cancel.setProperty("primary", False)
        retire.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        self.accepted.connect(lambda: then())
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.GAP)
        column.setSpacing(theme.GAP)
        column.addWidget(what)
        column.addWidget(sentence)
        if endings:
            column.addWidget(self._list(endings))
        column.addWidget(later)
        column.addWidget(buttons)
        self.setMinimumWidth(110 * theme.GRID)
        cancel.setFocus()

    def _list(self, endings: Sequence[Ending]) -> QListWidget:
        shown = QListWidget(self)
        shown.setObjectName("retire_endings")
        shown.setAccessibleName("What ends")
        shown.setUniformItemSizes(True)
        shown.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        for one in endings[:_NAMED_MOST]:
            shown.addItem(" · ".join(part for part in (one.name, _detail(one)) if part))
        if len(endings) > _NAMED_MOST:
            shown.addItem(f"and {len(endings) - _NAMED_MOST:,} more")
        for row in range(shown.count()):
            shown.item(row).setToolTip(shown.item(row).text())
        shown.setCurrentRow(0)
        rows = min(shown.count(), 8)
        shown.setFixedHeight(rows * theme.ROW_COMPACT + theme.GAP)
        return shown
