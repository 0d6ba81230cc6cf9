"""``govdesk keys vault`` and ``govdesk keys rewrap``: the key that seals what is private.

These are the private values of connections, and the secrets of webhooks.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import typer

from govdesk.cli import identity
from govdesk.cli.output import Bar, Trouble, changed, emit, stop, table
from govdesk.database.vault_store import Recipient, State, Version
from govdesk.services import vault, vault_self_test
from govdesk.services.changes import Change, sealed
from govdesk.services.link import Session
from govdesk.vault.identities import fingerprint
from govdesk.vault.self_test import KINDS, Report

JSON = typer.Option(False, "--json", help="Print one JSON document.")
TENANT = typer.Option(None, "--tenant", help="Path of the organization, if you have several.")
KMS = typer.Option(
    "", "--use-kms", metavar="ARN", help="Seal with this key of AWS KMS from now on."
)
MEMBERS = typer.Option(
    False, "--use-members", help="Seal with a key of the organization's own, shared by its admins."
)
ROTATE = typer.Option(False, "--rotate", help="Seal with a new version of the same kind of key.")
SHARE = typer.Option(False, "--share", help="Give a copy to everybody who should have one.")
TEST = typer.Option(
    False, "--self-test", help="Move every sealed value to wrong places and show that none opens."
)
_NOUNS = {
    "integration": "connection",
    "webhook_secret": "secret of a webhook",
    "webhook_signing_key": "signing key of the webhooks",
}
_COLUMNS = ("version", "provider", "status", "created_at", "envelopes", "copies", "fingerprint")


def show(
    use_kms: str = KMS,
    use_members: bool = MEMBERS,
    rotate: bool = ROTATE,
    share: bool = SHARE,
    self_test: bool = TEST,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Show the vault's key versions, who holds copies, and how many values are left under each."""
    if [bool(use_kms), use_members, rotate, share, self_test].count(True) > 1:
        raise Trouble("Give one of --use-kms, --use-members, --rotate, --share, --self-test.", 2)
    with identity.session(tenant) as session:
        if self_test:
            _self_test(session, as_json)
        elif share:
            _told(_done(session, lambda: vault.share_now(session)), "Shared.", as_json)
        elif use_kms or use_members or rotate:
            _told(
                _done(session, lambda: _next(session, use_kms, use_members)),
                "The new version is current. Run govdesk keys rewrap, or leave that to the worker.",
                as_json,
            )
        else:
            _show(vault.state(session), as_json)


def _next(session: Session, use_kms: str, use_members: bool) -> Change:
    if use_kms:
        return vault.create(session, "aws-kms", use_kms)
    if use_members:
        return vault.create(session)
    return vault.create_like_current(session)


def _done(session: Session, act: Any) -> Change:
    made = identity.opening(session, lambda: identity.confirmed(session, act))
    assert isinstance(made, Change)
    return made


def _told(change: Change, done: str, as_json: bool) -> None:
    emit(asdict(change), as_json=as_json, text=done if change.changed else "Nothing changed.")


def _show(found: State, as_json: bool) -> None:
    left = sum(one.envelopes for one in found.versions if one.status == "live")
    document = {
        "tenant_id": found.tenant_id,
        "worker_public_key": found.worker_public_key and found.worker_public_key.hex(),
        "left": left,
        "versions": [_version(found, one) for one in found.versions],
        "recipients": [_recipient(one) for one in found.recipients],
    }
    emit(document, as_json=as_json, text=_words(found, left))


def _version(found: State, one: Version) -> dict[str, Any]:
    emails = {member.key: member.email for member in found.members}
    return {
        "version": one.version,
        "provider": one.provider,
        "key_ref": one.key_ref,
        "commitment": one.commitment.hex(),
        "status": one.status,
        "created_at": one.created_at,
        "envelopes": one.envelopes,
        "holders": [
            _recipient(holder) | {"email": emails.get(holder.key)} for holder in one.holders
        ],
    }


def _recipient(one: Recipient) -> dict[str, Any]:
    return {
        "member_id": one.member_id,
        "email": one.email or None,
        "public_key": one.public_key.hex(),
    }


def _words(found: State, left: int) -> str:
    rows = [
        _version(found, one)
        | {"copies": len(one.holders), "fingerprint": fingerprint(one.commitment)}
        for one in found.versions
    ]
    lines = [
        table(rows, _COLUMNS)
        if rows
        else "No key yet: the first private value or webhook makes one."
    ]
    current = found.current
    if left:
        lines.append(f"{left:,} values are left under older versions; see govdesk keys rewrap.")
    if found.worker_public_key is None:
        lines.append("No worker has run yet: nobody could share the key after a lost password.")
    if current is not None and current.provider == "members":
        waiting = [one.email or "the worker" for one in found.without_copy(current)]
        if waiting:
            lines.append(f"Waiting for a copy: {', '.join(waiting)}.")
    return "\n".join(lines)


def rewrap(tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Seal every value again under the current key; retire the versions that nothing is left under.

    The worker does the same three times a minute.
    """
    bar = Bar("Sealing again")
    with identity.session(tenant) as session:
        try:
            done = identity.opening(session, lambda: vault.rewrap_now(session, bar))
        finally:
            bar.close()
        retired = identity.confirmed(session, lambda: vault.retire_now(session))
        last = sealed(session, session.tenant_id, changed=bool(done.done or retired))
        left = len(done.unreadable)
    document = changed(last.id, last.changed, last.seq)
    emit(
        document | {"rewrapped": done.done, "retired": retired, "left": left},
        as_json=as_json,
        text=_said(done.done, retired, left),
    )
    if left:
        stop(1)


def _said(done: int, retired: list[int], left: int) -> str:
    words = [f"{done:,} values are sealed again." if done else "Nothing was left to seal again."]
    words += [f"Version {version} is retired." for version in retired]
    if left:
        words.append(f"{left:,} values do not open any more; enter or rotate them again.")
    return " ".join(words)


def _self_test(session: Session, as_json: bool) -> None:
    report = identity.opening(session, lambda: vault_self_test.run(session))
    emit(report.as_json(), as_json=as_json, text=_findings(report))
    if report.ok is None:
        stop(3)
    if not report.ok:
        stop(1)


def _findings(report: Report) -> str:
    lines = [f"{report.opened:,} of {report.samples:,} sealed values open in their own place."]
    lines += [
        f"{report.refused[kind]:,} of {report.tried[kind]:,} refused: {what}"
        for kind, what in KINDS.items()
        if report.tried[kind]
    ]
    lines += [
        f"Does not open: {_NOUNS.get(context.table, context.table)} {context.row_id}"
        for context, _ in report.unreadable
    ]
    if report.ok is None:
        lines.append("No sealed value is there that you can open, so nothing was proved.")
    elif report.ok:
        lines.append("None of them opened anywhere else.")
    else:
        lines.append(f"{len(report.moved_and_opened):,} opened where they must not.")
    return "\n".join(lines)
