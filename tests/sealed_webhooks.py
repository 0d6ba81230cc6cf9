"""What the database answers for an endpoint, made by hand: secrets, signing keys, a vault."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from govdesk.delivery.signing import SEED_BYTES, SigningKey, key_id
from govdesk.vault.context import CopyContext
from govdesk.vault.envelope import seal
from govdesk.vault.identities import PrivateKey, seal_to
from govdesk.vault.inboxes import SECRETS, SIGNING_KEYS, place, seal_secret
from govdesk.vault.providers import TenantKey


@dataclass
class Organization:
    """One tenant with a worker that holds a copy of its key."""

    worker: PrivateKey = field(default_factory=PrivateKey.generate)
    tenant_id: UUID = field(default_factory=uuid.uuid4)
    key: TenantKey = field(default_factory=lambda: TenantKey.generate(1))

    def inbox(self, raw: bytes, table: str = SECRETS, **more: Any) -> dict[str, Any]:
        """A row whose secret waits to be put into the vault."""
        row = uuid.uuid4()
        sealed = seal_secret(self.worker.public, self.tenant_id, row, table, raw)
        return _row(row, **{"inbox": sealed.hex(), **more})

    def envelope(self, raw: bytes, table: str = SECRETS, **more: Any) -> dict[str, Any]:
        """A row whose secret is in the vault."""
        row = uuid.uuid4()
        sealed = seal(self.key, place(self.tenant_id, table, row), raw)
        return _row(row, **{"sealed": sealed.hex(), "key_version": 1, **more})

    def signing_key(self, seed: bytes = b"", **more: Any) -> dict[str, Any]:
        """A signing key in the vault."""
        seed = seed or secrets.token_bytes(SEED_BYTES)
        public = SigningKey("", seed).public
        shown = {"kid": key_id(public), "public_key": public.hex()}
        return self.envelope(seed, SIGNING_KEYS, **shown, **more)

    def document(self, **more: Any) -> dict[str, Any]:
        """What `delivery_endpoint` answers."""
        place = CopyContext(self.tenant_id, 1, self.worker.public)
        version = {
            "version": 1, "provider": "members", "key_ref": None, "status": "current",
            "commitment": self.key.commitment.hex(), "created_at": "2026-11-21T19:00:00+00:00",
        }  # fmt: skip
        copy = {"version": 1, "sealed": seal_to(self.worker.public, self.key, place).hex()}
        return {
            "id": str(uuid.uuid4()), "tenant_id": str(self.tenant_id), "tenant_path": "acme",
            "kind": "webhook", "url": "https://siem.acme.example/in", "format": "govdesk",
            "detail": "full", "headers": {}, "settings": {}, "secret_refs": {}, "allow": [],
            "throttle": None, "status": "active", "version": 3, "failures": 0,
            "secrets": [self.envelope(secrets.token_bytes(32))],
            "signing_keys": [self.signing_key()],
            "vault": {"versions": [version], "worker_copies": [copy]},
        } | more  # fmt: skip


def _row(row: UUID, **more: Any) -> dict[str, Any]:
    empty = {"sealed": None, "inbox": None, "key_version": None, "ends_at": None}
    return {"id": str(row), "version": 1, "status": "current", **empty, **more}
