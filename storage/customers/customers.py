"""Customers: find by name, type ahead, add once."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, bindparam, exists, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from bot.domain.escalation.customer import Contract, Customer
from bot.domain.escalation.escalation import CustomerId, Visibility
from bot.domain.text.folding import fold
from storage.database.database import Row, Transaction
from storage.mapping import to_domain, to_json
from storage.tables.escalations import CustomerRow, EscalationRow

Condition = ColumnElement[bool]  # on customers

# Built once, because acknowledgements wait for it.
_BY_ID = select(CustomerRow).where(col(CustomerRow.id) == bindparam("customer_id"))

_IN_CHANNEL = select(col(CustomerRow.id)).where(
    col(CustomerRow.channel_id) == bindparam("channel_id")
)


async def find(tx: Transaction, customer_id: CustomerId) -> Customer | None:
    row = await tx.one(_BY_ID, {"customer_id": customer_id})
    return _from_row(row) if row else None


async def in_channel(tx: Transaction, channel_id: str) -> list[CustomerId]:
    """Return the customers that this channel is shared with; mostly none, which is one read."""
    rows = await tx.all(_IN_CHANNEL, {"channel_id": channel_id})
    return [row["id"] for row in rows]


async def get(tx: Transaction, customer_id: CustomerId) -> Customer:
    """Return a customer that an escalation refers to, which therefore exists."""
    found = await find(tx, customer_id)
    if found is None:
        raise LookupError(customer_id)
    return found


def known(escalations: ColumnElement[bool]) -> Condition:
    """Return the condition that somebody may know of a customer.

    `escalations` is the condition that they may know of an escalation, such as a `known_to`.
    """
    # Asked for each customer: it ends at the first escalation, and a list of all never does.
    through = exists().where(col(EscalationRow.customer_id) == col(CustomerRow.id), escalations)
    return or_(col(CustomerRow.is_listed), through)


def known_to_everybody() -> Condition:
    return known(col(EscalationRow.visibility) == Visibility.PUBLIC.value)


async def is_known(tx: Transaction, customer_id: CustomerId, condition: Condition) -> bool:
    """Return whether there is such a customer that meets `condition`, a `known`."""
    wanted = select(col(CustomerRow.id)).where(col(CustomerRow.id) == customer_id, condition)
    return await tx.one(wanted) is not None


async def named(tx: Transaction, name: str, condition: Condition | None = None) -> Customer | None:
    """Return the customer of that name, however it is spelled, that meets `condition`."""
    wanted = select(CustomerRow).where(col(CustomerRow.folded_name) == fold(name))
    row = await tx.one(wanted if condition is None else wanted.where(condition))
    return _from_row(row) if row else None


async def search(tx: Transaction, typed: str, limit: int, condition: Condition) -> list[Customer]:
    """Return customers whose name holds `typed`; those that begin with it come first."""
    folded = fold(typed)
    name = col(CustomerRow.folded_name)
    rows = await tx.all(
        select(CustomerRow)
        .where(name.contains(folded, autoescape=True), condition)
        .order_by(name.startswith(folded, autoescape=True).desc(), name)
        .limit(limit)
    )
    return [_from_row(row) for row in rows]


async def by_folded_name(tx: Transaction) -> dict[str, Customer]:
    """Return every customer, keyed by the form in which names are compared."""
    rows = await tx.all(select(CustomerRow))
    return {row["folded_name"]: _from_row(row) for row in rows}


async def places(tx: Transaction, ids: Collection[CustomerId]) -> dict[CustomerId, tuple[str, str]]:
    """Return the time zones (IANA) and regions of these customers."""
    columns = (col(CustomerRow.id), col(CustomerRow.time_zone), col(CustomerRow.region))
    rows = await tx.all(select(*columns).where(col(CustomerRow.id).in_(list(ids))))
    return {row["id"]: (row["time_zone"], row["region"]) for row in rows}


async def add_many(tx: Transaction, found: Sequence[Customer]) -> None:
    """Store new customers; their ids are not used."""
    if found:
        await tx.execute(insert(CustomerRow), [_values(customer) for customer in found])


async def change_many(tx: Transaction, found: Sequence[Customer]) -> None:
    """Store customers that are known already, by their ids."""
    if found:
        statement = update(CustomerRow).where(col(CustomerRow.id) == bindparam("customer_id"))
        names: Row = {name: bindparam(name) for name in _values(found[0])}
        values = [{"customer_id": customer.id, **_values(customer)} for customer in found]
        await tx.execute(statement.values(**names), values)


async def find_or_add(tx: Transaction, customer: Customer) -> Customer:
    """Return the customer of that name, storing `customer` when there is none.

    `customer.id` is not used. Two people naming the same new customer at once get one.
    """
    insert_or_skip = sqlite.insert if tx.is_sqlite else postgresql.insert
    await tx.execute(
        insert_or_skip(CustomerRow)
        .values(**_values(customer))
        .on_conflict_do_nothing(index_elements=["folded_name"])
    )
    found = await named(tx, customer.name)
    if found is None:  # pragma: no cover  # inserted or found one line above
        raise LookupError(customer.name)
    return found


def _values(customer: Customer) -> Row:
    return {
        "name": customer.name,
        "folded_name": fold(customer.name),
        "tier": customer.tier.value,
        "time_zone": customer.time_zone,
        "region": customer.region,
        "arr": customer.arr,
        "arr_currency": customer.arr_currency,
        "channel_id": customer.channel_id,
        "contract_reference": customer.contract.reference,
        "contract_starts_on": customer.contract.starts_on,
        "contract_ends_on": customer.contract.ends_on,
        "contacts": to_json(customer.contacts),
        "is_listed": customer.is_listed,
    }


def _from_row(row: Row) -> Customer:  # a RowMapping is no Mapping to mypy
    contract = Contract(
        reference=row["contract_reference"],
        starts_on=row["contract_starts_on"],
        ends_on=row["contract_ends_on"],
    )
    return to_domain(Customer, row, contract=contract)
