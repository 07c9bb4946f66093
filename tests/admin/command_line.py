"""The program as an admin types it."""

import asyncio

from typer.testing import CliRunner, Result

from bot.__main__ import cli


def types(*words: str, **settings: str) -> Result:
    """Type a command with nothing but these settings in the environment."""
    return CliRunner().invoke(cli, list(words), env={"COLUMNS": "100", **settings})


async def types_beside(*words: str, **settings: str) -> Result:
    """Type a command while this test's own servers go on."""
    return await asyncio.to_thread(types, *words, **settings)


def environment(database_url: str, slack_url: str, **more: str) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef",
        "SLACK_API_URL": f"{slack_url}/api/",
        "SLACK_TIMEOUT_SECONDS": "1",
        "DATABASE_URL": database_url,
        "WARROOM_ANNOUNCE_CHANNEL": "C0ESCALAT",
        **more,
    }
