"""Who is in each room, and when rooms were last compared with Slack.

Filled from who may read an escalation until now, so that nobody loses sight of one before its room
is compared with Slack for the first time.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
INSTANT = sqlmodel.sql.sqltypes.UTCDateTime
INSIDE = """
INSERT INTO room_members (escalation_id, user_id, is_member, changed_at, recorded_at)
SELECT DISTINCT e.id, p.user_id, TRUE, e.raised_at, e.raised_at
FROM escalations e JOIN (
    SELECT escalation_id, user_id FROM assignments WHERE ended_at IS NULL
    UNION SELECT id, raised_by FROM escalations
    UNION SELECT id, owner FROM escalations
) p ON p.escalation_id = e.id
"""


def upgrade() -> None:
    op.create_table(
        "room_members",
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", TEXT(), nullable=False),
        sa.Column("is_member", sa.Boolean(), nullable=False),
        sa.Column("changed_at", INSTANT(), nullable=False),
        sa.Column("recorded_at", INSTANT(), nullable=False),
        sa.ForeignKeyConstraint(
            ["escalation_id"],
            ["escalations.id"],
            name=op.f("fk_room_members_escalation_id_escalations"),
        ),
        sa.PrimaryKeyConstraint("escalation_id", "user_id", name=op.f("pk_room_members")),
    )
    op.create_index(op.f("ix_room_members_user_id"), "room_members", ["user_id"])
    op.add_column(
        "rooms", sa.Column("is_shared", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("rooms", sa.Column("reconciled_at", INSTANT(), nullable=True))
    op.add_column("rooms", sa.Column("reconcile_due_at", INSTANT(), nullable=True))
    op.create_index(op.f("ix_rooms_reconcile_due_at"), "rooms", ["reconcile_due_at"])
    op.execute(INSIDE)


def downgrade() -> None:
    op.drop_index(op.f("ix_rooms_reconcile_due_at"), table_name="rooms")
    for name in ("reconcile_due_at", "reconciled_at", "is_shared"):
        op.drop_column("rooms", name)
    op.drop_index(op.f("ix_room_members_user_id"), table_name="room_members")
    op.drop_table("room_members")
