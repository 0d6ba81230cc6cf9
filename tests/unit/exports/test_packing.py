"""A member on its way into an archive keeps a few pieces in memory, however much is written."""

from __future__ import annotations

import hashlib
import random
import threading
import zlib

from govdesk.exports.bundle.packing import Packing

PIECES = [random.Random(number).randbytes(200_000) for number in range(20)]


def test_whoever_writes_waits_for_what_packs() -> None:
    going, begun, out = threading.Event(), threading.Event(), bytearray()
    written: list[int] = []

    def slow(data: bytes) -> None:
        begun.set()
        assert going.wait(60)
        out.extend(data)

    def write() -> None:
        for number, piece in enumerate(PIECES):
            packing.write(piece)
            written.append(number)

    packing = Packing(slow)
    writer = threading.Thread(target=write)
    writer.start()
    assert begun.wait(60)
    writer.join(1)
    assert writer.is_alive()
    assert len(written) <= 8, "one is packed, and few wait"
    going.set()
    writer.join(60)
    packing.close()
    whole = b"".join(PIECES)
    assert zlib.decompress(bytes(out), -15) == whole
    assert (packing.size, packing.packed) == (len(whole), len(out))
    assert packing.digest.digest() == hashlib.sha256(whole).digest()
