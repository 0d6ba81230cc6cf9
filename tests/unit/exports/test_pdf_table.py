"""Claims about the printed table: nothing is cut, hidden, reordered or run."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from govdesk.exports.pdf.columns import LOWER, MARGIN, TIMELINE, UPPER
from govdesk.exports.pdf.document import PAGE_HEIGHT, PAGE_WIDTH
from govdesk.exports.pdf.facts import Facts
from tests.unit.exports.conftest import FACTS, Print, event

FIRST = 1
"""The table's first page, behind the cover."""

HEADING = 13
"""Strings of the heading."""


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_thirteen_cells_stand_in_the_timelines_order(print_rows: Print) -> None:
    row = event(on_behalf_of="staff@govdesk.example")
    printed, _ = print_rows([row])
    cells = [piece.text for piece in printed.pages[FIRST][HEADING:-2]]
    assert len(TIMELINE) == 13
    assert len(cells) > 13, "something must wrap here"
    assert squeezed("".join(cells)) == squeezed("".join(c or "" for c in row))


@pytest.mark.parametrize(
    "summary",
    [
        "<b>bold</b> &amp; <script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "(unbalanced ((( \\) ET Q endstream endobj",
        "%PDF-1.7 trailer << /Root 1 0 R >>",
        "José, Ελληνικά, Кириллица, Łódź, Győr; → ✓ ₿ €",
    ],
)
def test_a_summary_is_printed_literally(print_rows: Print, summary: str) -> None:
    printed, counted = print_rows([event(summary=summary)])
    assert squeezed(summary) in printed.solid(FIRST)
    assert counted.boxed == {}


@pytest.mark.parametrize("word", ["W", "long words ", "é", "x.y-z/"])
def test_a_text_longer_than_a_page_goes_on_without_losing_a_character(
    print_rows: Print, word: str
) -> None:
    summary = (word * 100_000)[:100_000]
    printed, _ = print_rows([event(1, summary=summary), event(2, summary="the next one")])
    pages = range(FIRST, len(printed.pages))
    body = [p for n in pages for p in printed.pages[n][HEADING:] if p.x == 78.0]
    shown = "".join(p.text for p in body if ", continued" not in p.text)
    assert shown.count(word.strip()) == summary.count(word.strip())
    assert squeezed(summary) in squeezed(shown)
    assert "the next one" in printed.texts[-1]
    assert all("Event 1, continued" in printed.texts[n] for n in pages[1:-1])


def test_nothing_is_drawn_outside_its_column_or_the_page(print_rows: Print) -> None:
    wide = {name: "W" * 300 for name in TIMELINE if name not in ("seq", "at", "severity")}
    printed, _ = print_rows(event(seq, **wide) for seq in range(1, 6))
    ends = {column.x: column.x + column.width for column in UPPER[1:] + LOWER[1:]}
    ends[LOWER[0].x] = LOWER[0].x + LOWER[0].width
    drawn = [piece for page in printed.pages[FIRST:] for piece in page[HEADING:-2]]
    assert all(MARGIN < piece.y < PAGE_HEIGHT - MARGIN for piece in drawn)
    words = [piece for piece in drawn if set(piece.text) == {"W"}]
    assert {piece.x for piece in words} == set(ends) - {UPPER[2].x}
    for piece in words:
        em = 0.602 if "Mono" in str(printed.fonts[piece.font].BaseFont) else 0.93
        assert piece.x + em * len(piece.text) * piece.size <= ends[piece.x]
    assert max(ends.values()) <= PAGE_WIDTH - MARGIN + 7


def test_a_row_is_not_parted_when_it_fits_on_a_page(print_rows: Print) -> None:
    rows = [event(seq, summary="some words that wrap " * (seq % 9)) for seq in range(1, 200)]
    printed, _ = print_rows(rows)
    assert not any("continued" in text for text in printed.texts)
    for text in printed.texts[FIRST:]:
        assert text.count("2026-05-04T03:02:01") == text.count("ab" * 32)


def test_a_redacted_and_an_erased_value_are_told_apart_from_none(print_rows: Print) -> None:
    rows = [event(1), event(2, actor=None, erased="actor"), event(3, actor=None)]
    printed, _ = print_rows(rows, redacted=("ip",))
    page = printed.pages[FIRST][HEADING:-2]
    assert [p.text for p in page if p.x == 340.0] == ["olga@north.example", "erased"]
    assert [p.text for p in page if p.x == 395.0] == ["redacted"] * 3
    frames = pikepdf.unparse_content_stream(pikepdf.parse_content_stream(printed.pdf.pages[FIRST]))
    assert frames.count(b" re\nS") == 4


def test_bookmarks_part_by_month(print_rows: Print) -> None:
    rows = [event(seq, at=f"2026-0{1 + seq // 40}-01T00:00:00.000000Z") for seq in range(120)]
    printed, _ = print_rows(rows)
    with printed.pdf.open_outline() as outline:
        titles = [mark.title for mark in outline.root]
    assert titles == ["Cover", "2026-01", "2026-02", "2026-03"]


def test_the_cover_tells_what_it_was_given(print_rows: Print) -> None:
    facts = {
        "legal_entity": "North Holdings Ltd, 1234567",
        "verified": "The chain was verified to event 9 at 2026-05-04T03:00:00Z.",
        "filter": 'action:member.* summary with "quotes" ' * 30,
        "head_seq": 12,
        "head_hash": "cd" * 32,
        "whole": False,
        "redacted": ("actor", "ip"),
    }
    printed, _ = print_rows([event(3), event(5)], **facts)
    cover = printed.solid(0)
    for said in (
        facts["legal_entity"],
        facts["verified"],
        facts["filter"],
        facts["head_hash"],
        "a part of the organization only",
        "the first one printed is 3, the last 5",
        "actor, ip",
        "2026-05-04T03:02:01.000007Z",
        FACTS.export_id,
    ):
        assert squeezed(str(said)) in cover


def test_a_cover_that_does_not_fit_goes_on(print_rows: Print) -> None:
    printed, _ = print_rows([event()], filter="action:member.invited " * 400)
    cover = range(len(printed.pages) - 1)
    assert len(cover) > 1
    assert printed.solid(*cover).count("action:member.invited") == 400
    assert f"Page 2 of {len(printed.pages)}" in printed.texts[1]
    assert "What this is" in printed.texts[cover[-1]]


def test_no_event_is_a_page_that_says_so(print_rows: Print) -> None:
    printed, counted = print_rows([])
    assert (counted.rows, counted.first_seq, len(printed.pages)) == (0, None, 2)
    assert "No event matches." in printed.texts[FIRST]
    assert "none matches" in " ".join(printed.texts[0].split())


def test_the_same_rows_make_the_same_bytes(print_rows: Print, tmp_path: Path) -> None:
    made = []
    for _ in range(2):
        print_rows([event(n) for n in range(50)])
        made.append((tmp_path / "log.pdf").read_bytes())
    assert made[0] == made[1]


def test_facts_say_nothing_that_was_not_given() -> None:
    assert (FACTS.legal_entity, FACTS.verified, FACTS.filter) == ("", "", "")
    assert Facts.__dataclass_params__.frozen  # type: ignore[attr-defined]
