"""What stands in the form of a webhook, and what the service is asked to save of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from govdesk.domain import webhooks
from govdesk.domain.webhooks import Secret
from govdesk.services.webhook_drafts import Draft, draft_of
from govdesk.services.webhooks import Health, Webhook

_WORDS: Final = {True: "yes", False: "no"}


@dataclass(frozen=True, slots=True)
class Values:
    """What is typed: the draft, and for a new webhook its secret as it stands in its field.

    `event` is the name of one that is being written and not added yet.
    """

    draft: Draft
    secret: tuple[Secret | None, str] = field(default=(None, ""), repr=False)
    event: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was typed and not saved, while something else is looked at.

    Without `before` it is about a new webhook, or about one as it is stored by then.
    """

    values: Values
    before: Webhook | None


def fresh(kind: str, system_id: str | None, which: str) -> Draft:
    """What a new webhook begins with. `which` is its id, so that saving twice makes one."""
    known = webhooks.BY_NAME[kind]
    return Draft(system_id=system_id, kind=kind, settings=known.defaults, id=which)


def of_stored(one: Webhook) -> Values:
    """What stands in the form of a stored webhook; its secret is never there."""
    return Values(draft_of(one))


def is_as_before(before: Webhook | None, one: Webhook) -> bool:
    """Whether only how it fares is newer."""
    return before is not None and replace(before, health=Health()) == replace(one, health=Health())


def fingerprint(public: str) -> str:
    """SHA-256 of a public key as it is written, in groups of four as people compare it."""
    digest = hashlib.sha256(public.encode()).hexdigest()[:32]
    return " ".join(digest[place : place + 4] for place in range(0, len(digest), 4))


def difference(theirs: Webhook, mine: Draft) -> dict[str, dict[str, object]]:
    """What differs, by the titles of the fields: `old` is what was saved meanwhile."""
    theirs_all, mine_all = _told(draft_of(theirs)), _told(mine)
    keys = dict.fromkeys([*theirs_all, *mine_all])
    return {
        key: {"old": theirs_all.get(key, ""), "new": mine_all.get(key, "")}
        for key in keys
        if theirs_all.get(key, "") != mine_all.get(key, "")
    }


def _told(draft: Draft) -> dict[str, Any]:
    kind = webhooks.BY_NAME[draft.kind]
    titles = {one.name: one.title for one in kind.fields}
    told: dict[str, Any] = {
        "Description": draft.description,
        "Address": draft.url.partition("?")[0],
        "Events": ", ".join(draft.events),
        "Route alerts": _WORDS[draft.alerts],
        "Route blocks": _WORDS[draft.blocks],
        "Format": dict(webhooks.FORMATS).get(draft.format, draft.format),
        "Detail": dict(webhooks.DETAILS).get(draft.detail, draft.detail),
        "Throttle": "no limit" if draft.throttle is None else f"{draft.throttle:,} a minute",
        "Private addresses": ", ".join(draft.allow),
    }
    given: Mapping[str, str] = {**draft.settings, **draft.secret_refs}
    told |= {titles.get(name, name): text for name, text in given.items()}
    told |= {f"Header {name}": value for name, value in draft.headers.items()}
    if "?" in draft.url:
        told["Query of the address"] = _fold(draft.url.partition("?")[2])
    return {name: text for name, text in told.items() if text}


def _fold(query: str) -> str:
    """A query is told apart, never shown."""
    return f"hidden, check {hashlib.sha256(query.encode()).hexdigest()[:8]}"
