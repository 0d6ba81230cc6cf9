"""AWS KMS as far as it signs with Ed25519: a strict stand-in over HTTP, for moto cannot (5.2.5).

It is not AWS. It keeps what the API reference says: the JSON 1.1 protocol, Signature Version 4
verified with the secret key, the region of the key, 1 to 4,096 bytes of message, RAW for
ED25519_SHA_512, key spec, key usage and key state, and the names of the errors.
"""

from __future__ import annotations

import json
import os
import threading
import uuid
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import pytest
from botocore.auth import SigV4Auth  # type: ignore[import-untyped]
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]
from botocore.credentials import Credentials  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from govdesk.vault.aws import Place

REGION: Final = "eu-central-1"
ACCOUNT: Final = "111122223333"
USER: Final = f"arn:aws:iam::{ACCOUNT}:user/worker"
ACCESS: Final = "AKIDEXAMPLE"
SECRET: Final = "made up for tests"
ED25519: Final = "ECC_NIST_EDWARDS25519"
P256: Final = "ECC_NIST_P256"
_ALGORITHMS: Final = {
    ED25519: ["ED25519_SHA_512", "ED25519_PH_SHA_512"],
    P256: ["ECDSA_SHA_256"],
}
_TARGET: Final = "TrentService."


class Refusal(Exception):
    """An answer with an error."""

    def __init__(self, code: str, message: str, status: int = 400):
        super().__init__(message)
        self.code, self.status = code, status


