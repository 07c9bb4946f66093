"""From which status or severity to which an entry tells, for programs.

Entries from before keep none: their words say it, and the chain proves them as they were written.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NAMES = ("from_state", "to_state")


def upgrade() -> None:
    for name in NAMES:
        column: sa.Column[str] = sa.Column(name, sqlmodel.sql.sqltypes.AutoString())
        op.add_column("timeline", column)


def downgrade() -> None:
    for name in reversed(NAMES):
        op.drop_column("timeline", name)
