"""The public keys that an organization's webhooks are signed with, as a JWK set (RFC 7517).

Whoever receives a webhook asks for them; a key before the current one stays until its end. An
organization that is not there and one that never had a webhook get the same answer.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from typing import Final

from starlette.responses import Response

from govdesk.delivery.signing import jwk
from govdesk.domain.problem import Problem
from govdesk.services.connecting import key_of
from govdesk.services.links import Links, PublicKey
from govdesk.web import intake_problems
from govdesk.web.allowance import visitor
from govdesk.web.intake_limits import Buckets, Rate

PLACE: Final = "/.well-known/webhooks/"
PATH: Final = PLACE + "{tenant_path}"
KIND: Final = "application/jwk-set+json"
FRESH_SECONDS: Final = 300
ASKED: Final = Rate(1, 300)
"""Questions of one visitor, beside what every receiver keeps for five minutes."""
_TENANT: Final = re.compile(r"[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*", re.ASCII)
_MOST: Final = 512
_LOG: Final = logging.getLogger("govdesk.web")


class PublishedKeys:
    """The page over the connections of `links`."""

    def __init__(self, links: Links):
        self._links, self._asked = links, Buckets(ASKED)

    def refusal(self, tenant_path: str, address: str) -> Response | None:
        """The answer to a question that the database is not asked; for one thread."""
        if wait := self._asked.take(visitor(address)):
            return too_often(wait)
        if len(tenant_path) > _MOST or _TENANT.fullmatch(tenant_path) is None:
            return not_found()
        return None

    def __call__(self, tenant_path: str, known: str) -> Response:
        """Answer; `known` is If-None-Match (RFC 9110 §13.1.2)."""
        try:
            keys = self._links.signing_keys(tenant_path)
        except Problem as problem:
            _LOG.error("refused: %s", key_of(problem) or type(problem).__name__)
            return unavailable()
        if not keys:
            return not_found()
        body = document(keys)
        headers = {
            "ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
            "Cache-Control": f"public, max-age={FRESH_SECONDS}",
        }
        if _is_known(headers["ETag"], known):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=KIND)


def document(keys: list[PublicKey]) -> bytes:
    """The set as it is sent: the same bytes for the same keys."""
    found = [jwk(one.kid, one.public, one.created_at, one.ends_at) for one in keys]
    return json.dumps({"keys": found}, sort_keys=True, separators=(",", ":")).encode()


def _is_known(tag: str, known: str) -> bool:
    said = [one.strip().removeprefix("W/") for one in known.split(",")]
    return tag in said or said == ["*"]


def not_found() -> Response:
    """404: nobody learns whether there is such an organization."""
    return intake_problems.answer(
        404, "no-keys", "No keys are published here",
        "The address ends with the path of an organization that sends signed webhooks.",
    )  # fmt: skip


def too_often(seconds: int) -> Response:
    """429: the answer may be kept for five minutes."""
    return intake_problems.answer(
        429, "too-many-requests", "Too many requests",
        f"Keep the keys for {FRESH_SECONDS // 60} minutes. Ask again in {seconds} s.",
        {"Retry-After": str(seconds)},
    )  # fmt: skip


def unavailable() -> Response:
    """503: keys that were read before are still good until their end."""
    return intake_problems.answer(
        503, "unavailable", "The database does not answer",
        "Ask again in 5 s; keys that you have are good until they end.", {"Retry-After": "5"},
    )  # fmt: skip
