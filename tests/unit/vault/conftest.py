"""KMS and Secrets Manager as moto imitates them, over HTTP: it is not AWS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3  # type: ignore[import-untyped]
import pytest
from moto.server import ThreadedMotoServer

from govdesk.vault.aws import Place

REGION = "eu-central-1"


@pytest.fixture(scope="module")
def moto_server() -> Iterator[Place]:
    """Run moto's server for the tests of one file; AWS's own address is never asked."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield Place(REGION, f"http://{host}:{port}")
    server.stop()


@pytest.fixture
def aws(moto_server: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The imitation, with made-up credentials and nothing else from this machine."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    return moto_server


@pytest.fixture
def of_operator(aws: Place) -> Iterator[Any]:
    """Return boto3 clients by name, as whoever runs the AWS account has them."""
    clients: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in clients:
            clients[service] = boto3.client(
                service, region_name=aws.region, endpoint_url=aws.endpoint
            )
        return clients[service]

    yield client
    for made in clients.values():
        made.close()
