"""The form that gives a key a successor, and says in one sentence what becomes of the old one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import tzinfo
from functools import partial
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QSpinBox, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.writing import Act, Writing
from govdesk.desktop.keys.expiry import ExpiryField
from govdesk.desktop.members.parts import SidePanel, button, note, row, say
from govdesk.desktop.widgets import FormField, Words, announce
from govdesk.domain.problem import Problem
from govdesk.services import key_changes
from govdesk.services.api_keys import Key
from govdesk.services.key_changes import GRACE_DAYS, Revealed
from govdesk.services.key_settings import Policy
from govdesk.services.link import Unreachable

_GRACE: Final = 1
_LOST: Final = (
    "Whether the successor was made is not known: the connection broke. If the list shows one,"
    " nobody has it: revoke it there, or rotate it."
)


def what_happens(prefix: str, grace_days: int) -> str:
    """One sentence: how long the old key works."""
    if not grace_days:
        return f"{prefix} works until the new key is used for the first time, and no longer."
    days = "1 day" if grace_days == 1 else f"{grace_days} days"
    return f"{prefix} works until {days} after the new key is used for the first time."


def what_is_missing(scopes: Sequence[str]) -> str:
    """One sentence about scopes that the successor does not get; nothing if it gets all."""
    if not scopes:
        return ""
    is_one = len(scopes) == 1
    return (
        f"The scope{'' if is_one else 's'} {', '.join(scopes)} {'is' if is_one else 'are'} retired:"
        " the new key does not have"
        f" {'it' if is_one else 'them'}."
    )


class RotateForm(SidePanel):
    """`made` carries what is to be revealed, and the sentence about the old key."""

    made = Signal(object, str)

    def __init__(self, writing: Writing, zone: tzinfo, parent: QWidget):
        super().__init__("rotate_panel", "Rotate", parent)
        self._writing = writing
        self.key: Key | None = None
        inner = self.inner
        self.about = note("rotate_about", inner)
        self.grace = QSpinBox(inner)
        self.grace.setObjectName("rotate_grace")
        self.grace.setRange(GRACE_DAYS[0], GRACE_DAYS[-1])
        self.grace.setValue(_GRACE)
        self.field = FormField("&Grace", self.grace, "", inner)
        self.then = Words(
            "Whoever uses the old key after that is refused, and every key of this family is"
            " suspended: it may have been stolen.",
            "secondary", "text_secondary", inner, wraps=True,
        )  # fmt: skip
        self.expiry = ExpiryField("rotate_days", zone, inner)
        self.fault = note("rotate_fault", self, "state_failed")
        self.cancel = button("rotate_cancel", "Cancel", self.closed.emit, self)
        self.go = button("rotate_go", "Rotate", self.submit, self)
        self.go.setProperty("primary", True)
        self.grace.valueChanged.connect(self._say)
        writing.busy.connect(self._on_busy)
        self._lay_out()

    def _lay_out(self) -> None:
        self.column.setSpacing(theme.GAP)
        for part in (self.about, self.field, self.then, self.expiry):
            self.column.addWidget(part)
        self.column.addStretch(1)
        acts = row(stretch=True)
        acts.addWidget(self.cancel)
        acts.addWidget(self.go)
        self.keep_in_sight(self.fault, acts)
        self.order_tabs()

    def show_key(self, key: Key, policy: Policy, retired: Collection[str] = ()) -> None:
        """Begin with another key; `retired` names the scopes that are for no new key."""
        if self.key is None or self.key.id != key.id:
            say(self.fault, "")
            self.grace.setValue(_GRACE)
        self.key = key
        self.title.setText(f"Rotate {key.owner_label}")
        say(
            self.about,
            "The new key has the same environment, label and scopes. It is shown once, right after"
            f" it is made. {what_is_missing([s for s in key.scopes if s in retired])}".rstrip(),
        )
        self.expiry.know(policy)
        self._say()

    @Slot()
    def _say(self) -> None:
        self.grace.setSuffix(" day" if self.grace.value() == 1 else " days")
        if self.key is not None:
            self.field.set_help(what_happens(self.key.prefix, self.grace.value()))

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:
        self.go.setEnabled(not busy)

    @Slot()
    def submit(self) -> None:
        """Make the successor."""
        key = self.key
        if key is None or self._writing.is_busy:
            return
        say(self.fault, "")
        grace, expires_at = self.grace.value(), self.expiry.expires_at
        self._writing.run(
            Act(
                lambda session: key_changes.rotate(session, key.id, grace, expires_at),
                f"A new key lets a program act for {key.system}.",
                partial(self._on_made, what_happens(key.prefix, grace)),
                self._on_refused,
            )
        )

    def _on_made(self, sentence: str, revealed: Revealed) -> None:
        self.made.emit(revealed, f"{sentence} {what_is_missing(revealed.left_out)}".rstrip())

    def _on_refused(self, error: Problem) -> None:
        lost = isinstance(error, Unreachable)
        words = _LOST if lost else f"{error.sentence} {error.remedy}".strip()
        say(self.fault, words)
        announce(self, words)
