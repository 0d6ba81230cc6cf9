"""The vault as the database keeps it: versions, copies, holders and envelopes; no key in the clear.

Two doors to the same things: `MemberStore` for a person's session, `WorkerStore` for the worker's
login. What is read and written is sealed already; the database never sees a key.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, LiteralString, Protocol

from govdesk.database.connection import Connection, Session, explained
from govdesk.database.errors import DatabaseProblem

Provider = Literal["members", "aws-kms"]
Status = Literal["current", "live", "retired"]
Due = Literal["share", "rotate", "rewrap", "retire"]
Change = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who may hold a copy of the tenant's key; the worker has neither id nor address."""

    member_id: str | None
    public_key: bytes
    email: str = ""

    @property
    def is_worker(self) -> bool:
        """Whether it is the worker."""
        return self.member_id is None

    @property
    def key(self) -> tuple[str | None, bytes]:
        """What tells one holder from another: a person with a new key pair is another."""
        return self.member_id, self.public_key


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the tenant's key; `envelopes` is how many are wrapped under it."""

    version: int
    provider: Provider
    key_ref: str | None
    commitment: bytes
    status: Status
    created_at: datetime
    holders: tuple[Recipient, ...]
    envelopes: int


@dataclass(frozen=True, slots=True)
class Copy:
    """A version with the reader's own sealed copy of it, if there is one."""

    version: int
    provider: Provider
    key_ref: str | None
    commitment: bytes
    status: Status
    sealed: bytes | None


@dataclass(frozen=True, slots=True)
class State:
    """Versions, newest first, and everybody who should hold a copy of the current one."""

    tenant_id: str
    worker_public_key: bytes | None
    versions: tuple[Version, ...]
    members: tuple[Recipient, ...]
    worker_copies: Mapping[int, bytes] = field(default_factory=dict, repr=False)

    @property
    def current(self) -> Version | None:
        """The version that new envelopes are wrapped under."""
        return next((one for one in self.versions if one.status == "current"), None)

    @property
    def newest(self) -> int:
        """The highest number given so far; 0 before the first."""
        return max((one.version for one in self.versions), default=0)

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        """The members, and the worker once one has ever run."""
        if self.worker_public_key is None:
            return self.members
        return (*self.members, Recipient(None, self.worker_public_key))

    def without_copy(self, version: Version) -> tuple[Recipient, ...]:
        """Recipients who hold no copy of a version under the key pair they have now."""
        held = {holder.key for holder in version.holders}
        return tuple(one for one in self.recipients if one.key not in held)


@dataclass(frozen=True, slots=True)
class Envelope:
    """One sealed value and where it stands."""

    table: str
    row_id: str
    column: str
    sealed: bytes = field(repr=False)


class Store(Protocol):
    """One tenant's vault, whoever asks."""

    def state(self) -> State:
        """Return versions, holders and recipients."""

    def copies(self) -> list[Copy]:
        """Return every version with the asker's own copy."""

    def write(self, change: Change) -> None:
        """Create a version, share copies, or retire a version."""

    def rows(self, below: int, limit: int) -> list[Envelope]:
        """Return envelopes under versions below a number."""

    def put(self, row: Envelope, digest: bytes, envelope: bytes, version: int) -> bool:
        """Put another envelope where one with this SHA-256 stands; False if it moved on."""


class MemberStore:
    """The vault as a signed-in person reaches it; `writing` opens the transaction of a change."""

    def __init__(self, session: Session, writing: Callable[[], AbstractContextManager[Connection]]):
        self._session, self._writing = session, writing

    def state(self) -> State:
        """Return the state; needs integration.manage."""
        with self._session.reading() as connection:
            return read_state(_value(connection, "SELECT govdesk_api.vault_state()"))

    def copies(self) -> list[Copy]:
        """Return every version with one's own copy."""
        with self._session.reading() as connection:
            found = connection.execute(
                "SELECT version, provider, key_ref, commitment, status, sealed"
                " FROM govdesk_api.vault_copies() ORDER BY version DESC"
            ).fetchall()
        return [Copy(*row) for row in found]

    def write(self, change: Change) -> None:
        """Needs integration.manage on the whole organization, and a step-up."""
        with self._writing() as connection:
            connection.execute(
                "SELECT govdesk_api.vault_write(%s::jsonb)", (json.dumps(dict(change)),)
            )

    def rows(self, below: int, limit: int) -> list[Envelope]:
        """Return envelopes under versions below a number."""
        with self._session.reading() as connection:
            return _envelopes(
                connection, "SELECT * FROM govdesk_api.vault_rows(%s, %s)", (below, limit)
            )

    def put(self, row: Envelope, digest: bytes, envelope: bytes, version: int) -> bool:
        """Put another envelope where one with this SHA-256 stands; False if it moved on."""
        with self._writing() as connection:
            return bool(
                _value(
                    connection,
                    "SELECT govdesk_api.vault_put(%s, %s::uuid, %s, %s, %s, %s)",
                    row.table,
                    row.row_id,
                    row.column,
                    digest,
                    envelope,
                    version,
                )
            )


