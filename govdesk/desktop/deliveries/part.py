"""The delivery log: every try of every delivery, a filter, the detail beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.deliveries.acting import LogActs
from govdesk.desktop.deliveries.columns import columns, sentence
from govdesk.desktop.deliveries.face import LogFace
from govdesk.desktop.deliveries.log_reader import LogReader
from govdesk.desktop.deliveries.row_menu import row_menu
from govdesk.desktop.deliveries.story import Story
from govdesk.desktop.deliveries.story_reader import StoryReader
from govdesk.desktop.deliveries.wanted import Wanted
from govdesk.desktop.deliveries.words import NO_WEBHOOK, NOT_MANAGED
from govdesk.desktop.exporting import ChooseFile, choose_file
from govdesk.desktop.tables.copying import Copier
from govdesk.jobs import Jobs
from govdesk.services.deliveries import Attempt, Delivery
from govdesk.services.link import Link
from govdesk.services.organization import Here
from govdesk.services.redelivery import What
from govdesk.services.webhooks import Webhook

READ: Final = "webhook.read"
MANAGE: Final = "webhook.manage"
FOLLOW_SECONDS: Final = 5
_AHEAD: Final = 128


class DeliveriesPart(LogFace):
    """`trouble` carries errors that need a word, `noted` what was done, `said` what the status
    bar says all the time, `event_asked` the number of an event of the timeline.

    `selected` follows every change of what is open, `changed` what was redelivered,
    `delivery_shown` a delivery that was asked for from elsewhere.
    """

    trouble = Signal(object)
    noted = Signal(str)
    said = Signal(str)
    event_asked = Signal(object)
    selected = Signal()
    changed = Signal()
    delivery_shown = Signal()

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        preferences: Preferences,
        here: Here,
        zone: tzinfo,
        parent: QWidget | None = None,
        *,
        choose: ChooseFile = choose_file,
    ):
        super().__init__(jobs, preferences, zone, parent)
        self._link, self._jobs, self._here = link, jobs, here
        self._is_begun = self._has_rows = self._is_known = False
        self.reader = LogReader(link, jobs, self.model, self)
        self.stories = StoryReader(link, jobs, self)
        self.copier = Copier(self.model, self.table, jobs, self)
        self.acts = LogActs(link, jobs, zone, choose, self)
        self._connect()
        self._connect_acts()

    # Parts

    def _connect(self) -> None:
        self.reader.opened.connect(self._on_opened)
        self.reader.grown.connect(self._on_grown)
        self.reader.lengthened.connect(self._say)
        self.reader.failed.connect(self._on_failed)
        self.model.failed.connect(self.trouble)
        self.model.page_arrived.connect(self._on_page)
        self.filter.changed.connect(self.apply)
        self.table.opened.connect(self._on_row_opened)
        self.table.current_changed.connect(self._on_current)
        self.table.menu_wanted.connect(self._on_menu)
        self.table.verticalScrollBar().valueChanged.connect(self._read_on)
        self.newest_asked.connect(self.refresh)
        self.copier.failed.connect(self.trouble)
        self.copier.copied.connect(self.acts.say_copied)
        self.copier.too_many.connect(self.acts.say_too_many)
        self._loading = QTimer(self)
        self._loading.setSingleShot(True)
        self._loading.setInterval(theme.LOADING_SHOWS_AFTER_MS)
        self._loading.timeout.connect(self.show_loading)
        self._following = QTimer(self)
        self._following.setInterval(FOLLOW_SECONDS * 1000)
        self._following.timeout.connect(self.reader.follow)

    def _connect_acts(self) -> None:
        stories, detail, acts = self.stories, self.detail, self.acts
        stories.asked.connect(detail.show_loading)
        stories.arrived.connect(self._on_story)
        stories.failed.connect(detail.show_error)
        stories.failed.connect(self.trouble)
        detail.closed.connect(self.close_detail)
        detail.retry.connect(stories.read)
        detail.event_wanted.connect(self.event_asked)
        detail.redeliver_wanted.connect(self._on_redeliver_one)
        detail.kit_wanted.connect(acts.save_kit)
        self.redeliver_asked.connect(self._on_redeliver)
        self.why_asked.connect(self._on_why)
        acts.trouble.connect(self.trouble)
        acts.noted.connect(self.noted)
        acts.known.connect(self._on_known)
        acts.redelivered.connect(self._on_redelivered)
        acts.delivery_wanted.connect(self.show_delivery)
        self._allow()

    # What the page says

    def show_webhook(self, which: str | None) -> None:
        """Show the log of one endpoint, None for all of them."""
        self.filter.show_webhook(which)

    def show_system(self, system_id: str | None) -> None:
        """Show the log of one system's endpoints, None for all there are."""
        if self.filter.system != system_id:
            self.filter.system = self.acts.system = system_id
            self.take_webhooks(())
            if self._is_begun:
                self.acts.read_endpoints()
        self.filter.show_webhook(None)

    def take_webhooks(self, found: Sequence[Webhook]) -> None:
        """Offer these endpoints in the filter and in the dialogs."""
        self.acts.take_webhooks(found)

    @Slot()
    def _on_known(self) -> None:
        self._is_known = True
        self.filter.offer_webhooks(self.acts.endpoints)
        self._allow()

    @Slot(str)
    def show_delivery(self, delivery_id: str) -> None:
        """Show the detail of a delivery, its last try open."""
        self.stories.want(delivery_id, None)
        self.detail.show()
        self.delivery_shown.emit()
        self.stories.read()
        self.detail.take_keyboard()
        self.selected.emit()

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone; the place in the log stays."""
        self.filter.zone = self.acts.zone = zone
        self.model.redeclare(columns(zone), sentence(zone))
        self.detail.set_zone(zone)

    def take_permissions(self, here: Here) -> None:
        """What this person may do has changed."""
        self._here = here
        self._allow()
        if self._is_begun:
            self.refresh()

    @Slot()
    def copy(self) -> None:
        """Copy the selected rows as TSV, a title line first."""
        self.copier.copy()

    @property
    def may_read(self) -> bool:
        """Whether this person may see deliveries anywhere."""
        return bool(self._here.permissions.get(READ))

    @property
    def may_manage(self) -> bool:
        """Whether this person may send anything, somewhere."""
        return bool(self._here.permissions.get(MANAGE))

    def _allow(self) -> None:
        none = NO_WEBHOOK if self._is_known and not self.acts.endpoints else ""
        why_not = none if self.may_manage else NOT_MANAGED
        self.redeliver_button.setEnabled(self.may_manage and bool(self.acts.endpoints))
        self.redeliver_button.setToolTip(why_not)
        self.redeliver_button.setAccessibleDescription(why_not)
        self.why_not.setText(why_not)
        self.why_button.setEnabled(self.may_read and bool(self.acts.endpoints))
        self.detail.allow_sending(self.may_manage)

    # Reading

    @Slot(object)
    def apply(self, wanted: Wanted) -> None:
        """Show what a filter lets through."""
        self._has_rows = False
        if self._is_begun and self.may_read:
            self._begin_list(wanted)
        else:
            self.reader.wanted = wanted

    @Slot()
    def refresh(self) -> None:
        """Read anew: F5."""
        self._is_begun = True
        if not self.may_read:
            self.states.show_not_permitted("deliveries", READ, "An owner or an admin")
            self.stack.setCurrentWidget(self.states)
            return
        self.acts.read_endpoints()
        self._begin_list(self.filter.wanted)
        self.stories.read()

    def _begin_list(self, wanted: Wanted) -> None:
        self.show_news("")
        self._loading.start()
        self.reader.open(wanted)
        self._say()

    def go_on(self) -> None:
        """The connection to the server is back."""
        if not self._is_begun:
            return
        if self.reader.layout is None or self.reader.is_opening:
            self.refresh()
            return
        self.model.retry()
        self.reader.follow()
        self.stories.read()

    @Slot()
    def _read_on(self) -> None:
        """Older ones are read before one has scrolled to the end of what is there."""
        _, last = self.table.visible_rows()
        if self.model.rowCount() and last >= self.model.rowCount() - _AHEAD:
            self.reader.read_on()

    # What the log answers

    @Slot()
    def _on_opened(self) -> None:
        self._loading.stop()
        self._has_rows = self.model.rowCount() > 0
        self.show_news("")
        if self._has_rows:
            self.stack.setCurrentWidget(self.table)
        else:
            self.show_empty(self.reader.wanted.is_narrow)
        self._say()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        """Rows that are there stay; without any, the log itself says what happened."""
        self._loading.stop()
        if self.reader.is_opening and self._has_rows:
            self.stack.setCurrentWidget(self.table)
        elif self.reader.is_opening:
            self.states.show_error("The delivery log cannot be read now", str(error), self.refresh)
            self.stack.setCurrentWidget(self.states)
        self.trouble.emit(error)

    @Slot(object)
    def _on_grown(self, count: int | None) -> None:
        if count is None:
            self.show_news("More new tries came than fit on a page.")
        elif self.stack.currentWidget() is self.states:
            self.stack.setCurrentWidget(self.table)
        self._say()

    @Slot()
    def _say(self) -> None:
        if not self.isVisible():
            self.said.emit("")
        elif self.reader.is_opening:
            self.said.emit("reading …")
        else:
            self.said.emit(self.count_words)

    @property
    def count_words(self) -> str:
        """How many tries are there, as far as they are read."""
        count = self.model.rowCount()
        layout = self.reader.layout
        more = "more than " if layout is not None and layout.more else ""
        passing = " pass the filter" if self.reader.wanted.is_narrow else ""
        return f"{more}{count:,} {'try' if count == 1 else 'tries'}{passing}"

    # The detail

    @Slot(int)
    def _on_row_opened(self, row: int) -> None:
        self.detail.show()
        self._on_current(row)
        self.detail.take_keyboard()
        self.selected.emit()

    @Slot(int)
    def _on_current(self, row: int) -> None:
        line = self.model.line(row)
        if line is not None and self.detail.isVisible():
            self._want(line.item)

    @Slot(int, int)
    def _on_page(self, first: int, last: int) -> None:
        """A row that was opened while it was still on its way can be read now."""
        attempt = self.current()
        if attempt is not None and self.detail.isVisible() and self.stories.wanted is None:
            self._want(attempt)

    def _want(self, attempt: Attempt) -> None:
        self.stories.want(attempt.delivery_id, attempt.number)
        self.selected.emit()

    @Slot(object)
    def _on_story(self, found: Story) -> None:
        self.detail.show_story(found)
        self.selected.emit()

    @Slot()
    def close_detail(self) -> None:
        """Close the detail; the keyboard is back on the table."""
        self.detail.hide()
        self.detail.clear()
        self.stories.forget()
        self.table.setFocus()
        self.selected.emit()

    # What the person does

    @Slot(QPoint, int, int)
    def _on_menu(self, place: QPoint, row: int, column: int) -> None:
        line = self.model.line(row)
        if line is None:
            return
        attempt: Attempt = line.item
        menu = row_menu(
            attempt, self, detail=partial(self._on_row_opened, row),
            only=partial(self.narrow, attempt),
            why=partial(self.ask_why, attempt.webhook_id, attempt.seq), copy=self.copy,
        )  # fmt: skip
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def redeliver(self, what: What = "failed", delivery: Delivery | None = None) -> None:
        """Open the rehearsal of a redelivery."""
        which = delivery.webhook_id if delivery is not None else self.filter.wanted.webhook
        self.acts.redeliver(which, what, delivery)

    @Slot()
    def _on_redeliver(self) -> None:
        self.redeliver()

    @Slot()
    def _on_why(self) -> None:
        self.ask_why()

    @Slot(object)
    def _on_redeliver_one(self, delivery: Delivery) -> None:
        self.redeliver("one", delivery)

    @Slot()
    def _on_redelivered(self) -> None:
        self.changed.emit()
        self.reader.follow()
        self.stories.read()

    def ask_why(self, webhook_id: str | None = None, seq: int | None = None) -> None:
        """Open “Why was this not sent?”; with `seq`, the answer comes at once."""
        self.acts.ask_why(webhook_id or self.filter.wanted.webhook, seq)

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the first time it is looked at, and follow the log while it is."""
        super().showEvent(event)
        if not self._is_begun:
            self.refresh()
        else:
            self.reader.follow()
        self._following.start()
        self._say()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nobody asks."""
        super().hideEvent(event)
        self._following.stop()
        self._say()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+F goes to the filter, Ctrl+C copies rows, Esc closes the detail."""
        if event.matches(QKeySequence.StandardKey.Find):
            self.go_to_filter()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() == Qt.Key.Key_Escape and self.detail.isVisible():
            self.close_detail()
        else:
            super().keyPressEvent(event)
