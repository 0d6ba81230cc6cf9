"""A box of roles: those that may be given can be chosen, the rest say why not."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QWidget

from govdesk.desktop import theme
from govdesk.services.access import Offer


class RoleBox(QComboBox):
    """Offers roles by title; `key` is the chosen one. Greyed roles carry their reason as tip."""

    def __init__(self, name: str, said: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(said)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._offers: tuple[Offer, ...] = ()

    def offer(self, offers: Sequence[Offer], chosen: str = "", title: str = "") -> None:
        """Show the roles; `chosen` stands there even if it may not be given (`title` names it)."""
        self._offers = tuple(offers)
        model = QStandardItemModel(self)
        for one in self._offers:
            model.appendRow(_item(one))
        if chosen and all(one.role_key != chosen for one in self._offers):
            model.appendRow(_item(Offer(chosen, title or chosen, False, "")))
        self.setModel(model)
        # In a narrow panel the box shrinks; its list has to show every title whole.
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 2 * theme.CONTROL_HEIGHT)
        self.choose(chosen or self._least)

    def begin_anew(self) -> None:
        """Choose what a form begins with."""
        self.choose(self._least)

    @property
    def _least(self) -> str:
        """Who takes what the form begins with gives nothing away by accident."""
        given = [one.role_key for one in self._offers if one.allowed]
        return "member" if "member" in given else (given or [""])[-1]

    def choose(self, key: str) -> None:
        """Choose a role by its key."""
        self.setCurrentIndex(self.findData(key))

    @property
    def key(self) -> str:
        """The key of the chosen role; empty for none."""
        return str(self.currentData() or "")

    @property
    def can_choose(self) -> bool:
        """Whether there is any role but the one that stands there."""
        return any(one.allowed and one.role_key != self.key for one in self._offers)

    @property
    def refusals(self) -> str:
        """Why roles are greyed, in words; one sentence for each reason."""
        reasons: dict[str, list[str]] = {}
        for one in self._offers:
            if not one.allowed:
                reasons.setdefault(one.why or "This role cannot be given here.", []).append(
                    one.title
                )
        return " ".join(
            f"{_listed(titles)}: not offered, {_lowered(why)}" for why, titles in reasons.items()
        )


def _item(offer: Offer) -> QStandardItem:
    item = QStandardItem(offer.title)
    item.setData(offer.role_key, Qt.ItemDataRole.UserRole)
    item.setEnabled(offer.allowed)
    if not offer.allowed:
        item.setToolTip(offer.why)
        item.setData(f"{offer.title}, not offered: {offer.why}", Qt.ItemDataRole.AccessibleTextRole)
    return item


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _listed(titles: Sequence[str]) -> str:
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} or {titles[-1]}"
