"""What a worker needs to sign and to send: an endpoint's secrets, opened for one delivery.

Nothing here is the receiver's fault: a secret that does not open, or a reference that leads
nowhere, costs the endpoint no try.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from govdesk.database.vault_store import Copy
from govdesk.delivery.endpoint import Endpoint, SigningKey
from govdesk.delivery.signing import SEED_BYTES, key_id
from govdesk.domain import secret_references
from govdesk.domain.problem import Problem
from govdesk.services import opening_rules
from govdesk.services.keepers import keepers_of
from govdesk.services.reference_rules import ReferenceRules, rules_of
from govdesk.services.vault import Keys
from govdesk.vault import worker_key
from govdesk.vault.envelope import open_
from govdesk.vault.errors import (
    CopyDoesNotOpen,
    KeyServiceRefused,
    MissingKey,
    RetiredKey,
    VaultProblem,
)
from govdesk.vault.hidden import Hidden, Secret
from govdesk.vault.identities import PrivateKey
from govdesk.vault.inboxes import SECRETS, SIGNING_KEYS, open_inbox, place, seal_secret
from govdesk.vault.references import Keepers

__all__ = [
    "CACHED_SECONDS", "REFERENCE_SECONDS", "Document", "EndpointOpener", "NotReady", "needs_round",
    "seal_secret",
]  # fmt: skip

CACHED_SECONDS: Final = 55.0
"""How long what was opened may be used: what a reference led to is then at most a minute old."""
REFERENCE_SECONDS: Final = 5.0
"""How long endpoints with the same reference share one question."""
_SIGNED: Final = "webhook"
_REFERENCES: Final = ("token", "client_certificate", "client_key")

logger = logging.getLogger(__name__)

Document = Mapping[str, Any]
"""What `govdesk_api.delivery_endpoint` answers."""


class NotReady(Problem):
    """Something of ours is missing that a delivery needs; the receiver has no part in it."""


def needs_round(document: Document) -> bool:
    """Whether the round of the webhooks' secrets has something to do for this endpoint."""
    rows = [*document.get("secrets", ()), *document.get("signing_keys", ())]
    waits = any(row.get("inbox") for row in rows)
    return waits or (document["kind"] == _SIGNED and not _living(document, "signing_keys"))


class EndpointOpener(Hidden):
    """Opens endpoints with the worker's private key, or its key file, which is read once.

    Safe to call from several threads. Hold what it returns no longer than `CACHED_SECONDS`:
    references are followed anew after that. `on_unruled` is called once, as soon as it is known
    that several organizations share this worker and nothing says which addresses are whose.
    """

    __slots__ = ("_key", "_lock", "_on_unruled", "_openings", "_path", "_references")

    def __init__(
        self,
        key: PrivateKey | Path,
        environment: Mapping[str, str] | None = None,
        *,
        keepers: Keepers | None = None,
        clock: Callable[[], float] = time.monotonic,
        on_unruled: Callable[[], object] | None = None,
    ):
        around = os.environ if environment is None else environment
        self._key = key if isinstance(key, PrivateKey) else None
        self._path = None if isinstance(key, PrivateKey) else key
        self._lock = threading.Lock()
        self._references = _References(keepers or keepers_of(around), rules_of(around), clock)
        self._openings = opening_rules.rules_of(around)
        self._on_unruled = on_unruled

    def open(self, document: Document) -> Endpoint:
        """Open every secret that signs now, and follow the references.

        Raises `NotReady` for what is not there yet, and a `Problem` of the vault, of its key
        service or of a reference for what does not open: each is a fault of ours.
        """
        is_shared = _organizations(document) > 1
        if is_shared and not self._openings.are_set:
            self._note_unruled()
        with _keys(document, self._private_key()) as keys:
            secrets = _Opened(document, keys, self._private_key())
            return Endpoint(
                id=str(document["id"]),
                tenant_id=str(document["tenant_id"]),
                tenant_path=str(document["tenant_path"]),
                kind=document["kind"],
                url=document["url"],
                format=document["format"],
                detail=document["detail"],
                headers=dict(document.get("headers") or {}),
                settings=dict(document.get("settings") or {}),
                allow=self._openings.counting(
                    str(document["tenant_path"]), document.get("allow") or ()
                ),
                throttle=document.get("throttle"),
                version=int(document["version"]),
                secrets=secrets.secrets(),
                signing_keys=secrets.signing_keys(),
                is_shared=is_shared,
                is_ruled=self._openings.are_set,
                **self._references.follow(document),
            )

    def _note_unruled(self) -> None:
        with self._lock:
            tell, self._on_unruled = self._on_unruled, None
        if tell is not None:
            tell()

    def _private_key(self) -> PrivateKey:
        with self._lock:
            if self._key is None:
                assert self._path is not None
                self._key = worker_key.read(self._path)
            return self._key


