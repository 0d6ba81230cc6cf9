"""The side panel of one role: title, base, and its part of what the base may do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from functools import partial
from itertools import groupby
from typing import Final
from uuid import UUID

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.members.changes import ChangeDialog, Intention
from govdesk.desktop.members.parts import SidePanel, button, note, row, say
from govdesk.desktop.timeline.layouts import empty
from govdesk.desktop.widgets import FormField, Words, announce
from govdesk.domain import addresses
from govdesk.domain.permissions import RANKS
from govdesk.jobs import Jobs
from govdesk.services import roles
from govdesk.services.link import Link, Session
from govdesk.services.roles import Holder, Right, Role

BUILT_IN: Final = (
    "A built-in role stays as it is. Define a role of your own with the part of it that you need."
)
READ_ONLY: Final = (
    "You need the permission to define roles of the tenant to change this. An owner can grant it."
)
_MOST_NAMES: Final = 12


class RolePanel(SidePanel):
    """Shows or defines a role; `changed` follows with a sentence and the key of the role."""

    changed = Signal(str, str)

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        zone: tzinfo,
        *,
        may_manage: bool,
        parent: QWidget | None = None,
    ):
        super().__init__("role_panel", "Role", parent)
        self._link, self._jobs, self._zone = link, jobs, zone
        self._may_manage = may_manage
        self.role: Role | None = None
        self._rights: tuple[Right, ...] = ()
        self.checks: dict[str, QCheckBox] = {}
        self._build()

    def _build(self) -> None:
        inner = self.inner
        self.name = QLineEdit(inner)
        self.name.setObjectName("role_title")
        self.name.returnPressed.connect(self.submit)
        self.base = QComboBox(inner)
        self.base.setObjectName("role_base")
        for base in reversed(list(RANKS)):
            self.base.addItem(base.title(), base)
        self.name_field = FormField("&Title", self.name, "Any name; people see it.", inner)
        self.base_field = FormField(
            "&Base", self.base, "Its rank, and the most that the role may do.", inner
        )
        self.why = note("role_why", inner)
        self.people = note("role_people", inner)
        self.fault = note("role_fault", self, "state_failed")
        self._groups = QVBoxLayout()
        self._groups.setSpacing(theme.GRID)
        self.save = button("role_save", "Save", self.submit, self)
        self.save.setProperty("primary", True)
        self.delete = button("role_delete", "Delete", self._on_delete, self)
        self.delete.setProperty("danger", True)
        self.cancel = button("role_cancel", "Cancel", self._on_cancel, self)
        for part in (self.why, self.people, self.name_field, self.base_field):
            self.column.addWidget(part)
        self.column.addWidget(Words("May", "section", parent=inner))
        self.column.addLayout(self._groups)
        self.column.addStretch(1)
        acts = row(self.delete)
        acts.addWidget(self.cancel)
        acts.addWidget(self.save)
        self.keep_in_sight(self.fault, acts)
        self.name.textEdited.connect(self.name_field.clear_error)
        self.base.currentIndexChanged.connect(self._on_base)

    # Content

    def show_rights(self, rights: Sequence[Right]) -> None:
        """Offer the permissions there are, each as the sentence that says what it lets one do."""
        kept = self.chosen()
        self._rights = tuple(rights)
        empty(self._groups)
        self.checks = {}
        for noun, group in groupby(self._rights, key=lambda right: right.noun):
            title = Words(noun[:1].upper() + noun[1:], "strong", parent=self.inner)
            self._groups.addWidget(title)
            for right in group:
                self._groups.addWidget(self._check(right))
        self._tick(kept)
        self._on_base()
        self.order_tabs()

    def _check(self, right: Right) -> QCheckBox:
        sentence = right.sentence[:1].upper() + right.sentence[1:]
        made = QCheckBox(sentence, self.inner)
        made.setObjectName(f"role_may_{right.name.replace('.', '_')}")
        made.setAccessibleName(f"{sentence} ({right.name})")
        made.setToolTip(right.name)
        made.toggled.connect(self._on_edited)
        self.checks[right.name] = made
        return made

    def show_role(self, role: Role) -> None:
        """Show a role; built-in ones can only be read."""
        self.role = role
        self.title.setText(role.title)
        self.name.setText(role.title)
        self.base.setCurrentIndex(self.base.findData(role.base))
        self._tick(role.permissions)
        may = self._may_manage and not role.builtin
        say(self.why, BUILT_IN if role.builtin else "" if may else READ_ONLY)
        people = "1 person holds" if role.people == 1 else f"{role.people:,} people hold"
        say(self.people, f"{people} this role somewhere.")
        self._allow(may, is_new=False)

    def begin_new(self) -> None:
        """Define another role."""
        self.role = None
        self.title.setText("Define a role")
        self.name.clear()
        self.base.setCurrentIndex(self.base.findData("member"))
        self._tick(())
        say(self.why, "" if self._may_manage else READ_ONLY)
        say(self.people, "")
        self._allow(self._may_manage, is_new=True)
        self.name.setFocus()

    def _allow(self, may: bool, *, is_new: bool) -> None:
        self.name.setReadOnly(not may)
        self.base.setEnabled(may and is_new)
        self.save.setVisible(may)
        self.cancel.setVisible(may)
        self.delete.setVisible(may and not is_new)
        self._may_edit = may
        say(self.fault, "")
        self.name_field.clear_error()
        self._on_base()

    _may_edit = False

    def chosen(self) -> tuple[str, ...]:
        """Names of the permissions that are ticked and that the base may hold."""
        return tuple(
            sorted(n for n, c in self.checks.items() if c.isChecked() and not c.property("above"))
        )

    def _tick(self, permissions: Sequence[str]) -> None:
        for name, check in self.checks.items():
            check.setChecked(name in permissions)

    @Slot()
    def _on_base(self) -> None:
        """What the base may not do cannot be ticked, and says so."""
        base = self.base.currentData()
        for right in self._rights:
            check, is_above = self.checks[right.name], base not in right.bases
            check.setProperty("above", is_above)
            check.setEnabled(self._may_edit and not is_above)
            tip = f"{right.name}: above the base {base}." if is_above else right.name
            check.setToolTip(tip)
        self._on_edited()

    @Slot()
    def _on_edited(self) -> None:
        is_new = self.role is None
        role = self.role
        differs = role is not None and (
            addresses.one_line(self.name.text()) != role.title
            or self.chosen() != tuple(sorted(role.permissions))
        )
        self.save.setText("Define the role" if is_new else "Save")
        self.save.setAccessibleName(self.save.text())
        self.cancel.setEnabled(is_new or differs)

    # What the person does

    @Slot()
    def submit(self) -> None:
        """Save, or say what is missing."""
        if not self._may_edit:
            return
        title, chosen = self.name.text(), self.chosen()
        fault = addresses.name_fault(title, "A title")
        if fault:
            self.name_field.set_error(fault)
            self.name.setFocus()
            return
        if not chosen:
            say(self.fault, "Tick at least one permission; a role that may nothing helps nobody.")
            announce(self, self.fault.text())
            return
        say(self.fault, "")
        title = addresses.one_line(title)
        if self.role is None:
            self._carry_out(self._definition(title, chosen))
        else:
            self._carry_out(self._change(self.role, title, chosen))

    def _definition(self, title: str, chosen: Sequence[str]) -> Intention:
        base = str(self.base.currentData())
        return Intention(
            f"Define the role {title}",
            f"{self._sentences(chosen)} Nobody holds it yet.",
            "Define the role",
            lambda session, shown: roles.define(session, title, base, chosen),
            None,
            lambda done: self.changed.emit(f"The role {title} is defined.", str(done.id)),  # type: ignore[attr-defined]
        )

    def _change(self, role: Role, title: str, chosen: Sequence[str]) -> Intention:
        gained = [name for name in chosen if name not in role.permissions]
        lost = [name for name in role.permissions if name not in chosen]
        parts = [f"It is then called {title}."] if title != role.title else []
        parts += [f"Gained: {self._sentences(gained)}"] if gained else []
        parts += [f"Lost: {self._sentences(lost)}"] if lost else []
        return Intention(
            f"Change the role {role.title}",
            " ".join(parts) or "Nothing changes.",
            "Save",
            lambda session, shown: roles.redefine(session, shown, title, chosen),
            role,
            lambda _: self.changed.emit(f"The role {title} is changed.", role.key),
            asked=partial(self._on_asked, role),
            preview=lambda session: _who(roles.holders(session, role.key), "It changes for"),
            decision=lambda action: (action, roles.payload(role, title, chosen)),
            is_dangerous=bool(lost),
        )

    @Slot()
    def _on_delete(self) -> None:
        role = self.role
        if role is None:
            return
        self._carry_out(
            Intention(
                f"Delete the role {role.title}",
                f"Whoever holds it can no longer: {self._sentences(role.permissions)}",
                "Delete",
                lambda session, shown: roles.delete(session, shown),
                role,
                lambda _: self.changed.emit(f"The role {role.title} is deleted.", ""),
                asked=partial(self._on_asked, role),
                preview=lambda session: _losers(session, role),
                decision=lambda action: (action, roles.payload_of_deletion(role)),
                is_dangerous=True,
            )
        )

    @Slot()
    def _on_cancel(self) -> None:
        if self.role is None:
            self.closed.emit()
        else:
            self.show_role(self.role)

    def _on_asked(self, role: Role, decision: UUID) -> None:
        self.changed.emit(f"Asked. The role {role.title} waits for a second human.", role.key)

    def _carry_out(self, intention: Intention) -> None:
        ChangeDialog(intention, self._link, self._jobs, self._zone, self.window()).open()

    def _sentences(self, names: Sequence[str]) -> str:
        found = [right.sentence for right in self._rights if right.name in names]
        return f"{'; '.join(found)}."


def _losers(session: Session, role: Role) -> str:
    return _who(roles.holders(session, role.key), "They lose it:")


def _who(holders: Sequence[Holder], lead: str) -> str:
    if not holders:
        return "Nobody holds it."
    names = [f"{one.name} ({one.node_name})" for one in holders[:_MOST_NAMES]]
    more = f" and {len(holders) - _MOST_NAMES:,} more" if len(holders) > _MOST_NAMES else ""
    count = "1 person" if len(holders) == 1 else f"{len(holders):,} people"
    return f"{lead} {count}: {', '.join(names)}{more}."
