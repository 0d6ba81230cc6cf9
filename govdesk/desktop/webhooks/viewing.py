"""A webhook to read: how it fares, where it leads, what leaves, and its secret."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.section import button
from govdesk.desktop.members.parts import Facts, note, row, say
from govdesk.desktop.webhooks import columns
from govdesk.desktop.webhooks.kinds import icon_of, kind_title
from govdesk.desktop.webhooks.states import moment, state_of, success, waiting
from govdesk.desktop.widgets import Pill, Words
from govdesk.domain import webhooks
from govdesk.services.webhooks import SecretVersion, Webhook

_DETAILS: Final = {"full": "everything", "thin": "without personal data"}


class WebhookView(QWidget):
    """`rotate_wanted`, `retire_wanted`, `log_wanted` follow their buttons."""

    rotate_wanted = Signal()
    retire_wanted = Signal()
    check_wanted = Signal()
    log_wanted = Signal()
    redeliver_wanted = Signal()
    history_wanted = Signal()

    def __init__(self, zone: tzinfo, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("webhook_view")
        self.zone = zone
        self._may_manage = self._is_signed = False
        self.kind = Pill("state_neutral", "", self)
        self.kind.setObjectName("webhook_kind_shown")
        self.state = Pill("state_ok", "", self)
        self.state.setObjectName("webhook_state")
        self.sentence = note("webhook_state_sentence", self, "text")
        self.remedy = note("webhook_state_remedy", self)
        self.health = Facts(self)
        self.facts = Facts(self)
        self.secret = note("webhook_secret_state", self, "text")
        self._build_buttons()
        self._lay_out()

    def _build_buttons(self) -> None:
        make = button
        self.log = make("Delivery log", "webhook_log", self.log_wanted.emit, self, icon="history")
        self.redeliver = make(
            "Redeliver…", "webhook_redeliver", self.redeliver_wanted.emit, self, icon="undo-2"
        )
        self.rotate = make(
            "Rotate secret…", "webhook_rotate", self.rotate_wanted.emit, self, icon="refresh-cw"
        )
        self.check = make("Check receiver", "webhook_begin_check", self.check_wanted.emit, self,
                          icon="shield-check")  # fmt: skip
        self.retire = make("End the previous one now", "webhook_retire", self.retire_wanted.emit,
                           self)  # fmt: skip
        self.history = make("History", "webhook_history", self.history_wanted.emit, self)

    def _lay_out(self) -> None:
        pills = QHBoxLayout()
        pills.setSpacing(theme.INSIDE)
        pills.addWidget(self.state)
        pills.addWidget(self.kind)
        pills.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addLayout(pills)
        for part in (self.sentence, self.remedy, self.health):
            column.addWidget(part)
        column.addLayout(row(self.log, self.redeliver))
        self.secret_title = self._title("Secret")
        self.secret_acts = row(self.rotate, self.check)
        column.addSpacing(theme.INSIDE)
        column.addWidget(self.secret_title)
        column.addWidget(self.secret)
        column.addLayout(self.secret_acts)
        column.addLayout(row(self.retire))
        column.addSpacing(theme.INSIDE)
        column.addWidget(self._title("What it is"))
        column.addWidget(self.facts)
        column.addLayout(row(self.history))

    def _title(self, words: str) -> Words:
        return Words(words, "strong", parent=self)

    # Content

    def show_webhook(self, one: Webhook, *, may_manage: bool, is_new: bool = True) -> None:
        """Show a webhook as it is now."""
        self._may_manage = may_manage
        self.kind.set_meaning("state_neutral", kind_title(one.kind), icon=icon_of(one.kind))
        state = state_of(one, self.zone)
        self.state.set_meaning(state.meaning, state.word, icon=state.icon)
        say(self.sentence, state.sentence)
        say(self.remedy, state.remedy)
        self._show_health(one)
        self._show_facts(one)
        for part in (self.secret_title, self.secret):
            part.setVisible(one.needs_secret)
        for act in (self.rotate, self.check):
            act.setVisible(one.needs_secret and may_manage)
        self.redeliver.setVisible(may_manage)
        self._is_signed = one.needs_secret
        if is_new:
            self.secret.setText("")
            self.retire.hide()

    def _show_health(self, one: Webhook) -> None:
        show, health = self.health.show_fact, one.health
        show("webhook_success", "Success, 24 h", success(health))
        show("webhook_waiting", "Waiting", waiting(health))
        show("webhook_behind", "Not looked at yet", f"{health.behind:,}")
        show("webhook_last_success", "Last success", moment(health.last_success_at, self.zone))
        show("webhook_last_failure", "Last failure", self._failure(one))
        speed = "–" if health.average_ms is None else f"{health.average_ms:,.0f} ms"
        show("webhook_speed", "Average answer", speed)

    def _failure(self, one: Webhook) -> str:
        health = one.health
        if health.last_failure_at is None:
            return "–"
        outcome = webhooks.OUTCOME_BY_NAME.get(health.last_outcome or "")
        is_bad = outcome is not None and outcome.tone != "good"
        word = f" · {outcome.title}" if outcome is not None and is_bad else ""
        status = f" · {health.last_status}" if is_bad and health.last_status else ""
        return f"{moment(health.last_failure_at, self.zone)}{word}{status}"

    def _show_facts(self, one: Webhook) -> None:
        show = self.facts.show_fact
        query = " (its query is not shown)" if "?" in one.url else ""
        show("webhook_url_shown", "Address", columns.address(one) + query)
        show("webhook_place", "For", columns.place(one))
        show("webhook_events_shown", "Events", columns.every_event(one))
        show("webhook_format_shown", "Format", dict(webhooks.FORMATS).get(one.format, one.format))
        show("webhook_detail_shown", "What leaves", _DETAILS.get(one.detail, one.detail))
        throttle = "no limit" if one.throttle is None else f"{one.throttle:,} a minute"
        show("webhook_throttle_shown", "Throttle", throttle)
        show("webhook_headers_shown", "Custom headers", ", ".join(one.headers) or "–")
        show("webhook_allow_shown", "Private addresses", ", ".join(one.allow) or "–")
        show("webhook_settings_shown", "Further settings", _settings(one))
        who = one.created_by.removeprefix("user:")
        show("webhook_created", "Added", f"{moment(one.created_at, self.zone)} by {who}")

    def show_secrets(self, versions: Sequence[SecretVersion]) -> None:
        """Say which secrets sign; they themselves are nowhere."""
        if not self._is_signed:
            return
        current = next((one for one in versions if one.status == "current"), None)
        before = next((one for one in versions if one.status == "previous"), None)
        if current is None:
            say(self.secret, "It has none.")
        else:
            words = f"Version {current.version}, since {moment(current.created_at, self.zone)}."
            if before is not None:
                until = moment(before.ends_at, self.zone)
                words += f" Version {before.version} signs along until {until}."
            say(self.secret, words)
        self.retire.setVisible(before is not None and self._may_manage)

    @Slot(bool)
    def set_busy(self, busy: bool) -> None:
        """Nothing else is begun while something is written."""
        for one in (self.rotate, self.retire):
            one.setEnabled(not busy)


def _settings(one: Webhook) -> str:
    known = next((kind for kind in webhooks.KINDS if kind.name == one.kind), None)
    fields = known.fields if known is not None else ()
    given = {**one.settings, **one.secret_refs}
    told = []
    for field in fields:
        text = given.get(field.name, "")
        if field.multiline and text:
            told.append(f"{field.title}: given")
        elif text and text != field.default:
            told.append(f"{field.title}: {dict(field.choices).get(text, text)}")
    return "; ".join(told) or "–"