@dataclass
class Key:
    """One key; `state` as KMS names it."""

    private: Ed25519PrivateKey | ec.EllipticCurvePrivateKey
    spec: str = ED25519
    state: str = "Enabled"
    usage: str = "SIGN_VERIFY"
    arn: str = field(default_factory=lambda: f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{uuid.uuid4()}")

    @property
    def reference(self) -> str:
        """As a setting names it."""
        return f"awskms://{self.arn}"

    @property
    def public(self) -> bytes:
        """The public half as it stands in a note."""
        assert isinstance(self.private, Ed25519PrivateKey)
        return self.private.public_key().public_bytes_raw()

    @property
    def metadata(self) -> dict[str, Any]:
        """What DescribeKey tells, in any state."""
        told = {"AWSAccountId": ACCOUNT, "KeyId": self.arn.partition("/")[2], "Arn": self.arn,
                "Enabled": self.state == "Enabled", "KeyUsage": self.usage, "KeySpec": self.spec,
                "KeyState": self.state, "KeyManager": "CUSTOMER", "Origin": "AWS_KMS",
                "SigningAlgorithms": _ALGORITHMS[self.spec]}  # fmt: skip
        if self.state == "PendingDeletion":
            told["DeletionDate"] = datetime(2027, 1, 31, tzinfo=UTC).timestamp()
        return told


@dataclass
class KeyService:
    """What it keeps, what it was asked and what it signed; `refusals` are answered first."""

    port: int = 0
    keys: dict[str, Key] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    signed: list[tuple[str, bytes]] = field(default_factory=list)
    refusals: list[tuple[str, Refusal]] = field(default_factory=list)
    altered: Callable[[str, dict[str, Any]], dict[str, Any] | None] = lambda _, answer: answer
    """Changes answers on their way; None: the connection ends without one."""

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def add(self, spec: str = ED25519, usage: str = "SIGN_VERIFY") -> Key:
        """Make a key."""
        edwards = spec == ED25519
        private = (
            Ed25519PrivateKey.generate() if edwards else ec.generate_private_key(ec.SECP256R1())
        )
        made = Key(private, spec, usage=usage)
        self.keys[made.arn] = made
        return made

    def refuse(self, operation: str, code: str, message: str = "no", *, times: int = 1) -> None:
        """Answer the next requests of this kind with an error."""
        self.refusals += [(operation, Refusal(code, message))] * times

    def deny(self, operation: str, key: Key, times: int = 1) -> None:
        """Refuse as IAM does."""
        said = f"User: {USER} is not authorized to perform: kms:{operation} on resource: {key.arn}"
        self.refuse(operation, "AccessDeniedException", said, times=times)

    def answer(self, operation: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Answer one request; raises `Refusal`."""
        self.asked.append(operation)
        for waiting in self.refusals:
            if waiting[0] == operation:
                self.refusals.remove(waiting)
                raise waiting[1]
        doing = {"DescribeKey": _describe, "GetPublicKey": _public, "Sign": self._sign}
        if operation not in doing:
            raise Refusal("UnknownOperationException", operation)
        return self.altered(operation, doing[operation](self._found(body), body))

    def _found(self, body: dict[str, Any]) -> Key:
        arn = str(body.get("KeyId", ""))
        if arn not in self.keys:
            raise Refusal("NotFoundException", f"Key '{arn}' does not exist")
        return self.keys[arn]

    def _sign(self, key: Key, body: dict[str, Any]) -> dict[str, Any]:
        message, algorithm = b64decode(body["Message"], validate=True), body["SigningAlgorithm"]
        if not 1 <= len(message) <= 4096:
            raise Refusal("ValidationException", "Member must have length from 1 to 4096")
        _usable(key)
        if key.usage != "SIGN_VERIFY" or algorithm not in _ALGORITHMS[key.spec]:
            raise Refusal("InvalidKeyUsageException", f"{algorithm} is not for {key.spec}")
        raw = body.get("MessageType", "RAW") == "RAW"
        if algorithm != "ED25519_SHA_512" or not raw:
            raise Refusal("ValidationException", "This stand-in signs ED25519_SHA_512 over RAW")
        assert isinstance(key.private, Ed25519PrivateKey)
        self.signed.append((key.arn, message))
        signature = b64encode(key.private.sign(message)).decode()
        return {"KeyId": key.arn, "Signature": signature, "SigningAlgorithm": algorithm}


def _usable(key: Key) -> None:
    if key.state == "Disabled":
        raise Refusal("DisabledException", f"{key.arn} is disabled.")
    if key.state != "Enabled":
        raise Refusal("KMSInvalidStateException", f"{key.arn} is pending deletion.")


def _describe(key: Key, body: dict[str, Any]) -> dict[str, Any]:
    return {"KeyMetadata": key.metadata}


def _public(key: Key, body: dict[str, Any]) -> dict[str, Any]:
    _usable(key)
    der = key.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {"KeyId": key.arn, "PublicKey": b64encode(der).decode(), "KeySpec": key.spec,
            "KeyUsage": key.usage, "SigningAlgorithms": _ALGORITHMS[key.spec]}  # fmt: skip


def _authenticate(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Compute the signature again (Signature Version 4), as AWS does with its secret."""
    scheme, _, rest = handler.headers.get("Authorization", "").partition(" ")
    if scheme != "AWS4-HMAC-SHA256":
        raise Refusal("MissingAuthenticationTokenException", "Request is missing a token", 403)
    given = dict(part.split("=", 1) for part in rest.split(", "))
    access, day, region, service, _ = given["Credential"].split("/")
    at = handler.headers["X-Amz-Date"]
    if access != ACCESS:
        raise Refusal("UnrecognizedClientException", "The security token is invalid.")
    age = datetime.now(UTC) - datetime.strptime(at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if (day, region, service) != (at[:8], REGION, "kms") or abs(age) > timedelta(minutes=5):
        raise Refusal("InvalidSignatureException", "Credential should be scoped to this region")
    names = given["SignedHeaders"].split(";")
    signed = {name: handler.headers[name] for name in names}
    request = AWSRequest("POST", f"http://{handler.headers['Host']}/", headers=signed, data=body)
    request.context["timestamp"] = at
    signer = SigV4Auth(Credentials(ACCESS, SECRET), "kms", region)
    wanted = signer.signature(
        signer.string_to_sign(request, signer.canonical_request(request)), request
    )
    if wanted != given["Signature"] or not {"host", "x-amz-date", "x-amz-target"} <= set(names):
        raise Refusal("InvalidSignatureException", "The request signature does not match.")


class _Handler(BaseHTTPRequestHandler):
    service: KeyService

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        target = self.headers.get("X-Amz-Target", "")
        try:
            _authenticate(self, body)
            if self.headers["Content-Type"] != "application/x-amz-json-1.1":
                raise Refusal("SerializationException", "JSON 1.1 is spoken here")
            if not target.startswith(_TARGET):
                raise Refusal("UnknownOperationException", target)
            answer = self.service.answer(target.removeprefix(_TARGET), json.loads(body))
        except Refusal as refusal:
            self._send(refusal.status, {"__type": refusal.code, "message": str(refusal)})
            return
        if answer is not None:
            self._send(200, answer)

    def _send(self, status: int, answer: dict[str, Any]) -> None:
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def key_service() -> Iterator[KeyService]:
    """One that listens."""
    made = KeyService()
    handler = type("Handler", (_Handler,), {"service": made})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        made.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


def credentials(url: str) -> dict[str, str]:
    """What a process is told to find it, and nothing else of AWS on this machine."""
    return {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        "AWS_ACCESS_KEY_ID": ACCESS,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_ENDPOINT_URL_KMS": url,
    }


@pytest.fixture(scope="module")
def kms_of_module() -> Iterator[KeyService]:
    """One for all tests of a file."""
    with key_service() as made:
        yield made


@pytest.fixture
def kms(kms_of_module: KeyService, monkeypatch: pytest.MonkeyPatch) -> KeyService:
    """A key service that GovDesk finds by its environment; it keeps and remembers nothing yet.

    Clients of boto3 are real, and made once for each environment: each takes a third of a second.
    """
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in credentials(kms_of_module.url).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(Place, "client", _client)
    kms_of_module.__init__(kms_of_module.port)  # type: ignore[misc]
    return kms_of_module


_real_client: Final = Place.client
_clients: Final[dict[tuple[str | None, ...], Any]] = {}


def _client(place: Place, service: str) -> Any:
    told = (os.environ.get(name) for name in ("AWS_ENDPOINT_URL_KMS", "AWS_ACCESS_KEY_ID"))
    key = (place.region, service, *told)
    if key not in _clients:
        _clients[key] = _real_client(place, service)
    return _clients[key]
