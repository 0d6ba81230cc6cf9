"""What is never signed: a log that contradicts what was signed of it, until a restore is declared.

The database is one that lies; a real one is in `test_signer.py`.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from govdesk.database.checkpointing import Due
from govdesk.database.errors import Busy, DatabaseProblem
from govdesk.evidence.checkpoints import Tree
from govdesk.evidence.proofs import consistency, verify_consistency
from govdesk.worker.signing.memory import Memory
from tests.strictness import ExpectLog
from tests.worker.signing.desks import Bench, FakeDesk, FakeLog

NOT_SIGNED = "acme is NOT signed: "


@pytest.fixture
def acme() -> FakeLog:
    log = FakeLog()
    log.append(300)
    return log


@pytest.fixture
def beta() -> FakeLog:
    log = FakeLog()
    log.append(3)
    return log


@pytest.fixture
def bench(acme: FakeLog, beta: FakeLog, tmp_path: Path) -> Bench:
    """A worker that has signed both logs once."""
    made = Bench(FakeDesk(acme=acme, beta=beta), tmp_path)
    made.look()
    return made


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 511, 513, 70_000])
def test_every_size_is_signed_with_the_root_of_its_leaves(size: int, tmp_path: Path) -> None:
    log = FakeLog()
    log.append(size)
    expected = log.tree()
    bench = Bench(FakeDesk(acme=log), tmp_path)
    while not bench.look():
        pass
    assert bench.newest("acme").tree == expected


def test_each_checkpoint_continues_the_one_before(bench: Bench, acme: FakeLog) -> None:
    trees = [bench.newest("acme").tree]
    for number in (1, 30, 256, 1000):
        acme.append(number)
        bench.look()
        trees.append(bench.newest("acme").tree)
    for old, new in pairwise(trees):
        proof = consistency(bench.desk.hashes("acme"), old.size, new.size)
        verify_consistency(old, new, proof)


def test_nothing_is_signed_where_nothing_was_sealed(bench: Bench, acme: FakeLog) -> None:
    before = bench.newest("acme")
    for _ in range(3):
        bench.look()
    assert bench.newest("acme") == before


def test_an_old_dump_is_refused_and_reported_once_and_the_others_are_signed(
    bench: Bench, acme: FakeLog, beta: FakeLog, expected_log: ExpectLog
) -> None:
    acme.append(50)
    bench.look()
    signed = bench.newest("acme").tree
    acme.cut(310)
    beta.append()
    expected_log(NOT_SIGNED + "rolled_back")
    bench.look()
    bench.again()
    bench.look()
    assert [one.tree.size for one in acme.stored] == [300]
    assert bench.newest("beta").tree.size == 5
    (fault,) = acme.faults
    assert (fault["kind"], fault["known_from"]) == ("rolled_back", "memory")
    assert fault["known"] == {"size": signed.size, "root": signed.root.hex()}
    assert fault["found"]["size"] == 310


def test_an_old_dump_that_has_grown_past_the_last_signature_is_no_less_refused(
    bench: Bench, acme: FakeLog, expected_log: ExpectLog
) -> None:
    acme.append(50)
    bench.look()
    acme.cut(310)
    acme.append(500)
    expected_log(NOT_SIGNED + "rolled_back")
    bench.look()
    assert [one.tree.size for one in acme.stored] == [300]


@pytest.mark.parametrize("seq", [1, 17, 256, 257, 300])
def test_a_log_that_was_rewritten_is_refused_wherever_it_was(
    bench: Bench, acme: FakeLog, seq: int, expected_log: ExpectLog
) -> None:
    acme.rewrite(seq)
    acme.tiled = []
    acme.append(5)
    expected_log(NOT_SIGNED + "rechained")
    bench.look()
    assert [one.tree.size for one in acme.stored] == [300]


def test_a_rewritten_log_behind_its_old_tiles_is_refused(
    tmp_path: Path, expected_log: ExpectLog
) -> None:
    log = FakeLog()
    log.append(512)
    bench = Bench(FakeDesk(acme=log), tmp_path)
    bench.look()
    log.rewrite(100)
    expected_log(NOT_SIGNED + "rechained")
    bench.look()
    assert [one.tree.size for one in log.stored] == [512]


def test_a_row_altered_alone_is_told_and_the_tree_that_was_sealed_is_signed(
    tmp_path: Path, expected_log: ExpectLog
) -> None:
    log = FakeLog()
    log.append(256)
    desk = FakeDesk(acme=log)
    bench = Bench(desk, tmp_path)
    bench.look()
    log.leaves[9] = bytes(32)
    log.append()
    desk.put = lambda *_: True  # type: ignore[method-assign]
    expected_log("a hash of events 1 to 256 is not the one")
    bench.look()
    assert log.faults == [{"kind": "altered", "first": 1, "last": 256}]


def test_leaves_that_are_gone_are_a_fault(
    bench: Bench, acme: FakeLog, expected_log: ExpectLog
) -> None:
    acme.append(5)
    size = len(acme.leaves)
    bench.desk.due = lambda seconds: [Due("acme", size + 40)]  # type: ignore[method-assign]
    expected_log(NOT_SIGNED + "deleted")
    bench.look()
    assert [fault["kind"] for fault in acme.faults] == ["deleted"]


def test_a_declared_restore_that_names_what_was_signed_lets_it_go_on(
    bench: Bench, acme: FakeLog, expected_log: ExpectLog
) -> None:
    acme.append(50)
    bench.look()
    known = bench.newest("acme").tree
    acme.cut(310)
    expected_log(NOT_SIGNED)
    bench.look()
    acme.declare(known, acme.tree(305))
    acme.append()
    expected_log("acme is signed again")
    bench.look()
    assert bench.newest("acme").tree.size > 310
    acme.append()
    bench.look()
    assert acme.stored[-1].tree == bench.newest("acme").tree


def test_a_restore_counts_only_if_it_names_the_signature_and_the_log_goes_on_from_it(
    bench: Bench, acme: FakeLog, expected_log: ExpectLog
) -> None:
    acme.append(50)
    bench.look()
    known = bench.newest("acme").tree
    acme.cut(310)
    expected_log(NOT_SIGNED)
    for named, found in (
        (Tree(known.size, bytes(32)), acme.tree(305)),
        (Tree(known.size - 1, known.root), acme.tree(305)),
        (known, Tree(305, bytes(32))),
        (known, Tree(90_000, acme.tree(305).root)),
    ):
        acme.declare(named, found)
        bench.look()
        assert [one.tree.size for one in acme.stored] == [300]


def test_restores_may_follow_each_other_while_a_worker_is_away(
    bench: Bench, acme: FakeLog, expected_log: ExpectLog
) -> None:
    known = bench.newest("acme").tree
    acme.cut(200)
    acme.declare(known, acme.tree(200))
    acme.append(60)
    second = acme.tree(250)
    acme.cut(150)
    acme.declare(second, acme.tree(150))
    bench.look()
    assert bench.newest("acme").tree.size == 150


def test_the_right_database_back_again_is_signed_again(
    bench: Bench, acme: FakeLog, expected_log: ExpectLog
) -> None:
    acme.append(50)
    bench.look()
    whole = list(acme.leaves), list(acme.stored)
    acme.cut(310)
    expected_log(NOT_SIGNED)
    bench.look()
    acme.leaves, acme.stored, acme.tiled = list(whole[0]), list(whole[1]), []
    acme.append()
    expected_log("acme is signed again")
    bench.look()
    assert bench.newest("acme").tree.size == len(whole[0]) + 1


@pytest.mark.parametrize("problem", [Busy("Somebody holds the log."), DatabaseProblem("Broken.")])
def test_a_log_that_fails_holds_up_no_other(
    bench: Bench, acme: FakeLog, beta: FakeLog, problem: DatabaseProblem, expected_log: ExpectLog
) -> None:
    if not isinstance(problem, Busy):
        expected_log("acme is signed later: Broken")
    acme.append()
    beta.append()
    acme.trouble = problem
    bench.look()
    assert bench.newest("beta").tree.size == 5
    acme.trouble = None
    bench.look()
    assert bench.newest("acme").tree.size == 302


def test_what_a_worker_remembers_is_on_the_disk_before_the_signature_leaves_it(
    bench: Bench, acme: FakeLog, expected_log: ExpectLog
) -> None:
    acme.append(20)
    tree, put = acme.tree(), bench.desk.put

    def lost(*_: object) -> bool:
        raise DatabaseProblem("The answer was lost.")

    bench.desk.put = lost  # type: ignore[method-assign]
    expected_log("signed later: The answer was lost")
    bench.look()
    held = (bench.home / "checkpoint-key.signed/acme.json").read_text()
    assert tree.root.hex() in held
    bench.desk.put = put  # type: ignore[method-assign]
    bench.again()
    bench.look()
    assert bench.newest("acme").tree == tree


def test_a_damaged_memory_stops_one_log_and_says_how_to_go_on(
    bench: Bench, acme: FakeLog, beta: FakeLog, expected_log: ExpectLog
) -> None:
    page = bench.home / "checkpoint-key.signed/acme.json"
    page.write_text("{}")
    acme.append()
    beta.append()
    expected_log("remembers of its signatures is damaged.*move it away")
    bench.look()
    assert (bench.newest("acme").tree.size, bench.newest("beta").tree.size) == (300, 5)
    page.unlink()
    bench.look()
    assert bench.newest("acme").tree.size == 302


def test_a_worker_without_memory_goes_on_from_the_newest_checkpoint_in_the_database(
    bench: Bench, acme: FakeLog, expected_log: ExpectLog
) -> None:
    for page in (bench.home / "checkpoint-key.signed").glob("acme.json"):
        page.unlink()
    acme.rewrite(40)
    acme.tiled = []
    expected_log(NOT_SIGNED + "rechained. The database has a signature over 300")
    bench.look()
    assert [one.tree.size for one in acme.stored] == [300]


def test_one_page_is_held_by_one_process_at_a_time(bench: Bench, acme: FakeLog) -> None:
    acme.append()
    with Memory(bench.home / "checkpoint-key.signed").held("acme") as page:
        assert page is not None
        bench.look()
        assert bench.newest("acme").tree.size == 300
    bench.look()
    assert bench.newest("acme").tree.size == 302
