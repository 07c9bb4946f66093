"""Instants in words, on the wall of a zone that is named with them."""

from datetime import datetime
from zoneinfo import ZoneInfo


def local_time(at: datetime, time_zone: str) -> str:
    """Return "Tue 24 Nov 14:20 (Lisbon time)"."""
    return f"{on_the_wall(at, time_zone)} ({zone_named(time_zone)})"


def on_the_wall(at: datetime, time_zone: str) -> str:
    """Return "Tue 24 Nov 14:20", for where the zone was named before."""
    return f"{at.astimezone(ZoneInfo(time_zone)):%a %-d %b %H:%M}"


def zone_named(time_zone: str) -> str:
    """Return "Lisbon time" of an IANA zone that is called after a city; "UTC" of that."""
    area, _, city = time_zone.rpartition("/")
    return f"{city.replace('_', ' ')} time" if area and area != "Etc" else time_zone


def to_the_minute(at: datetime) -> datetime:
    """Return what a clock on the wall shows of an instant."""
    return at.replace(second=0, microsecond=0)
