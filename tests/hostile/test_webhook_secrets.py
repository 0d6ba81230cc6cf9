"""Claims: a webhook's secret and an organization's signing key can be read nowhere.

Searched are a dump of the whole database, everything that was logged at the finest level while a
person, a worker and a receiver used them, the reprs of all that held them, refusals, and reports of
faults that came up beside them: for the bytes themselves, and for hex and base64 of any alignment.
"""

from __future__ import annotations

import logging
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from govdesk.database.connection import Session
from govdesk.database.embedded_binaries import find_binaries
from govdesk.delivery import payload, signing
from govdesk.delivery.endpoint import Endpoint, Event
from govdesk.diagnostics import reports
from govdesk.domain.problem import Problem
from govdesk.services import vault, webhook_changes
from govdesk.services.reference_rules import VARIABLE
from govdesk.services.webhook_drafts import Draft
from govdesk.services.webhook_keys import EndpointOpener
from govdesk.vault.identities import PrivateKey
from tests.end_to_end.ledger import Ledger
from tests.people import OLGA, Cast
from tests.strictness import ExpectLog
from tests.vaulting import Round, at_desk
from tests.webhooking import URL, document, open_endpoint

PLANTED = "a value that anybody may know"


class Everything(logging.Handler):
    """Keeps each record as it was made, before anything is taken out of it."""

    def __init__(self) -> None:
        super().__init__(0)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(logging.Formatter().format(record))


@dataclass
class Story:
    """What was secret in it, and every place with what stands there."""

    ledger: Ledger
    places: dict[str, bytes]


@pytest.fixture
def everything() -> Iterator[Everything]:
    handler, root = Everything(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.setLevel(before)
    root.removeHandler(handler)


def dump(cast: Cast) -> bytes:
    program = find_binaries() / "pg_dump"
    return subprocess.run(
        [str(program), "--dbname", cast.database.admin_url],
        capture_output=True, check=True, timeout=120,
    ).stdout  # fmt: skip


def event() -> Event:
    at = datetime.now(UTC)
    return Event("webhook.test", "msg_1", None, None, 1, "test", None, None, None, at)


def failed(endpoint: Endpoint) -> reports.Report:
    """A fault of ours at the worst place: with everything open beside it."""
    secret, key = endpoint.secrets[0], endpoint.signing_keys[0]
    try:
        raise RuntimeError(f"{endpoint} and {key} broke, {len(secret)}")
    except RuntimeError as error:
        return reports.make(error, thread="sender", environment={})


def note(ledger: Ledger, endpoint: Endpoint) -> None:
    for secret in endpoint.secrets:
        ledger.note("a secret", secret)
        ledger.note("a secret as it is shown", signing.secret_text(secret))
    for key in endpoint.signing_keys:
        ledger.note("a seed", key.seed)
        ledger.note("a key as it is written", key.text)
    ledger.note("a token", endpoint.token)


@pytest.fixture
def story(cast: Cast, tmp_path: Path, everything: Everything, expected_log: ExpectLog) -> Story:
    """A webhook is added, sealed, rotated and used; workers fail to open it; things break."""
    turn, file, ledger = Round(cast, tmp_path), tmp_path / "worker-key.json", Ledger()
    turn()
    olga = at_desk(cast, OLGA)
    draft = Draft(
        description="Event store", url=URL, events=("audit.row",),
        secret_refs={"token": "env://ACME_TOKEN"},
    )  # fmt: skip
    added = webhook_changes.add(olga, draft)
    around = {VARIABLE: "acme=env://ACME_TOKEN", "ACME_TOKEN": f"token-{uuid4().hex}"}
    opener = EndpointOpener(file, around)
    held: list[object] = [added, draft, opener, event()]
    said: list[str] = []

    def use() -> None:
        endpoint = opener.open(document(cast, added.webhook.id))
        note(ledger, endpoint)
        body = payload.body(endpoint, event())
        payload.headers(endpoint, event(), body, time.time())
        held.extend([endpoint, *endpoint.signing_keys, replace(endpoint, url="https://x.example")])
        said.append(failed(endpoint).text)

    use_before_the_round(cast, added.webhook.id, file, ledger)
    turn()
    use()
    held.append(webhook_changes.rotate_secret(olga, added.webhook.id))
    webhook_changes.rotate_signing_key(olga, 7)
    turn()
    use()
    vault.create_like_current(olga)
    turn()
    use()
    expected_log("another key file")
    put_garbage(olga, added.webhook.id)
    turn()
    for stranger in (PrivateKey.generate(), tmp_path / "nowhere.json"):
        with pytest.raises(Problem) as refused:
            EndpointOpener(stranger, {}).open(document(cast, added.webhook.id))
        said += [repr(refused.value), str(refused.value), refused.value.remedy]
    places = {
        "the dump": dump(cast),
        "the log": "\n".join(everything.lines).encode(),
        "reprs": "\n".join(map(repr, held)).encode(),
        "what was said": "\n".join(said).encode(),
    }
    return Story(ledger, places)


def put_garbage(session: Session, which: str) -> None:
    """An inbox that no worker opens, which it says."""
    with session.transaction() as connection:
        connection.execute(
            "SELECT govdesk_api.put_webhook_secret(%s::uuid, %s::uuid, %s, 24)",
            (which, uuid4(), bytes(80)),
        )


def use_before_the_round(cast: Cast, which: str, file: Path, ledger: Ledger) -> None:
    """Only the secret is there, in its inbox: the refusal is about the signing key."""
    with pytest.raises(Problem):
        open_endpoint(cast, which, file)
    assert not ledger.kept


def test_a_secret_stands_nowhere(story: Story) -> None:
    kinds = [what for what, _ in story.ledger.kept]
    assert (kinds.count("a secret"), kinds.count("a seed"), kinds.count("a token")) == (2, 2, 1)
    assert all(story.places.values())
    assert story.ledger.found_in(story.places) == []


def test_the_search_finds_what_is_there(story: Story, cast: Cast) -> None:
    planted = Ledger()
    planted.note(PLANTED, b"\x00 planted beside it \xff")
    with cast.admin.transaction():
        cast.admin.execute("CREATE TABLE public.planted AS SELECT %s::bytea AS value", (
            b"\x00 planted beside it \xff",
        ))  # fmt: skip
    assert planted.found_in({"the dump": dump(cast)}) == [f"{PLANTED} (hex) in the dump"]
    text = signing.secret_text(b"\x00 planted beside it \xff").encode()
    assert f"{PLANTED} (base64, 0 bytes in) in a text" in planted.found_in({"a text": text})
