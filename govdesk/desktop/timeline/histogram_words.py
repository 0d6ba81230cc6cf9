"""What the histogram says in words: of one bucket, and of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from govdesk.desktop.timeline.histogram_buckets import Bucket
from govdesk.domain.filter_language.writing import period_words

Interval = tuple[datetime, datetime]


def bucket_words(bucket: Bucket, zone: tzinfo) -> str:
    """Return ``3–9 May 2026 · 41,200 events, 12 high``."""
    when = period_words(bucket.start, bucket.end, zone)
    if bucket.count is None:
        return f"{when} · not counted yet"
    return f"{when} · {_events(bucket.count)}" + (f", {bucket.high:,} high" if bucket.high else "")


def chart_words(
    buckets: Sequence[Bucket], period: Interval | None, chosen: Interval | None, zone: tzinfo
) -> str:
    """Return sentences that say the same as the chart: total, period, peak, what is chosen."""
    if period is None or not buckets:
        return "Nothing is counted yet."
    counted = [bucket for bucket in buckets if bucket.count is not None]
    sentences = [_total(counted, period, zone)]
    if any(bucket.count for bucket in counted):
        peak = max(counted, key=lambda bucket: bucket.count or 0)
        sentences.append(f"The most in one part: {bucket_words(peak, zone)}.")
    if len(counted) < len(buckets):
        sentences.append(f"{len(counted)} of {len(buckets)} parts are counted so far.")
    if chosen is not None:
        sentences.append(f"Chosen: {period_words(*chosen, zone)}.")
    return " ".join(sentences)


def _total(counted: Sequence[Bucket], period: Interval, zone: tzinfo) -> str:
    events = sum(bucket.count or 0 for bucket in counted)
    high = sum(bucket.high for bucket in counted)
    of_them = f", {high:,} of them high" if high else ""
    return f"{period_words(*period, zone)}: {_events(events)}{of_them}."


def _events(count: int) -> str:
    if count == 0:
        return "No events"
    return "1 event" if count == 1 else f"{count:,} events"
