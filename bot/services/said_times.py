"""Due times that stand in messages: as their authors meant them when they wrote them."""

from bot.domain.people import Person
from bot.domain.plan.item import Item, ItemSource
from bot.domain.time import due
from storage.database.database import Transaction
from storage.people import people


def asked(source: ItemSource, author: Person | None) -> due.TypedTask:
    """Return whom and when a message names, read from when and where it was written.

    An author whose zone nobody knows, such as an app, has to name one.
    """
    writer = due.Writer(now=source.said_at, time_zone="UTC")
    if author is not None:
        writer = due.Writer.of(author, source.said_at)
    found = due.read(source.text, writer)
    if author is None and isinstance(found.due, due.Understood) and found.due.zone is None:
        return due.TypedTask(text=found.text, owner=found.owner, due=None)
    return found


async def of(tx: Transaction, item: Item) -> due.SaidTime | None:
    """Return how the due time of an item is said back; None of one that no message made."""
    if item.source is None or not item.kind.spec.is_read_for_task:
        return None
    author = await people.last_known(tx, item.source.author)
    read = asked(item.source, author).due
    zone = author.time_zone if author is not None else "UTC"
    if item.content.due_at is None:
        is_open = read is not None and not isinstance(read, due.Understood)
        return due.SaidTime(asks=read if is_open else None, time_zone=zone)
    is_same = isinstance(read, due.Understood) and read.at == item.content.due_at
    named = read.zone if is_same and isinstance(read, due.Understood) else None
    return due.SaidTime(asks=None, time_zone=zone, named=named)
