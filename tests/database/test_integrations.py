"""Connections to outside services: saved, refused, sealed, tested; against the real database."""

from __future__ import annotations

import secrets
import string
from dataclasses import replace
from typing import Any

import pytest

from govdesk.database.connection import Session
from govdesk.database.errors import Refused
from govdesk.domain.problem import Problem
from govdesk.services import integrations, nodes, vault
from govdesk.services.integrations import Cancelled, Draft, Integration, Misfilled
from govdesk.services.meanwhile import ChangedMeanwhile
from govdesk.services.vault import PasswordNeeded
from tests.doors import join, seat
from tests.mail_servers import mail_server
from tests.people import ADA, BEA, MEI, OLGA, OTIS, Cast
from tests.vaulting import at_desk

MAIL = Draft(
    None,
    "smtp",
    "Mail server",
    {"host": "mail.example.com", "port": "587", "encryption": "starttls"},
    {"password": "vault://mail/smtp#password"},
    {"user": "reports"},
)
LOGS = Draft(None, "syslog", "Logs", {"host": "logs.example.com", "port": "6514"})


def raw_token() -> str:
    """A made-up token in the form of a vendor's."""
    return "ghp_" + "".join(secrets.choice(string.ascii_letters) for _ in range(36))


def made(session: Session, draft: Draft = MAIL) -> Integration:
    return integrations.find(session, str(integrations.save(session, draft).id))


def edited(one: Integration, **changed: Any) -> Draft:
    """A draft as the form begins with it, and what was changed in it."""
    draft = Draft(None, one.kind, one.name, one.settings, one.secret_refs, None, one.allow, one.id,
                  one)  # fmt: skip
    return replace(draft, **changed)


def action(cast: Cast, seq: int | None) -> str:
    assert seq is not None
    return str(next(row["action"] for row in cast.rows(seq - 1) if row["seq"] == seq))


# Saving and reading


