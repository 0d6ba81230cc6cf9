"""Claims about the text of an API key: every slip of a typist is found, and nothing shows it."""

from __future__ import annotations

import pickle
import string
import zlib
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govdesk.domain.api_keys import ALPHABET, ENVIRONMENTS, ApiKey, Environment, MalformedKey
from govdesk.domain.problem import Problem

FIXED = (
    "gd_prod_m67rqD9W6bls_" + "0" * 43,
    "gd_dev_" + "z" * 12 + "_" + "zZ0" * 14 + "z",
    "gd_staging_0123456789AB_" + ALPHABET[:43],
)


def whole(body: str) -> str:
    """A key with the checksum computed as the specification says, not as the code does."""
    number, digits = zlib.crc32(body.encode()), []
    while number:
        digits.append(ALPHABET[number % 62])
        number //= 62
    return body + "_" + "".join(reversed(digits)).rjust(6, "0")


def reason(text: str) -> str:
    with pytest.raises(MalformedKey) as caught:
        ApiKey.parse(text)
    return caught.value.reason


KEYS = [whole(body) for body in FIXED] + [ApiKey.generate(one).raw for one in ENVIRONMENTS]


@pytest.mark.parametrize("raw", KEYS, ids=range(len(KEYS)))
def test_every_single_mistyped_character_is_found(raw: str) -> None:
    tried = by_checksum = 0
    for at, right in enumerate(raw):
        for wrong in set(ALPHABET + "_- ") - {right}:
            found = reason(raw[:at] + wrong + raw[at + 1 :])
            tried += 1
            by_checksum += found == "checksum"
    assert tried == len(raw) * 65 - raw.count("_") * 1 - (len(raw) - raw.count("_")) * 1
    secret_and_id = 12 + 43 + 6
    assert by_checksum >= secret_and_id * 61


@pytest.mark.parametrize("raw", KEYS, ids=range(len(KEYS)))
def test_every_swap_of_two_neighbours_is_found(raw: str) -> None:
    tried = 0
    for at in range(len(raw) - 1):
        swapped = raw[:at] + raw[at + 1] + raw[at] + raw[at + 2 :]
        if swapped != raw:
            assert reason(swapped) in ("checksum", "shape", "environment")
            tried += 1
    assert tried >= 15


@pytest.mark.parametrize("raw", KEYS, ids=range(len(KEYS)))
def test_a_character_too_few_or_too_many_is_found(raw: str) -> None:
    for at in range(len(raw)):
        reason(raw[:at] + raw[at + 1 :])
        reason(raw[:at] + "a" + raw[at:])
    assert ApiKey.parse(raw).raw == raw


@given(st.sampled_from(ENVIRONMENTS))
def test_a_generated_key_has_the_form_and_is_read_back(environment: Environment) -> None:
    key = ApiKey.generate(environment)
    head, name, key_id, secret, crc = key.raw.split("_")
    assert (head, name, len(key_id), len(secret), len(crc)) == ("gd", environment, 12, 43, 6)
    assert set(key_id + secret + crc) <= set(ALPHABET)
    assert key.raw == whole(key.raw.rpartition("_")[0])
    again = ApiKey.parse(key.raw)
    assert (again, again.prefix, again.key_id, again.environment) == (
        key, f"gd_{environment}_{key_id}", key_id, environment
    )  # fmt: skip
    assert again.inner == sha256(key.raw.encode()).digest()


def test_generated_keys_use_the_whole_alphabet_and_never_repeat() -> None:
    keys = [ApiKey.generate("prod") for _ in range(300)]
    assert len({key.key_id for key in keys}) == len({key.raw for key in keys}) == 300
    assert {c for key in keys for c in key.raw.split("_")[3]} == set(ALPHABET)
    assert keys[0] != keys[1]
    assert keys[0] != keys[0].raw


@given(st.text(max_size=200))
def test_any_text_is_a_key_or_malformed(text: str) -> None:
    assert reason(text) in ("shape", "environment", "checksum")


@given(st.text(string.printable, max_size=3), st.text(string.printable, max_size=3))
def test_nothing_may_stand_around_a_key(before: str, after: str) -> None:
    if before or after:
        reason(before + KEYS[0] + after)


def test_the_reason_says_what_is_wrong() -> None:
    assert reason("hunter2") == "shape"
    assert reason(whole("gd_test_m67rqD9W6bls_" + "0" * 43)) == "environment"
    assert reason(KEYS[0][:-1] + "~") == "shape"
    assert reason(KEYS[0].replace("gd_prod", "gd_dev")) == "checksum"
    assert reason(KEYS[0] + "\n") == "shape"
    assert reason(KEYS[0].replace("0", "٠")) == "shape"
    with pytest.raises(MalformedKey):
        ApiKey.generate("test")  # type: ignore[arg-type]


def test_neither_a_key_nor_its_error_shows_the_secret() -> None:
    key = ApiKey.parse(KEYS[0])
    secret = KEYS[0].split("_")[3]
    for shown in (repr(key), str(key), f"{key}", f"{[key]}", f"{key!r:>80}"):
        assert secret not in shown
        assert key.prefix in shown
    with pytest.raises(MalformedKey) as caught:
        ApiKey.parse(KEYS[0][:-1])
    error = caught.value
    assert secret not in repr(error) + str(error) + repr(error.args) + repr(error.__dict__)
    assert isinstance(error, Problem)
    assert error.exit_code == 2
    assert pickle.loads(pickle.dumps(error)).reason == "shape"
