"""The demo: a story told before, steps that are ticked when they were done, and beginning anew."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from bot.demo.run import Demo, _welcome
from bot.sandbox.demo import LEA, LEADERSHIP, MAX, SUPPORT, demo_workspace
from bot.sandbox.slack import Sandbox
from tests.fakes.serving import free_port
from tests.war_room import until


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The running demo's page, as what its scripts ask of it."""
    port = free_port()
    showing = asyncio.create_task(Demo(tmp_path, 1.0).serve(port))
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20
    ) as client:
        await until(lambda: has_rooms(client, 1))
        yield client
    showing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await showing


async def state(page: httpx.AsyncClient, user: str = LEA) -> dict[str, object]:
    found: dict[str, object] = (await page.get("/sandbox/state", params={"user": user})).json()
    return found


async def rooms(page: httpx.AsyncClient) -> list[dict[str, str]]:
    channels = (await state(page))["channels"]
    assert isinstance(channels, list)
    return [channel for channel in channels if channel["name"].startswith("esc-")]


async def has_rooms(page: httpx.AsyncClient, count: int) -> bool:
    try:
        return len(await rooms(page)) == count
    except httpx.TransportError:
        return False


async def does(page: httpx.AsyncClient, act: str, user: str = LEA, **more: object) -> None:
    answer = await page.post(f"/sandbox/act/{act}", json={"user": user, **more})
    assert answer.status_code == 200, answer.text


async def ticked(page: httpx.AsyncClient) -> list[bool]:
    story = (await state(page))["story"]
    assert isinstance(story, list)
    return [step["done"] for step in story]


async def is_all_ticked(page: httpx.AsyncClient) -> bool:
    return all(await ticked(page))


async def is_shared(page: httpx.AsyncClient, query: dict[str, str]) -> bool:
    """Say whether a message of the room shows files, and that they can be had."""
    messages = (await page.get("/sandbox/channel", params=query)).json()["messages"]
    files = [file for message in messages for file in message.get("files", [])]
    for file in files:
        had = await page.get(f"/sandbox/file/{file['id']}", params={"user": query["user"]})
        assert len(had.content) == file["size"]
    return bool(files)


async def form(page: httpx.AsyncClient) -> dict[str, str]:
    """Wait for a form and return it."""

    async def is_open() -> bool:
        return (await state(page))["view"] is not None

    await until(is_open)
    view = (await state(page))["view"]
    assert isinstance(view, dict)
    return view


async def holds_a_checkpoint(page: httpx.AsyncClient, room: str) -> None:
    await does(page, "command", channel=room, command="/escalate", text="checkpoint")
    found: list[dict[str, str]] = []

    async def is_called() -> bool:
        query = {"user": LEA, "channel": room}
        messages = (await page.get("/sandbox/channel", params=query)).json()["messages"]
        found[:] = [m for m in messages if "call_done" in str(m["blocks"])]
        return bool(found)

    await until(is_called)
    ts = found[0]["ts"]
    await does(page, "say", channel=room, text="We wait for their logs", thread_ts=ts)
    await does(page, "click", channel=room, ts=ts, action_id="call_done")


async def waits_for(page: httpx.AsyncClient, query: dict[str, str], text: str) -> dict[str, str]:
    """Wait for the message of a channel that says that, and return it."""
    found: list[dict[str, str]] = []

    async def is_there() -> bool:
        messages = (await page.get("/sandbox/channel", params=query)).json()["messages"]
        found[:] = [m for m in messages if text in str(m["blocks"])]
        return bool(found)

    await until(is_there)
    return found[0]


async def breaks_and_recovers(page: httpx.AsyncClient) -> None:
    """Have the first room's promise broken, written down and kept; wait for the digest."""
    [room] = [one for one in await rooms(page) if "rotterdam" in one["name"]]
    query = {"user": LEA, "channel": room["id"]}
    await page.post("/sandbox/clock", json={"jump": 3600})
    broken = await waits_for(page, query, "Time to acknowledge: missed")
    clicked = {"channel": room["id"], "ts": broken["ts"]}
    await does(page, "click", **clicked, action_id="breach_record")
    view = (await form(page))["id"]
    at = int(await now(page)) + 7200
    said = {"cause": "Asleep", "effect": "None", "next_target_at": at, "is_customer_told": "no"}
    for block_id, value in said.items():
        await does(page, "fill", view_id=view, block_id=block_id, value=value)
    await does(page, "submit", view_id=view)
    card = await waits_for(page, query, "acknowledge")
    await does(page, "click", channel=room["id"], ts=card["ts"], action_id="acknowledge")
    await waits_for(page, query, "recovered, ")
    await page.post("/sandbox/clock", json={"jump": 7200})
    await waits_for(page, {"user": LEA, "channel": LEADERSHIP}, "Digest of ")


