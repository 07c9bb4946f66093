"""The dossier as Markdown, to be read: everything the record holds, in the order of a reader."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from bot.domain.escalation.timeline import Audience, Entry
from bot.domain.plan.item import Item, ItemState, Priority
from bot.domain.plan.kinds import KINDS, ItemKind
from bot.domain.policy.policy import Policy
from bot.domain.reading.dossier import Dossier, KeptClock
from bot.domain.sla.breach import Breach
from bot.domain.sla.explanation import ExplainedPause, Explanation
from bot.domain.text.notation import readable
from bot.views.block_kit.markdown import address, said, words
from bot.views.plan.kinds import KIND_VIEWS
from bot.views.sla.explanations import STATES
from bot.views.timeline.entries import entry_parts
from bot.views.timeline.wording import spelled_out

MENTION = re.compile(r"<@([UW][A-Z0-9]+)>")
NOT_KNOWN = "*not known*"
NOTHING = "*None.*"
DETAILS = {
    "done_when": "Reached when",
    "mitigation": "Mitigation",
    "blocked_by": "Blocked by",
    "rationale": "Why",
    "alternatives": "Alternatives considered",
    "risks": "Accepted risks",
    "evidence": "Evidence",
}


def markdown(dossier: Dossier, policy: Policy) -> str:
    """Return the whole of it; times are UTC, other people's words have no meaning in it."""
    escalation = dossier.war_room.escalation
    customer = words(dossier.war_room.customer.name)
    parts = [
        f"# {escalation.number} · {customer} · {words(escalation.title)}",
        "Entries marked **customer-safe** may be shown to the customer; all others are internal.",
        "\n".join(f"- {fact}" for fact in _facts(dossier, policy)),
        "## People",
        "\n".join(_people(dossier, policy)) or NOTHING,
        *_texts(dossier),
    ]
    for title, kinds in _sections().items():
        found = [_item(item, dossier, policy) for kind in kinds for item in dossier.of(kind)]
        parts += [f"## {title}", "\n".join(found) or NOTHING]
    clocks = [_clock(clock, dossier, policy) for clock in dossier.clocks]
    parts += ["## Clocks", "\n".join(clocks) or NOTHING]
    parts += ["## Timeline", "\n".join(_entry(e, dossier) for e in dossier.entries) or NOTHING]
    parts += ["## Proof", _proof(dossier)]
    return "\n\n".join(parts) + "\n"


def _sections() -> dict[str, list[ItemKind]]:
    """Return the headings of items, and the kinds that stand under each."""
    found: dict[str, list[ItemKind]] = {}
    for kind in KINDS:
        found.setdefault(KIND_VIEWS[kind].section, []).append(kind)
    return found


def utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _facts(dossier: Dossier, policy: Policy) -> Iterator[str]:
    war_room, escalation = dossier.war_room, dossier.war_room.escalation
    customer, severity = war_room.customer, escalation.severity
    region = f", {customer.region}" if customer.region else ""
    tier = f"{customer.tier.label}, {customer.time_zone}{region}"
    yield f"**Customer:** {words(customer.name)} ({tier})"
    yield f"**Severity:** {severity.label} {words(policy.severity(severity).name)}"
    why = f": {words(escalation.status_reason)}" if escalation.status_reason else ""
    yield f"**Status:** {escalation.status.label}{why}"
    if escalation.status_evidence:
        yield f"**What shows it:** {words(escalation.status_evidence)}"
    hidden = "private; nobody outside of its room may read this" if escalation.is_private else ""
    yield f"**Visibility:** {hidden or 'public'}"
    if escalation.category:
        known = policy.categories.get(escalation.category)
        yield f"**Category:** {words(known.title if known else escalation.category)}"
    if escalation.critical_on:
        yield f"**Critical to the customer on:** {escalation.critical_on.isoformat()}"
    yield f"**Room:** {words(war_room.room.name) or NOT_KNOWN}, {war_room.room.state.value}"
    yield from _times(dossier)
    for title, url in (
        ("Ticket", escalation.ticket_url),
        ("Customer's record", escalation.crm_url),
        ("Where it started", escalation.source_permalink),
    ):
        if url:
            yield f"**{title}:** {address(url)}"
    yield f"**Written:** {utc(war_room.read_at)}"


