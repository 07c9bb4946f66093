"""Single readings that went wrong elsewhere, each with what it means or what is asked instead."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.time import due

NOW = datetime(2026, 12, 8, 9, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Berlin
BERLIN = due.Writer(now=NOW, time_zone="Europe/Berlin")


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("phrase", "at"),
    [
        ("by friday 9am PST", "2026-12-11T18:00"),
        ("45m", "2026-12-08T10:45"),
        ("in 2h30", "2026-12-08T12:30"),
        ("1h 15m", "2026-12-08T11:15"),
        ("tomorrow at 9", "2026-12-09T09:00"),
        ("friday at 17", "2026-12-11T17:00"),
        ("tomorrow eod", "2026-12-09T17:00"),
        ("eod fri", "2026-12-11T17:00"),
        ("cob monday", "2026-12-14T17:00"),
        ("tue 17:00", "2026-12-08T17:00"),
        ("15.00", "2026-12-08T15:00"),
    ],
)
def test_a_time_is_read_to_its_last_word(phrase: str, at: str) -> None:
    assert due.instant(due.whole(phrase, BERLIN)) == berlin(at)


@pytest.mark.parametrize(
    ("phrase", "candidates"),
    [
        ("3/12", ["2027-03-12T17:00", "2027-12-03T17:00"]),
        ("tue", ["2026-12-08T17:00", "2026-12-15T17:00"]),
        ("next friday", ["2026-12-11T17:00", "2026-12-18T17:00"]),
        ("15h", ["2026-12-08T15:00", "2026-12-09T01:00"]),
        ("fri 12 dec", ["2026-12-11T17:00", "2026-12-12T17:00"]),
        ("1 dec", ["2027-12-01T17:00"]),
        ("tonight", ["2026-12-08T20:00", "2026-12-08T22:00"]),
        ("in 3 business days", ["2026-12-11T17:00"]),
        ("asap", []),
    ],
)
def test_what_can_mean_several_times_is_asked(phrase: str, candidates: list[str]) -> None:
    reading = due.whole(phrase, BERLIN)

    assert isinstance(reading, due.Ambiguous)
    assert list(reading.candidates) == [berlin(at) for at in candidates]


@pytest.mark.parametrize(
    ("locale", "zone", "at"),
    [
        ("en-GB", "Europe/London", "2026-12-03"),
        ("de-DE", "Europe/Berlin", "2026-12-03"),
        ("fr-FR", "Europe/Paris", "2026-12-03"),
        ("en-US", "America/New_York", "2027-03-12"),
        ("ja-JP", "Asia/Tokyo", "2027-03-12"),
        ("en-US", "Europe/Berlin", None),  # what everybody has who never chose one
        ("", "America/New_York", None),
    ],
)
def test_the_locale_decides_which_number_is_the_month(
    locale: str, zone: str, at: str | None
) -> None:
    november = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
    writer = due.Writer(now=november, time_zone=zone, locale=locale)

    found = due.instant(due.whole("3/12", writer))

    day = found.astimezone(ZoneInfo(zone)).date().isoformat() if found else None
    assert day == at


@pytest.mark.parametrize("phrase", ["in 90 minutes", "90m", "1h30"])
@pytest.mark.parametrize("day", ["2026-10-25T00:00", "2027-03-28T00:30"])
def test_a_length_is_elapsed_time_across_a_clock_change(phrase: str, day: str) -> None:
    now = datetime.fromisoformat(day).replace(tzinfo=UTC)
    writer = due.Writer(now=now, time_zone="Europe/Berlin")

    assert due.instant(due.whole(phrase, writer)) == now + timedelta(minutes=90)


@pytest.mark.parametrize(
    ("phrase", "day", "candidates"),
    [
        ("sun 02:30", "2026-10-24T12:00", ["2026-10-25T00:30", "2026-10-25T01:30"]),
        ("sun 02:30", "2027-03-27T12:00", ["2027-03-28T00:30", "2027-03-28T01:30"]),
    ],
    ids=["comes twice", "is skipped"],
)
def test_an_hour_that_comes_twice_or_never_is_asked(
    phrase: str, day: str, candidates: list[str]
) -> None:
    now = datetime.fromisoformat(day).replace(tzinfo=UTC)

    reading = due.whole(phrase, due.Writer(now=now, time_zone="Europe/Berlin"))

    assert isinstance(reading, due.Ambiguous)
    assert reading.doubt is due.Doubt.CLOCK_CHANGE
    expected = [datetime.fromisoformat(at).replace(tzinfo=UTC) for at in candidates]
    assert list(reading.candidates) == expected


def test_the_odd_days_of_the_year_keep_the_local_hour() -> None:
    spring = due.Writer(now=datetime(2027, 3, 27, 10, tzinfo=UTC), time_zone="Europe/Berlin")
    autumn = due.Writer(now=datetime(2026, 10, 24, 10, tzinfo=UTC), time_zone="Europe/Berlin")

    assert due.instant(due.whole("tomorrow 17:00", spring)) == berlin("2027-03-28T17:00")
    assert due.instant(due.whole("tomorrow 17:00", autumn)) == berlin("2026-10-25T17:00")


def test_a_time_that_has_passed_says_so() -> None:
    reading = due.whole("2026-11-01 10:00", BERLIN)

    assert isinstance(reading, due.Past)
    assert "Sun 1 Nov 2026, 10:00 CET, which is in the past" in due.question(
        reading, "Europe/Berlin"
    )


def test_a_day_means_another_hour_where_the_asker_says_so() -> None:
    morning = due.Writer(now=NOW, time_zone="Europe/Berlin", day_means=time(9))

    assert due.instant(due.whole("tomorrow", morning)) == berlin("2026-12-09T09:00")
    assert due.instant(due.whole("tomorrow eod", morning)) == berlin("2026-12-09T17:00")


@pytest.mark.parametrize(
    ("line", "owner", "text"),
    [
        ("<@U1EVA|eva> by fri 17:00 replay it", "U1EVA", "replay it"),
        ("by fri 17:00 <@U1EVA> replay it", "U1EVA", "replay it"),
        ("replay it by fri 17:00", None, "replay it"),
    ],
)
def test_a_line_says_who_what_and_by_when(line: str, owner: str | None, text: str) -> None:
    asked = due.read(line, BERLIN)

    assert (asked.owner, asked.text) == (owner, text)
    assert due.instant(asked.due) == berlin("2026-12-11T17:00")


@pytest.mark.parametrize(
    ("line", "kind", "rest"),
    [
        ("until fri 10:00 <https://x>", due.Understood, "<https://x>"),
        ("<https://x> until fri 10:00", due.Understood, "<https://x>"),
        ("for 2 days they are away", due.Understood, "they are away"),
        ("until 2h asked them", due.Understood, "asked them"),
        ("until monda 10:00 <https://x>", due.NotUnderstood, "until monda 10:00 <https://x>"),
        ("until they answer", due.NotUnderstood, "until they answer"),
        ("until 3/12 asked them", due.Ambiguous, "asked them"),
        ("for the customer to answer", type(None), "for the customer to answer"),
        ("asked <@U1EVA> for the logs", type(None), "asked <@U1EVA> for the logs"),
    ],
)
def test_an_end_is_taken_out_of_what_shows_a_pause(line: str, kind: type, rest: str) -> None:
    reading, left = due.until(line, BERLIN)

    assert type(reading) is kind
    assert left == rest


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("friday 9am PST", "Fri 11 Dec 2026, 18:00 CET (09:00 PST)"),
        ("friday 5am India time", "Fri 11 Dec 2026, 00:30 CET (05:00 IST)"),
        ("friday 8pm PST", "Sat 12 Dec 2026, 05:00 CET (Fri 11 Dec 2026, 20:00 PST)"),
        ("friday 9am CET", "Fri 11 Dec 2026, 09:00 CET"),
        ("friday 9:00 UTC+5:30", "Fri 11 Dec 2026, 04:30 CET (09:00 UTC+5:30)"),
    ],
)
def test_a_time_is_said_back_with_weekday_and_in_both_zones(phrase: str, said: str) -> None:
    reading = due.whole(phrase, BERLIN)

    assert isinstance(reading, due.Understood)
    assert due.absolute(reading.at, "Europe/Berlin", reading.zone) == said


def test_the_question_names_what_can_be_meant() -> None:
    writer = due.Writer(now=datetime(2026, 11, 30, tzinfo=UTC), time_zone="Europe/Berlin")

    asked = due.question(due.whole("3/12", writer), "Europe/Berlin")

    assert asked == (
        "“3/12” could be Thu 3 Dec 2026, 17:00 CET or Fri 12 Mar 2027, 17:00 CET. Which one?"
    )
