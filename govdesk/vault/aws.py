"""The door to AWS: boto3 is an extra and is imported only when somebody uses it.

Credentials and region come from where boto3 looks for them (environment, files, instance role).
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from govdesk.vault.errors import KeyServiceRefused

CONNECT_SECONDS: Final = 5
READ_SECONDS: Final = 10
_DENIED: Final = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredTokenException",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)


@dataclass(frozen=True, slots=True)
class Place:
    """Which AWS: None leaves the choice to boto3; `endpoint` is for tests and private endpoints."""

    region: str | None = None
    endpoint: str | None = None

    def client(self, service: str) -> Any:
        """Return a boto3 client with short deadlines; raises `KeyServiceRefused`."""
        config = _library("botocore.config").Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": 2},
        )
        with told(service):
            return (
                _library("boto3")
                .session.Session()
                .client(service, region_name=self.region, endpoint_url=self.endpoint, config=config)
            )


@contextmanager
def told(service: str, known: Mapping[str, Exception] | None = None) -> Iterator[None]:
    """Turn what botocore raises into sentences; `known` maps AWS error codes to exceptions.

    AWS's own message is shown: it names keys and permissions, never a secret.
    """
    errors = _library("botocore.exceptions")
    try:
        yield
    except errors.ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        raise (known or {}).get(code) or _refused(service, code, error) from None
    except errors.NoRegionError:
        raise KeyServiceRefused(
            "AWS needs a region, and none is set.", "Set AWS_REGION, or use the whole ARN."
        ) from None
    except (errors.NoCredentialsError, errors.PartialCredentialsError):
        raise KeyServiceRefused(
            "AWS credentials are missing on this machine.",
            "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or an instance role.",
        ) from None
    except errors.BotoCoreError as error:
        raise KeyServiceRefused(
            f"AWS {service} cannot be reached: {error}",
            "Check the network and the region, and try again.",
        ) from None


def _refused(service: str, code: str, error: Exception) -> KeyServiceRefused:
    remedy = "Try again; if it stays, show this sentence to whoever runs your AWS account."
    if code in _DENIED:
        remedy = "Ask whoever runs your AWS account for this permission, or sign in to AWS again."
    return KeyServiceRefused(f"AWS {service} refused: {error}", remedy)


def _library(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise KeyServiceRefused(
            "The library for AWS (boto3) is not installed here.",
            "Install GovDesk with its extra “aws”: pip install 'govdesk[aws]'.",
        ) from None
