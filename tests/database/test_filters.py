"""A filter in SQL lets through what `matches` lets through, for random filters and rich rows."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from govdesk.database import copying
from govdesk.database.connection import Session
from govdesk.database.demo import install_clock
from govdesk.database.migrate import claim_setup
from govdesk.domain.filter_language import FilterError, matches, parse
from tests.database.conftest import ACME, OLGA, OTIS, Cast
from tests.database.rich_events import as_json

NAMES = ("user:anna@acme.example", "user:Anna@acme.example", "key:0b9f", "setup:9", "user:a%_b\\c")
SUMMARIES = (
    "anna opened the door",
    "ANNA closed 50% of it",
    "Jose\u0301 and José met",
    "under_score and back\\slash",
    'quote "here" * star',
    "Straße in ISTANBUL, ıstanbul, İstanbul",
    "\U0001f511 key \U0001f512",
    "ΣΊΣΥΦΟΣ σίσυφος",
)
IPS = (None, "10.0.0.1", "10.0.3.4", "192.0.2.7", "2001:db8::1", "2001:db8:1::1")
SESSIONS = (None, "00000000-0000-4000-8000-000000000001", "10000000-0000-4000-8000-000000000002")
ENTITIES = (("system", None), ("member", "m-1"), ("api_key", "k 2"), ("event", "system"))
ACTIONS = ("system.event", "system.block", "system.alert", "member.removed", "x.a.b", "x.ab")
BOUNDS = [1, 40, 41, 250, 1000]
SEVERITIES = ("info", "notice", "warning", "high")


def fill(cast: Cast) -> None:
    """Three hundred rows in which every column varies on its own."""
    install_clock(cast.database.admin_url)
    systems = [
        None,
        *(
            str(r[0])
            for r in cast.admin.execute(
                "SELECT id FROM govdesk.node WHERE kind = 'system' AND tenant_path = 'acme'"
            )
        ),
    ]
    batch = []
    for n in range(300):
        entity_type, entity_id = ENTITIES[n % len(ENTITIES)]
        event: dict[str, Any] = {
            "action": ACTIONS[n // 3 % len(ACTIONS)],
            "severity": SEVERITIES[n // 5 % 4],
            "actor": NAMES[n // 2 % len(NAMES)],
            "on_behalf_of": (None, *NAMES)[n // 7 % 6],
            "entity_type": entity_type,
            "entity_id": entity_id,
            "system_id": systems[n // 11 % len(systems)],
            "summary": f"{SUMMARIES[n % len(SUMMARIES)]} {n}",
            "ip": IPS[n // 4 % len(IPS)],
            "session_id": SESSIONS[n // 6 % len(SESSIONS)],
            "request_id": None if n % 3 else f"req-{n % 20}",
            "at": f"2080-{1 + n // 30:02}-{1 + n % 28 // 3:02}T{n % 24:02}:30:00Z",
        }
        batch.append({k: v for k, v in event.items() if v is not None})
    batch.sort(key=lambda event: str(event["at"]))
    with cast.admin.transaction():
        claim_setup(cast.admin, ACME)
        cast.admin.execute("SELECT govdesk_api.record_events(%s)", (as_json(batch),))


@pytest.fixture
def filled(module_cast: Cast) -> Cast:
    """The shared cast with rows of every sort."""
    if module_cast.one("SELECT count(*) FROM govdesk.audit_log WHERE action = 'x.ab'") == 0:
        fill(module_cast)
    return module_cast


def everything(session: Session) -> list[dict[str, object]]:
    """Every row the session may see, as on a line of JSONL, with the system's name."""
    last = 10**6
    pieces = copying.json_pieces(session, copying.Selection(1, last))
    text = b"".join(piece.data for piece in pieces)
    with session.transaction() as connection:
        names = dict(connection.execute("SELECT id::text, name FROM govdesk.node").fetchall())
    found = [json.loads(line) for line in text.splitlines()]
    return [{**row, "system": names.get(row["system_id"])} for row in found]


