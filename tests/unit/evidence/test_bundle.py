"""A filtered bundle is provably complete: whatever is done to its rows is found, by both verifiers.

Both read the same file and share no code: ``govdesk.evidence.bundle`` and ``standalone/verify.py``.
"""

from __future__ import annotations

import copy
import io
import json
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govdesk.domain.filter_language import parse
from govdesk.evidence.bundle import NoBundle, verify_bundle
from govdesk.evidence.bundle_report import BundleReport
from govdesk.evidence.evidence_file import left_out_line
from govdesk.evidence.notes import KeyPair, VerifierKey
from govdesk.evidence.standalone import verify as standalone
from tests.unit.evidence import bundles, logs
from tests.unit.evidence.bundles import ABOUT, KEY, NAME, Parts, World, parts, world

QUERIES = (
    "",
    "actor:user:ada*",
    "severity:warning.. -actor:user:bo*",
    "ip:192.0.2.0/24",
    "-ip:2001:db8::1 action:member.*",
    "for:* session:*",
    "entity:member",
    "action:session.started actor:user:*elik",
    "is:high",
    "is:denied",
    "-is:redacted is:sealed",
    "seq:3..9",
    "at:2026-01-01..2026-01-05",
    "request:req-*",
    '-"Ada changed"',
    "astral",
    "astral action:member.*",
    "is:erased",
)
FIELDS = ("actor", "diff", "ip", "on_behalf_of", "reason", "session_id", "summary")
VERIFIER = Path(standalone.__file__)


def queries() -> list[str]:
    """The filters that can be read."""
    return [text for text in QUERIES if _reads(text)]


def _reads(text: str) -> bool:
    try:
        parse(text, zone=UTC)
    except ValueError:
        return False
    return True


def judged(path: Path, keys: Sequence[VerifierKey] = (KEY,)) -> BundleReport:
    """Both verdicts, which agree; returns ours."""
    ours = verify_bundle(path, keys)
    theirs = standalone.verify(str(path), [standalone.Key(key.text) for key in keys]).document()
    mine = ours.as_json()
    assert _essence(mine) == _essence(theirs), (mine, theirs)
    return ours


def _essence(document: dict[str, Any]) -> dict[str, Any]:
    """What two verifiers must agree on: everything but the words."""
    same = set(document) - {"faults", "not_judged", "root", "pruned"}
    faults: set[tuple[str, int]] = set()
    for fault in document["faults"]:
        ends = fault["seq"] if isinstance(fault["seq"], list) else [fault["seq"]] * 2
        faults |= {(fault["kind"], seq) for seq in range(ends[0], ends[1] + 1)}
    found = {name: document[name] for name in same}
    # Where there are faults, one may judge less than the other: what was found is what counts.
    left = len(document["not_judged"]) if document["ok"] is not False else -1
    return found | {"faults": faults, "not_judged": left}


def kinds(report: BundleReport) -> set[str]:
    """The classes of fault that were found."""
    return {fault.kind for fault in report.faults}


@pytest.mark.parametrize("query", queries())
def test_a_truthful_bundle_has_no_fault(tmp_path: Path, query: str) -> None:
    made = parts(world(logs.log(60, 7), query))
    report = judged(made.written(tmp_path))
    assert report.ok is True, report.as_json()
    assert not report.faults
    assert report.rows + report.left_out == 60


def test_completeness_is_proved_where_the_filter_can_run_again(tmp_path: Path) -> None:
    proved = judged(parts(world(logs.log(60), "actor:user:ada*")).written(tmp_path))
    assert proved.complete is True
    assert not proved.not_judged


@pytest.mark.parametrize("query", ["astral", "is:erased", "-nothing"])
def test_what_cannot_be_run_again_is_said_and_never_called_complete(
    tmp_path: Path, query: str
) -> None:
    report = judged(parts(world(logs.log(60), query)).written(tmp_path))
    if query != "-nothing":  # Every event matches, so nothing is open.
        assert report.complete is None
        assert any("whether every match is there" in text for text in report.not_judged)
    assert report.ok is True


def test_without_a_key_nothing_is_ever_called_whole(tmp_path: Path) -> None:
    path = parts(world(logs.log(40), "actor:user:ada*")).written(tmp_path)
    report = judged(path, ())
    assert report.ok is None
    assert not report.faults
    stranger = KeyPair.generate()
    assert kinds(judged(path, [stranger.vkey(NAME)])) == {"signature"}
    assert judged(path, [stranger.vkey("govdesk/other")]).ok is None


