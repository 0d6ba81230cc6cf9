"""Bundles that are not honest and once passed one verifier or both, or made one of them fall over.

The forger of these may have an order of his own making sealed: whoever may make bundles can. He
has no key of the log.
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from govdesk.evidence.bundle import NAMES, UNDER_CHECKPOINT, NoBundle, verify_bundle
from govdesk.evidence.bundle_report import BundleReport
from govdesk.evidence.evidence_file import left_out_line
from govdesk.evidence.lines import LONGEST_LINE
from govdesk.evidence.standalone import verify as standalone
from govdesk.exports.bundle.archive import Archive
from tests.unit.evidence import bundles, logs
from tests.unit.evidence.bundles import Parts, World, ordered, parts, world
from tests.unit.evidence.logs import Line
from tests.unit.evidence.test_bundle import judged, kinds

LOG = logs.log(30, 7)


def _term(key: str, op: str, value: str | None = None, **more: Any) -> dict[str, Any]:
    unused = {"not": False, "values": None, "low": None, "high": None}
    return {"key": key, "op": op, "value": value, **unused, **more}


def _nothing_matches(
    monkeypatch: pytest.MonkeyPatch, term: dict[str, Any], text: str, **changes: Any
) -> Parts:
    """A bundle of a term that was sealed as it is and, so it says, selects no event."""
    monkeypatch.setattr(bundles, "_divided", lambda _of: ([], [], 0, 0))
    of = World(LOG, replace(ordered(LOG), terms=[term], filter=text, **changes))
    made, names = parts(of), sorted(of.ordered.opened)
    made.left_out = [
        left_out_line(
            line["leaf"],
            line["leaf_hash"],
            {name: (line["salts"][name], line[name]) for name in names if name in line["salts"]},
        )
        for line in LOG
    ]
    made.manifest.update(left_out=len(LOG), opened=len(LOG) if names else 0)
    return made


@pytest.mark.parametrize(
    ("term", "text"),
    [
        # Digits that are numbers to `strptime`, and greater than all others to a comparison.
        (_term("at", "range", low="２０２６-01-01T00:00:00.000000Z"), "at:2026-01-01T00Z.."),
        (_term("at", "range", high="0001-01-01T00:00:00.000000Z"), "at:..0001-01-01T00Z"),
        (_term("session", "prefix", "A"), "session:A*"),
        (_term("severity", "eq", "High"), "severity:High"),
        (_term("ip", "prefix", "2001:DB8"), "ip:2001:DB8*"),
        (_term("actor", "prefix", "user:e\u0301"), "actor:user:e\u0301*"),
        (_term("actor", "eq", "user:ada\0"), "actor:user:ada\0"),
        (_term("action", "eq", "x" * 513), "action:" + "x" * 513),
        (_term("seq", "range", low=9, high=3), "seq:9..3"),
        (_term("seq", "range", low=-5, high=-1), "seq:-5..-1"),
        (_term("action", "eq", "member.role_changed", values=["x"]), "action:member.role_changed"),
    ],
)
def test_a_term_that_says_one_thing_and_does_another_is_no_filter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, term: dict[str, Any], text: str
) -> None:
    report = judged(_nothing_matches(monkeypatch, term, text).written(tmp_path))
    assert (report.ok, report.complete) == (False, None)


def test_what_denied_meant_is_said_and_cannot_be_left_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    term = _term("is", "eq", "denied")
    report = judged(_nothing_matches(monkeypatch, term, "is:denied", denied=[]).written(tmp_path))
    assert report.not_judged == ["whether is:denied meant the actions none"]
    made = _nothing_matches(monkeypatch, term, "is:denied", denied=None)
    assert judged(made.written(tmp_path)).ok is False


class _Planted(World):
    """A log in which a system, not the making of a bundle, sent the order's digest."""

    def __post_init__(self) -> None:
        rng = random.Random(0)
        event = logs.event(rng) | {
            "at": self.lines[-1]["at"],
            "action": "system.event",
            "entity_id": self.ordered.export,
            "diff": {"data": {"new": {"order": self.ordered.digest}}},
        }
        self.log = [*self.lines, *logs.seal([event], rng, self.lines[-1])]
        self.order_line = self.log[-1]


def test_an_order_that_anybody_sent_as_an_event_is_none(tmp_path: Path) -> None:
    made = parts(_Planted(LOG, ordered(LOG, "actor:user:ada*")))
    assert kinds(judged(made.written(tmp_path))) == {"manifest"}


