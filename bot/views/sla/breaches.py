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
from bot.views.replies import with_people

BREACH, RECOVERY = "Breach record", "Recovery note"
YES, NO = "yes", "no"
LONGEST = 300  # characters shown of one answer
LEAST_KNOWN = "Facts only, as far as they are known. Warroom never tells the customer of it."


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
    promise = "promised in the contract" if breach.is_contractual else "an aim of ours"
    told = {None: None, True: YES, False: NO}[said.is_customer_told]
    answers = [option("Yes", YES), option("Not yet", NO)]
    blocks = [
        rich(
            line(bold(title), words(f" ({promise}) was missed at "), instant(breach.breached_at)),
            *_trouble(trouble),
        ),
        _text("cause", "What was the cause?", said.cause, hint=LEAST_KNOWN),
        _text("effect", "What does it mean for the contract and the customer?", said.effect),
        field("next_target_at", "By when is it promised now?", _instant(said.next_target_at)),
        field("is_customer_told", "Was the customer told?", select(answers, initial=told)),
        field("customer_told_at", "If so, when?", _instant(said.customer_told_at), optional=True),
    ]
    kept = {"clock": breach.clock_id, "version": breach.version}
    return modal(
        BREACH,
        blocks,
        callback_id=View.BREACH_FORM.value,
        submit="Keep",
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
        _text("plan", "What will be done?", recovery.plan),
        field("forecast_at", "When do you expect it to be kept?", _instant(recovery.forecast_at)),
    ]
    kept = {"clock": recovery.clock_id, "version": recovery.version}
    return modal(
        RECOVERY,
        blocks,
        callback_id=View.RECOVERY_FORM.value,
        submit="Keep",
        metadata=json.dumps(kept),
    )


def cannot(name: str, error: WarRoomError) -> Json:
    """The form's place, saying why there is none."""
    said = rich(line(*with_people(error.message)))
    return modal(name, [said], callback_id=View.MOVE_REFUSED.value)


def shown(breach: Breach | None, recovery: Recovery | None) -> list[Json]:
    """What is written down, as rows under its clock."""
    rows = []
    if recovery is not None and recovery.forecast_at and recovery.noted_by:
        row = [words("recovery: "), words(one_line(recovery.plan), limit=LONGEST)]
        row += [words("; forecast "), instant(recovery.forecast_at)]
        rows.append(line(*row, words(" ("), person(recovery.noted_by), words(")")))
    if breach is None:
        return rows
    if breach.recorded_by is None:
        return [*rows, line(italic("No breach record yet: /escalate breach"))]
    row = [words("breach record: "), words(one_line(breach.cause), limit=LONGEST)]
    row += [words("; effect: "), words(one_line(breach.effect), limit=LONGEST)]
    if breach.next_target_at:
        row += [words("; promised now by "), instant(breach.next_target_at)]
    told = [words("; the customer was not told yet")]
    if breach.is_customer_told and breach.customer_told_at:
        told = [words("; the customer was told "), instant(breach.customer_told_at)]
    who = [words(" ("), person(breach.recorded_by)]
    when = [words(", "), instant(breach.recorded_at)] if breach.recorded_at else []
    return [*rows, line(*row, *told, *who, *when, words(")"))]


def _trouble(trouble: WarRoomError | None) -> list[Json]:
    return [line(*with_people(trouble.message))] if trouble else []


def _text(name: str, label: str, initial: str, *, hint: str = "") -> Json:
    element = text_input(initial=initial, longest=MAX_TEXT, several_lines=True)
    return field(name, label, element, hint=hint)


def _instant(initial: datetime | None) -> Json:
    return instant_input(initial=initial)
