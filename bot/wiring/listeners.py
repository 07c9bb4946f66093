"""Who listens to Slack, and which word of the command leads to whom."""

from collections.abc import Iterator
from typing import Protocol

from slack_bolt.async_app import AsyncApp

from bot.wiring.parts import Parts
from handlers.breaches import BreachListeners
from handlers.catch_all import CatchAll
from handlers.catchup import CatchUpListeners
from handlers.customer_replies import CustomerReplyWords
from handlers.digests import DigestListeners
from handlers.dossier import DossierListeners
from handlers.escalation import EscalationWords
from handlers.home import HomeListeners
from handlers.items import ItemListeners
from handlers.lifecycle import LifecycleListeners, reopening
from handlers.listening import Doorway
from handlers.listing import ListingListeners
from handlers.marks import MarkListeners
from handlers.opening import OpeningListeners
from handlers.pauses import PauseListeners
from handlers.people import PeopleListeners
from handlers.plan import PlanListeners
from handlers.preferences import PreferenceListeners
from handlers.reminders import ReminderListeners
from handlers.rhythms import RhythmListeners
from handlers.roles import RoleListeners
from handlers.room_menu import RoomMenuListeners
from handlers.rooms import RoomListeners
from handlers.similar import SimilarListeners
from handlers.sla import SlaListeners
from handlers.slash_command import SlashCommand
from handlers.words import RoomWords, Word, Words


class Listener(Protocol):
    """Something that listens to Slack."""

    def register(self, app: AsyncApp) -> None: ...


def listeners(parts: Parts, doorway: Doorway) -> Iterator[Listener]:
    """Yield everything that listens to Slack; what catches the rest comes last."""
    slack, services, policy = parts.slack, parts.services, parts.policy
    opening = OpeningListeners(doorway, services.opening, slack.forms, slack.gateway, policy)
    menu = RoomMenuListeners(doorway, services.rooms, services.escalations, slack.forms, policy)
    home = _home(parts, doorway, opening)
    items = ItemListeners(doorway, services.items, services.rooms, slack.forms, slack.gateway, home)
    plan = PlanListeners(
        doorway, services.rooms, services.items, services.escalations, slack.forms, policy
    )
    lifecycle = LifecycleListeners(doorway, services.lifecycle, services.rooms, slack.forms)
    speaking = (
        lifecycle,
        items,
        plan,
        RoleListeners(doorway, services.roles),
        *_of_time(parts, doorway),
    )
    in_room = RoomWords(doorway, services.rooms)
    words: dict[str, Word] = {
        **_words_anywhere(parts, doorway),
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
    yield SlashCommand(doorway, services.rooms, opening, menu, words)
    yield from (opening, menu, home, *speaking)
    yield MarkListeners(services.marks, policy)
    yield _rooms(parts)
    yield PeopleListeners(services.people, doorway)
    yield CatchAll(doorway)


def _of_time(
    parts: Parts, doorway: Doorway
) -> tuple[SlaListeners, PauseListeners, BreachListeners, RhythmListeners, ReminderListeners]:
    """Return what listens to words and buttons of clocks, calls and reminders."""
    services, forms = parts.services, parts.slack.forms
    return (
        SlaListeners(doorway, services.sla_clocks, services.sla_acceptance, services.rooms),
        PauseListeners(doorway, services.sla_clocks, forms, parts.policy, parts.clock),
        BreachListeners(doorway, services.breaches, forms),
        RhythmListeners(doorway, services.rhythms, forms),
        ReminderListeners(
            doorway, services.reminders, services.reminder_answers, services.items, parts.policy
        ),
    )


def _rooms(parts: Parts) -> RoomListeners:
    services = parts.services
    return RoomListeners(
        services.rooms,
        services.marks,
        services.minutes,
        services.customer_replies,
        services.reconciliation,
        parts.slack.gateway,
    )


def _home(parts: Parts, doorway: Doorway, opening: OpeningListeners) -> HomeListeners:
    services = parts.services
    return HomeListeners(
        doorway,
        services.homes,
        services.preferences,
        services.escalations,
        opening,
        parts.slack.gateway,
    )


def _words_anywhere(parts: Parts, doorway: Doorway) -> Words:
    """Return the words that work in every channel."""
    services = parts.services
    return {
        **SimilarListeners(doorway, services.similar, services.rooms).words(),
        **ListingListeners(doorway, services.homes).words(),
        **PreferenceListeners(doorway, services.preferences).words(),
        **DigestListeners(doorway, services.digests, parts.slack.gateway, parts.clock).words(),
    }
