"""After how many days a key ends: the day is said, and what the policy allows at most."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QSpinBox, QWidget

from govdesk.desktop.keys.columns import day
from govdesk.desktop.widgets import FormField
from govdesk.services.key_settings import Policy

DAYS: Final = 90
"""Three months: long enough to forget nothing, short enough that a leak ends by itself."""
_SKEW: Final = timedelta(minutes=5)
"""How far this computer's clock may be ahead of the server's, which judges the longest life."""


class ExpiryField(FormField):
    """`expires_at` is what is chosen, in UTC."""

    def __init__(self, name: str, zone: tzinfo, parent: QWidget | None = None):
        self.days = QSpinBox()
        self.days.setObjectName(name)
        super().__init__("E&xpires after", self.days, "", parent)
        self.zone = zone
        self._policy = Policy()
        self.days.valueChanged.connect(self._say)
        self.know(Policy())
        self.days.setValue(DAYS)

    def know(self, policy: Policy) -> None:
        """Offer what the policy allows."""
        self._policy = policy
        self.days.setRange(1, policy.max_days)
        self._say()

    @property
    def expires_at(self) -> datetime:
        """When the key ends."""
        days = self.days.value()
        skew = _SKEW if days == self._policy.max_days else timedelta()
        return datetime.now(UTC) + timedelta(days=days) - skew

    @Slot()
    def _say(self) -> None:
        days, most = self.days.value(), self._policy.max_days
        self.days.setSuffix(" day" if days == 1 else " days")
        ends = day(datetime.now(UTC) + timedelta(days=days), self.zone)
        self.set_help(f"On {ends}. The policy allows at most {most} {_days(most)}.")


def _days(count: int) -> str:
    return "day" if count == 1 else "days"
