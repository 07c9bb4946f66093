"""Public holidays of the world, by region, and which region a time zone stands for.

Kept by the library `holidays`; names of countries and which zone lies in which are the time zone
database's.
"""

import functools
import re
import warnings
from collections.abc import Iterator, Mapping
from datetime import date
from importlib import resources
from types import MappingProxyType
from typing import Any

from bot.domain.sla.policy import YEARS
from bot.domain.time.public_holidays import PublicHolidays

CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
A_REGION = "a country or a part of one, such as PT, DE-BY or Scotland"

# Names that stand for an offset, although the database has tied them to some country's zone.
NOWHERE = frozenset(
    "CET CST6CDT EET EST EST5EDT HST MET MST MST7MDT PST8PDT WET".split()  # noqa: SIM905
)
# The part of a country that most people under a zone's name live in, where parts differ. Zones
# that span many parts (Europe/Berlin, America/New_York) have only what the whole country has.
PARTS: Mapping[str, str] = {
    "Europe/London": "GB-ENG",
    "Europe/Belfast": "GB-NIR",
    "Europe/Zurich": "CH-ZH",
    "Atlantic/Canary": "ES-CN",
    "Africa/Ceuta": "ES-CE",
    "Atlantic/Azores": "PT-20",
    "Atlantic/Madeira": "PT-30",
    "America/Anchorage": "US-AK",
    "America/Juneau": "US-AK",
    "America/Boise": "US-ID",
    "America/Detroit": "US-MI",
    "America/Indiana/Indianapolis": "US-IN",
    "America/Kentucky/Louisville": "US-KY",
    "America/Phoenix": "US-AZ",
    "Pacific/Honolulu": "US-HI",
    "America/Edmonton": "CA-AB",
    "America/Halifax": "CA-NS",
    "America/Iqaluit": "CA-NU",
    "America/Moncton": "CA-NB",
    "America/Montreal": "CA-QC",
    "America/Regina": "CA-SK",
    "America/St_Johns": "CA-NL",
    "America/Toronto": "CA-ON",
    "America/Vancouver": "CA-BC",
    "America/Whitehorse": "CA-YT",
    "America/Winnipeg": "CA-MB",
    "America/Yellowknife": "CA-NT",
    "Australia/Adelaide": "AU-SA",
    "Australia/Brisbane": "AU-QLD",
    "Australia/Broken_Hill": "AU-NSW",
    "Australia/Canberra": "AU-ACT",
    "Australia/Darwin": "AU-NT",
    "Australia/Hobart": "AU-TAS",
    "Australia/Lindeman": "AU-QLD",
    "Australia/Lord_Howe": "AU-NSW",
    "Australia/Melbourne": "AU-VIC",
    "Australia/Perth": "AU-WA",
    "Australia/Sydney": "AU-NSW",
    "Pacific/Auckland": "NZ-AUK",
    "Pacific/Chatham": "NZ-CIT",
}


class PublicHolidayBook(PublicHolidays):
    """Read when first asked for: most processes need one country or none."""

    def __getitem__(self, code: str) -> Mapping[date, str]:
        if not CODE.fullmatch(code):
            raise KeyError(code)
        return _days(code)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(_names().keys() & _kept()))

    def __len__(self) -> int:
        return len(_names().keys() & _kept())

    def region_of(self, time_zone: str) -> str:
        seen = None
        while time_zone != seen:
            if (part := PARTS.get(time_zone)) is not None:
                return part
            if (country := _countries().get(time_zone)) is not None:
                return country if country in _kept() else ""
            seen, time_zone = time_zone, _aliases().get(time_zone, time_zone)
        return ""

    def region_named(self, text: str) -> str:
        wanted = " ".join(text.split())
        code = re.sub(r"^UK\b", "GB", wanted.upper().replace("_", "-"))
        if CODE.fullmatch(code) and self._is_known(code):
            return code
        found = _by_name().get(wanted.casefold(), ())
        if len(found) == 1:
            return found[0]
        if found:
            raise ValueError(f"one of {', '.join(found)}, which all have that name")
        raise ValueError(A_REGION)

    def title(self, region: str) -> str:
        country, _, part = region.partition("-")
        name = _names().get(country, country)
        if not part:
            return name
        return next((f"{known}, {name}" for known, p in _parts(country) if p == part), region)

    def parts(self, region: str) -> tuple[str, ...]:
        country = region[:2]
        codes = dict.fromkeys(f"{country}-{part}" for _, part in _parts(country))
        return tuple(code for code in codes if CODE.fullmatch(code))

    def _is_known(self, code: str) -> bool:
        return code in _kept() or code in self.parts(code)


