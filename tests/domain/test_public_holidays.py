"""Whose public holidays a zone stands for, and which region somebody means."""

from datetime import date

import pytest

from bot.public_holidays import PublicHolidayBook

BOOK = PublicHolidayBook()


@pytest.mark.parametrize(
    ("zone", "region"),
    [
        ("Europe/Lisbon", "PT"),
        ("Europe/Berlin", "DE"),
        ("America/New_York", "US"),
        ("Europe/London", "GB-ENG"),
        ("GB", "GB-ENG"),
        ("Europe/Belfast", "GB-NIR"),
        ("US/Pacific", "US"),
        ("US/Hawaii", "US-HI"),
        ("Europe/Kiev", "UA"),
        ("Asia/Calcutta", "IN"),
        ("Asia/Katmandu", "NP"),
        ("America/Toronto", "CA-ON"),
        ("America/Montreal", "CA-QC"),
        ("Canada/Pacific", "CA-BC"),
        ("Australia/Sydney", "AU-NSW"),
        ("Australia/Victoria", "AU-VIC"),
        ("Europe/Zurich", "CH-ZH"),
        ("Atlantic/Canary", "ES-CN"),
        ("UTC", ""),
        ("Etc/GMT+5", ""),
        ("EST", ""),
        ("CET", ""),
    ],
)
def test_a_zone_stands_for_the_region_most_of_its_people_live_in(zone: str, region: str) -> None:
    assert BOOK.region_of(zone) == region
    assert bool(BOOK.get(region)) is bool(region)


@pytest.mark.parametrize(
    ("region", "day", "is_closed"),
    [
        ("GB-ENG", date(2026, 4, 6), True),  # Easter Monday
        ("GB-SCT", date(2026, 4, 6), False),
        ("GB-SCT", date(2026, 11, 30), True),  # Saint Andrew
        ("GB-NIR", date(2026, 3, 17), True),  # Saint Patrick
        ("CA-QC", date(2026, 6, 24), True),  # Saint John
        ("CA-ON", date(2026, 6, 24), False),
        ("AU-VIC", date(2026, 11, 3), True),  # Melbourne Cup
        ("AU-NSW", date(2026, 11, 3), False),
        ("CH-ZH", date(2026, 4, 6), True),
        ("DE", date(2026, 1, 6), False),
        ("DE-BY", date(2026, 1, 6), True),  # Epiphany
        ("ES-CT", date(2026, 9, 11), True),  # National Day of Catalonia
        ("US-MA", date(2026, 4, 20), True),  # Patriots' Day
    ],
)
def test_parts_of_a_country_have_holidays_of_their_own(
    region: str, day: date, *, is_closed: bool
) -> None:
    assert (day in BOOK[region]) is is_closed


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("PT", "PT"),
        ("de-by", "DE-BY"),
        (" GB_SCT ", "GB-SCT"),
        ("UK", "GB"),
        ("Portugal", "PT"),
        ("scotland", "GB-SCT"),
        ("Bayern", "DE-BY"),
        ("Bavaria", "DE-BY"),
        ("California", "US-CA"),
        ("Québec", "CA-QC"),
    ],
)
def test_a_region_is_known_by_its_code_and_by_its_name(typed: str, region: str) -> None:
    assert BOOK.region_named(typed) == region


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("Georgia", "one of GE, US-GA, which all have that name"),
        ("Atlantis", "a country or a part of one, such as PT, DE-BY or Scotland"),
        ("DE-XX", "a country or a part of one"),
        ("", "a country or a part of one"),
    ],
)
def test_a_region_that_is_none_or_several_is_refused_in_words(typed: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        BOOK.region_named(typed)


def test_a_region_has_a_name_for_people() -> None:
    assert BOOK.title("GB-SCT") == "Scotland, United Kingdom"
    assert BOOK.title("PT") == "Portugal"
    assert "DE-BY" in BOOK.parts("DE")
