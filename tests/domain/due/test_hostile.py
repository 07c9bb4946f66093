"""Whatever is typed is read quickly, and nothing that is typed breaks the reader."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.time import due
from bot.domain.time.due.reading import MOST_MARKERS
from bot.domain.time.due.words import MOST_WORDS, words_of

NOW = datetime(2026, 12, 8, 9, 0, tzinfo=UTC)
LENGTH = 12_000
HOSTILE = [
    "by 1.1.1.1 ",
    "by fri ",
    "by fri 17:00 3 May ",
    "by a an ",
    "by by ",
    "until ",
    "by 3/12 17:00 PST ",
    "by Berlin time ",
    "by fri Europe/Berlin Asia/Nowhere ",
    "by in 2 hours and 3 minutes and ",
    "by 1h1h1h1h1h1h ",
    "by 999999999999999 days ",
    "by 9999-12-31T23:59 ",
    "by \u0661\u0662:\u0660\u0660 ",
    "by \ud800 17:00 ",
    "by \u202e\u200b\ufdfa ",
    "1",
    "0:",
    "-",
    ".",
    "(",
    "<@U",
    "<@U1|",
    "by next this coming next ",
    "by at on the of at on the of ",
    "by tomorrow tonight morning noon ",
]
ZONES = ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe", "No/Where"]


@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_twelve_thousand_hostile_characters_take_a_moment(piece: str) -> None:
    text = (piece * LENGTH)[:LENGTH]
    writer = due.Writer(now=NOW, time_zone="Europe/Berlin")
    quickest = []

    for reader in (due.read, due.leading, due.whole, due.until):
        spent = []
        for _ in range(3):
            began = time.process_time()
            reader(text, writer)
            spent.append(time.process_time() - began)
        quickest.append(min(spent))

    # Of the process, so that a busy machine does not count; the bench holds 20 ms.
    assert max(quickest) < 0.1, quickest


def test_the_work_grows_with_the_words_and_not_faster() -> None:
    assert len(words_of("by fri " * LENGTH)) <= MOST_WORDS + 2
    crowded = "x " + "by fri 17:00 " * (MOST_MARKERS + 5)

    asked = due.read(crowded, due.Writer(now=NOW, time_zone="UTC"))

    assert isinstance(asked.due, due.Ambiguous), "what was not looked at may say another time"


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "phrase",
    [
        "9999-12-31 23:59",
        "0001-01-01 00:00",
        "9999-12-31T23:59+14:00",
        "31 Dec 9999",
        "in 99999 weeks",
        "in 99999 days",
        "99999h",
        "24:00",
        "fri 24:00",
        "UTC+99",
        "17:00 UTC+99",
        "17:00 +99:99",
        "29 Feb",
        "29 Feb 2027",
        "0/0",
        "00.00.",
        "the 0th",
        "the 99th",
        "a an",
        "",
        " ",
        "\ud800",
    ],
    ids=repr,
)
def test_extreme_phrases_have_an_answer(phrase: str, zone: str) -> None:
    writer = due.Writer(now=NOW, time_zone=zone)

    reading = due.whole(phrase, writer)

    assert due.question(reading, zone)
    at = due.instant(reading)
    assert at is None or NOW < at < NOW + timedelta(days=365 * 51)
    due.read(f"send it by {phrase}", writer)
    due.leading(phrase, writer)
