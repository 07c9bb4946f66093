"""Forms of what is looked up or sent around: the digest of the channel, escalations by words."""

from typing import Any

from bot.domain.errors import InvalidInput
from bot.domain.escalation.room import ChannelId
from bot.domain.people import Person
from bot.domain.policy.policy import Policy
from bot.services.digest.digests import Digests
from bot.services.reading.similar import Similar
from bot.views import answers as answers_view
from bot.views import replies
from bot.views.block_kit.blocks import Message
from bot.views.hub import forms as forms_view
from bot.views.reading import similar as similar_view
from handlers import payloads
from handlers.digest.digests import DigestListeners
from handlers.hub.forms import Submitted
from handlers.words import RoomCommand

Json = dict[str, Any]
NO_CHANNEL = "A digest goes to a channel. Type /escalate digest in the one that should get it."


class SimilarForm:
    def __init__(self, similar: Similar) -> None:
        self._similar = similar

    async def view(self, _said: RoomCommand, _person: Person) -> Json:
        return forms_view.similar()

    async def do(self, form: Submitted, person: Person) -> Message:
        typed, here = form.text("words"), form.escalation_id
        if not typed:
            return similar_view.similar(await self._similar.to_escalation(here, by=person))
        return similar_view.similar(await self._similar.to_words(typed, by=person, but=here))


class DigestForm:
    """Writes the line that somebody would type, so that both mean the same."""

    def __init__(self, digests: Digests, listeners: DigestListeners, policy: Policy) -> None:
        self._digests = digests
        self._listeners = listeners
        self._policy = policy

    async def view(self, said: RoomCommand, person: Person) -> Json:
        known = await self._digests.of_channel(_channel(said.actor.channel), to=person)
        return forms_view.digest(known, self._policy, zone=person.time_zone)

    async def do(self, form: Submitted, person: Person) -> Message | Json:
        channel, filters = _channel(form.channel), _filters(form)
        match form.text("wish"):
            case "off":
                await self._digests.unsubscribe(channel, by=person)
                return replies.plain("This channel no longer gets the digest.")
            case "now":
                messages = await self._listeners.preview(channel, filters, person)
                return answers_view.over(*messages, title="Digest")
        line = " ".join((form.text("days"), form.text("at"), form.text("zone"), filters))
        return await self._listeners.subscribed(channel, line, person)


def _channel(channel: ChannelId | None) -> ChannelId:
    if channel is None:
        raise InvalidInput({"wish": NO_CHANNEL})
    return channel


def _filters(form: Submitted) -> str:
    chosen = [
        str(option["value"]).casefold()
        for option in payloads.value(form.values, "severities") or ()
    ]
    if customer := form.text("customer").replace('"', ""):
        chosen.append(f'customer "{customer}"')
    if category := form.text("category"):
        chosen.append(f"category {category}")
    return " ".join(chosen)
