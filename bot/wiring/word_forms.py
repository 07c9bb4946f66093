"""Which word opens which form."""

from collections.abc import Mapping

from bot.container import Container
from handlers.digest.digests import DigestListeners
from handlers.hub.clock_forms import (
    AcceptedForm,
    MetForm,
    RejectedForm,
    RepliedForm,
    UpForm,
    WaiveForm,
)
from handlers.hub.forms import WordForm
from handlers.hub.item_forms import ASKED, VerbForm
from handlers.hub.look_forms import DigestForm, SimilarForm
from handlers.hub.people_forms import AssignForm, HandoverForm, UnassignForm
from handlers.plan.items import ItemListeners


def word_forms(
    parts: Container, items: ItemListeners, digests: DigestListeners
) -> Mapping[str, WordForm]:
    """Return the form of each word that asks in one."""
    services, policy = parts.services, parts.policy
    clocks, hubs = services.sla_clocks, services.hubs
    of_items = {
        name: VerbForm(name, services.items, services.reminder_answers, items.form_of)
        for name in ASKED
    }
    return {
        **of_items,
        "met": MetForm(clocks, hubs, policy),
        "waive": WaiveForm(clocks, hubs, policy),
        "up": UpForm(clocks, services.clock_previews, policy),
        "accepted": AcceptedForm(services.sla_acceptance),
        "rejected": RejectedForm(services.sla_acceptance),
        "replied": RepliedForm(services.customer_replies),
        "assign": AssignForm(services.roles, policy),
        "unassign": UnassignForm(services.roles, policy),
        "handover": HandoverForm(services.roles),
        "digest": DigestForm(services.digests, digests, policy),
        "similar words": SimilarForm(services.similar),
    }
