"""The audit finds any entry that was edited, moved, added or taken away."""

import pytest
from sqlalchemy import text

from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.time.clock import SystemClock
from storage.database.database import Database
from storage.escalation import timeline
from tests.admin.command_line import environment, types_beside
from tests.war_room import open_war_room


async def written(url: str) -> None:
    """Open an escalation and write a few entries more."""
    async with open_war_room(url) as war_room:
        await war_room.opens()
        async with war_room.bot.database.transaction() as tx:
            for number in range(3):
                entry = Entry(
                    escalation_id=1,  # type: ignore[arg-type]  # its number
                    kind=EntryKind.ITEM_ADDED,
                    at=SystemClock().now(),
                    actor=None,
                    text=f"Entry {number}",
                    from_state="s2" if number == 1 else None,
                    to_state="s1" if number == 1 else None,
                )
                await timeline.add(tx, entry)


async def says(url: str) -> tuple[int, str]:
    done = await types_beside("audit", "verify", **environment(url, "http://127.0.0.1:1"))
    return done.exit_code, done.output


async def test_an_untouched_record_is_whole(database_url: str) -> None:
    await written(database_url)

    code, said = await says(database_url)

    assert code == 0
    assert "of 1 escalations checked; every timeline is whole." in said


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE timeline SET text = 'Entry 9' WHERE text = 'Entry 1'", "not as it was written"),
        ("UPDATE timeline SET actor = 'U0EVA0001' WHERE sequence = 1", "not as it was written"),
        ("UPDATE timeline SET to_state = 's3' WHERE text = 'Entry 1'", "not as it was written"),
        (
            "UPDATE timeline SET from_state = NULL, to_state = NULL WHERE text = 'Entry 1'",
            "not as it was written",
        ),
        ("UPDATE timeline SET to_state = 's1' WHERE text = 'Entry 0'", "not as it was written"),
        ("DELETE FROM timeline WHERE text = 'Entry 1'", "is missing"),
        ("DELETE FROM timeline WHERE text = 'Entry 2'", "it ends at entry"),
        ("DELETE FROM timeline", "it ends at entry 0"),
        ("DELETE FROM timeline_heads", "and 0 were written"),
    ],
)
async def test_whatever_was_done_to_a_row_is_found(
    database_url: str, statement: str, problem: str
) -> None:
    await written(database_url)
    database = Database(database_url)
    async with database.transaction() as tx:
        await tx.execute(text(statement))
    await database.close()

    code, said = await says(database_url)

    assert code == 1
    assert problem in said
