"""Claims: a bad certificate is named with what is wrong; one of ours is shown where it is asked."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as forms
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from govdesk.delivery.report import Report
from tests.unit.delivery.sinks.stage import (
    Authority,
    endpoint,
    receiver,
    sent,
    told,
    words,
)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def shown(tls: ssl.SSLContext, ca: str = "", **changes: object) -> Report:
    with receiver(lambda _: told(200), tls) as there:
        return sent(endpoint(there.port, ca, **changes))


def test_an_expired_certificate_is_named_with_the_day_it_ended(authority: Authority) -> None:
    report = shown(authority.server("hooks.example", days=-3.2), authority.pem)
    assert (report.outcome, report.blame) == ("tls", "endpoint")
    assert "certificate of hooks.example expired on 20" in words(report)
    assert "3 days ago" in words(report)
    assert "Acme Root" in words(report)
    assert report.tls is None
    assert report.tls_ms is not None


def test_a_certificate_for_others_is_named_with_its_names(authority: Authority) -> None:
    report = shown(authority.server("a.example", "b.example"), authority.pem)
    assert report.outcome == "tls"
    assert "made out to a.example and b.example, not to hooks.example" in words(report)


def test_a_certificate_of_an_unknown_authority_says_which_and_offers_to_enter_it(
    authority: Authority,
) -> None:
    report = shown(authority.server())
    assert report.outcome == "tls"
    assert "“Acme Root”, an authority that the worker's machine does not know" in words(report)
    assert "enter its certificate (PEM)" in words(report)


def test_a_certificate_with_bytes_that_are_no_text_is_refused_like_any_other(
    tmp_path: Path,
) -> None:
    """Whoever runs a receiver writes its certificate, and could stop the worker's sentence."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "odd")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 7, now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("q" * 12)]), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(forms.Encoding.DER)
    )
    odd = ssl.DER_cert_to_PEM_cert(made.replace(b"q" * 12, b"\xff\xfe" * 6))
    private = key.private_bytes(
        forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption()
    ).decode()
    chain = tmp_path / "odd.pem"
    chain.write_text(private + odd)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(chain)
    report = shown(tls, odd)
    assert (report.outcome, report.blame) == ("tls", "endpoint")
    assert "not made out to hooks.example" in words(report)


def test_with_an_own_authority_it_says_that_another_one_issued_it(authority: Authority) -> None:
    report = shown(authority.server(), Authority("Other Root").pem)
    assert "not by the authority that is entered here" in words(report)


def test_looking_at_a_bad_certificate_says_nothing_to_its_server(authority: Authority) -> None:
    """Not a byte of the request goes to whom we do not trust, and it is called twice only."""
    with receiver(lambda _: told(200), authority.server("a.example")) as there:
        sent(endpoint(there.port, authority.pem))
    assert there.asked == []
    assert there.server.accepted == 2


def test_the_name_in_the_certificate_can_be_another_than_the_hosts(authority: Authority) -> None:
    settings = {"ca": authority.pem, "server_name": "siem.example"}
    with receiver(lambda _: told(200), authority.server("siem.example")) as there:
        report = sent(endpoint(there.port, settings=settings))
    assert report.outcome == "delivered"
    assert there.server.names == ["siem.example"]
    assert there.asked[0].headers["host"].startswith("hooks.example:")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_receiver_that_asks_for_a_certificate_gets_ours(
    authority: Authority, version: ssl.TLSVersion
) -> None:
    """TLS 1.3 refuses a client only after its handshake, when it listens for the answer."""
    clients, others = Authority("Clients"), Authority("Others")

    def tried(certificate: str = "", key: str = "") -> Report:
        tls = authority.server(client=clients)
        tls.maximum_version = version
        return shown(tls, authority.pem, client_certificate=certificate, client_key=key)

    assert tried(*clients.client()).outcome == "delivered"
    without, wrong = tried(), tried(*others.client())
    assert (without.outcome, wrong.outcome) == ("tls", "tls"), (without, wrong)
    assert "does not accept the certificate of this webhook" in words(wrong)
    assert "certificate" in words(without)


def test_a_refusal_after_the_handshake_says_that_a_certificate_is_asked_for(
    authority: Authority,
) -> None:
    report = shown(authority.server(client=Authority("Clients")), authority.pem)
    assert "asks for a certificate of ours, and none is entered" in words(report)


def test_an_encrypted_key_asks_nobody_for_its_password(authority: Authority) -> None:
    chain, text = authority.client()
    key = forms.load_pem_private_key(text.encode(), None)
    locked = key.private_bytes(
        forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.BestAvailableEncryption(b"locked")
    ).decode()
    report = sent(endpoint(443, client_certificate=chain, client_key=locked))
    assert "the key without a password" in words(report)
