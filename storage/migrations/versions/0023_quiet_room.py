"""The room's clocks message, messages that gather what falls together, and direct ones."""

import json

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
INSTANT = sqlmodel.sql.sqltypes.UTCDateTime
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")


def upgrade() -> None:
    op.add_column("rooms", sa.Column("clocks_ts", TEXT()))
    op.add_column("rooms", sa.Column("clocks_digest", TEXT(), nullable=False, server_default=""))
    op.add_column("reminders", sa.Column("said", JSON, nullable=False, server_default="[]"))
    op.create_table(
        "clock_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("spot", TEXT(), nullable=False),
        sa.Column("made_at", INSTANT(), nullable=False),
        sa.Column("lines", JSON, nullable=False),
        sa.Column("people", JSON, nullable=False),
        sa.Column("is_answered", sa.Boolean(), nullable=False),
        sa.Column("place", TEXT(), nullable=False),
        sa.Column("channel_id", TEXT(), nullable=True),
        sa.Column("ts", TEXT(), nullable=True),
        sa.Column("digest", TEXT(), nullable=False),
        sa.ForeignKeyConstraint(
            ["escalation_id"],
            ["escalations.id"],
            name=op.f("fk_clock_notices_escalation_id_escalations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_notices")),
    )
    op.create_index(op.f("ix_clock_notices_escalation_id"), "clock_notices", ["escalation_id"])
    op.create_table(
        "direct_messages",
        sa.Column("batch", TEXT(), nullable=False),
        sa.Column("person", TEXT(), nullable=False),
        sa.Column("posted_at", INSTANT(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("is_answered", sa.Boolean(), nullable=False),
        sa.Column("channel", TEXT(), nullable=True),
        sa.Column("ts", TEXT(), nullable=True),
        sa.PrimaryKeyConstraint("batch", name=op.f("pk_direct_messages")),
    )
    op.create_index("ix_direct_messages_last", "direct_messages", ["person", "posted_at"])
    _tell_again_what_waits()


def downgrade() -> None:
    op.drop_index("ix_direct_messages_last", table_name="direct_messages")
    op.drop_table("direct_messages")
    op.drop_index(op.f("ix_clock_notices_escalation_id"), table_name="clock_notices")
    op.drop_table("clock_notices")
    op.drop_column("reminders", "said")
    op.drop_column("rooms", "clocks_digest")
    op.drop_column("rooms", "clocks_ts")


def _tell_again_what_waits() -> None:
    """Have rungs that were not told yet be told the new way: as repetitions that are due."""
    connection = op.get_bind()
    outbox = sa.table("outbox", sa.column("id"), sa.column("kind"), sa.column("payload"))
    rungs = sa.table(
        "rungs",
        sa.column("clock_id"),
        sa.column("rung"),
        sa.column("told_at", INSTANT()),
        sa.column("repeat_at", INSTANT()),
    )
    clocks = sa.table("sla_clocks", sa.column("id"), sa.column("next_rung_at", INSTANT()))
    waiting = outbox.c.kind == "TellRung"
    for row in connection.execute(sa.select(outbox.c.payload).where(waiting)).all():
        payload = json.loads(row.payload) if isinstance(row.payload, str) else row.payload
        clock_id = payload["clock_id"]
        told = (rungs.c.clock_id == clock_id) & (rungs.c.rung == payload["rung"])
        told_at = connection.execute(sa.select(rungs.c.told_at).where(told)).scalar()
        connection.execute(sa.update(rungs).where(told).values(repeat_at=told_at))
        of_clock = sa.update(clocks).where(clocks.c.id == clock_id)
        connection.execute(of_clock.values(next_rung_at=told_at))
    connection.execute(sa.delete(outbox).where(waiting))
