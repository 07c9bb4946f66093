"""The dossier: the whole record of one escalation, read at one instant, to be kept elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.escalation.room_naming import CUSTOMER_SHARE, slug
from bot.domain.escalation.timeline import Entry, Head
from bot.domain.people import Assignment, SlackUserId, user_id
from bot.domain.plan.item import Item, ItemSource
from bot.domain.plan.kinds import ItemKind
from bot.domain.reading.war_room import WarRoom
from bot.domain.sla.breach import Breach, Recovery
from bot.domain.sla.explanation import Explanation
from bot.domain.text.notation import people_in


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptClock:
    """One promise of time: how it stands, its pauses, and what was written down of it.

    Attributes:
        breach: None while the promise is not broken.
        recovery: None while nobody noted how it is kept after all.
    """

    explanation: Explanation
    breach: Breach | None = None
    recovery: Recovery | None = None

    def people(self) -> Iterator[str | None]:
        """Yield the Slack ids of whoever occurs in it, in words as well."""
        found = self.explanation
        for pause in found.pauses:
            yield pause.by
            yield from people_in(f"{pause.evidence} {pause.ended_because}")
        yield from people_in(found.how)
        if found.waiver is not None:
            yield found.waiver.by
        yield self.breach.recorded_by if self.breach else None
        yield self.recovery.noted_by if self.recovery else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Everything that is known of an escalation.

    Attributes:
        items: Of every kind, by kind and number, also those taken back and replaced.
        roles: Who held which role, also those who gave it up, in the order they took it.
        clocks: In the order they were started, also those that have ended.
        entries: The timeline, the oldest entry first.
        head: Where its chain of digests ends.
        names: Slack ids to names; who is not in it is named by their id.
    """

    war_room: WarRoom
    items: tuple[Item, ...]
    roles: tuple[Assignment, ...]
    clocks: tuple[KeptClock, ...]
    entries: tuple[Entry, ...]
    head: Head
    names: Mapping[str, str]

    @property
    def stem(self) -> str:
        """The name of its files without their ending, such as esc-2026-0042-acme-2026-11-25."""
        number = self.war_room.escalation.number.lower()
        customer = slug(self.war_room.customer.name)[:CUSTOMER_SHARE].strip("-")
        parts = (number, customer, f"{self.war_room.read_at:%Y-%m-%d}")
        return "-".join(part for part in parts if part)

    def of(self, kind: ItemKind) -> list[Item]:
        return [item for item in self.items if item.kind is kind]

    def name(self, user: str) -> str:
        return self.names.get(user, user)

    def people(self) -> list[str]:
        """Return the Slack ids of everybody who occurs in it, in words as well, each once."""
        found = map(user_id, self._everybody())
        return list(dict.fromkeys(user for user in found if user is not None))

    def nameless(self) -> list[SlackUserId]:
        """Return the people of the record whose names nobody has told us yet."""
        return [SlackUserId(user) for user in self.people() if user not in self.names]

    def _everybody(self) -> Iterator[str | None]:
        escalation = self.war_room.escalation
        yield from (escalation.owner, escalation.raised_by, escalation.acknowledged_by)
        yield escalation.handover_to
        for role in self.roles:
            yield from (role.user_id, role.assigned_by)
        for item in self.items:
            yield from (item.content.owner, item.recorded_by, item.ended_by)
            yield from (slip.by for slip in item.slips)
            yield from _in_source(item.source)
        for clock in self.clocks:
            yield from clock.people()
        for entry in self.entries:
            yield entry.actor
            yield from entry.people


def _in_source(source: ItemSource | None) -> Iterator[str]:
    if source is not None:
        yield source.author
        yield from people_in(f"{source.text} {source.text_now or ''}")
