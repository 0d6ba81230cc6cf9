"""Bundles of a real log: complete, redacted, scoped, erased; and what they must not show."""

from __future__ import annotations

import copy
import csv
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import tracemalloc
import zipfile
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from govdesk.database import bundling
from govdesk.database.connection import Session
from govdesk.database.copying import Selection
from govdesk.domain.filter_language import parse
from govdesk.domain.problem import Problem
from govdesk.evidence import sealed_about
from govdesk.evidence.bundle import verify_bundle
from govdesk.evidence.bundle_report import BundleReport
from govdesk.evidence.sealed_about import UNSEALED
from govdesk.evidence.standalone import verify as standalone
from govdesk.services import bundles
from govdesk.services.audit import Cancelled
from govdesk.services.bundles import Made, Order
from tests.database.conftest import ADA, MEI, OLGA, Cast
from tests.database.test_filters import fill as record
from tests.doors import arranged
from tests.evidence_signing import key_of, signing
from tests.evidences import approve, fill, ready
from tests.unit.evidence.bundles import repacked

__all__ = ["signing"]

QUERIES = (
    "",
    "actor:user:*",
    "-actor:user:olga@* severity:notice..",
    "ip:10.0.0.0/8",
    "system:*",
    "-system:*",
    "session:*",
    "-for:*",
    "is:denied",
    "is:high",
    "entity:member",
    "entity:member*",
    "action:member.* actor:user:o*",
    "at:..2030",
    "seq:5..20",
    "request:*",
)


def order(target: Path, query: str = "", **more: Any) -> Order:
    """An order by the filter's text."""
    return Order(target, filter=parse(query, zone=UTC), **more)


def made(session: Session, target: Path, query: str = "", **more: Any) -> Made:
    """Make a bundle."""
    return bundles.create(session, order(target, query, **more))


def judged(path: Path) -> BundleReport:
    """Ours and the auditor's verdict, which agree."""
    ours = verify_bundle(path, [key_of()])
    theirs = standalone.verify(str(path), [standalone.Key(key_of().text)]).document()
    mine = ours.as_json()
    for name in set(theirs) - {"faults", "not_judged"}:
        assert mine[name] == theirs[name], (name, mine, theirs)
    assert len(ours.faults) == len(theirs["faults"]), (mine, theirs)
    return ours


def lines(path: Path, name: str) -> list[dict[str, Any]]:
    """The JSON lines of a member."""
    with zipfile.ZipFile(path) as archive:
        return [json.loads(line) for line in archive.read(name).splitlines()]


