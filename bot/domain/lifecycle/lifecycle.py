"""The moves of an escalation's life: who may make them, what they ask for, what stands in the way.

A move has answers that must be given, and obstacles that
are said and may be passed with a reason: at three in the morning nobody is stuck, and the
timeline says why it went on.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.errors import InvalidInput, NotAllowed, NotNow
from bot.domain.escalation.changes import IN_THE_FUTURE
from bot.domain.escalation.escalation import OVER, Escalation, Status, Transition
from bot.domain.lifecycle.obstacles import unmet_preconditions
from bot.domain.people import (
    DEPUTY,
    ESCALATION_MANAGER,
    REQUESTER,
    TECHNICAL_LEAD,
    RoleKey,
    SlackUserId,
)
from bot.domain.reading.war_room import WarRoom

MAX_ANSWER = 2000  # characters


LEADS = frozenset({ESCALATION_MANAGER, DEPUTY})
ANYBODY: frozenset[RoleKey] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitionRule:
    """One move.

    Attributes:
        title: On the button, a verb first.
        asks: The answers that have to be given, in the order they are asked.
        roles: Who may make it; empty means every full member.
        advice: What is useful next, in one line.
    """

    title: str
    origins: frozenset[Status]
    to: Status
    advice: str
    asks: tuple[str, ...] = ()
    roles: frozenset[RoleKey] = LEADS


RULES: Mapping[Transition, TransitionRule] = {
    Transition.ACCEPT: TransitionRule(
        title="Start triage",
        origins=frozenset({Status.INTAKE}),
        to=Status.TRIAGE,
        roles=ANYBODY,
        advice="Confirm the severity and the facts, then start work.",
    ),
    Transition.ACTIVATE: TransitionRule(
        title="Start work",
        origins=frozenset({Status.TRIAGE}),
        to=Status.ACTIVE,
        asks=("customer_ask", "business_impact"),
        advice="Keep the plan current and the customer informed.",
    ),
    Transition.HOLD: TransitionRule(
        title="Put on hold",
        origins=frozenset({Status.ACTIVE}),
        to=Status.ON_HOLD,
        asks=("pause", "evidence", "until"),
        advice="Keep sending customer updates while it's on hold.",
    ),
    Transition.RESUME: TransitionRule(
        title="Resume",
        origins=frozenset({Status.ON_HOLD, Status.MITIGATED}),
        to=Status.ACTIVE,
        advice="Update the due times in the plan.",
    ),
    Transition.MITIGATE: TransitionRule(
        title="Workaround accepted",
        origins=frozenset({Status.ACTIVE}),
        to=Status.MITIGATED,
        asks=("evidence",),
        roles=LEADS | {TECHNICAL_LEAD},
        advice="Tell the customer when to expect the fix.",
    ),
    Transition.RESOLVE: TransitionRule(
        title="Resolve",
        origins=frozenset({Status.ACTIVE, Status.MITIGATED}),
        to=Status.RESOLVED,
        asks=("outcome", "evidence", "until"),
        roles=LEADS | {TECHNICAL_LEAD},
        advice="Monitor the fix and ask the customer to confirm.",
    ),
    Transition.CONFIRM: TransitionRule(
        title="Customer confirmed",
        origins=frozenset({Status.RESOLVED}),
        to=Status.CONFIRMED,
        asks=("evidence",),
        advice="Start the review while memories are fresh.",
    ),
    Transition.REVIEW: TransitionRule(
        title="Start the review",
        origins=frozenset({Status.CONFIRMED}),
        to=Status.REVIEW,
        advice="Write down the causes, the customer's experience and what will change.",
    ),
    Transition.CLOSE: TransitionRule(
        title="Close",
        origins=frozenset({Status.REVIEW}),
        to=Status.CLOSED,
        advice="The room will be archived. Run /escalate export to keep a copy.",
    ),
    Transition.DECLINE: TransitionRule(
        title="Decline",
        origins=frozenset({Status.INTAKE, Status.TRIAGE}),
        to=Status.DECLINED,
        asks=("reason", "outcome"),
        advice="Warroom tells the requester why and where to go instead.",
    ),
    Transition.DEESCALATE: TransitionRule(
        title="De-escalate",
        origins=frozenset(
            {Status.INTAKE, Status.TRIAGE, Status.ACTIVE, Status.ON_HOLD, Status.MITIGATED}
        ),
        to=Status.DE_ESCALATED,
        asks=("reason",),
        roles=LEADS | {REQUESTER},
        advice="Move open work to the normal ticket, with context.",
    ),
    Transition.REOPEN: TransitionRule(
        title="Reopen",
        origins=frozenset({Status.RESOLVED, Status.CONFIRMED, Status.REVIEW}) | OVER,
        to=Status.ACTIVE,
        asks=("reason",),
        roles=ANYBODY,
        advice="Tell the customer it's reopened and when they'll get the next update.",
    ),
}

# What an escalation manager does next when all goes well.
NEXT: Mapping[Status, Transition] = {
    Status.INTAKE: Transition.ACCEPT,
    Status.TRIAGE: Transition.ACTIVATE,
    Status.ACTIVE: Transition.RESOLVE,
    Status.ON_HOLD: Transition.RESUME,
    Status.MITIGATED: Transition.RESOLVE,
    Status.RESOLVED: Transition.CONFIRM,
    Status.CONFIRMED: Transition.REVIEW,
    Status.REVIEW: Transition.CLOSE,
}

# The form lists what it is; the error of a field would show people by their ids.
STILL_IN_THE_WAY = "Some steps above aren't done. Add an override reason to continue."

MISSING: Mapping[str, str] = {
    "customer_ask": "Enter the customer's request in their words. It becomes the plan's goal.",
    "business_impact": "Enter the business impact.",
    "pause": "Choose what it's waiting for.",
    "reason": "Enter a reason.",
    "evidence": "Enter evidence: a link, or who said so and when.",
    "outcome": "Enter the outcome.",
    "until": "Enter until when.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a person said when making a move; empty and None are not said.

    Attributes:
        pause: Of a hold, the reason in the policy for which clocks may stand still.
        outcome: What was achieved; of a declined one, where to go instead.
        until: When a hold is expected to end, or until when a fix is watched.
        impact_started_at: When harm began; asked when the work starts, and may stay open.
        is_unanswered: The customer did not answer our reminders, which stands for their yes.
        checked: What of the move's checklist is done.
        anyway: Why it goes on although something stands in the way.
    """

    reason: str = ""
    pause: str = ""
    evidence: str = ""
    outcome: str = ""
    until: datetime | None = None
    customer_ask: str = ""
    business_impact: str = ""
    impact_started_at: datetime | None = None
    is_unanswered: bool = False
    checked: tuple[str, ...] = ()
    anyway: str = ""

    @property
    def told(self) -> str:
        """What is said in the room beside the change."""
        kept = (self.reason, self.outcome, self.evidence)
        said = [text.strip() for text in kept if text.strip()]
        if self.is_unanswered:
            said.append(UNANSWERED)
        if self.checked:
            said.append(f"checked: {'; '.join(self.checked)}")
        if self.anyway.strip():
            said.append(f"override: {self.anyway.strip()}")
        return " · ".join(said)


