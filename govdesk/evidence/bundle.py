"""A bundle as a stranger's file: its archive read strictly, its documents, then its events.

Nothing is unpacked to disk and nothing larger than a line is kept. What is no bundle raises
`NoBundle`; what is wrong with a bundle stands in the report.
"""

from __future__ import annotations

import hashlib
import io
import json
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

from govdesk.evidence import zip_layout
from govdesk.evidence.bundle_check import Claims, check
from govdesk.evidence.bundle_lines import no_constant
from govdesk.evidence.bundle_report import BundleReport
from govdesk.evidence.bundle_walk import Progress, silent
from govdesk.evidence.leaf import Row
from govdesk.evidence.lines import LONGEST_LINE, TOO_LONG, Lines
from govdesk.evidence.notes import VerifierKey
from govdesk.evidence.zip_layout import CONTAINER, DEFLATED, STORED, Entry

ALWAYS: Final = frozenset(
    (
        "README.txt",
        "CHECK.txt",
        "index.html",
        "index.pdf",
        "manifest.json",
        "SHA256SUMS",
        "events.jsonl",
        "left_out.jsonl",
        "events.csv",
        "verify.py",
        CONTAINER,
    )
)
"""Members of every bundle."""

UNDER_CHECKPOINT: Final = frozenset(
    (
        "erasures.jsonl",
        "checkpoint",
        "tree.json",
        "policy",
        "proofs/first.tlog-proof",
        "proofs/last.tlog-proof",
    )
)
"""Members of every bundle that names a checkpoint, and of no other."""

_ORDER: Final = "order.json"
_ORDER_PROOF: Final = "proofs/order.tlog-proof"
NAMES: Final = ALWAYS | UNDER_CHECKPOINT | {_ORDER, _ORDER_PROOF}
_SMALL: Final = LONGEST_LINE
_RATIO: Final = 300
_BLOCK: Final = 1 << 20
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    struct.error,
    RuntimeError,
    ValueError,
    OverflowError,
)


class NoBundle(ValueError):
    """The file is no bundle, or one that nobody should open; the message is a sentence."""


def verify_bundle(
    path: Path, keys: Sequence[VerifierKey] = (), progress: Progress = silent
) -> BundleReport:
    """Verify a bundle; raises `NoBundle`, and OSError if the file cannot be read at all."""
    with open(path, "rb") as file:
        try:
            archive = zipfile.ZipFile(file)
        except _DAMAGED:
            raise NoBundle(f"{path.name} is no whole ZIP file; it may have been cut.") from None
        with archive:
            _refuse_strange(archive)
            return _Reading(archive, file, keys, progress).report()


