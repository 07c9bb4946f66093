"""The sandbox page in a real browser: people play the opening."""

import asyncio
import re

from playwright.async_api import Browser, Page, expect

from bot.sandbox.demo import EVA, LEA, MAX
from tests.sandbox.browser import (
    chooses_customer,
    keep_picture,
    offered,
    opens_room,
    window,
    writes,
)
from tests.war_room import WarRoom


async def test_a_person_opens_an_escalation_and_runs_it(room: WarRoom, page: Page) -> None:
    await writes(page, "/escalate SSO is down")
    await page.get_by_role("button", name="Open war room").click()
    await expect(page.get_by_text("Please complete this required field.")).to_be_visible()
    await expect(page.get_by_label("Customer", exact=True)).to_be_focused()
    await keep_picture(page, "form-with-error")

    await chooses_customer(page, "Acme")
    await page.get_by_label("What is the customer asking for?").fill("Let us in again")
    await page.get_by_role("button", name="Open war room").click()
    await expect(page.get_by_text("is open:")).to_be_visible()
    await page.get_by_role("button", name="Close").click()

    await page.locator('[data-channel^="esc-"]').click()
    await expect(page.get_by_text("Let us in again").first).to_be_visible()
    await room.settles()  # a click on what is being drawn again is lost
    await page.get_by_role("button", name="Acknowledge").click()
    await expect(page.get_by_text("acknowledged by")).to_be_visible()
    await keep_picture(page, "room")
    assert len(room.rooms()) == 1


async def test_a_double_click_opens_one_room(room: WarRoom, page: Page) -> None:
    await writes(page, "/escalate SSO is down")
    await chooses_customer(page, "Acme")

    await page.get_by_role("button", name="Open war room").dblclick()

    await expect(page.get_by_text("is open:")).to_be_visible()
    await room.settles()
    assert len(room.rooms()) == 1


async def test_a_reload_in_the_middle_loses_nothing_that_was_filled_in(
    room: WarRoom, page: Page
) -> None:
    await writes(page, "/escalate SSO is down")
    await chooses_customer(page, "Acme")
    await page.get_by_label("What is the customer asking for?").fill("Let us in again")
    await page.get_by_label("In one line").focus()

    await page.reload()

    await expect(page.get_by_label("In one line")).to_have_value("SSO is down")
    await expect(page.get_by_label("What is the customer asking")).to_have_value("Let us in again")
    await page.get_by_role("button", name="Open war room").click()
    await expect(page.get_by_text("is open:")).to_be_visible()
    assert len(room.rooms()) == 1


async def test_the_keyboard_alone_is_enough(room: WarRoom, page: Page) -> None:
    keyboard = page.keyboard
    await page.get_by_label("Message, or a command").focus()
    await keyboard.type("/es")
    await keyboard.press("Tab")
    await keyboard.type("SSO is down")
    await keyboard.press("Enter")
    await expect(page.get_by_label("Customer", exact=True)).to_be_focused()
    await keyboard.type("Acme")
    await expect(offered(page, "Acme")).to_be_visible()
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await expect(page.get_by_label("Customer", exact=True)).to_have_value(re.compile("Acme"))

    submit = page.get_by_role("button", name="Open war room")
    for _ in range(40):
        if await submit.evaluate("node => node === document.activeElement"):
            break
        await keyboard.press("Tab")
    await keyboard.press("Enter")
    await expect(page.get_by_text("is open:")).to_be_visible()
    await keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await keyboard.press("Alt+ArrowUp")

    await expect(page.locator("#name")).not_to_have_text("#support")
    assert len(room.rooms()) == 1


async def test_two_people_see_each_others_work_at_once(
    room: WarRoom, page: Page, browser: Browser
) -> None:
    async with window(browser, room.sandbox.base_url, person=EVA) as other:
        await opens_room(page)
        await room.settles()
        channel = room.rooms()[0]
        room.play.invite(LEA, channel.id, EVA)
        await other.locator('[data-channel^="esc-"]').click()

        buttons = [
            await seen.get_by_role("button", name="Acknowledge").element_handle()
            for seen in (page, other)
        ]
        await asyncio.gather(*(button.evaluate("node => node.click()") for button in buttons))

        await expect(page.get_by_text("acknowledged by")).to_be_visible()
        await expect(other.get_by_text("acknowledged by")).to_be_visible()
        await room.settles()
        assert len([m for m in channel.visible() if "cknowledged" in m.text]) <= 2


async def test_a_private_room_is_not_there_for_others(
    room: WarRoom, page: Page, browser: Browser
) -> None:
    await writes(page, "/escalate Quiet trouble")
    await chooses_customer(page, "Acme")
    await page.get_by_label("Invited people only").check()
    await page.get_by_role("button", name="Open war room").click()
    await expect(page.get_by_text("is open:")).to_be_visible()

    async with window(browser, room.sandbox.base_url, person=MAX) as other:
        await expect(other.locator('[data-channel="general"]')).to_be_visible()
        await expect(other.locator('[data-channel^="esc-"]')).to_have_count(0)


async def test_a_bad_day_is_ordered_on_the_page_and_survived(room: WarRoom, page: Page) -> None:
    await writes(page, "/escalate SSO is down")
    await chooses_customer(page, "Acme")
    room.sandbox.faults.down = True
    await page.get_by_role("button", name="Open war room").click()
    await expect(page.get_by_text("Opening ESC-").first).to_be_visible()
    await page.get_by_role("button", name="Close").click()

    await page.get_by_role("button", name="Bad days").click()
    await page.get_by_role("button", name="Back to normal").click()

    await expect(page.locator('[data-channel^="esc-"]')).to_be_visible()
    await room.settles()
    assert len(room.rooms()) == 1