def test_a_connection_is_saved_listed_and_found(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    done = integrations.save(olga, MAIL)
    assert action(cast, done.seq) == "integration.created"
    (one,) = integrations.list_integrations(olga)
    assert (one.id, one.kind, one.name, one.node_path) == (done.id, "smtp", "Mail server", "acme")
    assert (one.settings, one.secret_refs) == (MAIL.settings, MAIL.secret_refs)
    assert (one.has_sealed, one.status, one.tested_at) == (True, "active", None)
    assert one.created_by == f"user:{OLGA.email}"
    assert integrations.find(olga, "Mail server") == integrations.find(olga, one.id) == one


def test_private_values_are_sealed_and_open_for_who_may_hold_the_key(cast: Cast) -> None:
    olga, ada = at_desk(cast, OLGA), at_desk(cast, ADA)
    one = made(olga)
    assert integrations.reveal_sealed(ada, one.id) == {"user": "reports"}
    assert b"reports" not in bytes(cast.one("SELECT sealed FROM govdesk.integration"))
    with pytest.raises(PasswordNeeded):
        integrations.reveal_sealed(seat(cast, OLGA.email), one.id)
    assert integrations.reveal_sealed(olga, made(olga, LOGS).id) == {}


def test_a_change_leaves_private_values_as_they_are_unless_they_are_given(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    one = made(olga)
    alone = seat(cast, OLGA.email)
    done = integrations.save(alone, edited(one, name="Mail"))
    assert action(cast, done.seq) == "integration.changed"
    assert integrations.reveal_sealed(olga, one.id) == {"user": "reports"}
    one = integrations.find(olga, one.id)
    integrations.save(olga, edited(one, sealed={"user": "other"}))
    assert integrations.reveal_sealed(olga, one.id) == {"user": "other"}
    one = integrations.find(olga, one.id)
    integrations.save(olga, edited(one, sealed={}))
    assert not integrations.find(olga, one.id).has_sealed


def test_a_key_that_is_rotated_while_a_value_is_on_its_way_costs_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga, ada = at_desk(cast, OLGA), at_desk(cast, ADA)
    vault.ready(olga)
    sealing, first = integrations._envelope, iter([True])

    def slowly(*given: Any) -> Any:
        made = sealing(*given)
        if next(first, False):
            vault.create_like_current(ada)
        return made

    monkeypatch.setattr(integrations, "_envelope", slowly)
    one = made(olga)
    assert one.key_version == 2
    assert integrations.reveal_sealed(ada, one.id) == {"user": "reports"}


def test_saving_what_stands_there_writes_nothing(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    one = made(olga, LOGS)
    before = cast.last_seq()
    assert not integrations.save(olga, edited(one, name=" Logs ")).changed
    assert cast.last_seq() == before


def test_who_saves_over_a_change_he_has_not_seen_is_shown_it(cast: Cast) -> None:
    olga, ada = at_desk(cast, OLGA), at_desk(cast, ADA)
    seen = made(olga, LOGS)
    integrations.save(ada, edited(seen, settings={"host": "other.example.com"}))
    with pytest.raises(ChangedMeanwhile) as refused:
        integrations.save(olga, edited(seen, name="Mine"))
    assert refused.value.by == ADA.email
    assert refused.value.fresh.settings == {"host": "other.example.com"}
    assert integrations.save(olga, edited(refused.value.fresh, name="Mine")).changed
    integrations.remove(ada, seen.id)
    with pytest.raises(ChangedMeanwhile) as refused:
        integrations.save(olga, edited(seen, name="Mine again"))
    assert refused.value.fresh is None


def test_a_connection_is_switched_off_on_and_removed_for_good(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    one = made(olga)
    integrations.disable(olga, one.id)
    assert integrations.find(olga, one.id).status == "disabled"
    assert not integrations.disable(olga, one.id).changed
    integrations.enable(olga, one.id)
    done = integrations.remove(olga, one.id)
    assert action(cast, done.seq) == "integration.removed"
    assert integrations.list_integrations(olga) == []
    assert cast.one("SELECT sealed IS NULL AND key_version IS NULL FROM govdesk.integration")
    for act in (integrations.enable, integrations.remove, integrations.test):
        with pytest.raises(Problem, match="no such connection"):
            act(olga, one.id)


# Who


def test_who_manages_one_system_sees_and_changes_its_connections_only(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    join(cast, "sid@acme.example", "operator", "acme.claims")
    sid = at_desk(cast, "sid@acme.example")
    claims, portal = (nodes.find(olga, path).id for path in ("acme.claims", "acme.portal"))
    other = made(olga, replace(LOGS, system_id=portal))
    mine = made(sid, replace(LOGS, system_id=claims, name="Claims' logs"))
    assert integrations.list_integrations(sid) == [mine]
    assert integrations.list_integrations(olga, claims) == [mine]
    assert len(integrations.list_integrations(olga)) == 2
    with pytest.raises(Problem):
        integrations.find(sid, other.id)
    with pytest.raises(Refused) as refused:
        integrations.save(sid, LOGS)
    assert refused.value.exit_code == 4
    with pytest.raises(Problem):
        integrations.save(sid, edited(other, name="Mine"))
    assert integrations.reveal_sealed(sid, other.id) == {}


@pytest.mark.parametrize("person", [MEI, BEA])
def test_others_see_and_change_nothing(cast: Cast, person: Any) -> None:
    one = made(at_desk(cast, OLGA))
    path = "beta" if person is BEA else "acme"
    other = at_desk(cast, person, path)
    assert integrations.list_integrations(other) == []
    assert integrations.reveal_sealed(other, one.id) == {}
    with pytest.raises(Problem):
        integrations.remove(other, one.id)
    assert integrations.find(at_desk(cast, OLGA), one.id).status == "active"


def test_an_operator_makes_the_first_private_value(cast: Cast) -> None:
    otis = at_desk(cast, OTIS)
    assert integrations.reveal_sealed(otis, made(otis).id) == {"user": "reports"}
    assert vault.state(otis).newest == 1


# What cannot be


def faults(session: Session, draft: Draft) -> dict[str, str]:
    with pytest.raises(Misfilled) as refused:
        integrations.save(session, draft)
    assert refused.value.exit_code == 2
    assert refused.value.field == next(iter(refused.value.faults))
    return refused.value.faults


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"name": " "}, "name", "1 to 200 characters"),
        ({"name": "two\nlines"}, "name", "on one line"),
        ({"kind": "telex"}, "kind", "Use one of database"),
        ({"settings": {"port": "587"}}, "host", "Host is missing"),
        ({"settings": {"host": "h.example", "port": "66000"}}, "port", "65535"),
        ({"settings": {"host": "h.example", "colour": "red"}}, "colour", "no field colour"),
        ({"settings": {"host": "h.example", "password": "x"}}, "password", "does not belong"),
        ({"secret_refs": {"password": "hunter2"}}, "password", "not a reference"),
        ({"allow": ("10.0.0.0/8",)}, "allow", "CIDR|network and a port"),
        ({"allow": ("0.0.0.0/0:25",)}, "allow", "cannot be opened"),
        ({"allow": ("169.254.169.254/32:80",)}, "allow", "cannot be opened"),
    ],
)
def test_each_fault_stands_at_its_field(
    module_cast: Cast, changed: dict[str, Any], field: str, words: str
) -> None:
    found = faults(seat(module_cast, OLGA.email), replace(MAIL, **changed))
    assert set(found) == {field}
    assert any(word in found[field] for word in words.split("|")), found


@pytest.mark.parametrize("where", ["name", "host", "password", "user"])
def test_a_raw_secret_is_refused_wherever_it_stands_and_never_repeated(
    module_cast: Cast, where: str
) -> None:
    token = raw_token()
    draft = {
        "name": replace(MAIL, name=f"Mail {token}"),
        "host": replace(MAIL, settings={"host": token}),
        "password": replace(MAIL, secret_refs={"password": f"env://{token}"}),
        "user": replace(MAIL, sealed={"user": token}),
    }[where]
    found = faults(at_desk(module_cast, OLGA), draft)
    assert set(found) == {where}
    assert "a GitHub" in found[where]
    assert "Enter where the secret is kept" in found[where]
    assert token not in str(found)
    assert token not in repr(draft) or where != "user"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "TOKEN"}, "name"),
        ({"settings": {"host": "TOKEN"}}, "host"),
        ({"secret_refs": {"password": "hunter2"}}, "password"),
        ({"allow": ("169.254.169.254/32:80",)}, "allow"),
        ({"allow": ("nothing",)}, "allow"),
    ],
)
def test_what_the_program_would_let_through_the_database_refuses_at_the_same_field(
    module_cast: Cast, monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any], field: str
) -> None:
    monkeypatch.setattr(integrations, "check_draft", lambda draft: {})
    token = raw_token()
    if changed.get("name"):
        changed = {"name": token}
    if changed.get("settings"):
        changed = {"settings": {"host": token}}
    session = at_desk(module_cast, OLGA)
    before = module_cast.last_seq()
    found = faults(session, replace(MAIL, **changed))
    assert set(found) == {field}
    assert token not in str(found)
    written = [row["action"] for row in module_cast.rows(before)]
    assert "integration.created" not in written


