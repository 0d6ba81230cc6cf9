"""The side panel in which a site or a team is added, changed, closed and opened again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.checked_field import CheckedField, CountryField
from govdesk.desktop.editing.conflict import ConflictPanel
from govdesk.desktop.editing.section import button, button_row
from govdesk.desktop.editing.writing import Act, Writing
from govdesk.desktop.timeline.layouts import chain, in_order
from govdesk.desktop.widgets import FormField, Words
from govdesk.domain.problem import Problem
from govdesk.services import places, registrations
from govdesk.services.changes import Change
from govdesk.services.link import Session
from govdesk.services.meanwhile import ChangedMeanwhile
from govdesk.services.places import Site, Team

Place = Site | Team
_WHY = "Sites and teams are part of the organization's record."
_WIDTH = 76 * theme.GRID


class PlacePanel(QWidget):
    """Edits one site or team. `saved` carries what was done, in words; `closed` follows Esc."""

    saved = Signal(str)
    closed = Signal()

    def __init__(self, kind: str, writing: Writing, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName(f"{kind}_panel")
        self.setMinimumWidth(_WIDTH)
        self._kind, self._writing = kind, writing
        self._before: Place | None = None
        self.title = Words("", "section", parent=self, wraps=True)
        self.name = CheckedField("&Name", f"{kind}_name", parent=self)
        self.message = Words("", "body", "state_failed", self, wraps=True)
        self.message.setObjectName(f"{kind}_message")
        self.conflict = ConflictPanel(f"{kind}_conflict", self)
        self.toggle = button("", f"{kind}_toggle", self._on_toggle, self)
        self.cancel = button("Cancel", f"{kind}_cancel", self.closed.emit, self)
        self.save_button = button("Save", f"{kind}_save", self.save, self, primary=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.GAP, 0, 0, 0)
        self._column.setSpacing(theme.INSIDE)
        self._column.addWidget(self.title)
        self._column.addWidget(self.name)
        self._add_fields()
        self._column.addWidget(self.message)
        self._column.addWidget(self.conflict)
        self._column.addLayout(button_row(self.toggle, self.cancel, self.save_button))
        self._column.addStretch(1)
        self.name.entered.connect(self.save)
        self.conflict.mine.connect(self._save_over)
        self.conflict.theirs.connect(self._take_theirs)
        writing.busy.connect(self._on_busy)
        self.hide()

    def _add_fields(self) -> None:
        """What a kind has besides its name."""

    def add_field(self, field: QWidget) -> None:
        """Put a field below the name."""
        self._column.addWidget(field)

    # Content

    def begin(self, before: Place | None) -> None:
        """Edit one, or a new one; the keyboard is on the name."""
        self._before = before
        self.title.setText(f"New {self._kind}" if before is None else f"Change the {self._kind}")
        self.fill(before)
        self.toggle.setVisible(before is not None)
        if before is not None:
            self.toggle.setText("Close it" if before.status == "active" else "Open it again")
            self.toggle.setAccessibleName(self.toggle.text())
        self._say("")
        self.conflict.clear()
        self.show()
        chain(list(in_order(self._column)))
        self.name.line.setFocus()

    def fill(self, before: Place | None) -> None:
        """Show what is stored, or nothing."""
        raise NotImplementedError

    def typed(self) -> Place | None:
        """What is typed, with the id and status of what is edited; None with a fault said."""
        raise NotImplementedError

    # Saving

    @Slot()
    def save(self) -> None:
        """Save what is typed, if it is right."""
        self._say("")
        if not self.name.text.strip():
            self.name.set_error("A name is missing.")
            self.name.line.setFocus()
            return
        after = self.typed()
        if after is not None:
            self._write(self._before, after)

    def _write(self, before: Place | None, after: Place) -> None:
        self.conflict.clear()
        self._writing.run(
            Act(
                partial(_written, before, after),
                _WHY,
                partial(self._on_done, after),
                partial(self._on_refused, after),
            )
        )

    @Slot()
    def _on_toggle(self) -> None:
        before = self._before
        if before is not None:
            status = "closed" if before.status == "active" else "active"
            self._write(before, replace(before, status=status))

    def _on_done(self, after: Place, done: Change) -> None:
        self.saved.emit(f"“{after.name}” is saved." if done.changed else "It says so already.")

    def _on_refused(self, after: Place, error: Problem) -> None:
        if isinstance(error, ChangedMeanwhile) and isinstance(error.fresh, Site | Team):
            self._theirs, self._mine = error.fresh, after
            self.conflict.show_both(error.sentence, _difference(error.fresh, after))
        else:
            self._say(str(error))

    @Slot()
    def _save_over(self) -> None:
        self._before = self._theirs
        self._write(self._theirs, self._mine)

    @Slot()
    def _take_theirs(self) -> None:
        self.begin(self._theirs)

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:
        self.save_button.setEnabled(not busy)
        self.toggle.setEnabled(not busy)

    def _say(self, sentence: str) -> None:
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back to the list."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


class SitePanel(PlacePanel):
    """Name, address and country of a site."""

    def _add_fields(self) -> None:
        self.address = QPlainTextEdit(self)
        self.address.setObjectName("site_address")
        self.address.setTabChangesFocus(True)
        self.address.setFixedHeight(3 * theme.CONTROL_HEIGHT)
        self.add_field(FormField("&Address", self.address, parent=self))
        self.country = CountryField("&Country", "site_country", parent=self)
        self.add_field(self.country)

    def fill(self, before: Place | None) -> None:
        """Show what is stored, or nothing."""
        site = before if isinstance(before, Site) else Site("", "")
        self.country.offer()
        self.name.set_text(site.name)
        self.address.setPlainText(site.address)
        self.country.set_code(site.country)

    def typed(self) -> Place | None:
        """What is typed; None with a country that does not exist."""
        country = registrations.country(self.country.text)
        if country.fault:
            self.country.set_error(country.fault)
            self.country.line.setFocus()
            return None
        site = self._before if isinstance(self._before, Site) else Site("", "")
        return replace(
            site,
            name=self.name.text,
            address=self.address.toPlainText().strip(),
            country=country.value,
        )


class TeamPanel(PlacePanel):
    """Name and site of a team."""

    def _add_fields(self) -> None:
        self.site = QComboBox(self)
        self.site.setObjectName("team_site")
        self.add_field(FormField("&Site", self.site, "Where it works, if at one place.", self))

    def offer(self, sites: list[Site]) -> None:
        """Offer the open sites, and the one it is at."""
        chosen = self.site.currentData()
        self.site.clear()
        self.site.addItem("No site", None)
        for site in sites:
            if site.status == "active" or site.id == chosen:
                self.site.addItem(site.name, site.id)
        self.site.setCurrentIndex(max(self.site.findData(chosen), 0))

    def fill(self, before: Place | None) -> None:
        """Show what is stored, or nothing."""
        team = before if isinstance(before, Team) else Team("", "")
        self.name.set_text(team.name)
        if team.site_id is not None and self.site.findData(team.site_id) < 0:
            self.site.addItem(team.site_name or team.site_id, team.site_id)
        self.site.setCurrentIndex(max(self.site.findData(team.site_id), 0))

    def typed(self) -> Place | None:
        """What is typed."""
        team = self._before if isinstance(self._before, Team) else Team("", "")
        name = self.site.currentText() if self.site.currentData() else None
        return replace(team, name=self.name.text, site_id=self.site.currentData(), site_name=name)


def _written(before: Place | None, after: Place, session: Session) -> Change:
    if isinstance(after, Site):
        if isinstance(before, Site):
            return places.change_site(session, before, after)
        return places.add_site(session, after.name, after.address, after.country)
    if isinstance(before, Team):
        return places.change_team(session, before, after)
    return places.add_team(session, after.name, after.site_id)


def _difference(theirs: Place, mine: Place) -> dict[str, dict[str, object]]:
    """What differs, by the words of the form."""
    words: dict[str, Callable[[Place], str]] = {"Name": lambda p: p.name}
    if isinstance(theirs, Site):
        words |= {
            "Address": lambda p: p.address if isinstance(p, Site) else "",
            "Country": lambda p: registrations.country_name(getattr(p, "country", None)),
        }
    else:
        words |= {"Site": lambda p: getattr(p, "site_name", None) or "No site"}
    words |= {"State": lambda p: "open" if p.status == "active" else "closed"}
    return {
        title: {"old": word(theirs), "new": word(mine)}
        for title, word in words.items()
        if word(theirs) != word(mine)
    }
