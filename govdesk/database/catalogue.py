"""What the catalogue says of an installation, and whether it is what this release installs.

Prints ``migrations/fingerprint.json`` from a freshly installed database (`dev.py schema`); doctor
computes the same from the server with the application's login and compares.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final, LiteralString

import psycopg

_OURS = "('govdesk', 'govdesk_api', 'govdesk_private')"
SECTIONS: Final[dict[str, LiteralString]] = {
    "functions": f"""
        SELECT p.oid::regprocedure::text, p.prosrc, p.prosecdef, p.provolatile::text,
               p.proconfig, pg_get_userbyid(p.proowner), p.proacl::text
          FROM pg_proc p WHERE p.pronamespace::regnamespace::text IN {_OURS}
           AND p.oid::regproc::text NOT IN ('govdesk_private.is_demo', 'govdesk_private.moment')
         ORDER BY 1""",
    "clock": """
        SELECT p.oid::regprocedure::text, p.prosrc, p.proowner::regrole::text FROM pg_proc p
         WHERE p.oid::regproc::text IN ('govdesk_private.is_demo', 'govdesk_private.moment')
         ORDER BY 1""",
    "policies": f"""
        SELECT c.oid::regclass::text, p.polname, p.polcmd::text, p.polpermissive,
               ARRAY(SELECT rolname::text FROM pg_roles WHERE oid = ANY (p.polroles) ORDER BY 1),
               pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
          FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
         WHERE c.relnamespace::regnamespace::text IN {_OURS} ORDER BY 1, 2""",
    "triggers": f"""
        SELECT c.oid::regclass::text, t.tgname, t.tgenabled::text, pg_get_triggerdef(t.oid)
          FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
         WHERE NOT t.tgisinternal
           AND c.relnamespace::regnamespace::text IN {_OURS} ORDER BY 1, 2""",
    "tables": f"""
        SELECT c.oid::regclass::text, c.relrowsecurity, c.relforcerowsecurity,
               pg_get_userbyid(c.relowner),
               ARRAY(SELECT x.grantee::regrole || ' ' || x.privilege_type
                       FROM aclexplode(c.relacl) x
                      WHERE x.grantee <> c.relowner ORDER BY 1),
               ARRAY(SELECT a.attname || '=' || a.attacl::text FROM pg_attribute a
                      WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL ORDER BY 1)
          FROM pg_class c WHERE c.relkind = 'r' AND c.relname <> 'alembic_version'
           AND c.relnamespace::regnamespace::text IN {_OURS} ORDER BY 1""",
}


def fingerprint(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """Return a SHA-256 for each section: functions, policies, triggers, tables with grants."""
    found = {}
    for name, query in SECTIONS.items():
        digest = hashlib.sha256()
        for row in connection.execute(query).fetchall():
            digest.update(repr(row).encode())
        found[name] = digest.hexdigest()
    return found


def role_settings(connection: psycopg.Connection[Any]) -> list[str]:
    """Settings that somebody attached to our logins; an attack, since we attach none."""
    rows = connection.execute(
        "SELECT r.rolname || ': ' || array_to_string(s.setconfig, ', ')"
        " FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole"
        " WHERE r.rolname LIKE 'govdesk\\_%' ORDER BY 1"
    ).fetchall()
    return [row[0] for row in rows]


def open_functions(connection: psycopg.Connection[Any]) -> list[str]:
    """Functions of PostgreSQL itself that our login should not be able to call."""
    rows = connection.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p"
        " WHERE p.proname IN ('pg_terminate_backend', 'pg_cancel_backend', 'lo_create', 'lo_creat',"
        " 'lo_from_bytea', 'pg_advisory_lock', 'pg_advisory_xact_lock')"
        " AND p.pronamespace = 'pg_catalog'::regnamespace"
        " AND has_function_privilege(current_user, p.oid, 'EXECUTE') ORDER BY 1"
    ).fetchall()
    return [row[0] for row in rows]


def clock_skew(connection: psycopg.Connection[Any], now: float) -> float:
    """Seconds by which the server's clock is ahead of this machine's."""
    row = connection.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
    assert row is not None
    return float(row[0]) - now
