"""Time zones as people name them: PST, UTC+2, Berlin time, Europe/Berlin.

An abbreviation is a fixed offset, and to most people also the place that uses it: in July "9am PST"
may mean either of two instants. Both are kept here, and where they differ it is asked.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Zones = tuple[tzinfo, ...]  # what a name can mean

PLACES: Mapping[str, tuple[float, str]] = {
    "pst": (-8, "America/Los_Angeles"),
    "pdt": (-7, "America/Los_Angeles"),
    "mst": (-7, "America/Denver"),
    "mdt": (-6, "America/Denver"),
    "cdt": (-5, "America/Chicago"),
    "est": (-5, "America/New_York"),
    "edt": (-4, "America/New_York"),
    "akst": (-9, "America/Anchorage"),
    "akdt": (-8, "America/Anchorage"),
    "hst": (-10, "Pacific/Honolulu"),
    "brt": (-3, "America/Sao_Paulo"),
    "wet": (0, "Europe/Lisbon"),
    "west": (1, "Europe/Lisbon"),
    "cet": (1, "Europe/Berlin"),
    "cest": (2, "Europe/Berlin"),
    "eet": (2, "Europe/Helsinki"),
    "eest": (3, "Europe/Helsinki"),
    "msk": (3, "Europe/Moscow"),
    "sast": (2, "Africa/Johannesburg"),
    "cat": (2, "Africa/Maputo"),
    "eat": (3, "Africa/Nairobi"),
    "wat": (1, "Africa/Lagos"),
    "trt": (3, "Europe/Istanbul"),
    "pkt": (5, "Asia/Karachi"),
    "npt": (5.75, "Asia/Kathmandu"),
    "ict": (7, "Asia/Bangkok"),
    "wib": (7, "Asia/Jakarta"),
    "sgt": (8, "Asia/Singapore"),
    "hkt": (8, "Asia/Hong_Kong"),
    "awst": (8, "Australia/Perth"),
    "jst": (9, "Asia/Tokyo"),
    "kst": (9, "Asia/Seoul"),
    "acst": (9.5, "Australia/Adelaide"),
    "acdt": (10.5, "Australia/Adelaide"),
    "aest": (10, "Australia/Sydney"),
    "aedt": (11, "Australia/Sydney"),
    "nzst": (12, "Pacific/Auckland"),
    "nzdt": (13, "Pacific/Auckland"),
}
# Names of several zones; the writer's own is meant when it is one of them.
SHARED: Mapping[str, tuple[str, ...]] = {
    "ist": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"),
    "cst": ("America/Chicago", "Asia/Shanghai", "America/Havana"),
    "bst": ("Europe/London", "Asia/Dhaka"),
    "ast": ("America/Halifax", "Asia/Riyadh"),
    "gst": ("Asia/Dubai", "Atlantic/South_Georgia"),
    "sst": ("Pacific/Pago_Pago", "Asia/Singapore"),
    "pht": ("Asia/Manila",),
}
# What the same letters mean to people of these zones as well.
ELSEWHERE: Mapping[str, tuple[str, str]] = {
    "est": ("Australia/", "Australia/Sydney"),
    "pst": ("Asia/Manila", "Asia/Manila"),
    "mst": ("Asia/K", "Asia/Kuala_Lumpur"),
}
# Both Pacific Standard and Pacific Daylight Time, whichever it is then.
GENERIC: Mapping[str, str] = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}
ZERO = frozenset({"utc", "gmt", "z", "zulu"})
# Zones that are words as well: only capitals are a zone.
ENGLISH = frozenset(
    {"west", "wet", "cat", "eat", "wat", "est", "ist", "met", "act", "art", "et", "ct", "mt", "pt"}
)
CITIES: Mapping[str, str] = {
    "san francisco": "America/Los_Angeles",
    "seattle": "America/Los_Angeles",
    "california": "America/Los_Angeles",
    "pacific": "America/Los_Angeles",
    "mountain": "America/Denver",
    "austin": "America/Chicago",
    "texas": "America/Chicago",
    "central": "America/Chicago",
    "boston": "America/New_York",
    "nyc": "America/New_York",
    "eastern": "America/New_York",
    "uk": "Europe/London",
    "british": "Europe/London",
    "munich": "Europe/Berlin",
    "frankfurt": "Europe/Berlin",
    "hamburg": "Europe/Berlin",
    "german": "Europe/Berlin",
    "germany": "Europe/Berlin",
    "central european": "Europe/Berlin",
    "french": "Europe/Paris",
    "barcelona": "Europe/Madrid",
    "milan": "Europe/Rome",
    "geneva": "Europe/Zurich",
    "india": "Asia/Kolkata",
    "indian": "Asia/Kolkata",
    "delhi": "Asia/Kolkata",
    "new delhi": "Asia/Kolkata",
    "mumbai": "Asia/Kolkata",
    "bangalore": "Asia/Kolkata",
    "bengaluru": "Asia/Kolkata",
    "beijing": "Asia/Shanghai",
    "china": "Asia/Shanghai",
    "japan": "Asia/Tokyo",
    "israel": "Asia/Jerusalem",
    "tel aviv": "Asia/Jerusalem",
}
OFFSET = re.compile(r"(?:utc|gmt)?([+-])(\d{1,2})(?::?(\d{2}))?")
BARE_OFFSET = re.compile(r"[+-]\d{2}:?\d{2}")
# Areas whose zones are called Central, East or General, as many other things are.
RULES_OF_COUNTRIES = frozenset({"", "Etc", "US", "Brazil", "Canada", "Chile", "Mexico"})
MOST_HOURS = 14  # from Greenwich


def zone_of(name: str) -> tzinfo:
    """Return the zone of an IANA name; UTC for one that nobody knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def abbreviation(raw: str, *, home: str) -> Zones:
    """Return what an abbreviation or an offset can mean to somebody at home in that zone.

    Empty for what is none.
    """
    name = raw.casefold()
    if name in ENGLISH and not raw.isupper():
        return ()
    if name in ZERO or name in GENERIC:
        return (zone_of(GENERIC.get(name, "UTC")),)
    if name in PLACES:
        hours, there = PLACES[name]
        begins, other = ELSEWHERE.get(name, (" ", ""))
        also = (zone_of(other),) if home.startswith(begins) else ()
        return (timezone(timedelta(hours=hours), raw.upper()), zone_of(there), *also)
    if name in SHARED:
        own = zone_of(home)
        return (own,) if raw.upper() in _called(own) else tuple(map(zone_of, SHARED[name]))
    return offset(name)


