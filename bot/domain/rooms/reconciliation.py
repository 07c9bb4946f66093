"""Comparing a room with Slack, where events about its channel may have been missed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.escalation.room import Room, RoomState
from bot.domain.escalation.timeline import EntryKind
from bot.domain.people import SlackUserId
from bot.domain.publishing.audience import EscalationAccess

# Slack repeats an event for six minutes: what was compared later than that has missed nothing.
COVERED_BY_RETRIES = timedelta(minutes=5)
# How old a comparison may be when something of the escalation is told outside its room.
FRESH = timedelta(minutes=15)
# States in which a room is looked after; one that is being opened is known from its making.
COMPARED = frozenset({RoomState.OPEN, RoomState.ARCHIVED, RoomState.UNREACHABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRoom:
    """A room's channel as Slack shows it.

    Attributes:
        is_member: Whether we are in it.
        is_shared: People of another organisation read it, or are about to.
        members: None when Slack does not tell.
        asked_at: When asking began, by our clock.
    """

    name: str
    is_private: bool
    is_archived: bool
    is_member: bool
    is_shared: bool
    members: frozenset[SlackUserId] | None
    asked_at: datetime


def missed(room: Room, seen: SeenRoom) -> Iterator[EntryKind]:
    """Yield what must have happened to a room since the last event we heard of it."""
    if seen.is_private and not room.is_private:
        yield EntryKind.ROOM_MADE_PRIVATE
    if seen.is_shared != room.is_shared:
        yield EntryKind.ROOM_SHARED if seen.is_shared else EntryKind.ROOM_UNSHARED
    if room.state is RoomState.UNREACHABLE and seen.is_member:
        yield EntryKind.BOT_RETURNED
    if room.state is RoomState.ARCHIVED and not seen.is_archived:
        yield EntryKind.ROOM_UNARCHIVED
    if room.state is RoomState.OPEN and seen.is_archived:
        yield EntryKind.ROOM_ARCHIVED
    elif room.state is RoomState.OPEN and not seen.is_member:
        yield EntryKind.BOT_REMOVED


def is_fresh(room: EscalationAccess, now: datetime) -> bool:
    """Whether what is known of a room is recent enough to tell of it elsewhere."""
    if room.state not in COMPARED:
        return True
    return room.reconciled_at is not None and now - room.reconciled_at <= FRESH
