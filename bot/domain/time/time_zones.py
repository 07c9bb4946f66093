"""Time zone data: the locked `tzdata` package, whatever the machine has, and names people type."""

import functools
import zoneinfo
from collections.abc import Mapping
from importlib.metadata import version
from zoneinfo import ZoneInfo

FIXED = frozenset({"est", "mst", "hst"})
# A zone that keeps an offset of no whole hours, in seconds east of UTC.
HALF_HOURS: Mapping[int, str] = {
    -12600: "America/St_Johns",
    -9000: "America/St_Johns",
    12600: "Asia/Tehran",
    16200: "Asia/Kabul",
    19800: "Asia/Kolkata",
    20700: "Asia/Kathmandu",
    23400: "Asia/Yangon",
    34200: "Australia/Darwin",
    37800: "Australia/Adelaide",
}
DATA_VERSION = version("tzdata")


def use_locked_data() -> None:
    """Read zones from the locked `tzdata` package alone, never from the machine's own files.

    Every entry point calls it before anything else: the machine's files come first otherwise, and
    where they are older, due times in zones whose rules have changed are wrong by an hour.
    """
    zoneinfo.reset_tzpath(to=())
    ZoneInfo.clear_cache()


def is_data_locked() -> bool:
    """Whether the machine's own files are out of the way."""
    return not zoneinfo.TZPATH


def zone_named(name: str) -> str | None:
    """Return the IANA name somebody meant, whatever its case; None when there is none.

    The names that say a fixed offset and sound like a place with summer time are none: they would
    be an hour off for half of the year.
    """
    return None if is_fixed(name) else _zones().get(name.casefold())


def is_fixed(name: str) -> bool:
    """Whether a name such as EST keeps one offset all year."""
    return name.casefold() in FIXED


def zone_of_profile(name: str, offset: int) -> str:
    """Return the IANA name for what somebody's Slack profile says.

    Args:
        name: What Slack calls the zone, mostly an IANA name; empty when it says nothing.
        offset: Seconds east of UTC at this moment, which count when the name is none of ours.
    """
    hours, seconds = divmod(offset, 3600)
    by_offset = f"Etc/GMT{-hours:+d}" if offset and not seconds else HALF_HOURS.get(offset, "")
    return zone_named(name) or zone_named(by_offset) or "UTC"


@functools.cache
def _zones() -> dict[str, str]:
    return {zone.casefold(): zone for zone in zoneinfo.available_timezones()}