def test_a_system_that_is_retired_takes_no_connection(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    portal = nodes.find(olga, "acme.portal")
    nodes.retire(olga, portal)
    with pytest.raises(Problem, match="is retired"):
        integrations.save(olga, replace(LOGS, system_id=portal.id))


# Testing


def local(port: int, **more: Any) -> Draft:
    """A mail server of this test's."""
    settings = {"host": "127.0.0.1", "port": str(port), "encryption": "none"}
    return Draft(None, "smtp", "Here", settings, {}, None, (f"127.0.0.0/8:{port}",), **more)


def test_a_connection_that_works_is_noted_on_its_row_and_in_the_log(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    with mail_server() as office:
        one = made(olga, local(office.port))
        outcome = integrations.test(olga, one.id)
    assert outcome.ok, outcome
    found = integrations.find(olga, one.id)
    assert (found.test_ok, found.test_ms) == (True, outcome.ms)
    assert found.test_detail is not None
    assert found.test_detail.startswith(outcome.sentence)
    assert found.tested_at is not None
    assert cast.rows(cast.last_seq() - 1)[0]["action"] == "integration.tested"


def test_a_draft_is_tried_as_it_is_typed_and_nothing_is_noted(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    before = cast.last_seq()
    with mail_server() as office:
        assert integrations.test(olga, local(office.port)).ok
        closed = replace(local(office.port), allow=())
        assert not integrations.test(olga, closed).ok
    assert cast.last_seq() == before


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("env://NOT_SET_ANYWHERE_HERE", "is not set here"),
        ("env://GOVDESK_PASSWORD", "not for integrations"),
        ("keyring://govdesk/smtp", "no keyring"),
        ("vault://mail/smtp#password", "VAULT_ADDR"),
        ("gcpsm://acme-billing/smtp", "Keep the secret in"),
    ],
)
def test_a_reference_that_leads_nowhere_says_what_to_do(
    module_cast: Cast, monkeypatch: pytest.MonkeyPatch, reference: str, words: str
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("GOVDESK_PASSWORD", "never given out")
    monkeypatch.delenv("VAULT_ADDR", raising=False)
    olga = at_desk(module_cast, OLGA)
    draft = replace(local(2525), secret_refs={"password": reference}, name=reference[:9])
    outcome = integrations.test(olga, made(olga, draft).id)
    assert (outcome.ok, outcome.field) == (False, "password")
    assert words in outcome.sentence
    assert "never given out" not in str(outcome)


def test_the_secret_of_a_test_stands_nowhere_afterwards(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secret = secrets.token_urlsafe(24)
    monkeypatch.setenv("BILLING_SMTP_PASSWORD", secret)
    olga = at_desk(cast, OLGA)
    with mail_server() as office:
        draft = replace(
            local(office.port), secret_refs={"password": "env://BILLING_SMTP_PASSWORD"},
            sealed={"user": "reports"},
        )  # fmt: skip
        outcome = integrations.test(olga, made(olga, draft).id)
    assert secret not in repr(outcome) + caplog.text
    for table in ("govdesk.integration", "govdesk.audit_log"):
        assert (
            cast.one(f"SELECT count(*) FROM {table} t WHERE strpos(t::text, %s) > 0", secret) == 0
        )


@pytest.mark.parametrize("after", [0, 1])
def test_a_test_that_is_given_up_is_noted_nowhere(cast: Cast, after: int) -> None:
    olga = at_desk(cast, OLGA)
    asked = iter([False] * after + [True] * 9)
    with mail_server() as office:
        one = made(olga, local(office.port))
        before = cast.last_seq()
        with pytest.raises(Cancelled):
            integrations.test(olga, one.id, lambda: next(asked))
    assert cast.last_seq() == before
    assert integrations.find(olga, one.id).tested_at is None


def test_a_draft_of_a_stored_one_is_tried_with_its_private_values(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    one = made(olga)
    alone = seat(cast, OLGA.email)
    with pytest.raises(PasswordNeeded):
        integrations.test(alone, edited(one))
    with pytest.raises(Misfilled):
        integrations.test(alone, edited(one, settings={}))
