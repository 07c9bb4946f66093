"""Every screen of the sandbox page, held to WCAG by axe in a real browser, light and dark."""

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from tests.sandbox.browser import chooses_customer, keep_picture, opens_room, window, writes
from tests.war_room import WarRoom

SERIOUS = {"serious", "critical"}


async def findings(page: Page) -> list[Any]:
    """Return what axe calls serious or critical, in short."""
    results = await Axe().run(page)
    return [
        (found["id"], [node["target"] for node in found["nodes"]][:3])
        for found in results.response["violations"]
        if found["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_screen_has_a_serious_finding(
    room: WarRoom, browser: Browser, scheme: str
) -> None:
    found: dict[str, list[Any]] = {}
    async with window(browser, room.sandbox.base_url, color_scheme=scheme) as page:
        found["channel"] = await findings(page)
        await writes(page, "/escalate SSO is down")
        await page.get_by_role("button", name="Open war room").click()
        await page.get_by_text("Please complete").wait_for()
        found["form with an error"] = await findings(page)
        await chooses_customer(page, "Acme")
        await page.keyboard.press("Escape")
        await opens_room(page)
        found["war room"] = await findings(page)
        await keep_picture(page, f"room-{scheme}")
        await page.get_by_role("button", name="1 pinned").click()
        found["pins"] = await findings(page)
        await page.get_by_role("button", name="Bad days").click()
        found["panel"] = await findings(page)
        await page.keyboard.press("Escape")
        await page.locator('[data-channel="Home"]').click()
        found["home"] = await findings(page)

    assert {screen: what for screen, what in found.items() if what} == {}


async def test_a_phone_has_no_serious_finding(room: WarRoom, browser: Browser) -> None:
    size = {"width": 390, "height": 780}
    async with window(browser, room.sandbox.base_url, viewport=size) as page:
        channel = await findings(page)
        await page.get_by_role("button", name="Channels").click()
        assert [channel, await findings(page)] == [[], []]
