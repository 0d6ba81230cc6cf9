"""With what this installation signs documents: an own certificate by reference, or a made one."""

from __future__ import annotations

import binascii
import hashlib
import os
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import platformdirs
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from govdesk.config import private_file
from govdesk.domain import secret_references
from govdesk.domain.problem import Problem
from govdesk.exports.pdf.seal import Seal, fault_of_key
from govdesk.services.keepers import keepers_of
from govdesk.services.reference_rules import rules_of
from govdesk.vault.hidden import Secret

LARGEST: Final = 1 << 20
FOLDER: Final = "signing"
_YEARS: Final = 10
_MARK: Final = b"-----BEGIN "
_REMEDY: Final = (
    "Name a PEM file with the key and its certificate, or a PKCS #12 file with --sign-password."
)


class SigningProblem(Problem):
    """Nothing can be signed with what was named; the sentence never holds what it is."""

    def __init__(self, sentence: str, remedy: str = _REMEDY):
        super().__init__(sentence, remedy, exit_code=2)


def sealed_with(tenant_path: str, reference: str = "", password: str = "") -> Seal:
    """What this organization's documents are signed with here: what is named, or what was made."""
    if not reference:
        if password:
            raise SigningProblem("--sign-password is for --sign-with.")
        return own_seal(tenant_path)
    return seal_of(reference, password, tenant_path=tenant_path)


# ---------------------------------------------------------------- an own certificate


def seal_of(
    reference: str,
    password: str = "",
    *,
    tenant_path: str,
    environment: Mapping[str, str] | None = None,
) -> Seal:
    """Follow a reference to key and certificate: a path, or env://, keyring://, vault://, awssm://.

    `password` is a reference too. Behind anything but a path PKCS #12 stands in base64. Raises
    `SigningProblem`, `NotAReference` and what the keepers raise.
    """
    follow = _Follower(tenant_path, os.environ if environment is None else environment)
    data = follow.data(reference)
    word = follow.word(password) if password else None
    key, certificate, others = _opened(data, word)
    return _checked(key, certificate, others)


class _Follower:
    """Reads what a reference names, as this organization may."""

    def __init__(self, tenant_path: str, environment: Mapping[str, str]):
        self._tenant_path, self._environment = tenant_path, environment

    def data(self, reference: str) -> bytes:
        if "://" not in reference:
            return _file(Path(reference))
        text = self._secret(reference).reveal()
        if text.lstrip().startswith(_MARK.decode()):
            return text.encode()
        try:
            return b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            raise SigningProblem(
                f"What {reference} names is neither PEM nor PKCS #12 in base64."
            ) from None

    def word(self, reference: str) -> Secret:
        if "://" not in reference and Path(reference).is_file():
            return Secret(_file(Path(reference)).decode(errors="replace").rstrip("\r\n"))
        return self._secret(reference)

    def _secret(self, reference: str) -> Secret:
        parsed = secret_references.parse(reference)
        rules_of(self._environment).check(self._tenant_path, parsed)
        return keepers_of(self._environment).resolve(parsed)


def _file(path: Path) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise SigningProblem(f"{path} cannot be read: {error.strerror}.") from None
    if len(data) > LARGEST:
        raise SigningProblem(f"{path} is too large for a key and its certificates.")
    return data


def _opened(
    data: bytes, word: Secret | None
) -> tuple[Any, x509.Certificate | None, list[x509.Certificate]]:
    secret = word.reveal().encode() if word else None
    try:
        if _MARK in data:
            found = x509.load_pem_x509_certificates(data)
            key = load_pem_private_key(_key_block(data), secret)
            own = next((one for one in found if _public(one) == _public(key)), None)
            return key, own, [one for one in found if one is not own]
        return pkcs12.load_key_and_certificates(data, secret)
    except (ValueError, TypeError, binascii.Error):
        raise SigningProblem(
            "The key and its certificate cannot be read: damaged, another kind of file, or a"
            " wrong or missing password."
        ) from None


def _key_block(data: bytes) -> bytes:
    """The first block of a PEM text that is a private key."""
    for part in data.split(_MARK)[1:]:
        if b"PRIVATE KEY" in part.split(b"\n", 1)[0]:
            return _MARK + part
    raise ValueError("no private key")


def _public(one: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import PublicFormat

    spki: bytes = one.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return spki


def _checked(key: Any, own: x509.Certificate | None, others: list[x509.Certificate]) -> Seal:
    if key is None or own is None:
        raise SigningProblem("There is no certificate for the key.")
    if fault := fault_of_key(own.public_key()):
        raise SigningProblem(
            f"Documents are not signed with {fault}.",
            "Use a certificate for an elliptic curve (P-256) or RSA with 2048 bits or more.",
        )
    now = datetime.now(UTC)
    if not own.not_valid_before_utc <= now <= own.not_valid_after_utc:
        raise SigningProblem(
            "The certificate is not valid today:"
            f" {own.not_valid_before_utc:%Y-%m-%d} to {own.not_valid_after_utc:%Y-%m-%d}.",
            "Renew it, or leave --sign-with out.",
        )
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    chain = tuple(one.public_bytes(Encoding.DER) for one in _upwards(own, others))
    return Seal(own.public_bytes(Encoding.DER), chain, der)


def _upwards(own: x509.Certificate, others: list[x509.Certificate]) -> list[x509.Certificate]:
    """The certificates that lead up from `own`, in order; unrelated ones are left out."""
    chain: list[x509.Certificate] = []
    lowest = own
    while lowest.issuer != lowest.subject and len(chain) < len(others):
        above = next((one for one in others if one.subject == lowest.issuer), None)
        if above is None or above in chain:
            break
        chain.append(above)
        lowest = above
    return chain


# ---------------------------------------------------------------- a made one


def own_seal(organization: str, folder: Path | None = None) -> Seal:
    """The self-signed certificate of this person's installation for an organization.

    It is made at first use and kept in a private file; it shows integrity, not identity. Raises
    `SigningProblem` where the folder refuses.
    """
    path = _own_path(organization, folder)
    try:
        if path.exists():
            kept = _file(path)
            if not private_file.is_open_to_others(path) and (seal := _still_good(kept)):
                return seal
        private_file.write(path, _made())
        return _checked(*_opened(_file(path), None))
    except OSError as error:
        raise SigningProblem(
            f"{path} cannot be written: {error.strerror}.",
            "The certificate for signing documents is kept there. Free the folder, or name your"
            " own certificate with --sign-with.",
        ) from None


def _own_path(organization: str, folder: Path | None) -> Path:
    base = folder or platformdirs.user_config_path("govdesk", appauthor=False)
    name = hashlib.sha256(organization.encode()).hexdigest()[:16]
    return base / FOLDER / f"{name}.pem"


def _still_good(kept: bytes) -> Seal | None:
    """A kept certificate, or None where it ended or the file is damaged: then a new one is made."""
    try:
        return _checked(*_opened(kept, None))
    except SigningProblem:
        return None


def _made() -> str:
    key, now = generate_private_key(SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "GovDesk installation")])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return (pem + certificate.public_bytes(Encoding.PEM)).decode()
