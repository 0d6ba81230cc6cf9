"""What a worker has claimed and not yet finished, and who of its senders does what next.

One endpoint has at most four tries in hand, one while it fails, however many wait, and all of an
organization's at most half of a lane's senders; senders go from endpoint to endpoint, so that a
slow one keeps its own few and no others. Beyond what is in hand no
more is claimed than is sent in the next quarter of a second at the pace of the last moments.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Final

from govdesk.database.deliveries import LANES, Claimed, Lane, Order
from govdesk.worker.dispatching.limits import BATCH, EACH, Limits
from govdesk.worker.dispatching.station import OUR_PAUSE_SECONDS, Job, Pace, Station

SLICE_SECONDS: Final = 0.05
"""How long a sender stays with one endpoint while others wait."""


@dataclass(slots=True)
class Turn:
    """A sender's stay at one endpoint, until `ends_at` of the monotonic clock."""

    station: Station
    lane: Lane
    ends_at: float = 0.0
    is_new: bool = True


class _LaneState:
    """Senders of one lane and the endpoints that wait for one of them."""

    def __init__(self, senders: int, share: int, now: float):
        self.senders, self.share = senders, share
        self.turns: dict[str, int] = {}
        self.left_out: dict[str, deque[Station]] = {}
        self.ready: SimpleQueue[Turn | None] = SimpleQueue()
        self.pace = Pace(now)
        self.held = self.in_hand = 0
        self.has_more = False

    def room(self, left_out: int = 0) -> int:
        """How many more may be claimed: none while nobody is free to send them.

        Those that wait for their own organization's others hold up nobody else.
        """
        free = self.senders - self.in_hand
        return 0 if free < 1 else self.pace.ahead(free) - (self.held - self.in_hand - left_out)

    def is_shared_out(self, tenant: str) -> bool:
        """Whether an organization has as many senders as it may have."""
        return self.turns.get(tenant, 0) >= self.share

    def leave_out(self, station: Station) -> None:
        """It waits until another endpoint of its organization is done."""
        waiting = self.left_out.setdefault(station.tenant, deque())
        if station not in waiting:
            waiting.append(station)

    def next_of(self, tenant: str) -> Station | None:
        """The organization's endpoint that waits longest, if it may have one more sender."""
        waiting = self.left_out.get(tenant)
        return waiting.popleft() if waiting and not self.is_shared_out(tenant) else None

    def is_low(self) -> bool:
        """Whether the queue of the database has more, and half of what may wait here is gone."""
        return self.has_more and self.room() >= max(1, self.held - self.in_hand)