class WorkerStore:
    """The vault of one tenant as the worker's login reaches it."""

    def __init__(self, connection: Connection, tenant_path: str, host: str):
        self._connection, self._path, self._host = connection, tenant_path, host

    def state(self) -> State:
        """Return the state, with the worker's own copies."""
        with explained():
            return read_state(
                _value(
                    self._connection,
                    "SELECT govdesk_api.vault_worker_state(%s)",
                    self._path,
                )
            )

    def copies(self) -> list[Copy]:
        """Return every version with the worker's copy."""
        state = self.state()
        return [
            Copy(
                one.version, one.provider, one.key_ref, one.commitment, one.status,
                state.worker_copies.get(one.version),
            )
            for one in state.versions
        ]  # fmt: skip

    def write(self, change: Change) -> None:
        """Create, share or retire, as `worker:<host>`."""
        with explained():
            self._connection.execute(
                "SELECT govdesk_api.vault_worker_write(%s, %s, %s::jsonb)",
                (self._path, self._host, json.dumps(dict(change))),
            )

    def rows(self, below: int, limit: int) -> list[Envelope]:
        """Return envelopes under versions below a number."""
        with explained():
            return _envelopes(
                self._connection,
                "SELECT * FROM govdesk_api.vault_worker_rows(%s, %s, %s)",
                (self._path, below, limit),
            )

    def put(self, row: Envelope, digest: bytes, envelope: bytes, version: int) -> bool:
        """Put another envelope where one with this SHA-256 stands; False if it moved on."""
        with explained():
            return bool(
                _value(
                    self._connection,
                    "SELECT govdesk_api.vault_worker_put(%s, %s, %s, %s::uuid, %s, %s, %s, %s)",
                    self._path,
                    self._host,
                    row.table,
                    row.row_id,
                    row.column,
                    digest,
                    envelope,
                    version,
                )
            )


def introduce_worker(connection: Connection, public_key: bytes) -> None:
    """Say which key pair this installation's workers have.

    Raises `Refused` (other_worker_key) when another was named before.
    """
    with explained():
        connection.execute("SELECT govdesk_api.worker_key(%s)", (public_key,))


def due(connection: Connection, host: str) -> list[tuple[str, Due]]:
    """Return which tenant's vault needs what."""
    with explained():
        found = connection.execute(
            "SELECT tenant_path::text, what FROM govdesk_api.vault_due(%s)", (host,)
        ).fetchall()
    return [(str(path), what) for path, what in found]


def person_key(connection: Connection) -> tuple[bytes, bytes] | None:
    """Return one's own public key and wrapped private key, in a bound transaction."""
    row = connection.execute("SELECT public_key, wrapped FROM govdesk_api.person_key()").fetchone()
    return None if row is None or row[0] is None else (bytes(row[0]), bytes(row[1]))


def set_person_key(connection: Connection, public_key: bytes, wrapped: bytes) -> None:
    """Keep one's own key pair, in a bound transaction; needs a confirmation of five minutes."""
    connection.execute("SELECT govdesk_api.set_person_key(%s, %s)", (public_key, wrapped))


def read_state(found: Any) -> State:
    """Read what `vault_state` and `vault_worker_state` answer."""
    if not isinstance(found, dict):
        raise DatabaseProblem("The server did not answer.")
    worker = found.get("worker_public_key")
    return State(
        str(found["tenant_id"]),
        bytes.fromhex(worker) if worker else None,
        tuple(sorted(map(_version, found["versions"]), key=lambda one: -one.version)),
        tuple(_recipient(one) for one in found["recipients"]),
        {
            int(one["version"]): bytes.fromhex(one["sealed"])
            for one in found.get("worker_copies") or ()
        },
    )


_FOREVER: Final = "1970-01-01T00:00:00+00:00"


def _version(found: Mapping[str, Any]) -> Version:
    return Version(
        int(found["version"]),
        found["provider"],
        found.get("key_ref"),
        bytes.fromhex(found["commitment"]),
        found["status"],
        datetime.fromisoformat(found.get("created_at") or _FOREVER),
        tuple(_recipient(one) for one in found["holders"]),
        int(found["envelopes"]),
    )


def _recipient(found: Mapping[str, Any]) -> Recipient:
    member = found.get("member_id")
    return Recipient(
        None if member is None else str(member),
        bytes.fromhex(found["public_key"]),
        found.get("email") or "",
    )


def _envelopes(
    connection: Connection, query: LiteralString, parameters: Sequence[object]
) -> list[Envelope]:
    found = connection.execute(query, parameters).fetchall()
    return [
        Envelope(table, str(row), column, bytes(sealed)) for table, row, column, sealed in found
    ]


def _value(connection: Connection, query: LiteralString, *parameters: object) -> Any:
    row = connection.execute(query, parameters).fetchone()
    return None if row is None else row[0]
