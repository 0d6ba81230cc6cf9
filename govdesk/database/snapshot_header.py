"""The first page of a snapshot, opened and read here before SQLite is given the file.

Its authentication code tells whether the passphrase is the right one. And SQLCipher crashes on a
header that names another page size than its own, which whoever knows the passphrase can write: so
every field is compared first. Layout: sqlite.org/fileformat2.html §1.3, SQLCipher 4 defaults.
"""

from __future__ import annotations

import hmac
import struct
from typing import Final

from govdesk.database.snapshot_format import (
    APPLICATION_ID,
    PAGE_BYTES,
    SALT_BYTES,
    SCHEMA,
    VERSION,
    SnapshotKey,
    SnapshotProblem,
    WrongPassphrase,
)

_VECTOR, _CODE = 16, 64
_RESERVE: Final = _VECTOR + _CODE
_HEADER: Final = struct.Struct(">HBBBBBB12I20xII")
_SCHEMA_TREE: Final = struct.Struct(">BxxH")
_SCHEMA_AT: Final = 100 - SALT_BYTES
"""Where the first page's tree begins: the table of the schema, which fits into it."""
_LEAF: Final = 13
_NAMES: Final = (
    "page_size", "write_version", "read_version", "reserve", "most", "least", "leaf", "changes",
    "pages", "trunk", "free", "cookie", "format", "cache", "largest", "encoding", "user_version",
    "vacuum", "application_id", "valid_for", "library",
)  # fmt: skip
_FIXED: Final = {
    "page_size": PAGE_BYTES,
    "write_version": 1,
    "read_version": 1,
    "reserve": _RESERVE,
    "most": 64,
    "least": 32,
    "leaf": 32,
    "format": 4,
    "largest": 0,
    "encoding": 1,
    "vacuum": 0,
}


def check_header(name: str, page: bytes, size: int, key: SnapshotKey) -> None:
    """Check the first page of a file of `size` bytes; raises `SnapshotProblem`.

    `name` is what sentences call the file.
    """
    header = _opened(name, page, key)
    found = dict(zip(_NAMES, _HEADER.unpack_from(header), strict=True))
    if found["application_id"] != APPLICATION_ID:
        sentence = f"{name} is an encrypted database, but no snapshot of GovDesk."
        remedy = "Open it with the program that it belongs to."
        raise SnapshotProblem("foreign", sentence, remedy)
    if found["user_version"] > VERSION:
        sentence = f"{name} was made by a newer GovDesk (version {found['user_version']})."
        remedy = "Open it with that release or a later one."
        raise SnapshotProblem("newer", sentence, remedy, exit_code=3)
    is_sound = (
        all(found[field] == value for field, value in _FIXED.items())
        and found["user_version"] == VERSION
        and found["valid_for"] == found["changes"]
        and max(found["trunk"], found["free"]) <= found["pages"]
    )
    if not is_sound:
        raise altered(name, "its header is not that of a snapshot")
    # SQLite reads all of a schema before it answers anything, and one may hold a million views.
    if _SCHEMA_TREE.unpack_from(header, _SCHEMA_AT) != (_LEAF, len(SCHEMA)):
        raise altered(name, "its tables are not those of a snapshot")
    if found["pages"] * PAGE_BYTES != size:
        raise altered(name, "it is longer or shorter than it says")


def altered(name: str, why: str) -> SnapshotProblem:
    """Return the problem of a file that GovDesk did not write so, to be raised."""
    return SnapshotProblem(
        "altered",
        f"{name} was damaged or changed: {why}.",
        "Ask for the file once more, and keep this one as it is.",
    )


def _opened(name: str, page: bytes, key: SnapshotKey) -> bytes:
    """The page's plain text from byte 16 on; SQLite's own first sixteen are not in the file."""
    # Cryptography takes a while to load, and most runs open no snapshot.
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    end = PAGE_BYTES - _RESERVE
    sealed, code = page[SALT_BYTES : end + _VECTOR], page[end + _VECTOR :]
    found = hmac.digest(key.code_key, sealed + struct.pack("<I", 1), "sha512")
    if not hmac.compare_digest(found, code):
        raise WrongPassphrase(name)
    cipher = Cipher(algorithms.AES(key.page_key), modes.CBC(sealed[-_VECTOR:])).decryptor()
    return cipher.update(sealed[:-_VECTOR]) + cipher.finalize()
