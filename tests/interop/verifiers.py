"""Programs of others that check our signatures; each says accepted or why not.

Python's come from the test requirements. Those of npm are installed once, from a lock with hashes,
into ``build/``; OpenSSL is the machine's. What is missing is skipped with the command that
would enable it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
import standardwebhooks
import svix
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ROOT = Path(__file__).parents[2]
NODE = Path(__file__).parent / "node"
NPM_LIBRARIES = ("standardwebhooks", "svix", "svix-of-old")
INSTALL_SECONDS = 180

_PUBLIC_KEY_INFO = bytes.fromhex("302a300506032b6570032100")
"""What stands before the 32 bytes in a SubjectPublicKeyInfo (RFC 8410 section 4)."""


@dataclass(frozen=True)
class Sent:
    """What arrives at a receiver."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def signed(self) -> bytes:
        """The bytes that are signed, put together here and not by the code under test."""
        head = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}."
        return head.encode() + self.body

    def signatures(self, version: str) -> list[bytes]:
        """The signatures of a version that can be decoded."""
        found = []
        for one in self.headers["webhook-signature"].split(" "):
            name, _, text = one.partition(",")
            if name == version:
                try:
                    found.append(b64decode(text, validate=True))
                except ValueError:
                    continue
        return found


Verifier = Callable[[str, Sent], bool]
"""Takes a secret (``whsec_``) or the hex of a public key, and what arrived."""


def by_standardwebhooks(secret: str, sent: Sent) -> bool:
    """PyPI: standardwebhooks. A header that it cannot read makes it raise what it likes."""
    try:
        standardwebhooks.Webhook(secret).verify(sent.body, dict(sent.headers))
    except (standardwebhooks.WebhookVerificationError, ValueError):
        return False
    return True


def by_svix(secret: str, sent: Sent) -> bool:
    """PyPI: svix."""
    try:
        svix.Webhook(secret).verify(sent.body, dict(sent.headers))
    except (svix.WebhookVerificationError, ValueError):
        return False
    return True


def by_openssl_hmac(secret: str, sent: Sent) -> bool:
    """``openssl dgst`` computes the HMAC; it is compared with every v1."""
    key = b64decode(secret.removeprefix("whsec_")).hex()
    run = subprocess.run(
        [openssl(), "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key}", "-binary"],
        input=sent.signed, capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    return run.stdout in sent.signatures("v1")


def by_openssl_ed25519(public: str, sent: Sent) -> bool:
    """``openssl pkeyutl -verify -rawin`` judges every v1a."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "key").write_bytes(_PUBLIC_KEY_INFO + bytes.fromhex(public))
        (folder / "message").write_bytes(sent.signed)
        return any(_is_verified(folder, one) for one in sent.signatures("v1a"))


def _is_verified(folder: Path, signature: bytes) -> bool:
    (folder / "signature").write_bytes(signature)
    run = subprocess.run(
        [openssl(), "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", "key",
         "-in", "message", "-sigfile", "signature"],
        cwd=folder, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    return run.returncode == 0 and b"Verified Successfully" in run.stdout


def by_cryptography(public: str, sent: Sent) -> bool:
    """PyPI: cryptography, called without any code of ours."""
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    for one in sent.signatures("v1a"):
        try:
            key.verify(one, sent.signed)
        except InvalidSignature:
            continue
        return True
    return False


def openssl() -> str:
    """The program, or a skip that says how to get it."""
    found = shutil.which("openssl")
    if found is None:
        pytest.skip("openssl is missing; as root: apt-get install openssl")
    return found


def by_npm(library: str) -> Verifier:
    """One of `NPM_LIBRARIES`, run by node."""

    def verify(secret: str, sent: Sent) -> bool:
        return all_by_npm(library, secret, [sent])[0]

    return verify


def all_by_npm(library: str, secret: str, arrived: list[Sent]) -> list[bool]:
    """The same for many at once, in one run of node."""
    questions: list[dict[str, object]] = [
        {"library": library, "secret": secret, "headers": dict(one.headers),
         "body": b64encode(one.body).decode()} for one in arrived
    ]  # fmt: skip
    return [answer == "accepted" for answer in _asked(questions)]


def _asked(questions: list[dict[str, object]]) -> list[str]:
    run = subprocess.run(
        [_program("node"), "verify.mjs"], cwd=_installed(), capture_output=True, text=True,
        input="".join(json.dumps(one) + "\n" for one in questions), timeout=120, check=False,
    )  # fmt: skip
    answers = run.stdout.splitlines()
    assert (run.returncode, len(answers)) == (0, len(questions)), run.stderr[-2000:]
    return answers


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is missing; as root: apt-get install nodejs npm")
    return found


def _installed() -> Path:
    """The folder with the packages, or a skip."""
    found = _install_once()
    if isinstance(found, str):
        pytest.skip(f"npm could not install the verifiers ({found}); see: npm ci in {NODE}")
    return found


@cache
def _install_once() -> Path | str:
    """The folder, or why there is none; made whole under another name, so runs may overlap."""
    files = ("package.json", "package-lock.json", "verify.mjs")
    mark = sha256(b"".join((NODE / one).read_bytes() for one in files)).hexdigest()[:12]
    folder = ROOT / "build" / "interop" / mark
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        for one in files:
            shutil.copy(NODE / one, draft)
        if fault := _install(draft):
            return fault
        try:
            draft.rename(folder)
        except OSError:
            assert folder.is_dir()
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def _install(folder: Path) -> str:
    """What went wrong, or nothing."""
    command = [_program("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        run = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"no end after {INSTALL_SECONDS} seconds"
    lines = [one for one in run.stderr.splitlines() if one.startswith("npm error")]
    return "" if run.returncode == 0 else " · ".join(lines[:2]) or f"exit code {run.returncode}"


V1: dict[str, Verifier] = {
    "PyPI standardwebhooks": by_standardwebhooks,
    "PyPI svix": by_svix,
    **{f"npm {library}": by_npm(library) for library in NPM_LIBRARIES},
    "openssl dgst": by_openssl_hmac,
}
V1A: dict[str, Verifier] = {
    "openssl pkeyutl": by_openssl_ed25519,
    "PyPI cryptography": by_cryptography,
}
