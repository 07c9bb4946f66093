"""Playbooks: what a room starts with, and what is asked before it moves on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.escalation.escalation import Transition
from bot.domain.mistakes import ValidationProblem, counted, refuse, short
from bot.domain.people import RoleKey
from bot.domain.time.duration import Duration

# What one screen holds: enough stages to steer by, few enough to be read in the room.
FEWEST_MILESTONES, MOST_MILESTONES = 3, 7
MOST_ACTIONS = 15
MOST_EXIT_CRITERIA = 7
MOST_ADDED = 3  # criteria, milestones or checklist entries a category adds
MOST_CHECKED = 7  # entries of a checklist; Slack shows ten boxes at most
LONGEST_NAME = 30  # characters; a room's topic has to hold more than the severity's name
LONGEST_MEANING = 75  # characters Slack shows beside an option


class Phase(StrEnum):
    CONTAIN = "contain"
    DIAGNOSE = "diagnose"
    FIX = "fix"
    VERIFY = "verify"
    PREVENT = "prevent"


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


# What has to be ticked before a move of the lifecycle, or gone without for a reason.
Checklists = Mapping[Transition, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """What a room starts with; durations count from the opening."""

    exit_criteria: tuple[str, ...]
    milestones: tuple[MilestoneTemplate, ...]
    actions: tuple[ActionTemplate, ...]
    checklists: Checklists = field(default_factory=dict)

    def __post_init__(self) -> None:
        refuse(
            [
                *counted("exit_criteria", len(self.exit_criteria), 1, MOST_EXIT_CRITERIA),
                *counted("milestones", len(self.milestones), FEWEST_MILESTONES, MOST_MILESTONES),
                *counted("actions", len(self.actions), 0, MOST_ACTIONS),
                *_checklists(self.checklists, MOST_CHECKED),
            ]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectivePlaybook:
    """What a severity's playbook and a category lay down together."""

    exit_criteria: tuple[str, ...]
    milestones: tuple[MilestoneTemplate, ...]
    actions: tuple[ActionTemplate, ...]
    checklists: Checklists


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryPolicy:
    """One category of escalations, and what its rooms get beside the severity's playbook."""

    title: str
    exit_criteria: tuple[str, ...] = ()
    milestones: tuple[MilestoneTemplate, ...] = ()
    actions: tuple[ActionTemplate, ...] = ()
    checklists: Checklists = field(default_factory=dict)

    def __post_init__(self) -> None:
        refuse(
            [
                *short("title", self.title, LONGEST_NAME),
                *counted("exit_criteria", len(self.exit_criteria), 0, MOST_ADDED),
                *counted("milestones", len(self.milestones), 0, MOST_ADDED),
                *counted("actions", len(self.actions), 0, MOST_ACTIONS),
                *_checklists(self.checklists, MOST_ADDED),
            ]
        )


def _checklists(checklists: Checklists, most: int) -> Iterator[ValidationProblem]:
    for move, entries in checklists.items():
        yield from counted(f"checklists.{move}", len(entries), 1, most)
        for i, entry in enumerate(entries):
            yield from short(f"checklists.{move}[{i}]", entry, LONGEST_MEANING)
