"""Numbers of effects that SQLite never gives again: messages are told apart by them."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _rebuild(sqlite_autoincrement=True)


def downgrade() -> None:
    _rebuild()


def _rebuild(**options: bool) -> None:
    """Write SQLite's table anew, what waits in it included; Postgres never repeats a number."""
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("outbox", recreate="always", table_kwargs=options):
            pass
