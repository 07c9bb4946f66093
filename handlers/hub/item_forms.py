"""Forms of what is done to an item: which one, and what that wants to know."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.domain.errors import NotNow
from bot.domain.people import Person
from bot.domain.plan.item import MAX_DETAIL, Item, ItemState, Verb
from bot.services.plan.items import Edit, Items
from bot.services.reminders.answers import ReminderAnswers
from bot.views import replies
from bot.views.block_kit.blocks import Message
from bot.views.block_kit.inputs import (
    field,
    instant_input,
    option,
    person_input,
    select,
    text_input,
)
from bot.views.hub import forms as forms_view
from handlers import payloads
from handlers.hub.forms import Submitted
from handlers.words import RoomCommand

Json = dict[str, Any]
Edited = Callable[[Item, Person], Awaitable[Json]]  # the form that edits an item

EDIT = "edit"
ENDED = frozenset({ItemState.DONE, ItemState.CANCELLED, ItemState.RETRACTED})
SNOOZES = {"30m": "30 minutes", "2h": "2 hours", "4h": "4 hours"} | {
    "tomorrow": "Tomorrow at 9:00",
    "3d": "3 days",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbFields:
    """What a verb's form asks beside the item."""

    title: str
    fields: tuple[Json, ...] = ()
    tells: str = forms_view.TOLD
    of: Callable[[Item], bool] = lambda item: item.stands


def _why(label: str, *, optional: bool = False, hint: str = "") -> Json:
    element = text_input(longest=MAX_DETAIL)
    return field("reason", label, element, optional=optional, hint=hint)


ASKED: Mapping[str, VerbFields] = {
    "done": VerbFields(
        title="Mark as done",
        fields=(_why("Evidence", optional=True, hint="Required for exit criteria."),),
    ),
    "start": VerbFields(title="Start"),
    "block": VerbFields(title="Mark as blocked", fields=(_why("What's blocking it?"),)),
    "cancel": VerbFields(title="Cancel an item", fields=(_why("Why is it no longer needed?"),)),
    "reopen item": VerbFields(title="Reopen an item", of=lambda item: item.state in ENDED),
    "take": VerbFields(title="Assign to me", tells="Assigns the item to you."),
    "give": VerbFields(title="Assign an item", fields=(field("user", "To whom?", person_input()),)),
    "postpone": VerbFields(
        title="Postpone",
        fields=(
            field("due_at", "New due time", instant_input()),
            _why("Why is it postponed?", hint="Saved with the old due time."),
        ),
    ),
    "snooze": VerbFields(
        title="Snooze a reminder",
        fields=(
            field("how_long", "For how long?", select([option(t, v) for v, t in SNOOZES.items()])),
        ),
        tells="Only the reminder is snoozed. The due time stays.",
    ),
    EDIT: VerbFields(title="Edit an item", tells="Choose an item to open its form."),
}
VERBS = {
    "done": Verb.DONE,
    "start": Verb.START,
    "block": Verb.BLOCK,
    "cancel": Verb.CANCEL,
    "reopen item": Verb.REOPEN,
}


class VerbForm:
    """The form of one verb."""

    def __init__(self, name: str, items: Items, answers: ReminderAnswers, edited: Edited) -> None:
        self._name = name
        self._items = items
        self._answers = answers
        self._edited = edited

    async def view(self, said: RoomCommand, person: Person) -> Json:
        person.must_be_member()
        asked = ASKED[self._name]
        found = [i for i in await self._items.all(said.escalation_id, to=person) if asked.of(i)]
        if not found:
            raise NotNow(f"No items available for “{asked.title.lower()}”.")
        mine = sorted(found, key=lambda item: item.content.owner != person.id)
        return forms_view.item(asked.title, mine, *asked.fields, tells=asked.tells)

    async def do(self, form: Submitted, person: Person) -> Message | Json:
        label = form.text("item")
        item = await self._items.labelled(form.escalation_id, label, to=person)
        if self._name == EDIT:
            return await self._edited(item, person)
        if self._name == "snooze":
            how_long = form.text("how_long")
            said = await self._answers.snooze_item(form.escalation_id, item, how_long, by=person)
            return replies.plain(said)
        if verb := VERBS.get(self._name):
            changed = await self._items.act(item.id, verb, form.text("reason"), by=person)
        else:
            changed = await self._items.edit(item.id, self._edit(item, form, person), by=person)
        return replies.item_logged(changed, person.time_zone)

    def _edit(self, item: Item, form: Submitted, person: Person) -> Edit:
        """Return what taking, giving and postponing change of an item."""
        if self._name == "postpone":
            return Edit(
                changed={"due_at": _instant(form)},
                shown={"due_at": item.content.due_at},
                version=item.version,
                reason=form.text("reason"),
            )
        owner = person.id if self._name == "take" else form.text("user")
        return Edit(
            changed={"owner": owner}, shown={"owner": item.content.owner}, version=item.version
        )


def _instant(form: Submitted) -> datetime:
    return datetime.fromtimestamp(int(payloads.value(form.values, "due_at")), UTC)
