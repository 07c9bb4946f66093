"""The demo with a fast clock: a promise warns, breaks, climbs and recovers; a digest arrives."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.demo.run import Demo
from tests.fakes.serving import free_port
from tests.sandbox.browser import keep_picture, window
from tests.war_room import until

# Five times as fast as the README says: its five minutes are one here. A look at the clocks every
# second is then one in five minutes, so that rungs close to each other are told as one.
SPEED = 300.0
WARNED = re.compile(r"\d\d% used, due")
WITHIN = 5 * 60_000 * 60 / SPEED  # milliseconds


@pytest.fixture
async def page(tmp_path: Path, browser: Browser) -> AsyncIterator[Page]:
    """The running demo, as Lea, who is shown it, has it in front of her."""
    port = free_port()
    showing = asyncio.create_task(Demo(tmp_path, SPEED).serve(port))

    async def is_served() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        return True

    await until(is_served)
    async with window(browser, f"http://127.0.0.1:{port}") as opened:
        yield opened
    showing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await showing


async def reads(page: Page, text: str | re.Pattern[str]) -> None:
    await expect(page.get_by_role("log").get_by_text(text).first).to_be_attached(timeout=WITHIN)


async def goes(page: Page, name: str) -> None:
    await page.locator(f'[data-channel^="{name}"]').first.click()


async def presses(page: Page, name: str) -> None:
    await page.get_by_role("log").get_by_role("button", name=name, exact=True).first.click()


async def test_a_clock_warns_breaks_climbs_and_recovers_and_a_digest_arrives(page: Page) -> None:
    await goes(page, "esc-")
    await reads(page, WARNED)
    await reads(page, "Time to acknowledge: missed")
    await reads(page, "SLA breaches: Time to acknowledge")

    await presses(page, "Breach record")
    await expect(page.get_by_role("dialog")).to_contain_text("was missed")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await goes(page, "leadership")
    await reads(page, "Time to acknowledge: still open, missed")
    await reads(page, "Offer the customer an executive call.")

    await goes(page, "esc-")
    await presses(page, "Acknowledge")
    await reads(page, "Time to acknowledge: recovered, ")
    await reads(page, "Recovered: Time to acknowledge met late")
    await keep_picture(page, "recovered")

    await goes(page, "leadership")
    await reads(page, "Recovered 1: ")
    await keep_picture(page, "digest")
