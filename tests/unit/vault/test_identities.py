"""Claims: a private key opens with its password only, a copy of a tenant key for its member."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govdesk.vault.context import CopyContext
from govdesk.vault.errors import CopyDoesNotOpen, PasswordDoesNotOpen
from govdesk.vault.identities import (
    SEALED_BYTES,
    PrivateKey,
    fingerprint,
    open_sealed,
    seal_to,
    unwrap_private_key,
    wrap_private_key,
)
from govdesk.vault.providers import TenantKey
from tests.unit.vault.places import HARBOUR, MERIDIAN
from tests.unit.vault.second_implementation import hpke_seal

SALTED = bytes(range(32))
ADA, BO = PrivateKey.generate(), PrivateKey.generate()
KEY = TenantKey.generate(3)
FOR_ADA = CopyContext(MERIDIAN, 3, ADA.public)

keys = st.binary(min_size=32, max_size=32)


@settings(deadline=None)
@given(raw=keys, salted=keys)
def test_a_private_key_comes_back_under_its_password(raw: bytes, salted: bytes) -> None:
    wrapped = wrap_private_key(PrivateKey(raw), salted)
    assert unwrap_private_key(wrapped, salted).reveal() == raw
    assert raw not in wrapped


def test_another_password_and_every_bit_flip_are_refused() -> None:
    wrapped = wrap_private_key(ADA, SALTED)
    with pytest.raises(PasswordDoesNotOpen):
        unwrap_private_key(wrapped, bytes(32))
    for bit in range(len(wrapped) * 8):
        flipped = bytearray(wrapped)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(PasswordDoesNotOpen):
            unwrap_private_key(bytes(flipped), SALTED)
    for short in (b"", wrapped[:-1], wrapped + b"\x00"):
        with pytest.raises(PasswordDoesNotOpen):
            unwrap_private_key(short, SALTED)


def test_a_changed_password_keeps_the_key_pair() -> None:
    opened = unwrap_private_key(wrap_private_key(ADA, SALTED), SALTED)
    again = wrap_private_key(opened, bytes(32))
    assert unwrap_private_key(again, bytes(32)).public == ADA.public


def test_only_the_salted_password_is_taken_whole() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        wrap_private_key(ADA, b"a password")


@settings(deadline=None)
@given(raw=keys, version=st.integers(1, 2**31), tenant=st.uuids())
def test_a_copy_opens_for_its_member(raw: bytes, version: int, tenant: object) -> None:
    context = CopyContext(tenant, version, ADA.public)  # type: ignore[arg-type]
    sealed = seal_to(ADA.public, TenantKey(version, raw), context)
    opened = open_sealed(ADA, sealed, context)
    assert (opened.reveal(), opened.version) == (raw, version)
    assert len(sealed) == SEALED_BYTES


def test_a_copy_opens_for_nobody_else_and_nowhere_else() -> None:
    sealed = seal_to(ADA.public, KEY, FOR_ADA)
    for key, context in (
        (BO, FOR_ADA),
        (BO, replace(FOR_ADA, recipient=BO.public)),
        (ADA, replace(FOR_ADA, recipient=BO.public)),
        (ADA, replace(FOR_ADA, version=4)),
        (ADA, replace(FOR_ADA, tenant_id=HARBOUR)),
    ):
        with pytest.raises(CopyDoesNotOpen):
            open_sealed(key, sealed, context)


def test_a_copy_that_names_another_recipient_than_its_own_is_refused() -> None:
    """HPKE alone would open it: what it names is only what its sender wrote."""
    context = replace(FOR_ADA, recipient=BO.public)
    ephemeral = PrivateKey.generate().reveal()
    forged = hpke_seal(ephemeral, ADA.public, context.encode(), b"", KEY.reveal())
    assert ADA.unseal(forged, context.encode()) == KEY.reveal()
    with pytest.raises(CopyDoesNotOpen):
        open_sealed(ADA, forged, context)


def test_every_bit_flip_of_a_copy_is_found() -> None:
    """But the one bit that RFC 7748 §5 masks: HPKE binds the public key as it was sent."""
    sealed = seal_to(ADA.public, KEY, FOR_ADA)
    for bit in range(len(sealed) * 8):
        flipped = bytearray(sealed)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CopyDoesNotOpen):
            open_sealed(ADA, bytes(flipped), FOR_ADA)


@settings(max_examples=50, deadline=None)
@given(noise=st.binary(max_size=100))
def test_noise_is_no_copy(noise: bytes) -> None:
    for sealed in (noise, bytes(SEALED_BYTES), bytes(32) + noise.ljust(48)[:48]):
        with pytest.raises(CopyDoesNotOpen):
            open_sealed(ADA, sealed, FOR_ADA)


def test_a_copy_is_made_only_for_whom_and_what_its_context_names() -> None:
    with pytest.raises(ValueError, match="recipient"):
        seal_to(BO.public, KEY, FOR_ADA)
    with pytest.raises(ValueError, match="version"):
        seal_to(ADA.public, TenantKey.generate(4), FOR_ADA)


@pytest.mark.parametrize("point", [bytes(32), b"\x01" + bytes(31)])
def test_nothing_is_sealed_to_a_point_of_low_order(point: bytes) -> None:
    """RFC 7748 §6.1: such a key gives the same secret to everybody."""
    with pytest.raises(ValueError, match="shared key"):
        seal_to(point, KEY, CopyContext(MERIDIAN, 3, point))


def test_two_copies_for_one_member_have_nothing_in_common() -> None:
    first, second = (seal_to(ADA.public, KEY, FOR_ADA) for _ in range(2))
    assert first[:32] != second[:32]
    assert first[32:] != second[32:]


def test_a_private_key_does_not_show_itself() -> None:
    assert repr(ADA) == f"PrivateKey(of {fingerprint(ADA.public)})"
    assert ADA.reveal().hex() not in repr(vars(type(ADA))) + str(ADA)
    with pytest.raises(TypeError, match="not written"):
        pickle.dumps(ADA)
