"""Registration numbers and countries: what passes, in which form, and what a fault says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govdesk.services import registrations
from govdesk.services.registrations import Checked

ABN = "51824753556"
LEI = "213800KUD8LAJWSQ9D15"


@pytest.mark.parametrize(
    "text",
    [
        "51824753556",
        "51 824 753 556",
        " 51-824-753-556 ",
        "ABN 51 824 753 556",
        "５１８２４７５３５５６",
    ],
)
def test_an_abn_is_kept_as_digits_and_shown_in_groups(text: str) -> None:
    assert registrations.abn(text) == Checked(ABN, "51 824 753 556")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "52 824 753 556",
            "The first two digits, 52, are check digits and do not fit 824 753 556.",
        ),
        ("51 842 753 556", "two have changed places"),
        ("5182475355", "An ABN has 11 digits; this has 10."),
        ("518247535566", "this has 12."),
        ("51 824 753 55O", "“O” in place 11"),
    ],
)
def test_a_wrong_abn_says_what_is_wrong_and_keeps_what_was_written(text: str, words: str) -> None:
    checked = registrations.abn(text)
    assert words in checked.fault
    assert (checked.value, checked.shown) == (None, text)


@given(st.integers(0, 10), st.integers(1, 9))
def test_every_wrong_digit_of_an_abn_is_found(place: int, more: int) -> None:
    digit = (int(ABN[place]) + more) % 10
    assert registrations.abn(f"{ABN[:place]}{digit}{ABN[place + 1 :]}").fault


@pytest.mark.parametrize("text", [LEI, LEI.lower(), "2138 00KU D8LA JWSQ 9D15"])
def test_an_lei_is_kept_in_capitals(text: str) -> None:
    assert registrations.lei(text) == Checked(LEI, LEI)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("213800KUD8LAJWSQ9D51", "The last two digits, 51, are check digits"),
        ("213800KUD8LXJWSQ9D15", "do not fit the 18 characters before them"),
        ("213800KUD8LAJWSQ9D1", "An LEI has 20 characters; this has 19."),
        ("213800KUD8LAJWSQ9DAB", "“AB” are none"),
        ("213800KUD8LÄJWSQ9D15", "“Ä” in place 12"),
    ],
)
def test_a_wrong_lei_says_what_is_wrong(text: str, words: str) -> None:
    assert words in registrations.lei(text).fault


@given(st.integers(0, 17))
def test_two_characters_of_an_lei_that_changed_places_are_found(place: int) -> None:
    swapped = LEI[:place] + LEI[place + 1] + LEI[place] + LEI[place + 2 :]
    if swapped != LEI:
        assert registrations.lei(swapped).fault


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("de 136 695 976", "DE136695976"),
        ("ATU13585627", "ATU13585627"),
        ("BE 697.449.992", "BE0697449992"),
        ("GR 094259216", "EL094259216"),
        ("EL094259216", "EL094259216"),
        ("fr 61 954 506 077", "FR61954506077"),
        ("NL 0044.95.445.B.01", "NL004495445B01"),
        ("XI 925901618", "XI925901618"),
    ],
)
def test_a_vat_number_is_kept_as_its_state_writes_it(text: str, kept: str) -> None:
    assert registrations.vat(text) == Checked(kept, kept)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("DE136695977", "The check digits of this number of Germany do not fit."),
        ("DE12", "is DE and then 9 digits; this has 2 characters after DE"),
        ("ATU1", "is AT and then U and 8 digits"),
        ("US136695976", "“US” is not one of them"),
        ("GB980780684", "“GB” is not one of them"),
        ("CHE107787577", "begins with the two letters of a member state"),
        ("DE13669597€", "“€” in place 11"),
        ("D", "begins with the two letters"),
    ],
)
def test_a_wrong_vat_number_names_the_rule_that_failed(text: str, words: str) -> None:
    checked = registrations.vat(text)
    assert words in checked.fault
    assert checked.value is None


def test_every_state_of_the_vat_table_can_be_told_of() -> None:
    faults = {state: registrations.vat(f"{state}1").fault for state in registrations.VAT_FORMS}
    assert {
        state for state, fault in faults.items() if f"is {state} and then" not in fault
    } == set()


@pytest.mark.parametrize("check", [registrations.abn, registrations.lei, registrations.vat])
def test_an_empty_field_is_no_fault(check: object) -> None:
    for blank in ("", "  ", "\u00a0"):
        assert check(blank) == Checked(None, "")  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [
        ("australia", "AU", "Australia"),
        ("au", "AU", "Australia"),
        ("AUS", "AU", "Australia"),
        ("Federal Republic of Germany", "DE", "Germany"),
        ("cote d'ivoire", "CI", "Côte d'Ivoire"),
        ("CÔTE D’IVOIRE", "CI", "Côte d'Ivoire"),
        ("Turkiye", "TR", "Türkiye"),
        (" Viet Nam ", "VN", "Vietnam"),
        ("Taiwan", "TW", "Taiwan"),
    ],
)
def test_a_country_is_found_by_any_of_its_names(text: str, code: str, name: str) -> None:
    assert registrations.country(text) == Checked(code, name)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Austrlia", "Did you mean Australia?"),
        ("Atlantis", "no country of ISO 3166"),
        ("?", "no country of ISO 3166"),
        ("北", "“北” is no country"),
    ],
)
def test_an_unknown_country_is_said_with_the_nearest(text: str, words: str) -> None:
    checked = registrations.country(text)
    assert words in checked.fault
    assert checked.value is None


def test_every_country_is_found_by_the_name_that_is_shown() -> None:
    found = registrations.countries()
    assert len(found) == 249
    assert [c for c in found if registrations.country(c.name) != Checked(c.code, c.name)] == []
    assert registrations.country_name("AU") == "Australia"
    assert registrations.country_name(None) == ""
