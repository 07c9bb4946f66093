"""A past as long as one likes: what the product made once, copied inside the database."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Column, Table, text
from sqlmodel import SQLModel

from bot.domain.escalation.escalation import EscalationId
from storage.database import migrate  # noqa: F401  # fills the metadata
from storage.database.database import Database, Transaction

NUMBERS = (
    "WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < :count) "
)
# What no two rows may have the same.
SINGLE = {"submission_key", "channel_id", "ts", "source_ts", "batch", "told_ts"}
UNBOUND = {"customers", "people", "preferences", "digest_subscriptions", "outbox", "inbox"}


async def copy(database: Database, of: EscalationId, count: int) -> None:
    """Make so many escalations more that are all as one is, with everything that belongs to them.

    What was waiting in the outbox is not copied, nor what people are yet to be told of.
    """
    async with database.transaction() as tx:
        shifts: dict[str, str] = {}
        for table in _tables():
            await _copy(tx, table, of, count, shifts)
        await tx.execute(text("UPDATE sla_clocks SET next_rung_at = NULL WHERE state = 'met'"))
    await database.count_rows()
    if not database.is_sqlite:
        async with database.transaction() as tx:
            await tx.execute(text("ANALYZE"))


async def end(database: Database, escalation_id: EscalationId, *, at: datetime) -> None:
    """Have an escalation be over, as a move would have it."""
    async with database.transaction() as tx:
        for statement in (
            "UPDATE escalations SET status = 'closed', ended_at = :at WHERE id = :of",
            # One stays as it was: who closes may pass over what stands in the way.
            "UPDATE items SET state = 'done', ended_at = :at "
            "WHERE escalation_id = :of AND number > 1",
            "UPDATE sla_clocks SET state = 'met', next_rung_at = NULL WHERE escalation_id = :of",
            "UPDATE rhythms SET next_at = NULL WHERE escalation_id = :of",
            "UPDATE timeline_heads SET remind_at = NULL WHERE escalation_id = :of",
        ):
            values = {"of": escalation_id, "at": at.replace(tzinfo=None)}
            needed = {name: value for name, value in values.items() if f":{name}" in statement}
            await tx.execute(text(statement), needed)


def _tables() -> Iterator[Table]:
    """Yield the tables of what belongs to an escalation, those that others name first."""
    for table in SQLModel.metadata.sorted_tables:
        if table.name not in UNBOUND and not table.name.startswith("escalation_words"):
            yield table


async def _copy(
    tx: Transaction, table: Table, of: EscalationId, count: int, shifts: dict[str, str]
) -> None:
    """Copy the rows of one table; `shifts` says how far the ids of each are moved, per copy."""
    found = await _rows(tx, table, of)
    if found is None:
        return
    chosen, own_key = found
    if own_key is not None:
        row = await tx.one(text(f"SELECT min(id) AS low, max(id) AS high FROM ({chosen}) AS it"))
        every = await tx.one(text(f"SELECT max(id) AS high FROM {table.name}"))
        if row is None or row["low"] is None or every is None:
            return
        span, first = row["high"] - row["low"] + 1, every["high"] - row["high"]
        shifts[f"{table.name}.id"] = f"({first} + copies.n * {span})"
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    values = ", ".join(_value(column, shifts) for column in table.columns)
    await tx.execute(
        text(
            f"{NUMBERS} INSERT INTO {table.name} ({names}) "
            f"SELECT {values} FROM ({chosen}) AS it, copies"
        ),
        {"count": count},
    )
    if own_key is not None and not tx.is_sqlite:
        await tx.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "
                f"(SELECT max(id) FROM {table.name}))"
            )
        )


async def _rows(tx: Transaction, table: Table, of: EscalationId) -> tuple[str, str | None] | None:
    """Return the template's rows, and the id of the table when it gives its own."""
    own = "id" if "id" in table.columns else None
    if table.name == "escalations":
        return f"SELECT * FROM escalations WHERE id = {int(of)}", own
    for key in table.foreign_keys:
        target, column = key.column.table.name, key.parent.name
        if target == "escalations":
            return f"SELECT * FROM {table.name} WHERE {column} = {int(of)}", own
    for key in table.foreign_keys:
        target, column = key.column.table.name, key.parent.name
        if target in {"sla_clocks", "rhythms"}:
            chosen = (
                f"SELECT * FROM {table.name} WHERE {column} IN "
                f"(SELECT id FROM {target} WHERE escalation_id = {int(of)})"
            )
            return chosen, own
    return None


def _value(column: "Column[object]", shifts: dict[str, str]) -> str:
    name = f'it."{column.name}"'
    if column.name == "id" and isinstance(column.table, Table):
        return f"{name} + {shifts[f'{column.table.name}.id']}"
    for key in column.foreign_keys:
        if (shift := shifts.get(f"{key.column.table.name}.id")) is not None:
            return f"{name} + {shift}"
    if column.name in SINGLE:
        # The first shift is that of the escalation, whose number nothing else has.
        return f"{name} || '-' || {next(iter(shifts.values()))}"
    return name
