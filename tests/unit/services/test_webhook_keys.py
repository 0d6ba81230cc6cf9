"""Claims: the worker opens what it signs with, only in its place, and says what is missing."""

from __future__ import annotations

import pickle
import secrets
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from govdesk.delivery.sinks import open_sink
from govdesk.domain.problem import Problem
from govdesk.services import opening_rules
from govdesk.services.reference_rules import VARIABLE, rules_of
from govdesk.services.webhook_keys import (
    CACHED_SECONDS,
    REFERENCE_SECONDS,
    EndpointOpener,
    NotReady,
    needs_round,
)
from govdesk.vault import worker_key
from govdesk.vault.errors import DamagedEnvelope, VaultProblem
from govdesk.vault.hidden import Secret
from govdesk.vault.identities import PrivateKey
from govdesk.vault.inboxes import SIGNING_KEYS, InboxDoesNotOpen
from govdesk.vault.references import Keepers, SecretNotFound
from tests.sealed_webhooks import Organization
from tests.strictness import ExpectLog
from tests.unit.delivery.sinks.stage import event

RAW, OLD = b"\x01 a secret of thirty-two bytes \xff", secrets.token_bytes(24)
LATER = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
BEFORE = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()


@pytest.fixture
def ours() -> Organization:
    return Organization()


def opener(ours: Organization, environment: dict[str, str] | None = None) -> EndpointOpener:
    return EndpointOpener(ours.worker, environment or {})


@pytest.mark.parametrize("way", ["inbox", "envelope"])
def test_a_secret_opens_before_and_after_it_came_into_the_vault(
    ours: Organization, way: str
) -> None:
    row = getattr(ours, way)(RAW)
    found = opener(ours).open(ours.document(secrets=[row]))
    assert found.secrets == (RAW,)
    assert (found.tenant_path, found.version, found.url) == (
        "acme", 3, "https://siem.acme.example/in",
    )  # fmt: skip


def test_the_one_before_signs_beside_the_current_one_until_its_end(ours: Organization) -> None:
    rows = [
        ours.inbox(RAW),
        ours.envelope(OLD, status="previous", ends_at=LATER),
        ours.envelope(b"x" * 24, status="previous", ends_at=BEFORE),
        ours.envelope(b"y" * 24, status="retired"),
    ]
    seeds = [secrets.token_bytes(32) for _ in range(2)]
    keys = [ours.signing_key(seeds[0]), ours.signing_key(seeds[1], status="previous")]
    found = opener(ours).open(ours.document(secrets=rows, signing_keys=keys))
    assert found.secrets == (RAW, OLD)
    assert [one.seed for one in found.signing_keys] == seeds
    assert [one.kid for one in found.signing_keys] == [one["kid"] for one in keys]


def test_an_earlier_secret_that_does_not_open_stops_no_delivery(
    ours: Organization, expected_log: ExpectLog
) -> None:
    broken = ours.envelope(OLD, status="previous") | {"id": str(uuid.uuid4())}
    expected_log("is left out")
    found = opener(ours).open(ours.document(secrets=[ours.envelope(RAW), broken]))
    assert found.secrets == (RAW,)


def other_row(ours: Organization, row: dict[str, Any]) -> dict[str, Any]:
    return ours.document(secrets=[row | {"id": str(uuid.uuid4())}])


def other_tenant(ours: Organization, row: dict[str, Any]) -> dict[str, Any]:
    theirs = Organization(ours.worker, key=ours.key)
    return theirs.document(secrets=[row])


def other_table(ours: Organization, row: dict[str, Any]) -> dict[str, Any]:
    shown = {name: ours.signing_key()[name] for name in ("kid", "public_key")}
    return ours.document(signing_keys=[row | shown])


@pytest.mark.parametrize("moved", [other_row, other_tenant, other_table])
@pytest.mark.parametrize(
    ("way", "refusal"), [("inbox", InboxDoesNotOpen), ("envelope", DamagedEnvelope)]
)
def test_a_ciphertext_opens_nowhere_but_in_its_place(
    ours: Organization, moved: Callable[..., dict[str, Any]], way: str, refusal: type[Problem]
) -> None:
    document = moved(ours, getattr(ours, way)(RAW))
    with pytest.raises(refusal) as refused:
        opener(ours).open(document)
    assert RAW.hex() not in repr(refused.value)


def test_other_workers_open_nothing_and_say_which_file_is_missing(ours: Organization) -> None:
    stranger = EndpointOpener(PrivateKey.generate(), {})
    with pytest.raises(VaultProblem, match="key file"):
        stranger.open(ours.document(secrets=[ours.inbox(RAW)]))
    with pytest.raises(VaultProblem, match="no copy of the vault's key") as refused:
        stranger.open(ours.document())
    assert "GOVDESK_WORKER_KEY_FILE" in refused.value.remedy
    with pytest.raises(VaultProblem, match="no copy of the vault's key"):
        opener(ours).open(ours.document(vault={"versions": [], "worker_copies": []}))


