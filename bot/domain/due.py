"""Due times as people write them: "fri 17:00", "tomorrow 9am", "in 2 hours", "30 nov"."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from bot.domain.errors import InvalidInput
from bot.domain.people import SlackUserId

MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
BY = re.compile(r"(?:^|\s)(?:by|due|until)\s+", re.IGNORECASE)
MOST_WORDS = 6  # of a due time
END_OF_DAY = time(17, 0)  # meant when somebody names a day and no hour
# The parser skips these; at the end of a time they are words of the sentence that follows.
SKIPPED = frozenset({"the", "a", "an", "and", "of", "at", "on", "in", "for", "to"})
HOUR = re.compile(r"\d:\d|\d\s*[ap]\.?m|noon|midnight|\d\s*h|hour|\d\s*min", re.IGNORECASE)
EXAMPLE = "such as fri 17:00, tomorrow 9am, in 2 hours or 2026-12-01 08:30"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a line such as `@eva by fri 17:00 replay the export` asks for."""

    text: str
    owner: SlackUserId | None
    due_at: datetime | None


def read(line: str, *, now: datetime, time_zone: str) -> Asked:
    """Take a person and a due time out of a line; what is left is what is to be done.

    Raises:
        InvalidInput: The due time is in the past.
    """
    mention = MENTION.search(line)
    left = MENTION.sub(" ", line, count=1) if mention else line
    due_at, left = _taken_out(left, now, time_zone)
    owner = SlackUserId(mention[1]) if mention else None
    return Asked(text=" ".join(left.split()), owner=owner, due_at=due_at)


def leading(line: str, *, now: datetime, time_zone: str) -> tuple[datetime | None, str]:
    """Return the due time a line begins with, None when there is none, and what follows it.

    Raises:
        InvalidInput: The due time is in the past.
    """
    words = line.split()
    # The longest beginning that is a time: "fri 17:00 replay" is one of two words.
    for count in range(min(MOST_WORDS, len(words)), 0, -1):
        found = instant(" ".join(words[:count]), now=now, time_zone=time_zone)
        if found is not None:
            break
    else:
        return None, line
    if found <= now:
        raise InvalidInput({"due_at": f"{' '.join(words[:count])} is in the past."})
    while words[count - 1].casefold() in SKIPPED:
        count -= 1
    return found, " ".join(words[count:])


def instant(phrase: str, *, now: datetime, time_zone: str) -> datetime | None:
    """Return the instant a phrase names to somebody in that zone (IANA), None when it names none.

    A day without an hour means its end, 17:00.
    """
    # Loaded when first needed: it takes 16 MiB, and most processes start without it.
    from dateparser.date import DateDataParser  # noqa: PLC0415

    zone = ZoneInfo(time_zone)
    phrase = re.sub(r"\b(?:eod|end of (?:the )?day)\b", "today", phrase, flags=re.IGNORECASE)
    settings = {
        "PREFER_DATES_FROM": "future",
        "RELATIVE_BASE": now.astimezone(zone).replace(tzinfo=None),
    }
    found = DateDataParser(languages=["en"], settings=settings).get_date_data(phrase)
    # A bare number or month is more often a word of the sentence than a time.
    if found.date_obj is None or found.period in {"month", "year"}:
        return None
    local: datetime = found.date_obj.replace(tzinfo=None)
    if not HOUR.search(phrase):
        local = datetime.combine(local.date(), END_OF_DAY)
    return local.replace(tzinfo=zone).astimezone(UTC)


def _taken_out(line: str, now: datetime, time_zone: str) -> tuple[datetime | None, str]:
    for found in BY.finditer(line):
        due_at, rest = leading(line[found.end() :], now=now, time_zone=time_zone)
        if due_at is not None:
            return due_at, f"{line[: found.start()]} {rest}"
    return None, line
