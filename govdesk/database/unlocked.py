"""A person's private key while they are signed in: in memory only, shared by their connections."""

from __future__ import annotations

from govdesk.vault.hidden import Hidden
from govdesk.vault.identities import PrivateKey


class Unlocked(Hidden):
    """Holds a private key until `wipe`; whoever holds this afterwards holds nothing.

    Python gives no way to overwrite the bytes; what can be done is that nothing refers to them.
    """

    __slots__ = ("_key",)

    def __init__(self, key: PrivateKey):
        self._key: PrivateKey | None = key

    @property
    def key(self) -> PrivateKey | None:
        """The private key; None after the sign-out."""
        return self._key

    def wipe(self) -> None:
        """Let go of the key, here and everywhere this is shared."""
        self._key = None
