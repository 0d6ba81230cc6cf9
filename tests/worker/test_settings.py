"""What a worker is told about deliveries: numbers in their bounds, or a sentence."""

from __future__ import annotations

import pytest

from govdesk.domain.problem import Problem
from govdesk.worker.dispatching.limits import LEASE_SECONDS, SENDERS
from govdesk.worker.settings import settings


def test_senders_and_lease_have_usual_values_and_can_be_set() -> None:
    usual = settings("postgresql://x/", "one", {}).limits
    assert (usual.senders, usual.lease_seconds) == (SENDERS, LEASE_SECONDS)
    told = {"GOVDESK_SENDERS": "16", "GOVDESK_LEASE_SECONDS": "30"}
    limits = settings("postgresql://x/", "one", told).limits
    assert (limits.senders, limits.lease_seconds) == (16, 30)
    assert sum(limits.senders_of(lane) for lane in ("test", "first", "retry")) == 16


@pytest.mark.parametrize("text", ["0", "7", "513", "many", "-8", "٩٩", "8.5"])
def test_a_number_of_senders_that_makes_no_sense_is_refused_with_its_bounds(text: str) -> None:
    with pytest.raises(Problem, match="GOVDESK_SENDERS is a number from 8 to 512") as caught:
        settings("postgresql://x/", "one", {"GOVDESK_SENDERS": text})
    assert caught.value.exit_code == 2
