"""Key pairs of people and of the worker, and copies of a tenant key sealed to them.

A person's X25519 (RFC 7748) private key is kept wrapped under their password; a copy of a tenant
key is sealed by HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
Base mode proves nothing about the sender: compare a key with the commitment of its version
(`TenantKey.checked`).
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from govdesk.vault.context import CopyContext, join
from govdesk.vault.errors import CopyDoesNotOpen, PasswordDoesNotOpen
from govdesk.vault.hidden import Hidden
from govdesk.vault.primitives import (
    KEY_BYTES,
    NONCE_BYTES,
    TAG_BYTES,
    NotAuthentic,
    decrypt,
    derive,
    encrypt,
)
from govdesk.vault.providers import TenantKey

MAGIC: Final = b"GDI1"
SALTED_BYTES: Final = 32
SEALED_BYTES: Final = KEY_BYTES + KEY_BYTES + TAG_BYTES
_WRAPPING: Final = b"govdesk vault identity v1"
_WRAPPED_BYTES: Final = len(MAGIC) + KEY_BYTES + NONCE_BYTES + KEY_BYTES + TAG_BYTES
_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class PrivateKey(Hidden):
    """An X25519 private key; `public` are the 32 bytes that others seal to."""

    __slots__ = ("_key", "public")

    def __init__(self, raw: bytes):
        self._key = X25519PrivateKey.from_private_bytes(raw)
        self.public = self._key.public_key().public_bytes_raw()

    @classmethod
    def generate(cls) -> PrivateKey:
        """Make a key pair from the operating system's randomness."""
        return cls(secrets.token_bytes(KEY_BYTES))

    def __repr__(self) -> str:
        return f"PrivateKey(of {fingerprint(self.public)})"

    def reveal(self) -> bytes:
        """Return the 32 bytes, to be wrapped or kept in a private file and nothing else."""
        return self._key.private_bytes_raw()

    def unseal(self, sealed: bytes, info: bytes) -> bytes:
        """Return what was sealed to this key by HPKE; raises InvalidTag or ValueError."""
        return _SUITE.decrypt(sealed, self._key, info)


def fingerprint(public_key: bytes) -> str:
    """Return 16 hex digits of SHA-256, for people to compare."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def wrap_private_key(private_key: PrivateKey, salted: bytes) -> bytes:
    """Encrypt a private key under the Argon2id output of its owner's password, 32 bytes.

    `salted` must never leave the client: not the client key of the sign-in, which the database
    can learn. The form is ``GDI1`` ‖ public key ‖ nonce ‖ ciphertext ‖ tag.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    head = MAGIC + private_key.public
    return head + nonce + encrypt(_password_key(salted), nonce, private_key.reveal(), _bound(head))


def unwrap_private_key(wrapped: bytes, salted: bytes) -> PrivateKey:
    """Return the private key; raises `PasswordDoesNotOpen` for another password or any damage."""
    head, rest = wrapped[: len(MAGIC) + KEY_BYTES], wrapped[len(MAGIC) + KEY_BYTES :]
    if len(wrapped) != _WRAPPED_BYTES:
        raise PasswordDoesNotOpen
    nonce, ciphertext = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
    try:
        raw = decrypt(_password_key(salted), nonce, ciphertext, _bound(head))
    except NotAuthentic:
        raise PasswordDoesNotOpen from None
    return PrivateKey(raw)


def seal_to(public_key: bytes, tenant_key: TenantKey, context: CopyContext) -> bytes:
    """Return a copy of the tenant key that only the owner of `public_key` can open, 80 bytes.

    Raises ValueError if the context names another key or version, or the public key is none.
    """
    if (context.recipient, context.version) != (public_key, tenant_key.version):
        raise ValueError("the context of a copy names its recipient and its version")
    recipient = X25519PublicKey.from_public_bytes(public_key)
    return _SUITE.encrypt(tenant_key.reveal(), recipient, context.encode())


def open_sealed(private_key: PrivateKey, sealed: bytes, context: CopyContext) -> TenantKey:
    """Return the tenant key of a copy; raises `CopyDoesNotOpen`.

    Compare it with the commitment of its version before you use it.
    """
    try:
        if context.recipient != private_key.public or len(sealed) != SEALED_BYTES:
            raise ValueError
        return TenantKey(context.version, private_key.unseal(sealed, context.encode()))
    except (InvalidTag, ValueError):
        raise CopyDoesNotOpen(context.version) from None


def seal_text_to(public_key: bytes, data: bytes, info: bytes) -> bytes:
    """Seal bytes to the owner of a public key by HPKE; `PrivateKey.unseal` with `info` opens them.

    Adds 48 bytes. Raises ValueError for a public key that is none.
    """
    return _SUITE.encrypt(data, X25519PublicKey.from_public_bytes(public_key), info)


def _password_key(salted: bytes) -> bytes:
    if len(salted) != SALTED_BYTES:
        raise ValueError(f"the salted password has {SALTED_BYTES} bytes")
    return derive(salted, _WRAPPING)


def _bound(head: bytes) -> bytes:
    return join(_WRAPPING, head)
