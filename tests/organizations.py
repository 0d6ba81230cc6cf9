"""What tests of the organization begin with: a legal entity, a mailed code, an admin of a part."""

from __future__ import annotations

import json

from govdesk.database.connection import Session
from govdesk.services.metadata import Draft
from tests.people import ACME, OLGA, OTIS, Cast

ENTITY = Draft("Acme Holdings Ltd", "AU", "51824753556", "213800KUD8LAJWSQ9D15")


def scoped(cast: Cast, path: str) -> Session:
    """Otis as an admin of one system, and of nothing else."""
    olga = cast.sign_in(OLGA)
    with olga.transaction() as connection:
        connection.execute(
            "INSERT INTO govdesk.member_grant (tenant_id, tenant_path, member_id, node_path,"
            " role_key) SELECT tenant_id, tenant_path, id, %s::ltree, 'admin' FROM govdesk.member"
            " WHERE email = %s",
            (path, OTIS.email),
        )
        connection.execute(
            "UPDATE govdesk.member_grant g SET status = 'removed' FROM govdesk.member m"
            " WHERE m.id = g.member_id AND m.email = %s AND g.node_path = %s::ltree",
            (OTIS.email, ACME),
        )
    return cast.sign_in(OTIS)


def code_of(cast: Cast) -> str:
    """The code in the newest mail that waits, as its reader sees it."""
    facts = cast.one(
        "SELECT facts FROM govdesk_private.mail WHERE kind = 'contact_code'"
        " ORDER BY created_at DESC LIMIT 1"
    )
    return str((facts if isinstance(facts, dict) else json.loads(facts))["code"])
