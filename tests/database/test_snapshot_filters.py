"""A filter over a snapshot lets through what `matches` lets through: no server is asked."""

from __future__ import annotations

import itertools
import json
import random
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from govdesk.database.snapshot_reading import SnapshotLog
from govdesk.domain.filter_language import FilterError, matches, parse
from govdesk.domain.filter_language.matching import folded
from tests import snapshots
from tests.database.test_filters import (
    ACTIONS,
    BOUNDS,
    ENTITIES,
    FILTER,
    IPS,
    NAMES,
    SESSIONS,
    SEVERITIES,
    SUMMARIES,
)
from tests.unit.evidence import logs

REDACTED = frozenset({"ip"})
SYSTEMS = ((None, None), ("00000000-0000-4000-9000-000000000001", "Claims triage"),
           ("00000000-0000-4000-9000-000000000002", "Portal"))  # fmt: skip
MORE = (
    "\u0130\u0130\u0130 dotted, \u03c2 final, \u017f long, \u212a kelvin, \ua64a \U0001e900 adlam",
    "e\u0301 decomposed, \u1e9e capital sharp s, \u01c5 title, \u10a0 georgian, \u13a0 cherokee",
    None,
)


def event(n: int, rng: random.Random) -> dict[str, Any]:
    """Event number n before its seal, every column varying on its own."""
    entity_type, entity_id = ENTITIES[n % len(ENTITIES)]
    system_id, _ = SYSTEMS[n // 11 % len(SYSTEMS)]
    at = f"2080-{1 + n // 30:02}-{1 + n % 30 // 2:02}T{n % 30 % 2 * 12:02}:30:00.000000Z"
    return logs.event(rng) | {
        "at": at,
        "action": ACTIONS[n // 3 % len(ACTIONS)],
        "severity": SEVERITIES[n // 5 % 4],
        "actor": (None, *NAMES)[n // 2 % 6],
        "on_behalf_of": (None, *NAMES)[n // 7 % 6],
        "entity_type": entity_type,
        "entity_id": entity_id,
        "system_id": system_id,
        "summary": (*SUMMARIES, *MORE)[n % (len(SUMMARIES) + len(MORE))],
        "ip": IPS[n // 4 % len(IPS)],
        "session_id": SESSIONS[n // 6 % len(SESSIONS)],
        "request_id": None if n % 3 else f"req-{n % 20}",
    }


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    """Three hundred events as lines of JSONL, ip redacted, some fields erased."""
    rng = random.Random(5)
    found = logs.seal([event(n, rng) for n in range(300)], rng)
    for line in found:
        for name in ["ip"] + (["actor", "summary"] if line["seq"] % 17 == 0 else []):
            del line[name], line["salts"][name]
        line["system"] = dict(SYSTEMS).get(line["system_id"])
    return found


@pytest.fixture(scope="module")
def log(lines: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The same events in a snapshot."""
    path = tmp_path_factory.mktemp("snapshots") / "all.govsnap"
    rows = [(*map(snapshots._text, logs.row(line)), line["system"]) for line in lines]
    snapshots.write(path, rows, order={"redact": sorted(REDACTED)})
    opened = SnapshotLog.open(path, snapshots.PASSPHRASE)
    yield opened
    opened.close()


_RANDOM = settings(
    max_examples=600,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    deadline=None,
)
WORDS = st.sampled_from([word for text in MORE if text for word in text.split() if len(word) > 2])


@_RANDOM
@given(
    text=FILTER | WORDS | WORDS.map(str.upper) | WORDS.map("-{}".format),
    zone=st.sampled_from(["UTC", "Australia/Sydney", "America/St_Johns"]),
)
def test_a_snapshot_and_python_let_the_same_events_through(
    log: SnapshotLog, lines: list[dict[str, Any]], text: str, zone: str
) -> None:
    try:
        wanted = parse(text, zone=ZoneInfo(zone))
    except FilterError:
        assume(False)
    expected = [line["seq"] for line in lines if matches(wanted, line, redacted=REDACTED)]
    terms = wanted.to_terms()
    assert [row[0] for row in log.page(terms, limit=1000)] == expected[::-1]
    inner = log.page(terms, before=200, after=50, limit=10, offset=3)
    assert [row[0] for row in inner] == [n for n in expected[::-1] if 50 < n < 200][3:13]
    assert [row.seq for row in log.rows(terms)] == expected
    assert [row.seq for row in log.rows(terms, first=30, last=99)] == [
        n for n in expected if 30 <= n <= 99
    ]
    high = {line["seq"] for line in lines if line["severity"] == "high"}
    assert log.counts(terms, BOUNDS) == [
        (
            sum(low <= n < up for n in expected),
            sum(low <= n < up for n in high.intersection(expected)),
        )
        for low, up in itertools.pairwise(BOUNDS)
    ]


def test_every_fold_of_unicode_is_found_as_the_language_says(tmp_path: Path) -> None:
    """One event for each letter that has a case anywhere in Unicode, looked for in both cases."""
    letters = [
        chr(code)
        for code in range(0x80, 0x1F000)
        if not 0xD800 <= code < 0xE000
        and (chr(code).lower() != chr(code) or chr(code).upper() != chr(code))
    ]
    rng = random.Random(1)
    sealed = logs.seal([logs.event(rng) | {"summary": f"aa{sign}zz"} for sign in letters], rng)
    path = snapshots.write(tmp_path / "f.govsnap", snapshots.of_rows(logs.rows(sealed)))
    log = SnapshotLog.open(path, snapshots.PASSPHRASE)
    texts = {line["seq"]: folded(unicodedata.normalize("NFC", line["summary"])) for line in sealed}
    try:
        for word in {form for sign in letters[::3] for form in (sign, sign.lower(), sign.upper())}:
            wanted = parse(f'"a{word}z"', zone=UTC)
            sought = folded(unicodedata.normalize("NFC", f"a{word}z"))
            found = [row[0] for row in log.page(wanted.to_terms(), limit=1000)]
            assert found == sorted((n for n, text in texts.items() if sought in text), reverse=True)
    finally:
        log.close()


def test_pages_hold_what_the_server_would_give(
    log: SnapshotLog, lines: list[dict[str, Any]]
) -> None:
    newest, first_at, last_at, dense = log.extent()
    assert (newest, dense) == (300, False)
    assert first_at == datetime.fromisoformat(lines[0]["at"])
    assert last_at == datetime.fromisoformat(lines[-1]["at"])
    row, line = log.page((), limit=1)[0], lines[-1]
    assert row[0] == 300
    assert row[1] == datetime.fromisoformat(line["at"])
    assert row[3:] == tuple(
        line.get(name)
        for name in (
            "severity", "action", "actor", "on_behalf_of", "entity_type", "entity_id", "system",
            "system_id", "summary", "ip", "request_id", "session_id", "reason", "leaf_hash",
        )
    )  # fmt: skip
    for number in (1, 17, 100):
        found = log.detail(number)
        assert found is not None
        assert found[1:] == (
            lines[number - 1].get("diff"),
            lines[number - 1]["salts"],
            lines[number - 1]["leaf"],
        )
    assert log.detail(301) is None


def test_each_time_finds_the_first_event_at_or_after_it(
    log: SnapshotLog, lines: list[dict[str, Any]]
) -> None:
    known = [datetime.fromisoformat(line["at"]) for line in lines]
    times = [t + timedelta(microseconds=d) for t in known for d in (-1, 0, 1)][:1000]
    expected = [next((n for n, at in enumerate(known, 1) if at >= time), None) for time in times]
    assert log.numbers_at(times) == expected


def test_lines_are_those_of_an_export(log: SnapshotLog, lines: list[dict[str, Any]]) -> None:
    for row, line in zip(log.rows(), lines, strict=True):
        written = json.loads(log.json_line(row))
        assert written == {name: value for name, value in line.items() if name != "system"}


def test_gaps_in_the_numbers_are_passed_over(lines: list[dict[str, Any]], tmp_path: Path) -> None:
    kept = [line for line in lines if line["seq"] % 7 == 3]
    path = snapshots.write(tmp_path / "gaps.govsnap", snapshots.of_rows(logs.rows(kept)))
    log = SnapshotLog.open(path, snapshots.PASSPHRASE)
    try:
        at = datetime.fromisoformat(lines[4]["at"])
        assert log.numbers_at([at, at + timedelta(days=4000)]) == [10, None]
        assert [row[0] for row in log.page((), before=11, limit=5)] == [10, 3]
    finally:
        log.close()
