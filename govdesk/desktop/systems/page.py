"""Systems and customers: the tree at the left, the one that is chosen at the right."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.confirming import confirm
from govdesk.desktop.editing.section import PageArea
from govdesk.desktop.editing.writing import Writing
from govdesk.desktop.systems.creating import CreateForm
from govdesk.desktop.systems.panel import NodePanel
from govdesk.desktop.systems.reading import ForestReader
from govdesk.desktop.systems.retiring import RetireDialog
from govdesk.desktop.systems.tree import Forest, NodeTree
from govdesk.desktop.systems.view import NodeView
from govdesk.desktop.tables.found import offer_clearing
from govdesk.desktop.widgets import PageHeader, StatePage, Words
from govdesk.jobs import Jobs, Task
from govdesk.services import access
from govdesk.services.access import Ending
from govdesk.services.link import Link
from govdesk.services.nodes import Node
from govdesk.services.organization import Here

READ: Final = "node.read"
MANAGE: Final = "node.manage"
_FILTER_MS: Final = 60
_NONE: Final = "Nothing fits the filter. Clear the field to see everything."
_EXPANDED_MOST: Final = 1000
"""Branches of more finds stay closed."""
_PANEL_WIDTH: Final = 84 * theme.GRID


class SystemsPage(QWidget):
    """The page. `bundle_wanted` carries the system whose events are to be exported."""

    trouble = Signal(object)
    noted = Signal(str)
    bundle_wanted = Signal(object)

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        here: Here,
        reader: ForestReader,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.setObjectName("systems_page")
        self._link, self._jobs, self._here, self.reader = link, jobs, here, reader
        self._wanted = ""
        self.writing = Writing(self, link, jobs)
        self._build()
        self._connect()
        self._offer_creating()
        if self.forest is not None:
            self.show_forest(self.forest)

    @property
    def forest(self) -> Forest | None:
        """The tree that is shown, None before one was read."""
        return self.reader.forest

    # Parts

    def _build(self) -> None:
        self.header = PageHeader(
            "Systems and customers",
            "What is governed, and whom it serves. A role on a node holds for all below it.",
            self,
        )
        self.create_button = self.header.set_primary("Create", self.begin, "plus", "node_create")
        self.finder = QLineEdit(self)
        self.finder.setObjectName("node_find")
        self.finder.setAccessibleName("Find systems and customers")
        self.finder.setPlaceholderText("Find by name or path")
        offer_clearing(self.finder)
        self.retired = QCheckBox("Show &retired", self)
        self.retired.setObjectName("node_retired")
        self.none = Words("", "body", "text_secondary", self, wraps=True)
        self.none.setObjectName("node_none")
        self.model = NodeTree(self)
        self.tree = self._tree()
        self.panel = NodePanel(self.writing, self)
        self.panel.may_export = "evidence.create" in self._here.permissions
        self.form = CreateForm(self.writing, self)
        self.side = QStackedWidget(self)
        for part in (self.panel, self.form):
            self.side.addWidget(part)
        self.side.setContentsMargins(theme.GAP, 0, 0, 0)
        self._lay_out()

    def _tree(self) -> NodeView:
        tree = NodeView(self)
        tree.setObjectName("node_tree")
        tree.setAccessibleName("Systems and customers")
        tree.setUniformRowHeights(True)
        tree.setAllColumnsShowFocus(True)
        tree.setIconSize(QSize(theme.ICON, theme.ICON))
        tree.setIndentation(theme.GAP)
        tree.setModel(self.model)
        titles = tree.header()
        titles.setStretchLastSection(False)
        metrics = tree.fontMetrics()
        for column, sample in ((1, "organization"), (2, "acme.claims.northside"), (3, "retired")):
            tree.setColumnWidth(column, metrics.horizontalAdvance(sample) + 2 * theme.GAP)
        return tree

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(theme.GAP)
        bar.addWidget(self.finder, 1)
        bar.addWidget(self.retired)
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, theme.GAP, 0)
        column.setSpacing(theme.INSIDE)
        column.addLayout(bar)
        column.addWidget(self.none)
        column.addWidget(self.tree, 1)
        right = PageArea(self.side, "node_side", self)
        right.setMinimumWidth(_PANEL_WIDTH)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setObjectName("systems_splitter")
        self.splitter.addWidget(left)
        self.splitter.addWidget(right)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setChildrenCollapsible(False)
        self.states = StatePage(self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.splitter)
        self.stack.addWidget(self.states)
        page = QVBoxLayout(self)
        page.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.INSIDE)
        page.setSpacing(theme.GAP)
        page.addWidget(self.header)
        page.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self._finding = QTimer(self)
        self._finding.setSingleShot(True)
        self._finding.setInterval(_FILTER_MS)
        self._finding.timeout.connect(self._on_find)
        self.finder.textChanged.connect(self._finding.start)
        self.retired.toggled.connect(self._on_find)
        self.tree.selectionModel().currentChanged.connect(self._on_current)
        self.panel.saved.connect(self._on_saved)
        self.panel.retire_wanted.connect(self._on_retire)
        self.panel.bundle_wanted.connect(self.bundle_wanted)
        self.form.created.connect(self._on_created)
        self.form.closed.connect(self._on_form_closed)
        self.writing.trouble.connect(self.trouble)
        self.reader.arrived.connect(self.show_forest)
        self.reader.failed.connect(self._on_unread)

    def may_manage(self, node: Node | None) -> bool:
        """Whether this person may change a node: a grant on it or above it."""
        paths = self._here.permissions.get(MANAGE, [])
        if node is None:
            return bool(paths)
        return any(f"{node.node_path}.".startswith(f"{path}.") for path in paths)

    # Reading

    def showEvent(self, event: QShowEvent) -> None:
        """Ask if nothing was read yet."""
        super().showEvent(event)
        if self.forest is None:
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read the tree anew: F5. What is typed stays."""
        if READ not in self._here.permissions:
            self._show_state()
            self.states.show_not_permitted("systems and customers", READ, "An owner or an admin")
            return
        if self.forest is None:
            self._show_state()
            self.states.show_loading("Reading systems and customers")
        self.reader.read()

    def _offer_creating(self) -> None:
        self.create_button.setVisible(self.may_manage(None))

    def take_permissions(self, here: Here) -> None:
        """What this person may do has changed."""
        self._here = here
        self._offer_creating()
        self.refresh()

    @Slot(object)
    def _on_unread(self, error: Exception) -> None:
        if self.forest is None:
            self._show_state()
            self.states.show_error(
                "Systems and customers cannot be read now", str(error), self.refresh
            )

    def _show_state(self) -> None:
        self.stack.setCurrentWidget(self.states)

    @Slot(object)
    def show_forest(self, forest: Forest) -> None:
        """Show what the database says, at the place where one was."""
        chosen = self._wanted or self._chosen_path()
        self.model.show_forest(forest)
        if all(node.kind == "organization" for node in forest.nodes) and not self._is_creating:
            self._show_empty()
            return
        self.stack.setCurrentWidget(self.splitter)
        self._open_top()
        self._say_none()
        self.select(chosen or (forest.nodes[0].node_path if forest.nodes else ""))

    def _open_top(self) -> None:
        """The organization and its systems are seen at once; of thousands, the first."""
        for row in range(min(self.model.rowCount(), 20)):
            self.tree.expand(self.model.index(row, 0))

    def _show_empty(self) -> None:
        act = ("Create the first", self.begin) if self.may_manage(None) else ("", None)
        self._show_state()
        self.states.show_empty(
            "No systems yet",
            "A system is something the organization runs or relies on, such as a claims portal. Its"
            " customers hang below it, and roles, keys and events belong to them.",
            *act,
            icon="server",
        )

    # Choosing

    def _chosen_path(self) -> str:
        node = self.model.node(self.tree.currentIndex())
        return node.node_path if node is not None else ""

    @Slot(str)
    def select(self, path: str) -> None:
        """Go to a node, now or once the tree is there; one that the filter hides is shown."""
        self._wanted = path
        if self.forest is None:
            return
        node = next(iter([self.forest.nodes[at] for at in [self.forest.place.get(path, -1)]
                          if at >= 0]), None)  # fmt: skip
        if node is not None and not node.is_active and not self.retired.isChecked():
            self.retired.setChecked(True)
        index = self.model.index_of(path)
        if not index.isValid() and node is not None and self.finder.text():
            self.finder.clear()
            self._on_find()
            index = self.model.index_of(path)
        self._wanted = ""
        if index.isValid():
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index)

    def select_entity(self, entity_id: str) -> None:
        """Go to the node with this id, if it is there."""
        found = self.forest.nodes if self.forest is not None else []
        path = next((node.node_path for node in found if node.id == entity_id), "")
        if path:
            self.select(path)

    @Slot()
    def _on_find(self) -> None:
        """Filter as one types; what was chosen stays chosen while it is shown."""
        self._finding.stop()
        chosen = self._chosen_path()
        self.model.find(self.finder.text(), retired=self.retired.isChecked())
        if self.finder.text().strip() and self.model.count <= _EXPANDED_MOST:
            self.tree.expandAll()
        else:
            self._open_top()
        self._say_none()
        index = self.model.index_of(chosen)
        if index.isValid():
            self.tree.setCurrentIndex(index)

    def _say_none(self) -> None:
        is_none = self.model.count == 0
        self.none.setText(_NONE if is_none else "")
        self.none.setVisible(is_none)

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, previous: QModelIndex) -> None:
        node = self.model.node(current)
        if node is not None:
            self.panel.show_node(node, self.may_manage(node))
            if not self._is_creating:
                self.side.setCurrentWidget(self.panel)

    # Creating, saving, retiring

    @property
    def _is_creating(self) -> bool:
        return self.side.currentWidget() is self.form and self.stack.currentIndex() == 0

    @Slot()
    def begin(self) -> None:
        """Open the form for a new one, below the node that is chosen."""
        if self.forest is None or not self.may_manage(None):
            return
        if self._is_creating:
            self.form.name.line.setFocus()
            return
        chosen = self.model.node(self.tree.currentIndex())
        places = [node for node in self.forest.nodes if self.may_manage(node)]
        if chosen not in places:
            chosen = None
        self.stack.setCurrentWidget(self.splitter)
        self.side.setCurrentWidget(self.form)
        self.form.begin(places, chosen, self._here.tenant_path)

    @Slot()
    def _on_form_closed(self) -> None:
        self.side.setCurrentWidget(self.panel)
        if self.forest is not None:
            self.show_forest(self.forest)
        self.tree.setFocus()

    @Slot(object)
    def _on_created(self, node: Node) -> None:
        self._wanted = node.node_path
        self.side.setCurrentWidget(self.panel)
        self.noted.emit(f"{node.name} is created: {node.node_path}")
        self.tree.setFocus()
        self.refresh()

    @Slot(str)
    def _on_saved(self, words: str) -> None:
        if words:
            self.noted.emit(words)
        self._wanted = self.panel.node.node_path if self.panel.node is not None else ""
        self.refresh()

    @Slot(object)
    def _on_retire(self, node: Node) -> None:
        """Ask first what ends with it, and say so."""

        def look(task: Task) -> list[Ending]:
            with borrowed(self._link, "interactive", task) as session:
                return access.blast_radius_of_node(session, node.node_path)

        self._jobs.start(
            look,
            owner=self,
            on_result=partial(self._say_endings, node),
            on_error=self.trouble.emit,
        )

    def _say_endings(self, node: Node, endings: list[Ending]) -> None:
        RetireDialog(node, endings, partial(self._retire, node), self.window()).open()

    def _retire(self, node: Node) -> None:
        """Whoever left the window open has not confirmed this."""
        why = f"Retiring {node.name} ends what people and programs do there."
        confirm(self, self._jobs, self._link, why, partial(self.panel.do_retire, node))
