"""What every listener shares: who acted, expected errors as answers, work after the answer."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, Protocol

import structlog

from bot.domain.errors import NotAllowed, Replayed, Unavailable, WarRoomError
from bot.domain.people import Person, SlackUserId, TeamId
from bot.domain.text.notation import people_in, readable
from bot.services.people.lookup import PersonLookup
from bot.services.people.people import People
from bot.slack.directory import Directory
from bot.slack.failures import SlackFailure
from bot.slack.forms import Forms, Replies
from bot.slack.gateway import Gateway
from bot.views import answers as answers_view
from bot.views import replies
from bot.views.block_kit.blocks import Message
from handlers import payloads
from handlers.payloads import Actor, Modal

log = structlog.get_logger(__name__)

MOST_ASKED = 10  # people of one message whose names Slack is asked for
OUTSIDER = "Only members of this workspace can do this."


class Ack(Protocol):
    """Bolt's acknowledgement, as far as we use it."""

    def __call__(self, text: str = "", **more: Any) -> Awaitable[Any]: ...


class BackgroundTasks:
    """Work that goes on after a request was answered; stopping waits for it."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, seconds: float | None = None) -> None:
        """Wait until everything started so far, and what that started, is done."""
        while self._tasks:
            _done, late = await asyncio.wait(set(self._tasks), timeout=seconds)
            if late:
                return


class RequestContext:
    """Knows who acts, and how to answer them privately."""

    def __init__(
        self,
        people: People,
        directory: Directory,
        gateway: Gateway,
        answers: Replies,
        forms: Forms,
    ) -> None:
        self._people = people
        self._directory = directory
        self._lookup = PersonLookup(people, directory.find)
        self._gateway = gateway
        self._answers = answers
        self._forms = forms
        self.afterwards = BackgroundTasks()

    async def known(self, actor: Actor) -> Person | None:
        """Return who acts without asking Slack; None when Slack has to be asked.

        Raises:
            NotAllowed: The person belongs to another workspace.
        """
        if actor.team != await self.team():
            raise NotAllowed(OUTSIDER)
        return await self._people.find(actor.user)

    async def person(self, actor: Actor) -> Person:
        """Return who acts, asking Slack when we do not know them (any more)."""
        person = await self.known(actor)
        if person is None:
            person = await self._directory.person(actor.user, team=await self.team())
            await self._people.learn(person)
        return person

    async def recognised(self, actor: Actor) -> Person:
        """Return who acts, within the time of an acknowledgement.

        Raises:
            NotAllowed: Slack has to be asked first; that has begun, and trying again will do.
        """
        person = await self.known(actor)
        if person is None:
            self.later(actor, lambda: self._learn(actor))
            raise NotAllowed("Warroom had to check who you are. Press the button again.")
        return person

    async def act(
        self, ack: Ack, actor: Actor, work: Callable[[Person], Awaitable[Message | None]]
    ) -> None:
        """Do what somebody asked for, acknowledge once it is recorded, and tell them.

        Somebody we do not know (any more) is acknowledged first, because asking Slack who they
        are takes longer than an acknowledgement may.
        """

        async def known() -> Message | None:
            person = await self.known(actor)
            if person is not None:
                return await work(person)
            self.later(actor, unknown)
            return None

        async def unknown() -> Message | None:
            return await work(await self.person(actor))

        said = await run_and_reply(known)
        await ack()
        if said is not None:
            self.later(actor, lambda: _just(said))

    async def names_in(self, notated: str) -> Mapping[str, str]:
        """Return the names of the people a text mentions, as far as we know them by ourselves."""
        mentioned = people_in(notated)
        return await self._people.names(mentioned) if mentioned else {}

    async def readable(self, notated: str) -> str:
        """Return a text of Slack's as people read it; Slack is asked for a few unknown names."""
        names = await self.names_in(notated)
        unknown = [user for user in people_in(notated) if user not in names]
        asked = {user: await self.name(user) for user in unknown[:MOST_ASKED]}
        return readable(notated, {**names, **{u: name for u, name in asked.items() if name}})

    async def name(self, user: SlackUserId) -> str | None:
        """Return somebody's name, asking Slack; None when there is no such person."""
        person = await self._lookup.find(user)
        return None if person is None else person.name

    async def team(self) -> TeamId:
        """Return our own workspace; asked once when the process starts."""
        return (await self._gateway.identity()).team_id

    async def show(self, actor: Actor, view: dict[str, Any]) -> None:
        """Open a form for somebody: over the one in which they acted, if it was in one."""
        if actor.modal is None:
            await self._forms.open(actor.trigger_id or "", view)
            return
        await self._forms.push(actor.trigger_id or "", carried(actor.modal, view))

    async def tell(self, actor: Actor, message: Message) -> None:
        """Answer privately: where they acted, or else by direct message."""
        try:
            if actor.modal is not None and await self._told_over(actor, message):
                return
            if actor.response_url is not None:
                await self._answers.send(actor.response_url, message)
            else:
                await self._answers.send_directly(actor.user, message)
        except SlackFailure as failure:
            log.warning("answer_not_delivered", reason=failure.reason)

    def spoken_ack(self, ack: Ack, actor: Actor) -> Ack:
        """Return an acknowledgement for a pressed button that can carry an answer.

        Slack shows the body of a command's acknowledgement and drops that of a button's, so the
        answer goes to the person separately.
        """

        async def acknowledge(text: str = "", **more: Any) -> None:
            await ack()
            if text:
                message = Message(text, more.get("blocks") or [])
                self.say(actor, message)

        return acknowledge

    async def _told_over(self, actor: Actor, message: Message) -> bool:
        """Answer over the form in which somebody acted; False when Slack shows it no more."""
        try:
            await self.show(actor, answers_view.over(message))
        except SlackFailure as failure:
            log.info("answer_not_over_form", reason=failure.reason)
            return False
        return True

    def later(self, actor: Actor, work: Callable[[], Awaitable[Message | None]]) -> None:
        """Do `work` after the request was answered, and tell the person what it returns."""
        self.afterwards.start(self._answered(actor, work))

    def say(self, actor: Actor, message: Message) -> None:
        """Tell the person something after the request was answered."""
        self.later(actor, lambda: _just(message))

    async def _learn(self, actor: Actor) -> None:
        await self.person(actor)

    async def _answered(self, actor: Actor, work: Callable[[], Awaitable[Message | None]]) -> None:
        answer = await run_and_reply(work)
        if answer is not None:
            await self.tell(actor, answer)


