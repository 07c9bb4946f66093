"""`/escalate list`: the escalations somebody may know of, from anywhere, privately."""

from bot.domain.errors import InvalidInput
from bot.domain.people import Person
from bot.domain.reading.home import ListQuery, ListScope
from bot.services.reading.home import Homes
from bot.views import listing as listing_view
from bot.views.block_kit.blocks import Message
from handlers.listening import Ack, RequestContext
from handlers.payloads import Actor
from handlers.words import CommandText, Words, keeping

USAGE = "Try /escalate list mine, list open 2 or list all."
MOST_DIGITS = 6  # of a page


class ListingListeners:
    def __init__(self, doorway: RequestContext, homes: Homes) -> None:
        self._doorway = doorway
        self._homes = homes

    def words(self) -> Words:
        return {"list": self.show}

    async def show(self, ack: Ack, actor: Actor, typed: CommandText) -> None:
        async def show(person: Person) -> Message | None:
            return listing_view.listing(await self._homes.listed(_wanted(typed.rest), to=person))

        await self._doorway.act(ack, actor, lambda person: keeping(typed, show(person)))


def _wanted(rest: str) -> ListQuery | None:
    """Return what is asked for; None when nothing was said.

    Raises:
        InvalidInput: It is neither a kind of list nor a page.
    """
    said = rest.casefold().split()
    if not said:
        return None
    scope, page = said[0], said[1] if len(said) > 1 else "1"
    if scope not in set(ListScope) or len(said) > 2 or not _is_page(page):
        raise InvalidInput({"list": USAGE})
    return ListQuery(scope=ListScope(scope), page=int(page))


def _is_page(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
