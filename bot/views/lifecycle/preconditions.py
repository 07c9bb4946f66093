"""What stands in the way of a move, in words."""

from collections.abc import Mapping

from bot.domain.lifecycle.obstacles import Precondition, UnmetPrecondition
from bot.views.timeline.wording import Mention, Parts

MOST_NAMED = 5  # items

WORDS: Mapping[Precondition, str] = {
    Precondition.CRITERIA_SET: "The plan has no exit criteria (/escalate criterion …).",
    Precondition.PROMISES_KEPT: "Promises to the customer still open: {items}.",
    Precondition.CRITERIA_MET: "Exit criteria not met: {items}.",
    Precondition.ACTIONS_ASSIGNED: "Open actions without an owner or a due time: {items}.",
}


def unmet(found: UnmetPrecondition) -> Parts:
    """Return one sentence."""
    if found.person is not None:
        title = (found.role or "role").replace("_", " ")
        return (Mention(found.person), f" hasn't accepted the role of {title}.")
    return (WORDS[found.precondition].format(items=_few(found.labels)),)


def _few(labels: tuple[str, ...]) -> str:
    more = f" and {len(labels) - MOST_NAMED} more" if labels[MOST_NAMED:] else ""
    return ", ".join(labels[:MOST_NAMED]) + more
