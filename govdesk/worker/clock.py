"""The clock: Procrastinate says when a tick is due, once for all workers of an installation.

It polls; nothing here waits for a notification. A tick that failed is forgotten, because the next
one does what it left; what must not be lost never stands in the queue.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from govdesk.database.connection import explained
from govdesk.database.queue import SEARCH_PATH
from govdesk.domain.problem import Problem
from govdesk.services.ticking import Ticker

logger = logging.getLogger(__name__)

PERIODS = {
    "end_idle_holders": "* * * * * */15",
    "expire_due": "* * * * * */15",
    "note_failed_sign_ins": "* * * * * */20",
    "vault": "* * * * * */20",
}
"""Minute, hour, day, month, weekday, second. Who lost a password waits for `expire_due`, too."""
AT_START = ("vault",)
"""Ticks that a worker runs when it begins, too: somebody may wait for a copy of a key."""
_SWEEP = "17 * * * *"
_POLL_SECONDS = 2.0
_LATE_SECONDS = 120.0
"""A tick that was missed for longer is left to the next one."""
_GRACE_SECONDS = 0.8
_ASK_SECONDS = 1.0
_AGAIN_SECONDS = 5.0


def make(ticker: Ticker) -> App:
    """The queue with every tick registered; one worker's ticks use its own `ticker`."""
    path = SEARCH_PATH.replace(" ", "")
    options = f"-c search_path={path} -c lock_timeout=10s -c timezone=UTC -c jit=off"
    connector = PsycopgConnector(
        conninfo=ticker.url,
        min_size=1,
        max_size=3,
        kwargs={"options": options, "application_name": "govdesk worker"},
    )
    app = App(connector=connector, periodic_defaults={"max_delay": _LATE_SECONDS})
    for name, period in PERIODS.items():
        if name in ticker.ticks:
            _register(app, name, period, _ticking(ticker, name))
    _register(app, "sweep", _SWEEP, _sweeping(app))
    return app


async def run(ticker: Ticker, stopping: asyncio.Event) -> None:
    """Tick until told to stop; a database that goes away is waited for."""
    # Its lines name jobs and arguments, and trace what `_ticking` says in one line.
    for library in ("procrastinate", "psycopg.pool"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
    beginning = [asyncio.ensure_future(_ticking(ticker, name)(0)) for name in AT_START]
    while not stopping.is_set():
        working = asyncio.create_task(_work(ticker))
        stopped = asyncio.create_task(stopping.wait())
        await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        await _finish(working)
        if not stopping.is_set():
            await _wait(stopping, _AGAIN_SECONDS)
    # What failed has said so, and comes again.
    await asyncio.gather(*beginning, return_exceptions=True)


async def _finish(working: asyncio.Task[None]) -> None:
    """Procrastinate takes a cancellation as a request to finish what runs.

    While it starts, one may be lost inside the pool of connections; so it is asked again.
    """
    while not working.done():
        working.cancel()
        await asyncio.wait({working}, timeout=_ASK_SECONDS)
    if not working.cancelled():
        working.result()


async def _work(ticker: Ticker) -> None:
    try:
        app = make(ticker)
        with explained():
            async with app.open_async():
                await app.run_worker_async(
                    concurrency=2,
                    listen_notify=False,
                    fetch_job_polling_interval=_POLL_SECONDS,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=_GRACE_SECONDS,
                )
    except (Problem, ConnectorException) as error:
        logger.warning("the clock stands still: %s", str(error).strip().partition("\n")[0])


async def _wait(stopping: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return


def _register(app: App, name: str, period: str, step: Callable[[int], Awaitable[None]]) -> None:
    # One waiting tick of a kind is enough, however long nobody worked.
    task = app.task(name=name, queueing_lock=name)(step)
    app.periodic(cron=period)(task)


def _ticking(ticker: Ticker, name: str) -> Callable[[int], Awaitable[None]]:
    async def tick(timestamp: int) -> None:
        try:
            await asyncio.to_thread(ticker.tick, name)
        except Problem as problem:
            logger.warning("%s is done at the next tick: %s", name, problem)
        except Exception:
            logger.exception("%s failed", name)
            raise

    return tick


def _sweeping(app: App) -> Callable[[int], Awaitable[None]]:
    """Ticks whose worker died stand in the queue as being done; nobody waits for them."""

    async def sweep(timestamp: int) -> None:
        for job in await app.job_manager.get_stalled_jobs():
            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)

    return sweep
