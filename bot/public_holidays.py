"""Public holidays of the world, by country or by a time zone that lies in one.

Kept by the library `holidays`; which zone lies in which country says the time zone database.
"""

import functools
import re
import warnings
from collections.abc import Iterator, Mapping
from datetime import date
from importlib import resources
from types import MappingProxyType

from bot.domain.sla_policy import YEARS

CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


class PublicHolidayBook(Mapping[str, Mapping[date, str]]):
    """The days and their names by a country's code (PT, or DE-BY for a part of it) or IANA zone.

    Read when first asked for: most processes need one country or none.
    """

    def __getitem__(self, code: str) -> Mapping[date, str]:
        country = _countries().get(code) if "/" in code else code
        if country is None or not CODE.fullmatch(country):
            raise KeyError(code)
        return _days(country)

    def __iter__(self) -> Iterator[str]:
        return iter(_countries())

    def __len__(self) -> int:
        return len(_countries())


@functools.lru_cache(maxsize=64)
def _days(code: str) -> Mapping[date, str]:
    # Loaded when first needed: a policy may count no holidays at all.
    import holidays  # noqa: PLC0415

    country, _, part = code.partition("-")
    try:
        with warnings.catch_warnings():
            # Of some countries it knows fewer years, and says so to whoever imports it.
            warnings.simplefilter("ignore", UserWarning)
            found = holidays.country_holidays(country, subdiv=part or None, years=YEARS)
    except NotImplementedError:
        raise KeyError(code) from None
    return MappingProxyType(dict(found))


@functools.cache
def _countries() -> Mapping[str, str]:
    """Return the country of each zone, as the time zone database's zone.tab has it."""
    table = (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return {row[2]: row[0] for row in rows}
