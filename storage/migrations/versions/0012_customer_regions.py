"""Regions of customers, whose public holidays they have."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.add_column("customers", sa.Column("region", TEXT(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("customers", "region")