async def now(page: httpx.AsyncClient) -> float:
    clock = (await state(page))["clock"]
    assert isinstance(clock, dict)
    return float(clock["now"])


async def opens_another(page: httpx.AsyncClient) -> None:
    await does(page, "command", channel=SUPPORT, command="/escalate", text="Second trouble")
    view = await form(page)
    typed = {"view_id": view["id"], "block_id": "customer", "typed": "Globex"}
    offered = await page.post("/sandbox/act/suggest", json={"user": LEA, **typed})
    chosen = offered.json()["options"][0]
    await does(page, "fill", view_id=view["id"], block_id="customer", value=chosen)
    await does(page, "submit", view_id=view["id"])
    await does(page, "close", view_id=view["id"])


async def home_is_shown(page: httpx.AsyncClient) -> bool:
    return "Needs me now" in str((await state(page))["home"])


async def test_every_step_of_the_story_is_ticked_by_doing_it(page: httpx.AsyncClient) -> None:
    assert not any(await ticked(page))
    await opens_another(page)
    await until(lambda: has_rooms(page, 2))
    room = sorted(await rooms(page), key=lambda channel: channel["name"])[1]
    query = {"user": LEA, "channel": room["id"]}
    card = await waits_for(page, query, "acknowledge")

    await does(page, "click", channel=room["id"], ts=card["ts"], action_id="acknowledge")
    await does(
        page, "command", channel=room["id"], command="/escalate", text="severity s1 two sites"
    )
    await does(page, "react", channel=room["id"], ts=card["ts"], name="scales")
    plan = await waits_for(page, query, "item_add")
    chosen = {"action_id": "item_add", "value": "2:action"}
    await does(page, "click", channel=room["id"], ts=plan["ts"], **chosen)
    await does(page, "close", view_id=(await form(page))["id"])
    await does(page, "command", channel=room["id"], command="/escalate", text="catchup")
    await does(page, "open_home")
    await until(lambda: home_is_shown(page))
    for word in ("export", "similar"):
        await does(page, "command", channel=room["id"], command="/escalate", text=word)
    await until(lambda: is_shared(page, query))
    await holds_a_checkpoint(page, room["id"])
    await does(page, "say", MAX, channel=SUPPORT, text="Hello")
    await breaks_and_recovers(page)
    await page.post("/sandbox/faults", json={"latency": 0.02})
    await opens_another(page)

    await until(lambda: is_all_ticked(page))


async def test_beginning_anew_forgets_everything_but_the_story(page: httpx.AsyncClient) -> None:
    await opens_another(page)
    await until(lambda: has_rooms(page, 2))

    answer = await page.post("/sandbox/reset", json={})

    assert answer.json() == {"ok": True}
    assert [room["name"][:13] for room in await rooms(page)] == [
        f"esc-{datetime.now(UTC).year}-0001"
    ]
    assert not any(await ticked(page))


async def test_a_restart_of_the_bot_loses_nothing_and_tells_nothing_twice(
    page: httpx.AsyncClient,
) -> None:
    [room] = await rooms(page)
    query = {"user": LEA, "channel": room["id"]}
    await page.post("/sandbox/clock", json={"jump": 28 * 60})
    await waits_for(page, query, "90% used, due ")

    answer = await page.post("/sandbox/restart", json={})
    assert answer.json() == {"ok": True}
    await page.post("/sandbox/clock", json={"jump": 28 * 60})
    await waits_for(page, query, "Time to acknowledge: missed")

    messages = (await page.get("/sandbox/channel", params=query)).json()["messages"]
    for told in ("'clocks:", "Time to acknowledge: missed"):
        assert len([m for m in messages if told in str(m["blocks"])]) == 1


async def test_beginning_anew_keeps_the_speed_it_was_started_with(tmp_path: Path) -> None:
    demo = Demo(tmp_path, 60.0)
    demo._sandbox.begin_anew(demo_workspace())
    assert demo._sandbox.clock.speed == 1
    demo._forget()

    assert demo._sandbox.clock.speed == 60


def test_time_runs_as_fast_as_it_was_told(tmp_path: Path) -> None:
    sandbox: Sandbox = Demo(tmp_path, 60.0)._sandbox

    assert sandbox.clock.speed == 60


def test_the_demo_prints_its_address_and_three_lines_of_what_to_try() -> None:
    said = _welcome("http://127.0.0.1:8080").splitlines()

    assert any("http://127.0.0.1:8080" in line for line in said)
    numbered = [line.strip() for line in said if line.strip()[:2] in {"1.", "2.", "3.", "4."}]
    assert len(numbered) == 3
    assert "/escalate" in numbered[0]
    assert "/escalate severity s1" in "".join(said)
