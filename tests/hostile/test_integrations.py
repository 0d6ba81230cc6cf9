"""Attacks on connections in raw SQL: raw secrets, envelopes, other systems' and tenants' rows."""

from __future__ import annotations

import json
import time
from base64 import b64encode, urlsafe_b64encode
from typing import Any

import psycopg
import pytest

from govdesk.database.connection import Session
from tests.doors import (
    answer,
    ask,
    join,
    raw,
    refusal,
    rows_of,
    seat,
    stranger,
    table,
    worker,
)
from tests.keys import CLAIMS, PORTAL
from tests.knocking import everything
from tests.people import BEA, CARLA, MEI, OLGA, OTIS, Cast
from tests.secret_corpora import harmless
from tests.secret_corpora import secrets as raw_secrets
from tests.vaulting import at_desk, envelope_of, sealed_row

SID = "sid@acme.example"
TOKEN = "ghp_" + "16C7e42F292c6912E7" + "710c838347Ae178B4a"
"""In two pieces, so that nobody takes it for a real one."""

ADD = (
    "INSERT INTO govdesk.integration (tenant_id, tenant_path, node_path, kind, name, settings,"
    " secret_refs, allow) SELECT tenant_id, tenant_path, %s::ltree, 'http', %s, %s::jsonb,"
    " %s::jsonb, %s::text[] FROM govdesk.tenant RETURNING id"
)
TESTED = "SELECT govdesk_api.note_integration_test(%s, true, %s, 5)"


def add(
    session: Session,
    node: str = "acme",
    name: str = "Reports",
    settings: object = None,
    refs: object = None,
    allow: list[str] | None = None,
) -> Any:
    """Make a connection by plain SQL; returns its id."""
    with raw(session) as connection:
        values = (node, name, json.dumps(settings or {}), json.dumps(refs or {}), allow or [])
        row = connection.execute(ADD, values).fetchone()
    assert row is not None
    return row[0]


def refused(session: Session, **what: Any) -> tuple[str, str]:
    """SQLSTATE and everything that is told."""
    with pytest.raises(psycopg.Error) as caught:
        add(session, **what)
    return caught.value.sqlstate or "", everything(caught.value)


# Raw secrets


HALVES = TOKEN[:22], TOKEN[22:]
PLACES: dict[str, dict[str, Any]] = {
    "name": {"name": f"Line {TOKEN}"},
    "setting": {"settings": {"url": TOKEN}},
    "address": {"settings": {"url": f"https://x:{TOKEN}@api.acme.example/"}},
    "base64": {"settings": {"url": b64encode(TOKEN.encode()).decode()}},
    "base64url": {"settings": {"url": urlsafe_b64encode(b"??>>" + TOKEN.encode()).decode()}},
    "base64 twice": {"settings": {"url": b64encode(b64encode(TOKEN.encode())).decode()}},
    "json as text": {"settings": {"url": json.dumps({"a": [{"b": json.dumps(TOKEN)}]})}},
    "percent": {"settings": {"url": "".join(f"%{byte:02x}" for byte in TOKEN.encode())}},
    "two settings": {"settings": {"a": HALVES[0], "b": HALVES[1]}},
    "two settings the other way": {"settings": {"b": HALVES[0], "a": HALVES[1]}},
    "two halves of base64": {
        "settings": {
            "a": b64encode(TOKEN.encode()).decode()[:27],
            "b": b64encode(TOKEN.encode()).decode()[27:],
        }
    },
    "reference": {"refs": {"token": f"env://{TOKEN}"}},
    "coded reference": {"refs": {"token": "vault://a/" + b64encode(TOKEN.encode()).decode()}},
    "key of a setting": {"settings": {TOKEN.lower(): "x"}},
    "key of a reference": {"refs": {TOKEN.lower(): "env://X"}},
    "key of no reference": {"refs": {TOKEN.lower(): "x"}},
    "key and setting": {"settings": {TOKEN.lower(): TOKEN}},
}


