"""One system or customer: its name, path and state; Save, Retire, Restore."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.checked_field import CheckedField
from govdesk.desktop.editing.conflict import ConflictPanel
from govdesk.desktop.editing.section import button, button_row
from govdesk.desktop.editing.writing import Act, Writing
from govdesk.desktop.systems.tree import ICONS, state_word
from govdesk.desktop.widgets import FormField, MonoField, Pill, Words
from govdesk.domain.problem import Problem
from govdesk.services import nodes
from govdesk.services.changes import Change
from govdesk.services.meanwhile import ChangedMeanwhile
from govdesk.services.nodes import Node

NOT_HERE = (
    "Changing it needs the permission node.manage here, which an owner or an admin of the"
    " organization can grant."
)


class NodePanel(QWidget):
    """Shows the node chosen in the tree. `saved` carries what was done, in words.

    `retire_wanted` carries the node: whoever answers says first what ends with it; `bundle_wanted`
    the system whose events are to be exported.
    """

    saved = Signal(str)
    retire_wanted = Signal(object)
    bundle_wanted = Signal(object)

    def __init__(self, writing: Writing, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("node_panel")
        self._writing = writing
        self.node: Node | None = None
        self._may_write = False
        self.may_export = False
        self._is_dirty = False
        self.title = Words("", "section", parent=self, wraps=True)
        self.title.setObjectName("node_title")
        self.pill = Pill("state_ok", "active", self)
        self.pill.setObjectName("node_state")
        self.kind = Pill("state_neutral", "system", self, icon="server")
        self.kind.setObjectName("node_kind")
        self.why_not = Words(NOT_HERE, "secondary", "text_secondary", self, wraps=True)
        self.why_not.setObjectName("node_why_not")
        self.name = CheckedField("&Name", "node_name", "The path stays as it is.", parent=self)
        self.path = MonoField("Path", "", self)
        self.path.setObjectName("node_path")
        self.message = Words("", "body", "state_failed", self, wraps=True)
        self.message.setObjectName("node_message")
        self.conflict = ConflictPanel("node_conflict", self)
        self.bundle = button("Export Bundle…", "node_bundle", self._on_bundle, self, icon="stamp")
        self.retire = button("Retire", "node_retire", self._on_retire, self)
        self.restore = button("Restore", "node_restore", self._on_restore, self, icon="undo-2")
        self.save_button = button("Save", "node_save", self.save, self, primary=True)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        pills = QHBoxLayout()
        pills.setSpacing(theme.INSIDE)
        pills.addWidget(self.kind)
        pills.addWidget(self.pill)
        pills.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.title)
        column.addLayout(pills)
        for part in (self.name, FormField("Path", self.path, parent=self), self.why_not):
            column.addWidget(part)
        column.addWidget(self.message)
        column.addWidget(self.conflict)
        column.addLayout(button_row(self.retire, self.restore, self.save_button))
        column.addWidget(self.bundle, 0, Qt.AlignmentFlag.AlignRight)
        column.addStretch(1)

    def _connect(self) -> None:
        self.name.edited.connect(self._on_edited)
        self.name.entered.connect(self.save)
        self.conflict.mine.connect(self._save_over)
        self.conflict.theirs.connect(self._take_theirs)
        self._writing.busy.connect(self._show_buttons)

    # Content

    def show_node(self, node: Node, may_write: bool) -> None:
        """Show another node; of the same one, what is being typed stays."""
        is_same = self.node is not None and self.node.id == node.id
        if not (is_same and self._is_dirty):
            self._is_dirty = False
            self.node = node
            self.name.set_text(node.name)
            self._say("")
            self.conflict.clear()
        self._may_write = may_write and node.kind != "organization"
        self.title.setText(node.name)
        self.kind.set_meaning("state_neutral", node.kind, icon=ICONS[node.kind])
        if node.is_active:
            self.pill.set_meaning("state_ok", "active")
        else:
            self.pill.set_meaning("state_neutral", state_word(node), icon="minus")
        self.path.set_text(node.node_path)
        self.name.set_read_only(not self._may_write)
        is_top = node.kind == "organization"
        self.why_not.setText("The organization's name is on its own page." if is_top else NOT_HERE)
        self.why_not.setVisible(not self._may_write)
        self._show_buttons()

    @property
    def is_dirty(self) -> bool:
        """Whether something is typed that is not saved."""
        return self._is_dirty

    # Saving

    @Slot()
    def save(self) -> None:
        """Save the name, if there is one."""
        if not self._may_write or self.node is None:
            return
        if not self.name.text.strip():
            self.name.set_error("A name is missing.")
            return
        self._write(self.node)

    def _write(self, before: Node) -> None:
        name = self.name.text
        self._say("")
        self.conflict.clear()
        self._writing.run(
            Act(
                lambda session: nodes.rename(session, before, name),
                "A part of the organization gets another name.",
                partial(self._on_saved, f"It is called {' '.join(name.split())} now."),
                partial(self._on_refused, name),
            )
        )

    def _on_saved(self, words: str, done: Change) -> None:
        self._is_dirty = False
        self.saved.emit(words if done.changed else "It is so already.")

    def _on_refused(self, name: str, error: Problem) -> None:
        if isinstance(error, ChangedMeanwhile) and isinstance(error.fresh, Node):
            self._theirs = error.fresh
            both = {"Name": {"old": error.fresh.name, "new": " ".join(name.split())}}
            self.conflict.show_both(error.sentence, both)
            self._show_buttons()
        else:
            self._say(str(error))

    @Slot()
    def _save_over(self) -> None:
        self.node = self._theirs
        self._write(self._theirs)

    @Slot()
    def _take_theirs(self) -> None:
        self._is_dirty = False
        self.conflict.clear()
        self.saved.emit("")

    @Slot()
    def _on_retire(self) -> None:
        if self.node is not None:
            self.retire_wanted.emit(self.node)

    def do_retire(self, node: Node) -> None:
        """Retire it; what ends has been said."""
        self._turn(Act(
            lambda session: nodes.retire(session, node),
            f"Retiring {node.name} ends what people and programs do there.",
            partial(self._on_saved, f"{node.name} is retired."),
            lambda error: self._say(str(error)),
        ))  # fmt: skip

    @Slot()
    def _on_restore(self) -> None:
        node = self.node
        if node is not None:
            self._turn(Act(
                lambda session: nodes.restore(session, node),
                f"Restoring {node.name} brings it back.",
                partial(self._on_saved, f"{node.name} is back; what was below it stays retired."),
                lambda error: self._say(str(error)),
            ))  # fmt: skip

    def _turn(self, act: Act) -> None:
        self._say("")
        self._writing.run(act)

    # The form's state

    @Slot()
    def _on_edited(self) -> None:
        self._is_dirty = self.node is not None and self.name.text != self.node.name
        self._say("")
        self._show_buttons()

    @Slot()
    def _show_buttons(self) -> None:
        may, node = self._may_write, self.node
        is_active = node is not None and node.is_active
        free = not self._writing.is_busy
        self.save_button.setVisible(may and self.conflict.isHidden())
        self.save_button.setEnabled(free and self._is_dirty)
        self.retire.setVisible(may and is_active)
        self.retire.setEnabled(free)
        self.restore.setVisible(may and not is_active)
        self.restore.setEnabled(free)

        self.bundle.setVisible(self.may_export and node is not None and node.kind == "system")

    @Slot()
    def _on_bundle(self) -> None:
        if self.node is not None:
            self.bundle_wanted.emit(self.node)

    def _say(self, sentence: str) -> None:
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))
