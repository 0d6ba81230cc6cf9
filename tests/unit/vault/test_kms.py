"""Claims: KMS itself binds the data keys that it wraps to their place. Against moto, not AWS."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from govdesk.vault.aws import Place
from govdesk.vault.envelope import cut, open_, rewrap, seal
from govdesk.vault.errors import DamagedEnvelope, KeyServiceRefused, OtherKey, WrongProvider
from govdesk.vault.kms import KmsKey
from govdesk.vault.providers import KeyRing, TenantKey
from govdesk.vault.self_test import self_test
from tests.unit.vault.places import HARBOUR, HOME, samples

Client = Callable[[str], Any]
REGION = "eu-central-1"


@pytest.fixture
def key(aws: Place, of_operator: Client) -> Iterator[KmsKey]:
    arn = of_operator("kms").create_key()["KeyMetadata"]["Arn"]
    made = KmsKey(1, arn, endpoint=aws.endpoint)
    yield made
    made.close()


def test_a_value_sealed_under_kms_opens_in_its_place_only(key: KmsKey) -> None:
    sealed = seal(key, HOME, b"note")
    assert open_(lambda _: key, HOME, sealed) == b"note"
    assert cut(sealed).provider == "aws-kms"
    for place in (replace(HOME, tenant_id=HARBOUR), replace(HOME, column="other")):
        with pytest.raises(DamagedEnvelope):
            open_(lambda _: key, place, sealed)


def test_kms_itself_refuses_another_encryption_context(key: KmsKey, of_operator: Client) -> None:
    kms = of_operator("kms")
    wrapped = cut(seal(key, HOME, b"note")).wrapped
    right = {**HOME.pairs(), "key_version": "1"}
    opened = kms.decrypt(CiphertextBlob=wrapped, EncryptionContext=right)
    assert len(opened["Plaintext"]) == 32
    for wrong in ({}, {**right, "key_version": "2"}, {**right, "tenant_id": str(HARBOUR)}):
        with pytest.raises(kms.exceptions.InvalidCiphertextException):
            kms.decrypt(CiphertextBlob=wrapped, EncryptionContext=wrong)


def test_a_damaged_wrapping_and_another_version_are_refused(key: KmsKey, aws: Place) -> None:
    wrapped = key.wrap(bytes(32), HOME.encode())
    with pytest.raises(DamagedEnvelope):
        key.unwrap(wrapped[:-1] + bytes([wrapped[-1] ^ 1]), HOME.encode())
    later = KmsKey(2, key.key_ref, endpoint=aws.endpoint)
    with pytest.raises(DamagedEnvelope):
        later.unwrap(wrapped, HOME.encode())
    later.close()


def test_values_move_from_the_members_key_to_kms_and_back(key: KmsKey) -> None:
    members = TenantKey.generate(2)
    ring = KeyRing([key, members], current=2)
    sealed = rewrap(ring, key, HOME, seal(members, HOME, b"note"))
    assert open_(ring, HOME, rewrap(ring, members, HOME, sealed)) == b"note"
    with pytest.raises(WrongProvider, match=r"aws-kms.*members"):
        open_(lambda _: TenantKey.generate(1), HOME, sealed)


def test_the_self_test_holds_with_both_providers(key: KmsKey) -> None:
    members = TenantKey.generate(2)
    ring = KeyRing([key, members], current=2)
    report = self_test(ring, samples(key, members)[:4], versions=ring.versions, max_pairs=6)
    assert report.ok is True
    assert report.tried["version"] == 8, "with the old provider's name and with the new one's"


def test_a_key_that_is_gone_or_another_gets_its_own_sentence(key: KmsKey, aws: Place) -> None:
    sealed = seal(key, HOME, b"note")
    gone = KmsKey(1, key.key_ref.rpartition("/")[0] + "/00000000-dead", endpoint=aws.endpoint)
    with pytest.raises(KeyServiceRefused, match="does not exist"):
        open_(lambda _: gone, HOME, sealed)
    gone.close()
    with pytest.raises(OtherKey):
        gone.checked(key.commitment)
    assert key.checked(key.commitment) is key


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("IncorrectKeyException", OtherKey, "not the key that the organization uses"),
        ("AccessDeniedException", KeyServiceRefused, "Ask whoever runs your AWS account"),
        ("DisabledException", KeyServiceRefused, "is disabled"),
        ("KMSInvalidStateException", KeyServiceRefused, "usable state"),
        ("ThrottlingException", KeyServiceRefused, "Try again"),
    ],
)
def test_what_moto_never_says_has_its_sentence_too(
    code: str, kind: type[Exception], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = importlib.import_module("botocore.exceptions")

    class Refusing:
        def decrypt(self, **asked: object) -> None:
            raise errors.ClientError({"Error": {"Code": code, "Message": "no"}}, "Decrypt")

    monkeypatch.setattr(Place, "client", lambda self, service: Refusing())
    with pytest.raises(kind, match=words):
        KmsKey(1, "alias/vault", REGION).unwrap(b"x", HOME.encode())


def test_an_address_where_nobody_answers_gets_a_sentence(aws: Place) -> None:
    key = KmsKey(1, "alias/vault", REGION, "http://127.0.0.1:1")
    with pytest.raises(KeyServiceRefused, match="cannot be reached"):
        key.wrap(bytes(32), HOME.encode())
    key.close()


@pytest.mark.usefixtures("aws")
def test_missing_credentials_and_region_get_their_sentences(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(KeyServiceRefused, match="AWS_REGION"):
        KmsKey(1, "alias/vault").wrap(bytes(32), HOME.encode())
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    key = KmsKey(1, "alias/vault", REGION, "http://127.0.0.1:1")
    with pytest.raises(KeyServiceRefused, match="credentials are missing"):
        key.wrap(bytes(32), HOME.encode())
    key.close()


def test_without_boto3_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> ModuleType:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr("govdesk.vault.aws.importlib.import_module", missing)
    with pytest.raises(KeyServiceRefused, match=r"boto3.*pip install 'govdesk\[aws\]'"):
        KmsKey(1, "alias/vault").wrap(bytes(32), HOME.encode())
