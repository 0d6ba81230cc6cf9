"""A document's own signature: PAdES B-B (ETSI EN 319 142-1), made as the file is written.

The file has one revision, and the signature covers all of it: nothing can be appended unseen.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from govdesk.exports.pdf.metadata import pdf_date, plain
from govdesk.exports.pdf.seal import Seal

ROOM: Final = 16_384
"""Bytes kept free for the signature's container: three certificates of usual size and more."""

CHAIN_KEY: Final = b"/GovDeskChain"
_RANGE: Final = b"[0 %010d %010d %010d]"
_EMPTY_RANGE: Final = _RANGE % (0, 0, 0)
FRONT: Final = b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange"
_CONTENTS: Final = b"/Contents"


@dataclass(slots=True)
class Placeholder:
    """The signature's dictionary before there is a signature; its holes stand in `FRONT`."""

    body: bytes
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    range_at: int = len(FRONT)
    hole: tuple[int, int] = (
        len(FRONT) + len(_EMPTY_RANGE) + len(_CONTENTS),
        len(FRONT) + len(_EMPTY_RANGE) + len(_CONTENTS) + 2 * ROOM + 2,
    )


def placeholder(seal: Seal, made: datetime, name: bytes) -> Placeholder:
    """The dictionary of a signature to come; `name` is the signer's, as a PDF string."""
    hole = b"<" + b"0" * (2 * ROOM) + b">"
    facts = b"/M(%b)%b(%b)/Name %b>>" % (
        pdf_date(made), CHAIN_KEY, seal.chain_digest.encode(), name,
    )  # fmt: skip
    return Placeholder(FRONT + _EMPTY_RANGE + _CONTENTS + hole + facts)


def fill(tail: bytearray, at: int, before: int, holes: Placeholder, seal: Seal) -> None:
    """Sign a file whose last part is `tail`, with the signature's dictionary at `at` in it.

    `before` is how many bytes stand before the tail; the placeholder's digest has seen those.
    """
    begin, end = (at + place for place in holes.hole)
    total = before + len(tail)
    ranges = _RANGE % (before + begin, before + end, total - before - end)
    where = at + holes.range_at
    tail[where : where + len(ranges)] = ranges
    holes.digest.update(tail[:begin])
    holes.digest.update(tail[end:])
    container = contained(holes.digest.digest(), seal)
    if len(container) > ROOM:
        raise ValueError("the certificates take more room than a signature has")
    tail[begin + 1 : end - 1] = container.hex().encode().ljust(2 * ROOM, b"0")


def contained(digest: bytes, seal: Seal) -> bytes:
    """Sign a SHA-256 digest: the DER of a CMS SignedData without content (RFC 5652, RFC 5035)."""
    from asn1crypto import keys, x509  # type: ignore[import-untyped]
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(x509.Certificate.load(der) for der in seal.chain)
    signer = SimpleSigner(
        signing_cert=x509.Certificate.load(seal.certificate),
        signing_key=keys.PrivateKeyInfo.load(seal.key),
        cert_registry=store,
    )
    signed = asyncio.run(signer.async_sign(digest, "sha256", use_pades=True))
    return bytes(signed.dump())


def words(seal: Seal, made: datetime) -> tuple[str, str, str]:
    """The three lines of the box on the cover."""
    signer = seal.signer
    meaning = "Integrity, not identity" if signer.self_signed else f"Issued by {signer.issuer}"
    return (
        f"Signed by {plain(signer.name)}",
        f"{made:%Y-%m-%d %H:%M:%S} UTC · {plain(meaning)}",
        f"Certificate {signer.fingerprint[:16]}…",
    )
