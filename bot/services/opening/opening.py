"""Opening an escalation: check the form, record it once, ask for its room, retry, warn."""

import asyncio
from dataclasses import replace
from functools import partial

from bot.domain.errors import InvalidInput, NotFound
from bot.domain.escalation.customer import Customer
from bot.domain.escalation.effects import OpenRoom
from bot.domain.escalation.escalation import CustomerId, Escalation, EscalationId, Status
from bot.domain.escalation.opening import OpenElsewhere, OpeningRequest
from bot.domain.escalation.payloads import Opened
from bot.domain.escalation.room import Room, RoomState, Step
from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.people import (
    ESCALATION_MANAGER,
    REQUESTER,
    RESPONDER,
    Assignment,
    Person,
    RoleKey,
    SlackUserId,
    TeamId,
)
from bot.domain.plan.kinds import IN_PLAN
from bot.domain.plan.plan import Plan, from_playbook
from bot.domain.policy.policy import Policy
from bot.domain.policy.terms import first_update_due
from bot.domain.reading.war_room import WarRoom
from bot.domain.time.clock import Clock
from bot.services.access import sees_only_own
from bot.services.escalation import cadence_record
from bot.services.opening.limit import OpeningLimit
from bot.services.people.colleagues import Colleagues
from bot.services.rooms.rooms import read_war_room
from bot.services.sla import record
from storage.customers import customers
from storage.database.database import Database, Transaction
from storage.escalation import escalations, timeline
from storage.plan import items
from storage.queue import outbox
from storage.reading import similar
from storage.rooms import rooms

MOST_SUGGESTIONS = 99  # customers; Slack shows 100 options and one offers a new name
MOST_WARNINGS = 5  # open escalations of the customer named in the form


