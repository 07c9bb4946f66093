"""Who reads a text in the place it goes to, and whether they may."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.escalation.timeline import Audience
from bot.domain.people import PersonKind


class Withheld(StrEnum):
    """Why a text does not go where it was to go."""

    SHARED = "shared"
    GUESTS = "guests"
    PRIVATE = "private"
    NO_MEMBER = "no_member"
    NOT_INSIDE = "not_inside"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomReaders:
    """Those in the escalation's own room.

    Attributes:
        is_shared: People of another organisation read it, or are about to.
    """

    is_shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelReaders:
    """Those in any other channel.

    Attributes:
        is_shared: People of another organisation read it, or are about to.
        has_guests: Guests of the workspace read it.
    """

    is_shared: bool
    has_guests: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OneReader:
    """One person, by direct message.

    Attributes:
        kind: None when Slack does not know them.
        is_inside: Whether they are in the escalation's room, or are to be in it.
    """

    kind: PersonKind | None
    is_inside: bool = False


Readers = RoomReaders | ChannelReaders | OneReader


def withheld(audience: Audience, readers: Readers, *, is_private: bool) -> Withheld | None:
    """Return why a text about an escalation must not reach these readers; None when it may.

    Of a private escalation nothing is said in another channel, whoever reads that, and nothing to
    whom its room does not hold. What is internal is for members of the workspace; in the room
    itself guests read on, because somebody let them in there.
    """
    match readers:
        case RoomReaders():
            is_barred = readers.is_shared and audience is Audience.INTERNAL
            return Withheld.SHARED if is_barred else None
        case ChannelReaders():
            return _from_channel(audience, readers, is_private=is_private)
        case OneReader():
            if audience is Audience.INTERNAL and readers.kind is not PersonKind.MEMBER:
                return Withheld.NO_MEMBER
            return Withheld.NOT_INSIDE if is_private and not readers.is_inside else None


def _from_channel(
    audience: Audience, readers: ChannelReaders, *, is_private: bool
) -> Withheld | None:
    if is_private:
        return Withheld.PRIVATE
    if audience is Audience.CUSTOMER:
        return None
    if readers.is_shared:
        return Withheld.SHARED
    return Withheld.GUESTS if readers.has_guests else None
