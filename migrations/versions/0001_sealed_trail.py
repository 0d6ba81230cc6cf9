"""Tables of the sealed trail. Not breaking: there was nothing before."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BREAKING = False
TABLES = Path(__file__).parents[1] / "sql" / "tables" / "0001_sealed_trail.sql"


def upgrade() -> None:
    """Create every table as its owner; functions and policies follow with each migrate."""
    op.execute("SET LOCAL ROLE govdesk_owner")
    op.get_bind().exec_driver_sql(TABLES.read_text(encoding="utf-8"))
    op.execute("RESET ROLE")


def downgrade() -> None:
    """There is no way back: sealed rows are never dropped by a program."""
    raise NotImplementedError("a sealed log is not downgraded; restore a backup instead")
