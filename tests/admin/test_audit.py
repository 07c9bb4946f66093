"""The audit finds any entry that was edited, moved, added or taken away."""

from pathlib import Path

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


async def test_a_record_is_anchored_sealed_and_a_field_erased_by_hand(
    database_url: str, tmp_path: Path
) -> None:
    await written(database_url)
    file = tmp_path / "anchor.jsonl"
    key = {"AUDIT_KEY": "a key of sixteen characters or more"}

    async def does(*words: str, **more: str) -> tuple[int, str]:
        settings = environment(database_url, "http://127.0.0.1:1", **more)
        done = await types_beside("audit", *words, **settings)
        return done.exit_code, done.output

    code, said = await does("verify")
    assert (code, "Ends: NOT checked: AUDIT_KEY is not set." in said) == (0, True)
    code, said = await does("verify", **key)
    assert code == 1
    assert "its end carries no proof of the audit key" in said
    assert (await does("seal"))[0] == 2
    assert await does("seal", **key) == (
        0,
        "The ends of 1 timelines are proven with the audit key.\n",
    )
    assert (await does("anchor", str(file), **key))[0] == 0
    assert (await does("anchor", str(file), **key))[0] == 2  # it is there already
    code, said = await does("erase", "1", "1", "actor", "--by", "Dee", "--ground", "law", **key)
    assert code == 0
    code, said = await does("erase", "1", "1", "actor", "--by", "Dee", "--ground", "law", **key)
    assert code == 2
    assert "Entry 1 has no actor." in said

    code, said = await does("verify", "--anchor", str(file), **key)

    assert code == 0
    assert "1 field withheld, actor of entry 1, by Dee at" in said
    assert "Ends: checked with the audit key. Missing escalations: checked against the" in said
    code, said = await does("verify", "--anchor", str(tmp_path / "none"), **key)
    assert code == 2
