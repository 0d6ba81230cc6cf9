"""The keys that this person trusts to sign checkpoints: what offline verification relies on.

A key never comes out of the file that it is to judge; a person puts it here after comparing its
fingerprint with whoever runs the log.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import platformdirs

from govdesk.config import private_file
from govdesk.config.file_lock import alone
from govdesk.domain.problem import Problem
from govdesk.evidence.notes import BadNote, VerifierKey

FILE: Final = "trusted-keys.json"
SHORTEST_PREFIX: Final = 8
LARGEST_FILE: Final = 65_536
_VERSION: Final = 1
_NEAR_A_KEY: Final = re.compile(r"[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+={0,2}")
_HEX: Final = re.compile(r"[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """One key and since when it is trusted; `name` is the log that it signs for."""

    vkey: str
    name: str
    fingerprint: str
    added_at: str
    note: str = ""

    @property
    def key(self) -> VerifierKey:
        """The key itself."""
        return VerifierKey.parse(self.vkey)


def grouped(fingerprint: str) -> str:
    """Write a fingerprint as people compare it: two lines of eight groups of four digits."""
    groups = [fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4)]
    return "\n".join(" ".join(groups[at : at + 8]) for at in range(0, len(groups), 8))


def in_line(fingerprint: str) -> str:
    """Write a fingerprint, or a root, in groups of four digits where there is but one line."""
    return grouped(fingerprint).replace("\n", " ")


def compact(fingerprint: str) -> str:
    """Bring a fingerprint, or the beginning of one, as people write it to plain digits."""
    return re.sub(r"[\s:-]", "", fingerprint).lower().removeprefix("sha256")


class Trust:
    """The trusted keys of this person, in one private file that several programs may share.

    A file that cannot be read counts as no key at all and is kept beside as ``….broken``;
    `notice` says so in one sentence.
    """

    def __init__(self, folder: Path | None = None):
        folder = folder or platformdirs.user_config_path("govdesk", appauthor=False)
        self.path = folder / FILE
        self.notice = ""

    def list(self) -> tuple[TrustedKey, ...]:
        """Return the keys by the log that they sign for, the oldest first."""
        return tuple(sorted(self._read(), key=lambda one: (one.name, one.added_at, one.vkey)))

    def keys_for(self, origin: str) -> tuple[VerifierKey, ...]:
        """Return the keys that are trusted to sign for this log, such as ``govdesk/acme``."""
        return tuple(one.key for one in self.list() if one.name == origin)

    def find(self, fingerprint: str) -> tuple[TrustedKey, ...]:
        """Return the entries of the key whose fingerprint begins so: one for each of its logs.

        None is found for less than eight digits. Raises `Problem` where two keys begin so.
        """
        wanted = compact(fingerprint)
        if len(wanted) < SHORTEST_PREFIX or not _HEX.fullmatch(wanted):
            return ()
        found = tuple(one for one in self.list() if one.fingerprint.startswith(wanted))
        if len({one.fingerprint for one in found}) > 1:
            raise Problem(
                "More than one trusted key has a fingerprint that begins so.",
                "Write more of it.",
                exit_code=2,
            )
        return found

    def add(self, text_or_path: str | Path, note: str = "") -> TrustedKey:
        """Trust a key, given as ``name+hash+base64`` or as a file that holds one.

        A key that is there already stays as it was. Raises `Problem` for anything else.
        """
        key = key_in(text_or_path)
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        fresh = TrustedKey(key.text, key.name, key.fingerprint, now, note.strip())
        try:
            with alone(self.path):
                known = self._read()
                same = next((one for one in known if one.vkey == fresh.vkey), None)
                if same is None:
                    self._write([*known, fresh])
        except OSError as error:
            raise self._unwritable(error) from error
        return same or fresh

    def remove(self, which: str) -> tuple[TrustedKey, ...]:
        """Trust a key no longer, named by its text, its log or the beginning of its fingerprint.

        Returns what was taken out. Raises `Problem` where nothing, or more than one key, is meant.
        """
        try:
            with alone(self.path):
                gone = self._meant(which)
                self._write([one for one in self._read() if one not in gone])
        except OSError as error:
            raise self._unwritable(error) from error
        return gone

    def _meant(self, which: str) -> tuple[TrustedKey, ...]:
        text = which.strip()
        exact = tuple(one for one in self.list() if text in (one.vkey, one.name))
        found = exact or self.find(text)
        if not found:
            raise Problem(
                f"No trusted key is called {text}.",
                "Name its log, or the first eight digits or more of its fingerprint;"
                " govdesk trust list shows both.",
                exit_code=2,
            )
        if len({one.vkey for one in exact}) > 1:
            raise Problem(
                f"Several trusted keys sign for {text}.",
                "Name the one by its fingerprint; govdesk trust list shows it.",
                exit_code=2,
            )
        return found

    # The file

    def _read(self) -> tuple[TrustedKey, ...]:
        try:
            document = json.loads(self.path.read_text(encoding="utf-8"))
            entries = document["keys"]
            if document["v"] != _VERSION or not isinstance(entries, list):
                raise ValueError("another version")
            return tuple(_entry(entry) for entry in entries)
        except FileNotFoundError:
            return ()
        except OSError as error:
            self.notice = f"The file of trusted keys cannot be read: {error.strerror}: {self.path}"
        except (ValueError, KeyError, TypeError, RecursionError):
            self._set_aside()
        return ()

    def _set_aside(self) -> None:
        aside = self.path.with_name(self.path.name + ".broken")
        self.notice = f"The file of trusted keys made no sense and was set aside: {aside}"
        try:
            self.path.replace(aside)
        except OSError as error:
            self.notice = f"The file of trusted keys makes no sense: {error.strerror}: {self.path}"

    def _write(self, keys: Iterable[TrustedKey]) -> None:
        document = {"v": _VERSION, "keys": [asdict(key) for key in keys]}
        private_file.write(self.path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")

    def _unwritable(self, error: OSError) -> Problem:
        return Problem(
            f"The file of trusted keys cannot be written: {error.strerror}: {self.path}",
            "Check the folder, its owner and the free space; nothing was changed.",
        )


def key_in(text_or_path: str | Path) -> VerifierKey:
    """Read a key from its text or a file that holds exactly one; raises `Problem`."""
    text = str(text_or_path).strip()
    if not (isinstance(text_or_path, str) and _NEAR_A_KEY.fullmatch(text)):
        text = _only_key(Path(text_or_path))
    try:
        return VerifierKey.parse(text)
    except BadNote as error:
        raise Problem(f"This is no key: {error}.", "Copy it again, whole.", exit_code=2) from None


def _only_key(path: Path) -> str:
    remedy = "Give a key as name+hash+base64, or a file that holds one."
    try:
        with open(path.expanduser(), "rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise Problem(f"{path} is no key, and no file: {why}.", remedy, exit_code=2) from None
    if len(data) > LARGEST_FILE:
        raise Problem(f"{path} is too large to hold just a key.", remedy, exit_code=2)
    found: set[str] = set(_NEAR_A_KEY.findall(data.decode(errors="replace")))
    if len(found) != 1:
        count = "no key" if not found else f"{len(found)} keys"
        raise Problem(f"{path} holds {count}.", remedy, exit_code=2)
    return found.pop()


def _entry(entry: Any) -> TrustedKey:
    key = VerifierKey.parse(str(entry["vkey"]))
    return TrustedKey(
        key.text, key.name, key.fingerprint, str(entry["added_at"]), str(entry.get("note", ""))
    )
