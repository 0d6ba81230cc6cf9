"""Guessing passwords and codes with raw SQL: what ROLLBACK, SAVEPOINT and fifty hands gain."""

from __future__ import annotations

import base64
import secrets
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pyotp
import pytest

from govdesk.database import sign_in
from tests.database.conftest import ACME, ADA, MEI, OLGA, OTIS, Cast, seed_of

Connection = psycopg.Connection[Any]
Attempt = tuple[UUID, bytes]
WRONG = b"x" * 32
FAILED, THROTTLED, SAME, STALE = "GD002", "GD003", "GD007", "GD008"


@contextmanager
def logins(cast: Cast, number: int) -> Iterator[list[Connection]]:
    """Connections with the application's login and none of our settings."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(psycopg.connect(cast.database.app_url, autocommit=True))
            for _ in range(number)
        ]


def submit(
    door: Connection, email: str, key: bytes, code: str, blind: bytes, device: bytes | None = None
) -> Attempt:
    row = door.execute(
        "SELECT * FROM govdesk_api.sign_in_submit(%s, %s, %s, sha256(%s))",
        (email, ACME, sign_in.commitment(blind, key, code), device),
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def reveal(
    door: Connection,
    attempt: Attempt,
    key: bytes,
    code: str,
    blind: bytes,
    device: bytes | None = None,
) -> str:
    """SQLSTATE of the answer, or "ok"."""
    try:
        door.execute(
            "SELECT * FROM govdesk_api.sign_in_reveal(%s, %s, %s, %s, %s)",
            (attempt[0], blind, sign_in.proof(key, *attempt), code, device),
        )
    except psycopg.Error as error:
        return error.sqlstate or ""
    return "ok"


def guess(door: Connection, email: str, key: bytes = WRONG, code: str = "000000") -> str:
    blind = secrets.token_bytes(32)
    return reveal(door, submit(door, email, key, code, blind), key, code, blind)


def code_of(email: str, steps: int = 0) -> str:
    app = pyotp.TOTP(base64.b32encode(seed_of(email)).decode())
    return app.at(int(time.time()) + 30 * steps)


def forget(cast: Cast, email: str) -> None:
    """Ten minutes later: no attempts lie behind, no code was used."""
    cast.admin.execute("DELETE FROM govdesk_private.attempt WHERE email = %s", (email,))
    cast.admin.execute(
        "UPDATE govdesk_private.factor SET last_step = 0 WHERE person_id ="
        " (SELECT id FROM govdesk_private.person WHERE email = %s)",
        (email,),
    )


def test_five_guesses_are_judged_and_the_right_one_is_then_refused_too(module_cast: Cast) -> None:
    key = module_cast.client_key(OLGA)
    with logins(module_cast, 1) as (door,):
        forget(module_cast, OLGA.email)
        assert guess(door, OLGA.email, key, code_of(OLGA.email)) == "ok"
        forget(module_cast, OLGA.email)
        answers = [guess(door, OLGA.email) for _ in range(8)]
        assert answers == [FAILED] * 5 + [THROTTLED] * 3
        assert guess(door, OLGA.email, key, code_of(OLGA.email)) == THROTTLED


def test_rolling_the_answer_back_forgets_no_guess(module_cast: Cast) -> None:
    forget(module_cast, ADA.email)
    answers = []
    with logins(module_cast, 1) as (door,):
        for _ in range(12):
            blind = secrets.token_bytes(32)
            attempt = submit(door, ADA.email, WRONG, "1", blind)
            with door.transaction(force_rollback=True):
                door.execute("SAVEPOINT s")
                answers.append(reveal(door, attempt, WRONG, "1", blind))
                door.execute("ROLLBACK TO s")
    assert Counter(answers) == {FAILED: 5, THROTTLED: 7}


@pytest.mark.parametrize("end", ["SELECT 1", "RELEASE SAVEPOINT s"])
def test_nothing_is_judged_in_the_transaction_that_submits(module_cast: Cast, end: str) -> None:
    forget(module_cast, ADA.email)
    key, code = module_cast.client_key(ADA), code_of(ADA.email)
    with logins(module_cast, 1) as (door,):
        for _ in range(20):
            blind = secrets.token_bytes(32)
            with door.transaction(force_rollback=True):
                door.execute("SAVEPOINT s")
                attempt = submit(door, ADA.email, key, code, blind)
                door.execute(end)
                assert reveal(door, attempt, key, code, blind) == SAME
            assert reveal(door, attempt, key, code, blind) == STALE
        assert guess(door, ADA.email, key, code) == "ok"


def test_fifty_hands_get_no_more_than_five_guesses(module_cast: Cast) -> None:
    forget(module_cast, OTIS.email)
    with logins(module_cast, 50) as doors, ThreadPoolExecutor(50) as pool:
        answers = Counter(pool.map(lambda door: guess(door, OTIS.email), doors))
        answers += Counter(pool.map(lambda door: guess(door, OTIS.email), doors))
    assert answers[FAILED] <= 5
    assert answers[FAILED] + answers[THROTTLED] == 100


def test_a_committed_guess_cannot_be_changed(module_cast: Cast) -> None:
    forget(module_cast, MEI.email)
    key, code = module_cast.client_key(MEI), code_of(MEI.email)
    blind = secrets.token_bytes(32)
    with logins(module_cast, 1) as (door,):
        attempt = submit(door, MEI.email, key, "000000", blind)
        assert reveal(door, attempt, key, code, blind) == FAILED
        attempt = submit(door, MEI.email, WRONG, code, blind)
        assert reveal(door, attempt, key, code, blind) == FAILED
        attempt = submit(door, MEI.email, key, code, blind)
        assert reveal(door, attempt, key, code, blind) == "ok"
        assert reveal(door, attempt, key, code, blind) == STALE


def test_a_code_is_good_once_and_never_after_a_later_one(module_cast: Cast) -> None:
    forget(module_cast, MEI.email)
    key = module_cast.client_key(MEI)
    now, later = code_of(MEI.email), code_of(MEI.email, 1)
    with logins(module_cast, 1) as (door,):
        assert guess(door, MEI.email, key, later) == "ok"
        assert guess(door, MEI.email, key, later) == FAILED
        assert guess(door, MEI.email, key, now) == FAILED


def test_an_attempt_older_than_a_minute_is_stale(module_cast: Cast) -> None:
    forget(module_cast, MEI.email)
    key, code, blind = module_cast.client_key(MEI), code_of(MEI.email), secrets.token_bytes(32)
    with logins(module_cast, 1) as (door,):
        attempt = submit(door, MEI.email, key, code, blind)
        module_cast.admin.execute(
            "UPDATE govdesk_private.attempt SET submitted_at = submitted_at - interval '61 seconds'"
            " WHERE id = %s",
            (attempt[0],),
        )
        assert reveal(door, attempt, key, code, blind) == STALE


def test_a_thousand_double_submits_give_one_session_each(module_cast: Cast) -> None:
    key = module_cast.client_key(MEI)
    with logins(module_cast, 2) as doors, ThreadPoolExecutor(2) as pool:
        for _ in range(1000):
            forget(module_cast, MEI.email)
            code = code_of(MEI.email)
            answers = list(pool.map(lambda d, c=code: guess(d, MEI.email, key, c), doors))
            assert sorted(answers) == [FAILED, "ok"]


def test_a_known_device_keeps_its_allowance_while_strangers_guess(module_cast: Cast) -> None:
    forget(module_cast, OLGA.email)
    key, device = module_cast.client_key(OLGA), secrets.token_bytes(32)

    def from_device(door: Connection, code: str) -> str:
        blind = secrets.token_bytes(32)
        attempt = submit(door, OLGA.email, key, code, blind, device)
        return reveal(door, attempt, key, code, blind, device)

    with logins(module_cast, 1) as (door,):
        assert from_device(door, code_of(OLGA.email)) == "ok"
        assert [guess(door, OLGA.email) for _ in range(6)][-1] == THROTTLED
        assert from_device(door, code_of(OLGA.email, 1)) == "ok"
        answers = [from_device(door, "000000") for _ in range(6)]
        assert answers == [FAILED] * 5 + [THROTTLED]


def test_a_recovery_code_opens_one_session(cast: Cast) -> None:
    person = cast.one("SELECT id FROM govdesk_private.person WHERE email = %s", OLGA.email)
    plain = sign_in.new_recovery_code()
    cast.admin.execute("SELECT set_config('app.setup_release', 'test', false)")
    cast.admin.execute("SELECT set_config('app.current_tenant_path', 'acme', false)")
    cast.admin.execute(
        "INSERT INTO govdesk_private.recovery_code (person_id, code_hash)"
        " VALUES (%s, sha256(convert_to(%s, 'UTF8')))",
        (person, plain.replace("-", "")),
    )
    key = cast.client_key(OLGA)
    with logins(cast, 1) as (door,):
        assert guess(door, OLGA.email, key, plain) == "ok"
        assert guess(door, OLGA.email, key, plain) == FAILED
    assert "recovery_code.used" in [row["action"] for row in cast.rows(0)]


def test_an_unknown_address_answers_like_a_known_one(module_cast: Cast) -> None:
    salts = "SELECT salt FROM govdesk_api.sign_in_parameters(%s)"
    with logins(module_cast, 1) as (door,):
        once, twice, known = (
            door.execute(salts, (email,)).fetchone()
            for email in ("who@nowhere.example", " WHO@nowhere.example", ADA.email)
        )
        assert once == twice != known
        for email in ("who@nowhere.example", ADA.email):
            forget(module_cast, email)
            answers = [guess(door, email) for _ in range(7)]
            assert answers == [FAILED] * 5 + [THROTTLED] * 2


def test_an_unknown_address_takes_as_long_as_a_known_one(module_cast: Cast) -> None:
    def timed(door: Connection, email: str) -> float:
        blind = secrets.token_bytes(32)
        attempt = submit(door, email, WRONG, "000000", blind)
        began = time.perf_counter()
        assert reveal(door, attempt, WRONG, "000000", blind) == FAILED
        return time.perf_counter() - began

    samples: dict[str, list[float]] = {ADA.email: [], "who@nowhere.example": []}
    with logins(module_cast, 1) as (door,):
        for _ in range(150):
            for email, taken in samples.items():
                forget(module_cast, email)
                taken.append(timed(door, email))
    known, unknown = (statistics.median(taken) for taken in samples.values())
    assert 0.75 < known / unknown < 1.33


def test_failed_sign_ins_are_sealed_for_the_tenant(cast: Cast) -> None:
    with logins(cast, 1) as (door,):
        assert guess(door, ADA.email) == FAILED
    cast.admin.execute(
        "UPDATE govdesk_private.attempt SET submitted_at = submitted_at - interval '61 seconds'"
    )
    before = cast.last_seq()
    with psycopg.connect(cast.database.worker_url, autocommit=True) as worker:
        assert worker.execute("SELECT govdesk_api.note_failed_sign_ins('w1')").fetchone() == (1,)
        assert worker.execute("SELECT govdesk_api.note_failed_sign_ins('w1')").fetchone() == (0,)
    (row,) = cast.rows(before)
    assert (row["action"], row["actor"]) == ("session.failed", "worker:w1")
    assert ADA.email in row["summary"]
