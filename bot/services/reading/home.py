"""What one person sees across rooms: their App Home, and lists of escalations."""

from dataclasses import replace
from datetime import datetime

from bot.domain.escalation.escalation import EscalationId
from bot.domain.people import Person
from bot.domain.policy.policy import Policy
from bot.domain.reading.home import (
    MOST_ITEMS,
    MOST_ROLES,
    SOON,
    Home,
    Listed,
    Listing,
    ListQuery,
    ListScope,
    MyItem,
    Needs,
    RoleInvitation,
    pages_of,
)
from bot.domain.time.clock import Clock
from bot.services.access import sees_only_own
from storage.database.database import Database, Transaction
from storage.people import preferences
from storage.reading import overview
from storage.reading.overview import Viewer


class Homes:
    """Reads only; the number of queries does not depend on the number of escalations."""

    def __init__(self, database: Database, clock: Clock, policy: Policy) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy

    async def home(self, wanted: ListQuery, *, to: Person) -> Home:
        """Return what this person's App Home shows; private escalations only with a part in them.

        Guests and people from outside see nothing they were not let into.
        """
        now, viewer = self._clock.now(), _viewer(to)
        async with self._database.reading() as tx:
            return Home(
                person=to,
                is_muted=to.id in await preferences.muted(tx, [to.id]),
                needs=await needs_of(tx, self._policy, to, now),
                listing=await _listing(tx, viewer, wanted, now),
            )

    async def listed(self, wanted: ListQuery | None, *, to: Person) -> Listing:
        """Return a page of escalations; None is one's own where there are any, else open ones."""
        now, viewer = self._clock.now(), _viewer(to)
        async with self._database.reading() as tx:
            found = await _listing(tx, viewer, wanted or ListQuery(scope=ListScope.MINE), now)
            if wanted is None and not found.listed:
                found = await _listing(tx, viewer, ListQuery(), now)
        return found


async def needs_of(
    tx: Transaction,
    policy: Policy,
    to: Person,
    now: datetime,
    *,
    of: EscalationId | None = None,
) -> Needs:
    """Return what needs a person now, everywhere or in the escalation `of`."""
    viewer = _viewer(to)
    due, every_item = await overview.items_needing(
        tx, viewer, due_until=now + SOON, limit=MOST_ITEMS, of=of
    )
    roles, every_role = await overview.roles_offered(tx, viewer, limit=MOST_ROLES, of=of)
    offered, every_offer = await overview.handovers_offered(tx, viewer, limit=MOST_ROLES, of=of)
    ids = {item.escalation_id for item in due} | {escalation_id for escalation_id, _ in roles}
    known: dict[EscalationId, Listed] = await overview.of_ids(tx, viewer, ids)
    needs = Needs(
        items=tuple(
            MyItem(item=item, of=known[item.escalation_id])
            for item in due
            if item.escalation_id in known
        ),
        roles=tuple(
            RoleInvitation(role=held.role, title=policy.role_title(held.role), of=known[escalation])
            for escalation, held in roles
            if escalation in known
        ),
        handovers=tuple(offered),
    )
    shown = len(due) + len(roles) + len(offered)
    return replace(needs, more=every_item + every_role + every_offer - shown)


async def _listing(tx: Transaction, viewer: Viewer, wanted: ListQuery, now: datetime) -> Listing:
    mine, others = await overview.counts(tx, viewer, wanted)
    wanted = wanted.within(pages_of(mine + others))
    found = await overview.page(tx, viewer, wanted)
    return Listing(wanted=wanted, listed=tuple(found), mine=mine, others=others, read_at=now)


def _viewer(person: Person) -> Viewer:
    return Viewer(user=person.id, only_own=sees_only_own(person))
