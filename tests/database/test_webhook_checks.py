"""Claims: what the forms take the database takes, and what it refuses was refused before."""

from __future__ import annotations

import json
import re
from pathlib import Path

import psycopg
import pytest

from govdesk.domain.events import BY_NAME
from govdesk.domain.webhook_checks import FORBIDDEN_HEADERS, check_header, check_url
from govdesk.domain.webhook_events import NAMES, NOUNS, PATTERNS, check
from govdesk.domain.webhooks import KINDS
from tests.people import Cast

CORPUS = json.loads((Path(__file__).parents[1] / "vectors/hostile_addresses.json").read_text())
HEADERS = (
    *(one.replace("*", "x") for one in FORBIDDEN_HEADERS),
    *(one.replace("*", "x").title() for one in FORBIDDEN_HEADERS),
    *(one.removesuffix("-*") for one in FORBIDDEN_HEADERS),
    *("X-Environment", "x-team", "Accept", "Date", "Tea", "Hosted", "X-Forward", "Contents", "~"),
    *("", "a b", "a:b", "ü", "a\nb", "a" * 64, "a" * 65),
)
VALUES = ("prod; team=7", "a", "", " a", "ü", "a\nb", "a\tb", "x" * 1000, "x" * 1001)
PATHS = ("", "/", "/a?b=c", "?a", "/a b", "/#a", "#", "/ü", "\\a", "/a\n", ":443/", ":0", ":99999")
SCHEMES = ("https://", "http://", "HTTPS://", "ftp://", "", "https:/", "syslog+tls://", "syslog://")
HOSTS = (
    *("siem.example.com", "bücher.example", "jane@siem.example", "jane:pw@siem.example", ""),
    *("[::1]", "[2001:db8::7]", "10.0.0.1", "a..b", "a_b.example", "[::1", "xn--bcher-kva.example"),
)


def refusal(cast: Cast, call: str, *values: object) -> str | None:
    """The SQLSTATE with which a function refuses, or None."""
    try:
        with cast.admin.transaction():
            cast.admin.execute(f"SELECT govdesk_private.{call}", values)
    except psycopg.Error as error:
        return error.sqlstate
    return None


def test_an_address_that_a_form_takes_the_database_takes(cast: Cast) -> None:
    urls = [scheme + host + path for scheme in SCHEMES for host in HOSTS for path in PATHS]
    urls += [row["url"].replace("http:", "https:", 1) for row in CORPUS["urls"]]
    urls += [f"{scheme}{host}:6514" for scheme in SCHEMES for host in HOSTS]
    taken = 0
    for kind in KINDS:
        for url in (*urls, kind.url_example):
            if "\x00" in url or check_url(kind.name, url) is not None:
                continue
            taken += 1
            assert refusal(cast, "require_url(%s, %s)", kind.name, url) is None, (kind.name, url)
    assert taken > 30


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_what_the_database_refuses_in_an_address_the_form_names_first(
    kind: str, cast: Cast
) -> None:
    refused = 0
    for url in (scheme + host + path for scheme in SCHEMES for host in HOSTS for path in PATHS):
        if refusal(cast, "require_url(%s, %s)", kind, url) is not None:
            refused += 1
            assert check_url(kind, url) is not None, url
    assert refused > 100


def test_both_forbid_the_same_headers(cast: Cast) -> None:
    """By behaviour, and by the words of the function, so neither list can grow alone."""
    for name in HEADERS:
        state = refusal(cast, "require_headers(%s::jsonb)", json.dumps({name: "x"}))
        assert (state is None) == (check_header(name, "x") is None), name
        assert state in (None, "GD012", "GD039")
    (source,) = cast.admin.execute(
        "SELECT prosrc FROM pg_proc WHERE proname = 'require_headers'"
    ).fetchone() or ("",)
    prefixes = re.search(r"v_one\.key\), '_', '-'\) ~ '\^\(([a-z|-]+)\)'", source)
    names = re.search(r"v_one\.key\), '_', '-'\) IN \(([^)]+)\)", source)
    assert prefixes is not None
    assert names is not None
    found = {f"{one}*" for one in prefixes[1].split("|")} | set(re.findall("'([^']+)'", names[1]))
    assert found == set(FORBIDDEN_HEADERS)


@pytest.mark.parametrize("value", VALUES)
def test_a_value_that_a_form_takes_the_database_takes(value: str, cast: Cast) -> None:
    state = refusal(cast, "require_headers(%s::jsonb)", json.dumps({"X-A": value}))
    if check_header("X-A", value) is None:
        assert state is None
    if state is not None:
        assert check_header("X-A", value) is not None


def test_both_know_the_same_patterns(cast: Cast) -> None:
    offered = [one for group in PATTERNS for one in group.patterns]
    odd = ["*", ".*", "", "x", "x.", "x.A", "x.a", "x.a.*", "x.*", "x..a", "x.a..*", "member",
           "member.", "member.in*", "member.invited.*", "nosuch.*", "nosuch.done", "audit.rows",
           "x." + "a" * 126, "x." + "a" * 127, "Member.*", "m.*", "key.*"]  # fmt: skip
    for pattern in (*offered, *odd, *(f"{name}x" for name in NAMES), *NOUNS):
        state = refusal(cast, "require_events(%s::text[])", [pattern])
        assert state in (None, "GD038")
        assert (state is None) == (check(pattern) is None), pattern
    assert set(BY_NAME) <= set(offered)