def text(path: Path, name: str) -> str:
    """A member as text."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def scoped(cast: Cast, email: str, path: str) -> Session:
    """Somebody whose only role holds below a path."""
    grants = "govdesk.member_grant"
    with arranged(cast) as admin:
        admin.execute(f"ALTER TABLE {grants} DISABLE TRIGGER USER")
        admin.execute(
            f"UPDATE {grants} SET node_path = %s::ltree WHERE member_id ="
            " (SELECT id FROM govdesk.member WHERE email = %s)",
            (path, email),
        )
        admin.execute(f"ALTER TABLE {grants} ENABLE TRIGGER USER")
    return cast.sign_in(next(person for person in (ADA, OLGA) if person.email == email))


@pytest.mark.parametrize("query", QUERIES)
def test_what_the_database_selects_is_what_the_verifiers_select(
    signing: Cast, tmp_path: Path, query: str
) -> None:
    """SQL, the console's matching and the auditor's program mean the same by a filter."""
    session = signing.sign_in(OLGA)
    record(signing)
    done = made(session, tmp_path / "b.zip", query)
    report = judged(tmp_path / "b.zip")
    assert report.ok is True, report.as_json()
    assert report.complete is True
    assert report.rows == done.rows
    assert report.rows + report.left_out == done.last - done.first + 1


def test_the_lines_are_those_of_the_exact_export(signing: Cast, tmp_path: Path) -> None:
    from govdesk.services import audit

    session = signing.sign_in(OLGA)
    record(signing)
    last = signing.last_seq()
    made(session, tmp_path / "b.zip", last=last)
    exact = tmp_path / "log.jsonl"
    audit.export(session, audit.Export(exact, "jsonl", last=last))
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert archive.read("events.jsonl") == exact.read_bytes()


def test_the_table_says_the_same_for_a_spreadsheet(signing: Cast, tmp_path: Path) -> None:
    session = signing.sign_in(OLGA)
    record(signing)
    made(session, tmp_path / "b.zip")
    table = list(csv.DictReader(io.StringIO(text(tmp_path / "b.zip", "events.csv"), newline="")))
    events = lines(tmp_path / "b.zip", "events.jsonl")
    assert len(table) == len(events)
    for row, event in zip(table, events, strict=True):
        assert row["seq"] == str(event["seq"])
        for name in ("actor", "summary", "entity_id", "request_id"):
            value = event[name] or ""
            guard = "'" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else ""
            assert row[name] == guard + value


def test_nothing_but_leaves_and_what_the_filter_reads_stands_among_the_left_out(
    signing: Cast, tmp_path: Path
) -> None:
    session = signing.sign_in(OLGA)
    record(signing)
    done = made(session, tmp_path / "b.zip", "actor:user:olga* action:node.*")
    said = text(tmp_path / "b.zip", "left_out.jsonl")
    everything = signing.admin.execute(
        "SELECT seq, summary, actor, reason, host(ip), salts FROM"
        " govdesk.audit_log WHERE tenant_path = 'acme' AND seq BETWEEN %s AND %s",
        (done.first, done.last),
    ).fetchall()
    kept = {event["seq"] for event in lines(tmp_path / "b.zip", "events.jsonl")}
    opened = {
        json.loads(row["leaf"])["seq"]
        for row in lines(tmp_path / "b.zip", "left_out.jsonl")
        if row["salts"]
    }
    assert len(opened) == done.opened
    for seq, summary, actor, reason, ip, salts in everything:
        if seq in kept:
            continue
        for value in (summary, reason, ip):
            assert not value or len(value) < 8 or json.dumps(value)[1:-1] not in said
        for name, salt in salts.items():
            assert (salt in said) == (name == "actor" and seq in opened)
        if seq not in opened and actor:
            assert f'"actor":"{actor}"' not in said.split(f'"seq\\":{seq},')[-1].split("\n")[0]


def test_the_order_is_sealed_before_and_the_file_after(signing: Cast, tmp_path: Path) -> None:
    session = signing.sign_in(OLGA)
    before = signing.last_seq()
    done = made(session, tmp_path / "b.zip", "severity:high")
    events = [row for row in signing.rows(before) if row["action"] == "audit.bundle_created"]
    facts = [row["diff"]["data"]["new"] for row in events]
    assert [fact["stage"] for fact in facts] == ["started", "finished"]
    assert facts[1]["sha256"] == done.sha256
    assert facts[1]["rows"] == done.rows
    assert facts[0]["order"] == facts[1]["order"]
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        table = archive.read("events.csv")
    assert facts[1]["files"]["events.csv"] == hashlib.sha256(table).hexdigest()
    found = signing.one(
        "SELECT count(*) FROM govdesk.audit_log WHERE action = 'audit.bundle_created'"
    )
    assert found == 2


def test_a_preview_says_what_it_reveals_and_seals_nothing(signing: Cast, tmp_path: Path) -> None:
    session = signing.sign_in(OLGA)
    record(signing)
    before = signing.last_seq()
    wanted = order(tmp_path / "b.zip", "actor:user:olga*")
    foreseen = bundles.preview(session, wanted)
    assert signing.last_seq() == before
    assert not list(tmp_path.iterdir())
    done = bundles.create(session, wanted)
    assert (foreseen.rows, foreseen.left_out, foreseen.opened) == (
        done.rows,
        done.left_out,
        done.opened,
    )
    assert any("who acted" in said for said in foreseen.reveals)
    assert foreseen.provable
    assert "provably" in foreseen.completeness


@pytest.mark.parametrize(
    ("query", "redact", "words"),
    [
        ('"member"', (), "words in summaries"),
        ("is:erased", (), "which fields are erased"),
        ("actor:user:*", ("actor",), "actor, which is redacted"),
    ],
)
def test_what_cannot_be_proved_is_said_before_writing(
    signing: Cast, tmp_path: Path, query: str, redact: tuple[str, ...], words: str
) -> None:
    session = signing.sign_in(OLGA)
    wanted = order(tmp_path / "b.zip", query, redact=frozenset(redact))
    foreseen = bundles.preview(session, wanted)
    assert not foreseen.provable
    assert words in foreseen.completeness
    assert foreseen.opened == 0
    bundles.create(session, wanted)
    report = judged(tmp_path / "b.zip")
    assert (report.ok, report.complete) == (True, None)
    assert words in text(tmp_path / "b.zip", "index.html")


def test_a_redacted_bundle_verifies_and_holds_nothing_of_the_field(
    signing: Cast, tmp_path: Path
) -> None:
    session = signing.sign_in(OLGA)
    record(signing)
    fields = frozenset(("actor", "summary", "diff", "reason", "ip"))
    made(session, tmp_path / "b.zip", "entity:member", redact=fields)
    report = judged(tmp_path / "b.zip")
    assert (report.ok, report.complete) == (True, True)
    assert report.redacted == len(fields) * report.rows
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        for name in ("events.jsonl", "events.csv", "left_out.jsonl"):
            assert b"mei@acme.example" not in archive.read(name)


def test_a_reader_of_one_system_gets_hashes_of_the_rest_and_no_claim_of_completeness(
    signing: Cast, tmp_path: Path
) -> None:
    record(signing)
    session = scoped(signing, ADA.email, "acme.claims")
    wanted = order(tmp_path / "b.zip")
    foreseen = bundles.preview(session, wanted)
    assert not foreseen.provable
    assert "a part of the organization" in foreseen.completeness
    done = bundles.create(session, wanted)
    report = judged(tmp_path / "b.zip")
    assert (report.ok, report.complete) == (True, None)
    assert report.hidden == done.last - done.first + 1 - done.rows
    assert report.hidden > 0
    said = text(tmp_path / "b.zip", "left_out.jsonl")
    assert "olga@acme.example" not in said
    assert UNSEALED in report.not_judged, "no order is there that could hold the names"


def test_whom_it_is_about_who_made_it_and_when_are_what_the_log_holds(
    signing: Cast, tmp_path: Path
) -> None:
    session, path = signing.sign_in(OLGA), tmp_path / "b.zip"
    before = signing.last_seq()
    made(session, path)
    manifest, sealed = json.loads(text(path, "manifest.json")), signing.rows(before)[0]
    names = manifest["about"] | {"generated_at": manifest["generated_at"]}
    report = judged(path)
    assert (report.ok, report.not_judged, report.proven_about) == (True, [], names)
    assert "olga@acme.example" in names["made_by"]
    assert sealed["action"] == "audit.bundle_created"
    assert sealed["diff"]["data"]["new"]["about"] == sealed_about.digest(manifest["about"])
    leaf = json.loads(json.loads(text(path, "order.json"))["leaf"])
    assert (leaf["seq"], leaf["at"]) == (before + 1, names["generated_at"])
    for name in names:
        other = copy.deepcopy(manifest)
        (other["about"] if name in other["about"] else other)[name] = "Globex"
        altered = json.dumps(other).encode()
        bent = repacked(path, lambda members, new=altered: members.update({"manifest.json": new}))  # type: ignore[misc]
        (tmp_path / "bent.zip").write_bytes(bent)
        details = [fault.detail for fault in verify_bundle(tmp_path / "bent.zip").faults]
        assert any("are not what the order sealed" in detail for detail in details), name


def test_one_system_by_its_path_is_proved_by_its_id(signing: Cast, tmp_path: Path) -> None:
    session = signing.sign_in(OLGA)
    record(signing)
    made(session, tmp_path / "b.zip", system="acme.claims")
    report = judged(tmp_path / "b.zip")
    assert (report.ok, report.complete) == (True, True)
    assert not report.not_judged
    assert report.rows > 0
    with pytest.raises(Problem, match="no system"):
        made(session, tmp_path / "c.zip", system="acme.nowhere")
    assert not (tmp_path / "c.zip").exists()


def test_a_name_is_resolved_and_the_report_says_what_it_meant(
    signing: Cast, tmp_path: Path
) -> None:
    session = signing.sign_in(OLGA)
    record(signing)
    made(session, tmp_path / "b.zip", 'system:"Claims triage"')
    report = judged(tmp_path / "b.zip")
    assert (report.ok, report.complete) == (True, True)
    assert any("meant the systems" in said for said in report.not_judged)


def test_a_period_is_covered_with_one_event_on_each_side(signing: Cast, tmp_path: Path) -> None:
    fill(signing, 300)
    session = signing.sign_in(OLGA)
    span = signing.admin.execute(
        "SELECT min(at), max(at) FROM govdesk.audit_log WHERE seq BETWEEN 40 AND 60"
    ).fetchone()
    assert span is not None
    low, high = (at.strftime("%Y-%m-%dT%H:%M:%S.%fZ") for at in span)
    made(session, tmp_path / "b.zip", f"at:{low}..{high}")
    report = judged(tmp_path / "b.zip")
    assert (report.ok, report.complete) == (True, True)
    assert not report.not_judged
    assert report.left_out <= 2


def test_erased_fields_are_accounted_for_inside_and_outside_the_range(
    signing: Cast, tmp_path: Path
) -> None:
    ready(signing)
    session = signing.sign_in(OLGA)
    record(signing)
    seq = signing.one(
        "SELECT max(seq) FROM govdesk.audit_log WHERE tenant_path = 'acme'"
        " AND actor IS NOT NULL AND summary IS NOT NULL AND severity = 'info'"
    )
    payload = {"fields": [{"seq": seq, "fields": ["actor", "summary"]}]}
    assert approve(signing, session, "audit.erase", payload)[0] == "executed"
    made(session, tmp_path / "whole.zip", "-severity:high")
    whole = judged(tmp_path / "whole.zip")
    assert (whole.ok, whole.complete) == (True, True), whole.as_json()
    assert whole.erased > 0
    made(session, tmp_path / "early.zip", "", last=seq)
    early = judged(tmp_path / "early.zip")
    assert early.ok is True, early.as_json()
    assert early.erased == 2
    assert lines(tmp_path / "early.zip", "erasures.jsonl")


def test_without_a_worker_nothing_is_written_unless_one_asks_for_it(
    cast: Cast, tmp_path: Path
) -> None:
    session = cast.sign_in(OLGA)
    with pytest.raises(Problem, match="worker"):
        made(session, tmp_path / "b.zip", seconds=0.1)
    assert not list(tmp_path.iterdir())
    stages = [
        row["diff"]["data"]["new"]["stage"]
        for row in cast.rows(0)
        if row["action"] == "audit.bundle_created"
    ]
    assert stages == ["started", "failed"]
    made(session, tmp_path / "b.zip", seconds=0.1, unsigned=True)
    report = verify_bundle(tmp_path / "b.zip", [key_of()])
    assert report.ok is None
    assert not report.faults
    theirs = standalone.verify(str(tmp_path / "b.zip"), [standalone.Key(key_of().text)])
    assert theirs.ok is None


def test_whoever_may_not_make_evidence_makes_none(signing: Cast, tmp_path: Path) -> None:
    session = signing.sign_in(MEI)
    with pytest.raises(Problem) as caught:
        made(session, tmp_path / "b.zip")
    assert caught.value.exit_code in (2, 4)
    assert not list(tmp_path.iterdir())


def test_a_cancelled_bundle_leaves_nothing(signing: Cast, tmp_path: Path) -> None:
    session = signing.sign_in(OLGA)
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        made(session, tmp_path / "b.zip", cancel=stop)
    assert not list(tmp_path.iterdir())


def test_a_lying_server_is_found_before_the_file_is_finished(
    signing: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its hashes do not lead to what the worker signed."""
    from govdesk.services import checkpoints

    session = signing.sign_in(OLGA)
    real = checkpoints.sign_now

    def then_rewritten(*given: Any, **named: Any) -> Any:
        found = real(*given, **named)
        with arranged(signing) as admin:
            admin.execute("ALTER TABLE govdesk.audit_log DISABLE TRIGGER ALL")
            admin.execute(
                "UPDATE govdesk.audit_log SET leaf_hash = sha256('x') WHERE seq = 2"
                " AND tenant_path = 'acme'"
            )
        return found

    monkeypatch.setattr(checkpoints, "sign_now", then_rewritten)
    with pytest.raises(Problem, match="do not lead to its signed checkpoint"):
        made(session, tmp_path / "b.zip")
    assert not list(tmp_path.iterdir())


