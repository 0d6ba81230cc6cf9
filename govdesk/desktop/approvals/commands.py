"""Joins approvals, policy and the questions about access to the window: pages, actions, count."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Final
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from govdesk.desktop.access.explain import ExplainDialog
from govdesk.desktop.access.question import Preselected, QuestionDialog
from govdesk.desktop.access.who_can import WhoCanDialog
from govdesk.desktop.actions import Actions
from govdesk.desktop.approvals.page import ApprovalsPage
from govdesk.desktop.approvals.policy_page import PolicyPage
from govdesk.desktop.approvals.reader import DecisionReader
from govdesk.desktop.later import Later
from govdesk.desktop.main_window import MainWindow
from govdesk.desktop.part import Part
from govdesk.jobs import Jobs
from govdesk.services.decisions import Decision
from govdesk.services.link import Link
from govdesk.services.organization import Here

MANAGES: Final = "policy.manage"
LOOK_SECONDS: Final = 30


class Approving(Part):
    """The two pages and the two dialogs of one window.

    `person_asked` carries the id of a member to show.
    """

    person_asked = Signal(object)

    def __init__(
        self, link: Link, jobs: Jobs, here: Here, zone: tzinfo, window: MainWindow, parent: QObject
    ):
        super().__init__(parent)
        self._link, self._jobs, self._window, self._zone = link, jobs, window, zone
        self._actions: Actions | None = None
        self.waiting = 0
        """How many decisions wait for this person, as far as it was read."""
        self.reader = DecisionReader(link, jobs, self)
        self.reader.arrived.connect(self._on_arrived)
        self._page = Later(
            window.stack,
            lambda: ApprovalsPage(link, jobs, self.reader, self._zone, window),
            self._begin_page,
        )
        self._policy = Later(
            window.stack,
            lambda: PolicyPage(link, jobs, may_manage=here.everywhere(MANAGES), parent=window),
            self._hear,
        )
        self._looking = QTimer(self)
        self._looking.setInterval(LOOK_SECONDS * 1000)
        self._looking.timeout.connect(self.look)
        self._looking.start()

    @property
    def page(self) -> ApprovalsPage:
        """What waits for a second human."""
        return self._page()

    @property
    def policy(self) -> PolicyPage:
        """What needs one."""
        return self._policy()

    def _begin_page(self, page: ApprovalsPage) -> None:
        self._hear(page)
        page.timeline_asked.connect(self.timeline_asked)
        page.offer_changed.connect(self._on_offer)

    def _hear(self, page: ApprovalsPage | PolicyPage) -> None:
        page.trouble.connect(self.trouble)
        page.noted.connect(self.noted)

    def add_pages(self) -> None:
        """Put both below the section that was begun."""
        self._window.add_page("approvals", "Approvals", "badge-check", self._page)
        self._window.add_page("policy", "Second human", "shield-check", self._policy)

    def bind(self, actions: Actions) -> None:
        """Say what each action runs, and tell of what can be decided."""
        show = self._window.show_page
        actions.bind("page.approvals", partial(show, "approvals"))
        actions.bind("page.policy", partial(show, "policy"))
        actions.bind("approvals.approve", lambda: self.page.approve())
        actions.bind("approvals.reject", lambda: self.page.reject())
        actions.bind("approvals.cancel", lambda: self.page.cancel_request())
        actions.bind("approvals.timeline", lambda: self.page.show_in_timeline())
        actions.bind("access.explain", self.explain)
        actions.bind("access.who", self.who_can)
        self._actions = actions
        self._on_offer()

    def begin(self) -> None:
        """Ask how much waits, for the navigation."""
        self.look()

    @Slot()
    def look(self) -> None:
        """Read quietly, for the count in the navigation too; what is on the screen tells time."""
        self._page.tell(ApprovalsPage.tell_time)
        self.reader.look()

    def go_on(self) -> None:
        """The connection is back."""
        if self._page.built is None:
            self.look()
        self._page.tell(ApprovalsPage.go_on)
        if self._policy.built is not None and self.policy.isVisible():
            self.policy.go_on()

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self._zone = zone
        self._page.tell(lambda page: page.set_zone(zone))

    # Questions

    @Slot()
    def explain(self, chosen: Preselected | None = None) -> ExplainDialog:
        """Ask why somebody may do something; about the member who is selected, if one is."""
        dialog = ExplainDialog(
            self._link, self._jobs, chosen or Preselected(self._selected()), self._window
        )
        self._show(dialog)
        return dialog

    @Slot()
    def who_can(self, chosen: Preselected | None = None) -> WhoCanDialog:
        """Ask who may do something somewhere."""
        dialog = WhoCanDialog(self._link, self._jobs, chosen, self._window)
        dialog.person_asked.connect(self.person_asked)
        self._show(dialog)
        return dialog

    def _show(self, dialog: QuestionDialog) -> None:
        # What is read beside it stays reachable: it is a question, not a decision.
        dialog.setModal(False)
        dialog.show()

    def _selected(self) -> UUID | None:
        found = getattr(self._window.stack.currentWidget(), "selected_member", None)
        return found if isinstance(found, UUID) else None

    # What is told

    @Slot(object)
    def _on_arrived(self, found: list[Decision]) -> None:
        """How many decisions wait for this person stands in the navigation."""
        now = datetime.now(UTC)
        count = sum(1 for d in found if d.waits_for_me and d.expires_at > now)
        if count != self.waiting:
            self.waiting = count
            self._window.navigation.set_count("approvals", count)

    @Slot()
    def _on_offer(self) -> None:
        if self._actions is None:
            return
        page = self._page.built
        detail = None if page is None else page.detail
        self._actions.set_fact("decidable", detail is not None and detail.bar.can_decide)
        self._actions.set_fact("cancellable", detail is not None and detail.bar.can_cancel)
        self._actions.set_fact("decision", detail is not None and detail.decision is not None)
