"""The kinds of items: one row for everything the rules know about each.

How a kind looks stands beside it in `bot/views/plan/kinds.py`. What a single part of the product
does with one kind alone (what the digest asks of leadership, what a meeting goes through) stays
there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ItemKind(StrEnum):
    """In the order in which people are offered to add them."""

    ACTION = "action"
    MILESTONE = "milestone"
    CRITERION = "criterion"
    NEED = "need"
    BLOCKER = "blocker"
    RISK = "risk"
    DEPENDENCY = "dependency"
    PROMISE = "promise"
    DECISION = "decision"
    NOTE = "note"

    @property
    def spec(self) -> "KindSpec":
        return KINDS[self]

    @property
    def label(self) -> str:
        return self.spec.title


class DigestRule(StrEnum):
    """When the digest lists an open item."""

    DUE_TODAY = "due_today"
    OPEN_TOO_LONG = "open_too_long"
    SLIPPING = "slipping"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSpec:
    """What sets a kind apart.

    Attributes:
        letter: What its labels begin with, such as A of A-3.
        title: One of them, as forms and menus call it.
        word: What is typed behind `/escalate` to add one.
        json_name: Its list in the dossier's JSON.
        fields: The content it has, in the order in which people are asked for it.
        expected: The fields without which one is weak, and which are asked for.
        done_word: How one stands that is done; None: it can only be edited or cancelled.
        needs_evidence: It is done only with a word on how that was shown, which neither a button
            nor a reaction gives.
        is_read_for_task: An owner and a due time in what was typed or said become its own.
        is_task: Its owner has something to do for it.
        is_owner_author: Its owner is who made it, not who is to do it.
        is_reminded: Whoever answers for it is reminded of its due time.
        is_in_plan: The plan's message shows it.
        refers_to: The kind one of which may be chosen in its form: what it serves or replaces.
        digest: None when the digest does not list it.
    """

    letter: str
    title: str
    word: str
    json_name: str
    fields: tuple[str, ...]
    expected: tuple[str, ...] = ()
    done_word: str | None = None
    needs_evidence: bool = False
    is_read_for_task: bool = True
    is_task: bool = True
    is_owner_author: bool = False
    is_reminded: bool = False
    is_in_plan: bool = True
    refers_to: ItemKind | None = None
    digest: DigestRule | None = None

    @property
    def may_be_customer_safe(self) -> bool:
        """Whether one may be marked as safe for the customer, and stand in their copy then."""
        return "is_customer_safe" in self.fields

    @property
    def is_done_by_click(self) -> bool:
        """Whether a button or a reaction may complete one."""
        return self.done_word is not None and not self.needs_evidence


_RAID = ("text", "owner", "mitigation", "due_at")

# In the order in which plans and dossiers show them.
KINDS: Mapping[ItemKind, KindSpec] = {
    ItemKind.CRITERION: KindSpec(
        letter="E",
        title="Exit criterion",
        word="criterion",
        json_name="exit_criteria",
        fields=("text", "evidence", "is_customer_safe"),
        done_word="met",
        needs_evidence=True,
        is_read_for_task=False,
    ),
    ItemKind.MILESTONE: KindSpec(
        letter="M",
        title="Milestone",
        word="milestone",
        json_name="milestones",
        fields=(
            "text",
            "done_when",
            "phase",
            "owner",
            "due_at",
            "forecast_at",
            "is_customer_safe",
        ),
        expected=("done_when", "due_at"),
        done_word="reached",
        digest=DigestRule.SLIPPING,
    ),
    ItemKind.ACTION: KindSpec(
        letter="A",
        title="Action",
        word="action",
        json_name="actions",
        fields=("text", "owner", "due_at", "priority", "milestone", "blocked_by"),
        expected=("owner", "due_at"),
        done_word="done",
        is_reminded=True,
        refers_to=ItemKind.MILESTONE,
    ),
    ItemKind.NEED: KindSpec(
        letter="C",
        title="Need from the customer",
        word="need",
        json_name="needs",
        fields=("text", "owner", "due_at", "is_customer_safe"),
        expected=("due_at",),
        done_word="received",
        is_reminded=True,
        digest=DigestRule.DUE_TODAY,
    ),
    ItemKind.BLOCKER: KindSpec(
        letter="B",
        title="Blocker",
        word="blocker",
        json_name="blockers",
        fields=_RAID,
        expected=("owner", "due_at"),
        done_word="cleared",
        is_reminded=True,
        digest=DigestRule.OPEN_TOO_LONG,
    ),
    ItemKind.RISK: KindSpec(
        letter="R",
        title="Risk",
        word="risk",
        json_name="risks",
        fields=_RAID,
        expected=("owner", "mitigation"),
        done_word="gone",
    ),
    ItemKind.DEPENDENCY: KindSpec(
        letter="X",
        title="Dependency",
        word="dependency",
        json_name="dependencies",
        fields=_RAID,
        expected=("owner", "due_at"),
        done_word="settled",
        is_reminded=True,
    ),
    ItemKind.PROMISE: KindSpec(
        letter="P",
        title="Promise to the customer",
        word="promise",
        json_name="promises",
        fields=("text", "owner", "due_at"),
        expected=("owner", "due_at"),
        done_word="kept",
        is_reminded=True,
        digest=DigestRule.DUE_TODAY,
    ),
    ItemKind.DECISION: KindSpec(
        letter="D",
        title="Decision",
        word="decide",
        json_name="decisions",
        fields=("text", "rationale", "owner", "alternatives", "risks", "review_on"),
        expected=("rationale",),
        is_read_for_task=False,
        is_task=False,
        is_owner_author=True,
        refers_to=ItemKind.DECISION,
    ),
    ItemKind.NOTE: KindSpec(
        letter="N",
        title="Note",
        word="note",
        json_name="notes",
        fields=("text",),
        is_read_for_task=False,
        is_task=False,
        is_in_plan=False,
    ),
}
BY_LETTER: Mapping[str, ItemKind] = {spec.letter: kind for kind, spec in KINDS.items()}
BY_WORD: Mapping[str, ItemKind] = {spec.word: kind for kind, spec in KINDS.items()}
REMINDED = frozenset(kind for kind, spec in KINDS.items() if spec.is_reminded)
CUSTOMER_SAFE = tuple(kind for kind, spec in KINDS.items() if spec.may_be_customer_safe)
IN_PLAN = frozenset(kind for kind, spec in KINDS.items() if spec.is_in_plan)


def in_digest(rule: DigestRule) -> tuple[ItemKind, ...]:
    """Return the kinds that the digest lists by one rule."""
    return tuple(kind for kind, spec in KINDS.items() if spec.digest is rule)


def expecting(field: str) -> frozenset[ItemKind]:
    """Return the kinds that should have a field filled in."""
    return frozenset(kind for kind, spec in KINDS.items() if field in spec.expected)
