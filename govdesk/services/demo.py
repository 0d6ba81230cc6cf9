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
from govdesk.database.migrate import install, migrations_folder
from govdesk.evidence.checkpoints import origin
from govdesk.evidence.notes import VerifierKey
from govdesk.services import checkpoint_keys, demo_keys
from govdesk.services.accounts import built_in_roles, seed_bytes
from govdesk.services.demo_children import Children
from govdesk.services.demo_history import DAYS, history
from govdesk.vault.key_files import KeyFileProblem

Progress = Callable[[int, int], None]

DATABASE = "govdesk"
FIRST, OTHER, BELOW = "acme", "beta", "acme.harbour"
PLATFORM = "platform"
STAFF = "staff@govdesk.example"
_OWNERS = {OTHER: "owner@beta.example", BELOW: "owner@harbour.example"}
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


_STANDING = ("role", "title", "tenant_path", "kind")


@dataclass(slots=True)
class Demo:
    """A running demo; `facts` is the line of JSON that `demo --no-window` prints."""

    server: EmbeddedServer
    facts: dict[str, Any]
    _children: Children
    _beginning: threading.Timer | None = None

    def begin(self, delay: float = 0.0) -> None:
        """Start worker and web pages; with a `delay` in seconds this returns at once."""
        if not delay:
            self._children.start()
            self._children.wait()
            return
        self._beginning = threading.Timer(delay, self._children.start)
        self._beginning.name = "demo-children"
        self._beginning.start()

    def stop(self) -> None:
        """Stop everything; no process stays behind."""
        if self._beginning is not None:
            self._beginning.cancel()
            self._beginning.join()
        self._children.stop()
        self.server.stop()


def start(
    home: Path, events: int, *, reset: bool = False, progress: Progress = lambda done, total: None
) -> Demo:
    """Bring the server of the demo in `home` up; what exists is kept unless `reset`.

    Its worker and web pages start with `Demo.begin`.
    """
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
        _live(home, facts, secret)
        store.announce_worker(facts["worker_url"])
        children = Children(home, facts["worker_url"])
    except BaseException:
        server.stop()
        raise
    facts |= {"web_url": children.web_url, "mail_dir": str(children.mail_dir)}
    return Demo(server, facts, children)


def _secrets(home: Path) -> dict[str, Any]:
    """Passwords and seeds of this demo, made once and kept in a private file."""
    path = home / "demo-secrets.json"
    made: dict[str, Any] = {"app": "", "worker": "", "people": {}}
    if path.exists():
        made = dict(json.loads(path.read_text(encoding="utf-8")))
    emails = [*(c[0] for c in _CAST if c[4]), *_OWNERS.values(), STAFF]
    missing = [email for email in emails if email not in made["people"]]
    keys = demo_keys.fresh(made.setdefault("keys", {}))
    if not missing and not keys:
        return made
    made["keys"] |= keys
    for login in ("app", "worker"):
        made[login] = made[login] or secrets.token_urlsafe(24)
    made["people"] |= {email: _fresh_keys() for email in missing}
    part = path.with_suffix(".part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(made, file)
    part.rename(path)
    return made


def _fresh_keys() -> dict[str, str]:
    return {
        "password": secrets.token_urlsafe(12),
        "totp_secret": base64.b32encode(secrets.token_bytes(20)).decode(),
    }


def _prepare(home: Path, admin: str, secret: dict[str, Any]) -> None:
    """Schema, clock and tenants; nothing of it when this release has prepared this home before."""
    mark = home / "prepared"
    if _says(mark):
        return
    install(admin, app_password=secret["app"], worker_password=secret["worker"])
    store.install_clock(admin)
    _tenants(admin, secret["people"])
    mark.write_text(_release())


def _says(mark: Path) -> bool:
    """Whether this very release left its mark: nothing is to be done again."""
    return mark.exists() and mark.read_text() == _release()


def _release() -> str:
    revisions = (migrations_folder() / "versions").glob("[0-9]*.py")
    return f"{__version__} {max(path.stem for path in revisions)}"


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
    for path, name, owner, system in (
        (OTHER, "Beta Pty Ltd", "Bea Owner", "Intake"),
        (BELOW, "Harbour Care", "Hana Owner", "Home visits"),
    ):
        if path not in there:
            store.found(
                admin,
                path=path,
                name=name,
                environment="dev",
                since=since,
                roles=built_in_roles(),
                people=[_person(people, _OWNERS[path], owner, "Owner", "owner")],
                systems=[(f"{path}.{system.split()[-1].lower()}", "system", system)],
            )
    if PLATFORM not in there:
        store.found(
            admin,
            path=PLATFORM,
            name="GovDesk platform",
            environment="dev",
            since=since,
            roles=built_in_roles(),
            people=[store.Person("platform@govdesk.example", "Petra Platform", "Owner", "owner")],
            systems=[],
            kind=PLATFORM,
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


def _live(home: Path, facts: dict[str, Any], secret: dict[str, Any]) -> None:
    """Have the people do what the pages show; they are signed in once, not at every start."""
    mark = home / "lived"
    if _says(mark):
        return
    # What every page uses takes a while to load, and later starts need none of it.
    from govdesk.services.demo_life import Place, live

    admin = facts["admin_url"]
    keys = demo_keys.Keyring(admin, facts["worker_url"], home, _CAST[0][0], secret["keys"])
    live(Place(admin, facts["app_url"], secret["people"], STAFF, keys))
    mark.write_text(_release())


def _checkpoint_key(home: Path) -> str | None:
    """The first tenant's key as an auditor takes it; the demo's worker signs with the same file."""
    file = checkpoint_keys.KeyFile(demo_keys.checkpoint_key(home))
    try:
        pair = file.keys().current if file.exists() or file.memory.exists() else file.create()
    except KeyFileProblem:
        # Somebody took it away. The worker says so; the demo shows what it can.
        return None
    return VerifierKey(origin(FIRST), pair.public).text


def _facts(
    server: EmbeddedServer, home: Path, admin: str, secret: dict[str, Any]
) -> dict[str, Any]:
    titles = {row[0]: (row[3], row[2], FIRST, "member") for row in _CAST}
    titles |= {email: ("owner", "Owner", path, "member") for path, email in _OWNERS.items()}
    titles[STAFF] = ("staff", "Staff", PLATFORM, "staff")
    accounts = [
        {"email": email, **known, **dict(zip(_STANDING, titles[email], strict=True))}
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
        "checkpoint_public_key": _checkpoint_key(home),
        "accounts": accounts,
        "api_keys": demo_keys.given(secret["keys"], store.node_ids(admin, FIRST)),
    }
