"""How soon an event leaves, with and without notices, and whether one that hangs delays others."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from govdesk.database.nudging import nudge
from tests.benchmarks.measuring import Figure, ratio
from tests.receivers import Apart

if TYPE_CHECKING:
    from tests.benchmarks.webhooks import Stage

_SINGLE, _UNHEARD = 200, 20
_OTHERS = 19
_EVENTS, _GAP_SECONDS = 120, 0.1
_ROUNDS = 4
_CHANGE = "UPDATE govdesk.node SET name = 'At ' || clock_timestamp() WHERE node_path = %s::ltree"


def share(values: Sequence[float], part: float) -> float:
    """The value below which that part of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def single(stage: Stage, receiver: Apart) -> Iterator[Figure]:
    """From a commit's return to the first byte at the receiver, one event after the other."""
    stage.endpoints(1, [receiver.url("/bench")], receiver.allow, receiver.ca)
    with _worker(stage):
        heard = _waits(stage, receiver, _SINGLE, is_told=True)
        unheard = _waits(stage, receiver, _UNHEARD, is_told=False)
    for name, value, target in (
        ("median", share(heard, 0.5), 20.0),
        ("99 %", share(heard, 0.99), 100.0),
        ("longest without a notice", max(unheard), 1500.0),
    ):
        yield ratio(
            f"webhooks: commit to first byte, {name}", value, target, unit="ms", bound=1.0,
            note=f"other: the target; {_SINGLE if target < 1000 else _UNHEARD} events",
        )  # fmt: skip


def fairness(stage: Stage, receiver: Apart) -> Iterator[Figure]:
    """19 endpoints beside one that answers, and beside one that never does."""
    urls = [receiver.url(f"/bench/{n}") for n in range(_OTHERS + 1)]
    stage.endpoints(len(urls), urls, receiver.allow, receiver.ca)
    *others, last = stage.webhooks

    def waits(url: str) -> list[float]:
        stage.lead(last, url)
        with _worker(stage):
            return _steady(stage, receiver, others)

    hanging, answering = list[float](), list[float]()
    # In turns, because other work on the machine comes and goes; the first of each warms up.
    for turn in range(1 + _ROUNDS):
        for url, kept in ((receiver.url("/hang"), hanging), (urls[-1], answering)):
            found = waits(url)
            kept += found if turn else []
    yield ratio(
        "webhooks: 99 % of 19 endpoints, beside one that hangs", share(hanging, 0.99),
        share(answering, 0.99), unit="ms", bound=1.2,
        note=f"other: beside one that answers; {len(hanging):,} of each in {_ROUNDS} turns",
    )  # fmt: skip


def _waits(stage: Stage, receiver: Apart, count: int, *, is_told: bool) -> list[float]:
    receiver.ask("clear")
    commits = []
    for number in range(1, count + 1):
        commits.append(_happen(stage, is_told=is_told))
        while receiver.ask("count") < number:
            time.sleep(0.001)
        time.sleep(random.uniform(0.01, 0.05 if is_told else 0.5))
    firsts = [at for _, _, at in receiver.ask("times")]
    return [1000 * (first - begun) for first, begun in zip(firsts, commits, strict=True)]


def _steady(stage: Stage, receiver: Apart, others: list[str]) -> list[float]:
    """Events at an even pace; milliseconds until each of the others began to receive it."""
    stage.forget()
    receiver.ask("clear")
    commits = []
    for _ in range(_EVENTS):
        commits.append(_happen(stage, is_told=True))
        time.sleep(_GAP_SECONDS)
    rows = stage.admin.execute(
        "SELECT message_id, dense_rank() OVER (ORDER BY seq) FROM govdesk.delivery"
        " WHERE webhook_id = ANY (%s::uuid[])",
        (others,),
    ).fetchall()
    place = {str(message): int(number) - 1 for message, number in rows}
    deadline = time.monotonic() + 30
    while True:
        first = {one: at for one, _, at in reversed(receiver.ask("times")) if one in place}
        if len(first) == _EVENTS * len(others) or time.monotonic() > deadline:
            break
    if len(first) < _EVENTS * len(others):
        raise RuntimeError(f"{len(first)} of {_EVENTS * len(others)} arrived")
    return [1000 * (at - commits[place[one]]) for one, at in first.items()]


def _happen(stage: Stage, *, is_told: bool) -> float:
    """One change; the time when its commit returned."""
    with stage.session.transaction() as connection:
        connection.execute(_CHANGE, (stage.node,))
    at = time.time()
    if is_told:
        nudge(stage.session.connection)
    return at


@contextmanager
def _worker(stage: Stage) -> Iterator[None]:
    """A worker's process, until the end of the block."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GOVDESK_")}
    told = {
        "GOVDESK_WORKER_URL": stage.worker_url,
        "GOVDESK_WORKER_KEY_FILE": str(stage.key_file),
        "GOVDESK_PEPPER_FILE": str(stage.scene.home / "demo" / "peppers.json"),
    }
    program = "from govdesk.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "worker", "--host", "bench"], env=kept | told,
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        for line in process.stderr:
            if "is at work" in line:
                break
        _warm(stage)
        try:
            yield
        finally:
            process.terminate()
            process.stderr.read()


def _warm(stage: Stage) -> None:
    """Let every connection be made: the figures are about a worker at work."""
    _happen(stage, is_told=True)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if stage.count("delivered") >= max(1, len(stage.webhooks) - 1):
            return
        time.sleep(0.05)
    raise RuntimeError("the worker delivers nothing")