def _note(made: Parts, change: Callable[[str], str]) -> None:
    note = made.texts["checkpoint"]
    for name, text in made.texts.items():
        made.texts[name] = text.replace(note, change(note))


def test_a_signature_that_does_not_fit_refuses_the_note_beside_one_that_does(
    tmp_path: Path,
) -> None:
    def added(note: str) -> str:
        head, _, signature = note.rstrip("\n").rpartition(" ")
        forged = base64.b64decode(signature)[:4] + bytes(64)
        return f"{note}{head.splitlines()[-1]} {base64.b64encode(forged).decode()}\n"

    made = parts(world(LOG))
    _note(made, added)
    assert kinds(judged(made.written(tmp_path))) == {"signature"}


def test_a_note_with_more_signatures_than_a_note_has_is_not_looked_at(tmp_path: Path) -> None:
    made = parts(world(LOG))
    _note(made, lambda note: note + (note.splitlines()[-1] + "\n") * 100)
    found = standalone.verify(str(made.written(tmp_path)), [standalone.Key(bundles.KEY.text)])
    assert found.ok is False


@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-8-sig"])
def test_lines_in_another_encoding_are_none(tmp_path: Path, encoding: str) -> None:
    made = parts(world(LOG, "actor:user:ada*"))
    made.left_out = [line.decode().encode(encoding) for line in made.left_out]
    assert judged_as_false(made.written(tmp_path))


def judged_as_false(path: Path) -> bool:
    """Whether both find a fault; what a broken line was about may be guessed in two ways."""
    keys = [standalone.Key(bundles.KEY.text)]
    ours = _verified(path)
    return ours.ok is standalone.verify(str(path), keys).ok is False


def _verified(path: Path) -> BundleReport:
    return verify_bundle(path, (bundles.KEY,))


def _hash_in_capitals(made: Parts) -> None:
    hidden = json.loads(made.left_out[-1])
    made.left_out[-1] = json.dumps(hidden | {"leaf_hash": hidden["leaf_hash"].upper()}).encode()
    made.left_out[-1] += b"\n"


def test_a_hash_has_one_form(tmp_path: Path) -> None:
    of = world(LOG, "actor:user:ada*", first=4)
    of.hidden = frozenset((30,))
    made = parts(of)
    _hash_in_capitals(made)
    assert judged_as_false(made.written(tmp_path))
    made = parts(world(LOG, first=4))
    tree = made.documents["tree.json"]
    tree["left"] = [node.upper() for node in tree["left"]]
    assert judged_as_false(made.written(tmp_path))


def _junk_proof(made: Parts) -> None:
    lines = made.texts["proofs/first.tlog-proof"].split("\n")
    lines[2] = base64.b64encode(bytes(32)).decode()
    made.texts["proofs/first.tlog-proof"] = "\n".join(lines)


def _left_edges_gone(made: Parts) -> None:
    made.documents["tree.json"]["left"] = []


def _order_of_lists(made: Parts) -> None:
    made.documents["order.json"]["diff"] = {"data": []}


def _no_tenant(made: Parts) -> None:
    del made.events[3]["tenant_id"]


def _other_format(made: Parts) -> None:
    made.manifest["v"] = 2


def _counts_of_other_types(made: Parts) -> None:
    made.manifest.update(left_out=False, rows=float(len(made.events)))


def _far_range(made: Parts) -> None:
    made.manifest["order"]["last"] = 2**60


def _redacts_lists(made: Parts) -> None:
    made.manifest["order"]["redact"] = [[]]


def _export_is_a_list(made: Parts) -> None:
    made.manifest["order"]["export"] = []


def _lines_of_extra(made: Parts) -> None:
    proof = made.texts["proofs/last.tlog-proof"]
    made.texts["proofs/last.tlog-proof"] = proof.replace(
        "\nindex", "\nextra AA==\nextra AA==\nindex"
    )


def _no_number(made: Parts) -> None:
    made.manifest["about"] = float("nan")


@pytest.mark.parametrize(
    "bend",
    [
        _lines_of_extra,
        _no_number,
        _junk_proof,
        _left_edges_gone,
        _order_of_lists,
        _no_tenant,
        _other_format,
        _counts_of_other_types,
        _far_range,
        _redacts_lists,
        _export_is_a_list,
    ],
)
def test_documents_that_are_not_what_was_written_are_found_by_both(
    tmp_path: Path, bend: Callable[[Parts], None]
) -> None:
    made = parts(world(LOG, first=4))
    bend(made)
    assert judged_as_false(made.written(tmp_path))


