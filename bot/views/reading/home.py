"""App Home: what needs a person now, their escalations, and the others they may know of."""

import json
from collections.abc import Sequence
from datetime import datetime

from bot.domain.escalation.escalation import Severity
from bot.domain.people import ESCALATION_MANAGER, PersonKind
from bot.domain.reading.home import (
    Home,
    Listed,
    Listing,
    ListQuery,
    ListScope,
    MyItem,
    RoleInvitation,
)
from bot.views import listing
from bot.views.block_kit import blocks as block_kit
from bot.views.block_kit.action_ids import Action, View
from bot.views.block_kit.blocks import (
    Json,
    actions,
    bold,
    button,
    channel,
    divider,
    header,
    instant,
    italic,
    line,
    person,
    quote,
    rich,
    words,
)
from bot.views.block_kit.inputs import option, select
from bot.views.block_kit.text import one_line

FILTER = "home_filter"  # block_id of the two selects
EVERY = "every"  # the severity filter when it filters nothing
LONGEST_ITEM = 200  # characters
SCOPES = {
    ListScope.MINE: "Only mine",
    ListScope.OPEN: "All open",
    ListScope.ALL: "Including closed",
}
ASKED = {
    "due_at": "Set due time",
    "mitigation": "Add mitigation",
    "done_when": "Set done criteria",
}
MUTED = "Notifications are muted. Warroom won't @mention you when something is assigned to you."
NOTHING_NOW = (
    "You're all caught up. Your items due within a day, and anything missing in them, show up here."
)
NOTHING_MINE = "You're not part of any open escalation. Open one above, or join a room below."
NOTHING_OPEN = "No other open escalations."
NOTHING_LIKE_IT = "No matches. Change the filters above to see more."
LET_IN = {
    PersonKind.GUEST: "As a guest, you only see escalations you were added to.",
    PersonKind.EXTERNAL: "You only see escalations whose rooms you were added to.",
}
NOTHING_FOR_GUESTS = (
    "You haven't been added to any escalation. Ask a member to invite you to its room."
)


def home(found: Home) -> Json:
    """The view, with what was chosen in it carried along."""
    is_member = found.person.kind is PersonKind.MEMBER
    blocks = _head(found)
    if is_member:
        blocks += [header("Needs me now"), *_needs(found)]
    blocks += _escalations(found, is_member=is_member)
    return block_kit.home(
        blocks, callback_id=View.HOME.value, metadata=metadata(found.listing.wanted)
    )


def metadata(wanted: ListQuery) -> str:
    severity = wanted.severity.value if wanted.severity else None
    return json.dumps({"scope": wanted.scope.value, "severity": severity, "page": wanted.page})


def _head(found: Home) -> list[Json]:
    if found.person.kind is not PersonKind.MEMBER:
        told = LET_IN.get(found.person.kind, "Nothing to see here.")
        return [rich(line(words(told)))]
    if found.is_muted:
        toggle = button("Unmute notifications", Action.HOME_MUTE, "unmute")
    else:
        toggle = button("Mute notifications", Action.HOME_MUTE, "mute")
    opening = button("Open an escalation", Action.HOME_OPEN, "open", style="primary")
    muted = [rich(line(italic(MUTED)))] if found.is_muted else []
    return [actions(opening, toggle), *muted]


def _needs(found: Home) -> list[Json]:
    needs, now = found.needs, found.listing.read_at
    if needs.is_empty:
        return [rich(line(italic(NOTHING_NOW)))]
    blocks: list[Json] = []
    for offered in needs.handovers:
        blocks += _handover(offered)
    for role in needs.roles:
        blocks += _role(role)
    for mine in needs.items:
        blocks += _item(mine, now)
    if needs.more:
        told = f"And {needs.more} more, shown when these are done."
        blocks.append(rich(line(italic(told))))
    return blocks


def _handover(offered: Listed) -> list[Json]:
    said = line(
        person(offered.escalation.owner),
        words(" asks you to take over "),
        bold(offered.escalation.number),
        words(f" {one_line(offered.escalation.title)}", limit=LONGEST_ITEM),
        *_where(offered),
    )
    note = offered.escalation.handover_note
    return [rich(said, *([quote(note[:LONGEST_ITEM])] if note else []))]