class Board:
    """Everything that is claimed; safe to use from every thread of the dispatcher.

    `want_more` is called when more could be claimed, `give_back` with what will not be tried.
    """

    def __init__(
        self,
        limits: Limits,
        want_more: Callable[[], object],
        give_back: Callable[[Sequence[Claimed]], object],
        clock: Callable[[], float] = time.monotonic,
    ):
        self._limits, self._clock = limits, clock
        self._want_more, self.give_back = want_more, give_back
        now = clock()
        self._lanes = {
            lane: _LaneState(limits.senders_of(lane), limits.share_of(lane), now) for lane in LANES
        }
        self._stations: dict[str, Station] = {}
        self._lock = threading.Lock()
        self._quiet = threading.Condition(self._lock)
        self._is_closed = False

    def orders(self) -> list[Order]:
        """What to claim now; no order for a lane whose senders have enough to do."""
        now, orders = self._clock(), []
        with self._lock:
            if self._is_closed:
                return []
            for station in self._stations.values():
                station.pace.measure(now)
            for lane, state in self._lanes.items():
                state.pace.measure(now)
                if (room := state.room(self._left_out(lane))) > 0:
                    lease = self._limits.lease_seconds
                    orders.append(Order(lane, min(BATCH, room), EACH, self._busy(lane, now), lease))
        return orders

    def _left_out(self, lane: Lane) -> int:
        waiting = self._lanes[lane].left_out.values()
        return sum(len(station.waiting[lane]) for stations in waiting for station in stations)

    def _busy(self, lane: Lane, now: float) -> dict[str, int]:
        return {
            webhook: EACH - free
            for webhook, station in self._stations.items()
            if (free := station.free(lane, now)) != EACH
        }

    def take_in(self, order: Order, claimed: Sequence[Claimed]) -> None:
        """Hand out what was claimed on an order; all of it is given back once the board closed."""
        now = self._clock()
        latest = now + self._limits.patience_seconds
        counts: dict[str, int] = {}
        with self._lock:
            state = self._lanes[order.lane]
            state.has_more = len(claimed) >= order.limit
            if not self._is_closed:
                for one in claimed:
                    station = self._station(one.webhook_id, now)
                    station.tenant = one.tenant_path
                    station.waiting[order.lane].append(Job(one, latest))
                    counts[one.webhook_id] = counts.get(one.webhook_id, 0) + 1
                state.held += len(claimed)
                self._spread(order, counts, now)
                return
        self.give_back(claimed)

    def _spread(self, order: Order, counts: dict[str, int], now: float) -> None:
        for webhook, station in self._stations.items():
            count = counts.get(webhook, 0)
            station.held[order.lane] += count
            allowed = order.each - order.busy.get(webhook, 0)
            station.has_more[order.lane] = 0 < allowed <= count
            if count:
                station.used_at = now
                self._start(station, order.lane)

    def _station(self, webhook: str, now: float) -> Station:
        found = self._stations.get(webhook)
        if found is None:
            found = self._stations[webhook] = Station(now)
        return found

    def _start(self, station: Station, lane: Lane) -> None:
        """Send as many senders there as may run and have something to do."""
        state = self._lanes[lane]
        while station.may_run(lane):
            if state.is_shared_out(station.tenant):
                state.leave_out(station)
                return
            station.begin(lane)
            state.turns[station.tenant] = state.turns.get(station.tenant, 0) + 1
            state.ready.put(Turn(station, lane))

    def next_turn(self, lane: Lane) -> Turn | None:
        """Wait for an endpoint that needs a sender; None when it is time to go home."""
        turn = self._lanes[lane].ready.get()
        if turn is not None:
            turn.ends_at = self._clock() + SLICE_SECONDS
        return turn

    def next_job(self, turn: Turn) -> Claimed | None:
        """The next delivery of a turn; None ends it."""
        station, lane = turn.station, turn.lane
        late: list[Claimed] = []
        with self._lock:
            now = self._clock()
            station.coming[lane] -= turn.is_new
            turn.is_new = False
            job = self._pop(turn, now, late)
            if job is not None:
                self._lanes[lane].in_hand += 1
            else:
                self._leave(station, lane)
        if late:
            self.give_back(late)
        return None if job is None else job.claimed

    def _pop(self, turn: Turn, now: float, late: list[Claimed]) -> Job | None:
        station, lane = turn.station, turn.lane
        if station.is_crowded(lane) or (now > turn.ends_at and self._others_wait(turn)):
            return None
        waiting = station.waiting[lane]
        while waiting:
            job = waiting.popleft()
            if now <= job.latest:
                return job
            self._forget(station, lane, 1)
            late.append(job.claimed)
        return None

    def _others_wait(self, turn: Turn) -> bool:
        state = self._lanes[turn.lane]
        return not state.ready.empty() or bool(state.left_out.get(turn.station.tenant))

    def _leave(self, station: Station, lane: Lane) -> None:
        state = self._lanes[lane]
        station.running[lane] -= 1
        state.turns[station.tenant] -= 1
        while (next_one := state.next_of(station.tenant)) is not None:
            self._start(next_one, lane)
        for other in LANES:
            self._start(station, other)

    def done(self, turn: Turn, *, is_bad: bool | None) -> None:
        """Note that a try ended: well, badly, or (None) by a fault that is not the endpoint's."""
        station, lane = turn.station, turn.lane
        with self._lock:
            now = self._clock()
            state = self._lanes[lane]
            state.in_hand -= 1
            state.pace.note()
            station.pace.note()
            station.used_at = now
            self._forget(station, lane, 1)
            untried = [] if lane == "test" else self._judge(station, is_bad, now)
            is_low = station.is_low(lane, now) or state.is_low()
        if untried:
            self.give_back(untried)
        if is_low:
            self._want_more()

    def _judge(self, station: Station, is_bad: bool | None, now: float) -> list[Claimed]:
        """One that fails keeps nothing waiting here: what waits may as well wait in the queue."""
        recovers, station.is_failing = station.is_failing and is_bad is False, is_bad is not False
        if recovers:
            for lane in LANES:
                self._start(station, lane)
        if is_bad is None:
            station.paused_until = now + OUR_PAUSE_SECONDS
        return self._emptied(station, ("first", "retry")) if station.is_failing else []

    def _emptied(self, station: Station, lanes: Sequence[Lane]) -> list[Claimed]:
        untried = []
        for lane in lanes:
            jobs = list(station.waiting[lane])
            station.waiting[lane].clear()
            self._forget(station, lane, len(jobs))
            untried += [job.claimed for job in jobs]
        return untried

    def _forget(self, station: Station, lane: Lane, count: int) -> None:
        station.held[lane] -= count
        self._lanes[lane].held -= count
        if self.is_still():
            self._quiet.notify_all()

    def is_still(self) -> bool:
        """Whether nothing is held."""
        return not any(state.held for state in self._lanes.values())

    def note_endpoint(self, webhook: str, *, is_failing: bool, throttle: int | None) -> None:
        """What the database knows of an endpoint; its failing counts until a try says otherwise."""
        with self._lock:
            station = self._station(webhook, self._clock())
            station.throttle_seconds = 60 / throttle if throttle else 0.0
            if not any(station.held.values()) or is_failing:
                station.is_failing = is_failing

    def rest(self, webhook: str, seconds: float) -> None:
        """Claim nothing for an endpoint for so long."""
        with self._lock:
            now = self._clock()
            self._station(webhook, now).paused_until = now + seconds

    def look_again_seconds(self, longest: float) -> float:
        """When to claim without being asked: sooner if a throttled endpoint was sent to lately."""
        with self._lock:
            now = self._clock()
            spans = [
                max(0.05, station.throttle_seconds)
                for station in self._stations.values()
                if station.throttle_seconds and now - station.used_at < 2 * longest
            ]
        return min([longest, *spans])

    def sweep(self) -> None:
        """Give back what waited too long, and forget endpoints that nothing was sent to lately."""
        late: list[Claimed] = []
        with self._lock:
            now = self._clock()
            for station in self._stations.values():
                for lane in LANES:
                    found = station.late(lane, now)
                    self._forget(station, lane, len(found))
                    late += found
            gone = [key for key, one in self._stations.items() if one.is_forgotten(now)]
            for key in gone:
                del self._stations[key]
        if late:
            self.give_back(late)

    def close(self) -> None:
        """Take nothing more in, and give back whatever nobody has begun."""
        with self._lock:
            self._is_closed = True
            untried = [
                one for station in self._stations.values() for one in self._emptied(station, LANES)
            ]
        if untried:
            self.give_back(untried)

    def wait_until_still(self, seconds: float) -> bool:
        """Wait until nothing is held; False when something still is."""
        with self._quiet:
            return self._quiet.wait_for(self.is_still, seconds)

    def send_home(self) -> None:
        """Let every sender end once it has done what it does."""
        for state in self._lanes.values():
            for _ in range(state.senders):
                state.ready.put(None)