@pytest.mark.parametrize("value", [[], {}, 5])
@pytest.mark.parametrize(
    ("query", "name"), [("is:denied", "action"), ("system:x", "system_id"), ("is:high", "severity")]
)
def test_a_leaf_holds_texts(tmp_path: Path, query: str, name: str, value: object) -> None:
    made = parts(world(LOG, query))
    line = json.loads(made.left_out[2])
    leaf = json.dumps(json.loads(line["leaf"]) | {name: value}, separators=(",", ":"))
    made.left_out[2] = left_out_line(leaf, hashlib.sha256(b"\0" + leaf.encode()).hexdigest())
    assert judged_as_false(made.written(tmp_path))


@pytest.mark.parametrize("depth", range(960, 1000, 3))
def test_values_as_deep_as_python_can_just_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, depth: int
) -> None:
    made = parts(world(LOG))
    made.events[3]["diff"] = "@"
    deep = logs.jsonl(made.events).replace(b'"@"', b"[" * depth + b"]" * depth)

    def jsonl(_lines: list[Line]) -> bytes:
        return deep

    monkeypatch.setattr(logs, "jsonl", jsonl)
    assert judged_as_false(made.written(tmp_path))


def test_what_a_bundle_says_cannot_rewrite_the_verdict_on_a_terminal(tmp_path: Path) -> None:
    made = parts(world(LOG, "actor:user:ada*"))
    line = json.loads(made.left_out[2])
    line["\x1b[2J\x1b[HNo fault found\n\u202e\x9b2J"] = 1
    made.left_out[2] = json.dumps(line).encode() + b"\n"
    path = made.written(tmp_path)
    found = standalone.verify(str(path), [standalone.Key(bundles.KEY.text)]).document()
    told = standalone.told(found)
    assert told.replace("\n", "").isprintable()
    assert "\\x1b[2J" in told
    assert not any(line.startswith("No fault") for line in told.splitlines())


def test_sums_name_each_member_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sums = Archive.sums
    for changed in (
        lambda text: b"0" * 64 + b"  README.txt\n" + text,
        lambda text: text.replace(b"\n", b"\r"),
    ):
        monkeypatch.setattr(Archive, "sums", lambda own, f=changed: f(sums(own)))
        assert kinds(judged(parts(world(LOG)).written(tmp_path))) == {"manifest"}


def test_the_last_line_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = parts(world(LOG))
    cut = logs.jsonl(made.events)[:-1]
    monkeypatch.setattr(logs, "jsonl", lambda _lines: cut)
    assert judged_as_false(made.written(tmp_path))


def test_nothing_is_complete_that_nobody_signed(tmp_path: Path) -> None:
    made = parts(world(LOG, "actor:user:ada*"))
    assert judged(made.written(tmp_path), ()).complete is None
    made.without = {*UNDER_CHECKPOINT, "proofs/order.tlog-proof"}
    made.manifest["checkpoint"] = None
    report = judged(made.written(tmp_path))
    assert (report.ok, report.complete) == (None, None)


@pytest.mark.parametrize("name", sorted(NAMES - {"container.sha256"}))
def test_a_member_that_every_bundle_has_is_missed(tmp_path: Path, name: str) -> None:
    """Even where the digests were made anew without it."""
    made = parts(world(LOG, "actor:user:ada*"))
    made.without = {name}
    path = made.written(tmp_path)
    if name == "manifest.json":
        with pytest.raises(NoBundle, match=r"manifest\.json"):
            verify_bundle(path)
        return
    report = judged_as_false(path) and _verified(path)
    assert report
    assert f"{name} is not there" in " ".join(fault.detail for fault in report.faults)


@pytest.mark.parametrize("name", sorted({*UNDER_CHECKPOINT, "proofs/order.tlog-proof"}))
def test_what_belongs_to_a_checkpoint_stands_beside_no_other(tmp_path: Path, name: str) -> None:
    made = parts(world(LOG, "actor:user:ada*"))
    made.without = {*UNDER_CHECKPOINT, "proofs/order.tlog-proof"} - {name}
    made.manifest["checkpoint"] = None
    report = judged(made.written(tmp_path), ())
    assert report.ok is False
    if name != "checkpoint":  # Which brings more faults than are spelt out.
        assert f"{name} belongs to a checkpoint" in " ".join(f.detail for f in report.faults)


STRANGER = "00000000-0000-4000-8000-000000000000"


def _one_of_another_tenant(made: Parts) -> None:
    made.events[3]["tenant_id"] = STRANGER


