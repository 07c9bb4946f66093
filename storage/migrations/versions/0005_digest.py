"""Digests: which channel gets one and when, and what their reads need."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
INSTANT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")
    op.create_table(
        "digest_subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", TEXT(), nullable=False),
        sa.Column("channel_id", TEXT(), nullable=False),
        sa.Column("zone", TEXT(), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("days", json, nullable=False),
        sa.Column("filters", json, nullable=False),
        sa.Column("asked_by", TEXT(), nullable=False),
        sa.Column("asked_at", INSTANT(), nullable=False),
        sa.Column("next_send_at", INSTANT(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("claimed_for", INSTANT(), nullable=True),
        sa.Column("sent_for", INSTANT(), nullable=True),
        sa.Column("last_sent_at", INSTANT(), nullable=True),
        sa.Column("numbers", json, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_subscriptions")),
        sa.UniqueConstraint("channel_id", name=op.f("uq_digest_subscriptions_channel_id")),
    )
    op.create_index(
        op.f("ix_digest_subscriptions_next_send_at"), "digest_subscriptions", ["next_send_at"]
    )
    op.create_index("ix_timeline_kind_at", "timeline", ["kind", "at"])
    op.create_index(
        "ix_items_standing",
        "items",
        ["kind", "due_at"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_items_standing", table_name="items")
    op.drop_index("ix_timeline_kind_at", table_name="timeline")
    op.drop_table("digest_subscriptions")
