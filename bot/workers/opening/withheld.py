"""Why a step said nothing where it was to, in words for the requester."""

from collections.abc import Mapping

from bot.domain.publishing.audience import Withheld

NOT_ANNOUNCED: Mapping[Withheld, str] = {
    Withheld.SHARED: "The announcement channel is shared with another organisation.",
    Withheld.GUESTS: "The announcement channel has guests.",
    Withheld.ARCHIVED: "The announcement channel is archived.",
    Withheld.PRIVATE: "",  # nobody expects it
}
WITHHELD: Mapping[Withheld, str] = {
    Withheld.SHARED: "The room is shared with another organisation.",
    Withheld.NO_MEMBER: "This person is not a member of the workspace.",
    Withheld.NOT_INSIDE: "This person is not in the room.",
    Withheld.ARCHIVED: "The room is archived.",
}
