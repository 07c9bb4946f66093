"""The word for a customer's reply that came another way than through their channel."""

from bot.domain.people import Person
from bot.services.customers.replies import CustomerReplies
from bot.views import replies
from bot.views.block_kit.blocks import Message
from handlers.words import RoomCommand, RoomCommands, Words


class CustomerReplyWords:
    def __init__(self, customer_replies: CustomerReplies) -> None:
        self._replies = customer_replies

    def words(self, in_room: RoomCommands) -> Words:
        return {"replied": in_room.at_once(self._replied)}

    async def _replied(self, said: RoomCommand, person: Person) -> Message | None:
        done = await self._replies.told(said.escalation_id, said.typed.rest, by=person)
        return replies.plain(f"Recorded. {done}")
