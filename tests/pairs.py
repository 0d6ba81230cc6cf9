"""Key pairs that are the same in every process: pytest names tests by their parameters."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from govdesk.evidence.notes import KeyPair


def pair(name: str) -> KeyPair:
    """The pair of this name."""
    return KeyPair(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest()))
