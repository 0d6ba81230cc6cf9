"""Claims: on a real server a witness notices a restored dump, a fork, a rewrite by the owner and a
swapped key; it accepts a declared restore and nothing before it; pruning and erasure alarm nobody.
"""

from __future__ import annotations

import json
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from govdesk.database import migrate
from govdesk.database.connection import Session, connect
from govdesk.database.embedded import EmbeddedServer
from govdesk.database.embedded_binaries import find_binaries
from govdesk.database.errors import Refused
from govdesk.database.rows import INSTANT_AT, Head
from govdesk.database.tree import restores
from govdesk.evidence.checkpoints import Tree, body, origin
from govdesk.evidence.leaf import GENESIS, leaf_hash
from govdesk.evidence.merkle import Frontier
from govdesk.evidence.notes import KeyPair, sign
from govdesk.evidence.report import Report
from govdesk.services import audit
from govdesk.services.link import Link
from govdesk.services.restores import composed, declare, payload_of
from govdesk.services.sealing import Sealing
from govdesk.services.witness import Witness, report_fault
from govdesk.services.witness_source import TooSlow
from tests.database.test_sealing import as_owner, rechain
from tests.databases import APP_PASSWORD, Sessions, other_binaries
from tests.deciding import COUNSEL, decide_by_link, link, name_reviewer
from tests.doors import ask, seat
from tests.evidences import HOST, approve, fill, grow, put, sealed_bundle, segments, told
from tests.people import ACME, MEI, OLGA, OTIS, Cast
from tests.witnessing import Town


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


@pytest.fixture
def log(cast: Cast) -> Cast:
    """A log of some hundred events."""
    fill(cast, 700)
    return cast


def tree(cast: Cast) -> Tree:
    """The log's tree as a worker reads it, pruned months included."""
    hashes = "SELECT govdesk_api.worker_leaf_hashes(%s, %s, 1, %s)"
    found = bytes(told(cast, hashes, ACME, HOST, cast.last_seq()))
    frontier = Frontier()
    for at in range(0, len(found), 32):
        frontier.push(found[at : at + 32])
    return Tree(frontier.size, frontier.root())


def signed(cast: Cast, *pairs: KeyPair) -> Tree:
    """Let a worker with these keys sign the log as it stands."""
    grow(cast)
    key = "SELECT govdesk_api.announce_checkpoint_key(%s, %s, %s, %s)"
    for pair in pairs:
        told(cast, key, ACME, HOST, pair.vkey(origin(ACME)).text, pair.public)
    now = tree(cast)
    note = sign(body(origin(ACME), now), origin(ACME), pairs)
    take = "SELECT govdesk_api.put_checkpoint(%s, %s, %s, %s, %s)"
    assert told(cast, take, ACME, HOST, now.size, now.root, note) == "signed"
    return now


def verified(cast: Cast, witness: Witness, **more: bool) -> Report:
    session = cast.sign_in(OLGA)
    return audit.verify(session, cast.database.app_url, witness=witness, **more)


@pytest.fixture
def copies(server: EmbeddedServer, sessions: Sessions) -> Iterator[Callable[[Cast], Cast]]:
    """Databases that are copies of one, as it stands now, dropped at the end."""
    made: list[Cast] = []

    def copy(cast: Cast) -> Cast:
        name = f"copy_{len(made)}_{cast.database.name}"
        dump = _dumped(cast)
        sessions.connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        admin = server.admin_url_of(name)
        subprocess.run(
            [str(_binaries() / "pg_restore"), "--exit-on-error", "--dbname", admin],
            input=dump,
            check=True,
        )
        assert migrate.migrate(admin).restored
        app = server.url("govdesk_app", APP_PASSWORD, name)
        database = type(cast.database)
        worker = cast.database.worker_url.replace(cast.database.name, name)
        made.append(Cast(database(name, admin, app, worker)))
        return made[-1]

    yield copy
    for one in made:
        one.close()
        name = sql.Identifier(one.database.name)
        sessions.connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def _binaries() -> Path:
    return other_binaries() or find_binaries()


