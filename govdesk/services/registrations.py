"""Registration numbers and countries as people write them: checked, and put into one form.

Check digits are python-stdnum's: ABN (Australian Business Register), LEI (ISO 17442-1, check
digits of ISO/IEC 7064 MOD 97-10), VAT numbers of the European Union (the form of each member state,
as VIES has it). Countries are ISO 3166-1, from pycountry. A number that passes here may still
belong to nobody: only its register knows that.
"""

from __future__ import annotations

import difflib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from stdnum.au import abn as _abn
from stdnum.eu import vat as _vat
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.iso7064 import mod_97_10
from stdnum.util import clean

_SEPARATORS: Final = " -./\t\u00a0\u202f"
_ABN_DIGITS: Final = 11
_LEI_LENGTH: Final = 20
_NEAR: Final = 0.7

VAT_FORMS: Final[dict[str, tuple[str, str]]] = {
    "AT": ("Austria", "U and 8 digits"),
    "BE": ("Belgium", "10 digits, of which the first is 0 or 1"),
    "BG": ("Bulgaria", "9 or 10 digits"),
    "CY": ("Cyprus", "8 digits and a letter"),
    "CZ": ("Czechia", "8 to 10 digits"),
    "DE": ("Germany", "9 digits"),
    "DK": ("Denmark", "8 digits"),
    "EE": ("Estonia", "9 digits"),
    "EL": ("Greece", "9 digits"),
    "ES": ("Spain", "9 characters, of which the first or the last is a letter"),
    "FI": ("Finland", "8 digits"),
    "FR": ("France", "2 characters and 9 digits"),
    "HR": ("Croatia", "11 digits"),
    "HU": ("Hungary", "8 digits"),
    "IE": ("Ireland", "7 digits and 1 or 2 letters"),
    "IT": ("Italy", "11 digits"),
    "LT": ("Lithuania", "9 or 12 digits"),
    "LU": ("Luxembourg", "8 digits"),
    "LV": ("Latvia", "11 digits"),
    "MT": ("Malta", "8 digits"),
    "NL": ("the Netherlands", "9 digits, B and 2 digits"),
    "PL": ("Poland", "10 digits"),
    "PT": ("Portugal", "9 digits"),
    "RO": ("Romania", "2 to 10 digits"),
    "SE": ("Sweden", "12 digits, of which the last two are 01"),
    "SI": ("Slovenia", "8 digits"),
    "SK": ("Slovakia", "10 digits"),
    "XI": ("Northern Ireland", "9 or 12 digits"),
}
"""Prefix of a VAT number: whose it is, and what follows it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was written. `value` is what is kept, `shown` how people group it.

    With a `fault`, a sentence, there is no value and `shown` is what was written; an empty field is
    no fault and has no value.
    """

    value: str | None
    shown: str
    fault: str = ""


_NOTHING: Final = Checked(None, "")


def _compact(text: str) -> str:
    """Without spaces and separators, in capitals; digits of other widths are digits."""
    plain = unicodedata.normalize("NFKC", text)
    return str(clean(plain, _SEPARATORS)).strip().upper()


def _stranger(compact: str, allowed: str, noun: str) -> str:
    """Name the first character that may not stand in a number; empty without one."""
    for place, character in enumerate(compact, 1):
        if character not in allowed:
            return f"{noun}; “{character}” in place {place} is not one of them."
    return ""


_DIGITS: Final = "0123456789"
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def abn(text: str) -> Checked:
    """Check an Australian Business Number: 11 digits, the first two are check digits."""
    number = _compact(text).removeprefix("ABN")
    if not number:
        return _NOTHING
    fault = _stranger(number, _DIGITS, "An ABN is written in digits")
    if not fault and len(number) != _ABN_DIGITS:
        fault = f"An ABN has {_ABN_DIGITS} digits; this has {len(number)}."
    if not fault and _abn.calc_check_digits(number[2:]) != number[:2]:
        rest = f"{number[2:5]} {number[5:8]} {number[8:]}"
        fault = (
            f"The first two digits, {number[:2]}, are check digits and do not fit {rest}."
            " A digit is wrong, or two have changed places."
        )
    return Checked(None, text, fault) if fault else Checked(number, grouped_abn(number))


def grouped_abn(number: str) -> str:
    """An ABN as the Australian Business Register prints it: 51 824 753 556."""
    return str(_abn.format(number))


