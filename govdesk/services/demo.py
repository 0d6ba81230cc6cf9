"""The demo: an embedded server, two organizations, people who can sign in, a believable past."""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from govdesk import __version__
from govdesk.database import demo as store
from govdesk.database.embedded import EmbeddedServer
from govdesk.database.migrate import install
from govdesk.services.accounts import built_in_roles, seed_bytes
from govdesk.services.demo_history import DAYS, history

Progress = Callable[[int, int], None]

DATABASE = "govdesk"
FIRST, OTHER = "acme", "beta"
_SYSTEMS = [
    ("acme.claims", "system", "Claims assistant"),
    ("acme.portal", "system", "Participant portal"),
    ("acme.rostering", "system", "Rostering"),
    ("acme.claims.northside", "customer", "Northside Therapy"),
    ("acme.claims.bluegum", "customer", "Blue Gum Support"),
    ("acme.portal.families", "customer", "Families of participants"),
]
_TITLES = [
    ("operations_manager", "Operations Manager", "admin"),
    ("plan_manager", "Plan Manager", "member"),
    ("support_coordinator", "Support Coordinator", "operator"),
]
_CAST = [
    ("owner@example.com", "Imran Owner", "Tenant Owner", "owner", True),
    ("admin@example.com", "Ada Admin", "Administrator", "admin", True),
    ("operator@example.com", "Otis Operator", "Operator", "operator", True),
    ("member@example.com", "Mei Member", "Member", "member", True),
    (
        "compliance@example.com",
        "Carla Compliance",
        "Compliance Officer",
        "compliance_officer",
        True,
    ),
    ("ops@example.com", "Ops Manager", "Operations Manager", "operations_manager", False),
    ("plan@example.com", "Plan Manager", "Plan Manager", "plan_manager", False),
    ("newcomer@example.com", "Noor Newcomer", "Support Coordinator", "support_coordinator", False),
]


@dataclass(slots=True)
class Demo:
    """A running demo; `facts` is the line of JSON that `demo --no-window` prints."""

    server: EmbeddedServer
    facts: dict[str, Any]
    _ending: threading.Event
    _keeping: threading.Thread

    def stop(self) -> None:
        """Stop everything; no process stays behind."""
        self._ending.set()
        self._keeping.join()
        self.server.stop()


def start(
    home: Path, events: int, *, reset: bool = False, progress: Progress = lambda done, total: None
) -> Demo:
    """Bring the demo of `home` up; what exists already is kept unless `reset`."""
    if reset and home.exists():
        EmbeddedServer.start(home).stop()
        shutil.rmtree(home)
    server = EmbeddedServer.start(home)
    try:
        secret = _secrets(home)
        admin = server.admin_url_of(DATABASE)
        _prepare(home, admin, secret)
        _fill(admin, events, progress)
        facts = _facts(server, home, admin, secret)
    except BaseException:
        server.stop()
        raise
    ending = threading.Event()
    keeping = threading.Thread(
        target=_keep_house, args=(facts["worker_url"], ending), name="demo-housekeeping"
    )
    keeping.start()
    return Demo(server, facts, ending, keeping)


def _secrets(home: Path) -> dict[str, Any]:
    """Passwords and seeds of this demo, made once and kept in a private file."""
    path = home / "demo-secrets.json"
    if path.exists():
        return dict(json.loads(path.read_text(encoding="utf-8")))
    people = {
        email: {
            "password": secrets.token_urlsafe(12),
            "totp_secret": base64.b32encode(secrets.token_bytes(20)).decode(),
        }
        for email in [*(c[0] for c in _CAST if c[4]), "owner@beta.example"]
    }
    made: dict[str, Any] = {
        "app": secrets.token_urlsafe(24),
        "worker": secrets.token_urlsafe(24),
        "people": people,
    }
    part = path.with_suffix(".part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(made, file)
    part.rename(path)
    return made


def _prepare(home: Path, admin: str, secret: dict[str, Any]) -> None:
    """Schema, clock and tenants; nothing of it when this release has prepared this home before."""
    mark = home / "prepared"
    if mark.exists() and mark.read_text() == __version__:
        return
    install(admin, app_password=secret["app"], worker_password=secret["worker"])
    store.install_clock(admin)
    _tenants(admin, secret["people"])
    mark.write_text(__version__)


def _tenants(admin: str, people: dict[str, dict[str, str]]) -> None:
    there = store.tenants(admin)
    since = (datetime.now(UTC) - timedelta(days=DAYS + 2)).isoformat()
    if FIRST not in there:
        store.found(
            admin,
            path=FIRST,
            name="Acme Ltd",
            environment="dev",
            since=since,
            roles=_roles(),
            people=[_person(people, *row[:4]) for row in _CAST],
            systems=_SYSTEMS,
        )
    if OTHER not in there:
        store.found(
            admin,
            path=OTHER,
            name="Beta Pty Ltd",
            environment="dev",
            since=since,
            roles=built_in_roles(),
            people=[_person(people, "owner@beta.example", "Bea Owner", "Owner", "owner")],
            systems=[("beta.intake", "system", "Intake")],
        )


def _roles() -> list[dict[str, object]]:
    roles = built_in_roles()
    held = {str(role["key"]): role["permissions"] for role in roles}
    for key, title, base in _TITLES:
        roles.append({"key": key, "title": title, "base": base, "permissions": held[base]})
    return roles


def _person(
    people: dict[str, dict[str, str]], email: str, name: str, title: str, role: str
) -> store.Person:
    known = people.get(email)
    if known is None:
        return store.Person(email, name, title, role)
    seed = seed_bytes(known["totp_secret"])
    return store.Person(email, name, title, role, known["password"], seed)


def _fill(admin: str, events: int, progress: Progress) -> None:
    """Bring the first tenant's log to its demo length; never twice."""
    if store.event_count(admin, FIRST) >= max(events, 1):
        return
    people = [row[0] for row in _CAST]
    systems = list(store.system_ids(admin, FIRST).items())
    count = events - store.event_count(admin, FIRST)
    end = datetime.now(UTC) - timedelta(days=1)
    past = history(count, end, people, systems)
    store.record(admin, FIRST, past, lambda done: progress(done, count))


def _facts(
    server: EmbeddedServer, home: Path, admin: str, secret: dict[str, Any]
) -> dict[str, Any]:
    titles = {row[0]: (row[3], row[2], FIRST) for row in _CAST}
    titles["owner@beta.example"] = ("owner", "Owner", OTHER)
    accounts = [
        {
            "email": email,
            **known,
            "role": titles[email][0],
            "title": titles[email][1],
            "tenant_path": titles[email][2],
            "kind": "member",
        }
        for email, known in secret["people"].items()
    ]
    return {
        "admin_url": admin,
        "app_url": server.url("govdesk_app", secret["app"], DATABASE),
        "worker_url": server.url("govdesk_worker", secret["worker"], DATABASE),
        "web_url": None,
        "data_dir": str(home),
        "mail_dir": None,
        "clock": "demo",
        "version": __version__,
        "tenant_path": FIRST,
        "other_tenant_path": OTHER,
        "checkpoint_public_key": None,
        "accounts": accounts,
        "api_keys": [],
    }


def _keep_house(worker_url: str, ending: threading.Event) -> None:
    """What the worker will do: seal failed sign-ins, end holders of a log."""
    while not ending.wait(10):
        store.try_keeping_house(worker_url)
