"""AWS Signature Version 4, for requests without a body.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit

EMPTY: Final = hashlib.sha256(b"").hexdigest()
_ALGORITHM: Final = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose keys sign, for which region and service."""

    key_id: str
    secret: str = field(repr=False)
    region: str
    service: str = "s3"

    def authorization(self, method: str, url: str, headers: Mapping[str, str], at: datetime) -> str:
        """The header of that name; `headers` are all that are signed, ``host`` among them."""
        scope = f"{at:%Y%m%d}/{self.region}/{self.service}/aws4_request"
        names = ";".join(sorted(name.lower() for name in headers))
        request = hashlib.sha256(_canonical(method, url, headers, names).encode()).hexdigest()
        text = "\n".join((_ALGORITHM, f"{at:%Y%m%dT%H%M%SZ}", scope, request))
        signature = hmac.digest(self._key(scope), text.encode(), "sha256").hex()
        return (
            f"{_ALGORITHM} Credential={self.key_id}/{scope},"
            f"SignedHeaders={names},Signature={signature}"
        )

    def _key(self, scope: str) -> bytes:
        key = f"AWS4{self.secret}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        return key


def _canonical(method: str, url: str, headers: Mapping[str, str], names: str) -> str:
    parts = urlsplit(url)
    values = sorted((name.lower(), " ".join(value.split())) for name, value in headers.items())
    query = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    return "\n".join(
        (
            method,
            parts.path or "/",
            "&".join(f"{name}={value}" for name, value in query),
            *(f"{name}:{value}" for name, value in values),
            "",
            names,
            dict(values).get("x-amz-content-sha256", EMPTY),
        )
    )
