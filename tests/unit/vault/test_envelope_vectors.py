"""Claims: the published vectors hold, by our code and by the second implementation; the
specification's worked example is the first of them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from govdesk.vault.context import Context, CopyContext
from govdesk.vault.envelope import cut, open_, seal
from govdesk.vault.identities import (
    PrivateKey,
    open_sealed,
    unwrap_private_key,
    wrap_private_key,
)
from govdesk.vault.providers import TenantKey
from tests.unit.vault import second_implementation
from tests.unit.vault.vectors import OWN, SPECIFICATION, of_kind, own

x = bytes.fromhex
ENVELOPES, COPIES, PRIVATE_KEYS = map(of_kind, ("envelope", "copy", "private-key"))


def context_of(v: dict[str, str]) -> Context:
    place = (UUID(v["tenant_id"]), v["table"], UUID(v["row_id"]), v["column"])
    return Context(*place, int(v["schema_version"]))


def fed(*values: bytes) -> Callable[[int], bytes]:
    """Return a source of randomness that gives these values, in this order."""
    left = list(values)

    def take(size: int) -> bytes:
        value = left.pop(0)
        assert len(value) == size
        return value

    return take


def test_there_are_vectors_of_each_kind() -> None:
    assert (len(ENVELOPES), len(COPIES), len(PRIVATE_KEYS), len(OWN)) == (3, 1, 1, 5)


@pytest.mark.parametrize("path", ENVELOPES, ids=lambda path: path.stem)
def test_an_envelope_opens_and_is_made_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    v = own(path)
    key = TenantKey(int(v["key_version"]), x(v["tenant_key"])).checked(
        x(v["tenant_key_commitment"])
    )
    assert open_(lambda _: key, context_of(v), x(v["envelope"])) == x(v["plaintext"])
    randomness = fed(x(v["data_key"]), x(v["nonce"]), x(v["wrapping_nonce"]))
    monkeypatch.setattr(secrets, "token_bytes", randomness)
    assert seal(key, context_of(v), x(v["plaintext"])).hex() == v["envelope"]


@pytest.mark.parametrize("path", ENVELOPES, ids=lambda path: path.stem)
def test_an_envelope_is_made_again_by_the_second_implementation(path: Path) -> None:
    v = own(path)
    names = ("tenant_id", "table", "row_id", "column", "schema_version")
    place = second_implementation.place(*(v[name] for name in names))
    assert place.hex() == v["context"]
    version, data_key = int(v["key_version"]), x(v["data_key"])
    wrapped = second_implementation.wrapped(
        x(v["tenant_key"]), version, x(v["wrapping_nonce"]), data_key, place
    )
    assert wrapped.hex() == v["wrapped"]
    made = second_implementation.envelope(
        version, b"members", wrapped, data_key, x(v["nonce"]), place, x(v["plaintext"])
    )
    assert made.hex() == v["envelope"]
    assert cut(made).commitment.hex() == v["commitment"]


@pytest.mark.parametrize("path", COPIES, ids=lambda path: path.stem)
def test_a_copy_opens_and_is_made_again_by_the_second_implementation(path: Path) -> None:
    v = own(path)
    private, version = PrivateKey(x(v["private_key"])), int(v["key_version"])
    context = CopyContext(UUID(v["tenant_id"]), version, x(v["public_key"]))
    assert open_sealed(private, x(v["sealed"]), context).reveal() == x(v["tenant_key"])
    again = second_implementation.copy_context(v["tenant_id"], version, x(v["public_key"]))
    assert again.hex() == v["context"]
    made = second_implementation.hpke_seal(
        x(v["ephemeral_key"]), x(v["public_key"]), again, b"", x(v["tenant_key"])
    )
    assert made.hex() == v["sealed"]


@pytest.mark.parametrize("path", PRIVATE_KEYS, ids=lambda path: path.stem)
def test_a_private_key_opens_and_is_made_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    v = own(path)
    assert unwrap_private_key(x(v["wrapped"]), x(v["salted"])).reveal() == x(v["private_key"])
    made = second_implementation.private_key(x(v["salted"]), x(v["private_key"]), x(v["nonce"]))
    assert made.hex() == v["wrapped"]
    monkeypatch.setattr(secrets, "token_bytes", fed(x(v["nonce"])))
    assert wrap_private_key(PrivateKey(x(v["private_key"])), x(v["salted"])) == made


def test_the_worked_example_of_the_specification_is_the_first_vector() -> None:
    v = own(OWN[0])
    blocks = re.findall(r"```hex\n(.*?)\n```", SPECIFICATION, re.DOTALL)
    shown = [re.sub(r"#.*|\s", "", block) for block in blocks]
    assert shown == [v["context"], v["envelope"]]
    for name in ("tenant_key", "data_key", "wrapping_nonce", "nonce", "commitment", "content_key"):
        assert v[name] in SPECIFICATION, name
    assert x(v["plaintext"]).decode() in SPECIFICATION
    assert f"{len(x(v['envelope']))} bytes" in SPECIFICATION
