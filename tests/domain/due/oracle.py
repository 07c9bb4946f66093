"""What the phrases of the table mean, worked out from their second column with nothing shared.

A meaning is one of:

- `ask`: no instant follows from the phrase.
- `+2h30m`: that much elapsed time from now, in m, h and d of 24 hours.
- `DAY CLOCK [ZONE]`, the clock on the wall of that zone or the writer's own. DAY is `+1` (days from
  today), `fri` (the first Friday on which that is still to come, today included), `wk:fri` (of next
  week, Monday to Sunday), `next:fri` (asked unless the next one is also next week's), `04-09` (the
  next one), `2027-04-09`, `dom21` (the next 21st), `eow`, `eow+1`, `eom`, `eom+1`, or `-` (the next
  time it is that late). CLOCK is `17:00`, `24:00`, or `--`: 17:00, asked when the day is today's.

None of a meaning says that it has to be asked here: it has passed, or the clocks change.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
LENGTH = re.compile(r"\+(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")
ISTS = ["Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"]
JUST_PASSED = timedelta(days=275)


def meant(meaning: str, now: datetime, home: str) -> datetime | None:
    """Return the instant, None when it has to be asked."""
    if meaning == "ask":
        return None
    if match := LENGTH.fullmatch(meaning):
        days, hours, minutes = (int(part or 0) for part in match.groups())
        return now + timedelta(days=days, hours=hours, minutes=minutes)
    day, clock, *named = meaning.split()
    zones: list[tzinfo] = [ZoneInfo(home)]
    if named:
        zones = [zone for name in named[0].split("~") for zone in _zones(name, home)]
    found = {
        _at(day, clock, now, zone, seen_from)
        for zone in zones
        for seen_from in {ZoneInfo(home), zone}
    }
    return found.pop() if len(found) == 1 else None


def _zones(name: str, home: str) -> list[tzinfo]:
    if name == "IST":  # also Israel's and Ireland's
        return [ZoneInfo(zone) for zone in {"Asia/Kolkata": [home]}.get(home, ISTS)]
    if re.fullmatch(r"[+-]\d\d:\d\d", name):
        away = timedelta(hours=int(name[1:3]), minutes=int(name[4:]))
        return [timezone(-away if name[0] == "-" else away)]
    if name == "CET":
        return [timezone(timedelta(hours=1))]
    return [ZoneInfo(name)]


def _at(day: str, clock: str, now: datetime, zone: tzinfo, seen_from: tzinfo) -> datetime | None:
    today = now.astimezone(zone if day == "-" else seen_from).date()
    if clock == "--" and day in DAYS and today.weekday() == DAYS.index(day):
        return None
    hour, minute = (17, 0) if clock == "--" else map(int, clock.split(":"))
    for candidate in _dates(day, today):
        wall = datetime(candidate.year, candidate.month, candidate.day) + timedelta(
            hours=hour, minutes=minute
        )
        both = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
        if max(both) <= now:
            continue
        at = both.pop()
        is_yearless = re.fullmatch(r"\d\d-\d\d", day) is not None
        return None if both or (is_yearless and at - now > JUST_PASSED) else at
    return None


def _dates(day: str, today: date) -> list[date]:
    """Return the dates in question, the first one first."""
    monday = today - timedelta(days=today.weekday())
    kind, _, rest = day.partition(":")
    if day in DAYS or kind in {"wk", "next"}:
        return _weekdays(kind, rest or day, today, monday)
    if day == "-":
        return [today, today + timedelta(days=1)]
    if re.fullmatch(r"\+\d+", day):
        return [today + timedelta(days=int(day))]
    return _of_calendar(day, today)


def _weekdays(kind: str, name: str, today: date, monday: date) -> list[date]:
    number = DAYS.index(name)
    nearest = today + timedelta(days=(number - today.weekday()) % 7)
    following = monday + timedelta(days=7 + number)
    if kind == "wk":
        return [] if today.weekday() == 6 else [following]
    if kind == "next":
        nearest += timedelta(days=7 * (nearest == today))
        return [nearest] if nearest == following and today.weekday() != 6 else []
    return [nearest, nearest + timedelta(days=7)]


def _week_end(day: str, today: date) -> list[date]:
    friday = today + timedelta(days=4 - today.weekday())
    if today.weekday() == 6:  # on a Sunday the week that ends may be either
        return [] if day == "eow+1" else [friday + timedelta(days=7)]
    return [friday + timedelta(days=7 * (day == "eow+1"))]


def _of_calendar(day: str, today: date) -> list[date]:
    if day.startswith("eow"):
        return _week_end(day, today)
    if day.startswith("dom"):
        every = [today + timedelta(days=n) for n in range(70)]
        return [one for one in every if one.day == int(day[3:])]
    if day.startswith("eom"):
        lasts = [one for n in range(70) if (one := today + timedelta(days=n + 1)).day == 1]
        return [lasts[day == "eom+1"] - timedelta(days=1)]
    if day.count("-") == 1:
        month, number = map(int, day.split("-"))
        return [date(today.year + n, month, number) for n in range(2)]
    return [date.fromisoformat(day)]
