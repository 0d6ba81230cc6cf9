"""The key that signs: private, made once and never twice by accident, rotated with an overlap."""

from __future__ import annotations

import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from govdesk.domain.problem import Problem
from govdesk.evidence.checkpoints import origin
from govdesk.evidence.notes import KeyPair
from govdesk.services import checkpoint_keys
from govdesk.services.checkpoint_keys import VARIABLE, KeyFile, path_of
from govdesk.services.checkpoint_rotation import rotate
from govdesk.vault.key_files import KeyFileProblem
from govdesk.worker.signing.replacing import announce_everywhere
from tests.strictness import ExpectLog
from tests.worker.signing.desks import Bench, FakeDesk, FakeLog


@pytest.fixture
def acme() -> FakeLog:
    log = FakeLog()
    log.append(3)
    return log


@pytest.fixture
def bench(acme: FakeLog, tmp_path: Path) -> Bench:
    made = Bench(FakeDesk(acme=acme), tmp_path)
    made.look()
    return made


def test_the_key_is_made_once_and_private(bench: Bench, acme: FakeLog) -> None:
    text = bench.key.read_text()
    assert stat.S_IMODE(bench.key.stat().st_mode) == 0o600
    acme.append()
    bench.again()
    bench.look()
    assert bench.key.read_text() == text
    (known,) = bench.desk.keys
    assert (known.tenant_path, known.public) == ("acme", KeyPair.from_text(text).public)


def test_workers_that_start_together_sign_with_one_key(tmp_path: Path) -> None:
    path = tmp_path / "state/signing/checkpoint-key"
    with ThreadPoolExecutor(8) as pool:
        pairs = list(pool.map(lambda _: KeyFile(path).create(), range(24)))
    assert len({pair.public for pair in pairs}) == 1
    assert [one.name for one in path.parent.iterdir()] == ["checkpoint-key"]
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_key_that_is_gone_is_missed_loudly_and_never_made_anew(
    bench: Bench, acme: FakeLog, expected_log: ExpectLog
) -> None:
    kept = bench.key.read_bytes()
    bench.key.unlink()
    acme.append()
    expected_log("nothing is signed: The key that signs checkpoints is missing.*from your backup")
    bench.again()
    bench.look()
    assert not bench.key.exists()
    bench.key.write_bytes(kept)
    bench.key.chmod(0o600)
    bench.look()
    assert bench.newest("acme").tree.size == 5


@pytest.mark.parametrize("left", ["database", "memory"])
def test_either_what_the_logs_know_or_what_was_remembered_is_enough_to_make_no_other(
    bench: Bench, acme: FakeLog, left: str, expected_log: ExpectLog
) -> None:
    bench.key.unlink()
    if left == "memory":
        bench.desk.keys.clear()
    else:
        shutil.rmtree(bench.home / "checkpoint-key.signed")
    acme.append()
    expected_log("is missing")
    bench.again()
    bench.look()
    assert not bench.key.exists()


def test_a_second_machine_signs_with_a_copy_of_the_key_and_with_no_other(
    bench: Bench, acme: FakeLog, tmp_path: Path, expected_log: ExpectLog
) -> None:
    acme.append()
    second = Bench(bench.desk, tmp_path / "second")
    expected_log("is missing")
    second.look()
    assert not second.key.exists()
    checkpoint_keys.KeyFile(second.key).create()
    expected_log("is not the one that signs this installation's logs")
    second.look()
    assert len(acme.stored) == 1
    second.key.write_bytes(bench.key.read_bytes())
    second.look()
    assert second.newest("acme").tree.size == 5
    acme.append()
    bench.look()
    assert bench.newest("acme").tree.size == 7


def test_a_key_that_others_can_read_signs_and_is_warned_of(
    bench: Bench, acme: FakeLog, expected_log: ExpectLog
) -> None:
    bench.key.chmod(0o644)
    acme.append()
    expected_log("can be read by others.*chmod 600")
    bench.look()
    assert bench.newest("acme").tree.size == 5


@pytest.mark.parametrize("text", ["", "x", "PRIVATE+KEY+govdesk+00000000+AAAA", "\x00\xff"])
def test_a_damaged_key_is_said_and_shows_nothing_of_itself(
    bench: Bench, acme: FakeLog, text: str, expected_log: ExpectLog
) -> None:
    bench.key.write_text(text, encoding="latin-1")
    acme.append()
    expected_log("nothing is signed: The key that signs checkpoints is damaged")
    bench.look()
    assert len(acme.stored) == 1


