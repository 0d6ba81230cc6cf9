"""Claims about characters: each is a glyph or a counted code point, none hides or moves others."""

from __future__ import annotations

import struct
import unicodedata
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfbase.ttfonts import TTFontFace

from govdesk.exports.pdf.bidi import visual
from govdesk.exports.pdf.characters import code_point, is_right_to_left
from govdesk.exports.pdf.fonts import fonts_folder
from govdesk.exports.pdf.found_fonts import FontShelf, read
from govdesk.exports.pdf.printing import print_log
from tests.printed import Printed
from tests.unit.exports.conftest import FACTS, Print, event

FIRST = 1


@pytest.mark.parametrize(
    "hidden",
    ["\u202e", "\u2066", "\u200b", "\u00ad", "\U000e0041", "\ufe0f", "\u3164", "\u2028", "\x1b",
     "\n", "\t", "\x7f", "\ue000", "\U0010ffff", "\u2060", "\u061c"],
)  # fmt: skip
def test_what_is_invisible_or_reorders_is_a_code_point_in_a_box(
    print_rows: Print, hidden: str
) -> None:
    printed, counted = print_rows([event(summary=f"left{hidden}right")])
    assert f"leftU+{ord(hidden):04X}right" in printed.solid(FIRST)
    assert counted.boxed == {hidden: 1}


def test_the_cover_counts_code_points_and_their_kinds(print_rows: Print) -> None:
    rows = [event(n, summary="\U0001f511" * 12 + "\u65e5" + "\u202e") for n in range(3)]
    printed, counted = print_rows(rows)
    assert counted.boxed == {"\U0001f511": 36, "\u65e5": 3, "\u202e": 3}
    cover = " ".join(printed.texts[0].split())
    assert "42 characters of 3 kinds have no glyph here" in cover
    assert "U+1F511 × 36, U+202E × 3, U+65E5 × 3" in cover


def test_marks_without_a_letter_and_piles_of_marks_are_boxed(print_rows: Print) -> None:
    printed, counted = print_rows([event(summary="\u0301" * 40)])
    assert counted.boxed == {"\u0301": 40}
    assert printed.solid(FIRST).count("U+0301") == 40
    _, counted = print_rows([event(summary="q" + "\u0335" * 10 + " fine")])
    assert counted.boxed == {"\u0335": 7}


def test_a_letter_with_a_mark_of_its_own_is_composed(print_rows: Print) -> None:
    printed, counted = print_rows([event(summary="Jose\u0301 o\u0308")])
    assert "Jos\u00e9\u00f6" in printed.solid(FIRST)
    assert counted.boxed == {}


def test_lone_surrogates_do_not_stop_the_print(print_rows: Print) -> None:
    printed, counted = print_rows([event(summary="a\ud800b\udfffc")])
    assert "aU+D800bU+DFFFc" in printed.solid(FIRST)
    assert sum(counted.boxed.values()) == 2


def test_every_box_has_a_frame_around_its_text(print_rows: Print) -> None:
    printed, _ = print_rows([event(summary="\u65e5\u672c and \u8a9e")])
    content = printed.pdf.pages[FIRST].Contents[0].read_bytes()
    assert content.count(b" re S") == 3


@pytest.mark.parametrize(
    ("stored", "drawn"),
    [
        ("plain (text)", "plain (text)"),
        ("אבג", "גבא"),
        ("a אבג b", "a גבא b"),
        ("אבג 123 דהו", "והד 123 גבא"),
        ("שלום (עולם)", "(םלוע) םולש"),
        ("see [אב] now", "see [בא] now"),
        ("אב: 5.25%, גד", "דג ,5.25% :בא"),
        ("مر ٤٢", "٤٢ رم"),
        ("בּג", "גבּ"),
        ("x אב.", "x בא."),
    ],
)
def test_right_to_left_runs_are_drawn_in_their_direction(stored: str, drawn: str) -> None:
    assert visual(stored, frozenset()) == drawn


def test_text_is_only_rearranged_never_changed() -> None:
    stored = "אב (a) 12 [ג] <ד> مرحبا 3.4 x"
    mirrored = str.maketrans("()[]<>", "((" + "[[" + "<<")
    drawn = visual(stored, frozenset())
    assert sorted(drawn.translate(mirrored)) == sorted(stored.translate(mirrored))


def test_right_to_left_and_joined_scripts_are_told_on_the_cover(print_rows: Print) -> None:
    printed, counted = print_rows([event(summary="שלום"), event(2, summary="مرحبا")])
    assert (counted.right_to_left, counted.joined) == (9, 5)
    assert "from right to left" in " ".join(printed.texts[0].split())
    assert "letters join or stack" in " ".join(printed.texts[0].split())


ALPHABET = st.characters(exclude_categories=["Mn", "Me", "Cs"]).filter(
    lambda char: not is_right_to_left(char) and unicodedata.bidirectional(char) != "AN"
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(ALPHABET, max_size=200), min_size=1, max_size=4))
def test_any_text_is_printed_whole_as_glyphs_and_code_points(summaries: list[str]) -> None:
    written = BytesIO()
    rows = [event(place, summary=text) for place, text in enumerate(summaries)]
    counted = print_log(rows, FACTS, written.write, shelf=FontShelf([]))
    pages = Printed(written).pages[FIRST:]
    shown = "".join(p.text for page in pages for p in page[13:] if p.x == 78.0 and p.size != 7.0)
    expected = "".join(
        code_point(char) if char in counted.boxed else char for text in summaries for char in text
    )
    assert "".join(shown.split()) == "".join(expected.split())
    assert sum(counted.boxed.values()) == sum(
        text.count(char) for char in counted.boxed for text in summaries
    )


