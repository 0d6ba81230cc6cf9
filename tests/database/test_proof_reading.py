"""Claims: what proves an event is read in one bound statement; it is whole, or read again, or
refused; nothing of it is believed before it has led to the checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from govdesk.database import tree, tree_hashes
from govdesk.database.connection import Session
from govdesk.database.errors import SessionEnded
from govdesk.database.tree import SessionHashes
from govdesk.domain.problem import Problem
from govdesk.evidence import proofs
from govdesk.evidence.tlog import InclusionProof
from govdesk.services import checkpoints
from tests.doors import seat
from tests.evidence_signing import key_of, sign
from tests.evidences import fill, leaves
from tests.people import ACME, BEA, BETA, MEI, Cast

Rows = list[tuple[Any, ...]]


@pytest.fixture
def log(module_cast: Cast) -> list[bytes]:
    """Leaf hashes of a signed log of some tiles and an edge that is none."""
    if module_cast.last_seq() < 900:
        fill(module_cast, 900)
        sign(module_cast)
    return leaves(module_cast)


def counted(session: Session, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the session sends from now on."""
    sent: list[str] = []
    execute: Callable[..., Any] = session.connection.execute

    def counting(query: str, *others: Any, **named: Any) -> Any:
        sent.append(query)
        return execute(query, *others, **named)

    monkeypatch.setattr(session.connection, "execute", counting)
    monkeypatch.setattr(session.connection, "transaction", None)
    return sent


def end(session: Session) -> None:
    session.connection.execute("SELECT govdesk_api.end_session(%s)", (session.token,))


@pytest.mark.parametrize("seq", [1, 256, 257, 768, 769, 900])
def test_a_proof_is_read_in_one_statement(
    module_cast: Cast, log: list[bytes], seq: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mei = seat(module_cast, MEI.email)
    sent = counted(mei, monkeypatch)
    proof = InclusionProof.parse(checkpoints.proof(mei, seq))
    assert proof.verify(log[seq - 1], [key_of()]) == (key_of(),)
    assert len(sent) == 1


@pytest.mark.parametrize("size", [768, 801])
def test_tiles_and_the_edge_of_any_size_are_read_in_one_statement(
    module_cast: Cast, log: list[bytes], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mei = seat(module_cast, MEI.email)
    sent = counted(mei, monkeypatch)
    found = proofs.inclusion(SessionHashes(mei), 3, size)
    assert found == proofs.inclusion(proofs.MemoryHashes(log), 3, size)
    assert len(sent) == 1


def test_a_claim_ends_with_the_statement_that_made_it(module_cast: Cast, log: list[bytes]) -> None:
    mei = seat(module_cast, MEI.email)
    checkpoints.proof(mei, 1)
    assert mei.is_at_rest
    tiles = "SELECT count(*) FROM govdesk.audit_tile"
    assert mei.connection.execute(tiles).fetchone() == (0,)
    assert mei.connection.execute("SHOW app.session_token").fetchone() == ("",)


def test_an_ended_session_and_one_of_another_organisation_prove_nothing(
    module_cast: Cast, log: list[bytes]
) -> None:
    mei = seat(module_cast, MEI.email)
    end(mei)
    with pytest.raises(SessionEnded):
        checkpoints.proof(mei, 1)
    with pytest.raises(SessionEnded):
        proofs.inclusion(SessionHashes(mei), 1, 900)
    bea = seat(module_cast, BEA.email, BETA)
    with pytest.raises(Problem, match="the newest covers 0 events"):
        checkpoints.proof(bea, 1)
    bea.tenant_path = ACME
    with pytest.raises(SessionEnded):
        checkpoints.proof(bea, 1)


@pytest.mark.parametrize("kept", [0, 2, 4])
def test_what_a_session_that_ends_meanwhile_does_not_read_is_refused_and_not_proven(
    module_cast: Cast, log: list[bytes], kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = tree_hashes.bound_rows

    def cut(session: Session, query: str, parameters: Mapping[str, object]) -> Rows:
        rows = read(session, query, parameters)
        other = {level: row for level, *row in rows if level < tree_hashes.LEAVES}
        if kept == 2:
            return [(-4, *other[-4]), (-3, *other[-3]), (-2, 0, None)]
        return rows[:kept] + ([(-2, *other[-2])] if kept else [])

    mei = seat(module_cast, MEI.email)
    monkeypatch.setattr(tree, "bound_rows", cut)
    if kept:
        proof = InclusionProof.parse(checkpoints.proof(mei, 5))
        assert proof.verify(log[4], [key_of()]) == (key_of(),)

    def ends(session: Session, query: str, parameters: Mapping[str, object]) -> Rows:
        rows = cut(session, query, parameters)
        end(session)
        return rows

    monkeypatch.setattr(tree, "bound_rows", ends)
    with pytest.raises(SessionEnded):
        checkpoints.proof(mei, 5)


@pytest.mark.parametrize("level", [-1, 0])
def test_hashes_that_the_server_makes_up_do_not_lead_to_the_checkpoint(
    module_cast: Cast, log: list[bytes], level: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = tree_hashes.bound_rows

    def lies(session: Session, query: str, parameters: Mapping[str, object]) -> Rows:
        rows = read(session, query, parameters)
        return [
            (at, number, bytes(32) + bytes(hashes)[32:] if at == level else hashes)
            for at, number, hashes in rows
        ]

    monkeypatch.setattr(tree, "bound_rows", lies)
    with pytest.raises(Problem, match="is not in the tree that was signed"):
        checkpoints.proof(seat(module_cast, MEI.email), 3)


@pytest.mark.parametrize("seq", [2**31, 2**63, 2**70])
def test_a_number_that_no_log_has_is_no_error_of_the_server(
    module_cast: Cast, log: list[bytes], seq: int
) -> None:
    with pytest.raises(Problem, match="No checkpoint covers event") as caught:
        checkpoints.proof(seat(module_cast, MEI.email), seq)
    assert caught.value.exit_code == 2
