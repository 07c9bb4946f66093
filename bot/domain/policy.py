"""The policy: severities and their playbooks, roles, channels, reactions, defaults.

Values only; `bot/policy_file.py` reads them from YAML and says what is wrong and where.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from bot.domain.customer import Tier
from bot.domain.escalation import Severity
from bot.domain.people import ESCALATION_MANAGER, RoleKey, SlackUserId

UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1)}
DURATION_WORDS = 'a duration such as "30 min", "4 h" or "2 bd" (business days)'
FEWEST_MILESTONES, MOST_MILESTONES = 3, 7  # domain.md 5.1
MOST_ACTIONS = 15
LONGEST_MEANING = 75  # characters Slack shows beside an option


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """Either real time, or business days; never both.

    Attributes:
        elapsed: None when it is counted in business days.
        business_days: 0 when it is real time.
        words: As it is written in the policy.
    """

    elapsed: timedelta | None
    business_days: int
    words: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "30 min", "4 h" or "2 bd".

        Raises:
            ValueError: The text is no such duration; the message says what is expected.
        """
        match = re.fullmatch(r"\s*([1-9]\d{0,4})\s*(min|h|bd)\s*", text)
        if match is None:
            raise ValueError(f"expected {DURATION_WORDS}")
        count, unit = int(match[1]), match[2]
        days = count if unit == "bd" else 0
        elapsed = None if unit == "bd" else count * UNITS[unit]
        return cls(elapsed=elapsed, business_days=days, words=f"{count} {unit}")

    def __str__(self) -> str:
        return self.words


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
        if not FEWEST_MILESTONES <= len(self.milestones) <= MOST_MILESTONES:
            raise ValueError(f"expected {FEWEST_MILESTONES} to {MOST_MILESTONES} milestones")
        if len(self.actions) > MOST_ACTIONS:
            raise ValueError(f"expected at most {MOST_ACTIONS} actions")
        if not self.exit_criteria:
            raise ValueError("expected at least one exit criterion")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityPolicy:
    """One severity: its name, when to choose it, and how its rooms start."""

    name: str
    meaning: str
    next_update: Duration
    playbook: Playbook

    def __post_init__(self) -> None:
        if len(self.meaning) > LONGEST_MEANING:
            raise ValueError(f"expected a meaning of at most {LONGEST_MEANING} characters")


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
        for person in self.people:
            _expect_id(person, "UW", "a person's Slack id such as U0123ABCD")
        for group in self.groups:
            _expect_id(group, "S", "a user group's Slack id such as S0123ABCD")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPolicy:
    """Where things are said; `announce` None means that nothing is announced."""

    announce: str | None = None
    name_prefix: str = "esc"

    def __post_init__(self) -> None:
        if self.announce is not None:
            _expect_id(self.announce, "CG", "a channel's Slack id such as C0123ABCD")
        if not re.fullmatch(r"[a-z0-9]{1,12}", self.name_prefix):
            raise ValueError("expected name_prefix to be 1 to 12 lowercase letters or digits")


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
            raise ValueError(
                "expected time_zone to be an IANA name such as Europe/Lisbon"
            ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The whole file.

    Raises:
        ValueError: At construction, when its parts contradict each other.
    """

    severities: Mapping[Severity, SeverityPolicy]
    roles: Mapping[RoleKey, RolePolicy]
    channels: ChannelPolicy = field(default_factory=ChannelPolicy)
    reactions: Mapping[str, ReactionKind] = field(default_factory=dict)
    defaults: Defaults = field(default_factory=Defaults)

    def __post_init__(self) -> None:
        if missing := [s.value for s in Severity if s not in self.severities]:
            raise ValueError(f"expected all of s1, s2, s3, s4; missing: {', '.join(missing)}")
        if ESCALATION_MANAGER not in self.roles:
            raise ValueError(f"expected a role named {ESCALATION_MANAGER}")
        for severity, of_severity in self.severities.items():
            for action in of_severity.playbook.actions:
                if action.role is not None and action.role not in self.roles:
                    raise ValueError(
                        f"{severity.value}: the action {action.text!r} names the role "
                        f"{action.role!r}; expected one of {', '.join(self.roles)}"
                    )

    def severity(self, severity: Severity) -> SeverityPolicy:
        return self.severities[severity]

    def role_title(self, key: RoleKey) -> str:
        """Return what people call the role; its key when the policy no longer knows it."""
        role = self.roles.get(key)
        return role.title if role else key.replace("_", " ").capitalize()

    def roles_for(self, severity: Severity) -> dict[RoleKey, RolePolicy]:
        return {key: role for key, role in self.roles.items() if severity in role.severities}


def _expect_id(text: str, letters: str, words: str) -> None:
    if not re.fullmatch(rf"[{letters}][A-Z0-9]{{2,20}}", text):
        raise ValueError(f"{text!r} found; expected {words}")
