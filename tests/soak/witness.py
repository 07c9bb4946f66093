"""What Slack saw: every message of ours, told apart by the markers of its blocks."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bot.domain.meetings.policy import CadenceKind
from bot.domain.reminders.message import MOST_LINES
from bot.sandbox.demo import BOT
from bot.sandbox.slack import Sandbox
from bot.sandbox.workspace import Channel, Message
from bot.views.block_kit.action_ids import Marker
from tests.soak.climb import RESUMED
from tests.soak.oracle import RECOVERED
from tests.soak.tally import Told
from tests.war_room import marked, words_of

FULL = "full"
RAN_OUT, KEPT_LATE = ": the pause ", ": recovered, "


class Witness:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def rungs(self) -> list[Told]:
        """Return each line about a step of a clock, where and when it stood there first."""
        seen: set[tuple[str, str]] = set()
        found = []
        for where, at, blocks in self._drawn():
            for block in blocks:
                marker, _, what = str(block.get("block_id")).partition(":")
                if marker == Marker.RUNG and (where, what) not in seen:
                    seen.add((where, what))
                    found.append(Told(where, what, at))
        return found

    def resumed(self) -> list[Told]:
        return self._sentences(RAN_OUT, RESUMED)

    def recoveries(self) -> list[Told]:
        return self._sentences(KEPT_LATE, RECOVERED)

    def digests(self) -> list[Told]:
        return [_told(at, "digest", said) for at, said in self._marked(Marker.DIGEST)]

    def reminders(self) -> list[Told]:
        """Return each thing of which somebody was reminded; many may stand in one message.

        What a message adds when it is edited was told then; of a full message, all was told at
        once, and some of it may only be counted.
        """
        seen: dict[str, set[str]] = {}
        found = []
        for where, at, blocks in self._drawn():
            marker = str(blocks[0].get("block_id")) if blocks else ""
            if not marker.startswith(f"{Marker.REMINDER}:"):
                continue
            ids = [str(block.get("block_id")) for block in blocks]
            lines = {one for one in ids if one.startswith(f"{Marker.REMINDER_LINE}:")}
            count = len(lines - seen.get(marker, set()))
            if marker not in seen:
                count = _count(words_of(blocks)) - sum(
                    one.startswith(f"{Marker.RUNG}:") for one in ids
                )
                lines |= {FULL} if _count(words_of(blocks)) > MOST_LINES else set()
            elif FULL in seen[marker]:
                count = 0
            seen[marker] = seen.get(marker, set()) | lines
            found += [Told(where, "reminder", at)] * count
        return found

    def calls(self) -> list[Told]:
        """Return each call, posted or in the message of one that nobody answered."""
        seen: set[str] = set()
        found = []
        for where, at, blocks in self._drawn():
            marker = str(blocks[0].get("block_id")) if blocks else ""
            if marker.startswith(f"{Marker.CALL}:") and marker not in seen:
                seen.add(marker)
                found.append(Told(where, _call(blocks), at))
        return found

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
        """Return every message, and every line about a step, that stands twice in one place.

        A breach that joins a message in the channel is said in the thread as well.
        """
        found: Counter[tuple[str, str]] = Counter()
        for channel in self._sandbox.workspace.channels.values():
            for said in channel.visible():
                spot = "thread" if said.thread_ts not in {None, said.ts} else "channel"
                ids = [str(block.get("block_id")) for block in said.blocks]
                found.update((channel.id, one) for one in ids[:1])
                lines = [one for one in ids if one.startswith(f"{Marker.RUNG}:")]
                found.update((f"{channel.id} {spot}", one) for one in lines)
        return [key for key, count in found.items() if count > 1]

    def spoken(self) -> Iterator[tuple[str, bool, int]]:
        """Yield of each channel or person whether it is a room, and how many messages it has."""
        for channel in self._sandbox.workspace.channels.values():
            ours = sum(said.user == BOT and bool(said.blocks) for said in channel.visible())
            yield channel.dm_with or channel.id, "ROOM" in channel.id, ours

    def _drawn(self) -> Iterator[tuple[str, datetime, list[dict[str, Any]]]]:
        """Yield every state of every message of ours: where it stands, since when, its blocks."""
        channels = self._sandbox.workspace.channels
        for call in self._sandbox.calls:
            if call.performed and call.method in {"chat.postMessage", "chat.update"}:
                to = str(call.args["channel"])
                where = (channels[to].dm_with or to) if to in channels else to
                blocks = call.args.get("blocks") or []
                blocks = json.loads(blocks) if isinstance(blocks, str) else blocks
                yield where, datetime.fromtimestamp(call.at, UTC), blocks

    def _sentences(self, words: str, what: str) -> list[Told]:
        """Return what was said of a clock in those words."""
        return [
            _told(at, f"{_plain(said).partition(':')[0]} {what}", said)
            for at, said in self._marked(Marker.SAID)
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


def _count(words: str) -> int:
    """Return of how many things a message reminds, which its first line says."""
    many = re.match(r"(\d+) reminders", words)
    return int(many[1]) if many else 1


def _call(blocks: list[dict[str, Any]]) -> str:
    words = words_of(blocks)
    return next(kind.label for kind in CadenceKind if kind.label in words)
