"""``govdesk server`` and ``govdesk tenants``: an administrator's commands."""

from __future__ import annotations

import os
import re
import secrets
import unicodedata
from dataclasses import asdict

import typer

from govdesk.cli.output import Trouble, emit, say
from govdesk.database import administration, migrate
from govdesk.database.connection import explained
from govdesk.services import accounts, deploys, platform, vault_tick

app = typer.Typer(help="Roles and schema of a server.", no_args_is_help=True)
tenants = typer.Typer(help="Organizations on a server.", no_args_is_help=True)

ADMIN_URL = typer.Option(
    ...,
    "--admin-url",
    envvar="GOVDESK_ADMIN_URL",
    help="postgresql:// address of an administrator.",
)
_REASON = 10
"""Characters of a reason that says something."""
JSON = typer.Option(False, "--json", help="Print one JSON document.")


@app.command()
def init(
    admin_url: str = ADMIN_URL,
    app_password: str = typer.Option("", envvar="GOVDESK_APP_PASSWORD", help="Made if not given."),
    worker_password: str = typer.Option("", envvar="GOVDESK_WORKER_PASSWORD"),
    as_json: bool = JSON,
) -> None:
    """Create roles, database and schema. May be repeated; passwords are then set anew."""
    words = [p or secrets.token_urlsafe(24) for p in (app_password, worker_password)]
    with explained():
        done = migrate.install(admin_url, app_password=words[0], worker_password=words[1])
    document = {
        **_migration(done),
        "app_login": "govdesk_app",
        "app_password": words[0],
        "worker_login": "govdesk_worker",
        "worker_password": words[1],
    }
    emit(
        document,
        as_json=as_json,
        text=f"Ready, revision {done.after}.\n"
        f"Console: govdesk_app, password {words[0]}\nWorker: govdesk_worker, password {words[1]}\n"
        "These passwords are shown once; they protect the connection, not the people.",
    )


@app.command("migrate")
def migrate_command(admin_url: str = ADMIN_URL, as_json: bool = JSON) -> None:
    """Bring the schema to this release; refuses a schema that is newer.

    Tells the operators how it went, if GOVDESK_NTFY_URL or GOVDESK_OPERATORS says how.
    """
    done = deploys.migrate(admin_url, os.environ, say)
    emit(_migration(done), as_json=as_json, text=f"Revision {done.after}.")


@app.command()
def status(admin_url: str = ADMIN_URL, as_json: bool = JSON) -> None:
    """Say which release is there, and whether it runs on the demo clock."""
    found = administration.status(admin_url)
    clock = "  ATTENTION: this installation runs on the demo clock.\n" if found.demo_clock else ""
    emit(
        asdict(found),
        as_json=as_json,
        text=f"PostgreSQL {found.server_version}\nrevision {found.revision or 'none'}"
        f" (this program: {found.latest_revision})\n{clock}{found.tenants} organizations\n"
        + ("up to date" if found.up_to_date else "run govdesk server migrate"),
    )


@app.command()
def recover(
    owner: str = typer.Option(..., "--owner", help="E-mail address of the owner."),
    reason: str = typer.Option(..., "--reason", help="Why; it is sealed and shown on Home."),
    tenant: str = typer.Option("", "--tenant", help="Path, if the person owns several."),
    admin_url: str = ADMIN_URL,
    as_json: bool = JSON,
) -> None:
    """Let the last owner back in: a one-time code replaces password and app; sealed with why."""
    if len(reason.strip()) < _REASON:
        raise Trouble(
            f"Say why with --reason, in {_REASON} characters or more; it stands in the log.", 2
        )
    path = tenant or _only_one(administration.owned_by(admin_url, owner), owner)
    code = platform.recover_owner(admin_url, path, owner, reason.strip())
    emit(
        {"tenant_path": path, "owner": owner, "setup_code": code},
        as_json=as_json,
        text=f"The sessions of {owner} have ended. The log of {path} says why, and Home shows it"
        f" for 30 days.\nSet-up code, valid for a day, shown once; using it replaces password"
        f" and app:\n  {code}\n"
        f"There: GOVDESK_SETUP_CODE={code} govdesk mfa enrol",
    )


