"""Broken promises and promises in danger: their forms, and what is shown of them with the clock."""

import json
from datetime import datetime

from bot.domain.errors import WarRoomError
from bot.domain.sla.breach import MAX_TEXT, Breach, BreachAnswers, Recovery
from bot.domain.sla.ladder import Asks
from bot.views.block_kit.action_ids import Action, View
from bot.views.block_kit.blocks import (
    Json,
    bold,
    button,
    instant,
    italic,
    line,
    modal,
    person,
    rich,
    words,
)
from bot.views.block_kit.inputs import field, instant_input, option, select, text_input
from bot.views.block_kit.text import one_line
from bot.views.replies import explained

BREACH, RECOVERY = "Breach record", "Recovery plan"
YES, NO = "yes", "no"
LONGEST = 300  # characters shown of one answer
LEAST_KNOWN = "Stick to known facts. Warroom never shares this with the customer."


def buttons(asks: Asks, clock_id: int) -> list[Json]:
    """What is written down at a rung, beside taking care of it."""
    pressed = {
        Asks.BREACH_RECORD: (BREACH, Action.BREACH_RECORD),
        Asks.RECOVERY_NOTE: (RECOVERY, Action.RECOVERY_NOTE),
    }
    return [button(*pressed[asks], str(clock_id))] if asks in pressed else []


def breach_form(
    title: str, breach: Breach, said: BreachAnswers, *, trouble: WarRoomError | None = None
) -> Json:
    """Ask what is to be known of a broken promise, with what was said already filled in."""
    promise = "contractual target" if breach.is_contractual else "internal target"
    told = {None: None, True: YES, False: NO}[said.is_customer_told]
    answers = [option("Yes", YES), option("Not yet", NO)]
    blocks = [
        rich(
            line(bold(title), words(f" ({promise}) was missed "), instant(breach.breached_at)),
            *_trouble(trouble),
        ),
        _text("cause", "Cause", said.cause, hint=LEAST_KNOWN),
        _text("effect", "Impact on the customer and the contract", said.effect),
        field("next_target_at", "New target time", _instant(said.next_target_at)),
        field("is_customer_told", "Was the customer informed?", select(answers, initial=told)),
        field("customer_told_at", "Informed at", _instant(said.customer_told_at), optional=True),
    ]
    kept = {"clock": breach.clock_id, "version": breach.version}
    return modal(
        BREACH,
        blocks,
        callback_id=View.BREACH_FORM.value,
        submit="Save",
        metadata=json.dumps(kept),
    )


def recovery_form(
    title: str,
    due_at: datetime | None,
    recovery: Recovery,
    *,
    trouble: WarRoomError | None = None,
) -> Json:
    """Ask how a promise in danger is kept after all."""
    due = [words(" is due "), instant(due_at)] if due_at else []
    blocks = [
        rich(line(bold(title), *due), *_trouble(trouble)),
        _text("plan", "What will you do?", recovery.plan),
        field("forecast_at", "Expected to be met by", _instant(recovery.forecast_at)),
    ]
    kept = {"clock": recovery.clock_id, "version": recovery.version}
    return modal(
        RECOVERY,
        blocks,
        callback_id=View.RECOVERY_FORM.value,
        submit="Save",
        metadata=json.dumps(kept),
    )


def cannot(name: str, error: WarRoomError) -> Json:
    """The form's place, saying why there is none."""
    said = rich(line(*explained(error)))
    return modal(name, [said], callback_id=View.MOVE_REFUSED.value)


def shown(breach: Breach | None, recovery: Recovery | None) -> list[Json]:
    """What is written down, as rows under its clock."""
    rows = []
    if recovery is not None and recovery.forecast_at and recovery.noted_by:
        row = [words("recovery plan: "), words(one_line(recovery.plan), limit=LONGEST)]
        row += [words("; forecast "), instant(recovery.forecast_at)]
        rows.append(line(*row, words(" ("), person(recovery.noted_by), words(")")))
    if breach is None:
        return rows
    if breach.recorded_by is None:
        return [*rows, line(italic("No breach record yet: /escalate breach"))]
    row = [words("breach record: "), words(one_line(breach.cause), limit=LONGEST)]
    row += [words("; impact: "), words(one_line(breach.effect), limit=LONGEST)]
    if breach.next_target_at:
        row += [words("; new target "), instant(breach.next_target_at)]
    told = [words("; customer not informed")]
    if breach.is_customer_told and breach.customer_told_at:
        told = [words("; customer informed "), instant(breach.customer_told_at)]
    who = [words(" ("), person(breach.recorded_by)]
    when = [words(", "), instant(breach.recorded_at)] if breach.recorded_at else []
    return [*rows, line(*row, *told, *who, *when, words(")"))]


def _trouble(trouble: WarRoomError | None) -> list[Json]:
    return [line(*explained(trouble))] if trouble else []


def _text(name: str, label: str, initial: str, *, hint: str = "") -> Json:
    element = text_input(initial=initial, longest=MAX_TEXT, several_lines=True)
    return field(name, label, element, hint=hint)


def _instant(initial: datetime | None) -> Json:
    return instant_input(initial=initial)
