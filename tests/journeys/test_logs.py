"""Log lines: JSON with the ids of what they are about, without secrets and without content."""

import json
from pathlib import Path
from typing import Any

from bot.sandbox.app import create_app
from bot.sandbox.demo import LEA, SUPPORT, demo_workspace
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.slack import Sandbox
from tests.fakes.serving import free_port, served
from tests.process import BotProcess
from tests.war_room import MANIFEST, WarRoom

WORDS = "Zanzibar-Outage"
NEVER = (WORDS, "xoxb-sandbox", "sandbox-secret", "/hooks/", "Let us in again", "trigger_id")


async def opens_with_all_lines_on(database_url: str, log: Path) -> None:
    """Open an escalation at the most talkative level, on a bad day of Slack's."""
    sandbox = Sandbox(workspace=demo_workspace(), manifest=MANIFEST)
    async with served(create_app(sandbox)) as slack:
        sandbox.base_url = slack
        more = {"WARROOM_LOG_LEVEL": "DEBUG"}
        bot = BotProcess(database_url, slack, free_port(), more, log=log)
        sandbox.delivery.http.urls = [f"{bot.url}/slack/events"]
        await bot.start()
        war_room = WarRoom(sandbox)
        sandbox.faults.add(Fault(kind=FaultKind.SERVER_ERROR, method="pins.add"))
        await war_room.play.command(LEA, SUPPORT, "/escalate", WORDS)
        await war_room.sees_form()
        await war_room.fills(customer="Acme", customer_ask="Let us in again")
        await war_room.submits()
        while not is_pinned(sandbox):
            await sandbox.changed(sandbox.version)
        assert await bot.terminate() == 0
        await sandbox.aclose()


def is_pinned(sandbox: Sandbox) -> bool:
    return any(place.pins for place in sandbox.workspace.channels.values())


async def test_lines_carry_ids_and_neither_secrets_nor_content(
    sqlite_url: str, tmp_path: Path
) -> None:
    log = tmp_path / "log"

    await opens_with_all_lines_on(sqlite_url, log)

    lines = log.read_text(encoding="utf-8").splitlines()
    parsed: list[dict[str, Any]] = [json.loads(line) for line in lines]
    for line in lines:
        assert not [secret for secret in NEVER if secret in line], line
    assert {"started", "stopped", "room_opened"} <= {line["event"] for line in parsed}
    opened = next(line for line in parsed if line["event"] == "room_opened")
    assert opened["escalation"] == 1
    assert opened["room"].startswith("C0")
    answered = [line for line in parsed if line["event"] == "answered"]
    assert {"command", "interaction", "options"} <= {line["kind"] for line in answered}
    assert len({line["request"] for line in answered}) == len(answered)
    assert any(line.get("channel") == SUPPORT for line in answered)