def _all_of_another_tenant(made: Parts) -> None:
    for line in made.events:
        line["tenant_id"] = STRANGER


def _whoever_ordered_them_too(made: Parts) -> None:
    _all_of_another_tenant(made)
    made.manifest["order"]["tenant_id"] = STRANGER


@pytest.mark.parametrize(
    ("bend", "words"),
    [
        (_one_of_another_tenant, "tenant_id"),
        (_all_of_another_tenant, "tenant_id"),
        (_whoever_ordered_them_too, "what was ordered"),
    ],
)
def test_rows_belong_to_the_tenant_that_was_sealed_with_the_order(
    tmp_path: Path, bend: Callable[[Parts], None], words: str
) -> None:
    """No leaf names the tenant's id, so that it could be exchanged on every line."""
    made = parts(world(LOG, "actor:user:ada*"))
    bend(made)
    report = judged(made.written(tmp_path))
    assert report.ok is False
    assert words in " ".join(fault.detail for fault in report.faults)


def test_an_order_of_another_tenant_s_log_is_none(tmp_path: Path) -> None:
    """Its leaf names the log that it was sealed in."""
    of = world(LOG, "actor:user:ada*")
    of.order_line["leaf"] = of.order_line["leaf"].replace(logs.TENANT_PATH, "other_bank")
    digest = hashlib.sha256(b"\0" + of.order_line["leaf"].encode()).hexdigest()
    of.order_line["leaf_hash"] = digest
    made = parts(of)
    report = judged(made.written(tmp_path))
    assert report.ok is False
    assert "order.json is not the order" in " ".join(fault.detail for fault in report.faults)


@pytest.mark.parametrize("name", ["events.jsonl", "left_out.jsonl", "erasures.jsonl"])
def test_a_line_longer_than_any_event_is_a_fault_and_takes_little_memory(
    tmp_path: Path, name: str
) -> None:
    """Read as JSON, brackets take twenty-five times their room."""
    made = parts(world(LOG, "actor:user:ada*"))
    path = made.written(tmp_path)
    salt = random.Random(1).randbytes(LONGEST_LINE // 150).hex().encode()
    long = b'{"seq":1,"diff":["' + salt + b'"' + b",[]" * (LONGEST_LINE // 2) + b"]}\n"
    path.write_bytes(
        bundles.repacked(path, lambda members: members.update({name: long + members[name]}))
    )
    tracemalloc.start()
    try:
        report = _verified(path)
        found = standalone.verify(str(path), [standalone.Key(bundles.KEY.text)])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert report.ok is found.ok is False
    words = " ".join(fault.detail for fault in report.faults)
    assert "longer than 4 MiB" in words
    assert "longer than 4 MiB" in standalone.told(found.document())
    assert peak < 6 * LONGEST_LINE


def test_bytes_before_a_member_are_those_that_were_written(tmp_path: Path) -> None:
    """Programs that unpack from the front read the sizes and the method that stand there."""
    for place, data in {6: b"\0\0", 8: b"\0\0", 10: b"\1\1", 18: struct.pack("<II", 5, 5)}.items():
        path = parts(world(LOG)).written(tmp_path)
        with zipfile.ZipFile(path) as archive:
            members = {entry.filename: entry for entry in archive.infolist()}
        raw = bytearray(path.read_bytes())
        at = members["events.jsonl"].header_offset + place
        raw[at : at + len(data)] = data
        _digested_anew(raw, members["container.sha256"].header_offset)
        path.write_bytes(raw)
        assert judged(path).ok is False, place


def _digested_anew(raw: bytearray, end: int) -> None:
    """What a forger does last: the archive's own digest, and the sums over it."""
    digest = hashlib.sha256(raw[:end]).hexdigest().encode() + b"\n"
    at = end + 50 + len("container.sha256")
    crc = struct.pack("<I", zlib.crc32(digest))
    raw[at : at + 65] = digest
    raw[at + 69 : at + 73] = crc
    entry = raw.rfind(b"PK\x01\x02")
    raw[entry + 16 : entry + 20] = crc


def test_the_forger_s_last_step_alone_is_no_fault(tmp_path: Path) -> None:
    path = parts(world(LOG)).written(tmp_path)
    with zipfile.ZipFile(path) as archive:
        end = archive.getinfo("container.sha256").header_offset
    raw = bytearray(path.read_bytes())
    _digested_anew(raw, end)
    path.write_bytes(raw)
    assert judged(path).ok is True
