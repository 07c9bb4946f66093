"""What people do in the two weeks: one list of deeds from one seed, told before it begins."""

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.errors import WarRoomError
from bot.domain.escalation.changes import EscalationPatch
from bot.domain.escalation.escalation import EscalationId, Severity, Transition
from bot.domain.lifecycle.lifecycle import Answers
from bot.domain.sla.clock import FIRST_RESPONSE, NEXT_UPDATE, WORKAROUND
from bot.domain.sla.record import ClockId
from storage.escalation import escalations
from storage.sla import clocks, rungs
from tests.soak.scene import BEGINS, MANAGER, ZONES, Scene

ESCALATIONS = 200
DAY = timedelta(days=1)
OPENED_WITHIN = 11 * DAY
SEVERITIES = {Severity.S1: 15, Severity.S2: 30, Severity.S3: 35, Severity.S4: 20}  # percent
PRIVATE = 0.1
EVIDENCE = "https://tickets.example.com/1"


@dataclass(frozen=True, slots=True, order=True)
class Deed:
    """Somebody does something to an escalation; `number` counts escalations from 1."""

    at: datetime
    number: int
    what: str
    share: float = field(compare=False)  # a die that was thrown already, from 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a deed.

    Attributes:
        is_told: The room hears of it.
        answered: The clock whose rungs somebody answered; None mostly.
    """

    is_told: bool = True
    answered: ClockId | None = None


def story(dice: random.Random) -> list[Deed]:
    """Return every deed of the two weeks, in order."""
    deeds = []
    for number in range(1, ESCALATIONS + 1):
        opened_at = BEGINS + OPENED_WITHIN * dice.random()
        deeds.append(Deed(opened_at, number, "open", dice.random()))
        for what, (chance, soonest, latest) in HABITS.items():
            if dice.random() < chance:
                # As often within ten minutes as within hours: the ratio is what is even.
                after = soonest * (latest / soonest) ** dice.random()
                deeds.append(Deed(opened_at + after, number, what, dice.random()))
    return sorted(deeds)


def _hours(hours: float) -> timedelta:
    return timedelta(hours=hours)


# A deed → how often somebody does it, and between which times after the opening.
HABITS: Mapping[str, tuple[float, timedelta, timedelta]] = {
    "acknowledge": (0.9, _hours(0.1), _hours(12)),
    "first_response": (0.8, _hours(0.2), _hours(30)),
    "activate": (0.8, _hours(0.5), _hours(24)),
    "update": (0.8, _hours(0.3), _hours(24)),
    "update again": (0.7, _hours(3), _hours(72)),
    "another update": (0.5, _hours(24), _hours(160)),
    "pause": (0.4, _hours(1), _hours(80)),
    "resume": (0.25, _hours(4), _hours(120)),
    "answer": (0.8, _hours(1), _hours(48)),
    "answer again": (0.6, _hours(24), _hours(120)),
    "graver": (0.15, _hours(2), _hours(60)),
    "lighter": (0.15, _hours(4), _hours(90)),
    "mitigate": (0.3, _hours(4), _hours(72)),
    "fall back": (0.1, _hours(12), _hours(96)),
    "waive": (0.15, _hours(3), _hours(48)),
    "resolve": (0.75, _hours(12), _hours(150)),
    "reopen": (0.12, _hours(24), _hours(170)),
    "confirm": (0.6, _hours(20), _hours(180)),
    "deescalate": (0.3, _hours(36), _hours(180)),
}


class People:
    """Does what the story says, through the services."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._services = scene.services
        self.opened: dict[int, EscalationId] = {}

    async def does(self, deed: Deed, at: datetime) -> Done | None:
        """Do it; None when it could not be done, which changes nothing."""
        if deed.what == "open":
            await self._open(deed, at)
            return Done(is_told=False)
        work = DEEDS[deed.what]
        try:
            return await work(self, self.opened[deed.number], deed, at)
        except WarRoomError:
            return None

    async def _open(self, deed: Deed, at: datetime) -> None:
        dice = random.Random(deed.share)
        (severity,) = dice.choices(list(SEVERITIES), list(SEVERITIES.values()))
        zone, is_private = dice.choice(ZONES), dice.random() < PRIVATE
        number = deed.number
        self.opened[number] = await self._scene.opens(
            severity, zone, number=number, is_private=is_private, at=at
        )

    async def acknowledge(self, of: EscalationId, deed: Deed, at: datetime) -> Done:
        await self._services.escalations.acknowledge(of, by=MANAGER)
        return Done()

    async def respond(self, of: EscalationId, deed: Deed, at: datetime) -> Done:
        await self._services.sla_clocks.met(of, FIRST_RESPONSE, by=MANAGER, how=EVIDENCE)
        return Done()

    async def update(self, of: EscalationId, deed: Deed, at: datetime) -> Done:
        await self._services.sla_clocks.met(of, NEXT_UPDATE, by=MANAGER, how=EVIDENCE)
        return Done()

    async def waive(self, of: EscalationId, deed: Deed, at: datetime) -> Done:
        await self._services.sla_clocks.waive(of, WORKAROUND, by=MANAGER, why="They agreed.")
        return Done()

    async def pause(self, of: EscalationId, deed: Deed, at: datetime) -> Done:
        until = at + _hours(1 + 10 * deed.share) if deed.share < 0.5 else None
        await self._services.sla_clocks.pause(
            of, "waiting_customer_info", by=MANAGER, evidence=EVIDENCE, until_at=until
        )
        return Done()

    async def resume(self, of: EscalationId, deed: Deed, at: datetime) -> Done:
        await self._services.sla_clocks.resume(of, by=MANAGER)
        return Done()

    async def answer(self, of: EscalationId, deed: Deed, at: datetime) -> Done:
        """Take care of what one of the clocks has told."""
        async with self._scene.database.reading() as tx:
            found = await clocks.of(tx, of)
            clock_id = found[int(deed.share * len(found))].id
            before = await rungs.of(tx, [clock_id])
        await self._services.sla_clocks.acknowledge_rung(clock_id, by=MANAGER)
        async with self._scene.database.reading() as tx:
            is_new = await rungs.of(tx, [clock_id]) != before  # answering again says nothing
        return Done(is_told=False, answered=clock_id if is_new else None)

    async def rerate(self, of: EscalationId, deed: Deed, at: datetime) -> Done:
        severities = list(Severity)
        half = severities[:2] if deed.what == "graver" else severities[2:]
        wish = EscalationPatch(
            severity=half[int(deed.share * 2)], reason="It is not what it seemed."
        )
        async with self._scene.database.reading() as tx:
            before = await escalations.find(tx, of)
        after = await self._services.escalations.change(of, wish, by=MANAGER)
        return Done(is_told=after != before)

    async def move(self, of: EscalationId, deed: Deed, at: datetime) -> Done:
        answers = Answers(
            reason="It had to be.",
            evidence=EVIDENCE,
            outcome="Orders flow.",
            until=at + 2 * DAY,
            anyway="a drill",
        )
        await self._services.lifecycle.move(of, MOVES[deed.what], answers, by=MANAGER)
        return Done()


MOVES = {
    "activate": Transition.ACTIVATE,
    "mitigate": Transition.MITIGATE,
    "fall back": Transition.RESUME,
    "resolve": Transition.RESOLVE,
    "reopen": Transition.REOPEN,
    "confirm": Transition.CONFIRM,
    "deescalate": Transition.DEESCALATE,
}
Work = Callable[[People, EscalationId, Deed, datetime], Awaitable[Done]]
DEEDS: Mapping[str, Work] = {
    **dict.fromkeys(MOVES, People.move),
    "acknowledge": People.acknowledge,
    "first_response": People.respond,
    "update": People.update,
    "update again": People.update,
    "another update": People.update,
    "pause": People.pause,
    "resume": People.resume,
    "answer": People.answer,
    "answer again": People.answer,
    "graver": People.rerate,
    "lighter": People.rerate,
    "waive": People.waive,
}
