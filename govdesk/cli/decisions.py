"""``govdesk decisions``: what a second human decides, the policy, and who may decide."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import typer

from govdesk.cli import identity
from govdesk.cli.output import Trouble, emit, say, stop, table
from govdesk.domain.problem import Problem
from govdesk.services import access_words, decision_words, decisions, mail_state, restores
from govdesk.services.changes import Change
from govdesk.services.decisions import Decision, Verdict
from govdesk.services.link import Session

app = typer.Typer(help="Decisions by a second human.", no_args_is_help=True)
policy = typer.Typer(help="Which actions need a second human.", no_args_is_help=True)
reviewers = typer.Typer(help="Who may decide.", no_args_is_help=True)
app.add_typer(policy, name="policy")
app.add_typer(reviewers, name="reviewers")

JSON = typer.Option(False, "--json", help="Print one JSON document.")
TENANT = typer.Option(None, "--tenant", help="Path of the organization, if you have several.")
ID = typer.Argument(..., help="Id of the decision; see govdesk decisions list.")
REASON = typer.Option(..., "--reason", help="Why; it stands in the log.")
REASON_IF = typer.Option("", "--reason", help="Why, where a second human decides this.")
NOT_COUNTED = 4


@app.command("list")
def list_command(
    waiting: bool = typer.Option(False, "--waiting", help="Only those that wait for you."),
    pending: bool = typer.Option(False, "--pending", help="Only those that are undecided."),
    limit: int = typer.Option(50, min=1, max=500),
    before: datetime | None = typer.Option(None, help="Asked for before; the cursor of a page."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """List decisions, newest first."""
    since = before.replace(tzinfo=UTC) if before is not None and not before.tzinfo else before
    with identity.session(tenant) as session:
        page = decisions.all_of(session, before=since, limit=limit)
    found = [d for d in page if (d.waits_for_me or not waiting) and (d.is_open or not pending)]
    items = [_listed(one) for one in found]
    following = page[-1].created_at if len(page) == limit else None
    emit(
        {"items": items, "next": following},
        as_json=as_json,
        text=table(items, ("id", "status", "summary", "requester", "created_at", "expires_at")),
    )
    if following and not as_json:
        say(f"More: --before {following.isoformat()}")


@app.command()
def show(decision: str = ID, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Show one decision: what changes, for whom, and how it stands."""
    with identity.session(tenant) as session:
        found = _find(session, decision)
        history = decisions.history(session, found.id)
        mail = mail_state.state(session, found.id) if found.is_open else None
    document = _listed(found) | {
        "payload": found.payload,
        "before": found.before,
        "blast": [asdict(row) for row in found.blast],
        "history": [{"seq": e.seq, "at": e.at, "summary": e.summary} for e in history],
        "mail": mail_state.document(mail),
    }
    words = f"\nThe link to the reviewers: {mail.words}." if mail is not None else ""
    emit(document, as_json=as_json, text=_told(found) + words)