def _dumped(cast: Cast) -> bytes:
    return subprocess.run(
        [str(_binaries() / "pg_dump"), "-Fc", "--dbname", cast.database.admin_url],
        check=True,
        capture_output=True,
    ).stdout


def declared(cast: Cast, payload: dict[str, object]) -> str:
    """Ask for a restore as the owner, and have counsel approve it."""
    session = seat(cast, OLGA.email)
    declare(session, payload, "The disk failed on Sunday")
    return decide_by_link(cast, link(cast))[0]


# In order


def test_every_member_is_a_witness_and_follows_the_log(log: Cast, town: Town) -> None:
    witness = town.witness()
    assert witness.check(log.sign_in(MEI)).state == "none_yet"
    first = signed(log, town.pair)
    verdict = witness.check(log.sign_in(MEI))
    assert (verdict.state, verdict.found.tree) == ("first_seen", first)
    assert verdict.found.signed_by == (town.key,)
    fill(log, 300)
    second = signed(log, town.pair)
    assert witness.check(log.sign_in(OTIS)).state == "consistent"
    newest = witness.remembered().newest
    assert newest is not None
    assert newest.tree == second


def test_a_check_costs_a_sign_in_little(log: Cast, town: Town) -> None:
    fill(log, 3000)
    signed(log, town.pair)
    session, witness = log.sign_in(OLGA), town.witness()
    witness.check(session)
    times = []
    for _ in range(9):
        began = time.perf_counter()
        assert witness.check(session).state == "consistent"
        times.append(time.perf_counter() - began)
    middle = sorted(times)[4]
    print(f"\nwitness: {middle * 1000:.1f} ms a check")
    assert middle < 0.5


# A dump, a fork, a rewrite, a key


def test_a_restored_dump_is_an_alarm_until_two_people_declared_it(
    log: Cast, town: Town, copies: Callable[[Cast], Cast]
) -> None:
    name_reviewer(log, COUNSEL)
    here, elsewhere, newcomer = (town.witness(name) for name in ("A", "B", "C"))
    before = signed(log, town.pair)
    old = copies(log)
    fill(log, 50)
    assert elsewhere.check(log.sign_in(OLGA)).state == "first_seen"
    lost = signed(log, town.pair)
    assert here.check(log.sign_in(OLGA)).state == "first_seen"

    session = old.sign_in(OLGA)
    verdict = here.check(session)
    assert verdict.state == "rolled_back"
    assert verdict.remembered is not None
    assert (verdict.remembered.tree, verdict.found.tree) == (lost, before)
    report = verified(old, here)
    assert report.ok is False
    assert [(f.kind, f.last) for f in report.faults] == [("rolled_back", lost.size)]
    assert report_fault(session, verdict)
    assert not report_fault(session, verdict)
    assert "audit.fault_found" in {row["action"] for row in old.rows(before.size)}

    payload = composed(verdict)
    assert payload == payload_of(lost, before)
    asked = declare(old.sign_in(OLGA), payload, "The disk failed on Sunday")
    assert here.check(old.sign_in(OLGA)).state == "rolled_back"
    assert decide_by_link(old, link(old))[0] == "executed"
    assert asked

    (one,) = restores(old.sign_in(MEI))
    verdict = here.check(old.sign_in(MEI))
    assert verdict.state == "restored"
    (said,) = verdict.restored
    assert (said.id, said.reason) == (one.id, "The disk failed on Sunday")
    assert OLGA.email in said.requester
    assert COUNSEL in said.reviewer
    now = signed(old, town.pair)
    for witness in (here, elsewhere):
        assert witness.check(old.sign_in(OLGA)).state == "consistent"
    assert newcomer.check(old.sign_in(OLGA)).state == "first_seen"
    report = verified(old, here)
    assert (report.ok, report.faults) == (True, [])
    assert report.checkpoint is not None
    assert report.checkpoint.size == now.size
    assert here.check(log.sign_in(OLGA)).state in ("rolled_back", "rechained")


