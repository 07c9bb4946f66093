"""Which terms a customer has: the policy, then the tier, then the contract that is in force."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.business_hours import Calendar
from bot.domain.customer import Contract, Customer
from bot.domain.duration import Duration
from bot.domain.escalation import Severity
from bot.domain.policy import Policy
from bot.domain.sla import NEXT_UPDATE, Clock, ClockKind, Terms
from bot.domain.sla_policy import ClockPolicy, ContractTerms
from bot.domain.sla_segments import PauseReason

# A clock keeps the calendar it was started with, and of its exceptions these: a promise that is
# open for longer counts later holidays as working days.
KEPT_BEFORE, KEPT_AFTER = timedelta(days=7), timedelta(days=731)


def terms_for(policy: Policy, kind: ClockKind, customer: Customer, *, at: datetime) -> Terms:
    """Return what a clock of that kind promises this customer when it is started at `at`."""
    clock = policy.clocks[kind]
    contract = _in_force(clock, customer.contract, at)
    by_tier = clock.tiers.get(customer.tier, {})
    by_contract = contract.targets if contract else {}
    name = contract.calendar if contract and contract.calendar else clock.calendar
    source = customer.tier.value if by_tier else "policy"
    return Terms(
        targets={**clock.targets, **by_tier, **by_contract},
        after_workaround=clock.after_workaround,
        calendar=_kept(policy.calendar(name, customer.time_zone, customer.region), at),
        contractual=contract.contractual if contract else clock.contractual,
        pauses=_pauses(policy, kind, contract),
        source=customer.contract.reference if contract else source,
    )


def first_update_due(
    policy: Policy, severity: Severity, customer: Customer, *, at: datetime
) -> datetime | None:
    """Return when a customer has to hear from us next after `at`; None when nothing is promised."""
    if NEXT_UPDATE not in policy.clocks:
        return None
    return Clock.started(
        NEXT_UPDATE, terms_for(policy, NEXT_UPDATE, customer, at=at), severity, at=at
    ).due_at


def _in_force(clock: ClockPolicy, contract: Contract, at: datetime) -> ContractTerms | None:
    """Return what the customer's contract says of the clock; None before or after its days."""
    today, first, last = at.date(), contract.starts_on, contract.ends_on
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
