"""Prints every bar beside what was measured; missed bars are said, never hidden.

`python -m tests.bench --write` also writes the table into docs/bench.md.
"""

import argparse
import asyncio
import logging
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.domain.escalation.effects import PostChange
from bot.domain.escalation.escalation import EscalationId
from bot.domain.people import SlackUserId
from bot.domain.time.clock import SystemClock
from bot.domain.time.time_zones import use_locked_data
from bot.sandbox.slack import Call
from bot.workers.delivery import Attempt, Delivery
from storage.database.database import Database
from storage.queue import outbox
from tests.bench import clocks, deadlines, digest, growth, page, reminders, rooms, similar
from tests.bench.load import at_once, help_command, percentile, submission
from tests.bench.stage import Stage, bare, fresh, stage
from tests.fakes.postgres import postgres

KINDS = ("SQLite", "Postgres")
EFFECTS = 3000
OPENINGS = 5
PAGE = Path(__file__).parents[2] / "docs" / "bench.md"
HEAD = "| what | bar | measured | met |\n|---|---|---|---|"
LINES: list[str] = []  # of the table, in the order in which they were measured


@dataclass(frozen=True, slots=True)
class Row:
    what: str
    bar: str
    measured: str
    is_met: bool


def row(what: str, bar: str, measured: str, *, met: bool) -> Row:
    LINES.append(f"| {what} | {bar} | {measured} | {'yes' if met else 'NO'} |")
    print(LINES[-1], flush=True)
    return Row(what, bar, measured, met)


async def acks(server: str) -> None:
    """Acknowledge a command that records nothing, beside a bare Bolt in the same run."""
    took: dict[str, list[float]] = {"ours": [], "bare": []}
    async with stage(await fresh("SQLite", server)) as ours, bare() as other:
        for turn in range(12):
            for name, url in (("bare", other), ("ours", ours.bot.url)):
                requests = [help_command(turn * 500 + n) for n in range(250)]
                seconds = await at_once(url, requests, together=50)
                if turn >= 2:  # the first rounds warm both up
                    took[name] += seconds
    for share, name in ((0.5, "p50"), (0.99, "p99")):
        our, their = (percentile(took[n], share) * 1000 for n in ("ours", "bare"))
        ratio = our / their
        measured = f"{ratio:.2f} × ({our:.1f} ms to {their:.1f} ms)"
        row(f"ack of `help`, 50 at once, {name} to bare Bolt", "≤ 2 ×", measured, met=ratio <= 2)


async def submissions(kind: str, server: str) -> None:
    """Acknowledge committed submissions, beside bare Bolt with one insert each."""
    rates: dict[str, list[float]] = {"ours": [], "bare": []}
    async with (
        stage(await fresh(kind, server)) as ours,
        bare(await fresh(kind, server)) as other,
    ):
        ours.sandbox.latency = 100.0  # openings wait for Slack and do not compete
        for turn in range(6):
            for name, url in (("bare", other), ("ours", ours.bot.url)):
                requests = [submission(turn * 1000 + n) for n in range(300)]
                started = time.perf_counter()
                await at_once(url, requests, together=50)
                if turn >= 1:
                    rates[name].append(300 / (time.perf_counter() - started))
    our, their = (statistics.median(rates[name]) for name in ("ours", "bare"))
    measured = f"{our / their:.2f} × ({our:.0f}/s to {their:.0f}/s)"
    row(
        f"submissions acknowledged, Slack silent, {kind}",
        "≥ 0.6 ×",
        measured,
        met=our / their >= 0.6,
    )


