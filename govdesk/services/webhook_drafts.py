"""What a webhook is meant to be, and everything that is wrong with it before it is saved."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from govdesk.database.errors import DatabaseProblem, Refused
from govdesk.domain import secret_references, webhook_events
from govdesk.domain import webhooks as rules
from govdesk.domain.problem import Problem
from govdesk.services.integration_drafts import MOST_OPENINGS, Misfilled, cleaned
from govdesk.services.webhooks import Webhook

__all__ = ["Draft", "Misfilled", "check", "draft_of", "misfilled", "values"]

_FORMATS: Final = tuple(name for name, _ in rules.FORMATS)
_DETAILS: Final = tuple(name for name, _ in rules.DETAILS)


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to save; without `id` a new one, on a system or the organization.

    `before` is what the form began with: something else there now is a conflict. Kind and system
    of a webhook that exists stay as they are. Fields are named as in the faults of `check`.
    """

    system_id: str | None = None
    kind: str = "webhook"
    description: str = ""
    url: str = ""
    events: tuple[str, ...] = ()
    alerts: bool = False
    blocks: bool = False
    format: str = "govdesk"
    detail: str = "full"
    headers: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    secret_refs: Mapping[str, str] = field(default_factory=dict)
    allow: tuple[str, ...] = ()
    throttle: int | None = None
    id: str | None = None
    before: Webhook | None = None


def draft_of(one: Webhook) -> Draft:
    """Return what the editor of a webhook begins with."""
    return Draft(
        one.system_id, one.kind, one.description, one.url, one.events, one.alerts, one.blocks,
        one.format, one.detail, one.headers, one.settings, one.secret_refs, one.allow,
        one.throttle, one.id, one,
    )  # fmt: skip


def values(draft: Draft) -> dict[str, object]:
    """Return what is written, by column, as it is kept: without blanks and empty values."""
    return {
        "description": " ".join(draft.description.split()),
        "url": draft.url.strip(),
        "events": tuple(webhook_events.tidied(draft.events)),
        "alerts": draft.alerts,
        "blocks": draft.blocks,
        "format": draft.format,
        "detail": draft.detail,
        "headers": cleaned(draft.headers),
        "settings": cleaned(draft.settings),
        "secret_refs": cleaned(draft.secret_refs),
        "allow": _openings(draft),
        "throttle": draft.throttle,
    }


def _openings(draft: Draft) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in draft.allow if one.strip()))


def check(draft: Draft, secret: str | None = None) -> dict[str, str]:
    """Return what is wrong with each field, all at once; empty when it can be saved.

    Asks nobody, so a name is not looked up; an address that stands in the URL is judged. Fields of
    the kind stand under their own names, the rest under those of `Draft`, and a `secret` that was
    pasted under ``secret``.
    """
    if draft.kind not in rules.BY_NAME:
        known = ", ".join(rules.BY_NAME)
        return {"kind": f"There is no kind {draft.kind}. Use one of {known}."}
    faults: dict[str, str] = {}
    for name, fault in _judged(draft, secret):
        if fault:
            faults.setdefault(name, fault)
    return faults


def _judged(draft: Draft, secret: str | None) -> Iterator[tuple[str, str | None]]:
    allow = _openings(draft)
    yield "description", rules.check_description(draft.description)
    yield "url", rules.check_url(draft.kind, draft.url.strip(), allow)
    yield "events", _events(draft)
    yield "format", None if draft.format in _FORMATS else f"Use {' or '.join(_FORMATS)}."
    yield "detail", None if draft.detail in _DETAILS else f"Use {' or '.join(_DETAILS)}."
    yield "headers", rules.check_headers(cleaned(draft.headers))
    yield from rules.check_settings(
        draft.kind, cleaned(draft.settings), cleaned(draft.secret_refs)
    ).items()
    yield from (("allow", rules.check_allow(entry)) for entry in allow)
    if len(allow) > MOST_OPENINGS:
        yield "allow", f"At most {MOST_OPENINGS} networks can be opened for one webhook."
    if draft.throttle is not None:
        yield "throttle", rules.check_throttle(str(draft.throttle)) or None
    if secret is not None:
        yield "secret", _secret(draft.kind, secret)


def _events(draft: Draft) -> str | None:
    asked = webhook_events.tidied(draft.events)
    return webhook_events.check_patterns(asked, draft.alerts, draft.blocks)


def _secret(kind: str, text: str) -> str | None:
    if not rules.BY_NAME[kind].is_signed:
        return f"A {kind} endpoint has no secret of its own. Give its token as a reference."
    return rules.check_secret(text)


def misfilled(problem: DatabaseProblem) -> Problem:
    """What the database refused, at the field that it named; other problems as they are."""
    if not isinstance(problem, Refused):
        return problem
    words = f"{problem.refusal.sentence} {problem.refusal.remedy}".strip()
    detail = problem.detail
    match problem.key:
        case "webhook_url":
            return Misfilled({"url": words})
        case "unknown_event":
            return Misfilled({"events": webhook_events.check(detail) or f"{detail}: {words}"})
        case "forbidden_header":
            return Misfilled({"headers": rules.check_header(detail, "x") or f"{detail}: {words}"})
        case "metadata_address":
            return Misfilled({"allow": words})
        case "not_a_reference" if detail:
            return Misfilled({detail: str(secret_references.NotAReference())})
        case "raw_secret":
            with suppress(ValueError, KeyError, TypeError):
                about = json.loads(detail)
                found = f"{about['title']} (fingerprint {about['fingerprint']})"
                return Misfilled({about["field"]: f"This looks like {found}. {words}"})
    return problem
