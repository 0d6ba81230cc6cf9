"""Signatures of Standard Webhooks 1.0.0: what is signed, and by what.

The signed bytes are ``id.timestamp.body``. ``v1`` is HMAC-SHA-256 with a secret that both sides
hold; ``v1a`` is Ed25519 (RFC 8032), so that whoever has the public key can check it and nobody but
us can make it. The header lists every signature that is good during a rotation.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from govdesk.vault.hidden import Hidden

SEED_BYTES: Final = 32
PUBLIC_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
_SECRET: Final = "whsec_"
_PRIVATE: Final = "whsk_"
_PUBLIC: Final = "whpk_"


class SigningKey(Hidden):
    """A tenant's Ed25519 key; `kid` names it in the published set. Its repr hides it."""

    __slots__ = ("_private", "_seed", "kid", "public")

    def __init__(self, kid: str, seed: bytes, public: bytes | None = None):
        """`seed` is the 32 bytes of RFC 8032 §5.1.5.

        Raises ValueError for any other length, and for a public half that is not the seed's.
        """
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self._seed = seed
        self.kid = kid
        self.public: bytes = self._private.public_key().public_bytes_raw()
        if public not in (None, self.public):
            raise ValueError("the private and the public half do not belong together")

    @classmethod
    def generate(cls) -> SigningKey:
        """A new key, named by `key_id`."""
        seed = Ed25519PrivateKey.generate().private_bytes_raw()
        return cls(key_id(cls("", seed).public), seed)

    @classmethod
    def read(cls, kid: str, text: str) -> SigningKey:
        """Read ``whsk_``; raises ValueError, also if its two halves do not belong together."""
        both = _read(_PRIVATE, text)
        return cls(kid, both[:SEED_BYTES], both[SEED_BYTES:])

    @property
    def seed(self) -> bytes:
        """The private 32 bytes: to be sealed, never to be logged."""
        return self._seed

    @property
    def text(self) -> str:
        """``whsk_`` and base64 of seed ‖ public key: as private as the seed."""
        return _PRIVATE + b64encode(self._seed + self.public).decode("ascii")

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of RFC 8032 §5.1.6."""
        return self._private.sign(message)


def signed_bytes(message_id: str, timestamp: int, body: bytes) -> bytes:
    """What is signed; raises ValueError for an id with a dot or a sign outside ASCII."""
    if not message_id or "." in message_id or not message_id.isascii():
        raise ValueError("the id of a message is ASCII text without a dot")
    return b"%s.%d.%s" % (message_id.encode("ascii"), timestamp, body)


def v1(secret: bytes, message: bytes) -> str:
    """One signature with a secret both sides hold, as it stands in the header."""
    return "v1," + b64encode(hmac.digest(secret, message, "sha256")).decode("ascii")


def v1a(key: SigningKey, message: bytes) -> str:
    """One signature with the tenant's key, as it stands in the header."""
    return "v1a," + b64encode(key.sign(message)).decode("ascii")


def signature_header(
    message: bytes, secrets: Iterable[bytes], keys: Iterable[SigningKey] = ()
) -> str:
    """``webhook-signature``: every v1, then every v1a, in the order given, between blanks."""
    return " ".join([*(v1(one, message) for one in secrets), *(v1a(one, message) for one in keys)])


def forged_header(message: bytes, *, with_key: bool) -> str:
    """A v1, and a v1a if asked for, that no secret and no key of anybody's makes."""
    wrong = sha256(b"govdesk: a signature that must be refused\n" + message).digest()
    parts = ["v1," + b64encode(wrong).decode("ascii")]
    if with_key:
        # S stays below the group's order, so that it is judged and not merely found misshapen.
        parts.append("v1a," + b64encode(_base_point() + wrong[:31] + b"\0").decode("ascii"))
    return " ".join(parts)


def _base_point() -> bytes:
    """A point of the curve (RFC 8032 §5.1: y = 4/5), as the R of a signature."""
    return bytes.fromhex("58" + "66" * 31)


def is_signed_v1(secret: bytes, message: bytes, header: str) -> bool:
    """Whether a header has a v1 of this secret."""
    wanted = v1(secret, message).encode()
    # Bytes, for a header may say anything, and texts are compared in ASCII only.
    return any(hmac.compare_digest(wanted, one.encode()) for one in header.split(" "))


def is_signed_v1a(public: bytes, message: bytes, header: str) -> bool:
    """Whether a header has a v1a that this public key confirms."""
    verifier = Ed25519PublicKey.from_public_bytes(public)
    for one in header.split(" "):
        version, _, text = one.partition(",")
        try:
            if version == "v1a":
                verifier.verify(b64decode(text, validate=True), message)
                return True
        except (InvalidSignature, ValueError):
            continue
    return False


def secret_text(raw: bytes) -> str:
    """``whsec_`` and base64: as private as the secret."""
    return _SECRET + b64encode(raw).decode("ascii")


def read_secret(text: str) -> bytes:
    """Read ``whsec_``; raises ValueError."""
    return _read(_SECRET, text)


def public_text(public: bytes) -> str:
    """``whpk_`` and base64."""
    return _PUBLIC + b64encode(public).decode("ascii")


def read_public(text: str) -> bytes:
    """Read ``whpk_``; raises ValueError."""
    found = _read(_PUBLIC, text)
    if len(found) != PUBLIC_BYTES:
        raise ValueError(f"a public key has {PUBLIC_BYTES} bytes")
    return found


def _read(prefix: str, text: str) -> bytes:
    if not text.startswith(prefix):
        raise ValueError(f"the text does not begin with {prefix}")
    try:
        return b64decode(text.removeprefix(prefix), validate=True)
    except ValueError:
        raise ValueError(f"what follows {prefix} is not base64") from None


def key_id(public: bytes) -> str:
    """The name of a key: the first 16 hex digits of the SHA-256 of its 32 bytes."""
    return sha256(public).hexdigest()[:16]


def jwk(
    kid: str, public: bytes, created_at: datetime, ends_at: datetime | None = None
) -> dict[str, str | int]:
    """A public key as a member of a JWK set (RFC 7517, RFC 8037 §2).

    ``iat`` and, if it ends, ``exp`` are seconds since 1970: from when until when it signs.
    """
    key: dict[str, str | int] = {
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "EdDSA",
        "use": "sig",
        "kid": kid,
        "x": _url_safe(public),
        "iat": int(created_at.timestamp()),
    }
    return key if ends_at is None else {**key, "exp": int(ends_at.timestamp())}


def public_of(x: str) -> bytes:
    """The public key that ``x`` of a JWK holds; raises ValueError."""
    found = urlsafe_b64decode(x + "=" * (-len(x) % 4))
    if len(found) != PUBLIC_BYTES:
        raise ValueError(f"a public key has {PUBLIC_BYTES} bytes")
    return found


def _url_safe(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
