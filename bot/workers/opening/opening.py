"""Opening a room: the ledger's steps, side by side where they do not need each other."""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import timedelta

import structlog

from bot.domain.escalation.effects import OpenRoom
from bot.domain.escalation.room import ESSENTIAL, NEEDS, RoomState, Step, StepRecord, StepState
from bot.services.opening.opening import Opening
from bot.services.rooms.rooms import Rooms
from bot.slack.failures import OutcomeUnknown, PermanentError, SlackFailure, TransientError
from bot.views.escalation import opening_progress
from bot.workers.delivery import Attempt
from bot.workers.opening.steps import Ended, OpeningSteps, StepTools

log = structlog.get_logger(__name__)

# A shorter wait than this is over before a person has read that there is one.
WORTH_TELLING = timedelta(seconds=3)


class Blocked(SlackFailure):
    """A step that could not start, because one before it did not end well."""


class RoomOpener:
    """Performs OpenRoom; safe to be killed after any call and to be run again."""

    def __init__(self, opening: Opening, rooms: Rooms, tools: StepTools) -> None:
        self._opening = opening
        self._rooms = rooms
        self._tools = tools

    async def perform(self, effect: OpenRoom, attempt: Attempt) -> None:
        war_room = await self._opening.lay_down(effect)
        if war_room.room.state not in {RoomState.OPENING, RoomState.OPEN}:
            return
        steps = OpeningSteps(war_room, attempt, self._rooms, self._tools)
        ended = await self._run_all(steps)
        await self._conclude(steps, ended)

    async def _run_all(self, steps: OpeningSteps) -> Mapping[Step, Ended]:
        async with asyncio.TaskGroup() as group:
            for step in Step:
                group.create_task(self._run(step, steps))
            group.create_task(self._record_opened(steps))
            group.create_task(self._opening.set_going(steps.escalation.id))
        return {step: performed.result() for step, performed in steps.performed.items()}

    async def _run(self, step: Step, steps: OpeningSteps) -> None:
        steps.performed[step].set_result(await self._ended(step, steps))
        await steps.write()

    async def _ended(self, step: Step, steps: OpeningSteps) -> Ended:
        """Take a step when those it needs have ended well, and say how it ended."""
        if step in steps.room.steps:
            return None if steps.room.is_done(step) else Blocked(steps.room.steps[step].problem)
        for needed in NEEDS[step]:
            if await steps.performed[needed] is not None:
                return Blocked("An earlier step failed.")
        structlog.contextvars.bind_contextvars(room=steps.room.channel_id)
        try:
            await steps.take(step)
        except PermanentError as failure:
            log.warning("step_given_up", step=step.value, code=failure.code)
            steps.note(StepRecord(step=step, state=StepState.FAILED, problem=failure.reason))
            return failure
        except SlackFailure as failure:
            return failure
        return None

    async def _record_opened(self, steps: OpeningSteps) -> None:
        """Record that people can work in the room, whatever else is still missing."""
        ended = [await steps.performed[step] for step in ESSENTIAL]
        # Nobody else draws in the room before it is open, so until then messages change places.
        await steps.performed[Step.ARRANGE]
        if steps.room.state is RoomState.OPENING and not any(ended):
            await steps.write()
            await self._rooms.opened(steps.escalation.id)
            structlog.contextvars.bind_contextvars(room=steps.room.channel_id)
            took = self._tools.clock.now() - steps.escalation.raised_at
            self._tools.metrics.room_opened(took.total_seconds())
            log.info("room_opened", seconds=took.total_seconds())

    async def _conclude(self, steps: OpeningSteps, ended: Mapping[Step, Ended]) -> None:
        failure = steps.room.failure_of(ESSENTIAL)
        if failure is not None and steps.room.state is RoomState.OPENING:
            message = opening_progress.failed(steps.escalation, failure)
            await steps.show(message)
            await self._rooms.failed(steps.escalation.id, failure)
            return
        unsettled = [f for f in ended.values() if isinstance(f, TransientError | OutcomeUnknown)]
        if unsettled:
            await self._wait(steps, unsettled)
        if steps.room.problems:
            await steps.show(steps.opened_message())
        await self._rooms.refresh(steps.escalation.id)

    async def _wait(
        self, steps: OpeningSteps, unsettled: list[TransientError | OutcomeUnknown]
    ) -> None:
        """Come back for what did not work yet, and say so where a person is waiting."""
        unknown = [f for f in unsettled if isinstance(f, OutcomeUnknown)]
        later = [f for f in unsettled if isinstance(f, TransientError)]
        longest = max((f.after for f in later), default=timedelta(0))
        is_useful = all(steps.room.is_done(step) for step in ESSENTIAL)
        if not is_useful and (unknown or longest >= WORTH_TELLING):
            reason = unsettled[0].reason
            waiting = opening_progress.waiting(steps.escalation, reason)
            with contextlib.suppress(SlackFailure):
                await steps.show(waiting)
        if unknown:
            raise unknown[0]
        raise min(later, key=lambda failure: failure.after)
