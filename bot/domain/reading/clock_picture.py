"""How the clocks of an escalation stand, for the messages that show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.people import SlackUserId
from bot.domain.reading.war_room import WarRoom
from bot.domain.sla.clock import ClockState
from bot.domain.sla.record import ClockId


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockNow:
    """One clock for the eye.

    Attributes:
        due_at: Of the promise that was broken, once one is; None while paused.
        point: The highest rung that was reached; empty while there is none.
        times: How often people were told of it.
        on_it: Who is on it; None while nobody is.
        is_latest: No later clock of its kind has begun.
    """

    clock_id: ClockId
    title: str
    state: ClockState
    due_at: datetime | None
    until_at: datetime | None
    stopped_at: datetime | None
    point: str
    times: int
    on_it: SlackUserId | None
    is_latest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClocksPicture:
    """Everything about one escalation's clocks, read at one instant."""

    war_room: WarRoom
    clocks: Mapping[ClockId, ClockNow]

    @property
    def has_begun(self) -> bool:
        """Whether any clock has reached a rung, so that there is something to show."""
        return any(clock.point for clock in self.clocks.values())
