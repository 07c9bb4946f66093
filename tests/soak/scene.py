"""Where it happens: the policy, the customers, the channels; how an escalation gets its room."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from bot.container import Services
from bot.domain.digest.asks import AskedDigest, AskedFilters
from bot.domain.digest.digest import EVERY_DAY, WEEKDAYS, Schedule
from bot.domain.escalation.customer import Customer
from bot.domain.escalation.effects import OpenRoom
from bot.domain.escalation.escalation import (
    CustomerId,
    Escalation,
    EscalationId,
    Severity,
    Status,
    Visibility,
)
from bot.domain.escalation.room import ChannelId, RoomState
from bot.domain.people import Person, PersonKind, SlackUserId, TeamId
from bot.sandbox.demo import BOT, CREATED, EVA, LEA, LEADERSHIP, MAX, NOOR, SAM, TEAM
from bot.sandbox.slack import Sandbox
from bot.sandbox.workspace import Channel
from storage.customers import customers
from storage.database.database import Database
from storage.escalation import escalations
from storage.rooms import members as room_members
from storage.rooms import rooms

# In these two weeks Europe's clocks change on the 25th, and America's on the 1st of November.
BEGINS = datetime(2026, 10, 19, 0, 0, tzinfo=UTC)
ENDS = BEGINS + timedelta(days=float(os.environ.get("SOAK_DAYS", "14")))  # fewer while trying
ZONES = (
    "Europe/Lisbon",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Tokyo",
    "Australia/Sydney",
)
ON_CALL = {
    "duty_manager": MAX,
    "director": NOOR,
    "exec_sponsor": NOOR,
    "customer_success": SAM,
    "vice_president": NOOR,
    "executive": LEA,
    "deputy": LEA,
}
DIGESTS = (
    Schedule(zone="Europe/Lisbon", at=time(9, 0), days=WEEKDAYS),
    Schedule(zone="Europe/Berlin", at=time(2, 30), days=EVERY_DAY),  # shown twice on the 25th
    Schedule(zone="America/New_York", at=time(1, 30), days=EVERY_DAY),
    Schedule(zone="America/Los_Angeles", at=time(8, 15), days=WEEKDAYS),
    Schedule(zone="Asia/Tokyo", at=time(9, 30), days=EVERY_DAY),
    Schedule(zone="Australia/Sydney", at=time(17, 45), days=(0,)),
)
HOURS = dict.fromkeys(map(SlackUserId, (EVA, *ON_CALL.values())), "Europe/Lisbon")  # as Slack says
RUNGS = {"50 %", "100 %", "150 %", "-15 min", "0 min"}  # of the shipped ladder
MANAGER = Person(id=SlackUserId(EVA), name="eva", kind=PersonKind.MEMBER, time_zone="Europe/Lisbon")


def write_policy(path: Path) -> Path:
    """Write the shipped policy with people in its roles and fewer words; return where it is.

    Fewer words, so that two weeks pass in two minutes: every other rung, what nobody answers is
    told again after two hours and five days, and calls come round more rarely. What is promised is
    as shipped.
    """
    shipped = Path(__file__).parent.parent.parent / "bot" / "policy.yaml"
    policy: dict[str, Any] = yaml.safe_load(shipped.read_text(encoding="utf-8"))
    for role, user in ON_CALL.items():
        policy["roles"][role]["people"] = [user]
    policy["channels"]["leadership"] = LEADERSHIP
    ladder = policy["ladder"]
    ladder["gaps"] = ["2 h", "120 h"]
    ladder["rungs"] = [rung for rung in ladder["rungs"] if rung["at"] in RUNGS]
    ladder["next_update"] = [rung for rung in ladder["next_update"] if rung["at"] in RUNGS]
    ladder["short"]["rungs"] = [rung for rung in ladder["short"]["rungs"] if rung["at"] in RUNGS]
    policy["lifecycle"]["archive_after"] = "24 h"
    policy["rhythms"]["s1"]["checkpoint"] |= {"every": "24 h"}
    policy["rhythms"]["s2"]["checkpoint"] |= {"at": ["09:30"]}
    policy["rhythms"]["s2"]["exec_update"] = {"every": "72 h"}
    policy["rhythms"]["s1"]["exec_update"] |= {"every": "48 h"}
    path.write_text(yaml.safe_dump(policy), encoding="utf-8")
    return path


@dataclass
class Scene:
    """What people's deeds need: the services, the workspace, the customers."""

    services: Services
    database: Database
    sandbox: Sandbox

    async def prepare(self) -> None:
        """Have a customer in every zone, and a digest in a channel for every schedule."""
        self._channel(self.sandbox.workspace.channels[LEADERSHIP])
        for user, zone in HOURS.items():
            person = Person(id=user, name=user.lower(), kind=PersonKind.MEMBER, time_zone=zone)
            await self.services.people.learn(person)
        async with self.database.transaction() as tx:
            for zone in ZONES:
                named = Customer(id=CustomerId(0), name=f"Customer of {zone}", time_zone=zone)
                await customers.find_or_add(tx, named)
        for number, schedule in enumerate(DIGESTS, start=1):
            channel = self._channel(Channel(**_named(f"C0DIGEST{number}", f"digest-{number}")))
            asked = AskedDigest(schedule=schedule, filters=AskedFilters())
            team = TeamId(TEAM)
            await self.services.digests.subscribe(channel, asked, by=MANAGER, team=team)

    async def opens(
        self, severity: Severity, zone: str, *, number: int, is_private: bool, at: datetime
    ) -> EscalationId:
        """Open an escalation with its clocks, rhythms and plan, and a room that is there already.

        How a room is made under kills is shown elsewhere (test_opening_under_crashes).
        """
        async with self.database.transaction() as tx:
            customer = await customers.named(tx, f"Customer of {zone}")
            assert customer is not None
            drafted = _drafted(severity, customer.id, number=number, is_private=is_private, at=at)
            escalation = await escalations.add(tx, drafted)
            assert escalation is not None
        await self.services.opening.lay_down(OpenRoom(escalation_id=escalation.id))
        await self.services.opening.set_going(escalation.id)
        channel = Channel(**_named(f"C0ROOM{number:04d}", f"esc-{number:04d}"))
        self._channel(channel)
        async with self.database.transaction() as tx:
            found = {"channel_id": channel.id, "name": channel.name, "state": RoomState.OPEN}
            await rooms.change(tx, escalation.id, **found)
            inside = [MANAGER.id]
            await room_members.record(
                tx, escalation.id, inside, is_member=True, changed_at=at, recorded_at=at
            )
        return escalation.id

    def _channel(self, channel: Channel) -> ChannelId:
        self.sandbox.workspace.channels[channel.id] = channel
        channel.members = sorted({*channel.members, BOT, EVA})
        return ChannelId(channel.id)


def _named(channel_id: str, name: str) -> dict[str, Any]:
    return {"id": channel_id, "name": name, "creator": BOT, "created": CREATED}


def _drafted(
    severity: Severity, customer: CustomerId, *, number: int, is_private: bool, at: datetime
) -> Escalation:
    return Escalation(
        id=EscalationId(0),
        team_id=TeamId(TEAM),
        customer_id=customer,
        title=f"Orders of site {number} stand still",
        problem="Nothing happens when somebody presses the button.",
        business_impact="Two sites cannot ship.",
        customer_ask="Ship today's orders.",
        severity=severity,
        status=Status.INTAKE,
        visibility=Visibility.PRIVATE if is_private else Visibility.PUBLIC,
        owner=SlackUserId(EVA),
        raised_by=SlackUserId(EVA),
        raised_at=at,
        submission_key=f"soak:{number}",
    )


def in_its_time(schedule: Schedule) -> list[datetime]:
    """Return every instant of the two weeks at which a digest of that schedule is due."""
    found, at = [], BEGINS
    while (at := schedule.next_send_at(at)) <= ENDS:
        found.append(at)
    return found
