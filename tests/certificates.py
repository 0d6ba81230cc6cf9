"""Authorities and certificates of the tests, and a server that shows them.

A pytest plugin of our own, loaded by ``tests/conftest.py``: ``secure``, one a module.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from govdesk.config.profiles import Profile
from govdesk.database.embedded import EmbeddedServer
from tests.databases import running_server


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass(frozen=True)
class Authority:
    """One that issues certificates; `pem` is its own."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        """Its certificate, as a CA file holds it."""
        return self.certificate.public_bytes(Encoding.PEM)

    @classmethod
    def named(cls, name: str) -> Authority:
        """Make one that is valid for a year."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(name, key.public_key(), -1, 365).issuer_name(_name(name))
        signed = builder.add_extension(x509.BasicConstraints(True, None), critical=True)
        return cls(signed.sign(key, hashes.SHA256()), key)

    def issue(self, host: str, folder: Path, *, first_day: int = -30, last_day: int = 30) -> None:
        """Write ``server.crt`` and ``server.key`` for a host; days count from today."""
        key = ec.generate_private_key(ec.SECP256R1())
        signed = (
            _builder(host, key.public_key(), first_day, last_day)
            .issuer_name(self.certificate.subject)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        folder.mkdir(mode=0o711)
        (folder / "server.crt").write_bytes(signed.public_bytes(Encoding.PEM))
        private = folder / "server.key"
        private.touch(mode=0o600)
        private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _builder(
    name: str, key: ec.EllipticCurvePublicKey, first_day: int, last_day: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=first_day))
        .not_valid_after(now + timedelta(days=last_day))
    )


class Secure:
    """A server that shows whichever certificate it is told to; its CA is `ca_file`."""

    def __init__(self, server: EmbeddedServer, folder: Path):
        self.server, self.folder = server, folder
        self.authority = Authority.named("Acme Internal CA")
        self.ca_file = folder / "ca.pem"
        self.ca_file.write_bytes(self.authority.pem)
        owner = (server.home / "data").stat()
        for name, host, days in (
            ("good", "localhost", {}),
            ("other_host", "db.acme.example", {}),
            ("expired", "localhost", {"last_day": -3}),
            ("not_yet", "localhost", {"first_day": 3}),
        ):
            self.authority.issue(host, folder / name, **days)
            if os.geteuid() == 0:
                os.chown(folder / name / "server.key", owner.st_uid, owner.st_gid)

    def show(self, name: str) -> Profile:
        """Serve with one certificate from now on; returns a profile that verifies fully."""
        files = self.folder / name
        with psycopg.connect(self.server.admin_url + "?sslmode=disable", autocommit=True) as admin:
            for setting, value in (
                ("ssl_cert_file", files / "server.crt"),
                ("ssl_key_file", files / "server.key"),
                ("ssl", "on"),
            ):
                admin.execute(f"ALTER SYSTEM SET {setting} = '{value}'".encode())
            admin.execute("SELECT pg_reload_conf()")
        self._wait_for(files / "server.crt")
        return Profile(
            "Acme", "localhost", self.server.port, "postgres", "nobody", "verify-full",
            str(self.ca_file),
        )  # fmt: skip

    def _wait_for(self, file: Path) -> None:
        """Sessions begun after the postmaster has read its settings see them."""
        for _ in range(1000):
            with psycopg.connect(self.server.admin_url + "?sslmode=disable") as admin:
                row = admin.execute(
                    "SELECT current_setting('ssl_cert_file'), pg_sleep(0.005)"
                ).fetchone()
            if row is not None and row[0] == str(file):
                return
        raise AssertionError("the server did not read its settings")


@pytest.fixture(scope="module")
def secure() -> Iterator[Secure]:
    """A server of this module's own, because its settings change."""
    folder = Path(tempfile.mkdtemp(prefix="govdesk-test-"))
    folder.chmod(0o711)
    try:
        with running_server() as server:
            yield Secure(server, folder)
    finally:
        shutil.rmtree(folder)