def test_a_found_font_is_asked_only_for_what_the_bundled_ones_lack(print_rows: Print) -> None:
    class Watched(FontShelf):
        asked: list[int] = []  # noqa: RUF012

        def having(self, code: int):  # type: ignore[no-untyped-def]
            self.asked.append(code)
            return super().having(code)

    shelf = Watched([])
    print_rows([event(n, summary="Καλημέρα, мир, José → \u65e5\u65e5") for n in range(5)], shelf)
    assert shelf.asked == [0x65E5]


@pytest.mark.parametrize("kind", ["ttf", "ttc"])
def test_a_glyph_of_a_found_font_is_embedded_and_readable(
    print_rows: Print, tmp_path: Path, kind: str
) -> None:
    font = tmp_path / f"found.{kind}"
    font.write_bytes(collection(key_font()) if kind == "ttc" else key_font())
    printed, counted = print_rows([event(summary="\U0001f511 key")], FontShelf([str(font)]))
    assert counted.boxed == {}
    assert "\U0001f511key" in printed.solid(FIRST)
    assert any("TestSans" in str(font.BaseFont) for font in printed.fonts.values())


@pytest.mark.parametrize("char", [" ", "\u0301"])
def test_a_glyph_that_cannot_be_seen_is_no_glyph(
    print_rows: Print, tmp_path: Path, char: str
) -> None:
    """Drawn as a space, or without a width: fonts exist that do so for whole scripts."""
    font = tmp_path / "blank.ttf"
    font.write_bytes(key_font(drawn_as=char))
    _, counted = print_rows([event(summary="\U0001f511 key")], FontShelf([str(font)]))
    assert counted.boxed == {"\U0001f511": 1}


def key_font(drawn_as: str = "A") -> bytes:
    """A font whose one character is a key, U+1F511, drawn as another, under a name of its own."""
    source = fonts_folder() / "NotoSans-Regular.ttf"
    data = source.read_bytes()
    glyph = TTFontFace(str(source)).charToGlyph[ord(drawn_as)]
    group = struct.pack(">HHLLLLLL", 12, 0, 28, 0, 1, 0x1F511, 0x1F511, glyph)
    cmap = struct.pack(">HHHHL", 0, 1, 3, 10, 12) + group
    offset = {t[0]: t[2] for t in directory(data)}[b"cmap"]
    changed = data[:offset] + cmap + data[offset + len(cmap) :]
    for code in ("ascii", "utf-16-be"):
        changed = changed.replace("NotoSans-".encode(code), "TestSans-".encode(code))
    return changed


def directory(data: bytes) -> list[tuple[bytes, int, int, int]]:
    return list(struct.iter_unpack(">4sLLL", data[12 : 12 + 16 * data[5]]))


def collection(data: bytes) -> bytes:
    """The font as the only one of a collection, whose tables are addressed from its beginning."""
    head = struct.pack(">4sLLL", b"ttcf", 0x00010000, 1, 16)
    moved = [struct.pack(">4sLLL", tag, check, at + 16, n) for tag, check, at, n in directory(data)]
    return head + data[:12] + b"".join(moved) + data[12 + 16 * data[5] :]


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "cff", "noise"])
def test_a_damaged_font_has_no_characters_and_breaks_nothing(
    print_rows: Print, tmp_path: Path, damage: str
) -> None:
    whole = key_font()
    data = {
        "empty": b"",
        "text": b"not a font at all, but long enough to have a head",
        "cut": whole[:60_000],
        "cff": b"OTTO" + whole[4:],
        "noise": whole[:5000] + bytes(reversed(whole[5000:])),
    }[damage]
    font = tmp_path / "bad.ttf"
    font.write_bytes(data)
    printed, counted = print_rows([event(summary="\U0001f511 key")], FontShelf([str(font)]))
    assert counted.boxed == {"\U0001f511": 1}
    assert "U+1F511key" in printed.solid(FIRST)


def test_bundled_fonts_are_small_licensed_and_cover_latin_greek_and_cyrillic() -> None:
    files = sorted(fonts_folder().glob("*.ttf"))
    assert len(files) == 4
    needed = [*range(0x20, 0x7F), *range(0xA1, 0x180), *range(0x386, 0x3CF), *range(0x400, 0x460)]
    for path in files:
        assert path.stat().st_size < 1 << 20
        [found] = read(str(path))
        lacking = [
            f"{c:04X}" for c in needed if not found.has(c) and c not in (0x38B, 0x38D, 0x3A2)
        ]
        assert not lacking, (path.name, lacking)
    licences = "".join(p.read_text(encoding="utf-8") for p in fonts_folder().glob("LICENSE*"))
    assert "SIL OPEN FONT LICENSE Version 1.1" in licences
    assert "Bitstream Vera" in licences