def test_a_restored_dump_that_went_on_is_an_alarm_too(
    log: Cast, town: Town, copies: Callable[[Cast], Cast]
) -> None:
    signed(log, town.pair)
    old = copies(log)
    fill(log, 20)
    signed(log, town.pair)
    assert town.witness().check(log.sign_in(OLGA)).state == "first_seen"
    fill(old, 200)
    signed(old, town.pair)
    assert town.witness().check(old.sign_in(OLGA)).state == "rechained"
    assert [f.kind for f in verified(old, town.witness()).faults] == ["rechained"]


def test_two_logs_of_one_length_signed_by_one_worker_are_a_fork(
    log: Cast, town: Town, copies: Callable[[Cast], Cast]
) -> None:
    other = copies(log)
    for one in (log, other):
        fill(one, 30)
        one.sign_in(OLGA)
    fill(log, max(0, other.last_seq() - log.last_seq()))
    fill(other, max(0, log.last_seq() - other.last_seq()))
    signed(log, town.pair)
    assert town.witness().check(log.sign_in(OLGA)).state == "first_seen"
    signed(other, town.pair)
    assert town.witness().check(other.sign_in(OLGA)).state == "forked"
    assert "forked" in [f.kind for f in verified(other, town.witness()).faults] or (
        verified(other, town.witness()).ok is False
    )


@pytest.mark.parametrize("with_tiles", [False, True])
def test_the_owner_rewriting_the_past_is_seen_at_sign_in(
    log: Cast, town: Town, *, with_tiles: bool
) -> None:
    signed(log, town.pair)
    assert town.witness().check(log.sign_in(OLGA)).state == "first_seen"
    rechain(log, 300)
    if with_tiles:
        with as_owner(log) as admin:
            admin.execute("TRUNCATE govdesk.audit_tile")
        grow(log)
    assert town.witness().check(log.sign_in(OLGA)).is_alarm
    report = verified(log, town.witness())
    assert report.ok is False
    assert "rechained" in [fault.kind for fault in report.faults]
    fill(log, 10)
    assert town.witness().check(log.sign_in(OLGA)).is_alarm


def test_a_cut_end_is_seen_although_every_row_that_is_left_is_whole(log: Cast, town: Town) -> None:
    size = signed(log, town.pair).size
    assert town.witness().check(log.sign_in(OLGA)).state == "first_seen"
    with as_owner(log) as admin:
        admin.execute(
            "DELETE FROM govdesk.audit_log WHERE tenant_path = 'acme' AND seq > %s", (size - 5,)
        )
    session = Session(log.open(log.database.app_url), *_token(log))
    assert town.witness().check(session).state == "rolled_back"
    report = audit.verify(session, log.database.app_url, witness=town.witness())
    assert {fault.kind for fault in report.faults} & {"cut", "rolled_back"}


def _token(cast: Cast) -> tuple[str, str]:
    """A session without the rows that its sign-in would seal."""
    session = cast.sign_in(OLGA)
    with as_owner(cast) as admin:
        admin.execute(
            "DELETE FROM govdesk.audit_log WHERE tenant_path = 'acme' AND seq > ("
            " SELECT max(size) - 5 FROM govdesk.audit_checkpoint)"
        )
    return session.token, session.tenant_path


def test_a_swapped_key_is_seen(log: Cast, town: Town) -> None:
    signed(log, town.pair)
    assert town.witness().check(log.sign_in(OLGA)).state == "first_seen"
    fill(log, 10)
    thief = KeyPair.generate()
    signed(log, thief)
    verdict = town.witness().check(log.sign_in(OLGA))
    assert (verdict.state, verdict.new_keys) == ("unsigned_key", (thief.vkey(origin(ACME)),))
    report = verified(log, town.witness())
    assert [fault.kind for fault in report.faults] == ["signature"]
    fill(log, 10)
    signed(log, town.pair)
    assert town.witness().check(log.sign_in(OLGA)).state == "consistent"