def test_after_a_rotation_both_sign_until_the_overlap_ends(bench: Bench, acme: FakeLog) -> None:
    old = bench.key_of("acme")
    now = datetime.now(UTC)
    rotate(KeyFile(bench.key), now + timedelta(hours=1))
    new = bench.key_of("acme")
    assert new != old
    acme.append()
    bench.look()
    assert set(bench.newest("acme").verified_by([old, new])) == {old, new}
    assert {one.public for one in bench.desk.keys if not one.retired_at} == {old.public, new.public}
    _end_the_overlap(bench)
    acme.append()
    bench.look()
    assert bench.newest("acme").verified_by([old, new]) == (new,)
    assert [one.public for one in bench.desk.keys if not one.retired_at] == [new.public]


def _end_the_overlap(bench: Bench) -> None:
    previous = bench.key.with_name("checkpoint-key.previous")
    private = previous.read_text().partition("\n")[0]
    previous.write_text(f"{private}\nuntil 2026-01-01T00:00:00Z\n")


def test_two_rotations_do_not_overlap_and_one_cut_short_goes_on(bench: Bench) -> None:
    until = datetime.now(UTC) + timedelta(days=30)
    first = KeyPair.from_text(bench.key.read_text()).public
    # As if it had been killed between the two files.
    previous = bench.key.with_name("checkpoint-key.previous")
    previous.write_text(f"{bench.key.read_text().strip()}\nuntil 2099-01-01T00:00:00Z\n")
    previous.chmod(0o600)
    keys = rotate(KeyFile(bench.key), until).keys()
    assert keys.previous is not None
    assert keys.previous.public == first != keys.current.public
    with pytest.raises(KeyFileProblem, match="one overlap at a time"):
        rotate(KeyFile(bench.key), until)
    assert KeyFile(bench.key).keys().current.public == keys.current.public
    for path in (bench.key, previous):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_lost_key_is_replaced_on_purpose_and_every_log_says_so(
    bench: Bench, acme: FakeLog
) -> None:
    old = bench.key_of("acme")
    bench.key.unlink()
    done = announce_everywhere(bench.desk, KeyFile(bench.key))  # type: ignore[arg-type]
    new = bench.key_of("acme")
    assert (done.fingerprint, done.tenant_paths) == (new.fingerprint, ["acme"])
    assert {one.public: one.retired_at is None for one in bench.desk.keys} == {
        old.public: False,
        new.public: True,
    }
    acme.append()
    bench.again()
    bench.look()
    assert bench.newest("acme").verified_by([old, new]) == (new,)


def test_the_raw_key_is_in_no_text_that_a_worker_writes(
    bench: Bench, acme: FakeLog, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    rotate(KeyFile(bench.key), datetime.now(UTC) + timedelta(days=1))
    files = [path for path in bench.home.glob("c*key*") if path.is_file()]
    secrets = [path.read_text().split("\n")[0].split("+", 4)[4] for path in files]
    acme.append()
    bench.again()
    bench.look()
    written = caplog.text + repr(bench._look) + repr(KeyFile(bench.key).keys())
    for page in (bench.home / "checkpoint-key.signed").iterdir():
        written += page.read_text()
    written += "".join(one.note for one in acme.stored)
    assert len(secrets) == 2
    assert not any(secret in written for secret in secrets)


def test_the_file_stands_where_the_environment_says(tmp_path: Path) -> None:
    beside = path_of({"GOVDESK_PEPPER_FILE": str(tmp_path / "peppers.json")})
    assert beside == tmp_path / "signing/checkpoint-key"
    assert path_of({VARIABLE: "/keys/mine"}) == Path("/keys/mine")
    assert path_of({VARIABLE: "none"}) is None
    for wrong, says in (("gcpkms://projects/x", "names a file"), ("awskms://x", "no key of AWS")):
        with pytest.raises(Problem, match=says) as caught:
            path_of({VARIABLE: wrong})
        assert caught.value.exit_code == 2


def test_its_name_is_that_of_the_log(bench: Bench) -> None:
    assert bench.key_of("acme").name == origin("acme") == "govdesk/acme"
