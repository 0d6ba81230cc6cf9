"""Claims: documents are signed with what is named, or what was made here; keys stay hidden."""

from __future__ import annotations

import stat
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    pkcs12,
)

from govdesk.domain.problem import Problem
from govdesk.domain.secret_references import NotAReference
from govdesk.exports.pdf.seal import Seal
from govdesk.services import signing_identity
from govdesk.services.signing_identity import SigningProblem, own_seal, seal_of
from govdesk.vault.references import SecretNotFound
from tests.sealed_pdfs import issued

WORD = "correct horse battery staple"


def pem(seal: Seal, *, word: str = "") -> bytes:
    """Chain upside down first, then the key, then the certificate: in any order."""
    key: Any = load_der_private_key(seal.key, None)
    hidden = BestAvailableEncryption(word.encode()) if word else NoEncryption()
    parts = [x509.load_der_x509_certificate(one) for one in (*reversed(seal.chain),)]
    own = x509.load_der_x509_certificate(seal.certificate)
    return b"".join(
        (
            *(one.public_bytes(Encoding.PEM) for one in parts),
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden),
            own.public_bytes(Encoding.PEM),
        )
    )


def p12(seal: Seal, word: str = WORD) -> bytes:
    key: Any = load_der_private_key(seal.key, None)
    own, *above = (x509.load_der_x509_certificate(one) for one in (seal.certificate, *seal.chain))
    hidden = BestAvailableEncryption(word.encode())
    return pkcs12.serialize_key_and_certificates(b"govdesk", key, own, above, hidden)


def follow(reference: object, password: str = "", **environment: str) -> Seal:
    return seal_of(str(reference), password, tenant_path="acme", environment=environment)


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_pem_file_is_followed_and_its_chain_put_in_order(tmp_path: Path, kind: str) -> None:
    (tmp_path / "sign.pem").write_bytes(pem(issued(kind)))
    assert follow(tmp_path / "sign.pem") == issued(kind)


def test_pkcs12_opens_with_a_password_by_reference(tmp_path: Path) -> None:
    path = tmp_path / "sign.p12"
    path.write_bytes(p12(issued()))
    assert follow(path, "env://SIGN_WORD", SIGN_WORD=WORD) == issued()
    (tmp_path / "word").write_text(WORD + "\n")
    assert follow(path, str(tmp_path / "word")) == issued()


def test_an_encrypted_pem_key_opens_too(tmp_path: Path) -> None:
    (tmp_path / "sign.pem").write_bytes(pem(issued(), word=WORD))
    assert follow(tmp_path / "sign.pem", "env://SIGN_WORD", SIGN_WORD=WORD) == issued()


def test_the_environment_may_hold_pem_or_pkcs12_in_base64() -> None:
    assert follow("env://SIGN_PEM", SIGN_PEM=pem(issued()).decode()) == issued()
    packed = b64encode(p12(issued())).decode()
    found = follow("env://SIGN_P12", "env://SIGN_WORD", SIGN_P12=packed, SIGN_WORD=WORD)
    assert found == issued()


def test_references_follow_the_rules_of_the_installation(tmp_path: Path) -> None:
    allowed = {"SIGN_PEM": pem(issued()).decode(), "GOVDESK_REFERENCES": "beta=env://*"}
    with pytest.raises(SecretNotFound, match="for your organization"):
        follow("env://SIGN_PEM", **allowed)


@pytest.mark.parametrize("word", ["hunter2", "", "env:/SIGN", "plain text password"])
def test_a_password_itself_is_refused_and_not_repeated(tmp_path: Path, word: str) -> None:
    path = tmp_path / "sign.p12"
    path.write_bytes(p12(issued(), "hunter2"))
    with pytest.raises((NotAReference, SigningProblem)) as caught:
        follow(path, word)
    assert not word or word not in str(caught.value)


def test_a_wrong_password_is_a_sentence_without_it(tmp_path: Path) -> None:
    path = tmp_path / "sign.p12"
    path.write_bytes(p12(issued()))
    with pytest.raises(SigningProblem) as caught:
        follow(path, "env://SIGN_WORD", SIGN_WORD="a wrong one")
    assert "wrong or missing password" in str(caught.value)
    assert "a wrong one" not in str(caught.value)
    assert caught.value.exit_code == 2


def _without_certificate() -> bytes:
    text = pem(issued())
    return text[text.index(b"-----BEGIN PRIVATE") : text.rindex(b"-----BEGIN CERT")]


def _made(key: Any, days: int = 30) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .sign(
            key, None if isinstance(key, ed25519.Ed25519PrivateKey) else signing_identity.SHA256()
        )
    )
    kept = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return bytes(kept + certificate.public_bytes(Encoding.PEM))


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "cannot be read"),
    "text": (b"hello", "cannot be read"),
    "no key": (pem(issued()).split(b"-----BEGIN PRIVATE")[0], "cannot be read"),
    "no certificate": (_without_certificate(), "no certificate|cannot be read"),
    "damaged": (pem(issued()).replace(b"MI", b"MJ"), "cannot be read|no certificate"),
    "another kind": (_made(ed25519.Ed25519PrivateKey.generate()), "Ed25519PublicKey"),
    "short": (_made(rsa.generate_private_key(public_exponent=65537, key_size=1024)), "2048"),
    "over": (_made(rsa.generate_private_key(public_exponent=65537, key_size=2048), -1), "today"),
    "large": (b"x" * (signing_identity.LARGEST + 1), "too large"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_sign_is_a_sentence(tmp_path: Path, name: str) -> None:
    data, words = BAD[name]
    (tmp_path / "sign.pem").write_bytes(data)
    with pytest.raises(SigningProblem, match=words) as caught:
        follow(tmp_path / "sign.pem")
    assert caught.value.exit_code == 2


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SigningProblem, match="cannot be read: No such file"):
        follow(tmp_path / "nowhere.pem")


def test_the_made_one_is_kept_privately_and_is_the_same_again(tmp_path: Path) -> None:
    first = own_seal("acme", tmp_path)
    assert own_seal("acme", tmp_path) == first
    assert own_seal("beta", tmp_path) != first
    assert first.signer.self_signed
    [one, _] = (tmp_path / "signing").iterdir()
    assert stat.S_IMODE(one.stat().st_mode) == 0o600
    assert stat.S_IMODE(one.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("spoil", [lambda p: p.write_text("junk"), lambda p: p.chmod(0o644)])
def test_a_spoiled_or_open_one_is_made_anew(tmp_path: Path, spoil: Any) -> None:
    first = own_seal("acme", tmp_path)
    [path] = (tmp_path / "signing").iterdir()
    spoil(path)
    again = own_seal("acme", tmp_path)
    assert again != first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_that_refuses_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "signing").write_text("a file is in the way")
    with pytest.raises(Problem, match=r"cannot be (written|read)"):
        own_seal("acme", tmp_path)
