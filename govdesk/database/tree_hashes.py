"""The hashes of a log's tree as the database keeps them: leaf hashes and tiles.

They are not believed for themselves: what is computed from them ends in the root of a signed
checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, LiteralString, Protocol

from psycopg import sql

from govdesk.database.connection import Connection, Session, explained
from govdesk.database.errors import DatabaseProblem
from govdesk.diagnostics import main_thread
from govdesk.evidence.merkle import Frontier

HASH: Final = 32
WIDTH: Final = 256
TILE: Final = HASH * WIDTH
MOST_LEAVES: Final = 65_536
"""Leaf hashes that the server gives at once."""
_AHEAD: Final = 64
_KEPT: Final = 1024
"""Tiles that are kept: 8 MiB."""


class MissingHashes(DatabaseProblem):
    """The server has not every leaf hash up to the size that it names."""

    def __init__(self, first: int, wanted: int, found: int):
        super().__init__(
            f"The server gave {found:,} of {wanted:,} leaf hashes from event {first:,} on.",
            "Verify the log: govdesk audit verify.",
            exit_code=1,
        )


Place = tuple[int, int]
"""Level and position of a tile."""
Fetched = tuple[int, int, bytes]
"""Level and position of a tile, and its hashes."""
LEAVES: Final = -1
"""The level of leaf hashes that come together with tiles."""


class _Door(Protocol):
    """Where hashes come from; numbers begin with 0."""

    def leaves(self, first: int, count: int) -> bytes:
        """At most `MOST_LEAVES` leaf hashes."""

    def tiles(self, level: int, first: int, last: int) -> Sequence[tuple[int, bytes]]:
        """Those of the tiles that there are."""

    def together(self, tiles: Sequence[Place], first: int, count: int) -> Sequence[Fetched]:
        """Tiles of any level and leaf hashes (of level -1) in one reading."""


class StoredHashes:
    """Leaf hashes and tiles of one log, as `govdesk.evidence.proofs.Hashes` has it.

    Full tiles are kept, since they never change; a walk over neighbours reads many at once.
    """

    def __init__(self, door: _Door):
        self._door = door
        self._tiles: dict[Place, bytes] = {}
        self._fetched: dict[Place, bytes] = {}
        self._edge = (0, b"")

    def fetch(self, tiles: Sequence[Place], first: int, count: int) -> None:
        """Read what will be asked for in one go; the next fetch forgets what is not a full tile."""
        wanted = [place for place in tiles if place not in self._tiles]
        self._fetched, self._edge = {}, (0, b"")
        if count > MOST_LEAVES or not (wanted or count):
            return
        for level, position, hashes in self._door.together(wanted, first, count):
            if level == LEAVES:
                self._edge = (first, bytes(hashes or b""))
            elif _fits(level, hashes):
                self._keep(level, position, bytes(hashes))

    def leaves(self, first: int, count: int) -> bytes:
        """Return leaf hashes `first` to `first + count - 1`; raises `MissingHashes`."""
        start, edge = self._edge
        if count and start <= first and (first + count - start) * HASH <= len(edge):
            return edge[(first - start) * HASH : (first + count - start) * HASH]
        found = b"".join(
            self._door.leaves(low, min(MOST_LEAVES, first + count - low))
            for low in range(first, first + count, MOST_LEAVES)
        )
        if len(found) != count * HASH:
            raise MissingHashes(first + 1, count, len(found) // HASH)
        return found

    def tile(self, level: int, position: int) -> bytes | None:
        """Return a full tile, as far as there is one; above the leaves also one that still grows.

        None where the hashes have to be computed from the level below.
        """
        kept = self._tiles.get((level, position)) or self._fetched.get((level, position))
        if kept is not None:
            return kept
        ahead = _AHEAD if (level, position - 1) in self._tiles else 1
        found = self._read(level, position, position + ahead - 1)
        if found is None and level:
            return self._growing(level, position) or None
        return found

    def _growing(self, level: int, position: int) -> bytes:
        """What is there of a tile that is not full: the roots of the tiles below it."""
        first, roots = position * WIDTH, []
        below = dict(self._checked(level - 1, first, first + WIDTH - 1))
        for number in range(first, first + WIDTH):
            if len(below.get(number, b"")) != TILE:
                break
            roots.append(_root_of(below[number]))
        return b"".join(roots)

    def _read(self, level: int, first: int, last: int) -> bytes | None:
        """Keep the full ones of these tiles and return the first, full or not."""
        wanted = None
        for number, hashes in self._checked(level, first, last):
            wanted = hashes if number == first else wanted
            if len(hashes) == TILE:
                self._keep(level, number, hashes)
        return wanted

    def _keep(self, level: int, position: int, hashes: bytes) -> None:
        if len(hashes) < TILE:
            self._fetched[level, position] = hashes
            return
        while len(self._tiles) >= _KEPT:
            del self._tiles[next(iter(self._tiles))]
        self._tiles[level, position] = hashes

    def _checked(self, level: int, first: int, last: int) -> Iterator[tuple[int, bytes]]:
        for number, hashes in self._door.tiles(level, first, last):
            if first <= number <= last and _fits(level, hashes):
                yield number, bytes(hashes)


def _fits(level: int, hashes: bytes) -> bool:
    """Whether this can be a tile: a full one, or above the leaves one that still grows."""
    size = len(hashes)
    return size == TILE or bool(level and 0 < size < TILE and size % HASH == 0)


def _root_of(tile: bytes) -> bytes:
    frontier = Frontier()
    for at in range(0, TILE, HASH):
        frontier.push(tile[at : at + HASH])
    return frontier.root()


class SessionHashes(StoredHashes):
    """The hashes of the session's organisation; every member may read them.

    `at_hand` was read before and answers the first fetch whose last leaves begin at that number.
    """

    def __init__(self, session: Session, at_hand: tuple[int, Sequence[Fetched]] | None = None):
        super().__init__(_SessionDoor(session, [at_hand] if at_hand else []))


@dataclass(frozen=True, slots=True)
class _SessionDoor:
    session: Session
    at_hand: list[tuple[int, Sequence[Fetched]]] = field(default_factory=list)

    def leaves(self, first: int, count: int) -> bytes:
        return _bytes(
            self.session.reading(),
            sql.SQL("SELECT govdesk_api.leaf_hashes(%s, %s)"),
            (first + 1, first + count),
        )

    def tiles(self, level: int, first: int, last: int) -> Sequence[tuple[int, bytes]]:
        tenant = self.session.tenant_id
        with self.session.reading() as connection:
            return connection.execute(
                "SELECT position, hashes FROM govdesk.audit_tile WHERE tenant_id = %s"
                " AND level = %s AND position BETWEEN %s AND %s ORDER BY position",
                (tenant, level, first, last),
                binary=True,
            ).fetchall()

    def together(self, tiles: Sequence[Place], first: int, count: int) -> Sequence[Fetched]:
        if self.at_hand:
            begins, found = self.at_hand.pop()
            if begins == first:
                return found
        levels, positions = _columns(tiles)
        places = {"levels": levels, "positions": positions}
        return bound_rows(self.session, _TOGETHER, places | {"first": first, "last": first + count})


BOUND: Final = """
WITH bound AS MATERIALIZED (SELECT govdesk_api.bind(%(token)s, %(path)s)::text AS yes)"""
_TOGETHER: Final = f"""{BOUND}
SELECT {LEAVES}, 0::bigint, CASE WHEN %(first)s::bigint < %(last)s::bigint
       THEN govdesk_api.leaf_hashes(%(first)s::bigint + 1, %(last)s::bigint) END FROM bound