class Opening:
    def __init__(
        self, database: Database, clock: Clock, policy: Policy, colleagues: Colleagues
    ) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy
        self._colleagues = colleagues
        self._limit = OpeningLimit(policy.defaults.most_openings)

    async def open(self, request: OpeningRequest, *, by: Person, team: TeamId) -> Escalation:
        """Record a new escalation and ask for its war room.

        The room appears a moment later: a Slack outage delays it but never loses it. The same
        submission delivered again, to any replica, finds the escalation it opened.

        Raises:
            NotAllowed: The person is no full member.
            InvalidInput: Names every field that cannot be used; nothing was recorded.
            NotNow: The person has opened too many within ten minutes.
        """
        by.must_be_member()
        request.check(self._clock.now().date())
        named = {"owner": [request.owner], "invited": request.invited}
        # An escalation is opened although Slack is silent; its invitations name who is refused.
        await self._colleagues.check(named, by=by, is_urgent=True)
        region = await self._region(request)
        async with self._database.transaction() as tx:
            customer = await self._customer(tx, request, by=by)
            if region and region != customer.region:
                customer = replace(customer, region=region)
                await customers.change_many(tx, [customer])
            drafted = self._drafted(request, customer, by=by.id, team=team)
            escalation = await escalations.add(tx, drafted)
            if escalation is None:
                return await self._opened_before(tx, request.submission_key)
            self._limit.check(by.id, escalation.raised_at)
            tx.after_commit(partial(self._limit.count, by.id, escalation.raised_at))
            await outbox.enqueue(tx, _room_wanted(request, escalation), at=escalation.raised_at)
        return escalation

    async def retry(self, escalation_id: EscalationId, *, by: Person) -> Escalation:
        """Try again to open a room that had failed; what is done already stays done.

        Pressing it twice, or when nothing failed, changes nothing.

        Raises:
            NotFound: There is no such escalation, or the person has no part in it.
        """
        by.must_be_member()
        async with self._database.transaction() as tx:
            escalation = await escalations.find(tx, escalation_id)
            held = await escalations.assignments(tx, escalation_id)
            if escalation is None or by.id not in {a.user_id for a in held}:
                raise NotFound("You don't have an escalation to retry here.")
            room = await rooms.find(tx, escalation_id)
            if room is not None and room.failure_of(frozenset(Step)) is not None:
                await rooms.forget_failed_steps(tx, escalation_id)
                if room.state is RoomState.FAILED:
                    await rooms.change(tx, escalation_id, state=RoomState.OPENING, failure="")
                # What failed may have been performed all the same: look before repeating.
                again = OpenRoom(escalation_id=escalation_id)
                await outbox.enqueue(tx, again, at=self._clock.now(), in_doubt=True)
        return escalation

    async def lay_down(self, wanted: OpenRoom) -> WarRoom:
        """Write what an accepted submission begins with and return it; again changes nothing.

        Room, first roles, plan from the playbook and the timeline's first entry: not needed to
        accept a submission, and therefore not what its acknowledgement waits for.
        """
        async with self._database.transaction() as tx:
            escalation = await escalations.find(tx, wanted.escalation_id)
            if escalation is None:
                raise NotFound("Escalation not found.")
            room = _room_to_be(wanted, escalation)
            if await rooms.add(tx, room):
                return await self._lay_down(tx, wanted, escalation, room)
            return await read_war_room(tx, escalation.id, at=self._clock.now())

    async def _lay_down(
        self, tx: Transaction, wanted: OpenRoom, escalation: Escalation, room: Room
    ) -> WarRoom:
        """Write it and return it without reading back what was just written."""
        customer = await customers.get(tx, escalation.customer_id)
        roles = _first_roles(wanted, escalation)
        await escalations.assign(tx, escalation.id, roles)
        playbook = self._policy.laid_down(escalation.severity, escalation.category)
        at = escalation.raised_at
        # The first calendar of a country has its public holidays worked out, which takes a while.
        calendar = await asyncio.to_thread(self._policy.business_days, customer)
        laid_down = from_playbook(escalation, playbook, calendar, by=escalation.raised_by, at=at)
        await items.add_once(tx, escalation.id, laid_down)
        await timeline.add(tx, _opened_entry(escalation))
        return WarRoom(
            escalation=escalation,
            customer=customer,
            room=room,
            plan=Plan(items=tuple(await items.of(tx, escalation.id, IN_PLAN))),
            read_at=self._clock.now(),
            assignments=roles,
        )

    async def set_going(self, escalation_id: EscalationId) -> None:
        """Start a new escalation's clocks and rhythms, and let it be found among similar ones.

        Again changes nothing; whatever changes the escalation sooner has started them itself.
        All is counted from when it was raised. Apart from `lay_down`, because the room does not
        wait for it.
        """
        async with self._database.transaction() as tx:
            # Held, because what it has become by now decides what is begun.
            escalation = await escalations.held(tx, escalation_id)
            if escalation is None:
                return
            await similar.learn(tx, escalation_id)
            if escalation.is_over:
                return
            await record.begin(tx, self._policy, escalation)
            await cadence_record.follow(tx, self._policy, escalation, at=self._clock.now())

    async def suggest_customers(self, typed: str, *, to: Person) -> list[Customer]:
        """Return customers that a member may know of and whose name holds `typed`, the best first.

        Raises:
            NotAllowed: The person is no full member.
        """
        to.must_be_member()
        async with self._database.reading() as tx:
            return await customers.search(tx, typed, MOST_SUGGESTIONS, _known(to))

    async def customer(self, customer_id: CustomerId, *, to: Person) -> Customer | None:
        """Return a customer; None when there is none that this person may know of."""
        async with self._database.reading() as tx:
            if not await customers.is_known(tx, customer_id, _known(to)):
                return None
            return await customers.find(tx, customer_id)

    async def open_elsewhere(
        self, customer_id: CustomerId, *, seen_by: Person
    ) -> list[OpenElsewhere]:
        """Return the customer's open escalations that this person may know of."""
        known = escalations.known_to(seen_by.id, only_own=sees_only_own(seen_by))
        async with self._database.reading() as tx:
            return await escalations.open_for(tx, customer_id, known, limit=MOST_WARNINGS)

    async def _opened_before(self, tx: Transaction, submission_key: str) -> Escalation:
        escalation = await escalations.find_submission(tx, submission_key)
        if escalation is None:
            raise NotFound("This form was already submitted. Open a new one with /escalate.")
        return escalation

    async def _region(self, request: OpeningRequest) -> str:
        """Return the code of the region that was typed; empty when none was."""
        if not request.region.strip():
            return ""
        try:
            # Apart, because the first question reads the book of all the countries.
            return await asyncio.to_thread(
                self._policy.public_holidays.region_named, request.region
            )
        except ValueError as error:
            raise InvalidInput({"region": f"Unknown region. Enter {error}."}) from None

    async def _customer(self, tx: Transaction, request: OpeningRequest, *, by: Person) -> Customer:
        if request.customer_id is not None:
            found = await customers.find(tx, request.customer_id)
            # Forms come back as somebody sends them, not only as they were offered.
            is_known = found is not None and (
                found.is_listed or await customers.is_known(tx, found.id, _known(by))
            )
            if found is None or not is_known:
                raise InvalidInput(
                    {"customer": "That customer no longer exists. Choose another one."}
                )
            return found
        defaults = self._policy.defaults
        return await customers.find_or_add(
            tx,
            Customer(
                id=CustomerId(0),
                name=" ".join(request.new_customer.split()),
                tier=defaults.tier,
                time_zone=defaults.time_zone,
                is_listed=False,
            ),
        )

    def _drafted(
        self, request: OpeningRequest, customer: Customer, *, by: SlackUserId, team: TeamId
    ) -> Escalation:
        now = self._clock.now()
        return Escalation(
            id=EscalationId(0),
            team_id=team,
            customer_id=customer.id,
            title=" ".join(request.title.split()),
            problem=request.problem.strip(),
            business_impact=request.business_impact.strip(),
            customer_ask=request.customer_ask.strip(),
            severity=request.severity,
            status=Status.INTAKE,
            visibility=request.visibility,
            owner=request.owner,
            raised_by=by,
            raised_at=now,
            submission_key=request.submission_key,
            category=request.category if request.category in self._policy.categories else None,
            critical_on=request.critical_on,
            ticket_url=request.ticket_url or None,
            crm_url=request.crm_url or None,
            source_permalink=request.source_permalink,
            next_update_due_at=first_update_due(self._policy, request.severity, customer, at=now),
        )


