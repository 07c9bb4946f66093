"""Moving an escalation on at once, for tests that are about something else."""

from datetime import timedelta

from bot.domain.escalation.escalation import EscalationId, Transition
from bot.domain.lifecycle.lifecycle import Answers
from bot.domain.people import Person, PersonKind, SlackUserId
from bot.sandbox.demo import EVA
from storage.database.database import background
from tests.war_room import WarRoom


async def moves(war_room: WarRoom, *wanted: Transition, by: str = EVA, escalation: int = 1) -> None:
    """Make moves one after another, with an answer to whatever they ask."""
    person = Person(id=SlackUserId(by), name=by, kind=PersonKind.MEMBER)
    for move in wanted:
        is_until = move in {Transition.HOLD, Transition.RESOLVE}
        answers = Answers(
            reason="because",
            pause="waiting_customer_info" if move is Transition.HOLD else "",
            evidence="seen",
            outcome="done",
            until=war_room.now() + timedelta(days=1) if is_until else None,
            customer_ask="Ship today",
            business_impact="Two sites stand",
            anyway="it has to go on",
        )
        lifecycle = war_room.bot.services.lifecycle
        with background():  # which waits longer for what a busy machine holds
            await lifecycle.move(EscalationId(escalation), move, answers, by=person)
