"""What the demo's people did lately, by the functions that everybody uses.

Each step looks whether it was done, so a demo that was stopped midway goes on where it was.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from govdesk.database import demo as store
from govdesk.database.connection import Session, connect
from govdesk.domain.decisions import DECISION_KINDS
from govdesk.services import (
    accounts,
    decisions,
    demo_connections,
    demo_key_life,
    demo_webhooks,
    integrations,
    invitations,
    metadata,
    places,
    platform,
)
from govdesk.services.decisions import Payload
from govdesk.services.demo_keys import Keyring
from govdesk.services.invitations import Invite
from govdesk.services.links import Links

TENANT: Final = "acme"
OWNER: Final = "owner@example.com"
STAFF_NAME: Final = "Sam Staff"
REVIEWER: Final = ("admin@example.com", "Ada Admin")
COUNSEL: Final = ("counsel@example.com", "Cora Counsel")
CONTACT: Final = ("compliance@example.com", "Carla Compliance")
LEGAL: Final = metadata.Draft(
    "Acme Pty Ltd", "AU", abn="51824753556", lei="213800WSGIIZCXF1P572", vat="DE136695976"
)
SITES: Final = (
    ("Head office", "1 Pitt Street, Sydney NSW 2000", "AU"),
    ("Northside clinic", "20 Miller Street, North Sydney NSW 2060", "AU"),
)
TEAMS: Final = (("Claims", 0), ("Participant support", 1), ("Quality and safeguards", None))
PENDING: Final = (
    Invite(
        "coordinator@example.com",
        "Cody Coordinator",
        "member",
        TENANT,
        "You will see what our systems decide about participants.",
        2,
    ),
    Invite(
        "auditor@example.com",
        "Audrey Auditor",
        "auditor",
        TENANT,
        "Welcome to the audit of this year. Everything you need is in the timeline.",
        14,
    ),
)
ACCEPTED: Final = Invite(
    "reception@example.com", "Rosa Reception", "member", TENANT, "See you on Monday."
)
LEAVER: Final = "ops@example.com"
CONNECTORS: Final = ("admin@example.com", "operator@example.com")
SHIPPED: Final = tuple(
    kind.action
    for kind in DECISION_KINDS
    if not kind.always and kind.action not in ("policy.change", "webhook.open")
)
"""What `tenants create --reviewer` switches on as well."""
POLICY_HOURS: Final = 72


@dataclass(frozen=True, slots=True)
class Place:
    """The demo's installation: its addresses, and the keys of its people."""

    admin_url: str
    app_url: str
    people: dict[str, dict[str, str]]
    staff: str
    keys: Keyring


def live(place: Place) -> None:
    """Do whatever was not done yet."""
    if not store.staff(place.admin_url):
        _hire(place)
    with _signed_in(place, OWNER) as owner:
        if not integrations.list_integrations(owner):
            _meet(place)
        _say_who_we_are(owner)
        _name_contact(owner, place.admin_url)
        # While one person may still open this machine's own address.
        demo_webhooks.connect(owner, place.keys.home)
        _invite(owner, place.app_url)
        _ask_for_a_second_person(owner)
        _request(owner)
        demo_key_life.hand_out(owner, place.keys)
        demo_connections.connect_services(owner)


def _meet(place: Place) -> None:
    """Let the worker and everybody who manages connections have a key pair of their own, so that
    the first sealed value can be opened by all of them at once.
    """
    demo_connections.introduce_worker(place.keys.worker_url, place.keys.home)
    for email in CONNECTORS:
        with _signed_in(place, email):
            pass


@contextmanager
def _signed_in(place: Place, email: str) -> Iterator[Session]:
    """Lend a session of somebody; the code that it takes can be used once more afterwards."""
    known = place.people[email]
    store.forget_codes(place.admin_url)
    code = accounts.totp(known["totp_secret"])
    started = accounts.start(place.app_url, TENANT, email, known["password"], code, None)
    session = Session(connect(place.app_url), started.token, TENANT, "demo")
    session.unlocked = started.unlocked
    try:
        yield session
        accounts.end_of(session)
    finally:
        session.close()
        store.forget_codes(place.admin_url)


def _hire(place: Place) -> None:
    """Give one of the staff an account, who sets password and factor."""
    known = place.people[place.staff]
    code = platform.add_staff(place.admin_url, place.staff, STAFF_NAME)
    accounts.set_first_password(place.app_url, code, known["password"])
    accounts.enrol(
        place.app_url,
        platform.TENANT,
        place.staff,
        known["password"],
        known["totp_secret"],
        lambda: accounts.totp(known["totp_secret"]),
    )
    store.forget_codes(place.admin_url)


def _say_who_we_are(owner: Session) -> None:
    if not metadata.versions(owner):
        metadata.save(owner, LEGAL, based_on=0)
    if not places.sites(owner):
        for site in SITES:
            places.add_site(owner, *site)
    if not places.teams(owner):
        ids = {site.name: site.id for site in places.sites(owner)}
        for name, at in TEAMS:
            places.add_team(owner, name, None if at is None else ids[SITES[at][0]])


def _name_contact(owner: Session, admin_url: str) -> None:
    """Propose the compliance contact and confirm it with the code that was mailed."""
    if any(contact.status == "confirmed" for contact in metadata.contacts(owner)):
        return
    metadata.propose_contact(owner, *CONTACT)
    metadata.confirm_contact(owner, store.mailed_code(admin_url, CONTACT[0]))


def _invite(owner: Session, app_url: str) -> None:
    known = {one.email for one in invitations.invitations(owner)}
    for invite in (*PENDING, ACCEPTED):
        if invite.email not in known:
            invitations.invite(owner, invite)
    waiting = invitations.find(owner, ACCEPTED.email)
    if waiting.is_open:
        _accept(app_url, invitations.link(owner, waiting.id, "https://demo").link)


def _accept(app_url: str, link: str) -> None:
    """Somebody whom nobody can sign in as: her password is forgotten at once."""
    links = Links(app_url, connections=1)
    seed = base64.b32encode(secrets.token_bytes(20)).decode()
    try:
        token = link.rpartition("/")[2]
        password = secrets.token_urlsafe(24)
        links.accept(token, ACCEPTED.display_name, password, seed, accounts.totp(seed))
    finally:
        links.close()


def _ask_for_a_second_person(owner: Session) -> None:
    """Name two reviewers, then switch on what the policy is shipped with."""
    known = {one.email for one in decisions.reviewers(owner)}
    for email, name in (REVIEWER, COUNSEL):
        if email not in known:
            decisions.set_reviewer(owner, email, name, "active")
    on = {kind.action for kind in decisions.policy(owner) if kind.enabled}
    for action in SHIPPED:
        if action not in on:
            decisions.set_policy(owner, action, True, POLICY_HOURS)


def _request(owner: Session) -> None:
    """The owner asks to remove somebody; the second human has not answered yet."""
    if not decisions.all_of(owner, limit=1):
        decisions.request(owner, "member.remove", _leaver(owner), "She leaves us on the 30th.")


def _leaver(session: Session) -> Payload:
    with session.reading() as connection:
        row: Any = connection.execute(
            "SELECT id::text FROM govdesk.member WHERE email = %s", (LEAVER,)
        ).fetchone()
    return {"member_id": row[0]}
