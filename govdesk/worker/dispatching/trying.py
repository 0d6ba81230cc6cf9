"""One try of one delivery, and what it means for the next."""

from __future__ import annotations

import dataclasses
import json
import logging
import random
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, Final, cast

from govdesk.database.deliveries import Claimed, Result
from govdesk.delivery.endpoint import Event, Origin
from govdesk.delivery.report import GOOD, Report
from govdesk.domain.problem import Problem
from govdesk.domain.retrying import delay_of_ours, is_theirs_by_now, next_delay
from govdesk.worker.dispatching.endpoints import Endpoints, Gone

logger = logging.getLogger(__name__)

SLOW_DOWN: Final = frozenset({429, 502, 503, 504})
"""Answers of a receiver that has too much to do."""
_FINAL: Final = "gone"
_MOST_TOLD: Final = 1000
_told: Final = set[tuple[str, type[Exception]]]()
"""Faults of ours whose trace stands in the log, by endpoint."""
_CARRIED: Final = (
    "status", "error", "remedy", "response", "address", "tls", "dns_ms", "tcp_ms", "tls_ms",
    "first_byte_ms", "total_ms", "request", "blame",
)  # fmt: skip
_carried: Final = attrgetter(*_CARRIED)


def attempt(endpoints: Endpoints, claimed: Claimed, seconds: float) -> Result | None:
    """Try once; None when it is to be given back untried, for its endpoint takes nothing now."""
    at = datetime.now(UTC)
    try:
        report = _sent(endpoints, claimed, seconds)
    except Gone as gone:
        logger.info("delivery %s is not sent: %s", claimed.id, gone.sentence)
        return None
    except Problem as problem:
        report = Report("ours", error=problem.sentence, remedy=problem.remedy, blame="ours")
    except Exception as error:
        # One odd delivery must not hold up the others.
        if _is_new(claimed, error):
            logger.exception("delivery %s met a fault of ours", claimed.id)
        else:
            logger.warning("delivery %s met it again: %s", claimed.id, type(error).__name__)
        said = f"The worker met a fault of its own ({type(error).__name__})."
        report = Report("ours", error=said, blame="ours")
    result = decide(claimed, report, at)
    if report.outcome not in GOOD:
        logger.info("delivery %s of webhook %s: %s", claimed.id, claimed.webhook_id, _line(result))
    return result


def _is_new(claimed: Claimed, error: Exception) -> bool:
    """Whether a fault's trace is worth the log: an endpoint may meet the same every minute."""
    fault = claimed.webhook_id, type(error)
    if fault in _told:
        return False
    if len(_told) >= _MOST_TOLD:
        _told.clear()
    _told.add(fault)
    return True


def _sent(endpoints: Endpoints, claimed: Claimed, seconds: float) -> Report:
    begun = time.monotonic()
    is_test = claimed.origin != "event"
    ready = endpoints.ready(claimed.webhook_id, is_test=is_test)
    if ready.endpoint.version != claimed.webhook_version:
        logger.info(
            "webhook %s was changed after delivery %s was claimed: version %d is used",
            claimed.webhook_id, claimed.id, ready.endpoint.version,
        )  # fmt: skip
    left = seconds - (time.monotonic() - begun)
    try:
        return ready.sink.send(event_of(claimed), max(left, 1.0))
    finally:
        if is_test:
            ready.sink.close()


def event_of(claimed: Claimed) -> Event:
    """What the sinks are given; the same for every try but for its number."""
    row: Mapping[str, Any] | None = None if claimed.row is None else json.loads(claimed.row)
    return Event(
        type=claimed.event,
        message_id=claimed.message_id,
        stream_seq=claimed.stream_seq,
        prev_id=claimed.prev_id,
        number=claimed.number,
        origin=cast(Origin, claimed.origin),
        row=row,
        diff=claimed.diff,
        system=claimed.system,
        at=claimed.created_at,
    )


def decide(claimed: Claimed, report: Report, at: datetime) -> Result:
    """What the log and the queue are told of a try.

    A fault of ours uses up no try. A test is tried once, whatever comes of it.
    """
    report = _judged(claimed, report, at)
    result: Result = {
        "id": claimed.id,
        "lease": claimed.lease,
        "webhook": claimed.webhook_id,
        "number": claimed.number,
        "at": at.isoformat(),
        "outcome": report.outcome,
        "state": "failed",
        "slow_down": report.status in SLOW_DOWN,
    }
    for name, value in zip(_CARRIED, _carried(report), strict=True):
        if value is not None:
            result[name] = _storable(value)  # type: ignore[literal-required]
    if report.outcome in GOOD:
        result["state"] = "sent" if report.outcome == "sent" else "delivered"
    elif (delay := _delay(claimed, report)) is not None:
        result["state"], result["next_seconds"] = "pending", round(delay, 3)
    return result


def _judged(claimed: Claimed, report: Report, at: datetime) -> Report:
    """A name that no server has answered for in a day is its owner's fault, not ours for ever."""
    age, looks = (at - claimed.created_at).total_seconds(), claimed.number - claimed.tries
    is_unanswered = (report.outcome, report.blame) == ("dns", "ours") and claimed.origin == "event"
    if not (is_unanswered and is_theirs_by_now(age, looks)):
        return report
    return dataclasses.replace(
        report,
        blame="endpoint",
        remedy="No name server has answered for it for more than a day. Ask who runs the receiver.",
    )


def _delay(claimed: Claimed, report: Report) -> float | None:
    if claimed.origin != "event" or report.outcome == _FINAL:
        return None
    if report.blame == "ours":
        return delay_of_ours(random.random)
    return next_delay(max(claimed.tries, 1), report.retry_after, random.random)


def _storable(value: object) -> object:
    """A text as the database can hold it: without the one character it cannot."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    return dict(value) if isinstance(value, Mapping) else value


def verdict(result: Result) -> bool | None:
    """Whether a try speaks against its endpoint; None when the fault was ours."""
    if result.get("blame") == "ours":
        return None
    return result["outcome"] not in GOOD


def _line(result: Result) -> str:
    status = f" {result['status']}" if "status" in result else ""
    after = f", again in {result['next_seconds']:.0f} s" if "next_seconds" in result else ""
    return f"{result['outcome']}{status}{after or ', for good'}"