@pytest.mark.parametrize("rows", [[], ["previous"]])
def test_what_is_not_there_yet_is_named(ours: Organization, rows: list[str]) -> None:
    there = [ours.inbox(RAW, status=status) for status in rows]
    with pytest.raises(NotReady, match="no secret yet"):
        opener(ours).open(ours.document(secrets=there))
    with pytest.raises(NotReady, match="no signing key yet"):
        opener(ours).open(ours.document(signing_keys=[]))


def test_what_signs_nothing_needs_no_secret(ours: Organization) -> None:
    found = opener(ours).open(ours.document(kind="splunk", secrets=[], signing_keys=[]))
    assert (found.secrets, found.signing_keys) == ((), ())


def test_a_public_key_that_was_exchanged_signs_nothing(ours: Organization) -> None:
    other = {name: ours.signing_key()[name] for name in ("kid", "public_key")}
    with pytest.raises(VaultProblem, match="not the one that its receivers are shown"):
        opener(ours).open(ours.document(signing_keys=[ours.signing_key() | other]))
    short = ours.envelope(b"short", SIGNING_KEYS) | other
    with pytest.raises(VaultProblem, match="not the one that its receivers are shown"):
        opener(ours).open(ours.document(signing_keys=[short]))


def test_the_round_is_needed_while_an_inbox_waits_or_a_signing_key_is_missing(
    ours: Organization,
) -> None:
    assert not needs_round(ours.document())
    assert needs_round(ours.document(secrets=[ours.inbox(RAW)]))
    assert needs_round(ours.document(signing_keys=[]))
    assert not needs_round(ours.document(kind="ntfy", signing_keys=[]))


def test_references_are_followed_and_asked_for_once_for_all_that_open_together(
    ours: Organization,
) -> None:
    around, now = {"SPLUNK": "hec-token-1"}, [0.0]
    refs = {"token": "env://SPLUNK"}
    one = EndpointOpener(
        ours.worker, {}, keepers=Keepers(around, keyring_backend=lambda: None),
        clock=lambda: now[0],
    )  # fmt: skip

    def token() -> str:
        return one.open(ours.document(kind="splunk", secret_refs=refs)).token

    assert token() == "hec-token-1"
    around["SPLUNK"] = "hec-token-2"
    now[0] = 4.9
    assert token() == "hec-token-1"
    now[0] = 5.1
    assert token() == "hec-token-2"
    del around["SPLUNK"]
    now[0] = 10.2
    with pytest.raises(SecretNotFound, match="SPLUNK is not set"):
        token()
    assert CACHED_SECONDS + REFERENCE_SECONDS <= 60


def test_an_organization_reaches_only_the_references_that_are_named_for_it(
    ours: Organization,
) -> None:
    around = {
        VARIABLE: "acme=env://ACME_*; *=env://SHARED", "ACME_TOKEN": "a", "SHARED": "s",
        "BETA_TOKEN": "b",
    }  # fmt: skip

    def token(reference: str) -> str:
        refs = {"token": reference}
        return opener(ours, around).open(ours.document(secret_refs=refs)).token

    assert (token("env://ACME_TOKEN"), token("env://SHARED")) == ("a", "s")
    with pytest.raises(SecretNotFound, match="does not follow env://BETA_TOKEN"):
        token("env://BETA_TOKEN")


@pytest.mark.parametrize(
    "theirs", ["vault://beta/splunk#token", "awssm://beta/splunk#token", "keyring://beta/splunk"]
)
def test_where_several_share_a_worker_nobody_reaches_what_others_may_keep_there(
    ours: Organization, theirs: str
) -> None:
    document = ours.document(secret_refs={"token": theirs}, organizations=2)
    with pytest.raises(SecretNotFound, match="Several organizations share"):
        opener(ours, {"VAULT_ADDR": "https://127.0.0.1:1", "VAULT_TOKEN": "t"}).open(document)


def test_where_several_share_a_worker_it_is_told_whose_a_reference_is(
    ours: Organization,
) -> None:
    around = {"SPLUNK": "t", VARIABLE: "acme=env://SPLUNK"}
    document = ours.document(secret_refs={"token": "env://SPLUNK"}, organizations=2)
    with pytest.raises(SecretNotFound, match="Several organizations share") as refused:
        opener(ours, {"SPLUNK": "t"}).open(document)
    assert "GOVDESK_REFERENCES='acme=env://SPLUNK'" in refused.value.remedy
    assert opener(ours, around).open(document).token == "t"


