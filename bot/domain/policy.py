"""The policy: severities and their playbooks, roles, channels, reactions, defaults.

Values only; `bot/policy_file.py` reads them from YAML and says what is wrong and where.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from bot.domain.customer import Tier
from bot.domain.escalation import Severity
from bot.domain.people import ESCALATION_MANAGER, REQUESTER, RESPONDER, RoleKey, SlackUserId

DURATION_WORDS = 'a duration such as "30 min", "4 h" or "2 bd" (business days)'
MOST_OF_A_UNIT = 99_999
# What one screen holds: enough stages to steer by, few enough to be read in the room.
FEWEST_MILESTONES, MOST_MILESTONES = 3, 7
MOST_ACTIONS = 15
MOST_EXIT_CRITERIA = 7
MOST_ADDED = 3  # criteria or milestones a category adds
LONGEST_NAME = 30  # characters; a room's topic has to hold more than the severity's name
LONGEST_MEANING = 75  # characters Slack shows beside an option
GIVEN_BY_WARROOM = (REQUESTER, RESPONDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing wrong with a part of the policy.

    Attributes:
        where: Path from the part to the value, such as `people[0]`; empty for the part itself.
    """

    where: str
    found: str
    expected: str

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.found}; expected {self.expected}"


class Unusable(ValueError):
    """A part of the policy contradicts the rules; `mistakes` holds all that were found in it."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class Unit(StrEnum):
    MINUTES = "min"
    HOURS = "h"
    BUSINESS_DAYS = "bd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """Either real time, or business days; never both. Two spellings of one span differ."""

    count: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST_OF_A_UNIT:
            raise ValueError(f"expected 1 to {MOST_OF_A_UNIT} {self.unit}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "30 min", "4 h" or "2 bd".

        Raises:
            ValueError: The text is no such duration; the message says what is expected.
        """
        match = re.fullmatch(r"\s*([1-9][0-9]{0,4})\s*(min|h|bd)\s*", text)
        if match is None:
            raise ValueError(f"expected {DURATION_WORDS}")
        return cls(count=int(match[1]), unit=Unit(match[2]))

    @property
    def elapsed(self) -> timedelta | None:
        """The real time it lasts; None when it is counted in business days."""
        if self.unit is Unit.BUSINESS_DAYS:
            return None
        minutes = self.unit is Unit.MINUTES
        return timedelta(minutes=self.count) if minutes else timedelta(hours=self.count)

    @property
    def business_days(self) -> int:
        """The business days it lasts; 0 when it is real time."""
        return self.count if self.unit is Unit.BUSINESS_DAYS else 0

    def __str__(self) -> str:
        return f"{self.count} {self.unit}"


class Phase(StrEnum):
    CONTAIN = "contain"
    DIAGNOSE = "diagnose"
    FIX = "fix"
    VERIFY = "verify"
    PREVENT = "prevent"