def test_a_note_that_nobody_signed_is_seen(log: Cast, town: Town) -> None:
    signed(log, town.pair)
    assert town.witness().check(log.sign_in(OLGA)).state == "first_seen"
    fill(log, 10)
    put(log)
    assert town.witness().check(log.sign_in(OLGA)).is_alarm


# Restores that do not count


def test_no_other_restore_satisfies_a_witness(
    log: Cast, town: Town, copies: Callable[[Cast], Cast]
) -> None:
    name_reviewer(log, COUNSEL)
    before = signed(log, town.pair)
    old = copies(log)
    fill(log, 50)
    lost = signed(log, town.pair)
    assert town.witness().check(log.sign_in(OLGA)).state == "first_seen"
    smaller = Tree(lost.size - 1, lost.root)
    assert declared(old, payload_of(smaller, before)) == "executed"
    assert town.witness().check(old.sign_in(OLGA)).state == "rolled_back"
    wrong = payload_of(lost, Tree(before.size, bytes(32)))
    with pytest.raises(Refused) as refused:
        declare(seat(old, OLGA.email), wrong, "because I say so")
    assert refused.value.refusal.sqlstate == "GD046"


# Verification by the checkpoint


def test_verification_names_the_checkpoint_it_was_judged_by(log: Cast, town: Town) -> None:
    report = verified(log, town.witness())
    assert report.ok is True
    assert report.checkpoint is None
    assert any("no checkpoint" in said for said in report.not_judged)
    now = signed(log, town.pair)
    for processes in (1, 2):
        session = log.sign_in(OLGA)
        report = audit.verify(
            session, log.database.app_url, witness=town.witness(), processes=processes
        )
        assert (report.ok, report.complete) == (True, True)
        assert report.as_json()["checkpoint"] == {
            "size": now.size,
            "root": now.root.hex(),
            "signed_by": town.key.text,
        }
        assert not any("no checkpoint was given" in said for said in report.not_judged)
        assert any(f"events after {now.size}" in said for said in report.not_judged)


def test_since_the_checkpoint_reads_what_is_new_and_proves_the_rest(log: Cast, town: Town) -> None:
    signed(log, town.pair)
    whole = verified(log, town.witness(), since_checkpoint=True)
    assert (whole.ok, whole.first_seq) == (True, 1)
    fill(log, 40)
    size = signed(log, town.pair).size
    report = verified(log, town.witness(), since_checkpoint=True)
    assert (report.ok, report.complete, report.faults) == (True, True, [])
    assert report.first_seq == (whole.last_seq or 0) + 1
    assert report.rows == (report.last_seq or 0) - (whole.last_seq or 0) < 60
    assert report.root == tree(log).root.hex()
    assert report.checkpoint is not None
    assert report.checkpoint.size == size
    assert f"columns of events 1 to {whole.last_seq}" in report.not_judged[0]
    session = log.sign_in(OLGA)
    first = audit.verify(
        session, log.database.app_url, witness=town.witness(), since_checkpoint=True
    )
    again = audit.verify(
        session, log.database.app_url, witness=town.witness(), since_checkpoint=True
    )
    assert (first.ok, again.ok, again.rows) == (True, True, 0)


def test_since_the_checkpoint_finds_what_was_rewritten_before_and_after_it(
    log: Cast, town: Town
) -> None:
    signed(log, town.pair)
    assert verified(log, town.witness()).ok
    fill(log, 40)
    last = log.last_seq()
    with as_owner(log) as admin:
        admin.execute(
            "UPDATE govdesk.audit_log SET summary = 'x' WHERE tenant_path = 'acme' AND seq = %s",
            (last - 3,),
        )
    report = verified(log, town.witness(), since_checkpoint=True)
    assert [(f.first, f.kind) for f in report.faults] == [(last - 3, "altered")]
    rechain(log, 300)
    report = verified(log, town.witness(), since_checkpoint=True)
    assert "rechained" in [fault.kind for fault in report.faults]
    assert report.ok is False


