"""A few connections serve many threads, and a server that went away comes back."""

from __future__ import annotations

import threading

import psycopg
import pytest

from govdesk.database import web_pool
from govdesk.database.connection import Connection, connect
from govdesk.database.errors import DatabaseProblem, Unreachable
from govdesk.database.web_pool import Busy, Pool
from tests.people import Cast


def _number(pool: Pool) -> int:
    with pool.lend() as connection:
        return connection.info.backend_pid


def test_a_connection_is_used_again(module_cast: Cast) -> None:
    pool = Pool(module_cast.database.worker_url)
    assert len({_number(pool) for _ in range(5)}) == 1
    pool.close()


def test_who_finds_all_at_work_waits_and_is_told(module_cast: Cast) -> None:
    pool = Pool(module_cast.database.worker_url, size=1, patience=0.05)
    with pool.lend(), pytest.raises(Busy):
        _number(pool)
    assert _number(pool)
    pool.close()


def test_one_that_the_server_ended_is_replaced(module_cast: Cast) -> None:
    pool = Pool(module_cast.database.worker_url)
    first = _number(pool)
    module_cast.admin.execute("SELECT pg_terminate_backend(%s, 5000)", (first,))
    assert _number(pool) != first
    pool.close()


def test_one_that_was_left_inside_a_transaction_is_closed(module_cast: Cast) -> None:
    pool = Pool(module_cast.database.worker_url)
    with pool.lend() as connection:
        connection.execute("BEGIN")
        first = connection.info.backend_pid
    assert connection.closed
    assert _number(pool) != first
    pool.close()


def test_a_place_is_given_back_whatever_happens(module_cast: Cast) -> None:
    pool = Pool(module_cast.database.worker_url, size=1, patience=0.05)
    for _ in range(3):
        with pytest.raises(psycopg.errors.DivisionByZero), pool.lend() as connection:
            connection.execute("SELECT 1 / 0")
    assert _number(pool)
    pool.close()
    away = Pool("postgresql://x:x@127.0.0.1:1/x", size=1, patience=0.05)
    for _ in range(3):
        with pytest.raises(Unreachable):
            _number(away)


def test_one_that_cannot_be_made_ready_is_closed_and_explained(
    module_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Connection] = []

    def connected(url: str) -> Connection:
        opened.append(connect(url))
        return opened[-1]

    monkeypatch.setattr(web_pool, "connect", connected)
    monkeypatch.setattr(web_pool, "STATEMENT", "no time")
    pool = Pool(module_cast.database.worker_url, size=1, patience=0.05)
    for _ in range(2):
        with pytest.raises(DatabaseProblem, match="The input was refused"):
            _number(pool)
    assert [one.closed for one in opened] == [True, True]


def test_never_more_than_its_size(module_cast: Cast) -> None:
    pool = Pool(module_cast.database.worker_url, size=3)
    numbers = set[int]()

    def work() -> None:
        for _ in range(10):
            numbers.add(_number(pool))

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= len(numbers) <= 3
    pool.close()
