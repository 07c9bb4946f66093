"""Customers found by their channel, holds that keep what they wait for, records of breaches."""

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
    op.add_column("breaches", sa.Column("effect", sa.Text(), server_default="", nullable=False))
    op.add_column("breaches", sa.Column("next_target_at", INSTANT(), nullable=True))
    op.add_column("breaches", sa.Column("is_customer_told", sa.Boolean(), nullable=True))
    op.add_column("breaches", sa.Column("customer_told_at", INSTANT(), nullable=True))
    op.add_column(
        "breaches", sa.Column("version", sa.Integer(), server_default="1", nullable=False)
    )
    op.create_table(
        "recoveries",
        sa.Column("clock_id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("forecast_at", INSTANT(), nullable=False),
        sa.Column("noted_by", TEXT(), nullable=False),
        sa.Column("noted_at", INSTANT(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clock_id"], ["sla_clocks.id"], name=op.f("fk_recoveries_clock_id_sla_clocks")
        ),
        sa.PrimaryKeyConstraint("clock_id", name=op.f("pk_recoveries")),
    )
    op.create_index(op.f("ix_customers_channel_id"), "customers", ["channel_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_customers_channel_id"), table_name="customers")
    op.drop_table("recoveries")
    for name in ("version", "customer_told_at", "is_customer_told", "next_target_at", "effect"):
        op.drop_column("breaches", name)
    op.drop_column("escalations", "held_at")
    op.drop_column("escalations", "hold_reason")
