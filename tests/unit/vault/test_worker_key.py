"""Claims: the worker's key is made once, kept private, and the same for all who start together."""

from __future__ import annotations

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from govdesk.vault.key_files import KeyFileProblem
from govdesk.vault.worker_key import read, read_or_create


def test_the_first_start_makes_a_private_file_and_later_ones_read_it(tmp_path: Path) -> None:
    path = tmp_path / "worker/key.json"
    made = read_or_create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_or_create(path).public == made.public == read(path).public
    assert os.listdir(path.parent) == ["key.json"]


def test_workers_that_start_together_get_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: read_or_create(path).public, range(24)))
    assert len(set(found)) == 1


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"kind": "other", "x25519": ""}', '{"kind": "govdesk worker key"}']
)
def test_a_damaged_file_is_named_and_never_replaced(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key.json"
    read_or_create(path)
    path.write_text(text)
    with pytest.raises(KeyFileProblem, match="worker's key file is damaged"):
        read_or_create(path)
    assert path.read_text() == text


def test_half_a_key_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    read_or_create(path)
    held = json.loads(path.read_text())
    path.write_text(json.dumps({**held, "x25519": held["x25519"][:-2]}))
    with pytest.raises(KeyFileProblem) as caught:
        read(path)
    assert held["x25519"][:8] not in str(caught.value)


@pytest.mark.skipif(os.name != "posix", reason="modes mean nothing here")
def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    read_or_create(path)
    path.chmod(0o604)
    with pytest.raises(KeyFileProblem, match="read by others"):
        read_or_create(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileProblem, match="is missing"):
        read(tmp_path / "key.json")
