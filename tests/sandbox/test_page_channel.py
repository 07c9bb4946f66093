"""The sandbox page in a real browser: a channel as a place to work in."""

from typing import Any

from playwright.async_api import Browser, Page, expect

from bot.sandbox.demo import BOT, BOT_ID, EVA, EXT, LEA, SUPPORT
from bot.sandbox.slack import Step
from bot.sandbox.web_api import views
from bot.sandbox.workspace import Message
from tests.sandbox.browser import keep_picture, opens_room, window, writes
from tests.war_room import WarRoom

PLAIN = {"type": "plain_text", "text": "words"}
EVERYTHING = [
    {"type": "header", "text": {"type": "plain_text", "text": "A header"}},
    {
        "type": "section",
        "text": {
            "type": "mrkdwn",
            "text": "*bold* _soft_ ~gone~ `code` <https://a.example|a link>",
        },
        "fields": [{"type": "mrkdwn", "text": "one field"}, PLAIN],
        "accessory": {
            "type": "overflow",
            "action_id": "more",
            "options": [{"text": {"type": "plain_text", "text": "Choice"}, "value": "c"}],
        },
    },
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "in context"}]},
    {"type": "divider"},
    {"type": "markdown", "text": "# Title\n\n- **first**\n- [second](https://b.example)\n"},
    {
        "type": "table",
        "rows": [
            [{"type": "raw_text", "text": "Head"}, {"type": "raw_text", "text": "Side"}],
            [{"type": "raw_text", "text": "cell"}, {"type": "raw_text", "text": "other"}],
        ],
    },
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "go", "text": PLAIN, "style": "primary"},
            {"type": "datepicker", "action_id": "day"},
            {
                "type": "checkboxes",
                "action_id": "boxes",
                "options": [{"text": {"type": "plain_text", "text": "Box"}, "value": "b"}],
            },
        ],
    },
]


def shows(room: WarRoom, text: str, blocks: list[Any] | None = None) -> str:
    """Have the app say something in #support, and return its ts."""
    place = room.sandbox.workspace.channels[SUPPORT]
    ts = room.sandbox.clock.ts()
    said = Message(ts=ts, user=BOT, bot_id=BOT_ID, text=text, blocks=blocks or [])
    place.messages.append(said)
    room.sandbox.touch()
    return ts


async def test_every_block_is_drawn(room: WarRoom, page: Page) -> None:
    shows(room, "everything", EVERYTHING)

    messages = page.get_by_role("log")
    await expect(messages.get_by_role("heading", name="A header")).to_be_visible()
    await expect(messages.locator("strong", has_text="bold")).to_be_visible()
    await expect(messages.get_by_role("link", name="a link")).to_be_visible()
    await expect(messages.get_by_role("link", name="second")).to_be_visible()
    await expect(messages.get_by_role("columnheader", name="Head")).to_be_visible()
    await expect(messages.get_by_role("button", name="words")).to_be_visible()
    await expect(messages.get_by_label("Box")).to_be_visible()
    await expect(page.get_by_text("a block of the type")).to_have_count(0)
    await keep_picture(page, "blocks")


async def test_a_thread_stands_beside_the_channel(room: WarRoom, page: Page) -> None:
    await writes(page, "Who looks at this?")
    message = page.get_by_role("log").locator("li", has_text="Who looks at this?")
    await message.hover()
    await message.get_by_role("button", name="Reply in thread").click()

    await page.get_by_label("Reply in thread").last.fill("I do")
    await page.keyboard.press("Enter")

    thread = page.get_by_role("complementary")
    await expect(thread.get_by_text("I do")).to_be_visible()
    await expect(message.get_by_text("1 reply")).to_be_visible()
    await expect(page.get_by_role("log").get_by_text("I do")).to_have_count(0)
    await keep_picture(page, "thread")
    await page.keyboard.press("Escape")
    await expect(thread).to_be_hidden()


async def test_reactions_are_chosen_counted_and_taken_back(room: WarRoom, page: Page) -> None:
    await writes(page, "We promise noon")
    message = page.get_by_role("log").locator("li", has_text="We promise noon")
    await message.hover()
    await message.get_by_role("button", name="Choose a reaction").click()
    await page.get_by_role("button", name="handshake", exact=True).click()

    chosen = message.get_by_role("button", name="handshake, lea")
    await expect(chosen).to_have_attribute("aria-pressed", "true")
    await chosen.click()

    await expect(chosen).to_have_count(0)


async def test_messages_are_edited_pinned_and_deleted_from_their_menu(
    room: WarRoom, page: Page
) -> None:
    await writes(page, "A frist version")
    message = page.get_by_role("log").locator("li", has_text="version")

    async def chooses(name: str) -> None:
        await message.hover()
        await message.get_by_role("button", name="More actions").click()
        await page.get_by_role("button", name=name).click()

    await chooses("Edit message")
    await page.get_by_role("textbox", name="Message", exact=True).fill("A first version")
    await page.get_by_role("button", name="OK").click()
    await expect(message.get_by_text("(edited)")).to_be_visible()
    await chooses("Pin to channel")
    await expect(message.get_by_text("Pinned")).to_be_visible()
    await page.get_by_role("button", name="1 pinned").click()
    await expect(page.get_by_role("complementary").get_by_text("A first version")).to_be_visible()
    await chooses("Delete message")
    await page.get_by_role("button", name="Delete", exact=True).click()

    await expect(message).to_have_count(0)


async def test_a_message_is_escalated_from_its_menu(room: WarRoom, page: Page) -> None:
    await writes(page, "Acme cannot log in")
    message = page.get_by_role("log").locator("li", has_text="Acme cannot log in")
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await page.get_by_role("button", name="Escalate this message").click()

    await expect(page.get_by_role("dialog").get_by_text("Acme cannot log in")).to_be_visible()


