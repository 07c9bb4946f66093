"""The sandbox page in a real browser: files of a message are kept by mouse and by keyboard."""

import asyncio
import re
from pathlib import Path

from playwright.async_api import Page, expect

from tests.sandbox.browser import keep_picture, opens_room, writes
from tests.war_room import WarRoom


async def test_the_files_of_a_dossier_are_kept_by_keyboard(room: WarRoom, page: Page) -> None:
    await opens_room(page)
    await room.settles()  # quicker than people are, one could write before the room is known
    await writes(page, "/escalate export")

    files = page.get_by_role("log").get_by_role("list", name="Files")
    markdown = files.get_by_role("link", name=re.compile(r"^Download esc-.*\.md$"))
    await expect(markdown).to_be_visible()
    await expect(files.get_by_role("link", name=re.compile(r"\.json$"))).to_be_visible()
    await markdown.scroll_into_view_if_needed()
    await keep_picture(page, "files")
    await markdown.focus()
    async with page.expect_download() as kept:
        await page.keyboard.press("Enter")

    download = await kept.value
    assert download.suggested_filename.startswith("esc-")
    assert download.suggested_filename.endswith(".md")
    path = await download.path()
    text = await asyncio.to_thread(Path(path).read_text, encoding="utf-8")
    assert text.startswith("# ESC-")
    assert "SSO is down" in text
