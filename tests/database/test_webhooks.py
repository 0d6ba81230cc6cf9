"""Endpoints of webhooks: who makes them, what they may be, their secrets and signing keys."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import psycopg
import pytest

from govdesk.domain import webhook_events
from govdesk.domain.events import EVENTS
from tests.deciding import decide_in_console, name_reviewer, need_second_human, request
from tests.doors import arranged, ask, later, raw, refusal, rows_of, seat, table, worker
from tests.endpoints import (
    URL,
    change,
    claim,
    endpoint,
    fan_out,
    finish,
    ready,
    result,
    secret,
    told,
)
from tests.people import ADA, BEA, CARLA, MEI, OLGA, OTIS, Cast
from tests.staffing import at_work, employ, enter

CLAIMS = "acme.claims"


@contextmanager
def refused(sqlstate: str) -> Iterator[None]:
    with pytest.raises(psycopg.Error) as caught:
        yield
    assert caught.value.sqlstate == sqlstate, caught.value


def test_who_manages_webhooks_adds_one_and_the_log_says_so(cast: Cast) -> None:
    otis = seat(cast, OTIS.email)
    before = cast.last_seq()
    endpoint(otis)
    (row,) = cast.rows(before)
    assert (row["action"], row["severity"]) == ("webhook.created", "notice")
    assert row["summary"] == f"user:{OTIS.email} added the webhook SIEM"


@pytest.mark.parametrize("person", [MEI, CARLA], ids=lambda p: p.role)
def test_who_does_not_manage_webhooks_adds_none_and_sees_them(cast: Cast, person: object) -> None:
    made = endpoint(seat(cast, OLGA.email))
    reader = seat(cast, person.email)  # type: ignore[attr-defined]
    assert [row["id"] for row in table(reader, "SELECT id FROM govdesk.webhook")] == [made]
    with refused("42501"):
        endpoint(reader)


def test_another_organization_sees_nothing_of_it(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    made = ready(cast, olga)
    change(olga)
    assert fan_out(cast) == 1
    bea = seat(cast, BEA.email, "beta")
    for name in ("webhook", "delivery", "delivery_attempt"):
        assert table(bea, f"SELECT tenant_id FROM govdesk.{name}") == []
    assert table(bea, "SELECT id FROM govdesk.webhook_secret") == []
    assert table(bea, "SELECT * FROM govdesk_api.webhook_health()") == []
    for query in (
        "SELECT govdesk_api.test_webhook(%s, 'test')",
        "SELECT govdesk_api.resume_webhook(%s, 'send')",
        "SELECT govdesk_api.redeliver(%s, 'failed', NULL, NULL)",
        "SELECT govdesk_api.why_not_sent(%s, 1)",
        "SELECT govdesk_api.retire_webhook_secret(%s)",
    ):
        with refused("42501"):
            ask(bea, query, made)


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("webhook", "http://siem.example.com/hook"),
        ("webhook", "https://user:word@siem.example.com/hook"),
        ("webhook", "https://siem.example.com/hook#part"),
        ("webhook", "https://siem.example.com/a b"),
        ("webhook", "https:///hook"),
        ("webhook", "https://siem.example.com\\@evil.example/"),
        ("webhook", "HTTPS//siem"),
        ("syslog", "https://collector.example.com"),
        ("syslog", "syslog+tls://collector.example.com"),
        ("syslog", "syslog://collector.example.com:514"),
        ("ntfy", "http://ntfy.example.com/topic"),
        ("splunk", "https://token@splunk.example.com:8088"),
    ],
)
def test_only_encrypted_addresses_without_users_are_kept(cast: Cast, kind: str, url: str) -> None:
    with refused("GD037"):
        endpoint(seat(cast, OLGA.email), kind=kind, url=url)


def test_the_schema_itself_refuses_an_address_in_clear(cast: Cast) -> None:
    made = endpoint(seat(cast, OLGA.email))
    with refused("23514"), arranged(cast) as admin:
        admin.execute("ALTER TABLE govdesk.webhook DISABLE TRIGGER _300_webhook")
        admin.execute(
            "UPDATE govdesk.webhook SET url = 'http://siem.example.com' WHERE id = %s", (made,)
        )


@pytest.mark.parametrize(
    "pattern", ["member.invted", "nothing.*", "*", ".*", "", "x", "x..y", "a b"]
)
def test_an_event_that_can_never_happen_is_refused(cast: Cast, pattern: str) -> None:
    with refused("GD038"):
        endpoint(seat(cast, OLGA.email), events=[pattern])
    assert webhook_events.check(pattern) is not None


@pytest.mark.parametrize(
    "header", ["Webhook-Id", "webhook-signature", "Host", "Content-Type", "Authorization",
               "Cookie", "Transfer-Encoding", "govdesk-event", "Proxy-Authorization", "TE"],
)  # fmt: skip
def test_a_header_of_ours_or_a_dangerous_one_is_refused(cast: Cast, header: str) -> None:
    with refused("GD039"):
        endpoint(seat(cast, OLGA.email), headers={header: "x"})


def test_raw_secrets_and_line_breaks_do_not_get_into_an_endpoint(cast: Cast) -> None:
    token = "ghp_" + "a1B2" * 9
    olga = seat(cast, OLGA.email)
    for columns in (
        {"url": f"https://siem.example.com/?key={token}"},
        {"headers": {"X-Token": token}},
        {"headers": {token: "x"}},
        {"description": f"with {token}"},
        {"settings": {"index": token}},
    ):
        with refused("GD026"):
            endpoint(olga, **columns)
    with refused("GD012"):
        endpoint(olga, headers={"X-A": "one\r\nWebhook-Id: two"})
    with refused("GD027"):
        endpoint(olga, secret_refs={"token": "plain"})
    with refused("GD034"):
        endpoint(olga, allow=["169.254.169.254/32:443"])


def test_two_people_open_a_private_network_where_the_policy_says_so(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    made = endpoint(olga, allow=["10.1.0.0/16:443"])
    name_reviewer(cast, ADA.email)
    need_second_human(cast, "webhook.open")
    opening = "UPDATE govdesk.webhook SET allow = %s WHERE id = %s"
    assert refusal(olga, opening, ["10.1.0.0/16:443", "10.2.0.0/16:443"], made) == "GD018"
    moved = "UPDATE govdesk.webhook SET url = 'https://b.example.com/' WHERE id = %s"
    assert refusal(olga, moved, made) == "GD018", "an opening was meant for one address"
    wish = {"webhook_id": str(made), "allow": ["10.2.0.0/16:443"]}
    asked = request(olga, "webhook.open", wish)
    assert decide_in_console(seat(cast, ADA.email), asked)[0] == "executed"
    assert ask(olga, "SELECT allow FROM govdesk.webhook WHERE id = %s", made) == wish["allow"]
    closing = "UPDATE govdesk.webhook SET allow = '{}' WHERE id = %s"
    with raw(olga) as connection:
        connection.execute(closing, (made,))


def test_a_session_left_open_sends_the_log_nowhere_else(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    made = ready(cast, olga)
    later(cast, "govdesk_private.session", "stepped_up_at", "1 hour")
    for change_ in (
        "url = 'https://evil.example/'", "allow = '{10.0.0.0/8:443}'",
        "headers = '{\"X-A\": \"b\"}'", "secret_refs = '{\"token\": \"env://TOKEN\"}'",
    ):  # fmt: skip
        with refused("GD009"), raw(olga) as connection:
            connection.execute(f"UPDATE govdesk.webhook SET {change_} WHERE id = %s", (made,))
    with refused("GD009"):
        endpoint(olga)
    with refused("GD009"):
        secret(cast, olga, made)
    with raw(olga) as connection:
        connection.execute("UPDATE govdesk.webhook SET description = 'B' WHERE id = %s", (made,))


def test_what_was_disabled_comes_back_by_its_function_alone(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    made = ready(cast, olga)
    with raw(olga) as connection:
        connection.execute("UPDATE govdesk.webhook SET status = 'disabled' WHERE id = %s", (made,))
    assert ask(olga, "SELECT disabled_reason FROM govdesk.webhook WHERE id = %s", made) == "person"
    with refused("GD012"), raw(olga) as connection:
        connection.execute("UPDATE govdesk.webhook SET status = 'active' WHERE id = %s", (made,))
    before = cast.last_seq()
    ask(olga, "SELECT govdesk_api.resume_webhook(%s, 'send')", made)
    assert [row["action"] for row in cast.rows(before)] == ["webhook.resumed"]


def test_a_deleted_webhook_ends_what_waits_and_keeps_no_secret(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    made = ready(cast, olga)
    change(olga)
    assert fan_out(cast) == 1
    with raw(olga) as connection:
        connection.execute("UPDATE govdesk.webhook SET status = 'deleted' WHERE id = %s", (made,))
    assert (
        cast.one("SELECT status FROM govdesk.delivery WHERE webhook_id = %s", made) == "cancelled"
    )
    assert cast.one("SELECT inbox IS NULL AND status = 'retired' FROM govdesk.webhook_secret")
    with refused("GD042"), raw(olga) as connection:
        connection.execute("UPDATE govdesk.webhook SET description = 'x' WHERE id = %s", (made,))


def test_retiring_a_system_disables_its_webhooks_and_says_so_before(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    made = ready(cast, olga, CLAIMS)
    said = table(olga, "SELECT * FROM govdesk_api.blast_radius_of_node('acme.claims')")
    assert {"kind": "webhook", "name": "SIEM", "detail": "siem.example.com"} in said
    with raw(olga) as connection:
        connection.execute(
            "UPDATE govdesk.node SET status = 'retired' WHERE node_path = 'acme.claims'"
        )
    row = table(olga, "SELECT status, disabled_reason FROM govdesk.webhook WHERE id = %s", made)
    assert row == [{"status": "disabled", "disabled_reason": "retired"}]


def test_a_secret_is_sealed_to_the_workers_and_rotated_with_overlap(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    made = endpoint(olga)
    with refused("GD040"):
        ask(olga, "SELECT govdesk_api.put_webhook_secret(%s, %s, %s, 0)", made, uuid4(), b"x" * 80)
    assert secret(cast, olga, made) == 1
    assert secret(cast, olga, made) == 2
    rows = table(olga, "SELECT version, status FROM govdesk.webhook_secret ORDER BY version")
    assert [row["status"] for row in rows] == ["previous", "current"]
    assert ask(olga, "SELECT govdesk_api.retire_webhook_secret(%s)", made) is True
    assert ask(olga, "SELECT govdesk_api.retire_webhook_secret(%s)", made) is False
    for length in (71, 113):
        with refused("GD012"):
            ask(olga, "SELECT govdesk_api.put_webhook_secret(%s, %s, %s, 0)", made, uuid4(),
                os.urandom(length))  # fmt: skip
    for column in ("inbox", "sealed"):
        with refused("42501"):
            ask(olga, f"SELECT {column} FROM govdesk.webhook_secret")


def test_a_secret_ends_after_its_grace(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    made = endpoint(olga)
    secret(cast, olga, made), secret(cast, olga, made, 1)
    later(cast, "govdesk.webhook_secret", "ends_at", "2 hours", "status = 'previous'")
    before = cast.last_seq()
    while told(cast, "SELECT govdesk_api.expire_due('w1')"):
        pass
    assert [row["action"] for row in cast.rows(before)] == ["webhook.secret_retired"]


def signing_key(cast: Cast, public: bytes | None = None) -> bool:
    public = public or os.urandom(32)
    kid = hashlib.sha256(public).hexdigest()[:16]
    return bool(
        told(
            cast, "SELECT govdesk_api.put_signing_key('acme', 'w1', %s, %s, %s, %s)",
            uuid4(), kid, public, os.urandom(80),
        )
    )  # fmt: skip


def test_the_signing_key_is_made_once_and_rotated_with_overlap(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    endpoint(olga)
    due = "SELECT * FROM govdesk_api.webhook_vault_due('w1')"
    assert {"tenant_path": "acme", "what": "signing_key"} in rows_of(worker(cast), due)
    assert signing_key(cast)
    assert not signing_key(cast)
    assert {"tenant_path": "acme", "what": "found"} in rows_of(worker(cast), due)
    ask(olga, "SELECT govdesk_api.rotate_signing_key(7)")
    assert {"tenant_path": "acme", "what": "signing_key"} in rows_of(worker(cast), due)
    assert signing_key(cast)
    keys = rows_of(worker(cast), "SELECT * FROM govdesk_api.jwks('acme')")
    assert [key["ends_at"] is None for key in keys] == [True, False]
    assert rows_of(worker(cast), "SELECT * FROM govdesk_api.jwks('beta')") == []


def test_a_test_is_signed_queued_and_limited(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    made = ready(cast, olga)
    before = cast.last_seq()
    wanted = ask(olga, "SELECT govdesk_api.test_webhook(%s, 'forged')", made)
    assert [row["action"] for row in cast.rows(before)] == ["webhook.tested"]
    (row,) = claim(cast, "test")
    assert (row["id"], row["origin"], row["seq"], row["row"]) == (wanted, "forged", None, None)
    assert finish(cast, result(row)) == 1
    for _ in range(29):
        ask(olga, "SELECT govdesk_api.test_webhook(%s, 'test')", made)
    with refused("GD041"):
        ask(olga, "SELECT govdesk_api.test_webhook(%s, 'test')", made)


def test_python_and_sql_agree_which_event_belongs_to_which_subscription(cast: Cast) -> None:
    names = [event.name for event in EVENTS] + ["x.a", "x.a.b", "x.ab", "audit.row"]
    subscriptions = [
        [], ["audit.row"], ["member.*"], ["member.invited"], ["x.*"], ["x.a.*", "audit.row"],
        ["webhook.*", "api_key.created"], ["system.*"],
    ]  # fmt: skip
    for events in subscriptions:
        for alerts, blocks in ((False, False), (True, False), (False, True)):
            found = cast.admin.execute(
                "SELECT n, govdesk_private.webhook_type(%s, %s, %s, n) FROM unnest(%s::text[]) n",
                (events, alerts, blocks, names),
            ).fetchall()
            assert dict(found) == {
                n: webhook_events.matches(events, alerts, blocks, n) for n in names
            }


def test_what_the_worker_is_told_holds_no_open_secret(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    made = ready(cast, olga)
    facts = told(cast, "SELECT govdesk_api.delivery_endpoint(%s)", made)
    assert (facts["url"], facts["kind"], len(facts["secrets"])) == (URL, "webhook", 1)
    assert UUID(facts["id"]) == made
    with refused("42501"):
        ask(olga, "SELECT govdesk_api.delivery_endpoint(%s)", made)


def test_staff_of_the_platform_leave_no_pipe_behind(cast: Cast) -> None:
    employ(cast)
    made = endpoint(seat(cast, OLGA.email), events=["node.*"])
    inside = enter(cast, at_work(cast))
    with refused("42501"):
        endpoint(inside)
    for change_ in ("url = 'https://b.example.com/'", "events = '{audit.row}'"):
        with refused("42501"), raw(inside) as connection:
            connection.execute(f"UPDATE govdesk.webhook SET {change_} WHERE id = %s", (made,))


def test_a_second_rotation_keeps_what_the_first_promised(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    made = endpoint(olga)
    for _ in range(3):
        secret(cast, olga, made, 24)
    found = "SELECT array_agg(status ORDER BY version) FROM govdesk.webhook_secret"
    assert ask(olga, found) == ["previous", "previous", "current"]
    secret(cast, olga, made, 0)
    assert ask(olga, found) == ["retired"] * 3 + ["current"], "seen by others: nothing goes on"
    for _ in range(7):
        secret(cast, olga, made, 24)
    assert ask(olga, found).count("previous") == 5


@pytest.mark.parametrize("person", [MEI, CARLA], ids=lambda p: p.role)
def test_who_only_reads_webhooks_changes_and_learns_nothing_more(
    cast: Cast, person: object
) -> None:
    made = ready(cast, seat(cast, OLGA.email))
    reader = seat(cast, person.email)  # type: ignore[attr-defined]
    for call in (
        "webhook_recipient()",
        f"put_webhook_secret('{made}', '{uuid4()}', '\\x{os.urandom(80).hex()}', 1)",
        f"retire_webhook_secret('{made}')",
        "rotate_signing_key(7)",
        f"resume_webhook('{made}', 'send')",
        f"test_webhook('{made}', 'test')",
        f"redeliver('{made}', 'failed', NULL, NULL)",
    ):
        with refused("42501"):
            ask(reader, f"SELECT govdesk_api.{call}")
    for change_ in ("status = 'deleted'", "url = 'https://b.example.com/'"):
        with refused("42501"), raw(reader) as connection:
            connection.execute(f"UPDATE govdesk.webhook SET {change_} WHERE id = %s", (made,))
    (fares,) = table(reader, "SELECT webhook_id FROM govdesk_api.webhook_health()")
    assert fares["webhook_id"] == made
    hosts = [row["host"] for row in table(reader, "SELECT * FROM govdesk_api.workers()")]
    assert set(hosts) <= {""}, "machines are the business of who manages webhooks"
