"""How quick the sandbox page stays with 200 channels and 2,000 messages in one of them."""

import asyncio
import contextlib
import statistics
from collections.abc import AsyncIterator

from playwright.async_api import Page

from bot.sandbox.app import create_app
from bot.sandbox.demo import BOT, BOT_ID, EVA, LEA, SUPPORT, demo_workspace
from bot.sandbox.play import Play
from bot.sandbox.slack import Sandbox
from bot.sandbox.workspace import Channel, Message
from tests.fakes.serving import served
from tests.sandbox.browser import chromium, window

CHANNELS, MESSAGES, TRIES = 200, 2000, 10
SINCE_START = "performance.now()"
SHOWN = """text => new Promise(resolve => {
  const look = () => document.querySelector("#messages").textContent.includes(text);
  const done = () => requestAnimationFrame(() => resolve(Date.now()));
  if (look()) return done();
  const observer = new MutationObserver(() => { if (look()) { observer.disconnect(); done(); } });
  observer.observe(document.querySelector("#messages"), { childList: true, subtree: true });
})"""


@contextlib.asynccontextmanager
async def crowded() -> AsyncIterator[Sandbox]:
    """Serve a workspace as full as a large company's."""
    sandbox = Sandbox(workspace=demo_workspace())
    for number in range(CHANNELS):
        place = Channel(id=f"C1{number:08d}", name=f"team-{number}", creator=EVA, created=1)
        place.members = [LEA, EVA]
        sandbox.workspace.channels[place.id] = place
    support = sandbox.workspace.channels[SUPPORT]
    for number in range(MESSAGES):
        block = {"type": "section", "text": {"type": "mrkdwn", "text": f"*Message* {number}"}}
        said = Message(ts=sandbox.clock.ts(), user=BOT, bot_id=BOT_ID, text="", blocks=[block])
        support.messages.append(said)
    async with served(create_app(sandbox)) as address:
        sandbox.base_url = address
        yield sandbox


async def measured() -> tuple[float, float]:
    """Return milliseconds until the page can be used, and until a new message is shown."""
    async with crowded() as sandbox, chromium() as browser:
        ready = []
        for _ in range(3):
            async with window(browser, sandbox.base_url) as page:
                ready.append(float(await page.evaluate(SINCE_START)))
        async with window(browser, sandbox.base_url) as page:
            shown = [await _shown(page, sandbox, number) for number in range(TRIES)]
    return statistics.median(ready), statistics.median(shown)


async def _shown(page: Page, sandbox: Sandbox, number: int) -> float:
    text = f"news {number}"
    watching = asyncio.create_task(page.evaluate(SHOWN, text))
    await asyncio.sleep(0.1)
    said = float(await page.evaluate("Date.now()"))
    Play(sandbox).say(EVA, SUPPORT, text)
    return float(await watching) - said
