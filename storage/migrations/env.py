"""Runs the revisions on the connection that `storage.database.migrate` hands over."""

from alembic import context
from sqlmodel import SQLModel

from bot.domain.time.time_zones import use_locked_data
from storage.migrations import word_index
from storage.tables import clocks, escalations, meetings, readers, room_members  # noqa: F401  # fills the metadata

# Any number; every replica that migrates at the same time waits for the first.
LOCK = 727


def run() -> None:
    use_locked_data()
    connection = context.config.attributes["connection"]
    is_sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        compare_type=True,
        include_name=word_index.is_compared,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if not is_sqlite:
            connection.exec_driver_sql(f"select pg_advisory_xact_lock({LOCK})")
        context.run_migrations()
        if is_sqlite:
            word_index.follow(connection)
        if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise RuntimeError(f"foreign keys broken: {broken[:3]}")


run()
