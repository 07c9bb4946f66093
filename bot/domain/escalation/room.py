"""The war room of an escalation, and the ledger of steps by which it is opened."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from bot.domain.escalation.escalation import EscalationId

ChannelId = NewType("ChannelId", str)
MessageTs = NewType("MessageTs", str)

DIRECT_MESSAGE = "D"  # what Slack's ids of direct-message channels begin with
RECONCILED_EVERY = timedelta(days=1)  # how long after it a room is compared with Slack again


def is_direct_message(channel: ChannelId) -> bool:
    """Say whether a channel is a conversation with one person, in which nothing is announced."""
    return channel.startswith(DIRECT_MESSAGE)


class RoomState(StrEnum):
    """What has become of the room; only OPEN rooms are written to."""

    OPENING = "opening"
    OPEN = "open"
    FAILED = "failed"
    ARCHIVED = "archived"
    UNREACHABLE = "unreachable"


class Step(StrEnum):
    """One thing to do in Slack so that the room exists; each is recorded as soon as it is done."""

    TELL_REQUESTER = "tell_requester"
    CREATE = "create"
    INVITE = "invite"
    CARD = "card"
    PLAN = "plan"
    ARRANGE = "arrange"
    PIN = "pin"
    TOPIC = "topic"
    PURPOSE = "purpose"
    INVITE_TEAM = "invite_team"
    BOOKMARKS = "bookmarks"
    ANNOUNCE = "announce"
    HAND_OVER = "hand_over"


# A step starts the moment those before it are done: three round trips to the first useful
# room (create → invite, overview and plan → pin), everything else beside them.
NEEDS: dict[Step, frozenset[Step]] = {
    Step.TELL_REQUESTER: frozenset(),
    Step.CREATE: frozenset(),
    Step.INVITE: frozenset({Step.CREATE}),
    Step.CARD: frozenset({Step.CREATE}),
    Step.PLAN: frozenset({Step.CREATE}),
    Step.ARRANGE: frozenset({Step.CARD, Step.PLAN}),
    Step.PIN: frozenset({Step.PLAN}),
    Step.TOPIC: frozenset({Step.CREATE}),
    Step.PURPOSE: frozenset({Step.CREATE}),
    Step.INVITE_TEAM: frozenset({Step.CREATE}),
    Step.BOOKMARKS: frozenset({Step.CREATE}),
    Step.ANNOUNCE: frozenset({Step.CREATE}),
    Step.HAND_OVER: frozenset({Step.INVITE, Step.PLAN, Step.TELL_REQUESTER}),
}

# Without these there is no war room; the others leave it open with a note of what is missing.
ESSENTIAL = frozenset({Step.CREATE, Step.INVITE, Step.PLAN})

MISSING_WORDS: dict[Step, str] = {
    Step.TELL_REQUESTER: "the direct message to the requester",
    Step.CREATE: "the channel",
    Step.INVITE: "inviting the requester and the escalation manager",
    Step.CARD: "the overview card",
    Step.PLAN: "the action plan",
    Step.ARRANGE: "putting the overview before the action plan",
    Step.PIN: "pinning the action plan",
    Step.TOPIC: "the topic",
    Step.PURPOSE: "the purpose",
    Step.INVITE_TEAM: "inviting everybody else",
    Step.BOOKMARKS: "the bookmarks",
    Step.ANNOUNCE: "the announcement",
    Step.HAND_OVER: "telling the requester",
}


class StepState(StrEnum):
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """How one step ended.

    Attributes:
        problem: Plain words on what did not work: why it failed, or what a done step had to
            leave out; empty when all went well.
    """

    step: Step
    state: StepState
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The Slack channel of one escalation and the messages we keep true in it.

    Attributes:
        channel_id: None until Slack has made the channel.
        clocks_ts: The room's clocks message; None until a clock has something to say.
        topic, card_digest, plan_digest, announcement_digest, clocks_digest: What was last
            written, so that a refresh that would change nothing costs no call.
        failure: Why opening stopped, in plain words; empty otherwise.
        response_url: Where the requester's private reply goes when no direct message can be
            sent; a capability that must never be logged. None when there is none.
        is_shared: People of another organisation read it, or are about to.
        reconciled_at: When it was last compared with Slack; None before the first time.
        reconcile_due_at: When it is compared next; None while nothing asks for it.
    """

    escalation_id: EscalationId
    state: RoomState = RoomState.OPENING
    channel_id: ChannelId | None = None
    name: str = ""
    is_private: bool = False
    card_ts: MessageTs | None = None
    plan_ts: MessageTs | None = None
    announcement_channel: ChannelId | None = None
    announcement_ts: MessageTs | None = None
    dm_channel: ChannelId | None = None
    dm_ts: MessageTs | None = None
    progress_view_id: str | None = None
    response_url: str | None = None
    topic: str = ""
    card_digest: str = ""
    plan_digest: str = ""
    announcement_digest: str = ""
    clocks_ts: MessageTs | None = None
    clocks_digest: str = ""
    failure: str = ""
    is_shared: bool = False
    reconciled_at: datetime | None = None
    reconcile_due_at: datetime | None = None
    steps: Mapping[Step, StepRecord] = field(default_factory=dict)

    def is_done(self, step: Step) -> bool:
        record = self.steps.get(step)
        return record is not None and record.state is StepState.DONE

    def failure_of(self, steps: Collection[Step]) -> str | None:
        """Return why the first of these steps was given up, None when none was."""
        for step in Step:
            record = self.steps.get(step)
            if step in steps and record is not None and record.state is StepState.FAILED:
                return record.problem
        return None

    @property
    def problems(self) -> tuple[StepRecord, ...]:
        """What did not work, in the order of the ledger."""
        return tuple(
            self.steps[step] for step in Step if step in self.steps and self.steps[step].problem
        )
