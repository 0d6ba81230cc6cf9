"""Claims: what proves an event is read in one bound statement; it is whole, or read again, or
refused; nothing of it is believed before it has led to the checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import psycopg
import pytest

from govdesk.database import tree, tree_hashes
from govdesk.database.connection import Session
from govdesk.database.errors import SessionEnded
from govdesk.database.tree import SessionHashes
from govdesk.domain.problem import Problem
from govdesk.evidence import proofs
from govdesk.evidence.tlog import InclusionProof
from govdesk.services import checkpoints
from tests.doors import answer, arranged, raw, refusal, seat
from tests.evidence_signing import key_of, sign
from tests.evidences import fill, leaves
from tests.people import ACME, BEA, BETA, MEI, OLGA, OTIS, Cast

Rows = list[tuple[Any, ...]]
PARTS = "SELECT part, number, bytes FROM govdesk_api.proof_parts(%s, %s, %s)"
TILES = "SELECT count(*) FROM govdesk.audit_tile"


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


def read_parts(session: Session) -> Rows:
    """What the server gives for the proof of event 6, without a program of ours between."""
    asked = (session.token, session.tenant_path, 5)
    return session.connection.execute(PARTS, asked).fetchall()


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
    assert mei.connection.execute(TILES).fetchone() == (0,)
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


@pytest.mark.parametrize("kept", [3, 4])
def test_what_is_missing_is_asked_for_and_a_session_that_ended_meanwhile_gets_none(
    module_cast: Cast, log: list[bytes], kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = tree_hashes.bound_rows

    def cut(session: Session, query: str, parameters: Mapping[str, object]) -> Rows:
        rows = sorted(read(session, query, parameters))[:kept]
        return [(at, number, None if at == -2 else found) for at, number, found in rows]

    mei = seat(module_cast, MEI.email)
    monkeypatch.setattr(tree, "bound_rows", cut)
    proof = InclusionProof.parse(checkpoints.proof(mei, 5))
    assert proof.verify(log[4], [key_of()]) == (key_of(),)

    def ends(session: Session, query: str, parameters: Mapping[str, object]) -> Rows:
        rows = cut(session, query, parameters)
        end(session)
        return rows

    monkeypatch.setattr(tree, "bound_rows", ends)
    with pytest.raises(SessionEnded):
        checkpoints.proof(mei, 5)


def test_the_session_is_looked_at_once(module_cast: Cast, log: list[bytes]) -> None:
    mei = seat(module_cast, MEI.email)
    looks = "SELECT calls FROM pg_stat_xact_user_functions WHERE funcname = 'context'"
    with module_cast.admin.transaction():
        module_cast.admin.execute("SET LOCAL track_functions = 'all'")
        module_cast.admin.execute(PARTS, (mei.token, ACME, 5))
        assert module_cast.admin.execute(looks).fetchone() == (1,)


def test_every_member_of_an_organization_reads_what_it_has_itself(
    module_cast: Cast, log: list[bytes]
) -> None:
    for person in (MEI, OTIS):
        parts = {at: found for at, _, found in read_parts(seat(module_cast, person.email))}
        assert bytes(parts[-2]) == log[5]
        assert bytes(parts[-1]) == b"".join(log[768 : len(log)])[: len(parts[-1])]
    assert read_parts(seat(module_cast, BEA.email, BETA)) == []


def test_the_door_opens_for_live_sessions_of_the_organization_alone(
    module_cast: Cast, log: list[bytes]
) -> None:
    mei, bea = seat(module_cast, MEI.email), seat(module_cast, BEA.email, BETA)
    gone = seat(module_cast, MEI.email)
    end(gone)
    for token, path in (
        (None, ACME), ("", ACME), (mei.token, None), (mei.token, ""), (mei.token, BETA),
        (bea.token, ACME), (gone.token, ACME), (mei.token[:-1], ACME), (mei.token, "acme.emea"),
    ):  # fmt: skip
        # Claims that were made before are no help.
        assert refusal(mei, PARTS, token, path, 5) == "GD001", (token, path)
        assert refusal(bea, PARTS, token, path, 5) == "GD001", (token, path)


def test_a_refused_claim_leaves_none_behind(module_cast: Cast, log: list[bytes]) -> None:
    bea = seat(module_cast, BEA.email, BETA)
    with bea.connection.transaction():
        assert answer(bea.connection, PARTS, bea.token, ACME, 5) == "GD001"
        assert bea.connection.execute("SHOW app.session_token").fetchone() == ("",)
        assert bea.connection.execute(TILES).fetchone() == (0,)


def test_a_transaction_that_wrote_for_one_session_proves_nothing_for_another(
    module_cast: Cast, log: list[bytes]
) -> None:
    olga, mei = seat(module_cast, OLGA.email), seat(module_cast, MEI.email)
    with raw(olga) as connection:
        connection.execute("UPDATE govdesk.tenant SET name = name || '!'")
        assert answer(connection, PARTS, mei.token, ACME, 5) == "GD005"
        assert answer(connection, PARTS, olga.token, ACME, 5) == "ok"
        raise psycopg.Rollback


def test_idle_and_suspended_sessions_prove_nothing(cast: Cast) -> None:
    mei, otis = seat(cast, MEI.email), seat(cast, OTIS.email)
    assert read_parts(mei) == read_parts(otis) == []
    cast.admin.execute(
        "UPDATE govdesk_private.session SET seen_at = seen_at - interval '31 minutes'"
        " WHERE token_hash = sha256(convert_to(%s, 'UTF8'))",
        (mei.token,),
    )
    with arranged(cast) as admin:
        admin.execute(
            "UPDATE govdesk.member SET status = 'suspended' WHERE email = %s", (OTIS.email,)
        )
    for session in (mei, otis):
        with pytest.raises(psycopg.Error) as caught:
            read_parts(session)
        assert caught.value.sqlstate == "GD001"


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
