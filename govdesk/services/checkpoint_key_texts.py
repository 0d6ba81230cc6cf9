"""How a key that signs checkpoints is written: one line, and two more for a key that ends.

``PRIVATE+KEY+govdesk+hash+base64`` or ``awskms://<ARN>``; ``until 2027-01-31T00:00:00Z``; and, for
a key of AWS KMS, ``public govdesk+hash+base64``: once it has ended nobody need ask KMS for it.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from govdesk.config import private_file
from govdesk.evidence.notes import OWN_NAME, BadNote, KeyPair, Signer, VerifierKey
from govdesk.vault import key_files
from govdesk.vault.errors import VaultProblem
from govdesk.vault.key_files import KeyFileProblem
from govdesk.vault.kms_signing import SCHEME, KmsSigner, arn_of

logger = logging.getLogger(__name__)

WHAT: Final = "The key that signs checkpoints"
_UNTIL: Final = "until "
_PUBLIC: Final = "public "
_FORMAT: Final = "%Y-%m-%dT%H:%M:%SZ"
_LONGEST: Final = 10_000


@dataclass(frozen=True, slots=True)
class Written:
    """A key as it is written: a pair, or the ARN of a key of AWS KMS."""

    key: KeyPair | str
    until: datetime | None = None
    public: bytes | None = None


def read(path: Path) -> Written:
    """Read a key's file; raises `KeyFileProblem`. Warns of a private key that others can read."""
    first, *rest = _text(path).strip().split("\n")
    try:
        key = arn_of(first) if first.startswith(SCHEME) else KeyPair.from_text(first)
        written = Written(key, *_noted(rest))
    except VaultProblem as problem:
        raise KeyFileProblem(f"{problem.sentence} It stands in {path}.", problem.remedy) from None
    except (BadNote, ValueError):
        raise key_files.damaged(path, WHAT) from None
    if isinstance(key, KeyPair):
        _warn_if_open(path)
    elif rest and written.public is None:
        raise key_files.damaged(path, WHAT)
    return written


def read_previous(path: Path) -> tuple[Written, datetime]:
    """Read the file of a key that ends, and when it does; raises `KeyFileProblem`."""
    written = read(path)
    if written.until is None:
        raise KeyFileProblem(
            f"{path} does not say until when it signs.",
            f"Its second line is “{_UNTIL}2027-01-31T00:00:00Z”.",
        )
    return written, written.until


def ending(key: Signer, until: datetime) -> str:
    """Write a key that signs beside another `until` then (UTC)."""
    if isinstance(key, KmsSigner):
        public = VerifierKey(OWN_NAME, key.public).text
        return f"{key.reference}\n{_UNTIL}{moment(until)}\n{_PUBLIC}{public}\n"
    assert isinstance(key, KeyPair)
    return f"{key.text}\n{_UNTIL}{moment(until)}\n"


def moment(at: datetime) -> str:
    """Write a time as it stands in such a file."""
    return f"{at.astimezone(UTC):{_FORMAT}}"


def names_kms(path: Path) -> bool:
    """Whether the file names a key of AWS KMS; False for one that is not there or not for us."""
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            return file.read(_LONGEST).lstrip().startswith(SCHEME)
    except OSError:
        return False


def _noted(lines: list[str]) -> tuple[datetime | None, bytes | None]:
    """Raise `ValueError` for lines that are not those of a key that ends."""
    if not lines:
        return None, None
    until = datetime.strptime(lines[0].strip(), _UNTIL + _FORMAT).replace(tzinfo=UTC)
    if len(lines) == 1:
        return until, None
    (line,) = lines[1:]
    if not line.startswith(_PUBLIC):
        raise ValueError
    return until, VerifierKey.parse(line.removeprefix(_PUBLIC)).public


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        raise missing(path) from None
    except UnicodeDecodeError:
        raise key_files.damaged(path, WHAT) from None
    except OSError as error:
        raise KeyFileProblem(
            f"{WHAT} cannot be read: {error.strerror}: {path}", "Check owner and mode of the file."
        ) from None


def _warn_if_open(path: Path) -> None:
    """Without this key nothing is signed at all: one that is open is used, and said."""
    with suppress(FileNotFoundError):
        if private_file.is_open_to_others(path):
            logger.warning(
                "%s can be read by others: %s. Make it private (chmod 600), and rotate it if"
                " others may have read it (govdesk checkpoints rotate-key)",
                WHAT,
                path,
            )


def missing(path: Path) -> KeyFileProblem:
    """Return the problem of a key that is gone, where a log was signed already."""
    return KeyFileProblem(
        f"{WHAT} is missing: {path}. Nothing is signed without it, and no other is made, for every"
        " console would take the new one for an attack.",
        "Put the file back from your backup, or copy it from another worker's machine. If it is"
        " lost for good: govdesk checkpoints replace-key.",
    )
