"""What an entry is about, and what happened to it, beside its words."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")


def upgrade() -> None:
    op.add_column("timeline", sa.Column("subject_kind", TEXT()))
    op.add_column("timeline", sa.Column("subject_id", TEXT()))
    op.add_column("timeline", sa.Column("payload", JSON))


def downgrade() -> None:
    op.drop_column("timeline", "payload")
    op.drop_column("timeline", "subject_id")
    op.drop_column("timeline", "subject_kind")
