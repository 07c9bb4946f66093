"""Forms of the clocks: pause, promise kept, waive, customer replied, escalate further up."""

from typing import Any

from bot.domain.command.hub import meetable
from bot.domain.people import Person
from bot.domain.policy.policy import Policy
from bot.services.customers.replies import CustomerReplies
from bot.services.reading.hub import Hubs
from bot.services.sla.acceptance import SlaAcceptance
from bot.services.sla.clocks import SlaClocks
from bot.services.sla.previews import ClockPreviews
from bot.views import replies
from bot.views.block_kit.blocks import Message
from bot.views.hub import forms as forms_view
from bot.views.sla import notices
from handlers.hub.forms import Submitted
from handlers.words import RoomCommand

Json = dict[str, Any]


class MetForm:
    def __init__(self, clocks: SlaClocks, hubs: Hubs, policy: Policy) -> None:
        self._clocks = clocks
        self._hubs = hubs
        self._policy = policy

    async def view(self, said: RoomCommand, person: Person) -> Json:
        """Show what will be recorded; a clock that cannot be stopped like this is refused."""
        person.must_be_member()
        clock, _, how = said.typed.rest.partition(" ")
        if clock:
            clock = await self._clocks.must_be_meetable(said.escalation_id, clock, to=person)
        open_ones = meetable(await self._hubs.read(said.escalation_id, to=person))
        return forms_view.met(open_ones, self._policy, clock=clock, how=how.strip())

    async def do(self, form: Submitted, person: Person) -> Message:
        name, how = form.text("clock"), form.text("how")
        title = await self._clocks.met(form.escalation_id, name, by=person, how=how)
        return replies.plain(f"Marked {title} as met. See /escalate clocks.")


class WaiveForm:
    def __init__(self, clocks: SlaClocks, hubs: Hubs, policy: Policy) -> None:
        self._clocks = clocks
        self._hubs = hubs
        self._policy = policy

    async def view(self, said: RoomCommand, person: Person) -> Json:
        person.must_be_member()
        found = await self._hubs.read(said.escalation_id, to=person)
        return forms_view.waive(found.running(), self._policy)

    async def do(self, form: Submitted, person: Person) -> Message:
        name, why = form.text("clock"), form.text("why")
        title = await self._clocks.waive(form.escalation_id, name, by=person, why=why)
        return replies.plain(f"Waived: {title}. It stays visible and doesn't count as met.")


class UpForm:
    """Shows who would be told, and tells them only when that is confirmed."""

    def __init__(self, clocks: SlaClocks, previews: ClockPreviews, policy: Policy) -> None:
        self._clocks = clocks
        self._previews = previews
        self._policy = policy

    async def view(self, said: RoomCommand, person: Person) -> Json:
        record, rung, people = await self._previews.next_climb(said.escalation_id, by=person)
        places = ", ".join(notices.PLACES[place] for place in rung.where)
        title = self._policy.clock_title(record.clock.kind)
        return forms_view.up(title, rung.key, people, places)

    async def do(self, form: Submitted, person: Person) -> Message:
        climbed = await self._clocks.climb(form.escalation_id, by=person)
        return notices.climbed(climbed.title, climbed.rung, climbed.people)


class AcceptedForm:
    def __init__(self, acceptance: SlaAcceptance) -> None:
        self._acceptance = acceptance

    async def view(self, _said: RoomCommand, person: Person) -> Json:
        person.must_be_member()
        return forms_view.accepted()

    async def do(self, form: Submitted, person: Person) -> Message:
        title = await self._acceptance.accepted(form.escalation_id, form.text("how"), by=person)
        return replies.plain(f"{title}: accepted by the customer.")


class RejectedForm:
    def __init__(self, acceptance: SlaAcceptance) -> None:
        self._acceptance = acceptance

    async def view(self, _said: RoomCommand, person: Person) -> Json:
        person.must_be_member()
        return forms_view.rejected()

    async def do(self, form: Submitted, person: Person) -> Message:
        title = await self._acceptance.rejected(form.escalation_id, form.text("why"), by=person)
        return replies.plain(f"{title}: the clock is running again, as if it never stopped.")


class RepliedForm:
    def __init__(self, customer_replies: CustomerReplies) -> None:
        self._replies = customer_replies

    async def view(self, _said: RoomCommand, person: Person) -> Json:
        person.must_be_member()
        return forms_view.replied()

    async def do(self, form: Submitted, person: Person) -> Message:
        done = await self._replies.told(form.escalation_id, form.text("reply"), by=person)
        return replies.plain(f"Recorded. {done}")
