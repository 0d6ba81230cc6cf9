"""Checkpoints signed by a key that stays in AWS KMS: rotated with an overlap, and waited for."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from govdesk.cli.program import run
from govdesk.domain.problem import Problem
from govdesk.evidence.checkpoints import SignedCheckpoint, Tree, origin
from govdesk.evidence.notes import VerifierKey
from govdesk.services import checkpoint_doctor, checkpoint_keys, checkpoint_rotation
from govdesk.services.checkpoint_keys import VARIABLE, KeyFile, file_of
from govdesk.services.checkpoint_rotation import rotate
from govdesk.vault.errors import KeyServiceRefused
from govdesk.vault.key_files import KeyFileProblem
from govdesk.vault.kms_signing import TRIAL
from govdesk.worker.signing.replacing import announce_everywhere
from tests.key_service import P256, Key, KeyService, kms, kms_of_module
from tests.strictness import ExpectLog
from tests.worker.signing.desks import Bench, FakeDesk, FakeLog

__all__ = ["kms", "kms_of_module"]

MONTH = datetime.now(UTC) + timedelta(days=30)


@pytest.fixture
def acme() -> FakeLog:
    log = FakeLog()
    log.append(3)
    return log


@pytest.fixture
def key(kms: KeyService) -> Key:
    return kms.add()


@pytest.fixture
def bench(acme: FakeLog, key: Key, tmp_path: Path) -> Bench:
    """A worker whose environment names the key; it has signed once."""
    made = Bench(FakeDesk(acme=acme), tmp_path, reference=key.reference)
    made.look()
    return made


@pytest.fixture
def filed(acme: FakeLog, tmp_path: Path, kms: KeyService) -> Bench:
    """A worker with a private key in a file; it has signed once."""
    made = Bench(FakeDesk(acme=acme), tmp_path)
    made.look()
    return made


def _vkey(key: Key) -> VerifierKey:
    return VerifierKey(origin("acme"), key.public)


def _newest(bench: Bench) -> SignedCheckpoint:
    stored = bench.desk.newest("acme")
    assert stored is not None
    return stored.signed("acme")


def _later(bench: Bench, seconds: float = 61.0) -> None:
    """Look once more when so much time has passed for whoever waits for the key service."""
    before = bench._look._service.clock
    now = before() + seconds
    bench._look._service.clock = lambda: now
    bench.look()


def _next(bench: Bench) -> SignedCheckpoint:
    bench.desk.logs["acme"].append()
    bench.look()
    return _newest(bench)


def test_kms_signs_each_checkpoint_and_nothing_private_is_on_the_disk(
    bench: Bench, acme: FakeLog, key: Key, kms: KeyService
) -> None:
    assert _newest(bench).verified_by([_vkey(key)])
    (known,) = bench.desk.keys
    assert (known.tenant_path, known.public) == ("acme", key.public)
    assert _next(bench).verified_by([_vkey(key)])
    assert kms.asked == ["DescribeKey", "GetPublicKey", "Sign", "Sign"]
    assert [message.decode() for _, message in kms.signed] == [
        _text(one.note) for one in acme.stored
    ]
    assert [path.name for path in bench.home.iterdir()] == ["checkpoint-key.signed"]


def _text(note: str) -> str:
    return note.partition("\n\n")[0] + "\n"


def test_a_worker_that_begins_again_goes_on_with_the_same_key(bench: Bench, key: Key) -> None:
    bench.again()
    assert _next(bench).verified_by([_vkey(key)])
    assert len(bench.desk.keys) == 1


def test_from_a_file_to_kms_both_sign_until_the_overlap_ends(
    filed: Bench, acme: FakeLog, key: Key, kms: KeyService
) -> None:
    old = filed.key_of("acme")
    made = rotate(KeyFile(filed.key), MONTH, key.reference)
    assert (made.path, made.reference) == (filed.key, "")
    assert filed.key.read_text() == f"{key.reference}\n"
    both = [old, _vkey(key)]
    assert set(_next(filed).verified_by(both)) == set(both)
    _end_the_overlap(filed)
    assert _next(filed).verified_by(both) == (_vkey(key),)
    assert [one.public for one in filed.desk.keys if not one.retired_at] == [key.public]


def _end_the_overlap(bench: Bench) -> None:
    previous = bench.key.with_name("checkpoint-key.previous")
    first, _, *rest = previous.read_text().splitlines()
    previous.write_text("\n".join([first, "until 2026-01-01T00:00:00Z", *rest]) + "\n")


def test_from_kms_to_kms_in_the_file_and_then_the_key_before_may_be_deleted(
    filed: Bench, key: Key, kms: KeyService
) -> None:
    rotate(KeyFile(filed.key), MONTH, key.reference)
    _next(filed)
    _end_the_overlap(filed)
    _next(filed)
    second = kms.add()
    rotate(KeyFile(filed.key), MONTH, second.reference)
    both = [_vkey(key), _vkey(second)]
    assert set(_next(filed).verified_by(both)) == set(both)
    with pytest.raises(KeyFileProblem, match="one overlap at a time"):
        rotate(KeyFile(filed.key), MONTH, kms.add().reference)
    _end_the_overlap(filed)
    del kms.keys[key.arn]
    filed.again()
    assert _next(filed).verified_by(both) == (_vkey(second),)
    assert {one.public for one in filed.desk.keys if not one.retired_at} == {second.public}


def test_where_the_variable_names_the_key_the_next_one_signs_once_it_is_set(
    bench: Bench, key: Key, kms: KeyService
) -> None:
    second = kms.add()
    made = rotate(KeyFile(bench.key, key.reference), MONTH, second.reference)
    assert str(made) == second.reference
    assert not bench.key.exists()
    both = [_vkey(key), _vkey(second)]
    assert _next(bench).verified_by(both) == (_vkey(key),)
    bench.reference = second.reference
    bench.again()
    assert set(_next(bench).verified_by(both)) == set(both)
    _end_the_overlap(bench)
    assert _next(bench).verified_by(both) == (_vkey(second),)


def test_from_kms_back_to_a_file(bench: Bench, key: Key) -> None:
    made = rotate(KeyFile(bench.key, key.reference), MONTH)
    assert (str(made), made.keys().until) == (str(bench.key), MONTH.replace(microsecond=0))
    assert bench.key.stat().st_mode & 0o077 == 0
    bench.reference = ""
    bench.again()
    both = [_vkey(key), bench.key_of("acme")]
    assert set(_next(bench).verified_by(both)) == set(both)
    with pytest.raises(KeyFileProblem, match=r"There is a key in .* already"):
        rotate(KeyFile(bench.key, key.reference), MONTH)


def test_a_variable_that_is_simply_changed_signs_nothing(
    bench: Bench, acme: FakeLog, kms: KeyService, expected_log: ExpectLog
) -> None:
    bench.reference = kms.add().reference
    bench.again()
    expected_log("is not the one that signs this installation's logs.*checkpoints rotate-key")
    assert _next(bench).tree.size == 3
    assert len(kms.signed) == 1


def test_a_key_that_cannot_sign_is_said_before_anything_is_written(
    filed: Bench, key: Key, kms: KeyService
) -> None:
    before = filed.key.read_text()
    kms.deny("Sign", key, 2)
    for to in (key, kms.add(P256)):
        with pytest.raises(KeyServiceRefused):
            rotate(KeyFile(filed.key), MONTH, to.reference)
    with pytest.raises(KeyServiceRefused, match="kms:Sign"):
        checkpoint_rotation.point(KeyFile(filed.key), key.reference)
    assert filed.key.read_text() == before
    assert not filed.key.with_name("checkpoint-key.previous").exists()


def test_a_lost_key_is_replaced_by_one_of_kms(filed: Bench, key: Key, kms: KeyService) -> None:
    old = filed.key_of("acme")
    filed.key.unlink()
    checkpoint_rotation.point(KeyFile(filed.key), key.reference)
    file = KeyFile(filed.key)
    done = announce_everywhere(filed.desk, file)  # type: ignore[arg-type]
    assert done.fingerprint == _vkey(key).fingerprint
    assert {one.public: one.retired_at is None for one in filed.desk.keys} == {
        old.public: False,
        key.public: True,
    }
    filed.again()
    assert _next(filed).verified_by([old, _vkey(key)]) == (_vkey(key),)
    with pytest.raises(Problem, match=r"names awskms://.* Set it to") as caught:
        checkpoint_rotation.point(KeyFile(filed.key, key.reference), kms.add().reference)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("state", ["Disabled", "PendingDeletion"])
def test_a_key_that_ends_is_said_and_waited_for(
    bench: Bench, key: Key, state: str, expected_log: ExpectLog
) -> None:
    key.state = state
    expected_log(
        "nothing is signed: The AWS KMS key .* is (disabled|not in a usable|to be deleted)"
    )
    assert _next(bench).tree.size == 3
    _later(bench)
    assert _newest(bench).tree.size == 3
    key.state = "Enabled"
    _later(bench)
    assert _newest(bench).tree.size == 5


def test_of_the_key_before_it_is_said_how_to_go_on_without_it(
    filed: Bench, key: Key, kms: KeyService, expected_log: ExpectLog
) -> None:
    rotate(KeyFile(filed.key), MONTH, key.reference)
    _next(filed)
    _end_the_overlap(filed)
    second = kms.add()
    rotate(KeyFile(filed.key), MONTH, second.reference)
    size = _next(filed).tree.size
    key.state = "Disabled"
    expected_log("is disabled. It is the key before, and signs until .* Take .* away")
    filed.again()
    assert _next(filed).tree.size == size
    filed.key.with_name("checkpoint-key.previous").unlink()
    _later(filed)
    assert _newest(filed).verified_by([_vkey(key), _vkey(second)]) == (_vkey(second),)


def test_while_kms_is_away_it_is_asked_more_and_more_seldom_and_no_log_waits_in_vain(
    kms: KeyService, key: Key, tmp_path: Path, expected_log: ExpectLog
) -> None:
    logs = {f"t{number}": FakeLog() for number in range(20)}
    for log in logs.values():
        log.append(2)
    bench = Bench(FakeDesk(**logs), tmp_path, reference=key.reference)
    kms.deny("Sign", key, times=1000)
    expected_log("nothing is signed: AWS KMS refused: .*not authorized to perform: kms:Sign")
    for _ in range(50):
        assert bench.look()
    assert kms.asked.count("Sign") == 1, "one log is enough to know, and nobody asks at once"
    for _ in range(20):
        _later(bench, 30.0)
    assert kms.asked.count("Sign") <= 1 + 10 + 5
    kms.refusals.clear()
    _later(bench)
    assert all(len(log.stored) == 1 for log in logs.values())


def test_an_answer_that_is_lost_leads_to_no_second_root_of_that_size(
    bench: Bench, acme: FakeLog, kms: KeyService, expected_log: ExpectLog
) -> None:
    kms.altered = lambda operation, answer: None if operation == "Sign" else answer
    acme.append(2)
    expected_log("nothing is signed: AWS KMS cannot be reached")
    bench.look()
    assert kms.signed[-1][1].startswith(b"govdesk/acme\n6\n")
    kms.altered = lambda operation, answer: answer
    acme.rewrite(5)
    expected_log("acme is NOT signed: rolled_back|acme is NOT signed: rechained")
    _later(bench)
    assert [one.tree.size for one in acme.stored] == [3]
    known, found = (
        Tree(fact["size"], bytes.fromhex(fact["root"]))
        for fact in (acme.faults[-1]["known"], acme.faults[-1]["found"])
    )
    acme.declare(known, found)
    expected_log("acme is signed again")
    _later(bench)
    assert acme.stored[-1].tree.size > known.size
    roots: dict[bytes, set[bytes]] = {}
    for _, message in kms.signed:
        _, size, root, *_ = message.split(b"\n")
        roots.setdefault(size, set()).add(root)
    assert all(len(found) == 1 for found in roots.values())


def test_a_lost_answer_is_asked_for_again_and_the_log_goes_on(
    bench: Bench, acme: FakeLog, key: Key, kms: KeyService, expected_log: ExpectLog
) -> None:
    kms.altered = lambda operation, answer: None if operation == "Sign" else answer
    expected_log("AWS KMS cannot be reached")
    assert _next(bench).tree.size == 3
    kms.altered = lambda operation, answer: answer
    acme.append(4)
    _later(bench)
    assert (_newest(bench).tree.size, len(_newest(bench).signed.signatures)) == (9, 1)
    assert _newest(bench).verified_by([_vkey(key)])


def test_a_signature_by_somebody_else_never_leaves(
    bench: Bench, kms: KeyService, expected_log: ExpectLog
) -> None:
    kms.altered = lambda operation, answer: (
        answer | {"Signature": "A" * 86 + "=="} if operation == "Sign" else answer
    )
    expected_log("gave a signature that is not its own; it is thrown away")
    assert _next(bench).tree.size == 3


def test_a_file_with_a_name_that_is_none_says_so(
    filed: Bench, acme: FakeLog, expected_log: ExpectLog
) -> None:
    filed.key.write_text("awskms://alias/checkpoints\n")
    expected_log("nothing is signed: awskms://alias/checkpoints names no key of AWS KMS. It stands")
    assert _next(filed).tree.size == 3


def test_what_the_environment_names(tmp_path: Path, key: Key) -> None:
    usual = {"GOVDESK_PEPPER_FILE": str(tmp_path / "peppers.json")}
    file = file_of(usual | {VARIABLE: f" {key.reference} "})
    assert file is not None
    assert (file.path, str(file)) == (tmp_path / "signing/checkpoint-key", key.reference)
    assert file.memory == tmp_path / "signing/checkpoint-key.signed"
    assert file_of({VARIABLE: "none"}) is None
    with pytest.raises(Problem, match="names no key of AWS KMS"):
        checkpoint_keys.reference_of({VARIABLE: "awskms://alias/x"})


def test_the_doctor_has_the_key_sign_and_says_what_is_wrong(
    filed: Bench, key: Key, kms: KeyService
) -> None:
    told = {VARIABLE: str(filed.key)}
    assert checkpoint_doctor.examine(told) == []
    assert checkpoint_doctor.examine({VARIABLE: "none"}) == []
    rotate(KeyFile(filed.key), MONTH, key.reference)
    (check,) = checkpoint_doctor.examine(told)
    assert check.ok is True
    assert check.sentence.startswith(f"{filed.key} signs, as {_vkey(key).fingerprint[:16]}… and ")
    assert kms.signed[-1] == (key.arn, TRIAL)
    for told in ({VARIABLE: str(filed.key)}, {VARIABLE: key.reference}):
        kms.deny("Sign", key)
        (check,) = checkpoint_doctor.examine(told)
        assert (check.name, check.ok) == ("checkpoint key", False)
        assert "not authorized to perform: kms:Sign" in check.sentence
        assert "Ask whoever runs your AWS account" in check.remedy


def test_the_command_rotates_to_kms_and_says_what_is_left_to_do(
    filed: Bench,
    key: Key,
    kms: KeyService,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(VARIABLE, str(filed.key))
    assert run(["checkpoints", "rotate-key", "--to", "awskms://alias/x"]) == 2
    assert "names no key of AWS KMS" in capsys.readouterr().err
    assert run(["checkpoints", "rotate-key", "--to", key.reference, "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["fingerprint"], made["path"]) == (_vkey(key).fingerprint, str(filed.key))
    monkeypatch.setenv(VARIABLE, key.reference)
    monkeypatch.setenv("GOVDESK_PEPPER_FILE", str(filed.home / "peppers.json"))
    second = kms.add()
    assert run(["checkpoints", "rotate-key", "--to", second.reference]) == 0
    said = capsys.readouterr().out
    assert f"{VARIABLE}={second.reference} for each" in said
    assert str(filed.home / "signing/checkpoint-key.previous") in said
