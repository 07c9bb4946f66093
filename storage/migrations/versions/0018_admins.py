"""Who is an administrator of the workspace; asked of Slack again with everything else."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "people", sa.Column("is_admin", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.execute("UPDATE people SET fetched_at = '2000-01-01 00:00:00+00:00'")


def downgrade() -> None:
    op.drop_column("people", "is_admin")
