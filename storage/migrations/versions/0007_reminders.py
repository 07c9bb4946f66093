"""Reminders, and when each escalation's are to be worked out again."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None

IN_HAND = "state <> 'told'"
IS_WAITING = "remind_at IS NOT NULL"


def upgrade() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("basis", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("due_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("rung_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("snoozed_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("is_stopped", sa.Boolean(), nullable=False),
        sa.Column("in_room", sa.Boolean(), nullable=False),
        sa.Column("batch", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("ts", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["escalation_id"],
            ["escalations.id"],
            name=op.f("fk_reminders_escalation_id_escalations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint(
            "escalation_id",
            "kind",
            "subject",
            "person",
            name=op.f("uq_reminders_escalation_id_kind_subject_person"),
        ),
    )
    op.create_index(
        "ix_reminders_in_hand",
        "reminders",
        ["person"],
        sqlite_where=sa.text(IN_HAND),
        postgresql_where=sa.text(IN_HAND),
    )
    op.create_index("ix_reminders_batch", "reminders", ["batch"])
    with op.batch_alter_table("timeline_heads") as batch_op:
        for name in ("progress_at", "remind_at"):
            batch_op.add_column(sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.create_index(
        "ix_timeline_heads_remind",
        "timeline_heads",
        ["remind_at"],
        sqlite_where=sa.text(IS_WAITING),
        postgresql_where=sa.text(IS_WAITING),
    )
    # Everything that was recorded before is looked at once, right after the upgrade.
    op.execute(
        "UPDATE timeline_heads SET progress_at = (SELECT max(at) FROM timeline"
        " WHERE timeline.escalation_id = timeline_heads.escalation_id)"
    )
    op.execute("UPDATE timeline_heads SET remind_at = progress_at")


def downgrade() -> None:
    op.drop_index("ix_timeline_heads_remind", "timeline_heads")
    with op.batch_alter_table("timeline_heads") as batch_op:
        batch_op.drop_column("remind_at")
        batch_op.drop_column("progress_at")
    op.drop_table("reminders")