async def twenty_at_once(kind: str, server: str) -> None:
    """Acknowledge submissions while 20 rooms are being opened, and weigh the process."""
    async with stage(await fresh(kind, server)) as ours:
        at_start = ours.memory()
        ours.sandbox.latency = 0.1
        took = await at_once(ours.bot.url, [submission(n) for n in range(20)], together=20)
        for more in range(10):
            took += await at_once(
                ours.bot.url, [help_command(more * 20 + n) for n in range(20)], together=20
            )
        await quiet(ours)
        loaded = ours.memory()
    late = sum(seconds > 3 for seconds in took)
    p99 = percentile(took, 0.99) * 1000
    row(
        f"20 openings at once, Slack at 100 ms: acks later than 3 s, {kind}",
        "0",
        f"{late}",
        met=late == 0,
    )
    row(f"the same, p99, {kind}", "≤ 250 ms", f"{p99:.0f} ms", met=p99 <= 250)
    row(f"memory after start, {kind}", "≤ 120 MiB", f"{at_start:.0f} MiB", met=at_start <= 120)
    row(f"memory under load, {kind}", "≤ 200 MiB", f"{loaded:.0f} MiB", met=loaded <= 200)


async def openings(kind: str, server: str) -> None:
    """Open rooms with a Slack that answers at once, and with one that takes its time."""
    for latency in (0.0, 0.1):
        await opens(kind, server, latency)


async def opens(kind: str, server: str, latency: float) -> None:
    """Open rooms one after another: when is the room useful, when is everything done."""
    useful, everything = [], []
    async with stage(await fresh(kind, server)) as ours:
        for number in range(OPENINGS + 1):
            ours.sandbox.latency = latency
            done: dict[str, float] = {}
            ours.sandbox.on_call = stopwatch(done)
            started = time.perf_counter()
            await at_once(ours.bot.url, [submission(number)], together=1)
            await quiet(ours)
            if number:  # the first one warms up
                useful.append(max(done["conversations.invite"], done["pins.add"]) - started)
                everything.append(max(done.values()) - started)
    first, last = statistics.median(useful) * 1000, statistics.median(everything) * 1000
    each = latency * 1000
    if latency:
        row(
            f"first useful room, Slack at {each:.0f} ms, {kind}",
            "≤ 345 ms",
            f"{first:.0f} ms",
            met=first <= 345,
        )
        trips = int(last / each)
        row(
            f"everything, Slack at {each:.0f} ms, {kind}",
            "≤ 4 round trips",
            f"{trips} ({last:.0f} ms)",
            met=trips <= 4,
        )
    else:
        row(
            f"first useful room / everything, Slack at once, {kind}",
            "–",
            f"{first:.0f} / {last:.0f} ms",
            met=True,
        )


def stopwatch(done: dict[str, float]) -> Callable[[Call], "asyncio.Future[None]"]:
    """Return a listener that notes when the last call of each method was performed."""

    async def on_call(call: Call) -> None:
        if call.method != "views.update":
            done[call.method] = time.perf_counter()

    return on_call  # type: ignore[return-value]  # a coroutine function is awaited all the same


async def quiet(ours: Stage) -> None:
    """Wait until Slack has not been called for a while."""
    await asyncio.sleep(0.3)
    seen = -1
    while seen != len(ours.sandbox.calls):
        seen = len(ours.sandbox.calls)
        await asyncio.sleep(1.0 + ours.sandbox.latency * 3)


async def effects(kind: str, server: str) -> None:
    """Settle effects one by one with a performer that does nothing."""
    bar = {"SQLite": 500, "Postgres": 1500}[kind]
    database = Database(await fresh(kind, server))

    async def nothing(_effect: PostChange, _attempt: Attempt) -> None:
        return None

    clock = SystemClock()
    delivery = Delivery(database, clock, {PostChange: nothing}, owner="bench")
    async with database.transaction() as tx:
        for _ in range(EFFECTS):
            effect = PostChange(escalation_id=EscalationId(1), by=SlackUserId("U1"), entries=())
            await outbox.enqueue(tx, effect, at=clock.now())
    started = time.perf_counter()
    await delivery.drain()
    rate = EFFECTS / (time.perf_counter() - started)
    await database.close()
    row(f"effects settled one by one, {kind}", f"≥ {bar}/s", f"{rate:.0f}/s", met=rate >= bar)