def test_the_cover_escapes_what_comes_from_the_log(signing: Cast, tmp_path: Path) -> None:
    session = signing.sign_in(OLGA)
    with arranged(signing) as admin:
        event = [{"action": "system.event", "summary": "<script>alert(1)</script> & co"}]
        admin.execute("SELECT govdesk_api.record_events(%s::jsonb)", (json.dumps(event),))
    made(session, tmp_path / "b.zip", "action:system.event")
    page = text(tmp_path / "b.zip", "index.html")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert not re.search(r'(src|href)="?http', page)


def test_the_verifier_inside_runs_by_itself(signing: Cast, tmp_path: Path) -> None:
    session = signing.sign_in(OLGA)
    made(session, tmp_path / "b.zip", "severity:notice..")
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        archive.extractall(folder)
    run = [sys.executable, "-S", "-I", str(folder / "verify.py"), "--key", key_of().text]
    done = subprocess.run(run, capture_output=True, text=True, check=False, cwd="/")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Complete" in done.stdout
    assert (folder / "index.pdf").read_bytes().startswith(b"%PDF-")


def test_pages_of_the_reading_do_not_show(
    signing: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundling, "PAGE", 7)
    session = signing.sign_in(OLGA)
    record(signing)
    made(session, tmp_path / "b.zip", "actor:user:*")
    assert judged(tmp_path / "b.zip").complete is True


