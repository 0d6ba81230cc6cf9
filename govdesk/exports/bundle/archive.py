"""A ZIP64 archive written front to back, of which every byte can be checked.

Members follow each other without a gap. The last one, ``container.sha256``, holds the SHA-256 of
all bytes before it, and what comes after it follows from the members: no byte of the file can
change unseen, not even a date.
"""

from __future__ import annotations

import hashlib
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Final

from govdesk.evidence import zip_layout
from govdesk.evidence.zip_layout import CONTAINER, DEFLATED, STORED, Entry
from govdesk.exports.bundle.packing import Packing
from govdesk.exports.files import closed, no_room

_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """A member that is written."""

    entry: Entry
    sha256: str

    @property
    def name(self) -> str:
        """Its name in the archive."""
        return self.entry.name


class Spool:
    """A member that is packed aside, into a file without a name, while another is written.

    The file is gone with the process, however that ends. Where there is no room for it, beside
    `target`, every method raises `FileProblem`.
    """

    def __init__(self, name: str, target: Path):
        self.name, self._target = name, target
        # Closed by the archive that takes it, or by `abandon`.
        with no_room(target):
            folder = target.absolute().parent
            self.file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
        self.packing = Packing(self._keep)
        self.write = self.packing.write

    def _keep(self, data: bytes) -> None:
        with no_room(self._target):
            self.file.write(data)

    def close(self) -> None:
        """Pack the rest, and go back to the beginning of what was written."""
        self.packing.close()
        with no_room(self._target):
            self.file.seek(0)

    def abandon(self) -> None:
        """Let go of what was written."""
        self.packing.abandon()
        closed(self.file)


class Stream:
    """A member that is packed straight into the archive; only one at a time."""

    def __init__(self, name: str, archive: Archive):
        self._archive, self.name, self._offset = archive, name, archive.size
        archive.begin(name, DEFLATED)
        self.packing = Packing(archive.put)
        self.write = self.packing.write

    def close(self) -> None:
        """End the member."""
        self.packing.close()
        self._archive.finish(self.name, self.packing, self._offset)

    def abandon(self) -> None:
        """End the thread; the archive is of no use any more."""
        self.packing.abandon()


class Archive:
    """Writes members through `write`; `digest` is the hex SHA-256 of all that was written."""

    def __init__(
        self, write: Callable[[bytes], None], digest: Callable[[], str], when: datetime
    ) -> None:
        self._write, self._digest = write, digest
        time = when.hour << 11 | when.minute << 5 | when.second // 2
        self._when = (time, (when.year - 1980) << 9 | when.month << 5 | when.day)
        self.size = 0
        self.members: list[Member] = []

    def put(self, data: bytes) -> None:
        """Append bytes."""
        self._write(data)
        self.size += len(data)

    def add(self, name: str, data: bytes) -> None:
        """Write a small member at once."""
        member = Stream(name, self)
        member.write(data)
        member.close()

    def stream(self, name: str) -> Stream:
        """Begin a member; it must be closed before the next one begins."""
        return Stream(name, self)

    def take(self, spool: Spool) -> None:
        """Copy a member that was packed aside."""
        spool.close()
        offset = self.size
        self.begin(spool.name, DEFLATED)
        while block := spool.file.read(_BLOCK):
            self.put(block)
        spool.file.close()
        self.finish(spool.name, spool.packing, offset)

    def sums(self) -> bytes:
        """Return the members' digests, as ``sha256sum -c`` reads them."""
        return "".join(f"{one.sha256}  {one.name}\n" for one in self.members).encode()

    def close(self) -> None:
        """Write the archive's own digest, the directory and the end."""
        digest, offset = self._digest().encode() + b"\n", self.size
        self.begin(CONTAINER, STORED)
        self.put(digest)
        size, crc = len(digest), zlib.crc32(digest)
        self._end(Entry(CONTAINER, STORED, crc, size, size, offset), hashlib.sha256(digest))
        start = self.size
        for member in self.members:
            self.put(zip_layout.directory_entry(member.entry, self._when))
        self.put(zip_layout.directory_end(len(self.members), self.size - start, start))

    def begin(self, name: str, method: int) -> None:
        """Write the header before a member's data."""
        self.put(zip_layout.local_header(name, method, self._when))

    def finish(self, name: str, packing: Packing, offset: int) -> None:
        """End a member that was packed."""
        entry = Entry(name, DEFLATED, packing.crc, packing.packed, packing.size, offset)
        self._end(entry, packing.digest)

    def _end(self, entry: Entry, digest: hashlib._Hash) -> None:
        self.put(zip_layout.descriptor(entry.crc, entry.packed, entry.size))
        self.members.append(Member(entry, digest.hexdigest()))
