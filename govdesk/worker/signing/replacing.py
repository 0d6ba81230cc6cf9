"""A key that was lost or stolen is replaced: a new identity, on purpose and said in every log."""

from __future__ import annotations

from dataclasses import dataclass

from govdesk.database.checkpointing import Desk
from govdesk.database.connection import connect
from govdesk.database.errors import Busy
from govdesk.evidence.checkpoints import origin
from govdesk.evidence.notes import VerifierKey
from govdesk.services import checkpoint_keys, checkpoint_rotation
from govdesk.services.checkpoint_keys import KeyFile


@dataclass(frozen=True, slots=True)
class Replaced:
    """The new key's fingerprint, and the organisations whose log names it."""

    fingerprint: str
    tenant_paths: list[str]


def replace(url: str, file: KeyFile, reason: str, to: str = "") -> Replaced:
    """Name this key as the one that signs from now on; a file is made if there is none.

    With `to` it is that key of AWS KMS. Every other key is retired. Raises `Problem`.
    """
    if to:
        checkpoint_rotation.point(file, to)
    with connect(url) as connection:
        desk = Desk(connection, "replace-key")
        desk.explain(reason)
        return announce_everywhere(desk, file)


def announce_everywhere(desk: Desk, file: KeyFile) -> Replaced:
    """Have every log that was ever signed name this key, and retire every other.

    Raises `Busy` where somebody holds a log; run again, it goes on where it was.
    """
    known = desk.known_keys()
    if not file.exists():
        file.create()
    pair = file.tried().current
    paths = sorted({one.tenant_path for one in known})
    for name in set(paths) - {one.tenant_path for one in known if one.public == pair.public}:
        _done(desk.announce(name, VerifierKey(origin(name), pair.public)), name)
    for one in known:
        if one.retired_at is None and one.public != pair.public:
            _done(desk.retire(one.tenant_path, one.public), one.tenant_path)
    return Replaced(checkpoint_keys.fingerprint(pair.public), paths)


def _done(did: bool, tenant_path: str) -> None:
    if not did:
        raise Busy(
            f"Somebody holds the log of {tenant_path}; it does not know the new key yet.",
            "Run the same command again in a moment.",
        )
