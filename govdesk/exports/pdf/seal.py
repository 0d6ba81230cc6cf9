"""With what a document is signed: a certificate, its chain, and the key, which shows nowhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import NameOID

LEAST_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class Seal:
    """A certificate (DER), the certificates that lead up from it, and its key (PKCS #8, DER).

    Travels to the printing process through a pipe, like a session's token.
    """

    certificate: bytes
    chain: tuple[bytes, ...]
    key: bytes = field(repr=False)

    @property
    def signer(self) -> Signer:
        """What may be told of whom."""
        return Signer.of(self.certificate)

    @property
    def chain_digest(self) -> str:
        """What the document says of its certificates before it is signed."""
        return chain_digest((self.certificate, *self.chain))


@dataclass(frozen=True, slots=True)
class Signer:
    """The name a certificate gives, who vouches for it, and its SHA-256 in hex."""

    name: str
    issuer: str
    fingerprint: str
    self_signed: bool

    @classmethod
    def of(cls, der: bytes) -> Signer:
        """Read a certificate; raises ValueError for one that cannot be read."""
        found = x509.load_der_x509_certificate(der)
        return cls(
            name_of(found.subject),
            name_of(found.issuer),
            hashlib.sha256(der).hexdigest(),
            found.subject == found.issuer,
        )

    @property
    def grouped(self) -> str:
        """The fingerprint as people compare it: groups of four."""
        return " ".join(self.fingerprint[at : at + 4] for at in range(0, 64, 4))

    @property
    def meaning(self) -> str:
        """What the signature shows, and what it does not."""
        if self.self_signed:
            return (
                "The certificate vouches for itself: the signature shows integrity, not identity."
                " Compare its fingerprint with one that you got another way."
            )
        return (
            f"{self.issuer} vouches for this name; whether to trust {self.issuer} is yours to say."
        )


def name_of(name: x509.Name) -> str:
    """The common name, else the organization, else the whole name."""
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for attribute in name.get_attributes_for_oid(kind):
            return str(attribute.value)
    return name.rfc4514_string() or "(no name)"


def chain_digest(certificates: Iterable[bytes]) -> str:
    """SHA-256 over the SHA-256 of each certificate, those in ascending order, in hex."""
    digests = sorted(hashlib.sha256(one).digest() for one in certificates)
    return hashlib.sha256(b"".join(digests)).hexdigest()


def fault_of_key(public: object) -> str:
    """Why a document is not signed with such a key; empty for elliptic curves and RSA."""
    if isinstance(public, EllipticCurvePublicKey):
        return ""
    if isinstance(public, RSAPublicKey):
        return "" if public.key_size >= LEAST_RSA_BITS else f"RSA below {LEAST_RSA_BITS} bits"
    return f"a key of the kind {type(public).__name__}"
