"""The policy: severities and their playbooks, roles, channels, reactions, clocks, defaults.

Values only; `bot/policy_file.py` reads them from YAML and says what is wrong and where.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.escalation.customer import Customer, Tier
from bot.domain.escalation.escalation import Escalation, Severity
from bot.domain.meetings.policy import CadenceKind, CadencePolicy, Rhythms, contradictions
from bot.domain.mistakes import (
    NOT_IN_THE_FILE,
    Unusable,
    ValidationProblem,
    ids,
    is_id,
    plain_name,
    refuse,
    short,
    wrong,
)
from bot.domain.people import (
    ESCALATION_MANAGER,
    REQUESTER,
    RESPONDER,
    Assignment,
    RoleKey,
    SlackUserId,
)
from bot.domain.plan.playbook import (
    LONGEST_MEANING,
    LONGEST_NAME,
    ActionTemplate,
    CategoryPolicy,
    EffectivePlaybook,
    Playbook,
)
from bot.domain.reminders.policy import ReminderPolicy
from bot.domain.sla.clock import ClockKind
from bot.domain.sla.ladder import Ladder
from bot.domain.sla.policy import (
    CUSTOMER,
    OFFICE,
    CalendarPolicy,
    ClockPolicy,
    PausePolicy,
    SlaParts,
)
from bot.domain.time.business_hours import Calendar
from bot.domain.time.duration import Duration, Unit
from bot.domain.time.public_holidays import PublicHolidays
from bot.domain.time.segments import PauseReason

GIVEN_BY_WARROOM = (REQUESTER, RESPONDER)
TWO_DAYS, THREE_DAYS, FORTNIGHT = (Duration(count=n, unit=Unit.HOURS) for n in (48, 72, 336))


class ReactionKind(StrEnum):
    """What a reaction on a message means."""

    DECISION = "decision"
    ACTION = "action"
    RISK = "risk"
    BLOCKER = "blocker"
    PROMISE = "promise"
    NOTE = "note"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityPolicy:
    """One severity: its name, when to choose it, and how its rooms start."""

    name: str
    meaning: str
    playbook: Playbook

    def __post_init__(self) -> None:
        refuse(
            [
                *short("name", self.name, LONGEST_NAME),
                *short("meaning", self.meaning, LONGEST_MEANING),
            ]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RolePolicy:
    """A role, and who is invited to hold it.

    Attributes:
        people: Slack ids of persons; groups: Slack ids of user groups.
        severities: Escalations it is invited to; all when not said.
    """

    title: str
    people: tuple[SlackUserId, ...] = ()
    groups: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = tuple(Severity)

    def __post_init__(self) -> None:
        refuse(
            [
                *ids("people", self.people, "UW", "a person's Slack id such as U0123ABCD"),
                *ids("groups", self.groups, "S", "a user group's Slack id such as S0123ABCD"),
            ]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPolicy:
    """Where things are said; None means that it is said in no channel.

    Attributes:
        announce: Hears of public escalations; leadership: hears of public ones that go wrong.
    """

    announce: str | None = None
    leadership: str | None = None
    name_prefix: str = "esc"

    def __post_init__(self) -> None:
        refuse(self._mistakes())

    def _mistakes(self) -> Iterator[ValidationProblem]:
        for name in ("announce", "leadership"):
            channel = getattr(self, name)
            if channel is not None and not is_id(channel, "CG"):
                yield wrong(name, channel, "a channel's Slack id such as C0123ABCD")
        if not re.fullmatch(r"[a-z0-9]{1,12}", self.name_prefix):
            yield wrong("name_prefix", self.name_prefix, "1 to 12 lowercase letters or digits")


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What is assumed of an escalation or a new customer until somebody says otherwise.

    Attributes:
        most_openings: How many escalations one person may open within ten minutes.
    """

    severity: Severity = Severity.S3
    private: bool = False
    tier: Tier = Tier.STANDARD
    time_zone: str = "UTC"
    most_openings: int = 20

    def __post_init__(self) -> None:
        if self.most_openings < 1:
            expected = "a number of escalations, 1 or more"
            raise Unusable([wrong("most_openings", str(self.most_openings), expected)])
        try:
            ZoneInfo(self.time_zone)
        except (ValueError, OSError, KeyError):
            expected = "an IANA name such as Europe/Lisbon"
            raise Unusable([wrong("time_zone", self.time_zone, expected)]) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecyclePolicy:
    """How long things are kept open after the work is done.

    Attributes:
        archive_after: From the end of an escalation until its room is archived.
        watch: How long a fix is watched unless somebody says otherwise.
        reopen_within: From then on a return is a new escalation.
    """

    archive_after: Duration = THREE_DAYS
    watch: Duration = TWO_DAYS
    reopen_within: Duration = FORTNIGHT

    def __post_init__(self) -> None:
        refuse(
            wrong(name, str(found), "real time, such as 336 h")
            for name in ("watch", "reopen_within")
            if (found := getattr(self, name)).unit.is_business
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The whole file. A policy whose parts contradict each other cannot be made."""

    severities: Mapping[Severity, SeverityPolicy]
    roles: Mapping[RoleKey, RolePolicy]
    channels: ChannelPolicy = field(default_factory=ChannelPolicy)
    reactions: Mapping[str, ReactionKind] = field(default_factory=dict)
    categories: Mapping[str, CategoryPolicy] = field(default_factory=dict)
    lifecycle: LifecyclePolicy = field(default_factory=LifecyclePolicy)
    rhythms: Rhythms = field(default_factory=dict)
    reminders: ReminderPolicy = field(default_factory=ReminderPolicy)
    defaults: Defaults = field(default_factory=Defaults)
    calendars: Mapping[str, CalendarPolicy] = field(default_factory=lambda: {CUSTOMER: OFFICE})
    clocks: Mapping[ClockKind, ClockPolicy] = field(default_factory=dict)
    pauses: Mapping[PauseReason, PausePolicy] = field(default_factory=dict)
    ladder: Ladder = field(default_factory=Ladder)
    public_holidays: PublicHolidays = field(
        default_factory=PublicHolidays, compare=False, repr=False, metadata=NOT_IN_THE_FILE
    )

    def __post_init__(self) -> None:
        about_time = SlaParts(
            calendars=self.calendars,
            clocks=self.clocks,
            pauses=self.pauses,
            ladder=self.ladder,
            roles=self.roles,
            public_holidays=self.public_holidays,
        )
        refuse(
            [
                *self._missing(),
                *self._strange_names(),
                *self._unknown_roles(),
                *about_time.contradictions(),
                *contradictions(self.rhythms),
            ]
        )

    def calendar(self, name: str, customer_zone: str, region: str = "") -> Calendar:
        """Return the calendar of that name for a customer in that IANA zone and region."""
        return self.calendars[name].calendar(customer_zone, self.public_holidays, region)

    def holidays_of(self, calendar: Calendar) -> str:
        """Return whose public holidays a calendar has, in words; empty for nobody's."""
        return self.public_holidays.title(calendar.holidays) if calendar.holidays else ""

    def business_days(self, customer: Customer) -> Calendar:
        """Return the calendar in which the business days of the customer's plans are counted."""
        return self.customer_calendar(customer.time_zone, customer.region)

    def customer_calendar(self, time_zone: str, region: str = "") -> Calendar:
        """Return the calendar in which the business time of a customer there is counted."""
        return self.calendar(CUSTOMER, time_zone, region)

    def severity(self, severity: Severity) -> SeverityPolicy:
        return self.severities[severity]

    def rhythm(self, severity: Severity, kind: CadenceKind) -> CadencePolicy | None:
        """Return a severity's rhythm of a kind, None when it has none."""
        return self.rhythms.get(severity, {}).get(kind)

    def laid_down(self, severity: Severity, category: str | None = None) -> EffectivePlaybook:
        """Return what a room of that severity and category starts with."""
        base = self.severities[severity].playbook
        more = self.categories.get(category or "", CategoryPolicy(title=""))
        return EffectivePlaybook(
            exit_criteria=(*base.exit_criteria, *more.exit_criteria),
            milestones=(*base.milestones, *more.milestones),
            actions=(*base.actions, *more.actions),
            checklists={
                move: (*base.checklists.get(move, ()), *more.checklists.get(move, ()))
                for move in (*base.checklists, *more.checklists)
            },
        )

    def permits(self, role: RoleKey) -> bool:
        """Whether whoever holds the role may do what others may not: approve a pause.

        The escalation manager's is none of these, because anybody takes it over in an absence.
        """
        is_asked = any(pause.approver == role for pause in self.pauses.values())
        return is_asked and role != ESCALATION_MANAGER

    def role_title(self, key: RoleKey) -> str:
        """Return what people call the role; its key when the policy no longer knows it."""
        role = self.roles.get(key)
        return role.title if role else key.replace("_", " ").capitalize()

    def clock_title(self, kind: ClockKind) -> str:
        """Return what people call the clock; its key when the policy no longer knows it."""
        known = self.clocks.get(kind)
        return known.title if known else kind.replace("_", " ").capitalize()

    def pause_title(self, reason: PauseReason) -> str:
        """Return what people call a reason; of one that was dropped, its name."""
        known = self.pauses.get(reason)
        return known.title if known else reason.replace("_", " ")

    def hears(
        self, role: RoleKey, escalation: Escalation, held: Sequence[Assignment]
    ) -> tuple[SlackUserId, ...]:
        """Return who is told in a role: who holds it there, and else whom this names for it.

        Of a private escalation nobody hears who has no part in it; `held` are its roles.
        """
        holders = [a.user_id for a in held if a.role == role]
        if role == ESCALATION_MANAGER:
            holders = holders or [escalation.owner]
        known = self.roles.get(role)
        holders = holders or list(known.people if known else ())
        involved = {a.user_id for a in held} | {escalation.owner}
        found = dict.fromkeys(u for u in holders if u in involved or not escalation.is_private)
        return tuple(found)

    def roles_for(self, severity: Severity) -> dict[RoleKey, RolePolicy]:
        return {key: role for key, role in self.roles.items() if severity in role.severities}

    def _missing(self) -> Iterator[ValidationProblem]:
        if missing := [s.value for s in Severity if s not in self.severities]:
            yield ValidationProblem(
                where="severities",
                found=f"{', '.join(missing)} missing",
                expected="all of s1, s2, s3, s4",
            )
        if ESCALATION_MANAGER not in self.roles:
            yield ValidationProblem(
                where="roles",
                found=f"{ESCALATION_MANAGER} missing",
                expected="it, because every escalation has one",
            )

    def _strange_names(self) -> Iterator[ValidationProblem]:
        for key in self.roles:
            yield from plain_name(f"roles.{key}", key, "technical_lead")
            if key in GIVEN_BY_WARROOM:
                yield wrong(f"roles.{key}", key, "another name; Warroom gives this role itself")
        for name in self.categories:
            yield from plain_name(f"categories.{name}", name, "product_gap")
        for emoji in self.reactions:
            if not re.fullmatch(r"[^\s:A-Z]{1,100}", emoji):
                expected = "an emoji's name without colons, such as raised_hand"
                yield wrong(f"reactions.{emoji}", emoji, expected)

    def _unknown_roles(self) -> Iterator[ValidationProblem]:
        parts: list[tuple[str, tuple[ActionTemplate, ...]]] = [
            (f"severities.{severity}.playbook", of_severity.playbook.actions)
            for severity, of_severity in self.severities.items()
        ]
        parts += [(f"categories.{key}", part.actions) for key, part in self.categories.items()]
        for where, found in parts:
            for i, action in enumerate(found):
                if action.role is not None and action.role not in self.roles:
                    expected = f"one of {', '.join(self.roles)}"
                    yield wrong(f"{where}.actions[{i}].role", action.role, expected)
