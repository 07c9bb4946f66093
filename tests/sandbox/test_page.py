"""The sandbox page in a real browser: a person plays the opening."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.war_room import WarRoom, open_war_room

ARTEFACTS = Path(__file__).parents[1] / "artefacts"
# Without these Chromium asks the network for things of its own.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
async def room(sqlite_url: str) -> AsyncIterator[WarRoom]:
    async with open_war_room(sqlite_url, slack_timeout_seconds=5) as opened:
        yield opened


@pytest.fixture
async def page(room: WarRoom) -> AsyncIterator[Page]:
    if os.environ.get("WARROOM_SKIP_BROWSER") == "1":
        pytest.skip("WARROOM_SKIP_BROWSER=1: the page was NOT tried in a browser")
    chromium = shutil.which("chromium")
    assert chromium, "Install Debian's chromium, or set WARROOM_SKIP_BROWSER=1 to go without."
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=QUIET)
        opened = await browser.new_page()
        failures: list[str] = []
        opened.on("pageerror", lambda error: failures.append(str(error)))
        await opened.goto(room.sandbox.base_url)
        yield opened
        await browser.close()
        assert not failures


async def escalate(page: Page, text: str) -> None:
    await page.get_by_label("Message, or a command").fill(f"/escalate {text}")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()


async def test_a_person_opens_an_escalation_and_runs_it(room: WarRoom, page: Page) -> None:
    await escalate(page, "SSO is down")

    await page.get_by_role("button", name="Open war room").click()
    await expect(page.get_by_text("Please complete this required field.")).to_be_visible()

    await page.get_by_label("Customer", exact=True).fill("Acme")
    await page.get_by_role("option", name="Add “Acme”").click()
    await page.get_by_label("What does the customer ask for?").fill("Let us in again")
    await page.get_by_role("button", name="Open war room").click()
    await expect(page.get_by_text("is open:")).to_be_visible(timeout=15_000)
    await page.get_by_role("button", name="Close").click()

    await page.locator('[data-channel^="esc-"]').click()
    await expect(page.get_by_text("Let us in again").first).to_be_visible()
    await page.get_by_role("button", name="Acknowledge").click()
    await expect(page.get_by_text("acknowledged by")).to_be_visible(timeout=15_000)
    ARTEFACTS.mkdir(exist_ok=True)
    await page.screenshot(path=ARTEFACTS / "room.png")
    assert len(room.rooms()) == 1


async def test_a_double_click_opens_one_room(room: WarRoom, page: Page) -> None:
    await escalate(page, "SSO is down")
    await page.get_by_label("Customer", exact=True).fill("Acme")
    await page.get_by_role("option", name="Add “Acme”").click()

    await page.get_by_role("button", name="Open war room").dblclick()

    await expect(page.get_by_text("is open:")).to_be_visible(timeout=15_000)
    await room.settles()
    assert len(room.rooms()) == 1


async def test_hostile_words_of_people_are_only_words(room: WarRoom, page: Page) -> None:
    await page.get_by_label("Message, or a command").fill("<img src=x onerror=alert(1)>")
    await page.keyboard.press("Enter")

    await expect(page.get_by_text("<img src=x")).to_be_visible()