class ReactionKind(StrEnum):
    """What a reaction on a message means; design.md 2."""

    DECISION = "decision"
    ACTION = "action"
    RISK = "risk"
    BLOCKER = "blocker"
    PROMISE = "promise"
    NOTE = "note"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneTemplate:
    title: str
    done_when: str
    phase: Phase
    due: Duration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionTemplate:
    text: str
    due: Duration
    role: RoleKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """What a room starts with; durations count from the opening."""

    exit_criteria: tuple[str, ...]
    milestones: tuple[MilestoneTemplate, ...]
    actions: tuple[ActionTemplate, ...]

    def __post_init__(self) -> None:
        _refuse(
            [
                *_counted("exit_criteria", len(self.exit_criteria), 1, MOST_EXIT_CRITERIA),
                *_counted("milestones", len(self.milestones), FEWEST_MILESTONES, MOST_MILESTONES),
                *_counted("actions", len(self.actions), 0, MOST_ACTIONS),
            ]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidDown:
    """What a severity's playbook and a category lay down together."""

    exit_criteria: tuple[str, ...]
    milestones: tuple[MilestoneTemplate, ...]
    actions: tuple[ActionTemplate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryPolicy:
    """One category of escalations, and what its rooms get beside the severity's playbook."""

    title: str
    exit_criteria: tuple[str, ...] = ()
    milestones: tuple[MilestoneTemplate, ...] = ()
    actions: tuple[ActionTemplate, ...] = ()

    def __post_init__(self) -> None:
        _refuse(
            [
                *_short("title", self.title, LONGEST_NAME),
                *_counted("exit_criteria", len(self.exit_criteria), 0, MOST_ADDED),
                *_counted("milestones", len(self.milestones), 0, MOST_ADDED),
                *_counted("actions", len(self.actions), 0, MOST_ACTIONS),
            ]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityPolicy:
    """One severity: its name, when to choose it, and how its rooms start."""

    name: str
    meaning: str
    next_update: Duration
    playbook: Playbook

    def __post_init__(self) -> None:
        _refuse(
            [
                *_short("name", self.name, LONGEST_NAME),
                *_short("meaning", self.meaning, LONGEST_MEANING),
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
        _refuse(
            [
                *_ids("people", self.people, "UW", "a person's Slack id such as U0123ABCD"),
                *_ids("groups", self.groups, "S", "a user group's Slack id such as S0123ABCD"),
            ]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPolicy:
    """Where things are said; `announce` None means that nothing is announced."""

    announce: str | None = None
    name_prefix: str = "esc"

    def __post_init__(self) -> None:
        _refuse(self._mistakes())

    def _mistakes(self) -> Iterator[Mistake]:
        if self.announce is not None and not _is_id(self.announce, "CG"):
            yield _wrong("announce", self.announce, "a channel's Slack id such as C0123ABCD")
        if not re.fullmatch(r"[a-z0-9]{1,12}", self.name_prefix):
            yield _wrong("name_prefix", self.name_prefix, "1 to 12 lowercase letters or digits")


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What is assumed of an escalation or a new customer until somebody says otherwise."""

    severity: Severity = Severity.S3
    private: bool = False
    tier: Tier = Tier.STANDARD
    time_zone: str = "UTC"

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.time_zone)
        except (ValueError, OSError, KeyError):
            expected = "an IANA name such as Europe/Lisbon"
            raise Unusable([_wrong("time_zone", self.time_zone, expected)]) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecyclePolicy:
    """How long things are kept open after the work is done; domain.md 3.3.

    Attributes:
        archive_after: From the end of an escalation until its room is archived.
        watch: How long a fix is watched unless somebody says otherwise.
        reopen_within: From then on a return is a new escalation.
    """

    archive_after: Duration = Duration(count=72, unit=Unit.HOURS)
    watch: Duration = Duration(count=48, unit=Unit.HOURS)
    reopen_within: Duration = Duration(count=336, unit=Unit.HOURS)

    def __post_init__(self) -> None:
        if self.reopen_within.elapsed is None:
            expected = "real time, such as 336 h"
            raise Unusable([_wrong("reopen_within", str(self.reopen_within), expected)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The whole file. A policy whose parts contradict each other cannot be made."""

    severities: Mapping[Severity, SeverityPolicy]
    roles: Mapping[RoleKey, RolePolicy]
    channels: ChannelPolicy = field(default_factory=ChannelPolicy)
    reactions: Mapping[str, ReactionKind] = field(default_factory=dict)
    categories: Mapping[str, CategoryPolicy] = field(default_factory=dict)
    lifecycle: LifecyclePolicy = field(default_factory=LifecyclePolicy)
    defaults: Defaults = field(default_factory=Defaults)

    def __post_init__(self) -> None:
        _refuse([*self._missing(), *self._strange_names(), *self._unknown_roles()])

    def severity(self, severity: Severity) -> SeverityPolicy:
        return self.severities[severity]

    def laid_down(self, severity: Severity, category: str | None = None) -> LaidDown:
        """Return what a room of that severity and category starts with."""
        base = self.severities[severity].playbook
        more = self.categories.get(category or "", CategoryPolicy(title=""))
        return LaidDown(
            exit_criteria=(*base.exit_criteria, *more.exit_criteria),
            milestones=(*base.milestones, *more.milestones),
            actions=(*base.actions, *more.actions),
        )

    def role_title(self, key: RoleKey) -> str:
        """Return what people call the role; its key when the policy no longer knows it."""
        role = self.roles.get(key)
        return role.title if role else key.replace("_", " ").capitalize()

    def roles_for(self, severity: Severity) -> dict[RoleKey, RolePolicy]:
        return {key: role for key, role in self.roles.items() if severity in role.severities}

    def _missing(self) -> Iterator[Mistake]:
        if missing := [s.value for s in Severity if s not in self.severities]:
            yield Mistake(
                where="severities",
                found=f"{', '.join(missing)} missing",
                expected="all of s1, s2, s3, s4",
            )
        if ESCALATION_MANAGER not in self.roles:
            yield Mistake(
                where="roles",
                found=f"{ESCALATION_MANAGER} missing",
                expected="it, because every escalation has one",
            )

    def _strange_names(self) -> Iterator[Mistake]:
        for key in self.roles:
            if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", key):
                expected = "lowercase letters, digits and _, such as technical_lead"
                yield _wrong(f"roles.{key}", key, expected)
            if key in GIVEN_BY_WARROOM:
                yield _wrong(f"roles.{key}", key, "another name; Warroom gives this role itself")
        for name in self.categories:
            if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
                expected = "lowercase letters, digits and _, such as product_gap"
                yield _wrong(f"categories.{name}", name, expected)
        for emoji in self.reactions:
            if not re.fullmatch(r"[^\s:A-Z]{1,100}", emoji):
                expected = "an emoji's name without colons, such as raised_hand"
                yield _wrong(f"reactions.{emoji}", emoji, expected)

    def _unknown_roles(self) -> Iterator[Mistake]:
        parts: list[tuple[str, tuple[ActionTemplate, ...]]] = [
            (f"severities.{severity}.playbook", of_severity.playbook.actions)
            for severity, of_severity in self.severities.items()
        ]
        parts += [(f"categories.{key}", part.actions) for key, part in self.categories.items()]
        for where, found in parts:
            for i, action in enumerate(found):
                if action.role is not None and action.role not in self.roles:
                    expected = f"one of {', '.join(self.roles)}"
                    yield _wrong(f"{where}.actions[{i}].role", action.role, expected)


def _refuse(mistakes: Iterable[Mistake]) -> None:
    if found := tuple(mistakes):
        raise Unusable(found)


def _wrong(where: str, found: str, expected: str) -> Mistake:
    return Mistake(where=where, found=f'"{found}"', expected=expected)


def _counted(where: str, count: int, fewest: int, most: int) -> Iterator[Mistake]:
    if not fewest <= count <= most:
        yield Mistake(where=where, found=f"{count} of them", expected=f"{fewest} to {most}")


def _short(where: str, text: str, longest: int) -> Iterator[Mistake]:
    if len(text) > longest:
        yield Mistake(where=where, found=f"{len(text)} characters", expected=f"at most {longest}")


def _ids(where: str, ids: Iterable[str], letters: str, words: str) -> Iterator[Mistake]:
    for i, text in enumerate(ids):
        if not _is_id(text, letters):
            yield _wrong(f"{where}[{i}]", text, words)


def _is_id(text: str, letters: str) -> bool:
    return re.fullmatch(rf"[{letters}][A-Z0-9]{{2,20}}", text) is not None
