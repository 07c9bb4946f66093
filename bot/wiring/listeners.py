"""Who listens to Slack, and which word of the command leads to whom."""

from collections.abc import Iterator
from typing import Protocol

from slack_bolt.async_app import AsyncApp

from bot.container import Container
from bot.wiring.word_forms import word_forms
from handlers.catch_all import CatchAll
from handlers.customers.replies import CustomerReplyWords
from handlers.digest.digests import DigestListeners
from handlers.escalation.escalation import EscalationWords
from handlers.escalation.opening import OpeningListeners
from handlers.escalation.room_menu import RoomMenuListeners
from handlers.hub.forms import WordForms
from handlers.hub.menu import HubListeners
from handlers.lifecycle.lifecycle import LifecycleListeners, reopening
from handlers.lifecycle.roles import RoleListeners
from handlers.listening import RequestContext
from handlers.meetings.meetings import MeetingListeners
from handlers.people.people import PeopleListeners
from handlers.people.preferences import PreferenceListeners
from handlers.plan.items import ItemListeners
from handlers.plan.plan import PlanListeners
from handlers.plan.reactions import ReactionListeners
from handlers.reading.catchup import CatchUpListeners
from handlers.reading.dossier import DossierListeners
from handlers.reading.home import HomeListeners
from handlers.reading.listing import ListingListeners
from handlers.reading.similar import SimilarListeners
from handlers.reminders.reminders import ReminderListeners
from handlers.rooms.rooms import RoomListeners
from handlers.sla.breaches import BreachListeners
from handlers.sla.clocks import SlaListeners
from handlers.sla.pauses import PauseListeners
from handlers.slash_command import SlashCommand, answer_help
from handlers.words import RoomCommands, Word, Words, alone


class Listener(Protocol):
    """Something that listens to Slack."""

    def register(self, app: AsyncApp) -> None: ...


def listeners(parts: Container, doorway: RequestContext) -> Iterator[Listener]:
    """Yield everything that listens to Slack; what catches the rest comes last."""
    slack, services, policy = parts.slack, parts.services, parts.policy
    opening = OpeningListeners(doorway, services.opening, slack.forms, slack.gateway, policy)
    menu = RoomMenuListeners(doorway, services.rooms, services.escalations, policy)
    home = _home(parts, doorway, opening)
    items = ItemListeners(doorway, services.items, services.rooms, slack.gateway, home)
    plan = PlanListeners(
        doorway, services.rooms, services.items, services.escalations, slack.forms, policy
    )
    lifecycle = LifecycleListeners(doorway, services.lifecycle, services.rooms)
    speaking = (
        lifecycle,
        items,
        plan,
        RoleListeners(doorway, services.roles),
        *_of_time(parts, doorway),
    )
    in_room = RoomCommands(doorway, services.rooms)
    digests = DigestListeners(doorway, services.digests, slack.gateway, parts.clock)
    words: dict[str, Word] = {
        **_words_anywhere(parts, doorway),
        **digests.words(),
        "help": alone(answer_help),
        "reopen": in_room.at_once(reopening(lifecycle, items)),
    }
    for speaker in (
        EscalationWords(services.escalations, services.timelines, menu),
        CatchUpListeners(services.catchups),
        DossierListeners(services.dossiers),
        CustomerReplyWords(services.customer_replies),
        *speaking,
    ):
        words |= speaker.words(in_room)
    forms = WordForms(doorway, word_forms(parts, items, digests))
    words |= forms.asking(words, in_room)
    pressed = {**words, **forms.of_hub(in_room)}
    hub = HubListeners(doorway, services.hubs, slack.forms, policy, pressed)
    yield SlashCommand(doorway, services.rooms, opening, hub, words)
    yield from (opening, menu, hub, forms, home, *speaking)
    yield ReactionListeners(services.reactions, policy)
    yield _rooms(parts)
    yield PeopleListeners(services.people, doorway)
    yield CatchAll(doorway)


def _of_time(
    parts: Container, doorway: RequestContext
) -> tuple[SlaListeners, PauseListeners, BreachListeners, MeetingListeners, ReminderListeners]:
    """Return what listens to words and buttons of clocks, calls and reminders."""
    services = parts.services
    return (
        SlaListeners(doorway, services.sla_clocks, services.sla_acceptance, services.rooms),
        PauseListeners(doorway, services.sla_clocks, parts.policy, parts.clock),
        BreachListeners(doorway, services.breaches),
        MeetingListeners(doorway, services.meetings),
        ReminderListeners(
            doorway, services.reminders, services.reminder_answers, services.items, parts.policy
        ),
    )


def _rooms(parts: Container) -> RoomListeners:
    services = parts.services
    return RoomListeners(
        services.rooms,
        services.reactions,
        services.minutes,
        services.customer_replies,
        services.reconciliation,
        parts.slack.gateway,
    )


def _home(parts: Container, doorway: RequestContext, opening: OpeningListeners) -> HomeListeners:
    services = parts.services
    return HomeListeners(
        doorway,
        services.homes,
        services.preferences,
        services.escalations,
        opening,
        parts.slack.forms,
    )


def _words_anywhere(parts: Container, doorway: RequestContext) -> Words:
    """Return the words that work in every channel."""
    services = parts.services
    return {
        **SimilarListeners(doorway, services.similar, services.rooms).words(),
        **ListingListeners(doorway, services.homes).words(),
        **PreferenceListeners(doorway, services.preferences).words(),
    }
