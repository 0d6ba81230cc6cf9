"""Trusted keys: kept privately, named by what people compare, never guessed."""

from __future__ import annotations

import json
import stat
import threading
from pathlib import Path

import pytest

from govdesk.domain.problem import Problem
from govdesk.evidence.notes import KeyPair
from govdesk.services.trust import Trust, compact, grouped
from tests.pairs import pair

PAIR = pair("ours")
KEY = PAIR.vkey("govdesk/acme")
OTHER = pair("another").vkey("govdesk/acme")


@pytest.fixture
def trust(tmp_path: Path) -> Trust:
    return Trust(tmp_path / "config")


def test_a_key_is_trusted_for_its_own_log_only(trust: Trust) -> None:
    trust.add(KEY.text, "from Imran, by telephone")
    assert trust.keys_for("govdesk/acme") == (KEY,)
    assert trust.keys_for("govdesk/acme.claims") == ()
    assert trust.keys_for("govdesk/ACME") == ()
    (kept,) = trust.list()
    assert (kept.name, kept.note) == ("govdesk/acme", "from Imran, by telephone")


def test_the_file_is_private_and_what_is_trusted_twice_stands_in_it_once(trust: Trust) -> None:
    first = trust.add(KEY.text, "first")
    assert trust.add(KEY.text, "again") == first
    assert stat.S_IMODE(trust.path.stat().st_mode) == 0o600
    assert len(json.loads(trust.path.read_text())["keys"]) == 1


@pytest.mark.parametrize("text", ["{key}\n", "# our log\n\nlog {key}\nquorum none\n"])
def test_a_file_may_hold_the_key(trust: Trust, tmp_path: Path, text: str) -> None:
    path = tmp_path / "acme key.txt"
    path.write_text(text.format(key=KEY.text))
    assert trust.add(path).vkey == trust.add(str(path)).vkey == KEY.text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "is no key"),
        ("nowhere.txt", "is no key, and no file"),
        (KEY.text[:-8] + "AAAA" + KEY.text[-4:], "hash does not fit"),
        (KEY.text.replace("acme", "acmf"), "hash does not fit"),
        ("\0", "is no key"),
    ],
)
def test_what_is_no_key_gets_a_sentence_and_changes_nothing(
    trust: Trust, given: str, words: str
) -> None:
    with pytest.raises(Problem, match=words) as refused:
        trust.add(given)
    assert refused.value.exit_code == 2
    assert refused.value.remedy
    assert not trust.path.exists()


@pytest.mark.parametrize("size", [0, 70_000])
def test_a_file_without_a_key_or_full_of_other_things_is_refused(
    trust: Trust, tmp_path: Path, size: int
) -> None:
    path = tmp_path / "key.txt"
    path.write_bytes(b"x" * size)
    with pytest.raises(Problem):
        trust.add(path)


def test_a_file_with_two_keys_is_not_guessed_from(trust: Trust, tmp_path: Path) -> None:
    path = tmp_path / "keys.txt"
    path.write_text(f"{KEY.text}\n{OTHER.text}\n")
    with pytest.raises(Problem, match="2 keys"):
        trust.add(path)


def test_a_key_is_found_by_the_beginning_of_its_fingerprint_as_people_write_it(
    trust: Trust,
) -> None:
    trust.add(KEY.text)
    trust.add(PAIR.vkey("govdesk/beta").text)
    shown = grouped(KEY.fingerprint)
    assert [len(line) for line in shown.split("\n")] == [39, 39]
    for written in (KEY.fingerprint[:8], shown, shown.upper(), "SHA256:" + KEY.fingerprint):
        assert {one.name for one in trust.find(written)} == {"govdesk/acme", "govdesk/beta"}
    assert trust.find(KEY.fingerprint[:7]) == trust.find("") == trust.find("zzzzzzzz") == ()
    assert trust.find(compact(OTHER.fingerprint)) == ()


def test_a_key_is_removed_by_fingerprint_log_or_text_and_never_by_mistake(trust: Trust) -> None:
    for name in (KEY.fingerprint[:12], "govdesk/acme", KEY.text):
        trust.add(KEY.text)
        assert [one.vkey for one in trust.remove(name)] == [KEY.text]
    with pytest.raises(Problem, match="No trusted key"):
        trust.remove("govdesk/acme")
    trust.add(KEY.text)
    trust.add(OTHER.text)
    with pytest.raises(Problem, match="Several"):
        trust.remove("govdesk/acme")
    assert len(trust.list()) == 2


@pytest.mark.parametrize(
    "junk",
    ["", "{", "[]", '{"v":2,"keys":[]}', '{"v":1,"keys":[{"vkey":"x"}]}', "[" * 100_000, "null"],
)
def test_a_file_of_junk_trusts_nothing_is_kept_and_can_be_written_anew(
    trust: Trust, junk: str
) -> None:
    trust.path.parent.mkdir()
    trust.path.write_text(junk)
    assert trust.list() == ()
    assert trust.keys_for("govdesk/acme") == ()
    assert "set aside" in trust.notice
    assert trust.path.with_name("trusted-keys.json.broken").read_text() == junk
    trust.add(KEY.text)
    assert trust.keys_for("govdesk/acme") == (KEY,)


def test_a_line_added_by_hand_with_another_name_than_its_hash_is_not_believed(
    trust: Trust,
) -> None:
    trust.add(KEY.text)
    trust.path.write_text(trust.path.read_text().replace("govdesk/acme", "govdesk/beta"))
    assert trust.keys_for("govdesk/beta") == ()


def test_several_programs_at_once_lose_no_key(tmp_path: Path) -> None:
    keys = [KeyPair.generate().vkey(f"govdesk/t{number}") for number in range(12)]
    threads = [threading.Thread(target=Trust(tmp_path).add, args=(key.text,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.vkey for one in Trust(tmp_path).list()} == {key.text for key in keys}


def test_a_disk_that_refuses_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Problem, match="cannot be written"):
        Trust(tmp_path / "file" / "folder").add(KEY.text)
