"""Joins approvals, policy and the questions about access to the window: pages, actions, count."""

from __future__ import annotations

from datetime import tzinfo
from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from govdesk.desktop.access.explain import ExplainDialog
from govdesk.desktop.access.question import Preselected, QuestionDialog
from govdesk.desktop.access.who_can import WhoCanDialog
from govdesk.desktop.actions import Actions
from govdesk.desktop.approvals.page import ApprovalsPage
from govdesk.desktop.approvals.policy_page import PolicyPage
from govdesk.desktop.main_window import MainWindow
from govdesk.jobs import Jobs
from govdesk.services.link import Link
from govdesk.services.organization import Here

MANAGES = "policy.manage"


class Approving(QObject):
    """The two pages and the two dialogs of one window.

    `trouble` carries errors that need a word, `noted` what the status bar says for a moment,
    `timeline_asked` a filter to show, `person_asked` the id of a member to show.
    """

    trouble = Signal(object)
    noted = Signal(str)
    timeline_asked = Signal(str)
    person_asked = Signal(object)

    def __init__(
        self, link: Link, jobs: Jobs, here: Here, zone: tzinfo, window: MainWindow, parent: QObject
    ):
        super().__init__(parent)
        self._link, self._jobs, self._window = link, jobs, window
        self.page = ApprovalsPage(link, jobs, zone, window)
        self.policy = PolicyPage(link, jobs, may_manage=here.everywhere(MANAGES), parent=window)
        for one in (self.page, self.policy):
            one.trouble.connect(self.trouble)
            one.noted.connect(self.noted)
        self.page.timeline_asked.connect(self.timeline_asked)
        self.page.waiting_changed.connect(self._on_waiting)

    def bind(self, actions: Actions) -> None:
        """Say what each action runs, and tell of what can be decided."""
        show = self._window.show_page
        actions.bind("page.approvals", partial(show, "approvals"))
        actions.bind("page.policy", partial(show, "policy"))
        actions.bind("approvals.approve", self.page.approve)
        actions.bind("approvals.reject", self.page.reject)
        actions.bind("approvals.cancel", self.page.cancel_request)
        actions.bind("approvals.timeline", self.page.show_in_timeline)
        actions.bind("access.explain", self.explain)
        actions.bind("access.who", self.who_can)
        self._actions = actions
        self.page.offer_changed.connect(self._on_offer)
        self._on_offer()

    def begin(self) -> None:
        """Ask how much waits, for the navigation."""
        self.page.look()

    def go_on(self) -> None:
        """The connection is back."""
        self.page.go_on()
        if self.policy.isVisible():
            self.policy.go_on()

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self.page.set_zone(zone)

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
    def _on_waiting(self, count: int) -> None:
        self._window.navigation.set_count("approvals", count)

    @Slot()
    def _on_offer(self) -> None:
        bar = self.page.detail.bar
        self._actions.set_fact("decidable", bar.can_decide)
        self._actions.set_fact("cancellable", bar.can_cancel)
        self._actions.set_fact("decision", self.page.detail.decision is not None)