UNANSWERED = "The customer hasn't answered our follow-ups"


def transitions_from(status: Status) -> list[Transition]:
    """Return what can be done from a status, the natural next step first."""
    found = [move for move in Transition if status in RULES[move].origins]
    return sorted(found, key=lambda move: move is not NEXT.get(status))


def destination(move: Transition, status: Status) -> Status:
    """Return where a move leads: what was declined has to be looked at first."""
    is_declined = move is Transition.REOPEN and status is Status.DECLINED
    return Status.TRIAGE if is_declined else RULES[move].to


def move_to(status: Status, wanted: Status) -> Transition:
    """Return the move that leads from one status to another.

    Raises:
        NotNow: The lifecycle has no such move; the message names those it has.
    """
    for move in transitions_from(status):
        if destination(move, status) is wanted:
            return move
    ways = ", ".join(sorted(destination(move, status).label for move in transitions_from(status)))
    raise NotNow(f"Can't change from {status.label} to {wanted.label}. Available: {ways}.")


def asked(move: Transition, pauses: Collection[str]) -> tuple[str, ...]:
    """Return what a move asks; a policy without reasons to pause has a hold's in words."""
    asks = RULES[move].asks
    return asks if pauses else tuple("reason" if name == "pause" else name for name in asks)


def check(
    move: Transition,
    answers: Answers,
    war_room: WarRoom,
    *,
    by: SlackUserId,
    checklist: Sequence[str] = (),
    pauses: Collection[str] = (),
) -> None:
    """Refuse a move that cannot be made like this.

    `pauses` are the reasons for which clocks may stand still.

    Raises:
        NotNow: It does not lead from where the escalation stands, or it comes too late.
        NotAllowed: Somebody else decides that; the message names who.
        InvalidInput: Answers are missing or too long, or something stands in the way and nobody
            said why to go on (the field `anyway`).
    """
    escalation, rule = war_room.escalation, RULES[move]
    if escalation.status not in rule.origins:
        ways = ", ".join(RULES[m].title.lower() for m in transitions_from(escalation.status))
        raise NotNow(
            f"“{rule.title}” isn't available while {escalation.number} is "
            f"{escalation.status.label}. Available: {ways}."
        )
    _check_role(rule, war_room, by)
    asks = asked(move, pauses)
    wrong = {name: MISSING[name] for name in asks if not given(name, answers, escalation)}
    if "pause" in asks and answers.pause not in pauses:
        wrong["pause"] = MISSING["pause"]
    wrong |= {
        name: f"That is {len(text):,} characters; at most {MAX_ANSWER:,} fit."
        for name in ("reason", "evidence", "outcome", "customer_ask", "business_impact", "anyway")
        if len(text := getattr(answers, name)) > MAX_ANSWER
    }
    if answers.until is not None and answers.until <= war_room.read_at:
        wrong["until"] = "That time is in the past."
    if answers.impact_started_at is not None and answers.impact_started_at > war_room.read_at:
        wrong["impact_started_at"] = IN_THE_FUTURE
    found = unmet_preconditions(move, war_room, by=by)
    if found and not answers.anyway.strip():
        wrong["anyway"] = STILL_IN_THE_WAY
    left = [entry for entry in checklist if entry not in answers.checked]
    if left and not answers.anyway.strip():
        wrong["checked"] = "Check what's done, or add an override reason to continue."
    if wrong:
        raise InvalidInput(wrong)


