"""Whom a bundle is about, who made it and when are sealed with its order, and judged by both."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest

from govdesk.evidence import sealed_about
from govdesk.evidence.bundle_report import BundleReport
from govdesk.evidence.sealed_about import UNSEALED
from govdesk.evidence.standalone import verify as standalone
from govdesk.services import report_words
from tests.unit.evidence import logs
from tests.unit.evidence.bundles import ABOUT, KEY, Parts, World, ordered, parts, world
from tests.unit.evidence.test_bundle import judged

LOG = logs.log(12, 5)
OTHER = "organization, maker or time are not what the order sealed"


def told(path: Path) -> str:
    return standalone.told(standalone.verify(str(path), [standalone.Key(KEY.text)]).document())


def details(report: BundleReport) -> list[str]:
    return [fault.detail for fault in report.faults]


def sealing(about: object, monkeypatch: pytest.MonkeyPatch) -> Parts:
    """A bundle whose maker had these names sealed, whatever they are; the manifest has them too."""
    digest = sealed_about.digest(about) if isinstance(about, dict) else "00" * 32
    monkeypatch.setattr(sealed_about, "digest", lambda _about: digest)
    made = parts(world(LOG))
    monkeypatch.undo()
    made.manifest["about"] = copy.deepcopy(about)
    return made


def test_what_was_sealed_is_shown_by_both_in_the_same_words(tmp_path: Path) -> None:
    made = parts(world(LOG))
    path = made.written(tmp_path)
    report = judged(path)
    at = made.manifest["generated_at"]
    assert report.proven_about == ABOUT | {"generated_at": at}
    said = (
        "As the log holds it: Meridian Bank, Meridian Bank Pty Ltd, Australia; compliance contact"
        f" Zoë Çelik <zoe@meridian.example>; made by Ada Okafor <ada@meridian.example> at {at}."
    )
    assert said in report_words.extent(report)
    assert said in told(path).split("\n")


@pytest.mark.parametrize("name", sorted(ABOUT))
@pytest.mark.parametrize("value", ["Globex", "", None, 7, {}, ["Meridian Bank"]])
def test_any_other_name_or_word_is_found(tmp_path: Path, name: str, value: object) -> None:
    made = parts(world(LOG))
    made.manifest["about"][name] = value
    report = judged(made.written(tmp_path))
    assert (report.ok, details(report), report.proven_about) == (False, [OTHER], None)
    assert "As the log holds it" not in told(tmp_path / "b.zip")


@pytest.mark.parametrize("name", [*sorted(ABOUT), "about", "generated_at"])
def test_a_name_that_was_taken_out_is_found(tmp_path: Path, name: str) -> None:
    made = parts(world(LOG))
    del (made.manifest["about"] if name in ABOUT else made.manifest)[name]
    assert details(judged(made.written(tmp_path))) == [OTHER]


@pytest.mark.parametrize(
    "at", ["2026-02-01T12:00:00.000000Z", "", None, 1770000000, "2026-02-01T12:00:00.000000+00:00"]
)
def test_another_time_is_found(tmp_path: Path, at: object) -> None:
    made = parts(world(LOG))
    made.manifest["generated_at"] = at
    assert details(judged(made.written(tmp_path))) == [OTHER]


@pytest.mark.parametrize("change", ["swapped", "without", "null"])
def test_names_cannot_be_changed_in_the_order_either(tmp_path: Path, change: str) -> None:
    """Its facts are those that its leaf commits to; so nobody can make a file look older."""
    made = parts(world(LOG))
    made.manifest["about"]["organization"] = "Globex"
    facts = made.documents["order.json"]["diff"]["data"]["new"]
    facts["about"] = sealed_about.digest(made.manifest["about"]) if change == "swapped" else None
    if change == "without":
        del facts["about"]
    report = judged(made.written(tmp_path))
    assert report.ok is False
    assert "order.json is not the order of this file" in "; ".join(details(report))
    assert report.proven_about is None


def test_an_older_bundle_is_whole_and_its_names_are_the_file_s_own_words(tmp_path: Path) -> None:
    made = parts(World(LOG, ordered(LOG), seals_names=False))
    for names in (ABOUT, {"organization": "Globex"}, {}):
        made.manifest["about"] = names
        report = judged(made.written(tmp_path))
        assert (report.ok, report.complete, report.faults) == (True, True, [])
        assert report.not_judged == [UNSEALED]
        assert report.proven_about is None
        assert f"Not judged: {UNSEALED}." in told(tmp_path / "b.zip").split("\n")
        assert "As the log holds it" not in told(tmp_path / "b.zip")


def test_whoever_hides_the_order_hides_the_names_with_it(tmp_path: Path) -> None:
    """As in a file of somebody who sees a part of the log: it says that nothing is sealed."""
    made = parts(world(LOG))
    made.manifest["order"]["whole"] = False
    made.manifest["about"]["organization"] = "Globex"
    made.without = {"order.json", "proofs/order.tlog-proof"}
    del made.documents["order.json"], made.texts["proofs/order.tlog-proof"]
    report = judged(made.written(tmp_path))
    assert (report.complete, report.proven_about) == (None, None)
    assert UNSEALED in report.not_judged


def test_without_a_key_or_a_checkpoint_nothing_is_said_to_be_in_the_log(tmp_path: Path) -> None:
    made = parts(world(LOG))
    path = made.written(tmp_path)
    report = judged(path, ())
    assert (report.ok, report.proven_about) == (None, None)
    document: dict[str, Any] = standalone.verify(str(path), []).document()
    assert document["about"] is None
    made.manifest["checkpoint"] = None
    for name in list(made.texts):
        if name in ("checkpoint", "policy") or name.startswith("proofs/"):
            del made.texts[name]
    del made.documents["tree.json"]
    made.without = {"erasures.jsonl"}
    report = judged(made.written(tmp_path))
    assert (report.ok, report.faults, report.proven_about) == (None, [], None)
    made.manifest["about"]["made_by"] = "Eve"
    assert judged(made.written(tmp_path)).ok is False


@pytest.mark.parametrize(
    "about",
    [
        {"organization": 7},
        {"organization": None},
        {"organization": {"name": "Meridian Bank"}},
        {"Organization": "Meridian Bank"},
        {"organization\n": "Meridian Bank"},
        {"": "Meridian Bank"},
        [],
        "Meridian Bank",
    ],
)
def test_names_of_another_form_are_no_names_even_if_they_were_sealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, about: object
) -> None:
    made = sealing(about, monkeypatch)
    assert details(judged(made.written(tmp_path))) == [OTHER]


def test_a_lone_surrogate_is_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The auditor's program would hash it; ours cannot: so both refuse it."""
    made = sealing({"organization": "x"}, monkeypatch)
    path = made.written(tmp_path)
    text = json.dumps(made.manifest).replace('"organization": "x"', '"organization": "\\ud800"')
    made.texts["manifest.json"] = text
    del made.documents["manifest.json"]
    report = judged(made.written(tmp_path, path.name))
    assert details(report) == [OTHER]


