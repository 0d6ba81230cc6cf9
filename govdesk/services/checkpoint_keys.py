"""The key that signs checkpoints: a private file, or a key of AWS KMS; never in the database.

A new key is a new identity, which every console asks about. So one is made only where no log was
signed before; afterwards a file that is missing is said, and waited for. A rotation overlaps: until
a date the key before signs as well, so that whoever trusts it learns the new one.

A key of AWS KMS is named ``awskms://<ARN>``: by the variable, or in the file, which then holds that
line and no private key. What was signed is remembered beside the file, wherever the key is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from govdesk.domain.problem import Problem
from govdesk.evidence.notes import OWN_NAME, BadNote, KeyPair, Signer, VerifierKey
from govdesk.services import checkpoint_key_texts, peppers
from govdesk.services.checkpoint_key_texts import WHAT, Written, missing
from govdesk.vault import key_files
from govdesk.vault.errors import KeyServiceRefused
from govdesk.vault.key_files import KeyFileProblem
from govdesk.vault.kms_signing import SCHEME, TRIAL, KmsSigner, arn_of

__all__ = ["WHAT", "KeyFile", "SigningKeys", "missing"]

VARIABLE: Final = "GOVDESK_CHECKPOINT_KEY"
NONE: Final = "none"
"""What the variable says on a machine whose worker is not to sign."""
FOLDER: Final = "signing"
FILE_NAME: Final = "checkpoint-key"


def path_of(environment: Mapping[str, str]) -> Path | None:
    """Where the key is: as the environment says, else beside the peppers; None: no signing here.

    If it names a key of AWS KMS, what belongs to that key lies there: what was signed with it, and
    the key before. Raises `Problem` (exit code 2) for a key that is neither.
    """
    given = _given(environment)
    if given == NONE:
        return None
    if given and not given.startswith(SCHEME):
        return Path(given)
    return peppers.path_of(environment).parent / FOLDER / FILE_NAME


def reference_of(environment: Mapping[str, str]) -> str:
    """Return ``awskms://<ARN>`` where the variable itself says so, else nothing."""
    given = _given(environment)
    return given if given.startswith(SCHEME) else ""


def file_of(environment: Mapping[str, str]) -> KeyFile | None:
    """Return the key that the environment names; None: no signing here. Raises `Problem`."""
    path = path_of(environment)
    return None if path is None else KeyFile(path, reference_of(environment))


def _given(environment: Mapping[str, str]) -> str:
    given = environment.get(VARIABLE, "").strip()
    if given.startswith(SCHEME):
        return SCHEME + arn_of(given)
    if "://" in given:
        raise Problem(
            f"{VARIABLE} names a file, or a key of AWS KMS as {SCHEME}ARN.",
            "Checkpoints are Ed25519 signatures over a note (C2SP signed-note).",
            exit_code=2,
        )
    return given


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """The key that signs, and the one before it with the end of its time (UTC)."""

    current: Signer
    previous: Signer | None = None
    until: datetime | None = None

    def signing(self, now: datetime) -> tuple[Signer, ...]:
        """Return the keys that sign now, the current one first."""
        if self.previous is None or self.has_begun or self.is_over(now):
            return (self.current,)
        return self.current, self.previous

    def is_over(self, now: datetime) -> bool:
        """Whether the overlap of the last rotation has ended."""
        return self.until is not None and now >= self.until

    @property
    def has_begun(self) -> bool:
        """Whether a rotation stands at its first step: the key before is the one that signs."""
        return self.previous is not None and self.previous.public == self.current.public

    @property
    def publics(self) -> tuple[bytes, ...]:
        """The public halves, the current one first."""
        pairs = (self.current,) if self.previous is None else (self.current, self.previous)
        return tuple(pair.public for pair in pairs)