def test_a_checkpoint_by_a_foreign_key_is_found(tmp_path: Path) -> None:
    made = parts(world(logs.log(40)), KeyPair.generate())
    assert "signature" in kinds(judged(made.written(tmp_path)))


# ---------------------------------------------------------------- what a forger might do


def _drop(made: Parts, rng: random.Random) -> None:
    made.events.pop(rng.randrange(len(made.events)))


def _drop_left_out(made: Parts, rng: random.Random) -> None:
    made.left_out.pop(rng.randrange(len(made.left_out)))


def _edit(made: Parts, rng: random.Random) -> None:
    line = rng.choice(made.events)
    name = rng.choice([n for n in line if n not in ("tenant_id", "salts")])
    line[name] = 7 if name != "seq" else line["seq"] + 1


def _edit_salt(made: Parts, rng: random.Random) -> None:
    line = rng.choice(made.events)
    line["salts"][rng.choice(list(line["salts"]))] = "00" * 16


def _edit_left_out(made: Parts, rng: random.Random) -> None:
    place = rng.randrange(len(made.left_out))
    document = json.loads(made.left_out[place])
    leaf = json.loads(document["leaf"])
    leaf["action"] = "session.ended"
    document["leaf"] = json.dumps(leaf, separators=(",", ":"), sort_keys=True)
    made.left_out[place] = json.dumps(document).encode() + b"\n"


def _lie_about_an_opened_field(made: Parts, rng: random.Random) -> None:
    for place, line in enumerate(made.left_out):
        document = json.loads(line)
        if "actor" in document["salts"]:
            document["actor"] = "user:nobody@meridian.example"
            made.left_out[place] = json.dumps(document).encode() + b"\n"
            return


def _shut_an_opened_field(made: Parts, rng: random.Random) -> None:
    for place, line in enumerate(made.left_out):
        document = json.loads(line)
        if "actor" in document["salts"]:
            made.left_out[place] = left_out_line(document["leaf"], document["leaf_hash"])
            made.manifest["opened"] -= 1
            return


def _duplicate(made: Parts, rng: random.Random) -> None:
    made.events.insert(1, copy.deepcopy(made.events[0]))


def _swap(made: Parts, rng: random.Random) -> None:
    made.events[0], made.events[1] = made.events[1], made.events[0]


def _swap_left_out(made: Parts, rng: random.Random) -> None:
    made.left_out[0], made.left_out[-1] = made.left_out[-1], made.left_out[0]


