"""Joins Evidence to its window: its page, its dialogs, the actions that open them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import tzinfo
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QPushButton

from govdesk.config.preferences import Preferences
from govdesk.desktop import trouble
from govdesk.desktop.actions import Actions
from govdesk.desktop.editing.section import button
from govdesk.desktop.evidence.erasing import FieldsErasure
from govdesk.desktop.evidence.judged import Pinned
from govdesk.desktop.evidence.kinds import BUNDLE, SNAPSHOT, Kind
from govdesk.desktop.evidence.making import EvidenceMaker, Wanted
from govdesk.desktop.evidence.ordering import OrderDialog, Ordering
from govdesk.desktop.evidence.page import EvidencePage
from govdesk.desktop.evidence.part import ERASE
from govdesk.desktop.evidence.written import WrittenDialog, sentence
from govdesk.desktop.exporting import ChooseFile, open_path
from govdesk.desktop.later import Later
from govdesk.desktop.main_window import MainWindow
from govdesk.desktop.part import Part
from govdesk.desktop.timeline.page import TimelinePage
from govdesk.domain.filter_language.editing import term_text
from govdesk.jobs import Jobs
from govdesk.services.link import Link, SessionEnded, Unreachable
from govdesk.services.nodes import Node
from govdesk.services.organization import Here

PAGE: Final = "evidence"
_ON_TABS: Final = {
    "evidence.sign": ("Checkpoints", "checkpoints", "sign_now"),
    "evidence.save": ("Checkpoints", "checkpoints", "save_checkpoint"),
    "evidence.archive": ("Months", "months", "begin_archiving"),
    "evidence.prune": ("Months", "months", "begin_pruning"),
    "evidence.hold": ("Legal holds", "holds", "begin"),
    "evidence.lift": ("Legal holds", "holds", "begin_lifting"),
    "evidence.provenance": ("Check a file", "provenance", "choose_file"),
    "evidence.erase": ("Erasure", "erasure", "begin"),
}
"""What runs where: the tab, the part of the page, its method."""


class Evidencing(Part):
    """The page of one window, and the files that are made from anywhere in it.

    `pinned` gives the keys of this organization's log that the witness pinned.
    """

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        preferences: Preferences,
        here: Here,
        timeline: TimelinePage,
        window: MainWindow,
        choose: ChooseFile,
        pinned: Pinned,
        parent: QObject,
    ):
        super().__init__(parent)
        self._link, self._jobs, self._here = link, jobs, here
        self._window, self._timeline, self._choose = window, timeline, choose
        self._pinned = pinned
        self._interrupted: Wanted | None = None
        self.maker = EvidenceMaker(link, jobs, self)
        self._page = Later(
            window.stack,
            lambda: EvidencePage(link, jobs, preferences, here, timeline.zone, window),
            self._begin_page,
        )
        self._about = Ordering(
            link, jobs, self.maker, here.tenant_path,
            (here.tenant_name, here.tenant_path, here.email, here.display_name),
            lambda: timeline.zone, choose,
        )  # fmt: skip
        self.maker.written.connect(self._on_written)
        self.maker.failed.connect(self._on_failed)
        self._add_erase_button()

    @property
    def page(self) -> EvidencePage:
        """What outlives this console."""
        return self._page()

    def _begin_page(self, page: EvidencePage) -> None:
        page.checkpoints.choose = self._choose
        page.provenance.pinned = self._pinned
        page.trouble.connect(self.trouble)
        page.noted.connect(self.noted)
        page.said.connect(partial(self._window.set_status, "page"))
        page.event_asked.connect(self.event_asked)
        page.bundle_asked.connect(partial(self.order, BUNDLE))
        page.snapshot_asked.connect(partial(self.order, SNAPSHOT))
        page.archive_wanted.connect(self._on_archive)

    def _add_erase_button(self) -> None:
        """What one event says can be erased where one reads it."""
        detail = self._timeline.detail
        self.erase_button: QPushButton = button(
            "Erase fields…", "detail_erase", self.erase_fields, detail, icon="minus"
        )
        self.erase_button.setVisible(self._here.everywhere(ERASE))
        detail.add_act(self.erase_button)

    def add_page(self) -> None:
        """Put Evidence below the section that was begun."""
        self._window.add_page(PAGE, "Evidence", "stamp", self._page)

    def bind(self, actions: Actions) -> None:
        """Say what each action runs."""
        actions.bind("page.evidence", partial(self._window.show_page, PAGE))
        actions.bind("export.bundle", partial(self.order_here, BUNDLE))
        actions.bind("export.snapshot", partial(self.order_here, SNAPSHOT))
        actions.bind("timeline.erase", self.erase_fields)
        for action, (tab, part, method) in _ON_TABS.items():
            actions.bind(action, partial(self._run, tab, part, method))

    def _run(self, tab: str, part: str, method: str) -> None:
        self._window.show_page(PAGE)
        if self._here.everywhere("audit.read"):
            self.page.show_tab(tab)
            act: Callable[[], object] = getattr(getattr(self.page, part), method)
            act()

    # Files

    def order_here(self, kind: Kind) -> None:
        """Order a file of what is shown: the filter of the timeline, while that is the page."""
        filter = self._timeline.filter if self._window.page == "timeline" else None
        self.order(kind, self._timeline.filter_bar.applied_text if filter else "")

    def order(self, kind: Kind, query: str = "") -> OrderDialog:
        """Order a file of the events that a filter lets through."""
        return self._open(kind, Wanted(kind, Path(), query))

    @Slot(object)
    def order_of_system(self, node: Node) -> None:
        """Order a bundle of what concerns one system."""
        self.order(BUNDLE, term_text("system", node.name))

    @Slot(object, object)
    def _on_archive(self, wanted: Wanted, then: Callable[[Any], object]) -> None:
        self._open(wanted.kind, replace(wanted, then=then))

    def _open(self, kind: Kind, wanted: Wanted) -> OrderDialog:
        dialog = OrderDialog(kind, self._about, self._window, wanted=wanted)
        dialog.open()
        return dialog

    @Slot(object, object)
    def _on_written(self, wanted: Wanted, made: Any) -> None:
        self._window.banner.say(
            "info",
            f"{sentence(made)} Its digest is sealed in the log.",
            [
                ("Show digest", partial(self._show_written, wanted, made)),
                ("Open folder", partial(open_path, Path(made.path).parent)),
            ],
        )

    def _show_written(self, wanted: Wanted, made: Any) -> None:
        WrittenDialog(wanted, made, self._window).open()

    @Slot(object, object)
    def _on_failed(self, wanted: Wanted, error: Exception) -> None:
        """Say it, and keep what was ordered for another try."""
        known = trouble.explain(error)
        if known is None:
            self.trouble.emit(error)
            return
        if isinstance(error, SessionEnded | Unreachable):
            # The window says that the connection is lost; this is said once it is back.
            self._interrupted = wanted
            self.trouble.emit(error)
            return
        self._window.banner.say(
            "warning",
            f"{wanted.target.name} was not written. {known.words}",
            [("Try again", partial(self._open, wanted.kind, wanted))],
        )

    # Erasing

    @Slot()
    def erase_fields(self) -> None:
        """Say what of the event that is shown can be erased."""
        detail = self._timeline.detail.shown_detail
        seq = self._timeline.current_seq() if detail is None else detail.event.seq
        if seq is None or not self._here.everywhere(ERASE):
            return
        absent = detail.absent if detail is not None else frozenset()
        FieldsErasure(
            self._link, self._jobs, seq, absent, self._on_erasure_asked, self._window
        ).open()

    def _on_erasure_asked(self, decision: object) -> None:
        self.noted.emit("A second human is asked. Nothing is erased until then.")

    # What the window asks for

    def go_on(self) -> None:
        """The connection is back: what it interrupted can be ordered again."""
        self._page.tell(EvidencePage.go_on)
        if self._interrupted is not None:
            wanted, self._interrupted = self._interrupted, None
            self._window.banner.say(
                "warning",
                f"{wanted.target.name} was not written: the connection broke. Nothing half written"
                " is left.",
                [("Try again", partial(self._open, wanted.kind, wanted))],
            )

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self._page.tell(lambda page: page.set_zone(zone))

    def set_compact(self, compact: bool) -> None:
        """Use the lower row height."""
        self._page.tell(lambda page: page.set_compact(compact))
