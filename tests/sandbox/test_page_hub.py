"""The sandbox page in a real browser: a newcomer runs an escalation by buttons alone."""

from playwright.async_api import Locator, Page, expect

from bot.sandbox.demo import LEA
from tests.sandbox.browser import keep_picture, opens_room
from tests.war_room import WarRoom, marked, words_of


def top(page: Page) -> Locator:
    """Return the form that lies on top."""
    return page.get_by_role("dialog").last


async def opens_hub(page: Page) -> None:
    await page.get_by_role("log").get_by_role("button", name="Menu", exact=True).first.click()
    await expect(top(page).get_by_text("Waiting for you").first).to_be_visible()


async def presses(page: Page, name: str) -> None:
    await top(page).get_by_role("button", name=name, exact=True).first.click()


async def chooses(page: Page, menu: str, choice: str) -> None:
    found = top(page).locator("select", has=page.locator("option", has_text=menu))
    await found.first.select_option(label=choice)


async def answers(page: Page, submit: str, **fields: str) -> None:
    """Fill in the form on top and send it off."""
    form = top(page)
    for label, text in fields.items():
        field = form.get_by_label(label.replace("_", " ")).first
        if await field.evaluate("node => node.tagName") == "SELECT":
            option = field.locator("option", has_text=text).first
            await field.select_option(value=await option.get_attribute("value"))
        else:
            await field.fill(text)
    # The hub below may have a button of that name; the form's own stands at its foot.
    await form.get_by_role("contentinfo").get_by_role("button", name=submit, exact=True).click()


async def reads(page: Page, text: str) -> None:
    """Read an answer that lies over the hub, and go back to it."""
    await expect(top(page).get_by_text(text).first).to_be_visible()
    await presses(page, "Back")


async def stands(page: Page, status: str) -> None:
    """Wait until the hub shows that status, which it does once a form over it has done its work."""
    await expect(top(page).get_by_text(f"Status: {status}").first).to_be_visible()


async def test_a_newcomer_runs_a_whole_escalation_without_typing_a_word(
    room: WarRoom, page: Page
) -> None:
    await opens_room(page)
    await room.settles()
    await opens_hub(page)
    await keep_picture(page, "hub")

    await begins(page)
    await plans_and_decides(page, room)
    await keeps_time(page)
    await ends(page)

    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await room.settles()
    card = words_of(marked(room.rooms()[0], "card")[0].blocks)
    assert "Status: Closed" in card
    assert "Outcome: They can log in again" in card
    assert room.sandbox.workspace.stack_of(LEA) == []
    assert not {c.error for c in room.sandbox.calls} & {"invalid_blocks", "invalid_arguments"}


async def begins(page: Page) -> None:
    """Acknowledge, staff it, start the work, and rate it anew."""
    await presses(page, "Acknowledge")
    await reads(page, "You own ESC-")
    await stands(page, "Triage")
    await presses(page, "Assign a role")
    await answers(page, "Assign", Who="Lea", Which_role="Technical lead")
    await reads(page, "gets an invitation in the room")
    await presses(page, "Start work")
    await answers(
        page,
        "Start work",
        What_is_the_customer_asking_for="Let us in again",
        What_is_the_business_impact="Nobody can log in",
    )
    await stands(page, "Active")
    await presses(page, "Severity and details")
    await answers(page, "Save", Severity="S2", Why="A second site is hit")
    await expect(top(page).get_by_text("S2 High").first).to_be_visible()
    await top(page).get_by_role("button", name="Help", exact=True).scroll_into_view_if_needed()
    await keep_picture(page, "hub-below")


async def plans_and_decides(page: Page, room: WarRoom) -> None:
    """Add an action, complete it, log a decision, and read the plan."""
    await presses(page, "Add an action")
    await answers(page, "Save", What="Fail over to the second region", Who="Lea")
    await chooses(page, "Update an item", "Mark as done")
    await answers(page, "Mark as done", Which_one="Fail over", Evidence="Logins work there")
    await reads(page, "A-")
    await room.settles()  # a click on what is being drawn again is lost
    await presses(page, "Log a decision")
    await answers(page, "Save", What_was_decided="We stay in the second region")
    await presses(page, "All decisions")
    await reads(page, "We stay in the second region")


async def keeps_time(page: Page) -> None:
    """Pause, resume, keep a promise, climb the ladder, and read clocks and timeline."""
    await presses(page, "Pause")
    await answers(
        page, "Pause", What_are_the_clocks_waiting_for="customer", Evidence="Asked Ana at nine"
    )
    await expect(top(page).get_by_role("button", name="Resume", exact=True)).to_be_visible()
    await presses(page, "Resume")
    await reads(page, "Resumed:")
    await presses(page, "Mark target met")
    await answers(page, "Mark as met", Which_clock="First response", Evidence="Called Ana")
    await reads(page, "Marked First response as met")
    await presses(page, "Notify next level")
    await expect(top(page).get_by_text("Who:").first).to_be_visible()
    await answers(page, "Notify now")
    await reads(page, "notified")
    await presses(page, "Show clocks")
    await reads(page, "First response")
    await presses(page, "Timeline")
    await reads(page, "We stay in the second region")


async def ends(page: Page) -> None:
    """Have the workaround accepted, resolve, confirm, review and close."""
    await chooses(page, "Change status", "Workaround accepted")
    await answers(page, "Workaround accepted", How_did_the_customer_accept="Ana: it will do")
    await stands(page, "Mitigated")
    await presses(page, "Resolve")
    outcome = {"What_is_the_outcome": "They can log in again", "Evidence": "Ten logins"}
    await answers(page, "Resolve", **outcome, Override_reason="Criteria follow")
    await reads(page, "Monitoring the fix until")
    await stands(page, "Resolved")
    await presses(page, "Customer confirmed")
    await answers(page, "Customer confirmed", What_did_the_customer_say="Ana: all is well")
    await stands(page, "Confirmed")
    await presses(page, "Start the review")
    await answers(page, "Start the review")
    await stands(page, "Review")
    await presses(page, "Close")
    await answers(page, "Close", Override_reason="The rest is in the ticket")
    await stands(page, "Closed")
