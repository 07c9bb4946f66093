"""Similar escalations: those like a room's, and those like some words."""

from bot.domain.errors import InvalidInput
from bot.domain.escalation.escalation import EscalationId
from bot.domain.people import Person, PersonKind
from bot.domain.reading.similar import SimilarEscalation, telling_words, words_of
from bot.services.access import visible
from storage.database.database import Database
from storage.reading import similar

MOST_SHOWN = 5


class Similar:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def to_escalation(
        self, escalation_id: EscalationId, *, by: Person
    ) -> list[SimilarEscalation]:
        """Return what is like an escalation, and known to this person; raises NotFound."""
        async with self._database.reading() as tx:
            found = await visible(tx, escalation_id, to=by)
            return await similar.similar(
                tx,
                words_of(found),
                seen_by=by.id,
                only_own=by.kind is not PersonKind.MEMBER,
                but=found.id,
                customer_id=found.customer_id,
                category=found.category,
                limit=MOST_SHOWN,
            )

    async def to_words(
        self, words: str, *, by: Person, but: EscalationId | None = None
    ) -> list[SimilarEscalation]:
        """Return what is like some words, and known to this person.

        Args:
            words: What somebody typed.
            by: Who asks.
            but: The escalation in whose room they ask; None anywhere else.

        Raises:
            InvalidInput: There is no word in it by which anything could be found.
        """
        if not telling_words([words]):
            message = "Add search words: /escalate similar login loop"
            raise InvalidInput({"words": message})
        async with self._database.reading() as tx:
            return await similar.similar(
                tx,
                words,
                seen_by=by.id,
                only_own=by.kind is not PersonKind.MEMBER,
                but=but,
                limit=MOST_SHOWN,
            )
