"""Claims about the filter language; docs/spec/filter-language.md is what they hold it to."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from govdesk.domain.events import SEVERITIES
from govdesk.domain.filter_language import KEYS, STATES, Filter, FilterError, matches, parse
from govdesk.domain.filter_language.matching import COMMITTED, folded
from govdesk.domain.filter_language.period import utc_text

SYDNEY = ZoneInfo("Australia/Sydney")
ST_JOHNS = ZoneInfo("America/St_Johns")
APIA = ZoneInfo("Pacific/Apia")
ZONES: tuple[tzinfo, ...] = (UTC, SYDNEY, ST_JOHNS, ZoneInfo("Africa/Cairo"), APIA)
SPEC = Path(__file__).parents[3] / "docs" / "spec" / "filter-language.md"

ROW: dict[str, object] = {
    "seq": 7,
    "at": "2026-05-03T04:05:06.000000Z",
    "severity": "warning",
    "action": "api_key.created",
    "actor": "user:anna@acme.example",
    "on_behalf_of": None,
    "entity_type": "api_key",
    "entity_id": "0b9f7c1e-3d55-4c39-9d1e-1a2b3c4d5e6f",
    "system": "Billing (EU)",
    "system_id": "5f0e8a52-27c1-4a5f-8f0e-6b1d2c3e4f50",
    "summary": "user:anna@acme.example generated an API key for Zoë*",
    "request_id": "req-1",
    "session_id": "9c3b1f64-6f0b-4a37-8a55-0d1c2b3a4f5e",
    "ip": "10.0.3.4",
    "salts": dict.fromkeys(COMMITTED, "00" * 16),
    "leaf_hash": "ab" * 32,
}


def found(text: str, zone: tzinfo = UTC, **changes: object) -> bool:
    return matches(parse(text, zone=zone), ROW | changes)


def interval(text: str, zone: tzinfo = UTC) -> tuple[object, object]:
    (term,) = parse(text, zone=zone).to_terms()
    return term["low"], term["high"]


def offset(instant: datetime) -> timedelta:
    found = instant.utcoffset()
    assert found is not None
    return found


def refusal(text: str, zone: tzinfo = UTC) -> FilterError:
    with pytest.raises(FilterError) as caught:
        parse(text, zone=zone)
    return caught.value


def place(error: FilterError) -> str:
    return error.text[error.position : error.position + error.length]


# What holds of a row


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \t\n",
        "actor:user:anna@acme.example",
        "actor:user:*",
        'actor:"user:anna"*',
        "action:api_key.*",
        "entity:api_key",
        "entity:0b9f7c1e*",
        "entity:api_key entity:0b9f7c1e-3d55-4c39-9d1e-1a2b3c4d5e6f",
        'system:"Billing (EU)"',
        "system:5f0e8a52-27c1-4a5f-8f0e-6b1d2c3e4f50",
        "severity:notice..",
        "severity:..warning",
        "severity:w*",
        "ip:10.0.3.4",
        "ip:10.0.*",
        "ip:10.0.0.0/8",
        "ip:10.0.3.4/32",
        "ip:10.9.9.9/8",
        "request:req-1",
        "session:9C3B1F64*",
        "session:9C3B1F64-6F0B-4A37-8A55-0D1C2B3A4F5E",
        "at:2026-05",
        "at:2026-05-03T04:05:06.000000Z",
        "at:2026-05-03T14:05:06+10:00",
        "at:2026..",
        "seq:7",
        "seq:007..7",
        "seq:7..",
        "is:sealed",
        "GENERATED",
        '"an api KEY"',
        '"Zoë*"',
        "-for:*",
        "-is:denied -is:high -is:redacted -is:erased",
    ],
)
def test_a_term_finds_the_row_it_describes(text: str) -> None:
    assert found(text)


@pytest.mark.parametrize(
    "text",
    [
        "actor:anna",
        "actor:USER:*",
        "for:*",
        'action:"api_key.*"',
        "entity:api",
        "system:billing*",
        "severity:high",
        "severity:..notice",
        "ip:10.0.3.5",
        "ip:10.0.30.*",
        "ip:::/0",
        "at:2026-05-03T04:05:06.000001Z..",
        "at:..2026-05-03T04:05:05",
        "seq:8..",
        "is:high",
        "unheard",
        "-generated",
        "actor:user:* -severity:warning",
    ],
)
def test_a_term_leaves_out_the_row_it_does_not_describe(text: str) -> None:
    assert not found(text)


def test_every_term_must_hold_also_of_the_same_key() -> None:
    assert found("actor:user:* actor:*")
    assert not found("actor:user:* actor:key:*")


def test_a_null_or_absent_value_satisfies_only_the_negated_term() -> None:
    for row in (ROW | {"actor": None}, {k: v for k, v in ROW.items() if k != "actor"}):
        assert not matches(parse("actor:*", zone=UTC), row)
        assert matches(parse("-actor:user:anna@acme.example", zone=UTC), row)


def test_decomposed_text_is_found_by_composed_and_the_other_way_round() -> None:
    for written in ("zoë", unicodedata.normalize("NFD", "zoë")):
        for stored in ("For Zoë", unicodedata.normalize("NFD", "For Zoë")):
            assert found(written, summary=stored)


def test_lower_case_is_one_code_point_for_one() -> None:
    assert folded("ΌΣΟΣ") == "όσοσ"
    assert folded("\u0130") == "i"
    assert found("όσοσ", summary="ΌΣΟΣ")


@pytest.mark.parametrize("address", ["::ffff:10.0.3.4", "::FFFF:A00:304"])
def test_a_mapped_address_is_found_however_it_is_written(address: str) -> None:
    assert found(f"ip:{address}", ip="::ffff:10.0.3.4")
    assert str(parse(f"ip:{address}", zone=UTC)) == "ip:::ffff:10.0.3.4"
    assert not found(f"ip:{address}")


def test_denied_are_the_events_that_the_table_of_events_marks() -> None:
    assert found("is:denied", action="session.failed")
    assert not found("is:denied", action="session.started")


def test_redacted_and_erased_are_told_apart_by_the_manifest() -> None:
    salts = {field: "00" for field in COMMITTED if field != "ip"}
    redacted, erased = parse("is:redacted", zone=UTC), parse("is:erased", zone=UTC)
    row = ROW | {"salts": salts}
    assert not matches(redacted, row)
    assert matches(erased, row)
    assert matches(redacted, row, redacted=frozenset({"ip"}))
    assert not matches(erased, row, redacted=frozenset({"ip"}))


# Times


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("at:2026", "2026-01-01T00:00:00", "2027-01-01T00:00:00"),
        ("at:2026-12", "2026-12-01T00:00:00", "2027-01-01T00:00:00"),
        ("at:2024-02-29", "2024-02-29T00:00:00", "2024-03-01T00:00:00"),
        ("at:2026-05-03T23", "2026-05-03T23:00:00", "2026-05-04T00:00:00"),
        ("at:2026-05-03T14:05", "2026-05-03T14:05:00", "2026-05-03T14:06:00"),
        ("at:2026-05-03T14:05:06", "2026-05-03T14:05:06", "2026-05-03T14:05:07"),
        ("at:2026-05-03T14:05:06+10:00", "2026-05-03T04:05:06", "2026-05-03T04:05:07"),
        ("at:2026-05-03T14:05:06-00:30", "2026-05-03T14:35:06", "2026-05-03T14:35:07"),
        ("at:2026-05..2026-06", "2026-05-01T00:00:00", "2026-07-01T00:00:00"),
    ],
)
def test_a_period_is_the_whole_of_what_is_written(text: str, low: str, high: str) -> None:
    assert interval(text) == (low + ".000000Z", high + ".000000Z")


def test_a_fraction_is_as_wide_as_its_last_digit() -> None:
    assert interval("at:2026-05-03T14:05:06.9") == (
        "2026-05-03T14:05:06.900000Z",
        "2026-05-03T14:05:07.000000Z",
    )
    assert interval("at:2026-05-03T14:05:06.999999")[1] == "2026-05-03T14:05:07.000000Z"


def test_an_open_range_has_one_bound() -> None:
    assert interval("at:2026-05..") == ("2026-05-01T00:00:00.000000Z", None)
    assert interval("at:..2026-05") == (None, "2026-06-01T00:00:00.000000Z")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        # Sydney: at 03:00 on 5 April 2026 the clock goes back to 02:00 (16:00 UTC).
        ("at:2026-04-05T01", "04-04T14:00:00", "04-04T15:00:00"),
        ("at:2026-04-05T02", "04-04T15:00:00", "04-04T17:00:00"),
        ("at:2026-04-05T02:30", "04-04T15:30:00", "04-04T16:31:00"),
        ("at:2026-04-05T02:30+11:00", "04-04T15:30:00", "04-04T15:31:00"),
        ("at:2026-04-05T03", "04-04T17:00:00", "04-04T18:00:00"),
        ("at:2026-04-05", "04-04T13:00:00", "04-05T14:00:00"),
        # At 02:00 on 4 October 2026 it goes forward to 03:00 (16:00 UTC).
        ("at:2026-10-04T01", "10-03T15:00:00", "10-03T16:00:00"),
        ("at:2026-10-04T03", "10-03T16:00:00", "10-03T17:00:00"),
        ("at:2026-10-04T02:30..2026-10-04T03", "10-03T16:00:00", "10-03T17:00:00"),
        ("at:2026-10-04T01..2026-10-04T02:30", "10-03T15:00:00", "10-03T16:00:00"),
        ("at:2026-10-04", "10-03T14:00:00", "10-04T13:00:00"),
    ],
)
def test_a_change_of_the_clock_neither_loses_nor_adds_an_hour(
    text: str, low: str, high: str
) -> None:
    assert interval(text, SYDNEY) == (f"2026-{low}.000000Z", f"2026-{high}.000000Z")


def test_a_day_that_begins_at_one_o_clock_begins_there() -> None:
    # Cairo: at 00:00 on 24 April 2026 the clock goes forward to 01:00.
    assert interval("at:2026-04-24", ZoneInfo("Africa/Cairo")) == (
        "2026-04-23T22:00:00.000000Z",
        "2026-04-24T21:00:00.000000Z",
    )


def test_a_time_that_never_was_is_refused() -> None:
    assert "put forward" in refusal("at:2026-10-04T02:30", SYDNEY).sentence
    assert "put forward" in refusal("at:2011-12-30", APIA).sentence
    assert "no time" in refusal("at:2026-10-04T02:10..2026-10-04T02:40", SYDNEY).sentence


@given(
    day=st.dates(date(1990, 1, 1), date(2037, 12, 30)),
    zone=st.sampled_from(ZONES),
)
@example(day=date(2007, 11, 3), zone=ST_JOHNS)
def test_days_meet_and_overlap_only_where_midnight_is_shown_twice(day: date, zone: tzinfo) -> None:
    # Apia had no 30 December 2011; the claim about it stands above.
    assume(not (zone is APIA and (day.year, day.month) == (2011, 12)))
    midnight = datetime.combine(day + timedelta(days=1), time(), zone)
    twice = offset(midnight) > offset(midnight.replace(fold=1))
    end = str(interval(f"at:{day}", zone)[1])
    start = str(interval(f"at:{midnight.date()}", zone)[0])
    assert start < end if twice else start == end


@given(
    instant=st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from(ZONES),
    digits=st.sampled_from((4, 7, 10, 13, 16, 19, 26)),
)
def test_the_period_of_what_a_clock_shows_contains_that_instant(
    instant: datetime, zone: tzinfo, digits: int
) -> None:
    wall = instant.astimezone(zone).replace(tzinfo=None).isoformat(timespec="microseconds")
    assert found(f"at:{wall[:digits]}", zone, at=utc_text(instant))


# What is refused, and where


@pytest.mark.parametrize(
    ("text", "where", "remedy"),
    [
        ("acton:x", "acton:", "Did you mean action:?"),
        ("ok1 Actor:x", "Actor:", "Did you mean actor:?"),
        ("on_behalf_of:x", "on_behalf_of:", "Did you mean for:?"),
        ("http://x", "http:", "into quotes"),
        ("text:abc", "text:", "The keys are"),
        (":abc", ":", "The keys are"),
        ("severity:hgih", "hgih", "Did you mean high?"),
        ("severity:x*", "x*", "Write one of info"),
        ("severity:info..hihg", "hihg", "Did you mean high?"),
        ("severity:high..info", "high..info", "Exchange"),
        ("is:seled", "seled", "Did you mean sealed?"),
        ("is:*", "*", "Leave it out"),
        ("actor:", "actor:", "Write one"),
        ("-", "-", "Write one"),
        ("abc - def", "-", "Write one"),
        ("--abc", "--abc", "Leave one out"),
        ('actor:""', '""', "Write a value"),
        ('abc "def', '"def', "Write another"),
        ('actor:ab"c', '"', "whole value"),
        ('"a\\b"', "\\", "Inside quotes"),
        ('"abc"d e', "d", "Put a space"),
        ("actor:a*b*", "*", "into quotes"),
        ("invit*", "*", "Leave the star out"),
        ("ab", "ab", "longer"),
        ("actor:a..b", "..", "into quotes"),
        ("seq:..", "..", "at least one"),
        ("seq:9..3", "9..3", "Exchange"),
        ("seq:-1", "-1", "Write digits"),
        ("seq:٣", "٣", "Write digits"),
        ("seq:9223372036854775808", "9223372036854775808", "Write digits"),
        ("seq:1..5*", "*", "Leave it out"),
        ("at:2026-13", "2026-13", "Write 2026"),
        ("at:2026-02-30", "2026-02-30", "Write 2026"),
        ("at:2026-05-03T24", "2026-05-03T24", "Write 2026"),
        ("at:2026-05..May", "May", "Write 2026"),
        ("at:0001..", "0001", ""),
        ("at:9999", "9999", "Write 2026"),
        ("at:2026-06..2026-05", "2026-06..2026-05", "Exchange"),
        ("ip:10.0.0.256", "10.0.0.256", "Write an address"),
        ("ip:10.0.0.0/33", "10.0.0.0/33", "Write an address"),
        ("ip:fe80::1%eth0", "fe80::1%eth0", "Write an address"),
        ("session:9c3b", "9c3b", "a star"),
        ("actor:a\0b", "\0", "Take it out"),
        ("actor:a\ud800", "\ud800", "Take it out"),
        ("actor:" + "x" * 513, "x" * 513, "Shorten"),
        ("abc " * 64 + "def", "def", "Leave some out"),
    ],
)
def test_an_error_points_at_the_place_and_says_what_to_do(
    text: str, where: str, remedy: str
) -> None:
    error = refusal(text, SYDNEY)
    assert place(error) == where
    assert remedy in error.remedy
    assert "\n" not in str(error)


def test_carets_stand_under_the_place() -> None:
    line, carets, advice = refusal("変更者 acton:x rest").pointed().split("\n")
    assert line == "変更者 acton:x rest"
    assert carets == " " * 7 + "^" * 6  # three wide signs and a space
    assert advice == "There is no key “acton”. Did you mean action:? " + (
        "Put words that contain a colon into quotes."
    )


def test_a_long_text_is_shown_around_the_place() -> None:
    line, carets, _ = refusal("abc " * 60 + "acton:x" + " abc" * 3000).pointed().split("\n")
    assert len(line) < 160
    assert line[carets.index("^") : carets.rindex("^") + 1] == "acton:"


@given(st.text())
def test_an_error_never_prints_what_steers_a_terminal(text: str) -> None:
    shown = refusal("actor:" + text + " \0").pointed()
    shown.encode()
    assert not [sign for sign in shown if sign != "\n" and unicodedata.category(sign)[0] == "C"]


# Canonical text and terms

WORDS = st.text(
    st.one_of(
        st.sampled_from('ab:-*"\\. \u0301éσΣİ\u212b\u2000日'),
        st.characters(codec="utf-8", exclude_characters="\0"),
    ),
    min_size=1,
    max_size=12,
)


def _quoted(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _range(ends: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        ends,
        ends.map("..{}".format),
        ends.map("{}..".format),
        st.tuples(ends, ends).map("..".join),
    )


PERIODS = st.tuples(
    st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)),
    st.sampled_from((4, 7, 10, 13, 16, 19, 21, 26)),
    st.sampled_from(("", "Z", "+10:00", "-03:30")),
).map(lambda p: p[0].isoformat(timespec="microseconds")[: p[1]] + (p[2] if p[1] > 10 else ""))
VALUES: dict[str, st.SearchStrategy[str]] = {
    "at": _range(PERIODS),
    "seq": _range(st.integers(0, 2**63 - 1).map(str)),
    "severity": _range(st.sampled_from(SEVERITIES)),
    "is": st.sampled_from(STATES),
    "ip": st.one_of(
        st.ip_addresses().map(str),
        st.ip_addresses(v=4).map("::ffff:{}".format),
        st.tuples(st.ip_addresses(v=6), st.integers(0, 128)).map(lambda p: f"{p[0]}/{p[1]}"),
        st.sampled_from(("*", "10.*", "FE80:*")),
    ),
    "session": st.one_of(st.uuids().map(str), st.sampled_from(("*", "9C*"))),
}
NAMES = st.tuples(WORDS.map(_quoted), st.sampled_from(("", "*"))).map("".join) | st.just("*")
KEYED = st.sampled_from(KEYS).flatmap(
    lambda key: VALUES.get(key, NAMES).map(lambda value: f"{key}:{value}")
)
TERMS = st.tuples(st.sampled_from(("", "-")), KEYED | WORDS.map(_quoted) | WORDS).map("".join)
TEXTS = st.lists(TERMS, max_size=5).map(" ".join)


def _read(text: str, zone: tzinfo) -> Filter | FilterError:
    try:
        return parse(text, zone=zone)
    except FilterError as error:
        return error


def _accepted(text: str, zone: tzinfo) -> Filter:
    wanted = _read(text, zone)
    assume(isinstance(wanted, Filter))
    assert isinstance(wanted, Filter)
    return wanted


@given(TEXTS | st.text() | st.text(st.characters(codec=None)), st.sampled_from(ZONES))
def test_any_text_is_a_filter_or_an_error_inside_the_text(text: str, zone: tzinfo) -> None:
    answer = _read(text, zone)
    if isinstance(answer, FilterError):
        assert answer.text == text
        assert answer.length >= 1
        assert 0 <= answer.position <= len(text) - answer.length
        assert answer.sentence
        assert answer.remedy


@given(TEXTS, st.sampled_from(ZONES), st.sampled_from(ZONES))
def test_the_canonical_text_reads_as_the_same_filter_in_any_zone(
    text: str, zone: tzinfo, other: tzinfo
) -> None:
    wanted = _accepted(text, zone)
    assert parse(str(wanted), zone=other) == wanted
    assert str(parse(str(wanted), zone=other)) == str(wanted)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("  -generated   seq:007 ", "-generated seq:7"),
        ("at:2026-05-03T14Z", "at:2026-05-03T14Z"),
        ("at:2026-05", "at:2026-05-01T00Z..2026-05-31T23Z"),
        ("at:2026-05-03T14:05:06.5", "at:2026-05-03T14:05:06.500000Z..2026-05-03T14:05:06.599999Z"),
        ('actor:"anna" actor:"a b"*', 'actor:anna actor:"a b"*'),
        ("severity:warning.. ip:10.1.2.3/8", "severity:warning.. ip:10.0.0.0/8"),
        ('"-abc" "a:bc" "abc*"', '"-abc" "a:bc" "abc*"'),
    ],
)
def test_canonical_text(text: str, canonical: str) -> None:
    assert str(parse(text, zone=UTC)) == canonical


def test_a_period_in_sydney_is_written_in_utc() -> None:
    assert str(parse("at:2026-05-03", zone=SYDNEY)) == "at:2026-05-02T14Z..2026-05-03T13Z"


OPERATORS: dict[str, set[str]] = {
    **{key: {"eq", "prefix"} for key in KEYS if key not in ("at", "seq", "is")},
    "severity": {"eq", "prefix", "any"},
    "ip": {"eq", "prefix", "cidr"},
    "at": {"range"},
    "seq": {"range"},
    "is": {"eq"},
    "text": {"contains"},
}
USED = {
    **{op: {"value"} for op in ("eq", "prefix", "contains", "cidr")},
    "any": {"values"},
    "range": {"low", "high"},
}


@given(TEXTS, st.sampled_from(ZONES))
def test_terms_as_json_keep_to_their_closed_form(text: str, zone: tzinfo) -> None:
    for term in _accepted(text, zone).to_terms():
        assert term.keys() == {"key", "op", "not", "value", "values", "low", "high"}
        assert term["op"] in OPERATORS[str(term["key"])]
        unused = {"value", "values", "low", "high"} - USED[str(term["op"])]
        assert all(term[member] is None for member in unused)
        assert json.loads(json.dumps(term)) == term


@given(TEXTS, st.dictionaries(st.sampled_from(sorted(ROW)), st.text() | st.integers() | st.none()))
def test_a_hostile_row_is_judged_without_a_fault(text: str, changes: dict[str, object]) -> None:
    assert matches(_accepted(text, UTC), ROW | changes | {"salts": []}) in (True, False)


def test_the_spec_shows_every_example_as_the_program_writes_it() -> None:
    lines = SPEC.read_text(encoding="utf-8").splitlines()
    examples = [line.split("`")[1::2] for line in lines if line.startswith("| `") and "{" in line]
    assert len(examples) >= 10
    for text, term in examples:
        assert parse(text, zone=UTC).to_terms() == [json.loads(term)]


def test_the_spec_names_every_key_and_state() -> None:
    spec = SPEC.read_text(encoding="utf-8")
    assert [name for name in (*KEYS, *STATES) if f"`{name}" not in spec] == []
