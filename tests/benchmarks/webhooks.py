"""Webhooks: how fast a full queue empties, how soon one event leaves, and who waits for whom."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg

from govdesk.database.connection import Session, connect
from govdesk.services.webhook_vault import WebhookVault
from govdesk.vault.inboxes import SECRETS, seal_secret
from tests.benchmarks import webhook_peers, webhook_side, webhook_waits
from tests.benchmarks.measuring import Figure, interleaved, ratio
from tests.benchmarks.scene import Scene
from tests.receivers import Apart, apart

PATH = "bulkhooks"
_ENDPOINTS = 20
_ROWS = {"drain": 2000, "https": 250}
"""Events that are filled in; each endpoint gets all of them."""
_JOBS = {"drain": 4000, "https": 1500}
_BYTES = 700
"""Of a peer's body: about what ours has."""
_ROUNDS = 3
_RAW = b"0123456789abcdef0123456789abcdef"


class Stage:
    """Endpoints of one organization, and deliveries that can be made due again."""

    def __init__(self, scene: Scene):
        self.scene = scene
        self.admin = scene.admin()
        self.key_file = scene.home / "demo" / "worker-key.json"
        self.worker_url = str(scene.running.facts["worker_url"])
        self.webhooks: list[str] = []
        scene.tenant(PATH, 10)
        self._round()

    def _round(self) -> None:
        """What a worker does about secrets and signing keys."""
        with connect(self.worker_url) as connection:
            WebhookVault(self.key_file)(connection, "bench")

    def endpoints(self, count: int, urls: list[str], allow: str, ca: str) -> None:
        """So many endpoints with a secret each, instead of those before."""
        # A new one, because each new secret needs a confirmation that is fresh.
        self.session = self.scene.session(PATH)
        with self.session.transaction() as connection:
            connection.execute(
                "UPDATE govdesk.webhook SET status = 'deleted' WHERE status <> 'deleted'"
            )
        self.webhooks = [str(_webhook(self.session, urls[n], allow, ca)) for n in range(count)]
        self._round()
        self.forget()

    def forget(self) -> None:
        """Nothing is due, nothing was done, and the log up to here is told."""
        with connect(self.worker_url) as worker:
            while _fan_out(worker):
                pass
        for table in ("delivery_attempt", "delivery"):
            self.admin.execute(f"TRUNCATE govdesk.{table} CASCADE".encode())
        for table in ("govdesk.delivery", "govdesk.delivery_attempt", "govdesk.audit_log"):
            self.admin.execute(f"VACUUM ANALYZE {table}".encode())

    def fill(self, rows: int) -> int:
        """Seal so many rows and make their deliveries; how many those are."""
        with self.session.transaction() as connection:
            connection.execute(
                "INSERT INTO govdesk.node (tenant_id, tenant_path, node_path, kind, name)"
                " SELECT tenant_id, tenant_path, tenant_path || ('h' || gen_random_uuid()::text)"
                "::ltree, 'system', 'System' FROM govdesk.tenant, generate_series(1, %s)",
                (rows,),
            )
        with connect(self.worker_url) as worker:
            while _fan_out(worker):
                pass
        self.admin.execute("VACUUM ANALYZE govdesk.delivery")
        return rows * len(self.webhooks)

    def lead(self, webhook: str, url: str) -> None:
        """Let an endpoint lead elsewhere, and forget how it fared."""
        with self.session.transaction() as connection:
            connection.execute(
                "UPDATE govdesk.webhook SET url = %s WHERE id = %s::uuid", (url, webhook)
            )
        self.admin.execute(
            "UPDATE govdesk_private.webhook_state SET failures = 0, failing_since = NULL,"
            " breaker = 'closed', breaker_until = NULL, reopened = 0, paused_until = NULL"
        )
        self.forget()

    def count(self, status: str) -> int:
        """How many deliveries are in a state."""
        row = self.admin.execute(
            "SELECT count(*) FROM govdesk.delivery WHERE status = %s", (status,)
        ).fetchone()
        return int(row[0]) if row else 0

    @property
    def node(self) -> str:
        """A system whose changes are events."""
        return f"{PATH}.n7"

    def close(self) -> None:
        """Close what was opened here."""
        self.admin.close()


def _fan_out(worker: psycopg.Connection[Any]) -> bool:
    row = worker.execute("SELECT made, is_more FROM govdesk_api.fan_out('bench', 5000)").fetchone()
    return row is not None and bool(row[0] or row[1])


def _webhook(session: Session, url: str, allow: str, ca: str) -> UUID:
    made, secret = uuid4(), uuid4()
    with session.transaction() as connection:
        connection.execute(
            "INSERT INTO govdesk.webhook (id, tenant_id, tenant_path, node_path, description, url,"
            " events, allow, settings) SELECT %s, tenant_id, tenant_path, tenant_path, 'Bench', %s,"
            " %s, %s, %s::jsonb FROM govdesk.tenant WHERE tenant_path = %s::ltree",
            (made, url, ["node.*"], [allow], json.dumps({"ca": ca} if ca else {}), PATH),
        )
        row = connection.execute("SELECT govdesk_api.webhook_recipient()").fetchone()
        assert row is not None
        inbox = seal_secret(bytes(row[0]), session.tenant_id, secret, SECRETS, _RAW)
        connection.execute(
            "SELECT govdesk_api.put_webhook_secret(%s, %s, %s, 0)", (made, secret, inbox)
        )
    return made


@contextmanager
def staged(scene: Scene) -> Iterator[Stage]:
    """A stage that is cleared away."""
    stage = Stage(scene)
    try:
        yield stage
    finally:
        stage.close()


def figures(scene: Scene) -> Iterator[Figure]:
    """Speed against Procrastinate in the same database; then latency and fairness."""
    with staged(scene) as stage, apart() as receiver:
        webhook_peers.install(scene.admin_url)
        yield from _speed(stage, receiver)
        yield from webhook_waits.single(stage, receiver)
        yield from webhook_waits.fairness(stage, receiver)


def _speed(stage: Stage, receiver: Apart) -> Iterator[Figure]:
    for act, bound, name in (
        ("drain", 20.0, "webhooks: no-op deliveries a second, 20 endpoints"),
        ("https", 3.0, "webhooks: HTTPS deliveries a second, 20 endpoints"),
    ):
        yield _against_procrastinate(stage, receiver, act, bound, name)


def _against_procrastinate(
    stage: Stage, receiver: Apart, act: str, bound: float, name: str
) -> Figure:
    urls = [receiver.url(f"/bench/{n}") for n in range(_ENDPOINTS)]
    stage.endpoints(_ENDPOINTS, urls, receiver.allow, receiver.ca)
    order = {"size": _BYTES, "to": urls[0], "ca": receiver.ca}
    _, concurrency = webhook_peers.best(act, stage.scene.admin_url, _JOBS[act], **order)

    def ours() -> float:
        stage.forget()
        count = stage.fill(_ROWS[act])
        return webhook_side.rate(
            act, url=stage.worker_url, deliveries=count, key_file=str(stage.key_file)
        )

    def other() -> float:
        jobs = _JOBS[act]
        return webhook_peers.measured(act, stage.scene.admin_url, jobs, concurrency, order)

    mine, others = interleaved([ours, other], _ROUNDS)
    return ratio(
        name, statistics.median(mine), statistics.median(others),
        unit="per s", bound=bound, better="at least",
        note=f"other: Procrastinate, concurrency {concurrency}, the best of 1 to 50;"
        f" medians of {_ROUNDS}",
    )  # fmt: skip


__all__ = ["figures"]
