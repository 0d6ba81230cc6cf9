"""Claims: rows are there before anything is judged; without a key that one trusts nothing is called
verified; every fault of a file is listed, in the band, above the page, on the rows, in the list.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QListView, QPushButton, QToolButton

from govdesk.desktop.snapshot.place import SnapshotPlace
from govdesk.desktop.snapshot.verifying import Verification
from govdesk.desktop.timeline.proof_section import Signed
from govdesk.evidence.leaf import Row
from govdesk.evidence.notes import KeyPair
from govdesk.services import snapshot_verdict, trust
from govdesk.services.snapshot_verdict import Verdict
from tests.desktop.driving import find, press, wait_for
from tests.desktop.snapshot_files import ORGANIZATION, Reader, Sealed, reader

__all__ = ["reader"]
SIZE = 300


@pytest.fixture
def sealed() -> Sealed:
    return Sealed(SIZE)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "acme-2026-06.govsnap"


def verified(reader: Reader, place: SnapshotPlace) -> Verdict:
    wait_for(
        lambda: place.verification.verdict is not None and place.verification.share is None,
        seconds=60,
        what="the verification to end",
    )
    reader.settle(place)
    verdict = place.verification.verdict
    assert verdict is not None
    return verdict


def seals(place: SnapshotPlace) -> set[str]:
    return {place.verification.seal_of(seq) for seq in range(1, SIZE + 1)}


def about(place: SnapshotPlace) -> list[str]:
    """Every sentence of the page about the file."""
    return [label.text() for label in place.about.findChildren(QLabel) if not label.isHidden()]


# Before anything is judged


def test_the_first_page_is_there_before_any_verification_began(
    reader: Reader, sealed: Sealed, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []
    real = Verification.begin

    def note(verification: Verification) -> None:
        counts.append(reader.snapshots.places[0].timeline.model.rowCount())
        real(verification)

    monkeypatch.setattr(Verification, "begin", note)
    place = reader.open(sealed.write(path))
    verified(reader, place)
    assert counts[0] > 0
    assert len(counts) == 1


def test_while_it_verifies_the_band_says_how_far_it_is_and_no_row_is_green(
    reader: Reader, sealed: Sealed, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader.trust.add(sealed.vkey.text)
    said: list[tuple[str, str]] = []
    real = Verification.begin

    def note(verification: Verification) -> None:
        def listen() -> None:
            said.append((verification.words, verification.seal_of(SIZE)))

        verification.changed.connect(listen)
        real(verification)

    monkeypatch.setattr(Verification, "begin", note)
    place = reader.open(sealed.write(path))
    verified(reader, place)
    assert said[0] == ("verifying 0 %", "not_yet")
    assert {seal for words, seal in said if words != "verified"} == {"not_yet"}
    assert said[-1] == ("verified", "verified")
    assert place.window.band_words == (
        f"Read-only snapshot · {ORGANIZATION} · sealed 2026-06-30 · verified"
    )


# The key


def test_a_key_that_is_not_known_is_asked_about_and_the_file_counts_as_not_verified(
    reader: Reader, sealed: Sealed, path: Path
) -> None:
    place = reader.open(sealed.write(path))
    verdict = verified(reader, place)
    question = place.window.question
    assert question.isVisible()
    shown = find(question, "fingerprint", QLabel).text()
    assert shown == trust.grouped(sealed.vkey.fingerprint)
    assert [len(line.split()) for line in shown.split("\n")] == [8, 8]
    assert place.window.band_words.endswith("· not verified")
    assert (verdict.standing, seals(place)) == ("unknown_key", {"not_yet"})


def test_trusting_the_key_by_keyboard_makes_it_verified_here_and_from_then_on(
    reader: Reader, sealed: Sealed, path: Path
) -> None:
    place = reader.open(sealed.write(path))
    verified(reader, place)
    button = find(place.window, "trust_key", QPushButton)
    for _ in range(60):
        if place.window.focusWidget() is button:
            break
        press(place.window, "Tab")
    assert place.window.focusWidget() is button
    press(button, "Space")
    wait_for(lambda: place.window.band_words.endswith("· verified"), 60, "the file to be verified")
    assert not place.window.question.isVisible()
    assert seals(place) == {"verified"}
    assert find(place.window, "status_seal", QToolButton).text().startswith(f"verified to {SIZE}")
    assert [key.vkey for key in reader.trust.list()] == [sealed.vkey.text]
    press(place.window, "Ctrl+W")
    wait_for(lambda: reader.snapshots.is_empty, what="the window to be gone")
    again = reader.open(path)
    verified(reader, again)
    assert not again.window.question.isVisible()
    assert again.window.band_words.endswith("· verified")


def test_not_now_leaves_it_not_verified_and_the_question_where_one_finds_it(
    reader: Reader, sealed: Sealed, path: Path
) -> None:
    place = reader.open(sealed.write(path))
    verified(reader, place)
    press(find(place.window, "trust_later", QPushButton), "Space")
    assert not place.window.question.isVisible()
    assert place.window.band_words.endswith("· not verified")
    assert reader.trust.list() == ()
    press(place.window, "Ctrl+3")
    press(find(place.window, "about_trust", QPushButton), "Space")
    assert place.window.question.isVisible()


def test_another_key_than_the_trusted_one_is_said_to_be_another(
    reader: Reader, sealed: Sealed, path: Path
) -> None:
    trusted = KeyPair.generate().vkey(sealed.vkey.name)
    reader.trust.add(trusted.text)
    place = reader.open(sealed.write(path))
    verified(reader, place)
    title = find(place.window, "key_question_title", QLabel).text()
    assert "not the key that you trust" in title
    assert place.window.band_words.endswith("· not verified")


def test_a_file_that_nobody_signed_is_never_verified_and_offers_no_key(
    reader: Reader, sealed: Sealed, path: Path
) -> None:
    sealed.signs = False
    reader.trust.add(sealed.vkey.text)
    place = reader.open(sealed.write(path))
    verdict = verified(reader, place)
    assert verdict.standing in ("unsigned", "faulty")
    assert not place.window.question.isVisible()
    assert "not verified" in place.window.band_words
    assert "verified" not in seals(place)


# Faults


def test_every_fault_is_named_and_enter_leads_to_its_event(
    reader: Reader, sealed: Sealed, path: Path
) -> None:
    for seq in (41, 97, 205):
        sealed.lines[seq - 1]["actor"] = "user:mallory@meridian.example"
    reader.trust.add(sealed.vkey.text)
    place = reader.open(sealed.write(path))
    verdict = verified(reader, place)
    assert verdict.standing == "faulty"
    for seq in (41, 97, 205):
        assert place.verification.seal_of(seq) == "broken"
    assert f"not verified: {len(verdict.report.faults)} faults" in place.window.band_words
    assert "is not what was signed" in place.window.banner.sentence
    place.show_about()
    sentences = place.about.fault_sentences
    assert len(sentences) == len(verdict.report.faults)
    assert any("Event 41 is altered" in sentence for sentence in sentences)
    assert any("Event 205 is altered" in sentence for sentence in sentences)
    row = next(at for at, one in enumerate(sentences) if "Event 97" in one)
    faults = find(place.about, "faults", QListView)
    find(place.about, "about_copy_faults", QPushButton).click()
    assert QGuiApplication.clipboard().text().splitlines() == sentences
    faults.setFocus()
    faults.setCurrentIndex(faults.model().index(row, 0))
    press(faults, "Return")
    wait_for(lambda: place.timeline.detail.seq == 97, what="the event")
    assert place.window.page == "timeline"


class Cut(Sealed):
    """A snapshot that lost an event after its proofs were made."""

    @property
    def rows(self) -> list[Row]:
        """All but one."""
        return [row for row in super().rows if row.seq != 150]


def test_an_event_that_is_cut_out_is_found(reader: Reader, sealed: Sealed, path: Path) -> None:
    reader.trust.add(sealed.vkey.text)
    place = reader.open(Cut(SIZE, key=sealed.key, lines=sealed.lines).write(path))
    verdict = verified(reader, place)
    assert any(f.kind == "deleted" and f.first <= 150 <= f.last for f in verdict.report.faults)
    assert place.timeline.count == SIZE - 1


# What it says of itself


def test_the_page_about_the_file_shows_its_facts_and_what_is_not_judged(
    reader: Reader, sealed: Sealed, path: Path
) -> None:
    place = reader.open(sealed.write(path))
    verdict = verified(reader, place)
    press(place.window, "Ctrl+3")
    assert place.window.page == "about"
    said = about(place)
    assert ORGANIZATION in said
    assert "olga@meridian.example".replace("@", "\u200b@") in said
    assert f"Events 1 to {SIZE}" in said
    assert "None: every event of the range." in said
    assert any(sealed.vkey.fingerprint[:4] in one for one in said)
    for clause in verdict.report.not_judged:
        assert any(clause[1:].rstrip(".") in one for one in said)


def names(place: SnapshotPlace) -> str:
    """What the page about the file says of its names and time."""
    return find(place.about, "names_state", Signed).text


def test_names_and_time_are_proven_with_the_file_and_not_before(
    reader: Reader, sealed: Sealed, path: Path
) -> None:
    place = reader.open(sealed.write(path))
    verified(reader, place)
    assert "That counts once the file is verified" in names(place)
    find(place.window, "trust_key", QPushButton).click()
    wait_for(lambda: place.verification.words == "verified", seconds=60, what="the verdict")
    assert "as they were sealed in the log" in names(place)
    assert "it says" not in place.window.band_words


def test_an_older_file_is_verified_and_says_that_its_names_are_its_own_words(
    reader: Reader, sealed: Sealed, path: Path
) -> None:
    reader.trust.add(sealed.vkey.text)
    sealed.seals_names, sealed.about["organization"] = False, "Globex"
    place = reader.open(sealed.write(path))
    assert verified(reader, place).standing == "verified"
    assert place.window.band_words == (
        "Read-only snapshot · it says: Globex · sealed 2026-06-30 · verified"
    )
    assert "the file's own words" in names(place)
    assert any("are the file's own words" in one for one in about(place) if one.startswith("•"))


def test_another_name_than_was_sealed_is_a_fault(
    reader: Reader, sealed: Sealed, path: Path
) -> None:
    reader.trust.add(sealed.vkey.text)
    manifest = json.loads(sealed._documents()["manifest"])
    manifest["about"]["organization"] = "Globex"
    sealed.meta["manifest"] = json.dumps(manifest)
    place = reader.open(sealed.write(path))
    assert [fault.kind for fault in verified(reader, place).report.faults] == ["manifest"]
    assert "it says: Globex" in place.window.band_words


def test_what_a_file_claims_cannot_pose_as_two_lines_nor_run_backwards(
    reader: Reader, sealed: Sealed, path: Path
) -> None:
    sealed.about["organization"] = "Meridian\n\u202eknaB · verified" + "x" * 10_000
    place = reader.open(sealed.write(path))
    band = place.window.band_words
    assert "\n" not in band
    assert "\u202e" not in band
    assert len(band) < 600


# What goes wrong meanwhile


def test_a_file_that_vanishes_while_it_is_open_gets_a_sentence_and_the_rows_stay(
    reader: Reader, sealed: Sealed, path: Path
) -> None:
    place = reader.open(sealed.write(path))
    verified(reader, place)
    path.unlink()
    place.verification.begin()
    wait_for(lambda: "not there any more" in place.window.banner.sentence, what="the sentence")
    assert place.window.band_words.endswith("not verified")
    assert place.timeline.model.line(0) is not None


def test_a_file_that_is_replaced_while_it_is_open_is_not_taken_for_it(
    reader: Reader, sealed: Sealed, path: Path
) -> None:
    reader.trust.add(sealed.vkey.text)
    place = reader.open(sealed.write(path))
    verified(reader, place)
    other = Sealed(20).write(path.with_name("other"))
    other.replace(path)
    press(place.window, "Ctrl+K")
    press(place.window, "Escape")
    place.actions.run("snapshot.verify")
    wait_for(lambda: "replaced while it was open" in place.window.banner.sentence, what="a word")
    assert "· verified" not in place.window.band_words


def test_the_window_draws_on_while_a_large_file_is_verified(
    reader: Reader, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a process of its own: nothing of it runs on a thread beside the window."""
    ran: list[str] = []
    real = snapshot_verdict.run_in_child

    def note(function: object, *args: object, **more: object) -> object:
        ran.append(getattr(function, "__name__", ""))
        return real(function, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(snapshot_verdict, "run_in_child", note)
    place = reader.open(Sealed(50).write(path))
    verified(reader, place)
    assert ran == ["_verify"]
