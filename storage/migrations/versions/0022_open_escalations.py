"""Indexes of what is not over and of who has a part in it, so that the past costs nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_at IS NULL")
INDEXES = {
    "ix_escalations_open": ("escalations", ["id"], OPEN),
    "ix_escalations_open_customer": ("escalations", ["customer_id", "id"], OPEN),
    "ix_escalations_raised": ("escalations", ["raised_by", "id"], None),
    "ix_assignments_held_by": ("assignments", ["user_id", "escalation_id"], OPEN),
    "ix_items_owned": ("items", ["escalation_id", "owner"], OPEN),
}
# Whether an escalation is over is asked of this column from now on.
OVER = """
UPDATE escalations SET ended_at = COALESCE(ended_at, resolved_at, raised_at)
WHERE status IN ('closed', 'declined', 'de_escalated') AND ended_at IS NULL
"""
NOT_OVER = """
UPDATE escalations SET ended_at = NULL
WHERE status NOT IN ('closed', 'declined', 'de_escalated') AND ended_at IS NOT NULL
"""


def upgrade() -> None:
    op.execute(OVER)
    op.execute(NOT_OVER)
    for name, (table, columns, where) in INDEXES.items():
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, (table, _columns, _where) in INDEXES.items():
        op.drop_index(name, table_name=table)
