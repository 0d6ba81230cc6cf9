"""The fields of the legal identity: what is typed, whether it is right, since when it holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.checked_field import CheckedField, CountryField
from govdesk.domain.filter_language.period import NotAPeriod, first_instant, read_period
from govdesk.services import metadata, registrations
from govdesk.services.metadata import Draft
from govdesk.services.registrations import Checked

NOT_A_DAY = "This is not a day. Write it as 2026-12-01."


def effective_day(text: str, zone: tzinfo) -> tuple[datetime | None, Checked]:
    """Read the day from which a version holds; None for today, and for what is no day.

    A day begins at midnight on the clock of `zone`.
    """
    plain = text.strip()
    today = f"{datetime.now(zone):%Y-%m-%d}"
    if plain.casefold() in ("", "today", "now") or plain == today:
        return None, Checked(today, today)
    try:
        start = first_instant(read_period(plain, zone))
    except (NotAPeriod, ValueError, OverflowError):
        return None, Checked(None, text, NOT_A_DAY)
    shown = f"{start.astimezone(zone):%Y-%m-%d}"
    return start.astimezone(UTC), Checked(shown, shown)


class MetadataForm(QWidget):
    """Six fields in two columns. `edited` follows every change by the person, `entered` Enter."""

    edited = Signal()
    entered = Signal()

    def __init__(self, zone: Callable[[], tzinfo], parent: QWidget | None = None):
        super().__init__(parent)
        self._zone = zone
        self.legal_entity = CheckedField(
            "&Legal entity", "legal_entity", "As it stands in the register of companies."
        )
        self.country = CountryField("&Country", "country", "Where it is registered.")
        self.effective = CheckedField(
            "&In force from",
            "effective_from",
            "Today unless you write another day, such as 2026-12-01.",
            lambda text: effective_day(text, zone())[1],
        )
        self.abn = CheckedField(
            "&ABN", "abn", "Australian Business Number: 11 digits.", registrations.abn
        )
        self.lei = CheckedField(
            "LE&I", "lei", "Legal Entity Identifier: 20 characters.", registrations.lei
        )
        self.vat = CheckedField(
            "EU &VAT", "vat", "VAT number with the letters of its state.", registrations.vat
        )
        self._lay_out()

    @property
    def fields(self) -> dict[str, CheckedField]:
        """The fields by the names of the draft's, and the day."""
        return {
            "legal_entity": self.legal_entity,
            "country": self.country,
            "effective_from": self.effective,
            "abn": self.abn,
            "lei": self.lei,
            "vat": self.vat,
        }

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.GAP)
        grid.setVerticalSpacing(theme.INSIDE)
        grid.addWidget(self.legal_entity, 0, 0, 1, 2)
        grid.addWidget(self.country, 1, 0)
        grid.addWidget(self.effective, 1, 1)
        grid.addWidget(self.abn, 2, 0)
        grid.addWidget(self.lei, 2, 1)
        grid.addWidget(self.vat, 3, 0)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        for field in self.fields.values():
            field.edited.connect(self.edited)
            field.entered.connect(self.entered)

    # Values

    def show_draft(self, draft: Draft) -> None:
        """Fill the fields; what is shown holds from today unless a day is written."""
        self.legal_entity.set_text(draft.legal_entity)
        self.country.set_code(draft.country)
        self.effective.set_text(f"{datetime.now(self._zone()):%Y-%m-%d}")
        self.abn.set_text(registrations.abn(draft.abn or "").shown)
        self.lei.set_text(draft.lei or "")
        self.vat.set_text(draft.vat or "")

    def written(self) -> Draft:
        """What is typed, as far as it can be read; the rest of it is in the fields."""
        return self._checked()[0]

    def _checked(self) -> tuple[Draft, dict[str, str]]:
        return metadata.checked(
            self.legal_entity.text,
            self.country.text,
            self.abn.text,
            self.lei.text,
            self.vat.text,
        )

    @property
    def effective_from(self) -> datetime | None:
        """The moment from which it holds; None for at once."""
        return effective_day(self.effective.text, self._zone())[0]

    def judged(self) -> Draft | None:
        """What is typed, if all of it is right; else every fault is said, the first has focus."""
        draft, faults = self._checked()
        day = effective_day(self.effective.text, self._zone())[1]
        if day.fault:
            faults["effective_from"] = day.fault
        for name, field in self.fields.items():
            if name in faults:
                field.set_error(faults[name])
            else:
                field.settle()
                field.clear_error()
        first = next((name for name in self.fields if name in faults), None)
        if first is None:
            return draft
        self.fields[first].line.setFocus()
        self.fields[first].line.selectAll()
        return None

    def set_read_only(self, read_only: bool) -> None:
        """Let people read and copy only."""
        for field in self.fields.values():
            field.set_read_only(read_only)
        self.effective.setVisible(not read_only)

    @Slot()
    def take_keyboard(self) -> None:
        """Begin at the top."""
        self.legal_entity.line.setFocus()
