"""Key provider *aws-kms*: data keys are wrapped by a key that never leaves AWS KMS."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from govdesk.vault.aws import Place, told
from govdesk.vault.context import pairs_of
from govdesk.vault.errors import DamagedEnvelope, KeyServiceRefused, OtherKey

AWS_KMS: Final = "aws-kms"
_LABEL: Final = b"govdesk kms key reference v1"
_UNUSABLE: Final = {
    "NotFoundException": "does not exist",
    "DisabledException": "is disabled",
    "KMSInvalidStateException": "is not in a usable state",
    "InvalidKeyUsageException": "is not for encrypting",
}


class KmsKey:
    """One version of the vault's key, kept by AWS KMS; `key_ref` is best the key's whole ARN.

    Each call is one request to KMS. The place of the value travels as EncryptionContext: it is
    bound by KMS itself, can be asked for in a key policy, and stands readable in CloudTrail.
    """

    provider = AWS_KMS

    def __init__(
        self, version: int, key_ref: str, region: str | None = None, endpoint: str | None = None
    ):
        self.version = version
        self.key_ref = key_ref
        self._place = Place(region or region_of(key_ref), endpoint)

    def __repr__(self) -> str:
        return f"KmsKey(version={self.version}, key_ref={self.key_ref!r})"

    @property
    def commitment(self) -> bytes:
        """SHA-256 of the reference: KMS shows no key, so the name is what is committed to."""
        return hashlib.sha256(_LABEL + self.key_ref.encode()).digest()

    def checked(self, commitment: bytes) -> KmsKey:
        """Return this key; raises `OtherKey` unless `commitment` is its own."""
        if self.commitment != commitment:
            raise OtherKey(self.version)
        return self

    def wrap(self, data_key: bytes, context: bytes) -> bytes:
        """Return KMS's ciphertext; raises `KeyServiceRefused`."""
        with told("KMS", unusable(self.key_ref, _UNUSABLE)):
            answer = self._client.encrypt(
                KeyId=self.key_ref, Plaintext=data_key, EncryptionContext=self._bound(context)
            )
        return bytes(answer["CiphertextBlob"])

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return the data key; raises `DamagedEnvelope`, `OtherKey`, `KeyServiceRefused`."""
        known: dict[str, Exception] = {
            **unusable(self.key_ref, _UNUSABLE),
            "InvalidCiphertextException": DamagedEnvelope(),
            "IncorrectKeyException": OtherKey(self.version),
        }
        with told("KMS", known):
            answer = self._client.decrypt(
                KeyId=self.key_ref, CiphertextBlob=wrapped, EncryptionContext=self._bound(context)
            )
        return bytes(answer["Plaintext"])

    def close(self) -> None:
        """Close the connections to KMS."""
        if "_client" in self.__dict__:
            self._client.close()

    @cached_property
    def _client(self) -> Any:
        return self._place.client("kms")

    def _bound(self, context: bytes) -> dict[str, str]:
        return {**pairs_of(context), "key_version": str(self.version)}


def unusable(key_ref: str, how: Mapping[str, str]) -> dict[str, Exception]:
    """Return the problem for each AWS error code of a key; `how` says what is with the key."""
    return {
        code: KeyServiceRefused(
            f"The AWS KMS key {key_ref} {words}.",
            "Ask whoever runs your AWS account to make it usable again.",
        )
        for code, words in how.items()
    }


def region_of(key_ref: str) -> str | None:
    """Return the region in an ARN; None leaves the choice to boto3."""
    parts = key_ref.split(":")
    return parts[3] if len(parts) > 5 and parts[0] == "arn" else None