UNION ALL SELECT t.level::int, t.position, t.hashes
  FROM unnest((SELECT %(levels)s::int[]), (SELECT %(positions)s::bigint[])) p (level, position)
  JOIN govdesk.audit_tile t ON t.level = p.level AND t.position = p.position"""
"""The arrays stand in queries of their own to hide how long they are: else each is planned anew."""


def bound_rows(
    session: Session, query: LiteralString, parameters: Mapping[str, object]
) -> list[tuple[Any, ...]]:
    """Return the rows of a statement that binds the session itself: one round trip instead of five.

    It begins with `BOUND`, and reads that before anything else: the policies let nothing through
    until then. They let nothing through either when the session ends meanwhile, so this is only
    for hashes: of what is missing every reader finds out, and asks for it with `Session.reading`.
    """
    main_thread.check("a transaction")
    asked = {"token": session.token, "path": session.tenant_path, **parameters}
    with explained():
        return session.connection.execute(query, asked, binary=True).fetchall()


class WorkerHashes(StoredHashes):
    """The hashes of one organisation, as a worker reads them."""

    def __init__(self, connection: Connection, tenant_path: str, host: str):
        super().__init__(_WorkerDoor(connection, tenant_path, host))


@dataclass(frozen=True, slots=True)
class _WorkerDoor:
    connection: Connection
    tenant_path: str
    host: str

    def leaves(self, first: int, count: int) -> bytes:
        return _bytes(
            _plainly(self.connection),
            sql.SQL("SELECT govdesk_api.worker_leaf_hashes(%s, %s, %s, %s)"),
            (self.tenant_path, self.host, first + 1, first + count),
        )

    def tiles(self, level: int, first: int, last: int) -> Sequence[tuple[int, bytes]]:
        with explained():
            return self.connection.execute(
                "SELECT place, hashes FROM govdesk_api.worker_tiles(%s, %s, %s, %s, %s)"
                " ORDER BY place",
                (self.tenant_path, self.host, level, first, last),
                binary=True,
            ).fetchall()

    def together(self, tiles: Sequence[Place], first: int, count: int) -> Sequence[Fetched]:
        who = (self.tenant_path, self.host)
        with explained():
            return self.connection.execute(
                "SELECT p.level, t.place, t.hashes FROM unnest(%s::int[], %s::bigint[])"
                " p (level, position), govdesk_api.worker_tiles(%s, %s, p.level, p.position,"
                " p.position) t UNION ALL SELECT -1, 0,"
                " govdesk_api.worker_leaf_hashes(%s, %s, %s, %s) WHERE %s > 0",
                (*_columns(tiles), *who, *who, first + 1, first + count, count),
                binary=True,
            ).fetchall()


def _columns(tiles: Sequence[Place]) -> tuple[list[int], list[int]]:
    return [level for level, _ in tiles], [position for _, position in tiles]


@contextmanager
def _plainly(connection: Connection) -> Iterator[Connection]:
    """A worker's connection, whose every statement is a transaction of its own."""
    with explained():
        yield connection


def _bytes(
    door: AbstractContextManager[Connection], query: sql.SQL, parameters: Sequence[object]
) -> bytes:
    with door as connection:
        row = connection.execute(query, parameters, binary=True).fetchone()
    return bytes(row[0] or b"") if row else b""
