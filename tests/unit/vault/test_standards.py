"""Claims: the functions that everything in the vault goes through are those of the standards."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from govdesk.vault.identities import PrivateKey
from govdesk.vault.primitives import NotAuthentic, decrypt, derive, encrypt
from tests.unit.vault import second_implementation
from tests.unit.vault.vectors import STANDARDS, cases

ENCRYPT = cases("aes-256-gcm-encrypt.rsp")
DECRYPT = cases("aes-256-gcm-decrypt.rsp")
HKDF = cases("hkdf-sha256.rsp")
HPKE = json.loads((STANDARDS / "hpke-base.json").read_text(encoding="utf-8"))

x = bytes.fromhex


def test_the_files_hold_every_case_that_they_promise() -> None:
    assert (len(ENCRYPT), len(DECRYPT), len(HKDF)) == (375, 375, 3)
    assert sum("FAIL" in case for case in DECRYPT) == 191


def test_aes_256_gcm_encrypts_as_nist_says() -> None:
    for case in ENCRYPT:
        made = encrypt(x(case["Key"]), x(case["IV"]), x(case["PT"]), x(case["AAD"]))
        assert made.hex() == case["CT"] + case["Tag"]


def test_aes_256_gcm_decrypts_and_refuses_as_nist_says() -> None:
    for case in DECRYPT:
        key, nonce, sealed = x(case["Key"]), x(case["IV"]), x(case["CT"] + case["Tag"])
        if "FAIL" in case:
            with pytest.raises(NotAuthentic):
                decrypt(key, nonce, sealed, x(case["AAD"]))
        else:
            assert decrypt(key, nonce, sealed, x(case["AAD"])).hex() == case["PT"]


@pytest.mark.parametrize("case", HKDF, ids=["A.1", "A.2", "A.3"])
def test_hkdf_derives_as_rfc_5869_says(case: dict[str, str]) -> None:
    ikm, salt, info, length = x(case["IKM"]), x(case["salt"]), x(case["info"]), int(case["L"])
    assert derive(ikm, info, salt=salt or None, length=length).hex() == case["OKM"]
    prk = second_implementation.extract(salt, ikm)
    assert prk.hex() == case["PRK"]
    assert second_implementation.expand(prk, info, length).hex() == case["OKM"]


def test_x25519_is_that_of_rfc_7748() -> None:
    """The first case of §5.2, then the key pairs and the secret of §6.1."""
    scalar = x("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4")
    point = x("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")
    shared = "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"
    assert _exchange(scalar, point).hex() == shared
    alice = PrivateKey(x("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"))
    bob = PrivateKey(x("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"))
    public = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
    assert alice.public.hex() == public
    public = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"
    assert bob.public.hex() == public
    shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
    assert _exchange(alice.reveal(), bob.public).hex() == shared


def test_our_second_hpke_is_that_of_rfc_9180() -> None:
    first = HPKE["encryptions"][0]
    info, aad, plain = x(HPKE["info"]), x(first["aad"]), x(first["pt"])
    sealed = second_implementation.hpke_seal(x(HPKE["skEm"]), x(HPKE["pkRm"]), info, aad, plain)
    assert sealed.hex() == HPKE["enc"] + first["ct"]
    assert PrivateKey(x(HPKE["skRm"])).public.hex() == HPKE["pkRm"]


@settings(deadline=None)
@given(private=st.binary(min_size=32, max_size=32), info=st.binary(), plain=st.binary())
def test_the_library_opens_what_our_second_hpke_seals(
    private: bytes, info: bytes, plain: bytes
) -> None:
    key = PrivateKey(private)
    ephemeral = PrivateKey.generate().reveal()
    sealed = second_implementation.hpke_seal(ephemeral, key.public, info, b"", plain)
    assert key.unseal(sealed, info) == plain


@pytest.mark.parametrize(("key", "nonce"), [(16, 12), (24, 12), (31, 12), (32, 8), (32, 16)])
def test_no_other_size_of_key_or_nonce_is_taken(key: int, nonce: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        encrypt(bytes(key), bytes(nonce), b"", b"")
    with pytest.raises(ValueError, match="32 bytes"):
        decrypt(bytes(key), bytes(nonce), bytes(16), b"")


def _exchange(scalar: bytes, point: bytes) -> bytes:
    private = X25519PrivateKey.from_private_bytes(scalar)
    return private.exchange(X25519PublicKey.from_public_bytes(point))