@app.command("request")
def request_command(
    action: str = typer.Argument(..., help="See govdesk decisions policy list."),
    payload: str = typer.Option(
        "", "--payload", help='JSON, such as {"member_id": "…"}; audit.restore can do without.'
    ),
    reason: str = REASON,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Ask a second human for a change; nothing changes until it is approved.

    Without --payload audit.restore names the checkpoint that this computer saw before and the one
    that the server shows now. With it: {"known": {"size": n, "root": hex}, "found": {…}}.
    """
    if not payload and action != restores.ACTION:
        raise Trouble("--payload is needed; see docs/cli.md for what each action takes.", 2)
    change = _payload(payload) if payload else None
    with identity.session(tenant) as session:
        if change is None:
            change = restores.composed(identity.witness(session).check(session))
        made = identity.confirmed(
            session, lambda: decisions.request(session, action, change, reason)
        )
    emit(
        _changed(made, False, None),
        as_json=as_json,
        text=f"Asked for: {made}. Nothing changes until a second human approves it.",
    )


@app.command()
def approve(
    decision: str = ID, reason: str = REASON, tenant: str | None = TENANT, as_json: bool = JSON
) -> None:
    """Approve; it is carried out at once."""
    _decide(decision, "approve", reason, tenant, as_json)


@app.command()
def reject(
    decision: str = ID, reason: str = REASON, tenant: str | None = TENANT, as_json: bool = JSON
) -> None:
    """Reject; nothing is changed."""
    _decide(decision, "reject", reason, tenant, as_json)


@app.command()
def cancel(decision: str = ID, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Take your own request back."""
    with identity.session(tenant) as session:
        found = _find(session, decision)
        seq = decisions.cancel(session, found.id).seq
    emit(_changed(found.id, True, seq), as_json=as_json, text="Taken back. Nothing was changed.")


def _decide(
    decision: str, verdict: Verdict, reason: str, tenant: str | None, as_json: bool
) -> None:
    with identity.session(tenant) as session:
        found = _find(session, decision)
        done = identity.confirmed(
            session, lambda: decisions.decide(session, found.id, verdict, reason)
        )
        after = decisions.one(session, found.id) or found
    counts = after.status in {"approve": ("approved", "executed"), "reject": ("rejected",)}[verdict]
    words = decision_words.told(after, done.seq)
    emit(_changed(after.id, counts, done.seq), as_json=as_json, text=words)
    if not counts:
        if as_json:
            say(f"govdesk: {words}")
        stop(NOT_COUNTED)


# Policy


@policy.command("list")
def list_policy(tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """List every action that may need a second human."""
    with identity.session(tenant) as session:
        items = [asdict(kind) for kind in decisions.policy(session)]
    emit(
        {"items": items, "next": None},
        as_json=as_json,
        text=table(items, ("action", "enabled", "expires_hours", "title")),
    )


@policy.command("set")
def set_policy(
    action: str,
    on: bool = typer.Option(..., "--on/--off", help="Whether it needs a second human."),
    hours: int | None = typer.Option(None, "--hours", min=1, help="Until a request expires."),
    reason: str = REASON_IF,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Switch one action's need of a second human."""
    with identity.session(tenant) as session:
        kinds = {kind.action: kind for kind in decisions.policy(session)}
        if action not in kinds:
            raise Trouble(f"No action is called {action}. There are: {', '.join(kinds)}.", 2)
        until = hours if hours is not None else kinds[action].expires_hours
        document = _change_policy(
            session,
            action,
            lambda: decisions.set_policy(session, action, on, until),
            {"policy": action, "enabled": on, "expires_hours": until},
            reason,
        )
    state = f"needs a second human; requests expire after {until} hours" if on else "needs nobody"
    emit(document, as_json=as_json, text=_said(document, f"{action} {state}."))


@reviewers.command("list")
def list_reviewers(tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """List those who may decide."""
    with identity.session(tenant) as session:
        items = [asdict(reviewer) for reviewer in decisions.reviewers(session)]
    emit(
        {"items": items, "next": None},
        as_json=as_json,
        text=table(items, ("email", "display_name", "member_id", "created_at")),
    )


@reviewers.command()
def add(
    email: str,
    name: str = typer.Option(..., "--name", help="As it stands in the log."),
    reason: str = REASON_IF,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Let a member, or an outside address such as counsel, decide."""
    _set_reviewer(email, name, "active", reason, tenant, as_json)


@reviewers.command()
def remove(
    email: str, reason: str = REASON_IF, tenant: str | None = TENANT, as_json: bool = JSON
) -> None:
    """Let a reviewer go."""
    _set_reviewer(email, "", "removed", reason, tenant, as_json)


def _set_reviewer(
    email: str, name: str, status: str, reason: str, tenant: str | None, as_json: bool
) -> None:
    with identity.session(tenant) as session:
        known = {r.email.casefold(): r for r in decisions.reviewers(session)}
        reviewer = known.get(email.casefold())
        if status == "removed" and reviewer is None:
            raise Trouble(f"{email} is no reviewer.", 2)
        shown = name or (reviewer.display_name if reviewer else "")
        document = _change_policy(
            session,
            email,
            lambda: decisions.set_reviewer(session, email, shown, status),
            {"reviewer": email, "display_name": shown, "status": status},
            reason,
        )
    words = f"{email} may decide." if status == "active" else f"{email} no longer decides."
    emit(document, as_json=as_json, text=_said(document, words))


def _change_policy(
    session: Session,
    what: str,
    act: Callable[[], Change],
    payload: dict[str, object],
    reason: str,
) -> dict[str, object]:
    """Make the change; where a second human decides it, ask for that if a reason is given."""
    try:
        return _changed(what, True, identity.confirmed(session, act).seq, None)
    except Problem as problem:
        if decisions.needed(problem) is None:
            raise
        if not reason:
            raise Trouble(
                "A second human decides this. Say why with --reason, and it is asked for.", 4
            ) from None
    made = identity.confirmed(
        session, lambda: decisions.request(session, "policy.change", payload, reason)
    )
    return _changed(what, False, None, made)


def _said(document: dict[str, object], words: str) -> str:
    if document["decision"] is None:
        return words
    return f"Asked for: {document['decision']}. Nothing changes until it is approved."


# Words


def _find(session: Session, decision: str) -> Decision:
    try:
        found = decisions.one(session, UUID(decision))
    except ValueError:
        raise Trouble(f"{decision} is not the id of a decision.", 2) from None
    if found is None:
        raise Trouble("There is no such decision, or you may not see it.", 2)
    return found


def _payload(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Trouble(f"--payload is not JSON: {error}.", 2) from None
    if not isinstance(found, dict):
        raise Trouble("--payload is an object of JSON, such as {}.", 2)
    return found


def _listed(decision: Decision) -> dict[str, Any]:
    left_out = {"payload", "before", "blast", "title", "sentence", "grant_path"}
    return {name: value for name, value in asdict(decision).items() if name not in left_out}


def _told(found: Decision) -> str:
    now = datetime.now(UTC)
    lines = [
        found.summary,
        f"{decision_words.state(found, now)[1]}  {decision_words.countdown(found, now)}".strip(),
        f"asked by {decision_words.person(found.requester)},"
        f" {decision_words.ago(found.created_at, now)}: {found.reason or 'no reason was given'}",
        decision_words.ended(found),
    ]
    for field, entry in decision_words.difference(found).items():
        lines.append(f"  {field}: {entry.get('old', '–')} → {entry.get('new', '–')}")
    if found.blast:
        lines.append(access_words.as_text(found.blast))
    return "\n".join(line for line in lines if line)


def _changed(
    identity: object, did: bool, seq: int | None, decision: object = ...
) -> dict[str, object]:
    named = identity if decision is ... else decision
    return {"id": identity, "changed": did, "seq": seq, "decision": named}
