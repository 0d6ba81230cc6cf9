"""Claims: a month is pruned only when it is over, archived as a bundle of all of it, covered by a
checkpoint and decided by two; held rows survive, hashes stay, and roots do not change.
"""

from __future__ import annotations

import itertools
import json

import psycopg
import pytest

from tests.deciding import COUNSEL, name_reviewer
from tests.doors import ask, refusal, seat, table
from tests.evidences import (
    approve,
    fill,
    grow,
    hold,
    leaves,
    put,
    root,
    sealed_bundle,
    segments,
)
from tests.people import ACME, ADA, MEI, OLGA, Cast

ARCHIVE = "SELECT govdesk_api.archive_segment(%s::date, %s)"
PRUNE = "SELECT govdesk_api.request_decision('audit.prune', %s::jsonb, 'It is time')"


@pytest.fixture
def aged(cast: Cast) -> Cast:
    """A log that begins three months ago; the people came first, so those rows are of now."""
    cast.admin.execute("ALTER TABLE govdesk.audit_log DISABLE TRIGGER ALL")
    cast.admin.execute("UPDATE govdesk.audit_log SET at = at - interval '90 days'")
    cast.admin.execute("ALTER TABLE govdesk.audit_log ENABLE TRIGGER ALL")
    cast.admin.execute("ALTER TABLE govdesk.audit_log ENABLE ALWAYS TRIGGER _100_immutable")
    fill(cast, 600, age="60 days")
    name_reviewer(cast, COUNSEL)
    return cast


def detail(cast: Cast, query: str, *parameters: object) -> str:
    with pytest.raises(psycopg.Error) as caught:
        ask(seat(cast, OLGA.email), query, *parameters)
    assert caught.value.sqlstate == "GD045"
    return caught.value.diag.message_detail or ""


def old(cast: Cast) -> dict[str, object]:
    return max(
        (s for s in segments(seat(cast, ADA.email)) if s["state"] == "whole"),
        key=lambda segment: segment["rows"],
    )


def test_the_way_of_a_month_and_every_step_that_is_missing(aged: Cast) -> None:
    olga = seat(aged, OLGA.email)
    month = old(aged)
    first, last = int(str(month["first"])), int(str(month["last"]))
    day = str(month["month"])
    assert month["rows"] == last - first + 1 >= 600
    months = segments(olga)
    assert months[0]["first"] == 1
    assert all(a["last"] + 1 == b["first"] for a, b in itertools.pairwise(months))
    assert months[-1]["state"] == "open"
    export = sealed_bundle(olga, first, last)
    assert detail(aged, ARCHIVE, months[-1]["month"], export) == "not_whole"
    assert detail(aged, ARCHIVE, day, export) == "no_checkpoint"
    fill(aged, 256)
    assert put(aged) == "signed"
    for facts in (
        {"filter": "actor:x"},
        {"redact": ["ip"]},
        {"first": first + 1},
        {"last": last - 1},
    ):
        lesser = sealed_bundle(olga, first, last, **facts)
        assert detail(aged, ARCHIVE, day, lesser) == "no_bundle"
    assert detail(aged, PRUNE, json.dumps({"month": day})) == "not_archived"
    assert refusal(seat(aged, MEI.email), ARCHIVE, day, export) == "42501"
    ask(olga, ARCHIVE, day, export)
    hold(olga, f"seq:{first + 10}..{first + 19}")
    hashes = leaves(aged)
    top = root(hashes)
    assert approve(aged, olga, "audit.prune", {"month": day}) == ("executed", "Done.")
    seqs = [row["seq"] for row in aged.rows(first - 1) if row["seq"] <= last]
    assert seqs == list(range(first + 10, first + 20))
    assert table(olga, "SELECT * FROM govdesk_api.pruned()") == [
        {"first": first, "last": last, "held": 10}
    ]
    got = aged.one(
        "SELECT govdesk_private.tree_root(tenant_id, %s) FROM govdesk.tenant"
        " WHERE tenant_path = %s",
        *(len(hashes), ACME),
    )
    assert got == top
    (event,) = [r for r in aged.rows(last) if r["action"] == "audit.pruned"]
    assert event["entity_id"] == f"{first}-{last}:{root(hashes[first - 1 : last]).hex()}"
    facts = event["diff"]["data"]["new"]
    kept = root(hashes[first + 9 : first + 19])
    assert (facts["kept"], facts["kept_root"]) == (10, kept.hex())
    assert [s["state"] for s in segments(olga) if str(s["month"]) == day] == ["pruned"]
    assert detail(aged, PRUNE, json.dumps({"month": day})) == "not_archived"


def test_a_month_that_is_not_in_full_tiles_waits(aged: Cast) -> None:
    olga = seat(aged, OLGA.email)
    month = old(aged)
    first, last, day = int(str(month["first"])), int(str(month["last"])), str(month["month"])
    export = sealed_bundle(olga, first, last)
    aged.admin.execute("TRUNCATE govdesk.audit_tile")
    put(aged)
    ask(olga, ARCHIVE, day, export)
    aged.admin.execute("TRUNCATE govdesk.audit_tile")
    assert detail(aged, PRUNE, json.dumps({"month": day})) == "not_tiled"
    grow(aged)
    fill(aged, 256)
    grow(aged)
    assert approve(aged, olga, "audit.prune", {"month": day}) == ("executed", "Done.")


def test_holds_are_placed_and_lifted_by_policy_managers_with_a_reason(cast: Cast) -> None:
    olga, ada = seat(cast, OLGA.email), seat(cast, ADA.email)
    assert refusal(ada, "SELECT govdesk_api.place_hold('x', '', '[]', 'a reason')") == "42501"
    which = hold(olga, "severity:high")
    seq = cast.last_seq()
    (held,) = cast.rows(seq - 1)
    assert (held["action"], held["summary"]) == (
        "audit.hold_placed",
        f"user:{OLGA.email} placed the legal hold Case 7",
    )
    assert refusal(olga, "SELECT govdesk_api.lift_hold(%s, '')", which) == "GD012"
    ask(olga, "SELECT govdesk_api.lift_hold(%s, 'It is over')", which)
    assert refusal(olga, "SELECT govdesk_api.lift_hold(%s, 'It is over')", which) == "GD012"
    assert refusal(
        olga, "SELECT govdesk_api.place_hold('x', '', '[{\"key\":\"no\"}]', 'because')"
    ) == ("GD013")
