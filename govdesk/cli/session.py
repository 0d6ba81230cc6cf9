"""``govdesk session`` and ``govdesk mfa``."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from uuid import UUID

import segno
import typer

from govdesk.cli import account, identity, witnessing
from govdesk.cli.output import Trouble, changed, emit, say, table
from govdesk.domain import passwords
from govdesk.services import accounts, decisions, sessions

app = typer.Typer(help="Signing in and out.", no_args_is_help=True)
mfa = typer.Typer(help="The second factor.", no_args_is_help=True)

JSON = typer.Option(False, "--json", help="Print one JSON document.")
TENANT = typer.Option(None, "--tenant", help="Path of the organization, if you have several.")


@app.command()
def start(
    despite_alarm: bool = typer.Option(
        False, "--despite-alarm", help="Sign in although the log is not the one seen before."
    ),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Sign in once; put the token into GOVDESK_SESSION for the commands that follow.

    The log is compared with what this computer saw signed before. If it was rolled back, split,
    rewritten or signed by somebody else, both checkpoints are printed on standard error, the
    session ends and the exit code is 1; --despite-alarm goes on all the same.
    """
    started = identity.sign_in(tenant)
    if not started.mfa:
        accounts.end(identity.database_url(), started.token)
        raise Trouble("This account has no second factor yet. Run govdesk mfa enrol first.", 4)
    if _is_alarmed(started) and not despite_alarm:
        accounts.end(identity.database_url(), started.token)
        raise Trouble("Not signed in, because of the alarm; see --despite-alarm.", 1)
    emit(
        {
            "token": started.token,
            "expires_at": started.expires_at,
            "tenant_path": started.tenant_path,
        },
        as_json=as_json,
        text=f"export GOVDESK_SESSION={started.token}",
    )


def _is_alarmed(started: accounts.Started) -> bool:
    current = accounts.open_session(identity.database_url(), started.token, started.tenant_path)
    try:
        verdict = witnessing.look(current, identity.witness(current))
    finally:
        current.close()
    return verdict is not None and verdict.is_alarm


@app.command()
def end(as_json: bool = JSON) -> None:
    """End the session in GOVDESK_SESSION."""
    token = os.environ.get("GOVDESK_SESSION", "")
    if not token:
        raise Trouble("GOVDESK_SESSION is not set; there is no session to end.", 2)
    did = accounts.end(identity.database_url(), token)
    emit(
        changed(None, did, None),
        as_json=as_json,
        text="Signed out." if did else "This session was over already.",
    )


@app.command("list")
def list_sessions(tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """List one's own sessions; everyone's, and GovDesk's staff, with session.manage."""
    with identity.session(tenant) as session:
        items = [asdict(one) for one in sessions.running(session)]
    emit(
        {"items": items, "next": None},
        as_json=as_json,
        text=table(items, ("id", "kind", "email", "created_at", "seen_at", "ip", "current")),
    )


@app.command()
def revoke(
    session_id: str = typer.Argument("", help="Which one; not with --all or --member."),
    everyone: bool = typer.Option(False, "--all", help="All of one's own but this one."),
    member: str = typer.Option("", "--member", help="All of the person with this address."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Revoke sessions: their reads end at once, their writes before they are sealed."""
    if [bool(session_id), everyone, bool(member)].count(True) != 1:
        raise Trouble("Name one session, or give --all, or --member EMAIL.", 2)
    if session_id:
        _checked_id(session_id)
    with identity.session(tenant) as session:
        if session_id:
            done = identity.confirmed(session, lambda: sessions.revoke(session, session_id))
            count = int(done.changed)
        else:
            whom = sessions.member_of(session, member) if member else None
            count, done = identity.confirmed(session, lambda: sessions.revoke_all_of(session, whom))
    ended = {0: "This session was over already.", 1: "Revoked."}
    emit(
        changed(done.id, done.changed, done.seq) | {"count": count},
        as_json=as_json,
        text=ended.get(count, f"{count} sessions revoked.")
        if session_id
        else f"{count} sessions revoked.",
    )


def _checked_id(text: str) -> None:
    try:
        UUID(text)
    except ValueError:
        raise Trouble(f"{text} is no session's id. See govdesk session list.", 2) from None


@mfa.command()
def enrol(
    tenant: str | None = TENANT,
    secret: str = typer.Option(
        "", envvar="GOVDESK_TOTP_SECRET", help="A base32 secret; made if not given."
    ),
    as_json: bool = JSON,
) -> None:
    """Enrol an authenticator app; with GOVDESK_SETUP_CODE, set the first password too."""
    url, path = identity.database_url(), identity.tenant_path(tenant)
    # A set-up code is good once: whatever can be refused is refused before it is used.
    made = not secret
    if made and not sys.stdin.isatty():
        raise Trouble("Give the secret in GOVDESK_TOTP_SECRET, or run this on a terminal.", 2)
    secret = secret or accounts.new_seed()
    try:
        accounts.seed_bytes(secret)
    except ValueError:
        raise Trouble("GOVDESK_TOTP_SECRET is not a base32 secret.", 2) from None
    word = identity.password()
    setup = os.environ.get("GOVDESK_SETUP_CODE")
    if setup:
        if len(word) < passwords.SHORTEST:
            raise Trouble(f"A password has {passwords.SHORTEST} characters or more.", 2)
        person, path = accounts.set_first_password(url, setup, word)
    else:
        person = identity.email()
    if made:
        _show(secret, person, path)
    ask = _typed if made else (lambda: accounts.totp(secret))
    started, codes = accounts.enrol(url, path, person, word, secret, ask)
    emit(
        {
            "token": started.token,
            "expires_at": started.expires_at,
            "tenant_path": started.tenant_path,
            "totp_secret": secret,
            "recovery_codes": codes,
        },
        as_json=as_json,
        text="Enrolled. Ten recovery codes, each good once; keep them away from the phone:\n  "
        + "\n  ".join(codes),
    )


@mfa.command()
def reset(
    member: str = typer.Option("", "--member", help="Address of somebody who lost the phone."),
    reason: str = typer.Option("", "--reason", help="Why; the second human decides by it."),
    tenant: str | None = TENANT,
    secret: str = account.SECRET,
    as_json: bool = JSON,
) -> None:
    """Replace one's own app; with --member ask a second human to take somebody's away."""
    if not member:
        account.replace_factor(tenant, secret, as_json)
        return
    if not reason.strip():
        raise Trouble("Say why with --reason; the second human decides by it.", 2)
    with identity.session(tenant) as session:
        whom = sessions.member_of(session, member)
        decision = identity.confirmed(
            session,
            lambda: decisions.request(session, "factor.reset", {"member_id": str(whom)}, reason),
        )
    emit(
        changed(str(whom), False, None) | {"decision": str(decision)},
        as_json=as_json,
        text=f"Asked for. A second human decides: {decision}",
    )


def _show(secret: str, person: str, path: str) -> None:
    uri = accounts.provisioning_uri(secret, person, path or "organization")
    if sys.stderr.isatty():
        segno.make(uri).terminal(out=sys.stderr, compact=True)
    say(f"Scan the code, or type this secret into the app: {secret}")


def _typed() -> str:
    return input("Code from the app: ").strip()
