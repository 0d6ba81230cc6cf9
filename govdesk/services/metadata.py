"""The organisation's legal identity: versions with effective dates, and its compliance contact.

Nothing is overwritten. The version in force is the one with the highest number whose date has come;
a restored version is a new one.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from govdesk.database.connection import Connection, Session
from govdesk.database.errors import DatabaseProblem, Refused
from govdesk.domain.problem import Problem
from govdesk.services import decisions, registrations
from govdesk.services.changes import Change, sealed, writing
from govdesk.services.mail_state import MailState
from govdesk.services.meanwhile import ChangedMeanwhile

ACTION: Final = "organization.legal_entity"
"""What a second human may have to decide."""
WHY: Final = (
    "Name, country and registration numbers together say who the organization is in law, so a"
    " change of any of them is decided by two."
)
"""Why asking is needed where only a number changes."""
ENTITY_LENGTH: Final = 300
_COLUMNS: Final = (
    "id::text, version, effective_from, coalesce(legal_entity, ''), country, abn, lei, vat,"
    " restored_from::text, created_at, created_by"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is going to be saved; numbers in the form in which they are kept, empty ones None."""

    legal_entity: str = ""
    country: str | None = None
    abn: str | None = None
    lei: str | None = None
    vat: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One version; times in UTC. `restored_from` is the id of the version it repeats."""

    id: str
    version: int
    effective_from: datetime
    legal_entity: str
    country: str | None
    abn: str | None
    lei: str | None
    vat: str | None
    restored_from: str | None
    created_at: datetime
    created_by: str

    @property
    def draft(self) -> Draft:
        """What it says."""
        return Draft(self.legal_entity, self.country, self.abn, self.lei, self.vat)


@dataclass(frozen=True, slots=True)
class Contact:
    """Who answers for compliance; `status` pending, confirmed or replaced.

    `mail` is what became of the mail with the code, as long as it is waited for.
    """

    id: str
    email: str
    display_name: str
    status: str
    created_at: datetime
    confirmed_at: datetime | None
    mail: MailState | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """Everything the page shows; `versions` newest first."""

    versions: list[Version]
    contacts: list[Contact]
    waiting: list[decisions.Decision]
    needs_decision: bool
    now: datetime

    @property
    def in_force(self) -> Version | None:
        """The version that holds now."""
        return in_force(self.versions, self.now)

    @property
    def draft(self) -> Draft:
        """What one begins with: what holds now, or the newest if nothing holds yet."""
        shown = self.in_force or (self.versions[0] if self.versions else None)
        return shown.draft if shown is not None else Draft()

    @property
    def newest(self) -> int:
        """The number of the newest version; 0 before the first."""
        return max((one.version for one in self.versions), default=0)

    def standing(self, version: Version) -> str:
        """Say "in force", "coming", "past", or "never in force" when a later one took its place."""
        if version.effective_from > self.now:
            later = [
                one
                for one in self.versions
                if one.version > version.version and one.effective_from <= version.effective_from
            ]
            return "never in force" if later else "coming"
        return "in force" if version == self.in_force else "past"


FIELDS: Final = (
    ("legal_entity", "Legal entity"),
    ("country", "Country"),
    ("abn", "ABN"),
    ("lei", "LEI"),
    ("vat", "EU VAT"),
)


def in_force(versions: Sequence[Version], at: datetime) -> Version | None:
    """Return the version that holds at a time: the highest number whose date has come."""
    come = [one for one in versions if one.effective_from <= at]
    return max(come, key=lambda one: one.version, default=None)


def checked(
    legal_entity: str, country: str = "", abn: str = "", lei: str = "", vat: str = ""
) -> tuple[Draft, dict[str, str]]:
    """Read what was written; returns it in the form in which it is kept, and faults by field."""
    found = {
        "country": registrations.country(country),
        "abn": registrations.abn(abn),
        "lei": registrations.lei(lei),
        "vat": registrations.vat(vat),
    }
    faults = {name: one.fault for name, one in found.items() if one.fault}
    name = " ".join(legal_entity.split())
    if not name:
        faults["legal_entity"] = "The legal entity has a name: write it as it is registered."
    elif len(name) > ENTITY_LENGTH:
        faults["legal_entity"] = f"This has {len(name)} characters; up to {ENTITY_LENGTH} are kept."
    return Draft(name, **{field: one.value for field, one in found.items()}), faults


def read(session: Session) -> Metadata:
    """Return versions, contacts and decisions that wait, as one moment shows them."""
    with session.reading() as connection:
        versions = _versions(connection)
        contacts = _contacts(connection)
        row = connection.execute(
            "SELECT govdesk_api.needs_decision(%s), clock_timestamp()", (ACTION,)
        ).fetchone()
    needs, now = row if row is not None else (False, datetime.now(UTC))
    waiting = [one for one in decisions.all_of(session) if one.action == ACTION and one.is_open]
    return Metadata(versions, contacts, waiting, bool(needs), now)


def versions(session: Session) -> list[Version]:
    """Return every version, newest first."""
    with session.reading() as connection:
        return _versions(connection)


def _versions(connection: Connection) -> list[Version]:
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM govdesk.organization_metadata ORDER BY version DESC"
    ).fetchall()
    return [Version(*row) for row in found]


def save(
    session: Session,
    draft: Draft,
    *,
    based_on: int,
    effective_from: datetime | None = None,
    restored_from: str | None = None,
) -> Change:
    """Write a new version, in force at once or from a time on.

    `based_on` is the newest version that the writer saw: raises `ChangedMeanwhile` with the newest
    one if somebody saved meanwhile, `Refused` (decision_needed) where a second human decides.
    """
    identity, tenant = str(uuid.uuid4()), session.tenant_id
    try:
        with writing(session) as connection:
            newest = _versions(connection)
            if newest and newest[0].version != based_on:
                raise _meanwhile(newest[0], draft)
            if restored_from is None and newest and _says_the_same(newest, draft, effective_from):
                return Change(newest[0].id, False)
            row = (identity, tenant, session.tenant_path, based_on + 1, effective_from)
            _insert(connection, (*row, *_values(draft), restored_from))
    except Refused as refusal:
        # Somebody was faster between the look and the writing.
        if refusal.key != "changed_meanwhile":
            raise
        raise _meanwhile(versions(session)[0], draft) from None
    return sealed(session, identity)


def _meanwhile(theirs: Version, draft: Draft) -> ChangedMeanwhile:
    return ChangedMeanwhile(
        "The legal identity",
        theirs=told(theirs.draft),
        yours=told(draft),
        fresh=theirs,
        by=theirs.created_by.removeprefix("user:"),
        at=theirs.created_at,
    )


def _values(draft: Draft) -> tuple[str | None, ...]:
    return (draft.legal_entity, draft.country, draft.abn, draft.lei, draft.vat)


def _says_the_same(newest: list[Version], draft: Draft, effective_from: datetime | None) -> bool:
    """Whether saving would change nothing: what holds now says it, and nothing else is coming."""
    now = datetime.now(UTC)
    current = in_force(newest, now)
    return (
        current is not None
        and current.draft == draft
        and current == newest[0]
        and (effective_from is None or effective_from <= now)
    )


def _insert(connection: Connection, row: tuple[object, ...]) -> None:
    connection.execute(
        "INSERT INTO govdesk.organization_metadata (id, tenant_id, tenant_path, version,"
        " effective_from, legal_entity, country, abn, lei, vat, restored_from)"
        " VALUES (%s, %s, %s::ltree, %s, coalesce(%s, now()), %s, %s, %s, %s, %s, %s)",
        row,
    )


def restore(session: Session, version: int, *, based_on: int | None = None) -> Change:
    """Write what an earlier version said as a new one, in force at once."""
    found = versions(session)
    old = next((one for one in found if one.version == version), None)
    if old is None:
        raise Problem(f"There is no version {version}.", "See the history.", exit_code=2)
    newest = found[0].version if based_on is None else based_on
    return save(session, old.draft, based_on=newest, restored_from=old.id)


def payload(draft: Draft, effective_from: datetime | None) -> dict[str, Any]:
    """What a second human is asked to decide."""
    return {
        "legal_entity": draft.legal_entity,
        "country": draft.country,
        "abn": draft.abn,
        "lei": draft.lei,
        "vat": draft.vat,
        "effective_from": effective_from.isoformat() if effective_from is not None else None,
    }


def difference(before: Version | None, after: Version | Draft) -> dict[str, dict[str, object]]:
    """What differs between two versions, as a diff of the log writes it: new and old by field."""
    found: dict[str, dict[str, object]] = {}
    for field, title in FIELDS:
        new = _shown(field, getattr(after, field))
        old = _shown(field, getattr(before, field)) if before is not None else None
        if new != old:
            sides = {"new": new, "old": old}
            found[title] = {side: value for side, value in sides.items() if value is not None}
    return found


def _shown(field: str, value: str | None) -> str | None:
    if value and field == "country":
        return registrations.country_name(value)
    if value and field == "abn":
        return registrations.grouped_abn(value)
    return value or None


def legal_entity(session: Session) -> str:
    """The legal entity in force with its numbers, as a document's cover names it; may be empty."""
    current = in_force(versions(session), datetime.now(UTC))
    return told(current.draft) if current is not None else ""


