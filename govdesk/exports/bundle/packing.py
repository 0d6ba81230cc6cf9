"""One member of an archive on its way: compressed and hashed in a thread of its own.

zlib and hashlib let go of the interpreter's lock, so that the next rows are read meanwhile.
"""

from __future__ import annotations

import hashlib
import queue
import threading
import zlib
from collections.abc import Callable
from typing import Final

LEVEL: Final = 1
"""Of zlib. Hashes do not compress: more effort saves a tenth, at half the pace."""
_AHEAD: Final = 6
"""Pieces that wait; what waits is all that a member keeps in memory, however long it gets."""


class Packing:
    """Takes bytes; raw deflate comes out at `sink`. After `close` sizes and digests are known.

    What `sink` raises is raised by the next `write` or by `close`.
    """

    def __init__(self, sink: Callable[[bytes], None]):
        self._sink = sink
        self._deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
        self.digest = hashlib.sha256()
        self.crc = self.size = self.packed = 0
        self._queue: queue.Queue[bytes | None] = queue.Queue(_AHEAD)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        """Hand bytes over; waits while too many pieces are still to be packed."""
        if self._error is not None:
            raise self._error
        if data:
            self._queue.put(data)

    def close(self) -> None:
        """Pack the rest and wait for it."""
        self._queue.put(None)
        self._thread.join()
        if self._error is not None:
            raise self._error

    def abandon(self) -> None:
        """End the thread; what was packed is of no use any more."""
        if self._error is None:
            self._error = ValueError("abandoned")
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (data := self._queue.get()) is not None:
            if self._error is None:
                self._tried(lambda data=data: self._pack(data))  # type: ignore[misc]
        if self._error is None:
            self._tried(lambda: self._put(self._deflate.flush()))

    def _tried(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 (raised again in the writing thread)
            self._error = error

    def _pack(self, data: bytes) -> None:
        self.digest.update(data)
        self.crc = zlib.crc32(data, self.crc)
        self.size += len(data)
        self._put(self._deflate.compress(data))

    def _put(self, packed: bytes) -> None:
        self.packed += len(packed)
        if packed:
            self._sink(packed)
