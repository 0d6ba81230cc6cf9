"""People, invitations and roles made up for pictures and measurements."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from govdesk.domain.permissions import COMPLIANCE_PERMISSIONS, PERMISSIONS, RANKS, held_by
from govdesk.services.access import Change, MayChange, Offer
from govdesk.services.invitations import Invitation
from govdesk.services.mail_state import MailState
from govdesk.services.members import Grant, Member, Place, Portrait, Team, Waiting
from govdesk.services.roles import Right, Role

NOW: Final = datetime(2026, 6, 30, 9, 12, tzinfo=UTC)
_NAMES: Final = (
    "Imran Khan", "Zoë Ångström", "Łukasz Żak", "محمد الأحمد", "李小龍", "Ólafur Þórsson",
    "Nguyễn Thị Minh", "Ada Okafor", "Émile Dupont", "Mei Tan", "Şule Yılmaz", "דנה לוי",
    "Priya Raghunathan", "Carla Compliance", "Otis Operator", "Jürgen Groß",
)  # fmt: skip
_TITLES: Final = {"owner": "Owner", "admin": "Admin", "operator": "Operator", "member": "Member"}
PLACES: Final = (
    Place("acme", "Acme Ltd", "organization"),
    Place("acme.claims", "Claims triage", "system"),
    Place("acme.claims.northside", "Northside", "customer"),
    Place("acme.portal", "Portal", "system"),
)
OFFERS: Final = (
    Offer("owner", "Owner", False, "Only owners make owners."),
    Offer("admin", "Admin", True, ""),
    Offer("operator", "Operator", True, ""),
    Offer("member", "Member", True, ""),
    Offer("auditor", "Auditor", True, ""),
)


def sample_team(count: int = 16) -> Team:
    """People of many scripts with plausible roles."""
    return Team(tuple(_person(place) for place in range(count)), PLACES, _TITLES)


def _person(place: int) -> Member:
    name = _NAMES[place % len(_NAMES)]
    number = place // len(_NAMES)
    keys = list(_TITLES)
    grants = [_grant(place, PLACES[place % 4], keys[place % 4])]
    if place % 3 == 0:
        grants.append(_grant(place, PLACES[(place + 1) % 4], "member"))
    return Member(
        str(uuid.uuid5(uuid.NAMESPACE_URL, f"person{place}")),
        f"person{place}@acme.example",
        f"{name} {number}" if number else name,
        "",
        "suspended" if place == 5 else "active",
        None if place % 6 == 2 else NOW - timedelta(days=place),
        None if place % 6 == 2 else NOW - timedelta(hours=7 * place),
        NOW - timedelta(days=100 + place),
        tuple(grants),
    )


def _grant(place: int, where: Place, key: str) -> Grant:
    made = str(uuid.uuid5(uuid.NAMESPACE_URL, f"grant{place}{where.node_path}"))
    return Grant(made, where.node_path, where.name, key, _TITLES[key], key)


def sample_portrait(
    member: Member,
    offers: Sequence[Offer] = OFFERS,
    leave: MayChange = MayChange(True, "", None),  # noqa: B008 (frozen)
    waiting: tuple[Waiting, ...] = (),
) -> Portrait:
    """What the server would answer about somebody."""
    return Portrait(
        member, {grant.node_path: offers for grant in member.grants}, leave, waiting, PLACES
    )


def sample_invitations() -> list[Invitation]:
    """One of each state."""
    states = (
        ("pending", MailState("sent", NOW, 1)),
        ("pending", MailState("queued", NOW, 3, "connection refused")),
        ("pending", MailState("failed", NOW, 9, "550 no such mailbox")),
        ("expired", MailState("sent", NOW, 1)),
        ("accepted", MailState("sent", NOW, 1)),
        ("revoked", MailState("sent", NOW, 1)),
    )
    return [
        Invitation(
            str(uuid.uuid5(uuid.NAMESPACE_URL, f"invitation{place}")),
            f"{'grüße' if place == 1 else 'new'}{place}@example.com",
            _NAMES[(place * 3 + 1) % len(_NAMES)],
            "operator",
            "Operator",
            PLACES[place % 4].node_path,
            PLACES[place % 4].name,
            "Welcome to the claims team. Please join before Friday." if place < 2 else "",
            status,
            "Olga Owner",
            place + 1,
            NOW + timedelta(days=7 - place),
            NOW - timedelta(days=place),
            None,
            None,
            mail,
        )
        for place, (status, mail) in enumerate(states)
    ]


def sample_roles() -> list[Role]:
    """The built-in ones and two of the organisation."""
    built_in = [
        Role(str(uuid.uuid5(uuid.NAMESPACE_URL, base)), base, _TITLES[base], base, held_by(base),
             True, 4 - rank + 1)
        for base, rank in RANKS.items()
    ]  # fmt: skip
    own = uuid.uuid5(uuid.NAMESPACE_URL, "auditor")
    return [
        *built_in,
        Role(str(own), "auditor", "Auditor", "admin", COMPLIANCE_PERMISSIONS, False, 3),
    ]


def sample_rights() -> list[Right]:
    """Every permission there is."""
    ordered = sorted(PERMISSIONS, key=lambda row: (row.noun, row.name))
    return [Right(row.name, row.noun, row.sentence, tuple(row.bases)) for row in ordered]


def sample_radius() -> list[Change]:
    """What somebody would gain and lose."""

    def row(permission: str, change: str) -> Change:
        return Change(permission, "acme", "Acme Ltd", change, 2, 16, 1204, False)  # type: ignore[arg-type]

    gained = [row(name, "gained") for name in ("member.manage", "audit.export", "node.manage")]
    return [*gained, row("key.manage", "lost")]
