"""What comes round in a room, as a private list, and the form that leaves one out."""

import json
from collections.abc import Mapping, Sequence

from bot.domain.escalation.escalation import Escalation
from bot.domain.meetings.cadence import MAX_REASON, Cadence, Meeting
from bot.domain.meetings.policy import CadenceKind, CadencePolicy
from bot.views.block_kit.action_ids import Action, View
from bot.views.block_kit.blocks import (
    Json,
    Message,
    actions,
    bold,
    fallback,
    instant,
    italic,
    line,
    link,
    modal,
    rich,
    words,
)
from bot.views.block_kit.inputs import field, option, select, text_input


def upcoming(
    escalation: Escalation,
    settings: Mapping[CadenceKind, CadencePolicy],
    rhythms: Mapping[CadenceKind, Cadence],
) -> Message:
    """Say what comes next and when; each may be left out."""
    title = f"Calls and updates for {escalation.number}"
    about = f" · {escalation.severity.label} · {escalation.status.label}"
    rows = [
        _row(kind, settings.get(kind), rhythms.get(kind), escalation)
        for kind in CadenceKind
        if kind in settings or _is_planned(rhythms.get(kind))
    ]
    if not rows:
        rows = [line(italic("No calls or updates are scheduled at this severity."))]
    hint = line(
        italic(
            "Start one now: /escalate checkpoint. Skip the next: /escalate checkpoint skip <why>"
        )
    )
    blocks = [rich(line(bold(title), words(about)), *rows, hint)]
    planned = [
        option(kind.label, f"{escalation.id}:{kind.value}:")
        for kind in CadenceKind
        if _is_planned(rhythms.get(kind))
    ]
    if planned:
        placeholder = "Skip the next …"
        chosen = select(planned, action=Action.RHYTHM_SKIP.value, placeholder=placeholder)
        blocks.append(actions(chosen))
    return Message(fallback(title), blocks)


def skip_form(kind: CadenceKind, *, metadata: Json, reason: str = "") -> Json:
    """Ask why one is left out."""
    why = text_input(initial=reason, longest=MAX_REASON, several_lines=True)
    what = f"Why skip the {kind.label.lower()}?"
    return modal(
        "Skip one",
        [field("reason", what, why, hint="Saved in the timeline.")],
        callback_id=View.RHYTHM_SKIP_FORM.value,
        submit="Skip",
        metadata=json.dumps(metadata),
    )


def skipped(rhythm: Cadence) -> Message:
    """Tell who left one out when the next one is."""
    title = f"{rhythm.kind.label} skipped."
    parts: Sequence[Json] = [words(title)]
    if rhythm.next_at is not None:
        parts = [*parts, words(" Next one: "), instant(rhythm.next_at)]
    return Message(title, [rich(line(*parts))])


def called(call: Meeting) -> Message:
    said = f"Starting the {call.kind.label.lower()}. The agenda appears in the room."
    return Message(said, [rich(line(words(said)))])


def _row(
    kind: CadenceKind, setting: CadencePolicy | None, rhythm: Cadence | None, escalation: Escalation
) -> Json:
    parts = [bold(f"{kind.label}: ")]
    next_at = rhythm.next_at if rhythm else None
    if next_at is not None:
        parts.append(instant(next_at))
    elif rhythm is not None and kind is CadenceKind.TRIAGE:
        parts.append(italic("done or skipped"))
    else:
        parts.append(italic("paused in this status"))
    if setting is not None:
        parts += _manner(setting, escalation)
    if rhythm is not None and rhythm.skipped:
        parts.append(italic(f" · {rhythm.skipped} skipped so far"))
    return line(*parts)


def _manner(setting: CadencePolicy, escalation: Escalation) -> list[Json]:
    parts: list[Json] = []
    if setting.every is not None:
        parts.append(words(f" · then every {setting.every}"))
    if setting.at:
        times = ", ".join(str(one) for one in setting.at)
        parts.append(words(f" · at {times} on business days, customer time"))
    if setting.length is not None:
        parts.append(words(f" · {setting.length}"))
    if setting.where:
        parts.append(words(f" · {setting.where}"))
    if url := setting.link_for(escalation.number):
        parts += [words(" · "), link(url, "meeting")]
    return parts


def _is_planned(rhythm: Cadence | None) -> bool:
    return rhythm is not None and rhythm.next_at is not None
