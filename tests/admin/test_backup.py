"""A backup of SQLite is consistent, checked, and made while the bot works."""

import asyncio
from pathlib import Path

from bot.services.rooms.rooms import Rooms
from storage.database import migrate
from storage.database.database import Database
from tests.admin.command_line import environment, types_beside
from tests.war_room import WarRoom, open_war_room


def copies(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("copy*")}


async def opened(war_room: WarRoom, title: str) -> str:
    return (await war_room.opens(title=title)).name


async def test_a_copy_made_while_the_bot_works_holds_what_was_committed(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with open_war_room(sqlite_url) as war_room:
        await opened(war_room, "Before the copy")
        settings = environment(sqlite_url, war_room.sandbox.base_url)
        copying = types_beside("backup", str(tmp_path / "copy.db"), **settings)
        said, _ = await asyncio.gather(copying, opened(war_room, "Meanwhile"))

    assert said.exit_code == 0, said.output
    assert "checked" in said.output
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    copy = f"sqlite:///{tmp_path / 'copy.db'}"
    assert migrate.schema(copy) is migrate.Schema.CURRENT
    database = Database(copy)
    found = await Rooms(database, war_room.bot._clock).war_room(1)  # type: ignore[arg-type]
    await database.close()
    assert found.escalation.title == "Before the copy"


async def test_a_copy_never_replaces_a_file(sqlite_url: str, tmp_path: Path) -> None:
    taken = tmp_path / "copy.db"
    taken.write_text("precious", encoding="utf-8")

    said = await types_beside("backup", str(taken), **environment(sqlite_url, "http://x"))

    assert said.exit_code == 2
    assert "already exists" in said.output
    assert taken.read_text(encoding="utf-8") == "precious"
    assert copies(tmp_path) == {"copy.db"}


async def test_where_nothing_can_be_copied_it_says_why(tmp_path: Path) -> None:
    async def says(url: str, to: Path) -> str:
        said = await types_beside("backup", str(to), **environment(url, "http://x"))
        assert said.exit_code == 2
        return said.output

    copy = tmp_path / "copy.db"
    assert "pg_dump" in await says("postgresql://db/warroom", copy)
    assert "no database at" in await says(f"sqlite:///{tmp_path / 'none.db'}", copy)
    assert not copy.exists()
