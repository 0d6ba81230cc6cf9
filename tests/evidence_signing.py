"""A worker's part in tests of evidence: checkpoints of a log, really signed, with no worker."""

from __future__ import annotations

from typing import Any

import pytest

from govdesk.database import tree
from govdesk.database.connection import Session
from govdesk.evidence import notes
from govdesk.evidence.checkpoints import SignedCheckpoint, Tree, body, origin
from govdesk.evidence.merkle import Frontier
from govdesk.evidence.notes import KeyPair, VerifierKey
from govdesk.services import checkpoints
from tests.evidences import HOST, grow, leaves, told
from tests.people import ACME, Cast

PAIR = KeyPair.generate()


def key_of(path: str = ACME) -> VerifierKey:
    """The key that a log of these tests is signed with."""
    return PAIR.vkey(origin(path))


def sign(cast: Cast, path: str = ACME, pair: KeyPair = PAIR) -> None:
    """Sign the log as it stands, as a worker does."""
    grow(cast, path)
    frontier = Frontier()
    for leaf in leaves(cast, path):
        frontier.push(leaf)
    top = Tree(frontier.size, frontier.root())
    key = pair.vkey(origin(path))
    note = notes.sign(body(origin(path), top), origin(path), [pair])
    put = "SELECT govdesk_api.put_checkpoint(%s, %s, %s, %s, %s)"
    told(cast, put, path, HOST, top.size, top.root, note)
    announce = "SELECT govdesk_api.announce_checkpoint_key(%s, %s, %s, %s)"
    told(cast, announce, path, HOST, key.text, key.public)


@pytest.fixture
def signing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Whoever asks for a checkpoint gets one at once."""

    def sign_now(session: Session, *others: Any, **named: Any) -> SignedCheckpoint:
        sign(cast, session.tenant_path)
        found = tree.newest_checkpoint(session)
        assert found is not None
        return found

    monkeypatch.setattr(checkpoints, "sign_now", sign_now)
    return cast
