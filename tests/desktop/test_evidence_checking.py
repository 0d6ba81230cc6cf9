"""A chosen file is judged beside the window as ``govdesk verify`` does, and says so in words."""

from __future__ import annotations

import multiprocessing
import zipfile
from datetime import UTC
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton

from govdesk.config.preferences import Preferences
from govdesk.desktop.evidence.provenance import ProvenancePart
from govdesk.evidence.bundle import verify_bundle
from govdesk.jobs import Jobs
from govdesk.services.link import Link
from govdesk.services.organization import Here
from govdesk.services.trust import Trust, grouped
from tests.desktop import driving
from tests.desktop.driving import find, press, show, wait_for
from tests.desktop.evidence_parts import SECONDS, drop
from tests.desktop.governed import words_of
from tests.pairs import pair
from tests.unit.evidence import logs
from tests.unit.evidence.bundles import KEY, NAME, parts, world

HERE = Here("Acme Ltd", "acme", "production", "olga@acme.example", "Olga", "user:olga", {})


@pytest.fixture
def part(jobs: Jobs, tmp_path: Path) -> ProvenancePart:
    """The tab over a server that is away: a file is judged all the same."""
    link = Link("host=127.0.0.1 port=1 dbname=govdesk", "none", "acme", email="x@example.com")
    driving.ending.callback(link.close)
    kept = Preferences(tmp_path / "preferences.json", policy=tmp_path / "policy.json")
    driving.ending.callback(kept.close)
    made = ProvenancePart(link, jobs, kept, HERE, UTC)
    show(made, 1000, 760)
    return made


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A truthful one, of a filter."""
    return parts(world(logs.log(60, 7), "actor:user:ada*")).written(tmp_path)


def judged(part: ProvenancePart, path: Path) -> str:
    """Drop a file, wait, and return the word."""
    drop(part.drop, path)
    assert part.verdict.is_busy
    assert find(part, "provenance_bar").isVisible()
    wait_for(lambda: not part.verdict.is_busy, SECONDS, "the verdict")
    wait_for(lambda: not find(part, "provenance_cancel").isVisible(), SECONDS, "the log's answer")
    return part.verdict.pill.word


def flip(path: Path, name: str) -> None:
    """Change one bit of what a member of the archive holds."""
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo(name).header_offset
    data = bytearray(path.read_bytes())
    data[start + 30 + len(name) + 200] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("by", ["witness", "trust"])
def test_a_bundle_that_a_key_signed_which_counts_here_is_verified(
    part: ProvenancePart, bundle: Path, by: str
) -> None:
    if by == "witness":
        part.pinned = lambda: (KEY,)
    else:
        Trust().add(KEY.text)
    assert judged(part, bundle) == "Verified"
    assert part.verdict.pill.meaning == "state_ok"
    report = verify_bundle(bundle, [KEY])
    facts = words_of(part, "verdict_facts")
    assert report.checkpoint is not None
    assert f"No fault found in {report.rows} events." in facts
    assert f"Checkpoint of {report.checkpoint.size:,} events, signed by {NAME}." in facts
    assert words_of(part, "fingerprint") == grouped(KEY.fingerprint)
    assert not part.verdict.faults.isVisible()
    # The log could not be asked, which is another question.
    assert find(part, "provenance_answer", QLabel).text()
    assert not part.pill.isVisible()


def test_one_flipped_bit_is_not_as_sealed_and_every_fault_is_listed_and_copied(
    part: ProvenancePart, bundle: Path
) -> None:
    part.pinned = lambda: (KEY,)
    flip(bundle, "events.jsonl")
    assert judged(part, bundle) == "Not as sealed"
    assert part.verdict.pill.meaning == "state_failed"
    count = len(verify_bundle(bundle, [KEY]).faults)
    listed = part.verdict.listed.sentences
    assert len(listed) == count > 0
    assert not [line for line in listed if "Event 0 " in line]
    assert words_of(part, "verdict_fault_title").startswith(f"{count:,} fault")
    find(part, "verdict_copy", QPushButton).click()
    assert QGuiApplication.clipboard().text().split("\n") == listed
    QGuiApplication.clipboard().clear()
    part.verdict.faults.setFocus()
    part.verdict.faults.setCurrentIndex(part.verdict.listed.index(0))
    press(part.verdict.faults, "Ctrl+C")
    assert QGuiApplication.clipboard().text() == listed[0]


def test_without_a_key_it_cannot_be_judged_and_says_what_is_missing(
    part: ProvenancePart, bundle: Path
) -> None:
    Trust().add(pair("another").vkey("govdesk/elsewhere").text)
    assert judged(part, bundle) == "Cannot judge"
    assert "whose signature is not proven" in words_of(part, "verdict_facts")
    assert words_of(part, "verdict_not_judged") == "\n".join(
        f"• {text[:1].upper()}{text[1:]}."
        for text in verify_bundle(bundle, [pair("another").vkey("govdesk/elsewhere")]).not_judged
    )
    assert not words_of(part, "fingerprint")


def test_events_that_nobody_signed_are_never_called_verified(
    part: ProvenancePart, tmp_path: Path
) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(logs.jsonl(logs.log(20, 7)))
    part.pinned = lambda: (KEY,)
    assert judged(part, path) == "No fault found"
    assert "anybody could have made such a file" in words_of(part, "verdict_meaning")


@pytest.mark.parametrize(
    ("name", "data", "word", "said"),
    [
        ("log.csv", b"seq,at\n1,2\n", "No verdict of its own", "A CSV cannot prove itself"),
        ("log.json", b"[]", "No verdict of its own", "A JSON cannot prove itself"),
        ("a.govsnap", b"sealed", "Not judged here", "Open it: File › Open a snapshot"),
        ("torn.zip", b"PK\x03\x04torn", "Cannot judge", "Ask for the file again."),
    ],
)
def test_what_has_no_verdict_says_why(
    part: ProvenancePart, tmp_path: Path, name: str, data: bytes, word: str, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert judged(part, path) == word
    assert said in words_of(part, "verdict_meaning")
    assert not words_of(part, "verdict_facts")


def test_cancel_ends_the_process_that_judges(
    part: ProvenancePart, bundle: Path, jobs: Jobs
) -> None:
    part.pinned = lambda: (KEY,)
    drop(part.drop, bundle)
    (job,) = [one for one in jobs.running if one.lane == "files"]
    assert job.visible
    wait_for(lambda: job.state == "running", SECONDS, "the beginning")
    find(part, "provenance_cancel", QPushButton).click()
    wait_for(lambda: not part.verdict.is_busy, SECONDS, "the end")
    assert (job.state, part.verdict.pill.word) == ("cancelled", "Cancelled")
    assert not multiprocessing.active_children()
    assert not find(part, "provenance_cancel").isVisible()


def test_what_an_earlier_file_comes_to_is_not_shown_of_a_later_one(
    part: ProvenancePart, bundle: Path, tmp_path: Path
) -> None:
    part.pinned = lambda: (KEY,)
    drop(part.drop, bundle)
    table = tmp_path / "log.csv"
    table.write_bytes(b"seq\n1\n")
    assert judged(part, table) == "No verdict of its own"
    assert find(part, "provenance_file", QLabel).text() == "log.csv"