async def starts(server: str) -> None:
    url = await fresh("SQLite", server)
    took = []
    for _ in range(3):
        started = time.perf_counter()
        async with stage(url):
            took.append(time.perf_counter() - started)
    median = statistics.median(took)
    row("start to ready", "≤ 1.5 s", f"{median:.2f} s", met=median <= 1.5)


async def sandbox_page() -> None:
    """Use the page with 200 channels and 2,000 messages in the one that is looked at."""
    ready, shown = await page.measured()
    name = "page with 200 channels, 2,000 messages"
    row(f"{name}: ready to be used", "≤ 1000 ms", f"{ready:.0f} ms", met=ready <= 1000)
    row(f"{name}: a new message is seen", "≤ 100 ms", f"{shown:.0f} ms", met=shown <= 100)


async def promising(kind: str, server: str) -> None:
    """The same of clocks, whose rungs are told."""
    found = await clocks.measured(await fresh(kind, server))
    deadline_rows("clocks", kind, found)


def working_out() -> None:
    """Work out when clocks are due that were paused twice, in business hours with holidays."""
    row("due times worked out, two pauses each", "–", f"{clocks.worked_out():.0f}/s", met=True)


def deadline_rows(what: str, kind: str, found: deadlines.Measured) -> None:
    idle = " / ".join(f"{found.idle[pending]:.2f}" for pending in deadlines.PENDING)
    measured = f"{found.ratio:.2f} × ({idle} ms)"
    sweep = f"idle sweep at 1,000 / 10,000 / 100,000 {what} pending, {kind}"
    row(sweep, "≤ 2 ×", measured, met=found.ratio <= 2)
    late = f"timer lateness, 1,000 {what} due in a minute among 100,000, p99, {kind}"
    row(late, "≤ 1000 ms", f"{found.p99 * 1000:.0f} ms", met=found.p99 <= 1)


async def reminding(kind: str, server: str) -> None:
    """Look when nothing is due, among more and more, then let a thousand fall due in a minute."""
    found = await reminders.measured(await fresh(kind, server))
    deadline_rows("reminders", kind, found)


async def alike(kind: str, server: str) -> None:
    """Look for what is similar to one of 10,000 escalations."""
    took = await similar.measured(await fresh(kind, server))
    p95 = percentile(took, 0.95) * 1000
    what = f"similar to one of 10,000 escalations, p95 of {similar.QUERIES}, {kind}"
    row(what, "≤ 200 ms", f"{p95:.0f} ms", met=p95 <= 200)


async def digests(kind: str, server: str) -> None:
    """Make and draw a digest over a year of a very large support organisation."""
    database = Database(await fresh(kind, server))
    await digest.fill(database, escalations=10_000, entries=1_000_000, open_share=0.05)
    for worst in (False, True):
        if worst:
            await digest.open_all(database)
        seconds, count = await digest.measured(database)
        row(
            f"digest over 10,000 escalations ({count:,} open), 1,000,000 entries, {kind}",
            "–" if worst else "≤ 1000 ms",
            f"{seconds * 1000:.0f} ms",
            met=worst or seconds <= 1,
        )
    await database.close()


async def main(server: str) -> None:
    use_locked_data()
    print(HEAD)
    await acks(server)
    for measure in (
        submissions,
        twenty_at_once,
        openings,
        effects,
        promising,
        reminding,
        alike,
        digests,
    ):
        for kind in KINDS:
            await measure(kind, server)
    working_out()
    async for grown in growth.measured(server):
        row(grown.what, grown.bar, grown.measured, met=grown.is_met)
    async for found in rooms.measured(server):
        row(found.what, found.bar, found.measured, met=found.is_met)
    await starts(server)
    await sandbox_page()


def with_table(page: str, lines: Sequence[str]) -> str:
    """Return the page with its table replaced; what stands above the table stays."""
    return page.partition(HEAD)[0] + "\n".join([HEAD, *lines]) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--write", action="store_true", help="write the table into docs/bench.md")
    wanted = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    logging.disable(logging.CRITICAL)  # answers that a stopped sandbox did not give
    with postgres() as address:
        asyncio.run(main(address))
    if wanted.write:
        PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8"), LINES), encoding="utf-8")
