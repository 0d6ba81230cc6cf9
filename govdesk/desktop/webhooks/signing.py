"""The organization's signing keys: what receivers compare, where they find them, and rotation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from functools import partial
from typing import Final

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QSpinBox, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.editing.section import PageArea
from govdesk.desktop.editing.writing import Act
from govdesk.desktop.members.parts import row, say
from govdesk.desktop.timeline.layouts import empty
from govdesk.desktop.webhooks.dialog import WritingDialog
from govdesk.desktop.webhooks.states import moment
from govdesk.desktop.webhooks.values import fingerprint
from govdesk.desktop.widgets import FormField, MonoField, Pill, Words, announce
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs, Task
from govdesk.services import webhook_changes, webhooks
from govdesk.services.changes import Change
from govdesk.services.link import Link
from govdesk.services.webhook_changes import GRACE_DAYS, USUAL_GRACE_DAYS
from govdesk.services.webhooks import SigningKey

_WHAT: Final = (
    "Every delivery is signed with this key, too (v1a, Ed25519). A receiver that checks it needs no"
    " secret: it reads the public key from the page below, or is given it."
)
_NONE: Final = "There is no signing key yet. The worker makes the first one by itself."
_NO_PAGE: Final = (
    "The page is {path} below the address of the web pages, which is not set on this computer."
)
_WHY: Final = "Receivers trust what is signed with this key."
_LEAST_HEIGHT: Final = 30 * theme.GRID
_STATUS: Final = {
    "current": ("signs", "state_ok"),
    "previous": ("signs along", "state_attention"),
    "retired": ("ended", "state_neutral"),
}


def page_of(tenant_path: str) -> str:
    """Path of the page with the public keys (JWKS)."""
    return f"/.well-known/webhooks/{tenant_path}"


class SigningKeysDialog(WritingDialog):
    """Shows the keys; Rotate signing key has the worker make another one."""

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        web_url: str,
        tenant_path: str,
        zone: tzinfo,
        parent: QWidget,
        *,
        may_rotate: bool,
    ):
        super().__init__(link, jobs, "signing_keys", "Signing key", "Rotate signing key", parent)
        self._zone, self._behind = zone, parent
        self.cancel.setText("Close")
        self.cancel.setAccessibleName("Close")
        self.go.setVisible(may_rotate)
        self.about = Words(_WHAT, "body", "text_secondary", self, wraps=True)
        path = page_of(tenant_path)
        self.page = MonoField("Address of the public keys",
                              f"{web_url.rstrip('/')}{path}" if web_url else "", self)  # fmt: skip
        self.page.setObjectName("signing_keys_page")
        help = "" if web_url else _NO_PAGE.format(path=path)
        self.page_field = FormField("Public keys (JWKS)", self.page, help, self)
        inner = QWidget(self)
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, theme.GAP, 0)
        self.column.setSpacing(theme.GRID)
        self.area = PageArea(inner, "signing_keys_scroll", self)
        self.area.setMinimumHeight(_LEAST_HEIGHT)
        self._inner = inner
        self.grace = QSpinBox(self)
        self.grace.setObjectName("signing_keys_grace")
        self.grace.setRange(GRACE_DAYS[0], GRACE_DAYS[-1])
        self.grace.setValue(USUAL_GRACE_DAYS)
        self.grace.setSuffix(" days")
        self.grace.setMinimumHeight(theme.CONTROL_HEIGHT)
        self.grace_field = FormField(
            "The key before &signs along for", self.grace,
            "It stays published as long. 0 days: it ends at once.", self,
        )  # fmt: skip
        self.grace_field.setVisible(may_rotate)
        self.show_words("Reading the keys …")
        self.lay_out((self.about, self.page_field, self.area, self.grace_field))
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.setStretchFactor(self.area, 1)
        self.cancel.setFocus()

    def read(self) -> None:
        """Ask for the keys."""

        def work(task: Task) -> list[SigningKey]:
            with borrowed(self._link, "interactive", task) as session:
                return webhooks.signing_keys(session)

        self._jobs.start(work, owner=self, on_result=self.show_keys, on_error=self._on_unread)

    def _on_unread(self, error: Exception) -> None:
        if not isinstance(error, Problem):
            raise error
        self.show_words("The keys cannot be read now.")
        self.refuse(error)

    def show_words(self, words: str) -> None:
        """Words in the place of the keys."""
        empty(self.column)
        self.column.addWidget(Words(words, parent=self._inner, wraps=True))
        self.column.addStretch(1)

    def show_keys(self, keys: Sequence[SigningKey]) -> None:
        """Show each key, the newest first."""
        if not keys:
            self.show_words(_NONE)
            return
        empty(self.column)
        for place, key in enumerate(keys):
            self._show_key(place, key)
        self.column.addStretch(1)
        # Qt measures what is new once it has been shown.
        QTimer.singleShot(0, self, self._give_room)

    @Slot()
    def _give_room(self) -> None:
        """Show the keys without scrolling where the window behind is high enough."""
        flowing = self.column.totalHeightForWidth(self.area.viewport().width())
        wanted = max(flowing, self.column.totalMinimumSize().height())
        room = self._behind.height() - 3 * theme.MARGIN - self.height()
        more = min(wanted - self.area.height(), room)
        if more > 0:
            self.resize(self.width(), self.height() + more)

    def _show_key(self, place: int, key: SigningKey) -> None:
        inner = self._inner
        word, meaning = _STATUS[key.status]
        since = f"since {moment(key.created_at, self._zone)}"
        ends = f", until {moment(key.ends_at, self._zone)}" if key.ends_at else ""
        head = QWidget(inner)
        line = row(Pill(meaning, word, head), Words(since + ends, "secondary", parent=head))
        line.setContentsMargins(0, 0, 0, 0)
        head.setLayout(line)
        self.column.addWidget(head)
        facts = (("Key id", key.kid), ("Public key", key.public),
                 ("Fingerprint", fingerprint(key.public)))  # fmt: skip
        for name, text in facts:
            shown = MonoField(f"{name} {place + 1}", text, inner)
            shown.setObjectName(f"signing_key_{place + 1}_{name.lower().replace(' ', '_')}")
            line_of = QWidget(inner)
            pair = row(Words(name, "secondary", "text_secondary", line_of), shown, stretch=False)
            pair.setContentsMargins(0, 0, 0, 0)
            pair.setStretch(1, 1)
            line_of.setLayout(pair)
            self.column.addWidget(line_of)
        self.column.addSpacing(theme.INSIDE)

    def submit(self) -> None:
        """Order another key."""
        days = self.grace.value()
        say(self.message, "")
        self.writing.run(
            Act(
                lambda session: webhook_changes.rotate_signing_key(session, days),
                _WHY, partial(self._on_rotated, days), self.refuse,
            )
        )  # fmt: skip

    def _on_rotated(self, days: int, done: Change) -> None:
        words = "The worker makes the new key within seconds."
        if days:
            words += f" The one before signs along for {days} {'day' if days == 1 else 'days'}."
        self.about.setText(words)
        announce(self, words)
        self.read()
