"""One worker from its start to its end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable

from govdesk.database.connection import Connection, connect
from govdesk.database.errors import Refused
from govdesk.domain.problem import Problem
from govdesk.services import deploys, opening_rules, peppers
from govdesk.services.ticking import Ticker, sign_of_life
from govdesk.services.vault_tick import VaultTick
from govdesk.services.webhook_keys import EndpointOpener
from govdesk.services.webhook_vault import WebhookVault
from govdesk.vault.key_files import KeyFileProblem
from govdesk.worker.attendant import Attendant
from govdesk.worker.dispatching.dispatcher import Dispatcher
from govdesk.worker.pepperer import Pepperer
from govdesk.worker.postman import Postman
from govdesk.worker.settings import Settings
from govdesk.worker.signing import signer
from govdesk.worker.signing.signer import Signer

logger = logging.getLogger(__name__)

STOP_SECONDS = 4.5
"""From the signal to the end, whatever a mail server does."""
_FAULT = 3
"""The exit code of a worker that ends because of a fault of ours."""
NO_SERVER = (
    "no mail server is configured (GOVDESK_SMTP_URL); mails stay queued and links can be copied"
)


def once(settings: Settings) -> int:
    """Do everything that is due and return how many mails did not go.

    Raises `Problem` if the database cannot be reached or the login is not a worker's.
    """
    ticker = _ticker(settings)
    _introduce(settings)
    for name in ticker.ticks:
        _tick(ticker, name)
    if settings.sender is None:
        logger.warning(NO_SERVER)
    troubles = 0
    with connect(settings.url) as connection:
        _pepper(settings, connection)
        while (outcome := settings.post.deliver_next(connection)) is not None:
            troubles += settings.sender is not None and not outcome.is_sent
        signer.once(connection, settings.signing, settings.host)
    return troubles


def _ticker(settings: Settings) -> Ticker:
    vaults = VaultTick(settings.key_file)
    return Ticker(settings.url, settings.host, {"vault": vaults}, vaults.stop)


def _tick(ticker: Ticker, name: str) -> None:
    """Without a good file of a worker's own everything else is done all the same."""
    try:
        ticker.tick(name)
    except KeyFileProblem as problem:
        logger.warning("%s is left out: %s", name, problem)


def _pepper(settings: Settings, connection: Connection) -> None:
    """Without the installation's file of peppers everything else is done all the same."""
    try:
        ring = peppers.ready(connection, settings.pepper_file)
        peppers.attend(connection, ring, settings.host)
    except KeyFileProblem as problem:
        logger.warning("keys wait for their pepper: %s", problem)
    except Refused as refusal:
        if refusal.key != "other_pepper":
            raise
        logger.warning("keys wait for their pepper: %s", refusal)


def forever(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT.

    Raises `Problem` if the database cannot be reached at the start or the login is not a worker's;
    what goes away later is waited for. Without a mail server mails stay queued, and their state
    says what they wait for.
    """
    with deploys.starting(settings.host, os.environ):
        _introduce(settings)
    deploys.note_start(settings.url, settings.host, os.environ)
    if settings.sender is None:
        logger.warning(NO_SERVER)
    # Whatever hangs then, on a mail server or the database, has a lease or is done by the next.
    leaving = threading.Timer(STOP_SECONDS, _leave)
    leaving.daemon = True
    try:
        asyncio.run(_until_signal(settings, leaving))
    finally:
        leaving.cancel()
    logger.info("worker %s has ended", settings.host)


def _leave(code: int = 0) -> None:
    logger.warning("the mail server or the database hangs; what is in hand is left to its lease")
    os._exit(code)


def _introduce(settings: Settings) -> None:
    """The first sign of life, which only a worker's login may leave."""
    try:
        with connect(settings.url) as connection:
            sign_of_life(connection, settings.host)
    except Refused as refused:
        raise Problem(
            "This database login may not do a worker's tasks.",
            "Use the login govdesk_worker: set GOVDESK_WORKER_URL to its address.",
            exit_code=4,
        ) from refused


async def _until_signal(settings: Settings, leaving: threading.Timer) -> None:
    from govdesk.worker import clock

    loop, stopping, ending = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def stop() -> None:
        if not stopping.is_set():
            leaving.start()
        ending.set()
        stopping.set()

    def fault() -> None:
        # Whoever starts programs again must not take this end for a wish.
        leaving.args = (_FAULT,)
        stop()

    # Before any work begins: a signal finds somebody who finishes what is in hand.
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    ticker = _ticker(settings)
    attendants = _attendants(settings, ending, lambda: loop.call_soon_threadsafe(fault))
    for one in attendants:
        one.start()
    logger.info("worker %s is at work", settings.host)
    ticking = asyncio.create_task(clock.run(ticker, stopping))
    stopped = asyncio.create_task(stopping.wait())
    await asyncio.wait({ticking, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not stopping.is_set():
        fault()
    await asyncio.to_thread(ticker.stop)
    try:
        await ticking
    finally:
        # Also when the clock met a fault of ours: what is in hand is finished.
        for one in attendants:
            await asyncio.to_thread(one.join)
    if any(one.has_failed for one in attendants):
        raise Problem("The worker ended because of a fault.", "Its log says which; start it again.")


def _attendants(
    settings: Settings, ending: threading.Event, on_fault: Callable[[], object]
) -> tuple[Attendant | Dispatcher, ...]:
    postman = Postman(settings.url, settings.post, ending, on_fault)
    pepperer = Pepperer(settings.url, settings.pepper_file, settings.host, ending, on_fault)
    attendants = _dispatcher(settings, ending, on_fault), postman, pepperer
    if settings.signing.key is None:
        return attendants
    return *attendants, Signer(settings.url, settings.signing, settings.host, ending, on_fault)


def _dispatcher(
    settings: Settings, ending: threading.Event, on_fault: Callable[[], object]
) -> Dispatcher:
    return Dispatcher(
        settings.url,
        settings.host,
        settings.limits,
        ending,
        on_fault,
        opener=EndpointOpener(settings.key_file, on_unruled=opening_rules.warn),
        key_round=WebhookVault(settings.key_file),
    )
