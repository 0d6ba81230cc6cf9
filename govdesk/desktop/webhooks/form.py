"""The form of a webhook: where to, what is sent, and what is seldom needed below a fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QSpinBox, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.integrations import allowing
from govdesk.desktop.integrations.fields import ChoiceField, LineField, SettingField, TextField
from govdesk.desktop.timeline.layouts import let_go
from govdesk.desktop.webhooks.events_picker import EventsField
from govdesk.desktop.webhooks.fold import Fold
from govdesk.desktop.webhooks.headers_field import HeadersField
from govdesk.desktop.webhooks.making import made
from govdesk.desktop.webhooks.secret_field import SecretChoice
from govdesk.desktop.webhooks.values import Values
from govdesk.desktop.widgets import FormField, Words
from govdesk.domain import webhooks
from govdesk.domain.webhooks import Kind
from govdesk.jobs import Jobs
from govdesk.services.webhook_drafts import Draft

WHOLE: Final = "organization"
"""In the place of a system's id: the whole organization."""
_LEAVES: Final = {
    "full": (
        "Everything leaves: who acted, from where, the sentence, and what changed before and after."
    ),
    "thin": "Only the event's name, its number and ids leave: no names, addresses or changes.",
}
_ALLOW_HELP: Final = (
    "Only public addresses are contacted. List the few private ones that this webhook may reach,"
    " one a line with its port, such as 10.20.0.0/16:443. It stands in the log. Addresses of a"
    " cloud's metadata service are never contacted."
)
_SELDOM: Final = (
    "client_certificate", "client_key", "server_name", "ca", "source", "sourcetype",
)  # fmt: skip
_NO_HEADERS: Final = ("syslog", "ntfy")
_NO_FORMAT: Final = ("ntfy",)


