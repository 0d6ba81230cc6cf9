"""Claims about finding raw secrets: all of the one corpus, nothing of the other."""

from __future__ import annotations

import json
import re
from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govdesk.domain.raw_secrets import PATTERNS, RawSecret, find, fingerprint, refuse
from tests.secret_corpora import LAYERS, harmless, secrets

SECRETS = secrets()
HARMLESS = harmless()
TOKEN = "ghp_" + "aB3dE5gH7j" * 3 + "aB3dE5"


def test_the_corpora_are_as_large_as_promised() -> None:
    plain = [secret for secret in SECRETS if not secret.layers]
    assert len(plain) >= 200
    assert len({secret.kind for secret in plain}) >= 30
    assert {layer for secret in SECRETS for layer in secret.layers} == set(LAYERS)
    assert max(len(secret.layers) for secret in SECRETS) == 3
    assert len(set(HARMLESS)) >= 500


def test_every_secret_is_found_and_named() -> None:
    wrong = [
        (secret.kind, secret.layers, found and found.name)
        for secret in SECRETS
        if (found := find(secret.text)) is None or found.name != secret.kind
    ]
    assert wrong == []


def test_no_harmless_value_is_taken_for_a_secret() -> None:
    assert [(value, found.name) for value in HARMLESS if (found := find(value))] == []


def test_every_kind_stands_in_the_corpus_and_is_well_formed() -> None:
    assert set(Counter(secret.kind for secret in SECRETS)) == {one.name for one in PATTERNS}
    assert len({one.name for one in PATTERNS}) == len(PATTERNS) >= 30
    for one in PATTERNS:
        assert re.compile(one.pattern).groups == 1, one.name
        assert one.hint.isascii()
        assert one.hint == one.hint.lower()
        assert re.fullmatch("[a-z0-9_]+", one.name)
        assert re.match("(a|an|the) |exported ", one.title)


def test_a_hint_stands_in_everything_that_its_pattern_finds() -> None:
    for secret in SECRETS:
        for one in PATTERNS:
            if re.search(one.pattern, secret.text):
                assert one.hint in secret.text.lower(), one.name


def test_patterns_keep_to_what_both_engines_understand() -> None:
    for one in PATTERNS:
        assert not re.search(r"\(\?<|\(\?P|\(\?[a-z]|[*+?}]\?|\$\)|\\[A-Zabdswxy0-9]", one.pattern)
        assert all(int(n) <= 255 for n in re.findall(r"\{[0-9]*,?([0-9]+)\}", one.pattern))


@given(st.lists(st.sampled_from(sorted(set(LAYERS) - {"base64-lines"})), max_size=3))
@settings(max_examples=60, deadline=None)
def test_three_layers_of_any_encoding_hide_nothing(layers: list[str]) -> None:
    text = TOKEN
    for layer in layers:
        text = LAYERS[layer](text)
    found = find(text)
    assert found is not None
    assert found.name == "github"
    assert found.fingerprint == sha256(TOKEN.encode()).hexdigest()[:12]


@given(st.text(max_size=150), st.text(max_size=150))
@settings(max_examples=200, deadline=None)
def test_no_text_around_a_secret_hides_it(before: str, after: str) -> None:
    assert find(f"{before} {TOKEN} {after}") is not None
    assert find(f"{before} {LAYERS['base64'](TOKEN)} {after}") is not None


def test_what_is_found_is_told_by_kind_and_fingerprint_only() -> None:
    with pytest.raises(RawSecret) as caught:
        refuse(f"see {TOKEN} there", "Name")
    told = str(caught.value) + repr(caught.value.__dict__) + repr(find(TOKEN))
    assert TOKEN not in told
    assert TOKEN[4:] not in told
    assert fingerprint(TOKEN) in caught.value.sentence
    assert caught.value.sentence.startswith("Name contains what looks like a GitHub token")
    assert "vault://" in caught.value.remedy
    refuse("see the handbook", "Name")


def test_the_first_row_names_a_text_with_two_secrets_wherever_they_stand() -> None:
    account = json.dumps({"b": TOKEN, "a": "https://jane:hunter2two@db.acme.example"})
    for text in (account, account[::-1][::-1], json.dumps([account, account])):
        found = find(text)
        assert found is not None
        assert found.name == "github"


def test_a_long_text_is_searched_in_reasonable_time() -> None:
    # Encoded three times over, at the largest that a connection's settings may be.
    text = "x" * 6_000
    for _ in range(3):
        text = LAYERS["base64"](text)
    assert find(text) is None
    for hard in ("a" * 16_000, "password" * 2_000, "://" * 5_000, "Basic " * 2_500, "eyJ." * 4_000):
        find(hard)