async def test_unread_messages_are_marked_and_then_read(room: WarRoom, page: Page) -> None:
    room.play.say(EVA, "C0GENERAL", "Good morning")
    general = page.locator('[data-channel="general"]')

    await expect(general).to_contain_text("1 unread")
    await general.click()
    await expect(page.get_by_text("Good morning")).to_be_visible()

    await expect(general).not_to_contain_text("unread")


async def test_the_home_of_the_app_is_shown_and_pressed(room: WarRoom, page: Page) -> None:
    home = {"type": "home", "blocks": [{"type": "section", "text": PLAIN}]}
    views.publish(room.sandbox, {"user_id": LEA, "view": home})

    await page.locator('[data-channel="Home"]').click()

    await expect(page.get_by_role("region", name="Home").get_by_text("words")).to_be_visible()


async def test_a_stack_of_forms_goes_back_one_by_one(room: WarRoom, page: Page) -> None:
    def form(title: str) -> dict[str, object]:
        block = {"type": "section", "text": PLAIN}
        return {"type": "modal", "title": {"type": "plain_text", "text": title}, "blocks": [block]}

    views.put(room.sandbox, LEA, form("Below"), on_top=False)
    views.put(room.sandbox, LEA, form("Above"), on_top=True)
    await expect(page.get_by_role("dialog", name="Above")).to_be_visible()

    await page.get_by_role("button", name="Back").click()

    await expect(page.get_by_role("dialog", name="Below")).to_be_visible()
    await expect(page.get_by_role("button", name="Close")).to_be_visible()


async def test_a_guest_of_another_organisation_is_refused_in_words(
    room: WarRoom, browser: Browser
) -> None:
    async with window(browser, room.sandbox.base_url, person=EXT) as page:
        await writes(page, "/escalate let me in")

        await expect(page.get_by_role("alert")).to_contain_text("other organisations")
        await expect(page.get_by_label("Message, or a command")).to_have_value(
            "/escalate let me in"
        )


async def test_time_can_be_made_to_pass(room: WarRoom, page: Page) -> None:
    before = room.sandbox.clock.now()
    await page.get_by_role("button", name="Clock").click()
    await page.get_by_role("button", name="Skip an hour").click()
    await page.get_by_role("button", name="Clock").click()
    await page.get_by_role("button", name="60x speed").click()

    await expect(page.locator("#now")).to_contain_text("60)")
    assert room.sandbox.clock.now() - before >= 3600


async def test_the_story_suggests_the_next_step_and_ticks_what_was_done(
    room: WarRoom, page: Page
) -> None:
    room.sandbox.story = [
        Step("Say something", lambda s: any(d.name == "say" for d in s.deeds)),
        Step("React to it", lambda s: any(d.name == "react" for d in s.deeds)),
    ]
    room.sandbox.touch()
    story = page.locator("#story")
    await expect(story.locator("[aria-current=step]")).to_have_text("○Say something")

    await writes(page, "hello")

    await expect(story.locator(".done")).to_contain_text("Say something")
    await expect(story.locator("[aria-current=step]")).to_contain_text("React to it")
    await expect(story).to_contain_text("1 of 2")


async def test_hostile_words_of_people_are_only_words(room: WarRoom, page: Page) -> None:
    await writes(page, "<img src=x onerror=alert(1)>")

    await expect(page.get_by_text("<img src=x")).to_be_visible()


async def test_a_phone_shows_one_thing_at_a_time(room: WarRoom, browser: Browser) -> None:
    size = {"width": 390, "height": 780}
    async with window(browser, room.sandbox.base_url, viewport=size) as page:
        await expect(page.get_by_role("navigation")).to_be_hidden()
        await page.get_by_role("button", name="Channels").click()
        await page.locator('[data-channel="general"]').click()

        await expect(page.locator("#name")).to_have_text("#general")
        await expect(page.get_by_role("navigation")).to_be_hidden()
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390
        await page.locator("#show-channels").click()
        await page.locator('[data-channel="support"]').click()
        await opens_room_on_phone(page)
        await keep_picture(page, "phone")


async def opens_room_on_phone(page: Page) -> None:
    await writes(page, "/escalate help")
    await expect(page.get_by_text("Only visible to you")).to_be_visible()


async def test_a_sandbox_that_is_gone_is_said(room: WarRoom, page: Page) -> None:
    await page.route("**/sandbox/act/**", lambda route: route.abort())

    await writes(page, "hello?")

    await expect(page.get_by_role("alert").first).to_contain_text("The sandbox stopped")
    await expect(page.get_by_label("Message, or a command")).to_have_value("hello?")


async def test_a_room_opened_by_playing_keeps_its_plan_in_view(room: WarRoom, page: Page) -> None:
    await opens_room(page)

    await page.get_by_role("button", name="1 pinned").click()

    pinned = page.get_by_role("complementary")
    await expect(pinned.get_by_text("Action plan").first).to_be_visible()


async def test_whoever_writes_sees_the_end_however_far_up_they_had_read(page: Page) -> None:
    for number in range(30):
        await writes(page, f"Line {number}")
    log = page.get_by_role("log")
    await expect(log.get_by_text("Line 29")).to_be_in_viewport()
    await log.evaluate("log => { log.scrollTop = 0; }")
    await expect(log.get_by_text("Line 29")).not_to_be_in_viewport()

    await writes(page, "What is new?")

    await expect(log.get_by_text("What is new?")).to_be_in_viewport()
