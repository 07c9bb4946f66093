"""A war room on SQLite with a browser in front of it."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.sandbox.browser import chromium, window
from tests.war_room import WarRoom, open_war_room


@pytest.fixture
async def room(sqlite_url: str) -> AsyncIterator[WarRoom]:
    async with open_war_room(sqlite_url, slack_timeout_seconds=5) as opened:
        yield opened


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest.fixture
async def page(room: WarRoom, browser: Browser) -> AsyncIterator[Page]:
    async with window(browser, room.sandbox.base_url) as opened:
        yield opened
