"""What one process is made of: its services and its clients of Slack."""

from dataclasses import dataclass

from bot.domain.policy.policy import Policy
from bot.domain.time.clock import Clock
from bot.metrics import Metrics
from bot.services.customers.replies import CustomerReplies
from bot.services.digest.digests import Digests
from bot.services.escalation.escalations import Escalations
from bot.services.lifecycle.lifecycle import Lifecycle
from bot.services.lifecycle.roles import Roles
from bot.services.meetings.meetings import Meetings
from bot.services.meetings.minutes import Minutes
from bot.services.opening.opening import Opening
from bot.services.people.colleagues import Colleagues, Lookup
from bot.services.people.lookup import PersonLookup
from bot.services.people.people import People
from bot.services.people.preferences import Preferences
from bot.services.plan.items import Items
from bot.services.plan.reactions import Reactions
from bot.services.reading.audit import Audit
from bot.services.reading.catchup import CatchUps
from bot.services.reading.dossiers import Dossiers
from bot.services.reading.home import Homes
from bot.services.reading.hub import Hubs
from bot.services.reading.similar import Similar
from bot.services.reading.timelines import Timelines
from bot.services.reminders.answers import ReminderAnswers
from bot.services.reminders.reminders import Reminders
from bot.services.rooms.reconciliation import Reconciliation
from bot.services.rooms.rooms import Rooms
from bot.services.sla.acceptance import SlaAcceptance
from bot.services.sla.breaches import Breaches
from bot.services.sla.clocks import SlaClocks
from bot.services.sla.notices import ClockNotices
from bot.services.sla.previews import ClockPreviews
from bot.services.sla.sweep import SlaSweep
from bot.slack.caller import Caller
from bot.slack.directory import Directory
from bot.slack.files import Files
from bot.slack.forms import Forms, Replies
from bot.slack.gateway import Gateway
from bot.slack.messages import Messages
from storage.database.database import Database


@dataclass(frozen=True, slots=True)
class Services:
    opening: Opening
    escalations: Escalations
    rooms: Rooms
    reconciliation: Reconciliation
    people: People
    items: Items
    reactions: Reactions
    timelines: Timelines
    audit: Audit
    roles: Roles
    lifecycle: Lifecycle
    homes: Homes
    hubs: Hubs
    preferences: Preferences
    catchups: CatchUps
    similar: Similar
    dossiers: Dossiers
    digests: Digests
    sla_acceptance: SlaAcceptance
    sla_clocks: SlaClocks
    clock_previews: ClockPreviews
    sla_sweep: SlaSweep
    clock_notices: ClockNotices
    customer_replies: CustomerReplies
    breaches: Breaches
    meetings: Meetings
    minutes: Minutes
    reminders: Reminders
    reminder_answers: ReminderAnswers

    @classmethod
    def on(
        cls, database: Database, clock: Clock, policy: Policy, lookup: Lookup | None = None
    ) -> "Services":
        """Make them; without `lookup` nobody is asked who somebody is."""
        people = People(database, clock)
        colleagues = Colleagues(people, lookup)
        escalations = Escalations(database, clock, policy, colleagues)
        roles = Roles(database, clock, policy, escalations, colleagues)
        return cls(
            opening=Opening(database, clock, policy, colleagues),
            escalations=escalations,
            rooms=Rooms(database, clock),
            reconciliation=Reconciliation(database, clock),
            people=people,
            items=Items(database, clock, policy, colleagues),
            reactions=Reactions(database, clock),
            timelines=Timelines(database),
            audit=Audit(database, clock),
            roles=roles,
            lifecycle=Lifecycle(database, clock, policy),
            homes=Homes(database, clock, policy),
            hubs=Hubs(database, clock, policy),
            preferences=Preferences(database),
            catchups=CatchUps(database, clock),
            similar=Similar(database),
            dossiers=Dossiers(database, clock),
            digests=Digests(database, clock, policy),
            sla_acceptance=SlaAcceptance(database, clock, policy),
            sla_clocks=SlaClocks(database, clock, policy),
            clock_previews=ClockPreviews(database, clock, policy),
            sla_sweep=SlaSweep(database, clock, policy),
            clock_notices=ClockNotices(database, clock, policy),
            customer_replies=CustomerReplies(database, clock, policy),
            breaches=Breaches(database, clock, policy),
            meetings=Meetings(database, clock, policy),
            minutes=Minutes(database, clock, policy),
            reminders=Reminders(database, clock, policy),
            reminder_answers=ReminderAnswers(database, clock, policy, roles),
        )


@dataclass(frozen=True, slots=True)
class SlackClients:
    gateway: Gateway
    messages: Messages
    forms: Forms
    replies: Replies
    directory: Directory
    files: Files

    @classmethod
    def through(cls, caller: Caller) -> "SlackClients":
        gateway, messages = Gateway(caller), Messages(caller)
        return cls(
            gateway=gateway,
            messages=messages,
            forms=Forms(caller),
            replies=Replies(caller, messages),
            directory=Directory(caller, gateway),
            files=Files(caller, gateway),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """Everything that performers and listeners are made of."""

    slack: SlackClients
    services: Services
    policy: Policy
    clock: Clock
    metrics: Metrics

    @property
    def lookup(self) -> PersonLookup:
        """Finds people, in Slack as well."""
        return PersonLookup(self.services.people, self.slack.directory.find)
