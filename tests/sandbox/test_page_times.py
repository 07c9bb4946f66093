"""A time that can mean two days is asked in the form, seen in a real browser."""

from playwright.async_api import Page, expect

from tests.sandbox.browser import keep_picture, opens_room, writes
from tests.war_room import WarRoom


async def test_a_date_of_two_meanings_is_chosen_by_a_click(room: WarRoom, page: Page) -> None:
    await opens_room(page)
    await room.settles()

    await writes(page, "/escalate action @eva by 3/12 replay the export")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("Which one?")).to_be_visible()
    await keep_picture(page, "form-3-12")
    await dialog.get_by_role("radio").first.check()
    await dialog.get_by_role("button", name="Save", exact=True).click()

    await expect(dialog).to_have_count(0)
    await expect(page.get_by_text("replay the export").last).to_be_visible()
