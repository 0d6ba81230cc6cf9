"""Checkpoints over a real log: signed when something was sealed, on demand, and by many workers."""

from __future__ import annotations

import subprocess
import threading
import time
from pathlib import Path

import pytest

from govdesk.evidence.checkpoints import SignedCheckpoint
from govdesk.evidence.proofs import verify_inclusion
from govdesk.evidence.tlog import InclusionProof
from govdesk.services import attention, checkpoints
from govdesk.services.checkpoints import NotSigned, SigningCancelled
from tests.doors import later, rows_of, seat, worker
from tests.evidences import fill, leaves
from tests.people import ADA, BETA, MEI, Cast
from tests.strictness import ExpectLog
from tests.worker.signing.workers import Signing, owned
from tests.worker.test_processes import PROGRAM, ROOT, environment


@pytest.fixture
def signing(cast: Cast, tmp_path: Path) -> Signing:
    """A worker's files, before its first start."""
    return Signing(cast, tmp_path / "keys")


def test_every_log_is_signed_and_says_by_which_key(signing: Signing, cast: Cast) -> None:
    fill(cast, 700)
    before = cast.last_seq()
    assert signing.look()
    assert signing.check() == signing.check(BETA) == 1
    announced, signed = cast.rows(before)
    assert (announced["action"], announced["actor"]) == ("checkpoint_key.announced", "worker:one")
    assert (signed["action"], signed["entity_id"]) == ("audit.checkpoint_signed", str(before))
    (key,) = checkpoints.keys(seat(cast, MEI.email))
    assert (key.vkey, key.public) == (signing.vkey().text, signing.vkey().public)
    assert key.retired_at is None


def test_an_idle_log_is_signed_once_and_not_because_of_what_signing_seals(
    signing: Signing, cast: Cast
) -> None:
    for _ in range(4):
        signing.look()
    (size,) = signing.sizes()
    assert cast.last_seq() == size + 2
    fill(cast, 1)
    signing.look()
    signing.look()
    assert signing.sizes() == [size, size + 3]


def test_a_log_that_grows_is_signed_again_only_after_the_time_that_is_set(
    signing: Signing, cast: Cast
) -> None:
    signing.look(seconds=60)
    fill(cast, 3)
    signing.look(seconds=60)
    assert len(signing.sizes()) == 1
    later(cast, "govdesk.audit_checkpoint", "created_at", "61 seconds")
    signing.look(seconds=60)
    assert len(signing.sizes()) == 2


def test_a_worker_signs_what_was_sealed_and_what_is_asked_for_within_three_seconds(
    signing: Signing, cast: Cast
) -> None:
    ada = seat(cast, ADA.email)
    signing.seconds = 2
    with signing.worker() as running:
        signing.wait(signing.sizes)
        fill(cast, 5)
        wanted = cast.last_seq()
        assert signing.wait(lambda: signing.sizes()[-1] >= wanted) < 6
        assert running.stop() < 5
    signing.seconds = 3600
    waits = []
    with signing.worker() as running:
        for _ in range(3):
            fill(cast, 2)
            begun, wanted = time.monotonic(), cast.last_seq()
            assert checkpoints.sign_now(ada).tree.size >= wanted
            waits.append(time.monotonic() - begun)
        log = "".join(running.log)
        assert running.stop() < 5
    assert max(waits) < 3, waits
    assert signing.check() >= 5
    assert "Traceback" not in log
    assert f"checkpoints are signed with key {signing.vkey().fingerprint}" in log


