"""The hub: opened by `/escalate` in a room and by the card; its buttons run words."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.domain.command.commands import BY_KEY, HubButton, missing
from bot.domain.escalation.escalation import EscalationId
from bot.domain.people import Person
from bot.domain.policy.policy import Policy
from bot.services.reading.hub import Hubs
from bot.slack.failures import SlackFailure
from bot.slack.forms import Forms
from bot.views import replies
from bot.views.block_kit.action_ids import Action
from bot.views.block_kit.blocks import Message
from bot.views.hub import menu as hub_view
from handlers import payloads
from handlers.listening import Ack, RequestContext
from handlers.payloads import Actor, Modal
from handlers.words import CommandText, Words

log = structlog.get_logger(__name__)

PRESSED = re.compile(rf"^{Action.HUB.value}(:[a-z_]+)?$")
CHANGED = {"block_actions", "view_submission"}


class HubListeners:
    """Listens to the hub; `words` are all that its buttons may run."""

    def __init__(
        self, doorway: RequestContext, hubs: Hubs, forms: Forms, policy: Policy, words: Words
    ) -> None:
        self._doorway = doorway
        self._hubs = hubs
        self._forms = forms
        self._policy = policy
        self._words = words

    def register(self, app: AsyncApp) -> None:
        app.action(Action.ROOM_MENU_OPEN.value)(self.opened)
        app.action(PRESSED)(self.pressed)

    def show(self, actor: Actor, escalation_id: EscalationId) -> None:
        """Open the hub after the request was answered."""

        async def show() -> Message | None:
            found = await self._hubs.read(escalation_id, to=await self._doorway.person(actor))
            await self._doorway.show(actor, hub_view.hub(found, self._policy))
            return None

        self._doorway.later(actor, show)

    async def opened(self, ack: Ack, body: dict[str, Any]) -> None:
        await ack()
        self.show(payloads.actor(body), EscalationId(int(payloads.pressed(body))))

    async def pressed(self, ack: Ack, body: dict[str, Any]) -> None:
        """Run the word of the entry that was pressed, in the room of the hub.

        What does not fit any more, because the room has changed since the hub was drawn, is said
        instead.
        """
        number, _, key = payloads.pressed(body).partition(":")
        actor, entry = payloads.actor(body), BY_KEY.get(key)
        if entry is None:  # drawn by another version
            await ack()
            self._redraw(actor, actor.modal)
            return
        refusal = await self._refusal(actor, EscalationId(int(number)), entry)
        if refusal is not None:
            await ack()
            self._doorway.later(actor, refusal)
            return
        await self._words[entry.line if entry.line in self._words else entry.word](
            self._doorway.spoken_ack(ack, actor), actor, CommandText.read(entry.line)
        )

    async def _refusal(
        self, actor: Actor, escalation_id: EscalationId, entry: HubButton
    ) -> Callable[[], Awaitable[Message | None]] | None:
        """Return what to say to somebody who may not press it now, None when they may."""
        person = await self._doorway.known(actor)
        if person is None:
            return None  # whoever runs the word asks Slack, and refuses
        found = await self._hubs.read(escalation_id, to=person)
        why = missing(entry, found)
        if why is None:
            return None

        async def refused() -> Message | None:
            return replies.plain(f"{entry.title} isn't available: {why}.")

        return refused

    def follow(self, body: dict[str, Any], answer: BoltResponse) -> None:
        """Draw a hub again after something was done in it, or in a form over it."""
        is_ours = body.get("type") in CHANGED and "view" in body and answer.status == 200
        if not is_ours or "errors" in str(answer.body) or _only_looks(body):
            return
        actor = payloads.actor(body)
        if actor.modal is not None and actor.modal.hub:
            self._redraw(actor, actor.modal)

    def _redraw(self, actor: Actor, modal: Modal | None) -> None:
        if modal is None or not modal.hub:
            return

        async def redraw() -> Message | None:
            person: Person = await self._doorway.person(actor)
            found = await self._hubs.read(EscalationId(int(modal.hub["of"])), to=person)
            try:
                await self._forms.update(modal.root, hub_view.hub(found, self._policy))
            except SlackFailure as failure:  # what was done is done; only its picture is old
                log.warning("hub_not_redrawn", reason=failure.reason)
            return None

        self._doorway.later(actor, redraw)


def _only_looks(body: dict[str, Any]) -> bool:
    if body.get("type") != "block_actions":
        return False
    entry = BY_KEY.get(payloads.pressed(body).partition(":")[2])
    return entry is not None and entry.is_look
