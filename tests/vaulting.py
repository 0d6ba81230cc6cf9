"""The vault in tests: people with keys at hand, sealed integrations, the worker's round."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any
from uuid import UUID

from govdesk.database import demo, sign_in
from govdesk.database.connection import Session
from govdesk.services import vault, vault_identity
from govdesk.services.vault_tick import VaultTick
from govdesk.vault.context import Context
from govdesk.vault.envelope import open_, seal
from tests.doors import Connection, arranged, seat, worker
from tests.people import ACME, PASSWORD, Cast

GUARD = "_300_secrets"
PLAIN = {"username": "reports", "note": "the line of the second site"}


def salted(cast: Cast, email: str, password: str = PASSWORD) -> bytes:
    """What Argon2id makes of a person's password here."""
    return sign_in.derive_salted(password, sign_in.parameters(cast.admin, email))


def at_desk(cast: Cast, person: demo.Person | str, path: str = ACME) -> Session:
    """A session just confirmed, with the person's key opened as at a sign-in."""
    email = person if isinstance(person, str) else person.email
    session = seat(cast, email, path)
    vault_identity.ensure(session, salted(cast, email))
    return session


def place_of(cast: Cast, row: object, path: str = ACME) -> Context:
    """Where the sealed fields of an integration belong."""
    return Context(cast.tenant_id(path), "integration", UUID(str(row)), "sealed", 1)


def sealed_row(session: Session, cast: Cast, plain: dict[str, str] | None = None) -> str:
    """An integration with sealed fields, written by plain SQL; the first makes the vault's key."""
    keys = vault.ready(session)
    row = secrets.token_hex(16)
    text = json.dumps(PLAIN if plain is None else plain).encode()
    envelope = seal(keys.current, place_of(cast, row, session.tenant_path), text)
    with session.transaction() as connection:
        connection.execute(
            "INSERT INTO govdesk.integration (id, tenant_id, tenant_path, node_path, kind, name,"
            " sealed, key_version) SELECT %s::uuid, tenant_id, tenant_path, tenant_path, 'http',"
            " %s, %s, %s FROM govdesk.tenant WHERE tenant_path = %s::ltree",
            (row, f"Line {row[:6]}", envelope, keys.current.version, session.tenant_path),
        )
    return str(UUID(row))


def envelope_of(cast: Cast, row: str) -> bytes:
    """What stands in the row, as superuser."""
    return bytes(cast.one("SELECT sealed FROM govdesk.integration WHERE id = %s", row))


def version_of(cast: Cast, row: str) -> int:
    """The key version that the row names."""
    return int(cast.one("SELECT key_version FROM govdesk.integration WHERE id = %s", row))


def opened(session: Session, cast: Cast, row: str) -> Any:
    """What the person of a session reads in a row's sealed fields."""
    with vault.keys_of(session) as keys:
        place = place_of(cast, row, session.tenant_path)
        return json.loads(open_(keys, place, envelope_of(cast, row)))


def plant(cast: Cast, row: str, envelope: bytes, path: str = ACME) -> None:
    """Put an envelope into a row as the server's administrator can, with its guard switched off."""
    with arranged(cast, path) as admin:
        found = admin.execute(
            "SELECT tgenabled FROM pg_trigger WHERE tgname = %s"
            " AND tgrelid = 'govdesk.integration'::regclass",
            (GUARD,),
        ).fetchone()
        assert found is not None
        admin.execute(f"ALTER TABLE govdesk.integration DISABLE TRIGGER {GUARD}")  # type: ignore[arg-type]
        admin.execute("UPDATE govdesk.integration SET sealed = %s WHERE id = %s", (envelope, row))
        # The seal of this change comes at its end, and a table with one pending is not altered.
        admin.execute("SET CONSTRAINTS ALL IMMEDIATE")
        always = "ALWAYS" if found[0] in ("A", b"A") else ""
        admin.execute(f"ALTER TABLE govdesk.integration ENABLE {always} TRIGGER {GUARD}")  # type: ignore[arg-type]


def leave(cast: Cast, email: str, path: str = ACME) -> None:
    """Somebody is suspended, as an admin would."""
    with arranged(cast, path) as admin:
        admin.execute(
            "UPDATE govdesk.member SET status = 'suspended' WHERE email = %s"
            " AND tenant_path = %s::ltree",
            (email, path),
        )


class Round:
    """The worker's round with a key file of its own."""

    def __init__(self, cast: Cast, folder: Path, name: str = "worker-key.json"):
        self._door: Connection = worker(cast)
        self.tick = VaultTick(folder / name)

    def __call__(self) -> int:
        """Do whatever is due; returns how many steps that were."""
        return self.tick(self._door, "tests")
