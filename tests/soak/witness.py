"""What Slack saw: every message of ours, told apart by the marker of its first block."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from bot.domain.rhythm_policy import RhythmKind
from bot.sandbox.slack import Sandbox
from bot.sandbox.workspace import Channel, Message
from bot.views.action_ids import Marker
from tests.soak.oracle import RECOVERED, RESUMED
from tests.soak.tally import Told
from tests.war_room import marked, words_of

RUNG = re.compile(r"(?P<number>ESC-\S+) · (?P<title>[^:]+): (?P<point>.+)")
TIMES = re.compile(r"told (\d+) times")
# Rungs told in words; of those beyond 100 % the scene keeps one.
WORDED = {
    "due now": "0 min",
    "breached": "100 %",
    "breached, and still open": "150 %",
    "still open": "150 %",
}
RAN_OUT, KEPT_LATE = ": the pause ", ": recovered, "
SENTENCES = (RAN_OUT, KEPT_LATE)


class Witness:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def rungs(self) -> list[Told]:
        return [
            _rung(at, said)
            for at, said in self._marked(Marker.RUNG)
            if not any(other in _plain(said) for other in SENTENCES)
        ]

    def resumed(self) -> list[Told]:
        return self._sentences(RAN_OUT, RESUMED)

    def recoveries(self) -> list[Told]:
        return self._sentences(KEPT_LATE, RECOVERED)

    def digests(self) -> list[Told]:
        return [_told(at, "digest", said) for at, said in self._marked(Marker.DIGEST)]

    def reminders(self) -> list[Told]:
        return [
            _told(at, "reminder", said)
            for at, said in self._marked(Marker.REMINDER)
            for _ in range(_count(said))
        ]

    def calls(self) -> list[Told]:
        return [_told(at, _call(said), said) for at, said in self._marked(Marker.CALL)]

    def notes(self) -> list[Told]:
        """Return what rooms were told of people's deeds; digests' channels hear of theirs, too."""
        notes = self._marked(Marker.NOTE)
        return [_told(at, "note", said) for at, said in notes if "ROOM" in at.id]

    def archivings(self) -> list[Told]:
        return [
            Told(call.args["channel"], "archived", datetime.fromtimestamp(call.at, UTC))
            for call in self._sandbox.calls
            if call.method == "conversations.archive" and call.ok
        ]

    def doubled(self) -> list[tuple[str, str]]:
        """Return every marker that stands on two messages of one channel."""
        found = Counter(
            (channel.id, str(said.blocks[0].get("block_id")))
            for channel in self._sandbox.workspace.channels.values()
            for said in channel.visible()
            if said.blocks
        )
        return [key for key, count in found.items() if count > 1]

    def _sentences(self, words: str, what: str) -> list[Told]:
        """Return what was said of a clock in those words."""
        return [
            _told(at, f"{_plain(said).partition(':')[0]} {what}", said)
            for at, said in self._marked(Marker.RUNG)
            if words in _plain(said)
        ]

    def _marked(self, marker: Marker) -> Iterator[tuple[Channel, Message]]:
        for channel in self._sandbox.workspace.channels.values():
            for said in marked(channel, marker):
                yield channel, said


def _told(at: Channel, what: str, said: Message) -> Told:
    return Told(at.dm_with or at.id, what, datetime.fromtimestamp(float(said.ts), UTC))


def _plain(said: Message) -> str:
    """Return the words without what keeps Slack from reading markup into them."""
    return said.text.replace("\u200b", "")


def _count(said: Message) -> int:
    """Return of how many things a message reminds, which its first line says."""
    many = re.match(r"(\d+) reminders", words_of(said.blocks))
    return int(many[1]) if many else 1


def _call(said: Message) -> str:
    words = words_of(said.blocks)
    return next(kind.label for kind in RhythmKind if kind.label in words)


def _rung(at: Channel, said: Message) -> Told:
    found = RUNG.fullmatch(_plain(said))
    assert found is not None, said.text
    again = TIMES.search(words_of(said.blocks))
    times = f" x{again[1]}" if again else ""
    return _told(at, f"{found['number']} {found['title']} {_key(found['point'])}{times}", said)


def _key(point: str) -> str:
    """Return the rung that the words stand for, as the policy writes it."""
    if percent := re.search(r"\d+ %", point):
        return percent[0]
    if point in WORDED:
        return WORDED[point]
    length = re.search(r"\d+ min|\d+ h", point)
    assert length is not None, point
    minutes = int(length[0].split()[0]) * (60 if length[0].endswith("h") else 1)
    return f"{'-' if point.startswith('due in') else '+'}{minutes} min"
