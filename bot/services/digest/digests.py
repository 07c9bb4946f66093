"""Digests: who gets one, what is due, what it says to whom."""

from dataclasses import dataclass, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.domain.digest.asks import AskedDigest, AskedFilters
from bot.domain.digest.content import Digest, compose
from bot.domain.digest.digest import (
    DAY,
    Filters,
    OnlyCustomer,
    Schedule,
    Subscription,
    SubscriptionId,
    lateness,
    local_instant,
    look_back,
    week_before,
)
from bot.domain.digest.effects import (
    ConfirmSubscription,
    DigestFailure,
    ReportDigestFailure,
    SendDigest,
)
from bot.domain.digest.facts import DigestFacts, clock_lines, paused_lines, update_lines
from bot.domain.errors import InvalidInput, NotNow
from bot.domain.escalation.room import ChannelId
from bot.domain.people import Person, SlackUserId, TeamId
from bot.domain.policy.policy import Policy
from bot.domain.sla.clock import NEXT_UPDATE
from bot.domain.time.clock import Clock
from bot.domain.time.time_zones import zone_named
from storage.customers import customers
from storage.database.database import Database, Transaction
from storage.digest import digests
from storage.digest import facts as digest_facts
from storage.digest.facts import DigestScope
from storage.escalation.escalations import known_to
from storage.queue import outbox
from storage.sla import facts as clock_facts

