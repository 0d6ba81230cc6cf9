"""Whether the signature of a document holds, covers all of it, and is written as GovDesk writes it.

PAdES B-B (ETSI EN 319 142-1) in CMS (RFC 5652), with the certificate bound by RFC 5035. The
container is not covered by its own signature: so each of its bytes must be what GovDesk would
have written, or be covered in another way.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from govdesk.exports.pdf.reading import HEAD, Bytes, Damaged, Reader
from govdesk.exports.pdf.seal import Signer, chain_digest, fault_of_key
from govdesk.exports.pdf.signing import CHAIN_KEY, FRONT, ROOM

_RANGE: Final = re.compile(rb"\[0 (\d{10}) (\d{10}) (\d{10})\]/Contents<")
_HEX: Final = re.compile(rb"[0-9a-f]*")
_DATE: Final = re.compile(rb"D:(\d{14})\+00'00'")
_CHUNK: Final = 1 << 20
_MOST_PLACES: Final = 64
_UNREADABLE: Final = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, x509.InvalidVersion,
)  # fmt: skip
"""What libraries raise over a container that is none, or certificates that are none."""

Watch = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that was found: over which revision, by whom, and what is wrong with it."""

    reader: Reader
    signer: Signer | None
    at: datetime | None
    faults: tuple[str, ...]


def is_ours(data: Bytes) -> bool:
    """Whether the file was made by GovDesk, or says so; a damaged one may still."""
    return HEAD[-9:] in data[: len(HEAD) + 16] or data.find(CHAIN_KEY, 0) >= 0


def signature(data: Bytes, watch: Watch) -> Signature | None:
    """Find and check the signature; None if the file has none. Raises `Damaged`."""
    trouble: Damaged | None = None
    for at in _places(data):
        try:
            return _checked(data, at, watch)
        except Damaged as error:
            trouble = error
    if trouble is not None:
        raise trouble
    Reader(data, len(data))
    return None


def _places(data: Bytes) -> Iterator[int]:
    """Where a signature's dictionary may begin; the true one is found by the table of objects."""
    at = data.find(FRONT, 0)
    for _ in range(_MOST_PLACES):
        if at < 0:
            return
        yield at
        at = data.find(FRONT, at + 1)


def _checked(data: Bytes, at: int, watch: Watch) -> Signature:
    begin = at + len(FRONT)
    numbers = _RANGE.match(data[begin : begin + 64])
    if numbers is None:
        raise Damaged("it does not say what its signature covers")
    before, after, rest = map(int, numbers.groups())
    hole = begin + numbers.end() - 1
    if (before, after) != (hole, hole + 2 * ROOM + 2) or after + rest > len(data):
        raise Damaged("its signature covers other places than it should, or the file was cut")
    reader = Reader(data, after + rest)
    found = _value_of(reader, at)
    faults = [] if reader.size == len(data) else [_appended(len(data) - reader.size)]
    digest = _digest(data, before, after, reader.size, watch)
    signer, wrong = _container(data[before:after], digest, found)
    moment = _moment(found.get("M"))
    return Signature(reader, signer, moment, tuple(faults + wrong))


def _appended(size: int) -> str:
    return (
        f"{size:,} bytes were appended after the file was signed; another program may show them"
        " instead of what was signed"
    )


def _value_of(reader: Reader, at: int) -> dict[str, Any]:
    """The dictionary that the form's one field names; it must be the one at that place."""
    form = reader.dictionary(reader.catalog.get("AcroForm"))
    fields = form.get("Fields")
    if not isinstance(fields, list) or len(fields) != 1:
        raise Damaged("it has another form than GovDesk writes")
    value = reader.dictionary(fields[0]).get("V")
    if reader.place(value) != at:
        raise Damaged("its form names another signature")
    return reader.dictionary(value)


def _digest(data: Bytes, before: int, after: int, size: int, watch: Watch) -> bytes:
    digest = hashlib.sha256()
    for first, last in ((0, before), (after, size)):
        for at in range(first, last, _CHUNK):
            digest.update(data[at : min(at + _CHUNK, last)])
            watch(at, size)
    return digest.digest()


