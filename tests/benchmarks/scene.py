"""The one server and database of a run: durable, a demo's organisation, a filled log."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from govdesk.database import demo as store
from govdesk.database.connection import Session, connect
from govdesk.database.migrate import claim_setup
from govdesk.services import demo
from govdesk.services.accounts import built_in_roles
from govdesk.services.demo_history import history

LOG = demo.FIRST
"""The tenant whose log is filled."""

WORDS = {
    "half": "lanternfish",
    "0.1 %": "quetzalbird",
    "10 rows": "zebrafinches",
    "none": "xyloteque",
}
"""Words planted in the summaries, by how many rows have them."""


@dataclass(slots=True)
class Scene:
    """What every figure stands on."""

    home: Path
    running: demo.Demo
    events: int
    fill_seconds: float | None = None
    _sessions: list[Session] = field(default_factory=list)

    @property
    def admin_url(self) -> str:
        """The superuser's URL."""
        return str(self.running.facts["admin_url"])

    @property
    def app_url(self) -> str:
        """The console's URL."""
        return str(self.running.facts["app_url"])

    def url_of(self, database: str) -> str:
        """The superuser's URL of another database of the same server."""
        return self.running.server.admin_url_of(database)

    def admin(self) -> psycopg.Connection[Any]:
        """A superuser's autocommit connection; the caller closes it."""
        return psycopg.connect(self.admin_url, autocommit=True)

    def token(self, path: str) -> str:
        """Start a session of a tenant's owner and return its token.

        By hand, because signing in is slow on purpose and takes a code only once.
        """
        token = secrets.token_hex(32)
        with self.admin() as admin, admin.transaction():
            claim_setup(admin, path)
            admin.execute(
                "INSERT INTO govdesk_private.session (tenant_id, tenant_path, member_id,"
                " person_id, token_hash, mfa, stepped_up_at, expires_at)"
                " SELECT m.tenant_id, m.tenant_path::text, m.id, m.person_id, %s, true,"
                " clock_timestamp(), clock_timestamp() + interval '12 hours'"
                " FROM govdesk.member m JOIN govdesk.member_grant g"
                " ON g.tenant_id = m.tenant_id AND g.member_id = m.id"
                " WHERE m.tenant_path = %s::ltree AND g.role_key = 'owner' LIMIT 1",
                (hashlib.sha256(token.encode()).digest(), path),
            )
        return token

    def session(self, path: str = LOG) -> Session:
        """A bound session of a tenant's owner; closed with the scene."""
        session = Session(connect(self.app_url), self.token(path), path)
        self._sessions.append(session)
        return session

    def tenant(self, path: str, nodes: int) -> None:
        """Found a tenant with `nodes` systems unless it is there."""
        if path in store.tenants(self.admin_url):
            return
        store.found(
            self.admin_url,
            path=path,
            name=f"Bench {path}",
            since=datetime.now(UTC).isoformat(),
            roles=built_in_roles(),
            people=[store.Person(f"owner@{path}.example", "Bench Owner", "Owner", "owner")],
            systems=[],
        )
        with self.admin() as admin:
            with admin.transaction():
                claim_setup(admin, path)
                admin.execute(
                    "INSERT INTO govdesk.node (tenant_id, tenant_path, node_path, kind, name)"
                    " SELECT tenant_id, tenant_path, tenant_path || ('n' || i), 'system',"
                    " 'System ' || i FROM govdesk.tenant, generate_series(1, %s) i"
                    " WHERE tenant_path = %s::ltree",
                    (nodes, path),
                )
            admin.execute("VACUUM ANALYZE govdesk.node")

    def length(self, path: str = LOG) -> int:
        """Newest `seq` of a tenant's log."""
        return store.event_count(self.admin_url, path)

    def close(self) -> None:
        """Close the sessions and stop the server."""
        for session in self._sessions:
            session.close()
        self.running.stop()


def planted(events: Iterator[dict[str, object]], count: int) -> Iterator[dict[str, object]]:
    """Put the words into every second, every thousandth and ten summaries."""
    tenth = max(count // 10, 1)
    for index, event in enumerate(events):
        words = [WORDS["half"]] if index % 2 else []
        if index % 1000 == 500:
            words.append(WORDS["0.1 %"])
        if index % tenth == tenth // 2:
            words.append(WORDS["10 rows"])
        if words:
            event["summary"] = f"{event['summary']}, {' '.join(words)}"
        yield event


def _fill(scene: Scene) -> None:
    missing = scene.events - scene.length()
    if missing <= 1000:
        return
    admin = scene.admin_url
    people = [account["email"] for account in scene.running.facts["accounts"]]
    systems = list(store.system_ids(admin, LOG).items())
    past = history(missing, datetime.now(UTC) - timedelta(days=1), people, systems)
    start = time.perf_counter()
    store.record(admin, LOG, planted(past, missing))
    scene.fill_seconds = time.perf_counter() - start
    with scene.admin() as connection:
        connection.execute("VACUUM ANALYZE govdesk.audit_log")


@contextmanager
def scene(events: int, home: Path | None) -> Iterator[Scene]:
    """Bring the server up with a log of `events`; `home` is kept, without it all is removed."""
    folder = home or Path(tempfile.mkdtemp(prefix="govdesk-bench-"))
    folder.mkdir(exist_ok=True)
    if home is None:
        folder.chmod(0o711)
    try:
        made = Scene(folder, demo.start(folder / "demo", 0), events)
        try:
            _fill(made)
            yield made
        finally:
            made.close()
    finally:
        if home is None:
            shutil.rmtree(folder)