def test_a_complete_jsonl_export_stands_under_the_newest_checkpoint(
    signing: Cast, tmp_path: Path
) -> None:
    from govdesk.evidence.jsonl import verify_jsonl
    from govdesk.services import audit
    from tests.evidence_signing import sign

    session = signing.sign_in(OLGA)
    fill(signing, 20)
    last = signing.last_seq()
    sign(signing)
    for first in (1, 9):
        path = tmp_path / f"from-{first}.jsonl"
        audit.export(session, audit.Export(path, "jsonl", first=first, last=last))
        assert verify_jsonl(path, keys=[key_of()]).ok is True
        assert verify_jsonl(path).ok is True


def test_the_events_in_a_printed_log_stand_under_the_newest_checkpoint(
    signing: Cast, tmp_path: Path
) -> None:
    from govdesk.services import audit
    from govdesk.services.signed_pdf import verify_pdf
    from tests.evidence_signing import sign

    session, path = signing.sign_in(OLGA), tmp_path / "log.pdf"
    fill(signing, 20)
    last = signing.last_seq()
    sign(signing)
    order = audit.Export(path, "pdf", first=9, last=last)
    audit.export(session, order, url=signing.database.app_url)
    with_key, without = verify_pdf(path, [key_of()]), verify_pdf(path)
    assert (with_key.faults, with_key.ok, without.ok) == ([], True, True)
    assert with_key.checkpoint is not None
    assert (with_key.checkpoint.size, with_key.checkpoint.signed_by) == (last, key_of().text)
    assert any("who signed the checkpoint" in text for text in without.not_judged)


