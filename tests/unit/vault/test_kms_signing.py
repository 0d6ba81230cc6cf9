"""Claims: a key of AWS KMS signs Ed25519, and what is wrong with it is said. Not tried at AWS."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import boto3  # type: ignore[import-untyped]
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from moto.kms.utils import KeySpec

from govdesk.vault.errors import KeyServiceRefused, VaultProblem
from govdesk.vault.kms_signing import TRIAL, KmsSigner, arn_of
from tests.key_service import (
    ACCESS,
    ED25519,
    P256,
    REGION,
    SECRET,
    Key,
    KeyService,
    kms,
    kms_of_module,
)

__all__ = ["kms", "kms_of_module"]

MESSAGE = b"govdesk/acme\n3\nAAAA\n"
ARN = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.fixture
def key(kms: KeyService) -> Key:
    return kms.add()


@pytest.fixture
def signer(key: Key) -> Iterator[KmsSigner]:
    made = KmsSigner(key.arn)
    yield made
    made.close()


def test_kms_signs_what_openssl_and_everybody_else_verifies(
    signer: KmsSigner, key: Key, kms: KeyService
) -> None:
    signature = signer.sign(MESSAGE)
    assert signer.public == key.public
    Ed25519PublicKey.from_public_bytes(signer.public).verify(signature, MESSAGE)
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(signer.public).verify(signature, MESSAGE + b"x")
    assert kms.asked == ["DescribeKey", "GetPublicKey", "Sign"]
    signer.sign(MESSAGE)
    assert kms.asked[3:] == ["Sign"]
    assert signer.tried() == key.public
    assert kms.signed[-1] == (key.arn, TRIAL)


def test_moto_cannot_sign_so_and_the_day_it_can_its_stand_in_goes() -> None:
    assert ED25519 not in KeySpec.key_specs()


@pytest.mark.parametrize(
    "wrong",
    [
        "awskms://",
        "awskms://alias/checkpoints",
        "awskms://arn:aws:kms:eu-west-1:111122223333:alias/checkpoints",
        "awskms://1234abcd-12ab-34cd-56ef-1234567890ab",
        "awskms://arn:aws:kms:eu-west-1:1:key/x",
        "awskms://arn:aws:s3:eu-west-1:111122223333:key/x",
        f"awskms://{ARN}?region=x",
        ARN,
    ],
)
def test_only_the_whole_arn_of_a_key_is_a_reference(wrong: str) -> None:
    with pytest.raises(VaultProblem, match="names no key of AWS KMS") as caught:
        arn_of(wrong)
    assert caught.value.exit_code == 2
    for right in (ARN, ARN.replace("aws:", "aws-cn:", 1), ARN.replace("/12", "/mrk-12")):
        assert arn_of(f" awskms://{right}\n") == right


def _another_kind(kms: KeyService, key: Key) -> None:
    kms.keys[key.arn] = Key(kms.add(P256).private, P256, arn=key.arn)


def _agreement(kms: KeyService, key: Key) -> None:
    key.usage = "KEY_AGREEMENT"


def _disabled(kms: KeyService, key: Key) -> None:
    key.state = "Disabled"


def _deleted(kms: KeyService, key: Key) -> None:
    key.state = "PendingDeletion"


def _unavailable(kms: KeyService, key: Key) -> None:
    key.state = "Unavailable"


def _gone(kms: KeyService, key: Key) -> None:
    del kms.keys[key.arn]


def _unseen(kms: KeyService, key: Key) -> None:
    kms.deny("DescribeKey", key)


def _unread(kms: KeyService, key: Key) -> None:
    kms.deny("GetPublicKey", key)


def _unsigned(kms: KeyService, key: Key) -> None:
    kms.deny("Sign", key)


def _busy(kms: KeyService, key: Key) -> None:
    kms.refuse("Sign", "ThrottlingException", "You have exceeded the rate", times=2)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (_another_kind, rf"of the kind {P256} for SIGN_VERIFY.*Make a key with the spec {ED25519}"),
        (_agreement, rf"of the kind {ED25519} for KEY_AGREEMENT"),
        (_disabled, r"is disabled\. Ask whoever runs your AWS account"),
        (_deleted, r"to be deleted on 2027-01-31.*can be cancelled"),
        (_unavailable, r"not in a usable state \(Unavailable\)"),
        (_gone, "does not exist"),
        (_unseen, "not authorized to perform: kms:DescribeKey.* Ask whoever runs your AWS"),
        (_unread, "not authorized to perform: kms:GetPublicKey"),
        (_unsigned, "not authorized to perform: kms:Sign on resource"),
        (_busy, "too many requests of this account just now"),
    ],
)
def test_each_thing_that_is_wrong_has_its_sentence(
    what: Any, words: str, signer: KmsSigner, key: Key, kms: KeyService
) -> None:
    what(kms, key)
    with pytest.raises(KeyServiceRefused, match=words):
        signer.tried()
    assert not [one for one in kms.signed if one[0] != key.arn]


@pytest.mark.parametrize(
    ("state", "words"), [("Disabled", "is disabled"), ("PendingDeletion", "usable state")]
)
def test_a_key_that_ends_after_it_was_checked_is_said_by_the_signature(
    state: str, words: str, signer: KmsSigner, key: Key
) -> None:
    signer.sign(MESSAGE)
    key.state = state
    with pytest.raises(KeyServiceRefused, match=words):
        signer.sign(MESSAGE)


def test_one_throttled_request_is_asked_again_at_once(signer: KmsSigner, kms: KeyService) -> None:
    kms.refuse("Sign", "ThrottlingException")
    assert signer.sign(MESSAGE)
    assert kms.asked.count("Sign") == 2


@pytest.mark.parametrize(
    ("operation", "change", "words"),
    [
        ("Sign", {"Signature": b64encode(bytes(64)).decode()}, "not its own; it is thrown away"),
        ("Sign", {"Signature": b64encode(b"short").decode()}, "not its own"),
        ("Sign", {"Signature": None}, "not its own"),
        ("Sign", {"Signature": "A"}, "cannot be asked"),
        ("GetPublicKey", {"PublicKey": b64encode(bytes(44)).decode()}, "no public key for ED25519"),
        ("GetPublicKey", {"PublicKey": None}, "no public key"),
        ("GetPublicKey", {"KeyId": ARN}, "no public key"),
        ("GetPublicKey", {"SigningAlgorithms": ["ED25519_PH_SHA_512"]}, "no public key for"),
        ("DescribeKey", {"KeyMetadata": {"Arn": ARN}}, "KMS spoke of arn:aws:kms:eu-west-1"),
        ("DescribeKey", {"KeyMetadata": None}, "KMS spoke of None"),
    ],
)
def test_what_somebody_else_answers_is_not_used(
    operation: str, change: dict[str, Any], words: str, signer: KmsSigner, kms: KeyService
) -> None:
    kms.altered = lambda asked, answer: answer | change if asked == operation else answer
    with pytest.raises(KeyServiceRefused, match=words):
        signer.sign(MESSAGE)


def test_a_key_that_was_noted_must_still_be_the_one(key: Key, kms: KeyService) -> None:
    signer = KmsSigner(key.arn, known=key.public)
    assert signer.sign(MESSAGE)
    assert kms.asked == ["Sign"]
    key.private = kms.add().private
    with pytest.raises(KeyServiceRefused, match="not its own"):
        signer.sign(MESSAGE)
    with pytest.raises(KeyServiceRefused, match="another public key than it had"):
        signer.check()
    signer.close()


def test_an_address_where_nobody_answers_or_that_is_none_gets_a_sentence(
    key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    for url, words in (("http://127.0.0.1:1", "cannot be reached"), ("x", "cannot be asked")):
        monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", url)
        away = KmsSigner(key.arn)
        with pytest.raises(KeyServiceRefused, match=words):
            away.sign(MESSAGE)
        away.close()


def test_a_message_that_kms_cannot_take_is_not_sent(signer: KmsSigner, kms: KeyService) -> None:
    assert signer.sign(bytes(4096))
    with pytest.raises(VaultProblem, match="at most 4,096 bytes, and this has 4,097") as caught:
        signer.sign(bytes(4097))
    assert not isinstance(caught.value, KeyServiceRefused)
    assert kms.asked.count("Sign") == 1


def test_the_stand_in_refuses_what_kms_refuses(key: Key, kms: KeyService) -> None:
    right = {"KeyId": key.arn, "Message": b"x", "SigningAlgorithm": "ED25519_SHA_512"}
    client = _client()
    for change, code in (
        ({"Message": bytes(4097)}, "ValidationException"),
        ({"Message": b"x" * 64, "MessageType": "DIGEST"}, "ValidationException"),
        ({"SigningAlgorithm": "ECDSA_SHA_256"}, "InvalidKeyUsageException"),
        ({"KeyId": kms.add(P256).arn}, "InvalidKeyUsageException"),
        ({"KeyId": ARN}, "NotFoundException"),
    ):
        assert _code(client, right | change) == code
    client.close()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"aws_secret_access_key": "another"}, "InvalidSignatureException"),
        ({"aws_access_key_id": "AKIDOTHER"}, "UnrecognizedClientException"),
        ({"region_name": "eu-west-1"}, "InvalidSignatureException"),
    ],
)
def test_the_stand_in_lets_nobody_else_in(
    change: dict[str, str], code: str, key: Key, kms: KeyService
) -> None:
    client = _client(**change)
    asked = {"KeyId": key.arn, "Message": b"x", "SigningAlgorithm": "ED25519_SHA_512"}
    assert _code(client, asked) == code
    assert kms.signed == []
    client.close()


def _client(**change: str) -> Any:
    usual = {"region_name": REGION, "aws_access_key_id": ACCESS, "aws_secret_access_key": SECRET}
    return boto3.client("kms", **(usual | change))


def _code(client: Any, asked: dict[str, Any]) -> str:
    with pytest.raises(client.exceptions.ClientError) as caught:
        client.sign(**asked)
    return str(caught.value.response["Error"]["Code"])
