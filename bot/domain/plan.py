"""The action plan as the playbook lays it down when a room opens."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.cadence import after
from bot.domain.people import RoleKey
from bot.domain.policy import Phase, Playbook


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A stage that is reached when its test for done holds; `due_at` None means no target yet."""

    phase: Phase
    title: str
    done_when: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do; `role` names who should take it, None while nobody is meant."""

    text: str
    role: RoleKey | None
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    exit_criteria: tuple[str, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    actions: tuple[Action, ...] = ()


def first_plan(playbook: Playbook, *, opened_at: datetime, time_zone: str) -> Plan:
    """Return the plan a new room starts with, its due times counted from `opened_at`."""
    return Plan(
        exit_criteria=playbook.exit_criteria,
        milestones=tuple(
            Milestone(
                phase=m.phase,
                title=m.title,
                done_when=m.done_when,
                due_at=None if m.due is None else after(opened_at, m.due, time_zone),
            )
            for m in playbook.milestones
        ),
        actions=tuple(
            Action(text=a.text, role=a.role, due_at=after(opened_at, a.due, time_zone))
            for a in playbook.actions
        ),
    )
