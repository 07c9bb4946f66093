"""The sandbox page in a real browser: an escalation from its opening to its end."""

from playwright.async_api import Page, expect

from tests.sandbox.browser import keep_picture, opens_room, writes
from tests.war_room import WarRoom, marked, words_of


async def presses(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).first.click()


async def answers(page: Page, submit: str, **fields: str) -> None:
    """Fill in the open form and send it off; it closes."""
    dialog = page.get_by_role("dialog")
    for label, text in fields.items():
        await dialog.get_by_label(label.replace("_", " ")).first.fill(text)
    await dialog.get_by_role("button", name=submit, exact=True).click()
    await expect(dialog.get_by_role("button", name=submit, exact=True)).to_have_count(0)


async def reacts(page: Page, text: str, emoji: str) -> None:
    message = page.get_by_role("log").locator("li", has_text=text).first
    await message.hover()
    await message.get_by_role("button", name="Choose a reaction").click()
    await page.get_by_role("button", name=emoji, exact=True).click()


async def test_an_escalation_is_run_to_its_end_by_clicks_words_and_reactions(
    room: WarRoom, page: Page
) -> None:
    await opens_room(page)
    await room.settles()

    await presses(page, "Acknowledge")
    await expect(page.get_by_text("acknowledged by").first).to_be_visible()
    await presses(page, "Start work")
    await answers(
        page,
        "Start work",
        What_is_the_customer_asking_for="Let us in again",
        What_is_the_business_impact="Nobody can log in",
    )
    await expect(page.get_by_text("Status: Active").first).to_be_visible()

    await writes(page, "We fail over to the second region")
    await reacts(page, "We fail over", "scales")
    await expect(page.get_by_text("D-1").first).to_be_visible()
    await writes(page, "/escalate done E-1 seen in their monitoring")
    await expect(page.get_by_text("E-1 met").first).to_be_visible()

    await resolves(page)
    await expect(page.get_by_text("Status: Resolved").first).to_be_visible()
    await presses(page, "Customer confirmed")
    await answers(page, "Customer confirmed", What_did_the_customer_say="Ana: all is well")
    await presses(page, "Start the review")
    await answers(page, "Start the review")
    await presses(page, "Close")
    await answers(page, "Close", Override_reason="The rest is in the ticket")

    await expect(page.get_by_text("Status: Closed").first).to_be_visible()
    await expect(page.get_by_role("button", name="Reopen").first).to_be_visible()
    await keep_picture(page, "closed")
    await room.settles()
    card = words_of(marked(room.rooms()[0], "card")[0].blocks)
    assert "Outcome: They can log in again" in card


async def resolves(page: Page) -> None:
    """Resolve in words; until when the fix is watched is said back."""
    await writes(page, "/escalate resolve They can log in again")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await keep_picture(page, "resolve")
    await answers(page, "Resolve", Evidence="Ten logins watched")
    await expect(page.get_by_role("dialog").get_by_text("Monitoring the fix until")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
