"""The form that orders a key: for which environment, for whom, good for what, how long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from functools import partial
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.writing import Act, Writing
from govdesk.desktop.keys.columns import ENVIRONMENTS
from govdesk.desktop.keys.expiry import DAYS, ExpiryField
from govdesk.desktop.keys.scope_checks import ScopeChecks
from govdesk.desktop.members.parts import SidePanel, button, note, row, say
from govdesk.desktop.widgets import FormField, announce
from govdesk.domain.api_keys import ApiKey
from govdesk.domain.problem import Problem
from govdesk.services import api_keys, key_changes
from govdesk.services.changes import Change
from govdesk.services.key_changes import NewKey, Revealed
from govdesk.services.key_settings import INTAKE_SCOPE, Policy, Scope
from govdesk.services.link import Session, Unreachable
from govdesk.services.nodes import Node

_OF_ORGANIZATION: Final = {"dev": "dev", "staging": "staging", "production": "prod"}
_UNKNOWN: Final = (
    "Whether the key was made is not known: the connection broke. Press Generate Key again; if it"
    " was made, this very key is shown."
)


def make(order: NewKey, fresh: ApiKey, was_lost: bool, session: Session) -> Revealed:
    """Make a key, or find the one that was made before the connection broke."""
    if was_lost:
        for key in api_keys.list_keys(session, order.system_id):
            if key.key_id == fresh.key_id:
                return Revealed(fresh.raw, key, Change(key.id, True))
    return key_changes.introduce(session, order, fresh)


class GenerateForm(SidePanel):
    """`made` carries what is to be revealed. What is typed stays until a key was made."""

    made = Signal(object)

    def __init__(self, writing: Writing, zone: tzinfo, environment: str, parent: QWidget):
        super().__init__("generate_panel", "Generate Key", parent)
        self._writing = writing
        self._system: Node | None = None
        self._fresh: ApiKey | None = None
        self._was_lost = False
        self._environment = _OF_ORGANIZATION.get(environment, "dev")
        self.title.setText("Generate Key")
        self._build(zone)
        self._lay_out()
        self.scopes.edited.connect(self._on_scopes)
        self.label.textEdited.connect(self.fields["label"].clear_error)
        self.label.returnPressed.connect(self.submit)
        writing.busy.connect(self._on_busy)

    def _build(self, zone: tzinfo) -> None:
        inner = self.inner
        self.whose = note("generate_system", inner)
        self.environment = QComboBox(inner)
        self.environment.setObjectName("generate_environment")
        for name, title in ENVIRONMENTS.items():
            self.environment.addItem(title, name)
        self.environment.setCurrentIndex(self.environment.findData(self._environment))
        self.label = QLineEdit(inner)
        self.label.setObjectName("generate_label")
        self.scopes = ScopeChecks(inner)
        self.expiry = ExpiryField("generate_days", zone, inner)
        self.fields = {
            "environment": FormField("&Environment", self.environment,
                                     "It stands in the key, so that nobody mixes them up.", inner),
            "label": FormField("Owner &label", self.label,
                               "Who or what uses it, such as Claims intake, team Payments.", inner),
            "scopes": FormField("Scopes", self.scopes, "", inner),
        }  # fmt: skip
        self.fault = note("generate_fault", self, "state_failed")
        self.cancel = button("generate_cancel", "Cancel", self.closed.emit, self)
        self.go = button("generate_go", "Generate Key", self.submit, self)
        self.go.setProperty("primary", True)
        self._say_scopes()

    def _lay_out(self) -> None:
        self.column.setSpacing(theme.GAP)
        self.column.addWidget(self.whose)
        for field in (*self.fields.values(), self.expiry):
            self.column.addWidget(field)
        self.column.addStretch(1)
        acts = row(stretch=True)
        acts.addWidget(self.cancel)
        acts.addWidget(self.go)
        self.keep_in_sight(self.fault, acts)
        self.order_tabs()

    # Content

    def show_system(self, system: Node) -> None:
        """Order for another system; what is typed stays."""
        if self._system is None or self._system.id != system.id:
            # A key whose answer was lost is one of the other system's.
            self._fresh, self._was_lost = None, False
        self._system = system
        say(self.whose, f"For {system.name}. The key is shown once, right after it is made.")

    def know(self, scopes: Sequence[Scope], policy: Policy) -> None:
        """Offer what there is, and what the policy allows."""
        if self.scopes.offer(scopes):
            self.order_tabs()
        self.expiry.know(policy)

    @Slot()
    def _on_scopes(self) -> None:
        self.fields["scopes"].clear_error()
        self._say_scopes()

    def _say_scopes(self) -> None:
        sends = not self.scopes.boxes or INTAKE_SCOPE in self.scopes.chosen
        self.fields["scopes"].set_help(
            "The fewer, the better: what a lost key could do."
            if sends
            else f"Without {INTAKE_SCOPE} the key cannot send events to GovDesk."
        )

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:
        self.go.setEnabled(not busy)

    # Ordering

    def _faults(self) -> QWidget | None:
        """Say what is missing next to its field; returns the first such field."""
        first: list[QWidget] = []
        try:
            key_changes.checked_label(self.label.text())
        except Problem as problem:
            self.fields["label"].set_error(f"{problem.sentence} {problem.remedy}".strip())
            first.append(self.label)
        if not self.scopes.chosen:
            self.fields["scopes"].set_error("Choose at least one scope.")
            first += self.scopes.controls[:1]
        return first[0] if first else None

    @Slot()
    def submit(self) -> None:
        """Make the key, or say what is missing."""
        system = self._system
        if system is None or self._writing.is_busy:
            return
        say(self.fault, "")
        faulty = self._faults()
        if faulty is not None:
            faulty.setFocus()
            return
        environment = self.environment.currentData()
        if self._fresh is None or not self._was_lost or self._fresh.environment != environment:
            self._fresh, self._was_lost = ApiKey.generate(environment), False
        order = NewKey(
            system.id, environment, self.label.text(), self.scopes.chosen, self.expiry.expires_at
        )
        self._writing.run(
            Act(
                partial(make, order, self._fresh, self._was_lost),
                f"A new key lets a program act for {system.name}.",
                self._on_made,
                self._on_refused,
            )
        )

    def _on_made(self, revealed: Revealed) -> None:
        self._fresh, self._was_lost = None, False
        self.label.clear()
        self.scopes.choose((INTAKE_SCOPE,))
        self.expiry.days.setValue(DAYS)
        self.made.emit(revealed)

    def _on_refused(self, error: Problem) -> None:
        self._was_lost = isinstance(error, Unreachable)
        words = _UNKNOWN if self._was_lost else f"{error.sentence} {error.remedy}".strip()
        say(self.fault, words)
        announce(self, words)
