"""Locales of people, by which dates such as 3/12 are read; empty until Slack is asked again."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    op.add_column("people", sa.Column("locale", text, nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("people", "locale")
