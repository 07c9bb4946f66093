"""A table of phrases, at three instants and in five zones: right, asked, never misread."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.time import due
from tests.domain.due.oracle import meant

TABLE = [
    tuple(part.strip() for part in line.split(" | "))
    for line in (Path(__file__).parent / "phrases.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
INSTANTS = (
    datetime(2026, 12, 8, 9, 0, tzinfo=UTC),  # a Tuesday
    datetime(2026, 10, 24, 22, 30, tzinfo=UTC),  # before the clocks go back in Berlin
    datetime(2027, 3, 12, 15, 0, tzinfo=UTC),  # before they go forward in New York
)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")


def readings() -> list[tuple[str, str, due.Reading, datetime | None]]:
    return [
        (
            phrase,
            f"{zone} {now:%d %b}",
            due.whole(phrase, due.Writer(now=now, time_zone=zone)),
            meant(meaning, now, zone),
        )
        for phrase, meaning in TABLE
        for now in INSTANTS
        for zone in ZONES
    ]


def test_no_phrase_is_misread_and_nearly_all_that_are_clear_are_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = readings()

    misread = [
        (phrase, where, str(reading.at), str(right))
        for phrase, where, reading, right in found
        if isinstance(reading, due.Understood) and reading.at != right
    ]
    clear = [row for row in found if row[3] is not None]
    asked = [row for row in clear if not isinstance(row[2], due.Understood)]

    right = 1 - len(asked) / len(clear)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(TABLE)} phrases by {len(INSTANTS)} instants by {len(ZONES)} zones: of "
            f"{len(clear)} with one meaning {right:.2%} read, {len(asked)} asked; of "
            f"{len(found) - len(clear)} without one all asked; {len(misread)} misread\n"
        )
    assert len(TABLE) >= 300
    assert misread == []
    assert right >= 0.97, sorted({row[0] for row in asked})
