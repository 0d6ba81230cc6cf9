"""The board: who sends what next, how much is claimed, and what is given back."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import pytest

from govdesk.database.deliveries import Claimed, Lane, Order
from govdesk.worker.dispatching.board import SLICE_SECONDS, Board, Turn
from govdesk.worker.dispatching.limits import BATCH, EACH, Limits
from govdesk.worker.dispatching.station import OUR_PAUSE_SECONDS
from tests.worker.dispatching.claims import Clock, claimed


class Desk:
    """A board with a clock, and what it asked for and gave back."""

    def __init__(self, senders: int = 64, lease_seconds: int = 60):
        self.clock = Clock()
        self.wishes = 0
        self.returned: list[Claimed] = []
        self.board = Board(
            Limits(senders, lease_seconds), self._wish, self.returned.extend, self.clock
        )

    def _wish(self) -> None:
        self.wishes += 1

    def order(self, lane: Lane = "first") -> Order | None:
        return next((one for one in self.board.orders() if one.lane == lane), None)

    def room_for(self, webhook: str, lane: Lane = "first") -> int:
        """How many of an endpoint the next claim may bring."""
        order = self.order(lane)
        assert order is not None
        return min(order.limit, order.each - order.busy.get(webhook, 0))

    def bring(
        self, webhook: str, count: int, lane: Lane = "first", tenant: str = "acme"
    ) -> list[Claimed]:
        order = self.order(lane)
        assert order is not None
        some = [claimed(webhook, tenant_path=tenant) for _ in range(count)]
        self.board.take_in(order, some)
        return some

    def turn(self, lane: Lane = "first") -> Turn | None:
        """What a free sender finds now; None when there is nothing."""
        ready = self.board._lanes[lane].ready
        return None if ready.empty() else self.board.next_turn(lane)

    def in_hand(self, lane: Lane = "first") -> list[tuple[Turn, Claimed]]:
        """Let a sender begin at every turn that waits."""
        begun = []
        while (turn := self.turn(lane)) is not None:
            if (job := self.board.next_job(turn)) is not None:
                begun.append((turn, job))
        return begun

    def send_all(self, lane: Lane = "first", seconds: float = 0.0) -> list[Claimed]:
        """One sender works off whatever waits; each try takes so long, and all go well."""
        sent = []
        while (turn := self.turn(lane)) is not None:
            while (job := self.board.next_job(turn)) is not None:
                self.clock.now += seconds
                self.board.done(turn, is_bad=False)
                sent.append(job)
        return sent


def test_an_endpoint_has_at_most_four_tries_in_hand_however_many_wait() -> None:
    desk = Desk()
    desk.bring("siem", 30)
    begun = desk.in_hand()
    assert len(begun) == EACH
    desk.board.done(begun[0][0], is_bad=False)
    assert desk.board.next_job(begun[0][0]) is not None
    assert desk.turn() is None


def test_a_failing_endpoint_has_one_try_in_hand_and_keeps_nothing_waiting_here() -> None:
    desk = Desk()
    some = desk.bring("siem", 6)
    begun = desk.in_hand()
    desk.board.done(begun[0][0], is_bad=True)
    assert desk.returned == some[EACH:]
    assert desk.room_for("siem") <= 0
    for turn, _ in begun[1:]:
        assert desk.board.next_job(turn) is None or pytest.fail("a second try was begun")
    for turn, _ in begun[1:]:
        desk.board.done(turn, is_bad=True)
    assert desk.room_for("siem") == EACH


def test_one_good_try_lets_a_failing_endpoint_have_four_again() -> None:
    desk = Desk()
    desk.board.note_endpoint("siem", is_failing=True, throttle=None)
    desk.bring("siem", 4)
    [(turn, _)] = desk.in_hand()
    assert desk.room_for("siem") <= 0
    desk.board.done(turn, is_bad=False)
    assert desk.board.next_job(turn) is not None
    assert len(desk.in_hand()) == 2


def test_a_fault_of_ours_leaves_the_endpoint_alone_for_a_while() -> None:
    desk = Desk()
    some = desk.bring("siem", 4)
    [(turn, _), *others] = desk.in_hand()
    for each, _ in others:
        desk.board.done(each, is_bad=False)
    desk.board.done(turn, is_bad=None)
    assert desk.room_for("siem") == 0
    desk.clock.now += OUR_PAUSE_SECONDS
    assert desk.room_for("siem") > 0
    assert len(some) == EACH


def test_a_hanging_endpoint_keeps_its_own_senders_and_no_others() -> None:
    desk = Desk()
    desk.bring("hangs", 4)
    assert {job.webhook_id for _, job in desk.in_hand()} == {"hangs"}
    for webhook in "abcdefghijklmnopqrs":
        desk.bring(webhook, 4)
        assert len(desk.send_all()) == 4
    assert desk.room_for("hangs") == 0


def test_a_sender_goes_on_to_the_next_endpoint_when_its_slice_is_over_and_others_wait() -> None:
    desk = Desk(senders=4)
    desk.board.take_in(_order(), [claimed("busy") for _ in range(40)])
    desk.board.take_in(_order(), [claimed("other")])
    firsts = [job.webhook_id for job in desk.send_all(seconds=SLICE_SECONDS / 2)][:20]
    assert "other" in firsts


def test_retries_and_first_tries_never_wait_for_each_others_senders() -> None:
    desk = Desk()
    for number in range(100):
        desk.board.take_in(_order("retry"), [claimed(f"old-{number}")])
    assert len(desk.in_hand("retry")) >= 1
    desk.bring("new", 1)
    assert [job.webhook_id for _, job in desk.in_hand("first")] == ["new"]


def test_a_waiting_retry_gets_a_place_beside_first_tries_that_never_end() -> None:
    desk = Desk()
    desk.bring("siem", 100)
    begun = desk.in_hand()
    desk.bring("siem", 1, "retry")
    assert desk.turn("retry") is None
    turn = begun[0][0]
    desk.board.done(turn, is_bad=False)
    desk.clock.now += 2 * SLICE_SECONDS
    assert desk.board.next_job(turn) is None
    assert [job.webhook_id for _, job in desk.in_hand("retry")] == ["siem"]


def test_the_slow_endpoints_of_one_organization_keep_half_of_the_senders_and_no_more() -> None:
    desk = Desk()
    for number in range(40):
        desk.board.take_in(_order(), [claimed(f"slow-{number}") for _ in range(4)])
    held = desk.in_hand()
    assert len(held) == Limits().share_of("first") == Limits().senders_of("first") // 2
    # What waits for them takes no room from others.
    assert desk.room_for("quick") == EACH
    desk.bring("quick", 4, tenant="beta")
    assert {job.tenant_path for _, job in desk.in_hand()} == {"beta"}
    turn, ended = held[0]
    desk.board.done(turn, is_bad=False)
    desk.clock.now += 2 * SLICE_SECONDS
    assert desk.board.next_job(turn) is None
    [(_, following)] = desk.in_hand()
    assert following.webhook_id != ended.webhook_id


def test_what_waits_too_long_for_a_sender_is_given_back_before_its_lease_ends() -> None:
    desk = Desk()
    some = [claimed(f"slow-{number}") for number in range(40)]
    desk.board.take_in(_order(), some)
    held = desk.in_hand()
    desk.clock.now += Limits().patience_seconds + 0.1
    desk.board.sweep()
    assert len(desk.returned) == len(some) - len(held)


def test_no_more_is_claimed_than_free_senders_can_begin_with() -> None:
    desk = Desk(senders=16)
    order = desk.order()
    assert order is not None
    assert order.limit == Limits(16).senders_of("first")
    for number in range(order.limit):
        desk.bring(f"hangs-{number}", 1, tenant=f"tenant-{number % 3}")
    assert len(desk.in_hand()) == order.limit
    assert desk.order() is None
    assert desk.order("retry") is not None


def test_a_fast_endpoint_is_claimed_for_in_batches_and_a_slow_one_never() -> None:
    fast, slow = Desk(), Desk()
    for desk, seconds in ((fast, 0.0005), (slow, 1.0)):
        for _ in range(60):
            desk.bring("siem", max(0, desk.room_for("siem")))
            desk.send_all(seconds=seconds)
    assert fast.room_for("siem") > 50
    assert slow.room_for("siem") == EACH
    assert fast.room_for("siem") <= BATCH


def test_more_is_wanted_only_where_the_queue_may_have_more() -> None:
    desk = Desk()
    desk.bring("siem", 2)
    desk.send_all()
    assert desk.wishes == 0
    desk.bring("siem", EACH)
    desk.send_all()
    assert desk.wishes > 0


def test_a_try_that_could_outlive_its_lease_is_given_back_untried() -> None:
    desk = Desk(lease_seconds=60)
    [one] = desk.bring("siem", 1)
    desk.clock.now += Limits().patience_seconds + 0.1
    turn = desk.turn()
    assert turn is not None
    assert desk.board.next_job(turn) is None
    assert desk.returned == [one]


@pytest.mark.parametrize("lease", [3, 5, 10, 60, 600])
def test_a_try_that_may_begin_ends_before_its_lease_does(lease: int) -> None:
    limits = Limits(lease_seconds=lease)
    assert limits.patience_seconds > 0
    assert limits.patience_seconds + limits.deadline_seconds < lease


def test_a_closed_board_gives_back_what_nobody_began_and_what_comes_late() -> None:
    desk = Desk()
    order = desk.order()
    assert order is not None
    some = desk.bring("siem", 6)
    begun = desk.in_hand()
    desk.board.close()
    late = [claimed("siem")]
    desk.board.take_in(order, late)
    assert desk.returned == some[EACH:] + late
    assert desk.board.orders() == []
    assert not desk.board.is_still()
    for turn, _ in begun:
        desk.board.done(turn, is_bad=False)
    assert desk.board.wait_until_still(0)


def test_a_throttled_endpoint_is_looked_for_again_sooner_than_others() -> None:
    desk = Desk()
    assert desk.board.look_again_seconds(1.0) == 1.0
    desk.board.note_endpoint("siem", is_failing=False, throttle=600)
    assert desk.board.look_again_seconds(1.0) == pytest.approx(0.1)


def test_endpoints_that_are_not_sent_to_are_forgotten() -> None:
    desk = Desk()
    desk.bring("siem", 1)
    desk.send_all()
    desk.clock.now += 120
    desk.board.sweep()
    assert desk.board._stations == {}


@pytest.mark.parametrize("seed", range(20))
def test_whatever_happens_each_delivery_is_sent_once_or_given_back_once(seed: int) -> None:
    chance, desk = random.Random(seed), Desk(senders=8)
    brought, sent, hands = list[Claimed](), list[Claimed](), list[tuple[Turn, Claimed]]()
    lanes: Sequence[Lane] = ("first", "retry", "test")
    for _ in range(400):
        desk.clock.now += chance.random() / 5
        lane = chance.choice(lanes)
        if (order := desk.order(lane)) is not None and chance.random() < 0.5:
            webhook = chance.choice("abcde")
            room = max(0, min(order.limit, order.each - order.busy.get(webhook, 0)))
            brought += (some := [claimed(webhook) for _ in range(chance.randint(0, room))])
            desk.board.take_in(order, some)
        hands += desk.in_hand(lane)
        if hands and chance.random() < 0.8:
            turn, job = hands.pop(chance.randrange(len(hands)))
            sent.append(job)
            desk.board.done(turn, is_bad=chance.choice((False, False, False, True, None)))
            if (following := desk.board.next_job(turn)) is not None:
                hands.append((turn, following))
        shares = Counter(turn.lane for turn, _ in hands)
        assert all(count <= Limits(8).share_of(key) for key, count in shares.items())
        busy = Counter(job.webhook_id for turn, job in hands if turn.lane != "test")
        assert max(busy.values(), default=0) <= EACH
    desk.board.close()
    for turn, job in hands:
        sent.append(job)
        desk.board.done(turn, is_bad=False)
        assert desk.board.next_job(turn) is None
    ended = Counter(one.id for one in (*sent, *desk.returned))
    assert ended == Counter(one.id for one in brought)
    assert set(ended.values()) <= {1}
    assert desk.board.is_still()


def _order(lane: Lane = "first") -> Order:
    return Order(lane, BATCH, EACH, {}, 60)
