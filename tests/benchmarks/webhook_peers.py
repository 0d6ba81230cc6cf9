"""The other side of the webhooks' figures: Procrastinate's own worker, without and with httpx.

``python -m tests.benchmarks.webhook_peers '{"act": "drain", …}'`` prints jobs a second.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import ssl
import subprocess
import sys
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

import httpx
import psycopg
from procrastinate import App, PsycopgConnector

SCHEMA = "bench_peer"
CONCURRENCIES = (1, 10, 20, 50)
_OPTIONS = f"-c search_path={SCHEMA} -c jit=off"
_SECRET = b"0123456789abcdef0123456789abcdef"


def install(admin_url: str) -> None:
    """Make its tables in a schema of their own, in the very database of the deliveries."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        admin.execute(f"CREATE SCHEMA {SCHEMA}")

    async def make() -> None:
        async with _app(admin_url, 2).open_async() as app:
            await app.schema_manager.apply_schema_async()

    asyncio.run(make())


def best(act: str, admin_url: str, jobs: int, **order: Any) -> tuple[float, int]:
    """Jobs a second at the concurrency that suits it best, and which that is."""
    rates = [(measured(act, admin_url, jobs, one, order), one) for one in CONCURRENCIES]
    return max(rates)


def measured(act: str, url: str, jobs: int, concurrency: int, order: dict[str, Any]) -> float:
    """Jobs a second of one worker, in a process of its own."""
    command = {"act": act, "url": url, "jobs": jobs, "concurrency": concurrency, **order}
    done = subprocess.run(
        [sys.executable, "-m", __name__, json.dumps(command)],
        capture_output=True, text=True, cwd=Path(__file__).resolve().parents[2], timeout=600,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"{act} failed: {done.stderr[-2000:]}")
    return float(done.stdout)


def _app(url: str, size: int) -> App:
    connector = PsycopgConnector(
        conninfo=url, min_size=min(4, size), max_size=size, kwargs={"options": _OPTIONS}
    )
    return App(connector=connector)


async def _drained(order: dict[str, Any]) -> float:
    """Seconds from the worker's start until it finds nothing more."""
    app = _app(order["url"], min(order["concurrency"] + 2, 20))
    client = _client(order) if order["act"] == "https" else None

    @app.task(name="deliver")
    async def deliver(number: int, body: str) -> None:
        if client is not None:
            await _post(client, order["to"], number, body)

    async with app.open_async():
        await app.job_manager.connector.execute_query_async("TRUNCATE procrastinate_jobs CASCADE")
        body = "x" * order["size"]
        jobs = ({"number": number, "body": body} for number in range(order["jobs"]))
        await deliver.batch_defer_async(*jobs)
        await app.job_manager.connector.execute_query_async("ANALYZE procrastinate_jobs")
        begun = time.perf_counter()
        await app.run_worker_async(
            wait=False,
            concurrency=order["concurrency"],
            listen_notify=False,
            delete_jobs="never",
            install_signal_handlers=False,
        )
        passed = time.perf_counter() - begun
        await _check(app, order["jobs"])
    if client is not None:
        await client.aclose()
    return passed


async def _check(app: App, jobs: int) -> None:
    row = await app.job_manager.connector.execute_query_one_async(
        "SELECT count(*) AS done FROM procrastinate_jobs WHERE status = 'succeeded'"
    )
    if row["done"] != jobs:
        raise RuntimeError(f"{row['done']} of {jobs} jobs were done")


def _client(order: dict[str, Any]) -> httpx.AsyncClient:
    """One client for all, which keeps its connections."""
    context = ssl.create_default_context(cadata=order["ca"])
    limits = httpx.Limits(
        max_connections=order["concurrency"], max_keepalive_connections=order["concurrency"]
    )
    return httpx.AsyncClient(verify=context, limits=limits, timeout=15.0, trust_env=False)


async def _post(client: httpx.AsyncClient, url: str, number: int, body: str) -> None:
    message, at = f"peer_{number}", str(int(time.time()))
    signed = hmac.digest(_SECRET, f"{message}.{at}.{body}".encode(), hashlib.sha256)
    headers = {
        "webhook-id": message,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{b64encode(signed).decode()}",
        "content-type": "application/json",
    }
    answer = await client.post(url, content=body.encode(), headers=headers)
    answer.raise_for_status()


if __name__ == "__main__":
    _order = json.loads(sys.argv[1])
    print(_order["jobs"] / asyncio.run(_drained(_order)))