# Pruned and erased


def test_nothing_alarms_after_a_month_was_pruned_and_a_person_erased(
    cast: Cast, town: Town
) -> None:
    month, olga = _archived(cast, town)
    witness = town.witness()
    assert witness.check(cast.sign_in(OLGA)).state == "first_seen"
    assert verified(cast, witness).ok
    assert approve(cast, olga, "audit.prune", {"month": str(month["month"])})[0] == "executed"
    seq = cast.rows(int(month["last"]))[0]["seq"]
    fields = {"fields": [{"seq": seq, "fields": ["summary"]}]}
    assert approve(cast, olga, "audit.erase", fields)[0] == "executed"

    assert witness.check(cast.sign_in(OLGA)).state == "consistent"
    for processes in (1, 2):
        session = cast.sign_in(OLGA)
        report = audit.verify(session, cast.database.app_url, witness=witness, processes=processes)
        assert (report.ok, report.complete, report.faults) == (True, True, [])
        assert report.pruned == int(month["last"]) - int(month["first"]) + 1
        assert report.erased == 1
    fill(cast, 10)
    signed(cast, town.pair)
    assert witness.check(cast.sign_in(OLGA)).state == "consistent"
    assert verified(cast, witness, since_checkpoint=True).ok


def _archived(cast: Cast, town: Town) -> tuple[dict[str, Any], Session]:
    """A log that began three months ago, with a month that is archived and signed."""
    _age(cast)
    fill(cast, 600, age="60 days")
    name_reviewer(cast, COUNSEL)
    olga = seat(cast, OLGA.email)
    fill(cast, 256)
    signed(cast, town.pair)
    month = max(
        (s for s in segments(olga) if s["state"] == "whole"), key=lambda segment: segment["rows"]
    )
    export = sealed_bundle(olga, int(month["first"]), int(month["last"]))
    ask(olga, "SELECT govdesk_api.archive_segment(%s::date, %s)", month["month"], export)
    return month, olga


def _age(cast: Cast) -> None:
    """Let the log begin three months ago: its first rows are sealed anew, with other times."""
    with as_owner(cast) as admin:
        admin.execute("UPDATE govdesk.audit_log SET at = at - interval '90 days'")
        found = admin.execute(
            f"SELECT l.tenant_path::text, l.seq, {INSTANT_AT}, convert_from(l.leaf, 'UTF8')"
            " FROM govdesk.audit_log l ORDER BY 1, 2"
        ).fetchall()
        prev = {path: GENESIS for path, *_ in found}
        for path, seq, at, text in found:
            members = json.loads(text) | {"at": at, "prev": prev[path]}
            built = json.dumps(members, separators=(",", ":")).encode()
            prev[path] = leaf_hash(built).hex()
            admin.execute(
                "UPDATE govdesk.audit_log SET leaf = %s, leaf_hash = decode(%s, 'hex')"
                " WHERE tenant_path = %s::ltree AND seq = %s",
                (built, prev[path], path, seq),
            )


# In the background


@pytest.fixture
def sealing(cast: Cast, town: Town) -> Iterator[Callable[[], Sealing]]:
    """A verification in the background, as after each start of the console."""
    links: list[Link] = []

    def start() -> Sealing:
        session = cast.sign_in(OLGA)
        links.append(Link(cast.database.app_url, session.token, session.tenant_path))
        return Sealing(links[-1], town.folder / f"seals{len(links)}", "A", town.witness())

    yield start
    for one in links:
        one.close()


