"""Claims: the guard looks up once, refuses if one answer is bad, and dials what it judged."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from govdesk.delivery.egress import Guard, NotFound, Opening, Refused, TooSlow, Unreachable
from govdesk.delivery.egress_deadline import Deadline
from govdesk.delivery.egress_hosts import read_host
from govdesk.delivery.egress_tls import Trail
from govdesk.domain.problem import Problem
from tests.unit.delivery.corpus import CORPUS, public_addresses
from tests.unit.delivery.servers import NameServer, serving

PUBLIC = "93.184.215.14"


def guard(*answers: str, allow: tuple[str, ...] = ()) -> Guard:
    return Guard(allow, look_up=lambda host, port, deadline: list(answers))


def reaches(one: Guard, host: str, port: int, trail: Trail | None = None) -> None:
    """Connect, and wait for the server to hang up, so that it has counted the call."""
    with one.connect(host, port, Deadline(5), trail) as line:
        assert line.recv(1) == b""


def everything_refused(hosts: list[tuple[Guard, str]]) -> list[str]:
    passed = []
    for one, host in hosts:
        try:
            one.resolve(host, 443)
            passed.append(host)
        except Refused:
            pass
    return passed


def test_every_host_of_the_corpus_is_refused_even_where_a_name_server_would_answer() -> None:
    hosts = [(guard(PUBLIC), row["host"]) for row in CORPUS["hosts"]]
    assert len(hosts) >= 150
    assert everything_refused(hosts) == []


def test_every_answer_of_the_corpus_is_refused() -> None:
    hosts = [(guard(*row["answers"]), row["host"]) for row in CORPUS["answers"]]
    assert len(hosts) >= 15
    assert everything_refused(hosts) == []


def test_the_corpus_stays_refused_with_everything_opened_that_can_be() -> None:
    """Opening loopback and private networks opens those, and no odd form of them."""
    allow = (
        "127.0.0.0/8:443", "10.0.0.0/8:443", "172.16.0.0/12:443", "192.168.0.0/16:443",
        "100.64.0.0/10:443", "[::1/128]:443", "[fc00::/8]:443", "[fd00::/8]:443",
    )  # fmt: skip
    passed = everything_refused([(guard(PUBLIC, allow=allow), r["host"]) for r in CORPUS["hosts"]])
    assert passed == [
        "127.0.0.1", "127.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "100.64.0.1", "100.127.255.254", "::1", "fc00::1", "fd12:3456::1", "[::1]",
    ]  # fmt: skip


def test_public_addresses_pass_as_literals_and_as_answers() -> None:
    for one in public_addresses():
        assert [str(found.ip) for found in guard(one).resolve("siem.example.com", 443)]
        assert Guard().resolve(f"[{one}]" if ":" in one else one, 443)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("SIEM.Example.COM", "siem.example.com"),
        ("siem.example.com.", "siem.example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("日本語.example", "xn--wgv71a119e.example"),
        ("my_database", "my_database"),
        ("1password.com", "1password.com"),
        ("a--b.example", "a--b.example"),
        ("3com", "3com"),
    ],
)
def test_ordinary_names_are_read(text: str, name: str) -> None:
    assert read_host(text) == name


def test_a_name_is_looked_up_once_and_the_first_answer_is_dialled() -> None:
    """Rebinding: the second answer would be another machine."""
    asked: list[str] = []

    def look_up(host: str, port: int, deadline: Deadline) -> list[str]:
        asked.append(host)
        return [["127.0.0.1"], ["127.0.0.66"]][len(asked) - 1]

    with serving(lambda line: None) as server:
        reaches(Guard(server.allow, look_up=look_up), "rebind.example", server.port)
    assert asked == ["rebind.example"]
    assert server.accepted == 1


def test_rebinding_through_a_real_name_server_is_refused_the_next_time() -> None:
    with NameServer() as names, serving(lambda line: None) as server:
        names.zone["rebind.example. A"] = [
            ["rebind.example. 0 IN A 127.0.0.1"],
            ["rebind.example. 0 IN A 10.0.0.1"],
        ]
        allowed = Guard(server.allow, look_up=names.look_up)
        reaches(allowed, "rebind.example", server.port)
        assert names.questions == ["rebind.example. A", "rebind.example. AAAA"]
        with pytest.raises(Refused, match=r"10\.0\.0\.1 \(a private network\)"):
            allowed.connect("rebind.example", server.port, Deadline(5))
    assert server.accepted == 1


def test_a_cname_to_an_inner_name_is_judged_by_where_it_ends() -> None:
    with NameServer() as names:
        names.zone["siem.example. A"] = [
            ["siem.example. 60 IN CNAME inner.example.", "inner.example. 60 IN A 10.0.0.7"]
        ]
        with pytest.raises(Refused, match=r"siem\.example is 10\.0\.0\.7"):
            Guard(look_up=names.look_up).resolve("siem.example", 443)


@pytest.mark.parametrize(("four", "six"), [(PUBLIC, "::1"), ("10.0.0.1", "2606:4700::1111")])
def test_one_bad_answer_among_a_and_aaaa_refuses_the_name(four: str, six: str) -> None:
    with NameServer() as names:
        names.zone["mixed.example. A"] = [[f"mixed.example. 60 IN A {four}"]]
        names.zone["mixed.example. AAAA"] = [[f"mixed.example. 60 IN AAAA {six}"]]
        with pytest.raises(Refused):
            Guard(look_up=names.look_up).resolve("mixed.example", 443)


def test_loopback_is_open_only_where_network_and_port_are_named() -> None:
    assert Guard(["127.0.0.0/8:8080"]).resolve("127.0.0.1", 8080)
    for allow, port in (
        ("127.0.0.0/8:8080", 8081),
        ("10.0.0.0/8:443", 443),
        ("127.0.0.2:443", 443),
    ):
        with pytest.raises(Refused) as refused:
            Guard([allow]).resolve("127.0.0.1", port)
        assert refused.value.reason == "loopback"
        assert f"list 127.0.0.1/32:{port} under “Allow private addresses”" in refused.value.remedy


@pytest.mark.parametrize(
    ("allow", "address"),
    [
        ("169.0.0.0/8:80", "169.254.169.254"),
        ("100.64.0.0/10:80", "100.100.100.200"),
        ("168.0.0.0/8:80", "168.63.129.16"),
        ("192.0.0.0/8:80", "192.0.0.192"),
        ("[fd00::/8]:80", "fd00:ec2::254"),
        ("[fd00::/8]:80", "fd20:ce::254"),
    ],
)
def test_metadata_is_never_contacted_whatever_is_opened(allow: str, address: str) -> None:
    with pytest.raises(Refused) as refused:
        Guard([allow]).resolve(address, 80)
    assert refused.value.reason == "metadata"
    assert "Allow" not in refused.value.remedy


@pytest.mark.parametrize(
    "text",
    [
        "", ":", "10.0.0.0/8", "10.0.0.0/8:", "10.0.0.0/8:0", "10.0.0.0/8:65536", "10.0.0.0/8:٨",
        "10.0.0.1/8:443", "10.0.0.0/33:443", "0.0.0.0/0:443", "[::/0]:443", "0.0.0.0/8:80",
        "169.254.169.254/32:80", "169.254.0.0/16:80", "168.63.129.16/32:80", "[fe80::/10]:80",
        "[fd00:ec2::/32]:80", "[2002::/16]:443", "[::ffff:10.0.0.0/104]:443", "224.0.0.0/8:443",
        "siem.example.com:443", "10.0.0.0/8:443-445", "10.0.0.0/8:+443", "*:443",
    ],
)  # fmt: skip
def test_what_cannot_be_opened_is_said_before_it_is_used(text: str) -> None:
    with pytest.raises(Problem) as problem:
        Opening.read(text)
    assert problem.value.exit_code == 2
    assert problem.value.remedy


def test_other_ports_of_public_addresses_need_an_opening() -> None:
    with pytest.raises(Refused) as refused:
        Guard().resolve(PUBLIC, 6379)
    assert refused.value.reason == "port"
    assert "80, 443, 8443" in refused.value.remedy
    assert Guard([f"{PUBLIC}/32:6379"]).resolve(PUBLIC, 6379)
    for port in (0, -1, 65536):
        with pytest.raises(Refused):
            Guard([f"{PUBLIC}/32:443"]).resolve(PUBLIC, port)


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A system resolver that does not answer until the test is over."""
    over, asked = threading.Event(), []

    def getaddrinfo(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        over.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield asked
    over.set()


def test_a_resolver_that_hangs_costs_no_more_than_the_time_there_is(silent: list[str]) -> None:
    began = time.monotonic()
    with pytest.raises(TooSlow, match=r"name server did not answer for slow\.example"):
        Guard().connect("slow.example", 443, Deadline(0.3))
    assert time.monotonic() - began < 0.8
    assert silent == ["slow.example"]


def test_a_refusal_can_keep_the_address_of_a_name_to_itself() -> None:
    discreet = Guard(look_up=lambda *_: ["10.20.30.40"], is_discreet=True)
    with pytest.raises(Refused) as refused:
        discreet.resolve("db.internal", 443)
    said = f"{refused.value.sentence} {refused.value.remedy}"
    assert refused.value.reason == "private"
    assert "db.internal is no public address" in said
    assert "10.20" not in said
    with pytest.raises(Refused, match=r"10\.20\.30\.40 \(a private network\)"):
        discreet.resolve("10.20.30.40", 443)


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ("10.0.0.0/8:443", "10.1.0.0/16:443", "10.1.0.0/16:443"),
        ("10.1.2.0/24:443", "10.1.0.0/16:443", "10.1.2.0/24:443"),
        ("10.1.0.0/16:443", "10.1.0.0/16:443", "10.1.0.0/16:443"),
        ("10.1.0.0/16:443", "10.1.0.0/16:8443", None),
        ("10.1.0.0/16:443", "10.2.0.0/16:443", None),
        ("[fd12::/16]:443", "[fd12:1::/32]:443", "[fd12:1::/32]:443"),
        ("[fd12::/16]:443", "10.1.0.0/16:443", None),
    ],
)
def test_two_openings_have_in_common_what_both_open(
    one: str, other: str, common: str | None
) -> None:
    pair = Opening.read(one), Opening.read(other)
    for first, second in (pair, pair[::-1]):
        found = first.common(second)
        assert (None if found is None else str(found)) == common


def test_a_name_without_address_is_not_found() -> None:
    with pytest.raises(NotFound):
        Guard().resolve("nothing.invalid", 443)
    with pytest.raises(NotFound):
        guard().resolve("nothing.example", 443)


def test_the_next_address_is_tried_and_the_one_dialled_is_noted() -> None:
    trail = Trail()
    with serving(lambda line: None) as server:
        allow = [*server.allow, f"127.0.0.9/32:{server.port}"]
        one = Guard(allow, look_up=lambda *_: ["127.0.0.9", "127.0.0.1"])
        reaches(one, "siem.example", server.port, trail)
    assert trail.address == f"127.0.0.1:{server.port}"


def test_a_port_that_nobody_listens_on_is_said_with_its_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    with pytest.raises(Unreachable, match=f"127.0.0.1:{port} cannot be reached: .*refused"):
        Guard([f"127.0.0.1/32:{port}"]).connect("127.0.0.1", port, Deadline(5))
