"""Adding, changing and ending webhooks, and their secrets.

A secret exists in this process alone and is handed to the caller once. It leaves sealed to the
workers' public key; the database cannot open it, and needs no password of the person.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal
from uuid import UUID

from govdesk.database import webhooks as stored
from govdesk.database.connection import Connection, Session
from govdesk.database.errors import DatabaseProblem
from govdesk.domain import webhooks as rules
from govdesk.domain.problem import Problem
from govdesk.services import decisions, webhooks
from govdesk.services.changes import Change, sealed, writing
from govdesk.services.meanwhile import ChangedMeanwhile, last_change
from govdesk.services.webhook_drafts import Draft, Misfilled, check, misfilled, values
from govdesk.services.webhooks import Webhook
from govdesk.vault import inboxes

Missed = Literal["send", "skip"]
ACTIONS: Final = (
    "webhook.created", "webhook.changed", "webhook.disabled", "webhook.resumed", "webhook.deleted",
)  # fmt: skip
OPEN: Final = "webhook.open"
"""The decision that opens private networks to an endpoint."""
GRACE_HOURS: Final = range(169)
"""How many hours a previous secret may sign along."""
GRACE_DAYS: Final = range(91)
USUAL_GRACE_HOURS: Final = 24
USUAL_GRACE_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Added:
    """A webhook that was just added. `secret` (``whsec_…``) is shown once; its repr hides it."""

    change: Change
    webhook: Webhook
    secret: str | None = field(repr=False)
    not_asked: Problem | None = None
    """Why a second person could not be asked to open its networks; the webhook is there."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """A secret that was just put to use. `secret` is shown once; its repr hides it."""

    change: Change
    version: int
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Resumed:
    """A webhook that is active again; `rows` of the log will be looked at for it again."""

    change: Change
    rows: int


def add(session: Session, draft: Draft, secret: str | None = None) -> Added:
    """Add a webhook and hand its secret over, in one transaction.

    Of kind webhook always has a secret: the given one (``whsec_…``), or a fresh one if None. Other
    kinds have none. Raises `Misfilled` with every fault, `Refused` without webhook.manage there,
    without a fresh confirmation, where two people open private networks (`decision_needed`: then
    `add_and_ask`), and where no worker ever was (exit code 3).

    With `draft.id` that is the new row's id. Where it stands there already, the answer of an
    earlier call was lost: nothing is written, and the secret is the given one.
    """
    return _add(session, draft, secret, draft.allow)


def _add(session: Session, draft: Draft, secret: str | None, allow: Sequence[str]) -> Added:
    if faults := check(draft, secret):
        raise Misfilled(faults)
    if draft.id is not None and (there := _now(session, draft.id)) is not None:
        return Added(Change(there.id, False), there, secret)
    which, kept = draft.id or str(uuid.uuid4()), _secret(draft.kind, secret)
    row = values(draft) | {"allow": tuple(allow)}
    try:
        with writing(session) as connection:
            _insert(connection, session, which, draft, row)
            if kept is not None:
                _hand_over(connection, session.tenant_id, which, kept, 0)
    except DatabaseProblem as problem:
        raise misfilled(problem) from problem
    # The number in the log belongs to the last writing; reading does not change that.
    change = sealed(session, which)
    return Added(change, webhooks.find(session, which), None if kept is None else kept.text)


def _secret(kind: str, given: str | None) -> rules.Secret | None:
    if not rules.BY_NAME[kind].is_signed:
        return None
    return rules.new_secret() if given is None else rules.read_secret(given)


def _insert(
    connection: Connection, session: Session, which: str, draft: Draft, row: dict[str, object]
) -> None:
    path, system = _place(connection, draft.system_id, session.tenant_path)
    tenant = session.tenant_id, session.tenant_path
    stored.insert(connection, which, tenant, (path, system, draft.kind), row)


def _place(connection: Connection, which: str | None, tenant_path: str) -> tuple[str, str | None]:
    """Where a webhook stands: a system, or the organization, which is no system."""
    if which is None:
        return tenant_path, None
    row = connection.execute(
        "SELECT node_path::text, kind FROM govdesk.node WHERE id = %s::uuid AND status = 'active'",
        (which,),
    ).fetchone()
    if row is None:
        raise Problem(
            "The system of this webhook is retired, or you may not see it.",
            "Choose another system.",
            exit_code=2,
        )
    if row[1] == "customer":
        raise Misfilled(
            {"system_id": "A webhook belongs to a system or to the organization, not a customer."}
        )
    return str(row[0]), which if row[1] == "system" else None


def _hand_over(
    connection: Connection, tenant_id: UUID, which: str, secret: rules.Secret, grace_hours: int
) -> int:
    recipient = stored.recipient(connection)
    if recipient is None:
        raise Problem(
            "No worker has ever been here, so nobody could keep the secret.",
            "Start a worker once (govdesk worker), then try again.",
            exit_code=3,
        )
    row = uuid.uuid4()
    inbox = inboxes.seal_secret(recipient, tenant_id, row, inboxes.SECRETS, secret.raw)
    return stored.put_secret(connection, which, row, inbox, grace_hours)


def save(session: Session, draft: Draft) -> Change:
    """Save a webhook that exists; False if nothing differs.

    Raises `Misfilled` with every fault, `ChangedMeanwhile` if another saved since `draft.before`,
    and what `add` raises.
    """
    return _save(session, draft, draft.allow)


def _save(session: Session, draft: Draft, allow: Sequence[str]) -> Change:
    before = draft.before or webhooks.find(session, draft.id or "")
    draft = replace(draft, kind=before.kind, system_id=before.system_id)
    if faults := check(draft):
        raise Misfilled(faults)
    wanted = values(replace(draft, allow=tuple(allow)))
    changes = {name: value for name, value in wanted.items() if _was(before, name) != value}
    if not changes:
        return Change(before.id, False)
    if not _saved(session, before, changes):
        fresh = _same(session, before)
        if fresh is None or not _saved(session, fresh, changes):
            raise _conflict(session, before, draft)
    return sealed(session, before.id)


def _was(before: Webhook, name: str) -> object:
    value = getattr(before, name)
    return dict(value) if name in ("headers", "settings", "secret_refs") else value


def _saved(session: Session, before: Webhook, changes: dict[str, object]) -> bool:
    try:
        with writing(session) as connection:
            return stored.update(connection, before.id, before.version, changes)
    except DatabaseProblem as problem:
        raise misfilled(problem) from problem


def _same(session: Session, before: Webhook) -> Webhook | None:
    """It as it is now, if only what nobody edits became another: it was disabled, or resumed."""
    now = _now(session, before.id)
    is_same = now is not None and all(
        getattr(now, name) == getattr(before, name) for name in stored.WRITTEN
    )
    return now if is_same else None


def _now(session: Session, which: str) -> Webhook | None:
    return next((one for one in webhooks.list_webhooks(session) if one.id == which), None)


def _conflict(session: Session, before: Webhook, draft: Draft) -> Problem:
    now = _now(session, before.id)
    by, at = last_change(session, before.id, ACTIONS)
    return ChangedMeanwhile(
        f"The webhook “{before.description}”",
        theirs="deleted" if now is None else f"“{now.description}”",
        yours=f"“{draft.description.strip()}”",
        fresh=now,
        by=by,
        at=at,
    )


def disable(session: Session, webhook_id: str) -> Change:
    """Send nothing more to a webhook until it is resumed."""
    return _turn(session, webhook_id, "disabled")


def remove(session: Session, webhook_id: str) -> Change:
    """Delete a webhook for good, with its secrets; what was sent stays in the log."""
    return _turn(session, webhook_id, "deleted")


def _turn(session: Session, which: str, status: str) -> Change:
    with writing(session) as connection:
        done = stored.turn(connection, which, status)
    if done:
        return sealed(session, which)
    if _now(session, which) is None:
        raise webhooks.unknown()
    return Change(which, False)


def resume(session: Session, webhook_id: str, missed: Missed) -> Resumed:
    """Send to a webhook again, and what it missed meanwhile, too, or not."""
    with writing(session) as connection:
        rows = stored.resume(connection, webhook_id, missed)
    return Resumed(sealed(session, webhook_id), rows)


# Secrets and keys


def rotate_secret(
    session: Session,
    webhook_id: str,
    secret: str | None = None,
    grace_hours: int = USUAL_GRACE_HOURS,
) -> Rotated:
    """Put the next secret to use: the given one, or a fresh one if None.

    The one before signs along for `grace_hours` (0 to 168), so that receivers change in between.
    """
    if secret is not None and (fault := rules.check_secret(secret)):
        raise Misfilled({"secret": fault})
    if grace_hours not in GRACE_HOURS:
        raise Misfilled({"grace": f"The grace is 0 to {GRACE_HOURS[-1]} hours."})
    _refuse_unsigned(session, webhook_id)
    kept = rules.new_secret() if secret is None else rules.read_secret(secret)
    with writing(session) as connection:
        version = _hand_over(connection, session.tenant_id, webhook_id, kept, grace_hours)
    return Rotated(sealed(session, webhook_id), version, kept.text)


def _refuse_unsigned(session: Session, webhook_id: str) -> None:
    """A secret that nothing is signed with would only look as if it protected something."""
    one = webhooks.find(session, webhook_id)
    if not one.needs_secret:
        raise Problem(
            f"Deliveries of the kind {one.kind} are not signed, so this one has no secret.",
            "If its token has changed, change it where the token is kept.",
            exit_code=2,
        )


def retire_previous_secret(session: Session, webhook_id: str) -> Change:
    """End the previous secret now; False if there is none."""
    with writing(session) as connection:
        done = stored.retire_secret(connection, webhook_id)
    return sealed(session, webhook_id) if done else Change(webhook_id, False)


def rotate_signing_key(session: Session, grace_days: int = USUAL_GRACE_DAYS) -> Change:
    """Have the workers make another Ed25519 key for the organization, within half a minute.

    The one before signs along, and stays published, for `grace_days` (0 to 90).
    """
    if grace_days not in GRACE_DAYS:
        raise Misfilled({"grace": f"The grace is 0 to {GRACE_DAYS[-1]} days."})
    try:
        with writing(session) as connection:
            connection.execute("SELECT govdesk_api.rotate_signing_key(%s)", (grace_days,))
    except DatabaseProblem as problem:
        if problem.key != "bad_event":
            raise
        raise Problem(
            "There is no signing key yet.",
            "A worker makes it with the first webhook; there is nothing to rotate before.",
            exit_code=2,
        ) from problem
    return sealed(session, None)


# Two people


def ask_to_open(session: Session, webhook_id: str, allow: Sequence[str], reason: str) -> Change:
    """Ask a second person to open exactly these networks to a webhook; the change's `decision`."""
    asked = decisions.request(
        session, OPEN, {"webhook_id": webhook_id, "allow": list(allow)}, reason
    )
    return Change(webhook_id, False, None, str(asked))


def add_and_ask(session: Session, draft: Draft, secret: str | None, reason: str) -> Added:
    """Add a webhook with its private networks closed, and ask a second person to open them.

    If asking is refused, the webhook is there all the same, and its secret is not lost.
    """
    added = _add(session, draft, secret, ())
    try:
        asked = ask_to_open(session, added.webhook.id, draft.allow, reason)
    except Problem as problem:
        return replace(added, not_asked=problem)
    return replace(added, change=replace(added.change, decision=asked.decision))


def save_and_ask(session: Session, draft: Draft, reason: str) -> Change:
    """Save everything but the networks, and ask a second person to open those.

    If asking is refused, what was saved is saved, and the networks stay as they were.
    """
    before = draft.before or webhooks.find(session, draft.id or "")
    done = _save(session, draft, before.allow)
    asked = ask_to_open(session, before.id, draft.allow, reason)
    return replace(done, decision=asked.decision)