class WebhookForm(QWidget):
    """`edited` follows every change by the person, `entered` Enter in a line.

    `complained` carries a field that says what is wrong with it.
    """

    edited = Signal()
    entered = Signal()
    complained = Signal(QWidget)
    reshaped = Signal()

    def __init__(self, jobs: Jobs, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("webhook_form")
        self._jobs = jobs
        self.draft = Draft()
        self._systems: Sequence[tuple[str, str]] = ()
        self._known: Kind = webhooks.KINDS[0]
        self._is_new = True
        self._typed: dict[str, str] = {}
        self.own: dict[str, SettingField] = {}
        self._build()
        self._lay_out()
        self._connect()

    # Parts

    def _build(self) -> None:
        kinds = {str(one.name): one.title for one in webhooks.KINDS}
        self.kind = ChoiceField("webhook_kind", "Kind", "", kinds, check=_right)
        self.system = ChoiceField("webhook_system", "For", _FOR, {}, check=_right)
        self.description = LineField(
            "webhook_description", "Description", "Whom it tells what, as people call it here.",
            required=True, check=lambda text: webhooks.check_description(text) or "",
            example="Security team's Splunk",
        )  # fmt: skip
        # An address with a password in it is explained, not swallowed: nothing typed is lost.
        self.url = LineField(
            "webhook_url", "Address", "", required=True, check=self._url_fault, judge=_right
        )
        self.secret = SecretChoice()
        self.events = EventsField()
        self.alerts = _box("Route &alerts", "webhook_alerts", "Every system.alert, whatever else"
                           " is chosen.")  # fmt: skip
        self.blocks = _box("Route &blocks", "webhook_blocks", "Every system.block, whatever else"
                           " is chosen.")  # fmt: skip
        self.format = ChoiceField(
            "webhook_format", "Format", "", dict(webhooks.FORMATS), check=_right
        )
        self.detail = ChoiceField(
            "webhook_detail", "Detail", "", dict(webhooks.DETAILS), check=_right
        )
        self.headers = HeadersField()
        self.throttle = QSpinBox()
        self.throttle.setObjectName("webhook_throttle")
        self.throttle.setRange(0, webhooks.MOST_THROTTLE)
        self.throttle.setSpecialValueText("No limit")
        self.throttle.setSuffix(" a minute")
        self.throttle.setMinimumHeight(theme.CONTROL_HEIGHT)
        self.throttle_field = FormField("Throttle", self.throttle, _THROTTLE)
        self.allow = TextField(
            "webhook_allow", allowing.TITLE, _ALLOW_HELP, required=False, check=_allow_fault,
            example="10.20.0.0/16:443", lines=3,
        )  # fmt: skip
        self.more = Fold("Headers, certificates, private addresses", "webhook_more", self)

    def _lay_out(self) -> None:
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.GAP)
        flags = QVBoxLayout()
        flags.setSpacing(theme.GRID)
        for box in (self.alerts, self.blocks):
            flags.addWidget(box)
            below = Words(box.accessibleDescription(), "secondary", "text_secondary", self,
                          wraps=True)  # fmt: skip
            below.setContentsMargins(theme.ICON + theme.INSIDE, 0, 0, 0)
            flags.addWidget(below)
        for part in (self.kind, self.description, self.system, self.url, self.secret, self.events):
            self.column.addWidget(part)
        self.column.addLayout(flags)
        self.column.addWidget(self.format)
        self.column.addWidget(self.detail)
        self.column.addWidget(self.more)
        for seldom in (self.headers, self.throttle_field, self.allow):
            self.more.column.addWidget(seldom)

    def _connect(self) -> None:
        self.kind.edited.connect(self._on_kind)
        self.detail.edited.connect(self._say_detail)
        self.more.toggled.connect(self.reshaped)
        self.headers.rows_changed.connect(self.reshaped)
        for one in (self.system, self.description, self.url, self.secret, self.events, self.format,
                    self.detail, self.headers, self.allow):  # fmt: skip
            self._hear(one)
        for box in (self.alerts, self.blocks):
            box.toggled.connect(self._on_flag)
        self.throttle.valueChanged.connect(self._on_changed)
        self.allow.edited.connect(self._on_allow)

    def _hear(self, one: SettingField) -> None:
        one.edited.connect(self._on_changed)
        one.entered.connect(self.entered)
        one.complained.connect(partial(self.complained.emit, one))

    @property
    def fields(self) -> dict[str, SettingField]:
        """The fields by the names under which the service tells of faults, from the top."""
        return {
            "kind": self.kind, "description": self.description, "system_id": self.system,
            "url": self.url, "secret": self.secret, "events": self.events, "format": self.format,
            "detail": self.detail, **self.own, "headers": self.headers, "allow": self.allow,
        }  # fmt: skip

    # Content

    def offer_systems(self, systems: Sequence[tuple[str, str]]) -> None:
        """The places that a new webhook can be about: id or `WHOLE`, and name."""
        self._systems = systems
        chosen = self.system.text
        self._fill_systems()
        if any(which == chosen for which, _ in systems):
            self.system.set_text(chosen)

    def _fill_systems(self) -> None:
        self.system.box.clear()
        for which, name in self._systems:
            self.system.box.addItem(name, which)

    def show_values(self, values: Values, *, is_new: bool, place: str = "") -> None:
        """Fill the form. Kind and place of a webhook that is there never change."""
        draft = values.draft
        self.draft = draft
        self._begin_kind(draft.kind)
        self.kind.set_text(draft.kind)
        self.kind.setVisible(is_new)
        self.system.setVisible(len(self._systems) > 1 or not is_new)
        self._fill_systems()
        if is_new:
            self.system.set_text(draft.system_id or WHOLE)
        else:
            self.system.set_text(place)
        self.system.set_read_only(not is_new)
        self.description.set_text(draft.description)
        self.url.set_text(draft.url)
        self.secret.bring_back(values.secret)
        self.events.picker.set_patterns(draft.events)
        self.events.picker.write(values.event)
        self.events.clear_error()
        self._show_rest(draft)
        self._is_new = is_new
        self._show_parts()

    def _show_rest(self, draft: Draft) -> None:
        for box, is_on in ((self.alerts, draft.alerts), (self.blocks, draft.blocks)):
            box.blockSignals(True)
            box.setChecked(is_on)
            box.blockSignals(False)
        self.events.routes_anything = draft.alerts or draft.blocks
        self.format.set_text(draft.format)
        self.detail.set_text(draft.detail)
        self._say_detail()
        self.headers.show_headers(draft.headers)
        self.throttle.blockSignals(True)
        self.throttle.setValue(draft.throttle or 0)
        self.throttle.blockSignals(False)
        self.allow.set_text("\n".join(draft.allow))
        given = {**draft.settings, **draft.secret_refs}
        for name, one in self.own.items():
            one.set_text(given.get(name, ""))
        is_used = draft.headers or draft.throttle or draft.allow
        self.more.button.setChecked(bool(is_used or any(given.get(name) for name in self._folded)))

    def _begin_kind(self, name: str) -> None:
        """Make the fields of a kind."""
        for one in self.own.values():
            let_go(one)
        known = webhooks.BY_NAME[name]
        self._known = known
        self.kind.set_help(known.purpose)
        self.url.line.setPlaceholderText(known.url_example)
        self.url._own_help = known.url_hint
        self.url.set_help(known.url_hint)
        self.own = {one.name: made(one, self._jobs, self) for one in known.fields}
        place = self.column.indexOf(self.url) + 1
        for field, one in self.own.items():
            if field in self._folded:
                self.more.column.insertWidget(self.more.column.count() - 1, one)
            else:
                self.column.insertWidget(place, one)
                place += 1
            one.show()
            self._hear(one)

    @property
    def _folded(self) -> tuple[str, ...]:
        """Fields of the kind that stand below the fold; few receivers that check want a token."""
        return (*_SELDOM, "token") if self._known.is_signed else _SELDOM

    def _show_parts(self) -> None:
        self.secret.setVisible(self._is_new and self._known.is_signed)
        self.headers.setVisible(self._known.name not in _NO_HEADERS)
        self.format.setVisible(self._known.name not in _NO_FORMAT)
        self.reshaped.emit()

    # Values

    def values(self) -> Values:
        """What is typed, right or wrong."""
        by_column: dict[str, dict[str, str]] = {"open": {}, "ref": {}}
        for one in self._known.fields:
            if text := self.own[one.name].text:
                by_column[one.column][one.name] = text
        draft = replace(
            self.draft,
            kind=self._known.name,
            system_id=self._system_id if self._is_new else self.draft.system_id,
            description=" ".join(self.description.text.split()),
            url=self.url.text,
            events=self.events.patterns,
            alerts=self.alerts.isChecked(),
            blocks=self.blocks.isChecked(),
            format=self.format.text,
            detail=self.detail.text,
            headers=self.headers.headers if not self.headers.isHidden() else {},
            settings=by_column["open"],
            secret_refs=by_column["ref"],
            allow=allowing.entries(self.allow.text),
            throttle=self.throttle.value() or None,
        )
        return Values(draft, self.secret.kept, self.events.picker.written)

    @property
    def _system_id(self) -> str | None:
        return None if self.system.text == WHOLE else self.system.text or None

    def judged(self) -> Values | None:
        """What is typed, if all of it is right; else every fault is said, the first has focus."""
        faults = {
            name: fault
            for name, one in self.fields.items()
            if not one.isHidden() and (fault := one.fault())
        }
        values = self.values()
        settings, refs = values.draft.settings, values.draft.secret_refs
        for name, fault in webhooks.check_settings(values.draft.kind, settings, refs).items():
            faults.setdefault(name, fault)
        for name, one in self.fields.items():
            if name not in faults:
                one.clear_error()
        return None if self.complain(faults) else values

    def complain(self, faults: Mapping[str, str]) -> bool:
        """Say next to each field what the server refuses; False if none of it is here."""
        known = [name for name in self.fields if name in faults]
        if any(name in (*self._folded, "headers", "allow") for name in faults):
            self.more.button.setChecked(True)
        if known:
            self.fields[known[0]].control.setFocus()
        for name in known:
            self.fields[name].set_error(faults[name])
        if "throttle" in faults:
            self.throttle_field.set_error(faults["throttle"])
        return bool(known) or "throttle" in faults

    def _url_fault(self, text: str) -> str:
        allow = allowing.entries(self.allow.text)
        return webhooks.check_url(self._known.name, text, allow) or ""

    # What the person does

    @Slot()
    def _on_kind(self) -> None:
        """What is typed goes with it, as far as the other kind has such fields."""
        typed = self.values()
        kind = self.kind.text
        before = {**typed.draft.settings, **typed.draft.secret_refs}
        self._typed |= before
        fields = webhooks.BY_NAME[kind].fields
        kept = {
            column: {
                one.name: self._typed.get(one.name, one.default)
                for one in fields
                if one.column == column and self._typed.get(one.name, one.default)
            }
            for column in ("open", "ref")
        }
        draft = replace(typed.draft, kind=kind, settings=kept["open"], secret_refs=kept["ref"])
        self.show_values(replace(typed, draft=draft), is_new=True)
        self.kind.box.setFocus()
        self.edited.emit()

    @Slot()
    def _on_flag(self) -> None:
        self.events.routes_anything = self.alerts.isChecked() or self.blocks.isChecked()
        if self.events.routes_anything and self.events.error:
            self.events.clear_error()
        self._on_changed()

    @Slot()
    def _on_allow(self) -> None:
        """An address may be right now that was not before."""
        if self.url.error:
            self.url.clear_error()

    @Slot()
    def _say_detail(self) -> None:
        self.detail.set_help(_LEAVES.get(self.detail.text, ""))

    @Slot()
    def _on_changed(self) -> None:
        self.edited.emit()

    @Slot()
    def take_keyboard(self) -> None:
        """Begin at the top."""
        (self.description.line if self.kind.isHidden() else self.kind.box).setFocus()


_FOR: Final = "It gets what happens there and below. This does not change later."
_THROTTLE: Final = "More than that waits; nothing is dropped. 0 is no limit."


def _right(text: str) -> str:
    return ""


def _allow_fault(text: str) -> str:
    if fault := allowing.fault(text):
        return fault
    found = ((one, webhooks.check_allow(one)) for one in allowing.entries(text))
    return next((f"“{one}”: {fault}" for one, fault in found if fault), "")


def _box(words: str, name: str, help: str) -> QCheckBox:
    made = QCheckBox(words)
    made.setObjectName(name)
    made.setAccessibleName(words.replace("&", ""))
    made.setAccessibleDescription(help)
    return made
