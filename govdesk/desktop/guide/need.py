"""First page of the guide: where GovDesk's web pages answer, and which key is used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.editing.section import button
from govdesk.desktop.guide.step import Step
from govdesk.desktop.keys.columns import environment_word
from govdesk.desktop.keys.reveal import JustRevealed
from govdesk.desktop.members.parts import note, say
from govdesk.desktop.widgets import FormField
from govdesk.domain.api_keys import ApiKey, MalformedKey
from govdesk.domain.problem import Problem
from govdesk.services import invitations
from govdesk.services.api_keys import Key
from govdesk.services.key_settings import INTAKE_SCOPE

_LEAD: Final = (
    "A program sends its events over the web, with a key that says which system it is. You need the"
    " address of GovDesk's web pages and a key."
)
_ADDRESS_HELP: Final = "Where govdesk web answers; whoever runs it knows. It is kept."
_PASTE_HELP: Final = (
    "Optional: with it the programs of the next page can be run as they are. It stays in this"
    " window only and is forgotten with it."
)
_AT_HAND: Final = "It was just shown and is still at hand: the programs of the next page have it."
_NONE: Final = "This system has no key that works. Generate one first."


class NeedStep(Step):
    """`generate_wanted` follows the button that leads to the form for a key."""

    generate_wanted = Signal()

    def __init__(
        self,
        preferences: Preferences,
        keys: Sequence[Key],
        recent: JustRevealed,
        chosen: Key | None,
        *,
        may_generate: bool,
        parent: QWidget | None = None,
    ):
        super().__init__("guide_need", "What you need", _LEAD, parent)
        self._preferences, self._recent = preferences, recent
        self._keys = [key for key in keys if key.is_live]
        self._pasted: ApiKey | None = None
        self._build(may_generate)
        self._offer(chosen)
        self.address.textEdited.connect(self.address_field.clear_error)
        self.key_box.currentIndexChanged.connect(self._on_key)
        self.paste.textEdited.connect(self._on_pasted)
        self._on_key()

    def _build(self, may_generate: bool) -> None:
        self.address = QLineEdit(str(self._preferences.get("web_url")), self)
        self.address.setObjectName("guide_address")
        self.address.setPlaceholderText("https://govdesk.example.com")
        self.address_field = FormField("&Address", self.address, _ADDRESS_HELP, self)
        self.key_box = QComboBox(self)
        self.key_box.setObjectName("guide_key")
        self.key_box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.key_field = FormField("&Key", self.key_box, "", self)
        self.paste = QLineEdit(self)
        self.paste.setObjectName("guide_paste")
        self.paste.setEchoMode(QLineEdit.EchoMode.Password)
        self.paste_field = FormField("&Paste the key", self.paste, _PASTE_HELP, self)
        self.warning = note("guide_scope_missing", self, "state_attention")
        self.generate = button(
            "Generate Key", "guide_generate", self.generate_wanted.emit, self, icon="plus"
        )
        self.generate.setVisible(may_generate)
        for part in (self.address_field, self.key_field, self.paste_field, self.warning):
            self.column.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        row.addWidget(self.generate)
        row.addStretch(1)
        self.column.addLayout(row)
        self.column.addStretch(1)

    def _offer(self, chosen: Key | None) -> None:
        for key in self._keys:
            mark = " · just shown" if self._recent.raw_of(key.prefix) else ""
            words = f"{key.prefix} · {key.owner_label} · {environment_word(key)}{mark}"
            self.key_box.addItem(words, key.id)
        wanted = chosen.id if chosen is not None else self._at_hand()
        self.key_box.setCurrentIndex(max(self.key_box.findData(wanted), 0))
        self.key_box.setEnabled(bool(self._keys))

    def _at_hand(self) -> str:
        return next((key.id for key in self._keys if self._recent.raw_of(key.prefix)), "")

    # What was chosen

    @property
    def key(self) -> Key | None:
        """The key that is used."""
        chosen = self.key_box.currentData()
        return next((key for key in self._keys if key.id == chosen), None)

    @property
    def raw(self) -> str:
        """The whole key, if it is at hand; it is to be shown in the snippets only."""
        key = self.key
        if key is None:
            return ""
        if self._pasted is not None and self._pasted.prefix == key.prefix:
            return self._pasted.raw
        return self._recent.raw_of(key.prefix)

    @property
    def url(self) -> str:
        """The address, as it was checked."""
        return self.address.text().strip().rstrip("/")

    @property
    def is_done(self) -> bool:
        """Whether there is a key at all."""
        return self.key is not None

    def check(self) -> QWidget | None:
        """Say what is wrong with the address or with what was pasted."""
        if self.paste_field.error:
            return self.paste
        try:
            base = invitations.checked_web_url(self.address.text())
        except Problem as problem:
            self.address_field.set_error(f"{problem.sentence} {problem.remedy}")
            return self.address
        self._preferences.set("web_url", base)
        return None

    def forget(self) -> None:
        """Let go of what was pasted."""
        self._pasted = None
        self.paste.clear()

    @Slot()
    def _on_key(self) -> None:
        key = self.key
        self.key_field.set_help("" if key is not None else _NONE)
        at_hand = key is not None and bool(self._recent.raw_of(key.prefix))
        self.paste_field.setVisible(key is not None and not at_hand)
        if at_hand:
            self.key_field.set_help(_AT_HAND)
        lacks = key is not None and INTAKE_SCOPE not in key.scopes
        say(self.warning, f"This key lacks the scope {INTAKE_SCOPE}: its events would be refused."
            if lacks else "")  # fmt: skip
        self.changed.emit()

    @Slot(str)
    def _on_pasted(self, text: str) -> None:
        """Take a key as soon as it is whole; it chooses itself in the list."""
        self._pasted = None
        self.paste_field.clear_error()
        if not text.strip():
            return
        try:
            pasted = ApiKey.parse(text.strip())
        except MalformedKey as problem:
            self.paste_field.set_error(f"{problem.sentence} {problem.remedy}")
            return
        key = next((one for one in self._keys if one.prefix == pasted.prefix), None)
        if key is None:
            self.paste_field.set_error(
                f"{pasted.prefix} is no working key of this system. Paste one that is listed above."
            )
            return
        self._pasted = pasted
        self.key_box.setCurrentIndex(self.key_box.findData(key.id))
        self.paste_field.set_help("The checksum is right: nothing was lost on the way.")
