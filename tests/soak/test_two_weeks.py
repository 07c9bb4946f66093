"""Two virtual weeks of 200 escalations: everything told exactly once, whoever dies meanwhile."""

import os
import random
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot import policy_file
from bot.container import Services
from bot.sandbox.app import create_app
from bot.sandbox.demo import demo_workspace
from bot.sandbox.slack import Sandbox
from storage.database.database import Database
from storage.queue import outbox
from storage.tables.clocks import RungRow
from storage.tables.meetings import ReminderRow
from tests.fakes.serving import served
from tests.soak.direction import Direction
from tests.soak.herd import herd
from tests.soak.oracle import Oracle
from tests.soak.past import Past
from tests.soak.replica import Place
from tests.soak.scene import BEGINS, ENDS, Scene, write_policy
from tests.soak.story import ESCALATIONS, People, story
from tests.soak.tally import Tally, Told, tally
from tests.soak.virtual_clock import SlackClock, VirtualClock
from tests.soak.witness import Witness
from tests.war_room import MANIFEST

SEED = 20261019
# Another kind of thing to count is another line: what had to be told, and what Slack saw of it.
KINDS = {
    "rungs": (Oracle.rungs, Witness.rungs),
    "pauses over": (Oracle.resumed, Witness.resumed),
    "recoveries": (Oracle.recoveries, Witness.recoveries),
    "digests": (Oracle.digests, Witness.digests),
    "reminders": (Oracle.reminders, Witness.reminders),
    "calls": (Oracle.calls, Witness.calls),
    "notes": (Oracle.notes, Witness.notes),
    "archivings": (Oracle.archivings, Witness.archivings),
}

# Rooms are archived days after their end, which a short run does not see.
NOT_YET = {"archivings"} if timedelta(days=5) > ENDS - BEGINS else set()


@pytest.mark.soak
@pytest.mark.timeout(5400)
@pytest.mark.parametrize(("kind", "replicas"), [("postgres", 3), ("sqlite", 1)])
async def test_everything_is_told_exactly_once_in_two_weeks_of_kills(
    kind: str, replicas: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url: str = request.getfixturevalue(f"{kind}_url")
    seed = int(os.environ.get("SOAK_SEED", SEED))
    started = time.monotonic()
    clock = VirtualClock.at(tmp_path / "clock", BEGINS)
    policy_path = write_policy(tmp_path / "policy.yaml")
    sandbox = Sandbox(workspace=demo_workspace(), manifest=MANIFEST, clock=SlackClock(clock))
    policy, database = policy_file.load(policy_path), Database(url)
    scene = Scene(Services.on(database, clock, policy), database, sandbox)
    dice = random.Random(seed)
    async with served(create_app(sandbox)) as slack_url:
        place = Place(
            database_url=url,
            slack_url=slack_url,
            policy=str(policy_path),
            clock=str(tmp_path / "clock"),
        )
        await scene.prepare()
        async with herd(place, replicas, dice, tmp_path / "replicas.log") as running:
            past = Past(instants=[clock.now()])
            direction = Direction(
                database=database,
                clock=clock,
                sandbox=sandbox,
                herd=running,
                people=People(scene),
                policy=policy,
                past=past,
                dice=dice,
            )
            await direction.run(story(random.Random(seed)))
    oracle, witness = Oracle(past, policy), Witness(sandbox)
    found = [
        tally(name, due(oracle), _certain(came(witness), oracle))
        for name, (due, came) in KINDS.items()
    ]
    seconds = time.monotonic() - started
    print(_report(kind, found, direction, sandbox, seed=seed, seconds=seconds))  # noqa: T201
    print(_loudness(witness))  # noqa: T201

    await _insist(found, oracle, witness, database)
    await database.close()
    await sandbox.aclose()


def _certain(told: list[Told], oracle: Oracle) -> list[Told]:
    """Leave out what may or may not be told, because something newer of the clock overtakes it."""
    return [one for one in told if (one.where, one.what) not in oracle.superseded]


def _loudness(witness: Witness) -> str:
    """Say how many messages there are in a room, and to a person."""
    rooms = sorted(count for _, is_room, count in witness.spoken() if is_room)
    people = {who: count for who, _, count in witness.spoken() if who.startswith("U")}
    direct = ", ".join(f"{count} to {who}" for who, count in sorted(people.items()))
    return (
        f"messages in a room: {rooms[len(rooms) // 2]} in half of them, "
        f"{rooms[len(rooms) * 9 // 10]} in nine of ten, {rooms[-1]} at most; direct: {direct}"
    )


async def _insist(found: list[Tally], oracle: Oracle, witness: Witness, database: Database) -> None:
    for one in found:
        assert one.expected > 0 or one.kind in NOT_YET, one
        assert one.is_exact, (one.doubled[:5], one.missed[:5], one.early[:5], one.late[:5])
    assert witness.doubled() == []
    assert await _climbed(database) == oracle.climbed
    assert await _reminded(database) == oracle.reminded
    async with database.reading() as tx:
        left = await outbox.backlog(tx)
    assert (left.waiting, left.dead) == (0, 0)


async def _climbed(database: Database) -> dict[tuple[int, str], int]:
    async with database.reading() as tx:
        rows = await tx.all(select(col(RungRow.clock_id), col(RungRow.rung), col(RungRow.times)))
    return {(row["clock_id"], row["rung"]): row["times"] for row in rows}


async def _reminded(database: Database) -> dict[tuple[int, str, str, str], int]:
    async with database.reading() as tx:
        rows = await tx.all(select(ReminderRow))
    names = ("escalation_id", "kind", "subject", "person")
    # Steps of clocks that join a direct message have rows as well; `_climbed` counts them.
    reminded = [row for row in rows if row["kind"] != "clock"]
    return {tuple(row[name] for name in names): row["count"] for row in reminded}


def _report(
    kind: str,
    found: list[Tally],
    direction: Direction,
    sandbox: Sandbox,
    *,
    seed: int,
    seconds: float,
) -> str:
    searches = sum(call.method == "conversations.history" for call in sandbox.calls)
    head = (
        f"{kind}: {ESCALATIONS} escalations, seed {seed}, {direction.steps} steps, "
        f"{direction.kills} kills, {len(sandbox.calls)} calls of Slack, "
        f"{searches} searches for what the dead may have said, {seconds:.0f} s"
    )
    return "\n".join(["", head, *map(str, found)])
