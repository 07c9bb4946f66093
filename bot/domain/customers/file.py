"""Customers as a CSV file lists them: which columns there are, and what is wrong in a row."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from bot.domain.customers import csv_table
from bot.domain.customers.columns import NAMES, Matched, matched
from bot.domain.escalation.customer import MAX_NAME, Contact, Contract, Customer, Tier
from bot.domain.text.folding import fold
from bot.domain.text.storable import storable
from bot.domain.time.public_holidays import PublicHolidays
from bot.domain.time.time_zones import zone_named

Values = Mapping[str, Any]  # column to parsed value


@dataclass(frozen=True, slots=True, kw_only=True)
class RowMistake:
    """Attributes: `line` of the file, from 1; `column` is empty when the whole row is meant.

    `is_ours`: It stands in a column of our own names, where everything has to be right.
    """

    line: int
    column: str
    found: str
    expected: str
    is_ours: bool = True

    def __str__(self) -> str:
        where = f"line {self.line}" + (f", {self.column}" if self.column else "")
        return f"{where}: found {self.found!r}, expected {self.expected}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCustomer:
    """One row: only the cells that say something; the others leave a known customer as it is."""

    name: str
    values: Values

    def applied_to(self, customer: Customer) -> Customer:
        """Return the customer as the row wants it.

        Contacts the customer has already keep what no file tells: title, and whether they may
        receive updates.
        """
        values = dict(self.values)
        if "contacts" in values:
            values["contacts"] = tuple(
                _as_known(contact, customer.contacts) for contact in values["contacts"]
            )
        signed = {
            name.removeprefix(CONTRACT): values.pop(name)
            for name in list(values)
            if name.startswith(CONTRACT)
        }
        contract = replace(customer.contract, **signed)
        return replace(customer, contract=contract, is_listed=True, **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFile:
    """A file that was read; with mistakes nothing of it may be used.

    Attributes:
        columns: How they were understood; None when that was not reached.
        passed_over: Cells of another program's columns that could not be understood.
    """

    customers: tuple[ListedCustomer, ...]
    mistakes: tuple[RowMistake, ...]
    columns: Matched | None = None
    passed_over: tuple[RowMistake, ...] = ()


CONTRACT = "contract_"
NOTHING = "-"  # a cell that takes away what is stored


def _as_known(listed: Contact, known: Sequence[Contact]) -> Contact:
    """Return a listed contact with what is known of the same person, found by address or name."""
    for contact in known:
        same_address = bool(listed.email) and listed.email.casefold() == contact.email.casefold()
        same_name = bool(listed.name) and fold(listed.name) == fold(contact.name)
        if same_address or same_name:
            name, email = listed.name or contact.name, listed.email or contact.email
            return replace(contact, name=name, email=email)
    return listed


def parse(text: str, regions: PublicHolidays | None = None) -> CustomerFile:
    """Read a CSV text whose first row names the columns, ours or those of another program.

    An empty cell says nothing; a cell of one dash takes away what is stored. In columns that have
    another program's names, what cannot be understood says nothing either.
    """
    try:
        table = csv_table.read(text)
    except csv_table.NoTable as error:
        broken = _wrong(error.line, "", str(error), "well-formed CSV")
        return CustomerFile(customers=(), mistakes=(broken,))
    columns = matched(table.names)
    if mistakes := tuple(_head_mistakes(table.names, columns)):
        return CustomerFile(customers=(), mistakes=mistakes, columns=columns)
    return _rows(table, columns, Cells(regions or PublicHolidays()))


def _rows(table: csv_table.Table, columns: Matched, cells: "Cells") -> CustomerFile:
    customers: list[ListedCustomer] = []
    mistakes: list[RowMistake] = []
    passed_over: list[RowMistake] = []
    lines: dict[str, int] = {}
    for line, row in table.rows:
        if len(row) != len(table.names):
            expected = f"{len(table.names)} cells, as the first row has"
            mistakes.append(_wrong(line, "", f"{len(row)} cells", expected))
            continue
        values, wrong = _values(row, line, columns, cells)
        for one in wrong:
            (mistakes if one.is_ours else passed_over).append(one)
        name = str(values.get("name", ""))
        folded = fold(name)
        if folded and (first := lines.setdefault(folded, line)) != line:
            expected = f"each customer once (it stands in line {first} already)"
            mistakes.append(_wrong(line, "name", name, expected))
        customers.append(ListedCustomer(name=name, values=values))
    return CustomerFile(
        customers=tuple(customers),
        mistakes=tuple(mistakes),
        columns=columns,
        passed_over=tuple(passed_over),
    )


def _head_mistakes(names: Sequence[str], columns: Matched) -> Iterator[RowMistake]:
    known = ", ".join(OURS)
    if "name" not in columns.named:
        found = ", ".join(names)
        yield _wrong(1, "", found, f"a first row that names the columns, name among them: {known}")
    for name, meant in columns.slips.items():
        yield _wrong(1, "", name, f"columns among {known} (did you mean {meant}?)")
    for name in dict.fromkeys(names):
        if name and names.count(name) > 1:
            yield _wrong(1, "", name, "each column once")


def _values(
    row: Sequence[str], line: int, columns: Matched, cells: "Cells"
) -> tuple[Values, list[RowMistake]]:
    values: dict[str, Any] = {}
    mistakes = []
    for place, column in columns.columns.items():
        typed = storable(row[place]).strip()
        if not typed and column != "name":
            continue
        try:
            values |= cells.read(column, "" if typed == NOTHING else typed)
        except ValueError as error:
            is_ours = column == "name" or place in columns.is_ours
            where = column if is_ours else columns.named[column]
            wrong = _wrong(line, where, row[place], str(error))
            mistakes.append(replace(wrong, is_ours=is_ours))
    if part := values.pop("part", ""):
        values["region"] = cells.part_of(values.get("region", ""), part) or values.get("region", "")
    if (ends := values.get("contract_ends_on")) and ends < values.get("contract_starts_on", ends):
        mistakes.append(
            _wrong(line, "contract_ends_on", str(ends), "a day after contract_starts_on")
        )
    return values, mistakes


def _wrong(line: int, column: str, found: str, expected: str) -> RowMistake:
    return RowMistake(line=line, column=column, found=found, expected=expected)


class Cells:
    """Reads cells; `regions` knows whose public holidays there are."""

    def __init__(self, regions: PublicHolidays) -> None:
        self._regions = regions

    def read(self, column: str, cell: str) -> Values:
        """Return what a cell says, as values of a customer.

        Raises:
            ValueError: The cell is of no use; the message says what is expected.
        """
        if column == "region":
            return {"region": self._regions.region_named(cell) if cell else ""}
        if column == "arr":
            amount, currency = _money(cell)
            return {"arr": amount, "arr_currency": currency}
        return {column: PARSERS[column](cell)}

    def part_of(self, country: str, part: str) -> str:
        """Return the part of a country that has that name or code; empty when there is none."""
        for name in (f"{country}-{part}", part):
            try:
                found = self._regions.region_named(name)
            except ValueError:
                continue
            if country and found.startswith(f"{country}-"):
                return found
        return ""


def _name(cell: str) -> str:
    name = " ".join(cell.split())
    if not fold(name) or len(name) > MAX_NAME:
        raise ValueError(f"a name of 1 to {MAX_NAME} characters")
    return name


def _tier(cell: str) -> Tier:
    try:
        return Tier(cell.casefold()) if cell else Tier.STANDARD
    except ValueError:
        raise ValueError(f"one of {', '.join(Tier)}") from None


def _time_zone(cell: str) -> str:
    # HubSpot writes america_slash_new_york.
    name = cell.replace("_slash_", "/").replace(" ", "_")
    zone = zone_named(name) if cell else "UTC"
    if zone is None:
        raise ValueError("an IANA name such as Europe/Lisbon")
    return zone


def _channel(cell: str) -> str | None:
    if cell and not re.fullmatch(r"[CG][A-Z0-9]{6,}", cell):
        raise ValueError("a channel's Slack id such as C0123ABCD")
    return cell or None


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell) if cell else None
    except ValueError:
        raise ValueError("a day such as 2026-12-31") from None


def _money(cell: str) -> tuple[int | None, str]:
    """Read "€2.1M", "2,100,000 EUR", "450k": an amount a year in whole units, and its currency."""
    if not cell:
        return None, ""
    match = MONEY.fullmatch(" ".join(cell.split()))
    if match is None:
        raise ValueError("an amount a year such as 2100000, 2.1M EUR or €450k")
    sign = match["before"] or match["after"] or ""
    number, unit = match["number"], (match["unit"] or "").casefold()
    grouped = re.fullmatch(r"\d{1,3}([.,' ]\d{3})+([.,]\d{1,2})?", number)
    if grouped and not unit:
        number = re.sub(r"[.,]\d{1,2}$", "", number)
        number = re.sub(r"\D", "", number)
    amount = Decimal(number.replace(",", ".").replace(" ", "").replace("'", ""))
    return int(amount * UNITS[unit]), SIGNS.get(sign, sign.upper())


def _contacts(cell: str) -> tuple[Contact, ...]:
    found = []
    for part in filter(None, (piece.strip() for piece in cell.split(";"))):
        if ADDRESS.fullmatch(part):
            found.append(Contact(name="", email=part))
            continue
        match = re.fullmatch(rf"([^<>@]*?)\s*(?:<({ADDRESS.pattern})>)?", part)
        if match is None:
            raise ValueError("people such as Dana Ruiz <dana@acme.example>, parted by semicolons")
        found.append(Contact(name=match[1].strip('" '), email=match[2] or ""))
    return tuple(found)


ADDRESS = re.compile(r"[^<>@\s]+@[^<>@\s]+")
UNITS = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR"}
CURRENCY = "[€$£¥₹]|[A-Za-z]{3}"
MONEY = re.compile(
    rf"(?P<before>{CURRENCY})? ?(?P<number>\d+([.,' ]\d+)*) ?(?P<unit>[kKmMbB])?"
    rf" ?(?P<after>{CURRENCY})?"
)
# The columns as we call them.
OURS = tuple(column for column in NAMES if column != "part")

PARSERS: dict[str, Callable[[str], Any]] = {
    "name": _name,
    "tier": _tier,
    "time_zone": _time_zone,
    "channel_id": _channel,
    "contract_reference": str,
    "contract_starts_on": _day,
    "contract_ends_on": _day,
    "contacts": _contacts,
    "part": str,
}

__all__ = ["Contract", "CustomerFile", "ListedCustomer", "RowMistake", "parse"]
