"""The vault with a key of AWS KMS, from end to end. KMS is moto's imitation: it is not AWS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]
import pytest
from moto.server import ThreadedMotoServer

from govdesk.services import integrations, vault, vault_self_test
from govdesk.vault.errors import DamagedEnvelope, KeyServiceRefused, WrongProvider
from tests.doors import seat
from tests.people import ADA, OLGA, Cast
from tests.vaulting import (
    PLAIN,
    Round,
    at_desk,
    envelope_of,
    leave,
    opened,
    plant,
    sealed_row,
    version_of,
)
from tests.webhooking import add_webhook, open_endpoint

pytestmark = pytest.mark.any_postgres

REGION = "eu-central-1"


@pytest.fixture(scope="module")
def moto_url() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def kms(moto_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """KMS as whoever runs the AWS account has it; GovDesk finds it by the environment."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_ENDPOINT_URL_KMS": moto_url,
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("kms", region_name=REGION, endpoint_url=moto_url)
    yield client
    client.close()


@pytest.fixture
def arn(kms: Any) -> str:
    """A fresh key."""
    return str(kms.create_key()["KeyMetadata"]["Arn"])


def test_values_move_to_kms_and_back_and_open_all_the_while(cast: Cast, arn: str) -> None:
    olga, ada = at_desk(cast, OLGA), at_desk(cast, ADA)
    rows = [sealed_row(olga, cast) for _ in range(2)]
    vault.create(olga, "aws-kms", arn)
    rows.append(sealed_row(olga, cast))
    assert [opened(ada, cast, row) for row in rows] == [PLAIN] * 3
    assert vault.rewrap_now(olga, lambda done, total: None).done == 2
    assert vault.retire_now(olga) == [1]
    (current, _) = vault.state(olga).versions
    assert (current.version, current.provider, current.key_ref) == (2, "aws-kms", arn)
    assert (current.holders, current.envelopes) == ((), 3)
    assert [opened(ada, cast, row) for row in rows] == [PLAIN] * 3
    vault.create(olga)
    assert vault.rewrap_now(olga, lambda done, total: None).done == 3
    assert vault.retire_now(olga) == [2]
    assert [opened(ada, cast, row) for row in rows] == [PLAIN] * 3


def test_a_session_alone_opens_what_kms_guards(cast: Cast, arn: str) -> None:
    olga = at_desk(cast, OLGA)
    vault.create(olga, "aws-kms", arn)
    row = sealed_row(olga, cast)
    assert integrations.reveal_sealed(seat(cast, OLGA.email), row) == PLAIN


def test_a_key_that_is_not_there_is_said_before_anything_is_written(cast: Cast, arn: str) -> None:
    olga = at_desk(cast, OLGA)
    sealed_row(olga, cast)
    missing = arn[:-12] + "0" * 12
    with pytest.raises(KeyServiceRefused, match="does not exist"):
        vault.create(olga, "aws-kms", missing)
    assert vault.state(olga).newest == 1


def test_a_kms_that_does_not_answer_has_its_own_sentence_and_costs_nothing(
    cast: Cast, arn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga = at_desk(cast, OLGA)
    vault.create(olga, "aws-kms", arn)
    row = sealed_row(olga, cast)
    vault.create(olga)
    with monkeypatch.context() as away:
        away.setenv("AWS_ENDPOINT_URL_KMS", "http://127.0.0.1:9")
        with pytest.raises(KeyServiceRefused, match="cannot be reached"):
            opened(olga, cast, row)
        with pytest.raises(KeyServiceRefused):
            vault.rewrap_now(olga, lambda done, total: None)
        with pytest.raises(KeyServiceRefused):
            vault_self_test.run(olga)
    assert version_of(cast, row) == 1
    assert vault.rewrap_now(olga, lambda done, total: None).done == 1
    assert opened(olga, cast, row) == PLAIN


def test_the_worker_wraps_again_under_kms_and_rotates_nobody(
    cast: Cast, arn: str, tmp_path: Path
) -> None:
    turn = Round(cast, tmp_path)
    turn()
    olga = at_desk(cast, OLGA)
    at_desk(cast, ADA)
    row = sealed_row(olga, cast)
    vault.create(olga, "aws-kms", arn)
    turn()
    assert version_of(cast, row) == 2
    leave(cast, ADA.email)
    assert turn() == 0
    assert [one.status for one in vault.state(olga).versions] == ["current", "retired"]


def test_no_envelope_under_kms_opens_in_another_place(cast: Cast, arn: str) -> None:
    olga = at_desk(cast, OLGA)
    before = sealed_row(olga, cast)
    vault.create(olga, "aws-kms", arn)
    one, other = sealed_row(olga, cast), sealed_row(olga, cast)
    report = vault_self_test.run(olga)
    assert (report.ok, report.opened, report.moved_and_opened) == (True, 3, [])
    whole = envelope_of(cast, one)
    for wrong in (envelope_of(cast, other), envelope_of(cast, before)):
        plant(cast, one, wrong)
        with pytest.raises((DamagedEnvelope, WrongProvider)):
            opened(olga, cast, one)
    plant(cast, one, whole)
    assert opened(olga, cast, one) == PLAIN


def test_webhooks_sign_with_what_kms_keeps_and_say_so_while_it_is_away(
    cast: Cast, arn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn, olga = Round(cast, tmp_path), at_desk(cast, OLGA)
    turn()
    hook = add_webhook(olga)
    turn()
    vault.create(olga, "aws-kms", arn)
    second = add_webhook(olga, "Another")
    turn()
    rows = cast.admin.execute("SELECT key_version, inbox FROM govdesk.webhook_secret").fetchall()
    assert rows == [(2, None)] * 2
    for one in (hook, second):
        assert open_endpoint(cast, one.id, tmp_path / "worker-key.json").secrets == (one.raw,)
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", "http://127.0.0.1:1")
    with pytest.raises(KeyServiceRefused):
        open_endpoint(cast, hook.id, tmp_path / "worker-key.json")
