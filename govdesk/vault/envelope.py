"""Envelopes, version 1: one value sealed for one place. Specification: docs/spec/envelope-v1.md.

A fresh data key for each value is wrapped by the tenant's key (`KeyEncrypter`). From it HKDF makes
the key that encrypts and a commitment to it, both bound to the place; the whole header and the
place are authenticated again with the body. Envelopes of any release open with every later one.
"""

from __future__ import annotations

import hmac
import re
import secrets
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from govdesk.domain.problem import Problem
from govdesk.vault.context import Context, join
from govdesk.vault.errors import DamagedEnvelope, UnknownSuite, WrongProvider
from govdesk.vault.primitives import (
    KEY_BYTES,
    NONCE_BYTES,
    TAG_BYTES,
    NotAuthentic,
    decrypt,
    derive,
    encrypt,
)
from govdesk.vault.providers import KeyEncrypter

MAGIC: Final = b"GDE1"
SUITE: Final = 1
"""AES-256-GCM, and HKDF-SHA-256 for the content key and the commitment."""
MAX_PLAINTEXT: Final = 1 << 20
COMMITMENT_BYTES: Final = 32

KeyFinder = Callable[[int], KeyEncrypter]
"""Gives the key of a version, such as `KeyRing`; raises `MissingKey` or `RetiredKey`."""

_CONTENT: Final = b"govdesk envelope content key v1"
_COMMITMENT: Final = b"govdesk envelope commitment v1"
_PROVIDER: Final = re.compile(rb"[a-z0-9-]{1,32}")


@dataclass(frozen=True, slots=True)
class Parts:
    """An envelope cut along its fields; nothing in it is secret, nothing in it is proved yet."""

    version: int
    provider: str
    wrapped: bytes
    commitment: bytes
    nonce: bytes
    ciphertext: bytes

    @property
    def header(self) -> bytes:
        """Everything before the ciphertext, the only way it can be written."""
        name = self.provider.encode()
        return (
            MAGIC
            + struct.pack(">BIB", SUITE, self.version, len(name))
            + name
            + struct.pack(">H", len(self.wrapped))
            + self.wrapped
            + self.commitment
            + self.nonce
        )

    def join(self) -> bytes:
        """Return the envelope."""
        return self.header + self.ciphertext


def seal(kek: KeyEncrypter, context: Context, plaintext: bytes) -> bytes:
    """Encrypt up to 1 MiB under a fresh data key; opens only with `context`, to the last part.

    The length of the plaintext shows. Raises what the key provider raises, and Problem if it is
    too long.
    """
    if len(plaintext) > MAX_PLAINTEXT:
        raise Problem("This value is too long to be sealed.", "Keep it below 1 MiB.", exit_code=2)
    data_key = secrets.token_bytes(KEY_BYTES)
    place = context.encode()
    nonce = secrets.token_bytes(NONCE_BYTES)
    wrapped = kek.wrap(data_key, place)
    parts = Parts(kek.version, kek.provider, wrapped, _commitment(data_key, place), nonce, b"")
    body = encrypt(_content_key(data_key, place), nonce, plaintext, join(parts.header, place))
    return parts.header + body


def open_(kek_of: KeyFinder, context: Context, envelope: bytes) -> bytes:
    """Return the plaintext.

    Raises `DamagedEnvelope` for any altered bit and any other place, `UnknownSuite`,
    `WrongProvider`, and what `kek_of` and the key provider raise (`MissingKey`, `RetiredKey`, …).
    """
    parts = cut(envelope)
    kek = kek_of(parts.version)
    if kek.provider != parts.provider:
        raise WrongProvider(parts.version, parts.provider, kek.provider)
    place = context.encode()
    data_key = kek.unwrap(parts.wrapped, place)
    if not hmac.compare_digest(_commitment(data_key, place), parts.commitment):
        raise DamagedEnvelope
    key = _content_key(data_key, place)
    try:
        return decrypt(key, parts.nonce, parts.ciphertext, join(parts.header, place))
    except NotAuthentic:
        raise DamagedEnvelope from None


def rewrap(kek_of: KeyFinder, new: KeyEncrypter, context: Context, envelope: bytes) -> bytes:
    """Return the same value under `new`, with a fresh data key; raises what `open_` raises.

    The body is encrypted again, because the header, which names the key, is authenticated with it,
    and because whoever kept an old tenant key may have kept the data key it opens.
    """
    return seal(new, context, open_(kek_of, context, envelope))


def version_of(envelope: bytes) -> int:
    """Return the key version that an envelope names, not proved; raises as `cut`."""
    return cut(envelope).version


def cut(envelope: bytes) -> Parts:
    """Cut an envelope along its fields; raises `DamagedEnvelope` or `UnknownSuite`."""
    try:
        magic, suite, version, named = struct.unpack_from(">4sBIB", envelope)
        at = struct.calcsize(">4sBIB")
        provider = _take(envelope, at, named)
        (wrapping,) = struct.unpack_from(">H", envelope, at + named)
    except struct.error:
        raise DamagedEnvelope from None
    if magic != MAGIC:
        raise DamagedEnvelope
    if suite != SUITE:
        raise UnknownSuite(suite)
    if version < 1 or wrapping < 1 or not _PROVIDER.fullmatch(provider):
        raise DamagedEnvelope
    at += named + 2
    wrapped = _take(envelope, at, wrapping)
    commitment = _take(envelope, at + wrapping, COMMITMENT_BYTES)
    nonce = _take(envelope, at + wrapping + COMMITMENT_BYTES, NONCE_BYTES)
    ciphertext = envelope[at + wrapping + COMMITMENT_BYTES + NONCE_BYTES :]
    if len(ciphertext) < TAG_BYTES:
        raise DamagedEnvelope
    return Parts(version, provider.decode(), wrapped, commitment, nonce, ciphertext)


def _take(envelope: bytes, at: int, length: int) -> bytes:
    part = envelope[at : at + length]
    if len(part) != length:
        raise DamagedEnvelope
    return part


def _content_key(data_key: bytes, place: bytes) -> bytes:
    return derive(data_key, join(_CONTENT, place))


def _commitment(data_key: bytes, place: bytes) -> bytes:
    return derive(data_key, join(_COMMITMENT, place))