def _refuse_strange(archive: zipfile.ZipFile) -> None:
    """Refuse what no bundle has, before anything is unpacked."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        raise NoBundle("A name stands twice in this archive: no bundle has that.")
    for entry in entries:
        if entry.filename not in NAMES:
            raise NoBundle(f"{entry.filename!a} stands in this archive: no bundle has that.")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise NoBundle(f"{entry.filename} is a link: no bundle has that.")
        if entry.flag_bits & 1 or entry.compress_type not in (STORED, DEFLATED):
            raise NoBundle(f"{entry.filename} is encrypted, or packed as no bundle is.")
        if entry.file_size > _RATIO * max(entry.compress_size, 4096):
            raise NoBundle(f"{entry.filename} would unpack to {entry.file_size:,} bytes.")
    if "manifest.json" not in names:
        raise NoBundle("This is no bundle: it has no manifest.json.")


class _Reading:
    def __init__(
        self,
        archive: zipfile.ZipFile,
        file: IO[bytes],
        keys: Sequence[VerifierKey],
        progress: Progress,
    ):
        self.archive, self.file, self.keys, self.progress = archive, file, keys, progress
        self.names = archive.namelist()
        self.digests: dict[str, str] = {}
        self.trouble: list[str] = []
        self.notes: dict[int, str] = {}

    def report(self) -> BundleReport:
        """Read everything once."""
        claims = self._claims()
        self._members(claims.manifest)
        report = check(
            claims,
            self._rows(),
            self._lines("left_out.jsonl"),
            self.keys,
            notes=self.notes,
            progress=self.progress,
        )
        self._sums()
        self._container()
        for trouble in self.trouble:
            if trouble not in claims.trouble:
                report.add(0, 0, "manifest", trouble)
        complete = report.complete
        report.settle(self.notes)
        report.complete = None if report.faults and complete else complete
        return report

    def _claims(self) -> Claims:
        proofs = {}
        for name in ("first", "last", "order"):
            text = self._small(f"proofs/{name}.tlog-proof", bytes.decode)
            if text is not None:
                proofs[name] = text
        claims = Claims(
            self._small("manifest.json", _document) or {},
            self._small("checkpoint", bytes.decode),
            self._small("tree.json", _document),
            self._small("order.json", _document),
            proofs,
            self._lines("erasures.jsonl"),
        )
        self.tenant_id = _tenant_id(claims.manifest)
        claims.trouble = list(self.trouble)
        return claims

    def _members(self, manifest: Mapping[str, Any]) -> None:
        """What every bundle has is there, and nothing that only others have."""
        there, order = set(self.names), manifest.get("order")
        signed = manifest.get("checkpoint") is not None
        whole = isinstance(order, dict) and order.get("whole") is True
        wanted = ALWAYS | (UNDER_CHECKPOINT if signed else frozenset())
        wanted |= {_ORDER} if whole else frozenset()
        wanted |= {_ORDER_PROOF} if signed and whole else frozenset()
        self.trouble += [f"{name} is not there" for name in sorted(wanted - there)]
        if not signed:
            strange = there & (UNDER_CHECKPOINT | {_ORDER_PROOF})
            said = "belongs to a checkpoint, and the manifest names none"
            self.trouble += [f"{name} {said}" for name in sorted(strange)]

    def _small(self, name: str, read: Callable[[bytes], Any]) -> Any:
        if name not in self.names:
            return None
        try:
            with self.archive.open(name) as member:
                data = member.read(_SMALL + 1)
            if len(data) > _SMALL:
                raise ValueError
            self.digests[name] = hashlib.sha256(data).hexdigest()
            return read(data)
        except _DAMAGED:
            self.trouble.append(f"{name} is damaged, or not what it should be")
            return None

    def _rows(self) -> Iterator[Row]:
        yield from self._streamed("events.jsonl", self._rows_of)

    def _rows_of(self, member: IO[bytes], digest: Any) -> Iterator[Row]:
        ended = _Ended(digest)
        lines = Lines(member, ended, self.notes, self.tenant_id)  # type: ignore[arg-type]
        yield from lines.rows()
        if not ended.whole:
            raise _Unended("does not end")

    def _lines(self, name: str) -> Iterator[bytes]:
        yield from self._streamed(name, self._lines_of)

    def _lines_of(self, member: IO[bytes], digest: Any) -> Iterator[bytes]:
        while line := member.readline(LONGEST_LINE):
            digest.update(line)
            if not line.endswith(b"\n"):
                raise _Unended(TOO_LONG if len(line) == LONGEST_LINE else "does not end")
            yield line

    def _streamed(
        self, name: str, read: Callable[[IO[bytes], Any], Iterator[Any]]
    ) -> Iterator[Any]:
        if name not in self.names:
            return
        digest = hashlib.sha256()
        try:
            # Lines are found in large blocks; the archive's own reader looks for them bit by bit.
            with io.BufferedReader(self.archive.open(name), _BLOCK) as member:  # type: ignore[type-var]
                yield from read(member, digest)
        except _Unended as error:
            self.trouble.append(f"{name} has a line that {error}")
            return
        except _DAMAGED:
            self.trouble.append(f"{name} is damaged")
            return
        self.digests[name] = digest.hexdigest()

    def _sums(self) -> None:
        """Every member is the one that SHA256SUMS names, and no other is there."""
        text = self._small("SHA256SUMS", bytes.decode) or ""
        said: dict[str, str] = {}
        for line in text.removesuffix("\n").split("\n") if text else ():
            digest, _, name = line.partition("  ")
            if name in said:
                self.trouble.append(f"{name!a} stands twice in SHA256SUMS")
            said[name] = digest
        there = set(self.names) - {"SHA256SUMS", CONTAINER}
        for name in sorted(there | set(said)):
            if name not in there:
                self.trouble.append(f"{name if name in NAMES else ascii(name)} is not there")
            elif name not in said:
                self.trouble.append(f"{name} is not named in SHA256SUMS")
            elif self._digest(name) != said[name]:
                self.trouble.append(f"{name} is not the file that was written")

    def _digest(self, name: str) -> str:
        if name not in self.digests:
            digest = hashlib.sha256()
            try:
                with self.archive.open(name) as member:
                    while block := member.read(_BLOCK):
                        digest.update(block)
            except _DAMAGED:
                return ""
            self.digests[name] = digest.hexdigest()
        return self.digests[name]

    def _container(self) -> None:
        """The bytes between the members, and after them, are those that were written."""
        entries = self.archive.infolist()
        last = entries[-1]
        if last.filename != CONTAINER:
            self.trouble.append("the archive does not end with its own digest")
            return
        digest, left = hashlib.sha256(), last.header_offset
        self.file.seek(0)
        while left and (block := self.file.read(min(left, _BLOCK))):
            digest.update(block)
            left -= len(block)
        text = self._small(CONTAINER, bytes) or b""
        rest = _rest(entries, text, self.archive.start_dir)
        self.file.seek(last.header_offset)  # The archive reads the same file.
        after = self.file.read(len(rest) + 1)
        if text != digest.hexdigest().encode() + b"\n":
            self.trouble.append("bytes of the archive are not those that its digest names")
        elif after != rest or not self._contiguous():
            self.trouble.append("the archive's directory is not as it was written")

    def _contiguous(self) -> bool:
        """Whether one member follows the other, each with the sizes that the directory names."""
        at, end = 0, self.archive.start_dir
        when = _when(self.archive.infolist()[-1])
        for entry in map(_entry, self.archive.infolist()):
            head = zip_layout.local_header(entry.name, entry.method, when)
            data = at + zip_layout.header_size(entry.name)
            self.file.seek(min(at, end))
            if entry.offset != at or self.file.read(len(head)) != head:
                return False
            self.file.seek(min(data + entry.packed, end))
            sizes = zip_layout.descriptor(entry.crc, entry.packed, entry.size)
            if self.file.read(len(sizes)) != sizes:
                return False
            at = data + entry.packed + len(sizes)
        return at == end


class _Unended(Exception):
    """A line of a member is cut off, or too long; the message is a predicate."""


class _Ended:
    """A digest that remembers whether what it was last given ends a line."""

    def __init__(self, digest: Any):
        self._digest, self.whole = digest, True

    def update(self, data: bytes) -> None:
        self._digest.update(data)
        self.whole = data.endswith(b"\n")


def _rest(entries: Sequence[zipfile.ZipInfo], text: bytes, start: int) -> bytes:
    last = _entry(entries[-1])
    when = _when(entries[-1])
    head = zip_layout.local_header(last.name, STORED, when) + text
    head += zip_layout.descriptor(last.crc, last.packed, last.size)
    directory = b"".join(zip_layout.directory_entry(_entry(one), when) for one in entries)
    return head + directory + zip_layout.directory_end(len(entries), len(directory), start)


def _when(one: zipfile.ZipInfo) -> zip_layout.When:
    year, month, day, hour, minute, second = one.date_time
    return hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day


def _entry(one: zipfile.ZipInfo) -> Entry:
    return Entry(
        one.filename,
        one.compress_type,
        one.CRC,
        one.compress_size,
        one.file_size,
        one.header_offset,
    )


def _tenant_id(manifest: Mapping[str, Any]) -> str | None:
    order = manifest.get("order")
    found = order.get("tenant_id") if isinstance(order, dict) else None
    return found if isinstance(found, str) else None


def _document(data: bytes) -> dict[str, Any]:
    found = json.loads(data.decode(), object_pairs_hook=_no_twice, parse_constant=no_constant)
    if not isinstance(found, dict):
        raise ValueError
    return found


def _no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found