def told(draft: Draft) -> str:
    """Say everything in one line: name, country, numbers."""
    numbers = [
        f"{title} {_shown(field, value)}"
        for field, title in FIELDS[2:]
        if (value := getattr(draft, field))
    ]
    country = [registrations.country_name(draft.country)] if draft.country else []
    return ", ".join([draft.legal_entity, *country, *numbers])


# The compliance contact


def _contacts(connection: Connection) -> list[Contact]:
    """The one that is confirmed, then those proposed, with what became of the mail."""
    found = connection.execute(
        "SELECT c.id::text, c.email, c.display_name, c.status, c.created_at, c.confirmed_at,"
        " m.status, m.at, m.attempts, coalesce(m.error, '')"
        " FROM govdesk.compliance_contact c"
        " LEFT JOIN LATERAL govdesk_api.mail_state(c.id) m ON c.status = 'pending'"
        " WHERE c.status <> 'replaced' ORDER BY c.status, c.created_at DESC"
    ).fetchall()
    return [_contact(*row) for row in found]


def _contact(*row: Any) -> Contact:
    identity, email, name, status, created_at, confirmed_at, *mail = row
    state = MailState(*mail) if mail[0] else None
    return Contact(identity, email, name, status, created_at, confirmed_at, state)


def contacts(session: Session) -> list[Contact]:
    """Return the contact that is confirmed and those that are proposed."""
    with session.reading() as connection:
        return _contacts(connection)


def propose_contact(session: Session, email: str, display_name: str) -> Change:
    """Propose a contact; a code goes to the address, good for a day."""
    address, name = email.strip(), " ".join(display_name.split())
    if not name:
        raise Problem("The contact's name is missing.", exit_code=2)
    with writing(session) as connection:
        row = connection.execute(
            "SELECT govdesk_api.propose_contact(%s, %s)", (address, name)
        ).fetchone()
    if row is None:
        raise DatabaseProblem("The server did not answer.")
    return sealed(session, row[0])


def confirm_contact(session: Session, code: str) -> Change:
    """Confirm the contact with the mailed code; raises `Problem` for a code that is not right."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    grouped = "-".join(plain[at : at + 4] for at in range(0, len(plain), 4))
    with writing(session) as connection:
        row = connection.execute("SELECT govdesk_api.confirm_contact(%s)", (grouped,)).fetchone()
    if row is None or not row[0]:
        raise Problem(
            "This code is not right, or it is older than a day.",
            "Check the newest mail, or propose the contact again for another code.",
            exit_code=2,
        )
    confirmed = next((one for one in contacts(session) if one.status == "confirmed"), None)
    return sealed(session, confirmed.id if confirmed else None)
