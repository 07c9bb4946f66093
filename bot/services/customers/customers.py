"""Customers: bring in what an admin's file lists."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.customers.file import ListedCustomer
from bot.domain.escalation.customer import Customer
from bot.domain.escalation.escalation import CustomerId
from bot.domain.text.folding import fold
from storage.customers import customers
from storage.database.database import Database

NOBODY = CustomerId(0)  # not stored yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """How many customers a file added, changed and found as they should be.

    Attributes:
        customers: Those of the file, as they are by then.
    """

    added: int
    changed: int
    unchanged: int
    customers: tuple[Customer, ...] = ()


class Customers:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def bring_in(self, listed: Sequence[ListedCustomer], *, dry_run: bool) -> Imported:
        """Make customers as the file lists them, all of them or none.

        The same file again changes nothing. A dry run counts and writes nothing.
        """
        async with self._database.transaction() as tx:
            known = await customers.by_folded_name(tx)
            added, changed, kept = _sorted_out(listed, known)
            if not dry_run:
                await customers.add_many(tx, added)
                await customers.change_many(tx, changed)
        return Imported(
            added=len(added),
            changed=len(changed),
            unchanged=len(kept),
            customers=(*added, *changed, *kept),
        )

    async def everybody(self) -> list[Customer]:
        """Return every customer, by name."""
        async with self._database.reading() as tx:
            found = (await customers.by_folded_name(tx)).values()
        return sorted(found, key=lambda customer: fold(customer.name))


def _sorted_out(
    listed: Sequence[ListedCustomer], known: dict[str, Customer]
) -> tuple[list[Customer], list[Customer], list[Customer]]:
    added, changed, kept = [], [], []
    for row in listed:
        before = known.get(fold(row.name))
        after = row.applied_to(before or Customer(id=NOBODY, name=row.name))
        if before is None:
            added.append(after)
        elif after != before:
            changed.append(after)
        else:
            kept.append(after)
    return added, changed, kept
