"""The digest: which channel gets it, of what, and at which instants it is sent."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NewType
from zoneinfo import ZoneInfo

from bot.domain.escalation.escalation import CustomerId, EscalationId, Severity
from bot.domain.escalation.room import ChannelId
from bot.domain.people import SlackUserId, TeamId

SubscriptionId = NewType("SubscriptionId", int)

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = tuple(range(7))
WEEKDAYS = tuple(range(5))
MONDAY, FRIDAY, SATURDAY = 0, 4, 5
LATE = timedelta(minutes=10)  # a digest that comes later than this says so
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a digest is sent.

    Attributes:
        zone: IANA name; `at` and `days` are read on that place's clock and calendar.
        at: Local hour and minute.
        days: Days of the week, Monday is 0.
    """

    zone: str
    at: time
    days: tuple[int, ...] = EVERY_DAY

    def next_send_at(self, after: datetime) -> datetime:
        """Return the first instant to send at that is later than `after`, in UTC.

        Where the spring change skips the local time, it is the first instant after the gap; where
        autumn doubles it, the first of the two. A local day that does not exist has none.
        """
        zone = ZoneInfo(self.zone)
        day = after.astimezone(zone).date()
        while True:
            if day.weekday() in self.days:
                found = local_instant(day, self.at, zone)
                if found > after and found.astimezone(zone).date() == day:
                    return found
            day += DAY

    def last_send_at(self, before: datetime) -> datetime:
        """Return the last instant to send at that is earlier than `before`, in UTC.

        It is how far back the first digest looks: on a Monday, one of weekdays covers the weekend.
        """
        zone = ZoneInfo(self.zone)
        day = before.astimezone(zone).date()
        while True:
            if day.weekday() in self.days:
                found = local_instant(day, self.at, zone)
                if found < before and found.astimezone(zone).date() == day:
                    return found
            day -= DAY

    def next_sends(self, after: datetime, count: int) -> list[datetime]:
        """Return that many instants to send at, all later than `after`."""
        found: list[datetime] = []
        for _ in range(count):
            after = self.next_send_at(after)
            found.append(after)
        return found

    @property
    def words(self) -> str:
        """The schedule as it is typed."""
        names = {EVERY_DAY: "daily", WEEKDAYS: "weekdays"}
        weekly = f"weekly {' '.join(DAY_NAMES[day] for day in self.days)}"
        return f"{names.get(self.days, weekly)} {self.at:%H:%M} {self.zone}"


def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the instant at which clocks of that zone show `at` on that day, in UTC."""
    local = datetime.combine(day, at, tzinfo=zone)
    found = local.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return found
    # Skipped: read with the offset before the change it lies after it, and the other way round.
    earlier, later = local.replace(fold=1).astimezone(UTC), found
    offset = later.astimezone(zone).utcoffset()
    while later - earlier > SECOND:
        middle = earlier + (later - earlier) / 2
        middle -= timedelta(microseconds=middle.microsecond)
        if middle.astimezone(zone).utcoffset() == offset:
            later = middle
        else:
            earlier = middle
    return later


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyCustomer:
    """A customer a digest is limited to, under the name it had when that was asked for."""

    id: CustomerId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a digest is limited to; empty means no limit of that kind."""

    severities: tuple[Severity, ...] = ()
    customers: tuple[OnlyCustomer, ...] = ()
    categories: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.severities or self.customers or self.categories)

    @property
    def words(self) -> str:
        """The filters as they are typed."""
        said = [severity.value for severity in self.severities]
        said += [f'customer "{customer.name}"' for customer in self.customers]
        said += [f"category {category}" for category in self.categories]
        return " ".join(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What the readers of the last digest saw, so that the next one can say what is different.

    Attributes:
        open: How many were open, one number for each severity, S1 first.
        red: The escalations that were RED.
    """

    open: tuple[int, ...]
    red: tuple[EscalationId, ...] = ()

    def of(self, severity: Severity) -> int:
        return self.open[list(Severity).index(severity)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One channel's digest.

    Attributes:
        next_send_at: The deadline sweeps look at; moved on by whoever claims it.
        claimed_for: The due instant a digest was last asked for; None before the first.
        sent_for: The due instant of the last digest that is dealt with: posted, or withheld.
        last_sent_at: When one was posted last; None before the first.
        numbers: What it said; None before the first.
        version: Grows by one whenever somebody asks for something else.
    """

    id: SubscriptionId
    team_id: TeamId
    channel_id: ChannelId
    schedule: Schedule
    filters: Filters
    asked_by: SlackUserId
    asked_at: datetime
    next_send_at: datetime
    version: int = 1
    claimed_for: datetime | None = None
    sent_for: datetime | None = None
    last_sent_at: datetime | None = None
    numbers: Numbers | None = None

    @property
    def words(self) -> str:
        """What has to be typed to have it again."""
        return f"/escalate digest here {self.schedule.words} {self.filters.words}".rstrip()

    def due(self, now: datetime) -> list[datetime]:
        """Return every instant at which one should have been sent by `now`, the oldest first."""
        found: list[datetime] = []
        at = self.next_send_at
        while at <= now:
            found.append(at)
            at = self.schedule.next_send_at(at)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """A digest that comes later than it should; `missed` counts earlier ones never sent."""

    due_at: datetime
    missed: int = 0


def lateness(due_at: datetime, now: datetime, missed: int) -> Lateness | None:
    """Return how late a digest is; None when it is on time."""
    if now - due_at <= LATE and not missed:
        return None
    return Lateness(due_at=due_at, missed=missed)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBack:
    """A longer stretch a digest also tells about: the weekend on Mondays, the week on Fridays.

    One that is read at any moment tells about seven days.
    """

    name: str
    since: datetime


def look_back(schedule: Schedule, now: datetime) -> LookBack | None:
    """Return what a digest of that schedule looks back on at `now`; None on most days."""
    zone = ZoneInfo(schedule.zone)
    today = now.astimezone(zone).date()
    if len(schedule.days) == 1:
        return None
    if today.weekday() == MONDAY and schedule.days[-1] >= SATURDAY:
        friday = local_instant(today - 3 * DAY, schedule.at, zone)
        return LookBack(name="Since Friday", since=friday)
    if today.weekday() == FRIDAY:
        return LookBack(name="This week", since=local_instant(today - WEEK, schedule.at, zone))
    return None


def week_before(now: datetime, zone: str) -> LookBack:
    """Return the seven days before `now`, from the same local time on."""
    local = now.astimezone(ZoneInfo(zone))
    since = local_instant(local.date() - WEEK, local.time(), ZoneInfo(zone))
    return LookBack(name="Last 7 days", since=since)
