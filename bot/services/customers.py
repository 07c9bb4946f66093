"""Customers: bring in what an admin's file lists."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.customer import Customer
from bot.domain.customer_file import ListedCustomer
from bot.domain.escalation import CustomerId
from bot.domain.text.folding import fold
from storage import customers
from storage.database import Database

NOBODY = CustomerId(0)  # not stored yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """How many customers a file added, changed and found as they should be."""

    added: int
    changed: int
    unchanged: int


class Customers:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def bring_in(self, listed: Sequence[ListedCustomer], *, dry_run: bool) -> Imported:
        """Make customers as the file lists them, all of them or none.

        The same file again changes nothing. A dry run counts and writes nothing.
        """
        async with self._database.transaction() as tx:
            known = await customers.by_folded_name(tx)
            added, changed, unchanged = _sorted_out(listed, known)
            if not dry_run:
                await customers.add_many(tx, added)
                await customers.change_many(tx, changed)
        return Imported(added=len(added), changed=len(changed), unchanged=unchanged)


def _sorted_out(
    listed: Sequence[ListedCustomer], known: dict[str, Customer]
) -> tuple[list[Customer], list[Customer], int]:
    added, changed, unchanged = [], [], 0
    for row in listed:
        before = known.get(fold(row.name))
        after = row.applied_to(before or Customer(id=NOBODY, name=row.name))
        if before is None:
            added.append(after)
        elif after != before:
            changed.append(after)
        else:
            unchanged += 1
    return added, changed, unchanged