@functools.lru_cache(maxsize=64)
def _days(code: str) -> Mapping[date, str]:
    # Loaded when first needed: a policy may count no holidays at all.
    import holidays  # noqa: PLC0415

    country, _, part = code.partition("-")
    try:
        with warnings.catch_warnings():
            # Of some countries it knows fewer years, and says so to whoever imports it.
            warnings.simplefilter("ignore", UserWarning)
            found = holidays.country_holidays(
                country, subdiv=part or None, years=YEARS, language=_language(country)
            )
    except NotImplementedError:
        raise KeyError(code) from None
    return MappingProxyType(dict(found))


def _language(country: str) -> str | None:
    languages: tuple[str, ...] = _of_country(country).supported_languages
    return next((english for english in ("en_US", "en_GB") if english in languages), None)


def _of_country(country: str) -> Any:  # the library's class
    """Raises: NotImplementedError: It knows no such country."""
    import holidays  # noqa: PLC0415

    if country not in _kept():
        raise NotImplementedError(country)
    return getattr(holidays, country)


@functools.cache
def _kept() -> frozenset[str]:
    """Return the codes of the countries whose holidays are known."""
    from holidays.registry import COUNTRIES  # noqa: PLC0415

    return frozenset(code for names in COUNTRIES.values() for code in names if len(code) == 2)


@functools.cache
def _parts(country: str) -> tuple[tuple[str, str], ...]:
    """Return names and codes of a country's parts; the code where it has no name."""
    try:
        known = _of_country(country)
    except NotImplementedError:
        return ()
    aliases: Mapping[str, str] = known.subdivisions_aliases
    unnamed = [part for part in known.subdivisions if part not in set(aliases.values())]
    return (*aliases.items(), *((part, part) for part in unnamed))


@functools.cache
def _by_name() -> Mapping[str, tuple[str, ...]]:
    """Return the codes of countries and of their parts by what people call them."""
    found: dict[str, dict[str, None]] = {}
    for country, name in _names().items():
        if country in _kept():
            found.setdefault(name.casefold(), {})[country] = None
    for country in PARTED:
        for name, part in _parts(country):
            if CODE.fullmatch(f"{country}-{part}"):
                found.setdefault(name.casefold(), {})[f"{country}-{part}"] = None
    for name, code in ENGLISH.items():
        found.setdefault(name.casefold(), {})[code] = None
    return {name: tuple(codes) for name, codes in found.items()}


# Countries whose parts may be named without the country; of the others, codes are understood.
PARTED = ("GB", "US", "CA", "AU", "CH", "DE", "ES", "AT", "IE", "NZ", "PT", "BR", "IN", "FR", "IT")


ENGLISH = {  # where the library knows only a part's own name
    "Bavaria": "DE-BY",
    "Hesse": "DE-HE",
    "Lower Saxony": "DE-NI",
    "North Rhine-Westphalia": "DE-NW",
    "Rhineland-Palatinate": "DE-RP",
    "Saxony": "DE-SN",
    "Saxony-Anhalt": "DE-ST",
    "Thuringia": "DE-TH",
    "Andalusia": "ES-AN",
    "Balearic Islands": "ES-IB",
    "Basque Country": "ES-PV",
    "Canary Islands": "ES-CN",
    "Catalonia": "ES-CT",
    "Valencia": "ES-VC",
    "Geneva": "CH-GE",
    "Zurich": "CH-ZH",
    "Vienna": "AT-9",
}


def _table(name: str) -> list[list[str]]:
    text = (resources.files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


@functools.cache
def _countries() -> Mapping[str, str]:
    """Return the country of each zone."""
    return {row[2]: row[0] for row in _table("zone.tab")}


@functools.cache
def _names() -> Mapping[str, str]:
    return {code: NAMES.get(code, name) for code, name in _table("iso3166.tab")}


NAMES = {"GB": "United Kingdom"}  # which the table calls Britain


@functools.cache
def _aliases() -> Mapping[str, str]:
    """Return today's name of each zone that has another one as well."""
    text = (resources.files("tzdata") / "zoneinfo" / "tzdata.zi").read_text(encoding="utf-8")
    links = [line.split() for line in text.splitlines() if line.startswith("L ")]
    return {alias: target for _, target, alias in links if alias not in NOWHERE}
