"""Claims: verification in the background goes on where it stopped, and trusts only what holds."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from typing import cast as assume

import psycopg
import pytest

from govdesk.database.connection import Session
from govdesk.database.demo import Person
from govdesk.database.migrate import claim_setup
from govdesk.evidence import leaf as leaves
from govdesk.services import sealing
from govdesk.services.children import ChildCancelled
from govdesk.services.link import Link, SessionEnded, Unreachable
from govdesk.services.sealing import Sealing
from govdesk.services.seals import SealState
from tests.database.conftest import ACME, BEA, BETA, OLGA, OTIS, Cast

pytestmark = pytest.mark.any_postgres

Opened = Callable[..., Sealing]
OURS = "tenant_path = 'acme' AND seq = %s"


def record(cast: Cast, count: int, path: str = ACME) -> int:
    """Seal `count` more events; returns the newest number."""
    with cast.admin.transaction():
        claim_setup(cast.admin, path)
        cast.admin.execute(
            "SELECT govdesk_api.record_events(jsonb_agg(jsonb_build_object("
            " 'action', 'system.event', 'summary', 'Thing ' || n)))"
            " FROM generate_series(1, %s) n",
            (count,),
        )
    return cast.last_seq(path)


@contextmanager
def as_owner(cast: Cast) -> Iterator[psycopg.Connection[Any]]:
    """What the database's owner can do: change the log with its triggers off."""
    with cast.admin.transaction():
        cast.admin.execute("ALTER TABLE govdesk.audit_log DISABLE TRIGGER USER")
        yield cast.admin
        cast.admin.execute("ALTER TABLE govdesk.audit_log ENABLE TRIGGER USER")


def forge(cast: Cast, seq: int) -> None:
    """Write another summary into an event, and nothing else."""
    with as_owner(cast) as owner:
        owner.execute(f"UPDATE govdesk.audit_log SET summary = 'forged' WHERE {OURS}", (seq,))


def rechain(cast: Cast, first: int) -> None:
    """Write another summary into event `first` and seal it and everything after it anew."""
    with as_owner(cast) as owner:
        found = owner.execute(
            "SELECT seq, convert_from(leaf, 'UTF8'), salts->>'summary' FROM govdesk.audit_log"
            " WHERE tenant_path = 'acme' AND seq >= %s ORDER BY seq",
            (first,),
        ).fetchall()
        prev = ""
        for seq, text, salt in found:
            members = json.loads(text)
            if seq == first:
                members["commitments"]["summary"] = leaves.commitment(bytes.fromhex(salt), "forged")
                owner.execute(
                    f"UPDATE govdesk.audit_log SET summary = 'forged' WHERE {OURS}", (seq,)
                )
            else:
                members["prev"] = prev
            built = json.dumps(members, separators=(",", ":")).encode()
            prev = leaves.leaf_hash(built).hex()
            owner.execute(
                "UPDATE govdesk.audit_log SET leaf = %s, leaf_hash = decode(%s, 'hex')"
                f" WHERE {OURS}",
                (built, prev, seq),
            )


def confine(cast: Cast, person: Person) -> None:
    """Have a person see one system only."""
    with cast.admin.transaction():
        claim_setup(cast.admin, ACME)
        cast.admin.execute(
            "UPDATE govdesk.member_grant g SET node_path = 'acme.claims' FROM govdesk.member m"
            " WHERE m.id = g.member_id AND m.email = %s",
            (person.email,),
        )


def verified(one: Sealing) -> SealState:
    return one.round(threading.Event())


