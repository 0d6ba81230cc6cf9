"""Claims: the signatures are those of Standard Webhooks 1.0.0, and keys show themselves to nobody.

The vectors were made by OpenSSL, outside every line of ours.
"""

from __future__ import annotations

import copy
import json
import pickle
from base64 import b64decode, b64encode, urlsafe_b64decode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from govdesk.delivery import signing
from govdesk.delivery.signing import SigningKey

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors/webhooks/signatures.json").read_text(encoding="utf-8")
)
ACCEPTED, REFUSED = VECTORS["accepted"], VECTORS["refused"]
SPEC_ID, SPEC_TIME, SPEC_BODY = (
    "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}',
)  # fmt: skip
SPEC_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SPEC_KEY = (
    "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
)


def message_of(vector: dict[str, Any]) -> bytes:
    return signing.signed_bytes(vector["id"], vector["timestamp"], b64decode(vector["body"]))


def test_the_published_examples() -> None:
    """Vector (a) stands in the tests of Standard Webhooks, (b) in those of the Svix server."""
    message = signing.signed_bytes(SPEC_ID, SPEC_TIME, SPEC_BODY)
    assert signing.v1(signing.read_secret(SPEC_SECRET), message) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )
    assert signing.v1a(SigningKey.read("k", SPEC_KEY), message) == (
        "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="
    )


@pytest.mark.parametrize("vector", ACCEPTED, ids=lambda one: one["title"])
def test_a_vector_is_signed_to_the_byte(vector: dict[str, Any]) -> None:
    message, secret = message_of(vector), signing.read_secret(vector["secret"])
    key = SigningKey.read("k", vector["private"])
    assert signing.v1(secret, message) == vector["v1"]
    assert signing.v1a(key, message) == vector["v1a"]
    assert signing.is_signed_v1(secret, message, f"v1,x {vector['v1']}")
    assert signing.is_signed_v1a(key.public, message, f"v1a,x {vector['v1a']}")
    assert signing.secret_text(secret) == vector["secret"]
    assert (key.text, signing.public_text(key.public)) == (vector["private"], vector["public"])
    assert signing.read_public(vector["public"]) == key.public


def test_there_are_a_dozen_vectors() -> None:
    assert len(ACCEPTED) >= 12
    assert len(REFUSED["headers"]) >= 20


@pytest.mark.parametrize("one", REFUSED["headers"], ids=lambda one: one["title"])
def test_a_header_that_proves_nothing_is_refused(one: dict[str, str]) -> None:
    message = message_of(REFUSED)
    secret, public = signing.read_secret(REFUSED["secret"]), signing.read_public(REFUSED["public"])
    assert not signing.is_signed_v1(secret, message, one["header"])
    assert not signing.is_signed_v1a(public, message, one["header"])


@pytest.mark.parametrize("header", ["v1,ä", "v1a,ä", "v1,ä v1a,\u0660", "v1a,\udcff"])
def test_a_header_that_is_not_ascii_proves_nothing_either(header: str) -> None:
    key = SigningKey.generate()
    message = signing.signed_bytes("msg_1", 1, b"{}")
    header = header.encode("utf-8", "replace").decode("latin-1")
    good = signing.signature_header(message, [b"s" * 24], [key])
    for text, is_good in ((header, False), (f"{header} {good}", True)):
        assert signing.is_signed_v1(b"s" * 24, message, text) is is_good
        assert signing.is_signed_v1a(key.public, message, text) is is_good


def test_during_a_rotation_every_live_secret_and_key_signs_newest_first() -> None:
    keys, secrets = [SigningKey.generate(), SigningKey.generate()], [b"n" * 24, b"o" * 64]
    message = signing.signed_bytes("msg_1", 1, b"{}")
    parts = signing.signature_header(message, secrets, keys).split(" ")
    assert [one.partition(",")[0] for one in parts] == ["v1", "v1", "v1a", "v1a"]
    assert parts[:2] == [signing.v1(one, message) for one in secrets]
    assert parts[2:] == [signing.v1a(one, message) for one in keys]


