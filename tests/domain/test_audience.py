"""Who may read what: every kind of content in every kind of place."""

from collections.abc import Iterator

import pytest

from bot.domain.escalation.room import RoomState
from bot.domain.escalation.timeline import Audience
from bot.domain.people import PersonKind
from bot.domain.publishing.audience import (
    ChannelReaders,
    OneReader,
    OutsideReaders,
    Readers,
    RoomReaders,
    Withheld,
    withheld,
)

INTERNAL, CUSTOMER = Audience.INTERNAL, Audience.CUSTOMER
OWN = ChannelReaders(is_shared=False, has_guests=False)
GUESTS = ChannelReaders(is_shared=False, has_guests=True)
SHARED = ChannelReaders(is_shared=True, has_guests=False)
BOTH = ChannelReaders(is_shared=True, has_guests=True)
INSIDE = OneReader(kind=PersonKind.MEMBER, is_inside=True)
OUTSIDE = OneReader(kind=PersonKind.MEMBER)

# Place → what becomes there of an internal text and of one for customers, of a public escalation
# and of a private one.
CASES: dict[str, tuple[Readers, tuple[Withheld | None, ...]]] = {
    "own room": (RoomReaders(is_shared=False), (None, None, None, None)),
    "shared room": (
        RoomReaders(is_shared=True),
        (Withheld.SHARED, None, Withheld.SHARED, None),
    ),
    "room of another escalation": (
        RoomReaders(is_shared=False, is_own=False),
        (None, None, Withheld.PRIVATE, Withheld.PRIVATE),
    ),
    "room being opened": (
        RoomReaders(state=RoomState.OPENING, is_shared=False),
        (None, None, None, None),
    ),
    "archived room": (
        RoomReaders(state=RoomState.ARCHIVED, is_shared=False),
        (Withheld.ARCHIVED,) * 4,
    ),
    "room we were removed from": (
        RoomReaders(state=RoomState.UNREACHABLE, is_shared=False),
        (Withheld.UNREACHABLE,) * 4,
    ),
    "room that could not be opened": (
        RoomReaders(state=RoomState.FAILED, is_shared=False),
        (Withheld.UNREACHABLE,) * 4,
    ),
    "archived channel": (
        ChannelReaders(is_shared=False, has_guests=False, is_archived=True),
        (Withheld.ARCHIVED, Withheld.ARCHIVED, Withheld.PRIVATE, Withheld.PRIVATE),
    ),
    "channel": (OWN, (None, None, Withheld.PRIVATE, Withheld.PRIVATE)),
    "channel with guests": (GUESTS, (Withheld.GUESTS, None, Withheld.PRIVATE, Withheld.PRIVATE)),
    "shared channel": (SHARED, (Withheld.SHARED, None, Withheld.PRIVATE, Withheld.PRIVATE)),
    "shared channel with guests": (
        BOTH,
        (Withheld.SHARED, None, Withheld.PRIVATE, Withheld.PRIVATE),
    ),
    "mailbox": (OutsideReaders(), (Withheld.NO_MEMBER, None, Withheld.NO_MEMBER, None)),
    "member inside": (INSIDE, (None, None, None, None)),
    "member outside": (OUTSIDE, (None, None, Withheld.NOT_INSIDE, Withheld.NOT_INSIDE)),
}


def cases() -> Iterator[tuple[Readers, Audience, bool, Withheld | None]]:
    for readers, becomes in CASES.values():
        texts = [(a, p) for p in (False, True) for a in (INTERNAL, CUSTOMER)]
        for (audience, is_private), reason in zip(texts, becomes, strict=True):
            yield readers, audience, is_private, reason


def names() -> list[str]:
    return [
        f"{place}, {audience}, {openness}"
        for place in CASES
        for openness in ("public", "private")
        for audience in ("internal", "for customers")
    ]


@pytest.mark.parametrize(
    ("readers", "audience", "is_private", "reason"), list(cases()), ids=names()
)
def test_what_may_be_read_where(
    readers: Readers, audience: Audience, is_private: bool, reason: Withheld | None
) -> None:
    assert withheld(audience, readers, is_private=is_private) is reason


@pytest.mark.parametrize("kind", [k for k in PersonKind if k is not PersonKind.MEMBER] + [None])
@pytest.mark.parametrize("is_private", [False, True], ids=["public", "private"])
def test_who_is_no_member_is_sent_nothing_internal(
    kind: PersonKind | None, is_private: bool
) -> None:
    reader = OneReader(kind=kind, is_inside=True)

    assert withheld(INTERNAL, reader, is_private=is_private) is Withheld.NO_MEMBER
    assert withheld(CUSTOMER, reader, is_private=is_private) is None
