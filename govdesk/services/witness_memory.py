"""What a witness remembers of one log: one private file for each profile and organization."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import platformdirs

from govdesk.config import device, private_file
from govdesk.config.file_lock import alone
from govdesk.evidence.checkpoints import SignedCheckpoint, Tree
from govdesk.evidence.notes import VerifierKey

MOST_PAST: Final = 32
_VERSION: Final = 1
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1", ""})


@dataclass(frozen=True, slots=True)
class Known:
    """A checkpoint that was proven; `at` is this computer's clock then, `signed_by` the key."""

    note: str
    at: datetime
    signed_by: VerifierKey

    @property
    def tree(self) -> Tree:
        """Size and root."""
        return SignedCheckpoint.parse(self.note).tree


@dataclass(frozen=True, slots=True)
class Pin:
    """A key that counts here since `since`; compared by a person, or just the first one seen."""

    key: VerifierKey
    since: datetime
    is_compared: bool = False


@dataclass(frozen=True, slots=True)
class Verified:
    """The tree up to which this computer read and verified every event itself."""

    tree: Tree
    at: datetime


@dataclass(frozen=True, slots=True)
class Remembered:
    """All of it. `past` are older checkpoints, rising; `restores` are ids of those accepted."""

    keys: tuple[Pin, ...] = ()
    newest: Known | None = None
    past: tuple[Known, ...] = field(default=())
    verified: Verified | None = None
    restores: tuple[str, ...] = ()

    def with_newest(self, known: Known) -> Remembered:
        """Go on to a newer checkpoint; the one before joins the past, which is thinned."""
        before = self.newest
        if before is not None and before.tree == known.tree:
            return self
        past = self.past if before is None else (*self.past, before)
        return replace(self, newest=known, past=thinned(past))

    def after_restore(self, known: Known, common: Tree, restores: tuple[str, ...]) -> Remembered:
        """Go back to where a declared restore says; what was after `common` is forgotten."""
        past = tuple(one for one in self.past if one.tree.size <= common.size)
        verified = self.verified
        if verified is not None and verified.tree.size > common.size:
            verified = None
        used = tuple(dict.fromkeys((*self.restores, *restores)))
        return replace(self, newest=known, past=past, verified=verified, restores=used)

    def with_pin(self, key: VerifierKey, at: datetime, *, is_compared: bool) -> Remembered:
        """Let a key count from now on."""
        known = {pin.key: pin for pin in self.keys}
        before = known.get(key)
        since = at if before is None else before.since
        compared = is_compared or (before is not None and before.is_compared)
        known[key] = Pin(key, since, compared)
        return replace(self, keys=tuple(known.values()))

    def as_json(self) -> dict[str, object]:
        """Return a JSON object; `from_json` reads it."""
        verified = self.verified
        return {
            "keys": [
                {"vkey": pin.key.text, "since": _text(pin.since), "compared": pin.is_compared}
                for pin in self.keys
            ],
            "newest": None if self.newest is None else _known_json(self.newest),
            "past": [_known_json(one) for one in self.past],
            "verified": None
            if verified is None
            else {
                "size": verified.tree.size,
                "root": verified.tree.root.hex(),
                "at": _text(verified.at),
            },
            "restores": list(self.restores),
        }

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> Remembered:
        """Read what `as_json` returned; raises KeyError, TypeError or ValueError for the rest."""
        newest, verified = saved["newest"], saved["verified"]
        return cls(
            tuple(
                Pin(VerifierKey.parse(str(one["vkey"])), _at(one["since"]), one["compared"] is True)
                for one in saved["keys"]
            ),
            None if newest is None else _known(newest),
            tuple(_known(one) for one in saved["past"]),
            None if verified is None else _verified(verified),
            tuple(str(one) for one in saved["restores"]),
        )


