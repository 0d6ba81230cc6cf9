"""What a connection to an outside service is, and what is wrong with one before it is saved."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from govdesk.database.errors import DatabaseProblem, Refused
from govdesk.delivery.egress import Opening
from govdesk.domain import raw_secrets, secret_references
from govdesk.domain.integrations import BY_NAME, Kind
from govdesk.domain.problem import Problem

Status = Literal["active", "disabled", "removed"]
NAME: Final = "name"
ALLOW: Final = "allow"
NAME_LENGTH: Final = 200
VALUE_LENGTH: Final = 4000
MOST_OPENINGS: Final = 20
SEALED_BYTES: Final = 60_000


@dataclass(frozen=True, slots=True)
class Integration:
    """One connection; what is sealed stays sealed here. Times are UTC, `test_ms` milliseconds."""

    id: str
    node_path: str
    kind: str
    name: str
    settings: Mapping[str, str]
    secret_refs: Mapping[str, str]
    key_version: int | None
    allow: tuple[str, ...]
    status: Status
    created_at: datetime
    created_by: str
    tested_at: datetime | None
    test_ok: bool | None
    test_detail: str | None
    test_ms: int | None

    @property
    def has_sealed(self) -> bool:
        """Whether it has private values."""
        return self.key_version is not None


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to save; without `id` a new one, on a system or the organization.

    `sealed` None leaves the private values as they are; given, it replaces all of them. `before`
    is what the form began with: something else there now is a conflict.
    """

    system_id: str | None
    kind: str
    name: str
    settings: Mapping[str, str] = field(default_factory=dict)
    secret_refs: Mapping[str, str] = field(default_factory=dict)
    sealed: Mapping[str, str] | None = field(default=None, repr=False)
    allow: tuple[str, ...] = ()
    id: str | None = None
    before: Integration | None = None


class Misfilled(Problem):
    """Fields that cannot be so: `faults` says why for each, `field` is the first of them."""

    def __init__(self, faults: Mapping[str, str]):
        self.field, sentence = next(iter(faults.items()))
        self.faults = dict(faults)
        super().__init__(sentence, exit_code=2)


def check_draft(draft: Draft) -> dict[str, str]:
    """Return what is wrong with each field; empty when it can be saved. Asks nobody.

    Fields that may not hold a secret are searched for one. For private values this is a courtesy:
    nobody can look into them once they are sealed.
    """
    kind = BY_NAME.get(draft.kind)
    if kind is None:
        return {"kind": f"There is no kind {draft.kind}. Use one of {', '.join(BY_NAME)}."}
    faults: dict[str, str] = {}
    for name, fault in _found(draft, kind):
        faults.setdefault(name, fault)
    return faults


def _found(draft: Draft, kind: Kind) -> Iterator[tuple[str, str]]:
    name = draft.name.strip()
    if not 1 <= len(name) <= NAME_LENGTH or not name.isprintable():
        yield NAME, f"A name has 1 to {NAME_LENGTH} characters on one line."
    if found := raw_secrets.find(draft.name):
        yield NAME, secret_fault(found.title, found.fingerprint)
    yield from _misplaced(draft, kind)
    for column in ("open", "ref", "sealed"):
        yield from _column(draft, kind, column)
    yield from _openings(draft.allow)


def _misplaced(draft: Draft, kind: Kind) -> Iterator[tuple[str, str]]:
    columns = {"open": draft.settings, "ref": draft.secret_refs, "sealed": draft.sealed or {}}
    places = {one.name: one.column for one in kind.fields}
    for column, values in columns.items():
        for name in values:
            if name not in places:
                yield name, f"{kind.title} has no field {name}."
            elif places[name] != column:
                yield name, f"{name} does not belong among {_WHERE[column]}."


_WHERE: Final = {"open": "the settings", "ref": "the references", "sealed": "the private values"}


def _column(draft: Draft, kind: Kind, column: str) -> Iterator[tuple[str, str]]:
    """A new connection has no private values that could stay as they are."""
    values = {"open": draft.settings, "ref": draft.secret_refs, "sealed": draft.sealed}[column]
    if values is None and draft.id is not None:
        return
    for one in kind.fields:
        if one.column != column:
            continue
        text = (values or {}).get(one.name, "")
        if not text.strip():
            if one.required:
                yield one.name, f"{one.title} is missing."
            continue
        if len(text) > VALUE_LENGTH:
            yield one.name, f"{one.title} has at most {VALUE_LENGTH:,} characters."
        elif found := raw_secrets.find(text):
            yield one.name, secret_fault(found.title, found.fingerprint)
        elif column == "ref" and not secret_references.is_reference(text):
            yield one.name, str(secret_references.NotAReference())
        elif one.check is not None and (fault := one.check(text)):
            yield one.name, fault


def _openings(allow: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if len(allow) > MOST_OPENINGS:
        yield ALLOW, f"At most {MOST_OPENINGS} networks can be opened for one connection."
    for text in allow:
        try:
            Opening.read(text)
        except Problem as problem:
            yield ALLOW, str(problem)


def secret_fault(title: str, fingerprint: str) -> str:
    """Say that a raw secret stands there, and what to enter instead; never the secret."""
    return (
        f"This looks like {title} (fingerprint {fingerprint}). Enter where the secret is kept"
        " instead, for example vault://billing/smtp#password or env://BILLING_SMTP_PASSWORD, in a"
        " field for references. If it was in use, replace it."
    )


def misfilled(problem: DatabaseProblem) -> Problem:
    """What the database refused, at the field that it named; other problems as they are."""
    if not isinstance(problem, Refused):
        return problem
    if problem.key == "raw_secret":
        return _raw_secret(problem)
    if problem.key == "not_a_reference":
        return Misfilled({problem.detail: str(secret_references.NotAReference())})
    if problem.key == "metadata_address":
        return Misfilled({ALLOW: f"{problem.refusal.sentence} {problem.refusal.remedy}"})
    if problem.key == "bad_event" and problem.detail == ALLOW:
        return Misfilled({ALLOW: "Write a network and a port, such as 10.1.0.0/16:6514."})
    return problem


def _raw_secret(problem: Refused) -> Problem:
    try:
        about = json.loads(problem.detail)
        return Misfilled({about["field"]: secret_fault(about["title"], about["fingerprint"])})
    except (ValueError, KeyError, TypeError):
        return problem


def cleaned(values: Mapping[str, str]) -> dict[str, str]:
    """Values without blanks around them, and without the empty ones."""
    return {name: text.strip() for name, text in sorted(values.items()) if text.strip()}
