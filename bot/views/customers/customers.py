"""Customers to choose from: known ones, told apart from each other, and a new one."""

from collections import Counter
from collections.abc import Sequence

from bot.domain.escalation.customer import Customer
from bot.domain.text.folding import fold
from bot.views.block_kit.blocks import MAX_OPTION, MAX_OPTIONS, MAX_VALUE, Json
from bot.views.block_kit.inputs import option
from bot.views.block_kit.text import cut, cut_in_the_middle, one_line

KNOWN, NEW = "id:", "new:"
SHOWN_NEW = 50  # characters of a new name


def customer_options(customers: Sequence[Customer], typed: str) -> list[Json]:
    """What a type-ahead offers: known customers, and the typed name as a new one."""
    offered = customers[: MAX_OPTIONS - 1]
    options = [
        option(label, f"{KNOWN}{customer.id}")
        for customer, label in zip(offered, _told_apart(offered), strict=True)
    ]
    name = one_line(typed)
    if fold(name) and fold(name) not in {fold(customer.name) for customer in customers}:
        # Whole, even where it is too long to be stored: who sends it is told so.
        value = cut(f"{NEW}{name}", MAX_VALUE)
        shown = cut_in_the_middle(name, SHOWN_NEW)
        options.append(option(f"Add “{shown}” as a new customer", value))
    return options


def _told_apart(customers: Sequence[Customer]) -> list[str]:
    """Return what each is called; no two are called the same.

    Of a long name beginning and end are shown, and numbers tell apart what still looks the same.
    """
    labels = [_label(customer) for customer in customers]
    often = Counter(fold(label) for label in labels)
    return [
        label if often[fold(label)] == 1 else _label(customer, f" · no. {customer.id}")
        for customer, label in zip(customers, labels, strict=True)
    ]


def _label(customer: Customer, number: str = "") -> str:
    behind = f" · {customer.tier.label}{number}"
    return cut_in_the_middle(one_line(customer.name), MAX_OPTION - len(behind)) + behind
