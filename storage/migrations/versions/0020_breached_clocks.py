"""Breaches of the last day are found without reading every clock."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

IS_BROKEN = sa.text("breached_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_sla_clocks_breached",
        "sla_clocks",
        ["breached_at"],
        sqlite_where=IS_BROKEN,
        postgresql_where=IS_BROKEN,
    )


def downgrade() -> None:
    op.drop_index("ix_sla_clocks_breached", table_name="sla_clocks")