def offset(name: str) -> Zones:
    """Return the zone of "utc+2", "gmt-05:30" or "+02:00", empty for anything else."""
    match = OFFSET.fullmatch(name)
    if match is None or not (name[0].isalpha() or BARE_OFFSET.fullmatch(name)):
        return ()
    hours, minutes = int(match[2]), int(match[3] or 0)
    if hours > MOST_HOURS or minutes > 59:
        return ()
    away = timedelta(hours=hours, minutes=minutes)
    return (timezone(away if match[1] == "+" else -away),)


def place(name: str) -> Zones:
    """Return the zone of a city, a region or an IANA name in any case, empty for none."""
    found = CITIES.get(name) or _by_city().get(name) or _by_name().get(name.replace(" ", "_"))
    return (zone_of(found),) if found else ()


def is_abbreviation(name: str) -> bool:
    """Say whether letters name a zone somewhere, whatever their case."""
    return name in PLACES or name in SHARED or name in GENERIC or name in ZERO


def _called(zone: tzinfo) -> set[str | None]:
    """Return what a zone is called over a year."""
    return {datetime(2026, month, 1, tzinfo=zone).tzname() for month in (1, 7)}


@cache
def _names() -> tuple[str, ...]:
    # A list that comes with the data; zoneinfo would open every one of its 600 files.
    return tuple(sorted((resources.files("tzdata") / "zones").read_text("ascii").split()))


@cache
def _by_name() -> Mapping[str, str]:
    return {name.casefold(): name for name in _names() if "/" in name}


@cache
def _by_city() -> Mapping[str, str]:
    cities: dict[str, str] = {}
    for name in _names():
        area, _, city = name.rpartition("/")
        if area not in RULES_OF_COUNTRIES and city not in {"North", "South", "West"}:
            cities.setdefault(city.casefold().replace("_", " "), name)
    return cities
