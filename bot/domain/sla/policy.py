"""The policy's part about time: calendars, the clocks' targets, and what may pause them."""

import itertools
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from bot.domain.escalation.customer import Tier
from bot.domain.mistakes import ValidationProblem, plain_name, refuse, short, wrong
from bot.domain.people import ESCALATION_MANAGER, RoleKey
from bot.domain.plan.promise import Targets
from bot.domain.sla.clock import NEXT_UPDATE, ClockKind
from bot.domain.sla.ladder import CLOCK_OWNER, Ladder
from bot.domain.time.business_hours import WHOLE_DAY, Calendar, Hours, Window
from bot.domain.time.duration import Duration
from bot.domain.time.public_holidays import PublicHolidays
from bot.domain.time.segments import PauseReason

CUSTOMER = "customer"  # a zone, a country or a calendar: that of the customer
YEARS = range(2020, 2061)  # for which yearly dates and public holidays are known
LONGEST_TITLE = 60  # characters; a line of a reminder
A_ZONE = "customer, or an IANA name such as Europe/Lisbon"


class Weekday(StrEnum):
    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """One date, or with `year` None the same date of every year."""

    year: int | None
    month: int
    day: int

    WORDS: ClassVar[str] = "a date such as 2026-12-24, or 12-24 for every year"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "2026-12-24" or "12-24".

        Raises:
            ValueError: There is no such day; the message says what is expected.
        """
        match = re.fullmatch(r"(?:([0-9]{4})-)?([0-9]{2})-([0-9]{2})", text.strip())
        if match is None:
            raise ValueError(f"expected {cls.WORDS}")
        year, month, day = (int(group) if group else None for group in match.groups())
        try:
            date(year or 2024, month or 0, day or 0)  # 2024 has a 29 February
        except ValueError:
            raise ValueError(f"expected {cls.WORDS}") from None
        return cls(year=year, month=month or 0, day=day or 0)

    def dates(self) -> Iterator[date]:
        for year in YEARS if self.year is None else (self.year,):
            if (self.month, self.day) != (2, 29) or _is_leap(year):
                yield date(year, self.month, self.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPolicy:
    """When somebody works.

    Attributes:
        time_zone: IANA name; `customer` means the zone of the customer concerned.
        hours: The windows of each day of the week; a day left out is closed.
        holidays: Whose public holidays are closed: a region's code, or `customer` for the
            customer's region, or else the region that the time zone stands for; None for nobody's.
        days: Dates with other hours; an empty list closes the day. They win over holidays.
    """

    time_zone: str = CUSTOMER
    hours: Mapping[Weekday, tuple[Window, ...]] = field(default_factory=dict)
    always_open: bool = False
    holidays: str | None = None
    days: Mapping[CalendarDay, tuple[Window, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        refuse(self._mistakes())

    def calendar(
        self, customer_zone: str, public_holidays: PublicHolidays, region: str = ""
    ) -> Calendar:
        """Return the calendar for a customer in that IANA zone and, where it is known, region."""
        zone = customer_zone if self.time_zone == CUSTOMER else self.time_zone
        if self.always_open:
            return Calendar(time_zone=zone, weekly=(WHOLE_DAY,) * 7)
        code = self.holidays or ""
        if code == CUSTOMER:
            own = region if self.time_zone == CUSTOMER else ""
            code = own or public_holidays.region_of(zone)
        closed = public_holidays.get(code, {})
        days: dict[date, Hours] = dict.fromkeys(closed, ())
        by_year = sorted(self.days.items(), key=lambda found: found[0].year is not None)
        for day, hours in by_year:
            days |= dict.fromkeys(day.dates(), tuple(sorted(hours)))
        weekly = tuple(tuple(sorted(self.hours.get(day, ()))) for day in Weekday)
        return Calendar(time_zone=zone, weekly=weekly, days=days, holidays=code if closed else "")

    def _mistakes(self) -> Iterator[ValidationProblem]:
        if self.time_zone != CUSTOMER and not _is_zone(self.time_zone):
            yield wrong("time_zone", self.time_zone, A_ZONE)
        if self.always_open and (self.hours or self.days or self.holidays):
            expected = "no hours, days or holidays beside always_open"
            yield ValidationProblem(where="always_open", found="hours as well", expected=expected)
        if not self.always_open and not any(self.hours.values()):
            yield ValidationProblem(
                where="hours",
                found="no day that is open",
                expected="the hours of some day, or always_open: true",
            )
        for weekday, windows in self.hours.items():
            yield from _overlapping(f"hours.{weekday.value}", windows)
        for day, windows in self.days.items():
            yield from _overlapping(f"days.{_written(day)}", windows)


class Moment(StrEnum):
    """What starts a clock."""

    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"


class End(StrEnum):
    """What ends a clock of the policy's own by itself."""

    REVIEWED = "reviewed"  # the escalation is closed after its review


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractTerms:
    """What one contract promises beyond the policy, from its first day to its last.

    Attributes:
        calendar: None keeps the clock's own.
        pauses: Reasons that stop this clock only where the contract says so.
    """

    targets: Targets = field(default_factory=dict)
    calendar: str | None = None
    contractual: bool = True
    pauses: tuple[PauseReason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockPolicy:
    """One kind of promise.

    Attributes:
        targets: By severity; one that is missing promises nothing.
        ends: What ends it by itself; None: `/escalate met` alone.
        calendar: In which business hours and days are counted; min and h are real time.
        owner: The role that keeps the promise and hears of it first.
        after_workaround: Targets once the customer has a workaround.
        tiers: Other targets for a tier; contracts: by reference, and stronger than the tier's.
    """

    title: str
    targets: Targets = field(default_factory=dict)
    starts: Moment = Moment.OPENED
    ends: End | None = None
    calendar: str = CUSTOMER
    contractual: bool = False
    owner: RoleKey = ESCALATION_MANAGER
    after_workaround: Targets = field(default_factory=dict)
    tiers: Mapping[Tier, Targets] = field(default_factory=dict)
    contracts: Mapping[str, ContractTerms] = field(default_factory=dict)

    def __post_init__(self) -> None:
        refuse(short("title", self.title, LONGEST_TITLE))


@dataclass(frozen=True, slots=True, kw_only=True)
class PausePolicy:
    """One valid reason for a clock to stand still.

    Attributes:
        stops: The clocks it stops; contract_only: those it stops where the contract says so.
        evidence: What shows the reason, asked of whoever pauses.
        most: How long a pause lasts at most before somebody has to say it again; None: no limit.
        needs_end: Whoever pauses has to say when it ends.
        times: How often in a row a clock may be paused for it, each time with its own evidence
            and after the one before has run out; None: no limit.
        ends_on_reply: A customer's reply ends it.
        asks_on_reply: A customer's reply does not end it, and the room is asked whether it is over.
        approver: The role that has to agree; None when nobody has to.
    """

    title: str
    evidence: str
    stops: tuple[ClockKind, ...] = ()
    contract_only: tuple[ClockKind, ...] = ()
    most: Duration | None = None
    needs_end: bool = False
    times: int | None = None
    ends_on_reply: bool = False
    asks_on_reply: bool = False
    approver: RoleKey | None = None

    def __post_init__(self) -> None:
        refuse(short("title", self.title, LONGEST_TITLE))


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaParts:
    """The parts about time, together, for what they say about each other."""

    calendars: Mapping[str, CalendarPolicy]
    clocks: Mapping[ClockKind, ClockPolicy]
    pauses: Mapping[PauseReason, PausePolicy]
    ladder: Ladder
    roles: Collection[RoleKey]
    public_holidays: PublicHolidays

    def contradictions(self) -> Iterator[ValidationProblem]:
        yield from self._in_calendars()
        for kind, clock in self.clocks.items():
            yield from self._in_clock(f"clocks.{kind}", kind, clock)
        for reason, pause in self.pauses.items():
            yield from self._in_pause(f"pauses.{reason}", reason, pause)
        yield from self._in_ladder()

    def _in_calendars(self) -> Iterator[ValidationProblem]:
        if CUSTOMER not in self.calendars:
            expected = "it, because business days of plans are counted in it"
            yield ValidationProblem(
                where="calendars", found=f"{CUSTOMER} missing", expected=expected
            )
        for name, calendar in self.calendars.items():
            yield from plain_name(f"calendars.{name}", name, "always")
            code = calendar.holidays
            if code is None or code == CUSTOMER or not self.public_holidays:
                continue
            if code not in self.public_holidays:
                expected = "customer, or a region's code such as PT or DE-BY"
                yield wrong(f"calendars.{name}.holidays", code, expected)

    def _in_clock(
        self, where: str, kind: ClockKind, clock: ClockPolicy
    ) -> Iterator[ValidationProblem]:
        yield from plain_name(where, kind, "workaround")
        yield from self._calendar(f"{where}.calendar", clock.calendar)
        yield from self._role(f"{where}.owner", clock.owner)
        for reference, terms in clock.contracts.items():
            inside = f"{where}.contracts.{reference}"
            if terms.calendar is not None:
                yield from self._calendar(f"{inside}.calendar", terms.calendar)
            for i, reason in enumerate(terms.pauses):
                if reason not in self.pauses:
                    expected = f"one of {', '.join(self.pauses)}"
                    yield wrong(f"{inside}.pauses[{i}]", reason, expected)

    def _in_pause(
        self, where: str, reason: PauseReason, pause: PausePolicy
    ) -> Iterator[ValidationProblem]:
        yield from plain_name(where, reason, "no_access")
        for name in ("stops", "contract_only"):
            for i, kind in enumerate(getattr(pause, name)):
                if kind == NEXT_UPDATE:
                    expected = "another clock; the next update never pauses"
                    yield wrong(f"{where}.{name}[{i}]", kind, expected)
                elif kind not in self.clocks:
                    yield wrong(f"{where}.{name}[{i}]", kind, f"one of {', '.join(self.clocks)}")
        if pause.approver is not None:
            yield from self._role(f"{where}.approver", pause.approver)

    def _in_ladder(self) -> Iterator[ValidationProblem]:
        for where, rung in self.ladder.all_rungs():
            for i, role in enumerate(rung.tell):
                if role != CLOCK_OWNER:
                    yield from self._role(f"ladder.{where}.tell[{i}]", role, CLOCK_OWNER)
            for i, role in enumerate(rung.tell_if_contractual):
                yield from self._role(f"ladder.{where}.tell_if_contractual[{i}]", role)
        if self.ladder.deputy is not None:
            yield from self._role("ladder.deputy", self.ladder.deputy)
        if self.ladder.quiet_hours is not None:
            outside = self.ladder.quiet_hours.outside
            yield from self._calendar("ladder.quiet_hours.outside", outside)

    def _calendar(self, where: str, name: str) -> Iterator[ValidationProblem]:
        if name not in self.calendars:
            yield wrong(where, name, f"one of {', '.join(self.calendars)}")

    def _role(self, where: str, role: RoleKey, *more: RoleKey) -> Iterator[ValidationProblem]:
        if role not in self.roles:
            yield wrong(where, role, f"one of {', '.join([*more, *self.roles])}")


def _overlapping(where: str, windows: tuple[Window, ...]) -> Iterator[ValidationProblem]:
    found = sorted(windows)
    for before, after in itertools.pairwise(found):
        if after.opens < before.closes:
            yield wrong(where, f"{before}, {after}", "windows that do not overlap")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _written(day: CalendarDay) -> str:
    year = f"{day.year:04}-" if day.year is not None else ""
    return f"{year}{day.month:02}-{day.day:02}"


# Assumed where the policy says nothing of calendars.
OFFICE = CalendarPolicy(
    hours=dict.fromkeys(tuple(Weekday)[:5], (Window.parse("09:00-17:00"),)),
)
