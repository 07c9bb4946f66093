"""`warroom export` writes the two files of a dossier, and nothing by halves."""

import json
from datetime import UTC, datetime
from pathlib import Path

from bot.sandbox.demo import EVA
from tests.admin.command_line import environment, types_beside
from tests.war_room import open_war_room

NUMBER = f"ESC-{datetime.now(UTC).year}-0001"


async def opened(url: str) -> dict[str, str]:
    """Open a private escalation and return the settings of an admin's shell."""
    async with open_war_room(url) as war_room:
        room = await war_room.opens(visibility="private", owner=EVA, title="The merger")
        await war_room.types("decide Wait", by=EVA, where=room.id)
        await war_room.settles()
    return environment(url, "http://127.0.0.1:1")


async def test_two_files_are_written_for_their_owner_alone(
    database_url: str, tmp_path: Path
) -> None:
    settings = await opened(database_url)
    folder = tmp_path / "dossiers"
    folder.mkdir()

    done = await types_beside("export", NUMBER.lower(), "--folder", str(folder), **settings)
    again = await types_beside("export", NUMBER, "--folder", str(folder), **settings)

    assert (done.exit_code, again.exit_code) == (0, 0), done.output
    files = sorted(folder.iterdir())
    assert [file.suffix for file in files] == [".json", ".md"]
    assert len({file.stem for file in files}) == 1
    assert files[0].stem.startswith(f"{NUMBER.lower()}-acme-")
    assert sorted(done.output.split()) == [str(file) for file in files]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    kept = json.loads(files[0].read_text(encoding="utf-8"))
    assert (kept["format"], kept["escalation"]["title"]) == ("warroom-dossier/1", "The merger")
    assert "Wait" in files[1].read_text(encoding="utf-8")


async def test_what_is_not_there_is_said(database_url: str, tmp_path: Path) -> None:
    settings = await opened(database_url)
    for number in ("ESC-1999-0001", "ESC-2026-0099", "0001", "ESC-2026-1; DROP"):
        done = await types_beside("export", number, "--folder", str(tmp_path), **settings)
        assert done.exit_code == 1
        assert f"Escalation {number} not found" in done.output

    nowhere = await types_beside("export", NUMBER, "--folder", "/nowhere/at/all", **settings)

    assert nowhere.exit_code == 2
    assert "isn't a folder" in nowhere.output