BATCH = 50  # subscriptions claimed in one transaction
NAMED = 3  # customers that are offered when a name fits several
TRIES = 5
NEW = SubscriptionId(0)  # not stored yet


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPreview:
    """A digest, and the zone (IANA) in which its days are said."""

    digest: Digest
    zone: str
    filters: Filters


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A digest that is to be posted now."""

    subscription: Subscription
    digest: Digest


class Digests:
    def __init__(self, database: Database, clock: Clock, policy: Policy) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy

    async def of_channel(self, channel_id: ChannelId, *, to: Person) -> Subscription | None:
        """Return the channel's subscription, None when it gets no digest."""
        to.must_be_member()
        async with self._database.reading() as tx:
            return await digests.of_channel(tx, channel_id)

    async def subscribe(
        self, channel_id: ChannelId, asked: AskedDigest, *, by: Person, team: TeamId
    ) -> Subscription:
        """Have the channel get the digest like this from now on; it is told who asked for it.

        Asked for again, nothing changes and nothing is said.

        Raises:
            InvalidInput: No customer or category of that name.
            NotNow: Others change it at the same moment.
        """
        by.must_be_member()
        for _ in range(TRIES):
            async with self._database.transaction() as tx:
                # The channel is told what was asked for, so everybody may know of it.
                known = customers.known_to_everybody()
                filters = await self._looked_up(tx, asked.filters, known)
                before = await digests.of_channel(tx, channel_id)
                if before and (before.schedule, before.filters) == (asked.schedule, filters):
                    return before
                wanted = self._wanted(channel_id, asked.schedule, filters, by=by.id, team=team)
                stored = await _stored(tx, before, wanted)
                if stored is not None:
                    await self._tell_channel(tx, stored, by=by.id)
                    return stored
        raise NotNow("Someone else is changing this digest. Try again.")

    async def unsubscribe(self, channel_id: ChannelId, *, by: Person) -> None:
        """Have the channel get no digest any more; it is told who asked for that.

        Raises:
            NotNow: It gets none.
        """
        by.must_be_member()
        async with self._database.transaction() as tx:
            found = await digests.of_channel(tx, channel_id)
            if found is None or not await digests.remove(tx, found.id):
                raise NotNow("This channel doesn't get a digest.")
            told = ConfirmSubscription(channel_id=channel_id, by=by.id)
            await outbox.enqueue(tx, told, at=self._clock.now())

    async def preview(
        self, channel_id: ChannelId | None, asked: AskedFilters, *, to: Person
    ) -> DigestPreview:
        """Return the digest as that person may see it now.

        Filters that were typed count, or else those of the channel's own digest.

        Raises:
            InvalidInput: No customer or category of that name.
        """
        to.must_be_member()
        now = self._clock.now()
        async with self._database.reading() as tx:
            own = await digests.of_channel(tx, channel_id) if channel_id else None
            known = customers.known(known_to(to.id))
            filters = await self._looked_up(tx, asked, known)
            if own is not None and not filters:
                filters = own.filters
            zone = own.schedule.zone if own else zone_named(to.time_zone) or "UTC"
            since = _since(own, before=now) if own else now - DAY
            longer = week_before(now, zone)
            earliest = min(since, longer.since)
            scope = DigestScope(filters=filters, reader=to.id)
            facts = await self._facts(tx, scope, now=now, since=since, earliest=earliest, zone=zone)
        digest = compose(facts, look_back=longer)
        return DigestPreview(digest=digest, zone=zone, filters=filters)

    async def claim_due(self) -> int:
        """Ask for every digest whose time has come and move its deadline on; return how many.

        One transaction claims a batch. Of any number of replicas one gets each digest. What was
        missed while none was running becomes one digest, which counts the others.
        """
        now, claimed = self._clock.now(), 0
        async with self._database.reading() as tx:
            if not await digests.due(tx, now=now, most=1):
                return 0
        while True:
            async with self._database.transaction() as tx:
                found = await digests.due(tx, now=now, most=BATCH)
                for subscription in found:
                    claimed += await _claim(tx, subscription, now)
            if len(found) < BATCH:
                return claimed

    async def due(self, effect: SendDigest) -> Due | None:
        """Return what is to be sent, None when that is done, or no longer wanted."""
        now = self._clock.now()
        async with self._database.reading() as tx:
            found = await digests.find(tx, effect.subscription_id)
            if found is None or not _is_wanted(found, effect):
                return None
            schedule = found.schedule
            since = _since(found, before=effect.due_at)
            longer = look_back(schedule, now)
            earliest = min(since, longer.since) if longer else since
            scope = DigestScope(filters=found.filters)
            facts = await self._facts(
                tx, scope, now=now, since=since, earliest=earliest, zone=schedule.zone
            )
        late = lateness(effect.due_at, now, effect.missed)
        digest = compose(facts, last=found.numbers, look_back=longer, late=late)
        return Due(subscription=found, digest=digest)

    async def sent(self, effect: SendDigest, digest: Digest) -> None:
        """Record that it is posted, and what its readers saw."""
        async with self._database.transaction() as tx:
            await digests.sent(tx, effect.subscription_id, effect.due_at)
            await digests.said(tx, effect.subscription_id, digest.numbers, at=digest.now)

    async def withheld(self, effect: SendDigest, trouble: DigestFailure) -> None:
        """Record that it was not posted, and tell whoever asked for it; the next one may be."""
        async with self._database.transaction() as tx:
            found = await digests.find(tx, effect.subscription_id)
            if found is not None and _is_wanted(found, effect):
                await digests.sent(tx, found.id, effect.due_at)
                await self._tell_subscriber(tx, found, trouble)

    async def switched_off(
        self, effect: SendDigest, trouble: DigestFailure, detail: str = ""
    ) -> None:
        """Send the channel nothing any more, and tell whoever asked for it."""
        async with self._database.transaction() as tx:
            found = await digests.find(tx, effect.subscription_id)
            if found is not None and await digests.remove(tx, found.id):
                await self._tell_subscriber(tx, found, trouble, detail)

    async def _facts(
        self,
        tx: Transaction,
        scope: DigestScope,
        *,
        now: datetime,
        since: datetime,
        earliest: datetime,
        zone: str,
    ) -> DigestFacts:
        """Read everything at once; the number of queries does not depend on how much there is."""
        titled = self._policy.clock_title
        place = ZoneInfo(zone)
        tomorrow = local_instant(now.astimezone(place).date() + DAY, time(), place)
        found = tuple(await digest_facts.open_ones(tx, scope))
        breaches_since = min(since, now - DAY)
        timed = [
            *await clock_facts.lines(tx, scope, now=now, since=since),
            *await clock_facts.ended_broken(tx, scope, since=breaches_since, kept_since=since),
        ]
        paused = await clock_facts.paused(tx, scope)
        items = await digest_facts.due_items(tx, scope, now=now, today_ends_at=tomorrow)
        updates = update_lines(found, now, title=titled(NEXT_UPDATE))
        return DigestFacts(
            now=now,
            since=since,
            open=found,
            items=tuple(items),
            moves=tuple(await digest_facts.moves(tx, scope, since=earliest)),
            restricted=await digest_facts.restricted(tx, scope),
            clocks=(*updates, *clock_lines(timed, now, titled=titled)),
            paused=paused_lines(
                found, paused, titled=titled, reason_titled=self._policy.pause_title
            ),
        )

    def _wanted(
        self,
        channel_id: ChannelId,
        schedule: Schedule,
        filters: Filters,
        *,
        by: SlackUserId,
        team: TeamId,
    ) -> Subscription:
        now = self._clock.now()
        return Subscription(
            id=NEW,
            team_id=team,
            channel_id=channel_id,
            schedule=schedule,
            filters=filters,
            asked_by=by,
            asked_at=now,
            next_send_at=schedule.next_send_at(now),
        )

    async def _looked_up(
        self, tx: Transaction, asked: AskedFilters, known: customers.Condition
    ) -> Filters:
        unknown = [name for name in asked.categories if name not in self._policy.categories]
        if unknown:
            names = ", ".join(self._policy.categories)
            problem = f"Unknown category “{unknown[0]}”. Categories: {names}."
            raise InvalidInput({"category": problem})
        found = [await _customer(tx, name, known) for name in asked.customers]
        return Filters(
            severities=asked.severities,
            customers=tuple(dict.fromkeys(found)),
            categories=tuple(dict.fromkeys(asked.categories)),
        )

    async def _tell_channel(self, tx: Transaction, stored: Subscription, by: SlackUserId) -> None:
        told = ConfirmSubscription(channel_id=stored.channel_id, by=by, words=stored.words)
        await outbox.enqueue(tx, told, at=self._clock.now())

    async def _tell_subscriber(
        self, tx: Transaction, found: Subscription, trouble: DigestFailure, detail: str = ""
    ) -> None:
        told = ReportDigestFailure(
            user=found.asked_by,
            channel_id=found.channel_id,
            trouble=trouble,
            words=found.words,
            detail=detail,
        )
        await outbox.enqueue(tx, told, at=self._clock.now())


