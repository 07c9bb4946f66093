"""Every screen of the sandbox page, held to WCAG by axe in a real browser: light, dark, small."""

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from bot.sandbox.demo import LEA
from bot.sandbox.web_api import views
from tests.sandbox.browser import (
    chooses_customer,
    closes_form,
    keep_picture,
    window,
    writes,
)
from tests.war_room import WarRoom

SERIOUS = {"serious", "critical"}
PHONE = {"width": 390, "height": 780}
HOME = {
    "type": "home",
    "blocks": [
        {"type": "header", "text": {"type": "plain_text", "text": "Your escalations"}},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "*ESC-2026-0001* <#C0SUPPORT> <@U0LEA0001>"},
            "accessory": {
                "type": "static_select",
                "action_id": "which",
                "placeholder": {"type": "plain_text", "text": "Show"},
                "options": [{"text": {"type": "plain_text", "text": "Mine"}, "value": "mine"}],
            },
        },
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "as of now"}]},
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": "new",
                    "style": "primary",
                    "text": {"type": "plain_text", "text": "Open an escalation"},
                }
            ],
        },
    ],
}


class Screens:
    """One window, and what axe calls serious or critical on each screen that was looked at."""

    def __init__(self, page: Page, kind: str) -> None:
        self.page = page
        self.found: dict[str, list[Any]] = {}
        self._kind = kind

    async def look(self, screen: str) -> None:
        await keep_picture(self.page, f"{screen.replace(' ', '-')}-{self._kind}")
        results = await Axe().run(self.page)
        wrong = [
            (found["id"], [node["target"] for node in found["nodes"]][:3])
            for found in results.response["violations"]
            if found["impact"] in SERIOUS
        ]
        if wrong:
            self.found[screen] = wrong

    async def presses(self, name: str) -> None:
        """Press a button of the newest messages that opens a form, and wait for the form."""
        await self.page.get_by_role("log").get_by_role("button", name=name).last.click()
        await expect(self.page.get_by_role("dialog")).to_be_visible()


@pytest.fixture(params=["light", "dark", "phone", "phone dark"])
def kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


def looks(kind: str) -> dict[str, Any]:
    scheme = "dark" if "dark" in kind else "light"
    return {"color_scheme": scheme} | ({"viewport": PHONE} if "phone" in kind else {})


async def test_no_screen_of_an_opening_has_a_serious_finding(
    room: WarRoom, browser: Browser, kind: str
) -> None:
    async with window(browser, room.sandbox.base_url, **looks(kind)) as page:
        screens = Screens(page, kind.replace(" ", "-"))
        await screens.look("channel")
        await writes(page, "/escalate SSO is down")
        await page.get_by_role("button", name="Open war room").click()
        await page.get_by_text("Please complete").wait_for()
        await screens.look("form with an error")
        await page.get_by_label("Customer", exact=True).fill("Acme")
        await expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()
        await screens.look("suggestions")
        await chooses_customer(page, "Acme")
        await page.get_by_role("button", name="Open war room").click()
        await expect(page.get_by_text("is open:")).to_be_visible()
        await screens.look("progress")

    assert screens.found == {}


async def test_no_screen_of_a_room_has_a_serious_finding(
    room: WarRoom, browser: Browser, kind: str
) -> None:
    await room.opens()
    channel = room.rooms()[0]
    async with window(browser, room.sandbox.base_url, **looks(kind)) as page:
        screens = Screens(page, kind.replace(" ", "-"))
        await closes_form(page)
        if "phone" in kind:
            await page.get_by_role("button", name="Channels").click()
            await screens.look("channels")
        await page.locator(f'[data-channel="{channel.name}"]').click()
        await expect(page.get_by_text("Action plan").first).to_be_visible()
        await screens.look("war room")
        for button in ("Menu", "View full plan", "Update status"):
            await screens.presses(button)
            await screens.look(button.partition(",")[0].lower())
            await closes_form(page)
        await page.get_by_role("log").get_by_label("Add to plan").select_option(index=1)
        await expect(page.get_by_role("dialog")).to_be_visible()
        await screens.look("item form")
        await closes_form(page)

    assert screens.found == {}


async def test_nothing_that_opens_over_a_message_has_a_serious_finding(
    room: WarRoom, browser: Browser, kind: str
) -> None:
    async with window(browser, room.sandbox.base_url, **looks(kind)) as page:
        screens = Screens(page, kind.replace(" ", "-"))
        await writes(page, "We promise noon")
        message = page.get_by_role("log").locator("li", has_text="We promise noon")
        await message.hover()
        await message.get_by_role("button", name="Choose a reaction").click()
        await screens.look("reactions")
        await page.keyboard.press("Escape")
        await message.get_by_role("button", name="More actions").click()
        await screens.look("what to do with a message")
        await page.get_by_role("button", name="Delete message").click()
        await screens.look("question")
        await page.get_by_role("button", name="Cancel").click()

    assert screens.found == {}


async def test_nothing_beside_the_messages_has_a_serious_finding(
    room: WarRoom, browser: Browser, kind: str
) -> None:
    views.publish(room.sandbox, {"user_id": LEA, "view": HOME})
    async with window(browser, room.sandbox.base_url, **looks(kind)) as page:
        screens = Screens(page, kind.replace(" ", "-"))
        await writes(page, "We promise noon")
        message = page.get_by_role("log").locator("li", has_text="We promise noon")
        await writes(page, "/escalate help")
        await expect(page.get_by_text("Only visible to you")).to_be_visible()
        await screens.look("only visible to you")
        await page.get_by_role("button", name="Bad days").click()
        await screens.look("bad days")
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="people").click()
        await screens.look("people")
        await page.get_by_role("button", name="Close").click()
        await message.hover()
        await message.get_by_role("button", name="Reply in thread").click()
        await page.get_by_label("Reply in thread").last.wait_for()
        await screens.look("thread")
        await page.get_by_role("complementary").get_by_role("button", name="Close").click()
        if "phone" in kind:
            await page.get_by_role("button", name="Channels").click()
        await page.locator('[data-channel="Home"]').click()
        await expect(page.get_by_text("Your escalations")).to_be_visible()
        await screens.look("home")

    assert screens.found == {}