class KeyFile:
    """The file of the key, read again when it or the one beside it changes.

    With a `reference` the key is that one of AWS KMS, whatever the file holds.
    """

    def __init__(self, path: Path, reference: str = ""):
        self.path, self.previous_path = path, path.with_name(f"{path.name}.previous")
        self.reference = reference
        self._read: tuple[tuple[object, ...], SigningKeys] | None = None
        self._remote: list[KmsSigner] = []

    @property
    def memory(self) -> Path:
        """The folder in which the signer remembers what it has signed."""
        return self.path.with_name(f"{self.path.name}.signed")

    @property
    def names_kms(self) -> bool:
        """Whether a key of AWS KMS signs, alone or beside another."""
        texts = (self.path, self.previous_path)
        return bool(self.reference) or any(map(checkpoint_key_texts.names_kms, texts))

    def __str__(self) -> str:
        return self.reference or str(self.path)

    def exists(self) -> bool:
        """Whether there is a key."""
        return bool(self.reference) or self.path.exists()

    def create(self) -> Signer:
        """Make the key, mode 0600; of workers that start together, all get the same one."""
        key_files.create(self.path, KeyPair.generate().text + "\n", WHAT)
        return self.keys().current

    def keys(self) -> SigningKeys:
        """Return what the files hold now; raises `KeyFileProblem`. Warns of open files.

        A key of AWS KMS is asked for when it is read; raises `KeyServiceRefused`.
        """
        stamp = (_stamp(self.path), _stamp(self.previous_path))
        if self._read is None or self._read[0] != stamp:
            self.forget()
            self._read = (stamp, self._keys())
        return self._read[1]

    def forget(self) -> None:
        """Read again the next time, and ask AWS KMS with the credentials of then."""
        self._read = None
        while self._remote:
            self._remote.pop().close()

    def close(self) -> None:
        """Close the connections to AWS KMS."""
        self.forget()

    def tried(self) -> SigningKeys:
        """Return the keys once those of AWS KMS have signed something; raises as `keys`."""
        keys = self.keys()
        for one in keys.signing(datetime.now(UTC)):
            if isinstance(one, KmsSigner):
                one.sign(TRIAL)
        return keys

    def _keys(self) -> SigningKeys:
        written = Written(arn_of(self.reference)) if self.reference else None
        current = self._checked(written or checkpoint_key_texts.read(self.path))
        if not self.previous_path.exists():
            return SigningKeys(current)
        before, until = checkpoint_key_texts.read_previous(self.previous_path)
        if datetime.now(UTC) >= until:
            # A key of AWS KMS may be gone by now; its public half is in the file.
            return SigningKeys(current, self._signer(before), until)
        try:
            return SigningKeys(current, self._checked(before), until)
        except KeyServiceRefused as problem:
            raise KeyServiceRefused(
                f"{problem.sentence} It is the key before, and signs until"
                f" {checkpoint_key_texts.moment(until)}.",
                f"{problem.remedy} Take {self.previous_path} away to sign without it.",
            ) from None

    def _checked(self, written: Written) -> Signer:
        signer = self._signer(written)
        if isinstance(signer, KmsSigner):
            signer.check()
            _judge(signer)
        return signer

    def _signer(self, written: Written) -> Signer:
        if isinstance(written.key, KeyPair):
            return written.key
        signer = KmsSigner(written.key, written.public)
        self._remote.append(signer)
        return signer


def fingerprint(public: bytes) -> str:
    """Return the fingerprint of a public key, in hex, the same for every log that it signs."""
    return VerifierKey(OWN_NAME, public).fingerprint


def other(file: KeyFile, known: bytes) -> KeyFileProblem:
    """Return the problem of a key that never signed this installation's logs."""
    copy = "Copy the file from another worker's machine"
    if file.reference:
        copy = f"Set {VARIABLE} to what it was and use govdesk checkpoints rotate-key"
    return KeyFileProblem(
        f"{WHAT} is not the one that signs this installation's logs ({fingerprint(known)[:16]}…):"
        f" {file}",
        f"{copy}; or set {VARIABLE}={NONE}, and others sign; or govdesk checkpoints replace-key.",
    )


def _judge(signer: KmsSigner) -> None:
    try:
        VerifierKey(OWN_NAME, signer.public)
    except BadNote as error:
        raise KeyServiceRefused(
            f"The AWS KMS key {signer.arn} cannot be used: {error}.",
            "Somebody else may be answering for KMS here.",
        ) from None


def _stamp(path: Path) -> tuple[int, int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size, found.st_mode