def given(name: str, answers: Answers, escalation: Escalation) -> bool:
    """Return whether an answer is there: said now, or, of a fact, known already."""
    said = getattr(answers, name)
    if name == "evidence" and answers.is_unanswered:
        return True
    if isinstance(said, str):
        is_fact = name in {"customer_ask", "business_impact"}
        return bool(said.strip()) or (is_fact and bool(getattr(escalation, name).strip()))
    return said is not None


def moved(
    move: Transition,
    answers: Answers,
    escalation: Escalation,
    *,
    at: datetime,
    archive_at: datetime,
) -> Escalation:
    """Return the escalation after a move that was checked.

    Args:
        move: What is done.
        answers: What was said.
        escalation: As it stands.
        at: Now.
        archive_at: When its room is archived, should this end it.
    """
    to = destination(move, escalation.status)
    after = replace(
        escalation,
        status=to,
        status_reason=answers.reason.strip() or (UNANSWERED if answers.is_unanswered else ""),
        status_evidence=answers.evidence.strip(),
        status_until=answers.until,
        hold_reason=answers.pause if to is Status.ON_HOLD else "",
        held_at=at if to is Status.ON_HOLD else None,
        outcome=answers.outcome.strip() or escalation.outcome,
        customer_ask=answers.customer_ask.strip() or escalation.customer_ask,
        business_impact=answers.business_impact.strip() or escalation.business_impact,
        impact_started_at=answers.impact_started_at or escalation.impact_started_at,
        ended_at=at if to in OVER else None,
        archive_due_at=archive_at if to in OVER else None,
    )
    match move:
        case Transition.RESOLVE:
            return replace(after, resolved_at=at)
        case Transition.CONFIRM:
            return replace(after, confirmed_at=at)
        case Transition.REOPEN:
            # resolved_at stays until it is resolved again: it tells how long it had held.
            return replace(after, reopen_count=escalation.reopen_count + 1, confirmed_at=None)
        case _:
            return after


def check_reopening(escalation: Escalation, *, at: datetime, within: timedelta) -> None:
    """Refuse to reopen what ended too long ago: that is a recurrence, with a number of its own.

    Raises:
        NotNow: It was resolved, or ended, longer than `within` ago.
    """
    since = escalation.resolved_at or escalation.ended_at
    if since is not None and at - since > within:
        raise NotNow(
            f"{escalation.number} ended on {since:%d %b %Y}, more than {within.days} days ago. "
            f"Open a new one: /escalate Recurrence of {escalation.number}: {escalation.title}"
        )


def _check_role(rule: TransitionRule, war_room: WarRoom, by: SlackUserId) -> None:
    held = {a.role for a in war_room.assignments if a.user_id == by}
    if rule.roles and not held & rule.roles:
        owner = war_room.escalation.owner
        raise NotAllowed(
            f"Only the escalation manager, {{owner}}, can do “{rule.title}”. Ask them, or take "
            "over with /escalate assign @you.",
            owner=owner,
        )
