"""Claims: each function of evidence serves whom the table says, and nobody else: not somebody
without the permission, not somebody of another organisation, not who is signed in nowhere.
"""

from __future__ import annotations

import json

import psycopg
import pytest

from tests.doors import ask, refusal, seat, table
from tests.evidences import fill, put, sealed_bundle
from tests.people import ADA, BEA, MEI, OLGA, OTIS, Cast

HOLD = "SELECT govdesk_api.place_hold('Case', '', '[]', 'The court asked')"
LIFT = "SELECT govdesk_api.lift_hold(gen_random_uuid(), 'It is over')"
ARCHIVE = "SELECT govdesk_api.archive_segment('2026-01-01', gen_random_uuid())"
PREVIEW = "SELECT * FROM govdesk_api.erasure_preview('{\"fields\": []}')"
SEALING = "SELECT govdesk_api.note_export('started', gen_random_uuid(), '{}', %s)"


@pytest.mark.parametrize("query", [HOLD, LIFT, ARCHIVE, PREVIEW])
def test_who_lacks_the_permission_is_refused(cast: Cast, query: str) -> None:
    for person in (MEI, OTIS):
        assert refusal(seat(cast, person.email), query) == "42501"


@pytest.mark.parametrize("action", ["audit.bundle_created", "audit.snapshot_created"])
def test_evidence_is_sealed_by_those_who_may_make_it(cast: Cast, action: str) -> None:
    assert refusal(seat(cast, OTIS.email), SEALING, action) == "42501"
    before = cast.last_seq()
    ask(seat(cast, ADA.email), SEALING, action)
    assert action in [row["action"] for row in cast.rows(before)]
    assert refusal(seat(cast, ADA.email), SEALING, "member.removed") == "GD012"


def test_another_organization_sees_nothing_of_it(cast: Cast) -> None:
    olga, bea = seat(cast, OLGA.email), seat(cast, BEA.email, "beta")
    fill(cast, 3)
    put(cast)
    ask(olga, HOLD)
    seq = cast.last_seq()
    export = sealed_bundle(olga, 1, seq)
    (made,) = [r for r in cast.rows(seq) if r["diff"]["data"]["new"]["stage"] == "finished"]
    digest = made["diff"]["data"]["new"]["sha256"]
    find = "SELECT seq FROM govdesk_api.find_exports(%s)"
    assert [row["seq"] for row in table(olga, find, digest)] == [made["seq"] - 1, made["seq"]]
    assert table(bea, find, digest) == []
    assert table(bea, "SELECT * FROM govdesk_api.held('{1,2,3}')") == []
    assert len(table(olga, "SELECT * FROM govdesk_api.held('{1,2,3}')")) == 3
    for name in ("audit_hold", "audit_checkpoint", "audit_segment", "audit_restore", "audit_tile"):
        assert table(bea, f"SELECT * FROM govdesk.{name}") == [], name
    archive = "SELECT govdesk_api.archive_segment(date_trunc('month', now())::date, %s)"
    assert refusal(bea, archive, export) == "GD045"


def test_who_is_signed_in_nowhere_gets_nothing(cast: Cast) -> None:
    fill(cast, 3)
    report = json.dumps({"kind": "altered"})
    with psycopg.connect(cast.database.app_url, autocommit=True) as nobody:
        for rows in ("segments()", "pruned()", "held('{1}')", f"find_exports('{'0' * 64}')"):
            assert nobody.execute(f"SELECT * FROM govdesk_api.{rows}").fetchall() == []  # type: ignore[arg-type]
        for query in (HOLD, LIFT, ARCHIVE, PREVIEW, "SELECT govdesk_api.request_checkpoint()"):
            with pytest.raises(psycopg.Error) as caught:
                nobody.execute(query)  # type: ignore[arg-type]
            assert caught.value.sqlstate == "42501", query
        with pytest.raises(psycopg.Error):
            nobody.execute("SELECT govdesk_api.report_fault(%s::jsonb)", (report,))


def test_the_console_s_login_cannot_sign_or_grow(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    for call in (
        "put_checkpoint('acme', 'x', 1, '\\x00', 'x')",
        "grow_tiles('acme', 'x', 1)",
        "worker_fault('acme', 'x', '{}')",
        "announce_checkpoint_key('acme', 'x', 'v', '\\x00')",
        "worker_leaf_hashes('beta', 'x', 1, 9)",
    ):
        assert refusal(olga, f"SELECT govdesk_api.{call}") == "42501", call