@pytest.fixture
def opened(cast: Cast, tmp_path: Path) -> Iterator[Opened]:
    """``opened(OLGA)``: a verification with a link of its own, as after a new start."""
    links: list[Link] = []

    def open_one(person=OLGA, profile: str = "work") -> Sealing:  # type: ignore[no-untyped-def]
        session: Session = cast.sign_in(person)
        links.append(Link(cast.database.app_url, session.token, session.tenant_path))
        return Sealing(links[-1], tmp_path / "seals", profile)

    yield open_one
    for link in links:
        link.close()


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many events each reading of the log gave, in order."""
    given: list[int] = []
    stream = sealing.verify_onward.__globals__["rows"].stream

    def counted(session: Session, first: int, last: int) -> Iterator[object]:
        given.append(last - first + 1)
        return assume("Iterator[object]", stream(session, first, last))

    monkeypatch.setattr("govdesk.services.sealing_round.rows.stream", counted)
    return given


# Going on


def test_a_whole_log_is_verified_to_its_newest_event(cast: Cast, opened: Opened) -> None:
    record(cast, 50)
    state = verified(opened())
    last = cast.last_seq()
    assert (state.verified_to, state.newest, state.faults) == (last, last, ())
    assert {state.seal_of(seq) for seq in range(1, last + 1)} == {"verified"}
    assert state.seal_of(last + 1) == "not_yet"
    assert state.verified_at is not None


def test_after_a_new_start_only_new_events_are_read(
    cast: Cast, opened: Opened, watched: list[int]
) -> None:
    record(cast, 50)
    first = opened()
    verified(first)
    del watched[:]
    newest = record(cast, 7)
    second = opened()
    state = verified(second)
    # The last verified row is read again, then what is new; signing in is an event, too.
    assert sum(watched) < 15
    assert state.verified_to == state.newest >= newest
    assert state.faults == ()
    assert first.report is not None
    assert second.report is not None
    assert second.report.complete
    assert second.report.rows == state.verified_to


def test_going_on_gives_the_root_that_one_reading_gives(cast: Cast, opened: Opened) -> None:
    record(cast, 20)
    one = opened()
    verified(one)
    record(cast, 33)
    verified(one)
    whole = opened(profile="another")
    verified(one)
    verified(whole)
    assert one.report is not None
    assert whole.report is not None
    assert one.report.as_json() == whole.report.as_json()


def test_many_rows_are_read_by_a_child_which_tells_how_far_it_is(
    cast: Cast, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "HERE_ROWS", 0)
    record(cast, 300)
    states: list[SealState] = []
    state = opened().round(threading.Event(), states.append)
    assert state.verified_to == cast.last_seq()
    assert states[-1] is state


def test_a_break_is_found_and_rows_around_it_keep_their_seal(cast: Cast, opened: Opened) -> None:
    last = record(cast, 50)
    forge(cast, 20)
    one = opened()
    state = verified(one)
    assert [(f.first, f.last, f.kind) for f in state.faults] == [(20, 20, "altered")]
    assert [state.seal_of(seq) for seq in (19, 20, 21, last)] == [
        "verified",
        "broken",
        "verified",
        "verified",
    ]
    assert "Event 20 is altered" in state.faults[0].sentence()


def test_a_break_found_before_is_known_after_a_new_start(
    cast: Cast, opened: Opened, watched: list[int]
) -> None:
    record(cast, 50)
    with as_owner(cast) as owner:
        owner.execute(f"DELETE FROM govdesk.audit_log WHERE {OURS}", (20,))
    verified(opened())
    del watched[:]
    record(cast, 5)
    state = verified(opened())
    assert sum(watched) < 15
    assert [(f.first, f.last, f.kind) for f in state.faults] == [(20, 20, "deleted")]


def test_a_last_event_exchanged_before_it_was_verified_is_found_when_the_next_one_comes(
    cast: Cast, opened: Opened
) -> None:
    record(cast, 30)
    one = opened()
    last = cast.last_seq()
    kept = cast.admin.execute(
        f"SELECT summary, leaf, leaf_hash FROM govdesk.audit_log WHERE {OURS}", (last,)
    ).fetchone()
    rechain(cast, last)
    forged = cast.admin.execute(
        f"SELECT summary, leaf, leaf_hash FROM govdesk.audit_log WHERE {OURS}", (last,)
    ).fetchone()
    assert verified(one).faults == ()
    write = f"UPDATE govdesk.audit_log SET summary = %s, leaf = %s, leaf_hash = %s WHERE {OURS}"
    with as_owner(cast) as owner:  # The log went on after the event that was really sealed.
        owner.execute(write, (*(kept or ()), last))
    record(cast, 5)
    with as_owner(cast) as owner:
        owner.execute(write, (*(forged or ()), last))
    state = verified(one)
    assert state.seal_of(last) == "broken"
    assert state.seal_of(last - 1) == "verified"


# What is remembered, and no longer so


def test_a_log_that_was_cut_back_is_rolled_back_until_it_is_forgotten(
    cast: Cast, opened: Opened
) -> None:
    record(cast, 50)
    one = opened()
    before = verified(one).verified_to
    with as_owner(cast) as owner:
        owner.execute(
            "DELETE FROM govdesk.audit_log WHERE tenant_path = 'acme' AND seq > %s", (before - 10,)
        )
    state = verified(one)
    (fault,) = state.faults
    assert (fault.first, fault.last, fault.kind, fault.remembered) == (
        before - 9,
        before,
        "rolled_back",
        True,
    )
    assert state.verified_to == before - 10
    again = opened()
    # The log by itself is whole; only the memory knows better, and keeps it.
    assert [f.kind for f in verified(again).faults] == ["rolled_back"]
    again.forget()
    assert verified(again).faults == ()


def test_a_rewritten_log_with_a_recomputed_chain_is_named_from_the_mark_on(
    cast: Cast, opened: Opened
) -> None:
    record(cast, 30)
    one = opened()
    kept = verified(one).verified_to
    record(cast, 30)
    end = verified(one).verified_to
    rechain(cast, end - 5)
    state = verified(one)
    (fault,) = state.faults
    assert (fault.kind, fault.last) == ("rechained", end)
    assert kept < fault.first <= end - 5
    assert {state.seal_of(seq) for seq in range(end - 5, end + 1)} == {"broken"}
    assert state.seal_of(kept) == "verified"
    assert one.report is not None
    assert one.report.ok is False


def test_one_rewritten_last_event_accuses_no_other(cast: Cast, opened: Opened) -> None:
    record(cast, 30)
    one = opened()
    end = verified(one).verified_to
    rechain(cast, end)
    (fault,) = verified(one).faults
    assert (fault.first, fault.last) == (end, end)


def test_starting_over_finds_what_was_altered_behind_the_verification(
    cast: Cast, opened: Opened
) -> None:
    record(cast, 30)
    one = opened()
    verified(one)
    forge(cast, 12)
    assert verified(one).seal_of(12) == "verified"
    one.start_over()
    assert verified(one).seal_of(12) == "broken"


def test_the_memory_of_another_tenant_is_not_used(
    cast: Cast, opened: Opened, tmp_path: Path
) -> None:
    record(cast, 30)
    one = opened()
    verified(one)
    (file,) = (tmp_path / "seals").iterdir()
    other = opened(BEA)
    target = other._file.path
    target.write_text(file.read_text())
    assert other._file.load() is None
    saved = json.loads(file.read_text())
    saved["memory"]["tenant_path"] = BETA
    target.write_text(json.dumps(saved))
    state = verified(other)
    assert state.faults == ()
    assert state.verified_to == cast.last_seq(BETA)


@pytest.mark.parametrize(
    "broken", ["", "{", "[]", "null", '{"memory": {}}', '{"memory": 5}', "\x00" * 10, "9" * 5000]
)
def test_a_broken_file_costs_the_head_start_and_nothing_else(
    cast: Cast, opened: Opened, tmp_path: Path, broken: str
) -> None:
    record(cast, 10)
    verified(opened())
    (file,) = (tmp_path / "seals").iterdir()
    file.write_text(broken)
    one = opened()
    state = verified(one)
    assert (state.verified_to, state.faults) == (state.newest, ())
    assert json.loads(file.read_text())["memory"]["tenant_path"] == ACME


def test_the_memory_is_private_and_holds_no_token(
    cast: Cast, opened: Opened, tmp_path: Path
) -> None:
    one = opened()
    verified(one)
    (file,) = (tmp_path / "seals").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert one._link.token not in file.read_text()


# Who sees a part


def test_a_scoped_reader_s_rows_are_checked_one_by_one(cast: Cast, opened: Opened) -> None:
    claims = cast.one("SELECT id::text FROM govdesk.node WHERE node_path = 'acme.claims'")
    confine(cast, OTIS)
    with cast.admin.transaction():
        claim_setup(cast.admin, ACME)
        cast.admin.execute(
            "SELECT govdesk_api.record_events(jsonb_agg(jsonb_build_object("
            " 'action', 'system.event', 'summary', 'n', 'system_id',"
            " CASE WHEN n %% 2 = 0 THEN %s END))) FROM generate_series(1, 20) n",
            (claims,),
        )
    seen = [r["seq"] for r in cast.rows(0) if str(r["system_id"]) == claims]
    one = opened(OTIS)
    state = verified(one)
    assert not state.whole
    assert state.verified_to == max(seen)
    assert {state.seal_of(seq) for seq in seen} == {"verified"}
    assert one.report is not None
    assert any("completeness" in line for line in one.report.not_judged)
    forge(cast, seen[3])
    one.start_over()
    assert verified(one).seal_of(seen[3]) == "broken"


def test_a_reader_who_gains_the_rest_is_told_nothing_is_missing(cast: Cast, opened: Opened) -> None:
    record(cast, 10)
    one = opened(OTIS)
    verified(one)
    confine(cast, OTIS)
    record(cast, 10)
    state = verified(one)
    assert state.faults == ()
    assert not state.whole


# Interruptions


def test_a_session_that_ended_stops_the_round_and_a_new_one_goes_on(
    cast: Cast, opened: Opened, watched: list[int]
) -> None:
    record(cast, 30)
    one = opened()
    verified(one)
    with cast.admin.transaction():
        claim_setup(cast.admin, ACME)
        cast.admin.execute(
            "INSERT INTO govdesk_private.session_end (tenant_id, session_id)"
            " SELECT tenant_id, id FROM govdesk_private.session"
        )
    with pytest.raises(SessionEnded):
        verified(one)
    assert one.state.faults == ()
    session = cast.sign_in(OLGA)
    one._link.renew(session.token, None)
    del watched[:]
    state = verified(one)
    assert state.verified_to == state.newest
    assert sum(watched) < 10


def test_a_cancelled_round_ends_within_a_second_and_is_taken_up_again(
    cast: Cast, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "HERE_ROWS", 0)
    record(cast, 18_000)
    record(cast, 18_000)
    one = opened()
    cancel = threading.Event()
    stopped: list[float] = []

    def stop(state: SealState) -> None:
        stopped.append(time.monotonic())
        cancel.set()

    with pytest.raises(ChildCancelled):
        one.round(cancel, stop)
    assert time.monotonic() - stopped[0] < 1
    assert verified(one).faults == ()


def test_a_server_that_goes_away_in_the_middle_costs_only_the_round(
    cast: Cast, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "HERE_ROWS", 0)
    record(cast, 18_000)
    record(cast, 18_000)
    one = opened()

    def cut(state: SealState) -> None:
        cast.admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = 'govdesk_app' AND datname = current_database()"
        )

    with pytest.raises(Unreachable):
        one.round(threading.Event(), cut)
    with pytest.raises(Unreachable):
        verified(one)  # The lane's own connection was cut, too; the next call tries anew.
    state = verified(one)
    assert (state.verified_to, state.faults) == (state.newest, ())


def test_a_log_with_too_many_faults_is_given_up_and_nothing_above_counts_as_verified(
    cast: Cast, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("govdesk.services.sealing_round.MOST_FAULTS", 5)
    monkeypatch.setattr("govdesk.services.sealing_round.PAGE", 16)
    record(cast, 60)
    for seq in range(3, 50, 2):
        forge(cast, seq)
    one = opened()
    state = verified(one)
    assert state.stopped
    assert state.verified_to < 40
    assert state.seal_of(cast.last_seq()) == "not_yet"
    assert all(state.seal_of(seq) != "verified" for seq in range(3, 50, 2))
    assert verified(one) is state
