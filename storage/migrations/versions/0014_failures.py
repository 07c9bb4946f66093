"""How often an effect failed unexpectedly; when a room was refreshed is no longer kept.

Effects that wait already begin at none.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    op.drop_column("rooms", "refreshed_at")


def downgrade() -> None:
    refreshed_at: sa.Column[object] = sa.Column(
        "refreshed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True
    )
    op.add_column("rooms", refreshed_at)
    op.drop_column("outbox", "failures")