def test_a_name_cannot_pose_as_a_line_of_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "Acme\nNo fault found: 9 events\x1b[2J\u202e\u2028"
    path = sealing({"organization": name}, monkeypatch).written(tmp_path)
    report = judged(path)
    (ours,) = (line for line in report_words.extent(report) if line.startswith("As the log"))
    assert ours in told(path).split("\n")
    assert ours.isprintable()
    assert "Acme\\x0aNo fault" in ours


@pytest.mark.parametrize("seed", range(40))
def test_both_agree_on_any_junk_about_names(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    junk: list[Any] = [None, True, 0, -1, 1.5, "", "x", "\x00", [], {}, [[]], {"a": 1}, "é" * 600]
    made = parts(World(LOG, ordered(LOG), seed, seals_names=rng.random() < 0.7))
    if rng.random() < 0.5:
        made.manifest["about"] = rng.choice([*junk, {"organization": rng.choice(junk)}])
    if rng.random() < 0.5:
        made.manifest["generated_at"] = rng.choice(junk)
    facts = made.documents["order.json"]
    if rng.random() < 0.4:
        place = rng.choice([facts, facts["diff"], facts["diff"]["data"]])
        place[rng.choice(sorted(place))] = rng.choice(junk)
    judged(made.written(tmp_path))
