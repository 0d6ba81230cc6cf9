"""Claims: a field may be absent only if a manifest or a later sealed event says so."""

from __future__ import annotations

import copy
import random
from pathlib import Path

import pytest

from govdesk.evidence.absences import Absences
from govdesk.evidence.jsonl import verify_jsonl
from govdesk.evidence.leaf import COMMITTED
from govdesk.evidence.verification import verify
from tests.unit.evidence import logs

LOG = logs.log(20, seed=4)


def _without(lines: list[logs.Line], *fields: str) -> list[logs.Line]:
    result = copy.deepcopy(lines)
    for line in result:
        for field in fields:
            del line[field], line["salts"][field]
    return result


@pytest.mark.parametrize("field", COMMITTED)
def test_an_erased_field_leaves_the_log_whole(field: str) -> None:
    report = verify(logs.rows(logs.erased(LOG, 7, field)))
    assert (report.ok, report.complete, report.erased) == (True, True, 1)


@pytest.mark.parametrize("field", COMMITTED)
def test_an_absence_that_nothing_accounts_for_is_altered(field: str) -> None:
    lines = logs.erased(LOG, 7, field)[:-1]
    faults = verify(logs.rows(lines)).faults
    assert [(f.kind, f.first) for f in faults] == [("altered", 7)]
    assert field in faults[0].detail


def test_an_erasure_accounts_for_its_own_field_and_event_only() -> None:
    lines = logs.erased(LOG, 7, "actor")
    del lines[9]["actor"], lines[9]["salts"]["actor"]
    del lines[6]["ip"], lines[6]["salts"]["ip"]
    report = verify(logs.rows(lines))
    assert report.erased == 1
    assert [(f.kind, f.first) for f in report.faults] == [("altered", 7), ("altered", 10)]


def test_an_erasure_that_was_not_sealed_accounts_for_nothing() -> None:
    lines = logs.erased(LOG, 7, "actor")
    lines[-1]["entity_id"] = "8:actor"
    del lines[7]["actor"], lines[7]["salts"]["actor"]
    faults = verify(logs.rows(lines)).faults
    assert [(f.kind, f.first, f.last) for f in faults] == [("altered", 7, 8), ("altered", 21, 21)]


def test_an_erasure_cannot_itself_be_erased() -> None:
    lines = logs.erased(logs.erased(LOG, 7, "actor"), 21, "actor")
    faults = verify(logs.rows(lines)).faults
    assert [(f.kind, f.first) for f in faults] == [("altered", 21)]


def test_what_accounts_for_pruned_rows_cannot_be_erased() -> None:
    lines = logs.erased(logs.pruned(LOG, 3, 5), 21, "diff")
    faults = verify(logs.rows(lines)).faults
    assert [(f.kind, f.first) for f in faults] == [("altered", 21)]


def test_an_erasure_sealed_before_its_event_accounts_for_nothing() -> None:
    lines = logs.erased(LOG, 7, "actor")
    note = {**lines[-1], "entity_id": "21:actor", "at": LOG[4]["at"]}
    early = logs.seal([*LOG[:5], note, *LOG[5:]], random.Random(1))
    del early[20]["actor"], early[20]["salts"]["actor"]
    assert [(f.kind, f.first) for f in verify(logs.rows(early)).faults] == [("altered", 21)]


@pytest.mark.parametrize("fields", [("actor", "ip"), COMMITTED[1:5], COMMITTED])
def test_one_event_accounts_for_several_fields_of_another(fields: tuple[str, ...]) -> None:
    lines = logs.erased(LOG, 7, *fields)
    report = verify(logs.rows(lines))
    assert (report.ok, report.complete, report.erased) == (True, True, len(fields))
    assert verify(logs.rows(lines[:-1])).ok is False


def test_a_field_that_the_list_does_not_name_is_not_accounted_for() -> None:
    lines = logs.erased(LOG, 7, "actor", "ip")
    del lines[6]["reason"], lines[6]["salts"]["reason"]
    report = verify(logs.rows(lines))
    assert report.erased == 2
    assert [(f.kind, f.first) for f in report.faults] == [("altered", 7)]
    assert "reason" in report.faults[0].detail


def test_every_field_erased_fits_into_a_name() -> None:
    assert len(f"{2**63 - 1}:{','.join(COMMITTED)}") <= 128


@pytest.mark.parametrize(
    "entity_id",
    [
        "7",
        "7:leaf",
        ":actor",
        "-7:actor",
        "07:actor",
        "٧:actor",
        "9" * 40,
        "7:actor,",
        "7:,actor",
        "7:actor,actor",
        "7:ip,actor",
        "7:actor, ip",
        "7:actor,leaf",
        "7:actor\n",
    ],
)
def test_a_strange_erasure_is_no_error_and_accounts_for_nothing(entity_id: str) -> None:
    rows = logs.rows(logs.erased(LOG, 7, "actor"))
    absences = Absences()
    absences.note(7, ["actor"], "member.invited")
    absences.account(rows[-1]._replace(entity_id=entity_id))
    assert list(absences.pending) == [(7, "actor")]


def test_declared_redactions_are_counted_and_others_are_faults(tmp_path: Path) -> None:
    lines = _without(LOG, "actor", "ip")
    both = logs.manifest(lines, redacted=["actor", "ip"])
    report = verify_jsonl(logs.exported(tmp_path, lines, both))
    assert (report.ok, report.redacted) == (True, 40)
    one = logs.manifest(lines, redacted=["actor"])
    report = verify_jsonl(logs.exported(tmp_path, lines, one))
    assert [(f.kind, f.first, f.last) for f in report.faults] == [("altered", 1, 20)]


def test_without_a_manifest_an_absence_cannot_be_judged(tmp_path: Path) -> None:
    report = verify_jsonl(logs.exported(tmp_path, _without(LOG, "actor")))
    assert report.ok is None
    assert any("absent fields" in text for text in report.not_judged)


@pytest.mark.parametrize("erased", [["7:actor,ip"], ["7:actor", "7:ip"]])
def test_an_export_may_declare_what_events_outside_it_erased(
    tmp_path: Path, erased: list[str]
) -> None:
    lines = logs.erased(LOG, 7, "actor", "ip")[:20]
    said = logs.manifest(lines, erased=erased)
    report = verify_jsonl(logs.exported(tmp_path, lines, said))
    assert (report.ok, report.erased) == (True, 2)
