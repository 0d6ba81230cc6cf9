"""Claims about completing and editing the text of a filter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from govdesk.domain.filter_language import KEYS, FilterError, Key, matches, parse
from govdesk.domain.filter_language.completing import Context, Suggestion, suggest
from govdesk.domain.filter_language.editing import (
    add_term,
    negate_term,
    remove_term,
    set_period,
    term_text,
    terms_with_spans,
)
from govdesk.domain.filter_language.matching import COMMITTED
from govdesk.domain.filter_language.model import Span
from govdesk.domain.filter_language.period import utc_text
from govdesk.domain.filter_language.words import words
from govdesk.domain.filter_language.writing import period_text, period_words

SYDNEY = ZoneInfo("Australia/Sydney")
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 5, 9, 14, 5, 33, tzinfo=UTC)
SEEN = {
    "actor": ["user:anna@acme.example", "user:imran@acme.example", "key:gd_prod_7"],
    "system": ["Billing (EU)", "Payments"],
    "ip": ["10.0.3.4"],
}
CONTEXT = Context(NOW, UTC, SEEN)
VALID = (
    "",
    "actor:user:anna@*",
    'system:"Billing (EU)" -is:denied',
    "at:2026-05 severity:warning..",
    'seq:100..  "api key"   -"-55"',
    "-at:2026-05-03 entity:member for:*",
)


def offered(text: str, cursor: int | None = None, context: Context = CONTEXT) -> list[Suggestion]:
    return suggest(text, len(text) if cursor is None else cursor, context)


def labels(text: str, cursor: int | None = None) -> list[str]:
    return [suggestion.label for suggestion in offered(text, cursor)]


def accepted(text: str, label: str, cursor: int | None = None) -> str:
    (chosen,) = (s for s in offered(text, cursor) if s.label == label)
    return text[: chosen.start] + chosen.replacement + text[chosen.end :]


# Completing


def test_an_empty_text_offers_every_key_with_an_explanation() -> None:
    found = offered("")
    assert {s.replacement for s in found} == {f"{key}:" for key in KEYS}
    assert all(s.explanation and s.kind == "key" for s in found)


def test_a_word_inside_finds_the_name_of_an_event() -> None:
    assert "action:member.role_changed" in labels("role")
    assert "member.role_changed" in labels("action:role")
    assert accepted("role", "action:member.role_changed") == "action:member.role_changed"


def test_what_begins_with_the_typed_part_comes_before_what_has_it_inside() -> None:
    found = labels("action:role")
    assert found[:1] == ["role.*"]
    assert found.index("role.defined") < found.index("member.role_changed")


def test_events_are_grouped_by_noun_before_anything_is_typed() -> None:
    found = labels("action:")
    assert "member.*" in found
    assert "member.invited" not in found
    assert "schema.migrated" in found


def test_a_group_stands_before_its_events() -> None:
    assert labels("action:member.")[:2] == ["member.*", "member.accepted"]


def test_a_key_is_found_by_a_word_that_people_use_for_it() -> None:
    assert labels("who")[0] == "actor:"
    assert labels("user:an")[0] == "actor:"
    assert accepted("user:anna", "actor:") == "actor:anna"


def test_only_the_word_at_the_cursor_is_replaced() -> None:
    text = "is:denied seve:high at:2026"
    assert accepted(text, "severity:", 12) == "is:denied severity:high at:2026"


def test_negation_is_kept() -> None:
    assert accepted("-sev", "severity:") == "-severity:"
    assert accepted("-is:de", "denied") == "-is:denied"
    assert accepted("-billing", "system:Billing (EU)") == '-system:"Billing (EU)"'


def test_a_value_with_spaces_is_put_into_quotes_once() -> None:
    assert accepted("system:Bil", "Billing (EU)") == 'system:"Billing (EU)"'
    assert accepted('system:"Billing (', "Billing (EU)") == 'system:"Billing (EU)"'
    assert accepted('system:"Billing (EU)"', "Billing (EU)", 12) == 'system:"Billing (EU)"'


def test_values_that_were_seen_are_offered_for_their_key() -> None:
    assert labels("actor:")[:3] == SEEN["actor"]
    assert labels("for:imran") == ["user:imran@acme.example"]
    assert labels("ip:") == SEEN["ip"]
    assert labels("request:") == []


def test_someone_is_found_without_a_key() -> None:
    assert labels("imran") == ["actor:user:imran@acme.example"]


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("today", "2026-05-10"),
        ("yesterday", "2026-05-09"),
        ("last 7 days", "2026-05-04.."),
        ("this month", "2026-05"),
        ("last month", "2026-04"),
        ("last year", "2025"),
        ("last hour", "2026-05-09T23:05.."),
    ],
)
def test_a_period_becomes_the_syntax_of_the_zone_shown(label: str, written: str) -> None:
    context = Context(NOW, SYDNEY, {})
    (chosen,) = (s for s in offered("at:", context=context) if s.label == label)
    assert chosen.replacement == written


def test_a_period_is_found_by_its_name_without_a_key() -> None:
    assert accepted("yester", "yesterday") == "at:2026-05-08"


def test_the_second_end_of_a_range_is_left_to_the_person() -> None:
    assert offered("at:2026-05..") == []


@given(
    st.text('actor:sevityx-"\\ .*12é😀', max_size=24),
    st.integers(min_value=0),
    st.sampled_from([UTC, SYDNEY]),
)
def test_whatever_is_accepted_can_be_read_and_leaves_the_rest_alone(
    text: str, at: int, zone: ZoneInfo
) -> None:
    cursor = at % (len(text) + 1)
    for chosen in offered(text, cursor, Context(NOW, zone, SEEN)):
        assert 0 <= chosen.start <= chosen.end <= len(text)
        assert not any(sign.isspace() for sign in text[chosen.start : chosen.end].partition('"')[0])
        done = text[: chosen.start] + chosen.replacement + text[chosen.end :]
        (word,) = (w for w in words(done) if w.start <= chosen.start < w.end)
        if chosen.kind != "key" and not done[word.start :].startswith("--"):
            parse(done[word.start : word.end], zone=zone)


# The words of a text


@given(st.lists(st.sampled_from(VALID), max_size=5).map("  ".join))
def test_the_words_of_a_filter_are_its_terms(text: str) -> None:
    spans = terms_with_spans(text)
    assert [parse(span.written, zone=UTC).terms[0] for span in spans] == [s.term for s in spans]
    assert all(text[span.start : span.end] == span.written for span in spans)


PIECES = ("abc", '"a b"', '-"a\\"b"', 'for:"x \\\\"*', "-is:high", "seq:1..", "a:b", '"', "\\x y")


@given(st.lists(st.sampled_from(PIECES), max_size=5).map(" \t".join))
def test_words_agree_with_the_reader_wherever_it_can_read(text: str) -> None:
    try:
        expected = parse(text, zone=UTC).terms
    except FilterError:
        return
    found = [parse(text[w.start : w.end], zone=UTC).terms for w in words(text)]
    assert tuple(term for terms in found for term in terms) == expected


# Adding and taking out

ROW: dict[str, object] = {
    "seq": 7,
    "at": "2026-05-03T04:05:06.000000Z",
    "severity": "warning",
    "action": "member.invited",
    "actor": "user:anna@acme.example",
    "on_behalf_of": None,
    "entity_type": "member",
    "entity_id": "7",
    "system": "Billing (EU)",
    "system_id": "5f0e8a52-27c1-4a5f-8f0e-6b1d2c3e4f50",
    "summary": "an api key",
    "request_id": "req-1",
    "session_id": None,
    "ip": "10.0.3.4",
    "salts": dict.fromkeys(COMMITTED, "00" * 16),
    "leaf_hash": "ab" * 32,
}
COLUMN: dict[Key, str] = {
    "actor": "actor",
    "for": "on_behalf_of",
    "action": "action",
    "entity": "entity_id",
    "system": "system",
    "request": "request_id",
}
LITERAL = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12
)
HARD = st.sampled_from(
    ["a b", '"', "\\", "a*", "..", "-5", "12:30", "ACME “x”", "e\u0301", "\u3000"]
)


@given(
    st.sampled_from(VALID),
    st.sampled_from(sorted(COLUMN)),
    LITERAL | HARD,
    st.booleans(),
    st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_a_term_added_means_the_old_filter_and_the_new_term(
    text: str, key: Key, value: str, negated: bool, changed: list[bool]
) -> None:
    written = term_text(key, value, negated=negated)
    both = parse(add_term(text, key, value, negated=negated), zone=UTC)
    for column in COLUMN.values():
        row = ROW | {COLUMN[key]: value if changed[0] else ROW[column]}
        row |= {"seq": 150 if changed[1] else 7, "severity": "high" if changed[2] else "info"}
        row |= {"summary": "an api key -55" if changed[3] else None}
        old, new = parse(text, zone=UTC), parse(written, zone=UTC)
        assert matches(both, row) is (matches(old, row) and matches(new, row))


def test_adding_takes_a_value_literally() -> None:
    assert add_term("", "system", "Billing (EU)") == 'system:"Billing (EU)"'
    assert add_term("", "action", "a*", negated=True) == '-action:"a*"'
    assert add_term("is:high", "text", "12:30") == 'is:high "12:30"'


def test_a_cell_without_a_value_can_be_asked_for() -> None:
    assert add_term("", "for", None) == "-for:*"
    assert add_term("-for:*", "for", None, negated=True) == "for:*"


def test_a_term_is_not_doubled_however_it_is_written() -> None:
    assert add_term('actor:"anna" is:high', "actor", "anna") == 'actor:"anna" is:high'


def test_adding_the_opposite_takes_the_other_out() -> None:
    assert add_term("-actor:anna is:high", "actor", "anna") == "is:high actor:anna"


def test_a_new_range_takes_the_place_of_the_old_one() -> None:
    assert add_term("at:2026 is:high", "at", "2026-05") == "is:high at:2026-05"
    assert add_term("seq:1..5", "seq", "7..") == "seq:7.."
    assert add_term("-at:2026-05-03", "at", "2026-05") == "-at:2026-05-03 at:2026-05"


def test_a_text_that_cannot_be_read_keeps_its_words() -> None:
    assert add_term("acton:x", "is", "high") == "acton:x is:high"
    assert add_term('ip:10.0.0.1 "api k', "is", "high") == 'ip:10.0.0.1 is:high "api k'


@pytest.mark.parametrize("value", ["", "x" * 600, "\0"])
def test_a_value_no_filter_can_hold_is_refused(value: str) -> None:
    with pytest.raises(FilterError):
        add_term("is:high", "actor", value)


def test_the_sixty_fifth_term_is_refused() -> None:
    full = " ".join(f"actor:a{number}" for number in range(64))
    with pytest.raises(FilterError, match="at most 64"):
        add_term(full, "actor", "one more")


@given(st.sampled_from([text for text in VALID if text]), st.integers(min_value=0))
def test_taking_out_and_turning_round_touch_one_term(text: str, number: int) -> None:
    terms = list(parse(text, zone=UTC).terms)
    index = number % len(terms)
    turned = list(parse(negate_term(text, index), zone=UTC).terms)
    assert [i for i, pair in enumerate(zip(terms, turned, strict=True)) if pair[0] != pair[1]] == [
        index
    ]
    assert turned[index].negated is not terms[index].negated
    assert negate_term(negate_term(text, index), index) == text
    rest = parse(remove_term(text, index), zone=UTC).terms
    assert rest == (*terms[:index], *terms[index + 1 :])


# Periods

INSTANTS = st.datetimes(datetime(1999, 1, 1), datetime(2040, 1, 1)).map(
    lambda naive: naive.replace(tzinfo=UTC)
)
CHANGES = st.sampled_from(
    [
        datetime(2026, 4, 4, 16, tzinfo=UTC),
        datetime(2026, 10, 3, 16, tzinfo=UTC),
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 1, tzinfo=UTC),
    ]
)
STEPS = st.integers(-300, 300).map(lambda minutes: timedelta(minutes=minutes))


@given(
    st.one_of(INSTANTS, st.builds(lambda at, step: at + step, CHANGES, STEPS)),
    st.one_of(st.timedeltas(timedelta(microseconds=1), timedelta(days=900)), STEPS),
    st.sampled_from([UTC, SYDNEY, BERLIN, ZoneInfo("America/St_Johns")]),
    st.sampled_from(VALID),
)
def test_a_period_is_written_so_that_it_reads_back_exactly(
    low: datetime, length: timedelta, zone: ZoneInfo, text: str
) -> None:
    assume(length > timedelta(0))
    done = parse(set_period(text, low, low + length, zone), zone=zone)
    spans = [t.match for t in done.terms if t.key == "at" and not t.negated]
    assert spans == [Span(low, low + length)]
    others = [t for t in parse(text, zone=zone).terms if t.key != "at" or t.negated]
    assert [t for t in done.terms if t.key != "at" or t.negated] == others


@pytest.mark.parametrize(
    ("low", "high", "written", "said"),
    [
        ("2026-01-01T00", "2027-01-01T00", "2026", "2026"),
        ("2026-05-01T00", "2026-06-01T00", "2026-05", "May 2026"),
        ("2026-05-01T00", "2026-07-01T00", "2026-05..2026-06", "May–June 2026"),
        ("2025-12-01T00", "2026-02-01T00", "2025-12..2026-01", "December 2025 – January 2026"),
        ("2026-05-03T00", "2026-05-10T00", "2026-05-03..2026-05-09", "3–9 May 2026"),
        ("2026-04-28T00", "2026-05-05T00", "2026-04-28..2026-05-04", "28 April – 4 May 2026"),
        ("2026-05-03T14", "2026-05-03T15", "2026-05-03T14", "3 May 2026, 14:00–15:00 UTC"),
        (
            "2026-05-03T22",
            "2026-05-04T00",
            "2026-05-03T22..2026-05-03T23",
            "3 May 2026, 22:00–24:00 UTC",
        ),
        (
            "2026-05-03T22:30",
            "2026-05-04T02",
            "2026-05-03T22:30..2026-05-04T01:59",
            "3 May 2026, 22:30 – 4 May 2026, 02:00 UTC",
        ),
    ],
)
def test_a_period_is_written_in_the_coarsest_unit_that_is_exact(
    low: str, high: str, written: str, said: str
) -> None:
    ends = [datetime.fromisoformat(end).replace(tzinfo=UTC) for end in (low, high)]
    assert period_text(ends[0], ends[1], UTC) == written
    assert period_words(ends[0], ends[1], UTC) == said


def test_an_hour_shown_twice_is_told_apart_by_its_offset() -> None:
    first = datetime(2026, 4, 4, 15, tzinfo=UTC)
    second = first + timedelta(hours=1)
    assert period_text(first, second, SYDNEY) == "2026-04-05T02+11:00"
    assert period_text(second, second + timedelta(hours=1), SYDNEY) == "2026-04-05T02+10:00"
    assert period_words(first, second, SYDNEY) == "5 April 2026, 02:00 +11:00 – 02:00 +10:00"


def test_a_period_may_be_open_and_may_be_taken_out() -> None:
    low = datetime(2026, 5, 1, tzinfo=UTC)
    assert set_period("is:high at:2025", low, None, UTC) == "is:high at:2026-05.."
    assert set_period("is:high at:2025", None, None, UTC) == "is:high"
    assert utc_text(low).startswith("2026-05-01")
