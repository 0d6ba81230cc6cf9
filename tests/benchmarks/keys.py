"""Keys: what verifying one costs, among few and many, and a new pepper under load."""

from __future__ import annotations

import json
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from govdesk.database import demo as store
from govdesk.database import key_doors, migrate
from govdesk.database.connection import Connection, connect
from govdesk.database.migrate import claim_setup
from govdesk.domain.api_keys import ApiKey
from govdesk.services import peppers
from govdesk.services.accounts import built_in_roles
from govdesk.services.verifying_keys import Verifier
from govdesk.vault.peppers import PepperFile
from tests.benchmarks.measuring import Figure, ratio
from tests.benchmarks.scene import Scene

PATH: Final = "keyworks"
FEW, MANY, MOVED = 1_000, 100_000, 10_000
_SAMPLE: Final = 200
_WARM_UP, _CALLS = 300, 3_000
_USERS: Final = 4

_KNOWN = """
WITH made AS (
    INSERT INTO govdesk.api_key (tenant_id, tenant_path, node_path, system_id, key_id, environment,
                                 owner_label, scopes, family, created_by, first_used_at,
                                 expires_at)
    SELECT n.tenant_id, n.tenant_path, n.node_path, n.id, r.key_id, 'prod', 'Bench',
           '{events:write}', gen_random_uuid(), 'user:bench', now(), now() + interval '300 days'
      FROM govdesk.node n, jsonb_to_recordset(%(keys)s::jsonb) r(key_id text, mac text)
     WHERE n.node_path = %(node)s::ltree
    RETURNING id, tenant_id, key_id)
INSERT INTO govdesk_private.api_key_mac (id, tenant_id, pepper_version, mac)
SELECT m.id, m.tenant_id, 1, decode(r.mac, 'hex')
  FROM made m JOIN jsonb_to_recordset(%(keys)s::jsonb) r(key_id text, mac text) USING (key_id)
"""
_STRANGERS = """
SELECT jsonb_agg(jsonb_build_object('key_id', lpad(to_hex(i), 12, '0'),
                                    'mac', encode(sha256(i::text::bytea), 'hex')))::text
  FROM generate_series(1, %s) i
"""
_BARE = """
CREATE SCHEMA IF NOT EXISTS bench;
CREATE TABLE IF NOT EXISTS bench.bare AS
    SELECT k.key_id, k.id, k.tenant_path::text AS tenant_path, k.system_id, k.environment, k.scopes
      FROM govdesk.api_key k;
ALTER TABLE bench.bare ADD PRIMARY KEY (key_id);
GRANT USAGE ON SCHEMA bench TO govdesk_worker;
GRANT SELECT ON bench.bare TO govdesk_worker;
"""
_LOOK = "SELECT id, tenant_path, system_id, environment, scopes FROM bench.bare WHERE key_id = %s"


Act = Callable[[int], bool]


@dataclass
class World:
    """A database with so many keys, of which some are known; its peppers are in a file."""

    admin_url: str
    worker_url: str
    file: PepperFile
    known: Sequence[ApiKey]


def figures(scene: Scene) -> Iterator[Figure]:
    """Few against many, a bare look-up against ours, and ten thousand keys that move."""
    few, many = _world(scene, "bench_keys_few", FEW), _world(scene, "bench_keys_many", MANY)
    with connect(few.worker_url) as among_few, connect(many.worker_url) as among_many:
        yield _flat(few, among_few, many, among_many)
        yield _against_bare(many, among_many)
        yield _in_transactions(many, among_many)
    yield from _moving(_world(scene, "bench_keys_moved", MOVED, known=MOVED))


# Verifying


def _flat(few: World, among_few: Connection, many: World, among_many: Connection) -> Figure:
    return _compared(
        f"keys: verified among {MANY:,} against {FEW:,}", 1.2,
        _knocking(many, among_many), _knocking(few, among_few),
        note="checksum, HMAC, look-up and commit",
    )  # fmt: skip


def _against_bare(world: World, connection: Connection) -> Figure:
    ring = world.file.ring()

    def look(turn: int) -> bool:
        key = world.known[turn % _SAMPLE]
        return connection.execute(_LOOK, (key.key_id,)).fetchone() is not None

    def door(turn: int) -> bool:
        key = world.known[turn % _SAMPLE]
        macs = ring.candidates(key.raw)
        return key_doors.authenticate(connection, key.key_id, macs).reason == "ok"

    return _compared(
        "keys: verified against a bare look-up", 2.0, door, look,
        note="HMAC and one statement, against one by primary key on the same connection",
    )  # fmt: skip


def _in_transactions(world: World, connection: Connection) -> Figure:
    def look(turn: int) -> bool:
        key = world.known[turn % _SAMPLE]
        with connection.transaction():
            return connection.execute(_LOOK, (key.key_id,)).fetchone() is not None

    return _compared(
        "keys: the same, each in a transaction", 2.0, _knocking(world, connection), look,
        note="as the web pages verify: BEGIN, verifying, COMMIT",
    )  # fmt: skip


def _knocking(world: World, connection: Connection) -> Act:
    verifier = Verifier(world.file)

    def knock(turn: int) -> bool:
        with connection.transaction():
            return verifier.verify(connection, world.known[turn % _SAMPLE].raw).is_ok

    return knock


