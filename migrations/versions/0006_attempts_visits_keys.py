"""Attempts at one's account, visits that end with their session, successors that nobody used."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BREAKING = False
TABLES = Path(__file__).parents[1] / "sql" / "tables" / "0006_attempts_visits_keys.sql"


def upgrade() -> None:
    """Change the tables as their owner; functions follow with each migrate."""
    op.execute("SET LOCAL ROLE govdesk_owner")
    # Past SQLAlchemy, which would read a percent sign as a placeholder.
    op.get_bind().connection.driver_connection.execute(TABLES.read_text(encoding="utf-8"))
    op.execute("RESET ROLE")


def downgrade() -> None:
    """There is no way back: sealed rows are never dropped by a program."""
    raise NotImplementedError("a sealed log is not downgraded; restore a backup instead")