def _role(offered: RoleInvitation) -> list[Json]:
    escalation = offered.of.escalation
    said = line(
        words("You're invited to be "),
        bold(offered.title),
        words(" of "),
        bold(escalation.number),
        words(f" {one_line(escalation.title)}", limit=LONGEST_ITEM),
        *_where(offered.of),
    )
    if offered.role != ESCALATION_MANAGER or escalation.acknowledged_by is not None:
        return [rich(said)]
    take = button("Acknowledge", Action.HOME_ACKNOWLEDGE, str(escalation.id), style="primary")
    return [rich(said), actions(take)]


def _item(mine: MyItem, now: datetime) -> list[Json]:
    item = mine.item
    said = [bold(item.label), words(f" {one_line(item.content.text)}", limit=LONGEST_ITEM)]
    if item.content.due_at is not None and mine.is_due(now):
        late = bold(" · overdue since ") if item.is_overdue(now) else words(" · due ")
        said += [late, instant(item.content.due_at)]
    said += [words(f" · {mine.of.escalation.number}"), *_where(mine.of)]
    questions = [ASKED[name] for name in mine.questions()]
    value = str(item.id)
    asks = button(questions[0] if questions else "Edit", Action.ITEM_EDIT, value)
    if not item.kind.spec.is_done_by_click:  # it needs evidence, which a button does not give
        return [rich(line(*said)), actions(asks)]
    done = button(item.done_word.capitalize(), Action.ITEM_DONE, value)
    return [rich(line(*said)), actions(done, asks)]


def _where(listed: Listed) -> list[Json]:
    return [words(" in "), channel(listed.channel_id)] if listed.channel_id else []


def _escalations(found: Home, *, is_member: bool) -> list[Json]:
    shown, wanted = found.listing, found.listing.wanted
    if not is_member and not shown.listed and _is_unfiltered(wanted):
        return [rich(line(italic(NOTHING_FOR_GUESTS)))]
    blocks = [divider(), *_filters(wanted)]
    mine = [one for one in shown.listed if one.is_mine]
    others = [one for one in shown.listed if not one.is_mine]
    is_first = wanted.page == 1
    if mine or is_first:
        blocks.append(header(f"My escalations ({listing.counted(shown.mine)})"))
        blocks += _rows(mine, shown, NOTHING_MINE if is_member else NOTHING_FOR_GUESTS)
    if is_member and wanted.scope is not ListScope.MINE and (others or not shown.others):
        name = "Other open escalations" if wanted.scope is ListScope.OPEN else "Other escalations"
        blocks.append(header(f"{name} ({listing.counted(shown.others)})"))
        blocks += _rows(others, shown, NOTHING_OPEN)
    return blocks + _turning(shown)


def _rows(some: Sequence[Listed], shown: Listing, nothing: str) -> list[Json]:
    if some:
        return [rich(*listing.rows(one, shown.read_at)) for one in some]
    if not _is_unfiltered(shown.wanted):
        nothing = NOTHING_LIKE_IT
    return [rich(line(italic(nothing)))]


def _is_unfiltered(wanted: ListQuery) -> bool:
    return wanted.severity is None


def _filters(wanted: ListQuery) -> list[Json]:
    scopes = [option(text, scope.value) for scope, text in SCOPES.items()]
    severities = [option("All severities", EVERY)]
    severities += [option(f"Only {s.label}", s.value) for s in Severity]
    chosen = wanted.severity.value if wanted.severity else EVERY
    return [
        actions(
            select(
                scopes,
                initial=wanted.scope.value,
                action=Action.HOME_SCOPE.value,
                placeholder="Show",
            ),
            select(
                severities,
                initial=chosen,
                action=Action.HOME_SEVERITY.value,
                placeholder="Severity",
            ),
            block_id=FILTER,
        )
    ]


def _turning(shown: Listing) -> list[Json]:
    number = shown.wanted.page
    buttons = []
    if number > 1:
        buttons.append(button("Back", Action.HOME_BACK, str(number - 1)))
    if number < shown.pages:
        buttons.append(button("More", Action.HOME_MORE, str(number + 1)))
    if not buttons:
        return []
    return [rich(line(italic(f"Page {number} of {shown.pages}"))), actions(*buttons)]