def test_a_rewritten_log_that_is_whole_by_itself_is_found_by_its_checkpoint(
    log: Cast, town: Town, sealing: Callable[[], Sealing], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("govdesk.services.sealing.HERE_ROWS", 10_000)
    signed(log, town.pair)
    assert town.witness().check(log.sign_in(OLGA)).state == "first_seen"
    state = sealing().round(threading.Event())
    assert state.faults == ()
    verified = town.witness().remembered().verified
    assert verified is not None
    assert verified.tree.size == state.verified_to
    rechain(log, 300)
    (fault,) = sealing().round(threading.Event()).faults
    assert (fault.kind, fault.remembered) == ("rechained", True)
    assert "signed" in fault.detail


def test_the_background_raises_no_alarm_over_a_pruned_month_wherever_it_stopped(
    cast: Cast,
    town: Town,
    sealing: Callable[[], Sealing],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("govdesk.services.sealing.HERE_ROWS", 10_000)
    month, olga = _archived(cast, town)
    first, last = int(str(month["first"])), int(str(month["last"]))
    running, midway = sealing(), sealing()
    assert running.round(threading.Event()).faults == ()
    with monkeypatch.context() as stopped:
        # It stopped within the month that is pruned later.
        stopped.setattr(
            "govdesk.services.sealing_round.rows.head",
            lambda session: Head((first + last) // 2, ""),
        )
        midway.round(threading.Event())
    assert first < midway.state.verified_to < last
    assert approve(cast, olga, "audit.prune", {"month": str(month["month"])})[0] == "executed"
    fill(cast, 5)
    signed(cast, town.pair)
    for one in (running, midway, sealing()):
        state = one.round(threading.Event())
        assert (state.faults, state.verified_to) == ((), cast.last_seq())
    running.start_over()
    assert running.round(threading.Event()).faults == ()


# Slow


@contextmanager
def silent_after(url: str, replies: int) -> Iterator[str]:
    """A proxy to the server that stops answering after so many answers, and stays open."""
    there = psycopg.conninfo.conninfo_to_dict(url)
    door = socket.create_server(("127.0.0.1", 0))
    ends: list[socket.socket] = []
    over = threading.Event()

    def pump(source: socket.socket, target: socket.socket, *, counted: bool) -> None:
        left = replies
        try:
            while data := source.recv(65536):
                if counted and left <= 0:
                    over.wait()
                    return
                left -= 1
                target.sendall(data)
        except OSError:
            return

    def serve() -> None:
        try:
            inner, _ = door.accept()
        except OSError:
            return
        outer = socket.create_connection((str(there["host"]), int(str(there["port"]))))
        ends.extend((inner, outer))
        threads = [
            threading.Thread(target=pump, args=(inner, outer), kwargs={"counted": False}),
            threading.Thread(target=pump, args=(outer, inner), kwargs={"counted": True}),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    server = threading.Thread(target=serve)
    server.start()
    parts = {**there, "host": "127.0.0.1", "port": str(door.getsockname()[1]), "hostaddr": ""}
    try:
        yield psycopg.conninfo.make_conninfo("", **parts)
    finally:
        over.set()
        for end in ends:
            end.close()
        door.close()
        server.join()


@pytest.mark.parametrize("replies", [8, 14])
def test_a_server_that_falls_silent_holds_nobody_up(log: Cast, town: Town, replies: int) -> None:
    signed(log, town.pair)
    session = log.sign_in(OLGA)
    assert town.witness().check(session).state == "first_seen"
    fill(log, 300)
    signed(log, town.pair)
    with silent_after(log.database.app_url, replies) as url:
        slow = Session(connect(url), session.token, session.tenant_path)
        began = time.monotonic()
        with pytest.raises(TooSlow):
            town.witness(patience=1.0).check(slow)
        assert time.monotonic() - began < 5
        slow.close()
    assert town.witness().check(session).state == "consistent"


def test_facts_of_an_alarm_are_sealed_without_times(log: Cast, town: Town) -> None:
    signed(log, town.pair)
    town.witness().check(log.sign_in(OLGA))
    rechain(log, 300)
    one = town.witness().check(log.sign_in(OLGA))
    two = town.witness().check(log.sign_in(OLGA))
    assert json.dumps(one.facts()) == json.dumps(two.facts())
