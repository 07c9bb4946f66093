"""The forms of words: what each asks, and what will come of it."""

import json
from collections.abc import Mapping, Sequence

from bot.domain.digest.digest import Subscription
from bot.domain.escalation.changes import MAX_REASON
from bot.domain.escalation.escalation import Severity
from bot.domain.people import RoleKey, SlackUserId
from bot.domain.plan.item import Item
from bot.domain.policy.policy import Policy
from bot.domain.sla.breach import MAX_TEXT
from bot.domain.sla.record import ClockRecord
from bot.views.block_kit.action_ids import View
from bot.views.block_kit.blocks import Json, bold, italic, line, modal, person, rich, words
from bot.views.block_kit.inputs import (
    checkboxes,
    field,
    option,
    person_input,
    radio,
    select,
    text_input,
)
from bot.views.block_kit.text import cut, one_line
from bot.views.sla.clock_notices import percent

LONGEST_ITEM = 60  # characters of an item in a list
TOLD = "Posted in the room."


def carrying(view: Json, kept: Json) -> Json:
    """Return a form that carries `kept` back to whoever reads it."""
    return {**view, "private_metadata": json.dumps(kept)}


def form(title: str, submit: str, *blocks: Json, tells: str = "") -> Json:
    """A form; `tells` says before anything else what comes of submitting it."""
    said = [rich(line(words(tells)))] if tells else []
    return modal(title, [*said, *blocks], callback_id=View.WORD_FORM.value, submit=submit)


def met(clocks: Sequence[ClockRecord], policy: Policy, *, clock: str = "", how: str = "") -> Json:
    return form(
        "Mark target met",
        "Mark as met",
        _clock_field(clocks, policy, clock),
        field(
            "how",
            "Evidence",
            text_input(initial=how, longest=MAX_TEXT),
            hint="A link to the message, or who was informed and when.",
        ),
        tells=f"Stops the clock. A recurring clock starts its next interval. {TOLD}",
    )


def waive(clocks: Sequence[ClockRecord], policy: Policy, *, clock: str = "", why: str = "") -> Json:
    return form(
        "Waive a target",
        "Waive",
        _clock_field(clocks, policy, clock),
        field("why", "Why?", text_input(initial=why, longest=MAX_TEXT)),
        tells=f"The clock stays visible and never counts as met. {TOLD}",
    )


def up(title: str, rung: str, people: Sequence[SlackUserId], places: str) -> Json:
    """Show who would be told, before anybody is."""
    named = [part for user in people for part in (person(user), words(" "))]
    who = named or [words("nobody: the policy has no one for this level")]
    rows = [
        line(words("Notifies the next escalation level now instead of waiting for the clock.")),
        line(bold("About: "), words(f"{title}, {percent(rung)}")),
        line(bold("Who: "), *who),
        line(bold("Where: "), words(places)),
        line(italic("They'll see the customer, impact, status and escalation manager.")),
    ]
    return modal(
        "Notify next level",
        [rich(*rows)],
        callback_id=View.WORD_FORM.value,
        submit="Notify now",
    )


def replied() -> Json:
    return form(
        "Customer replied",
        "Log reply",
        field(
            "reply",
            "What did they say, and where?",
            text_input(longest=MAX_TEXT, several_lines=True),
            hint="A link is enough.",
        ),
        tells=f"Clocks paused for the customer resume, and so does a hold. {TOLD}",
    )


def accepted() -> Json:
    return form(
        "Workaround accepted",
        "Mark accepted",
        field(
            "how",
            "Who accepted it, and where?",
            text_input(longest=MAX_TEXT),
            hint="A link, or who said so and when.",
        ),
        tells=f"The workaround counts from when it was offered. {TOLD}",
    )


def rejected() -> Json:
    return form(
        "Workaround rejected",
        "Mark rejected",
        field("why", "Why was it rejected?", text_input(longest=MAX_TEXT)),
        tells=f"Its clock resumes as if it never stopped. {TOLD}",
    )


