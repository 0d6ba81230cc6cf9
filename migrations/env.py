"""Alembic's door: revisions run on the connection that `govdesk.database.migrate` hands over."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    version_table="alembic_version",
    version_table_schema="govdesk_private",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