def _known(person: Person) -> customers.Condition:
    only_own = sees_only_own(person)
    return customers.known(escalations.known_to(person.id, only_own=only_own))


def _first_roles(wanted_room: OpenRoom, escalation: Escalation) -> tuple[Assignment, ...]:
    wanted: dict[tuple[RoleKey, SlackUserId], None] = {
        (REQUESTER, escalation.raised_by): None,
        (ESCALATION_MANAGER, escalation.owner): None,
    }
    already = {escalation.raised_by, escalation.owner}
    wanted |= {(RESPONDER, user): None for user in wanted_room.invited if user not in already}
    return tuple(
        Assignment(
            role=role,
            user_id=user,
            assigned_by=escalation.raised_by,
            assigned_at=escalation.raised_at,
        )
        for role, user in wanted
    )


def _room_to_be(wanted: OpenRoom, escalation: Escalation) -> Room:
    return Room(
        escalation_id=escalation.id,
        is_private=escalation.is_private,
        progress_view_id=wanted.progress_view_id,
        response_url=wanted.response_url,
    )


def _room_wanted(request: OpeningRequest, escalation: Escalation) -> OpenRoom:
    return OpenRoom(
        escalation_id=escalation.id,
        invited=request.invited,
        progress_view_id=request.progress_view_id,
        response_url=request.response_url,
    )


def _opened_entry(escalation: Escalation) -> Entry:
    return Entry(
        escalation_id=escalation.id,
        kind=EntryKind.OPENED,
        at=escalation.raised_at,
        actor=escalation.raised_by,
        payload=Opened(number=escalation.number, severity=escalation.severity),
        link=escalation.source_permalink,
    )