class WitnessFile:
    """The file of one profile and organization; `notice` says in a sentence what was wrong with it.

    `load` and `change` may be called by several programs at once.
    """

    def __init__(self, folder: Path, profile: str, tenant_path: str):
        self._profile, self._tenant_path = profile, tenant_path
        digest = hashlib.sha256(f"{profile}\0{tenant_path}".encode()).hexdigest()
        plain = re.sub(r"[^a-z0-9]+", "-", f"{profile} {tenant_path}".lower()).strip("-")
        self.path = folder / f"{plain[:60]}-{digest[:12]}.json"
        self.notice = ""

    def load(self) -> Remembered:
        """Return what was saved; what makes no sense is set aside, and nothing is remembered."""
        try:
            saved = json.loads(self.path.read_text(encoding="utf-8"))
            if saved["v"] != _VERSION:
                raise ValueError("another version")
            if (saved["profile"], saved["tenant_path"]) != (self._profile, self._tenant_path):
                raise ValueError("another log")
            return Remembered.from_json(saved["remembered"])
        except FileNotFoundError:
            return Remembered()
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self._set_aside()
            return Remembered()

    def change(self, before: Remembered, after: Remembered) -> bool:
        """Replace what is remembered; False if another program changed it since `before`.

        Raises OSError where the disk refuses.
        """
        if after == before:
            return True
        with alone(self.path):
            if self.load() != before:
                return False
            self._write(after)
        return True

    def touch(self) -> None:
        """Note that the log was found in order just now."""
        with suppress(OSError):
            os.utime(self.path)

    def age(self) -> float:
        """Seconds since the log was found in order; endless if it never was."""
        try:
            return time.time() - self.path.stat().st_mtime
        except OSError:
            return float("inf")

    def forget(self) -> bool:
        """Remove the file; False if there was none."""
        with alone(self.path):
            try:
                self.path.unlink()
            except FileNotFoundError:
                return False
        return True

    def _write(self, remembered: Remembered) -> None:
        document = {
            "v": _VERSION,
            "profile": self._profile,
            "tenant_path": self._tenant_path,
            "remembered": remembered.as_json(),
        }
        private_file.write(self.path, json.dumps(document, indent=1, ensure_ascii=False) + "\n")

    def _set_aside(self) -> None:
        aside = self.path.with_name(self.path.name + ".broken")
        self.notice = (
            "What this computer remembered of the log could not be read and was set aside:"
            f" {aside}. It begins anew, so a roll-back before now cannot be noticed here."
        )
        with suppress(OSError):
            self.path.replace(aside)


def folder_of(state_folder: Path | None = None) -> Path:
    """Where the files lie."""
    base = state_folder or platformdirs.user_state_path("govdesk", appauthor=False)
    return base / "witness"


def identity(profile: str, url: str) -> str:
    """Return under which name a log is remembered: the profile's, or the server's address.

    A server on this machine is told from another one at the same address by its login, too: demos
    and test servers come and go there. What is kept of the password is a code under this device's
    own secret.
    """
    parts = urlsplit(url)
    database = parts.path.lstrip("/")
    if (parts.hostname or "") not in _LOCAL:
        return profile or f"{parts.hostname}:{parts.port or 5432}/{database}"
    secret = device.secret()
    # Without a secret of the device, what is kept would help to guess the password.
    word = parts.password if secret is not None else ""
    login = f"{parts.username}\0{word}\0{database}".encode()
    code = hmac.new(secret or b"", login, "sha256").hexdigest()[:16]
    return f"{profile or 'this machine'} {database} {code}"


def thinned(past: tuple[Known, ...]) -> tuple[Known, ...]:
    """Drop every second one, but not of the last four, while there are too many."""
    while len(past) > MOST_PAST:
        past = (*past[:-4:2], *past[-4:])
    return past


def _known_json(known: Known) -> dict[str, object]:
    return {"note": known.note, "at": _text(known.at), "signed_by": known.signed_by.text}


def _known(saved: Any) -> Known:
    known = Known(str(saved["note"]), _at(saved["at"]), VerifierKey.parse(str(saved["signed_by"])))
    SignedCheckpoint.parse(known.note)
    return known


def _verified(saved: Any) -> Verified:
    root = bytes.fromhex(saved["root"])
    if len(root) != 32 or type(saved["size"]) is not int:
        raise ValueError("not a tree")
    return Verified(Tree(saved["size"], root), _at(saved["at"]))


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _at(text: object) -> datetime:
    if not isinstance(text, str):
        raise TypeError("a time is text")
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time has a zone")
    return at