@pytest.mark.parametrize("text", ["acme", "=env://A", "acme=https://x"])
def test_rules_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(Problem, match="cannot be read") as refused:
        rules_of({VARIABLE: text})
    assert refused.value.exit_code == 2


def test_an_opening_counts_as_far_as_it_is_named_for_its_organization(ours: Organization) -> None:
    around = {
        opening_rules.VARIABLE: "acme=10.1.0.0/16:443, 10.1.0.0/16:6514; beta=10.2.0.0/16:443;"
        " *=[fd12::/16]:443 10.9.0.7/32:443",
    }  # fmt: skip
    wished = [
        "10.0.0.0/8:443", "10.1.2.0/24:6514", "10.2.3.4/32:443", "127.0.0.1/32:443",
        "10.1.0.0/16:8443", "[fd12:1::/32]:443",
    ]  # fmt: skip
    one = opener(ours, around)
    found = one.open(ours.document(allow=wished, organizations=2))
    assert found.allow == (
        "10.1.0.0/16:443", "10.9.0.7/32:443", "10.1.2.0/24:6514", "[fd12:1::/32]:443",
    )  # fmt: skip
    assert (found.is_ruled, found.is_shared) == (True, True)
    alone = one.open(ours.document(allow=wished))
    assert (alone.allow, alone.is_shared) == (found.allow, False), "one organization is ruled too"
    other = ours.document(allow=wished, tenant_path="gamma", organizations=2)
    assert one.open(other).allow == ("10.9.0.7/32:443", "[fd12:1::/32]:443")


def test_without_rules_every_opening_counts_and_whoever_runs_the_worker_is_told_once(
    ours: Organization,
) -> None:
    told: list[str] = []
    one = EndpointOpener(ours.worker, {}, on_unruled=lambda: told.append("unruled"))
    alone = one.open(ours.document(allow=["10.0.0.0/8:443"], organizations=1))
    assert (alone.allow, alone.is_ruled, told) == (("10.0.0.0/8:443",), False, [])
    for _ in range(2):
        found = one.open(ours.document(allow=["10.0.0.0/8:443"], organizations=2))
        assert (found.allow, found.is_ruled, found.is_shared) == (("10.0.0.0/8:443",), False, True)
    assert told == ["unruled"]


def test_who_set_rules_is_not_told_that_there_are_none(
    ours: Organization, expected_log: ExpectLog
) -> None:
    told: list[str] = []
    around = {opening_rules.VARIABLE: "acme=10.0.0.0/8:443"}
    one = EndpointOpener(ours.worker, around, on_unruled=lambda: told.append("unruled"))
    one.open(ours.document(organizations=2))
    assert told == []
    expected_log("say in GOVDESK_OPENINGS which are whose")
    opening_rules.warn()


@pytest.mark.parametrize("written", ["10.1.0.0/16", "169.254.0.0/16:443", "nonsense"])
def test_an_opening_that_cannot_be_used_is_left_for_its_tries_to_say(
    ours: Organization, written: str
) -> None:
    around = {opening_rules.VARIABLE: "*=10.0.0.0/8:443"}
    found = opener(ours, around).open(ours.document(allow=[written]))
    report = open_sink(found).send(event(), 1)
    assert (report.outcome, report.blame) == ("refused", "endpoint")
    assert report.address is None


@pytest.mark.parametrize(
    "text", ["10.0.0.0/8:443", "=10.0.0.0/8:443", "acme=10.0.0.0/8", "acme=0.0.0.0/0:443"]
)
def test_openings_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(Problem, match="GOVDESK_OPENINGS cannot be read") as refused:
        EndpointOpener(PrivateKey.generate(), {opening_rules.VARIABLE: text})
    assert refused.value.exit_code == 2


def test_nothing_that_is_opened_shows_itself(ours: Organization) -> None:
    one = opener(ours, {"TOKEN": "a-token-of-splunk"})
    found = one.open(ours.document(secrets=[ours.inbox(RAW)], secret_refs={"token": "env://TOKEN"}))
    assert (found.secrets, found.token) == ((RAW,), "a-token-of-splunk")
    shown = repr((one, found, found.signing_keys, Secret("a-token-of-splunk")))
    seed = found.signing_keys[0].seed
    for hidden in ("a-token-of-splunk", RAW.hex(), repr(RAW), seed.hex(), repr(seed)):
        assert hidden not in shown
    with pytest.raises(TypeError):
        pickle.dumps(one)


def test_the_key_file_is_read_when_it_is_first_needed(ours: Organization, tmp_path: Path) -> None:
    path = tmp_path / "worker-key.json"
    one = EndpointOpener(path, {})
    ours.worker = worker_key.read_or_create(path)
    assert one.open(ours.document(secrets=[ours.inbox(RAW)])).secrets == (RAW,)