def lei(text: str) -> Checked:
    """Check a Legal Entity Identifier: 20 characters, the last two are check digits."""
    number = _compact(text).removeprefix("LEI:")
    if not number:
        return _NOTHING
    fault = _stranger(number, _DIGITS + _LETTERS, "An LEI is written in digits and letters A to Z")
    if not fault and len(number) != _LEI_LENGTH:
        fault = f"An LEI has {_LEI_LENGTH} characters; this has {len(number)}."
    if not fault and not number[-2:].isdigit():
        fault = f"The last two characters of an LEI are check digits; “{number[-2:]}” are none."
    if not fault and not mod_97_10.is_valid(number):
        fault = (
            f"The last two digits, {number[-2:]}, are check digits and do not fit the"
            f" {_LEI_LENGTH - 2} characters before them. One is wrong, or two have changed places."
        )
    return Checked(None, text, fault) if fault else Checked(number, number)


def vat(text: str) -> Checked:
    """Check a VAT number of the European Union, or of Northern Ireland (XI)."""
    number = _compact(text)
    if not number:
        return _NOTHING
    if number.startswith("GR"):
        number = "EL" + number[2:]
    fault = _stranger(number, _DIGITS + _LETTERS + "+*", "A VAT number is digits and letters")
    if not fault and number[:2] not in VAT_FORMS:
        fault = (
            "An EU VAT number begins with the two letters of a member state, such as DE;"
            f" “{number[:2]}” is not one of them."
        )
    if fault:
        return Checked(None, text, fault)
    return _vat_of_state(text, number)


def _vat_of_state(text: str, number: str) -> Checked:
    state, form = VAT_FORMS[number[:2]]
    try:
        kept = str(_vat.validate(number))
    except InvalidChecksum:
        return Checked(
            None,
            text,
            f"The check digits of this number of {state} do not fit. A character after"
            f" {number[:2]} is wrong, or two have changed places.",
        )
    except ValidationError:
        given = len(number) - 2
        return Checked(
            None,
            text,
            f"A VAT number of {state} is {number[:2]} and then {form}; this has {given}"
            f" {'character' if given == 1 else 'characters'} after {number[:2]}, or others.",
        )
    return Checked(kept, kept)


# Countries


@dataclass(frozen=True, slots=True)
class Country:
    """A country of ISO 3166-1 by its usual English name."""

    code: str
    name: str


@lru_cache(maxsize=1)
def countries() -> tuple[Country, ...]:
    """Every country, in the order of the names."""
    import pycountry  # reads its data when it is loaded; most commands need none

    found = (
        Country(row.alpha_2, getattr(row, "common_name", row.name)) for row in pycountry.countries
    )
    return tuple(sorted(found, key=lambda country: _folded(country.name)))


@lru_cache(maxsize=1)
def _by_word() -> dict[str, Country]:
    """Countries by everything ISO 3166-1 calls them: names, and codes of two and three letters."""
    import pycountry

    usual = {country.code: country for country in countries()}
    words: dict[str, Country] = {}
    for row in pycountry.countries:
        names = (row.name, getattr(row, "common_name", ""), getattr(row, "official_name", ""))
        for word in (*names, row.alpha_2, row.alpha_3):
            if word:
                words[_folded(word)] = usual[row.alpha_2]
    return words


def _folded(word: str) -> str:
    """Without accents, capitals, punctuation and blanks to spare."""
    plain = unicodedata.normalize("NFKD", word).casefold()
    kept = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


def country(text: str) -> Checked:
    """Find a country by name or code; `value` is its code of two letters, `shown` its name."""
    word = _folded(text)
    if not word:
        return _NOTHING if not text.strip() else Checked(None, text, _unknown(text))
    found = _by_word().get(word)
    if found is None:
        return Checked(None, text, _unknown(text))
    return Checked(found.code, found.name)


def country_name(code: str | None) -> str:
    """The usual name of a code of two letters; the code itself if it is none, nothing for none."""
    found = _by_word().get((code or "").casefold())
    return found.name if found is not None else (code or "")


def _unknown(text: str) -> str:
    near = difflib.get_close_matches(_folded(text), _by_word(), 1, _NEAR)
    hint = f" Did you mean {_by_word()[near[0]].name}?" if near else " Choose one from the list."
    return f"“{text.strip()}” is no country of ISO 3166.{hint}"
