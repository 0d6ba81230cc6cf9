"""Peppers: keys move from none to the first, to the next; one that no key needs goes."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from govdesk.database import key_doors
from govdesk.database.connection import Session
from govdesk.database.errors import Refused
from govdesk.domain.problem import Problem
from govdesk.services import key_changes, peppers
from govdesk.services.key_changes import Revealed
from govdesk.vault.key_files import KeyFileProblem
from govdesk.vault.peppers import PepperFile, PepperRing
from tests.doors import answer, seat, table, worker
from tests.keys import HOST, PORTAL, Door, actions, generate, in_days, order
from tests.people import ACME, BEA, BETA, OTIS, Cast


@pytest.fixture
def otis(cast: Cast) -> Session:
    """An operator, who manages keys."""
    return seat(cast, OTIS.email)


@pytest.fixture
def door(cast: Cast, tmp_path: Path) -> Door:
    return Door.of(cast, tmp_path)


def standing(session: Session) -> dict[int, tuple[str, int]]:
    """Status and live keys by version, of one organisation."""
    return {one.version: (one.status, one.keys) for one in peppers.versions(session)}


def verifier(cast: Cast, made: Revealed) -> str:
    """What the database keeps of a key."""
    return str(
        cast.one("SELECT digest FROM govdesk_private.api_key_mac WHERE id = %s", made.key.id)
    )


def test_a_key_without_pepper_gets_one_by_the_worker_or_at_its_first_use(
    cast: Cast, otis: Session, door: Door
) -> None:
    attended, used = generate(cast, otis), generate(cast, otis)
    assert standing(otis)[0][1] == 2
    assert door.reason(used.raw) == "ok"
    assert standing(otis)[1] == ("current", 1)
    before = cast.last_seq()
    assert door.attend() == 1
    assert standing(otis)[1] == ("current", 2)
    assert standing(otis).get(0, ("", 0))[1] == 0
    assert door.attend() == 0
    assert door.reason(attended.raw) == "ok"
    assert actions(cast, before) == ["api_key.first_used"], "moving a key is no event"
    assert actions(cast, 0, "pepper") == ["pepper.registered"]


def test_the_database_keeps_the_hmac_and_not_the_hash_of_a_peppered_key(
    cast: Cast, otis: Session, door: Door
) -> None:
    made = generate(cast, otis)
    ring = door.file.ring()
    assert verifier(cast, made) == f"sha256:{ring.mac(0, made.raw).hex()}"
    door.attend()
    assert verifier(cast, made) == f"hmac-sha256:p1:{ring.mac(1, made.raw).hex()}"
    door.rotate()
    door.knock(made.raw)
    ring = door.file.ring()
    assert verifier(cast, made) == f"hmac-sha256:p2:{ring.mac(2, made.raw).hex()}"


def test_a_key_moves_to_the_next_pepper_at_its_next_use_and_only_then(
    cast: Cast, otis: Session, door: Door
) -> None:
    keys = [generate(cast, otis) for _ in range(3)]
    door.attend()
    assert door.rotate() == 2
    assert standing(otis)[1] == ("live", 3)
    assert standing(otis)[2] == ("current", 0)
    for moved, one in enumerate(keys, 1):
        assert door.reason(one.raw) == "ok"
        assert standing(otis)[2] == ("current", moved)
    assert door.meter() == {2: 3}
    assert [door.reason(one.raw) for one in keys] == ["ok"] * 3


def test_a_version_is_retired_when_no_key_needs_it_and_not_before(
    cast: Cast, otis: Session, door: Door
) -> None:
    keys = [generate(cast, otis), generate(cast, seat(cast, BEA.email, BETA), "beta.intake")]
    door.attend()
    door.rotate()
    assert door.reason(keys[0].raw) == "ok"
    with pytest.raises(Problem, match="1 keys still need") as caught:
        peppers.retire(door.connection, door.file, 1, HOST)
    assert caught.value.exit_code == 2
    with pytest.raises(Refused) as refused:
        key_doors.retire(door.connection, 1, HOST)
    assert refused.value.key == "pepper_in_use"
    assert door.file.ring().versions == [2, 1]
    assert door.reason(keys[1].raw) == "ok"
    assert set(peppers.retire(door.connection, door.file, 1, HOST)) <= {ACME, BETA}
    assert door.file.ring().versions == [2]
    assert standing(otis)[1] == ("retired", 0)
    assert [door.reason(one.raw) for one in keys] == ["ok", "ok"]
    assert actions(cast, 0, "pepper").count("pepper.retired") == 1


def test_the_current_version_and_one_that_never_was_are_not_retired(
    cast: Cast, otis: Session, door: Door
) -> None:
    generate(cast, otis)
    door.attend()
    for version, words in ((1, "current"), (7, "no pepper")):
        with pytest.raises(Problem, match=words):
            peppers.retire(door.connection, door.file, version, HOST)


def test_a_revoked_key_holds_no_pepper_back(cast: Cast, otis: Session, door: Door) -> None:
    made = generate(cast, otis)
    door.attend()
    door.rotate()
    key_changes.revoke(otis, made.key.id)
    peppers.retire(door.connection, door.file, 1, HOST)
    assert door.reason(made.raw) in ("revoked", "unknown")


def test_many_knock_while_the_pepper_changes_and_none_is_turned_away(
    cast: Cast, otis: Session, door: Door
) -> None:
    keys = [generate(cast, otis) for _ in range(12)]
    door.attend()
    ending, answers = threading.Event(), []
    opened = [Door(worker(cast), PepperFile(door.file.path)) for _ in range(3)]

    def use(one: Door) -> None:
        while not ending.is_set():
            answers.extend(one.reason(key.raw) for key in keys)

    users = [threading.Thread(target=use, args=(one,)) for one in opened]
    for user in users:
        user.start()
    for version in (2, 3, 4):
        assert door.rotate() == version
        while door.meter() != {version: 12}:
            door.connection.execute("SELECT pg_sleep(0.01)")
    ending.set()
    for user in users:
        user.join()
    assert len(answers) >= 12 * 3
    assert set(answers) == {"ok"}


def test_another_process_s_file_of_the_same_version_is_found_out(
    cast: Cast, otis: Session, door: Door, tmp_path: Path
) -> None:
    made = generate(cast, otis)
    door.attend()
    (tmp_path / "other").mkdir()
    other = PepperFile(tmp_path / "other" / "peppers.json")
    with pytest.raises(KeyFileProblem, match="missing"):
        peppers.ready(door.connection, other)
    PepperRing.create(other.path)
    stray = Door(door.connection, other)
    assert stray.reason(made.raw) == "unknown"
    fresh = generate(cast, otis)
    with pytest.raises(Problem):
        stray.attend()
    assert door.reason(fresh.raw) == "ok"


def test_a_file_that_others_may_read_is_not_used(cast: Cast, otis: Session, door: Door) -> None:
    generate(cast, otis)
    os.chmod(door.file.path, 0o644)
    with pytest.raises(KeyFileProblem, match="read by others"):
        PepperFile(door.file.path).ring()


def test_a_key_is_made_under_the_pepper_where_it_is_at_hand(
    cast: Cast, otis: Session, door: Door
) -> None:
    assert peppers.usable(otis, door.file.ring()) is None, "nobody has registered it yet"
    generate(cast, otis)
    door.attend()
    ring = peppers.usable(otis, door.file.ring())
    assert ring is not None
    made = key_changes.generate(otis, order(cast, PORTAL), ring)
    assert standing(otis)[1] == ("current", 2)
    assert door.reason(made.raw) == "ok"
    new = key_changes.rotate(otis, made.key.id, 1, in_days(50), ring)
    assert door.reason(new.raw) == "ok"
    assert door.meter() == {1: 3}


def test_the_console_reads_the_meter_and_touches_no_pepper(cast: Cast, otis: Session) -> None:
    for call in (
        "SELECT * FROM govdesk_api.pepper_state()",
        "SELECT govdesk_api.pepper_rotated(2, 'f', 'x')",
        "SELECT govdesk_api.retire_pepper(1, 'x')",
        "SELECT govdesk_api.upgrade_key(1, 'f', '\\x00')",
        "SELECT govdesk_api.pepper_key(gen_random_uuid(), 1, 'f', '\\x00', 'x')",
    ):
        assert answer(otis.connection, call) == "42501", call
    assert table(otis, "SELECT * FROM govdesk.pepper") == []
