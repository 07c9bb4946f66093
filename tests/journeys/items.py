"""What the record of a room holds, for tests to compare."""

from bot.domain.escalation.timeline import Entry
from bot.domain.plan.item import Item
from bot.domain.plan.kinds import ItemKind
from bot.views.timeline.entries import entry_parts
from bot.views.timeline.wording import spelled_out
from storage.escalation import timeline
from storage.plan import items
from tests.war_room import WarRoom


async def record(war_room: WarRoom, kind: ItemKind, escalation: int = 1) -> list[Item]:
    """Return the items of a kind that were not laid down by the playbook."""
    async with war_room.bot.database.reading() as tx:
        found = await items.of(tx, escalation, [kind])  # type: ignore[arg-type]  # its number
    return [item for item in found if item.key is None]


async def labelled(war_room: WarRoom, label: str, escalation: int = 1) -> Item:
    """Return the item of that label."""
    async with war_room.bot.database.reading() as tx:
        found = await items.of(tx, escalation)  # type: ignore[arg-type]  # its number
    return next(item for item in found if item.label == label)


def words_of(entry: Entry) -> str:
    """Return what an entry says, people as mentions."""
    return spelled_out(entry_parts(entry), "<@{}>".format)


async def told(war_room: WarRoom, escalation: int = 1) -> list[str]:
    """Return what the timeline says, the first entry first."""
    async with war_room.bot.database.reading() as tx:
        return [words_of(entry) for entry in await timeline.of(tx, escalation)]  # type: ignore[arg-type]
