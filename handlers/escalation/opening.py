"""Opening an escalation: shortcuts, the form, its type-ahead and warning, submission, retry."""

import json
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.domain.errors import InvalidInput, WarRoomError
from bot.domain.escalation.escalation import Escalation, EscalationId, Visibility
from bot.domain.escalation.opening import MAX_TITLE, FormDraft
from bot.domain.people import Person
from bot.domain.policy.policy import Policy
from bot.services.opening.opening import Opening
from bot.slack.failures import SlackFailure
from bot.slack.forms import Forms
from bot.slack.gateway import Gateway
from bot.views import replies
from bot.views.block_kit.action_ids import Action, Shortcut, View
from bot.views.block_kit.blocks import Message
from bot.views.customers.customers import customer_options
from bot.views.escalation import opening_form, opening_progress
from handlers import payloads
from handlers.listening import Ack, RequestContext
from handlers.payloads import Actor

log = structlog.get_logger(__name__)


class OpeningListeners:
    def __init__(
        self,
        doorway: RequestContext,
        opening: Opening,
        forms: Forms,
        gateway: Gateway,
        policy: Policy,
    ) -> None:
        self._doorway = doorway
        self._opening = opening
        self._forms = forms
        self._gateway = gateway
        self._policy = policy

    def register(self, app: AsyncApp) -> None:
        app.global_shortcut(Shortcut.OPEN_ESCALATION.value)(self.shortcut)
        app.message_shortcut(Shortcut.ESCALATE_MESSAGE.value)(self.message_shortcut)
        app.action(Action.OPENING_ANYWAY.value)(self.anyway)
        app.action(Action.OPENING_CUSTOMER.value)(self.customer_chosen)
        app.action(Action.OPENING_RETRY.value)(self.retry)
        app.options(Action.OPENING_CUSTOMER.value)(self.customers)
        app.view(View.OPENING_FORM.value)(self.submitted)

    def show_form(self, actor: Actor, text: str, draft: FormDraft | None = None) -> None:
        """Open the form after the request was answered; it says so when it cannot."""

        async def show() -> Message | None:
            return await self._show_form(actor, draft or self._draft(actor, text))

        self._doorway.later(actor, show)

    async def shortcut(self, ack: Ack, body: dict[str, Any]) -> None:
        await ack()
        self.show_form(payloads.actor(body), "")

    async def anyway(self, ack: Ack, body: dict[str, Any]) -> None:
        await ack()
        actor, notated = payloads.actor(body), payloads.pressed(body)

        async def show() -> Message | None:
            text = await self._doorway.readable(notated)
            return await self._show_form(actor, self._draft(actor, text))

        self._doorway.later(actor, show)

    async def message_shortcut(self, ack: Ack, body: dict[str, Any]) -> None:
        """Open the form with the message quoted and linked."""
        await ack()
        actor = payloads.actor(body)
        source = payloads.source(body)

        async def show() -> Message | None:
            link = await self._gateway.permalink(
                source.channel, source.ts, thread_ts=source.thread_ts
            )
            text = await self._doorway.readable(source.text)
            draft = replace(self._draft(actor, ""), problem=text, quote=text)
            return await self._show_form(actor, replace(draft, source_permalink=link))

        self._doorway.later(actor, show)

    async def customers(self, ack: Ack, body: dict[str, Any]) -> None:
        """Offer customers while somebody types; who may not open anything is offered nothing."""
        actor, typed = payloads.actor(body), payloads.typed(body)
        try:
            person = await self._doorway.person(actor)
            found = await self._opening.suggest_customers(typed, to=person)
        except (WarRoomError, SlackFailure):
            await ack(options=[])
        else:
            await ack(options=customer_options(found, typed))

    async def customer_chosen(self, ack: Ack, body: dict[str, Any]) -> None:
        """Show in the form which escalations of that customer are open already."""
        actor = payloads.actor(body)
        customer_id = payloads.chosen_customer(body)
        person = await self._seen(actor)
        customer = (
            await self._opening.customer(customer_id, to=person) if customer_id and person else None
        )
        elsewhere = (
            await self._opening.open_elsewhere(customer.id, seen_by=person)
            if customer and person
            else []
        )
        await ack()
        view = body["view"]
        if not elsewhere and not opening_form.is_warned(view):
            return
        warned = opening_form.warned(view, customer.name if customer else "", elsewhere)

        async def show() -> Message | None:
            await self._forms.update(view["id"], warned, seen_hash=view["hash"])
            return None

        self._doorway.later(actor, show)

    async def submitted(self, ack: Ack, body: dict[str, Any]) -> None:
        """Record the escalation, then show how its room opens; errors go onto their fields."""
        actor = payloads.actor(body)
        try:
            person = await self._doorway.recognised(actor)
            request = payloads.opening_request(body)
            done = await self._opening.open(request, by=person, team=await self._doorway.team())
        except InvalidInput as error:
            await ack(response_action="errors", errors=error.fields)
        except WarRoomError as error:
            await ack(response_action="errors", errors={"customer": error.message})
        else:
            await ack(response_action="update", view=_progress(done))

    async def retry(self, ack: Ack, body: dict[str, Any]) -> None:
        await ack()
        actor = payloads.actor(body)
        escalation_id = EscalationId(int(payloads.pressed(body)))

        async def again() -> Message | None:
            person = await self._doorway.person(actor)
            escalation = await self._opening.retry(escalation_id, by=person)
            return opening_progress.opening(escalation)

        self._doorway.later(actor, again)

    async def _seen(self, actor: Actor) -> Person | None:
        """Return who fills in a form, None when they are not of our workspace."""
        is_ours = actor.team == await self._doorway.team()
        return await self._doorway.known(actor) if is_ours else None

    async def _show_form(self, actor: Actor, draft: FormDraft) -> Message | None:
        person = await self._doorway.person(actor)
        person.must_be_member()
        kept = {"source": draft.source_permalink, "reply": actor.response_url}
        view = opening_form.form(draft, self._policy, metadata=json.dumps(kept))
        try:
            await self._doorway.show(actor, view)
        except SlackFailure as failure:
            log.warning("form_not_opened", reason=failure.reason)
            return replies.form_could_not_open(failure.reason, draft.title or draft.problem)
        return None

    def _draft(self, actor: Actor, text: str) -> FormDraft:
        """Fill in what was typed: a line becomes the title, more becomes the problem as well."""
        defaults = self._policy.defaults
        first_line = text.partition("\n")[0]
        is_short = text == first_line and len(text) <= MAX_TITLE
        return FormDraft(
            owner=actor.user,
            severity=defaults.severity,
            title=first_line,
            problem="" if is_short else text,
            visibility=Visibility.PRIVATE if defaults.private else Visibility.PUBLIC,
        )


def _progress(opened: Escalation) -> dict[str, Any]:
    return opening_progress.as_modal(opening_progress.opening(opened))
