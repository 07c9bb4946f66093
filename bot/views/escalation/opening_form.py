"""The form that opens an escalation, its customer type-ahead, and its warning."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.escalation.escalation import Severity, Visibility
from bot.domain.escalation.opening import MAX_TITLE, FormDraft, OpenElsewhere
from bot.domain.policy.policy import Policy
from bot.views.block_kit.action_ids import Action, View
from bot.views.block_kit.blocks import (
    Json,
    bold,
    bullets,
    channel,
    line,
    link,
    modal,
    plain,
    quote,
    rich,
    words,
)
from bot.views.block_kit.inputs import (
    date_input,
    field,
    option,
    people_input,
    person_input,
    radio,
    select,
    text_input,
    url_input,
)
from bot.views.block_kit.text import one_line

TITLE = "Open an escalation"
WARNING = "warning"  # block_id of the notice under the customer
MAX_REGION = 60  # characters
KEPT = ("type", "callback_id", "title", "submit", "close", "private_metadata")


def form(draft: FormDraft, policy: Policy, *, metadata: str) -> Json:
    """The form as it opens: what is needed first, what can wait below."""
    blocks = [
        *_source(draft),
        field("customer", "Customer", _customer_select()) | {"dispatch_action": True},
        field(
            "title",
            "What's wrong, in one line?",
            text_input(initial=draft.title, longest=MAX_TITLE),
        ),
        field("severity", "Severity", _severity_select(policy, draft.severity)),
        field(
            "customer_ask",
            "What is the customer asking for?",
            text_input(several_lines=True),
            optional=True,
            hint="In their words. This becomes the goal of the plan.",
        ),
        field(
            "business_impact",
            "What is the business impact?",
            text_input(several_lines=True),
            optional=True,
        ),
        *_category(policy),
        field("owner", "Escalation manager", person_input(initial=draft.owner)),
        field("invited", "People to invite", people_input(), optional=True),
        field("visibility", "Visibility", _visibility(draft.visibility)),
        field(
            "problem",
            "What happened?",
            text_input(initial=draft.problem, several_lines=True),
            optional=True,
        ),
        _region(),
        field("critical_on", "Customer's critical date", date_input(), optional=True),
        field("ticket_url", "Link to the ticket", url_input(), optional=True),
        field("crm_url", "Link to the customer record", url_input(), optional=True),
    ]
    return modal(
        TITLE,
        blocks,
        callback_id=View.OPENING_FORM.value,
        submit="Open war room",
        metadata=metadata,
    )


def warned(view: Mapping[str, Any], customer: str, elsewhere: Sequence[OpenElsewhere]) -> Json:
    """The form a person has before them, with the warning for the customer they chose.

    Every input keeps its names, so that Slack keeps what was typed.
    """
    blocks = [block for block in view["blocks"] if block.get("block_id") != WARNING]
    if elsewhere:
        place = next(i for i, b in enumerate(blocks) if b.get("block_id") == "customer") + 1
        blocks.insert(place, _warning(customer, elsewhere))
    return {name: view[name] for name in KEPT if view.get(name) is not None} | {"blocks": blocks}


def is_warned(view: Mapping[str, Any]) -> bool:
    return any(block.get("block_id") == WARNING for block in view["blocks"])


def _customer_select() -> Json:
    return {
        "type": "external_select",
        "action_id": Action.OPENING_CUSTOMER.value,
        "min_query_length": 0,
        "placeholder": plain("Search or add a customer", 150),
    }


def _severity_select(policy: Policy, initial: Severity) -> Json:
    options = [
        option(
            f"{severity.label} · {policy.severity(severity).name}",
            severity.value,
            description=policy.severity(severity).meaning,
        )
        for severity in Severity
    ]
    return select(options, initial=initial.value)


def _category(policy: Policy) -> list[Json]:
    if not policy.categories:
        return []
    hint = "May add items to the playbook."
    chosen = category_select(policy)
    return [field("category", "Category", chosen, optional=True, hint=hint)]


def category_select(policy: Policy, initial: str | None = None) -> Json:
    options = [option(category.title, key) for key, category in policy.categories.items()]
    return select(options, initial=initial)


def _region() -> Json:
    return field(
        "region",
        "Customer's country or region",
        text_input(longest=MAX_REGION, example="Portugal, DE-BY or Scotland"),
        optional=True,
        hint="Sets public holidays for SLA clocks. Leave empty to keep the current region.",
    )


def _visibility(initial: Visibility) -> Json:
    options = [
        option(
            "Everyone",
            Visibility.PUBLIC.value,
            description="Public channel, announced to everyone.",
        ),
        option(
            "Invited people only",
            Visibility.PRIVATE.value,
            description="Private channel, not announced.",
        ),
    ]
    return radio(options, initial=initial.value)


def _source(draft: FormDraft) -> list[Json]:
    if not draft.source_permalink:
        return []
    said = [quote(draft.quote)] if draft.quote else []
    return [rich(line(bold("From "), link(draft.source_permalink, "this message")), *said)]


def _warning(customer: str, elsewhere: Sequence[OpenElsewhere]) -> Json:
    count = "an open escalation" if len(elsewhere) == 1 else f"{len(elsewhere)} open escalations"
    items = []
    for other in elsewhere:
        about = f"{other.escalation.number} · {other.escalation.severity.label} · "
        room = [words("  "), channel(other.channel_id)] if other.channel_id else []
        items.append(line(bold(about), words(one_line(other.escalation.title), limit=80), *room))
    headline = line(
        bold("Possible duplicate: "),
        words(one_line(customer), limit=80),
        words(f" has {count}. If it's the same issue, join that room instead."),
    )
    return rich(headline, bullets(*items), block_id=WARNING)
