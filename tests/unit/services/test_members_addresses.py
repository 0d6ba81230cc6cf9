"""Claims: addresses and names in any script are taken as people write them, deceit is not."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govdesk.domain.addresses import BadAddress, Pasted, address, name_fault, one_line, pasted
from govdesk.services.roles import key_for


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ada@Acme.Example ", "ada@acme.example"),
        ("o'neill+claims@mail.acme.co.uk", "o'neill+claims@mail.acme.co.uk"),
        ("grüße@exämple.com", "grüße@exämple.com"),
        ("gru\u0308ße@example.com", "grüße@example.com"),
        ("用户@例子.中国", "用户@例子.中国"),
        ("محمد@مثال.إختبار", "محمد@مثال.إختبار"),
        ("a.b_c@xn--exmple-cua.com", "a.b_c@xn--exmple-cua.com"),
    ],
)
def test_an_address_in_any_script_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "ada", "@acme.example", "ada@", "ada@acme", "ada@@acme.example", "a b@acme.example",
        ".ada@acme.example", "ada.@acme.example", "a..b@acme.example", "ada@-acme.example",
        "ada@acme..example", "ada@acme.example.", "ada@127.0.0.1", "ada@acme.exa mple",
        "ada\u202e@acme.example", "ada@ac\u200bme.example", "ada\n@acme.example",
        "<ada@acme.example>", f"{'a' * 65}@acme.example", f"ada@{'a' * 64}.example",
        f"ada@{'a.' * 130}example", "ada@acme.example\x00",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(BadAddress) as refused:
        address(typed)
    assert str(refused.value).endswith(".")


@given(st.text(max_size=300))
def test_any_text_is_an_address_in_its_kept_form_or_a_bad_address(text: str) -> None:
    try:
        kept = address(text)
    except BadAddress:
        return
    assert kept == unicodedata.normalize("NFC", kept).lower() == address(kept)
    assert kept.count("@") >= 1
    assert not any(sign.isspace() for sign in kept)
    assert len(kept) <= 254


def test_a_pasted_list_brings_names_and_judges_each_by_itself() -> None:
    text = "ada@acme.example; Mei Tan <Mei@acme.example>,\n\n  nonsense\r\nADA@acme.example,"
    assert list(pasted(text)) == [
        Pasted("ada@acme.example", "ada@acme.example"),
        Pasted("Mei Tan <Mei@acme.example>", "mei@acme.example", "Mei Tan"),
        Pasted("nonsense", fault="An address looks like name@example.com."),
        Pasted("ADA@acme.example", "ada@acme.example", "", "This address stands here twice."),
    ]


@given(st.text(max_size=400))
def test_no_paste_is_too_strange(text: str) -> None:
    for one in pasted(text):
        assert one.email or one.fault


def test_a_name_is_one_line_and_keeps_its_script() -> None:
    assert one_line("  Mei\n\tTan ") == "Mei Tan"
    assert one_line("محمد الأحمد") == "محمد الأحمد"
    assert one_line("می\u200cخواهم") == "می\u200cخواهم"
    assert one_line("evil\u202etxt.exe\u2066") == "eviltxt.exe"


def test_an_essay_is_no_name_and_the_sentence_says_how_long_it_is() -> None:
    assert name_fault("x" * 200) == ""
    assert name_fault("word " * 1000) == "A name has at most 200 characters; this has 4,999."
    assert name_fault(" \n ") == "A name has at least one character."


@pytest.mark.parametrize(
    "title", ["Night Shift", "Nachtschicht für Ä", "夜勤", "", "123", "_", "a" * 300]
)
def test_a_role_of_any_title_gets_a_key_of_the_tables_shape(title: str) -> None:
    import re

    shape = re.compile(r"^[a-z][a-z0-9_]{0,62}$")
    key = key_for(title)
    assert shape.match(key)
    again = key_for(title, [key])
    assert shape.match(again)
    assert again != key
