"""What an admin is told of customers: how a file was understood, and what is odd about them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from bot.admin.findings import Finding, fine, warning
from bot.domain.customers.file import CustomerFile
from bot.domain.escalation.customer import Customer
from bot.domain.text.folding import fold
from bot.domain.time.public_holidays import PublicHolidays

MOST_NAMED = 5
MOST_CELLS = 10


def understood(file: CustomerFile) -> Iterator[str]:
    """Yield how the columns of a file were matched, and what in them was of no use."""
    if file.columns is None:
        return
    for column, name in file.columns.named.items():
        meant = "region" if column == "part" else column
        yield f"Column {name!r} is read as {meant}."
    if file.columns.unused:
        yield f"Not read: {', '.join(map(repr, file.columns.unused))}."
    for cell in file.passed_over[:MOST_CELLS]:
        yield f"Passed over: {cell}"
    if more := len(file.passed_over) - MOST_CELLS:
        yield from [f"Passed over: {more} more."] if more > 0 else []


def without_holidays(customers: Sequence[Customer], book: PublicHolidays) -> list[Customer]:
    """Return the customers for whom no public holidays are known: every weekday counts."""
    return [c for c in customers if (c.region or book.region_of(c.time_zone)) not in book]


def holiday_words(customers: Sequence[Customer], book: PublicHolidays) -> str:
    """Say which of these customers have no public holidays; empty when all have some."""
    found = without_holidays(customers, book)
    if not found:
        return ""
    who = _named([f"{customer.name} ({customer.time_zone})" for customer in found])
    return f"No public holidays are known of {who}."


def findings(customers: Sequence[Customer], book: PublicHolidays) -> Iterator[Finding]:
    """Yield what the doctor says of all customers."""
    alike: dict[str, list[Customer]] = defaultdict(list)
    for customer in customers:
        alike[fold(customer.name)].append(customer)
    twice = [f"{c.name} (no. {c.id})" for same in alike.values() if len(same) > 1 for c in same]
    if twice:
        says = f"Some customers have the same name in different spellings: {_named(twice)}."
        to_do = "The first is found by that name; what is open for the others stays with them."
        yield warning("customers", says, to_do)
    if words := holiday_words(customers, book):
        to_do = (
            "Give them a region or a time zone: `warroom customers import` has columns for both."
        )
        yield warning("customers", words, to_do)
    if not twice and not words:
        yield fine("customers", f"{len(customers)} known, each with public holidays.")


def _named(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
