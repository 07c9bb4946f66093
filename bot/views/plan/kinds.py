"""The kinds of items: one row for how each looks; `bot/domain/plan/kinds.py` says what they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.plan.kinds import ItemKind

RAID = "Risks, blockers, dependencies, needs"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindView:
    """How a kind looks.

    Attributes:
        emoji: What our message about one begins with.
        heading: What the plan calls several of them.
        section: The dossier's heading, which several kinds may share.
        question: What the button asks while something expected is missing.
        labels: Of its form, where they differ from those of other kinds, by field.
    """

    emoji: str
    heading: str
    section: str
    question: str = "Edit"
    labels: Mapping[str, str] = field(default_factory=dict)


KIND_VIEWS: Mapping[ItemKind, KindView] = {
    ItemKind.CRITERION: KindView(emoji="🎯", heading="Exit criteria", section="We are done when"),
    ItemKind.MILESTONE: KindView(
        emoji="🏁",
        heading="Milestones",
        section="Milestones",
        question="Set done criteria and due time",
    ),
    ItemKind.ACTION: KindView(
        emoji="✋", heading="Actions", section="Actions", question="Add owner and due time"
    ),
    ItemKind.NEED: KindView(
        emoji="📨",
        heading="What we need from the customer",
        section=RAID,
        question="By when?",
    ),
    ItemKind.BLOCKER: KindView(
        emoji="🚧", heading="Blockers", section=RAID, question="Add owner and due time"
    ),
    ItemKind.RISK: KindView(
        emoji="⚠️", heading="Risks", section=RAID, question="Add owner and mitigation"
    ),
    ItemKind.DEPENDENCY: KindView(
        emoji="🔗",
        heading="Dependencies",
        section=RAID,
        question="Add owner and due time",
    ),
    ItemKind.PROMISE: KindView(
        emoji="🤝",
        heading="Promised to the customer",
        section="Promises to the customer",
        question="Add owner and due time",
    ),
    ItemKind.DECISION: KindView(
        emoji="⚖️",
        heading="Decisions",
        section="Decisions",
        question="Add reason and decider",
        labels={"text": "What was decided?", "owner": "Who decided?"},
    ),
    ItemKind.NOTE: KindView(emoji="📝", heading="Notes", section="Notes"),
}
