"""Claims: the table refuses every hostile address and no public one, on every Python alike."""

from __future__ import annotations

import ipaddress
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govdesk.delivery import egress_table
from govdesk.delivery.egress_table import judge
from tests.unit.delivery.corpus import CORPUS, public_addresses

ROOT = Path(__file__).parents[3]
_PRINTING = """
import hashlib, ipaddress, sys
sys.path.insert(0, sys.argv[1])
from govdesk.delivery.egress_table import judge
kinds = [judge(ipaddress.ip_address(one.strip())).kind for one in sys.stdin]
print("%d.%d.%d" % sys.version_info[:3], " ".join(kinds))
"""


def _pythons() -> list[str]:
    """Other interpreters of this machine that are new enough and really start."""
    minors = range(11, 20)
    found = [shutil.which(f"python3.{minor}") for minor in minors]
    folder = Path(os.environ.get("PYENV_ROOT", "/nonexistent")) / "versions"
    found += [str(one) for one in sorted(folder.glob("3.*/bin/python"))]
    code = "import sys; print(sys.version_info >= (3, 11))"
    return [
        one
        for one in found
        if one and subprocess.run([one, "-c", code], capture_output=True).stdout.strip() == b"True"
    ]


def _plain(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return None if "%" in host else ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


HOSTILE = [one for row in CORPUS["hosts"] if (one := _plain(row["host"])) is not None]


def test_every_hostile_address_is_refused() -> None:
    assert len(HOSTILE) >= 80
    assert [str(one) for one in HOSTILE if judge(one).is_public] == []


def test_no_public_address_is_refused() -> None:
    addresses = public_addresses()
    assert len(set(addresses)) == 1000
    refused = {one: judge(ipaddress.ip_address(one)).kind for one in addresses}
    assert {one: kind for one, kind in refused.items() if kind != "public"} == {}


def test_every_python_of_this_machine_judges_alike() -> None:
    pythons = _pythons()
    lines = "\n".join([*map(str, HOSTILE), *public_addresses()])
    answers: dict[str, str] = {}
    for one in [sys.executable, *pythons]:
        run = subprocess.run(
            [one, "-I", "-B", "-c", _PRINTING, str(ROOT)],
            input=lines, capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
        version, _, kinds = run.stdout.strip().partition(" ")
        answers[version] = kinds
    if len(answers) == 1:
        pytest.skip("there is no other Python on this machine")
    assert len(set(answers.values())) == 1, list(answers)


@given(st.integers(0, 2**32 - 1))
def test_an_ipv4_address_that_is_refused_is_refused_in_every_coat(number: int) -> None:
    inner = ipaddress.IPv4Address(number)
    coats = {
        "mapped": 0xFFFF << 32 | number,
        "compatible": number,
        "translated": 0xFFFF << 48 | number,
        "6to4": 0x2002 << 112 | number << 80 | 1,
        "teredo": 0x2001 << 112 | number ^ 0xFFFF_FFFF,
        "local nat64": 0x64_FF9B_0001 << 80 | number,
    }
    kinds = {name: judge(ipaddress.IPv6Address(value)).kind for name, value in coats.items()}
    assert "public" not in kinds.values()
    nat64 = judge(ipaddress.IPv6Address(0x64_FF9B << 96 | number))
    isatap = judge(ipaddress.IPv6Address(0x2606_4700 << 96 | 0x5EFE << 32 | number))
    assert nat64.is_public is isatap.is_public is judge(inner).is_public


@given(st.integers(0, 2**128 - 1))
def test_outside_2000_3_only_nat64_is_public(number: int) -> None:
    if number >> 125 != 1 and number >> 32 != 0x64_FF9B << 64:
        assert not judge(ipaddress.IPv6Address(number)).is_public


@pytest.mark.parametrize(
    ("address", "inner"),
    [
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("::127.0.0.1", "127.0.0.1"),
        ("2002:a9fe:a9fe::1", "169.254.169.254"),
        ("2001:0:4136:e378:8000:63bf:80ff:fffe", "127.0.0.1"),
        ("2001:0:a00:1::f7f7:f7f7", "10.0.0.1"),
        ("64:ff9b::a83f:8110", "168.63.129.16"),
        ("2606:4700::5efe:c0a8:101", "192.168.1.1"),
    ],
)
def test_the_address_that_hides_inside_is_named(address: str, inner: str) -> None:
    verdict = judge(ipaddress.ip_address(address))
    assert verdict.kind == "embedded"
    assert verdict.words.endswith(f"(an IPv4 address in disguise, which hides {inner})")


def test_metadata_comes_before_the_network_around_it() -> None:
    for one in ("169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16"):
        assert judge(ipaddress.ip_address(one)).kind == "metadata"
    for one in ("fd00:ec2::254", "fd20:ce::254", "fd00:c1::a9fe:a9fe", "fd00:42::42"):
        assert judge(ipaddress.ip_address(one)).kind == "metadata"


def test_the_interpreter_s_own_tables_are_not_asked() -> None:
    files = (ROOT / "govdesk/delivery").glob("egress*.py")
    words = r"\.is_(?:global|private|reserved|link_local|multicast|site_local|loopback)\b"
    assert [one.name for one in files if re.search(words, one.read_text())] == []
    assert sorted(egress_table.OPENABLE) == ["loopback", "private", "shared"]
