"""One visitor may send many forms, and not for ever."""

from __future__ import annotations

from govdesk.web.allowance import FORMS, Allowance
from govdesk.web.intake_limits import MOST_NAMES
from tests.web.visiting import Visitor

BURST = int(FORMS.burst)


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_served_and_then_one_a_second() -> None:
    clock = _Clock()
    allowance = Allowance(clock)
    assert [allowance.takes("192.0.2.1") for _ in range(BURST + 2)] == [True] * BURST + [False] * 2
    assert allowance.takes("192.0.2.2")
    clock.now = 2.0
    assert [allowance.takes("192.0.2.1") for _ in range(3)] == [True, True, False]
    clock.now = 1e6
    assert [allowance.takes("192.0.2.1") for _ in range(BURST + 1)].count(False) == 1


def test_addresses_of_one_network_are_one_visitor() -> None:
    allowance = Allowance(_Clock())
    for host in range(BURST):
        assert allowance.takes(f"2001:db8:1:2::{host:x}")
    assert not allowance.takes("2001:db8:1:2:ffff::1")
    assert allowance.takes("2001:db8:1:3::1")
    for _ in range(BURST):
        assert allowance.takes("192.0.2.1")
    assert not allowance.takes("::ffff:192.0.2.1")


def test_the_longest_silent_are_forgotten() -> None:
    allowance = Allowance(_Clock())
    for at in range(MOST_NAMES + 100):
        allowance.takes(f"10.{at >> 16}.{at >> 8 & 255}.{at & 255}")
    assert len(allowance._buckets) == MOST_NAMES


def test_too_many_forms_get_a_sentence_and_pages_stay_open(shared_pages: Visitor) -> None:
    statuses = [shared_pages.post("/recover", {"email": ""}).status for _ in range(BURST + 20)]
    assert set(statuses[:BURST]) == {422}
    assert 429 in statuses[BURST:]
    answer = shared_pages.post("/recover", {"email": ""})
    assert answer.status == 429
    assert answer.headers["retry-after"] == "60"
    assert shared_pages.get("/recover").status == 200
