"""Claims: where the disk is full, evidence ends in a sentence; no file, and nothing of one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from govdesk.database.connection import Session
from govdesk.exports.files import FileProblem
from govdesk.services import audit, bundles
from govdesk.services.audit import Export
from govdesk.services.bundles import Order
from tests.database.conftest import OLGA, Cast
from tests.evidence_signing import signing
from tests.evidences import fill
from tests.narrow_disks import room_for

pytestmark = pytest.mark.any_postgres

__all__ = ["signing"]

Make = Callable[[Cast, Session, Path], object]


def _bundle(cast: Cast, session: Session, target: Path) -> object:
    return bundles.create(session, Order(target, force=True))


def _pdf(cast: Cast, session: Session, target: Path) -> object:
    return audit.export(session, Export(target, "pdf", force=True), url=cast.database.app_url)


def _jsonl(cast: Cast, session: Session, target: Path) -> object:
    return audit.export(session, Export(target, "jsonl", force=True))


@pytest.mark.parametrize(
    ("make", "name", "rooms"),
    [
        (_bundle, "b.zip", (0, 9_000, 40_000, -9_000, -1)),
        (_jsonl, "b.jsonl", (0, 9_000, -1)),
        (_pdf, "b.pdf", (9_000,)),
    ],
)
def test_a_full_disk_leaves_what_stood_there_and_nothing_else(
    signing: Cast, tmp_path: Path, make: Make, name: str, rooms: tuple[int, ...]
) -> None:
    """`rooms`: the disk is full after so many bytes; before so many of the whole, if negative."""
    session, folder = signing.sign_in(OLGA), tmp_path / "files"
    folder.mkdir()
    fill(signing, 40)
    target = folder / name
    whole = 0
    if min(rooms) < 0:
        make(signing, session, target)
        whole = target.stat().st_size
    target.write_bytes(b"what stood there")
    before = sorted(folder.iterdir())
    for room in rooms:
        with room_for(room if room >= 0 else whole + room), pytest.raises(FileProblem) as caught:
            make(signing, session, target)
        assert f"{target} cannot be written: " in str(caught.value)
        assert caught.value.exit_code == 3
        assert target.read_bytes() == b"what stood there"
        assert sorted(folder.iterdir()) == before
        last = audit.list_events(session, limit=1).items[0]
        assert "did not finish" in str(last["summary"])
