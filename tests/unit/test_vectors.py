"""Claims: the published vectors hold, by our code and by the second implementation; the
specification's worked example is the first of them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from govdesk.evidence.jsonl import verify_jsonl
from govdesk.evidence.leaf import COMMITTED
from govdesk.evidence.report import Checkpoint
from tests.unit.evidence import second_implementation

ROOT = Path(__file__).parents[2]
VECTORS = sorted((ROOT / "tests/vectors/leaf").glob("*.txt"))
SPECIFICATION = (ROOT / "docs/spec/leaf-v1.md").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Vector:
    """A header, its faults, and the bytes of a JSONL file."""

    header: dict[str, str]
    faults: list[str]
    body: bytes

    @classmethod
    def read(cls, path: Path) -> Vector:
        head, _, body = path.read_bytes().partition(b"\n\n")
        pairs = [line.split(": ", 1) for line in head.decode().split("\n")]
        assert pairs[0][0] == "expect"
        faults = [value for name, value in pairs if name == "fault"]
        return cls({name: value for name, value in pairs if name != "fault"}, faults, body)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.body.splitlines()]


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_vector_gets_the_verdict_that_it_names(path: Path, tmp_path: Path) -> None:
    vector = Vector.read(path)
    file = tmp_path / "vector.jsonl"
    file.write_bytes(vector.body)
    if "manifest" in vector.header:
        sidecar = tmp_path / "vector.jsonl.manifest"
        sidecar.write_text(vector.header["manifest"], encoding="utf-8")
    size, _, root = vector.header.get("checkpoint", "").partition(" ")
    report = verify_jsonl(file, checkpoint=Checkpoint(int(size), root) if size else None)
    kinds = " ".join(sorted({fault.kind for fault in report.faults}))
    assert {
        "expect": {True: "ok", None: "cannot judge", False: kinds}[report.ok],
        "rows": str(report.rows),
        "root": report.root or "-",
        "complete": json.dumps(report.complete),
        "redacted": str(report.redacted),
        "erased": str(report.erased),
    } == {n: v for n, v in vector.header.items() if n not in ("title", "manifest", "checkpoint")}
    assert [f"{f.kind} {f.first} {f.last}" for f in report.faults] == vector.faults


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_whole_vector_is_made_again_by_the_second_implementation(path: Path) -> None:
    vector = Vector.read(path)
    if vector.header["expect"] != "ok":
        assert vector.header["expect"] == "cannot judge" or vector.faults
        return
    for line in vector.lines:
        prev = json.loads(line["leaf"])["prev"]
        if all(name in line for name in COMMITTED):
            assert second_implementation.leaf(line, prev) == line["leaf"].encode()
    leaves = [line["leaf"].encode() for line in vector.lines]
    assert second_implementation.root(leaves) == vector.header["root"]


def test_vectors_cover_every_class_that_a_file_can_show() -> None:
    named = {word for path in VECTORS for word in Vector.read(path).header["expect"].split()}
    classes = "altered cut deleted forked inserted manifest rechained reordered"
    assert named == {*classes.split(), "ok", "cannot", "judge"}


def test_the_worked_example_of_the_specification_is_the_first_vector() -> None:
    blocks = dict(re.findall(r"```(json|leaf)\n(.*?)\n```", SPECIFICATION, re.DOTALL))
    (line,) = Vector.read(VECTORS[0]).lines
    assert blocks["leaf"] == line["leaf"]
    assert len(line["leaf"]) == 889
    assert json.loads(blocks["json"]) == {
        name: value for name, value in line.items() if name not in ("leaf", "leaf_hash")
    }
    hashes = re.findall(r"= ([0-9a-f]{64})", SPECIFICATION)
    made = second_implementation.commitments(line)
    assert hashes == [made["actor"], made["on_behalf_of"], made["diff"], line["leaf_hash"]]


def test_the_specification_names_every_member_and_field() -> None:
    (line,) = Vector.read(VECTORS[0]).lines
    for name in {*line, *json.loads(line["leaf"]), *json.loads(line["leaf"])["commitments"]}:
        assert f"`{name}`" in SPECIFICATION, name
