"""When harm began, asked when the work starts."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sqlmodel.sql.sqltypes.UTCDateTime()
    op.add_column("escalations", sa.Column("impact_started_at", instant))


def downgrade() -> None:
    op.drop_column("escalations", "impact_started_at")
