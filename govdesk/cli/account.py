"""``govdesk account``: coming in by a mailed link, and mending one's own account."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict

import segno
import typer

from govdesk.cli import identity
from govdesk.cli.output import Trouble, changed, emit, say
from govdesk.domain import codes
from govdesk.services import accounts, recovery
from govdesk.services.changes import sealed
from govdesk.services.recovery import Account

app = typer.Typer(help="One's own account: join, recover, change.", no_args_is_help=True)

JSON = typer.Option(False, "--json", help="Print one JSON document.")
TENANT = typer.Option(None, "--tenant", help="Path of the organization, if you have several.")
LINK = typer.Argument(
    "", help="The mailed link, or its token; asked for, or GOVDESK_LINK, if not given."
)
SECRET = typer.Option(
    "", envvar="GOVDESK_NEW_TOTP_SECRET", help="A base32 secret for the app; made if not given."
)


@app.command()
def accept(
    link: str = LINK,
    name: str = typer.Option("", "--name", help="Your name; as invited if not given."),
    secret: str = SECRET,
    as_json: bool = JSON,
) -> None:
    """Accept an invitation: with a new password and app, or with the account you have."""
    door = recovery.door_at(identity.database_url())
    token = recovery.token_in(link or identity.link(), "invitation")
    offer = recovery.invitation(door, token)
    say(f"{offer.inviter} invites {offer.email} to {offer.organization}: {offer.role_title}.")
    if offer.has_account:
        _emit(recovery.join(door, token), "", as_json)
        return
    word = identity.new_password()
    key, ask = _key(secret, offer.email, offer.tenant_path)
    made = recovery.accept(door, token, name or offer.display_name, word, key, ask())
    _emit(made, key, as_json)


@app.command()
def forgot(email: str, as_json: bool = JSON) -> None:
    """Have a link mailed that, with a recovery code, replaces password and app."""
    recovery.request(recovery.door_at(identity.database_url()), email)
    emit(
        changed(None, True, None),
        as_json=as_json,
        text="If this address has an account here, a link is on its way to it.",
    )


@app.command()
def recover(
    link: str = LINK,
    secret: str = SECRET,
    as_json: bool = JSON,
) -> None:
    """Use a mailed link: replace password and app together, or the app after a reset."""
    door = recovery.door_at(identity.database_url())
    token = recovery.token_in(link or identity.link(), "recover")
    about = recovery.look(door, token)
    if about.kind == "factor":
        word = identity.password()
        key, ask = _key(secret, about.email, about.tenant_path)
        made = recovery.renew_factor(door, token, about, word, key, ask())
    else:
        given = identity.recovery_code() if about.needs_recovery_code else None
        word = identity.new_password()
        key, ask = _key(secret, about.email, about.tenant_path)
        made = recovery.recover(door, token, given, word, key, ask())
    _emit(made, key, as_json)


@app.command()
def password(tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Change the password; all other sessions of the account end."""
    old, new = identity.password(), identity.new_password()
    with identity.session(tenant) as session:
        person = identity.person_of(session)
        identity.confirmed(
            session, lambda: recovery.change_password(session, person, old, new), person
        )
        done = sealed(session, None)
    emit(asdict(done), as_json=as_json, text="Changed. All other sessions ended.")


def replace_factor(tenant: str | None, secret: str, as_json: bool) -> None:
    """Replace the app; what ``mfa reset`` does without a member."""
    word = identity.password()
    with identity.session(tenant) as session:
        person = identity.person_of(session)
        key, ask = _key(secret, person, session.tenant_path)
        made = identity.confirmed(
            session,
            lambda: recovery.replace_factor(session, person, word, key, ask()),
            person,
        )
    _emit(Account(person, session.tenant_path, made), key, as_json)


def _key(secret: str, person: str, path: str) -> tuple[str, Callable[[], str]]:
    """Return the secret and who tells its code; asks nothing before all else is known."""
    if secret:
        try:
            accounts.seed_bytes(secret)
        except ValueError:
            raise Trouble("The new secret is not base32.", 2) from None
        return secret, lambda: accounts.totp(secret)
    if not sys.stdin.isatty():
        raise Trouble("Give the secret in GOVDESK_NEW_TOTP_SECRET, or run this on a terminal.", 2)
    made = accounts.new_seed()
    uri = accounts.provisioning_uri(made, person, path or "organization")
    if sys.stderr.isatty():
        segno.make(uri).terminal(out=sys.stderr, compact=True)
    say(f"Scan the code, or type this secret into the app: {codes.in_groups(made)}")
    return made, lambda: input("Code from the app: ").strip()


def _emit(account: Account, secret: str, as_json: bool) -> None:
    document: dict[str, object] = {"email": account.email, "tenant_path": account.tenant_path}
    document |= {"totp_secret": secret or None, "recovery_codes": list(account.recovery_codes)}
    text = f"{account.email} can sign in to {account.tenant_path or 'the organization'}."
    if account.recovery_codes:
        text += "\nTen recovery codes, each good once; keep them away from the phone:\n  "
        text += "\n  ".join(account.recovery_codes)
    emit(document, as_json=as_json, text=text)
