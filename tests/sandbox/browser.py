"""A real Chromium in front of the sandbox page, as a person has it."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Error, Locator, Page, async_playwright, expect

from bot.sandbox.demo import LEA
from tests import machine

ARTEFACTS = Path(__file__).parents[1] / "artefacts"
PATIENCE = 20_000  # milliseconds until the page is believed not to show it any more
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

expect.set_options(timeout=PATIENCE)


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start the system's browser, or Playwright's own where there is none."""
    path = machine.program("chromium")
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(executable_path=path, args=QUIET)
        except Error as error:
            why = f"Chromium does not start ({error.message.splitlines()[0]})"
            machine.goes_without("the page in a browser", why)
            raise
        yield browser
        await browser.close()


@contextlib.asynccontextmanager
async def window(
    browser: Browser, address: str, *, person: str = LEA, **more: Any
) -> AsyncIterator[Page]:
    """Open the page as somebody; any error in its scripts fails the test."""
    context = await browser.new_context(**{"viewport": {"width": 1280, "height": 860}} | more)
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda m: failures.append(m.text) if m.type == "error" else None)
    await page.add_init_script(f"sessionStorage.me ??= {person!r}")
    await page.goto(address)
    await page.wait_for_selector("body[data-ready]")
    yield page
    await context.close()
    assert not [f for f in failures if "Failed to load resource" not in f]


async def keep_picture(page: Page, name: str) -> None:
    ARTEFACTS.mkdir(exist_ok=True)
    await page.screenshot(path=ARTEFACTS / f"{name}.png")


async def writes(page: Page, text: str) -> None:
    """Write something in the channel one looks at, and send it."""
    await page.get_by_label("Message, or a command").fill(text)
    await page.keyboard.press("Enter")


async def chooses_customer(page: Page, name: str) -> None:
    await page.get_by_label("Customer", exact=True).fill(name)
    await offered(page, name).click()


def offered(page: Page, name: str) -> Locator:
    """Return what a type-ahead suggests under that name."""
    return page.get_by_role("listbox", name="Suggestions").get_by_role("option", name=name).first


async def closes_form(page: Page) -> None:
    """Close the form that is open, and wait until it is gone: keys go to it until then."""
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def opens_room(page: Page, title: str = "SSO is down", customer: str = "Acme") -> None:
    """Play the opening to its end, and go to the room."""
    await writes(page, f"/escalate {title}")
    await chooses_customer(page, customer)
    await page.get_by_role("button", name="Open war room").click()
    await expect(page.get_by_text("is open:")).to_be_visible()
    await page.get_by_role("button", name="Close").click()
    await page.locator('[data-channel^="esc-"]').last.click()
    await expect(page.locator("#name")).to_contain_text("esc-")
