"""Claims: receivers built with other people's libraries accept what we send, as we send it, and
refuse it once a single byte is different.

svix 2 of PyPI and of npm call standardwebhooks of the same registry; svix-of-old (npm, svix 1.15)
and OpenSSL are implementations of their own.
"""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator

import pytest

from govdesk.delivery import signing
from govdesk.delivery.endpoint import Endpoint, Event
from govdesk.delivery.payload import body, headers
from tests.interop.verifiers import NODE, NPM_LIBRARIES, V1, V1A, Sent, Verifier, all_by_npm
from tests.unit.delivery.webhook_cases import (
    NEW,
    NEW_KEY,
    OLD,
    OLD_KEY,
    endpoint,
    event,
    probe,
)

SECRETS = {"current": NEW, "previous": OLD}
KEYS = {"current": NEW_KEY, "previous": OLD_KEY}
STRANGER = bytes(range(7, 39))


def sent(to: Endpoint, what: Event) -> Sent:
    """As it goes out now: verifiers look at their clocks."""
    data = body(to, what)
    return Sent(dict(headers(to, what, data, time.time())), data)


def spoilt(whole: Sent) -> Iterator[tuple[str, Sent]]:
    """The same delivery with one byte changed, in each part and at several places."""
    size = len(whole.body)
    for at in (0, 1, size // 2, size - 1):
        changed = bytearray(whole.body)
        changed[at] ^= 1
        yield f"body at {at}", Sent(whole.headers, bytes(changed))
    yield "body, one byte more", Sent(whole.headers, whole.body + b" ")
    yield "body, one byte less", Sent(whole.headers, whole.body[:-1])
    name = whole.headers["webhook-id"]
    yield "id", changed_header(whole, "webhook-id", name[:-1] + ("A" if name[-1] != "A" else "B"))
    second = int(whole.headers["webhook-timestamp"])
    yield "timestamp", changed_header(whole, "webhook-timestamp", str(second - 1))
    for byte in (0, 15, 31, 63):
        yield (
            f"signatures at {byte}",
            changed_header(whole, "webhook-signature", spoilt_signatures(whole, byte)),
        )


def spoilt_signatures(whole: Sent, byte: int) -> str:
    parts = []
    for one in whole.headers["webhook-signature"].split(" "):
        version, _, text = one.partition(",")
        raw = bytearray(b64decode(text))
        raw[byte % len(raw)] ^= 1
        parts.append(f"{version},{b64encode(raw).decode()}")
    return " ".join(parts)


def changed_header(whole: Sent, name: str, value: str) -> Sent:
    return Sent({**whole.headers, name: value}, whole.body)


@pytest.mark.parametrize("verifier", V1.values(), ids=V1.keys())
@pytest.mark.parametrize("which", SECRETS)
@pytest.mark.parametrize("form", ["govdesk", "ocsf"])
def test_v1_is_accepted_with_either_secret(verifier: Verifier, which: str, form: str) -> None:
    arrived = sent(endpoint(format=form), event())
    assert verifier(signing.secret_text(SECRETS[which]), arrived)
    assert not verifier(signing.secret_text(STRANGER), arrived)


@pytest.mark.parametrize("verifier", V1A.values(), ids=V1A.keys())
@pytest.mark.parametrize("which", KEYS)
def test_v1a_is_accepted_with_either_key(verifier: Verifier, which: str) -> None:
    arrived = sent(endpoint(), event())
    assert verifier(KEYS[which].public.hex(), arrived)
    assert not verifier(signing.SigningKey("x", STRANGER).public.hex(), arrived)


@pytest.mark.parametrize(
    "verifier",
    [one for name, one in V1.items() if not name.startswith("npm")],
    ids=[name for name in V1 if not name.startswith("npm")],
)
def test_v1_is_refused_when_one_byte_changes(verifier: Verifier) -> None:
    secret = signing.secret_text(NEW)
    accepted = [where for where, one in spoilt(sent(endpoint(), event())) if verifier(secret, one)]
    assert accepted == []


@pytest.mark.parametrize("library", NPM_LIBRARIES)
def test_v1_is_refused_by_npm_when_one_byte_changes(library: str) -> None:
    whole = sent(endpoint(), event())
    cases = dict(spoilt(whole))
    answers = all_by_npm(library, signing.secret_text(NEW), [whole, *cases.values()])
    assert answers[0]
    assert [where for where, answer in zip(cases, answers[1:], strict=True) if answer] == []


@pytest.mark.parametrize("verifier", V1A.values(), ids=V1A.keys())
def test_v1a_is_refused_when_one_byte_changes(verifier: Verifier) -> None:
    public = NEW_KEY.public.hex()
    accepted = [where for where, one in spoilt(sent(endpoint(), event())) if verifier(public, one)]
    assert accepted == []


@pytest.mark.parametrize("verifier", V1.values(), ids=V1.keys())
def test_probes_tell_who_verifies(verifier: Verifier) -> None:
    """The newest secret alone accepts the one probe; nobody's secret accepts the other."""
    newest, previous = signing.secret_text(NEW), signing.secret_text(OLD)
    assert verifier(newest, sent(endpoint(), probe("test")))
    assert verifier(previous, sent(endpoint(), probe("test")))
    assert verifier(newest, sent(endpoint(), probe("new")))
    assert not verifier(previous, sent(endpoint(), probe("new")))
    assert not verifier(newest, sent(endpoint(), probe("forged")))
    assert not verifier(previous, sent(endpoint(), probe("forged")))


@pytest.mark.parametrize("verifier", V1A.values(), ids=V1A.keys())
def test_probes_tell_who_verifies_the_public_way(verifier: Verifier) -> None:
    assert verifier(NEW_KEY.public.hex(), sent(endpoint(), probe("new")))
    assert not verifier(OLD_KEY.public.hex(), sent(endpoint(), probe("new")))
    assert not verifier(NEW_KEY.public.hex(), sent(endpoint(), probe("forged")))


@pytest.mark.parametrize("verifier", V1.values(), ids=V1.keys())
@pytest.mark.parametrize("length", [24, 64])
def test_secrets_of_every_length_are_understood(verifier: Verifier, length: int) -> None:
    raw = bytes((7 * number + 3) % 256 for number in range(length))
    arrived = sent(endpoint(secrets=(raw,)), event())
    assert verifier(signing.secret_text(raw), arrived)


def test_the_lock_pins_by_hash_and_names_no_index() -> None:
    text = (NODE / "package-lock.json").read_text()
    assert "http" not in text
    assert "resolved" not in text
    packages = json.loads(text)["packages"]
    assert all("integrity" in one for name, one in packages.items() if name)
    wanted = json.loads((NODE / "package.json").read_text())["dependencies"]
    assert set(wanted) == set(NPM_LIBRARIES)
