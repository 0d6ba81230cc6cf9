"""Claims: an envelope opens with its key in its place, and with no other bit, key or place."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govdesk.domain.problem import Problem
from govdesk.vault import envelope as module
from govdesk.vault.context import Context, join, pairs_of
from govdesk.vault.envelope import MAX_PLAINTEXT, cut, open_, rewrap, seal, version_of
from govdesk.vault.errors import (
    DamagedEnvelope,
    MissingKey,
    OtherKey,
    RetiredKey,
    UnknownSuite,
    VaultProblem,
    WrongProvider,
)
from govdesk.vault.providers import KeyRing, TenantKey
from tests.unit.vault.places import HARBOUR, HOME, places, samples

KEY = TenantKey.generate(1)
RING = KeyRing([KEY], current=1)

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
contexts = st.builds(Context, st.uuids(), names, st.uuids(), names, st.integers(0, 2**31))


class Careless:
    """A key provider that forgets what it was told about the place."""

    provider = "careless"
    version = 1

    def wrap(self, data_key: bytes, context: bytes) -> bytes:
        return KEY.wrap(data_key, b"")

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        return KEY.unwrap(wrapped, b"")


@settings(deadline=None)
@given(context=contexts, plaintext=st.binary(max_size=2000))
def test_what_was_sealed_opens_in_its_place(context: Context, plaintext: bytes) -> None:
    sealed = seal(KEY, context, plaintext)
    assert open_(RING, context, sealed) == plaintext
    assert len(plaintext) < 8 or plaintext not in cut(sealed).ciphertext
    assert version_of(sealed) == 1


@settings(deadline=None)
@given(one=contexts, other=contexts)
def test_no_two_places_are_written_the_same(one: Context, other: Context) -> None:
    assert (one.encode() == other.encode()) == (one == other)
    assert pairs_of(one.encode()) == one.pairs()


def test_moving_letters_between_names_is_another_place() -> None:
    one, other = replace(HOME, table="ab", column="c"), replace(HOME, table="a", column="bc")
    with pytest.raises(DamagedEnvelope):
        open_(RING, other, seal(KEY, one, b"note"))


@pytest.mark.parametrize("text", [b"", b"\x00", b"\x00\x00\x00\x05ab", join(b"x")])
def test_other_bytes_are_no_context(text: bytes) -> None:
    with pytest.raises(ValueError, match="context"):
        pairs_of(text)


def test_every_single_bit_flip_is_found() -> None:
    sealed = seal(KEY, HOME, b"An address that nobody else should know")
    found = 0
    for bit in range(len(sealed) * 8):
        flipped = bytearray(sealed)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(VaultProblem) as caught:
            open_(lambda _: KEY, HOME, bytes(flipped))
        assert type(caught.value) in (DamagedEnvelope, UnknownSuite, WrongProvider)
        found += 1
    assert found == len(sealed) * 8 > 1400


def test_every_envelope_that_is_too_short_or_too_long_is_found() -> None:
    sealed = seal(KEY, HOME, b"note")
    for length in range(len(sealed)):
        with pytest.raises(DamagedEnvelope):
            open_(RING, HOME, sealed[:length])
    with pytest.raises(DamagedEnvelope):
        open_(RING, HOME, sealed + b"\x00")


@settings(max_examples=300, deadline=None)
@given(noise=st.binary(max_size=300))
def test_noise_is_refused_with_a_sentence(noise: bytes) -> None:
    for text in (noise, b"GDE1\x01" + noise, b"GDE1\x01\x00\x00\x00\x01\x07members" + noise):
        with pytest.raises(VaultProblem):
            open_(RING, HOME, text)


def test_there_is_one_way_to_write_an_envelope() -> None:
    sealed = seal(KEY, HOME, b"")
    parts = cut(sealed)
    assert parts.join() == sealed
    for other in (
        replace(parts, version=0),
        replace(parts, provider="Members"),
        replace(parts, provider=""),
        replace(parts, provider="m" * 33),
        replace(parts, wrapped=b""),
        replace(parts, ciphertext=parts.ciphertext[:-1]),
    ):
        with pytest.raises(DamagedEnvelope):
            cut(other.join())


def test_none_of_all_swaps_decrypts() -> None:
    keys = [TenantKey.generate(version) for version in (1, 2, 3)]
    ring = KeyRing(keys, current=3)
    moved = opened = 0
    for sample in samples(*keys):
        for place in places():
            if place == sample.context:
                assert open_(ring, place, sample.envelope).startswith(b"note")
                opened += 1
                continue
            with pytest.raises(DamagedEnvelope):
                open_(ring, place, sample.envelope)
            moved += 1
    assert (opened, moved) == (48, 48 * 47)


def test_the_place_is_bound_even_if_the_key_provider_forgets_it() -> None:
    sealed = seal(Careless(), HOME, b"note")
    assert open_(lambda _: Careless(), HOME, sealed) == b"note"
    for place in places():
        if place != HOME:
            with pytest.raises(DamagedEnvelope):
                open_(lambda _: Careless(), place, sealed)


def test_a_body_made_for_another_header_is_refused_by_its_own_tag() -> None:
    """Same data key, same place, a true commitment: only the header differs, by its wrapping."""
    parts = cut(seal(KEY, HOME, b"note"))
    data_key = KEY.unwrap(parts.wrapped, HOME.encode())
    again = replace(parts, wrapped=KEY.wrap(data_key, HOME.encode()))
    with pytest.raises(DamagedEnvelope):
        open_(RING, HOME, again.join())


def test_a_data_key_that_was_not_committed_to_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever can craft a body that two keys open still commits to one of them."""
    monkeypatch.setattr(module, "_commitment", lambda data_key, place: bytes(32))
    sealed = seal(KEY, HOME, b"note")
    assert open_(RING, HOME, sealed) == b"note"
    monkeypatch.undo()
    with pytest.raises(DamagedEnvelope):
        open_(RING, HOME, sealed)


