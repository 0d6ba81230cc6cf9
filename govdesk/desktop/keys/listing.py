"""The list of keys with the chips above it and the peppers' meter below."""

from __future__ import annotations

from datetime import tzinfo

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.keys import columns
from govdesk.desktop.keys.chips import StateChips
from govdesk.desktop.keys.meter import PepperMeter
from govdesk.desktop.keys.reading import Facts
from govdesk.desktop.members.list_tab import ListTab
from govdesk.desktop.members.parts import button
from govdesk.desktop.tables.held import Held
from govdesk.jobs import Jobs


class KeyList(ListTab):
    """The newest key stands first. `policy_wanted` follows the button below the list."""

    policy_wanted = Signal()

    def __init__(self, jobs: Jobs, preferences: Preferences, zone: tzinfo, parent: QWidget):
        super().__init__(
            "keys", "API keys", columns.columns(zone), columns.said(zone), columns.words,
            columns.value, "Key, owner or scope", jobs, preferences, parent,
        )  # fmt: skip
        self._facts: Facts | None = None
        self.chips = StateChips(self)
        self.meter = PepperMeter(self)
        self._policy = button(
            "keys_policy", "Policy and scopes", self.policy_wanted.emit, self, icon="sliders"
        )
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(1, self.chips)
        foot = QHBoxLayout()
        foot.setSpacing(theme.GAP)
        foot.addWidget(self.meter, 1)
        foot.addStretch()
        foot.addWidget(self._policy)
        column.addLayout(foot)
        titles = self.table.horizontalHeader()
        titles.setSortIndicator(columns.CREATED, Qt.SortOrder.DescendingOrder)
        self.chips.changed.connect(self._on_chip)
        self._show_tools(False)

    def _show_tools(self, has_keys: bool, *, is_read: bool = False) -> None:
        """There is nothing to choose from before there are keys."""
        self.chips.setVisible(has_keys)
        self._policy.setVisible(is_read)

    def forget(self) -> None:
        """Another system's keys belong here."""
        super().forget()
        self._show_tools(False)

    def show_facts(self, facts: Facts, held: Held | None = None) -> None:
        """Show what was read; `held` are all the keys, made ready where they were read."""
        self._facts = facts
        self.meter.show_versions(facts.versions)
        self._show_tools(bool(facts.keys), is_read=True)
        self.chips.count(facts.keys)
        if self.chips.chosen == "all" and held is not None:
            self.hold(held)
        else:
            self._on_chip()

    def show_all(self) -> None:
        """Hide no key, neither by the filter nor by a chip."""
        self.filter.clear()
        self.chips.choose("all")

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self.model.redeclare(columns.columns(zone), columns.said(zone))

    @Slot()
    def _on_chip(self) -> None:
        """Show what the chosen chip lets through."""
        if self._facts is not None:
            self.hold(self.prepared(self.chips.pick(self._facts.keys)))
