"""The figures Prometheus reads: they follow what happened, and hold no content."""

import httpx
from prometheus_client.parser import text_string_to_metric_families

from bot.sandbox.faults import Fault, FaultKind
from tests.war_room import WarRoom

Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]


async def page(war_room: WarRoom) -> str:
    address = war_room.sandbox.delivery.http.urls[0].removesuffix("/slack/events")
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{address}/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return answer.text


async def figures(war_room: WarRoom) -> Figures:
    families = text_string_to_metric_families(await page(war_room))
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def of(found: Figures, name: str, **labels: str) -> float:
    return found.get((name, frozenset(labels.items())), 0.0)


async def test_an_opening_is_counted_and_timed(war_room: WarRoom) -> None:
    await war_room.opens(title="Customer words")

    found = await figures(war_room)

    assert of(found, "warroom_room_opening_seconds_count") == 1
    assert of(found, "warroom_ack_seconds_count", kind="command") == 1
    assert of(found, "warroom_ack_seconds_count", kind="interaction") >= 1
    assert of(found, "warroom_ack_seconds_count", kind="options") == 1
    assert of(found, "warroom_ack_seconds_count", kind="event") >= 1
    made = {"method": "conversations.create", "outcome": "ok"}
    assert of(found, "warroom_slack_call_seconds_count", **made) == 1
    assert of(found, "warroom_outbox_depth") == 0
    assert of(found, "warroom_ready", part="database") == 1
    assert "Customer words" not in await page(war_room)


async def test_bad_days_of_slack_are_counted_by_their_kind(war_room: WarRoom) -> None:
    faults = war_room.sandbox.faults
    faults.add(Fault(kind=FaultKind.RATE_LIMITED, method="pins.add", retry_after=0.2))
    faults.add(Fault(kind=FaultKind.SERVER_ERROR, method="bookmarks.add"))
    faults.add(Fault(kind=FaultKind.ERROR, method="chat.update", error="cant_update_message"))

    room = await war_room.opens(ticket_url="https://tickets.example/1")
    await war_room.types("severity s1 all sites", where=room.id)
    await war_room.settles()
    found = await figures(war_room)

    calls = "warroom_slack_call_seconds_count"
    assert of(found, calls, method="pins.add", outcome="later") == 1
    assert of(found, calls, method="bookmarks.add", outcome="unknown") == 1
    assert of(found, calls, method="chat.update", outcome="refused") >= 1
    waited = of(found, "warroom_rate_limit_wait_seconds_total", method="pins.add", by="slack")
    assert waited >= 0.2


async def test_what_waits_and_a_lost_token_are_seen(war_room: WarRoom) -> None:
    room = await war_room.opens()
    war_room.sandbox.token_error = "token_revoked"
    await war_room.types("severity s1", where=room.id)
    await war_room.settles()

    found = await figures(war_room)

    assert of(found, "warroom_ready", part="slack") == 0
    assert of(found, "warroom_ready", part="database") == 1
    assert ("warroom_outbox_age_seconds", frozenset()) in found
    assert of(found, "warroom_outbox_age_seconds") >= 0


async def test_dead_letters_are_seen(war_room: WarRoom) -> None:
    room = await war_room.opens()
    refused = Fault(kind=FaultKind.ERROR, method="chat.postMessage", error="restricted_action")
    war_room.sandbox.faults.add(refused)
    await war_room.types("severity s1 all sites", where=room.id)
    await war_room.settles()

    found = await figures(war_room)

    assert of(found, "warroom_dead_letters") == 1
    assert of(found, "warroom_ready", part="slack") == 1
