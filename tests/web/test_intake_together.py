"""Requests that share a transaction: one that fails fails alone, and a name is served once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from govdesk.database.intake import Order, Outcome
from govdesk.database.web_pool import Pool
from govdesk.domain.api_keys import ApiKey
from govdesk.domain.problem import Problem
from govdesk.services import key_changes
from govdesk.services.counting_uses import Uses
from govdesk.services.intake import Denied, Intake, Sender, Written
from tests import keys
from tests.people import OTIS, Cast
from tests.strictness import ExpectLog
from tests.web.sending import sent

_NOWHERE = "postgresql://govdesk_worker:x@127.0.0.1:1/none?connect_timeout=2"


@pytest.fixture
def intake(cast: Cast, tmp_path: Path) -> Iterator[Intake]:
    """The intake over this test's own database."""
    made = Intake(cast.database.worker_url, tmp_path / "peppers.json")
    yield made
    made.close()


def _sender(cast: Cast, **more: Any) -> Sender:
    raw = keys.generate(cast, cast.sign_in(OTIS), **more).raw
    return Sender(ApiKey.parse(raw), "192.0.2.9")


def _order(name: str, action: str = "x.a", key: str | None = None, digest: str = "00") -> Order:
    events = [{"action": action, "entity_id": name}]
    return Order(events, {"accepted": 1, "request_id": name}, key, digest * 32 if key else None)


def _words(written: list[Written]) -> list[str]:
    return [one.outcome if isinstance(one, Outcome) else "failed" for one in written]


def test_one_that_the_database_refuses_fails_alone(cast: Cast, intake: Intake) -> None:
    orders = [_order("a"), _order("b", "member.removed"), _order("c", key="k"), _order("d")]
    written = intake.write(_sender(cast), orders)
    assert _words(written) == ["recorded", "failed", "recorded", "recorded"]
    assert isinstance(written[1], Problem)
    assert [row["entity_id"] for row in sent(cast)] == ["a", "c", "d"]
    assert {row["ip"] for row in sent(cast)} == {"192.0.2.9"}


def test_a_name_that_comes_twice_together_is_served_once(cast: Cast, intake: Intake) -> None:
    orders = [_order("a", key="k"), _order("b", key="k"), _order("c", key="k", digest="11")]
    written = intake.write(_sender(cast), orders)
    assert _words(written) == ["recorded", "replayed", "conflict"]
    again = written[1]
    assert isinstance(again, Outcome)
    assert again.response == {"accepted": 1, "request_id": "a"}
    assert [row["entity_id"] for row in sent(cast)] == ["a"]


def test_a_name_is_served_once_by_all_processes(cast: Cast, intake: Intake, tmp_path: Path) -> None:
    sender, found = _sender(cast), list[str]()
    others = [Intake(cast.database.worker_url, tmp_path / "peppers.json") for _ in range(3)]
    gate = threading.Barrier(8)

    def ask(one: Intake, at: int) -> None:
        gate.wait()
        # In another order each, so that two may wait for each other.
        names = ["k1", "k2"] if at % 2 else ["k2", "k1"]
        found.extend(_words(one.write(sender, [_order(name, key=name) for name in names])))

    crowd = [intake, *others] * 2
    threads = [threading.Thread(target=ask, args=(one, at)) for at, one in enumerate(crowd)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in others:
        one.close()
    assert Counter(found) == {"recorded": 2, "replayed": 14}
    assert sorted(row["entity_id"] for row in sent(cast)) == ["k1", "k2"]


def test_an_ended_key_writes_nothing_and_says_why(cast: Cast, intake: Intake) -> None:
    session = cast.sign_in(OTIS)
    made = keys.generate(cast, session)
    sender = Sender(ApiKey.parse(made.raw), "")
    assert _words(intake.write(sender, [_order("a")])) == ["recorded"]
    key_changes.revoke(session, made.key.id, "Over")
    written = intake.write(sender, [_order("b"), _order("c")])
    assert [one.answer.reason for one in written if isinstance(one, Denied)] == ["revoked"] * 2
    assert [row["entity_id"] for row in sent(cast)] == ["a"]


def test_a_key_without_the_scope_writes_nothing(cast: Cast, intake: Intake) -> None:
    (written,) = intake.write(_sender(cast, scopes=("document:read",)), [_order("a")])
    assert isinstance(written, Denied)
    assert written.answer.reason == "ok"
    assert not sent(cast)


def test_an_address_that_is_none_is_left_out(cast: Cast, intake: Intake) -> None:
    key = _sender(cast).key
    for address in ("-", "fe80::1%eth0", "not an address"):
        assert _words(intake.write(Sender(key, address), [_order("a")])) == ["recorded"]
    assert not {row["ip"] for row in sent(cast)} & {"-", "fe80::1"}


def test_no_repr_shows_what_proves_a_key(cast: Cast) -> None:
    sender = _sender(cast)
    assert sender.key.raw not in repr(sender)
    assert sender.key.raw.split("_")[3] not in f"{sender} {sender!r}"


# Uses


class _Day:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 23, 59, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_uses_are_added_up_by_key_and_day() -> None:
    day, key = _Day(), uuid4()
    uses = Uses(Pool(_NOWHERE), seconds=3600, now=day)
    uses.count(key, "192.0.2.1")
    uses.count(key, "192.0.2.2")
    day.now += timedelta(minutes=2)
    uses.count(key, "192.0.2.3")
    uses.count(UUID(int=0), None)
    counted = {(use.key_id, use.day.day): use for use in uses._counted.values()}
    assert {place: use.uses for place, use in counted.items()} == {
        (key, 2): 2, (key, 3): 1, (UUID(int=0), 3): 1,
    }  # fmt: skip
    assert counted[key, 2].ip == "192.0.2.2"
    uses._counted.clear()
    uses.close()


def test_without_a_database_the_count_is_kept(expected_log: ExpectLog) -> None:
    expected_log("uses of keys are not written down")
    uses, key = Uses(Pool(_NOWHERE, patience=0.1), seconds=3600), uuid4()
    uses.count(key, None)
    uses.flush()
    uses.count(key, None)
    assert [use.uses for use in uses._counted.values()] == [2]
    uses.close()