def test_once_signs_too_however_lately_that_was(signing: Signing, cast: Cast) -> None:
    signing.seconds = 3600
    for number in (1, 2):
        fill(cast, 300)
        done = subprocess.run(
            [*PROGRAM, "--once"], cwd=ROOT, capture_output=True, text=True, timeout=60,
            env=environment(cast.database, None) | signing.environment,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert signing.check() == number
    assert signing.sizes()[-1] == cast.last_seq() - 1


def test_without_a_worker_the_sentence_says_so(signing: Signing, cast: Cast) -> None:
    ada = seat(cast, ADA.email)
    with pytest.raises(NotSigned, match="No worker is alive") as caught:
        checkpoints.sign_now(ada, 0.5)
    assert "govdesk worker" in caught.value.remedy
    worker(cast).execute("SELECT govdesk_api.worker_seen('one', '0.1.0')")
    with pytest.raises(NotSigned, match="No checkpoint came in 0 s"):
        checkpoints.sign_now(ada, 0.3)
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(SigningCancelled):
        checkpoints.sign_now(ada, 20, cancel)


def test_a_proof_verifies_with_the_key_alone_and_covers_what_is_signed(
    signing: Signing, cast: Cast
) -> None:
    fill(cast, 600)
    mei = seat(cast, MEI.email)
    with pytest.raises(checkpoints.Problem, match="No checkpoint covers event 1 yet"):
        checkpoints.proof(mei, 1)
    signing.look()
    hashes = leaves(cast)
    size = signing.sizes()[-1]
    for seq in (1, 2, 256, 257, 512, 513, size):
        proof = InclusionProof.parse(checkpoints.proof(mei, seq))
        assert proof.verify(hashes[seq - 1], [signing.vkey()]) == (signing.vkey(),)
    with pytest.raises(checkpoints.Problem, match=f"No checkpoint covers event {size + 1:,}") as no:
        checkpoints.proof(mei, size + 1)
    assert no.value.exit_code == 2
    with pytest.raises(checkpoints.Problem, match="numbered from 1"):
        checkpoints.proof(mei, 0)


def test_a_proof_from_hashes_that_were_changed_is_none(signing: Signing, cast: Cast) -> None:
    fill(cast, 300)
    signing.look()
    mei = seat(cast, MEI.email)
    with owned(cast) as owner:
        owner.execute(
            "UPDATE govdesk.audit_tile SET hashes = set_byte(hashes, 40, 7) WHERE level = 0"
        )
    with pytest.raises(checkpoints.Problem, match="is not in the tree that was signed") as caught:
        checkpoints.proof(mei, 1)
    assert caught.value.exit_code == 1


def test_the_list_pages_and_the_files_are_the_notes(
    signing: Signing, cast: Cast, tmp_path: Path
) -> None:
    mei = seat(cast, MEI.email)
    with pytest.raises(checkpoints.Problem, match="no checkpoint yet"):
        checkpoints.export(mei, tmp_path / "out")
    for _ in range(5):
        fill(cast, 2)
        signing.look()
    sizes = signing.sizes()
    first = checkpoints.list_checkpoints(mei, limit=3)
    rest = checkpoints.list_checkpoints(mei, limit=3, before=first.next)
    assert [row.size for row in (*first.items, *rest.items)] == sizes[::-1]
    assert rest.next is None
    assert first.items[0].keys == (signing.vkey().hash.hex(),)
    (newest,) = checkpoints.export(mei, tmp_path / "out")
    every = checkpoints.export(mei, tmp_path / "out", every=True)
    assert newest == every[0] == tmp_path / f"out/acme/{sizes[-1]}.checkpoint"
    assert [SignedCheckpoint.parse(path.read_bytes()).tree.size for path in every] == sizes[::-1]


def test_two_workers_with_one_key_sign_one_log_and_never_two_at_one_size(
    signing: Signing, cast: Cast, tmp_path: Path
) -> None:
    signing.look()
    other = signing.twin(cast, tmp_path / "other machine")
    with signing.worker("one") as one, other.worker("two") as two:
        for _ in range(12):
            fill(cast, 40)
            cast.admin.execute("SELECT pg_sleep(0.4)")
        wanted = cast.last_seq() - 4
        signing.wait(lambda: signing.sizes()[-1] >= wanted)
        logs = "".join(one.log + two.log)
        one.stop()
        two.stop()
    sizes = signing.sizes()
    assert len(sizes) == len(set(sizes)) == signing.check()
    assert signing.faults() == []
    assert "NOT signed" not in logs
    signers = {row["actor"] for row in cast.rows(0) if row["action"] == "audit.checkpoint_signed"}
    assert signers <= {"worker:one", "worker:two"}


def test_a_locked_log_holds_up_no_other(signing: Signing, cast: Cast) -> None:
    signing.look()
    fill(cast, 3)
    fill(cast, 3, BETA)
    with cast.open(cast.database.admin_url) as holder, holder.transaction():
        holder.execute(
            "SELECT FROM govdesk_private.head h JOIN govdesk.tenant t USING (tenant_id)"
            " WHERE t.tenant_path = 'acme' FOR UPDATE OF h"
        )
        signing.look()
        assert (len(signing.sizes()), len(signing.sizes(BETA))) == (1, 2)
    signing.look()
    assert len(signing.sizes()) == 2


def test_a_long_log_that_was_never_signed_is_signed_while_the_others_go_on(
    signing: Signing, cast: Cast
) -> None:
    fill(cast, 40_000)
    looks = 1
    while not signing.look():
        looks += 1
        assert signing.sizes(BETA)
    assert signing.check() == 1
    tiles = rows_of(cast.admin, "SELECT level, count(*) FROM govdesk.audit_tile GROUP BY 1")
    assert {row["level"]: row["count"] for row in tiles} == {0: cast.last_seq() // 256, 1: 1}
    leaf = leaves(cast)[33_333]
    proof = InclusionProof.parse(checkpoints.proof(seat(cast, MEI.email), 33_334))
    verify_inclusion(leaf, 33_333, proof.checkpoint.tree, proof.hashes)


def test_home_says_when_a_log_is_refused(
    signing: Signing, cast: Cast, expected_log: ExpectLog
) -> None:
    fill(cast, 20)
    signing.look()
    size = signing.sizes()[-1]
    with owned(cast) as owner:
        owner.execute("DELETE FROM govdesk.audit_log WHERE seq >= %s", (size - 3,))
        owner.execute("DELETE FROM govdesk.audit_checkpoint")
    fill(cast, 1)
    expected_log("acme is NOT signed: rolled_back")
    signing.look()
    ada = seat(cast, ADA.email)
    assert "audit_fault" in {need.kind for need in attention.needs(ada)}
    with pytest.raises(NotSigned, match="refuses to sign this log") as caught:
        checkpoints.sign_now(ada, 0.3)
    assert caught.value.exit_code == 1
