"""Who reads a text in the place it goes to, and whether they may."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.escalation.room import RoomState
from bot.domain.escalation.timeline import Audience
from bot.domain.people import PersonKind, SlackUserId


class Withheld(StrEnum):
    """Why a text does not go where it was to go."""

    SHARED = "shared"
    GUESTS = "guests"
    PRIVATE = "private"
    NO_MEMBER = "no_member"
    NOT_INSIDE = "not_inside"
    ARCHIVED = "archived"
    UNREACHABLE = "unreachable"
    ELSEWHERE = "elsewhere"  # the message to edit does not stand in that place


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationAccess:
    """What decides who may read about an escalation.

    Attributes:
        owner: The escalation manager, who is sent what the room may not read.
        state: Of its room.
        is_shared: People of another organisation read the room, or are about to.
        reconciled_at: When the room was last compared with Slack; None before the first time.
    """

    owner: SlackUserId
    is_private: bool
    state: RoomState
    is_shared: bool
    reconciled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomReaders:
    """Those in the room of an escalation.

    Attributes:
        state: Of the room; only one that is being opened or is open is written to.
        is_shared: People of another organisation read it, or are about to.
        is_own: Whatever is private in the text is of this room's escalation.
    """

    state: RoomState = RoomState.OPEN
    is_shared: bool
    is_own: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelReaders:
    """Those in any other channel.

    Attributes:
        is_shared: People of another organisation read it, or are about to.
        has_guests: Guests of the workspace read it.
    """

    is_shared: bool
    has_guests: bool
    is_archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OneReader:
    """One person, by direct message.

    Attributes:
        kind: None when Slack does not know them.
        is_inside: Whether they are in the rooms of all private escalations that the text is about,
            or are to be in them.
    """

    kind: PersonKind | None
    is_inside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideReaders:
    """People or systems beyond Slack, such as a mailbox: nobody there is a member."""


Readers = RoomReaders | ChannelReaders | OneReader | OutsideReaders


def withheld(audience: Audience, readers: Readers, *, is_private: bool) -> Withheld | None:
    """Return why a text must not reach these readers; None when it may.

    Of a private escalation nothing is said in another channel, whoever reads that, and nothing to
    whom its room does not hold. What is internal is for members of the workspace; in the room
    itself guests read on, because somebody let them in there. Outside Slack only what was written
    for customers is read, of a private escalation as well: it is theirs.

    Args:
        audience: For whom the text was written.
        readers: Who would read it.
        is_private: Whether any escalation that it is about is private.
    """
    match readers:
        case RoomReaders():
            return _from_room(audience, readers, is_private=is_private)
        case ChannelReaders():
            return _from_channel(audience, readers, is_private=is_private)
        case OneReader():
            if audience is Audience.INTERNAL and readers.kind is not PersonKind.MEMBER:
                return Withheld.NO_MEMBER
            return Withheld.NOT_INSIDE if is_private and not readers.is_inside else None
        case OutsideReaders():
            return Withheld.NO_MEMBER if audience is Audience.INTERNAL else None


def _from_room(audience: Audience, readers: RoomReaders, *, is_private: bool) -> Withheld | None:
    if is_private and not readers.is_own:
        return Withheld.PRIVATE
    if readers.is_shared and audience is Audience.INTERNAL:
        return Withheld.SHARED
    match readers.state:
        case RoomState.ARCHIVED:
            return Withheld.ARCHIVED
        case RoomState.UNREACHABLE | RoomState.FAILED:
            return Withheld.UNREACHABLE
        case RoomState.OPENING | RoomState.OPEN:
            return None


def _from_channel(
    audience: Audience, readers: ChannelReaders, *, is_private: bool
) -> Withheld | None:
    if is_private:
        return Withheld.PRIVATE
    if readers.is_archived:
        return Withheld.ARCHIVED
    if audience is Audience.INTERNAL and readers.is_shared:
        return Withheld.SHARED
    if audience is Audience.INTERNAL and readers.has_guests:
        return Withheld.GUESTS
    return None