def assign(roles: Mapping[RoleKey, str]) -> Json:
    options = [option(title, key) for key, title in roles.items()]
    return form(
        "Assign a role",
        "Assign",
        field("user", "Who?", person_input()),
        field("role", "Which role?", select(options)),
        tells="They get an invitation in the room and replace whoever has the role now.",
    )


def unassign(roles: Mapping[RoleKey, str]) -> Json:
    options = [option(title, key) for key, title in roles.items()]
    return form(
        "Remove a role",
        "Remove",
        field("user", "Who?", person_input()),
        field(
            "role",
            "Which role?",
            select(options),
            optional=True,
            hint="Leave empty to remove all their roles.",
        ),
        tells=f"Removes them from the role on the card. {TOLD}",
    )


def handover() -> Json:
    return form(
        "Hand over",
        "Send request",
        field("user", "Who takes over as escalation manager?", person_input()),
        field(
            "note",
            "What should they know?",
            text_input(longest=MAX_REASON, several_lines=True),
            optional=True,
        ),
        tells="They get a summary of the escalation. You stay manager until they accept.",
    )


def similar() -> Json:
    example = text_input(example="login loop after upgrade", longest=200)
    what = field("words", "Search words", example, optional=True)
    what["hint"] = {"type": "plain_text", "text": "Leave empty to find escalations like this one."}
    return form("Similar escalations", "Search", what)


def item(title: str, items: Sequence[Item], *fields: Json, tells: str = TOLD) -> Json:
    """Ask which item, and what its verb wants to know."""
    options = [
        option(cut(f"{one.label} {one_line(one.content.text)}", LONGEST_ITEM), one.label)
        for one in items
    ]
    return form(title, title, field("item", "Which one?", select(options)), *fields, tells=tells)


DIGEST_DAYS: Mapping[str, str] = {
    "daily": "Every day",
    "weekdays": "Monday to Friday",
    **{
        f"weekly {day}": f"Every {name}"
        for day, name in (
            ("mon", "Monday"),
            ("tue", "Tuesday"),
            ("wed", "Wednesday"),
            ("thu", "Thursday"),
            ("fri", "Friday"),
        )
    },
}
DIGEST_WISHES = {
    "here": "Send it to this channel",
    "now": "Preview it now, only to me",
    "off": "Stop sending it to this channel",
}


def digest(known: Subscription | None, policy: Policy, *, zone: str) -> Json:
    """Ask for this channel's digest, with what it has now filled in."""
    at = f"{known.schedule.at:%H:%M}" if known else "09:00"
    days = known.schedule.words.rpartition(f" {at}")[0] if known else "weekdays"
    wishes = [option(text, wish) for wish, text in DIGEST_WISHES.items() if known or wish != "off"]
    categories = [option(category.title, key) for key, category in policy.categories.items()]
    blocks = [
        field("wish", "What would you like to do?", radio(wishes, initial="here")),
        field("days", "On which days?", _days(days)),
        field("at", "At what time?", text_input(initial=at, longest=10)),
        field(
            "zone",
            "Time zone",
            text_input(initial=known.schedule.zone if known else zone, longest=60),
            hint="For example Europe/Lisbon",
        ),
        field(
            "severities",
            "Only these severities",
            checkboxes([severity.label for severity in Severity]),
            optional=True,
        ),
        field("customer", "Only this customer", text_input(longest=120), optional=True),
    ]
    if categories:
        chosen = select(categories, placeholder="Any category")
        blocks.append(field("category", "Only this category", chosen, optional=True))
    now = f"Current schedule: {known.words.partition('here ')[2]}." if known else ""
    return form("Daily digest", "Continue", *blocks, tells=now)


def _days(chosen: str) -> Json:
    options = [option(text, days) for days, text in DIGEST_DAYS.items()]
    return select(options, initial=chosen)


def _clock_field(clocks: Sequence[ClockRecord], policy: Policy, chosen: str) -> Json:
    options = [option(policy.clock_title(r.clock.kind), r.clock.kind) for r in clocks]
    return field("clock", "Which clock?", select(options, initial=chosen))
