"""The sandbox page shows what is true for the person who looks: names, links, the newest."""

from playwright.async_api import Browser, Page, expect

from bot.sandbox.demo import EVA, LEA, MAX, SUPPORT
from tests.sandbox.browser import chooses_customer, opens_room, window, writes
from tests.war_room import WarRoom

IN_VIEW = """node => { const box = node.getBoundingClientRect(), around = node.closest('%s')
  .getBoundingClientRect(); return box.top >= around.top && box.bottom <= around.bottom; }"""


async def test_people_and_channels_have_their_names_from_the_first_moment(
    room: WarRoom, browser: Browser
) -> None:
    room.play.say(EVA, SUPPORT, "Acme called")
    channel = await room.opens()
    for view in room.sandbox.workspace.stack_of(LEA):
        view.closed = True

    async with window(browser, room.sandbox.base_url) as page:
        author = page.get_by_role("log").locator("li", has_text="Acme called").locator("strong")
        await expect(author).to_have_text("eva")
        await page.locator('[data-channel="escalations"]').click()
        await expect(page.get_by_role("log").get_by_text(f"#{channel.name}")).to_be_visible()


async def test_a_link_follows_its_channel_to_another_name(room: WarRoom, page: Page) -> None:
    room.play.say(LEA, SUPPORT, "x")
    place = room.sandbox.workspace.channels[SUPPORT]
    place.messages[-1].text = "See <#C0GENERAL>"
    room.sandbox.touch()
    await expect(page.get_by_role("button", name="#general")).to_be_visible()

    room.sandbox.workspace.channels["C0GENERAL"].name = "everybody"
    room.sandbox.touch()

    await expect(page.get_by_role("button", name="#everybody")).to_be_visible()


async def test_a_reaction_is_that_of_the_person_one_is_now(room: WarRoom, page: Page) -> None:
    ts = room.play.say(LEA, SUPPORT, "We promise noon")
    room.play.react(LEA, SUPPORT, ts, "handshake")
    reaction = page.get_by_role("button", name="handshake, lea")
    await expect(reaction).to_have_attribute("aria-pressed", "true")

    await page.get_by_label("You are").select_option(MAX)
    await expect(reaction).to_have_attribute("aria-pressed", "false")
    await reaction.click()

    await expect(page.get_by_role("button", name="handshake, lea, max")).to_be_visible()


async def test_the_newest_message_stays_in_view_until_one_goes_up(
    room: WarRoom, page: Page
) -> None:
    await opens_room(page)
    log, newest = page.get_by_role("log"), page.locator("#messages > li").last
    await expect(newest).to_be_in_viewport()

    for number in range(12):
        room.play.say(LEA, room.rooms()[0].id, f"Line {number}\nand more\nand more")
    await expect(log.get_by_text("Line 11")).to_be_in_viewport()

    await log.evaluate("node => { node.scrollTop = 0; node.dispatchEvent(new Event('scroll')); }")
    await page.wait_for_function("document.getElementById('log').scrollTop === 0")
    room.play.say(LEA, room.rooms()[0].id, "Said meanwhile")
    await expect(log.get_by_text("Said meanwhile")).to_be_attached()
    await expect(log.get_by_text("Said meanwhile")).not_to_be_in_viewport()


async def test_the_first_field_that_is_wrong_comes_into_view_with_what_is_wrong(
    room: WarRoom, page: Page
) -> None:
    await writes(page, "/escalate SSO is down")
    await chooses_customer(page, "Acme")
    await page.get_by_label("Link to the ticket").fill("javascript:alert(1)")
    await page.get_by_role("button", name="Open war room").click()

    error = page.locator("#field-ticket_url-error")
    await expect(error).to_be_visible()
    await expect(page.get_by_label("Link to the ticket")).to_be_focused()
    assert await error.evaluate(IN_VIEW % ".body")


async def test_what_a_choice_means_stands_beside_it(room: WarRoom, page: Page) -> None:
    await writes(page, "/escalate SSO is down")

    await expect(page.get_by_label("Severity")).to_be_visible()
    meaning = room.bot.policy.severity(next(iter(room.bot.policy.severities))).meaning
    choices = await page.get_by_label("Severity").locator("option").all_inner_texts()
    assert any(meaning[:40] in choice for choice in choices)


async def test_the_link_to_the_new_room_leads_there_and_closes_what_is_done_with(
    room: WarRoom, page: Page
) -> None:
    await writes(page, "/escalate SSO is down")
    await chooses_customer(page, "Acme")
    await page.get_by_role("button", name="Open war room").click()
    await page.get_by_role("dialog").get_by_role("button", name="#esc-").click()

    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator("#name")).to_contain_text("esc-")


async def test_the_warning_leads_to_the_other_room_and_keeps_what_was_typed(
    room: WarRoom, page: Page
) -> None:
    await opens_room(page)
    await page.locator('[data-channel="support"]').click()
    await writes(page, "/escalate Again")
    await chooses_customer(page, "Acme")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("has an open escalation")).to_be_visible()

    await dialog.get_by_role("button", name="#esc-").click()

    await expect(page.locator("#name")).to_contain_text("esc-")
    await expect(page.get_by_label("In one line")).to_have_value("Again")
