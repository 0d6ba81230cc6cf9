"""`govdesk demo --no-window`: its one line of JSON, one owner a folder, no process left behind."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from govdesk import __version__
from govdesk.database import demo as store
from govdesk.database.connection import Session
from govdesk.evidence.checkpoints import SignedCheckpoint
from govdesk.evidence.notes import VerifierKey
from govdesk.services import (
    accounts,
    api_keys,
    attention,
    decisions,
    demo,
    demo_life,
    invitations,
    metadata,
    peppers,
    places,
)
from govdesk.services.verifying_keys import Verifier
from govdesk.vault.peppers import PepperFile
from tests.databases import server_folder
from tests.end_to_end.conftest import Program

FACTS = {
    "admin_url", "app_url", "worker_url", "web_url", "data_dir", "mail_dir", "clock", "version",
    "tenant_path", "other_tenant_path", "checkpoint_public_key", "accounts", "api_keys",
}  # fmt: skip
ROLES = {"owner", "admin", "operator", "member", "compliance_officer"}


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that PostgreSQL's user may enter; pytest's own is closed to it when we are root."""
    with server_folder() as folder:
        yield folder / "demo"


def processes_in(folder: Path) -> list[str]:
    """Command lines that name the folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # It ended while we looked.
        if str(folder) in line:
            found.append(line)
    return found


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_demo_prints_its_facts_serves_and_leaves_no_process(
    bare: Program, home: Path, ending: signal.Signals
) -> None:
    arguments = ["demo", "--no-window", "--data-dir", str(home), "--events", "60"]
    with bare.start(*arguments) as demo:
        assert demo.stdout is not None
        facts = json.loads(demo.stdout.readline())
        second = bare(*arguments)
        owner = next(a for a in facts["accounts"] if a["role"] == "owner")
        person = bare.given(
            GOVDESK_DATABASE_URL=facts["app_url"],
            GOVDESK_EMAIL=owner["email"],
            GOVDESK_PASSWORD=owner["password"],
            GOVDESK_TOTP_SECRET=owner["totp_secret"],
            GOVDESK_TENANT=owner["tenant_path"],
        )
        verified = person("audit", "verify", "--json")
        signed = person("checkpoints", "sign", "--json")
        status = bare("server", "status", "--admin-url", facts["admin_url"], "--json")
        demo.send_signal(ending)
        rest, err = demo.communicate(timeout=60)
    assert (demo.returncode, rest) == (0, ""), err
    assert set(facts) == FACTS
    assert (facts["data_dir"], facts["version"]) == (str(home), __version__)
    assert {
        a["role"] for a in facts["accounts"] if a["tenant_path"] == facts["tenant_path"]
    } >= ROLES
    assert {(a["role"], a["tenant_path"]) for a in facts["accounts"] if a["kind"] == "member"} >= {
        ("owner", facts["other_tenant_path"]),
        ("owner", f"{facts['tenant_path']}.harbour"),
    }
    assert [a["tenant_path"] for a in facts["accounts"] if a["kind"] == "staff"] == ["platform"]
    assert second.code == 3
    assert second.out == ""
    assert len(second.err.strip().splitlines()) <= 2
    assert verified.code == 0, verified.err
    assert verified.document["rows"] >= 60
    assert signed.code == 0, signed.err
    key = VerifierKey.parse(facts["checkpoint_public_key"])
    assert SignedCheckpoint.parse(signed.document["note"]).verified_by([key]) == (key,)
    assert signed.document["size"] >= verified.document["rows"]
    assert status.document["demo_clock"] is True
    assert processes_in(home) == []


def test_without_a_display_what_can_be_done_instead_is_said(bare: Program) -> None:
    answer = bare.given(QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="")("demo")
    assert answer.code == 3
    assert "--no-window" in answer.err


def test_the_window_ends_with_a_signal_and_leaves_nothing_running(
    bare: Program, home: Path
) -> None:
    watched = bare.given(QT_QPA_PLATFORM="offscreen", GOVDESK_ANNOUNCE="1")
    with watched.start("demo", "--data-dir", str(home), "--events", "50") as window:
        assert window.stderr is not None
        for line in window.stderr:
            if line.startswith("usable demo"):
                break
        window.send_signal(signal.SIGTERM)
        _, err = window.communicate(timeout=60)
    assert window.returncode == 0, err
    assert processes_in(home) == []


# What its people did


@pytest.fixture(scope="module")
def lived() -> Iterator[demo.Demo]:
    """A demo of this module, without its worker and web pages."""
    with server_folder() as folder:
        running = demo.start(folder / "demo", 60)
        yield running
        running.stop()


def account(lived: demo.Demo, **wanted: str) -> dict[str, str]:
    found = [a for a in lived.facts["accounts"] if wanted.items() <= a.items()]
    assert found, wanted
    return dict(found[0])


def signed_in(lived: demo.Demo, who: dict[str, str]) -> Session:
    """Come in with the code of this very moment, which may be used again afterwards."""
    url = str(lived.facts["app_url"])
    code = accounts.totp(who["totp_secret"])
    started = accounts.start(url, who["tenant_path"], who["email"], who["password"], code, None)
    assert started.mfa
    store.forget_codes(str(lived.facts["admin_url"]))
    return accounts.open_session(url, started.token, started.tenant_path)


def test_the_owner_of_a_parent_sees_nothing_of_the_subsidiary(lived: demo.Demo) -> None:
    below = f"{lived.facts['tenant_path']}.harbour"
    for path, sees in ((lived.facts["tenant_path"], 0), (below, 1)):
        session = signed_in(lived, account(lived, role="owner", tenant_path=path))
        with session.transaction() as connection:
            row = connection.execute(
                "SELECT count(*) FROM govdesk.tenant WHERE tenant_path = %s::ltree", (below,)
            ).fetchone()
        session.close()
        assert row == (sees,)


def test_the_pages_have_something_to_show(lived: demo.Demo) -> None:
    session = signed_in(lived, account(lived, role="admin"))
    invited = {one.email: one for one in invitations.invitations(session)}
    assert {email: one.status for email, one in invited.items()} == {
        "coordinator@example.com": "pending",
        "auditor@example.com": "pending",
        "reception@example.com": "accepted",
    }
    assert invited["auditor@example.com"].role_title == "Auditor"
    assert all(one.message for one in invited.values())
    assert {one.email for one in decisions.reviewers(session)} == {
        "admin@example.com",
        "counsel@example.com",
    }
    on = {kind.action for kind in decisions.policy(session) if kind.enabled}
    assert on >= set(demo_life.SHIPPED)
    waiting = decisions.all_of(session)
    assert [(one.action, one.status, one.waits_for_me) for one in waiting] == [
        ("member.remove", "pending", True)
    ]
    legal = metadata.read(session)
    assert legal.in_force is not None
    assert (legal.in_force.abn, legal.in_force.lei) == (demo_life.LEGAL.abn, demo_life.LEGAL.lei)
    assert [one.status for one in legal.contacts] == ["confirmed"]
    assert len(places.sites(session)) == len(demo_life.SITES)
    assert len(places.teams(session)) == len(demo_life.TEAMS)
    kinds = {need.kind for need in attention.needs(session)}
    assert {"decision_waits", "invitation_expires", "no_mfa"} <= kinds
    session.close()


def test_the_keys_that_are_printed_work_and_the_others_show_how_keys_fare(
    lived: demo.Demo,
) -> None:
    session = signed_in(lived, account(lived, role="operator"))
    keys = {key.prefix: key for key in api_keys.list_keys(session)}
    file = PepperFile(Path(lived.facts["data_dir"]) / "peppers.json")
    assert {key.status for key in keys.values()} == {
        "active",
        "expiring",
        "stale",
        "rotated",
        "revoked",
    }
    assert {one["environment"] for one in lived.facts["api_keys"]} == {"dev", "staging", "prod"}
    with psycopg.connect(lived.facts["worker_url"], autocommit=True) as worker:
        for one in lived.facts["api_keys"]:
            with worker.transaction():
                found = Verifier(file).verify(worker, one["key"])
            assert found.is_ok
            assert found.answer is not None
            assert str(found.answer.system_id) == one["system_id"]
            assert "events:write" in (found.answer.scopes or ())
            assert sum(n for _, n in api_keys.uses(session, keys[found.prefix or ""].id)) > 50
    assert [(v.version, v.keys) for v in peppers.versions(session) if v.keys] == [(1, 7)]
    session.close()


def test_a_second_start_adds_no_event_and_goes_on_where_the_first_was_stopped(home: Path) -> None:
    def newest(running: demo.Demo) -> int:
        return store.event_count(str(running.facts["admin_url"]), demo.FIRST)

    first = demo.start(home, 60)
    before = newest(first)
    with psycopg.connect(first.facts["admin_url"]) as admin:
        steps = admin.execute("SELECT last_step FROM govdesk_private.factor").fetchall()
    assert {step for (step,) in steps} == {0}, "a visitor's code must not be used up by the demo"
    first.stop()
    second = demo.start(home, 60)
    assert newest(second) == before
    for who in second.facts["accounts"]:
        signed_in(second, who).close()
    second.stop()
    (home / "lived").unlink()
    third = demo.start(home, 60)
    session = signed_in(third, account(third, role="owner"))
    assert len(invitations.invitations(session)) == 3
    assert len(decisions.all_of(session)) == 1
    session.close()
    third.stop()
