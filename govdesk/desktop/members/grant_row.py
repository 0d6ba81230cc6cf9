"""One grant of a person: the node, a box of roles, Save and Remove, and why roles are greyed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.members.parts import button, note, row, say
from govdesk.desktop.members.role_box import RoleBox
from govdesk.desktop.widgets import ElidedLabel, Pill
from govdesk.services.access import Offer
from govdesk.services.members import Grant, Member, Waiting


class GrantRow(QWidget):
    """`save` carries grant and role key, `remove` the grant; names end in `place`.

    On a node that has ended (`node_ended`) no role can be given, only taken away.
    """

    save = Signal(object, str)
    remove = Signal(object)

    def __init__(
        self,
        member: Member,
        grant: Grant,
        offers: Sequence[Offer],
        place: int,
        *,
        may_manage: bool,
        node_ended: bool = False,
        waiting: Waiting | None = None,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.grant = grant
        self.setObjectName(f"grant_{place}")
        about = f"{member.name} on {grant.node_name}"
        self.node = ElidedLabel(grant.node_name, parent=self, role="strong")
        self.node.setObjectName(f"grant_node_{place}")
        self.box = RoleBox(f"grant_role_{place}", f"Role of {about}", self)
        self.box.offer(offers, grant.role_key, grant.role_title)
        self.save_button = button(
            f"grant_save_{place}", "Save", self._on_save, self, said=f"Save the role of {about}"
        )
        self.save_button.setProperty("primary", True)
        self.remove_button = button(
            f"grant_remove_{place}",
            "Remove",
            self._on_remove,
            self,
            said=f"Remove the role of {about}",
        )
        self.why = note(f"grant_why_{place}", self)
        self._lay_out(waiting)
        self._may = may_manage and waiting is None
        self.box.currentIndexChanged.connect(self._on_chosen)
        may_touch = node_ended or any(offer.allowed for offer in offers)
        self.box.setEnabled(self._may and self.box.can_choose)
        self.remove_button.setEnabled(self._may and may_touch)
        refusals = self.box.refusals
        say(self.why, refusals if self._may else "")
        self.box.setToolTip(refusals)
        self._on_chosen()

    def _lay_out(self, waiting: Waiting | None) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addWidget(self.node)
        # One below the other: beside it, the longest title would push Remove out of the panel.
        column.addWidget(self.box)
        column.addLayout(row(self.save_button, self.remove_button))
        column.addWidget(self.why)
        if waiting is not None:
            pill = Pill("state_attention", "decision waits", self)
            pill.setToolTip(waiting.summary)
            pill.setObjectName(f"{self.objectName()}_waits")
            column.addWidget(pill)

    @property
    def is_changed(self) -> bool:
        """Whether another role is chosen than the person holds."""
        return self.box.key not in ("", self.grant.role_key)

    @Slot()
    def _on_chosen(self) -> None:
        self.save_button.setEnabled(self._may and self.is_changed)

    def _on_save(self) -> None:
        self.save.emit(self.grant, self.box.key)

    def _on_remove(self) -> None:
        self.remove.emit(self.grant)
