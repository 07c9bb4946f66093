"""Pausing the SLA clocks: the form that asks for what is missing, and what it came to."""

import json
from collections.abc import Mapping, Sequence

from bot.domain.escalation.escalation import EscalationId
from bot.domain.sla.policy import PausePolicy
from bot.domain.time import due
from bot.domain.time.segments import PauseReason
from bot.views.block_kit import times
from bot.views.block_kit.action_ids import View
from bot.views.block_kit.blocks import Json, Message, line, modal, rich, words
from bot.views.block_kit.inputs import field, instant_input, option, select, text_input

MAX_EVIDENCE = 2000  # characters
LONGEST = "As long as the reason allows"


def form(
    escalation_id: EscalationId,
    reason: str,
    evidence: str,
    *,
    pauses: Mapping[PauseReason, PausePolicy],
) -> Json:
    """Ask why, until when and what shows it, with what was typed filled in."""
    names = [str(name) for name in pauses]
    wanted = reason.casefold().replace("-", "_")
    meant = [n for n in names if n == wanted] or [n for n in names if wanted and wanted in n]
    options = [option(known.title, str(name)) for name, known in pauses.items()]
    initial = meant[0] if len(meant) == 1 else None
    blocks = [
        field("reason", "What are the clocks waiting for?", select(options, initial=initial)),
        field(
            "until",
            "Until when?",
            instant_input(),
            optional=True,
            hint=f"Leave empty: {LONGEST.lower()}.",
        ),
        field(
            "evidence",
            "Evidence: a link, or what was asked and when",
            text_input(initial=evidence, longest=MAX_EVIDENCE, several_lines=True),
        ),
    ]
    return modal(
        "Pause the clocks",
        blocks,
        callback_id=View.PAUSE_FORM.value,
        submit="Pause",
        metadata=json.dumps({"escalation": escalation_id}),
    )


def asking(view: Json, end: due.Reading | None, time_zone: str) -> Json:
    """Return the form with what has to be asked about the end that was typed."""
    return times.asking(view, end, time_zone, name="until", none=LONGEST)


def paused(titles: Sequence[str], end: due.Reading | None, time_zone: str) -> Message:
    """Say what stands still, and until when, absolutely."""
    until = ""
    if isinstance(end, due.Understood):
        until = f" until {due.absolute(end.at, time_zone, end.zone)}"
    said = f"Paused{until}: {', '.join(titles)}. Customer updates stay due."
    return Message(said, [rich(line(words(said)))])