def _call_a_match_left_out(made: Parts, rng: random.Random) -> None:
    """Move a matching row among the others, shown as they are, with counts that fit."""
    line = made.events.pop(len(made.events) // 2)
    shown = {"actor": (line["salts"]["actor"], line["actor"])}
    made.left_out.append(left_out_line(line["leaf"], line["leaf_hash"], shown))
    made.left_out.sort(key=_seq_of)
    made.manifest["rows"] -= 1
    made.manifest["left_out"] += 1
    made.manifest["opened"] += 1
    _fit_ends(made)


def _call_a_match_hidden(made: Parts, rng: random.Random) -> None:
    line = made.events.pop(len(made.events) // 2)
    text = json.dumps({"seq": line["seq"], "leaf_hash": line["leaf_hash"]})
    made.left_out.append(text.encode() + b"\n")
    made.left_out.sort(key=_seq_of)
    made.manifest["rows"] -= 1
    made.manifest["hidden"] += 1
    _fit_ends(made)


def _seq_of(line: bytes) -> int:
    document = json.loads(line)
    return int(document["seq"] if "seq" in document else json.loads(document["leaf"])["seq"])


def _fit_ends(made: Parts) -> None:
    made.manifest["first_seq"] = made.events[0]["seq"]
    made.manifest["last_seq"] = made.events[-1]["seq"]


def _shrink(made: Parts, rng: random.Random) -> None:
    made.manifest["order"]["last"] -= 5
    last = made.manifest["order"]["last"]
    made.events[:] = [line for line in made.events if line["seq"] <= last]
    made.left_out[:] = [line for line in made.left_out if _seq_of(line) <= last]
    made.manifest["rows"], made.manifest["left_out"] = len(made.events), len(made.left_out)
    _fit_ends(made)


def _lie_about_the_filter(made: Parts, rng: random.Random) -> None:
    other = parse("actor:user:bo*", zone=UTC)
    made.manifest["order"] |= {"filter": str(other), "terms": other.to_terms()}


def _lie_in_words_only(made: Parts, rng: random.Random) -> None:
    made.manifest["order"]["filter"] = "actor:user:nobody*"


def _lie_about_redaction(made: Parts, rng: random.Random) -> None:
    made.manifest["order"]["redact"] = ["reason"]


def _redact_more(made: Parts, rng: random.Random) -> None:
    for line in made.events:
        line.pop("reason"), line["salts"].pop("reason")


def _forget_the_order(made: Parts, rng: random.Random) -> None:
    del made.documents["order.json"]


def _forget_the_checkpoint(made: Parts, rng: random.Random) -> None:
    del made.texts["checkpoint"]


def _other_edges(made: Parts, rng: random.Random) -> None:
    sides = made.documents["tree.json"]
    side = sides["right"] or sides["left"]
    side[0] = "ab" * 32


def _count_wrong(made: Parts, rng: random.Random) -> None:
    made.manifest["left_out"] += 1


def _rename(made: Parts, rng: random.Random) -> None:
    made.manifest["about"][rng.choice(sorted(ABOUT))] = "Globex"


def _name_nobody(made: Parts, rng: random.Random) -> None:
    made.manifest["about"] = {}


def _say_more(made: Parts, rng: random.Random) -> None:
    made.manifest["about"]["audited_by"] = "Someone"


def _redate(made: Parts, rng: random.Random) -> None:
    made.manifest["generated_at"] = "2020-01-01T00:00:00.000000Z"


FORGERIES: list[Callable[[Parts, random.Random], None]] = [
    _drop,
    _drop_left_out,
    _edit,
    _edit_salt,
    _edit_left_out,
    _lie_about_an_opened_field,
    _shut_an_opened_field,
    _duplicate,
    _swap,
    _swap_left_out,
    _call_a_match_left_out,
    _call_a_match_hidden,
    _shrink,
    _lie_about_the_filter,
    _lie_in_words_only,
    _lie_about_redaction,
    _redact_more,
    _forget_the_order,
    _forget_the_checkpoint,
    _other_edges,
    _count_wrong,
    _rename,
    _name_nobody,
    _say_more,
    _redate,
]
_FOUND_AS_UNPROVEN = {_call_a_match_hidden}
"""A hash alone says nothing about a match: such a bundle is whole, and never complete."""


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__.strip("_"))
@pytest.mark.parametrize("seed", range(3))
def test_every_forgery_is_found(
    tmp_path: Path, forge: Callable[[Parts, random.Random], None], seed: int
) -> None:
    made = parts(world(logs.log(60, seed), "actor:user:ada* severity:info..warning", seed))
    forge(made, random.Random(seed))
    report = judged(made.written(tmp_path))
    assert report.complete is not True
    if forge in _FOUND_AS_UNPROVEN:
        assert report.ok is True
        assert any("only the hash is there" in text for text in report.not_judged)
    else:
        assert report.ok is False, report.as_json()


def test_a_range_that_was_shrunk_with_new_proofs_is_not_what_the_log_ordered(
    tmp_path: Path,
) -> None:
    """The cleverest forger recomputes everything that follows from the log's hashes."""
    of = world(logs.log(60), "actor:user:ada*")
    smaller = world(logs.log(60), "actor:user:ada*", last=50)
    smaller.log, smaller.order_line = of.log, of.order_line
    report = judged(parts(smaller).written(tmp_path))
    assert report.ok is False
    assert any("what was ordered" in fault.detail for fault in report.faults)


def test_a_range_says_where_it_ends(tmp_path: Path) -> None:
    made = parts(world(logs.log(60), "", first=11, last=40))
    report = judged(made.written(tmp_path))
    assert report.ok is True
    assert report.not_judged == [
        "events before 11: the range begins there",
        "events after 40: the range ends there",
    ]


# ---------------------------------------------------------------- what is revealed


def test_left_out_rows_show_their_leaf_and_what_the_filter_reads_and_nothing_else(
    tmp_path: Path,
) -> None:
    of = world(logs.log(300, 3), "actor:user:ada* severity:high")
    made = parts(of)
    said = b"".join(made.left_out).decode()
    for line in of.lines:
        if bundles.selected(of, line):
            continue
        assert line["summary"] == "" or json.dumps(line["summary"])[1:-1] not in said
        for name in ("ip", "session_id", "on_behalf_of"):
            assert line["salts"][name] not in said
            assert line[name] is None or line[name] not in said
        for name in FIELDS:
            if name != "actor" or line["severity"] != "high":
                assert line["salts"][name] not in said
    assert "user:bo@meridian.example" in said


def test_a_redacted_bundle_still_verifies_and_shows_nothing_of_it(tmp_path: Path) -> None:
    of = world(logs.log(80), "severity:high", redact=frozenset(("actor", "summary", "diff")))
    made = parts(of)
    report = judged(made.written(tmp_path))
    assert (report.ok, report.complete) == (True, True)
    assert report.redacted == 3 * report.rows
    assert "user:ada@meridian.example" not in logs.jsonl(made.events).decode()


def test_redacting_what_the_filter_reads_makes_completeness_open(tmp_path: Path) -> None:
    of = world(logs.log(80), "actor:user:ada*", redact=frozenset(("actor",)))
    assert not of.ordered.provable
    report = judged(parts(of).written(tmp_path))
    assert (report.ok, report.complete) == (True, None)
    assert report.opened == 0


def test_an_erased_field_needs_the_event_that_erased_it(tmp_path: Path) -> None:
    log = logs.erased(logs.log(30), 12, "actor")
    inside = judged(parts(world(log, "severity:info..")).written(tmp_path))
    assert (inside.ok, inside.erased) == (True, 1)
    later = parts(world(log, "severity:info..", last=30))
    assert len(later.erasures) == 1
    outside = judged(later.written(tmp_path))
    assert (outside.ok, outside.erased) == (True, 1)
    later.erasures.clear()
    unexplained = judged(later.written(tmp_path))
    assert kinds(unexplained) == {"altered"}


def test_hashes_alone_leave_completeness_open_and_hold_the_chain_together(tmp_path: Path) -> None:
    of = World(
        logs.log(40), bundles.ordered(logs.log(40), "severity:high"), hidden=frozenset((3, 4, 20))
    )
    report = judged(parts(of).written(tmp_path))
    assert (report.ok, report.complete, report.hidden) == (True, None, 3)


# ---------------------------------------------------------------- the file as a file


def test_any_flipped_byte_is_found_or_the_file_is_refused(tmp_path: Path) -> None:
    count = int(os.environ.get("GOVDESK_TEST_FLIPS", "1000"))
    whole = parts(world(logs.log(25), "actor:user:ada*")).packed()
    rng = random.Random(1)
    for number in range(count):
        data = bytearray(whole)
        place = rng.randrange(len(data))
        data[place] ^= rng.randrange(1, 256)
        path = tmp_path / "flipped.zip"
        path.write_bytes(data)
        _found_by_both(path, f"flip {number} at {place}")


def _found_by_both(path: Path, what: str) -> None:
    with suppress(NoBundle):
        assert verify_bundle(path, [KEY]).ok is False, what
    with suppress(standalone.Refused):
        assert standalone.verify(str(path), [standalone.Key(KEY.text)]).ok is False, what


def test_a_cut_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    whole = parts(world(logs.log(20))).packed()
    path = tmp_path / "cut.zip"
    for length in (0, 1, 4, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(NoBundle, match="whole ZIP"):
            verify_bundle(path)
        with pytest.raises(standalone.Refused, match="whole ZIP"):
            standalone.verify(str(path), [])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("../../etc/passwd", b"x"),
        ("/etc/passwd", b"x"),
        ("events.jsonl/../x", b"x"),
        ("a.exe", b""),
    ],
)
def test_names_that_no_bundle_has_are_refused(tmp_path: Path, name: str, data: bytes) -> None:
    path = parts(world(logs.log(5))).written(tmp_path)
    path.write_bytes(bundles.repacked(path, lambda members: members.update({name: data})))
    _refused_by_both(path, "no bundle has that")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = parts(world(logs.log(5))).written(tmp_path)
    bomb = b"0" * (32 << 20)
    path.write_bytes(bundles.repacked(path, lambda members: members.update({"index.pdf": bomb})))
    _refused_by_both(path, "unpack")


