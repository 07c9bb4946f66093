"""What is written down of a promise that was broken, or is about to be."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import InvalidInput
from bot.domain.escalation.escalation import EscalationId
from bot.domain.people import SlackUserId
from bot.domain.sla.clock import ClockKind
from bot.domain.sla.record import ClockId

MAX_TEXT = 1000  # characters of one answer


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachAnswers:
    """What somebody says of a broken promise.

    Attributes:
        effect: On the contract and on the customer.
        next_target_at: By when it is promised now.
        is_customer_told: None while nobody said; customer_told_at: when they were.
    """

    cause: str = ""
    effect: str = ""
    next_target_at: datetime | None = None
    is_customer_told: bool | None = None
    customer_told_at: datetime | None = None

    def check(self, *, now: datetime) -> None:
        """Refuse a record that leaves out what leadership and customer will ask.

        Raises:
            InvalidInput: Names each field.
        """
        wrong = _texts({"cause": self.cause, "effect": self.effect})
        if self.next_target_at is None:
            wrong["next_target_at"] = "Enter a new target time."
        elif self.next_target_at <= now:
            wrong["next_target_at"] = "That time is in the past."
        if self.is_customer_told is None:
            wrong["is_customer_told"] = "Choose whether the customer was informed."
        elif self.is_customer_told and self.customer_told_at is None:
            wrong["customer_told_at"] = "Enter when they were informed."
        elif self.is_customer_told and self.customer_told_at and self.customer_told_at > now:
            wrong["customer_told_at"] = "That time is in the future."
        if wrong:
            raise InvalidInput(wrong)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A broken promise and its record.

    Attributes:
        recorded_by: None while nobody filled it in.
        version: Grows by one with every record; the fence against lost updates.
    """

    clock_id: ClockId
    escalation_id: EscalationId
    breached_at: datetime
    is_contractual: bool
    cause: str = ""
    effect: str = ""
    next_target_at: datetime | None = None
    is_customer_told: bool | None = None
    customer_told_at: datetime | None = None
    recorded_by: SlackUserId | None = None
    recorded_at: datetime | None = None
    version: int = 1

    @property
    def answers(self) -> BreachAnswers:
        return BreachAnswers(
            cause=self.cause,
            effect=self.effect,
            next_target_at=self.next_target_at,
            is_customer_told=self.is_customer_told,
            customer_told_at=self.customer_told_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenPromise:
    """A promise of time that was broken, as the card of a room names it.

    Attributes:
        recovered_at: When it was kept after all; None while it is not.
    """

    kind: ClockKind
    broken_at: datetime
    recovered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """How a promise in danger is to be kept after all, and when that is forecast.

    Attributes:
        version: 0 before it is stored.
    """

    clock_id: ClockId
    plan: str = ""
    forecast_at: datetime | None = None
    noted_by: SlackUserId | None = None
    noted_at: datetime | None = None
    version: int = 0

    def check(self, *, now: datetime) -> None:
        """Refuse a note that says neither what is done nor when.

        Raises:
            InvalidInput: Names each field.
        """
        wrong = _texts({"plan": self.plan})
        if self.forecast_at is None:
            wrong["forecast_at"] = "Enter when you expect it to be done."
        elif self.forecast_at <= now:
            wrong["forecast_at"] = "That time is in the past."
        if wrong:
            raise InvalidInput(wrong)


MISSING = {
    "cause": "Enter the cause, as far as you know it.",
    "effect": "Enter the impact on the customer and the contract.",
    "plan": "Enter what you'll do.",
}


def _texts(said: dict[str, str]) -> dict[str, str]:
    wrong = {name: MISSING[name] for name, text in said.items() if not text.strip()}
    long = {n: text for n, text in said.items() if len(text) > MAX_TEXT}
    return wrong | {
        name: f"That is {len(text):,} characters; at most {MAX_TEXT:,} fit."
        for name, text in long.items()
    }
