"""Which terms a customer has: the policy, then the tier, then the contract that is in force."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.escalation.customer import Customer
from bot.domain.escalation.escalation import Severity
from bot.domain.plan.promise import Terms
from bot.domain.policy.policy import Policy
from bot.domain.sla.clock import NEXT_UPDATE, ClockKind, SlaClock
from bot.domain.sla.policy import ClockPolicy, ContractTerms
from bot.domain.time.business_hours import Calendar
from bot.domain.time.duration import Duration
from bot.domain.time.segments import PauseReason

# A clock keeps the calendar it was started with, and of its exceptions these: a promise that is
# open for longer counts later holidays as working days.
KEPT_BEFORE, KEPT_AFTER = timedelta(days=7), timedelta(days=731)


def terms_for(policy: Policy, kind: ClockKind, customer: Customer, *, at: datetime) -> Terms:
    """Return what a clock of that kind promises this customer when it is started at `at`."""
    clock = policy.clocks[kind]
    contract = _in_force(clock, customer, at)
    by_tier = clock.tiers.get(customer.tier, {})
    by_contract = contract.targets if contract else {}
    name = contract.calendar if contract and contract.calendar else clock.calendar
    # What a contract says of a severity holds with a workaround, too.
    after = {s: target for s, target in clock.after_workaround.items() if s not in by_contract}
    return Terms(
        targets={**clock.targets, **by_tier, **by_contract},
        after_workaround=after,
        calendar=_kept(policy.calendar(name, customer.time_zone, customer.region), at),
        contractual=frozenset(
            severity
            for severity in Severity
            if (contract.contractual if contract and severity in by_contract else clock.contractual)
        ),
        pauses=_pauses(policy, kind, contract),
        sources={
            **dict.fromkeys(by_tier, customer.tier.value),
            **dict.fromkeys(by_contract, customer.contract.reference),
        },
    )


def first_update_due(
    policy: Policy, severity: Severity, customer: Customer, *, at: datetime
) -> datetime | None:
    """Return when a customer has to hear from us next after `at`; None when nothing is promised."""
    if NEXT_UPDATE not in policy.clocks:
        return None
    return SlaClock.started(
        NEXT_UPDATE, terms_for(policy, NEXT_UPDATE, customer, at=at), severity, at=at
    ).due_at


def _in_force(clock: ClockPolicy, customer: Customer, at: datetime) -> ContractTerms | None:
    """Return what the customer's contract says of the clock; None before or after its days.

    Its first day begins and its last day ends at midnight in the customer's zone.
    """
    contract = customer.contract
    today = at.astimezone(ZoneInfo(customer.time_zone)).date()
    first, last = contract.starts_on, contract.ends_on
    if (first is not None and today < first) or (last is not None and today > last):
        return None
    return clock.contracts.get(contract.reference)


def _pauses(
    policy: Policy, kind: ClockKind, contract: ContractTerms | None
) -> dict[PauseReason, Duration | None]:
    if kind == NEXT_UPDATE:
        return {}
    allowed = contract.pauses if contract else ()
    return {
        reason: pause.most
        for reason, pause in policy.pauses.items()
        if kind in pause.stops or (kind in pause.contract_only and reason in allowed)
    }


def _kept(calendar: Calendar, at: datetime) -> Calendar:
    first: date = (at - KEPT_BEFORE).date()
    last: date = (at + KEPT_AFTER).date()
    days = {day: hours for day, hours in calendar.days.items() if first <= day <= last}
    return replace(calendar, days=days)