def _compared(name: str, bound: float, ours: Act, other: Act, *, note: str) -> Figure:
    """Both in turn, call by call, so that whatever else the machine does meets both alike."""
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(_WARM_UP + _CALLS):
        for act, kept in zip((ours, other), taken, strict=True):
            begun = time.perf_counter()
            done = act(turn)
            kept.append(time.perf_counter() - begun)
            assert done, "a key of the benchmark was turned away"
    a, b = (1e6 * statistics.median(kept[_WARM_UP:]) for kept in taken)
    return ratio(name, a, b, unit="µs", bound=bound, note=f"medians of {_CALLS:,}, {note}")


# A new pepper under load


class User(threading.Thread):
    """Knocks with its keys, one after the other, until told to end; counts how it ended."""

    def __init__(self, world: World, keys: Sequence[ApiKey], ending: threading.Event):
        super().__init__(name="user of keys")
        self._world, self._keys, self._ending = world, keys, ending
        self.served, self.failed = 0, 0
        self.waits: list[float] = []

    def run(self) -> None:
        """Every answer but ok is a failure, and so is every error."""
        verifier = Verifier(PepperFile(self._world.file.path))
        with connect(self._world.worker_url) as connection:
            for key in cycle(self._keys):
                if self._ending.is_set():
                    return
                begun = time.perf_counter()
                if self._knock(verifier, connection, key):
                    self.served += 1
                else:
                    self.failed += 1
                self.waits.append(time.perf_counter() - begun)

    def _knock(self, verifier: Verifier, connection: Connection, key: ApiKey) -> bool:
        try:
            with connection.transaction():
                return verifier.verify(connection, key.raw).is_ok
        except Exception:  # noqa: BLE001 (counted; the figure is about exactly this)
            return False


def _moving(world: World) -> Iterator[Figure]:
    ending = threading.Event()
    users = [User(world, world.known[n::_USERS], ending) for n in range(_USERS)]
    with connect(world.worker_url) as connection:
        for user in users:
            user.start()
        ending.wait(2.0)
        begun = time.perf_counter()
        peppers.rotate(connection, world.file, "bench")
        while _left(connection):
            ending.wait(0.2)
        taken = time.perf_counter() - begun
        peppers.retire(connection, world.file, 1, "bench")
        ending.wait(2.0)
        ending.set()
        for user in users:
            user.join()
    served, failed = sum(u.served for u in users), sum(u.failed for u in users)
    waits = sorted(wait for user in users for wait in user.waits)
    yield Figure(
        f"keys: {MOVED:,} from pepper 1 to 2 under load, failed", float(failed), None, "requests",
        float(failed), 0.0,
        note=f"{served:,} requests of {_USERS} users, moved in {taken:.1f} s, then 1 retired;"
        f" p99 {1e3 * waits[int(len(waits) * 0.99)]:.1f} ms; ratio: 0 failed",
    )  # fmt: skip


def _left(connection: Connection) -> int:
    return sum(one.keys for one in peppers.meter(connection) if one.version < 2)


# The worlds


def _world(scene: Scene, name: str, count: int, *, known: int = _SAMPLE) -> World:
    """A database of its own beside the demo's, filled anew."""
    facts = scene.running.facts
    app, worker = (conninfo_to_dict(facts[url]) for url in ("app_url", "worker_url"))
    with scene.admin() as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
    admin_url = scene.url_of(name)
    migrate.install(
        admin_url, app_password=str(app["password"]), worker_password=str(worker["password"])
    )
    people = [store.Person(f"owner@{PATH}.example", "Bench Owner", "Owner", "owner")]
    store.found(
        admin_url, path=PATH, name="Keyworks", since=datetime.now(UTC).isoformat(),
        roles=built_in_roles(), people=people, systems=[(f"{PATH}.one", "system", "One")],
    )  # fmt: skip
    world = World(
        admin_url,
        make_conninfo(facts["worker_url"], dbname=name),
        PepperFile(_fresh_file(scene.home, name)),
        [ApiKey.generate("prod") for _ in range(min(known, count))],
    )
    _fill(world, count)
    return world


def _fresh_file(home: Path, name: str) -> Path:
    path = home / f"{name}.peppers.json"
    path.unlink(missing_ok=True)
    return path


def _fill(world: World, count: int) -> None:
    with connect(world.worker_url) as worker:
        ring = peppers.ready(worker, world.file)
    known = json.dumps(
        [{"key_id": key.key_id, "mac": ring.mac(1, key.raw).hex()} for key in world.known]
    )
    with psycopg.connect(world.admin_url, autocommit=True) as admin:
        with admin.transaction():
            claim_setup(admin, PATH)
            _register(admin, ring.fingerprint(1))
            # Making them is measured nowhere here; without capture it takes seconds.
            admin.execute("ALTER TABLE govdesk.api_key DISABLE TRIGGER USER")
            row = admin.execute(_STRANGERS, (count - len(world.known),)).fetchone()
            assert row is not None
            for keys in filter(None, (known, row[0])):
                admin.execute(_KNOWN, {"keys": keys, "node": f"{PATH}.one"})
        admin.execute(_BARE.encode())
        admin.execute("VACUUM ANALYZE")


def _register(admin: psycopg.Connection[Any], fingerprint: str) -> None:
    admin.execute(
        "INSERT INTO govdesk.pepper (tenant_id, tenant_path, version, fingerprint)"
        " SELECT tenant_id, tenant_path, 1, %s FROM govdesk.tenant WHERE tenant_path = %s::ltree",
        (fingerprint, PATH),
    )