@app.command("worker-key")
def worker_key(
    reason: str = typer.Option(..., "--reason", help="Why; it is sealed in every log."),
    admin_url: str = ADMIN_URL,
    as_json: bool = JSON,
) -> None:
    """Name the key file here as the workers' from now on, after the old one was lost or stolen.

    The file is GOVDESK_WORKER_KEY_FILE; it is made if there is none.
    """
    if len(reason.strip()) < _REASON:
        raise Trouble(
            f"Say why with --reason, in {_REASON} characters or more; it stands in the log.", 2
        )
    path = vault_tick.path_of(os.environ)
    mark, tenants = vault_tick.replace_key(admin_url, path, reason.strip())
    emit(
        {"fingerprint": mark, "tenant_paths": tenants},
        as_json=as_json,
        text=f"The workers' key is {mark}, of {path}. Give every worker this file. In each"
        " organization an admin runs govdesk keys vault --share, or --rotate if the old file may"
        " be in other hands.",
    )


def _only_one(paths: list[str], owner: str) -> str:
    if not paths:
        raise Trouble(f"No organization has {owner} as an active owner.", 2)
    if len(paths) > 1:
        raise Trouble(f"{owner} owns {', '.join(paths)}. Name one with --tenant.", 2)
    return paths[0]


def _migration(done: migrate.Migration) -> dict[str, object]:
    return {
        "revision": done.after,
        "revision_before": done.before,
        "changed": done.changed,
        "restored": done.restored,
    }


@tenants.command()
def create(
    name: str,
    owner: str = typer.Option(..., "--owner", help="E-mail address of the first owner."),
    admin_url: str = ADMIN_URL,
    path: str = typer.Option("", help="ltree path; made from the name if not given."),
    parent: str = typer.Option(
        "", "--parent", help="Path of an organization that this is a subsidiary of."
    ),
    owner_name: str = typer.Option("", help="The owner's name; the address if not given."),
    reviewer: str = typer.Option(
        "", "--reviewer", help="Address of who decides as the second human; off without one."
    ),
    environment: str = typer.Option("production", help="dev, staging or production."),
    as_json: bool = JSON,
) -> None:
    """Found an organization and print the one-time set-up code of its first owner."""
    where = _below(admin_url, parent, path or _path(name)) if parent else path or _path(name)
    if len(where) > 128 or not re.fullmatch(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*", where):
        raise Trouble("A path is labels of letters, digits and _, joined by dots.", 2)
    if environment not in ("dev", "staging", "production"):
        raise Trouble("The environment is dev, staging or production.", 2)
    code = accounts.create_tenant(
        admin_url, where, name, environment, owner, owner_name or owner, reviewer.strip() or None
    )
    second = f"{reviewer} decides as the second human." if reviewer else _NO_SECOND
    emit(
        {
            "tenant_path": where,
            "owner": owner,
            "setup_code": code,
            "reviewer": reviewer.strip() or None,
        },
        as_json=as_json,
        text=f"{name} is {where}. {second}\n"
        f"Set-up code of {owner}, valid for 7 days, shown once:\n  {code}\n"
        f"There: GOVDESK_SETUP_CODE={code} govdesk mfa enrol",
    )


_NO_SECOND = (
    "No second human is named, so nothing waits for one until a reviewer is named and the policy"
    " switched on."
)


def _below(admin_url: str, parent: str, path: str) -> str:
    """The path of a subsidiary: the parent's and then its own."""
    if not administration.is_tenant(admin_url, parent):
        raise Trouble(f"There is no organization {parent} to be the parent.", 2)
    return path if path.startswith(f"{parent}.") else f"{parent}.{path}"


def _path(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    label = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60]
    if not label:
        raise Trouble("No path can be made from this name. Give one with --path.", 2)
    return label
