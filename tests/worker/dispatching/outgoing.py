"""Deliveries in tests: real endpoints of a real database, sent by real workers, received."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from govdesk.database.connection import Session
from govdesk.services.changes import writing
from govdesk.services.webhook_keys import EndpointOpener
from govdesk.services.webhook_vault import WebhookVault
from govdesk.worker.dispatching.dispatcher import Dispatcher
from govdesk.worker.dispatching.limits import Limits
from tests.doors import worker
from tests.people import ACME, OLGA, Cast
from tests.receivers import Receiver
from tests.vaulting import at_desk
from tests.webhooking import add_webhook

KILLS = int(os.environ.get("GOVDESK_TEST_KILLS", "5"))
"""How often the test of sudden deaths kills a worker."""


@dataclass
class Outgoing:
    """Endpoints of one organization that all lead to one receiver."""

    cast: Cast
    session: Session
    receiver: Receiver
    key_file: Path

    @classmethod
    def at(cls, cast: Cast, receiver: Receiver, folder: Path) -> Outgoing:
        """With workers that have said who they are."""
        made = cls(cast, at_desk(cast, OLGA), receiver, folder / "worker-key.json")
        made.round()
        return made

    def round(self) -> None:
        """What a worker does about secrets and signing keys."""
        WebhookVault(self.key_file)(worker(self.cast), "tests")

    def hook(self, path: str = "/", **more: Any) -> str:
        """An endpoint at a path of the receiver, for everything that happens to nodes."""
        made = add_webhook(
            self.session,
            f"At {path}",
            **{
                "url": self.receiver.url(path),
                "events": ("node.*",),
                "settings": {"ca": self.receiver.ca},
                "allow": (self.receiver.allow,),
                **more,
            },
        )
        self.round()
        return made.id

    def happen(self, count: int = 1) -> None:
        """So many things happen in one commit, and the workers are told."""
        with writing(self.session) as connection:
            connection.execute(
                "INSERT INTO govdesk.node (tenant_id, tenant_path, node_path, kind, name)"
                " SELECT tenant_id, tenant_path,"
                " tenant_path || ('n' || replace(gen_random_uuid()::text, '-', ''))::ltree,"
                " 'system', 'System' FROM govdesk.tenant, generate_series(1, %s)"
                " WHERE tenant_path = %s::ltree",
                (count, ACME),
            )

    def states(self) -> dict[str, int]:
        """How many deliveries are in which state."""
        rows = self.cast.admin.execute(
            "SELECT status, count(*) FROM govdesk.delivery GROUP BY 1"
        ).fetchall()
        return {str(status): int(count) for status, count in rows}

    def outcomes(self, webhook: str | None = None) -> list[str]:
        """The outcomes of all tries, oldest first."""
        rows = self.cast.admin.execute(
            "SELECT outcome FROM govdesk.delivery_attempt"
            " WHERE webhook_id = coalesce(%s::uuid, webhook_id) ORDER BY at",
            (webhook,),
        ).fetchall()
        return [str(row[0]) for row in rows]

    def messages(self) -> set[str]:
        """The ids of every message that was to be sent."""
        rows = self.cast.admin.execute("SELECT message_id FROM govdesk.delivery").fetchall()
        return {str(row[0]) for row in rows}

    def in_hand(self) -> set[str]:
        """The ids of messages that a worker has claimed and not yet finished."""
        rows = self.cast.admin.execute(
            "SELECT message_id FROM govdesk.delivery WHERE lease IS NOT NULL"
        ).fetchall()
        return {str(row[0]) for row in rows}

    def wait(self, done: Callable[[], bool], seconds: float = 20.0) -> None:
        """Wait until the database says so."""
        deadline = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < deadline, (self.states(), self.outcomes())
            self.cast.admin.execute("SELECT pg_sleep(0.02)")

    def wait_for(self, state: str, count: int, seconds: float = 20.0) -> None:
        """Wait until so many deliveries are in a state."""
        self.wait(lambda: self.states().get(state, 0) >= count, seconds)

    @property
    def environment(self) -> dict[str, str]:
        """What a worker's process is told beside the usual."""
        return {"GOVDESK_WORKER_KEY_FILE": str(self.key_file)}

    @contextmanager
    def dispatching(self, host: str = "one", **more: Any) -> Iterator[Dispatcher]:
        """A dispatcher in this process, until the end of the block."""
        ending = threading.Event()
        dispatcher = Dispatcher(
            self.cast.database.worker_url,
            host,
            more.pop("limits", Limits(senders=24)),
            ending,
            ending.set,
            **{
                "opener": EndpointOpener(self.key_file, {}),
                "key_round": WebhookVault(self.key_file),
                **more,
            },
        )
        dispatcher.start()
        try:
            yield dispatcher
        finally:
            ending.set()
            dispatcher.join(10)
        assert not dispatcher.is_alive()
        assert not dispatcher.has_failed
