"""Between the form and the service: what is asked for, what stands there, how two differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo

from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.integrations.form import Values
from govdesk.domain import integrations as kinds
from govdesk.domain.problem import Problem
from govdesk.jobs import Task
from govdesk.services import integrations
from govdesk.services.integrations import Draft, Integration, Outcome
from govdesk.services.link import Link
from govdesk.services.nodes import Node
from govdesk.services.vault import PasswordNeeded


@dataclass(frozen=True, slots=True)
class Kept:
    """What was typed and not saved, while something else is looked at."""

    kind: str
    values: Values = field(repr=False)
    before: Integration | None


def values_of(one: Integration) -> Values:
    """What stands in the form of a stored connection; what is sealed stays sealed."""
    return Values(one.name, one.settings, one.secret_refs, None, tuple(one.allow))


def is_as_before(before: Integration | None, one: Integration) -> bool:
    """Whether the form of two states of a connection is the same."""
    return (
        before is not None
        and replace(
            one,
            tested_at=before.tested_at,
            test_ok=before.test_ok,
            test_detail=before.test_detail,
            test_ms=before.test_ms,
        )
        == before
    )


def draft_of(node: Node, kind: str, values: Values, before: Integration | None) -> Draft:
    """What the service is asked to save."""
    return Draft(
        id=before.id if before is not None else None,
        system_id=node.id,
        kind=kind,
        name=values.name,
        settings=dict(values.settings),
        secret_refs=dict(values.secret_refs),
        sealed=None if values.private is None else dict(values.private),
        allow=values.allow,
        before=before,
    )


def opened(link: Link, task: Task, which: str) -> dict[str, str]:
    """Open what is sealed; on the thread of a lane."""
    with borrowed(link, task.lane, task) as session:
        return dict(integrations.reveal_sealed(session, which))


def tried(link: Link, task: Task, what: str | Draft) -> Outcome:
    """Test; on the thread of a lane, until it is through or somebody cancels it.

    Most of the time another service is waited for, so that a cancellation has nothing to tell the
    database.
    """
    with link.session(task.lane) as session:
        return integrations.test(session, what, task.cancel.is_set)


def why_sealed(error: Problem) -> str:
    """Why private values cannot be shown here, and what to do at this console."""
    if isinstance(error, PasswordNeeded):
        return (
            "Private values open with your password, which this session was not given. Sign out,"
            " sign in with your password, then reveal them again."
        )
    return str(error)


def facts(one: Integration, zone: tzinfo) -> str:
    """Who made it and when."""
    who = one.created_by.removeprefix("user:")
    return f"Created at {one.created_at.astimezone(zone):%Y-%m-%d %H:%M} by {who}."


def difference(theirs: Integration, mine: Values) -> dict[str, dict[str, object]]:
    """What differs, by the titles of the fields: `old` is what was saved meanwhile."""
    kind = kinds.BY_NAME[theirs.kind]
    titles = {one.name: one.title for one in kind.fields}
    theirs_all = _told(theirs.name, {**theirs.settings, **theirs.secret_refs}, theirs.allow, titles)
    mine_all = _told(mine.name, {**mine.settings, **mine.secret_refs}, mine.allow, titles)
    keys = dict.fromkeys([*theirs_all, *mine_all])
    found: dict[str, dict[str, object]] = {
        key: {"old": _plain(theirs_all.get(key, "")), "new": _plain(mine_all.get(key, ""))}
        for key in keys
        if theirs_all.get(key, "") != mine_all.get(key, "")
    }
    if mine.private is not None and theirs.has_sealed:
        found["Private values"] = {"old": "sealed", "new": "as they are typed here"}
    return found


def _plain(text: str) -> object:
    """A port is a number here, not a text in quotes."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else text


def _told(
    name: str, given: Mapping[str, str], allow: tuple[str, ...], titles: Mapping[str, str]
) -> dict[str, str]:
    told = {"Name": name}
    told |= {titles.get(key, key): text for key, text in given.items()}
    if allow:
        told["Private addresses"] = ", ".join(allow)
    return told
