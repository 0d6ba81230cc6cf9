"""Claims: whose name server is silent waits alone, and is told apart from a network without one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from govdesk.delivery import egress_lookup
from govdesk.delivery.egress_deadline import Deadline
from govdesk.delivery.egress_lookup import NameServerSilent, NoAnswer, NoNameServer, Resolver
from govdesk.domain.problem import Problem

FOUND = ["203.0.113.7"]


class Names:
    """The system's resolver: names below mute.example hang until the test is over."""

    def __init__(self) -> None:
        self.over, self.asked = threading.Event(), list[str]()
        self.came = threading.Semaphore(0)
        self.address, self.errors = FOUND[0], dict[str, int]()

    def getaddrinfo(self, host: str, port: int, **_: Any) -> list[Any]:
        """As the system's own."""
        self.asked.append(host)
        self.came.release()
        if host.endswith("mute.example"):
            self.over.wait(20)
        if host in self.errors:
            raise socket.gaierror(self.errors[host], "as the resolver says it")
        return [(2, 1, 6, "", (self.address, port))]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    made = Names()
    monkeypatch.setattr(socket, "getaddrinfo", made.getaddrinfo)
    monkeypatch.setattr(egress_lookup, "FAIR_SECONDS", 0.0)
    yield made
    made.over.set()


class Clock:
    """Seconds that pass when the test says so."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def come_to(resolver: Resolver, host: str, seconds: float = 0.05) -> type[Problem] | None:
    """How asking for it ends; None if it is answered."""
    try:
        assert resolver.addresses(host, 443, Deadline(seconds)) == FOUND
    except Problem as problem:
        return type(problem)
    return None


def test_forty_silent_names_of_one_leave_room_for_another(names: Names) -> None:
    resolver = Resolver()
    with ThreadPoolExecutor(40) as senders:
        theirs = [
            senders.submit(come_to, resolver, f"n{number}.mute.example", 0.5)
            for number in range(40)
        ]
        assert come_to(resolver, "good.example", 3) is None
        assert None not in {one.result(5) for one in theirs}
        names.over.set()


def test_a_name_that_was_answered_before_does_not_even_wait(names: Names) -> None:
    resolver = Resolver()
    assert come_to(resolver, "good.example", 3) is None
    assert names.came.acquire()
    with ThreadPoolExecutor(40) as senders:
        theirs = [
            senders.submit(come_to, resolver, f"n{number}.mute.example", 9) for number in range(40)
        ]
        assert all(names.came.acquire(timeout=5) for _ in range(12))
        assert come_to(resolver, "good.example", 1) is None
        assert not any(one.done() for one in theirs)
        names.over.set()


def test_a_silent_name_that_is_asked_again_gets_one_of_four_places(names: Names) -> None:
    clock = Clock()
    resolver = Resolver(left_behind=0, clock=clock)
    hosts = [f"n{number}.mute.example" for number in range(6)]
    for host in hosts:
        names.errors[host] = socket.EAI_AGAIN
    names.over.set()
    assert {come_to(resolver, host, 3) for host in hosts} == {NoNameServer}
    names.over.clear()
    names.asked.clear()
    with ThreadPoolExecutor(6) as senders:
        said = [one.result(5) for one in [senders.submit(come_to, resolver, h, 0.3) for h in hosts]]
        assert set(said) == {NameServerSilent}
    assert len(names.asked) == 4
    clock.now += 301
    more = [f"m{number}.mute.example" for number in range(4)]
    assert {come_to(resolver, host) for host in more} == {NameServerSilent}
    assert set(more) <= set(names.asked), "names that are unknown have places of their own"


def test_after_five_minutes_a_silent_name_is_as_unknown_as_before(names: Names) -> None:
    clock = Clock()
    resolver = Resolver(room=(0, 1, 1), clock=clock)
    names.errors["fails.example"] = socket.EAI_AGAIN
    assert come_to(resolver, "fails.example", 3) is NoNameServer
    assert come_to(resolver, "fails.example") is NameServerSilent
    assert names.asked == ["fails.example"]
    clock.now += 301
    assert come_to(resolver, "fails.example", 3) is NoNameServer
    assert names.asked == ["fails.example"] * 2


def test_who_is_given_up_leaves_its_place_but_only_so_many_threads(names: Names) -> None:
    resolver = Resolver(room=(1, 2, 3), left_behind=4)
    for number in range(12):
        assert come_to(resolver, f"n{number}.mute.example") is NameServerSilent
    assert len(names.asked) == 6, "four left behind, and two that keep their places"
    assert come_to(resolver, "unknown.example") is NameServerSilent
    names.over.set()
    assert come_to(resolver, "unknown.example", 3) is None


def test_a_late_answer_clears_a_name(names: Names) -> None:
    clock = Clock()
    resolver = Resolver(room=(0, 3, 3), clock=clock)
    assert come_to(resolver, "n.mute.example") is NameServerSilent
    names.over.set()
    assert come_to(resolver, "n.mute.example", 3) is None
    assert come_to(resolver, "n.mute.example", 3) is None, "no place is left for silent ones"


def test_a_silent_name_is_told_apart_while_others_are_answered(names: Names) -> None:
    clock = Clock()
    resolver = Resolver(clock=clock)
    names.errors["fails.example"] = socket.EAI_AGAIN
    both = ("n.mute.example", "fails.example")
    assert [come_to(resolver, host) for host in both] == [NameServerSilent, NoNameServer]
    assert come_to(resolver, "good.example", 3) is None
    assert [come_to(resolver, host) for host in both] == [NoAnswer, NoAnswer]
    clock.now += 31
    assert [come_to(resolver, host) for host in both] == [NameServerSilent, NoNameServer]


def test_its_own_earlier_answer_proves_nothing_against_a_name(names: Names) -> None:
    resolver = Resolver()
    assert come_to(resolver, "fails.example", 3) is None
    names.errors["fails.example"] = socket.EAI_AGAIN
    assert come_to(resolver, "fails.example", 3) is NoNameServer


@pytest.mark.parametrize(("host", "address"), [("db", FOUND[0]), ("me.example", "127.0.1.1")])
def test_names_of_this_machine_prove_no_name_server(names: Names, host: str, address: str) -> None:
    resolver = Resolver()
    names.address = address
    assert resolver.addresses(host, 443, Deadline(3)) == [address]
    names.errors["fails.example"] = socket.EAI_AGAIN
    assert come_to(resolver, "fails.example", 3) is NoNameServer


def test_who_had_no_time_was_not_silent(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(egress_lookup, "FAIR_SECONDS", 60.0)
    resolver = Resolver()
    assert come_to(resolver, "good.example", 3) is None
    assert come_to(resolver, "n.mute.example") is NameServerSilent
    assert resolver._silent == {}


def test_who_found_no_place_is_not_blamed_for_others(names: Names) -> None:
    resolver = Resolver(room=(1, 1, 2), left_behind=0)
    assert come_to(resolver, "good.example", 3) is None
    assert come_to(resolver, "n.mute.example") is NoAnswer
    assert come_to(resolver, "m.example") is NameServerSilent
    assert "m.example" not in names.asked


def test_only_so_many_names_are_remembered(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(egress_lookup, "_MOST_NAMES", 3)
    resolver = Resolver()
    for number in range(8):
        assert come_to(resolver, f"n{number}.example", 3) is None
    assert len(resolver._answered) == 3
