"""What makes snapshots quick: questions that are prepared once, and a file inspected beside."""

from __future__ import annotations

import threading
from datetime import UTC
from pathlib import Path

import pytest

from govdesk.database.snapshot_checking import CheckedFile, Inspection
from govdesk.database.snapshot_reading import SnapshotLog
from govdesk.domain.filter_language import parse
from govdesk.evidence import bundle_walk
from govdesk.evidence.notes import KeyPair
from govdesk.services.snapshot_verification import verify_snapshot
from tests import snapshots
from tests.snapshots import PASSPHRASE
from tests.unit.evidence import logs


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good snapshot of thirty events."""
    path = tmp_path_factory.mktemp("whole") / "whole.govsnap"
    return snapshots.sealed(path, logs.log(30), KeyPair.generate())


@pytest.mark.parametrize("query", ["xyloteque", "Jose", "severity:high", "Jose -is:denied", ""])
def test_a_question_that_is_asked_again_is_not_prepared_again(whole: Path, query: str) -> None:
    log, asked = SnapshotLog.open(whole, PASSPHRASE), []
    terms = parse(query, zone=UTC).to_terms()

    def watched(*access: object) -> int:
        asked.append(access)
        return 0

    log._file._connection.set_authorizer(watched)
    first = log.page(terms, limit=7), log.counts(terms, [1, 31]), list(log.rows(terms))
    assert asked
    asked.clear()
    again = log.page(terms, limit=7), log.counts(terms, [1, 31]), list(log.rows(terms))
    others = log.page(terms, limit=5, offset=2)
    log.close()
    assert again == first
    assert others == first[0][2:]
    assert asked == []


class Enough(Exception):
    """Somebody who watches the progress wants no more of it."""


def test_a_verification_that_is_given_up_leaves_nothing_at_work(
    whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def enough(done: int, total: int) -> None:
        raise Enough

    begun: list[Inspection] = []
    begin = CheckedFile.inspection

    def watched(file: CheckedFile) -> Inspection:
        begun.append(begin(file))
        return begun[-1]

    monkeypatch.setattr(CheckedFile, "inspection", watched)
    monkeypatch.setattr(bundle_walk, "_TOLD_EVERY", 8)
    threads = set(threading.enumerate())
    with pytest.raises(Enough):
        verify_snapshot(whole, PASSPHRASE, progress=enough)
    assert set(threading.enumerate()) == threads
    with pytest.raises(Exception, match="closed"):
        begun[0]._connection.execute("SELECT 1")
