"""``govdesk server`` and ``govdesk tenants``: an administrator's commands."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import asdict

import typer

from govdesk.cli.output import Trouble, emit
from govdesk.database import administration, migrate
from govdesk.database.connection import explained
from govdesk.services import accounts

app = typer.Typer(help="Roles and schema of a server.", no_args_is_help=True)
tenants = typer.Typer(help="Organizations on a server.", no_args_is_help=True)

ADMIN_URL = typer.Option(
    ...,
    "--admin-url",
    envvar="GOVDESK_ADMIN_URL",
    help="postgresql:// address of an administrator.",
)
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
    """Bring the schema to this release; refuses a schema that is newer."""
    with explained():
        done = migrate.migrate(admin_url)
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
    owner_name: str = typer.Option("", help="The owner's name; the address if not given."),
    environment: str = typer.Option("production", help="dev, staging or production."),
    as_json: bool = JSON,
) -> None:
    """Found an organization and print the one-time set-up code of its first owner."""
    where = path or _path(name)
    if len(where) > 128 or not re.fullmatch(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*", where):
        raise Trouble("A path is labels of letters, digits and _, joined by dots.", 2)
    if environment not in ("dev", "staging", "production"):
        raise Trouble("The environment is dev, staging or production.", 2)
    code = accounts.create_tenant(admin_url, where, name, environment, owner, owner_name or owner)
    emit(
        {"tenant_path": where, "owner": owner, "setup_code": code},
        as_json=as_json,
        text=f"{name} is {where}.\n"
        f"Set-up code of {owner}, valid for 7 days, shown once:\n  {code}\n"
        f"There: GOVDESK_SETUP_CODE={code} govdesk mfa enrol",
    )


def _path(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    label = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60]
    if not label:
        raise Trouble("No path can be made from this name. Give one with --path.", 2)
    return label