class _Opened(Hidden):
    """The secrets of one document."""

    __slots__ = ("_document", "_keys", "_private_key", "_tenant")

    def __init__(self, document: Document, keys: Keys, private_key: PrivateKey):
        self._document, self._keys, self._private_key = document, keys, private_key
        self._tenant = UUID(str(document["tenant_id"]))

    def secrets(self) -> tuple[bytes, ...]:
        """The secrets that sign now, the current one first."""
        rows = _living(self._document, "secrets")
        if self._document["kind"] == _SIGNED and not _has_current(rows):
            raise NotReady(
                "This webhook has no secret yet, so nothing can be signed.",
                "Open it with Edit and choose Auto-generate, or rotate its secret.",
            )
        return tuple(found for row in rows if (found := self._raw(SECRETS, row)) is not None)

    def signing_keys(self) -> tuple[SigningKey, ...]:
        """The organization's signing keys, the current one first."""
        rows = _living(self._document, "signing_keys")
        if self._document["kind"] == _SIGNED and not _has_current(rows):
            raise NotReady(
                "Your organization has no signing key yet.",
                "The worker makes one within half a minute; nothing is lost meanwhile.",
            )
        return tuple(found for row in rows if (found := self._signing_key(row)) is not None)

    def _signing_key(self, row: Document) -> SigningKey | None:
        seed = self._raw(SIGNING_KEYS, row)
        if seed is None:
            return None
        if not _fits(row, seed):
            raise VaultProblem(
                f"The signing key {row['kid']} is not the one that its receivers are shown.",
                "Rotate the organization's signing key; the audit log says who changed it.",
            )
        return SigningKey(row["kid"], seed)

    def _raw(self, table: str, row: Document) -> bytes | None:
        """The bytes; None for an earlier one that does not open, without which can be sent."""
        try:
            return self._bytes(table, row)
        except KeyServiceRefused:
            # It answers again: until then nothing is sent that some receivers would refuse.
            raise
        except VaultProblem as problem:
            if row["status"] == "current":
                raise
            logger.warning("%s %s is left out: %s", table, row["id"], problem)
            return None

    def _bytes(self, table: str, row: Document) -> bytes:
        context = place(self._tenant, table, UUID(str(row["id"])))
        if row.get("sealed"):
            with _as_worker():
                return open_(self._keys, context, bytes.fromhex(row["sealed"]))
        if row.get("inbox"):
            return open_inbox(self._private_key, context, bytes.fromhex(row["inbox"]))
        raise VaultProblem("A secret of this webhook is not there any more.", "Rotate the secret.")


class _References:
    """Secrets that are kept elsewhere, each asked for once for all that open together."""

    def __init__(self, keepers: Keepers, rules: ReferenceRules, clock: Callable[[], float]):
        self._keepers, self._rules, self._clock = keepers, rules, clock
        self._found: dict[str, tuple[float, Secret]] = {}
        self._lock = threading.Lock()

    def follow(self, document: Document) -> dict[str, str]:
        """Return every secret that an endpoint names, by its field; empty where it names none."""
        named = document.get("secret_refs") or {}
        return {name: self._secret(document, named.get(name) or "") for name in _REFERENCES}

    def _secret(self, document: Document, text: str) -> str:
        if not text:
            return ""
        reference = secret_references.parse(text)
        organizations = _organizations(document)
        self._rules.check(str(document["tenant_path"]), reference, organizations)
        now = self._clock()
        with self._lock:
            found = self._found.get(text)
        if found is None or found[0] <= now:
            found = now + REFERENCE_SECONDS, self._keepers.resolve(reference)
            self._keep(text, found, now)
        return found[1].reveal()

    def _keep(self, text: str, found: tuple[float, Secret], now: float) -> None:
        with self._lock:
            self._found = {name: one for name, one in self._found.items() if one[0] > now}
            self._found[text] = found


def _organizations(document: Document) -> int:
    return int(document.get("organizations") or 1)


def _fits(row: Document, seed: bytes) -> bool:
    """Whether a seed makes the public key that stands beside it, under its own name."""
    if len(seed) != SEED_BYTES:
        return False
    public = SigningKey("", seed).public
    return public == bytes.fromhex(row["public_key"]) and row["kid"] == key_id(public)


def _living(document: Document, name: str) -> list[Document]:
    """Rows that sign now: neither retired nor past their end, in the order they come in."""
    now = datetime.now(UTC)
    return [
        row
        for row in document.get(name) or ()
        if row["status"] != "retired"
        and (not row.get("ends_at") or datetime.fromisoformat(row["ends_at"]) > now)
    ]


def _has_current(rows: Sequence[Document]) -> bool:
    return any(row["status"] == "current" for row in rows)


def _keys(document: Document, private_key: PrivateKey) -> Keys:
    vault = document.get("vault") or {}
    sealed = {
        int(one["version"]): bytes.fromhex(one["sealed"])
        for one in vault.get("worker_copies") or ()
    }
    copies = [_copy(one, sealed.get(int(one["version"]))) for one in vault.get("versions") or ()]
    return Keys(UUID(str(document["tenant_id"])), copies, private_key)


def _copy(version: Document, sealed: bytes | None) -> Copy:
    return Copy(
        int(version["version"]),
        version["provider"],
        version.get("key_ref"),
        bytes.fromhex(version["commitment"]),
        version["status"],
        sealed,
    )


@contextmanager
def _as_worker() -> Iterator[None]:
    """Sentences of the vault speak to a person who holds a copy; here a worker does."""
    try:
        yield
    except (MissingKey, CopyDoesNotOpen) as problem:
        raise VaultProblem(
            "The worker holds no copy of the vault's key that opens the secret of this webhook.",
            "Start it with the key file it had (GOVDESK_WORKER_KEY_FILE), or let an admin run"
            " govdesk keys vault --share.",
        ) from problem
    except RetiredKey as problem:
        raise VaultProblem(
            "The secret of this webhook is sealed under a key of the vault that is retired.",
            "Rotate the secret.",
        ) from problem
