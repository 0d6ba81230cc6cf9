"""Rules and fixtures of the desktop tests: the real window offscreen, a real database.

``qapp``            the application, set up as the product sets it up; every test has it
``jobs``            a `Jobs` that ends after the test's widgets
``linked``          ``linked(CARLA)`` signs one of the cast in and returns her `Link`
``stage``           what scenes are built from, with all of the first organisation signed in
``home``            the folder that holds this test's config, state, data, cache
``memory_keyring``  the only keyring there is
``house``, ``known``  the entrance of ``entering.py``
``office``          the whole console of ``office.py``
``expected_message``, ``expected_log``  what the test provokes on purpose

Words to drive a window by stand in ``driving.py``, the rules in ``leaks.py`` and ``isolation.py``.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

# Qt reads these when the application is made.
os.environ["QT_QPA_PLATFORM"] = os.environ.get("GOVDESK_TEST_PLATFORM", "offscreen")
os.environ["QT_LOGGING_RULES"] = "qt.pyside.libpyside.warning=true"
os.environ["QT_SCALE_FACTOR"] = "1"

import pytest
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from govdesk.database.demo import Person
from govdesk.desktop import theme
from govdesk.desktop.run import application
from govdesk.desktop.scene import Stage, Ticket
from govdesk.jobs import Jobs
from govdesk.services.link import Link
from tests.desktop import driving
from tests.desktop.entering import house, known
from tests.desktop.isolation import home, memory_keyring, stays_inside
from tests.desktop.leaks import (
    expected_message,
    pytest_runtest_makereport,
    pytest_runtest_protocol,
    pytest_runtest_teardown,
)
from tests.desktop.office import office
from tests.people import ADA, CARLA, MEI, OLGA, OTIS, Cast

__all__ = [
    "expected_message",
    "home",
    "house",
    "known",
    "memory_keyring",
    "office",
    "pytest_runtest_makereport",
    "pytest_runtest_protocol",
    "pytest_runtest_teardown",
    "stays_inside",
]

_FONTS = Path(__file__).parents[2] / "resources" / "fonts"

Linked = Callable[[Person], Link]


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Our own rule about Qt's messages stands instead of pytest-qt's, which ends too early."""
    if config.pluginmanager.has_plugin("_qt_logging"):
        config.pluginmanager.unregister(name="_qt_logging")


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The one application of this process, in the bundled font and the light theme."""
    app = application()
    for path in sorted(_FONTS.glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(path))
    app.setFont(QFont("Noto Sans", 10))
    _dress(app)
    return app


@pytest.fixture(scope="module", autouse=True)
def _set_aside(qapp: QApplication) -> None:
    """What is here before a module is none of its tests' doing; looking through it costs time."""
    gc.collect()
    gc.freeze()


def _dress(app: QApplication) -> None:
    if theme.chosen() != "light":
        theme.apply(app, "light")


@pytest.fixture(autouse=True)
def _desktop(qapp: QApplication) -> Iterator[None]:
    """Every test of this layer begins in the light theme with an empty clipboard."""
    yield
    qapp.clipboard().clear()
    _dress(qapp)


@pytest.fixture
def jobs() -> Jobs:
    """Jobs that are closed once the test's widgets are gone."""
    made = Jobs()
    driving.ending.callback(made.close)
    return made


@pytest.fixture
def linked(module_cast: Cast) -> Linked:
    """Sign one of the module's cast in; the link is closed after the jobs."""

    def sign_in(person: Person) -> Link:
        session = module_cast.sign_in(person)
        link = Link(
            module_cast.database.app_url, session.token, session.tenant_path, email=person.email
        )
        driving.ending.callback(link.close)
        return link

    return sign_in


class Tickets:
    """Sessions of the first organisation's people, for the scenes of one module."""

    def __init__(self) -> None:
        self._made: tuple[Ticket, ...] = ()
        self._until = 0.0

    def get(self, cast: Cast) -> tuple[Ticket, ...]:
        """Sign everybody in, unless that was done within the last minute."""
        if time.monotonic() > self._until:
            # A session that is older is asked to confirm what it does, and looks different.
            self._until = time.monotonic() + 60
            self._made = tuple(_ticket(cast, person) for person in (OLGA, ADA, OTIS, MEI, CARLA))
        return self._made


def _ticket(cast: Cast, person: Person) -> Ticket:
    session = cast.sign_in(person)
    url, path = cast.database.app_url, session.tenant_path
    return Ticket(person.role, url, session.token, path, person.email)


@pytest.fixture(scope="module")
def tickets() -> Tickets:
    """The module's sessions."""
    return Tickets()


@pytest.fixture
def stage(module_cast: Cast, tickets: Tickets, tmp_path: Path) -> Stage:
    """A stage on the module's cast."""
    folder = tmp_path / "stage"
    folder.mkdir()
    made = Stage(folder, tickets.get(module_cast))
    driving.ending.callback(made.close)
    return made
