"""Envelopes written a second time from ``docs/spec/envelope-v1.md``: hashlib, hmac and a block
cipher; and HPKE, base mode, from RFC 9180.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def lp(*parts: bytes) -> bytes:
    """Return each part after its length, four bytes, most significant first."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def extract(salt: bytes, ikm: bytes) -> bytes:
    """HKDF-Extract, RFC 5869 §2.2."""
    return hmac.new(salt or bytes(32), ikm, hashlib.sha256).digest()


def expand(prk: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand, RFC 5869 §2.3."""
    found, block, number = b"", b"", 1
    while len(found) < length:
        block = hmac.new(prk, block + info + bytes([number]), hashlib.sha256).digest()
        found, number = found + block, number + 1
    return found[:length]


def hkdf(ikm: bytes, info: bytes) -> bytes:
    """Extract without a salt, expand to 32 bytes."""
    return expand(extract(b"", ikm), info, 32)


def place(tenant: str, table: str, row: str, column: str, schema_version: str) -> bytes:
    """The context of an envelope, §3."""
    texts = (str(UUID(tenant)), table, str(UUID(row)), column, schema_version)
    return lp(b"govdesk envelope context v1", *(text.encode() for text in texts))


def wrapped(
    tenant_key: bytes, version: int, nonce: bytes, data_key: bytes, context: bytes
) -> bytes:
    """Provider members, §5."""
    label = b"govdesk tenant key wrapping v1"
    bound = lp(label, version.to_bytes(4, "big"), context)
    return nonce + AESGCM(hkdf(tenant_key, label)).encrypt(nonce, data_key, bound)


def envelope(
    version: int,
    provider: bytes,
    wrapped_key: bytes,
    data_key: bytes,
    nonce: bytes,
    context: bytes,
    plaintext: bytes,
) -> bytes:
    """The envelope, §2 and §4."""
    commitment = hkdf(data_key, lp(b"govdesk envelope commitment v1", context))
    content_key = hkdf(data_key, lp(b"govdesk envelope content key v1", context))
    header = b"GDE1" + b"\x01" + struct.pack(">I", version)
    header += bytes([len(provider)]) + provider
    header += struct.pack(">H", len(wrapped_key)) + wrapped_key + commitment + nonce
    return header + AESGCM(content_key).encrypt(nonce, plaintext, lp(header, context))


def private_key(salted: bytes, private: bytes, nonce: bytes) -> bytes:
    """A person's wrapped private key, §7."""
    label = b"govdesk vault identity v1"
    public = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    head = b"GDI1" + public
    return head + nonce + AESGCM(hkdf(salted, label)).encrypt(nonce, private, lp(label, head))


def copy_context(tenant: str, version: int, recipient: bytes) -> bytes:
    """What a copy of a tenant key is for, §6."""
    number = version.to_bytes(4, "big")
    return lp(b"govdesk tenant key copy v1", str(UUID(tenant)).encode(), number, recipient)


def hpke_key_and_nonce(shared: bytes, enc: bytes, recipient: bytes, info: bytes) -> bytes:
    """Key ‖ base nonce of HPKE 0x0020, 0x0001, 0x0002 in base mode; RFC 9180 §4.1 and §5.1."""
    kem, hpke = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x02"
    secret = _labeled_expand(
        kem,
        _labeled_extract(kem, b"", b"eae_prk", shared),
        b"shared_secret",
        enc + recipient,
        32,
    )
    hashes = [_labeled_extract(hpke, b"", b"psk_id_hash", b"")]
    hashes.append(_labeled_extract(hpke, b"", b"info_hash", info))
    schedule = b"\x00" + b"".join(hashes)
    prk = _labeled_extract(hpke, secret, b"secret", b"")
    key = _labeled_expand(hpke, prk, b"key", schedule, 32)
    return key + _labeled_expand(hpke, prk, b"base_nonce", schedule, 12)


def hpke_seal(ephemeral: bytes, recipient: bytes, info: bytes, aad: bytes, plain: bytes) -> bytes:
    """SealBase with a given ephemeral key: enc ‖ ciphertext."""
    own = X25519PrivateKey.from_private_bytes(ephemeral)
    enc = own.public_key().public_bytes_raw()
    shared = own.exchange(X25519PublicKey.from_public_bytes(recipient))
    made = hpke_key_and_nonce(shared, enc, recipient, info)
    return enc + AESGCM(made[:32]).encrypt(made[32:], plain, aad)


def hpke_open(private: bytes, sealed: bytes, info: bytes, aad: bytes) -> bytes:
    """OpenBase."""
    own = X25519PrivateKey.from_private_bytes(private)
    shared = own.exchange(X25519PublicKey.from_public_bytes(sealed[:32]))
    made = hpke_key_and_nonce(shared, sealed[:32], own.public_key().public_bytes_raw(), info)
    return AESGCM(made[:32]).decrypt(made[32:], sealed[32:], aad)


def _labeled_extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return extract(salt, b"HPKE-v1" + suite + label + ikm)


def _labeled_expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    return expand(prk, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, length)
