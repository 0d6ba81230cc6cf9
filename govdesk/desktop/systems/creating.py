"""The form for a new system or customer: its name, what it is, and below what it stands."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.checked_field import CheckedField
from govdesk.desktop.editing.section import button, button_row
from govdesk.desktop.editing.writing import Act, Writing
from govdesk.desktop.widgets import FormField, Words
from govdesk.domain.problem import Problem
from govdesk.services import nodes
from govdesk.services.changes import Change
from govdesk.services.nodes import Kind, Node

_PLACES_MOST = 500
"""A box with more choices than this helps nobody; the tree chooses the place instead."""


class CreateForm(QWidget):
    """Creates below the node that is chosen in the tree. `created` carries the new `Node`."""

    created = Signal(object)
    closed = Signal()

    def __init__(self, writing: Writing, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("node_create_form")
        self._writing = writing
        self._top: Node | None = None
        self._taken: set[str] = set()
        self.name = CheckedField("&Name", "node_new_name", "As people call it.", parent=self)
        self.kind = QComboBox(self)
        self.kind.setObjectName("node_new_kind")
        self.below = QComboBox(self)
        self.below.setObjectName("node_new_below")
        self.below.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.path = Words("", "mono", "text_secondary", self, wraps=True)
        self.path.setObjectName("node_new_path")
        self.message = Words("", "body", "state_failed", self, wraps=True)
        self.message.setObjectName("node_new_message")
        self.cancel = button("Cancel", "node_new_cancel", self.closed.emit, self)
        self.create_button = button("Create", "node_new_create", self.save, self, primary=True)
        self._lay_out()
        self.kind.currentIndexChanged.connect(self._on_kind)
        self.below.currentIndexChanged.connect(self._show_path)
        self.name.edited.connect(self._show_path)
        self.name.entered.connect(self.save)
        writing.busy.connect(lambda busy: self.create_button.setEnabled(not busy))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(Words("New system or customer", "section", parent=self, wraps=True))
        column.addWidget(self.name)
        column.addWidget(FormField("&Kind", self.kind, "A system serves customers.", self))
        column.addWidget(FormField("&Below", self.below, "Who has a role there has it here.", self))
        column.addWidget(FormField("Path", self.path, "Made from the name; it stays.", self))
        column.addWidget(self.message)
        column.addLayout(button_row(self.cancel, self.create_button))
        column.addStretch(1)

    # Content

    def begin(self, all_nodes: list[Node], chosen: Node | None, root: str) -> None:
        """Start anew below the node that is chosen; `root` is the organization's path."""
        self._taken = {node.node_path for node in all_nodes}
        places = [node for node in all_nodes if node.is_active][:_PLACES_MOST]
        if chosen is not None and chosen.is_active and chosen not in places:
            places.insert(0, chosen)
        self._has_root = any(node.node_path == root for node in places)
        self._places, self._root = places, root
        self._chosen = chosen if chosen is not None and chosen.is_active else None
        self.kind.blockSignals(True)
        self.kind.clear()
        if self._has_root:
            self.kind.addItem("System", "system")
        self.kind.addItem("Customer", "customer")
        is_below = self._chosen is not None and self._chosen.node_path != root
        self.kind.setCurrentIndex(self.kind.findData("customer" if is_below else "system"))
        if self.kind.currentIndex() < 0:
            self.kind.setCurrentIndex(0)
        self.kind.blockSignals(False)
        self.name.set_text("")
        self._say("")
        self._on_kind()
        self.name.line.setFocus()

    @Slot()
    def _on_kind(self) -> None:
        """A system stands directly below the organization; a customer anywhere."""
        is_system = self.kind.currentData() == "system"
        self.below.clear()
        for node in self._places:
            if not is_system or node.node_path == self._root:
                depth = node.node_path.count(".") - self._root.count(".")
                self.below.addItem("    " * max(depth, 0) + node.name, node.node_path)
        wanted = self._chosen.node_path if self._chosen is not None else self._root
        self.below.setCurrentIndex(max(self.below.findData(wanted), 0))
        self._show_path()

    @Slot()
    def _show_path(self) -> None:
        """The path that the database will be asked for; it may add a number."""
        below = self.below.currentData() or ""
        label = nodes.label_of(self.name.text) or ("" if not self.name.text.strip() else
                                                   str(self.kind.currentData()))  # fmt: skip
        path, number = f"{below}.{label}", 2
        while path in self._taken:
            path, number = f"{below}.{label}_{number}", number + 1
        self.path.setText(path if label else f"{below}.…")

    # Saving

    @Slot()
    def save(self) -> None:
        """Create it, if it has a name."""
        self._say("")
        name, below = self.name.text, str(self.below.currentData() or "")
        kind = cast(Kind, self.kind.currentData())
        if not name.strip():
            self.name.set_error("A name is missing.")
            self.name.line.setFocus()
            return
        self._writing.run(
            Act(
                lambda session: nodes.create(session, name, kind, below),
                "A new part of the organization is created.",
                self._on_done,
                self._on_refused,
            )
        )

    def _on_done(self, done: tuple[Change, Node]) -> None:
        self.created.emit(done[1])

    def _on_refused(self, error: Problem) -> None:
        if "name" in error.sentence.lower():
            self.name.set_error(str(error))
            self.name.line.setFocus()
        else:
            self._say(str(error))

    def _say(self, sentence: str) -> None:
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back to the tree."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
