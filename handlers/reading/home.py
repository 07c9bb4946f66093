"""App Home: published at every look, and again after what its person does there."""

from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.domain.escalation.escalation import EscalationId, Severity
from bot.domain.people import Person
from bot.domain.reading.home import ListQuery, ListScope
from bot.services.escalation.escalations import Escalations
from bot.services.people.preferences import Preferences
from bot.services.reading.home import Homes
from bot.slack.failures import SlackFailure
from bot.slack.forms import Forms
from bot.views.block_kit.action_ids import Action
from bot.views.block_kit.blocks import Message
from bot.views.reading import home as home_view
from handlers import payloads
from handlers.escalation.opening import OpeningListeners
from handlers.listening import Ack, RequestContext
from handlers.payloads import Actor

log = structlog.get_logger(__name__)


class HomeListeners:
    def __init__(
        self,
        doorway: RequestContext,
        homes: Homes,
        preferences: Preferences,
        escalations: Escalations,
        opening: OpeningListeners,
        forms: Forms,
    ) -> None:
        self._doorway = doorway
        self._homes = homes
        self._preferences = preferences
        self._escalations = escalations
        self._opening = opening
        self._forms = forms

    def register(self, app: AsyncApp) -> None:
        app.event("app_home_opened")(self.opened)
        app.action(Action.HOME_OPEN.value)(self.open_form)
        app.action(Action.HOME_MUTE.value)(self.mute)
        app.action(Action.HOME_SCOPE.value)(self.choose)
        app.action(Action.HOME_SEVERITY.value)(self.choose)
        app.action(Action.HOME_BACK.value)(self.choose)
        app.action(Action.HOME_MORE.value)(self.choose)
        app.action(Action.HOME_ACKNOWLEDGE.value)(self.acknowledge)

    async def opened(self, ack: Ack, body: dict[str, Any]) -> None:
        """Show the Home as it is now, with what its person had chosen; never another's."""
        await ack()
        event = body["event"]
        if event.get("tab") == "home":
            wanted = replace(payloads.home_wanted(event.get("view")), page=1)
            self._show(payloads.home_viewer(body), wanted, says_failures=False)

    async def open_form(self, ack: Ack, body: dict[str, Any]) -> None:
        await ack()
        self._opening.show_form(payloads.actor(body), "")

    async def choose(self, ack: Ack, body: dict[str, Any]) -> None:
        """Filter, or turn the page."""
        await ack()
        self._show(payloads.actor(body), _chosen(body))

    async def mute(self, ack: Ack, body: dict[str, Any]) -> None:
        actor, is_wanted = payloads.actor(body), payloads.pressed(body) == "mute"

        async def choose(person: Person) -> Message | None:
            if is_wanted:
                await self._preferences.mute(by=person)
            else:
                await self._preferences.unmute(by=person)
            self.follow(actor, payloads.home_of(body))
            return None

        await self._doorway.act(ack, actor, choose)

    async def acknowledge(self, ack: Ack, body: dict[str, Any]) -> None:
        actor, escalation_id = payloads.actor(body), EscalationId(int(payloads.pressed(body)))

        async def take(person: Person) -> Message | None:
            await self._escalations.acknowledge(escalation_id, by=person)
            self.follow(actor, payloads.home_of(body))
            return None

        await self._doorway.act(ack, actor, take)

    def follow(self, actor: Actor, view: dict[str, Any] | None) -> None:
        """Show the Home again after something was done in it; None: it was done elsewhere."""
        if view is not None:
            self._show(actor, payloads.home_wanted(view))

    def _show(self, actor: Actor, wanted: ListQuery, *, says_failures: bool = True) -> None:
        """Publish the Home; a mere look that fails is not worth a direct message."""

        async def show() -> Message | None:
            try:
                person = await self._doorway.person(actor)
                found = await self._homes.home(wanted, to=person)
                await self._forms.publish_home(actor.user, home_view.home(found))
            except SlackFailure as failure:
                if says_failures:
                    raise
                log.warning("home_not_shown", reason=failure.reason)
            return None

        self._doorway.later(actor, show)


def _chosen(body: dict[str, Any]) -> ListQuery:
    wanted, value = payloads.home_wanted(payloads.home_of(body)), payloads.pressed(body)
    match Action(body["actions"][0]["action_id"]):
        case Action.HOME_SCOPE:
            return replace(wanted, scope=ListScope(value), page=1)
        case Action.HOME_SEVERITY:
            severity = None if value == home_view.EVERY else Severity(value)
            return replace(wanted, severity=severity, page=1)
        case _:
            return replace(wanted, page=int(value))
