"""Signed PDFs over synthetic logs, and certificates to sign them with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from govdesk.database.copying import Piece
from govdesk.exports.pdf.facts import Facts
from govdesk.exports.pdf.found_fonts import FontShelf
from govdesk.exports.pdf.printing import print_log
from govdesk.exports.pdf.seal import Seal
from govdesk.services.printing_evidence import collect
from tests.unit.evidence import logs

MADE = datetime(2026, 5, 4, 3, 2, 1, 7, tzinfo=UTC)


def facts(lines: Sequence[logs.Line], **changes: Any) -> Facts:
    """What an export of these lines says on its cover."""
    usual = Facts(
        tenant_path=logs.TENANT_PATH,
        organization="Meridian Bank",
        made_by="olga@meridian.example",
        made_at=MADE,
        generator="GovDesk 1",
        export_id="8a6e0804-2bd0-4672-b79d-d97027f9071a",
        first=lines[0]["seq"] if lines else 1,
        last=lines[-1]["seq"] if lines else 0,
        head_seq=lines[-1]["seq"] if lines else 0,
        head_hash=lines[-1]["leaf_hash"] if lines else "",
    )
    return replace(usual, **changes)


def cells(line: logs.Line) -> tuple[str | None, ...]:
    """A line as the timeline's cells."""
    names = ("at", "severity", "action", "actor", "on_behalf_of", "entity_type", "entity_id")
    more = ("summary", "ip", "request_id", "leaf_hash")
    first = (str(line["seq"]), *(line[name] for name in names), None)
    return (*first, *(line.get(name) for name in more), "")


def printed(
    target: Path, lines: Sequence[logs.Line], seal: Seal | None, *, limit: int = 1 << 20,
    under: Mapping[str, Any] | None = None, **changes: Any,
) -> Path:  # fmt: skip
    """Print lines as an export does: attached, and signed unless there is no seal.

    `under` is what the manifest says of a checkpoint.
    """
    about = facts(lines, **changes)
    half = len(lines) // 2
    parts = [list(lines[:half]), list(lines[half:])]
    pieces = [Piece(logs.jsonl(part), len(part), 0) for part in parts]
    covering = {"under": lambda first, last: under} if under else {}
    with open(target, "wb") as file:
        print_log(
            map(cells, lines), about, file.write,
            shelf=FontShelf([]), evidence=collect(pieces, about, limit, **covering), seal=seal,
        )  # fmt: skip
    return target


@cache
def self_signed(name: str = "GovDesk installation") -> Seal:
    """A seal whose certificate vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    return _seal(key, _certificate(name, key, name, key), ())


@cache
def issued(kind: str = "ec", name: str = "Meridian Bank Compliance") -> Seal:
    """A seal of an organization: leaf, intermediate and root."""
    root, middle = (ec.generate_private_key(ec.SECP384R1()) for _ in range(2))
    own = (
        ec.generate_private_key(ec.SECP256R1())
        if kind == "ec"
        else rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    chain = (_certificate("Issuing CA", middle, "Root CA", root),
             _certificate("Root CA", root, "Root CA", root))  # fmt: skip
    return _seal(own, _certificate(name, own, "Issuing CA", middle), chain)


def _seal(key: Any, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]) -> Seal:
    return Seal(
        certificate.public_bytes(Encoding.DER),
        tuple(one.public_bytes(Encoding.DER) for one in chain),
        key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    )


def _certificate(name: str, key: Any, issuer: str, issuing: Any) -> x509.Certificate:
    subject, above = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (name, issuer)
    )
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints("CA" in name, None), critical=True)
        .add_extension(_usage(authority="CA" in name), critical=True)
        .sign(issuing, SHA256())
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority, content_commitment=not authority,
        key_cert_sign=authority, crl_sign=authority, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
