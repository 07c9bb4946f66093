"""Customers found by their channel, and holds that keep what they wait for."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
INSTANT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.add_column(
        "escalations", sa.Column("hold_reason", TEXT(), server_default="", nullable=False)
    )
    op.add_column("escalations", sa.Column("held_at", INSTANT(), nullable=True))
    op.create_index(op.f("ix_customers_channel_id"), "customers", ["channel_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_customers_channel_id"), table_name="customers")
    op.drop_column("escalations", "held_at")
    op.drop_column("escalations", "hold_reason")