@pytest.mark.parametrize("place", PLACES)
def test_a_raw_secret_is_kept_nowhere_and_no_refusal_repeats_it(
    module_cast: Cast, place: str
) -> None:
    before = module_cast.one("SELECT count(*) FROM govdesk.integration")
    state, told = refused(seat(module_cast, OLGA.email), **PLACES[place])
    assert state in ("GD026", "GD027")
    for hidden in (TOKEN, TOKEN.lower(), *HALVES, b64encode(TOKEN.encode()).decode()[:20]):
        assert hidden not in told
    assert module_cast.one("SELECT count(*) FROM govdesk.integration") == before


def test_every_known_secret_is_refused_in_an_update_and_never_repeated(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    row = add(olga)
    change = "UPDATE govdesk.integration SET settings = %s::jsonb WHERE id = %s"
    kept = []
    with raw(olga) as connection:
        for secret in raw_secrets():
            if len(secret.text) > 4000 or "\0" in secret.text:
                continue
            try:
                with connection.transaction():
                    connection.execute(change, (json.dumps({"note": secret.text}), row))
                    kept.append(secret.kind)
            except psycopg.Error as error:
                assert error.sqlstate == "GD026"
                assert secret.text not in everything(error)
    assert kept == []


def test_harmless_values_are_kept_side_by_side(cast: Cast) -> None:
    """Two settings are searched as one text, too: that must not make a secret of them."""
    olga = seat(cast, OLGA.email)
    values = [value for value in harmless() if len(value) < 150 and "\0" not in value][:60]
    for start in range(0, len(values), 12):
        add(olga, settings={f"s{n}": v for n, v in enumerate(values[start : start + 12])})


@pytest.mark.parametrize(
    "reference",
    ["hunter2", "", "env://", "env:// X", "ENV://X", " env://X", "env://X\n", "http://x", "vault:x",
     "env://A\u00a0B", "env://" + "X" * 600, "file:///etc/passwd", "env://my-hunter2!"],
)  # fmt: skip
def test_what_is_no_reference_is_refused_and_not_repeated(
    module_cast: Cast, reference: str
) -> None:
    state, told = refused(seat(module_cast, OLGA.email), refs={"password": reference})
    assert state == "GD027"
    assert reference.strip() == "" or reference not in told


@pytest.mark.parametrize(
    "value", [[], "x", 4, {"a": 4}, {"a": None}, {"a": {"b": "c"}}, {"a": ["x"]}, {"A": "x"},
              {"": "x"}, {"a b": "x"}, {"a": "x" * 4001}]
)  # fmt: skip
def test_settings_are_an_object_of_texts(module_cast: Cast, value: object) -> None:
    olga = seat(module_cast, OLGA.email)
    for column in ("settings", "secret_refs"):
        query = ADD.replace("%s::jsonb, %s::jsonb", "%s::jsonb, '{}'")
        if column == "secret_refs":
            query = ADD.replace("%s::jsonb, %s::jsonb", "'{}', %s::jsonb")
        assert refusal(olga, query, "acme", "x", json.dumps(value), []) == "GD012"


@pytest.mark.parametrize(
    ("opening", "state"),
    [("169.254.169.254/32:80", "GD034"), ("169.254.0.0/16:80", "GD034"),
     ("169.0.0.0/8:80", "GD034"), ("168.63.129.16/32:80", "GD034"),
     ("[fd00:ec2::254/128]:80", "GD034"),
     ("[fe80::/10]:80", "GD034"), ("[::ffff:169.254.169.254/128]:80", "GD034"),
     ("[::ffff:0:0/96]:80", "GD034"), ("[64:ff9b::a9fe:a9fe/128]:80", "GD034"),
     ("0.0.0.0/0:80", "GD012"), ("[::/0]:80", "GD012"), ("10.0.0.1/8:80", "GD012"),
     ("10.0.0.0/8:0", "GD012"), ("10.0.0.0/8:65536", "GD012"), ("10.0.0.0/8", "GD012"),
     ("10.0.0.0/99:80", "GD012"), ("localhost:80", "GD012"), ("", "GD012"),
     ("10.0.0.0/8:99999999999999", "GD012"), (TOKEN, "GD012")],
)  # fmt: skip
def test_no_opening_leads_to_credentials_of_a_cloud_or_everywhere(
    module_cast: Cast, opening: str, state: str
) -> None:
    found, told = refused(seat(module_cast, OLGA.email), allow=[opening])
    assert found == state
    assert TOKEN not in told


def test_a_test_s_finding_holds_no_secret_and_belongs_to_who_manages_it(cast: Cast) -> None:
    olga, bea = seat(cast, OLGA.email), seat(cast, BEA.email, "beta")
    join(cast, SID, "operator", CLAIMS)
    sid = seat(cast, SID)
    row, theirs = add(olga, PORTAL), add(bea, "beta")
    for finding in (f"401 {TOKEN}", b64encode(TOKEN.encode()).decode()):
        assert refusal(olga, TESTED, row, finding) == "GD026"
    for session, target in ((olga, theirs), (bea, row), (sid, row), (seat(cast, MEI.email), row),
                            (seat(cast, CARLA.email), row), (olga, None)):  # fmt: skip
        assert refusal(session, TESTED, target, "fine") == "42501"
    assert answer(worker(cast), TESTED, row, "fine") == "42501"
    assert answer(stranger(cast), TESTED, row, "fine") == "42501"
    assert cast.one("SELECT count(*) FROM govdesk.integration WHERE tested_at IS NOT NULL") == 0
    ask(olga, TESTED, row, "x" * 1_000_000)
    assert (
        cast.one("SELECT length(test_detail) FROM govdesk.integration WHERE id = %s", row) == 1000
    )


def test_settings_without_end_are_refused_at_once(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    for what in (
        {"name": "Ab3" * 700_000},
        {"name": "x " * 1_000_000},
        {"settings": {f"s{n}": "x" * 40 for n in range(30_000)}},
        {"refs": {f"s{n}": "env://X" for n in range(30_000)}},
        {"allow": ["10.0.0.0/8:80"] * 300_000},
    ):
        began = time.monotonic()
        assert refused(olga, **what)[0] in ("GD012", "23514")
        assert time.monotonic() - began < 3


# Whose connection it is


def test_an_operator_of_one_system_has_no_connection_elsewhere(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    join(cast, SID, "operator", CLAIMS)
    sid = seat(cast, SID)
    others = [add(olga, node) for node in ("acme", PORTAL)]
    mine = add(sid, CLAIMS)
    for node in ("acme", PORTAL, "beta"):
        assert refused(sid, node=node)[0] in ("42501", "23503", "23514")
    assert [row["id"] for row in table(sid, "SELECT id FROM govdesk.integration")] == [mine]
    for other in others:
        with raw(sid) as connection:
            for change in ("status = 'removed'", "sealed = NULL", "name = 'x'"):
                statement = f"UPDATE govdesk.integration SET {change} WHERE id = %s"
                assert connection.execute(statement, (other,)).rowcount == 0  # type: ignore[call-overload]
    assert refusal(sid, "UPDATE govdesk.integration SET node_path = 'acme'") == "42501"
    for session in (seat(cast, MEI.email), seat(cast, CARLA.email)):
        assert refusal(session, "UPDATE govdesk.integration SET name = 'x'") == "42501"
        assert refused(session)[0] == "42501"
        assert table(session, "SELECT id FROM govdesk.integration") == []
        assert table(session, "SELECT id FROM govdesk.vault_key") == []


def test_a_connection_of_another_tenant_is_neither_made_nor_moved(cast: Cast) -> None:
    olga, bea = seat(cast, OLGA.email), seat(cast, BEA.email, "beta")
    theirs = add(bea, "beta")
    for tenant, path, node in (("beta", "beta", "beta"), ("acme", "beta", "beta"),
                               ("acme", "acme", "beta"), ("beta", "acme", "acme")):  # fmt: skip
        state = refusal(
            olga,
            "INSERT INTO govdesk.integration (tenant_id, tenant_path, node_path, kind, name)"
            " VALUES (%s, %s::ltree, %s::ltree, 'http', 'x')",
            cast.tenant_id(tenant), path, node,
        )  # fmt: skip
        assert state in ("42501", "23503", "23514"), (tenant, path, node)
    with raw(olga) as connection:
        for statement in ("UPDATE govdesk.integration SET name = 'x'",
                          "UPDATE govdesk.integration SET status = 'removed'"):  # fmt: skip
            assert connection.execute(statement).rowcount == 0  # type: ignore[call-overload]
    assert cast.one("SELECT name FROM govdesk.integration WHERE id = %s", theirs) == "Reports"


def test_no_refusal_tells_which_systems_there_are(cast: Cast) -> None:
    join(cast, SID, "operator", CLAIMS)
    sid, olga = seat(cast, SID), seat(cast, OLGA.email)
    assert refused(sid, node=PORTAL) == refused(sid, node="acme.nothing")
    foreign = (
        "INSERT INTO govdesk.integration (tenant_id, tenant_path, node_path, kind, name, sealed,"
        " key_version) VALUES (%s, 'beta', %s::ltree, 'http', 'x', NULL, NULL)"
    )
    found = {
        refusal(olga, foreign, cast.tenant_id("beta"), node) for node in ("beta.intake", "beta.no")
    }
    assert found == {"42501"}


@pytest.mark.parametrize(
    "column",
    ["created_by = 'user:x'", "tested_at = now()", "test_ok = true", "test_detail = 'x'",
     "kind = 'smtp'", "tenant_path = 'beta'", "created_at = now()", "id = gen_random_uuid()"],
)  # fmt: skip
def test_what_the_database_writes_of_a_connection_nobody_else_writes(
    module_cast: Cast, column: str
) -> None:
    assert refusal(
        seat(module_cast, OLGA.email), f"UPDATE govdesk.integration SET {column}"
    ) == "42501"  # fmt: skip


def test_what_was_removed_stays_removed_and_keeps_nothing(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    row = sealed_row(olga, cast)
    envelope = envelope_of(cast, row)
    with raw(olga) as connection:
        connection.execute("UPDATE govdesk.integration SET status = 'removed'")
    assert cast.one("SELECT sealed IS NULL AND key_version IS NULL FROM govdesk.integration")
    for change in ("status = 'active'", "status = 'disabled'", "name = 'x'",
                   f"sealed = '\\x{envelope.hex()}', key_version = 1"):  # fmt: skip
        assert refusal(olga, f"UPDATE govdesk.integration SET {change}") == "GD012"


def test_a_connection_does_not_come_back_on_a_retired_system(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    row = add(olga, CLAIMS)
    with raw(olga) as connection:
        connection.execute(
            "UPDATE govdesk.node SET status = 'retired' WHERE node_path = 'acme.claims'"
        )
    assert cast.one("SELECT status FROM govdesk.integration WHERE id = %s", row) == "disabled"
    assert refusal(olga, "UPDATE govdesk.integration SET status = 'active'") in ("GD012", "42501")
    assert refused(olga, node=CLAIMS)[0] in ("GD012", "42501")


def test_nothing_of_a_session_that_ended_meanwhile_stands(cast: Cast) -> None:
    otis, olga = seat(cast, OTIS.email), seat(cast, OLGA.email)
    identity = ask(otis, "SELECT session_id FROM govdesk_api.whoami()")
    with pytest.raises(psycopg.Error) as caught, raw(otis) as connection:
        connection.execute(ADD, ("acme", "x", "{}", "{}", []))
        ask(olga, "SELECT govdesk_api.revoke_session(%s)", identity)
    assert caught.value.sqlstate == "GD001"
    assert rows_of(cast.admin, "SELECT * FROM govdesk.integration") == []
