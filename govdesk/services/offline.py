"""Verification of a file without a server: which kind it is, by content, and which keys count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from govdesk.domain.problem import Problem
from govdesk.evidence.bundle import NoBundle, verify_bundle
from govdesk.evidence.jsonl import verify_jsonl
from govdesk.evidence.notes import VerifierKey
from govdesk.evidence.report import Report
from govdesk.services.trust import Trust, compact, key_in

Progress = Callable[[int, int], None]
_HEAD: Final = 1024
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_SQLITE: Final = b"SQLite format 3\x00"
SNAPSHOT_SUFFIX: Final = ".govsnap"


class NoEvidence(Problem):
    """The file is of a form that proves nothing by itself: a table, a listing, anything else."""


def _silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


def verify_file(
    path: Path,
    keys: Sequence[VerifierKey] = (),
    passphrase: str | None = None,
    progress: Progress = _silent,
    *,
    manifest: Path | None = None,
) -> Report:
    """Verify a bundle, snapshot, JSONL export or PDF; raises `Problem` for anything else.

    Without a key that signed it, a file that stands under a checkpoint cannot be judged.
    """
    kind = kind_of(path)
    try:
        if kind == "bundle":
            return verify_bundle(path, keys, progress)
        if kind == "jsonl":
            return verify_jsonl(path, manifest, keys=keys)
        if kind == "pdf":
            from govdesk.services.signed_pdf import verify_pdf

            return verify_pdf(path, keys, progress)
        from govdesk.services.snapshots import verify_snapshot

        return verify_snapshot(path, passphrase or "", keys, progress)
    except NoBundle as error:
        raise Problem(str(error), "Ask for the file again.", exit_code=2) from None
    except OSError as error:
        raise _unreadable(path, error) from None


def kind_of(path: Path) -> str:
    """Return ``bundle``, ``pdf``, ``jsonl`` or ``snapshot``.

    Raises `NoEvidence` for another form, and `Problem` for what cannot be read.
    """
    if path.is_dir():
        raise Problem(
            f"{path} is a folder.",
            "Name the .zip, or run python3 -S -I verify.py in an unpacked bundle.",
            exit_code=2,
        )
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD)
    except FileNotFoundError:
        raise Problem(f"{path} does not exist.", exit_code=2) from None
    except OSError as error:
        raise _unreadable(path, error) from None
    if head.startswith(_ZIP):
        return "bundle"
    if b"%PDF-" in head[:_HEAD]:
        return "pdf"
    if path.suffix == ".jsonl":
        return "jsonl"
    if path.suffix == SNAPSHOT_SUFFIX or head.startswith(_SQLITE):
        return "snapshot"
    if path.suffix == ".zip":
        raise Problem(f"{path.name} is no ZIP file.", "Ask for the file again.", exit_code=2)
    raise NoEvidence(
        f"{path.name} cannot be verified: only .zip, .govsnap, .jsonl and .pdf files are evidence;"
        " other forms are derived.",
        exit_code=2,
    )


def _unreadable(path: Path, error: OSError) -> Problem:
    return Problem(f"{path} cannot be read: {error.strerror}.", exit_code=3)


def keys_given(given: Sequence[str], trust: Trust | None = None) -> list[VerifierKey]:
    """Return the keys that were named by text, file or fingerprint; with none, those trusted here.

    Raises `Problem` for one that is none, or a fingerprint of no trusted key.
    """
    trust = trust or Trust()
    if not given:
        return [one.key for one in trust.list()]
    return [key for text in given for key in _keys(text, trust)]


def _keys(text: str, trust: Trust) -> list[VerifierKey]:
    plain = compact(text)
    is_fingerprint = len(plain) >= 8 and all(sign in "0123456789abcdef" for sign in plain)
    if is_fingerprint and not Path(text).exists():
        found = trust.find(text)
        if not found:
            raise Problem(
                "No trusted key has this fingerprint.",
                "Give the key itself, or add it first: govdesk trust add.",
                exit_code=2,
            )
        return [one.key for one in found]
    return [key_in(text)]