@pytest.mark.parametrize("query", ["", "severity:high"])
def test_a_page_is_gone_before_the_next_one_is_read(
    signing: Cast, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    """Memory is that of one page, which is there once, however many there are."""
    session = signing.sign_in(OLGA)
    fill(signing, 1100)
    monkeypatch.setattr(bundling, "PAGE", 1024)
    terms = parse(query, zone=UTC).to_terms()
    wanted = bundling.Wanted(Selection(1, 1050, terms), frozenset())
    assert [one.through for one in bundling.parts(session, wanted)] == [1024, 1050]
    pages = bundling.parts(session, wanted, 3)
    tracemalloc.start()
    try:
        part = next(pages)
        pieces = [*part.events, *part.left_out, *part.csv]
        size, lines = sum(map(len, pieces)), max(piece.count(b"\n") for piece in pieces)
        assert tracemalloc.get_traced_memory()[1] < 1.7 * size
        assert (lines, len(part.shown)) == (256, min(3, part.rows))
        del part, pieces
        assert tracemalloc.get_traced_memory()[0] < size / 10
    finally:
        tracemalloc.stop()


def test_a_manifest_waits_for_a_checkpoint_only_where_workers_sign(
    signing: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from govdesk.services import checkpoints
    from govdesk.services.checkpoints import NotSigned
    from govdesk.services.evidence_making import covering
    from tests.evidence_signing import sign

    session = signing.sign_in(OLGA)
    last, nothing = signing.last_seq(), {"checkpoint": None, "tree": None}
    assert covering(session, 1, last, seconds=60) == nothing
    sign(signing)
    fill(signing, 5)
    newer = signing.last_seq()
    assert covering(session, 1, newer) == nothing
    found = covering(session, 1, newer, seconds=60)["checkpoint"]
    assert isinstance(found, dict)
    assert found["size"] >= newer

    def silent(*given: Any, **named: Any) -> Any:
        raise NotSigned("No checkpoint came.")

    monkeypatch.setattr(checkpoints, "sign_now", silent)
    fill(signing, 5)
    assert covering(session, 1, signing.last_seq(), seconds=60) == nothing


def test_the_names_can_be_checked_by_hand_as_the_bundle_says(signing: Cast, tmp_path: Path) -> None:
    if shutil.which("jq") is None:
        pytest.skip("jq is not here")
    made(signing.sign_in(OLGA), tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        archive.extractall(tmp_path)
    steps = (tmp_path / "CHECK.txt").read_text().split("\n6. ")[1]
    script = "\n".join(line for line in steps.splitlines() if line.startswith("     "))
    for name in ("organization", "made_by"):
        done = subprocess.run(
            ["bash", "-e", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        digest, sealed, at, sealed_at = done.stdout.split()
        assert (digest == sealed, at == sealed_at) == (name == "organization", True)
        manifest = json.loads((tmp_path / "manifest.json").read_text())
        manifest["about"][name] = "Globex"
        (tmp_path / "manifest.json").write_text(json.dumps(manifest))


def test_the_signature_can_be_checked_by_hand_as_the_bundle_says(
    signing: Cast, tmp_path: Path
) -> None:
    """The commands of CHECK.txt, as they stand there, with openssl and nothing of ours."""
    session = signing.sign_in(OLGA)
    made(session, tmp_path / "b.zip")
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        archive.extractall(folder)
    steps = (folder / "CHECK.txt").read_text().split("\n3. ")[0]
    script = "\n".join(line.strip() for line in steps.splitlines() if line.startswith("     "))
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        env={"PATH": os.environ["PATH"], "VKEY": key_of().text},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Signature Verified Successfully" in done.stdout
