"""Disks without room, as far as one process can have one: its files end at a size.

The kernel refuses what goes beyond, in every write and also in the one by which a file is closed,
as it does where a disk is full; only the word is another (*File too large*).
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """While it lasts no file of this process becomes longer than `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
