"""The demo's connections: a mail server, a log collector, and telephones of those on call.

None of them is reached: their names are for examples, and their references lead nowhere here.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from govdesk.database import vault_store
from govdesk.database.connection import Session, connect
from govdesk.services import integrations, nodes
from govdesk.services.integrations import Draft
from govdesk.services.vault_tick import FILE_NAME
from govdesk.vault import worker_key

CONNECTIONS: Final = (
    (
        "acme.claims",
        Draft(
            None,
            "smtp",
            "Mail to participants",
            {
                "host": "mail.acme.example", "port": "587", "encryption": "starttls",
                "sender": "claims@acme.example",
            },
            {"password": "vault://claims/smtp#password"},
            {"user": "claims-assistant"},
        ),
    ),
    (
        "acme.claims",
        Draft(
            None,
            "ntfy",
            "On call, claims",
            {"url": "https://ntfy.acme.example"},
            {"token": "env://CLAIMS_NTFY_TOKEN"},
            {"topic": "claims-on-call-7c1f3a52"},
        ),
    ),
    (
        "acme.portal",
        Draft(
            None,
            "syslog",
            "Log collector of the security team",
            {"host": "logs.acme.example", "port": "6514"},
            allow=("10.20.0.0/16:6514",),
        ),
    ),
)  # fmt: skip


def introduce_worker(worker_url: str, home: Path) -> None:
    """Make the worker's key pair before it runs: the first key is sealed to it as well."""
    key = worker_key.read_or_create(home / FILE_NAME)
    with connect(worker_url) as connection:
        vault_store.introduce_worker(connection, key.public)


def connect_services(owner: Session) -> None:
    """Save each connection that is not there."""
    known = {one.name for one in integrations.list_integrations(owner)}
    for path, draft in CONNECTIONS:
        if draft.name not in known:
            integrations.save(owner, replace(draft, system_id=nodes.find(owner, path).id))
