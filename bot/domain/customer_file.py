"""Customers as a CSV file lists them: which columns there are, and what is wrong in a row."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.customer import MAX_NAME, Contact, Contract, Customer, Tier
from bot.domain.text.folding import fold

Values = Mapping[str, Any]  # column to parsed value


@dataclass(frozen=True, slots=True, kw_only=True)
class RowMistake:
    """Attributes: `line` of the file, from 1; `column` is empty when the whole row is meant."""

    line: int
    column: str
    found: str
    expected: str

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
    """A file that was read; with mistakes nothing of it may be used."""

    customers: tuple[ListedCustomer, ...]
    mistakes: tuple[RowMistake, ...]


CONTRACT = "contract_"
NOTHING = "-"  # a cell that takes away what is stored


def _as_known(listed: Contact, known: Sequence[Contact]) -> Contact:
    """Return a listed contact with what is known of the same person, found by address or name."""
    for contact in known:
        same_address = bool(listed.email) and listed.email.casefold() == contact.email.casefold()
        if same_address or fold(listed.name) == fold(contact.name):
            return replace(contact, name=listed.name, email=listed.email or contact.email)
    return listed


def parse(text: str) -> CustomerFile:
    """Read a CSV text whose first row names the columns; commas or semicolons part the cells.

    An empty cell says nothing; a cell of one dash takes away what is stored.
    """
    head, _, _ = text.partition("\n")
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, restkey="", strict=True)
    try:
        names = [name.strip().casefold() for name in reader.fieldnames or []]
    except csv.Error as error:
        broken = _wrong(1, "", str(error), "well-formed CSV")
        return CustomerFile(customers=(), mistakes=(broken,))
    mistakes = list(_head_mistakes(names))
    if mistakes:
        return CustomerFile(customers=(), mistakes=tuple(mistakes))
    reader.fieldnames = names
    return _rows(reader)


def _rows(reader: "csv.DictReader[str]") -> CustomerFile:
    customers: list[ListedCustomer] = []
    mistakes: list[RowMistake] = []
    lines: dict[str, int] = {}
    try:
        for row in reader:
            line = reader.line_num
            values, wrong = _values(row, line)
            mistakes += wrong
            name = str(values.get("name", ""))
            folded = fold(name)
            if folded and (first := lines.setdefault(folded, line)) != line:
                expected = f"each customer once (it stands in line {first} already)"
                mistakes.append(_wrong(line, "name", name, expected))
            customers.append(ListedCustomer(name=name, values=values))
    except csv.Error as error:
        mistakes.append(_wrong(reader.line_num, "", str(error), "well-formed CSV"))
    return CustomerFile(customers=tuple(customers), mistakes=tuple(mistakes))


def _head_mistakes(names: list[str]) -> Iterator[RowMistake]:
    known = ", ".join(PARSERS)
    for name in names:
        if name not in PARSERS:
            yield _wrong(1, "", name, f"columns among {known}")
        elif names.count(name) > 1:
            yield _wrong(1, "", name, "each column once")
    if "name" not in names:
        yield _wrong(1, "", ", ".join(names), "a first row that names the columns, name among them")


def _values(row: Mapping[str, Any], line: int) -> tuple[Values, list[RowMistake]]:
    values: dict[str, Any] = {}
    mistakes = []
    if "" in row or None in row.values():
        cells = [cell for column, cell in row.items() if column and cell is not None]
        found = f"{len(cells) + len(row.get('', ()))} cells"
        return {}, [_wrong(line, "", found, f"{sum(map(bool, row))} cells, as the first row has")]
    for column, cell in row.items():
        typed = cell.strip()
        if not typed and column != "name":
            continue
        try:
            values[column] = PARSERS[column]("" if typed == NOTHING else typed)
        except ValueError as error:
            mistakes.append(_wrong(line, column, cell, str(error)))
    if (ends := values.get("contract_ends_on")) and ends < values.get("contract_starts_on", ends):
        mistakes.append(
            _wrong(line, "contract_ends_on", str(ends), "a day after contract_starts_on")
        )
    return values, mistakes


def _wrong(line: int, column: str, found: str, expected: str) -> RowMistake:
    return RowMistake(line=line, column=column, found=found, expected=expected)


def _name(cell: str) -> str:
    name = " ".join(cell.split())
    if not 0 < len(name) <= MAX_NAME:
        raise ValueError(f"a name of 1 to {MAX_NAME} characters")
    return name


def _tier(cell: str) -> Tier:
    try:
        return Tier(cell.casefold()) if cell else Tier.STANDARD
    except ValueError:
        raise ValueError(f"one of {', '.join(Tier)}") from None


def _time_zone(cell: str) -> str:
    try:
        return ZoneInfo(cell or "UTC").key
    except (ValueError, OSError, KeyError):
        raise ValueError("an IANA name such as Europe/Lisbon") from None


def _channel(cell: str) -> str | None:
    if cell and not re.fullmatch(r"[CG][A-Z0-9]{6,}", cell):
        raise ValueError("a channel's Slack id such as C0123ABCD")
    return cell or None


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell) if cell else None
    except ValueError:
        raise ValueError("a day such as 2026-12-31") from None


def _contacts(cell: str) -> tuple[Contact, ...]:
    found = []
    for part in filter(None, (piece.strip() for piece in cell.split(";"))):
        match = re.fullmatch(r"([^<>]+?)\s*(?:<([^<>@\s]+@[^<>@\s]+)>)?", part)
        if match is None:
            raise ValueError("people such as Dana Ruiz <dana@acme.example>, parted by semicolons")
        found.append(Contact(name=match[1], email=match[2] or ""))
    return tuple(found)


PARSERS: dict[str, Callable[[str], Any]] = {
    "name": _name,
    "tier": _tier,
    "time_zone": _time_zone,
    "channel_id": _channel,
    "contract_reference": str,
    "contract_starts_on": _day,
    "contract_ends_on": _day,
    "contacts": _contacts,
}

__all__ = ["Contract", "CustomerFile", "ListedCustomer", "RowMistake", "parse"]
