"""Fields of the timeline that can be erased without breaking its proof; ends that are keyed."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")


def upgrade() -> None:
    # What is stored already is proven word by word, which is version 1.
    version = sa.Column("version", sa.Integer(), server_default="1", nullable=False)
    op.add_column("timeline", version)
    op.add_column("timeline", sa.Column("commitments", JSON))
    op.add_column("timeline", sa.Column("field_keys", JSON))
    op.add_column("timeline_heads", sa.Column("mac", TEXT()))
    op.add_column("timeline_heads", sa.Column("mac_key", TEXT()))


def downgrade() -> None:
    op.drop_column("timeline_heads", "mac_key")
    op.drop_column("timeline_heads", "mac")
    op.drop_column("timeline", "field_keys")
    op.drop_column("timeline", "commitments")
    op.drop_column("timeline", "version")
