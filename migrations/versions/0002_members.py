"""Members, invitations, decisions, the organisation's identity, mail.

Breaking: sessions end by rows of their own, so a console of the release before cannot sign in.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BREAKING = True
TABLES = Path(__file__).parents[1] / "sql" / "tables" / "0002_members.sql"


def upgrade() -> None:
    """Add the tables as their owner; functions and policies follow with each migrate."""
    op.execute("SET LOCAL ROLE govdesk_owner")
    # Past SQLAlchemy, which would read a percent sign as a placeholder.
    op.get_bind().connection.driver_connection.execute(TABLES.read_text(encoding="utf-8"))
    op.execute("RESET ROLE")


def downgrade() -> None:
    """There is no way back: sealed rows are never dropped by a program."""
    raise NotImplementedError("a sealed log is not downgraded; restore a backup instead")
