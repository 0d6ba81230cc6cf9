"""Another key signs checkpoints from now on: with an overlap, or at once for one that was lost."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

from govdesk.domain.problem import Problem
from govdesk.evidence.notes import KeyPair
from govdesk.services import checkpoint_key_texts
from govdesk.services.checkpoint_keys import VARIABLE, WHAT, KeyFile, SigningKeys
from govdesk.vault import key_files
from govdesk.vault.key_files import KeyFileProblem
from govdesk.vault.kms_signing import SCHEME, KmsSigner, arn_of


def rotate(file: KeyFile, until: datetime, to: str = "", now: datetime | None = None) -> KeyFile:
    """Have another key sign; the one before goes on signing beside it `until` then (UTC).

    The new one is the key of AWS KMS that `to` names, else a private key that is made in the file.
    Returns where it is. Workers notice by themselves; where the variable names a key of AWS KMS,
    they sign with the one before until it is set anew. Raises `KeyFileProblem`, also while another
    rotation overlaps, and `KeyServiceRefused` before anything is written.
    """
    now, public = now or datetime.now(UTC), _tried(to) if to else None
    file.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with key_files.alone(file.path, WHAT):
        with closing(file):
            keys = file.keys()
        _refuse_second(file, keys, now)
        if public == keys.current.public:
            raise KeyFileProblem(f"{to} is the key that signs already.", "Name another one.")
        if file.reference and not to and file.path.exists():
            raise KeyFileProblem(
                f"There is a key in {file.path} already.",
                "Move it away, or name the next one with --to awskms://ARN.",
            )
        held = checkpoint_key_texts.ending(keys.current, until)
        key_files.replace(file.previous_path, held, WHAT)
        if not (file.reference and to):
            key_files.replace(file.path, (to or KeyPair.generate().text) + "\n", WHAT)
    return KeyFile(file.path, to if file.reference else "")


def point(file: KeyFile, to: str) -> None:
    """Have the file name the key of AWS KMS that signs from now on, without an overlap.

    Raises `KeyServiceRefused` before anything is written, and `Problem` (exit code 2) where the
    variable names another one.
    """
    if file.reference and file.reference != to:
        raise Problem(
            f"{VARIABLE} names {file.reference}.", f"Set it to {to} for every worker.", exit_code=2
        )
    _tried(to)
    if not file.reference:
        key_files.replace(file.path, to + "\n", WHAT)


def reference(text: str) -> str:
    """Return ``awskms://<ARN>`` without white space; raises `Problem` (exit code 2)."""
    return SCHEME + arn_of(text)


def _tried(to: str) -> bytes:
    signer = KmsSigner(arn_of(to))
    try:
        return signer.tried()
    finally:
        signer.close()


def _refuse_second(file: KeyFile, keys: SigningKeys, now: datetime) -> None:
    if keys.previous is None or keys.until is None or keys.has_begun or keys.is_over(now):
        return
    raise KeyFileProblem(
        f"The key before signs until {checkpoint_key_texts.moment(keys.until)}; one overlap at a"
        " time.",
        f"Wait for that, or take {file.previous_path} away if it may be in other hands.",
    )
