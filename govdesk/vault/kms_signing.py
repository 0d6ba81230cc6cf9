"""A key that never leaves AWS KMS and signs there with Ed25519: what may sign checkpoints.

Key spec ECC_NIST_EDWARDS25519, usage SIGN_VERIFY, algorithm ED25519_SHA_512 with MessageType RAW:
the signature of RFC 8032 over the message itself (AWS KMS API Reference: Sign, GetPublicKey,
DescribeKey). Client, credentials, region and endpoint are those of `govdesk.vault.kms`.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from govdesk.vault.aws import Place, told
from govdesk.vault.errors import KeyServiceRefused, VaultProblem
from govdesk.vault.kms import region_of, unusable

SCHEME: Final = "awskms://"
KEY_SPEC: Final = "ECC_NIST_EDWARDS25519"
USAGE: Final = "SIGN_VERIFY"
ALGORITHM: Final = "ED25519_SHA_512"
LONGEST: Final = 4096
"""Bytes that KMS signs as they are."""
TRIAL: Final = b"govdesk: may this key sign?\n"
"""What is signed to see whether it can be: no checkpoint, for that has a log's name and a size."""

_ARN: Final = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]{1,64}")
_SPKI: Final = bytes.fromhex("302a300506032b6570032100")
"""SubjectPublicKeyInfo of Ed25519 (OID 1.3.101.112) up to the 32 bytes of the key: RFC 8410 §4."""
_ASK: Final = "Ask whoever runs your AWS account."
_HOW: Final = {
    "NotFoundException": "does not exist",
    "DisabledException": "is disabled",
    "KMSInvalidStateException": "is not in a usable state",
    "KeyUnavailableException": "is not available just now",
    "InvalidKeyUsageException": "is not for signing with Ed25519",
    "UnsupportedOperationException": "is not for signing with Ed25519",
}
_BUSY: Final = ("ThrottlingException", "Throttling", "RequestLimitExceeded", "TooManyRequests")


def arn_of(reference: str) -> str:
    """Return the key's ARN of ``awskms://<ARN>``; raises `VaultProblem` (exit code 2).

    An alias is none: it may be made to mean another key, and a checkpoint's key is an identity.
    """
    arn = reference.strip().removeprefix(SCHEME)
    if not reference.strip().startswith(SCHEME) or not _ARN.fullmatch(arn):
        raise VaultProblem(
            f"{reference} names no key of AWS KMS.",
            "Write the whole ARN of the key, not an alias:"
            f" {SCHEME}arn:aws:kms:REGION:ACCOUNT:key/ID",
            exit_code=2,
        )
    return arn


class KmsSigner:
    """One key of AWS KMS; each signature is one request, and is verified here before it is given.

    `known` is the public key it must have, where that was noted before. Raises `KeyServiceRefused`
    for everything that may be mended outside, and is to be tried again.
    """

    def __init__(self, arn: str, known: bytes | None = None, endpoint: str | None = None):
        self.arn = arn
        self._place = Place(region_of(arn), endpoint)
        self._public = known

    def __repr__(self) -> str:
        return f"KmsSigner({self.arn!r})"

    @property
    def reference(self) -> str:
        """The key as a setting names it."""
        return SCHEME + self.arn

    @property
    def public(self) -> bytes:
        """The Ed25519 public key, 32 bytes; asked of KMS unless it is known."""
        if self._public is None:
            self.check()
        assert self._public is not None
        return self._public

    def check(self) -> None:
        """Ask KMS whether this is an enabled key for Ed25519 signatures, and the one it was."""
        self._judge(self._asked("describe_key").get("KeyMetadata") or {})
        public = self._raw(self._asked("get_public_key"))
        if self._public not in (None, public):
            raise self._refused(
                "has another public key than it had.",
                f"{_ASK} Somebody else may be answering for KMS here.",
            )
        self._public = public

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature, 64 bytes; a message too long raises `VaultProblem`."""
        if len(message) > LONGEST:
            raise VaultProblem(
                f"AWS KMS signs at most {LONGEST:,} bytes, and this has {len(message):,}.",
                "Sign with a key in a file.",
            )
        public = Ed25519PublicKey.from_public_bytes(self.public)
        answer = self._asked("sign", Message=message, MessageType="RAW", SigningAlgorithm=ALGORITHM)
        signature = answer.get("Signature") or b""
        try:
            public.verify(signature, message)
        except InvalidSignature:
            raise self._refused(
                "gave a signature that is not its own; it is thrown away.",
                f"{_ASK} Somebody else may be answering for KMS here.",
            ) from None
        return bytes(signature)

    def tried(self) -> bytes:
        """Check the key and have it sign something that means nothing; return its public key."""
        self.check()
        self.sign(TRIAL)
        return self.public

    def close(self) -> None:
        """Close the connections to KMS."""
        if "_client" in self.__dict__:
            self._client.close()

    @cached_property
    def _client(self) -> Any:
        return self._place.client("kms")

    def _asked(self, operation: str, **arguments: object) -> dict[str, Any]:
        try:
            with told("KMS", self._known_errors()):
                answer = getattr(self._client, operation)(KeyId=self.arn, **arguments)
        except ValueError as error:
            # An endpoint that is no address, or an answer that is none: boto3 lets those through.
            raise KeyServiceRefused(
                f"AWS KMS cannot be asked: {error}",
                "Check AWS_ENDPOINT_URL_KMS and what answers there.",
            ) from None
        return dict(answer)

    def _known_errors(self) -> dict[str, Exception]:
        busy = KeyServiceRefused(
            "AWS KMS has too many requests of this account just now (throttled).",
            "It is asked again later; if it stays, raise the account's quota of requests.",
        )
        return {**unusable(self.arn, _HOW), **dict.fromkeys(_BUSY, busy)}

    def _judge(self, key: dict[str, Any]) -> None:
        """What DescribeKey says of a key in any state; the same order as what to mend first."""
        if key.get("Arn") != self.arn:
            raise self._refused(f"was asked for, and KMS spoke of {key.get('Arn')}.", _ASK)
        state, spec, usage = (key.get(name) for name in ("KeyState", "KeySpec", "KeyUsage"))
        if state == "PendingDeletion":
            raise self._refused(
                f"is to be deleted{_on(key.get('DeletionDate'))}, and signs no more.",
                f"{_ASK} Until then the deletion can be cancelled, and the key enabled again.",
            )
        if spec != KEY_SPEC or usage != USAGE:
            raise self._refused(
                f"is of the kind {spec} for {usage}, which cannot sign checkpoints.",
                f"Make a key with the spec {KEY_SPEC} and the usage {USAGE}.",
            )
        if state != "Enabled":
            how = "is disabled" if state == "Disabled" else f"is not in a usable state ({state})"
            raise self._refused(f"{how}.", f"{_ASK} It can be enabled again.")

    def _raw(self, answer: dict[str, Any]) -> bytes:
        der = bytes(answer.get("PublicKey") or b"")
        fits = answer.get("KeyId") == self.arn and ALGORITHM in answer.get("SigningAlgorithms", ())
        if not (fits and len(der) == len(_SPKI) + 32 and der.startswith(_SPKI)):
            raise self._refused(
                f"has no public key for {ALGORITHM}.",
                f"Make a key with the spec {KEY_SPEC} and the usage {USAGE}.",
            )
        return der[len(_SPKI) :]

    def _refused(self, what: str, remedy: str) -> KeyServiceRefused:
        return KeyServiceRefused(f"The AWS KMS key {self.arn} {what}", remedy)


def _on(moment: object) -> str:
    return f" on {moment:%Y-%m-%d}" if isinstance(moment, datetime) else ""
