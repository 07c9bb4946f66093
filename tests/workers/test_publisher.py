"""Whatever leaves, wherever it goes: nobody reads what is not for them, whatever changed before."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bot.domain.escalation.room import ChannelId
from bot.domain.escalation.timeline import Audience, EntryKind
from bot.domain.people import SlackUserId, TeamId
from bot.domain.publishing.audience import Withheld
from bot.domain.publishing.recipients import (
    ChannelRecipient,
    PersonRecipient,
    Posted,
    Recipient,
    WarRoomRecipient,
)
from bot.domain.publishing.upload import Upload
from bot.sandbox.demo import ESCALATIONS, EVA, EXT, GENERAL, KIM, MAX, NOOR
from bot.sandbox.faults import Fault, FaultKind
from bot.slack.directory import described
from bot.slack.failures import PermanentError
from bot.views.block_kit.blocks import Message, line, rich, words
from bot.workers.delivery import WithheldText
from bot.workers.publishing.content import (
    BookmarkContent,
    FilesContent,
    MessageContent,
    PurposeContent,
    TopicContent,
    news,
    standing,
)
from bot.workers.publishing.publisher import EditResult
from tests.fakes.mailbox import Mailbox
from tests.workers.publishing_stage import LONG_AGO, ONE, ROOM, SECRET, Stage, attempt, open_stage

ANNOUNCEMENTS = ChannelRecipient(channel=ChannelId(ESCALATIONS))
INSIDE, OUTSIDE = PersonRecipient(user=SlackUserId(MAX)), PersonRecipient(user=SlackUserId(NOOR))
MANAGER = PersonRecipient(user=SlackUserId(EVA))
IN_ROOM = WarRoomRecipient(escalation_id=ONE, channel=ROOM)
PLACES: dict[str, Recipient] = {
    "the room": IN_ROOM,
    "another channel": ANNOUNCEMENTS,
    "somebody inside": INSIDE,
    "somebody outside": OUTSIDE,
}


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    async with open_stage(sqlite_url) as opened:
        yield opened


def message(text: str) -> Message:
    return Message(text, [rich(line(words(text)), block_id="note:1")])


# Each kind of content, said of an escalation with a secret word in it.
Publish = Callable[[Stage, Recipient, Posted, str], Awaitable[object]]


async def posts(stage: Stage, to: Recipient, _stood: Posted, text: str) -> None:
    await stage.publisher.post(standing(message(text), ONE), to, attempt())


async def edits(stage: Stage, to: Recipient, stood: Posted, text: str) -> None:
    await stage.publisher.update(standing(message(text), ONE), to, stood)


async def edits_or_posts(stage: Stage, to: Recipient, stood: Posted, text: str) -> None:
    await stage.publisher.replace(standing(message(text), ONE), to, stood, attempt())


async def shares(stage: Stage, to: Recipient, _stood: Posted, text: str) -> None:
    upload = Upload(name="dossier.md", title="Dossier", content=text.encode())
    files = FilesContent(about=(ONE,), uploads=[upload], comment="It is here.", marker="(1)")
    await stage.publisher.share(files, to, attempt())


async def sets_topic(stage: Stage, _to: Recipient, _stood: Posted, text: str) -> None:
    await stage.publisher.set_head(TopicContent(about=(ONE,), text=text), IN_ROOM)


async def sets_purpose(stage: Stage, _to: Recipient, _stood: Posted, text: str) -> None:
    await stage.publisher.set_head(PurposeContent(about=(ONE,), text=text), IN_ROOM)


async def adds_bookmark(stage: Stage, _to: Recipient, _stood: Posted, text: str) -> None:
    bookmark = BookmarkContent(about=(ONE,), title=text, url="https://crm.example.com/1")
    await stage.publisher.set_head(bookmark, IN_ROOM)


ANYWHERE: dict[str, Publish] = {
    "message": posts,
    "edit": edits,
    "edit or message": edits_or_posts,
    "files": shares,
}
AT_HEAD: dict[str, Publish] = {
    "topic": sets_topic,
    "purpose": sets_purpose,
    "bookmark": adds_bookmark,
}


# What happens between the request and the delivery.
Happens = Callable[[Stage], Awaitable[None]]


async def nothing(_stage: Stage) -> None:
    """All is as it was."""


async def heard(stage: Stage, what: EntryKind) -> None:
    await stage.services.rooms.followed(f"event-{what}", ROOM, what, by=SlackUserId(EVA))


async def made_private(stage: Stage) -> None:
    stage.room.is_private = True
    await heard(stage, EntryKind.ROOM_MADE_PRIVATE)


async def made_private_unheard(stage: Stage) -> None:
    stage.room.is_private = True
    await stage.compared(LONG_AGO)


async def shared(stage: Stage) -> None:
    stage.room.members.append(EXT)
    await heard(stage, EntryKind.ROOM_SHARED)


async def private_and_shared(stage: Stage) -> None:
    await made_private(stage)
    await shared(stage)


async def guest_in_room(stage: Stage) -> None:
    stage.room.members.append(KIM)


async def outsider_in_channel(stage: Stage) -> None:
    stage.announcements.members.append(EXT)


async def guest_in_channel(stage: Stage) -> None:
    stage.announcements.members.append(KIM)


async def channel_archived(stage: Stage) -> None:
    stage.announcements.is_archived = True


async def room_archived(stage: Stage) -> None:
    stage.room.is_archived = True
    await heard(stage, EntryKind.ROOM_ARCHIVED)


async def became_guests(stage: Stage) -> None:
    workspace = stage.sandbox.workspace
    for user in (MAX, NOOR):
        workspace.users[user].is_restricted = True
        slack = {"id": user, "team_id": workspace.team_id, "is_restricted": True}
        await stage.services.people.learn(described(slack, team=TeamId(workspace.team_id)))


async def removed_from_private(stage: Stage) -> None:
    await made_private(stage)
    stage.room.members.remove(MAX)
    await stage.services.rooms.left("gone", ROOM, SlackUserId(MAX), at=stage.now())


async def removed_from_private_unheard(stage: Stage) -> None:
    await made_private(stage)
    stage.room.members.remove(MAX)
    await stage.compared(LONG_AGO)


ROOM_, CHANNEL_, INSIDE_, OUTSIDE_ = PLACES
# What happened → the places that still read what is said of the escalation.
SITUATIONS: dict[str, tuple[Happens, set[str]]] = {
    "nothing": (nothing, {ROOM_, CHANNEL_, INSIDE_, OUTSIDE_}),
    "made private": (made_private, {ROOM_, INSIDE_}),
    "made private, unheard": (made_private_unheard, {ROOM_, INSIDE_}),
    "shared": (shared, {CHANNEL_, INSIDE_, OUTSIDE_}),
    "private and shared": (private_and_shared, {INSIDE_}),
    "a guest in the room": (guest_in_room, {ROOM_, CHANNEL_, INSIDE_, OUTSIDE_}),
    "another organisation in the channel": (outsider_in_channel, {ROOM_, INSIDE_, OUTSIDE_}),
    "a guest in the channel": (guest_in_channel, {ROOM_, INSIDE_, OUTSIDE_}),
    "the channel archived": (channel_archived, {ROOM_, INSIDE_, OUTSIDE_}),
    "the room archived": (room_archived, {CHANNEL_, INSIDE_, OUTSIDE_}),
    "they became guests": (became_guests, {ROOM_}),
    "removed from a private room": (removed_from_private, {ROOM_}),
    "removed from it, unheard": (removed_from_private_unheard, {ROOM_}),
}
CASES = [(name, place) for name in SITUATIONS for place in PLACES]


def allowed(stage: Stage, place: str) -> set[str]:
    """Return who may read it, by what Slack alone knows."""
    workspace, room = stage.sandbox.workspace, stage.room
    own = {
        user.id
        for user in workspace.users.values()
        if not user.is_restricted and not workspace.is_external(user.id)
    }
    if room.is_private:
        own &= set(room.members)
    is_ours = not any(workspace.is_external(user) for user in room.members)
    guests = {user for user in room.members if workspace.users[user].is_restricted}
    return own | (guests if place == ROOM_ and is_ours else set())


@pytest.mark.parametrize(("situation", "place"), CASES, ids=[f"{s}: {p}" for s, p in CASES])
async def test_what_leaves_is_read_by_those_alone_who_may(
    stage: Stage, situation: str, place: str
) -> None:
    (happens, reached), to = SITUATIONS[situation], PLACES[place]
    kinds = ANYWHERE | AT_HEAD if place == ROOM_ else ANYWHERE
    stood = {kind: await stage.stands(to) for kind in kinds}
    await happens(stage)

    for kind, publish in kinds.items():
        with contextlib.suppress(WithheldText):
            await publish(stage, to, stood[kind], f"{SECRET} {kind}.")

    arrived = {kind for kind in kinds if stage.is_read(f"{SECRET} {kind}.")}
    assert arrived == (set(kinds) if place in reached else set())
    assert stage.readers() <= allowed(stage, place)


async def test_what_is_for_customers_is_read_in_a_shared_room(stage: Stage) -> None:
    await shared(stage)
    content = MessageContent(message=message(SECRET), about=(ONE,), audience=Audience.CUSTOMER)

    await stage.publisher.post(content, IN_ROOM, attempt())

    assert EXT in stage.readers()


async def test_of_another_private_escalation_a_room_reads_nothing(stage: Stage) -> None:
    await made_private(stage)
    other = await stage.another_room()

    with pytest.raises(WithheldText):
        await stage.publisher.post(standing(message(SECRET), ONE), other, attempt())

    assert not stage.readers()


NEWS: dict[str, tuple[Happens, Recipient, set[str]]] = {
    "a shared room": (shared, IN_ROOM, {EVA}),
    "a private and shared room": (private_and_shared, IN_ROOM, {EVA}),
    "a channel with outsiders": (outsider_in_channel, ANNOUNCEMENTS, {EVA}),
    "an archived channel": (channel_archived, ANNOUNCEMENTS, {EVA}),
    "a channel, of what is private": (made_private, ANNOUNCEMENTS, {EVA}),
    "an archived room": (room_archived, IN_ROOM, set()),
    "who is no member": (became_guests, INSIDE, set()),
}


@pytest.mark.parametrize(("happens", "to", "reads"), list(NEWS.values()), ids=list(NEWS))
async def test_news_that_may_not_be_read_there_goes_to_the_manager(
    stage: Stage, happens: Happens, to: Recipient, reads: set[str]
) -> None:
    await happens(stage)

    with contextlib.suppress(WithheldText):
        await stage.publisher.post(news(message(SECRET), ONE), to, attempt())

    assert stage.readers() == reads


REFUSALS = {
    "message_not_found": EditResult.GONE,
    "cant_update_message": EditResult.CLOSED,
    "edit_window_closed": EditResult.CLOSED,
}


@pytest.mark.parametrize(("code", "edit"), list(REFUSALS.items()), ids=list(REFUSALS))
async def test_a_refused_edit_says_that_nothing_is_shown(
    stage: Stage, code: str, edit: EditResult
) -> None:
    stood = await stage.stands(IN_ROOM)
    stage.sandbox.faults.add(Fault(kind=FaultKind.ERROR, method="chat.update", error=code))

    assert await stage.publisher.update(standing(message(SECRET), ONE), IN_ROOM, stood) is edit


async def test_what_stands_elsewhere_is_not_edited_in_the_name_of_the_room(stage: Stage) -> None:
    stood = await stage.stands(MANAGER)

    with pytest.raises(WithheldText) as refused:
        await stage.publisher.update(standing(message(SECRET), ONE), IN_ROOM, stood)

    assert refused.value.reason is Withheld.ELSEWHERE


async def test_an_attempt_in_doubt_finds_what_it_posted(stage: Stage) -> None:
    content = standing(message(SECRET), ONE)
    first = await stage.publisher.post(content, IN_ROOM, attempt())

    again = await stage.publisher.post(content, IN_ROOM, attempt(2, in_doubt=True))

    assert again == first


async def test_a_channel_we_cannot_see_is_an_expected_failure(stage: Stage) -> None:
    nowhere = ChannelRecipient(channel=ChannelId("C0NOWHERE"))

    with pytest.raises(PermanentError, match="/invite @Warroom"):
        await stage.publisher.post(standing(message("x"), ONE), nowhere, attempt())


async def test_a_message_about_nothing_private_reaches_a_public_channel(stage: Stage) -> None:
    general = ChannelRecipient(channel=ChannelId(GENERAL))
    stage.sandbox.workspace.channels[GENERAL].members.remove(KIM)

    await stage.publisher.post(MessageContent(message=message(SECRET)), general, attempt())

    assert stage.readers() == set(stage.sandbox.workspace.channels[GENERAL].members)


MAILED = {"internal": (Audience.INTERNAL, {}), "for customers": (Audience.CUSTOMER, {"a@b.c": 1})}


@pytest.mark.parametrize(("audience", "sent"), list(MAILED.values()), ids=list(MAILED))
@pytest.mark.parametrize("happens", [nothing, made_private], ids=["public", "private"])
async def test_another_transport_is_asked_the_same_question(
    stage: Stage, happens: Happens, audience: Audience, sent: dict[str, int]
) -> None:
    await happens(stage)
    content = MessageContent(message=message(SECRET), about=(ONE,), audience=audience)

    with contextlib.suppress(WithheldText):
        await stage.publisher.post(content, Mailbox(address="a@b.c"), attempt())

    assert {to: len(texts) for to, texts in stage.mail.sent.items()} == sent
    assert not stage.readers()
