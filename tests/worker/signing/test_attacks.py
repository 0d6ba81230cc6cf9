"""Whoever owns the database rewrites it, restores an old dump, clones it; workers are killed.

Nothing of that is signed, and everything is said. What is signed never contradicts itself.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from govdesk.database import tree
from govdesk.database.embedded import EmbeddedServer
from govdesk.evidence.checkpoints import SignedCheckpoint, Tree
from govdesk.evidence.notes import KeyPair
from govdesk.evidence.proofs import MemoryHashes, consistency, root, verify_consistency
from tests.databases import Sessions, copied
from tests.deciding import COUNSEL
from tests.doors import seat
from tests.evidences import approve, fill, leaves, ready
from tests.people import ACME, BETA, MEI, OLGA, Cast
from tests.strictness import ExpectLog
from tests.worker.signing.workers import Signing, owned, rechain

NOT_SIGNED = "acme is NOT signed: "
KILLS = 20

Dump = Callable[[], Cast]


@pytest.fixture
def signing(cast: Cast, tmp_path: Path) -> Signing:
    """A worker that has signed a log of some hundred events, with copies outside."""
    fill(cast, 530)
    made = Signing(cast, tmp_path / "keys", tmp_path / "copies")
    made.look()
    return made


@contextmanager
def restored(cast: Cast, server: EmbeddedServer, sessions: Sessions) -> Iterator[Cast]:
    """What a backup of this moment brings back, as a database of its own."""
    cast.close()
    with copied(server, sessions, cast.database.name) as one:
        old = Cast(one)
        yield old
        old.close()


@pytest.mark.parametrize("with_tiles", [True, False])
@pytest.mark.parametrize("first", [3, 300, 570])
def test_a_log_that_its_owner_rewrote_and_chained_anew_is_refused_and_reported(
    signing: Signing, cast: Cast, first: int, with_tiles: bool, expected_log: ExpectLog
) -> None:
    before = signing.sizes()
    rechain(cast, first)
    if with_tiles:
        with owned(cast) as owner:
            owner.execute("DELETE FROM govdesk.audit_tile")
    fill(cast, 5)
    fill(cast, 5, BETA)
    expected_log(NOT_SIGNED + "rechained")
    signing.look()
    signing.look()
    assert signing.sizes() == before
    assert len(signing.sizes(BETA)) == 2
    (fault,) = signing.faults()
    assert (fault["kind"], fault["known"]["size"]) == ("rechained", before[-1])
    assert signing.faults(BETA) == []


def test_a_rewritten_log_without_its_checkpoints_is_no_less_refused(
    signing: Signing, cast: Cast, expected_log: ExpectLog
) -> None:
    rechain(cast, 400)
    with owned(cast) as owner:
        owner.execute("DELETE FROM govdesk.audit_tile")
        owner.execute("DELETE FROM govdesk.audit_checkpoint")
    fill(cast, 5)
    expected_log(NOT_SIGNED)
    signing.look()
    assert signing.sizes() == []
    assert len(signing.faults()) == 1


def test_even_a_worker_that_lost_its_memory_sees_it_by_the_copies_outside(
    signing: Signing, cast: Cast, expected_log: ExpectLog
) -> None:
    rechain(cast, 400)
    with owned(cast) as owner:
        owner.execute("DELETE FROM govdesk.audit_tile")
        owner.execute("DELETE FROM govdesk.audit_checkpoint")
    for page in (signing.home / "checkpoint-key.signed").glob("*.json"):
        page.unlink()
    expected_log("The folder has a signature over")
    signing.look()
    assert signing.sizes() == []


def test_a_row_that_is_gone_or_altered_is_found_and_said(
    signing: Signing, cast: Cast, expected_log: ExpectLog
) -> None:
    with owned(cast) as owner:
        owner.execute("DELETE FROM govdesk.audit_log WHERE tenant_path = 'acme' AND seq = 540")
    fill(cast, 1)
    expected_log(NOT_SIGNED + "deleted")
    signing.look()
    assert [fault["kind"] for fault in signing.faults()] == ["deleted"]


def test_a_cut_end_is_refused(signing: Signing, cast: Cast, expected_log: ExpectLog) -> None:
    size = signing.sizes()[-1]
    with owned(cast) as owner:
        owner.execute("DELETE FROM govdesk.audit_log WHERE tenant_path = 'acme' AND seq > %s",
                      (size - 10,))  # fmt: skip
    expected_log(NOT_SIGNED + "rolled_back")
    signing.look()
    assert [fault["kind"] for fault in signing.faults()] == ["rolled_back"]
    assert signing.sizes() == [size]


def test_a_checkpoint_that_somebody_wrote_into_the_database_is_not_built_upon(
    signing: Signing, cast: Cast, expected_log: ExpectLog
) -> None:
    with owned(cast) as owner:
        owner.execute(
            "INSERT INTO govdesk.audit_checkpoint (tenant_id, size, root, note)"
            " SELECT tenant_id, 900000, sha256('x'), 'nonsense' FROM govdesk.tenant"
            " WHERE tenant_path = 'acme'"
        )
    fill(cast, 1)
    expected_log(NOT_SIGNED + "signature")
    signing.look()
    assert [fault["kind"] for fault in signing.faults()] == ["signature"]


def test_an_old_dump_is_refused_until_two_people_declare_it(
    signing: Signing, cast: Cast, server: EmbeddedServer, sessions: Sessions,
    expected_log: ExpectLog,
) -> None:  # fmt: skip
    ready(cast)
    signing.look()
    with restored(cast, server, sessions) as old:
        signing.cast = Cast(cast.database)
        fill(signing.cast, 400)
        signing.look()
        known = signing.checkpoints()[-1].tree
        signing.cast.close()
        signing.cast = old
        fill(old, 10)
        expected_log(NOT_SIGNED + "rolled_back")
        signing.look()
        (fault,) = signing.faults()
        assert fault["known"] == {"size": known.size, "root": known.root.hex()}
        assert fault["known_from"] == "memory"
        found = _tree(old, old.last_seq())
        _declare(old, Tree(known.size, bytes(32)), found)
        signing.look()
        assert signing.sizes()[-1] < found.size
        _declare(old, known, found)
        expected_log("acme is signed again")
        signing.look()
        fill(old, 3)
        signing.look()
        assert signing.sizes()[-1] > found.size
        assert signing.check() >= 3
        declared = tree.restores(seat(old, MEI.email))
        assert [(one.known, one.found) for one in declared][-1] == (known, found)
        assert declared[-1].requester.endswith(OLGA.email)
        assert COUNSEL in declared[-1].reviewer
        assert tree.pruned(seat(old, OLGA.email)) == []
        newest = signing.checkpoints()[-1].note
        assert (signing.home.parent / "copies/acme/newest.checkpoint").read_text() == newest


def _tree(cast: Cast, size: int, path: str = ACME) -> Tree:
    return Tree(size, root(MemoryHashes(leaves(cast, path)), size))


def _declare(cast: Cast, known: Tree, found: Tree) -> None:
    payload = {
        name: {"size": one.size, "root": one.root.hex()}
        for name, one in (("known", known), ("found", found))
    }
    olga = seat(cast, OLGA.email)
    answer = approve(cast, olga, "audit.restore", payload)
    olga.close()
    assert "executed" in answer, answer


def test_of_two_databases_under_one_name_only_one_is_signed(
    signing: Signing, cast: Cast, tmp_path: Path, server: EmbeddedServer, sessions: Sessions,
    expected_log: ExpectLog,
) -> None:  # fmt: skip
    with restored(cast, server, sessions) as clone:
        signing.cast = Cast(cast.database)
        other = signing.twin(clone, tmp_path / "other machine")
        fill(signing.cast, 20)
        fill(clone, 30)
        signing.look()
        expected_log(NOT_SIGNED + ".*The folder has a signature over")
        other.look("two")
        assert len(other.sizes()) == 1
        (fault,) = other.faults()
        assert fault["known_from"] == "folder"
        assert len(signing.sizes()) == 2
        signing.cast.close()


def test_a_key_that_was_swapped_signs_nothing(
    signing: Signing, cast: Cast, tmp_path: Path, expected_log: ExpectLog
) -> None:
    fill(cast, 1)
    stranger = Signing(cast, tmp_path / "stranger")
    stranger.home.mkdir()
    expected_log("The key that signs checkpoints is missing")
    stranger.look("two")
    other = Signing(cast, signing.home)
    kept = other.key.read_bytes()
    other.key.write_text(KeyPair.generate().text + "\n")
    expected_log("is not the one that signs this installation's logs")
    other.look("two")
    other.key.write_bytes(kept)
    assert len(signing.sizes()) == 1


def test_workers_killed_around_signing_leave_nothing_that_contradicts_itself(
    signing: Signing, cast: Cast
) -> None:
    chance = random.Random(7)
    for _ in range(KILLS):
        with signing.loop() as process:
            until = time.monotonic() + chance.random() * 0.4
            while time.monotonic() < until:
                fill(cast, chance.randrange(1, 300))
            process.kill()
            process.wait()
        _is_whole(signing)
    with signing.worker() as running:
        fill(cast, 1)
        wanted = cast.last_seq()
        signing.wait(lambda: signing.sizes()[-1] >= wanted)
        assert running.stop() < 5
        assert "NOT signed" not in "".join(running.log)
    assert signing.check() > KILLS // 4
    assert signing.faults() == []
    _is_whole(signing)
    hashes = MemoryHashes(leaves(cast))
    for old, new in pairwise(one.tree for one in signing.checkpoints()):
        verify_consistency(old, new, consistency(hashes, old.size, new.size))
    assert not list(signing.home.rglob(".*.part"))


def _is_whole(signing: Signing) -> None:
    """Every file that was left behind is readable, and says nothing that is not in the log."""
    held = json.loads((signing.home / "checkpoint-key.signed/acme.json").read_text())
    signed = Tree(held["size"], bytes.fromhex(held["root"]))
    assert signed == _tree(signing.cast, signed.size)
    stored = {one.tree.size: one.note for one in signing.checkpoints()}
    assert signing.copies is not None
    for path in (signing.copies / "acme").glob("[0-9n]*.checkpoint"):
        found = SignedCheckpoint.parse(path.read_bytes())
        assert stored[found.tree.size] == found.note
