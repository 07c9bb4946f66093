"""Customers to choose from are told apart, however much they look alike."""

import pytest

from bot.domain.escalation.customer import MAX_NAME, Customer, Tier
from bot.domain.escalation.escalation import CustomerId
from bot.views.customers.customers import NEW, customer_options

ALIKE = "Consolidated Amalgamated International Holdings of the Northern Hemisphere, "


def customer(number: int, name: str, tier: Tier = Tier.STANDARD) -> Customer:
    return Customer(id=CustomerId(number), name=name, tier=tier)


def offered(*customers: Customer, typed: str = "") -> list[str]:
    return [str(o["text"]["text"]) for o in customer_options(customers, typed)]


@pytest.mark.parametrize(
    ("customers", "labels"),
    [
        ([customer(1, "Acme"), customer(2, "Globex")], ["Acme · Standard", "Globex · Standard"]),
        (
            [customer(1, ALIKE + "Lisbon"), customer(2, ALIKE + "Porto")],
            [
                "Consolidated Amalgamated Interna…the Northern Hemisphere, Lisbon · Standard",
                "Consolidated Amalgamated Interna…the Northern Hemisphere, Porto · Standard",
            ],
        ),
        (
            [customer(1, "Acme"), customer(2, "Acme", Tier.STRATEGIC)],
            ["Acme · Standard", "Acme · Strategic"],
        ),
        (
            [customer(1, f"{'A' * 40}1{'B' * 40}"), customer(2, f"{'A' * 40}2{'B' * 40}")],
            [
                f"{'A' * 28}…{'B' * 27} · Standard · no. 1",
                f"{'A' * 28}…{'B' * 27} · Standard · no. 2",
            ],
        ),
    ],
    ids=["short", "the end differs", "the tier differs", "only the middle differs"],
)
def test_no_two_choices_look_the_same(customers: list[Customer], labels: list[str]) -> None:
    shown = offered(*customers)

    assert shown == labels
    assert all(len(label) <= 75 for label in shown)


@pytest.mark.parametrize(
    "typed", ["O'Brien & Sons", "o\u2019brien &amp; sons", "O\u2019Brien\u00a0&  SONS\u200b"]
)
def test_a_name_that_is_known_in_another_spelling_is_not_offered_as_new(typed: str) -> None:
    assert offered(customer(1, "O'Brien & Sons"), typed=typed) == ["O'Brien & Sons · Standard"]


def test_a_new_name_that_is_too_long_is_sent_whole_to_be_refused() -> None:
    long = "x" * (MAX_NAME + 1)

    option = customer_options([], long)[0]

    assert option["value"] == f"{NEW}{long}"


def test_what_shows_nothing_is_no_new_customer() -> None:
    assert customer_options([], " \u200b") == []
