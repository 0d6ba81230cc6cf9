"""Claims: the demo's webhooks are real: its worker sends, its receivers verify or are busy."""

from __future__ import annotations

import json
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from govdesk.services import demo, demo_receiver
from govdesk.services.demo_webhooks import PAGER, STORE, TRIAL
from tests.databases import server_folder

PATIENCE = 60.0
COUNTS = (
    "SELECT w.description, d.last_status, count(*) FROM govdesk.webhook w"
    " JOIN govdesk.delivery d ON d.webhook_id = w.id GROUP BY 1, 2"
)


@pytest.fixture(scope="module")
def running() -> Iterator[demo.Demo]:
    """A demo with its worker and web pages."""
    with server_folder() as folder:
        made = demo.start(folder / "demo", 60)
        try:
            made.begin()
            yield made
        finally:
            made.stop()


@pytest.fixture
def admin(running: demo.Demo) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(str(running.facts["admin_url"]), autocommit=True) as connection:
        yield connection


def counts(admin: psycopg.Connection[Any]) -> dict[tuple[str, int | None], int]:
    return {(name, status): count for name, status, count in admin.execute(COUNTS)}


def eventually(holds: Callable[[], bool], what: str) -> None:
    waiting, deadline = threading.Event(), time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, what
        waiting.wait(0.2)


def of(webhook: str, admin: psycopg.Connection[Any]) -> set[int | None]:
    """How the receiver answered last, over all deliveries to it."""
    return {status for name, status in counts(admin) if name == webhook}


def test_one_arrives_one_is_refused_and_one_rests(admin: psycopg.Connection[Any]) -> None:
    def has_begun() -> bool:
        found = counts(admin)
        return found.get((STORE, 202), 0) > 10 and found.get((PAGER, 503), 0) > 0

    eventually(has_begun, "nothing was delivered")
    eventually(lambda: of(STORE, admin) == {202}, "some are still on their way")
    found = counts(admin)
    assert {status for name, status in found if name == PAGER} <= {503, None}
    assert not [name for name, _ in found if name == TRIAL]
    states = dict(admin.execute("SELECT description, status FROM govdesk.webhook").fetchall())
    assert states == {STORE: "active", PAGER: "active", TRIAL: "disabled"}
    (answer,) = admin.execute(
        "SELECT DISTINCT response FROM govdesk.delivery_attempt WHERE status = 503"
    ).fetchone() or ("",)
    assert "queue is full" in answer


def test_the_receiver_takes_nothing_that_is_not_signed(running: demo.Demo) -> None:
    home = running.facts["data_dir"]
    receiver = demo_receiver.prepare(Path(home))
    request = urllib.request.Request(
        receiver.url(demo_receiver.EVENTS),
        b"{}",
        {
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(time.time())),
            "webhook-signature": "v1,AAAA v1a,AAAA",
        },
    )
    context = ssl.create_default_context(cadata=receiver.authority)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=20, context=context)
    assert refused.value.code == 401
    refused.value.close()


def test_its_public_keys_are_where_the_receiver_finds_them(running: demo.Demo) -> None:
    address = f"{running.facts['web_url']}/.well-known/webhooks/acme"
    found: list[dict[str, Any]] = []

    def is_published() -> bool:
        """The worker makes the key in its first round."""
        try:
            with urllib.request.urlopen(address, timeout=20) as answer:
                found.extend(json.load(answer)["keys"])
        except urllib.error.HTTPError as error:
            error.close()
        return bool(found)

    eventually(is_published, "no key was published")
    assert [one["crv"] for one in found] == ["Ed25519"]