async def _stored(
    tx: Transaction, before: Subscription | None, wanted: Subscription
) -> Subscription | None:
    """Store what is wanted; None when somebody was faster."""
    if before is None:
        return await digests.add(tx, wanted)
    kept = replace(
        wanted,
        id=before.id,
        version=before.version,
        claimed_for=before.claimed_for,
        sent_for=before.sent_for,
        last_sent_at=before.last_sent_at,
        # Under other filters the numbers of the last digest are those of something else.
        numbers=before.numbers if before.filters == wanted.filters else None,
    )
    return await digests.change(tx, kept)


async def _claim(tx: Transaction, found: Subscription, now: datetime) -> bool:
    due = found.due(now)
    following = found.schedule.next_send_at(now)
    if not await digests.claim(tx, found, claimed_for=due[-1], next_send_at=following):
        return False
    effect = SendDigest(subscription_id=found.id, due_at=due[-1], missed=len(due) - 1)
    await outbox.enqueue(tx, effect, at=now)
    return True


def _since(found: Subscription, *, before: datetime) -> datetime:
    """Return what a digest at that instant looks back to: the last one, sent or not."""
    return found.last_sent_at or found.schedule.last_send_at(before)


def _is_wanted(found: Subscription, effect: SendDigest) -> bool:
    """Whether this digest is the latest that was asked for, and not dealt with yet."""
    return found.claimed_for == effect.due_at != found.sent_for


async def _customer(tx: Transaction, name: str, known: customers.Condition) -> OnlyCustomer:
    """Return the customer of that name, or the only one whose name holds it."""
    found = await customers.named(tx, name, known)
    near = [] if found else await customers.search(tx, name, NAMED + 1, known)
    if found is None and len(near) == 1:
        found = near[0]
    if found is None:
        names = ", ".join(f"“{customer.name}”" for customer in near[:NAMED])
        hint = f" Did you mean {names}?" if near else ""
        raise InvalidInput({"customer": f"Customer “{name}” not found.{hint}"})
    return OnlyCustomer(id=found.id, name=found.name)