def _times(dossier: Dossier) -> Iterator[str]:
    escalation = dossier.war_room.escalation
    yield f"**Raised:** {utc(escalation.raised_at)} by {_who(dossier, escalation.raised_by)}"
    if escalation.acknowledged_at and escalation.acknowledged_by:
        by = _who(dossier, escalation.acknowledged_by)
        yield f"**Acknowledged:** {utc(escalation.acknowledged_at)} by {by}"
    for title, at in (
        ("Impact started", escalation.impact_started_at),
        ("Next customer update due", escalation.next_update_due_at),
        ("Expected to end, or watched, until", escalation.status_until),
        ("Resolved", escalation.resolved_at),
        ("Confirmed by the customer", escalation.confirmed_at),
        ("Ended", escalation.ended_at),
    ):
        if at:
            yield f"**{title}:** {utc(at)}"
    if escalation.reopen_count:
        yield f"**Reopened:** {escalation.reopen_count} times"


def _people(dossier: Dossier, policy: Policy) -> Iterator[str]:
    for role in dossier.roles:
        until = f" until {utc(role.ended_at)}" if role.ended_at else ""
        title = words(policy.role_title(role.role))
        held = f"since {utc(role.assigned_at)}{until}"
        yield f"- **{title}:** {_who(dossier, role.user_id)}, {held}"


def _texts(dossier: Dossier) -> list[str]:
    escalation = dossier.war_room.escalation
    parts = []
    for title, text in (
        ("Goal, in the customer's words", escalation.customer_ask),
        ("Business impact", escalation.business_impact),
        ("Problem", escalation.problem),
    ):
        parts += [f"## {title}", said(text) if text else NOT_KNOWN]
    for title, text in (
        ("Where we are", escalation.situation),
        ("Outcome", escalation.outcome),
        ("Handed over with", escalation.handover_note),
    ):
        parts += [f"## {title}", said(text)] if text else []
    if escalation.confidence:
        why = f" ({words(escalation.confidence_why)})" if escalation.confidence_why else ""
        parts.append(f"Confidence in the plan: {escalation.confidence.value}{why}")
    return parts


def _item(item: Item, dossier: Dossier, policy: Policy) -> str:
    safe = "**customer-safe**" if item.content.is_customer_safe else "internal"
    head = f"- **{item.label}** {item.kind.label.lower()}, {_state(item)} · {safe}"
    details = "\n".join(f"  - {fact}" for fact in _details(item, dossier, policy))
    return "\n".join((head, "", said(item.content.text, "  "), "", details))


def _state(item: Item) -> str:
    match item.state:
        case ItemState.DONE:
            return item.done_word
        case ItemState.RETRACTED:
            return "retracted"
        case ItemState.SUPERSEDED:
            return f"replaced by D-{item.replaced_by}"
        case _:
            return item.state.value.replace("_", " ")


def _details(item: Item, dossier: Dossier, policy: Policy) -> Iterator[str]:
    yield from _planned(item, dossier, policy)
    for name, title in DETAILS.items():
        if text := getattr(item.content, name):
            yield f"{title}: {words(text)}"
    for slip in item.slips:
        by = _who(dossier, slip.by)
        moved = f"from {utc(slip.was)} to {utc(slip.now)}"
        yield f"Postponed {moved} by {by} at {utc(slip.at)}: {words(slip.reason)}"
    yield from _history(item, dossier)


def _planned(item: Item, dossier: Dossier, policy: Policy) -> Iterator[str]:
    """Who does it, by when, and what it is for."""
    content = item.content
    owner = "Decided by" if item.kind.spec.is_owner_author else "Owner"
    is_usual = content.priority is Priority.NORMAL
    for title, fact in (
        (owner, _who(dossier, content.owner) if content.owner else ""),
        ("For", words(policy.role_title(content.role)) if content.role else ""),
        ("Due", utc(content.due_at) if content.due_at else ""),
        ("Expected", utc(content.forecast_at) if content.forecast_at else ""),
        ("Priority", "" if is_usual else content.priority.value),
        ("Phase", content.phase or ""),
        ("Serves", f"M-{content.milestone}" if content.milestone else ""),
        ("To be looked at again", content.review_on.isoformat() if content.review_on else ""),
    ):
        if fact:
            yield f"{title}: {fact}"


def _history(item: Item, dossier: Dossier) -> Iterator[str]:
    yield f"Said: {utc(item.said_at)}"
    yield f"Recorded: {utc(item.recorded_at)} by {_who(dossier, item.recorded_by)}"
    if item.ended_at:
        by = f" by {_who(dossier, item.ended_by)}" if item.ended_by else ""
        yield f"Ended: {utc(item.ended_at)}{by}"
    source = item.source
    if source is None:
        return
    author = f" by {_who(dossier, source.author)}" if source.author else ""
    link = f" · {address(source.permalink)}" if source.permalink else ""
    yield f"Message{author}, as it was written: {words(readable(source.text, dossier.names))}{link}"
    if source.text_now is not None:
        yield f"Message, as it was edited: {words(readable(source.text_now, dossier.names))}"
    if source.is_gone:
        yield "Message: deleted since"


