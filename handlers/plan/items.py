"""Items by word, form, button and shortcut."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.errors import Conflict, InvalidInput, NotNow, WarRoomError
from bot.domain.escalation.escalation import EscalationId
from bot.domain.people import Person
from bot.domain.plan.item import Content, Item, ItemId, ItemSource, Verb
from bot.domain.plan.kinds import BY_WORD, ItemKind
from bot.domain.text.words import first_word
from bot.domain.time import due
from bot.services.plan.items import Draft, Edit, Items
from bot.services.rooms.rooms import Rooms
from bot.slack.gateway import Gateway
from bot.views import replies
from bot.views.block_kit import times
from bot.views.block_kit.action_ids import Action, Shortcut, View
from bot.views.block_kit.blocks import Message
from bot.views.plan import items as items_view
from handlers import payloads
from handlers.listening import Ack, RequestContext
from handlers.payloads import Actor
from handlers.plan import item_form
from handlers.reading.home import HomeListeners
from handlers.words import RoomCommand, RoomCommands, Takes, Words

VERBS: Mapping[str, Verb] = {
    "done": Verb.DONE,
    "start": Verb.START,
    "block": Verb.BLOCK,
    "cancel": Verb.CANCEL,
}
NOT_A_ROOM = "This only works in a war room."
NOTHING = Draft(content=Content(text=""))  # a form that begins empty
SHORTCUTS = {
    Shortcut.LOG_DECISION: ItemKind.DECISION,
    Shortcut.ADD_ACTION: ItemKind.ACTION,
}


class ItemListeners:
    def __init__(
        self,
        doorway: RequestContext,
        items: Items,
        rooms: Rooms,
        gateway: Gateway,
        home: HomeListeners,
    ) -> None:
        self._home = home
        self._doorway = doorway
        self._items = items
        self._rooms = rooms
        self._gateway = gateway

    def register(self, app: AsyncApp) -> None:
        app.message_shortcut(Shortcut.LOG_DECISION.value)(self.shortcut)
        app.message_shortcut(Shortcut.ADD_ACTION.value)(self.shortcut)
        app.action(Action.ITEM_ADD.value)(self.add)
        app.action(Action.ITEM_EDIT.value)(self.edit)
        app.action(Action.ITEM_DONE.value)(self.done)
        app.view(View.ITEM_FORM.value)(self.saved)

    def words(self, in_room: RoomCommands) -> Words:
        """The words that add an item, or do something to one named by its label."""
        return {
            **dict.fromkeys(BY_WORD, in_room.at_once(self._add_by_word)),
            **dict.fromkeys(VERBS, in_room.at_once(self._do_by_word)),
            "postpone": in_room.at_once(self._postpone),
            "take": in_room.at_once(self._give),
            "give": in_room.at_once(self._give),
            "edit": in_room.afterwards(self._edit_by_word),
            "decisions": in_room.at_once(self._decisions, Takes.PAGE),
        }

    async def shortcut(self, ack: Ack, body: dict[str, Any]) -> None:
        """Log a message as a decision or an action, with what its form asks."""
        await ack()
        actor, found = payloads.actor(body), payloads.source(body)
        kind = SHORTCUTS[Shortcut(body["callback_id"])]
        author = str(body["message"].get("user") or body["message"].get("bot_id") or "")

        async def show() -> Message | None:
            link = await self._gateway.permalink(found.channel, found.ts, thread_ts=found.thread_ts)
            message = {
                "channel": found.channel,
                "ts": found.ts,
                "thread_ts": found.thread_ts,
                "author": author,
                "permalink": link,
            }
            room = await self._rooms.in_channel(found.channel)
            if room is None:
                raise NotNow(NOT_A_ROOM)
            person = await self._doorway.person(actor)
            source = ItemSource(
                channel_id=found.channel,
                ts=found.ts,
                thread_ts=found.thread_ts,
                author=author,
                text=found.text,
            )
            text = await self._doorway.readable(found.text)
            drafted = await self._items.drafted_from(kind, source, text)
            await self._show_new(actor, person, room.escalation_id, kind, drafted, message=message)
            return None

        self._doorway.later(actor, show)

    async def add(self, ack: Ack, body: dict[str, Any]) -> None:
        """Open the form of a new item of the kind that was chosen on the plan."""
        await ack()
        actor = payloads.actor(body)
        escalation_id, _, kind = payloads.pressed(body).partition(":")

        async def show() -> Message | None:
            person = await self._doorway.person(actor)
            await self._show_new(
                actor, person, EscalationId(int(escalation_id)), ItemKind(kind), NOTHING
            )
            return None

        self._doorway.later(actor, show)

    async def edit(self, ack: Ack, body: dict[str, Any]) -> None:
        await ack()
        actor, item_id = payloads.actor(body), ItemId(int(payloads.pressed(body)))

        async def show() -> Message | None:
            person = await self._doorway.person(actor)
            item = await self._items.one(item_id, to=person)
            time = await self._items.said_time(item)
            await self._show(actor, item, person, body, asked=time.asks if time else None)
            return None

        self._doorway.later(actor, show)

    async def done(self, ack: Ack, body: dict[str, Any]) -> None:
        actor, item_id = payloads.actor(body), ItemId(int(payloads.pressed(body)))

        async def complete(person: Person) -> Message | None:
            await self._items.act(item_id, Verb.DONE, "", by=person)
            self._home.follow(actor, payloads.home_of(body))
            return None

        await self._doorway.act(ack, actor, complete)

    async def saved(self, ack: Ack, body: dict[str, Any]) -> None:
        """Keep what the form says; what cannot be used is said on its field."""
        actor, form = payloads.actor(body), item_form.read(body["view"])
        try:
            person = await self._doorway.recognised(actor)
            await self._save(form, person)
        except Conflict as conflict:
            view = await self._again(form, conflict, person)
            await ack(response_action="update", view=view)
        except InvalidInput as error:
            known = {name: words for name, words in error.fields.items() if name in _blocks(body)}
            await ack(response_action="errors", errors=known or {"text": error.message})
        except WarRoomError as error:
            await ack(response_action="errors", errors={"text": error.message})
        else:
            await ack()
            self._home.follow(actor, form.kept.get("home"))

    async def _save(self, form: item_form.SubmittedItemForm, person: Person) -> Item:
        form.time.check("due_at")
        if "item" in form.kept:
            return await self._items.edit(ItemId(form.kept["item"]), form.edit(), by=person)
        return await self._items.add(
            EscalationId(form.kept["escalation"]),
            form.kind,
            form.content(),
            by=person,
            source=form.source(),
            replaces=form.replaces,
        )

    async def _again(
        self, form: item_form.SubmittedItemForm, conflict: Conflict, person: Person
    ) -> dict[str, Any]:
        """Return the form with what was typed, and what somebody else wrote meanwhile."""
        item = await self._items.one(ItemId(form.kept["item"]), to=person)
        kept = {**form.kept, "version": item.version, "touched": list(form.changed)}
        return items_view.form(
            item.kind,
            form.laid_over(item.content),
            item=item,
            metadata=kept,
            again=items_view.Again(names=conflict.names, reason=form.reason),
            choices=await self._choices(item.escalation_id, item.kind, person, item),
        )

    async def _show(
        self,
        actor: Actor,
        item: Item,
        person: Person,
        body: dict[str, Any] | None = None,
        *,
        asked: due.Reading | None = None,
        reason: str = "",
    ) -> None:
        """Open the form of an item, with a time that was typed and the reason behind it."""
        view = await self.form_of(item, person, home=payloads.home_of(body or {}))
        if reason:
            view = items_view.with_reason(view, reason)
        view = times.asking(view, asked, person.time_zone, none=times.AS_IT_IS)
        await self._doorway.show(actor, view)

    async def form_of(
        self, item: Item, person: Person, *, home: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return the form that edits an item; `home` is the Home in which that was pressed."""
        person.must_be_member()
        if not item.stands:
            raise NotNow(f"{item.label} is {items_view.state(item)}. Reopen it first.")
        kept: dict[str, Any] = {
            "item": item.id,
            "version": item.version,
            "kind": item.kind.value,
            **({"home": {"private_metadata": home.get("private_metadata", "")}} if home else {}),
        }
        return items_view.form(
            item.kind,
            item.content,
            item=item,
            metadata=kept,
            choices=await self._choices(item.escalation_id, item.kind, person, item),
        )

    async def _show_new(
        self,
        actor: Actor,
        person: Person,
        escalation_id: EscalationId,
        kind: ItemKind,
        drafted: Draft,
        *,
        message: dict[str, Any] | None = None,
    ) -> None:
        person.must_be_member()
        kept: dict[str, Any] = {"escalation": escalation_id, "kind": kind.value}
        if message is not None:
            kept["message"] = message
        choices = await self._choices(escalation_id, kind, person)
        view = items_view.form(kind, drafted.content, item=None, metadata=kept, choices=choices)
        view = times.asking(view, drafted.time, person.time_zone)
        await self._doorway.show(actor, view)

    async def _choices(
        self,
        escalation_id: EscalationId,
        kind: ItemKind,
        person: Person,
        item: Item | None = None,
    ) -> list[Item]:
        """Return the milestones an action may serve, or the decisions one may replace."""
        kinds = [kind.spec.refers_to] if kind.spec.refers_to else []
        found = await self._items.all(escalation_id, to=person, kinds=kinds)
        return [i for i in found if i.stands and (item is None or i.id != item.id)]

    async def _add_by_word(self, said: RoomCommand, person: Person) -> Message | None:
        kind, line, owner = BY_WORD[said.typed.word], said.typed.rest, None
        if kind.spec.is_read_for_task:
            owner, line = said.typed.addressed()
        if said.typed.rest:
            drafted = await self._items.drafted(kind, line, owner=owner, by=person)
            content = drafted.content
            if not kind.spec.is_read_for_task or (content.owner and content.due_at):
                item = await self._items.add(said.escalation_id, kind, content, by=person)
                return replies.item_logged(item, person.time_zone, drafted.time)
        else:
            drafted = NOTHING

        async def show() -> Message | None:
            await self._show_new(said.actor, person, said.escalation_id, kind, drafted)
            return None

        self._doorway.later(said.actor, show)
        return None

    async def reopen(self, said: RoomCommand, person: Person) -> Message | None:
        """Open an item again that was done, cancelled or taken back."""
        return await self._do(said, person, Verb.REOPEN)

    async def _do_by_word(self, said: RoomCommand, person: Person) -> Message | None:
        return await self._do(said, person, VERBS[said.typed.word])

    async def _do(self, said: RoomCommand, person: Person, verb: Verb) -> Message | None:
        item, rest = await self._labelled(said, person)
        done = await self._items.act(item.id, verb, rest, by=person)
        return replies.item_logged(done, person.time_zone)

    async def _postpone(self, said: RoomCommand, person: Person) -> Message | None:
        """Put an item off; what is not clear about the time is asked in the item's form."""
        item, rest = await self._labelled(said, person)
        line = rest.removeprefix("to ").removeprefix("until ")
        reading, reason = self._items.time_in_front(line, by=person)
        if isinstance(reading, due.Understood):
            saved = await self._items.postpone(item, reading.at, reason, by=person)
            return replies.item_logged(saved, person.time_zone, reading)
        reading = reading or due.NotUnderstood(phrase=line or "postpone")

        async def show() -> Message | None:
            await self._show(said.actor, item, person, asked=reading, reason=reason)
            return None

        self._doorway.later(said.actor, show)
        return None

    async def _give(self, said: RoomCommand, person: Person) -> Message | None:
        item, _ = await self._labelled(said, person)
        user = person.id
        if said.typed.word == "give":
            named, _ = said.typed.addressed()
            if named is None:
                raise InvalidInput({"owner": "@mention the person: /escalate give A-3 @eva"})
            user = named
        edit = Edit(
            changed={"owner": user}, shown={"owner": item.content.owner}, version=item.version
        )
        given = await self._items.edit(item.id, edit, by=person)
        return replies.item_logged(given, person.time_zone)

    async def _edit_by_word(self, said: RoomCommand, person: Person) -> Message | None:
        item, _ = await self._labelled(said, person)
        await self._show(said.actor, item, person)
        return None

    async def _decisions(self, said: RoomCommand, person: Person) -> Message | None:
        found = await self._items.all(said.escalation_id, to=person, kinds=[ItemKind.DECISION])
        newest = list(reversed(found))
        page = said.typed.number()
        return items_view.listed(newest, page, title="Decisions", again="decisions")

    async def _labelled(self, said: RoomCommand, person: Person) -> tuple[Item, str]:
        """Return the item whose label stands first behind the word, and the rest."""
        label, rest = first_word(said.typed.rest)
        item = await self._items.labelled(said.escalation_id, label, to=person)
        return item, rest.strip()


def _blocks(body: dict[str, Any]) -> set[str]:
    return {block.get("block_id", "") for block in body["view"]["blocks"]}
