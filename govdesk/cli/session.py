"""``govdesk session`` and ``govdesk mfa``."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict

import segno
import typer

from govdesk.cli import identity
from govdesk.cli.output import Trouble, changed, emit, say, table
from govdesk.domain import passwords
from govdesk.services import accounts

app = typer.Typer(help="Signing in and out.", no_args_is_help=True)
mfa = typer.Typer(help="The second factor.", no_args_is_help=True)

JSON = typer.Option(False, "--json", help="Print one JSON document.")
TENANT = typer.Option(None, "--tenant", help="Path of the organization, if you have several.")


@app.command()
def start(tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Sign in once; put the token into GOVDESK_SESSION for the commands that follow."""
    started = identity.sign_in(tenant)
    if not started.mfa:
        accounts.end(identity.database_url(), started.token)
        raise Trouble("This account has no second factor yet. Run govdesk mfa enrol first.", 4)
    document = asdict(started)
    del document["mfa"]
    emit(
        document,
        as_json=as_json,
        text=f"export GOVDESK_SESSION={started.token}",
    )


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
    """List one's own sessions; everyone's with the permission session.manage."""
    with identity.session(tenant) as session:
        items = accounts.list_sessions(session)
    emit(
        {"items": items, "next": None},
        as_json=as_json,
        text=table(items, ("id", "email", "created_at", "seen_at", "ip", "current")),
    )


@app.command()
def revoke(session_id: str, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Revoke a session: its reads end at once, its writes before they are sealed."""
    with identity.session(tenant) as session:
        did, seq = accounts.revoke(session, session_id)
    emit(
        changed(session_id, did, seq),
        as_json=as_json,
        text="Revoked." if did else "This session was over already.",
    )


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


def _show(secret: str, person: str, path: str) -> None:
    uri = accounts.provisioning_uri(secret, person, path or "organization")
    if sys.stderr.isatty():
        segno.make(uri).terminal(out=sys.stderr, compact=True)
    say(f"Scan the code, or type this secret into the app: {secret}")


def _typed() -> str:
    return input("Code from the app: ").strip()
