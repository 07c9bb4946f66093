"""Times before and after other words: the words never become part of the time, nor it of them."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.time import due
from tests.domain.due.oracle import meant

ROWS = [
    tuple(part.strip() for part in line.split(" | "))
    for line in (Path(__file__).parent / "sentences.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
ZONE = "Europe/Berlin"
NOW = datetime(2026, 12, 2, 8, 0, tzinfo=UTC)  # a Wednesday, 09:00 in Berlin
WRITER = due.Writer(now=NOW, time_zone=ZONE)


def test_no_sentence_is_misread(capsys: pytest.CaptureFixture[str]) -> None:
    misread, right = [], 0
    for line, meaning, text in ROWS:
        asked = due.read(line, WRITER)
        expected = None if meaning in {"none", "ask"} else meant(meaning, NOW, ZONE)
        if due.instant(asked.due) is not None:
            is_right = (due.instant(asked.due), asked.text) == (expected, text)
            misread += [] if is_right else [(line, due.instant(asked.due), asked.text)]
            right += is_right
        else:
            right += expected is None

    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(ROWS)} sentences: {right / len(ROWS):.2%} right, the rest asked; "
            f"{len(misread)} misread\n"
        )
    assert len(ROWS) >= 300
    assert misread == []


@pytest.mark.parametrize(
    "line",
    [line for line, meaning, _ in ROWS if meaning == "ask" and "3/12" not in line],
)
def test_what_is_asked_keeps_every_word(line: str) -> None:
    asked = due.read(line, WRITER)

    assert not isinstance(asked.due, due.Understood)
    words = set(line.split())
    kept = set(asked.text.split()) | set((asked.due.phrase if asked.due else "").split())
    assert words - kept <= {"by", "until", "due"}
