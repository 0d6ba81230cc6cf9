"""One page of the organization in a window of its own, over a database of the test's own.

``opened_page(person, make)``  signs in, builds the page, shows it, waits until it is read
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from PySide6.QtWidgets import QWidget

from govdesk.database.demo import Person
from govdesk.jobs import Jobs
from govdesk.services import organization
from govdesk.services.link import Link
from govdesk.services.organization import Here
from tests.desktop import driving
from tests.desktop.driving import show, wait_for
from tests.people import Cast

W = TypeVar("W", bound=QWidget)
Make = Callable[[Link, Jobs, Here], W]
OpenedPage = Callable[[Person, Make[Any]], Any]


@pytest.fixture
def opened_page(cast: Cast, jobs: Jobs) -> OpenedPage:
    """Show a page to one of the cast."""

    def open_it(person: Person, make: Make[Any]) -> Any:
        session = cast.sign_in(person)
        link = Link(cast.database.app_url, session.token, session.tenant_path, email=person.email)
        driving.ending.callback(link.close)
        page = show(make(link, jobs, organization.here(session)), 1080, 760)
        settle(jobs)
        return page

    return open_it


def settle(jobs: Jobs) -> None:
    """Wait until nothing is read or written."""
    wait_for(lambda: not jobs.running, what="the page to be read")


def words_of(page: QWidget, name: str) -> str:
    """What a label says; nothing while it is hidden."""
    label: Any = driving.find(page, name)
    return str(label.text()) if label.isVisible() else ""


def help_of(page: QWidget, field: str) -> str:
    """What stands below a field: its help, or what is wrong."""
    return words_of(page, f"{field}_help")
