"""Every kind of effect, collected from the capabilities by hand."""

from bot.domain.customers import effects as customers
from bot.domain.digest import effects as digest
from bot.domain.effect import Effect
from bot.domain.escalation import effects as escalation
from bot.domain.lifecycle import effects as lifecycle
from bot.domain.meetings import effects as meetings
from bot.domain.plan import effects as plan
from bot.domain.reading import effects as reading
from bot.domain.reminders import effects as reminders
from bot.domain.rooms import effects as rooms
from bot.domain.sla import effects as sla

EFFECTS: tuple[type[Effect], ...] = (
    *customers.EFFECTS,
    *digest.EFFECTS,
    *escalation.EFFECTS,
    *lifecycle.EFFECTS,
    *meetings.EFFECTS,
    *plan.EFFECTS,
    *reading.EFFECTS,
    *reminders.EFFECTS,
    *rooms.EFFECTS,
    *sla.EFFECTS,
)