def test_each_cause_has_its_own_sentence() -> None:
    """Wrong provider, missing, retired and replaced key, newer form, damage."""
    sealed = seal(KEY, HOME, b"note")
    other = TenantKey.generate(1)
    tries: dict[type[VaultProblem], Callable[[], object]] = {
        WrongProvider: lambda: open_(lambda _: Careless(), HOME, sealed),
        MissingKey: lambda: open_(KeyRing([], current=2), HOME, sealed),
        RetiredKey: lambda: open_(KeyRing([KEY], current=2, retired=[1]), HOME, sealed),
        OtherKey: lambda: other.checked(KEY.commitment),
        UnknownSuite: lambda: open_(RING, HOME, sealed[:4] + b"\x02" + sealed[5:]),
        DamagedEnvelope: lambda: open_(KeyRing([other], current=1), HOME, sealed),
    }
    sentences = set()
    for kind, attempt in tries.items():
        with pytest.raises(kind) as caught:
            attempt()
        assert caught.value.remedy
        assert caught.value.exit_code == 3
        sentences.add(caught.value.sentence)
    assert len(sentences) == len(tries)


def test_a_key_of_the_wrong_version_opens_nothing() -> None:
    same_bytes = TenantKey(2, KEY.reveal())
    parts = cut(seal(KEY, HOME, b"note"))
    with pytest.raises(DamagedEnvelope):
        open_(lambda _: same_bytes, HOME, replace(parts, version=2).join())


def test_rewrapping_keeps_the_value_and_changes_everything_else() -> None:
    new = TenantKey.generate(2)
    old = seal(KEY, HOME, b"note")
    moved = rewrap(RING, new, HOME, old)
    assert version_of(moved) == 2
    assert open_(KeyRing([new], current=2), HOME, moved) == b"note"
    before, after = cut(old), cut(moved)
    assert before.nonce != after.nonce
    assert before.commitment != after.commitment
    with pytest.raises(MissingKey):
        open_(RING, HOME, moved)


def test_rewrapping_does_not_bless_a_moved_envelope() -> None:
    sealed = seal(KEY, HOME, b"note")
    elsewhere = replace(HOME, tenant_id=HARBOUR)
    with pytest.raises(DamagedEnvelope):
        rewrap(RING, TenantKey.generate(2), elsewhere, sealed)


def test_no_data_key_or_nonce_is_used_twice() -> None:
    cuts = [cut(seal(KEY, HOME, b"the same")) for _ in range(200)]
    data_keys = {KEY.unwrap(parts.wrapped, HOME.encode()) for parts in cuts}
    wrapping_nonces = {parts.wrapped[:12] for parts in cuts}
    assert len(data_keys) == len({p.nonce for p in cuts}) == len(wrapping_nonces) == 200


def test_a_value_beyond_one_mebibyte_is_refused() -> None:
    largest = seal(KEY, HOME, bytes(MAX_PLAINTEXT))
    assert len(open_(RING, HOME, largest)) == MAX_PLAINTEXT
    with pytest.raises(Problem, match="too long"):
        seal(KEY, HOME, bytes(MAX_PLAINTEXT + 1))


def test_a_ring_gives_its_current_key_and_says_what_it_lacks() -> None:
    second = TenantKey.generate(2)
    ring = KeyRing([KEY, second], current=2, retired=[1])
    assert ring.current is second
    assert ring.versions == [2]
    with pytest.raises(MissingKey, match="version 3"):
        KeyRing([KEY], current=3).current  # noqa: B018


def test_a_tenant_key_does_not_show_itself() -> None:
    key = TenantKey(7, bytes(range(32)))
    assert repr(key) == "TenantKey(version=7)"
    with pytest.raises(TypeError, match="not written"):
        pickle.dumps(key)
    assert key.checked(key.commitment) is key
    assert key.commitment != TenantKey(7, bytes(32)).commitment


@pytest.mark.parametrize(("version", "size"), [(0, 32), (-1, 32), (1, 31), (1, 33), (1, 0)])
def test_no_other_bytes_are_a_tenant_key(version: int, size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        TenantKey(version, bytes(size))


def test_ids_are_written_in_one_way_only() -> None:
    upper = UUID("5B0C3C1E-52A4-4C3B-9A70-7D1F1F1D2A11")
    assert replace(HOME, tenant_id=upper).encode() == HOME.encode()