def _moment(value: object) -> datetime | None:
    found = _DATE.fullmatch(value) if isinstance(value, bytes) else None
    try:
        return found and datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


# ---------------------------------------------------------------- the container


def _container(
    hole: bytes, digest: bytes, found: dict[str, Any]
) -> tuple[Signer | None, list[str]]:
    text = hole[1:-1]
    if hole[:1] + hole[-1:] != b"<>" or not _HEX.fullmatch(text):
        return None, ["the signature is not written as GovDesk writes it"]
    try:
        return _judged(bytes.fromhex(text.decode()), digest, found)
    except _UNREADABLE:
        return None, ["the signature cannot be read"]
    except UnsupportedAlgorithm:
        return None, ["the signature is of a kind that GovDesk does not make"]


def _judged(padded: bytes, digest: bytes, found: dict[str, Any]) -> tuple[Signer | None, list[str]]:
    from asn1crypto import cms, tsp  # type: ignore[import-untyped]

    content = cms.ContentInfo.load(padded)
    signed = content["content"]
    [info] = signed["signer_infos"]
    certificates = [one.chosen.dump() for one in signed["certificates"]]
    own = _own(info, certificates)
    attributes = {one["type"].native: one["values"] for one in info["signed_attrs"]}
    faults = []
    if padded != _rebuilt(info, certificates, own).ljust(ROOM, b"\0"):
        faults.append("the signature is not written as GovDesk writes it")
    if found.get(CHAIN_KEY[1:].decode()) != chain_digest(certificates).encode():
        faults.append("the certificates are not those that were signed")
    [binding] = attributes["signing_certificate_v2"]
    [bound] = tsp.SigningCertificateV2.load(binding.dump())["certs"]
    if bound["cert_hash"].native != hashlib.sha256(own).digest():
        faults.append("the signature names another certificate")
    [said] = attributes["message_digest"]
    if said.native != digest:
        faults.append("the file was changed after it was signed")
    public = x509.load_der_x509_certificate(own).public_key()
    if not _holds(public, info["signature"].native, info["signed_attrs"].untag().dump()):
        faults.append("the signature does not fit its certificate")
    return Signer.of(own), faults


def _own(info: Any, certificates: list[bytes]) -> bytes:
    """The certificate that the signature names by its issuer and number."""
    wanted = info["sid"].chosen
    for der in certificates:
        found = x509.load_der_x509_certificate(der)
        issuer = found.issuer.public_bytes()
        if (
            found.serial_number == wanted["serial_number"].native
            and issuer == wanted["issuer"].dump()
        ):
            return der
    raise ValueError("no certificate fits")


def _rebuilt(info: Any, certificates: list[bytes], own: bytes) -> bytes:
    """The container as GovDesk writes it around these attributes and this signature."""
    from asn1crypto import algos, cms
    from asn1crypto import x509 as asn1

    certificate = asn1.Certificate.load(own)
    kind = "sha256_ecdsa" if certificate.public_key.algorithm == "ec" else "sha256_rsa"
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {
                            "issuer": certificate.issuer,
                            "serial_number": certificate["tbs_certificate"]["serial_number"],
                        }
                    )
                }
            ),
            "digest_algorithm": sha256,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": kind}),
            "signed_attrs": info["signed_attrs"],
            "signature": info["signature"],
        }
    )
    content = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": cms.DigestAlgorithms((sha256,)),
            "encap_content_info": {"content_type": "data"},
            "certificates": [asn1.Certificate.load(one) for one in certificates],
            "signer_infos": [signer],
        }
    )
    whole = cms.ContentInfo({"content_type": "signed_data", "content": content})
    return bytes(whole.dump())


def _holds(public: object, value: bytes, signed: bytes) -> bool:
    if fault_of_key(public):
        return False
    try:
        if isinstance(public, EllipticCurvePublicKey):
            public.verify(value, signed, ec.ECDSA(SHA256()))
        elif isinstance(public, RSAPublicKey):
            public.verify(value, signed, padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True
