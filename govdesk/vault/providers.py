"""Key providers: whoever holds the key that wraps data keys. One port, two of them.

*members*: the tenant's own key, of which each admin and the worker hold a sealed copy.
*aws-kms*: a key that never leaves AWS KMS (`govdesk.vault.kms`).
"""

from __future__ import annotations

import hmac
import secrets
import struct
from collections.abc import Collection, Iterable
from typing import Final, Protocol

from govdesk.vault.context import join
from govdesk.vault.errors import DamagedEnvelope, MissingKey, OtherKey, RetiredKey
from govdesk.vault.hidden import Hidden
from govdesk.vault.kms import KmsKey
from govdesk.vault.primitives import KEY_BYTES, NONCE_BYTES, NotAuthentic, decrypt, derive, encrypt

__all__ = ["MEMBERS", "KeyEncrypter", "KeyRing", "KmsKey", "TenantKey"]

MEMBERS: Final = "members"
_COMMITMENT: Final = b"govdesk tenant key commitment v1"
_WRAPPING: Final = b"govdesk tenant key wrapping v1"


class KeyEncrypter(Protocol):
    """One version of a key that encrypts data keys of 32 bytes."""

    @property
    def provider(self) -> str:
        """1 to 32 characters of a-z, 0-9 and hyphen."""

    @property
    def version(self) -> int:
        """1 or more; the envelope and the row's `key_version` carry it."""

    def wrap(self, data_key: bytes, context: bytes) -> bytes:
        """Encrypt a data key for the place that `context` (`Context.encode`) names."""

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return the data key; raises `DamagedEnvelope` unless key, bytes and place are right."""


class TenantKey(Hidden):
    """A tenant's own 32-byte key, provider ``members``; data keys are wrapped by AES-256-GCM."""

    __slots__ = ("_key", "_wrapping", "commitment", "version")

    provider = MEMBERS

    def __init__(self, version: int, key: bytes):
        if version < 1 or len(key) != KEY_BYTES:
            raise ValueError("a tenant key has 32 bytes and a version of 1 or more")
        self.version = version
        self.commitment = derive(key, _COMMITMENT)
        """32 bytes that only this key gives and that tell nothing about it."""
        self._key = key
        self._wrapping = derive(key, _WRAPPING)

    @classmethod
    def generate(cls, version: int) -> TenantKey:
        """Make a key from the operating system's randomness."""
        return cls(version, secrets.token_bytes(KEY_BYTES))

    def __repr__(self) -> str:
        return f"TenantKey(version={self.version})"

    def reveal(self) -> bytes:
        """Return the 32 bytes, to be sealed to a recipient and nothing else."""
        return self._key

    def checked(self, commitment: bytes) -> TenantKey:
        """Return this key; raises `OtherKey` unless `commitment` is its own."""
        if not hmac.compare_digest(self.commitment, commitment):
            raise OtherKey(self.version)
        return self

    def wrap(self, data_key: bytes, context: bytes) -> bytes:
        """Return nonce ‖ ciphertext ‖ tag, 60 bytes, bound to this version and the context."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + encrypt(self._wrapping, nonce, data_key, self._bound(context))

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return the data key; raises `DamagedEnvelope`."""
        nonce, ciphertext = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        if len(nonce) < NONCE_BYTES:
            raise DamagedEnvelope
        try:
            return decrypt(self._wrapping, nonce, ciphertext, self._bound(context))
        except NotAuthentic:
            raise DamagedEnvelope from None

    def _bound(self, context: bytes) -> bytes:
        return join(_WRAPPING, struct.pack(">I", self.version), context)


class KeyRing:
    """The key versions at hand; call it with a version to get the key (`KeyFinder`).

    A version that is not at hand raises `RetiredKey` if it is among `retired`, else `MissingKey`.
    """

    def __init__(
        self, keys: Iterable[KeyEncrypter], *, current: int, retired: Collection[int] = ()
    ):
        self._keys = {key.version: key for key in keys}
        self._current = current
        self._retired = frozenset(retired)

    def __call__(self, version: int) -> KeyEncrypter:
        if version in self._retired:
            raise RetiredKey(version)
        try:
            return self._keys[version]
        except KeyError:
            raise MissingKey(version) from None

    @property
    def current(self) -> KeyEncrypter:
        """The key that seals new values; raises `MissingKey` without a copy of it."""
        return self(self._current)

    @property
    def versions(self) -> list[int]:
        """Versions that open, in ascending order."""
        return sorted(self._keys.keys() - self._retired)