def cut(values: tuple[str, ...]) -> st.SearchStrategy[str]:
    """A value, or a piece of one with or without a star, quoted or not."""
    whole = st.sampled_from(values)
    piece = st.tuples(whole, st.integers(0, 30), st.integers(0, 30)).map(
        lambda t: t[0][min(t[1:]) : max(t[1:])]
    )
    head = st.tuples(whole, st.integers(0, 30)).map(lambda t: t[0][: t[1]])
    quoted = '"{}"'.format
    escaped = (whole | head | piece).map(
        lambda v: quoted(v.replace("\\", "\\\\").replace('"', '\\"'))
    )
    return st.tuples(escaped | whole | head, st.sampled_from(["", "*"])).map("".join)


def ranges(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A value or a range with either end open."""
    return values | st.tuples(values | st.just(""), values | st.just("")).map("..".join)


def key(name: str) -> Callable[[str], str]:
    return lambda value: f"{name}:{value}"


MOMENT = st.sampled_from(
    ["2080", "2080-03", "2080-03-04", "2080-03-04T05", "2080-03-04T05:30", "2079", "2081-01"]
)
NETWORKS = ("10.0.0.0/8", "10.0.0.1", "2001:db8::/32", "2001:DB8:0::1", "10.0.*", "2001:*", "*")
TERM = st.one_of(
    cut(NAMES).map(key("actor")),
    cut(NAMES).map(key("for")),
    cut(ACTIONS).map(key("action")),
    cut(("system", "member", "m-1", "k 2", "event")).map(key("entity")),
    cut(("Claims triage", "Portal", "claims")).map(key("system")),
    ranges(st.sampled_from(SEVERITIES)).map(key("severity")),
    st.sampled_from(NETWORKS).map(key("ip")),
    cut(("req-0", "req-3", "req-15")).map(key("request")),
    cut(tuple(s for s in SESSIONS if s)).map(key("session")),
    ranges(MOMENT).map(key("at")),
    ranges(st.integers(0, 400).map(str)).map(key("seq")),
    st.sampled_from(["sealed", "redacted", "erased", "high", "denied"]).map(key("is")),
    cut(SUMMARIES),
)
FILTER = st.lists(
    st.tuples(st.sampled_from(["", "", "-"]), TERM).map("".join), min_size=1, max_size=3
).map(" ".join)


def held_against_python(cast: Cast, session: Session, text: str, zone: str) -> None:
    try:
        wanted = parse(text, zone=ZoneInfo(zone) if zone != "UTC" else UTC)
    except FilterError:
        assume(False)
    expected = [row["seq"] for row in _rows_of(cast, session) if matches(wanted, row)]
    terms = wanted.to_terms()
    with session.transaction() as connection:
        page = connection.execute(
            "SELECT seq FROM govdesk_api.audit_page(%s, NULL, NULL, 10000)", (json.dumps(terms),)
        ).fetchall()
        up = connection.execute(
            "SELECT seq FROM govdesk_api.audit_page(%s, NULL, 0, 10000)", (json.dumps(terms),)
        ).fetchall()
        inner = connection.execute(
            "SELECT seq FROM govdesk_api.audit_page(%s, 200, 50, 10, 3)", (json.dumps(terms),)
        ).fetchall()
        counts = connection.execute(
            "SELECT span, events FROM govdesk_api.audit_counts(%s, %s)",
            (json.dumps(terms), BOUNDS),
        ).fetchall()
    pieces = copying.json_pieces(session, copying.Selection(1, 10**4, terms))
    exported = [json.loads(line)["seq"] for p in pieces for line in p.data.splitlines()]
    assert [seq for (seq,) in reversed(page)] == expected
    assert [seq for (seq,) in up] == expected
    assert exported == expected
    assert [seq for (seq,) in inner] == [seq for seq in reversed(expected) if 50 < seq < 200][3:13]
    for span, (low, high) in enumerate(itertools.pairwise(BOUNDS), 1):
        assert dict(counts).get(span, 0) == sum(low <= seq < high for seq in expected)


_seen: dict[tuple[str, str], list[dict[str, object]]] = {}


def _rows_of(cast: Cast, session: Session) -> list[dict[str, object]]:
    place = (cast.database.name, session.token)
    if place not in _seen:
        _seen[place] = everything(session)
    return _seen[place]


@pytest.fixture
def olga(filled: Cast) -> Session:
    """Whoever sees the whole organisation."""
    return filled.sign_in(OLGA)


@pytest.fixture
def otis(filled: Cast) -> Session:
    """Whoever sees one system only."""
    with filled.admin.transaction():
        claim_setup(filled.admin, ACME)
        filled.admin.execute(
            "UPDATE govdesk.member_grant SET node_path = 'acme.claims' WHERE member_id ="
            " (SELECT id FROM govdesk.member WHERE email = 'otis@acme.example')"
        )
    return filled.sign_in(OTIS)


_RANDOM = settings(
    max_examples=300,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
    deadline=None,
)


@_RANDOM
@given(text=FILTER, zone=st.sampled_from(["UTC", "Australia/Sydney", "America/St_Johns"]))
def test_sql_and_python_let_the_same_events_through(
    filled: Cast, olga: Session, text: str, zone: str
) -> None:
    held_against_python(filled, olga, text, zone)


@settings(_RANDOM, max_examples=60)
@given(text=FILTER)
def test_a_scoped_reader_gets_the_part_of_it_that_he_may_see(
    filled: Cast, otis: Session, text: str
) -> None:
    rows = _rows_of(filled, otis)
    assert {row["system"] for row in rows} == {"Claims triage"}
    held_against_python(filled, otis, text, "UTC")


@pytest.mark.parametrize("terms", ["{}", "null", '[{"key":"moon"}]', '["x"]', "[[]]", "[1]"])
def test_terms_that_are_none_are_refused_with_a_code(olga: Session, terms: str) -> None:
    with (
        pytest.raises(Exception, match="filter cannot be read"),
        olga.transaction() as connection,
    ):
        connection.execute("SELECT govdesk_api.audit_condition(%s)", (terms,))


def test_each_time_finds_the_first_event_at_or_after_it(filled: Cast) -> None:
    session = filled.sign_in(OLGA)
    rows = everything(session)
    times = [
        "1999-01-01T00:00:00Z",
        str(rows[-40]["at"]),
        "2080-02-29T12:00:00Z",
        "2200-01-01T00:00:00Z",
    ]
    with session.transaction() as connection:
        found = connection.execute("SELECT govdesk_api.audit_seqs(%s::timestamptz[])", (times,))
        seqs = found.fetchone()
    expected = [next((r["seq"] for r in rows if str(r["at"]) >= time), None) for time in times]
    assert seqs is not None
    assert seqs[0] == expected


def test_a_scoped_reader_counts_and_finds_only_what_he_sees(filled: Cast, otis: Session) -> None:
    session = otis
    visible = [int(str(row["seq"])) for row in everything(session)]
    with session.reading() as connection:
        counted = connection.execute(
            "SELECT coalesce(sum(events), 0) FROM govdesk_api.audit_counts('[]', '{1,1000000}')"
        ).fetchone()
        first = connection.execute(
            "SELECT govdesk_api.audit_seqs('{1999-01-01 00:00Z}'::timestamptz[])"
        ).fetchone()
    assert counted == (len(visible),)
    assert first == ([min(visible)],)
    assert 0 < len(visible) < 200


def test_nobody_counts_without_a_session(filled: Cast) -> None:
    with filled.open(filled.database.app_url) as connection:
        assert (
            connection.execute(
                "SELECT * FROM govdesk_api.audit_counts('[]', '{1,1000}')"
            ).fetchall()
            == []
        )
        assert connection.execute(
            "SELECT govdesk_api.audit_seqs('{1999-01-01 00:00Z}'::timestamptz[])"
        ).fetchone() == (None,)
