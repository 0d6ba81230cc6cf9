"""The side panel of one key: its state, who has it, how it is used, what followed what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from functools import partial
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.writing import Act, Writing
from govdesk.desktop.keys.attention import what_it_needs
from govdesk.desktop.keys.columns import STATUS, day, environment_word, last_used, status_word, when
from govdesk.desktop.keys.uses import UseChart
from govdesk.desktop.members.parts import Facts, SidePanel, button, note, row, say
from govdesk.desktop.timeline.layouts import empty
from govdesk.desktop.widgets import FormField, MonoField, Pill, Words, announce
from govdesk.domain.problem import Problem
from govdesk.services import key_changes
from govdesk.services.api_keys import Key
from govdesk.services.changes import Change
from govdesk.services.key_settings import Policy
from govdesk.services.meanwhile import ChangedMeanwhile

READ_ONLY: Final = (
    "You need the permission to generate, rotate and revoke keys to change anything here. An owner"
    " or an admin can grant it."
)
_LABEL_HELP: Final = "Who or what uses it."


class KeyPanel(SidePanel):
    """Shows one key. The first three signals carry it: whoever answers asks before.

    `relabelled` follows a saved label, `key_wanted` carries the id of another key of the family,
    `events_wanted` a filter for the timeline.
    """

    rotate_wanted = Signal(object)
    revoke_wanted = Signal(object)
    reactivate_wanted = Signal(object)
    relabelled = Signal(str)
    key_wanted = Signal(str)
    events_wanted = Signal(str)
    guide_wanted = Signal(object)

    def __init__(self, writing: Writing, zone: tzinfo, parent: QWidget):
        super().__init__("key_panel", "API key", parent)
        self._writing, self.zone = writing, zone
        self.key: Key | None = None
        self._policy = Policy()
        self._may_manage = False
        self._build()
        self._lay_out()
        writing.busy.connect(self._show_acts)

    # Parts

    def _build(self) -> None:
        inner = self.inner
        self.pill = Pill("state_ok", "active", inner)
        self.pill.setObjectName("key_status")
        self.prefix = MonoField("Prefix of the key", "", inner)
        self.prefix.setObjectName("key_prefix")
        self.needs = note("key_needs", inner, "text")
        self.facts = Facts(inner)
        self.label = QLineEdit(inner)
        self.label.setObjectName("key_label")
        self.label.textEdited.connect(self._on_label)
        self.label.returnPressed.connect(self.save_label)
        self.label_field = FormField("Owner &label", self.label, _LABEL_HELP, inner)
        self.save = button("key_label_save", "Save changes", self.save_label, inner)
        self.uses = UseChart(inner)
        self.events = button(
            "key_events", "Show its events", self._on_events, inner, icon="history"
        )
        self.guide = button(
            "key_guide", "Open Step-by-Step Setup Guide", self._on_guide, inner, icon="book-open"
        )
        self.rotate = button("key_rotate", "Rotate…", self._on_rotate, inner, icon="refresh-cw")
        self.reactivate = button("key_reactivate", "Reactivate", self._on_reactivate, inner)
        self.revoke = button("key_revoke", "Revoke…", self._on_revoke, inner)
        self.fault = note("key_fault", self, "state_failed")
        self.why_not = note("key_why_not", inner)

    def _lay_out(self) -> None:
        self.column.setSpacing(theme.INSIDE)
        head = QHBoxLayout()
        head.setSpacing(theme.INSIDE)
        head.addWidget(self.pill)
        head.addWidget(self.prefix, 1)
        self.column.addLayout(head)
        for part in (self.needs, self.facts, self.label_field):
            self.column.addWidget(part)
        self.column.addLayout(row(self.save))
        self._head("Use per day")
        self.column.addWidget(self.uses)
        self.column.addLayout(row(self.events))
        self._head("Family", "key_family_title")
        self._family = QVBoxLayout()
        self._family.setSpacing(theme.GRID)
        self.column.addLayout(self._family)
        self.column.addSpacing(theme.INSIDE)
        self.column.addLayout(row(self.guide))
        self.column.addWidget(self.why_not)
        self.column.addStretch(1)
        self.keep_in_sight(self.fault, row(self.rotate, self.reactivate, self.revoke))
        self.order_tabs()

    def _head(self, title: str, name: str = "") -> None:
        words = Words(title, "strong", parent=self.inner)
        words.setObjectName(name)
        self.column.addSpacing(theme.INSIDE)
        self.column.addWidget(words)

    # Content

    def show_key(
        self, key: Key, family: Sequence[Key], policy: Policy, *, may_manage: bool
    ) -> None:
        """Show another key, or the same one as it is now; a label that is being typed stays."""
        is_same = self.key is not None and self.key.id == key.id
        is_typing = is_same and self.is_dirty
        self.key, self._policy, self._may_manage = key, policy, may_manage
        self.title.setText(key.owner_label)
        word, meaning, icon = STATUS[key.status]
        self.pill.set_meaning(meaning, word, icon=icon)
        self.prefix.set_text(key.prefix)
        say(self.needs, what_it_needs(key, policy, self.zone))
        self._show_facts(key)
        if not is_typing:
            self.label.setText(key.owner_label)
            self.label_field.clear_error()
        if not is_same:
            self.uses.show_days(())
            say(self.fault, "")
        self._show_family(key, family)
        self._show_acts()

    def show_uses(self, key_id: str, days: Sequence[tuple[date, int]]) -> None:
        """Show how often it was used, if it is still the one that is shown."""
        if self.key is not None and self.key.id == key_id:
            self.uses.show_days(days)

    @Slot(object)
    def refuse(self, error: Problem) -> None:
        """Say why what was asked for did not happen."""
        words = f"{error.sentence} {error.remedy}".strip()
        say(self.fault, words)
        announce(self, words)

    def _show_facts(self, key: Key) -> None:
        show, zone = self.facts.show_fact, self.zone
        show("key_environment", "Environment", environment_word(key))
        show("key_scope_names", "Scopes", ", ".join(key.scopes))
        show("key_created", "Created", when(key.created_at, zone))
        show("key_created_by", "Created by", _person(key))
        show("key_first", "First used", when(key.first_used_at, zone))
        show("key_last", "Last used", when(last_used(key), zone))
        show("key_last_ip", "From", key.last_ip or "–")
        show("key_expires", "Expires", f"{day(key.expires_at, zone)}{_left(key, zone)}")

    def _show_family(self, key: Key, family: Sequence[Key]) -> None:
        empty(self._family)
        for place, one in enumerate(family):
            words = f"{one.prefix} · {status_word(one)} · {day(one.created_at, self.zone)}"
            if one.id == key.id:
                self._family.addWidget(Words(f"{words} · this one", "secondary", "text_secondary",
                                             self.inner, wraps=True))  # fmt: skip
            else:
                self._family.addWidget(self._family_button(place, one, words))
        title = self.inner.findChild(Words, "key_family_title")
        assert title is not None
        title.setText("Family" if len(family) > 1 else "Family: not rotated yet")
        self.order_tabs()

    def _family_button(self, place: int, one: Key, words: str) -> QPushButton:
        made = button(
            f"key_family_{place}", words, partial(self.key_wanted.emit, one.id), self.inner
        )
        made.setAccessibleName(f"Go to the key {words}")
        return made

    @Slot()
    def _show_acts(self) -> None:
        key, may = self.key, self._may_manage
        free = not self._writing.is_busy
        status = key.status if key is not None else ""
        self.label.setReadOnly(not may)
        self.save.setVisible(may)
        self.save.setEnabled(free and self.is_dirty)
        self.rotate.setVisible(may and status in ("active", "expiring", "stale"))
        self.reactivate.setVisible(may and status == "suspended")
        self.revoke.setVisible(may and status not in ("revoked", "expired", ""))
        for one in (self.rotate, self.reactivate, self.revoke):
            one.setEnabled(free)
        self.guide.setVisible(key is not None and key.is_live)
        say(self.why_not, "" if may else READ_ONLY)

    # What the person does

    @property
    def is_dirty(self) -> bool:
        """Whether a label is typed that is not saved."""
        return self.key is not None and self.label.text().strip() != self.key.owner_label

    @Slot()
    def _on_label(self) -> None:
        self.label_field.clear_error()
        self._show_acts()

    @Slot()
    def save_label(self) -> None:
        """Save who answers for the key."""
        key = self.key
        if key is None or not self._may_manage or not self.is_dirty:
            return
        label = self.label.text()
        self._writing.run(
            Act(
                lambda session: key_changes.relabel(session, key.id, label, key.owner_label),
                "A key gets another owner label.",
                self._on_saved,
                self._on_refused,
            )
        )

    def _on_saved(self, change: Change) -> None:
        if self.key is not None:
            self.relabelled.emit(
                f"{self.key.prefix} is labelled “{self.label.text().strip()}” now."
            )

    def _on_refused(self, error: Problem) -> None:
        words = f"{error.sentence} {error.remedy}".strip()
        if isinstance(error, ChangedMeanwhile) and isinstance(error.fresh, Key):
            # What is compared next time is what the sentence has just said.
            self.key = error.fresh
            words = f"{error.sentence} Save changes again writes yours over it."
        self.label_field.set_error(words)
        self._show_acts()
        announce(self, words)

    @Slot()
    def _on_events(self) -> None:
        if self.key is not None:
            self.events_wanted.emit(f"actor:key:{self.key.prefix}")

    @Slot()
    def _on_guide(self) -> None:
        self.guide_wanted.emit(self.key)

    @Slot()
    def _on_rotate(self) -> None:
        self.rotate_wanted.emit(self.key)

    @Slot()
    def _on_revoke(self) -> None:
        self.revoke_wanted.emit(self.key)

    @Slot()
    def _on_reactivate(self) -> None:
        self.reactivate_wanted.emit(self.key)


def _left(key: Key, zone: tzinfo) -> str:
    """How far the day is on which it ends; nothing for a day that is over."""
    days = (key.expires_at.astimezone(zone).date() - datetime.now(zone).date()).days
    if days <= 0:
        return ", today" if days == 0 else ""
    return f", in {days} {'day' if days == 1 else 'days'}"


def _person(key: Key) -> str:
    """The address of who made it, without the kind of actor."""
    kind, _, name = key.created_by.partition(":")
    if key.is_by_staff:
        return f"{name}, staff of GovDesk"
    return name if kind == "user" and name else key.created_by
