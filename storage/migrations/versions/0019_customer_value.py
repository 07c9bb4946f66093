"""What customers pay in a year."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.add_column("customers", sa.Column("arr", sa.BigInteger(), nullable=True))
    op.add_column("customers", sa.Column("arr_currency", TEXT(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("customers", "arr_currency")
    op.drop_column("customers", "arr")
