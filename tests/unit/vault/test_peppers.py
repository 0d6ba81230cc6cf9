"""Claims: peppers are private, made once, added and dropped whole, and give what was kept."""

from __future__ import annotations

import hashlib
import hmac
import json
import multiprocessing
import os
import pickle
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govdesk.vault.key_files import KeyFileProblem
from govdesk.vault.peppers import MAX_VERSIONS, PepperFile, PepperRing, inner

RAW = "gd_prod_0123456789Ab_" + "x" * 43 + "_000000"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys/peppers.json"


def test_a_new_file_is_private_and_in_the_form_that_is_documented(path: Path) -> None:
    ring = PepperRing.create(path)
    held = json.loads(path.read_text())
    assert held["current"] == ring.current == 1
    assert [len(bytes.fromhex(p)) for p in held["peppers"].values()] == [32]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [child.name for child in path.parent.iterdir()] == ["peppers.json"]


def test_a_file_is_never_made_a_second_time(path: Path) -> None:
    PepperRing.create(path)
    before = path.read_bytes()
    with pytest.raises(KeyFileProblem, match="already"):
        PepperRing.create(path)
    assert path.read_bytes() == before


def test_a_verifier_is_hmac_of_the_inner_hash(path: Path) -> None:
    ring = PepperRing.create(path)
    pepper = bytes.fromhex(json.loads(path.read_text())["peppers"]["1"])
    once = hashlib.sha256(RAW.encode()).digest()
    assert ring.mac(1, RAW) == hmac.new(pepper, once, hashlib.sha256).digest()
    assert ring.mac(0, RAW) == once == inner(RAW)
    assert ring.mac_of_inner(1, once) == ring.mac(1, RAW)
    named = hashlib.sha256(b"govdesk pepper" + pepper).hexdigest()
    assert ring.fingerprint(1) == named[:16]


def test_candidates_are_newest_first_and_the_bare_hash_last(path: Path) -> None:
    PepperRing.create(path)
    PepperRing.rotate(path)
    ring = PepperRing.rotate(path)
    assert (ring.current, ring.versions) == (3, [3, 2, 1])
    assert ring.candidates(RAW) == [ring.mac(v, RAW) for v in (3, 2, 1, 0)]
    assert len(set(ring.candidates(RAW))) == 4


@settings(deadline=None)
@given(raw=st.text(st.characters(exclude_categories=["Cs"])), other=st.text("abc"))
def test_no_two_keys_share_a_verifier(raw: str, other: str) -> None:
    ring = PepperRing(2, {1: bytes(32), 2: bytes(range(32))})
    assert bool(set(ring.candidates(raw)) & set(ring.candidates(other))) == (raw == other)


def test_rotating_keeps_the_old_peppers_as_they_were(path: Path) -> None:
    first = PepperRing.create(path)
    second = PepperRing.rotate(path)
    assert second.mac(1, RAW) == first.mac(1, RAW)
    assert second.mac(2, RAW) not in first.candidates(RAW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_dropping_removes_an_old_version_and_never_the_current_one(path: Path) -> None:
    PepperRing.create(path)
    PepperRing.rotate(path)
    with pytest.raises(KeyFileProblem, match="current"):
        PepperRing.drop(path, 2)
    with pytest.raises(KeyFileProblem, match="no version 7"):
        PepperRing.drop(path, 7)
    assert PepperRing.drop(path, 1).versions == [2]
    with pytest.raises(KeyFileProblem, match="no version 1"):
        PepperRing.read(path).mac(1, RAW)
    assert PepperRing.rotate(path).versions == [3, 2], "a number is never used again"


def test_the_number_of_versions_is_limited(path: Path) -> None:
    PepperRing.create(path)
    for _ in range(MAX_VERSIONS - 1):
        PepperRing.rotate(path)
    with pytest.raises(KeyFileProblem, match="Retire"):
        PepperRing.rotate(path)


def _rotate(path: Path) -> None:
    for _ in range(3):
        PepperRing.rotate(path)


def test_processes_that_rotate_together_take_turns(path: Path) -> None:
    first = PepperRing.create(path)
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=_rotate, args=(path,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    ring = PepperRing.read(path)
    assert ring.versions == list(range(10, 0, -1))
    assert ring.mac(1, RAW) == first.mac(1, RAW)


def test_those_that_start_together_get_the_same_file(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: PepperRing.read_or_create(path), range(24)))
    assert len({ring.fingerprint(1) for ring in rings}) == 1


def test_a_change_of_the_file_is_seen_at_the_next_question(path: Path) -> None:
    PepperRing.create(path)
    file = PepperFile(path)
    assert file.ring() is file.ring()
    PepperRing.rotate(path)
    assert file.ring().current == 2
    PepperRing.drop(path, 1)
    assert file.ring().versions == [2]
    path.unlink()
    with pytest.raises(KeyFileProblem, match="missing"):
        file.ring()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"current": 1, "peppers": {}}',
        '{"current": 2, "peppers": {"1": "' + "00" * 32 + '"}}',
        '{"current": 1, "peppers": {"1": "' + "00" * 31 + '"}}',
        '{"current": 0, "peppers": {"0": "' + "00" * 32 + '"}}',
        '{"current": 1, "peppers": {"1": 5}}',
        '{"current": 1, "peppers": ["00"]}',
        '{"current": null, "peppers": {"1": "' + "00" * 32 + '"}}',
    ],
)
def test_a_damaged_file_is_named_and_its_content_is_not_shown(path: Path, text: str) -> None:
    PepperRing.create(path)
    path.write_text(text)
    with pytest.raises(KeyFileProblem, match="damaged") as caught:
        PepperRing.read(path)
    assert caught.value.__cause__ is None
    assert "0000" not in str(caught.value)


def test_a_binary_file_is_damaged(path: Path) -> None:
    PepperRing.create(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(KeyFileProblem, match="damaged"):
        PepperRing.read(path)


@pytest.mark.skipif(os.name != "posix", reason="modes mean nothing here")
def test_a_file_that_others_may_read_is_refused(path: Path) -> None:
    PepperRing.create(path)
    path.chmod(0o640)
    with pytest.raises(KeyFileProblem, match="read by others"):
        PepperRing.read(path)


def test_a_folder_that_cannot_be_written_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KeyFileProblem, match="cannot be"):
        PepperRing.create(tmp_path / "file/peppers.json")


def test_a_failed_rotation_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    PepperRing.create(path)
    before = path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KeyFileProblem, match="No space left"):
        PepperRing.rotate(path)
    assert path.read_bytes() == before


def test_peppers_do_not_show_themselves(path: Path) -> None:
    ring = PepperRing.create(path)
    assert repr(ring) == "PepperRing(versions=[1], current=1)"
    with pytest.raises(TypeError, match="not written"):
        pickle.dumps(ring)
