"""Calendars and instants in the short words that tables of cases need."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.domain.time.business_hours import Calendar, Hours, Window

ZONES = (
    "UTC",
    "Europe/Lisbon",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",  # half an hour off
    "Australia/Lord_Howe",  # daylight saving of half an hour
    "Asia/Kolkata",
    "Pacific/Auckland",
    "America/Santiago",  # changes at midnight
)


def hours(text: str) -> Hours:
    return tuple(Window.parse(part) for part in text.split())


def office(zone: str = "UTC", days: Mapping[date, str] | None = None) -> Calendar:
    """Monday to Friday, nine to five."""
    return Calendar(
        time_zone=zone,
        weekly=(hours("09:00-17:00"),) * 5 + ((), ()),
        days={day: hours(text) for day, text in (days or {}).items()},
    )


def every_day(zone: str, text: str) -> Calendar:
    return Calendar(time_zone=zone, weekly=(hours(text),) * 7)


def local(zone: str, text: str) -> datetime:
    """Return "2026-03-27 16:00" on the wall of that zone as UTC; the earlier one when doubled."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