def carried(modal: Modal | None, view: dict[str, Any]) -> dict[str, Any]:
    """Return a form that carries of the hub what the one it comes from carries."""
    if modal is None or not modal.hub:
        return view
    kept = payloads.metadata(view) | {"hub": modal.hub}
    return {**view, "private_metadata": json.dumps(kept)}


async def _just(message: Message) -> Message:
    return message


async def run_and_reply(work: Callable[[], Awaitable[Message | None]]) -> Message | None:
    """Run `work` and return its answer, or the words for whatever went wrong.

    The other rim beside delivery where any failure is caught: a person is waiting.
    """
    try:
        return await work()
    except Exception as error:
        return _in_words(error)


def _in_words(error: Exception) -> Message | None:
    """Return what the person is told of a failure; None when there is nothing to tell."""
    match error:
        case Replayed():
            log.info("replayed")
            return None
        case WarRoomError():
            log.info("refused", kind=type(error).__name__)
            return replies.refusal(error)
        case SlackFailure():
            log.warning("slack_failed", reason=error.reason)
            return replies.plain(error.reason)
        case Unavailable():
            log.warning("database_unavailable", reason=error.message)
            return replies.plain(error.message)
    reference = secrets.token_hex(4)
    log.error("unexpected", reference=reference, exc_info=error)
    return replies.unexpected(reference)


async def answer(ack: Ack, message: Message | None) -> None:
    """Acknowledge, with a private message where there is one to say."""
    if message is None:
        await ack()
    else:
        await ack(text=message.text, blocks=message.blocks, response_type="ephemeral")
