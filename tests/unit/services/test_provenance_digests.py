"""Claims: a table that was saved again is recognized by what it says, and nothing else is."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from govdesk.database.copying import TIMELINE
from govdesk.services.provenance_digests import AS_IT_IS, digests
from tests.sealed_pdfs import printed, self_signed
from tests.unit.evidence import logs

ROWS = [
    list(TIMELINE),
    ["1", "2026-05-04T03:02:01.000007Z", "info", "a.b", "user:ada", "", "member", "7", "", "Hi",
     "192.0.2.7", "r1", "ab" * 32],
    ["2", "2026-05-04T03:02:02.000007Z", "high", "a.c", "user:bo", "", "member", "8", "Pricing",
     'two "words", and\na line', "", "", "cd" * 32],
]  # fmt: skip


def table(sign: str = ",", end: str = "\n", *, quoted: bool = False, mark: bool = False) -> bytes:
    out = io.StringIO(newline="")
    how = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=sign, lineterminator=end, quoting=how).writerows(ROWS)
    text = out.getvalue()
    if end == "\r\n":
        text = text.replace("and\na", "and\r\na") if mark else text
    return (b"\xef\xbb\xbf" if mark else b"") + text.encode()


EXPORTED = table()
DIGEST = hashlib.sha256(EXPORTED).hexdigest()


def found(path: Path) -> list[str]:
    """In what forms the digest of the export comes up."""
    return [one.of for one in digests(path, lambda *_: None) if one.sha256 == DIGEST]


@pytest.mark.parametrize(
    ("saved", "words"),
    [
        (EXPORTED, AS_IT_IS),
        (b"\xef\xbb\xbf" + EXPORTED, "without its byte order mark"),
        (EXPORTED.replace(b"\n", b"\r\n"), "GovDesk's line ends"),
        (EXPORTED.replace(b"\n", b"\r"), "GovDesk's line ends"),
        (b"\xef\xbb\xbf" + EXPORTED.replace(b"\n", b"\r\n"), "mark and with GovDesk's line ends"),
        (table(quoted=True), "written as GovDesk writes them"),
        (table(";"), "written as GovDesk writes them"),
        (table("\t", "\r\n", quoted=True), "written as GovDesk writes them"),
        (EXPORTED[:-1], "written as GovDesk writes them"),
    ],
)
def test_the_same_cells_are_the_same_table(tmp_path: Path, saved: bytes, words: str) -> None:
    path = tmp_path / "loose.csv"
    path.write_bytes(saved)
    assert any(words in form for form in found(path)), found(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"user:ada", b"user:eve"),
        lambda data: data.replace(b"2026-05-04T03:02:01.000007Z", b"04.05.2026 03:02"),
        lambda data: data[: data.index(b"\n2,") + 1],
        lambda data: data + b"3" + b"," * 12 + b"\n",
        lambda data: data.replace(b"seq,", b"nr,"),
    ],
)
def test_other_cells_are_another_table(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "loose.csv"
    for data in (change(EXPORTED), change(EXPORTED).replace(b"\n", b"\r\n")):
        path.write_bytes(data)
        assert found(path) == []


def test_a_bundle_and_a_pdf_are_looked_into(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bundle/manifest.json", "{}")
        archive.writestr("bundle/events.csv", EXPORTED)
    assert found(tmp_path / "bundle.zip") == ["events.csv inside it"]
    log = logs.log(5)
    path = printed(tmp_path / "log.pdf", log, self_signed())
    told = {one.of: one.sha256 for one in digests(path, lambda *_: None)}
    assert told["events.jsonl attached to it"] == hashlib.sha256(logs.jsonl(log)).hexdigest()


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04 no archive", b"%PDF-1.7 no document", b"\r", b"\xff\xfe\x00", b'"' * 5000,
     b",".join(name.encode() for name in TIMELINE) + b'\n"never closed'],
)  # fmt: skip
def test_any_file_has_its_digest_and_no_more(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(data)
    first, *_ = digests(path, lambda *_: None)
    assert (first.of, first.sha256) == (AS_IT_IS, hashlib.sha256(data).hexdigest())


def test_watching_may_stop_it(tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Stopped

    (tmp_path / "any").write_bytes(b"x")
    with pytest.raises(Stopped):
        list(digests(tmp_path / "any", stop))
