"""App Home in a real browser: seen, filtered, used."""

from playwright.async_api import Page, expect

from bot.sandbox.demo import EVA
from tests.sandbox.browser import keep_picture
from tests.war_room import WarRoom


async def test_a_person_sees_filters_and_uses_their_home(room: WarRoom, page: Page) -> None:
    await room.opens(title="Orders stand still", severity="s2")
    await room.opens(by=EVA, owner=EVA, title="SSO is down", customer="Globex", severity="s1")
    await page.keyboard.press("Escape")  # the form that says that the room is open
    await page.locator("#apps").get_by_text("Home").click()
    home = page.locator("#home")
    await expect(home.get_by_text("Needs me now")).to_be_visible()
    await expect(home.get_by_text("Globex: SSO is down")).to_be_visible()
    await keep_picture(page, "home")

    await home.get_by_label("Show", exact=True).select_option("mine")
    await expect(home.get_by_text("Globex: SSO is down")).to_have_count(0)
    await expect(home.get_by_label("Show", exact=True)).to_have_value("mine")

    await home.get_by_role("button", name="Acknowledge").click()
    await expect(home.get_by_text("You're all caught up.")).to_be_visible()
    await home.get_by_role("button", name="Mute notifications").click()
    await expect(home.get_by_role("button", name="Unmute notifications")).to_be_visible()
