"""Webhooks added, changed, ended and given secrets through the services; real database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from govdesk.database.errors import Refused
from govdesk.domain.problem import Problem
from govdesk.services import nodes, webhook_changes, webhook_drafts, webhook_testing, webhooks
from govdesk.services.meanwhile import ChangedMeanwhile
from govdesk.services.webhook_drafts import Misfilled, draft_of
from govdesk.vault import inboxes, worker_key
from tests.database.webhook_worlds import HOST, LOGS, SIEM, Hand, added
from tests.deciding import name_reviewer, need_second_human
from tests.doors import cooled, join, later, seat
from tests.people import ADA, BEA, BETA, MEI, OLGA, OTIS, Cast

PASTED = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def hand(cast: Cast, tmp_path: Path) -> Hand:
    return Hand(cast, tmp_path)


def action(cast: Cast, seq: int | None) -> str:
    assert seq is not None
    return str(next(row["action"] for row in cast.rows(seq - 1) if row["seq"] == seq))


# Adding and reading


def test_a_webhook_is_added_listed_and_found(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    done = added(olga)
    assert done.change.changed
    assert action(cast, done.change.seq).startswith("webhook.")
    (one,) = webhooks.list_webhooks(olga)
    assert one == done.webhook
    assert (one.description, one.kind, one.url) == (SIEM.description, "webhook", SIEM.url)
    assert (one.node_path, one.system_id, one.status) == ("acme", None, "active")
    assert one.events == ("member.*", "node.*")
    assert one.created_by == f"user:{OLGA.email}"
    assert one.state == "new"
    for which in (one.id, SIEM.description, SIEM.url):
        assert webhooks.find(olga, which) == one


def test_a_secret_is_made_handed_over_sealed_and_stands_nowhere(
    cast: Cast, hand: Hand, tmp_path: Path
) -> None:
    done = added(seat(cast, OLGA.email))
    assert done.secret is not None
    assert done.secret.startswith("whsec_")
    assert done.secret not in repr(done)
    row, inbox, sealed = cast.admin.execute(
        "SELECT id, inbox, sealed FROM govdesk.webhook_secret"
    ).fetchone() or (None, None, None)
    assert (type(row), sealed) == (UUID, None)
    place = inboxes.place(cast.tenant_id(), inboxes.SECRETS, row)
    private = worker_key.read(tmp_path / "worker-key.json")
    raw = inboxes.open_inbox(private, place, bytes(inbox))
    assert len(raw) == 32
    assert raw not in bytes(inbox)


def test_a_pasted_secret_is_taken_as_it_is(cast: Cast, hand: Hand, tmp_path: Path) -> None:
    olga = seat(cast, OLGA.email)
    done = added(olga, secret=PASTED)
    assert done.secret == PASTED
    (version,) = webhooks.secrets(olga, done.webhook.id)
    assert (version.version, version.status) == (1, "current")


def test_what_is_not_signed_has_no_secret(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    done = added(olga, LOGS)
    assert done.secret is None
    assert webhooks.secrets(olga, done.webhook.id) == []
    assert done.webhook.state == "new"


def test_before_any_worker_nobody_could_keep_a_secret_and_nothing_is_written(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    with pytest.raises(Problem, match="No worker has ever been here") as refused:
        added(olga)
    assert refused.value.exit_code == 3
    assert webhooks.list_webhooks(olga) == []


def test_the_answer_that_was_lost_is_found_again(cast: Cast, hand: Hand) -> None:
    olga, which = seat(cast, OLGA.email), str(uuid4())
    first = added(olga, replace(SIEM, id=which), secret=PASTED)
    assert first.webhook.id == which
    before = cast.last_seq()
    again = added(olga, replace(SIEM, id=which), secret=PASTED)
    assert (again.change.changed, again.webhook.id, again.secret) == (False, which, PASTED)
    assert cast.last_seq() == before
    assert len(webhooks.list_webhooks(olga)) == 1


def test_adding_needs_a_fresh_confirmation(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    cooled(cast)
    with pytest.raises(Refused) as refused:
        added(olga)
    assert refused.value.key == "step_up_needed"
    assert webhooks.list_webhooks(olga) == []


# Changing


def test_a_webhook_is_changed_and_a_change_of_nothing_writes_nothing(
    cast: Cast, hand: Hand
) -> None:
    olga = seat(cast, OLGA.email)
    one = added(olga).webhook
    draft = replace(
        draft_of(one), description="SOC", events=("audit.row",), alerts=True, throttle=60,
        headers={"X-Env": "prod"}, settings={"server_name": "siem.example.com"},
        secret_refs={"token": "env://SIEM_TOKEN"}, format="ocsf", detail="thin",
    )  # fmt: skip
    done = webhook_changes.save(olga, draft)
    assert action(cast, done.seq) == "webhook.changed"
    now = webhooks.find(olga, one.id)
    for name in webhook_drafts.values(draft):
        assert getattr(now, name) == webhook_drafts.values(draft)[name], name
    before = cast.last_seq()
    assert not webhook_changes.save(olga, draft_of(now)).changed
    assert cast.last_seq() == before


def test_who_saves_over_a_change_he_has_not_seen_is_shown_it(cast: Cast, hand: Hand) -> None:
    olga, ada = seat(cast, OLGA.email), seat(cast, ADA.email)
    seen = added(olga).webhook
    webhook_changes.save(ada, replace(draft_of(seen), description="Theirs"))
    with pytest.raises(ChangedMeanwhile) as refused:
        webhook_changes.save(olga, replace(draft_of(seen), description="Mine"))
    assert refused.value.by == ADA.email
    assert refused.value.fresh.description == "Theirs"
    mine = replace(draft_of(refused.value.fresh), description="Mine")
    assert webhook_changes.save(olga, mine).changed
    webhook_changes.remove(ada, seen.id)
    with pytest.raises(ChangedMeanwhile) as refused:
        webhook_changes.save(olga, replace(draft_of(seen), description="Again"))
    assert refused.value.fresh is None


def test_who_only_disabled_it_meanwhile_is_no_conflict(cast: Cast, hand: Hand) -> None:
    olga, ada = seat(cast, OLGA.email), seat(cast, ADA.email)
    seen = added(olga).webhook
    webhook_changes.disable(ada, seen.id)
    assert webhook_changes.save(olga, replace(draft_of(seen), description="SOC")).changed
    now = webhooks.find(olga, seen.id)
    assert (now.description, now.status) == ("SOC", "disabled")


def test_a_webhook_is_disabled_resumed_and_deleted(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    one = added(olga).webhook
    assert action(cast, webhook_changes.disable(olga, one.id).seq) == "webhook.disabled"
    assert webhooks.find(olga, one.id).state == "disabled"
    assert not webhook_changes.disable(olga, one.id).changed
    nodes.create(olga, "Night desk", "system")
    resumed = webhook_changes.resume(olga, one.id, "send")
    assert action(cast, resumed.change.seq) == "webhook.resumed"
    assert resumed.rows >= 1
    assert webhooks.find(olga, one.id).status == "active"
    assert action(cast, webhook_changes.remove(olga, one.id).seq) == "webhook.deleted"
    assert webhooks.list_webhooks(olga) == []
    for act in (webhook_changes.disable, webhook_changes.remove):
        with pytest.raises(Problem, match="no such webhook"):
            act(olga, one.id)


# Secrets and keys


def test_a_secret_is_rotated_with_overlap_and_the_previous_one_ends_at_a_word(
    cast: Cast, hand: Hand
) -> None:
    olga = seat(cast, OLGA.email)
    done = added(olga)
    next_one = webhook_changes.rotate_secret(olga, done.webhook.id, grace_hours=24)
    assert next_one.version == 2
    assert next_one.secret != done.secret
    assert next_one.secret not in repr(next_one)
    found = webhooks.secrets(olga, done.webhook.id)
    assert [(one.version, one.status) for one in found] == [(2, "current"), (1, "previous")]
    assert found[1].ends_at is not None
    assert webhook_changes.retire_previous_secret(olga, done.webhook.id).changed
    found = webhooks.secrets(olga, done.webhook.id)
    assert [one.status for one in found] == ["current", "retired"]
    assert not webhook_changes.retire_previous_secret(olga, done.webhook.id).changed


@pytest.mark.parametrize(
    ("given", "field"),
    [({"grace_hours": 169}, "grace"), ({"grace_hours": -1}, "grace"), ({"secret": "x"}, "secret")],
)
def test_a_bad_rotation_is_refused(module_cast: Cast, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Misfilled) as refused:
        webhook_changes.rotate_secret(seat(module_cast, OLGA.email), str(uuid4()), **given)
    assert refused.value.field == field


def test_signing_keys_are_made_by_the_worker_and_rotated_for_the_organization(
    cast: Cast, hand: Hand
) -> None:
    olga = seat(cast, OLGA.email)
    added(olga)
    hand.vault()
    (first,) = webhooks.signing_keys(olga)
    assert (first.status, first.public[:5]) == ("current", "whpk_")
    webhook_changes.rotate_signing_key(olga, 7)
    hand.vault()
    found = webhooks.signing_keys(olga)
    assert [one.status for one in found] == ["current", "previous"]
    assert found[1].kid == first.kid
    assert found[0].public != first.public


# Who


def test_who_manages_one_system_sees_and_changes_its_webhooks_only(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    join(cast, "sid@acme.example", "operator", "acme.claims")
    sid = seat(cast, "sid@acme.example")
    claims, portal = (nodes.find(olga, path).id for path in ("acme.claims", "acme.portal"))
    other = added(olga, replace(SIEM, system_id=portal)).webhook
    mine = added(sid, replace(SIEM, system_id=claims, description="Claims")).webhook
    assert mine.system == "Claims triage"
    assert [one.id for one in webhooks.list_webhooks(sid)] == [mine.id]
    assert [one.id for one in webhooks.list_webhooks(olga, claims)] == [mine.id]
    assert len(webhooks.list_webhooks(olga)) == 2
    with pytest.raises(Refused) as refused:
        added(sid)
    assert refused.value.exit_code == 4
    with pytest.raises(Problem):
        webhook_changes.disable(sid, other.id)


def test_members_read_and_change_nothing_and_others_see_nothing(cast: Cast, hand: Hand) -> None:
    one = added(seat(cast, OLGA.email)).webhook
    mei = seat(cast, MEI.email)
    assert [shown.id for shown in webhooks.list_webhooks(mei)] == [one.id]
    for act in (
        lambda: webhook_changes.save(mei, replace(draft_of(one), description="Mine")),
        lambda: webhook_changes.disable(mei, one.id),
        lambda: webhook_changes.rotate_secret(mei, one.id),
        lambda: webhook_testing.begin(mei, one.id),
    ):
        with pytest.raises(Problem):
            act()
    bea = seat(cast, BEA.email, BETA)
    assert webhooks.list_webhooks(bea) == []
    assert webhooks.secrets(bea, one.id) == []
    with pytest.raises(Problem, match="no such webhook"):
        webhooks.find(bea, one.id)
    assert webhooks.find(seat(cast, OTIS.email), one.id).status == "active"


# Two people


PRIVATE = replace(SIEM, url="https://10.1.2.3:8443/in", allow=("10.1.0.0/16:8443",))


def test_where_two_decide_a_private_network_is_asked_for_and_stays_closed(
    cast: Cast, hand: Hand
) -> None:
    name_reviewer(cast, ADA.email)
    need_second_human(cast, "webhook.open")
    olga = seat(cast, OLGA.email)
    with pytest.raises(Refused) as refused:
        added(olga, PRIVATE)
    assert refused.value.key == "decision_needed"
    assert webhooks.list_webhooks(olga) == []
    done = webhook_changes.add_and_ask(olga, PRIVATE, None, "The SIEM stands in our network")
    assert done.not_asked is None
    assert done.change.decision is not None
    assert done.secret is not None
    assert webhooks.find(olga, done.webhook.id).allow == ()
    again = replace(draft_of(done.webhook), allow=PRIVATE.allow, description="SOC")
    saved = webhook_changes.save_and_ask(olga, again, "Once more")
    assert saved.decision not in (None, done.change.decision)
    now = webhooks.find(olga, done.webhook.id)
    assert (now.allow, now.description) == ((), "SOC")


def test_without_that_policy_a_private_network_is_opened_by_one(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    assert added(olga, PRIVATE).webhook.allow == PRIVATE.allow


# What the program would let through


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"url": "http://siem.example.com/"}, "url"),
        ({"url": "https://a:b@siem.example.com/"}, "url"),
        ({"events": ("nope.nope",)}, "events"),
        ({"headers": {"webhook-id": "1"}}, "headers"),
        ({"secret_refs": {"token": "hunter2"}}, "token"),
        ({"allow": ("169.254.169.254/32:80",)}, "allow"),
        ({"description": "ghp_0123456789abcdefghijABCDEFGHIJ456789"}, "description"),
    ],
)
def test_what_the_program_would_let_through_the_database_refuses_at_the_same_field(
    cast: Cast, hand: Hand, monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any], field: str
) -> None:
    monkeypatch.setattr(webhook_changes, "check", lambda *_: {})
    olga = seat(cast, OLGA.email)
    with pytest.raises(Problem) as refused:
        added(olga, replace(SIEM, **changed))
    assert isinstance(refused.value, Misfilled), refused.value
    assert refused.value.field == field
    assert webhooks.list_webhooks(olga) == []


def test_a_webhook_belongs_to_a_system_or_to_the_organization(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    northside, acme = (nodes.find(olga, p).id for p in ("acme.claims.northside", "acme"))
    with pytest.raises(Misfilled) as refused:
        added(olga, replace(SIEM, system_id=northside))
    assert refused.value.field == "system_id"
    one = added(olga, replace(SIEM, system_id=acme)).webhook
    assert (one.node_path, one.system_id) == ("acme", None)


def test_a_system_that_is_retired_takes_no_webhook(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    portal = nodes.find(olga, "acme.portal")
    nodes.retire(olga, portal)
    with pytest.raises(Problem, match="is retired"):
        added(olga, replace(SIEM, system_id=portal.id))


# Workers


def test_without_a_living_worker_a_test_ends_at_once(cast: Cast, hand: Hand) -> None:
    olga = seat(cast, OLGA.email)
    one = added(olga).webhook
    assert [(found.host, found.is_alive) for found in webhooks.workers(olga)] == [(HOST, True)]
    later(cast, "govdesk_private.worker_seen", "seen_at", "3 minutes")
    before = cast.last_seq()
    with pytest.raises(Problem, match="No worker is running") as refused:
        webhook_testing.test(olga, one.id)
    assert refused.value.exit_code == 3
    assert HOST in refused.value.sentence
    assert "govdesk worker" in refused.value.remedy
    assert cast.last_seq() == before
