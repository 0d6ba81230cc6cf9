"""Secrets on their way to the worker: sealed to its public key, before the vault has them.

Whoever enters a webhook's secret needs no key of the vault for it: HPKE (RFC 9180), base mode,
bound to the place where the secret belongs. Base mode proves nothing about the sender: who may
write the row may put another secret there, and the log says so.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag

from govdesk.vault.context import Context
from govdesk.vault.errors import VaultProblem
from govdesk.vault.identities import PrivateKey, seal_text_to

SECRETS: Final = "webhook_secret"
SIGNING_KEYS: Final = "webhook_signing_key"
COLUMN: Final = "sealed"
FORM: Final = 1
"""Of the plaintext: the raw bytes of a secret, or the 32 bytes of an Ed25519 seed (RFC 8032)."""


class InboxDoesNotOpen(VaultProblem):
    """A secret that was sealed to other workers, for another place, or damaged."""

    def __init__(self) -> None:
        super().__init__(
            "A secret was sealed for workers with another key file, or moved here from elsewhere.",
            "Start the worker with the key file it had (GOVDESK_WORKER_KEY_FILE), or rotate the"
            " secret.",
        )


def place(tenant_id: UUID, table: str, row_id: UUID) -> Context:
    """Where a secret belongs: the same before and after it came into the vault."""
    return Context(tenant_id, table, row_id, COLUMN, FORM)


def seal_secret(public_key: bytes, tenant_id: UUID, row_id: UUID, table: str, raw: bytes) -> bytes:
    """Seal the raw bytes of a secret to the workers; it opens for no other row.

    Raises ValueError for a public key that is none.
    """
    return seal_text_to(public_key, raw, place(tenant_id, table, row_id).encode())


def open_inbox(private_key: PrivateKey, context: Context, inbox: bytes) -> bytes:
    """Return the raw bytes of a secret; raises `InboxDoesNotOpen`."""
    try:
        return private_key.unseal(inbox, context.encode())
    except (InvalidTag, ValueError):
        raise InboxDoesNotOpen from None
