"""What a report says in sentences; the verifier that travels in bundles says the same."""

from __future__ import annotations

from typing import Any

import pytest

from govdesk.evidence.bundle_report import BundleReport
from govdesk.evidence.standalone import verify as standalone
from govdesk.services import report_words


def told_by_both(report: BundleReport) -> tuple[list[str], list[str]]:
    """Every line of ours that the sentences may hold, and of the standalone program."""
    document: dict[str, Any] = report.as_json()
    ours = [*report_words.extent(report), *report_words.absences(report)]
    return ours, standalone.told(document).split("\n")


@pytest.mark.parametrize(
    ("redacted", "erased", "said"),
    [
        (0, 3, "3 fields are erased."),
        (0, 1, "1 field is erased."),
        (2, 0, "2 fields are redacted."),
        (1, 0, "1 field is redacted."),
        (1, 3000, "1 field is redacted, 3,000 fields are erased."),
    ],
)
def test_only_absences_that_there_are_are_told(redacted: int, erased: int, said: str) -> None:
    report = BundleReport(ok=True, rows=9, first=1, last=9, redacted=redacted, erased=erased)
    ours, theirs = told_by_both(report)
    assert said in ours
    assert said in theirs


def test_nothing_is_said_of_absences_where_there_are_none() -> None:
    ours, theirs = told_by_both(BundleReport(ok=True, rows=9, first=1, last=9))
    assert not any("field" in line for line in (*ours, *theirs))
