"""What a sealed snapshot (``.govsnap``) is as a file: a SQLCipher 4 database of exactly this shape.

``docs/spec/snapshot-v1.md`` is the specification. A reader compares the schema it finds with the
statements here, text by text, so a change of any of them is another `VERSION`.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from govdesk.domain.filter_language.matching import folded
from govdesk.domain.problem import Problem
from govdesk.evidence.leaf import Row
from govdesk.evidence.lines import LONGEST_LINE

SUFFIX: Final = ".govsnap"
APPLICATION_ID: Final = 0x476F7644
"""``GovD``, in the header of every snapshot."""
VERSION: Final = 1
FORMAT: Final = "govdesk-snapshot"
"""The manifest's name for this kind of file."""

PAGE_BYTES: Final = 4096
SALT_BYTES: Final = 16
KDF_ROUNDS: Final = 256_000
"""Defaults of SQLCipher 4, so that other programs open the file with the passphrase alone."""
_CODE_MASK: Final = 0x3A

COLUMNS: Final = (*Row._fields, "system")
"""Columns of the table ``event``, in order; ``system`` is the system's name on that day."""

NEVER_NULL: Final = frozenset(
    ("at", "severity", "action", "entity_type", "tenant_path", "salts", "leaf", "leaf_hash")
)
FACTS: Final = (
    "seq",
    "at",
    "severity",
    "action",
    "actor",
    "on_behalf_of",
    "entity_type",
    "entity_id",
    "system_id",
    "system",
    "request_id",
    "session_id",
    "ip",
)
"""What filters read. An index of these is a seventh of the rows, and as much faster to read."""


def _event() -> str:
    columns = (f"{name} TEXT{' NOT NULL' * (name in NEVER_NULL)}" for name in COLUMNS[1:])
    return f"CREATE TABLE event (seq INTEGER PRIMARY KEY, {', '.join(columns)})"


MADE: Final = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL)",
    _event(),
    f"CREATE INDEX event_facts ON event ({', '.join(FACTS)})",
    "CREATE TABLE left_out (seq INTEGER PRIMARY KEY, line TEXT NOT NULL)",
    "CREATE VIRTUAL TABLE event_text USING"
    " fts5(summary, columnsize=0, tokenize='trigram case_sensitive 1')",
)
"""The statements that make a snapshot."""

SCHEMA: Final = frozenset(
    (
        ("table", "meta", "meta", MADE[0]),
        ("index", "sqlite_autoindex_meta_1", "meta", None),
        ("table", "event", "event", MADE[1]),
        ("index", "event_facts", "event", MADE[2]),
        ("table", "left_out", "left_out", MADE[3]),
        ("table", "event_text", "event_text", MADE[4]),
        (
            "table",
            "event_text_data",
            "event_text_data",
            "CREATE TABLE 'event_text_data'(id INTEGER PRIMARY KEY, block BLOB)",
        ),
        (
            "table",
            "event_text_idx",
            "event_text_idx",
            "CREATE TABLE 'event_text_idx'(segid, term, pgno, PRIMARY KEY(segid, term))"
            " WITHOUT ROWID",
        ),
        (
            "table",
            "event_text_content",
            "event_text_content",
            "CREATE TABLE 'event_text_content'(id INTEGER PRIMARY KEY, c0)",
        ),
        (
            "table",
            "event_text_config",
            "event_text_config",
            "CREATE TABLE 'event_text_config'(k PRIMARY KEY, v) WITHOUT ROWID",
        ),
    )
)
"""Type, name, table and text of everything in ``sqlite_master``; the search index makes five."""

TEXT_CONFIG: Final = [("version", 4)]
"""All that the search index's settings may say."""

PROOFS: Final = ("first", "last", "order")
META: Final = frozenset(
    ("manifest", "checkpoint", "tree", "policy", "order", "erasures")
) | frozenset(f"proof_{name}" for name in PROOFS)
"""Keys of the table ``meta``, each a document as bundles have it; only ``manifest`` is a must."""

LONGEST_VALUE: Final = LONGEST_LINE
"""Bytes of one value of an event, and of a document; no event has a longer one."""
LONGEST_META: Final = 16 << 20
"""Bytes of the erasures, which are many lines."""


class SnapshotProblem(Problem):
    """A snapshot cannot be read, and why. `key` names the kind for programs."""

    def __init__(self, key: str, sentence: str, remedy: str = "", *, exit_code: int = 1):
        super().__init__(sentence, remedy, exit_code=exit_code)
        self.key = key


class WrongPassphrase(SnapshotProblem):
    """The passphrase does not open the file, or the file is no snapshot: nobody can tell."""

    def __init__(self, name: str):
        super().__init__(
            "wrong_passphrase",
            f"The passphrase does not open {name}, or it is no snapshot.",
            "Type the passphrase again; upper and lower case count.",
            exit_code=2,
        )


@dataclass(frozen=True, slots=True)
class SnapshotKey:
    """What the passphrase yields for one file. It opens that file: it is never printed or kept."""

    _key: bytes = field(repr=False)
    _salt: bytes = field(repr=False)

    @classmethod
    def derive(cls, passphrase: str, salt: bytes) -> SnapshotKey:
        """Derive as SQLCipher 4 does; a tenth of a second, without the interpreter's lock."""
        words = passphrase_bytes(passphrase)
        return cls(hashlib.pbkdf2_hmac("sha512", words, salt, KDF_ROUNDS, 32), salt)

    @property
    def raw(self) -> str:
        """Key and salt as SQLCipher takes them without deriving anything."""
        return f"x'{self._key.hex()}{self._salt.hex()}'"

    @property
    def page_key(self) -> bytes:
        """What pages are encrypted with (AES-256)."""
        return self._key

    @property
    def code_key(self) -> bytes:
        """What their codes are made with (HMAC-SHA512)."""
        salt = bytes(byte ^ _CODE_MASK for byte in self._salt)
        return hashlib.pbkdf2_hmac("sha512", self._key, salt, 2, 32)

    def fits(self, salt: bytes) -> bool:
        """Whether it was derived for the file that begins with this salt."""
        return self._salt == salt


def passphrase_bytes(passphrase: str) -> bytes:
    """Return a passphrase's bytes: NFC, so that it does not matter what machine it is typed on.

    Raises `SnapshotProblem` for what cannot be typed anywhere else.
    """
    try:
        words = unicodedata.normalize("NFC", passphrase).encode()
    except UnicodeEncodeError:
        words = b"\0"
    if not words or b"\0" in words:
        sentence = "A passphrase is text of at least one character."
        raise SnapshotProblem("passphrase", sentence, "Type it again.", exit_code=2)
    return words


def searchable(summary: str) -> str:
    """Return a summary as the search index holds it: what the filter language compares."""
    if summary.isascii():
        return summary.lower()
    return folded(unicodedata.normalize("NFC", summary))