@given(st.binary(max_size=200), st.booleans())
def test_a_forged_header_looks_whole_and_is_refused(body: bytes, with_key: bool) -> None:
    message = signing.signed_bytes("msg_1", 1, body)
    header = signing.forged_header(message, with_key=with_key)
    parts = dict(one.split(",") for one in header.split(" "))
    assert set(parts) == ({"v1", "v1a"} if with_key else {"v1"})
    assert len(b64decode(parts["v1"], validate=True)) == 32
    assert not signing.is_signed_v1(b"s" * 32, message, header)
    if with_key:
        assert len(b64decode(parts["v1a"], validate=True)) == signing.SIGNATURE_BYTES
        public = SigningKey("k", b"s" * 32).public
        assert not signing.is_signed_v1a(public, message, header)


@given(st.binary(min_size=24, max_size=64), st.binary(max_size=300), st.integers(0, 2**33))
def test_what_is_signed_is_confirmed_and_one_byte_less_is_not(
    secret: bytes, body: bytes, timestamp: int
) -> None:
    message = signing.signed_bytes("msg_1", timestamp, body)
    key = SigningKey("k", secret[:16] * 2)
    header = signing.signature_header(message, [secret], [key])
    assert signing.is_signed_v1(secret, message, header)
    assert signing.is_signed_v1a(key.public, message, header)
    assert not signing.is_signed_v1(secret, message[:-1], header)
    assert not signing.is_signed_v1a(key.public, message[:-1], header)


@pytest.mark.parametrize("message_id", ["", "msg.1", "msg_ü"])
def test_an_id_that_would_be_read_in_two_ways_is_not_signed(message_id: str) -> None:
    with pytest.raises(ValueError, match="without a dot"):
        signing.signed_bytes(message_id, 1, b"")


@pytest.mark.parametrize(
    "text",
    ["", "whsk_", "whsk_!", SPEC_SECRET, SPEC_KEY[:-4], "whsk_" + b64encode(b"a" * 64).decode(),
     "whsk_" + b64encode(b"a" * 32).decode()],
)  # fmt: skip
def test_a_private_key_that_is_none_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        SigningKey.read("k", text)
    assert len(text) < 6 or text[5:] not in str(caught.value)


def test_a_public_half_of_another_key_is_noticed() -> None:
    key = SigningKey.generate()
    assert SigningKey("k", key.seed, key.public).public == key.public
    with pytest.raises(ValueError, match="belong together"):
        SigningKey("k", key.seed, b"p" * 32)
    with pytest.raises(ValueError, match="32 bytes"):
        signing.read_public("whpk_" + b64encode(b"a" * 31).decode())


def test_a_key_shows_itself_to_nobody() -> None:
    key = SigningKey.generate()
    for shown in (repr(key), str(key), repr({"key": [key]})):
        assert key.seed.hex() not in shown
        assert key.text[5:20] not in shown
        assert repr(key.seed) not in shown
    for write in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            write(key)


def test_a_key_is_published_as_a_jwk() -> None:
    """The key is that of RFC 8037, appendix A."""
    seed = urlsafe_b64decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
    key = SigningKey("current", seed)
    made, end = datetime(2026, 11, 21, tzinfo=UTC), datetime(2026, 12, 21, tzinfo=UTC)
    found = signing.jwk(key.kid, key.public, made, end)
    assert found == {
        "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "current",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "iat": 1795219200, "exp": 1797811200,
    }  # fmt: skip
    assert "exp" not in signing.jwk(key.kid, key.public, made)
    assert signing.key_id(key.public) == "21fe31dfa154a261"
    assert signing.public_of(str(found["x"])) == key.public
    Ed25519PublicKey.from_public_bytes(signing.public_of(str(found["x"]))).verify(
        key.sign(b"m"), b"m"
    )
    assert SigningKey.generate().kid != SigningKey.generate().kid
