"""Customers that everybody may know of, apart from those only named in an escalation."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# Where nothing is known but the name, it was entered with its first escalation.
ONLY_NAMED = """
UPDATE customers SET is_listed = false
WHERE contract_reference = '' AND channel_id IS NULL AND contract_starts_on IS NULL
AND CAST(contacts AS TEXT) = '[]'
AND id IN (
    SELECT customer_id FROM escalations WHERE visibility = 'private' AND id IN (
        SELECT min(id) FROM escalations GROUP BY customer_id
    )
)
"""


def upgrade() -> None:
    op.add_column(
        "customers",
        sa.Column("is_listed", sa.Boolean(), server_default=sa.true(), nullable=False),
    )
    op.execute(ONLY_NAMED)


def downgrade() -> None:
    op.drop_column("customers", "is_listed")
