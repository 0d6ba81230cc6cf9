"""The side panel of what holds for all keys of the organization: how long, and which scopes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QSpinBox, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.conflict import ConflictPanel
from govdesk.desktop.editing.writing import Act, Writing
from govdesk.desktop.keys.scope_rows import ScopeEditor
from govdesk.desktop.members.parts import SidePanel, button, note, row, say
from govdesk.desktop.widgets import FormField, Words, announce
from govdesk.domain.problem import Problem
from govdesk.services import key_settings
from govdesk.services.changes import Change
from govdesk.services.key_settings import LONGEST_LIFE, Policy, Scope
from govdesk.services.meanwhile import ChangedMeanwhile

_FIELDS: Final = {
    "warn_days": ("&Warn after", "Unused so long, a key is shown as stale."),
    "suspend_days": ("&Suspend after", "Unused so long, it is refused until somebody reactivates"
                     " it."),
    "revoke_days": ("Re&voke after", "Unused so long, it ends for good."),
    "max_days": ("&Longest life", "A new key ends at the latest after so many days."),
    "expiring_days": ("&Expiring in the last", "So long before its end a key is shown as"
                      " expiring."),
}  # fmt: skip
_READ_ONLY: Final = (
    "You can read this. Changing it needs the permission to set policies, which owners have."
)


class PolicyPanel(SidePanel):
    """`saved` follows a change of policy or scopes, with a sentence."""

    saved = Signal(str)

    def __init__(
        self, writing: Writing, parent: QWidget, *, may_set: bool = False, may_scope: bool = False
    ):
        super().__init__("key_policy_panel", "Policy and scopes of keys", parent)
        self._writing = writing
        self._shown = Policy()
        self.title.setText("Policy and scopes")
        self.days: dict[str, QSpinBox] = {}
        self.fields: dict[str, FormField] = {}
        self._build(writing, may_scope)
        self._lay_out()
        self.allow(may_set=may_set, may_scope=may_scope)
        self._show(self._shown)
        writing.busy.connect(self._show_acts)

    def _build(self, writing: Writing, may_scope: bool) -> None:
        inner = self.inner
        for name, (title, help) in _FIELDS.items():
            box = self.days[name] = QSpinBox(inner)
            box.setObjectName(f"policy_{name}")
            box.setRange(1, LONGEST_LIFE)
            box.valueChanged.connect(self._on_edited)
            self.fields[name] = FormField(title, box, help, inner)
        self.fault = note("policy_fault", inner, "state_failed")
        self.conflict = ConflictPanel("policy_conflict", inner)
        self.conflict.mine.connect(self._save_over)
        self.conflict.theirs.connect(self._take_theirs)
        self.why_not = note("policy_why_not", inner)
        self.save_button = button("policy_save", "Save changes", self.save, inner)
        self.save_button.setProperty("primary", True)
        self.scopes = ScopeEditor(writing, inner)
        self.scopes.saved.connect(self.saved)

    def _lay_out(self) -> None:
        self.column.setSpacing(theme.INSIDE)
        lead = "For all keys of the organization. Days without use count from the last use."
        self.column.addWidget(Words(lead, "secondary", "text_secondary", self.inner, wraps=True))
        for field in self.fields.values():
            self.column.addWidget(field)
        for part in (self.fault, self.conflict, self.why_not):
            self.column.addWidget(part)
        self.column.addLayout(row(self.save_button))
        self.column.addSpacing(theme.INSIDE)
        self.column.addWidget(self.scopes)
        self.column.addStretch(1)
        self.order_tabs()

    # Content

    def allow(self, *, may_set: bool, may_scope: bool) -> None:
        """Say what this person may change."""
        self._may_set = may_set
        for box in self.days.values():
            box.setReadOnly(not may_set)
            buttons = QSpinBox.ButtonSymbols
            box.setButtonSymbols(buttons.UpDownArrows if may_set else buttons.NoButtons)
        say(self.why_not, "" if may_set else _READ_ONLY)
        self.scopes.allow(may_scope)
        self._show_acts()

    def know(self, policy: Policy, scopes: Sequence[Scope]) -> None:
        """Show what holds now; what is being changed stays."""
        if not self.is_dirty:
            self._show(policy)
        self.scopes.show_scopes(scopes)
        self.order_tabs()

    def _show(self, policy: Policy) -> None:
        self._shown = policy
        for name, box in self.days.items():
            box.setValue(getattr(policy, name))
        say(self.fault, "")
        self._show_acts()

    @property
    def wanted(self) -> Policy:
        """What is set in the form."""
        return Policy(**{name: box.value() for name, box in self.days.items()})

    @property
    def is_dirty(self) -> bool:
        """Whether something is set that is not saved."""
        return self.wanted != self._shown

    @Slot()
    def _on_edited(self) -> None:
        for box in self.days.values():
            box.setSuffix(" day" if box.value() == 1 else " days")
        say(self.fault, self.wanted.fault)
        self._show_acts()

    @Slot()
    def _show_acts(self) -> None:
        self.save_button.setVisible(self._may_set and self.conflict.isHidden())
        can = self.is_dirty and not self.wanted.fault and not self._writing.is_busy
        self.save_button.setEnabled(can)

    # Saving

    @Slot()
    def save(self) -> None:
        """Lay the policy down."""
        self._write(self._shown)

    def _write(self, before: Policy) -> None:
        wanted = self.wanted
        self.conflict.clear()
        self._writing.run(
            Act(
                lambda session: key_settings.set_policy(session, wanted, before),
                "The policy for keys ends or keeps keys of the whole organization.",
                partial(self._on_saved, wanted),
                self._on_refused,
            )
        )

    def _on_saved(self, wanted: Policy, change: Change) -> None:
        self._show(wanted)
        self.saved.emit("The policy for keys is saved.")

    def _on_refused(self, error: Problem) -> None:
        if isinstance(error, ChangedMeanwhile) and isinstance(error.fresh, Policy):
            self._theirs = error.fresh
            both = {
                _FIELDS[name][0].replace("&", ""): {
                    "old": getattr(error.fresh, name), "new": getattr(self.wanted, name),
                }
                for name in _FIELDS
                if getattr(error.fresh, name) != getattr(self.wanted, name)
            }  # fmt: skip
            self.conflict.show_both(error.sentence, both)
            self._show_acts()
            return
        words = f"{error.sentence} {error.remedy}".strip()
        say(self.fault, words)
        announce(self, words)

    @Slot()
    def _save_over(self) -> None:
        self._shown = self._theirs
        self._write(self._theirs)

    @Slot()
    def _take_theirs(self) -> None:
        self.conflict.clear()
        self._show(self._theirs)
