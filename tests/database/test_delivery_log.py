"""The log of attempts, redelivery, and why something was not sent; against the real database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from govdesk.database.connection import Session
from govdesk.domain.problem import Problem
from govdesk.services import (
    deliveries,
    nodes,
    redelivery,
    webhook_changes,
    webhook_reasons,
    webhook_testing,
    webhooks,
)
from govdesk.services.deliveries import Attempt, Filter
from govdesk.services.webhook_drafts import draft_of
from tests.database.webhook_worlds import HOST, SIEM, Hand, added
from tests.doors import join, seat
from tests.people import BEA, BETA, MEI, OLGA, Cast


@pytest.fixture
def hand(cast: Cast, tmp_path: Path) -> Hand:
    return Hand(cast, tmp_path)


def ready(session: Session, hand: Hand, **changed: object) -> str:
    """A webhook whose secret the worker has; its id."""
    one = added(session, replace(SIEM, **changed)).webhook  # type: ignore[arg-type]
    hand.vault()
    hand.deliver()
    return one.id


def created(session: Session, cast: Cast, name: str, below: str = "") -> int:
    """A system or customer is made; the number of its row in the log."""
    done, _ = nodes.create(session, name, "customer" if below else "system", below)
    assert done.seq is not None
    return done.seq


def events(session: Session, **chosen: object) -> list[tuple[str, int | None, str]]:
    rows = deliveries.page(session, Filter(**chosen)).rows  # type: ignore[arg-type]
    return [(one.event, one.seq, one.outcome) for one in rows]


# The log


def test_every_try_stands_in_the_log_the_newest_first(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    which = ready(olga, hand)
    first = created(olga, cast, "Night desk")
    hand.deliver()
    second = created(olga, cast, "Day desk")
    (claimed,) = hand.deliver("http", status=503, error="The receiver answered 503.",
                              response="busy", remedy="Wait.")  # fmt: skip
    assert events(olga, webhook_id=which) == [
        ("node.created", second, "http"), ("node.created", first, "delivered"),
    ]  # fmt: skip
    newest = deliveries.page(olga, Filter()).rows[0]
    assert (newest.webhook, newest.host, newest.response) == (SIEM.description, HOST, None)
    (whole,) = deliveries.attempts_of(olga, claimed.id)
    assert (whole.response, whole.error, whole.remedy) == (
        "busy", "The receiver answered 503.", "Wait.",
    )  # fmt: skip
    found = deliveries.find(olga, claimed.id)
    assert (found.status, found.seq, found.attempts) == ("failed", second, 1)
    assert [one.id for one in deliveries.of_event(olga, second)] == [claimed.id]


def test_pages_go_on_where_the_last_one_ended_and_lose_nothing(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    ready(olga, hand)
    for number in range(7):
        created(olga, cast, f"Desk {number}")
    hand.deliver()
    whole = deliveries.page(olga, Filter()).rows
    seen: list[Attempt] = []
    place = None
    for _ in range(10):
        page = deliveries.page(olga, Filter(), place, 3)
        seen += page.rows
        place = page.next
        if place is None:
            break
    assert tuple(seen) == whole
    assert len(seen) >= 7


def test_each_filter_finds_its_own(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    which = ready(olga, hand)
    portal = nodes.find(olga, "acme.portal").id
    other = ready(olga, hand, system_id=portal, description="Portal's own")
    good = created(olga, cast, "Night desk")
    hand.deliver()
    bad = created(olga, cast, "Front desk", "acme.portal")
    hand.deliver("timeout", status=None, error="No answer within 15 s.")
    middle = min(one.at for one in deliveries.page(olga, Filter(seq=bad)).rows)
    request = cast.rows(good - 1)[0]["request_id"]
    made = [("node.created", good, "delivered")]
    failed = [("node.created", bad, "timeout")]
    assert events(olga, webhook_id=other) == failed
    assert events(olga, system_id=portal) == failed
    assert events(olga, webhook_id=which, outcome="ok") == made
    assert events(olga, outcome="failed") == failed * 2
    assert events(olga, outcome="timeout", webhook_id=which) == failed
    assert events(olga, outcome="waiting") == []
    assert events(olga, seq=good) == made
    assert events(olga, request_id=request) == made
    assert events(olga, request_id="nobody") == []
    assert events(olga, text="WITHIN 15", webhook_id=which) == failed
    assert events(olga, event="node.*", webhook_id=which) == failed + made
    assert events(olga, event="member.*") == []
    assert events(olga, until=middle, webhook_id=which)[-1:] == made
    assert events(olga, since=middle, webhook_id=other) == failed
    with pytest.raises(Problem, match="There is no outcome"):
        events(olga, outcome="green")


def test_what_is_tried_again_is_waiting(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    which = ready(olga, hand)
    seq = created(olga, cast, "Night desk")
    hand.deliver("http", status=503, state="pending", next_seconds=300)
    assert events(olga, outcome="waiting") == [("node.created", seq, "http")]
    (row,) = deliveries.page(olga, Filter(webhook_id=which, outcome="waiting")).rows
    assert row.next_at is not None
    assert timedelta(0) < row.next_at - datetime.now(UTC) < timedelta(seconds=340)


def test_others_see_nothing_of_the_log(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    ready(olga, hand)
    created(olga, cast, "Night desk")
    (claimed, *_) = hand.deliver()
    bea = seat(cast, BEA.email, BETA)
    assert deliveries.page(bea, Filter()).rows == ()
    assert deliveries.attempts_of(bea, claimed.id) == []
    with pytest.raises(Problem, match="no such delivery"):
        deliveries.find(bea, claimed.id)
    with pytest.raises(Problem, match="no such delivery"):
        deliveries.find(olga, "nothing")
    assert deliveries.page(seat(cast, MEI.email), Filter()).rows != ()


def test_who_sees_one_system_sees_the_tries_of_its_webhooks(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    ready(olga, hand)
    portal = nodes.find(olga, "acme.portal").id
    own = ready(olga, hand, system_id=portal, description="Portal's own")
    created(olga, cast, "Front desk", "acme.portal")
    hand.deliver()
    join(cast, "pia@acme.example", "member", "acme.portal")
    pia = seat(cast, "pia@acme.example")
    assert {one.webhook_id for one in deliveries.page(pia, Filter()).rows} == {own}


# Tests


def test_a_test_is_one_delivery_that_a_worker_sends(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    which = ready(olga, hand)
    delivery = webhook_testing.begin(olga, which)
    assert webhook_testing.look(olga, delivery) is None
    (claimed,) = hand.claim("test")
    assert (claimed.id, claimed.origin, claimed.seq) == (delivery, "test", None)
    request = {"method": "POST", "url": SIEM.url, "headers": [], "body": "{}"}
    times = {"dns_ms": 1.0, "tcp_ms": 2.0, "tls_ms": 3.0, "first_byte_ms": 4.0, "total_ms": 5.0}
    hand.finish(claimed, request=request, **times)
    found = webhook_testing.look(olga, delivery)
    assert found is not None
    talk = webhook_testing.conversation(webhooks.find(olga, which), found)
    assert talk.ok
    assert [stage.ms for stage in talk.stages] == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert cast.rows(cast.last_seq() - 1)[0]["action"] == "webhook.tested"


def test_who_gives_up_waiting_is_told_that_it_may_still_go_out(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    which = ready(olga, hand)
    with pytest.raises(webhook_testing.Cancelled, match="may still go out"):
        webhook_testing.test(olga, which, lambda: True)


# Why it was not sent


def why(session: Session, which: str, seq: int) -> str:
    return webhook_reasons.why_not_sent(session, which, seq).verdict


def test_it_can_always_be_said_what_became_of_an_event(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    older = created(olga, cast, "Old desk")
    which = ready(olga, hand)
    assert why(olga, which, 10_000) == "no_row"
    assert why(olga, which, older) == "before"
    seq = created(olga, cast, "Night desk")
    assert why(olga, which, seq) == "behind"
    hand.fan_out()
    assert why(olga, which, seq) == "pending"
    for one in hand.claim():
        hand.finish(one, "http", status=500)
    found = webhook_reasons.why_not_sent(olga, which, seq)
    assert found.verdict == "failed"
    assert found.delivery_id == deliveries.of_event(olga, seq)[0].id
    redelivery.redeliver(olga, which, "one", delivery_id=found.delivery_id)
    hand.again()
    assert why(olga, which, seq) == "delivered"


def test_an_event_about_the_webhook_itself_is_never_sent_to_it(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    which = ready(olga, hand, events=("audit.row",))
    draft = replace(draft_of(webhooks.find(olga, which)), description="SOC")
    seq = webhook_changes.save(olga, draft).seq
    hand.deliver()
    assert seq is not None
    assert why(olga, which, seq) == "itself"


def test_what_was_not_asked_for_or_lies_elsewhere_is_said(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    which = ready(olga, hand, events=("member.*",))
    portal = nodes.find(olga, "acme.portal").id
    own = ready(olga, hand, system_id=portal, description="Portal's own")
    seq = created(olga, cast, "Night desk")
    hand.deliver()
    assert why(olga, which, seq) == "not_subscribed"
    assert why(olga, own, seq) == "other_system"


def test_what_was_skipped_or_waits_for_a_resume_is_said(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    which = ready(olga, hand)
    webhook_changes.disable(olga, which)
    seq = created(olga, cast, "Night desk")
    hand.fan_out()
    assert why(olga, which, seq) == "disabled"
    webhook_changes.resume(olga, which, "skip")
    hand.deliver()
    assert why(olga, which, seq) == "skipped"
    assert redelivery.rehearse(olga, which, "missed").deliveries >= 1
    redelivery.redeliver(olga, which, "missed")
    hand.again()
    assert why(olga, which, seq) == "delivered"


# Sending again


def fails(session: Session, cast: Cast, hand: Hand, count: int) -> list[int]:
    seqs = [created(session, cast, f"Desk {number}") for number in range(count)]
    hand.deliver("http", status=500)
    return seqs


def test_a_rehearsal_counts_and_writes_nothing_and_then_it_is_done(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    which = ready(olga, hand)
    fails(olga, cast, hand, 3)
    since, before = datetime.now(UTC) - timedelta(hours=1), cast.last_seq()
    found = redelivery.rehearse(olga, which, "failed", since)
    assert (found.deliveries, cast.last_seq()) == (3, before)
    assert found.oldest is not None
    assert found.newest is not None
    assert found.oldest <= found.newest
    done = redelivery.redeliver(olga, which, "failed", since=since)
    assert done.deliveries == 3
    assert cast.rows(before)[-1]["action"] == "webhook.redelivered"
    assert len({one.message_id for one in hand.again()}) == 3
    assert redelivery.rehearse(olga, which, "failed", since).deliveries == 0
    assert not redelivery.redeliver(olga, which, "failed", since=since).deliveries


def test_one_delivery_is_sent_again_unless_it_is_on_its_way_or_another_s(
    cast: Cast, hand: Hand
) -> None:
    olga = seat(cast, OLGA.email)
    which, other = ready(olga, hand), ready(olga, hand, description="Other")
    seq = created(olga, cast, "Night desk")
    hand.fan_out()
    one = next(d for d in deliveries.of_event(olga, seq) if d.webhook_id == which)
    before = cast.last_seq()
    waiting = redelivery.redeliver(olga, which, "one", delivery_id=one.id)
    assert (waiting.change.changed, waiting.deliveries, cast.last_seq()) == (False, 0, before)
    for claimed in hand.claim():
        hand.finish(claimed)
    assert redelivery.redeliver(olga, which, "one", delivery_id=one.id).deliveries == 1
    with pytest.raises(Problem, match=SIEM.description):
        redelivery.redeliver(olga, other, "one", delivery_id=one.id)
    test = webhook_testing.begin(olga, which)
    with pytest.raises(Problem, match="A test is not sent again"):
        redelivery.redeliver(olga, which, "one", delivery_id=test)


def test_what_failed_before_the_time_is_left_alone(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    which = ready(olga, hand)
    fails(olga, cast, hand, 2)
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert redelivery.rehearse(olga, which, "failed", later).deliveries == 0


@pytest.mark.parametrize(
    "act",
    [
        lambda olga, which: redelivery.redeliver(olga, which, "failed"),
        lambda olga, which: redelivery.rehearse(olga, which, "failed"),
        lambda olga, which: redelivery.redeliver(olga, which, "one"),
    ],
)
def test_what_is_missing_is_asked_for(
    module_cast: Cast, act: Callable[[Session, str], object]
) -> None:
    with pytest.raises(Problem) as refused:
        act(seat(module_cast, OLGA.email), "6f3a0a52-6f2e-4c6b-9d64-0d2f3f2f0a01")
    assert refused.value.exit_code == 2
