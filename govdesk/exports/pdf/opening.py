"""A document of ours opened for verification: its signature, and the files it carries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from govdesk.exports.pdf.attachments import EVENTS, LARGEST, MANIFEST
from govdesk.exports.pdf.reading import Damaged, Reader, Ref
from govdesk.exports.pdf.verifying import Signature, Watch, is_ours, signature

_LARGEST_MANIFEST: Final = 1 << 20
_WINDOW: Final = 1 << 20
_LIMITS: Final = {EVENTS: LARGEST, MANIFEST: _LARGEST_MANIFEST}


class Foreign(ValueError):
    """The file is no document of GovDesk's."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a document holds. Without a signature there is none of the rest either."""

    signature: Signature | None
    attached: dict[str, Ref]

    def read(self, name: str) -> Iterator[bytes]:
        """The bytes of an attachment; raises `Damaged`, also midway."""
        assert self.signature is not None
        return self.signature.reader.stream(self.attached[name], _LIMITS[name])

    def extract(self, name: str, target: Path) -> None:
        """Write an attachment to a file of its own; raises `Damaged`."""
        with open(target, "xb") as file:
            file.writelines(self.read(name))


@contextmanager
def opened(path: Path, watch: Watch) -> Iterator[Opened]:
    """Open a file and judge its signature; `watch` hears how many bytes of how many are read.

    Raises `Foreign`, `Damaged` and OSError.
    """
    with open(path, "rb") as file:
        data = _FileBytes(file)
        if not len(data):
            raise Foreign("it is empty")
        if not is_ours(data):
            raise Foreign("GovDesk did not make it")
        found = signature(data, watch)
        yield Opened(found, {} if found is None else _attached(found.reader))


class _FileBytes:
    """A file read where it is asked for; not mapped, since one that shrinks would end us then."""

    def __init__(self, file: BinaryIO):
        self._file, self._size = file, file.seek(0, 2)

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, place: slice) -> bytes:
        first, last, _ = place.indices(self._size)
        self._file.seek(first)
        return self._file.read(max(0, last - first))

    def find(self, what: bytes, start: int = 0) -> int:
        """As of bytes."""
        while start < self._size:
            at = self[start : start + _WINDOW].find(what)
            if at >= 0:
                return start + at
            start += _WINDOW - len(what) + 1
        return -1


def _attached(reader: Reader) -> dict[str, Ref]:
    """The associated files by name: none, or the events and their manifest."""
    listed = reader.catalog.get("AF", [])
    if not isinstance(listed, list) or len(listed) > len(_LIMITS):
        raise Damaged("it carries other files than GovDesk attaches")
    found: dict[str, Ref] = {}
    for one in listed:
        spec = reader.dictionary(one)
        name = spec.get("UF")
        held = reader.dictionary(spec.get("EF")).get("F")
        if not isinstance(name, bytes) or not isinstance(held, Ref):
            raise Damaged("it carries a file without a name")
        found[name.decode("latin-1")] = held
    if found and found.keys() != _LIMITS.keys():
        raise Damaged("it carries other files than GovDesk attaches")
    return found
