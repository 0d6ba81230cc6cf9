"""Our side of the webhooks' figures, in a process of its own, as the other side is.

``python -m tests.benchmarks.webhook_side '{"act": "drain", …}'`` prints deliveries a second.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from govdesk.delivery.endpoint import Endpoint, Event
from govdesk.delivery.report import Report
from govdesk.delivery.sinks import open_sink
from govdesk.services.webhook_keys import EndpointOpener
from govdesk.worker.dispatching.dispatcher import Dispatcher
from govdesk.worker.dispatching.endpoints import Document
from govdesk.worker.dispatching.limits import Limits

_DRAIN_SECONDS = 300.0
_TAKEN = Report("delivered", status=200, total_ms=0.1)


class _Nowhere:
    """A sink that takes everything at once."""

    def send(self, event: Event, seconds: float) -> Report:
        return _TAKEN

    def tidy(self) -> None:
        """There is nothing to tidy."""

    def close(self) -> None:
        """There is nothing to close."""


class _Plain:
    """Opens an endpoint without its secrets, for a sink that signs nothing."""

    def open(self, document: Document) -> Endpoint:
        return Endpoint(
            document["id"], document["tenant_id"], document["tenant_path"], document["kind"],
            document["url"], version=document["version"],
        )  # fmt: skip


def rate(act: str, **order: Any) -> float:
    """Deliveries a second of a worker that finds its queue full."""
    done = subprocess.run(
        [sys.executable, "-m", __name__, json.dumps({"act": act, **order})],
        capture_output=True, text=True, cwd=Path(__file__).resolve().parents[2], timeout=600,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"{act} failed: {done.stderr[-2000:]}")
    return float(done.stdout)


def _drained(order: dict[str, Any]) -> float:
    """Seconds from the worker's start until the database has every result."""
    ending = threading.Event()
    is_bare = order["act"] == "drain"
    dispatcher = Dispatcher(
        order["url"],
        "bench",
        Limits(),
        ending,
        ending.set,
        opener=_Plain() if is_bare else EndpointOpener(Path(order["key_file"])),
        open_sink=(lambda endpoint: _Nowhere()) if is_bare else open_sink,
    )
    begun = time.perf_counter()
    dispatcher.start()
    while dispatcher.finished < order["deliveries"] and not ending.wait(0.002):
        if time.perf_counter() - begun > _DRAIN_SECONDS:
            raise RuntimeError(f"only {dispatcher.finished} were finished")
    passed = time.perf_counter() - begun
    ending.set()
    dispatcher.join()
    return passed


if __name__ == "__main__":
    _order = json.loads(sys.argv[1])
    print(_order["deliveries"] / _drained(_order))