def test_a_link_in_the_archive_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("manifest.json")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    path = tmp_path / "link.zip"
    path.write_bytes(out.getvalue())
    _refused_by_both(path, "link")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = parts(world(logs.log(5))).written(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("events.jsonl", b"")
    _refused_by_both(path, "twice")


def _refused_by_both(path: Path, words: str) -> None:
    with pytest.raises(NoBundle, match=words):
        verify_bundle(path)
    with pytest.raises(standalone.Refused, match=words):
        standalone.verify(str(path), [])


def test_documents_of_any_shape_get_a_report(tmp_path: Path) -> None:
    """Nothing that stands in a member makes a verifier fall over."""
    junk: list[bytes] = [
        b"", b"{}", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"order":{}}', b"0" * 5000,
        b'{"a":1,"a":2}', b"\n", b"{", b'{"order":{"terms":[{}]}}',
    ]  # fmt: skip
    path = parts(world(logs.log(5), "actor:user:ada*")).written(tmp_path)
    with_junk = tmp_path / "junk.zip"
    for name in ("manifest.json", "tree.json", "order.json", "checkpoint", "SHA256SUMS",
                 "events.jsonl", "left_out.jsonl", "erasures.jsonl",
                 "proofs/order.tlog-proof"):  # fmt: skip
        for data in junk:
            if data == b"" and name == "erasures.jsonl":
                continue
            with_junk.write_bytes(
                bundles.repacked(path, lambda members, n=name, d=data: members.update({n: d}))  # type: ignore[misc]
            )
            _found_by_both(with_junk, f"{data[:20]!r} in {name}")


