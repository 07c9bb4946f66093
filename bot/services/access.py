"""Who may see an escalation: all members, or, of a private one, those in its room by now."""

from bot.domain.errors import NotFound
from bot.domain.escalation.escalation import Escalation, EscalationId
from bot.domain.people import Person, PersonKind
from storage.database.database import Transaction
from storage.escalation import escalations

NONE = "Escalation not found."


def sees_only_own(person: Person) -> bool:
    """Whether somebody may know of nothing they have no part in, be it public or not."""
    return person.kind is not PersonKind.MEMBER


async def visible(tx: Transaction, escalation_id: EscalationId, *, to: Person) -> Escalation:
    """Return the escalation.

    A private one is for those who are in its room when this is asked: no role lets anybody read
    who is not. Guests and people from outside see nothing else.

    Raises:
        NotFound: There is none, or none that this person may know of: the words are the same.
    """
    escalation = await escalations.find(tx, escalation_id)
    if escalation is None:
        raise NotFound(NONE)
    is_closed = escalation.is_private or sees_only_own(to)
    if is_closed and not await escalations.is_inside(tx, escalation_id, to.id):
        raise NotFound(NONE)
    return escalation
