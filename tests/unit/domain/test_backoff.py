"""Claim: what fails is left alone for longer each time, up to a bound, until it works."""

from __future__ import annotations

from govdesk.domain.backoff import Backoff


def test_the_wait_doubles_from_two_seconds_to_a_minute_and_ends_with_success() -> None:
    now = 100.0
    wait = Backoff(2.0, 60.0, lambda: now)
    assert wait.is_over
    waited = []
    for _ in range(7):
        said = wait.failed()
        waited.append(next(s for s in range(100) if _is_over(wait, now + s)))
        assert said == waited[-1]
    assert waited == [2, 4, 8, 16, 32, 60, 60]
    assert wait.worked()
    assert wait.is_over
    assert not wait.worked()


def _is_over(wait: Backoff, now: float) -> bool:
    return Backoff(wait.first, wait.longest, lambda: now, wait._wait, wait._until).is_over
