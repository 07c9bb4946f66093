"""Who may see an escalation: everybody, or only those in its room when it is private."""

from bot.domain.errors import NotFound
from bot.domain.escalation import Escalation, EscalationId
from bot.domain.people import Person, PersonKind
from storage import escalations
from storage.database import Transaction


def sees_only_own(person: Person) -> bool:
    """Whether somebody may know of nothing they have no part in, be it public or not."""
    return person.kind is not PersonKind.MEMBER


async def visible(tx: Transaction, escalation_id: EscalationId, *, to: Person) -> Escalation:
    """Return the escalation.

    Guests and people from outside see only what they were let into, like everybody else with a
    private one.

    Raises:
        NotFound: There is none, or none that this person may know of: the words are the same.
    """
    escalation = await escalations.find(tx, escalation_id)
    if escalation is not None and (escalation.is_private or sees_only_own(to)):
        held = await escalations.assignments(tx, escalation_id)
        if to.id not in {a.user_id for a in held}:
            escalation = None
    if escalation is None:
        raise NotFound("There is no such escalation.")
    return escalation