# ---------------------------------------------------------------- two verifiers, one verdict

_LOGS = int(os.environ.get("GOVDESK_TEST_LOGS", "300"))


@settings(
    max_examples=_LOGS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    size=st.integers(4, 24),
    seed=st.integers(0, 10**9),
    query=st.sampled_from(queries()),
    forgery=st.sampled_from([None, None, *FORGERIES]),
    redact=st.sets(st.sampled_from(FIELDS), max_size=3),
    ends=st.tuples(st.integers(0, 3), st.integers(0, 3)),
)
def test_both_verifiers_agree_on_any_log(
    tmp_path: Path,
    size: int,
    seed: int,
    query: str,
    forgery: Callable[[Parts, random.Random], None] | None,
    redact: set[str],
    ends: tuple[int, int],
) -> None:
    first, last = 1 + min(ends[0], size - 1), max(size - ends[1], 1 + min(ends[0], size - 1))
    of = world(logs.log(size, seed), query, seed, redact=frozenset(redact), first=first, last=last)
    made = parts(of)
    if forgery is not None:
        try:
            forgery(made, random.Random(seed))
        except (IndexError, KeyError, ValueError):
            return  # This bundle has nothing to forge in that way.
    report = judged(made.written(tmp_path))
    assert forgery is not None or report.ok is True, report.as_json()


def test_the_standalone_program_runs_without_any_package(tmp_path: Path) -> None:
    path = parts(world(logs.log(40), "actor:user:ada*")).written(tmp_path)
    run = [sys.executable, "-S", "-I", str(VERIFIER), str(path), "--json"]
    for more, code in (([], 3), (["--key", KEY.text], 0)):
        done = subprocess.run([*run, *more], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (code, "")
        assert json.loads(done.stdout)["ok"] is {0: True, 3: None}[code]
    made = parts(world(logs.log(40), "actor:user:ada*"))
    made.events.pop()
    done = subprocess.run(
        [*run[:-2], str(made.written(tmp_path)), "--key", KEY.text],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "deleted" in done.stdout or "cut" in done.stdout


def test_the_standalone_program_reads_an_unpacked_bundle(tmp_path: Path) -> None:
    path = parts(world(logs.log(20))).written(tmp_path)
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    found = standalone.verify(str(folder), [standalone.Key(KEY.text)])
    assert (found.ok, found.not_judged) == (True, [])
    (folder / "key.pem").touch()
    (folder / "proofs" / "x").touch()
    found = standalone.verify(str(folder), [standalone.Key(KEY.text)])
    assert found.not_judged == ["files here that are no part of the bundle: key.pem, proofs/x"]
    (folder / "CHECK.txt").unlink()
    assert standalone.verify(str(folder), [standalone.Key(KEY.text)]).ok is False
    (folder / "events.jsonl").write_bytes(b"")
    assert standalone.verify(str(folder), [standalone.Key(KEY.text)]).ok is False


@pytest.mark.parametrize("vector", range(5))
def test_the_standalone_signature_check_is_that_of_another_implementation(vector: int) -> None:
    pair = KeyPair.generate()
    message = os.urandom(vector * 7)
    signature = pair.sign(message)
    assert standalone.ed25519_verifies(pair.public, signature, message)
    assert not standalone.ed25519_verifies(pair.public, signature, message + b"x")
    order = int.from_bytes(signature[32:], "little") + standalone.L
    long_s = signature[:32] + order.to_bytes(32, "little")
    assert not standalone.ed25519_verifies(pair.public, long_s, message)


def test_a_key_of_small_order_signs_nothing() -> None:
    for encoded in (bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f"):
        assert not standalone.ed25519_verifies(encoded, b"\x01" + bytes(63), b"anything")
