"""A receiver, and an organization with endpoints that lead to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.people import Cast
from tests.receivers import Receiver, receiver
from tests.worker.dispatching.outgoing import Outgoing


@pytest.fixture
def office() -> Iterator[Receiver]:
    """An HTTPS receiver of this test's own."""
    with receiver() as made:
        yield made


@pytest.fixture
def outgoing(cast: Cast, office: Receiver, tmp_path: Path) -> Outgoing:
    """Acme, whose endpoints lead to `office`."""
    return Outgoing.at(cast, office, tmp_path)
