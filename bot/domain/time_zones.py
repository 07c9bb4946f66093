"""Time zone data: the locked `tzdata` package, whatever the machine has, and names people type."""

import functools
import zoneinfo
from importlib.metadata import version
from zoneinfo import ZoneInfo

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
    """Return the IANA name somebody meant, whatever its case; None when there is none."""
    return _zones().get(name.casefold())


@functools.cache
def _zones() -> dict[str, str]:
    return {zone.casefold(): zone for zone in zoneinfo.available_timezones()}
