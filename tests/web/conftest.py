"""The pages served for real over the cast's database, and the links that lead to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from govdesk.services.intake import Intake
from govdesk.services.links import Links
from govdesk.web import serving
from govdesk.web.intake import EventIntake
from govdesk.web.intake_limits import FAILED, PER_KEY, Rate
from govdesk.web.settings import settings
from tests.people import Cast
from tests.web.visiting import Visitor

Serve = Callable[..., AbstractContextManager[Visitor]]


@contextmanager
def served(
    url: str,
    web_url: str = "",
    proxies: tuple[str, ...] = (),
    *,
    pepper_file: Path = Path("no-peppers.json"),
    per_key: Rate = PER_KEY,
    failed: Rate = FAILED,
) -> Iterator[Visitor]:
    """Serve a database's pages on a free port."""
    links, taken = Links(url), serving.listen("127.0.0.1", 0)
    intake = EventIntake(Intake(url, pepper_file), per_key=per_key, failed=failed)
    own = serving.address(taken)
    chosen = settings(web_url or own, list(proxies))
    try:
        with serving.in_background(links, intake, chosen, taken):
            yield Visitor(own, chosen.web_url.split("//")[1])
    finally:
        intake.close()
        links.close()


@pytest.fixture
def pages(cast: Cast) -> Iterator[Visitor]:
    """The pages over this test's own database."""
    with served(cast.database.worker_url) as visitor:
        yield visitor


@pytest.fixture
def shared_pages(module_cast: Cast) -> Iterator[Visitor]:
    """The pages over the module's database, for what changes nothing."""
    with served(module_cast.database.worker_url) as visitor:
        yield visitor