def _clock(clock: KeptClock, dossier: Dossier, policy: Policy) -> str:
    found = clock.explanation
    cycle = f" {found.cycle}" if found.cycle > 1 else ""
    state = STATES.get(found.state, found.state.value.replace("_", " "))
    head = f"- **{words(policy.clock_title(found.kind))}{cycle}** {state} · internal"
    return "\n".join((head, *(f"  - {fact}" for fact in _promise(clock, dossier, policy))))


def _promise(clock: KeptClock, dossier: Dossier, policy: Policy) -> Iterator[str]:
    """What was promised, when it stood still, and what became of it."""
    found, recovery = clock.explanation, clock.recovery
    target = "Contractual target" if found.is_contractual else "Internal target"
    if found.target is not None:
        yield f"{target}: {found.target} from {utc(found.started_at)}"
    if found.due_at is not None:
        yield f"Due: {utc(found.due_at)}"
    yield from (_pause(pause, dossier, policy) for pause in found.pauses)
    if recovery is not None and recovery.noted_by and recovery.noted_at and recovery.forecast_at:
        noted = f"{utc(recovery.noted_at)} by {_who(dossier, recovery.noted_by)}"
        yield f"Recovery plan of {noted}: {words(recovery.plan)}"
        yield f"Forecast in it: {utc(recovery.forecast_at)}"
    if clock.breach is not None:
        yield from _breach(clock.breach, dossier)
    yield from _end(found, dossier)


def _pause(pause: ExplainedPause, dossier: Dossier, policy: Policy) -> str:
    most = "" if pause.is_planned else " at the latest"
    until = f", until {utc(pause.until_at)}{most}" if pause.until_at else ""
    to = f"to {utc(pause.to_at)}" if pause.to_at else f"and still{until}"
    by = f" by {_who(dossier, pause.by)}" if pause.by else ""
    reason = words(policy.pause_title(pause.reason))
    shown = words(_named(pause.evidence, dossier))
    ended = words(_named(pause.ended_because, dossier))
    why = f" · ended: {ended}" if ended else ""
    return f"Paused from {utc(pause.from_at)} {to}{by}: {reason} · evidence: {shown}{why}"


def _breach(breach: Breach, dossier: Dossier) -> Iterator[str]:
    yield f"Missed: {utc(breach.breached_at)}"
    if breach.recorded_by is None or breach.recorded_at is None:
        yield "Breach record: *not yet*"
        return
    yield f"Breach record of {utc(breach.recorded_at)} by {_who(dossier, breach.recorded_by)}"
    yield f"Cause: {words(breach.cause)}"
    yield f"Impact: {words(breach.effect)}"
    if breach.next_target_at:
        yield f"New target: {utc(breach.next_target_at)}"
    told = utc(breach.customer_told_at) if breach.customer_told_at else "not yet"
    yield f"Customer informed: {told}"


def _end(found: Explanation, dossier: Dossier) -> Iterator[str]:
    if found.stopped_at is not None:
        yield f"Stopped: {utc(found.stopped_at)}"
    if found.how:
        yield f"How: {words(_named(found.how, dossier))}"
    if found.waiver is not None:
        by = _who(dossier, found.waiver.by)
        yield f"Waived: {utc(found.waiver.at)} by {by}: {words(found.waiver.why)}"


def _entry(entry: Entry, dossier: Dossier) -> str:
    safe = "**customer-safe**" if entry.audience is Audience.CUSTOMER else "internal"
    who = _who(dossier, entry.actor) if entry.actor else "Warroom"
    said_at = f" · said {utc(entry.said_at)}" if entry.said_at else ""
    link = f" · {address(entry.link)}" if entry.link else ""
    told = spelled_out(entry_parts(entry), lambda user: f"@{dossier.name(user)}")
    what = f"{entry.kind.value.replace('_', ' ')}: {words(told)}"
    head = f"{entry.sequence}\\. {utc(entry.at)}{said_at}"
    return f"- {head} · {who} · {safe} · {what}{link}"


def _named(text: str, dossier: Dossier) -> str:
    """Our own mentions in a text as names; all else in it is left as it stands."""
    return MENTION.sub(lambda found: f"@{dossier.name(found[1])}", text)


def _who(dossier: Dossier, user: str) -> str:
    name = dossier.name(user)
    return words(name) if name == user else f"{words(name)} ({words(user)})"


def _proof(dossier: Dossier) -> str:
    head = dossier.head
    return (
        f"The timeline has {head.sequence} entries. Each carries a digest of itself and of the one "
        f"before it; that of the last is `{head.digest or 'none'}`. The JSON file beside this one "
        "holds all of them, and `warroom audit verify` checks them against the database."
    )
