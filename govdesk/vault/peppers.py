"""Peppers: the secret half of every stored API key, in a private file and never in the database.

A key is kept as HMAC-SHA-256(pepper, SHA-256(raw key)). Peppers have versions: the current one is
for new keys, the older ones are read until no key is left under them. Version 0 is no pepper: the
bare SHA-256 of a key whose 256 random bits wait for the first process that has the file.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from govdesk.vault import key_files
from govdesk.vault.hidden import Hidden
from govdesk.vault.key_files import KeyFileProblem

PEPPER_BYTES: Final = 32
WAITING: Final = 0
"""The version of keys that wait for their pepper."""
MAX_VERSIONS: Final = 16
"""The database compares up to 32 candidates; a full ring and the bare hash make 17."""
WHAT: Final = "The pepper file"
_FINGERPRINT: Final = b"govdesk pepper"


class PepperRing(Hidden):
    """The peppers of an installation, as one moment's file had them; nothing changes in it."""

    __slots__ = ("_peppers", "current")

    def __init__(self, current: int, peppers: Mapping[int, bytes]):
        sound = 0 < len(peppers) <= MAX_VERSIONS and current == max(peppers) and min(peppers) > 0
        if not sound or any(len(pepper) != PEPPER_BYTES for pepper in peppers.values()):
            raise ValueError("not a ring of peppers")
        self.current = current
        """The version for new keys; always the highest."""
        self._peppers = dict(sorted(peppers.items(), reverse=True))

    @classmethod
    def read(cls, path: Path) -> PepperRing:
        """Read the file; raises `KeyFileProblem` if it is missing, damaged or open to others."""
        text = key_files.read(path, WHAT)
        try:
            held = json.loads(text)
            peppers = {int(version): bytes.fromhex(p) for version, p in held["peppers"].items()}
            return cls(int(held["current"]), peppers)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise key_files.damaged(path, WHAT) from None

    @classmethod
    def create(cls, path: Path) -> PepperRing:
        """Make the file with version 1, mode 0600; raises `KeyFileProblem` if there is one."""
        ring = cls(1, {1: secrets.token_bytes(PEPPER_BYTES)})
        if not key_files.create(path, ring._text(), WHAT):
            raise KeyFileProblem(
                f"There is a pepper file already: {path}",
                "Use it, or rotate it. Without it no key that it protects can be checked.",
            )
        return ring

    @classmethod
    def read_or_create(cls, path: Path) -> PepperRing:
        """Read the file, or make it; processes that start together get the same one."""
        if not path.exists():
            fresh = cls(1, {1: secrets.token_bytes(PEPPER_BYTES)})
            key_files.create(path, fresh._text(), WHAT)
        return cls.read(path)

    @classmethod
    def rotate(cls, path: Path) -> PepperRing:
        """Add a version and make it current; the old ones stay. Processes take turns."""
        with key_files.alone(path, WHAT):
            ring = cls.read(path)
            if len(ring._peppers) == MAX_VERSIONS:
                raise KeyFileProblem(
                    f"There are {MAX_VERSIONS} peppers already.",
                    "Retire the oldest before you add another.",
                )
            fresh = {ring.current + 1: secrets.token_bytes(PEPPER_BYTES)}
            return cls(ring.current + 1, ring._peppers | fresh)._kept(path)

    @classmethod
    def drop(cls, path: Path, version: int) -> PepperRing:
        """Remove an old version for ever; keys that are still under it can never be used again.

        Ask the database first (it refuses to retire a version in use). Raises `KeyFileProblem`
        for the current version and for one that is not there.
        """
        with key_files.alone(path, WHAT):
            ring = cls.read(path)
            ring._pepper(version)
            if version == ring.current:
                raise KeyFileProblem(
                    f"Pepper version {version} is the current one.", "Rotate the pepper first."
                )
            left = {v: pepper for v, pepper in ring._peppers.items() if v != version}
            return cls(ring.current, left)._kept(path)

    def __repr__(self) -> str:
        return f"PepperRing(versions={self.versions}, current={self.current})"

    @property
    def versions(self) -> list[int]:
        """The versions at hand, newest first."""
        return list(self._peppers)

    def mac(self, version: int, raw: str) -> bytes:
        """Return the verifier of a raw key, 32 bytes; raises `KeyFileProblem` without the pepper.

        Version 0 gives the bare inner hash.
        """
        return self.mac_of_inner(version, inner(raw))

    def mac_of_inner(self, version: int, inner_hash: bytes) -> bytes:
        """Return the verifier of a key of which only `inner` is known: one that waited."""
        if version == WAITING:
            return inner_hash
        return hmac.digest(self._pepper(version), inner_hash, "sha256")

    def candidates(self, raw: str) -> list[bytes]:
        """Return every verifier that the key may be kept as: newest first, the bare one last."""
        inner_hash = inner(raw)
        return [self.mac_of_inner(version, inner_hash) for version in (*self._peppers, WAITING)]

    def fingerprint(self, version: int) -> str:
        """Return 16 hex digits that name a pepper and tell nothing about it."""
        return hashlib.sha256(_FINGERPRINT + self._pepper(version)).hexdigest()[:16]

    def _pepper(self, version: int) -> bytes:
        try:
            return self._peppers[version]
        except KeyError:
            raise KeyFileProblem(
                f"The pepper file has no version {version}.",
                f"It has: {', '.join(map(str, sorted(self._peppers)))}.",
            ) from None

    def _kept(self, path: Path) -> PepperRing:
        key_files.replace(path, self._text(), WHAT)
        return self

    def _text(self) -> str:
        peppers = {str(version): pepper.hex() for version, pepper in sorted(self._peppers.items())}
        return json.dumps({"current": self.current, "peppers": peppers}, indent=2) + "\n"


class PepperFile:
    """The ring of a file that may be changed while this process runs."""

    def __init__(self, path: Path):
        self.path = path
        self._read: tuple[tuple[int, int, int], PepperRing] | None = None

    def ring(self) -> PepperRing:
        """Return the ring as the file has it now; one `stat` while nothing changes."""
        stamp = self._stamp()
        held = self._read
        if held is None or held[0] != stamp:
            held = self._read = (stamp, PepperRing.read(self.path))
        return held[1]

    def _stamp(self) -> tuple[int, int, int]:
        try:
            found = os.stat(self.path)
        except OSError:
            return (0, 0, 0)
        return (found.st_mtime_ns, found.st_ino, found.st_size)


def inner(raw: str) -> bytes:
    """Return SHA-256 of a raw key, what is kept of it as long as it waits for its pepper."""
    return hashlib.sha256(raw.encode()).digest()
